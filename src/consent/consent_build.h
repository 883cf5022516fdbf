/*
 * consent_build.h
 *		Making the set of those who differ from the default, and bringing one up
 *		to date.
 */
#ifndef WDD_CONSENT_BUILD_H
#define WDD_CONSENT_BUILD_H

#include "postgres.h"

#include <math.h>

#include "consent/consent_memory.h"
#include "consent/consent_read.h"
#include "consent/consent_state.h"

/* Fewer questions are never worth a set. */
#define WDD_FEW_QUESTIONS		200

/* A question by look-up costs as much as reading so many rows in a row. */
#define WDD_ROWS_PER_QUESTION	10

/* No limit to the rows that building may read. */
#define WDD_ANY_NUMBER_OF_ROWS	HUGE_VAL

/*
 * Build under a snapshot taken now; *horizon is that snapshot's.  NULL when the
 * purpose has more rows than row_limit: how many nobody knows without reading
 * them, so whoever asks gives as many as the questions asked so far have cost.
 */
extern WddSetMemory *wdd_consent_build(const WddConsentScope *scope, bool as_segment,
									   double row_limit, WddConsentHorizon *horizon);

/*
 * Apply what changed since *horizon, in place, and move *horizon on.  A set
 * that must grow is replaced in *memory by a new one of the same sort, and the
 * caller's use of the old one ends.  False when the set must be built anew: so
 * much changed that it is cheaper, or a set of uuids or texts is full.
 */
extern bool wdd_consent_refresh(const WddConsentScope *scope, WddSetMemory **memory,
								WddConsentHorizon *horizon);

#endif							/* WDD_CONSENT_BUILD_H */
