/*
 * consent_store.h
 *		The sets that are kept between statements, by this backend or (with
 *		shared_preload_libraries) in one copy for all, and when they are fresh.
 */
#ifndef WDD_CONSENT_STORE_H
#define WDD_CONSENT_STORE_H

#include "postgres.h"

#include "consent/consent_memory.h"
#include "consent/consent_state.h"

typedef enum WddStoreEffort
{
	WDD_STORE_LOOK,				/* a fresh set or nothing; reads no table */
	WDD_STORE_MAINTAIN,			/* bring a stale one up to date; build one if
								 * the questions asked so far are worth it */
	WDD_STORE_BUILD				/* build one in any case */
} WddStoreEffort;

/*
 * A set as of now or later, for one more user, or NULL.  questions: how many
 * are about to be asked.  Anything but WDD_STORE_LOOK must not be asked for in
 * parallel mode, nor in a transaction that changed consent itself.
 */
extern WddSetMemory *wdd_consent_store_get(const WddConsentScope *scope, double questions,
										   WddStoreEffort effort);

/* Questions that were answered without a set: they count towards building it. */
extern void wdd_consent_store_note_questions(const WddConsentScope *scope, double questions);

/*
 * Which relation's invalidation means that consents changed.  Must be called,
 * after accepting invalidation messages, before sets are asked for.
 */
extern void wdd_consent_store_follow(Oid consent_signal);

/* The sets there are, fresh or not; for wdd.consent_cache_status(). */
typedef struct WddStoredSet
{
	WddConsentScope scope;
	WddConsentSet head;			/* without its keys */
	bool		shared;
} WddStoredSet;

extern int	wdd_consent_store_list(WddStoredSet **sets);

extern void wdd_consent_store_init(void);

#endif							/* WDD_CONSENT_STORE_H */
