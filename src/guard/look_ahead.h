/*
 * look_ahead.h
 *		Fetching early from memory what the next rows' answers stand on.
 *
 * Where persons lie in a table in an order that their set does not know, every
 * answer is a wait for memory of its own.  A scan that reads whole pages knows
 * the rows that it is to come to.  So when it has come to a page, their keys
 * are read, and the lines of the set where those belong are fetched all at once
 * into the processor's cache.  That is a hint and nothing else: each row is
 * asked about as ever.
 */
#ifndef WDD_LOOK_AHEAD_H
#define WDD_LOOK_AHEAD_H

#include "postgres.h"

#include "access/heapam.h"
#include "consent/consent_cache.h"
#include "executor/execdesc.h"
#include "nodes/execnodes.h"

/* A column of subjects, and a view that is asked about them. */
typedef struct WddLookAheadPair
{
	AttrNumber	subject;
	Oid			type;			/* the subject's base type */
	WddConsentView *view;
	int			pages_to_skip;	/* keys were found one beside the other */
} WddLookAheadPair;

typedef struct WddLookAhead
{
	ScanState  *scan;
	BlockNumber block;			/* the page that was looked at last */
	int			n_rows;			/* to which the scan was to come there */
	int			n_asked;		/* the check was asked about so many of them */
	int			n_pairs;
	WddLookAheadPair pairs[FLEXIBLE_ARRAY_MEMBER];
} WddLookAhead;

/*
 * For a check that desc's plan calls by call, with room for some pairs.  NULL
 * where it is not asked about the rows of a scan of pages as they come.
 */
extern WddLookAhead *wdd_look_ahead_create(const QueryDesc *desc, const FmgrInfo *call, int n_pairs);

/* The call's argument number argument, of this base type, is asked of the view. */
extern void wdd_look_ahead_add(WddLookAhead *ahead, const FmgrInfo *call, int argument, Oid type,
							   WddConsentView *view);

extern void wdd_look_ahead_at_page(WddLookAhead *ahead, HeapScanDesc scan);

/* Before every row. */
static inline void
wdd_look_ahead(WddLookAhead *ahead)
{
	HeapScanDesc scan = (HeapScanDesc) ahead->scan->ss_currentScanDesc;

	if (unlikely(scan != NULL && scan->rs_cblock != ahead->block))
		wdd_look_ahead_at_page(ahead, scan);
	ahead->n_asked++;
}

#endif							/* WDD_LOOK_AHEAD_H */
