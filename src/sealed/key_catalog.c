/*
 * key_catalog.c
 *		What this database says of epochs (see key_catalog.h).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/own_objects.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "sealed/key_catalog.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(wdd_key_epochs_changed);
PG_FUNCTION_INFO_V1(wdd_data_keys_deleted);

/* Columns of wdd.key_epoch and wdd.token_domain. */
#define Anum_key_epoch_epoch		1
#define Anum_key_epoch_state		2
#define Anum_key_epoch_check_value	3
#define Natts_key_epoch				5
#define Anum_token_domain_domain	1
#define Anum_token_domain_epoch		2
#define Natts_token_domain			2

static struct
{
	uint64		generation;		/* when it was read; 0: never */
	int			current;
	WddKeyEpoch epochs[WDD_LAST_EPOCH + 1];
	int			token_epochs[WDD_KIND_LAST + 1];
}			known;

static uint64 generation = 1;
static Oid	epoch_relation = InvalidOid;
static Oid	domain_relation = InvalidOid;

static void
at_relcache_invalidation(Datum arg, Oid relation)
{
	if (relation == InvalidOid || relation == epoch_relation || relation == domain_relation)
		generation++;
}

void
wdd_key_catalog_init(void)
{
	CacheRegisterRelcacheCallback(at_relcache_invalidation, (Datum) 0);
}

/* That the extension was dropped and created anew counts as well. */
uint64
wdd_key_catalog_generation(void)
{
	return generation + wdd_own_generation();
}

static WddEpochState
state_named(const char *name)
{
	if (strcmp(name, "current") == 0)
		return WDD_EPOCH_CURRENT;
	return strcmp(name, "retired") == 0 ? WDD_EPOCH_RETIRED : WDD_EPOCH_PREVIOUS;
}

static void
take_epoch(Datum *values)
{
	int			epoch = DatumGetInt16(values[Anum_key_epoch_epoch - 1]);
	bytea	   *check = DatumGetByteaPP(values[Anum_key_epoch_check_value - 1]);
	WddKeyEpoch *taken;

	if (epoch < 1 || epoch > WDD_LAST_EPOCH || VARSIZE_ANY_EXHDR(check) != WDD_CHECK_VALUE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("table \"%s\" holds what the extension cannot have written", "wdd.key_epoch")));
	taken = &known.epochs[epoch];
	taken->state = state_named(TextDatumGetCString(values[Anum_key_epoch_state - 1]));
	memcpy(taken->check_value, VARDATA_ANY(check), WDD_CHECK_VALUE_BYTES);
	if (taken->state == WDD_EPOCH_CURRENT)
		known.current = epoch;
}

static void
take_domain(Datum *values)
{
	int			epoch = DatumGetInt16(values[Anum_token_domain_epoch - 1]);
	char	   *name = TextDatumGetCString(values[Anum_token_domain_domain - 1]);
	WddSealedKind kind;

	if (wdd_kind_by_name(name, &kind) && epoch >= 1 && epoch <= WDD_LAST_EPOCH)
		known.token_epochs[kind] = epoch;
	pfree(name);
}

/* Without an index: there are a handful of rows, and rarely a reader. */
static void
read_rows(Oid relation, int n_columns, void (*take) (Datum *values))
{
	Relation	rel = table_open(relation, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	SysScanDesc scan;
	HeapTuple	tuple;
	Datum		values[Natts_key_epoch];
	bool		nulls[Natts_key_epoch];

	if (desc->natts != n_columns)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("relation \"%s\" of extension \"wdd_privacy\" has other columns than its library knows",
						RelationGetRelationName(rel)),
				 errhint("Run ALTER EXTENSION wdd_privacy UPDATE.")));
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		heap_deform_tuple(tuple, desc, values, nulls);
		take(values);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/*
 * What changes while it is read counts up, and is read again at the next call.
 * Opening the relations receives what others have committed.
 */
static void
refresh(void)
{
	uint64		seen;

	epoch_relation = wdd_own_relation(WDD_REL_KEY_EPOCH);
	domain_relation = wdd_own_relation(WDD_REL_TOKEN_DOMAIN);
	AcceptInvalidationMessages();
	seen = wdd_key_catalog_generation();
	memset(&known, 0, sizeof(known));
	read_rows(epoch_relation, Natts_key_epoch, take_epoch);
	read_rows(domain_relation, Natts_token_domain, take_domain);
	known.generation = seen;
}

static inline void
be_fresh(void)
{
	if (unlikely(known.generation != wdd_key_catalog_generation()))
		refresh();
}

const WddKeyEpoch *
wdd_key_epoch(int epoch)
{
	Assert(epoch >= 0 && epoch <= WDD_LAST_EPOCH);
	be_fresh();
	return &known.epochs[epoch];
}

int
wdd_key_epoch_current(void)
{
	be_fresh();
	return known.current;
}

int
wdd_token_domain_epoch(WddSealedKind kind)
{
	Assert(wdd_kind_exists(kind));
	be_fresh();
	return known.token_epochs[kind];
}

/*
 * Run one command as the extension's owner.  Both are INSERTs that yield to a
 * row that is there, also to one that another transaction is about to commit.
 */
static bool
write_as_owner(const char *command, int n, Oid *types, Datum *values)
{
	Oid			user;
	int			security;

	if (RecoveryInProgress() || XactReadOnly || IsInParallelMode())
		return false;
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(wdd_extension_owner(), security | SECURITY_LOCAL_USERID_CHANGE);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(command, n, types, values, NULL, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "recording an epoch failed");
	SPI_finish();
	SetUserIdAndSecContext(user, security);
	/* a row that somebody else has written meanwhile sent its message to us, too */
	generation++;
	return true;
}

bool
wdd_record_first_epoch(int epoch, const uint8 *check_value)
{
	Oid			types[2] = {INT2OID, BYTEAOID};
	bytea	   *check = palloc(VARHDRSZ + WDD_CHECK_VALUE_BYTES);
	Datum		values[2] = {Int16GetDatum(epoch), PointerGetDatum(check)};

	SET_VARSIZE(check, VARHDRSZ + WDD_CHECK_VALUE_BYTES);
	memcpy(VARDATA(check), check_value, WDD_CHECK_VALUE_BYTES);
	return write_as_owner("INSERT INTO wdd.key_epoch (epoch, state, check_value) VALUES ($1, 'current', $2) "
						  "ON CONFLICT DO NOTHING", 2, types, values);
}

bool
wdd_record_token_domain(WddSealedKind kind, int epoch)
{
	Oid			types[2] = {TEXTOID, INT2OID};
	Datum		values[2] = {CStringGetTextDatum(wdd_kind_name(kind)), Int16GetDatum(epoch)};

	return write_as_owner("INSERT INTO wdd.token_domain (domain, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING",
						  2, types, values);
}

static void
require_trigger(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager", function)));
}

Datum
wdd_key_epochs_changed(PG_FUNCTION_ARGS)
{
	require_trigger(fcinfo, "wdd.key_epochs_changed");
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}

Datum
wdd_data_keys_deleted(PG_FUNCTION_ARGS)
{
	require_trigger(fcinfo, "wdd.data_keys_deleted");
	CacheInvalidateRelcacheByRelid(wdd_own_relation(WDD_REL_KEY_SIGNAL));
	return PointerGetDatum(NULL);
}
