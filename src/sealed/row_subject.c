/*
 * row_subject.c
 *		Whose row it is (see row_subject.h).
 */
#include "postgres.h"

#include "fmgr.h"
#include "sealed/row_subject.h"
#include "utils/lsyscache.h"

bool
wdd_row_subject_of(WddRowSubject *subject, const WddProtectedRelation *rel)
{
	memset(subject, 0, sizeof(*subject));
	subject->isnull = true;
	if (rel->n_subjects == 0)
		return false;
	subject->kind = rel->kind;
	subject->key_type = rel->subjects[0].key_type;
	subject->type = getBaseType(rel->subjects[0].type);
	return true;
}

void
wdd_row_subject_set(WddRowSubject *subject, Datum value, bool isnull)
{
	subject->isnull = isnull;
	if (isnull)
		return;
	if (subject->key_type == WDD_KEY_TEXT)
		value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
	subject->value = value;
}
