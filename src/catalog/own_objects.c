/*
 * own_objects.c
 *		OIDs of the extension's own objects, and its version.
 *
 * What is known lies in one static struct.  Only what was found is remembered
 * of single objects, so that a look-up half-way through CREATE EXTENSION does
 * no harm; that the extension does not exist is remembered as well, since
 * databases without it ask at every statement.
 *
 * All is forgotten when
 *	- pg_namespace changes for the extension's schema, or, while there is no
 *	  extension, for any schema: CREATE EXTENSION makes the schema, and its
 *	  script grants USAGE on it, which comes after the row in pg_extension is
 *	  visible; DROP EXTENSION drops the schema that it made;
 *	- a relcache invalidation comes for wdd.catalog_signal or catalog_copy:
 *	  changes of the catalog, DROP EXTENSION where the schema stays, and ALTER
 *	  EXTENSION UPDATE, for which the utility hook sends one.
 * Rollback, also to a savepoint, runs the same callbacks.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#define WDD_EXTENSION "wdd_privacy"

/* SQL versions that this library serves: its own, and the one before. */
static const char *const served_versions[] = {WDD_VERSION};

static const char *const relation_names[WDD_N_OWN_RELATIONS] = {
	"catalog_signal", "catalog_copy",
	"trigger_approval",
	"consent_state", "consent_signal",
	"person", "key_epoch", "token_domain", "data_key", "key_signal",
	"consent_state_integer", "consent_state_uuid", "consent_state_text",
	"consent_state_changed",
	"trigger_approval_pkey",
	"person_key_integer", "person_key_uuid", "person_key_text",
	"data_key_pkey"
};

static const struct
{
	const char *name;
	Oid			argument_types[2];
}			function_signatures[WDD_N_OWN_FUNCTIONS] = {
	{"row_permitted", {TEXTOID, ANYOID}},
	{"row_required", {TEXTOID, ANYOID}},
	{"mask", {TEXTOID, TEXTOID}},
	{"mask", {INETOID, TEXTOID}},
	{"statistics_shown", {OIDOID, INT2OID}},
	{"extended_statistics_shown", {OIDOID}},
	{"second_wall", {REGCLASSOID}},
	{"second_wall_rest", {REGCLASSOID}},
	{"seal_row"},
	{"seal_from"}
};

typedef enum ExtensionState
{
	EXTENSION_UNKNOWN,
	EXTENSION_ABSENT,
	EXTENSION_PRESENT
} ExtensionState;

static struct
{
	ExtensionState state;
	Oid			schema;
	uint32		schema_hash;	/* of its entry in syscache NAMESPACEOID */
	bool		served;
	char		version[64];	/* for messages; a longer one is cut */
	Oid			relations[WDD_N_OWN_RELATIONS];
	Oid			functions[WDD_N_OWN_FUNCTIONS];
}			own;

static uint64 generation = 1;

static void
forget(void)
{
	memset(&own, 0, sizeof(own));
	generation++;
}

/*
 * While nothing is known, any message counts up: a look-up that is under way
 * then starts again.
 */
static void
namespace_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	if (own.state != EXTENSION_PRESENT ||
		hashvalue == 0 || hashvalue == own.schema_hash)
		forget();
}

static void
relation_changed(Datum arg, Oid relid)
{
	if (own.state == EXTENSION_UNKNOWN)
	{
		generation++;
		return;
	}
	if (own.state == EXTENSION_ABSENT)
		return;
	if (!OidIsValid(relid))
	{
		forget();
		return;
	}
	for (int i = 0; i < WDD_N_OWN_RELATIONS; i++)
	{
		if (own.relations[i] != relid)
			continue;
		if (i <= WDD_REL_LAST_OF_CATALOG)
			forget();
		else if (i >= WDD_REL_FIRST_INDEX)
			own.relations[i] = InvalidOid;	/* REINDEX CONCURRENTLY */
		return;
	}
}

static void
remember_version(const char *version)
{
	own.served = false;
	for (int i = 0; i < lengthof(served_versions); i++)
	{
		if (strcmp(version, served_versions[i]) == 0)
			own.served = true;
	}
	strlcpy(own.version, version, sizeof(own.version));
}

/*
 * Read our row of pg_extension.  There is no syscache of it before PostgreSQL
 * 18, and its index is not among those that a new backend has at hand: reading
 * the heap of a few rows is cheaper than opening the index.
 *
 * Not the schema's name but the extension's row says which schema is ours, so
 * that renaming the schema does not make the extension disappear.
 */
static ExtensionState
read_extension_row(void)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ExtensionState state = EXTENSION_ABSENT;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum(WDD_EXTENSION));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		version = heap_getattr(tuple, Anum_pg_extension_extversion,
										   RelationGetDescr(rel), &isnull);

		remember_version(isnull ? "" : TextDatumGetCString(version));
		own.schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
		state = EXTENSION_PRESENT;
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return state;
}

/*
 * Settle whether the extension exists.  The OID of the signal is looked up with
 * it, or the signal's invalidations would pass unseen.
 */
static void
find_extension(void)
{
	uint64		seen;
	ExtensionState state;

	do
	{
		seen = generation;
		state = read_extension_row();
		if (state == EXTENSION_PRESENT)
		{
			own.schema_hash = GetSysCacheHashValue1(NAMESPACEOID,
													ObjectIdGetDatum(own.schema));
			own.relations[WDD_REL_CATALOG_SIGNAL] =
				get_relname_relid(relation_names[WDD_REL_CATALOG_SIGNAL], own.schema);
		}
	} while (seen != generation);
	/* pg_upgrade makes the extension by a function, of which no message tells */
	own.state = state == EXTENSION_ABSENT && IsBinaryUpgrade ? EXTENSION_UNKNOWN : state;
}

Oid
wdd_extension_owner(void)
{
	Relation	pg_extension = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			owner = InvalidOid;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("wdd_privacy"));
	scan = systable_beginscan(pg_extension, ExtensionNameIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		owner = ((Form_pg_extension) GETSTRUCT(tuple))->extowner;
	systable_endscan(scan);
	table_close(pg_extension, AccessShareLock);
	return owner;
}

bool
wdd_extension_exists(void)
{
	if (unlikely(own.state == EXTENSION_UNKNOWN))
		find_extension();
	return own.state == EXTENSION_PRESENT;
}

Oid
wdd_own_schema(void)
{
	return wdd_extension_exists() ? own.schema : InvalidOid;
}

static void
require_extension(void)
{
	if (!wdd_extension_exists())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("extension \"%s\" does not exist in this database", WDD_EXTENSION),
				 errhint("Run CREATE EXTENSION %s.", WDD_EXTENSION)));
}

static void
raise_missing(const char *kind, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s \"%s\" of extension \"%s\" is missing", kind, name, WDD_EXTENSION),
			 errdetail("The extension's SQL is of version %s, its library of version %s.",
					   own.version, WDD_VERSION),
			 errhint("Undo what renamed or dropped it, or run ALTER EXTENSION %s UPDATE.",
					 WDD_EXTENSION)));
}

Oid
wdd_own_relation(WddOwnRelation which)
{
	uint64		seen;
	Oid			found;

	if (likely(OidIsValid(own.relations[which])))
		return own.relations[which];
	do
	{
		require_extension();
		seen = generation;
		found = get_relname_relid(relation_names[which], own.schema);
	} while (seen != generation);
	if (!OidIsValid(found))
		raise_missing("relation", relation_names[which]);
	own.relations[which] = found;
	return found;
}

/* InvalidOid when there is none: its version's script has not come to it yet. */
static Oid
find_own_function(WddOwnFunction which)
{
	uint64		seen;
	Oid			found;

	if (likely(OidIsValid(own.functions[which])))
		return own.functions[which];
	do
	{
		const Oid  *types = function_signatures[which].argument_types;
		oidvector  *arguments = buildoidvector(types, OidIsValid(types[0]) + OidIsValid(types[1]));

		require_extension();
		seen = generation;
		found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
								CStringGetDatum(function_signatures[which].name),
								PointerGetDatum(arguments),
								ObjectIdGetDatum(own.schema));
		pfree(arguments);
	} while (seen != generation);
	own.functions[which] = found;
	return found;
}

Oid
wdd_own_function(WddOwnFunction which)
{
	Oid			found = find_own_function(which);

	if (!OidIsValid(found))
		raise_missing("function", function_signatures[which].name);
	return found;
}

Oid
wdd_own_function_named(const char *name, int n, const Oid *argument_types)
{
	oidvector  *arguments = buildoidvector(argument_types, n);
	Oid			found;

	require_extension();
	found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
							PointerGetDatum(arguments), ObjectIdGetDatum(own.schema));
	pfree(arguments);
	if (!OidIsValid(found))
		raise_missing("function", name);
	return found;
}

bool
wdd_is_own_function(Oid function, WddOwnFunction which)
{
	return function >= FirstNormalObjectId && wdd_extension_exists() && function == find_own_function(which);
}

bool
wdd_is_check_function(Oid function)
{
	return function >= FirstNormalObjectId &&
		(function == find_own_function(WDD_FUNC_ROW_PERMITTED) ||
		 function == find_own_function(WDD_FUNC_ROW_REQUIRED));
}

bool
wdd_version_served(void)
{
	return wdd_extension_exists() && own.served;
}

void
wdd_require_served_version(void)
{
	if (likely(own.state == EXTENSION_PRESENT && own.served))
		return;
	require_extension();
	if (own.served)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("library and SQL of extension \"%s\" are of versions that do not fit",
					WDD_EXTENSION),
			 errdetail("The extension's SQL is of version %s, its library of version %s.",
					   own.version, WDD_VERSION),
			 errhint("Run ALTER EXTENSION %s UPDATE; if it is up to date, reconnect, so that the installed library is loaded.",
					 WDD_EXTENSION)));
}

uint64
wdd_own_generation(void)
{
	return generation;
}

void
wdd_signal_catalog_change(void)
{
	CacheInvalidateRelcacheByRelid(wdd_own_relation(WDD_REL_CATALOG_SIGNAL));
}

/*
 * Within a transaction that dropped the extension it was seen to be absent; when
 * that is rolled back it is there again, without any message that says so.
 */
static void
forget_absence(void)
{
	if (own.state == EXTENSION_ABSENT)
		forget();
}

static void
transaction_ended(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT)
		forget_absence();
}

static void
subtransaction_ended(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		forget_absence();
}

void
wdd_own_objects_init(void)
{
	RegisterXactCallback(transaction_ended, NULL);
	RegisterSubXactCallback(subtransaction_ended, NULL);
	CacheRegisterSyscacheCallback(NAMESPACEOID, namespace_changed, (Datum) 0);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}
