/*
 * consent_probe_time.c
 *		How long opening a view, asking and looking up take, in nanoseconds.
 *
 * consent_time(what, purpose, kind, key type, keys, n): "open" opens and closes
 * a view n times; "ask" opens one view with a set and asks for the keys in
 * turn, n questions in all; "open_ask" opens, asks one question, closes.
 */
#include "postgres.h"

#include "consent/consent_cache.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(consent_time);

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

static uint64
time_questions(WddConsentView *view, WddKeyType type, Datum *keys, int n_keys, int64 n)
{
	uint64		permitted = 0;
	int64		i;
	int			k = 0;

	for (i = 0; i < n; i++)
	{
		permitted += ask(view, type, keys[k]);
		if (++k == n_keys)
			k = 0;
	}
	return permitted;
}

Datum
consent_time(PG_FUNCTION_ARGS)
{
	char	   *what = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int16		purpose = PG_GETARG_INT16(1);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(2);
	int64		n = PG_GETARG_INT64(3);
	Oid			element = ARR_ELEMTYPE(array);
	WddKeyType	type = element == INT8OID ? WDD_KEY_INTEGER : element == UUIDOID ? WDD_KEY_UUID : WDD_KEY_TEXT;
	bool		by_value = element == INT8OID;
	Datum	   *keys;
	bool	   *nulls;
	int			n_keys;
	instr_time	start,
				end;
	volatile uint64 permitted = 0;

	deconstruct_array(array, element, type == WDD_KEY_INTEGER ? 8 : type == WDD_KEY_UUID ? 16 : -1,
					  by_value, type == WDD_KEY_INTEGER ? 'd' : type == WDD_KEY_UUID ? 'c' : 'i',
					  &keys, &nulls, &n_keys);
	INSTR_TIME_SET_CURRENT(start);
	if (strcmp(what, "ask") == 0)
	{
		WddConsentView *view = wdd_consent_open(purpose, 0, 1, type, false, 1, true);

		INSTR_TIME_SET_CURRENT(start);
		permitted = time_questions(view, type, keys, n_keys, n);
		INSTR_TIME_SET_CURRENT(end);
		wdd_consent_close(view);
	}
	else
	{
		int64		i;
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "views",
													  ALLOCSET_DEFAULT_SIZES);
		MemoryContext save = MemoryContextSwitchTo(context);

		for (i = 0; i < n; i++)
		{
			WddConsentView *view = wdd_consent_open(purpose, 0, 1, type, false, 1, false);

			if (strcmp(what, "open_ask") == 0)
				permitted += ask(view, type, keys[i % n_keys]);
			MemoryContextReset(context);
		}
		MemoryContextSwitchTo(save);
		INSTR_TIME_SET_CURRENT(end);
	}
	INSTR_TIME_SUBTRACT(end, start);
	PG_RETURN_FLOAT8(INSTR_TIME_GET_DOUBLE(end) * 1e9 / n);
}
