/*
 * instrument.c
 *		See instrument.h.
 */
#include "postgres.h"

#include "compat.h"
#include "executor/instrument.h"
#include "guard/instrument.h"
#include "nodes/nodeFuncs.h"

/* A bitmap holds what an index found, before any row is looked at. */
static bool
is_bitmap_node(const PlanState *state)
{
	return IsA(state, BitmapIndexScanState) || IsA(state, BitmapAndState) || IsA(state, BitmapOrState);
}

static bool
forget_walker(PlanState *state, void *context)
{
	Instrumentation *counts = state->instrument;

	if (counts)
	{
		counts->nfiltered1 = counts->nfiltered2 = 0;
		counts->ntuples2 = 0;	/* heap fetches of an index-only scan */
		if (is_bitmap_node(state))
			counts->ntuples = counts->tuplecount = 0;
		counts->need_bufusage = false;
		memset(&counts->bufusage, 0, sizeof(BufferUsage));
	}
	if (IsA(state, BitmapHeapScanState))
		wdd_forget_bitmap_pages((BitmapHeapScanState *) state);
	return planstate_tree_walker(state, forget_walker, context);
}

void
wdd_forget_hidden_counts(QueryDesc *desc)
{
	if (desc->planstate && desc->planstate->instrument)
		forget_walker(desc->planstate, NULL);
}
