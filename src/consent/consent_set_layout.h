/*
 * consent_set_layout.h
 *		How a set's pieces and slots are found and read; for the files
 *		consent_set*.c only.
 *
 * The block: head, pieces, guide, words of bitmaps, buckets, overflow.  The
 * guide divides the places evenly into cells and names for each the piece in
 * which it begins, so that a search among many pieces is a short one.
 */
#ifndef WDD_CONSENT_SET_LAYOUT_H
#define WDD_CONSENT_SET_LAYOUT_H

#include "consent/consent_set.h"

typedef struct WddSetPiece
{
	uint64		first;			/* its least place */
	uint64		reach;			/* its greatest place, less first; the next
								 * piece comes right after */
	uint32		start;			/* its first word, or bucket */
	uint32		length;			/* words, or buckets */
	uint32		scale;			/* 0: bitmap.  Else 2^-32 buckets for every ... */
	uint32		shift;			/* ... 2^shift places */
} WddSetPiece;

#define WDD_SLOTS_PER_BUCKET	8
#define WDD_BUCKET_SIZE			(WDD_SLOTS_PER_BUCKET * sizeof(uint64))

/* A key lies in its bucket or in one of the next, or else in the overflow. */
#define WDD_BUCKET_PROBES		4
#define WDD_OVERFLOW_PROBES		8

/* A bucket is filled from the front: its last slot is empty, or it is full. */
#define WDD_SLOT_EMPTY			UINT64CONST(0)
#define WDD_SLOT_REMOVED		PG_UINT64_MAX

/* Places of integers: in their order, over all of int8. */
static inline uint64
wdd_set_integer_place(int64 key)
{
	return (uint64) key ^ (UINT64CONST(1) << 63);
}

static inline int64
wdd_set_place_integer(uint64 place)
{
	return (int64) (place ^ (UINT64CONST(1) << 63));
}

static inline WddSetPiece *
wdd_set_pieces(const WddConsentSet *set)
{
	return (WddSetPiece *) ((char *) set + WDD_SET_HEADER_SIZE);
}

static inline uint32 *
wdd_set_guide(const WddConsentSet *set)
{
	return (uint32 *) ((char *) set + set->guide_offset);
}

static inline uint64 *
wdd_set_bucket(const WddConsentSet *set, uint64 number)
{
	return (uint64 *) ((char *) set + set->buckets_offset) + number * WDD_SLOTS_PER_BUCKET;
}

static inline uint64 *
wdd_set_overflow_bucket(const WddConsentSet *set, uint64 number)
{
	return (uint64 *) ((char *) set + set->overflow_offset) + number * WDD_SLOTS_PER_BUCKET;
}

/* The bucket of a piece in which the place at this offset belongs. */
static inline uint32
wdd_piece_bucket(const WddSetPiece *piece, uint64 offset)
{
	uint64		scaled = offset >> piece->shift;

	if (scaled > PG_UINT32_MAX)
		return piece->length - 1;
	scaled = (scaled * piece->scale) >> 32;
	return Min(scaled, piece->length - 1);
}

/* Multiply-shift hashing: universal over the random odd multiplier. */
static inline uint32
wdd_set_overflow_home(const WddConsentSet *set, uint64 place)
{
	return (((place * set->multiplier) >> 32) * set->n_overflow) >> 32;
}

static inline uint64
wdd_set_hash(const WddSetHash *hash, WddWideKey key)
{
	uint64		halves[2];
	int			i;

	for (i = 0; i < 2; i++)
		halves[i] = hash->addend[i] +
			hash->factors[i][0] * (key.high >> 32) + hash->factors[i][1] * (uint32) key.high +
			hash->factors[i][2] * (key.low >> 32) + hash->factors[i][3] * (uint32) key.low;
	return (halves[0] >> 32 << 32) | (halves[1] >> 32);
}

static inline uint64
wdd_set_wide_place(const WddConsentSet *set, WddWideKey key)
{
	return set->hashed ? wdd_set_hash(&set->place, key) : key.high;
}

/* What stands for a wide key in a slot; neither empty nor removed. */
static inline uint64
wdd_set_wide_slot(const WddConsentSet *set, WddWideKey key)
{
	uint64		slot = set->kind == WDD_SET_TEXT ? key.low : wdd_set_hash(&set->fingerprint, key);

	return slot + (slot == WDD_SLOT_EMPTY) - (slot == WDD_SLOT_REMOVED);
}

/* consent_set.c, for the builder: put a key that is not there into its slot. */
extern bool wdd_set_store(WddConsentSet *set, uint64 place, uint64 slot, uint32 *hint);
extern const WddSetPiece *wdd_set_find_piece(const WddConsentSet *set, uint64 place, uint32 *hint);

#endif							/* WDD_CONSENT_SET_LAYOUT_H */
