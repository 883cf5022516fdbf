/*
 * last_four.c
 *		Search for telephone numbers by their last four digits.
 *
 * sealed_phone(suffix) carries a token of these digits; the operator *= compares
 * it with that of a text, and the operator class sealed_phone_last_four_ops lets
 * hash indexes do so.  Such an index holds hashes of tokens, nothing else.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "sealed/envelope.h"
#include "sealed/key_ring.h"
#include "sealed/probe.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_sealed_phone_last_four_eq);
PG_FUNCTION_INFO_V1(wdd_sealed_phone_last_four_same);
PG_FUNCTION_INFO_V1(wdd_sealed_phone_last_four_hash);
PG_FUNCTION_INFO_V1(wdd_sealed_phone_last_four_hash_text);

/* The token of the digits that were last asked for, in fn_extra. */
typedef struct LastDigits
{
	char		digits[4];
	int			epoch;			/* 0: nothing is known yet */
	uint64		ring;			/* generation of keys */
	uint8		token[WDD_SUFFIX_BYTES];
} LastDigits;

static void
raise_not_four_digits(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the last digits of a telephone number are asked for by four digits"),
			 errhint("For instance: phone *= '8000'."),
			 errhidestmt(true), errhidecontext(true)));
}

static void
check_digits(const char *text, size_t length)
{
	if (length != 4)
		raise_not_four_digits();
	for (int i = 0; i < 4; i++)
		if (text[i] < '0' || text[i] > '9')
			raise_not_four_digits();
}

static const LastDigits *
token_of_text(FmgrInfo *flinfo, Datum datum)
{
	text	   *value = DatumGetTextPP(datum);
	LastDigits *last = flinfo->fn_extra;

	wdd_require_probe_allowed();
	check_digits(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (last == NULL)
		last = flinfo->fn_extra = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(LastDigits));
	if (last->epoch == 0 || memcmp(last->digits, VARDATA_ANY(value), 4) != 0 ||
		last->ring != wdd_key_ring_generation())
	{
		int			epoch = wdd_current_token_epoch(WDD_KIND_PHONE);

		last->epoch = 0;
		memcpy(last->digits, VARDATA_ANY(value), 4);
		wdd_make_suffix_token(last->token, epoch, last->digits);
		last->ring = wdd_key_ring_generation();
		last->epoch = epoch;
	}
	return last;
}

/* The value's token of its last digits; it stays where the value is. */
static const uint8 *
token_of_value(Datum datum, int *epoch)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	WddEnvelope envelope;

	if (!wdd_envelope_read((const uint8 *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &envelope))
		wdd_raise_damaged();
	if (envelope.suffix == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("sealed telephone number has no token of its last four digits"),
				 errhint("Make the column wdd.sealed_phone(suffix).")));
	*epoch = envelope.token_epoch;
	return envelope.suffix;
}

/* Numbers without a search token do not tell the epoch: it is the current one. */
static void
check_epochs(int a, int b)
{
	if (a != 0 && b != 0 && a != b)
		wdd_raise_other_token_epochs(a, b);
}

/* wdd.sealed_phone_last_four_eq(sealed_phone, text) returns boolean */
Datum
wdd_sealed_phone_last_four_eq(PG_FUNCTION_ARGS)
{
	const LastDigits *wanted = token_of_text(fcinfo->flinfo, PG_GETARG_DATUM(1));
	int			epoch;
	const uint8 *token = token_of_value(PG_GETARG_DATUM(0), &epoch);

	check_epochs(epoch, wanted->epoch);
	PG_RETURN_BOOL(memcmp(token, wanted->token, WDD_SUFFIX_BYTES) == 0);
}

/* wdd.sealed_phone_last_four_same(sealed_phone, sealed_phone) returns boolean */
Datum
wdd_sealed_phone_last_four_same(PG_FUNCTION_ARGS)
{
	int			epochs[2];
	const uint8 *a = token_of_value(PG_GETARG_DATUM(0), &epochs[0]);
	const uint8 *b = token_of_value(PG_GETARG_DATUM(1), &epochs[1]);

	check_epochs(epochs[0], epochs[1]);
	PG_RETURN_BOOL(memcmp(a, b, WDD_SUFFIX_BYTES) == 0);
}

/* wdd.sealed_phone_last_four_hash(sealed_phone) returns integer */
Datum
wdd_sealed_phone_last_four_hash(PG_FUNCTION_ARGS)
{
	int			epoch;
	const uint8 *token = token_of_value(PG_GETARG_DATUM(0), &epoch);

	return hash_any(token, WDD_SUFFIX_BYTES);
}

/* wdd.sealed_phone_last_four_hash_text(text) returns integer */
Datum
wdd_sealed_phone_last_four_hash_text(PG_FUNCTION_ARGS)
{
	return hash_any(token_of_text(fcinfo->flinfo, PG_GETARG_DATUM(0))->token, WDD_SUFFIX_BYTES);
}
