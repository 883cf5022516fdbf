/*
 * work_counts.c
 *		See work_counts.h.
 */
#include "postgres.h"

#include "compat.h"
#include "executor/execdesc.h"
#include "executor/instrument.h"
#include "guard/work_counts.h"
#include "nodes/execnodes.h"
#include "nodes/nodeFuncs.h"

static void
forget(Instrumentation *counts, bool found_by_index)
{
	counts->nfiltered1 = counts->nfiltered2 = 0;
	/* one page more was looked at where an index found something */
	counts->need_bufusage = false;
	memset(&counts->bufusage, 0, sizeof(counts->bufusage));
	if (found_by_index)
		counts->ntuples = counts->tuplecount = 0;
}

static bool
forget_walker(PlanState *node, void *context)
{
	bool		found_by_index = IsA(node, BitmapIndexScanState) || IsA(node, BitmapAndState) ||
		IsA(node, BitmapOrState);

	if (node->instrument)
		forget(node->instrument, found_by_index);
	if (node->instrument && IsA(node, IndexOnlyScanState))
		node->instrument->ntuples2 = 0; /* heap fetches */
	for (int i = 0; node->worker_instrument && i < node->worker_instrument->num_workers; i++)
		forget(&node->worker_instrument->instrument[i], found_by_index);
	wdd_forget_index_searches(node);
	if (IsA(node, BitmapHeapScanState))
		wdd_forget_bitmap_pages((BitmapHeapScanState *) node);
	return planstate_tree_walker(node, forget_walker, context);
}

void
wdd_forget_filtered(QueryDesc *desc)
{
	if (desc->instrument_options != 0 && desc->planstate)
		forget_walker(desc->planstate, NULL);
}
