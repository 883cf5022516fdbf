/*
 * consent_store.c
 *		Keeping sets between statements (see consent_store.h).
 *
 * A transaction that changes wdd.consent_state invalidates wdd.consent_signal;
 * the message comes through PostgreSQL's invalidation queue and counts up
 * signals_received.  A set that was read under a snapshot taken after the last
 * message is fresh: the message is sent after the transaction has become
 * visible to new snapshots.
 *
 * Where there are shared sets, a kept set is this backend's mapping of one, and
 * what is kept per backend is only which refresh it needs (refresh_needed).  It
 * is a set of its own all the same where the system had no room for a segment.
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "consent/consent_build.h"
#include "consent/consent_shared.h"
#include "consent/consent_store.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"

/* Above so many sets the one used least recently goes. */
#define MAX_KEPT_SETS		128

typedef struct KeptSet
{
	WddConsentScope scope;		/* hash key */
	WddSetMemory *memory;		/* NULL: none yet, or no longer */
	/* a set of this backend's own */
	WddConsentHorizon horizon;	/* what the set knows of */
	uint64		signals_seen;	/* signals_received before it was read */
	/* a shared set */
	WddSharedPlace place;
	double		questions;		/* asked without a set since there was one */
	double		questions_needed;	/* before a set is worth building */
	uint64		last_used;		/* of use_counter */
} KeptSet;

static HTAB *kept_sets = NULL;
static KeptSet *last_found = NULL;	/* statements ask for the same again and again */
static uint64 use_counter = 0;
static Oid	signal_relation = InvalidOid;
static uint64 signals_received = 0;
static uint64 refresh_needed = 0;	/* of shared sets */

/* Consents changed, or may have. */
static void
receive_signal(void)
{
	signals_received++;
	if (wdd_shared_sets_exist())
		refresh_needed = wdd_shared_next_refresh();
}

static void
at_relcache_invalidation(Datum arg, Oid relation)
{
	if (relation == signal_relation || relation == InvalidOid)
		receive_signal();
}

void
wdd_consent_store_init(void)
{
	CacheRegisterRelcacheCallback(at_relcache_invalidation, (Datum) 0);
}

void
wdd_consent_store_follow(Oid consent_signal)
{
	if (signal_relation == consent_signal)
		return;
	signal_relation = consent_signal;
	signals_received++;			/* earlier ones were not heard */
	if (wdd_shared_sets_exist())
		refresh_needed = wdd_shared_refresh_needed();
}

static void
create_store(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(WddConsentScope);
	control.entrysize = sizeof(KeptSet);
	control.hcxt = CacheMemoryContext;
	kept_sets = hash_create("wdd consent sets", 32, &control,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
drop_memory(KeptSet *kept)
{
	if (kept->memory != NULL)
		wdd_set_memory_release(kept->memory);
	kept->memory = NULL;
}

/* Sets of an extension dropped and created anew go this way, too. */
static void
evict_one(void)
{
	HASH_SEQ_STATUS status;
	KeptSet    *kept;
	KeptSet    *oldest = NULL;

	hash_seq_init(&status, kept_sets);
	while ((kept = hash_seq_search(&status)) != NULL)
	{
		if (oldest == NULL || kept->last_used < oldest->last_used)
			oldest = kept;
	}
	drop_memory(oldest);
	last_found = NULL;
	hash_search(kept_sets, &oldest->scope, HASH_REMOVE, NULL);
}

static KeptSet *
find_kept(const WddConsentScope *scope)
{
	KeptSet    *kept;
	bool		found;

	if (last_found != NULL && memcmp(&last_found->scope, scope, sizeof(*scope)) == 0)
	{
		last_found->last_used = ++use_counter;
		return last_found;
	}
	if (kept_sets == NULL)
		create_store();
	kept = hash_search(kept_sets, scope, HASH_FIND, NULL);
	if (kept == NULL)
	{
		if (hash_get_num_entries(kept_sets) >= MAX_KEPT_SETS)
			evict_one();
		kept = hash_search(kept_sets, scope, HASH_ENTER, &found);
		kept->memory = NULL;
		kept->place.generation = 0;
		kept->questions = 0;
		kept->questions_needed = WDD_FEW_QUESTIONS;
	}
	kept->last_used = ++use_counter;
	last_found = kept;
	return kept;
}

/* This backend's own, be it for want of room for a shared one? */
static bool
is_own(const KeptSet *kept)
{
	return kept->memory != NULL && kept->memory->segment == NULL;
}

/* If the set is shared, map the one that stands for it now. */
static void
follow_shared(KeptSet *kept)
{
	WddSetMemory *memory;

	if (!wdd_shared_sets_exist() || wdd_shared_in_place(&kept->place))
		return;
	memory = wdd_shared_attach(&kept->scope, &kept->place);
	if (memory == NULL && is_own(kept))
		return;
	drop_memory(kept);
	kept->memory = memory;
}

static bool
is_fresh(const KeptSet *kept)
{
	if (kept->memory == NULL)
		return false;
	if (!is_own(kept))
		return wdd_shared_is_fresh(&kept->place, refresh_needed);
	return kept->signals_seen == signals_received;
}

/* Bring a stale set up to date; a set that is too far behind is let go. */
static void
refresh_own(KeptSet *kept)
{
	uint64		signals = signals_received;

	if (wdd_consent_refresh(&kept->scope, &kept->memory, &kept->horizon))
		kept->signals_seen = signals;
	else
		drop_memory(kept);
}

/*
 * The same for a shared one.  Until it is published, the memory counts as being
 * nowhere: if this fails half-way, it may have grown already.
 */
static void
refresh_shared(KeptSet *kept)
{
	WddSharedPlace place = kept->place;
	uint64		refresh = wdd_shared_begin_refresh();
	WddConsentHorizon horizon;

	kept->place.generation = 0;
	if (!wdd_shared_horizon(&place, &horizon))
		drop_memory(kept);
	else if (wdd_consent_refresh(&kept->scope, &kept->memory, &horizon) && !is_own(kept))
	{
		wdd_shared_publish(&kept->scope, &place, kept->memory, &horizon, refresh);
		kept->place = place;
	}
	else						/* or there was no room for it to grow */
	{
		wdd_shared_withdraw(&place);
		drop_memory(kept);
	}
}

/*
 * Build one, unless that takes reading more than row_limit rows.
 */
static void
build(KeptSet *kept, double row_limit)
{
	bool		shared = wdd_shared_sets_exist();
	uint64		refresh = shared ? wdd_shared_begin_refresh() : 0;
	uint64		signals = signals_received;
	WddSharedPlace place = {0};

	kept->place = place;
	kept->memory = wdd_consent_build(&kept->scope, shared, row_limit, &kept->horizon);
	if (kept->memory == NULL)
		return;
	kept->signals_seen = signals;
	if (!is_own(kept))
	{
		wdd_shared_publish(&kept->scope, &place, kept->memory, &kept->horizon, refresh);
		kept->place = place;
	}
	kept->questions = 0;
	kept->questions_needed = Max(WDD_FEW_QUESTIONS,
								 kept->memory->set->rows_read / WDD_ROWS_PER_QUESTION);
}

/*
 * Reading as many rows as the questions asked so far have cost at most doubles
 * that.  If they do not suffice, it is tried again after twice as many.
 */
static void
build_if_worth(KeptSet *kept, double questions)
{
	questions += kept->questions;
	build(kept, questions * WDD_ROWS_PER_QUESTION);
	if (kept->memory == NULL)
		kept->questions_needed = questions * 2;
}

/*
 * Refresh or build the set; whoever waited for another backend to do so finds
 * it done.  False when there is none, or none as of now: then there are few
 * questions, which need not wait for the lock.
 */
static bool
maintain(KeptSet *kept, double questions, WddStoreEffort effort)
{
	bool		worth_building = effort == WDD_STORE_BUILD ||
		questions + kept->questions >= kept->questions_needed;
	bool		shared = wdd_shared_sets_exist();

	if (kept->memory == NULL && !worth_building)
		return false;
	if (shared)
	{
		if (!wdd_shared_lock(&kept->scope, worth_building || questions >= WDD_FEW_QUESTIONS))
			return false;
		follow_shared(kept);
	}
	if (!is_fresh(kept))
	{
		if (kept->memory != NULL)
			is_own(kept) ? refresh_own(kept) : refresh_shared(kept);
		if (kept->memory == NULL && effort == WDD_STORE_BUILD)
			build(kept, WDD_ANY_NUMBER_OF_ROWS);
		else if (kept->memory == NULL && worth_building)
			build_if_worth(kept, questions);
	}
	if (shared)
		wdd_shared_unlock(&kept->scope);
	return kept->memory != NULL;
}

WddSetMemory *
wdd_consent_store_get(const WddConsentScope *scope, double questions, WddStoreEffort effort)
{
	KeptSet    *kept = find_kept(scope);

	follow_shared(kept);
	if (is_fresh(kept) ||
		(effort != WDD_STORE_LOOK && maintain(kept, questions, effort)))
		return wdd_set_memory_retain(kept->memory);
	return NULL;
}

/* Add this backend's own sets to a list of n. */
static int
list_own(WddStoredSet **sets, int n)
{
	HASH_SEQ_STATUS status;
	KeptSet    *kept;

	if (kept_sets == NULL)
		return n;
	*sets = repalloc(*sets, (n + hash_get_num_entries(kept_sets)) * sizeof(WddStoredSet));
	hash_seq_init(&status, kept_sets);
	while ((kept = hash_seq_search(&status)) != NULL)
	{
		if (!is_own(kept))
			continue;
		(*sets)[n].scope = kept->scope;
		(*sets)[n].head = *kept->memory->set;
		(*sets)[n].shared = false;
		n++;
	}
	return n;
}

int
wdd_consent_store_list(WddStoredSet **sets)
{
	int			n = 0;

	if (wdd_shared_sets_exist())
		n = wdd_shared_list(sets);
	else
		*sets = palloc(sizeof(WddStoredSet));
	return list_own(sets, n);
}

void
wdd_consent_store_note_questions(const WddConsentScope *scope, double questions)
{
	find_kept(scope)->questions += questions;
}
