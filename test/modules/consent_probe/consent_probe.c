/*
 * consent_probe.c
 *		Views of the consent cache, opened and asked from SQL.
 *
 * consent_probe(purpose, category, kind, silence, keys, expected, build_now)
 * opens one view and asks it for each key of an array.  consent_probe_each()
 * does the same a key a call, so that a cursor can hold a view open.
 * consent_probe_export() opens a view with a set and returns its handle, and
 * consent_probe_attach() asks through the handle, in another backend, as a
 * parallel worker does.  consent_probe_limit_files() limits the size of what
 * this backend writes, shared memory included; it should only read from then on.
 */
#include "postgres.h"

#include <sys/resource.h>

#include "catalog/pg_type.h"
#include "consent/consent_cache.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(consent_probe);
PG_FUNCTION_INFO_V1(consent_probe_each);
PG_FUNCTION_INFO_V1(consent_probe_export);
PG_FUNCTION_INFO_V1(consent_probe_attach);
PG_FUNCTION_INFO_V1(consent_probe_limit_files);

typedef struct Keys
{
	WddKeyType	type;
	Datum	   *values;
	int			n;
} Keys;

static void
read_keys(ArrayType *array, Keys *keys)
{
	bool	   *nulls;

	switch (ARR_ELEMTYPE(array))
	{
		case INT8OID:
			keys->type = WDD_KEY_INTEGER;
			deconstruct_array(array, INT8OID, 8, true, TYPALIGN_DOUBLE,
							  &keys->values, &nulls, &keys->n);
			break;
		case UUIDOID:
			keys->type = WDD_KEY_UUID;
			deconstruct_array(array, UUIDOID, 16, false, TYPALIGN_CHAR,
							  &keys->values, &nulls, &keys->n);
			break;
		case TEXTOID:
			keys->type = WDD_KEY_TEXT;
			deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
							  &keys->values, &nulls, &keys->n);
			break;
		default:
			elog(ERROR, "keys must be bigint[], uuid[] or text[]");
	}
}

static bool
ask(WddConsentView *view, WddKeyType type, Datum key)
{
	if (type == WDD_KEY_INTEGER)
		return wdd_consent_permits_integer(view, DatumGetInt64(key));
	if (type == WDD_KEY_UUID)
		return wdd_consent_permits_uuid(view, DatumGetUUIDP(key));
	return wdd_consent_permits_text(view, VARDATA_ANY(DatumGetTextPP(key)),
									VARSIZE_ANY_EXHDR(DatumGetTextPP(key)));
}

static WddConsentView *
open_view(FunctionCallInfo fcinfo, WddKeyType type)
{
	return wdd_consent_open(PG_GETARG_INT16(0), PG_GETARG_INT16(1), PG_GETARG_INT16(2), type,
							PG_GETARG_BOOL(3), PG_GETARG_FLOAT8(5), PG_GETARG_BOOL(6));
}

Datum
consent_probe(PG_FUNCTION_ARGS)
{
	Keys		keys;
	WddConsentView *view;
	Datum	   *answers;
	int			i;

	read_keys(PG_GETARG_ARRAYTYPE_P(4), &keys);
	answers = palloc((keys.n + 1) * sizeof(Datum));
	view = open_view(fcinfo, keys.type);
	for (i = 0; i < keys.n; i++)
		answers[i] = BoolGetDatum(ask(view, keys.type, keys.values[i]));
	wdd_consent_close(view);
	PG_RETURN_ARRAYTYPE_P(construct_array(answers, keys.n, BOOLOID, 1, true, TYPALIGN_CHAR));
}

typedef struct Each
{
	Keys		keys;
	WddConsentView *view;
} Each;

Datum
consent_probe_each(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Each	   *each;
	bool		answer;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext save;

		call = SRF_FIRSTCALL_INIT();
		save = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		each = palloc(sizeof(Each));
		read_keys(PG_GETARG_ARRAYTYPE_P_COPY(4), &each->keys);
		each->view = open_view(fcinfo, each->keys.type);
		call->user_fctx = each;
		MemoryContextSwitchTo(save);
	}
	call = SRF_PERCALL_SETUP();
	each = call->user_fctx;
	if (call->call_cntr >= each->keys.n)
		SRF_RETURN_DONE(call);
	answer = ask(each->view, each->keys.type, each->keys.values[call->call_cntr]);
	SRF_RETURN_NEXT(call, BoolGetDatum(answer));
}

/* Its one row is the handle; the view stays open until the next call. */
Datum
consent_probe_export(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	WddConsentHandle handle;
	Keys		keys;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext save;

		call = SRF_FIRSTCALL_INIT();
		save = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		read_keys(PG_GETARG_ARRAYTYPE_P(4), &keys);
		call->user_fctx = open_view(fcinfo, keys.type);
		MemoryContextSwitchTo(save);
	}
	call = SRF_PERCALL_SETUP();
	if (call->call_cntr > 0)
		SRF_RETURN_DONE(call);
	wdd_consent_export(call->user_fctx, &handle);
	SRF_RETURN_NEXT(call, CStringGetTextDatum(psprintf("%u %d %d %d %d %d", handle.dsm,
													   handle.purpose_id, handle.category_id,
													   handle.kind_id, handle.key_type,
													   handle.silence_permits)));
}

Datum
consent_probe_attach(PG_FUNCTION_ARGS)
{
	int			numbers[5];
	WddConsentHandle handle = {0};
	WddConsentView *view;
	Keys		keys;
	Datum	   *answers;
	int			i;

	if (sscanf(text_to_cstring(PG_GETARG_TEXT_PP(0)), "%u %d %d %d %d %d", &handle.dsm,
			   &numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4]) != 6)
		elog(ERROR, "no handle");
	handle.purpose_id = numbers[0];
	handle.category_id = numbers[1];
	handle.kind_id = numbers[2];
	handle.key_type = numbers[3];
	handle.silence_permits = numbers[4];

	read_keys(PG_GETARG_ARRAYTYPE_P(1), &keys);
	answers = palloc((keys.n + 1) * sizeof(Datum));
	view = wdd_consent_attach(&handle);
	for (i = 0; i < keys.n; i++)
		answers[i] = BoolGetDatum(ask(view, keys.type, keys.values[i]));
	wdd_consent_close(view);
	PG_RETURN_ARRAYTYPE_P(construct_array(answers, keys.n, BOOLOID, 1, true, TYPALIGN_CHAR));
}

/* NULL: no limit again. */
Datum
consent_probe_limit_files(PG_FUNCTION_ARGS)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		elog(ERROR, "getrlimit failed: %m");
	limit.rlim_cur = PG_ARGISNULL(0) ? limit.rlim_max : PG_GETARG_INT32(0);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		elog(ERROR, "setrlimit failed: %m");
	PG_RETURN_VOID();
}
