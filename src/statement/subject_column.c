/*
 * subject_column.c
 *		See subject_column.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "nodes/nodeFuncs.h"
#include "statement/subject_column.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* The name that the command gives the column, which is not visible yet. */
static char *
name_to_be(Oid relid, AttrNumber attnum)
{
	Relation	catalog = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *name = NULL;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attnum));
	scan = systable_beginscan(catalog, AttributeRelidNumIndexId, true, SnapshotSelf, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		name = pstrdup(NameStr(((Form_pg_attribute) GETSTRUCT(tuple))->attname));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return name;
}

static bool
names_subject(Oid relid, const char *name)
{
	List	   *labels = wdd_stored_labels(relid);
	ListCell   *lc,
			   *ls;

	foreach(lc, wdd_ancestors(relid))
		labels = list_concat(labels, wdd_stored_labels(lfirst_oid(lc)));
	foreach(lc, labels)
	{
		WddStoredLabel *stored = lfirst(lc);

		if (stored->attnum != 0)
			continue;
		foreach(ls, wdd_label_parse(stored->text, WDD_LABEL_ON_TABLE)->subjects)
			if (strcmp(lfirst(ls), name) == 0)
				return true;
	}
	return false;
}

void
wdd_check_subject_name(Oid relid, AttrNumber attnum, bool is_new)
{
	char	   *name;
	char	   *old_name;

	if (attnum <= 0 || wdd_protected_relation(relid) == NULL)
		return;
	name = name_to_be(relid, attnum);
	old_name = is_new ? NULL : get_attname(relid, attnum, true);
	if (name == NULL || (old_name && strcmp(name, old_name) == 0) || !names_subject(relid, name))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("column \"%s\" of table \"%s\" may not become its subject", name, wdd_protected_relation(relid)->name),
			 errdetail("The table's label names a subject of that name, which is gone: every row would come to be another person's."),
			 errhint("Label the table anew, as a role with the duty \"administer\", without that subject; and with it when the column is filled.")));
}

static bool
is_key_type(Oid type)
{
	WddKeyType	key_type;

	return wdd_key_type_of(type, &key_type);
}

/* varchar(n) that does not cut, but raises. */
static bool
is_checked_length(FuncExpr *function)
{
	Const	   *is_explicit;

	if (function->funcid != F_VARCHAR_VARCHAR_INT4_BOOL)
		return false;
	is_explicit = lthird(function->args);
	return IsA(is_explicit, Const) && !is_explicit->constisnull && !DatumGetBool(is_explicit->constvalue);
}

static bool
is_integer_cast(Oid function)
{
	switch (function)
	{
		case F_INT8_INT4:
		case F_INT8_INT2:
		case F_INT4_INT2:
		case F_INT4_INT8:
		case F_INT2_INT8:
		case F_INT2_INT4:
			return true;
		default:
			return false;
	}
}

bool
wdd_keeps_key(Node *expr, AttrNumber attnum)
{
	for (;;)
	{
		if (!is_key_type(exprType(expr)))
			return false;
		if (IsA(expr, RelabelType))
			expr = (Node *) ((RelabelType *) expr)->arg;
		else if (IsA(expr, CollateExpr))
			expr = (Node *) ((CollateExpr *) expr)->arg;
		else if (IsA(expr, CoerceToDomain))
			expr = (Node *) ((CoerceToDomain *) expr)->arg;
		else if (IsA(expr, CoerceViaIO))
			expr = (Node *) ((CoerceViaIO *) expr)->arg;
		else if (IsA(expr, FuncExpr) &&
				 (is_integer_cast(((FuncExpr *) expr)->funcid) || is_checked_length((FuncExpr *) expr)))
			expr = linitial(((FuncExpr *) expr)->args);
		else
			return IsA(expr, Var) && ((Var *) expr)->varattno == attnum;
	}
}
