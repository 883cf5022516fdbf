/*
 * consent_read.h
 *		Reading wdd.consent_state under a latest snapshot: one person, all who
 *		differ from the default, or what changed since an earlier reading.
 */
#ifndef WDD_CONSENT_READ_H
#define WDD_CONSENT_READ_H

#include "postgres.h"

#include "access/transam.h"
#include "consent/consent_set.h"
#include "consent/consent_state.h"
#include "executor/tuptable.h"
#include "lib/ilist.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"

/*
 * What a snapshot saw as ended, in terms of top-level transactions: what a
 * reading under a later snapshot need not look at again.  More transactions
 * running than there is room to note: n_running is -1, and all from xmin on
 * count as running.
 */
#define WDD_HORIZON_RUNNING		60

typedef struct WddConsentHorizon
{
	FullTransactionId xmin;		/* all before had ended */
	FullTransactionId xmax;		/* this one and all after had not */
	int			n_running;
	TransactionId running[WDD_HORIZON_RUNNING]; /* of [xmin, xmax) */
} WddConsentHorizon;

/*
 * Snapshot and open relations.  They belong to the resource owner that was
 * current at opening.  The reader lies in a context of its own under the then
 * CurrentMemoryContext and ends with that at the latest; in an abort it does so
 * before or after the resource owner gives back what it held.
 */
typedef struct WddConsentReader
{
	dlist_node	node;			/* in the list of open readers */
	MemoryContext context;
	MemoryContextCallback callback;
	WddKeyType	key_type;
	ResourceOwner owner;		/* NULL: released */
	Relation	table;
	Relation	by_key;
	Snapshot	snapshot;
	TupleTableSlot *slot;		/* holds no pin between calls */
} WddConsentReader;

/* The extension must exist. */
extern WddConsentReader *wdd_consent_reader_open(WddKeyType key_type);
extern void wdd_consent_reader_close(WddConsentReader *reader);

/* key: int8, pg_uuid_t * or text *, by the reader's key type */
extern WddSaid wdd_consent_reader_probe(WddConsentReader *reader,
										const WddConsentScope *scope, Datum key);

/*
 * Add all whose answer differs from the default to the builder, and tell in
 * *n_rows how many rows of the purpose were read for it.  False, early, when
 * they would be more than limit.
 */
extern bool wdd_consent_reader_collect(WddConsentReader *reader, const WddConsentScope *scope,
									   double limit, WddSetBuilder *builder, uint64 *n_rows);

extern void wdd_consent_reader_horizon(WddConsentReader *reader, WddConsentHorizon *horizon);

/*
 * Tell each person of the scope whose row was written by a transaction that
 * had not ended at the horizon, with the answer now.  False, early, when more
 * than limit rows would have to be looked at, or when the callback says so.
 */
typedef bool (*WddConsentChanged) (void *arg, Datum key, bool permitted);

extern bool wdd_consent_reader_changes(WddConsentReader *reader, const WddConsentScope *scope,
									   const WddConsentHorizon *horizon, double limit,
									   WddConsentChanged changed, void *arg);

extern void wdd_consent_read_init(void);

#endif							/* WDD_CONSENT_READ_H */
