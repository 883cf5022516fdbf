/*
 * key_admin.c
 *		Functions by which keys are administered (see keys.sql).
 *
 * What they show of keys is which epochs there are, never a key.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "sealed/envelope.h"
#include "sealed/key_file.h"
#include "sealed/key_ring.h"
#include "sealed/key_source.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(wdd_reload_keys);
PG_FUNCTION_INFO_V1(wdd_create_key_file);
PG_FUNCTION_INFO_V1(wdd_key_ring_epochs);
PG_FUNCTION_INFO_V1(wdd_key_ring_state);
PG_FUNCTION_INFO_V1(wdd_newest_epoch_of_source);
PG_FUNCTION_INFO_V1(wdd_epoch_check_value);
PG_FUNCTION_INFO_V1(wdd_forget_epoch);
PG_FUNCTION_INFO_V1(wdd_rewrap);
PG_FUNCTION_INFO_V1(wdd_data_key_stored);

Datum
wdd_reload_keys(PG_FUNCTION_ARGS)
{
	WddKeyRingStatus status;
	int			n = 0;

	wdd_key_ring_reload();
	wdd_key_ring_status(&status);
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
		n += status.has[epoch];
	PG_RETURN_INT32(n);
}

static void
require_no_epochs(void)
{
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
	{
		if (wdd_key_epoch(epoch)->state != WDD_EPOCH_UNKNOWN)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("this database was sealed with keys before"),
					 errdetail("It knows epoch %d; a file with a new key in its place would open nothing.", epoch),
					 errhint("Bring back the source of those keys, or add a line with a higher epoch to it.")));
	}
}

/* wdd.create_key_file(path text) returns text: a line for postgresql.conf */
Datum
wdd_create_key_file(PG_FUNCTION_ARGS)
{
	char	   *path = text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (!superuser())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be superuser to make a key file"),
				 errhint("Ask a superuser, or make the file on the server by hand.")));
	require_no_epochs();
	wdd_make_key_file(path);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("wdd_privacy.key_file = %s", quote_literal_cstr(path))));
}

/*
 * wdd.key_ring_epochs() returns setof (epoch smallint, has_key boolean, key_right boolean)
 */
Datum
wdd_key_ring_epochs(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WddKeyRingStatus status;

	wdd_key_ring_status(&status);
	InitMaterializedSRF(fcinfo, 0);
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
	{
		bool		known = wdd_key_epoch(epoch)->state != WDD_EPOCH_UNKNOWN;
		Datum		values[3] = {Int16GetDatum(epoch), BoolGetDatum(status.has[epoch]), BoolGetDatum(status.right[epoch])};
		bool		nulls[3] = {false, false, !known || !status.has[epoch]};

		if (known || status.has[epoch])
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * wdd.key_ring_state() returns (source text, shared boolean, locked boolean,
 * message text, detail text, hint text)
 *
 * A source that has become unfit since it was read is worth knowing of.
 */
Datum
wdd_key_ring_state(PG_FUNCTION_ARGS)
{
	WddKeyRingStatus status;
	WddKeyFault fault;
	TupleDesc	desc;
	Datum		values[6];
	bool		nulls[6] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	wdd_key_ring_status(&status);
	if (wdd_check_key_source(&fault))
		fault = status.fault;
	values[0] = CStringGetTextDatum(wdd_key_source_kind());
	values[1] = BoolGetDatum(status.shared);
	values[2] = BoolGetDatum(wdd_secrets_locked());
	values[3] = CStringGetTextDatum(fault.message);
	values[4] = CStringGetTextDatum(fault.detail);
	values[5] = CStringGetTextDatum(fault.hint);
	nulls[3] = nulls[4] = nulls[5] = fault.message[0] == '\0';
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/* wdd.newest_epoch() returns smallint */
Datum
wdd_newest_epoch_of_source(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT16(wdd_newest_epoch());
}

/* wdd.epoch_check_value(epoch integer) returns bytea */
Datum
wdd_epoch_check_value(PG_FUNCTION_ARGS)
{
	bytea	   *check = palloc(VARHDRSZ + WDD_CHECK_VALUE_BYTES);

	SET_VARSIZE(check, VARHDRSZ + WDD_CHECK_VALUE_BYTES);
	wdd_key_check_value(PG_GETARG_INT32(0), (uint8 *) VARDATA(check));
	PG_RETURN_BYTEA_P(check);
}

/* wdd.forget_epoch(epoch integer) returns void */
Datum
wdd_forget_epoch(PG_FUNCTION_ARGS)
{
	int			epoch = PG_GETARG_INT32(0);

	if (epoch >= 1 && epoch <= WDD_LAST_EPOCH)
		wdd_key_ring_forget(epoch);
	PG_RETURN_VOID();
}

#define HEAD_BYTES (WDD_PERSON_BYTES + 2)
#define LONGEST_KEY 256

/* What is authenticated with a wrapped data key. */
static void
write_head(uint8 head[HEAD_BYTES], const pg_uuid_t *person, int epoch)
{
	memcpy(head, person->data, WDD_PERSON_BYTES);
	head[WDD_PERSON_BYTES] = epoch >> 8;
	head[WDD_PERSON_BYTES + 1] = epoch & 0xFF;
}

/*
 * wdd.rewrap(person uuid, epoch integer, wrapped bytea, new_epoch integer)
 * returns bytea
 *
 * Whatever stands in the data key is carried over as it is.
 */
Datum
wdd_rewrap(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *person = PG_GETARG_UUID_P(0);
	int			epoch = PG_GETARG_INT32(1);
	bytea	   *wrapped = PG_GETARG_BYTEA_PP(2);
	const uint8 *old = (const uint8 *) VARDATA_ANY(wrapped);
	size_t		length = VARSIZE_ANY_EXHDR(wrapped);
	bytea	   *result = palloc(VARHDRSZ + length);
	uint8	   *new = (uint8 *) VARDATA(result);
	uint8		head[HEAD_BYTES];
	uint8		key[LONGEST_KEY];
	size_t		key_length = length - WDD_NONCE_BYTES - WDD_TAG_BYTES;

	write_head(head, person, epoch);
	if (length <= WDD_NONCE_BYTES + WDD_TAG_BYTES || key_length > sizeof(key) ||
		!wdd_aead_open(key, old + WDD_NONCE_BYTES, length - WDD_NONCE_BYTES, head, sizeof(head), old, wdd_wrap_key(epoch)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("data key of person %s cannot be unwrapped", DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(person)))),
				 errdetail("The row of wdd.data_key was changed, or belongs to another database."),
				 errhint("Bring the row back from a backup; if it is lost, so is what was sealed for the person, and the row may be deleted.")));
	epoch = PG_GETARG_INT32(3);
	write_head(head, person, epoch);
	SET_VARSIZE(result, VARHDRSZ + length);
	wdd_next_nonce(new);
	wdd_aead_seal(new + WDD_NONCE_BYTES, key, key_length, head, sizeof(head), new, wdd_wrap_key(epoch));
	wdd_wipe(key, key_length);
	PG_RETURN_BYTEA_P(result);
}

/*
 * Trigger before rows are stored in wdd.data_key.  A session that wrapped a key
 * while its epoch was being retired waits for the lock that retire_epoch() holds,
 * and comes to know of it here.
 */
Datum
wdd_data_key_stored(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	bool		isnull;
	int			epoch;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager", "wdd.data_key_stored")));
	epoch = DatumGetInt16(heap_getattr(trigger->tg_trigtuple, 2, RelationGetDescr(trigger->tg_relation), &isnull));
	if (epoch >= 1 && epoch <= WDD_LAST_EPOCH && wdd_key_epoch(epoch)->state == WDD_EPOCH_RETIRED)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("epoch %d of keys has been retired", epoch),
				 errdetail("It was when this statement made a key under it."),
				 errhint("Run the statement again.")));
	return PointerGetDatum(trigger->tg_trigtuple);
}
