/*
 * consent_cache.h
 *		Does this person permit this purpose for this category, now?
 *
 * "Now" is the moment a statement starts, whatever its isolation level: what
 * committed (on a standby: was replayed) before then counts.  The guard opens a
 * view per purpose, category, subject kind and key type in ExecutorStart, and
 * asks it per row.
 *
 * A view is adaptive: a few questions are answered by one index look-up each
 * (under one latest snapshot, kept as long as the view lives), many by a set that holds the persons whose answer differs from
 * the purpose's default: a bitmap for dense integer keys, a hash else.  Sets
 * live longer than the statement and are brought up to date from the tail of
 * wdd.consent_state (see ledger.sql) when wdd.consent_signal was invalidated.
 * A transaction that changed consent itself always looks up the index, under a
 * snapshot that sees its own changes, and leaves the sets alone.
 *
 * The functions are exported from the library for test/modules/consent_probe.
 *
 * A person's answer: the row of that category if there is one, else the row of
 * category 0 ("all"), else silence_permits.
 */
#ifndef WDD_CONSENT_CACHE_H
#define WDD_CONSENT_CACHE_H

#include "postgres.h"

#include "catalog/key_type.h"
#include "utils/uuid.h"

/*
 * The part of a view that the per-row path reads.  base_key/bits describe a
 * bitmap: bit (key - base_key) set means "differs from the default".
 */
typedef struct WddConsentView
{
	bool		silence_permits;
	/* dense fast path; n_keys == 0 when there is none */
	int64		base_key;
	uint64		n_keys;
	const uint64 *bits;
	/* everything else is the cache's own */
	struct WddConsentViewState *state;
} WddConsentView;

/*
 * Open a view.  It and what it needs are allocated in CurrentMemoryContext;
 * close it, or delete the context: a reset callback releases snapshot and pins.
 * Snapshot and relations belong to the resource owner that is current now (in
 * ExecutorStart: the portal's), so that a cursor's view lives as long as the
 * cursor.
 *
 * What is promised is the state as of this call or later, person by person: a
 * set is read as it is when the question comes, and the snapshot for look-ups
 * is taken at the first question.  A commit counts from when its client is told
 * of it.
 *
 * expected_rows: the planner's estimate of how many rows will be asked about;
 * from a threshold on the set is built at once.  build_now forces that (plans
 * with parallel workers: the set cannot be built inside parallel mode).
 *
 * Works inside parallel mode and in workers too (nested statements there):
 * latest snapshots are then taken without GetLatestSnapshot().
 */
extern PGDLLEXPORT WddConsentView *wdd_consent_open(int16 purpose_id, int16 category_id,
													int16 kind_id, WddKeyType key_type,
													bool silence_permits,
													double expected_rows, bool build_now);

extern PGDLLEXPORT void wdd_consent_close(WddConsentView *view);

/* Slow paths; the inline functions below are what callers use. */
extern PGDLLEXPORT bool wdd_consent_permits_integer_slow(WddConsentView *view, int64 key);
extern PGDLLEXPORT bool wdd_consent_permits_uuid(WddConsentView *view, const pg_uuid_t *key);
extern PGDLLEXPORT bool wdd_consent_permits_text(WddConsentView *view, const char *key, int length);

static inline bool
wdd_consent_permits_integer(WddConsentView *view, int64 key)
{
	uint64		offset = (uint64) key - (uint64) view->base_key;

	if (likely(offset < view->n_keys))
		return ((view->bits[offset >> 6] >> (offset & 63)) & 1) != (uint64) view->silence_permits;
	return wdd_consent_permits_integer_slow(view, key);
}

/*
 * For who knows what will be asked: does the view answer from a set that is too
 * large to lie in the processor's cache by itself, and where would it look for
 * a key?  NULL: nowhere.
 */
extern PGDLLEXPORT bool wdd_consent_is_scattered(const WddConsentView *view);
extern PGDLLEXPORT const void *wdd_consent_home_of_integer(const WddConsentView *view, int64 key);
extern PGDLLEXPORT const void *wdd_consent_home_of_uuid(const WddConsentView *view, const pg_uuid_t *key);
extern PGDLLEXPORT const void *wdd_consent_home_of_text(const WddConsentView *view, const char *key, int length);

/*
 * Handing a view to parallel workers: the leader exports a view (opened with
 * build_now) as a small blob of fixed size; a worker attaches by it and gets a
 * view that reads the same memory (a DSM segment, or the shared copy).  The
 * leader's memory stays until the view is closed.
 */
typedef struct WddConsentHandle
{
	uint32		dsm;			/* dsm_handle */
	int16		purpose_id,
				category_id,
				kind_id;
	uint8		key_type;
	uint8		silence_permits;
} WddConsentHandle;

extern PGDLLEXPORT void wdd_consent_export(WddConsentView *view, WddConsentHandle *handle);
extern PGDLLEXPORT WddConsentView *wdd_consent_attach(const WddConsentHandle *handle);

/*
 * Three answers for one person, by index look-up under a latest snapshot:
 * used by wdd.permitted(), wdd.why() and consent_by=provision.
 */
typedef enum WddSaid
{
	WDD_SAID_NOTHING,
	WDD_SAID_YES,
	WDD_SAID_NO
} WddSaid;

/* key: int8, pg_uuid_t * or text *, by key_type */
extern PGDLLEXPORT WddSaid wdd_consent_said(int16 purpose_id, int16 category_id, int16 kind_id,
								WddKeyType key_type, Datum key);

/* From _PG_init. */
extern void wdd_consent_init(void);

/* From shmem_request_hook and shmem_startup_hook, if preloaded. */
extern void wdd_consent_shmem_request(void);
extern void wdd_consent_shmem_startup(void);

#endif							/* WDD_CONSENT_CACHE_H */
