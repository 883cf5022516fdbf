/*
 * consent_shared.c
 *		The registry of shared sets (see consent_shared.h).
 *
 * Two locks.  The registry's LWLock guards the array, for as long as it takes
 * to find, map or replace an entry.  A heavyweight lock a set, which a waiting
 * statement can be cancelled from, lets one backend at a time read
 * wdd.consent_state for it.  Whether a set is fresh is asked for every
 * execution and without any lock: generation and refreshed are atomic, and an
 * entry that is given to another set changes its generation first.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "common/hashfn.h"
#include "consent/consent_cache.h"
#include "consent/consent_shared.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#define MAX_SHARED_SETS		128
#define TRANCHE_NAME		"wdd_privacy_consent"

typedef struct SharedSet
{
	/* read without a lock, written under the registry's */
	pg_atomic_uint64 generation;	/* 0: entry is free */
	pg_atomic_uint64 refreshed; /* number of the last refresh */
	pg_atomic_uint64 last_used; /* statement's timestamp, about */
	/* under the registry's lock */
	Oid			database;
	WddConsentScope scope;
	dsm_handle	handle;			/* pinned */
	WddConsentHorizon horizon;	/* written under the set's lock, too */
} SharedSet;

typedef struct SharedRegistry
{
	LWLock	   *lock;
	pg_atomic_uint64 refreshes; /* numbers drawn */
	pg_atomic_uint64 needed;	/* by the last commit of changed consents */
	pg_atomic_uint32 replaying; /* sets were used during recovery, where
								 * commits are not noted */
	uint64		last_generation;
	SharedSet	sets[MAX_SHARED_SETS];
} SharedRegistry;

static SharedRegistry *registry = NULL;

void
wdd_consent_shmem_request(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(SharedRegistry)));
	RequestNamedLWLockTranche(TRANCHE_NAME, 1);
}

void
wdd_consent_shmem_startup(void)
{
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	registry = ShmemInitStruct("wdd_privacy consent sets", sizeof(SharedRegistry), &found);
	if (!found)
	{
		int			i;

		memset(registry, 0, sizeof(SharedRegistry));
		registry->lock = &(GetNamedLWLockTranche(TRANCHE_NAME))->lock;
		pg_atomic_init_u64(&registry->refreshes, 0);
		pg_atomic_init_u64(&registry->needed, 0);
		pg_atomic_init_u32(&registry->replaying, 0);
		for (i = 0; i < MAX_SHARED_SETS; i++)
		{
			pg_atomic_init_u64(&registry->sets[i].generation, 0);
			pg_atomic_init_u64(&registry->sets[i].refreshed, 0);
			pg_atomic_init_u64(&registry->sets[i].last_used, 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

/* A stand-alone backend cannot map segments. */
bool
wdd_shared_sets_exist(void)
{
	return registry != NULL && IsUnderPostmaster;
}

uint64
wdd_shared_next_refresh(void)
{
	return pg_atomic_read_u64(&registry->refreshes) + 1;
}

void
wdd_shared_note_commit(void)
{
	uint64		noted,
				next;

	if (registry == NULL)
		return;
	noted = pg_atomic_read_u64(&registry->needed);
	next = wdd_shared_next_refresh();
	while (noted < next && !pg_atomic_compare_exchange_u64(&registry->needed, &noted, next))
		;
}

uint64
wdd_shared_refresh_needed(void)
{
	if (RecoveryInProgress())
	{
		pg_atomic_write_u32(&registry->replaying, 1);
		return wdd_shared_next_refresh();
	}
	/* the first after a promotion; in this order, lest another be faster */
	if (pg_atomic_read_u32(&registry->replaying) == 1)
	{
		wdd_shared_note_commit();
		pg_atomic_write_u32(&registry->replaying, 0);
	}
	return pg_atomic_read_u64(&registry->needed);
}

uint64
wdd_shared_begin_refresh(void)
{
	return pg_atomic_add_fetch_u64(&registry->refreshes, 1);
}

bool
wdd_shared_in_place(const WddSharedPlace *place)
{
	return place->generation != 0 &&
		pg_atomic_read_u64(&registry->sets[place->slot].generation) == place->generation;
}

bool
wdd_shared_is_fresh(const WddSharedPlace *place, uint64 refresh)
{
	SharedSet  *shared = &registry->sets[place->slot];
	uint64		refreshed = pg_atomic_read_u64(&shared->refreshed);
	uint64		now = GetCurrentStatementStartTimestamp();

	/*
	 * In this order: had the entry been given to another set when refreshed
	 * was read, its generation would show it now.  And what the refresh wrote
	 * is read after this.
	 */
	pg_read_barrier();
	if (!wdd_shared_in_place(place) || refreshed < refresh)
		return false;

	/* to the second is enough, and keeps the cache line quiet */
	if (pg_atomic_read_u64(&shared->last_used) + USECS_PER_SEC < now)
		pg_atomic_write_u64(&shared->last_used, now);
	return true;
}

/* Under the registry's lock; -1 when there is none. */
static int
find_slot(const WddConsentScope *scope)
{
	int			i;

	for (i = 0; i < MAX_SHARED_SETS; i++)
	{
		SharedSet  *shared = &registry->sets[i];

		if (pg_atomic_read_u64(&shared->generation) != 0 &&
			shared->database == MyDatabaseId &&
			memcmp(&shared->scope, scope, sizeof(WddConsentScope)) == 0)
			return i;
	}
	return -1;
}

WddSetMemory *
wdd_shared_attach(const WddConsentScope *scope, WddSharedPlace *place)
{
	WddSetMemory *memory = NULL;
	int			slot;

	place->generation = 0;
	LWLockAcquire(registry->lock, LW_SHARED);
	slot = find_slot(scope);
	if (slot >= 0)
	{
		/* mapped under the lock, lest it be replaced and gone */
		memory = wdd_set_memory_attach(registry->sets[slot].handle);
		if (memory != NULL)
		{
			place->slot = slot;
			place->generation = pg_atomic_read_u64(&registry->sets[slot].generation);
		}
	}
	LWLockRelease(registry->lock);
	return memory;
}

static void
set_lock_tag(LOCKTAG *tag, const WddConsentScope *scope)
{
	tag->locktag_field1 = MyDatabaseId;
	tag->locktag_field2 = scope->signal_relation;
	tag->locktag_field3 = hash_bytes((const unsigned char *) scope, sizeof(*scope));
	tag->locktag_field4 = 0;
	tag->locktag_type = LOCKTAG_USERLOCK;
	tag->locktag_lockmethodid = USER_LOCKMETHOD;
}

bool
wdd_shared_lock(const WddConsentScope *scope, bool wait)
{
	LOCKTAG		tag;

	set_lock_tag(&tag, scope);
	return LockAcquire(&tag, ExclusiveLock, false, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

void
wdd_shared_unlock(const WddConsentScope *scope)
{
	LOCKTAG		tag;

	set_lock_tag(&tag, scope);
	LockRelease(&tag, ExclusiveLock, false);
}

bool
wdd_shared_horizon(const WddSharedPlace *place, WddConsentHorizon *horizon)
{
	bool		found;

	LWLockAcquire(registry->lock, LW_SHARED);
	found = wdd_shared_in_place(place);
	if (found)
		*horizon = registry->sets[place->slot].horizon;
	LWLockRelease(registry->lock);
	return found;
}

/* Give an entry's segment back; under the registry's lock. */
static dsm_handle
free_slot(int slot)
{
	pg_atomic_write_u64(&registry->sets[slot].generation, 0);
	return registry->sets[slot].handle;
}

/*
 * Is the set of a database, or of an extension in this one, that is no more?
 */
static bool
is_orphan(Oid database, Oid signal_relation)
{
	if (database == MyDatabaseId)
		return !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(signal_relation));
	return !SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database));
}

/*
 * Free the entries of orphans.  Catalogs are read without the lock, so an entry
 * is looked at twice.
 */
static void
free_orphans(void)
{
	int			i;

	for (i = 0; i < MAX_SHARED_SETS; i++)
	{
		SharedSet  *shared = &registry->sets[i];
		dsm_handle	handle = DSM_HANDLE_INVALID;
		uint64		generation;
		Oid			database;
		Oid			signal_relation;

		LWLockAcquire(registry->lock, LW_SHARED);
		generation = pg_atomic_read_u64(&shared->generation);
		database = shared->database;
		signal_relation = shared->scope.signal_relation;
		LWLockRelease(registry->lock);
		if (generation == 0 || !is_orphan(database, signal_relation))
			continue;

		LWLockAcquire(registry->lock, LW_EXCLUSIVE);
		if (pg_atomic_read_u64(&shared->generation) == generation)
			handle = free_slot(i);
		LWLockRelease(registry->lock);
		if (handle != DSM_HANDLE_INVALID)
			dsm_unpin_segment(handle);
	}
}

/* A free entry, or the one used least recently; under the registry's lock. */
static int
slot_to_take(void)
{
	int			oldest = 0;
	int			i;

	for (i = 0; i < MAX_SHARED_SETS; i++)
	{
		if (pg_atomic_read_u64(&registry->sets[i].generation) == 0)
			return i;
		if (pg_atomic_read_u64(&registry->sets[i].last_used) <
			pg_atomic_read_u64(&registry->sets[oldest].last_used))
			oldest = i;
	}
	return oldest;
}

/* Put a new set into an entry; returns the segment it replaces, if any. */
static dsm_handle
fill_slot(int slot, const WddConsentScope *scope, WddSetMemory *memory,
		  const WddConsentHorizon *horizon, uint64 refresh)
{
	SharedSet  *shared = &registry->sets[slot];
	dsm_handle	replaced = DSM_HANDLE_INVALID;

	if (pg_atomic_read_u64(&shared->generation) != 0)
		replaced = free_slot(slot);
	shared->database = MyDatabaseId;
	shared->scope = *scope;
	shared->handle = dsm_segment_handle(memory->segment);
	shared->horizon = *horizon;
	pg_atomic_write_u64(&shared->last_used, GetCurrentStatementStartTimestamp());
	pg_atomic_write_u64(&shared->generation, ++registry->last_generation);
	pg_write_barrier();			/* see wdd_shared_is_fresh() */
	pg_atomic_write_u64(&shared->refreshed, refresh);
	return replaced;
}

static void
publish_new(const WddConsentScope *scope, WddSharedPlace *place, WddSetMemory *memory,
			const WddConsentHorizon *horizon, uint64 refresh)
{
	dsm_handle	replaced;
	int			slot;

	free_orphans();
	dsm_pin_segment(memory->segment);
	LWLockAcquire(registry->lock, LW_EXCLUSIVE);
	slot = find_slot(scope);
	if (slot < 0)
		slot = slot_to_take();
	replaced = fill_slot(slot, scope, memory, horizon, refresh);
	place->slot = slot;
	place->generation = registry->last_generation;
	LWLockRelease(registry->lock);
	if (replaced != DSM_HANDLE_INVALID)
		dsm_unpin_segment(replaced);
}

void
wdd_shared_publish(const WddConsentScope *scope, WddSharedPlace *place,
				   WddSetMemory *memory, const WddConsentHorizon *horizon, uint64 refresh)
{
	bool		in_place;

	LWLockAcquire(registry->lock, LW_EXCLUSIVE);
	in_place = wdd_shared_in_place(place) &&
		registry->sets[place->slot].handle == dsm_segment_handle(memory->segment);
	if (in_place)
	{
		registry->sets[place->slot].horizon = *horizon;
		pg_write_barrier();		/* what was changed in the set comes first */
		pg_atomic_write_u64(&registry->sets[place->slot].refreshed, refresh);
	}
	LWLockRelease(registry->lock);

	if (!in_place)
		publish_new(scope, place, memory, horizon, refresh);
}

void
wdd_shared_withdraw(WddSharedPlace *place)
{
	dsm_handle	handle = DSM_HANDLE_INVALID;

	LWLockAcquire(registry->lock, LW_EXCLUSIVE);
	if (wdd_shared_in_place(place))
		handle = free_slot(place->slot);
	LWLockRelease(registry->lock);
	place->generation = 0;
	if (handle != DSM_HANDLE_INVALID)
		dsm_unpin_segment(handle);
}

int
wdd_shared_list(WddStoredSet **sets)
{
	int			n = 0;
	int			i;

	*sets = palloc(MAX_SHARED_SETS * sizeof(WddStoredSet));
	LWLockAcquire(registry->lock, LW_SHARED);
	for (i = 0; i < MAX_SHARED_SETS; i++)
	{
		SharedSet  *shared = &registry->sets[i];
		WddSetMemory *memory;

		if (pg_atomic_read_u64(&shared->generation) == 0 || shared->database != MyDatabaseId)
			continue;
		memory = wdd_set_memory_attach(shared->handle);
		if (memory == NULL)
			continue;
		(*sets)[n].scope = shared->scope;
		(*sets)[n].head = *memory->set;
		(*sets)[n].shared = true;
		wdd_set_memory_release(memory);
		n++;
	}
	LWLockRelease(registry->lock);
	return n;
}
