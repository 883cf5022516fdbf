/*
 * row_triggers.c
 *		The backend's memory of row triggers (see row_triggers.h).
 *
 * One entry per relation that was asked about, and one, perhaps without
 * contents, per relation of its tree, so that a relcache invalidation of any of
 * them is noticed: CREATE, ALTER and DROP TRIGGER, ENABLE, DISABLE, ATTACH,
 * DETACH and changes of approvals send one.  A change of a function invalidates
 * no relation: a change of any makes entries with triggers stale.  So does
 * whatever happens to wdd.trigger_approval itself, such as that its own trigger
 * is switched off and on again around rows that a dump brings.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/row_triggers.h"
#include "catalog/trigger_approval.h"
#include "commands/trigger.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

typedef struct TriggerEntry
{
	Oid			relid;			/* hash key */
	bool		valid;
	uint64		generation;		/* of relations, for a tree */
	uint64		functions;		/* of functions, where there are triggers */
	MemoryContext context;		/* NULL: nothing known */
	WddRowTriggers *triggers;
} TriggerEntry;

static HTAB *entries;
static MemoryContext cache_context;
static uint64 relation_generation = 1;
static uint64 function_generation = 1;
static Oid	approval_relation = InvalidOid;

static uint8
what_it_does(const FormData_pg_trigger *trigger)
{
	bool		before = TRIGGER_FOR_BEFORE(trigger->tgtype);
	uint8		does = 0;

	if (TRIGGER_FOR_UPDATE(trigger->tgtype))
		does |= WDD_TRIGGER_SEES_UPDATE | (before ? WDD_TRIGGER_ALTERS_UPDATE : 0);
	if (TRIGGER_FOR_DELETE(trigger->tgtype))
		does |= WDD_TRIGGER_SEES_DELETE;
	if (TRIGGER_FOR_INSERT(trigger->tgtype) && before)
		does |= WDD_TRIGGER_ALTERS_INSERT;
	return does;
}

/* The approval of a trigger that partitions got from their root is the root's. */
static bool
is_approved(HeapTuple tuple)
{
	Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

	approval_relation = wdd_own_relation(WDD_REL_TRIGGER_APPROVAL);
	while (OidIsValid(trigger->tgparentid))
	{
		tuple = wdd_trigger_tuple(trigger->tgparentid);
		if (!HeapTupleIsValid(tuple))
			return false;
		trigger = (Form_pg_trigger) GETSTRUCT(tuple);
	}
	return wdd_trigger_is_approved(trigger->tgrelid, wdd_trigger_fingerprint_of(tuple));
}

static WddRowTrigger *
read_trigger(HeapTuple tuple)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	WddRowTrigger *trigger;

	if (!TRIGGER_FOR_ROW(form->tgtype) || form->tgenabled == TRIGGER_DISABLED ||
		what_it_does(form) == 0 || wdd_trigger_is_built_in(tuple))
		return NULL;
	trigger = palloc(sizeof(WddRowTrigger));
	trigger->relid = form->tgrelid;
	trigger->name = pstrdup(NameStr(form->tgname));
	trigger->function = form->tgfoid;
	trigger->function_hash = GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(form->tgfoid));
	trigger->does = what_it_does(form);
	trigger->approved = is_approved(tuple);
	if (trigger->approved)
		wdd_function_fingerprint(form->tgfoid, trigger->function_fingerprint);
	return trigger;
}

static bool
has_triggers(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_class) GETSTRUCT(tuple))->relhastriggers;
	ReleaseSysCache(tuple);
	return result;
}

static void
read_triggers(Oid relid, WddRowTriggers *into)
{
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!has_triggers(relid))
		return;
	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		WddRowTrigger *trigger = read_trigger(tuple);

		if (trigger == NULL)
			continue;
		into->triggers = lappend(into->triggers, trigger);
		if (!trigger->approved)
			into->unapproved |= trigger->does;
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

static TriggerEntry *
find_entry(Oid relid)
{
	bool		found;
	TriggerEntry *entry = hash_search(entries, &relid, HASH_ENTER, &found);

	if (!found)
		memset((char *) entry + sizeof(Oid), 0, sizeof(TriggerEntry) - sizeof(Oid));
	return entry;
}

static bool
is_fresh(const TriggerEntry *entry)
{
	return entry->valid &&
		(list_length(entry->triggers->members) == 1 || entry->generation == relation_generation) &&
		(entry->triggers->triggers == NIL || entry->functions == function_generation);
}

static WddRowTriggers *
read_tree(Oid relid)
{
	static uint64 last_serial = 0;
	WddRowTriggers *triggers = palloc0(sizeof(WddRowTriggers));
	ListCell   *lc;

	triggers->serial = ++last_serial;
	triggers->members = find_all_inheritors(relid, NoLock, NULL);
	foreach(lc, triggers->members)
	{
		find_entry(lfirst_oid(lc));	/* its invalidations count from now on */
		read_triggers(lfirst_oid(lc), triggers);
	}
	return triggers;
}

/* (Re)build an entry, until no invalidation came in between. */
static void
build_entry(Oid relid)
{
	for (int tries = 0; tries < 10; tries++)
	{
		uint64		relations;
		uint64		functions = function_generation;
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
													  "wdd_privacy row triggers of a relation",
													  ALLOCSET_SMALL_SIZES);
		MemoryContext oldcontext = MemoryContextSwitchTo(context);
		TriggerEntry *entry = find_entry(relid);
		WddRowTriggers *triggers;

		entry->valid = true;	/* until a message comes */
		relations = relation_generation;
		triggers = read_tree(relid);
		MemoryContextSwitchTo(oldcontext);
		entry = find_entry(relid);
		if (entry->context)
			MemoryContextDelete(entry->context);
		MemoryContextSetParent(context, cache_context);
		entry->context = context;
		entry->triggers = triggers;
		entry->generation = relations;
		entry->functions = functions;
		if (is_fresh(entry))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INTERNAL_ERROR),
			 errmsg("triggers of relation with OID %u keep changing", relid)));
}

const WddRowTriggers *
wdd_row_triggers(Oid relid)
{
	TriggerEntry *entry = hash_search(entries, &relid, HASH_FIND, NULL);

	if (entry && entry->triggers && is_fresh(entry))
		return entry->triggers;
	if (entry)
		entry->valid = false;	/* also when reading the catalogs fails */
	build_entry(relid);
	return find_entry(relid)->triggers;
}

const WddRowTrigger *
wdd_unapproved_trigger(const WddRowTriggers *triggers, uint8 does)
{
	ListCell   *lc;

	foreach(lc, triggers->triggers)
	{
		WddRowTrigger *trigger = lfirst(lc);

		if (!trigger->approved && (trigger->does & does))
			return trigger;
	}
	return NULL;
}

static void
relation_changed(Datum arg, Oid relid)
{
	TriggerEntry *entry;
	HASH_SEQ_STATUS status;

	if (OidIsValid(relid) && relid == approval_relation)
		function_generation++;
	if (OidIsValid(relid))
	{
		entry = hash_search(entries, &relid, HASH_FIND, NULL);
		if (entry == NULL)
			return;
		entry->valid = false;
		relation_generation++;
		return;
	}
	relation_generation++;
	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
		entry->valid = false;
}

uint64
wdd_function_generation(void)
{
	return function_generation;
}

static void
function_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	function_generation++;
}

void
wdd_row_triggers_init(void)
{
	HASHCTL		control = {0};

	cache_context = AllocSetContextCreate(TopMemoryContext, "wdd_privacy row triggers",
										  ALLOCSET_DEFAULT_SIZES);
	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(TriggerEntry);
	control.hcxt = cache_context;
	entries = hash_create("wdd_privacy row triggers", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, (Datum) 0);
}
