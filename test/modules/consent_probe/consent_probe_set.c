/*
 * consent_probe_set.c
 *		The set of persons' keys against a plain array that says the same.
 *
 * consent_set_check(seed, universe, steps) draws keys from a universe by name,
 * builds a set of some, then puts keys in and takes them out at random, letting
 * the set grow when it says that it has no room, and compares every key of the
 * universe with the array as it goes.  It returns the set's form at the end, or
 * raises an error that names the step at which they differ.
 */
#include "postgres.h"

#include "common/pg_prng.h"
#include "consent/consent_set.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(consent_set_check);

#define MAX_UNIVERSE	4096

typedef struct Universe
{
	bool		wide;
	int			n;
	int64		integers[MAX_UNIVERSE];
	WddWideKey	wides[MAX_UNIVERSE];
	bool		member[MAX_UNIVERSE];
	int			n_members;
} Universe;

static int64
draw_integer(const char *name, int i, pg_prng_state *random)
{
	if (strcmp(name, "dense") == 0)
		return 1000 + i;
	if (strcmp(name, "negative") == 0)
		return i - MAX_UNIVERSE / 2;
	if (strcmp(name, "strided") == 0)
		return ((int64) i - 2048) * INT64CONST(4194304);
	if (strcmp(name, "extremes") == 0)
		return i % 2 ? PG_INT64_MIN + i / 2 : PG_INT64_MAX - i / 2;
	if (strcmp(name, "outliers") == 0)
		return i % 64 ? i : PG_INT64_MAX - i * INT64CONST(1000000007);
	if (strcmp(name, "random") == 0)
		return (int64) (pg_prng_uint64(random) & ~UINT64CONST(0xFFF)) | i;
	elog(ERROR, "no universe \"%s\"", name);
}

static void
draw_universe(Universe *universe, const char *name, pg_prng_state *random)
{
	static const WddWideKey special[] = {
		{0, 0}, {PG_UINT64_MAX, PG_UINT64_MAX}, {0, PG_UINT64_MAX}, {PG_UINT64_MAX, 0}, {0, 1}
	};
	int			i;

	universe->wide = strcmp(name, "wide") == 0;
	universe->n = MAX_UNIVERSE;
	for (i = 0; i < universe->n; i++)
	{
		if (!universe->wide)
			universe->integers[i] = draw_integer(name, i, random);
		else if (i < lengthof(special))
			universe->wides[i] = special[i];
		else
		{
			universe->wides[i].high = pg_prng_uint64(random);
			universe->wides[i].low = pg_prng_uint64(random);
		}
	}
}

static WddConsentSet *
finish(WddSetBuilder *builder)
{
	Size		size = wdd_set_builder_size(builder);
	WddConsentSet *set = wdd_set_builder_finish(builder, palloc(size));

	if (set->size != size)
		elog(ERROR, "set takes %zu bytes, not %zu as announced", (Size) set->size, size);
	wdd_set_builder_free(builder);
	return set;
}

static void
add(WddSetBuilder *builder, const Universe *universe, int i)
{
	if (universe->wide)
		wdd_set_builder_add_wide(builder, universe->wides[i]);
	else
		wdd_set_builder_add_integer(builder, universe->integers[i]);
}

static WddConsentSet *
build(Universe *universe, pg_prng_state *random)
{
	WddSetBuilder *builder = wdd_set_builder_create(universe->wide);
	int			one_in = 1 + pg_prng_uint64_range(random, 0, 9);
	int			i;

	for (i = 0; i < universe->n; i++)
	{
		universe->member[i] = pg_prng_uint64_range(random, 0, one_in) == 0;
		if (!universe->member[i])
			continue;
		universe->n_members++;
		add(builder, universe, i);
	}
	return finish(builder);
}

static WddConsentSet *
change(WddConsentSet *set, Universe *universe, int i, bool member)
{
	WddSetBuilder *builder;
	bool		fits = universe->wide ?
		wdd_set_change_wide(set, universe->wides[i], member) :
		wdd_set_change_integer(set, universe->integers[i], member);

	universe->n_members += (int) member - (int) universe->member[i];
	universe->member[i] = member;
	if (fits)
		return set;
	if (!member)
		elog(ERROR, "a set has no room to take a key out");
	builder = wdd_set_builder_create(universe->wide);
	wdd_set_builder_add_set(builder, set);
	add(builder, universe, i);
	pfree(set);
	return finish(builder);
}

static void
compare(const WddConsentSet *set, const Universe *universe, int step)
{
	int			i;

	for (i = 0; i < universe->n; i++)
	{
		bool		has = universe->wide ?
			wdd_set_has_wide(set, universe->wides[i]) :
			wdd_set_has_integer(set, universe->integers[i]);

		if (has != universe->member[i])
			elog(ERROR, "key %d is %s at step %d", i, has ? "there" : "missing", step);
	}
	if (set->n_members != universe->n_members)
		elog(ERROR, "set has " UINT64_FORMAT " members at step %d, not %d",
			 set->n_members, step, universe->n_members);
}

Datum
consent_set_check(PG_FUNCTION_ARGS)
{
	pg_prng_state random;
	Universe   *universe = palloc0(sizeof(Universe));
	int			steps = PG_GETARG_INT32(2);
	WddConsentSet *set;
	int			step;

	pg_prng_seed(&random, PG_GETARG_INT32(0));
	draw_universe(universe, text_to_cstring(PG_GETARG_TEXT_PP(1)), &random);
	set = build(universe, &random);
	compare(set, universe, 0);
	for (step = 1; step <= steps; step++)
	{
		bool		filling = (step / 2000) % 2 == 0;

		set = change(set, universe, pg_prng_uint64_range(&random, 0, universe->n - 1),
					 pg_prng_uint64_range(&random, 0, 9) < (filling ? 8 : 2));
		if (step % 500 == 0)
			compare(set, universe, step);
	}
	compare(set, universe, steps);
	PG_RETURN_TEXT_P(cstring_to_text(set->n_keys == 0 ? "hash" :
									 set->n_used == 0 ? "dense" : "dense and hash"));
}
