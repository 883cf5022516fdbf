/*
 * consent_set_plan.h
 *		Choosing the pieces of a set (see consent_set.h), for its builder.
 *
 * For integers it is decided by memory which stretches become bitmaps.  A row
 * of buckets then takes what lies between: one piece if the keys lie about
 * evenly, so that scaling a key finds its bucket, else half of them each, and so
 * on; down to a piece of one bucket, to which any seven keys are even enough.
 * So pieces are few where keys are drawn evenly, at random or one after the
 * other, and no choice of keys makes a search long.
 */
#ifndef WDD_CONSENT_SET_PLAN_H
#define WDD_CONSENT_SET_PLAN_H

#include "consent/consent_set_layout.h"

/* 64 neighbouring integers; number is their places over 64. */
typedef struct WddSetWord
{
	uint64		number;
	uint64		bits;
} WddSetWord;

/* The pieces chosen so far, allocated in the context that is current. */
typedef struct WddSetPlan
{
	WddSetPiece *pieces;
	uint32		n_pieces,
				allocated;
	uint64		n_words;		/* of all bitmaps */
	uint64		n_buckets;
	uint64		n_slot_keys;	/* keys that lie in buckets */
	uint64		n_homeless;		/* those of them that go to the overflow */
} WddSetPlan;

extern void wdd_set_plan_init(WddSetPlan *plan);

/* Words ascending, none twice, none without bits. */
extern void wdd_set_plan_words(WddSetPlan *plan, const WddSetWord *words, uint64 n);

/*
 * Ascending places.  False when more of them are equal than one bucket holds;
 * the plan is then of no use.
 */
extern bool wdd_set_plan_places(WddSetPlan *plan, const uint64 *places, uint64 n);

/* One piece for n places that are random over all of uint64. */
extern void wdd_set_plan_random(WddSetPlan *plan, uint64 n);

/* Once all are chosen, in order: each reaches up to the next. */
extern void wdd_set_plan_finish(WddSetPlan *plan);

#endif							/* WDD_CONSENT_SET_PLAN_H */
