/*
 * look_ahead.c
 *		Fetching early from memory (see look_ahead.h).
 *
 * What is read of a page are tuples that the scan itself found visible there,
 * under the pin that it holds: while it does, they stay as and where they are.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "guard/look_ahead.h"
#include "nodes/nodeFuncs.h"
#include "storage/bufmgr.h"

/* So many keys, each within so many bytes of the one before, are in order: ... */
#define NEIGHBOURS		8
#define NEAR			256

/* ... these need no hints, and so many pages are not even looked at. */
#define PAGES_TO_SKIP	31

/* The column of a scan that is an argument of the call; else NULL. */
static const Var *
column_of(const FmgrInfo *call, int argument)
{
	const FuncExpr *expression = (const FuncExpr *) call->fn_expr;
	const Node *subject;

	if (expression == NULL || !IsA(expression, FuncExpr) || argument >= list_length(expression->args))
		return NULL;
	subject = list_nth(expression->args, argument);
	while (IsA(subject, RelabelType))
		subject = (const Node *) ((const RelabelType *) subject)->arg;
	if (!IsA(subject, Var) || IS_SPECIAL_VARNO(((const Var *) subject)->varno) ||
		((const Var *) subject)->varattno <= 0)
		return NULL;
	return (const Var *) subject;
}

typedef struct Search
{
	Index		number;			/* in the range table */
	ScanState  *found;
} Search;

static bool
find_scan(PlanState *state, void *context)
{
	Search	   *search = context;

	if ((IsA(state, SeqScanState) || IsA(state, BitmapHeapScanState)) &&
		((Scan *) state->plan)->scanrelid == search->number)
	{
		search->found = (ScanState *) state;
		return true;
	}
	return planstate_tree_walker(state, find_scan, context);
}

WddLookAhead *
wdd_look_ahead_create(const QueryDesc *desc, const FmgrInfo *call, int n_pairs)
{
	const Var  *subject = column_of(call, 1);
	Search		search = {0};
	WddLookAhead *ahead;

	if (desc == NULL || desc->planstate == NULL || subject == NULL)
		return NULL;
	search.number = subject->varno;
	if (!find_scan(desc->planstate, &search) ||
		search.found->ss_currentRelation->rd_tableam != GetHeapamTableAmRoutine())
		return NULL;
	ahead = palloc0(offsetof(WddLookAhead, pairs) + n_pairs * sizeof(WddLookAheadPair));
	ahead->scan = search.found;
	ahead->block = InvalidBlockNumber;
	return ahead;
}

void
wdd_look_ahead_add(WddLookAhead *ahead, const FmgrInfo *call, int argument, Oid type,
				   WddConsentView *view)
{
	const Var  *subject = column_of(call, argument);
	WddLookAheadPair *pair;

	if (subject == NULL || subject->varno != ((Scan *) ahead->scan->ps.plan)->scanrelid)
		return;
	pair = &ahead->pairs[ahead->n_pairs++];
	pair->subject = subject->varattno;
	pair->type = type;
	pair->view = view;
}

static const char *
home_of(const WddLookAheadPair *pair, Datum key)
{
	struct varlena *text;

	switch (pair->type)
	{
		case INT8OID:
			return wdd_consent_home_of_integer(pair->view, DatumGetInt64(key));
		case INT4OID:
			return wdd_consent_home_of_integer(pair->view, DatumGetInt32(key));
		case INT2OID:
			return wdd_consent_home_of_integer(pair->view, DatumGetInt16(key));
		case UUIDOID:
			return wdd_consent_home_of_uuid(pair->view, DatumGetUUIDP(key));
		default:
			text = (struct varlena *) DatumGetPointer(key);
			if (VARATT_IS_EXTENDED(text) && !VARATT_IS_SHORT(text))
				return NULL;
			return wdd_consent_home_of_text(pair->view, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	}
}

/* Fetch for the page's rows, from the current one on. */
static void
fetch_homes(WddLookAheadPair *pair, HeapScanDesc scan)
{
	Page		page = BufferGetPage(scan->rs_cbuf);
	TupleDesc	desc = RelationGetDescr(scan->rs_base.rs_rd);
	HeapTupleData tuple = {0};
	const char *last = NULL;
	int			n_near = 0;

	for (int i = scan->rs_cindex; i < scan->rs_ntuples; i++)
	{
		ItemId		line = PageGetItemId(page, scan->rs_vistuples[i]);
		const char *home;
		Datum		key;
		bool		is_null;

		tuple.t_data = (HeapTupleHeader) PageGetItem(page, line);
		tuple.t_len = ItemIdGetLength(line);
		key = heap_getattr(&tuple, pair->subject, desc, &is_null);
		if (is_null || (home = home_of(pair, key)) == NULL)
			continue;
		__builtin_prefetch(home);
		if ((uintptr_t) home - (uintptr_t) last + NEAR <= 2 * NEAR)
			n_near++;
		else
			n_near = 0;
		if (n_near == NEIGHBOURS)
		{
			pair->pages_to_skip = PAGES_TO_SKIP;
			return;
		}
		last = home;
	}
}

/*
 * The scan has come to another page.  Where the check is asked about few rows of
 * a page, because other conditions come first, fetching for all is in vain.
 */
void
wdd_look_ahead_at_page(WddLookAhead *ahead, HeapScanDesc scan)
{
	bool		asked_often = ahead->n_asked > 0 && ahead->n_asked * 2 >= ahead->n_rows;

	ahead->block = scan->rs_cblock;
	ahead->n_asked = 0;
	if (!(scan->rs_base.rs_flags & SO_ALLOW_PAGEMODE) || !BufferIsValid(scan->rs_cbuf))
		return;
	ahead->n_rows = scan->rs_ntuples;
	if (!asked_often)
		return;
	for (int i = 0; i < ahead->n_pairs; i++)
	{
		if (ahead->pairs[i].pages_to_skip > 0)
			ahead->pairs[i].pages_to_skip--;
		else if (wdd_consent_is_scattered(ahead->pairs[i].view))
			fetch_homes(&ahead->pairs[i], scan);
	}
}
