/*
 * trigger_approval.c
 *		See trigger_approval.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog_tuple.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/pg_trigger.h"
#include "catalog/trigger_approval.h"
#include "commands/trigger.h"
#include "compat.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(wdd_trigger_fingerprint);
PG_FUNCTION_INFO_V1(wdd_trigger_built_in);
PG_FUNCTION_INFO_V1(wdd_trigger_approval_changed);

bool
wdd_trigger_is_approved(Oid relid, Datum fingerprint)
{
	Relation	rel = table_open(wdd_own_relation(WDD_REL_TRIGGER_APPROVAL), AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_BYTEAEQ, fingerprint);
	scan = systable_beginscan(rel, wdd_own_relation(WDD_REL_TRIGGER_APPROVAL_BY_RELATION), true,
							  NULL, 2, keys);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/*
 * Those of foreign keys and deferred uniqueness, and one that compares whole
 * rows and tells nobody.  tsvector_update_trigger() is none of them: it copies
 * one column into another.  A condition is code of the user's.
 */
bool
wdd_trigger_is_built_in(HeapTuple tuple)
{
	Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

	if (!heap_attisnull(tuple, Anum_pg_trigger_tgqual, NULL))
		return false;
	return RI_FKey_trigger_type(trigger->tgfoid) != RI_TRIGGER_NONE ||
		trigger->tgfoid == F_UNIQUE_KEY_RECHECK ||
		trigger->tgfoid == F_SUPPRESS_REDUNDANT_UPDATES_TRIGGER ||
		wdd_is_own_function(trigger->tgfoid, WDD_FUNC_SEAL_ROW) ||
		wdd_is_own_function(trigger->tgfoid, WDD_FUNC_SEAL_FROM);
}

HeapTuple
wdd_trigger_tuple(Oid oid)
{
	return wdd_catalog_tuple(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, oid, NULL);
}

/* wdd.trigger_fingerprint(trigger oid) returns bytea */
Datum
wdd_trigger_fingerprint(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = wdd_trigger_tuple(PG_GETARG_OID(0));

	if (!HeapTupleIsValid(tuple))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(wdd_trigger_fingerprint_of(tuple));
}

/* wdd.trigger_built_in(trigger oid) returns boolean */
Datum
wdd_trigger_built_in(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = wdd_trigger_tuple(PG_GETARG_OID(0));

	if (!HeapTupleIsValid(tuple))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(wdd_trigger_is_built_in(tuple));
}

static void
invalidate_relation_of(HeapTuple row, TupleDesc desc)
{
	bool		isnull;
	Datum		relid = heap_getattr(row, 1, desc, &isnull);

	if (!isnull && OidIsValid(DatumGetObjectId(relid)) &&
		get_rel_relkind(DatumGetObjectId(relid)) != '\0')
		wdd_invalidate_tree(DatumGetObjectId(relid));
}

/*
 * Row trigger of wdd.trigger_approval: plans of the table, and what is cached of
 * it, are made anew when the transaction commits.
 */
Datum
wdd_trigger_approval_changed(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" is called by row triggers only", "wdd.trigger_approval_changed")));
	desc = RelationGetDescr(data->tg_relation);
	invalidate_relation_of(data->tg_trigtuple, desc);
	if (data->tg_newtuple)
		invalidate_relation_of(data->tg_newtuple, desc);
	return PointerGetDatum(NULL);
}
