/*
 * self.c
 *		The person of purpose "self" (see row_check.h).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/row_check.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

struct WddSelf
{
	bool		of_other_kind;
	bool		is_integer;
	int64		integer;
	bool		is_uuid;
	pg_uuid_t	uuid;
	const char *text;
	int			length;
};

pg_noreturn static void
bad_subject(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("wdd_privacy.subject does not name a person"),
			 errdetail("%s", detail),
			 errhint("Purpose \"self\" needs: SET wdd_privacy.subject = '[kind:]key'.")));
}

static bool
parse_integer(const char *key, int64 *value)
{
	char	   *end;

	errno = 0;
	*value = strtoll(key, &end, 10);
	return errno == 0 && end != key && *end == '\0';
}

/* uuid_in() raises; a text of the wrong form must only not match. */
static bool
looks_like_uuid(const char *key)
{
	int			digits = 0;

	for (const char *p = key; *p; p++)
	{
		if (isxdigit((unsigned char) *p))
			digits++;
		else if (strchr("-{}", *p) == NULL)
			return false;
	}
	return digits == 32;
}

WddSelf *
wdd_self_parse(const char *subject, const WddProtectedRelation *rel)
{
	WddSelf    *self = palloc0(sizeof(WddSelf));
	const char *colon = strchr(subject, ':');
	const char *key = subject;
	int16		kind = WDD_KIND_ACCOUNT;

	if (subject[0] == '\0')
		bad_subject("It is empty.");
	if (colon)
	{
		kind = wdd_subject_kind_by_name(pnstrdup(subject, colon - subject));
		if (kind == 0)
			bad_subject("Its subject kind does not exist.");
		key = colon + 1;
	}
	if (key[0] == '\0')
		bad_subject("Its key is empty.");
	self->of_other_kind = kind != rel->kind;
	self->text = pstrdup(key);
	self->length = strlen(key);
	self->is_integer = parse_integer(key, &self->integer);
	self->is_uuid = looks_like_uuid(key);
	if (self->is_uuid)
		self->uuid = *DatumGetUUIDP(DirectFunctionCall1(uuid_in, CStringGetDatum(key)));
	for (int i = 0; i < rel->n_subjects; i++)
	{
		if (rel->subjects[i].key_type == WDD_KEY_INTEGER && !self->is_integer && !self->of_other_kind)
			bad_subject("Its key is not an integer, as the subjects of this table are.");
		if (rel->subjects[i].key_type == WDD_KEY_UUID && !self->is_uuid && !self->of_other_kind)
			bad_subject("Its key is not a uuid, as the subjects of this table are.");
	}
	return self;
}

bool
wdd_self_is(const WddSelf *self, Oid type, Datum key)
{
	if (self->of_other_kind)
		return false;
	switch (type)
	{
		case INT8OID:
			return self->is_integer && DatumGetInt64(key) == self->integer;
		case INT4OID:
			return self->is_integer && DatumGetInt32(key) == self->integer;
		case INT2OID:
			return self->is_integer && DatumGetInt16(key) == self->integer;
		case UUIDOID:
			return self->is_uuid && memcmp(DatumGetUUIDP(key), &self->uuid, sizeof(pg_uuid_t)) == 0;
		default:
			{
				text	   *value = DatumGetTextPP(key);
				bool		same = VARSIZE_ANY_EXHDR(value) == self->length &&
					memcmp(VARDATA_ANY(value), self->text, self->length) == 0;

				if ((Pointer) value != DatumGetPointer(key))
					pfree(value);
				return same;
			}
	}
}

void
wdd_refuse_masked(const WddActing *acting, const WddProtectedRelation *rel,
				  const WddProtectedColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("purpose \"%s\" may not store or move column \"%s\" of table \"%s\"",
					acting->purpose_name, column->name, rel->name),
			 errdetail("The column is masked for this purpose, and a mask is never stored."),
			 errhint("Leave the column out of what is stored.")));
}
