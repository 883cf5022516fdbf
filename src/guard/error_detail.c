/*
 * error_detail.c
 *		See error_detail.h.
 *
 * A constraint is checked on rows that the statement may write without having
 * read them: the DETAIL of its violation would show what no check has seen.  A
 * key of columns without labels is left alone: clients read it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "guard/error_detail.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static bool
any_is_labelled(Oid relid, const int16 *attnums, int count)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);

	for (int i = 0; rel && i < count; i++)
		/* an expression may be of any column */
		if (attnums[i] == 0 ? rel->n_columns > 0 : wdd_protected_column(rel, attnums[i]) != NULL)
			return true;
	return false;
}

/* Key columns of a unique index or exclusion constraint. */
static bool
index_shows_labelled(const char *name, Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(get_relname_relid(name, schema)));
	Form_pg_index index;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return true;
	index = (Form_pg_index) GETSTRUCT(tuple);
	result = any_is_labelled(index->indrelid, index->indkey.values, index->indnkeyatts);
	ReleaseSysCache(tuple);
	return result;
}

static bool
array_shows_labelled(HeapTuple constraint, AttrNumber field, Oid relid)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(CONSTROID, constraint, field, &isnull);
	ArrayType  *attnums;

	if (isnull)
		return false;
	attnums = DatumGetArrayTypeP(value);
	return any_is_labelled(relid, (int16 *) ARR_DATA_PTR(attnums), ARR_DIMS(attnums)[0]);
}

static bool
foreign_key_shows_labelled(const char *name, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID,
										ObjectIdGetDatum(get_relation_constraint_oid(relid, name, true)));
	Form_pg_constraint constraint;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return true;
	constraint = (Form_pg_constraint) GETSTRUCT(tuple);
	result = array_shows_labelled(tuple, Anum_pg_constraint_conkey, constraint->conrelid) ||
		array_shows_labelled(tuple, Anum_pg_constraint_confkey, constraint->confrelid);
	ReleaseSysCache(tuple);
	return result;
}

static bool
shows_labelled(const ErrorData *error)
{
	Oid			schema = error->schema_name ? get_namespace_oid(error->schema_name, true) : InvalidOid;
	Oid			relid = error->table_name && OidIsValid(schema)
		? get_relname_relid(error->table_name, schema) : InvalidOid;
	const WddProtectedRelation *rel;

	if (error->detail == NULL)
		return false;
	if (!OidIsValid(relid))
		return true;			/* the check option of a view names no table */
	switch (error->sqlerrcode)
	{
		case ERRCODE_UNIQUE_VIOLATION:
		case ERRCODE_EXCLUSION_VIOLATION:
			return error->constraint_name == NULL || index_shows_labelled(error->constraint_name, schema);
		case ERRCODE_FOREIGN_KEY_VIOLATION:
		case ERRCODE_RESTRICT_VIOLATION:	/* of RESTRICT, since 18 */
			return error->constraint_name == NULL || foreign_key_shows_labelled(error->constraint_name, relid);
		default:
			rel = wdd_protected_relation(relid);
			return rel != NULL && rel->n_columns > 0;
	}
}

void
wdd_rethrow_without_values(MemoryContext context)
{
	ErrorData  *error;
	int			category = ERRCODE_TO_CATEGORY(geterrcode());

	if (category != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION &&
		category != ERRCODE_WITH_CHECK_OPTION_VIOLATION)
		PG_RE_THROW();
	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	if (shows_labelled(error))
		error->detail = pstrdup("The values are not shown, for they are of protected columns.");
	ReThrowError(error);
}

void
wdd_rethrow_without_data(MemoryContext context)
{
	ErrorData  *error;

	if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
		return;
	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	/* what has a position was found when the statement was parsed */
	if (error->cursorpos == 0)
	{
		error->message = pstrdup("an expression fails for a value of a protected table");
		error->detail = pstrdup("The value is not shown, for it is of a protected column.");
		error->hint = NULL;
		error->context = NULL;
	}
	ReThrowError(error);
}
