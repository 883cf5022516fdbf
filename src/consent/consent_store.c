/*
 * consent_store.c
 *		Keeping sets between statements (see consent_store.h).
 *
 * A transaction that changes wdd.consent_state invalidates wdd.consent_signal;
 * the message comes through PostgreSQL's invalidation queue and counts up
 * signals_received.  A set that was read under a snapshot taken after the last
 * message is fresh: the message is sent after the transaction has become
 * visible to new snapshots.
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "consent/consent_build.h"
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
	WddConsentHorizon horizon;	/* what the set knows of */
	uint64		signals_seen;	/* signals_received before it was read */
	double		questions;		/* asked without a set since there was one */
	double		questions_needed;	/* before a set is worth building */
	uint64		last_used;		/* of use_counter */
} KeptSet;

static HTAB *kept_sets = NULL;
static uint64 use_counter = 0;
static Oid	signal_relation = InvalidOid;
static uint64 signals_received = 0;

static void
at_relcache_invalidation(Datum arg, Oid relation)
{
	if (relation == signal_relation || relation == InvalidOid)
		signals_received++;
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
	signals_received++;
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
	hash_search(kept_sets, &oldest->scope, HASH_REMOVE, NULL);
}

static KeptSet *
find_kept(const WddConsentScope *scope)
{
	KeptSet    *kept;
	bool		found;

	if (kept_sets == NULL)
		create_store();
	kept = hash_search(kept_sets, scope, HASH_FIND, NULL);
	if (kept == NULL)
	{
		if (hash_get_num_entries(kept_sets) >= MAX_KEPT_SETS)
			evict_one();
		kept = hash_search(kept_sets, scope, HASH_ENTER, &found);
		kept->memory = NULL;
		kept->questions = 0;
		kept->questions_needed = WDD_FEW_QUESTIONS;
	}
	kept->last_used = ++use_counter;
	return kept;
}

static bool
is_fresh(const KeptSet *kept)
{
	return kept->memory != NULL && kept->signals_seen == signals_received;
}

/* Bring a stale set up to date; a set that is too far behind is let go. */
static void
refresh(KeptSet *kept)
{
	uint64		signals = signals_received;

	if (wdd_consent_refresh(&kept->scope, &kept->memory, &kept->horizon))
		kept->signals_seen = signals;
	else
		drop_memory(kept);
}

static void
build(KeptSet *kept)
{
	uint64		signals = signals_received;

	kept->memory = wdd_consent_build(&kept->scope, false, &kept->horizon);
	kept->signals_seen = signals;
	kept->questions = 0;
}

/* The size of the table is looked at only when it may matter. */
static bool
is_worth_building(KeptSet *kept, double questions)
{
	questions += kept->questions;
	if (questions < kept->questions_needed)
		return false;
	kept->questions_needed = wdd_consent_questions_worth_set(&kept->scope);
	return questions >= kept->questions_needed;
}

WddSetMemory *
wdd_consent_store_get(const WddConsentScope *scope, double questions, WddStoreEffort effort)
{
	KeptSet    *kept = find_kept(scope);

	if (!is_fresh(kept))
	{
		if (effort == WDD_STORE_LOOK)
			return NULL;
		if (kept->memory != NULL)
			refresh(kept);
		if (kept->memory == NULL &&
			(effort == WDD_STORE_BUILD || is_worth_building(kept, questions)))
			build(kept);
		if (kept->memory == NULL)
			return NULL;
	}
	return wdd_set_memory_retain(kept->memory);
}

int
wdd_consent_store_list(WddStoredSet **sets)
{
	HASH_SEQ_STATUS status;
	KeptSet    *kept;
	int			n = 0;

	if (kept_sets == NULL)
		return 0;
	*sets = palloc(hash_get_num_entries(kept_sets) * sizeof(WddStoredSet));
	hash_seq_init(&status, kept_sets);
	while ((kept = hash_seq_search(&status)) != NULL)
	{
		if (kept->memory == NULL)
			continue;
		(*sets)[n].scope = kept->scope;
		(*sets)[n].memory = kept->memory;
		n++;
	}
	return n;
}

void
wdd_consent_store_note_questions(const WddConsentScope *scope, double questions)
{
	find_kept(scope)->questions += questions;
}
