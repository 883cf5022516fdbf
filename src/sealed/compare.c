/*
 * compare.c
 *		"=" of sealed values, and what indexes and hashing need of it.
 *
 * Values with a token are equal when their tokens are; values without when their
 * bytes are, which is no more than being copies of each other.  The order that
 * btree indexes need is that of the tokens and means nothing.
 *
 * Text is compared as the unbound value that the type's input makes of it.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "sealed/envelope.h"
#include "sealed/key_ring.h"
#include "sealed/normal_form.h"
#include "sealed/probe.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_sealed_eq);
PG_FUNCTION_INFO_V1(wdd_sealed_ne);
PG_FUNCTION_INFO_V1(wdd_sealed_lt);
PG_FUNCTION_INFO_V1(wdd_sealed_le);
PG_FUNCTION_INFO_V1(wdd_sealed_gt);
PG_FUNCTION_INFO_V1(wdd_sealed_ge);
PG_FUNCTION_INFO_V1(wdd_sealed_cmp);
PG_FUNCTION_INFO_V1(wdd_sealed_hash);
PG_FUNCTION_INFO_V1(wdd_sealed_hash_extended);

#define AFTER_FLAGS 2			/* version and flags go before */

/* What of a value is compared. */
typedef struct Comparand
{
	uint8		epoch;			/* of the token; 0: there is none */
	bool		is_probe;		/* plaintext's */
	const uint8 *bytes;
	size_t		length;
} Comparand;

static Comparand
comparand(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	WddEnvelope envelope;
	Comparand	result = {0};

	result.bytes = (const uint8 *) VARDATA_ANY(value);
	result.length = VARSIZE_ANY_EXHDR(value);
	if (!wdd_envelope_read(result.bytes, result.length, &envelope))
		wdd_raise_damaged();
	/* not the flags: one of them says that it was verified in this statement */
	result.bytes += AFTER_FLAGS;
	result.length -= AFTER_FLAGS;
	result.is_probe = (envelope.flags & WDD_SEALED_UNBOUND) != 0;
	if (envelope.token)
	{
		result.epoch = envelope.token_epoch;
		result.bytes = envelope.token;
		result.length = WDD_TOKEN_BYTES;
	}
	return result;
}

static void
raise_unsearchable(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("plaintext cannot be compared with a sealed value that has no search token"),
			 errdetail("Without one, the same plaintext is sealed differently each time."),
			 errhint("Make the column searchable, for instance wdd.sealed_text(searchable); or compare what wdd.reveal() gives.")));
}

static int
compare(const Comparand *a, const Comparand *b)
{
	int			order;

	if (unlikely(a->is_probe || b->is_probe))
	{
		wdd_require_probe_allowed();
		if (a->epoch == 0 || b->epoch == 0)
			raise_unsearchable();
	}
	if (a->epoch != b->epoch)
	{
		if (a->epoch != 0 && b->epoch != 0)
			wdd_raise_other_token_epochs(a->epoch, b->epoch);
		return a->epoch == 0 ? -1 : 1;
	}
	order = memcmp(a->bytes, b->bytes, Min(a->length, b->length));
	if (order == 0 && a->length != b->length)
		order = a->length < b->length ? -1 : 1;
	return order;
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Comparand	a = comparand(PG_GETARG_DATUM(0));
	Comparand	b = comparand(PG_GETARG_DATUM(1));

	return compare(&a, &b);
}

Datum
wdd_sealed_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
wdd_sealed_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
wdd_sealed_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
wdd_sealed_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
wdd_sealed_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
wdd_sealed_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

/* An index sorts the plaintexts of an IN list before the statement runs. */
Datum
wdd_sealed_cmp(PG_FUNCTION_ARGS)
{
	Comparand	a = comparand(PG_GETARG_DATUM(0));
	Comparand	b = comparand(PG_GETARG_DATUM(1));

	if (a.is_probe && b.is_probe && a.epoch != 0 && b.epoch != 0)
		a.is_probe = b.is_probe = false;
	PG_RETURN_INT32(compare(&a, &b));
}

static void
check_hashed(const Comparand *value)
{
	if (value->is_probe)
		wdd_require_probe_allowed();
}

Datum
wdd_sealed_hash(PG_FUNCTION_ARGS)
{
	Comparand	value = comparand(PG_GETARG_DATUM(0));

	check_hashed(&value);
	return hash_any(value.bytes, value.length);
}

Datum
wdd_sealed_hash_extended(PG_FUNCTION_ARGS)
{
	Comparand	value = comparand(PG_GETARG_DATUM(0));

	check_hashed(&value);
	return hash_any_extended(value.bytes, value.length, PG_GETARG_INT64(1));
}

/* ------------------------------------------------------------------------
 * Text
 * ------------------------------------------------------------------------ */

/*
 * The token of the text that was last compared, by argument, in fn_extra: in a
 * scan it is the same for every row.  A hash of the text under the token key would be no
 * cheaper than the token, so the text itself is kept, in the executor's memory,
 * where it is anyway.
 */
typedef struct LastText
{
	int			epoch;
	uint64		ring;			/* generation of keys */
	size_t		length;
	size_t		room;
	char	   *text;
	uint8		token[WDD_TOKEN_BYTES];
} LastText;

static void
remember(LastText *last, FmgrInfo *flinfo, const char *text, size_t length)
{
	if (last->room < length)
	{
		last->room = Max(length, 32);
		last->text = MemoryContextAlloc(flinfo->fn_mcxt, last->room);
	}
	memcpy(last->text, text, length);
	last->length = length;
}

static Comparand
text_comparand(FmgrInfo *flinfo, WddSealedKind kind, int argument, Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	const char *text = VARDATA_ANY(value);
	size_t		length = VARSIZE_ANY_EXHDR(value);
	LastText   *last;
	Comparand	result = {0};

	if (flinfo->fn_extra == NULL)
		flinfo->fn_extra = MemoryContextAllocZero(flinfo->fn_mcxt, 2 * sizeof(LastText));
	last = (LastText *) flinfo->fn_extra + argument;
	if (last->epoch == 0 || last->length != length || memcmp(last->text, text, length) != 0 ||
		last->ring != wdd_key_ring_generation())
	{
		int			form_length;
		char	   *form = wdd_normal_form(kind, text, length, &form_length);

		last->epoch = 0;
		last->ring = wdd_key_ring_generation();
		remember(last, flinfo, text, length);
		wdd_make_token(last->token, kind, wdd_current_token_epoch(kind), form, form_length);
		last->epoch = wdd_current_token_epoch(kind);
		pfree(form);
	}
	result.epoch = last->epoch;
	result.is_probe = true;
	result.bytes = last->token;
	result.length = WDD_TOKEN_BYTES;
	return result;
}

static int
compare_with_text(FunctionCallInfo fcinfo, WddSealedKind kind, int text_argument)
{
	Comparand	sealed = comparand(PG_GETARG_DATUM(1 - text_argument));
	Comparand	text;

	wdd_require_probe_allowed();
	text = text_comparand(fcinfo->flinfo, kind, text_argument, PG_GETARG_DATUM(text_argument));
	return text_argument == 1 ? compare(&sealed, &text) : compare(&text, &sealed);
}

/* How btree sorts the texts of "= ANY (text[])": as it sorts values. */
static int
compare_texts(FunctionCallInfo fcinfo, WddSealedKind kind)
{
	Comparand	a,
				b;

	wdd_require_probe_allowed();
	a = text_comparand(fcinfo->flinfo, kind, 0, PG_GETARG_DATUM(0));
	b = text_comparand(fcinfo->flinfo, kind, 1, PG_GETARG_DATUM(1));
	return compare(&a, &b);
}

static Comparand
probe_of_text(FunctionCallInfo fcinfo, WddSealedKind kind)
{
	wdd_require_probe_allowed();
	return text_comparand(fcinfo->flinfo, kind, 0, PG_GETARG_DATUM(0));
}

/* In an index, nothing tells a function what types it was called with. */
#define COMPARISON(name, kind, operation, text_argument) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(compare_with_text(fcinfo, kind, text_argument) operation 0); \
	}

#define ORDER(name, kind, text_argument) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_INT32(compare_with_text(fcinfo, kind, text_argument)); \
	}

#define ORDER_OF_TEXTS(name, kind) \
	PG_FUNCTION_INFO_V1(name); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_INT32(compare_texts(fcinfo, kind)); \
	}

#define HASH_OF_TEXT(kind_name, kind) \
	PG_FUNCTION_INFO_V1(wdd_sealed_##kind_name##_hash_text); \
	Datum wdd_sealed_##kind_name##_hash_text(PG_FUNCTION_ARGS) \
	{ \
		Comparand	value = probe_of_text(fcinfo, kind); \
\
		return hash_any(value.bytes, value.length); \
	} \
	PG_FUNCTION_INFO_V1(wdd_sealed_##kind_name##_hash_text_extended); \
	Datum wdd_sealed_##kind_name##_hash_text_extended(PG_FUNCTION_ARGS) \
	{ \
		Comparand	value = probe_of_text(fcinfo, kind); \
\
		return hash_any_extended(value.bytes, value.length, PG_GETARG_INT64(1)); \
	}

#define WITH_TEXT(kind_name, kind) \
	COMPARISON(wdd_sealed_##kind_name##_eq_text, kind, ==, 1) \
	COMPARISON(wdd_sealed_##kind_name##_ne_text, kind, !=, 1) \
	COMPARISON(wdd_sealed_##kind_name##_text_eq, kind, ==, 0) \
	COMPARISON(wdd_sealed_##kind_name##_text_ne, kind, !=, 0) \
	ORDER(wdd_sealed_##kind_name##_cmp_text, kind, 1) \
	ORDER(wdd_sealed_##kind_name##_text_cmp, kind, 0) \
	ORDER_OF_TEXTS(wdd_sealed_##kind_name##_text_cmp_text, kind) \
	HASH_OF_TEXT(kind_name, kind)

WITH_TEXT(text, WDD_KIND_TEXT)
WITH_TEXT(phone, WDD_KIND_PHONE)
WITH_TEXT(id_card, WDD_KIND_ID_CARD)
WITH_TEXT(email, WDD_KIND_EMAIL)
