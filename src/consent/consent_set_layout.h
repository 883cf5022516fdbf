/*
 * consent_set_layout.h
 *		How a set's slots are found and read; for consent_set.c and
 *		consent_set_builder.c only.
 */
#ifndef WDD_CONSENT_SET_LAYOUT_H
#define WDD_CONSENT_SET_LAYOUT_H

#include "consent/consent_set.h"
#include "port/atomics.h"

typedef struct WddSetSlot
{
	uint64		first;			/* number of the word; half of a wide key */
	uint64		second;			/* the word; the other half */
} WddSetSlot;

/* Word numbers take 58 bits, so this is none. */
#define WDD_SLOT_EMPTY_WORD		PG_UINT64_MAX
/* Both halves of a wide key. */
#define WDD_SLOT_EMPTY			UINT64CONST(0)
#define WDD_SLOT_REMOVED		PG_UINT64_MAX

/* The bitmap is padded so that slots lie on cache lines: in words. */
#define wdd_set_padded_words(n_words)	TYPEALIGN(8, (n_words))

static inline WddSetSlot *
wdd_set_slots(const WddConsentSet *set)
{
	return (WddSetSlot *) (wdd_set_bits(set) + wdd_set_padded_words(set->n_keys >> 6));
}

/* Words in the order of their keys, over all of int8. */
static inline uint64
wdd_set_word_number(int64 key)
{
	return ((uint64) key ^ (UINT64CONST(1) << 63)) >> 6;
}

static inline int64
wdd_set_word_first_key(uint64 word_number)
{
	return (int64) ((word_number << 6) ^ (UINT64CONST(1) << 63));
}

/* Load of at most 0.7. */
static inline uint64
wdd_set_capacity(uint64 n_slots)
{
	return n_slots - n_slots / 10 * 3 - 1;
}

/* Multiply-shift hashing: universal over the random odd multipliers. */
static inline uint64
wdd_set_word_hash(const WddConsentSet *set, uint64 word_number)
{
	return (word_number * set->multiplier[0]) >> set->shift;
}

static inline uint64
wdd_set_wide_hash(const WddConsentSet *set, WddSetSlot slot)
{
	return (slot.first * set->multiplier[0] + slot.second * set->multiplier[1]) >> set->shift;
}

static inline WddSetSlot
wdd_set_blinded(const WddConsentSet *set, WddWideKey key)
{
	WddSetSlot	slot;

	slot.first = key.high ^ set->blind[0];
	slot.second = key.low ^ set->blind[1];
	return slot;
}

static inline bool
wdd_slot_is_empty(const WddSetSlot *slot)
{
	return slot->first == WDD_SLOT_EMPTY && slot->second == WDD_SLOT_EMPTY;
}

/* Empty or removed: no key. */
static inline bool
wdd_slot_is_special(const WddSetSlot *slot)
{
	return wdd_slot_is_empty(slot) ||
		(slot->first == WDD_SLOT_REMOVED && slot->second == WDD_SLOT_REMOVED);
}

#endif							/* WDD_CONSENT_SET_LAYOUT_H */
