/*
 * closed_labels.c
 *		What wdd.doctor() cannot ask SQL: labels that are closed to everybody,
 *		and the version of the library.
 */
#include "postgres.h"

#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/pg_inherits.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_closed_labels);
PG_FUNCTION_INFO_V1(wdd_library_version);

static void
put_closed(ReturnSetInfo *rsinfo, Oid relid, AttrNumber attnum, const char *reason)
{
	Datum		values[3] = {ObjectIdGetDatum(relid), Int16GetDatum(attnum), CStringGetTextDatum(reason)};
	bool		nulls[3] = {false};

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* Columns are told of where their labels stand, the rest of every member. */
static void
put_member(ReturnSetInfo *rsinfo, Oid member, bool labelled)
{
	const WddProtectedRelation *rel = wdd_protected_relation(member);

	if (rel == NULL)
		return;
	if (rel->closed && (labelled || rel->root == member || strstr(rel->closed_by, "several tables")))
		put_closed(rsinfo, member, 0, rel->closed_by);
	for (int i = 0; labelled && i < rel->n_columns; i++)
		if (rel->columns[i].closed_by)
			put_closed(rsinfo, member, rel->columns[i].attnum, rel->columns[i].closed_by);
}

/* wdd.closed_labels() returns setof (relation regclass, attnum smallint, reason text) */
Datum
wdd_closed_labels(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *roots = NIL;
	List	   *told = NIL;
	ListCell   *lc,
			   *lm;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, wdd_stored_labels(InvalidOid))
		roots = lappend_oid(roots, ((WddStoredLabel *) lfirst(lc))->relid);
	list_sort(roots, list_oid_cmp);
	list_deduplicate_oid(roots);
	foreach(lc, roots)
		put_member(rsinfo, lfirst_oid(lc), true);
	/* children that several roots claim */
	foreach(lc, roots)
	{
		if (!has_subclass(lfirst_oid(lc)))
			continue;
		foreach(lm, find_all_inheritors(lfirst_oid(lc), NoLock, NULL))
			if (lfirst_oid(lm) != lfirst_oid(lc) && !list_member_oid(told, lfirst_oid(lm)))
			{
				told = lappend_oid(told, lfirst_oid(lm));
				put_member(rsinfo, lfirst_oid(lm), false);
			}
	}
	return (Datum) 0;
}

/* wdd.library_version() returns text */
Datum
wdd_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(WDD_VERSION));
}
