/*
 * consent_shared.h
 *		Sets that all backends share, when the library is loaded by
 *		shared_preload_libraries: a registry in shared memory of sets that lie
 *		in pinned segments.
 *
 * Any number of backends read a set; one at a time, under its lock, brings it
 * up to date in place, or puts a new one in its stead.  A set that was replaced
 * stays mapped where it is in use and is no longer brought up to date.
 *
 * A new backend has received no message yet.  It starts from what the last
 * transaction that changed consents left in shared memory when it committed.
 *
 * When is a shared set fresh for a backend?  Each refresh draws a number from
 * one counter before it takes its snapshot.  A backend that receives the message
 * "consents changed" reads the counter: a refresh with a greater number has
 * seen the change.
 */
#ifndef WDD_CONSENT_SHARED_H
#define WDD_CONSENT_SHARED_H

#include "postgres.h"

#include "consent/consent_memory.h"
#include "consent/consent_read.h"
#include "consent/consent_store.h"

/* Where a backend found a set; generation 0: nowhere. */
typedef struct WddSharedPlace
{
	int			slot;
	uint64		generation;
} WddSharedPlace;

extern bool wdd_shared_sets_exist(void);

/* The least number of a refresh that begins after this call. */
extern uint64 wdd_shared_next_refresh(void);

/*
 * The least number of a refresh that has seen all that was committed before
 * this call, for a backend that has heard no message yet.
 */
extern uint64 wdd_shared_refresh_needed(void);

/*
 * A transaction that changed consents has become visible: called before its
 * client is told.  Not called when a standby replays it.
 */
extern void wdd_shared_note_commit(void);

/* Draw a refresh's number: before its snapshot is taken. */
extern uint64 wdd_shared_begin_refresh(void);

/* Is the set still in its place, brought up to date by that refresh or later? */
extern bool wdd_shared_in_place(const WddSharedPlace *place);
extern bool wdd_shared_is_fresh(const WddSharedPlace *place, uint64 refresh);

/* Find and map the set, for one more user; NULL when there is none. */
extern WddSetMemory *wdd_shared_attach(const WddConsentScope *scope, WddSharedPlace *place);

/*
 * The lock under which a set is built, refreshed and replaced; released at the
 * end of the transaction at the latest.  Without wait false if it is taken.
 */
extern bool wdd_shared_lock(const WddConsentScope *scope, bool wait);
extern void wdd_shared_unlock(const WddConsentScope *scope);

/* The rest needs that lock. */
extern bool wdd_shared_horizon(const WddSharedPlace *place, WddConsentHorizon *horizon);

/* A refreshed set: in place if *place still holds this memory, else instead. */
extern void wdd_shared_publish(const WddConsentScope *scope, WddSharedPlace *place,
							   WddSetMemory *memory, const WddConsentHorizon *horizon,
							   uint64 refresh);
extern void wdd_shared_withdraw(WddSharedPlace *place);

/* This database's sets, for wdd.consent_cache_status(). */
extern int	wdd_shared_list(WddStoredSet **sets);

#endif							/* WDD_CONSENT_SHARED_H */
