/*
 * consent_probe_set.c
 *		The set of persons' keys against a plain array that says the same.
 *
 * consent_set_check(seed, universe, n, steps) draws n keys from a universe by
 * name, builds a set of some, then puts keys in and takes them out at random,
 * building another set when it says that it has no room, and compares every key
 * of the universe with the array as it goes.  It returns the set's form at the
 * end, or raises an error that names the step at which they differ.
 *
 * consent_set_measure(seed, universe, n, share, in_order) builds a set of that
 * share of n keys and asks for all, in order or at random; it returns bytes and
 * pieces per key stored and nanoseconds per question.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "consent/consent_set.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(consent_set_check);
PG_FUNCTION_INFO_V1(consent_set_measure);

typedef struct Universe
{
	WddSetKind	kind;
	int			n;
	int64	   *integers;
	WddWideKey *wides;
	bool	   *member;
	int			n_members;
} Universe;

/* Integers: by place in the universe, or following the one before. */
static int64
draw_integer(const char *name, int i, int n, int64 previous, pg_prng_state *random)
{
	if (strcmp(name, "dense") == 0)
		return 1000 + i;
	if (strcmp(name, "negative") == 0)
		return i - n / 2;
	if (strcmp(name, "strided") == 0)
		return ((int64) i - n / 2) * INT64CONST(4194304);
	if (strcmp(name, "extremes") == 0)
		return i % 2 ? PG_INT64_MIN + i / 2 : PG_INT64_MAX - i / 2;
	if (strcmp(name, "outliers") == 0)
		return i % 64 ? i : PG_INT64_MAX - i * INT64CONST(1000000007);
	if (strcmp(name, "random") == 0)
		return (int64) (pg_prng_uint64(random) & ~UINT64CONST(0xFFFFFF)) | i;
	/* milliseconds in the upper bits, bursts of some ids in one of them */
	if (strcmp(name, "snowflake") == 0)
		return i == 0 ? INT64CONST(1) << 60 :
			pg_prng_uint64_range(random, 0, 3) == 0 ? previous + 1 :
			((previous >> 22) + 1 + (int64) pg_prng_uint64_range(random, 0, 99)) << 22;
	/* dense ranges of 1 to 999 with gaps of up to 2^40 */
	if (strcmp(name, "clusters") == 0)
		return i == 0 ? INT64CONST(-1) << 50 :
			previous + (pg_prng_uint64_range(random, 0, 499) == 0 ?
						(int64) pg_prng_uint64_range(random, 1, INT64CONST(1) << 40) : 1);
	/* gaps that double, and begin anew */
	if (strcmp(name, "exponential") == 0)
		return i == 0 ? PG_INT64_MIN : previous + (INT64CONST(1) << (i % 40));
	/* few keys in the bits of each size, so that no scale suits two of them */
	if (strcmp(name, "nested") == 0)
		return (INT64CONST(1) << (62 - i % 40)) + (int64) (i / 40);
	elog(ERROR, "no universe \"%s\"", name);
}

static WddWideKey
draw_wide(const char *name, int i, WddWideKey previous, pg_prng_state *random)
{
	static const WddWideKey special[] = {
		{0, 0}, {PG_UINT64_MAX, PG_UINT64_MAX}, {0, PG_UINT64_MAX}, {PG_UINT64_MAX, 0}, {0, 1}
	};
	WddWideKey	key;

	key.high = pg_prng_uint64(random);
	key.low = pg_prng_uint64(random);
	if (strcmp(name, "text") == 0)
		return key;				/* a hash already */
	if (i < lengthof(special))
		key = special[i];
	else if (strcmp(name, "uuid v7") == 0)
		key.high = (i == lengthof(special) ? UINT64CONST(0x018F000000007000) :
					(previous.high & ~UINT64CONST(0xFFF)) + (pg_prng_uint64_range(random, 0, 20) << 16)) |
			(key.high & 0xFFF);
	else if (strcmp(name, "uuid of one half") == 0)
		key.high = 42;
	else if (strcmp(name, "uuid of few halves") == 0)
		key.high = (uint64) (i % 50) << 40;
	return key;
}

static void
draw_universe(Universe *universe, const char *name, int n, pg_prng_state *random)
{
	universe->kind = strncmp(name, "uuid", 4) == 0 ? WDD_SET_UUID :
		strcmp(name, "text") == 0 ? WDD_SET_TEXT : WDD_SET_INTEGER;
	universe->n = n;
	universe->integers = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(int64));
	universe->wides = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(WddWideKey));
	universe->member = MemoryContextAllocHuge(CurrentMemoryContext, n);
	universe->n_members = 0;
	for (int i = 0; i < n; i++)
	{
		if (universe->kind == WDD_SET_INTEGER)
			universe->integers[i] = draw_integer(name, i, n, i > 0 ? universe->integers[i - 1] : 0, random);
		else
			universe->wides[i] = draw_wide(name, i, universe->wides[Max(i, 1) - 1], random);
	}
}

static WddConsentSet *
finish(WddSetBuilder *builder)
{
	Size		size = wdd_set_builder_size(builder);
	WddConsentSet *set = wdd_set_builder_finish(builder, MemoryContextAllocHuge(CurrentMemoryContext, size));

	if (set->size != size)
		elog(ERROR, "set takes %zu bytes, not %zu as announced", (Size) set->size, size);
	wdd_set_builder_free(builder);
	return set;
}

static WddConsentSet *
build(const Universe *universe)
{
	WddSetBuilder *builder = wdd_set_builder_create(universe->kind);

	for (int i = 0; i < universe->n; i++)
	{
		if (!universe->member[i])
			continue;
		if (universe->kind == WDD_SET_INTEGER)
			wdd_set_builder_add_integer(builder, universe->integers[i]);
		else
			wdd_set_builder_add_wide(builder, universe->wides[i]);
	}
	return finish(builder);
}

static WddConsentSet *
build_share(Universe *universe, double share, pg_prng_state *random)
{
	for (int i = 0; i < universe->n; i++)
	{
		universe->member[i] = pg_prng_double(random) < share;
		universe->n_members += universe->member[i];
	}
	return build(universe);
}

/* Sets of integers grow by themselves, others are built anew. */
static WddConsentSet *
build_bigger(WddConsentSet *set, const Universe *universe, int i)
{
	WddSetBuilder *builder;

	if (universe->kind != WDD_SET_INTEGER)
		return build(universe);
	builder = wdd_set_builder_create(universe->kind);
	wdd_set_builder_add_set(builder, set);
	wdd_set_builder_add_integer(builder, universe->integers[i]);
	return finish(builder);
}

static WddConsentSet *
change(WddConsentSet *set, Universe *universe, int i, bool member)
{
	WddConsentSet *bigger;
	bool		fits = universe->kind == WDD_SET_INTEGER ?
		wdd_set_change_integer(set, universe->integers[i], member) :
		wdd_set_change_wide(set, universe->wides[i], member);

	universe->n_members += (int) member - (int) universe->member[i];
	universe->member[i] = member;
	if (fits)
		return set;
	if (!member)
		elog(ERROR, "a set has no room to take a key out");
	bigger = build_bigger(set, universe, i);
	pfree(set);
	return bigger;
}

static bool
has(const WddConsentSet *set, const Universe *universe, int i, uint32 *hint)
{
	return universe->kind == WDD_SET_INTEGER ?
		wdd_set_has_integer(set, universe->integers[i], hint) :
		wdd_set_has_wide(set, universe->wides[i], hint);
}

/* In order, and once more from anywhere to anywhere. */
static void
compare(const WddConsentSet *set, const Universe *universe, int step, pg_prng_state *random)
{
	uint32		hint = 0;

	for (int i = 0; i < 2 * universe->n; i++)
	{
		int			k = i < universe->n ? i : pg_prng_uint64_range(random, 0, universe->n - 1);

		if (has(set, universe, k, &hint) != universe->member[k])
			elog(ERROR, "key %d is %s at step %d", k, universe->member[k] ? "missing" : "there", step);
	}
	if (set->n_members != universe->n_members)
		elog(ERROR, "set has " UINT64_FORMAT " members at step %d, not %d",
			 set->n_members, step, universe->n_members);
}

static const char *
form_of(const WddConsentSet *set)
{
	if (set->kind == WDD_SET_TEXT || set->hashed)
		return "hashed";
	if (set->n_words == 0)
		return "ordered";
	return set->n_buckets > 0 || set->n_overflow_used > 0 ? "dense and ordered" : "dense";
}

Datum
consent_set_check(PG_FUNCTION_ARGS)
{
	pg_prng_state random;
	Universe	universe;
	int			n = PG_GETARG_INT32(2);
	int			steps = PG_GETARG_INT32(3);
	WddConsentSet *set;

	pg_prng_seed(&random, PG_GETARG_INT32(0));
	draw_universe(&universe, text_to_cstring(PG_GETARG_TEXT_PP(1)), n, &random);
	set = build_share(&universe, pg_prng_double(&random), &random);
	compare(set, &universe, 0, &random);
	for (int step = 1; step <= steps; step++)
	{
		bool		filling = (step / (steps / 6 + 1)) % 2 == 0;

		set = change(set, &universe, pg_prng_uint64_range(&random, 0, n - 1),
					 pg_prng_uint64_range(&random, 0, 9) < (filling ? 8 : 2));
		if (step % (steps / 24 + 1) == 0)
			compare(set, &universe, step, &random);
	}
	compare(set, &universe, steps, &random);
	PG_RETURN_TEXT_P(cstring_to_text(form_of(set)));
}

Datum
consent_set_measure(PG_FUNCTION_ARGS)
{
	pg_prng_state random;
	Universe	universe;
	int			n = PG_GETARG_INT32(2);
	bool		in_order = PG_GETARG_BOOL(4);
	WddConsentSet *set;
	uint32		hint = 0;
	int			wrong = 0;
	instr_time	start,
				end;
	Datum		figures[3];

	pg_prng_seed(&random, PG_GETARG_INT32(0));
	draw_universe(&universe, text_to_cstring(PG_GETARG_TEXT_PP(1)), n, &random);
	set = build_share(&universe, PG_GETARG_FLOAT8(3), &random);
	INSTR_TIME_SET_CURRENT(start);
	for (int i = 0; i < n; i++)
	{
		int			k = in_order ? i : pg_prng_uint64_range(&random, 0, n - 1);

		wrong += has(set, &universe, k, &hint) != universe.member[k];
	}
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	if (wrong > 0)
		elog(ERROR, "%d answers were wrong", wrong);
	figures[0] = Float8GetDatum((double) set->size / Max(set->n_members, 1));
	figures[1] = Float8GetDatum((double) set->n_pieces / Max(set->n_members, 1));
	figures[2] = Float8GetDatum(INSTR_TIME_GET_DOUBLE(end) * 1e9 / n);
	PG_RETURN_ARRAYTYPE_P(construct_array(figures, 3, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
