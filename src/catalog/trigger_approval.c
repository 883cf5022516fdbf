/*
 * trigger_approval.c
 *		See trigger_approval.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/trigger_approval.h"
#include "commands/proclang.h"
#include "commands/trigger.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(wdd_trigger_fingerprint);
PG_FUNCTION_INFO_V1(wdd_trigger_built_in);
PG_FUNCTION_INFO_V1(wdd_trigger_approval_changed);

/* Fields carry their length, so that none can pass for a part of another. */
static void
add_field(StringInfo out, const char *field)
{
	appendStringInfo(out, "%zu:%s;", strlen(field), field);
}

static void
add_attribute(StringInfo out, Oid type_out, HeapTuple function, AttrNumber attribute)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(PROCOID, function, attribute, &isnull);

	add_field(out, isnull ? "" : OidOutputFunctionCall(type_out, value));
}

static Datum
sha256_of(StringInfo text)
{
	return DirectFunctionCall1(sha256_bytea,
							   PointerGetDatum(cstring_to_text_with_len(text->data, text->len)));
}

void
wdd_function_fingerprint(Oid oid, uint8 *fingerprint)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(oid));
	Form_pg_proc function;
	StringInfoData text;
	Datum		hash;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", oid);
	function = (Form_pg_proc) GETSTRUCT(tuple);
	initStringInfo(&text);
	add_field(&text, get_language_name(function->prolang, false));
	add_attribute(&text, F_TEXTOUT, tuple, Anum_pg_proc_prosrc);
	add_attribute(&text, F_TEXTOUT, tuple, Anum_pg_proc_probin);
	add_attribute(&text, F_ARRAY_OUT, tuple, Anum_pg_proc_proconfig);
	if (function->prosecdef)
		add_field(&text, GetUserNameFromId(function->proowner, false));
	ReleaseSysCache(tuple);
	hash = sha256_of(&text);
	memcpy(fingerprint, VARDATA_ANY(DatumGetPointer(hash)), WDD_FINGERPRINT_LENGTH);
}

/*
 * Condition, function and arguments, as pg_get_triggerdef() writes them: the
 * part that follows the names of trigger and table.
 */
static void
add_definition(StringInfo out, Oid oid)
{
	int			nest_level = NewGUCNestLevel();
	const char *definition;
	const char *part;

	/* names outside pg_catalog are to be qualified, whatever the session's path */
	(void) set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	definition = TextDatumGetCString(DirectFunctionCall1(pg_get_triggerdef, ObjectIdGetDatum(oid)));
	AtEOXact_GUC(true, nest_level);
	part = strstr(definition, " FOR EACH ");
	add_field(out, part ? part : definition);
}

Datum
wdd_trigger_fingerprint_of(HeapTuple tuple)
{
	Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);
	StringInfoData out;
	uint8		function[WDD_FINGERPRINT_LENGTH];

	initStringInfo(&out);
	appendStringInfo(&out, "%d;", trigger->tgtype);
	for (int i = 0; i < trigger->tgattr.dim1; i++)
		add_field(&out, get_attname(trigger->tgrelid, trigger->tgattr.values[i], false));
	add_definition(&out, trigger->oid);
	wdd_function_fingerprint(trigger->tgfoid, function);
	appendBinaryStringInfo(&out, (char *) function, WDD_FINGERPRINT_LENGTH);
	return sha256_of(&out);
}

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
		trigger->tgfoid == F_SUPPRESS_REDUNDANT_UPDATES_TRIGGER;
}

HeapTuple
wdd_trigger_tuple(Oid oid)
{
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(rel, TriggerOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return tuple;
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
