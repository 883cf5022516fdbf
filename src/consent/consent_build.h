/*
 * consent_build.h
 *		Making the set of those who differ from the default, and bringing one up
 *		to date.
 */
#ifndef WDD_CONSENT_BUILD_H
#define WDD_CONSENT_BUILD_H

#include "postgres.h"

#include "consent/consent_memory.h"
#include "consent/consent_read.h"
#include "consent/consent_state.h"

/* Fewer questions are never worth a set, nor a look at how big the table is. */
#define WDD_FEW_QUESTIONS		200

/*
 * How many questions are worth building a set?  That reads every row of the
 * purpose once, and a question costs as much as some ten rows.
 */
extern double wdd_consent_questions_worth_set(const WddConsentScope *scope);

/* Build under a snapshot taken now; *horizon is that snapshot's. */
extern WddSetMemory *wdd_consent_build(const WddConsentScope *scope, bool as_segment,
									   WddConsentHorizon *horizon);

/*
 * Apply what changed since *horizon, in place, and move *horizon on.  A set
 * that must grow is replaced in *memory by a new one of the same sort, and the
 * caller's use of the old one ends.  False when so much changed that building
 * anew is cheaper: then nothing was done.
 */
extern bool wdd_consent_refresh(const WddConsentScope *scope, WddSetMemory **memory,
								WddConsentHorizon *horizon);

#endif							/* WDD_CONSENT_BUILD_H */
