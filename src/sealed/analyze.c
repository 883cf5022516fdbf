/*
 * analyze.c
 *		ANALYZE of sealed types.
 *
 * No most common values and no histogram: what lies in pg_statistic survives
 * the deletion of rows and keys, VACUUM, and ANALYZE of the emptied table.  How
 * many different values there are is reckoned from the tokens, as PostgreSQL
 * reckons it from values (Haas and Stokes, "Sampling-based estimation of the
 * number of distinct values of an attribute", 1995); values without tokens count
 * as all different.
 */
#include "postgres.h"

#include <math.h>

#include "commands/vacuum.h"
#include "compat.h"
#include "fmgr.h"
#include "sealed/envelope.h"

PG_FUNCTION_INFO_V1(wdd_sealed_typanalyze);

static int
compare_tokens(const void *a, const void *b)
{
	uint64		left = *(const uint64 *) a,
				right = *(const uint64 *) b;

	return left < right ? -1 : left > right;
}

/* Distinct values among n tokens, of total rows: a count, or minus a fraction. */
static float4
distinct(uint64 *tokens, int n, double total)
{
	int			d = 0,
				once = 0;
	double		estimate;

	qsort(tokens, n, sizeof(uint64), compare_tokens);
	for (int i = 0, next; i < n; i = next)
	{
		for (next = i + 1; next < n && tokens[next] == tokens[i];)
			next++;
		d++;
		if (next == i + 1)
			once++;
	}
	if (n == 0)
		return 0;
	if (once == n)
		return -1;
	if (once == 0)
		return d;
	estimate = (double) n * d / ((n - once) + (double) once * n / Max(total, n));
	estimate = floor(Min(Max(estimate, d), total) + 0.5);
	return estimate > 0.1 * total ? -(estimate / total) : estimate;
}

static void
compute(VacAttrStats *stats, AnalyzeAttrFetchFunc fetch, int samplerows, double totalrows)
{
	uint64	   *tokens = palloc(sizeof(uint64) * Max(1, samplerows));
	int			n_tokens = 0,
				n_nulls = 0;
	double		width = 0;

	for (int i = 0; i < samplerows; i++)
	{
		bool		isnull;
		Datum		datum = fetch(stats, i, &isnull);
		struct varlena *value;
		WddEnvelope envelope;

		wdd_analyze_delay_point();
		if (isnull)
		{
			n_nulls++;
			continue;
		}
		width += VARSIZE_ANY(DatumGetPointer(datum));
		value = PG_DETOAST_DATUM_PACKED(datum);
		if (wdd_envelope_read((uint8 *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &envelope) && envelope.token)
			memcpy(&tokens[n_tokens++], envelope.token, sizeof(uint64));
		if ((Pointer) value != DatumGetPointer(datum))
			pfree(value);
	}
	if (samplerows == 0)
		return;
	stats->stats_valid = true;
	stats->stanullfrac = (double) n_nulls / samplerows;
	stats->stawidth = samplerows > n_nulls ? width / (samplerows - n_nulls) : 0;
	if (n_tokens > 0)
		stats->stadistinct = distinct(tokens, n_tokens, totalrows * n_tokens / samplerows);
	else
		stats->stadistinct = samplerows > n_nulls ? -(1.0 - stats->stanullfrac) : 0;
}

/* wdd.sealed_typanalyze(internal) returns boolean */
Datum
wdd_sealed_typanalyze(PG_FUNCTION_ARGS)
{
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);
	int		   *target = wdd_statistics_target(stats);

	if (*target < 0)
		*target = default_statistics_target;
	stats->compute_stats = compute;
	stats->minrows = 300 * *target;
	PG_RETURN_BOOL(true);
}
