/*
 * consent_set.c
 *		Looking up and changing a set of persons' keys (see consent_set.h).
 *
 * Slots hold 64 bits, which are written and read at once.  The two values that
 * mean "empty" and "removed" belong to no key: fingerprints avoid them, and of
 * integers they are two that the random blind picks, which nobody can choose
 * (if one comes all the same, wdd_set_change_integer() asks for a new set).
 */
#include "postgres.h"

#include <sodium/crypto_shorthash_siphash24.h>

#include "consent/consent_set.h"
#include "consent/consent_set_layout.h"
#include "port/atomics.h"
#include "port/pg_bswap.h"

WddWideKey
wdd_wide_key_uuid(const pg_uuid_t *uuid)
{
	WddWideKey	key;

	memcpy(&key.high, uuid->data, sizeof(uint64));
	memcpy(&key.low, uuid->data + sizeof(uint64), sizeof(uint64));
	key.high = pg_ntoh64(key.high);		/* so that its order is the uuids' */
	return key;
}

WddWideKey
wdd_wide_key_text(const uint8 *secret, const char *text, int length)
{
	WddWideKey	key;

	StaticAssertStmt(sizeof(key) == crypto_shorthash_siphashx24_BYTES,
					 "a wide key is one SipHash of 128 bits");
	(void) crypto_shorthash_siphashx24((unsigned char *) &key,
									   (const unsigned char *) text, length, secret);
	return key;
}

/* The last piece that begins at or before the place; the first one does. */
static uint32
search_piece(const WddConsentSet *set, uint64 place)
{
	const WddSetPiece *pieces = wdd_set_pieces(set);
	const uint32 *guide = wdd_set_guide(set);
	uint64		cell = (place - set->guide_first) >> set->guide_shift;
	uint32		low,
				high;

	cell = Min(cell, set->n_guide - 1);
	low = guide[cell];
	high = guide[cell + 1];
	while (low < high)
	{
		uint32		middle = low + (high - low + 1) / 2;

		if (pieces[middle].first <= place)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* The piece of a place; NULL below the first. */
static inline const WddSetPiece *
find_piece(const WddConsentSet *set, uint64 place, uint32 *hint)
{
	const WddSetPiece *piece = &wdd_set_pieces(set)[*hint];

	if (likely(place - piece->first <= piece->reach))
		return piece;
	if (place < set->guide_first)
		return NULL;
	if (*hint + 1 < set->n_pieces && place - piece[1].first <= piece[1].reach)
		*hint += 1;
	else
		*hint = search_piece(set, place);
	return &wdd_set_pieces(set)[*hint];
}

const WddSetPiece *
wdd_set_find_piece(const WddConsentSet *set, uint64 place, uint32 *hint)
{
	return find_piece(set, place, hint);
}

/*
 * Without branches: one would be guessed wrong as often as not.  Written out,
 * since compilers leave a loop a loop.
 */
static inline bool
bucket_has(const uint64 *bucket, uint64 slot)
{
	StaticAssertStmt(WDD_SLOTS_PER_BUCKET == 8, "each slot must be compared");
	return (bucket[0] == slot) | (bucket[1] == slot) | (bucket[2] == slot) | (bucket[3] == slot) |
		(bucket[4] == slot) | (bucket[5] == slot) | (bucket[6] == slot) | (bucket[7] == slot);
}

static inline bool
bucket_is_full(const uint64 *bucket)
{
	return bucket[WDD_SLOTS_PER_BUCKET - 1] != WDD_SLOT_EMPTY;
}

static bool
overflow_has(const WddConsentSet *set, uint64 place, uint64 slot)
{
	uint32		number;

	if (set->n_overflow_used == 0)
		return false;
	number = wdd_set_overflow_home(set, place);
	for (int i = 0; i < WDD_OVERFLOW_PROBES; i++)
	{
		const uint64 *bucket = wdd_set_overflow_bucket(set, number);

		if (bucket_has(bucket, slot))
			return true;
		if (!bucket_is_full(bucket))
			return false;
		if (++number == set->n_overflow)
			number = 0;
	}
	return false;
}

static inline bool
has_slot(const WddConsentSet *set, const WddSetPiece *piece, uint64 place, uint64 slot)
{
	uint32		number = wdd_piece_bucket(piece, place - piece->first);
	uint32		probes = Min(WDD_BUCKET_PROBES, piece->length - number);
	const uint64 *bucket = wdd_set_bucket(set, (uint64) piece->start + number);

	do
	{
		if (likely(bucket_has(bucket, slot)))
			return true;
		if (!bucket_is_full(bucket))
			return false;
		bucket += WDD_SLOTS_PER_BUCKET;
	} while (--probes > 0);
	return overflow_has(set, place, slot);
}

static inline bool
is_bitmap(const WddSetPiece *piece)
{
	return piece->scale == 0;
}

/* The word of a bitmap that has a bit for the place; NULL beyond its end. */
static inline uint64 *
find_word(const WddConsentSet *set, const WddSetPiece *piece, uint64 place)
{
	uint64		number = (place - piece->first) >> 6;

	return number < piece->length ? &wdd_set_words(set)[piece->start + number] : NULL;
}

bool
wdd_set_has_integer(const WddConsentSet *set, int64 key, uint32 *hint)
{
	uint64		place = wdd_set_integer_place(key);
	uint64		slot = place ^ set->blind;
	const WddSetPiece *piece = find_piece(set, place, hint);

	if (piece != NULL && is_bitmap(piece))
	{
		const uint64 *word = find_word(set, piece, place);

		if (word != NULL)
			return (*word >> (place & 63)) & 1;
		piece = NULL;
	}
	if (slot == WDD_SLOT_EMPTY || slot == WDD_SLOT_REMOVED)
		return false;
	return piece != NULL ? has_slot(set, piece, place, slot) : overflow_has(set, place, slot);
}

bool
wdd_set_has_wide(const WddConsentSet *set, WddWideKey key, uint32 *hint)
{
	uint64		place = wdd_set_wide_place(set, key);
	uint64		slot = wdd_set_wide_slot(set, key);
	const WddSetPiece *piece = find_piece(set, place, hint);

	return piece != NULL ? has_slot(set, piece, place, slot) : overflow_has(set, place, slot);
}

static inline const void *
home_of(const WddConsentSet *set, uint64 place, uint32 hint)
{
	const WddSetPiece *piece = find_piece(set, place, &hint);

	if (piece == NULL)
		return NULL;
	if (is_bitmap(piece))
		return find_word(set, piece, place);
	return wdd_set_bucket(set, (uint64) piece->start + wdd_piece_bucket(piece, place - piece->first));
}

const void *
wdd_set_home_of_integer(const WddConsentSet *set, int64 key, uint32 hint)
{
	return home_of(set, wdd_set_integer_place(key), hint);
}

const void *
wdd_set_home_of_wide(const WddConsentSet *set, WddWideKey key, uint32 hint)
{
	return home_of(set, wdd_set_wide_place(set, key), hint);
}

bool
wdd_set_bitmap_at(const WddConsentSet *set, uint32 hint,
				  int64 *base_key, uint64 *n_keys, const uint64 **bits)
{
	const WddSetPiece *piece = &wdd_set_pieces(set)[hint];

	if (!is_bitmap(piece))
		return false;
	*base_key = wdd_set_place_integer(piece->first);
	*n_keys = (uint64) piece->length << 6;
	*bits = wdd_set_words(set) + piece->start;
	return true;
}

/*
 * The slot that holds a value among some buckets, where the search of
 * has_slot() or overflow_has() would find it.  Else NULL, and *free is the first
 * that could be given to it, if there is one and none is noted yet.
 */
static uint64 *
find_slot(uint64 *bucket, uint64 slot, uint64 **free)
{
	for (int i = 0; i < WDD_SLOTS_PER_BUCKET; i++)
	{
		if (bucket[i] == slot)
			return &bucket[i];
		if (*free == NULL && (bucket[i] == WDD_SLOT_EMPTY || bucket[i] == WDD_SLOT_REMOVED))
			*free = &bucket[i];
	}
	return NULL;
}

static uint64 *
find_in_piece(const WddConsentSet *set, const WddSetPiece *piece, uint64 place, uint64 slot,
			  uint64 **free, bool *full)
{
	uint32		number = wdd_piece_bucket(piece, place - piece->first);
	uint32		end = Min(number + WDD_BUCKET_PROBES, piece->length);
	uint64	   *found = NULL;

	*full = true;
	for (; found == NULL && *full && number < end; number++)
	{
		uint64	   *bucket = wdd_set_bucket(set, (uint64) piece->start + number);

		found = find_slot(bucket, slot, free);
		*full = bucket_is_full(bucket);
	}
	return found;
}

static uint64 *
find_in_overflow(const WddConsentSet *set, uint64 place, uint64 slot, uint64 **free)
{
	uint32		number = wdd_set_overflow_home(set, place);
	uint64	   *found = NULL;

	for (int i = 0; found == NULL && i < WDD_OVERFLOW_PROBES; i++)
	{
		uint64	   *bucket = wdd_set_overflow_bucket(set, number);

		found = find_slot(bucket, slot, free);
		if (!bucket_is_full(bucket))
			break;
		number = (number + 1) % set->n_overflow;
	}
	return found;
}

/* There is room for a quarter more than what may lie there. */
static bool
overflow_has_room(const WddConsentSet *set)
{
	return set->n_overflow_used < (uint64) set->n_overflow * WDD_SLOTS_PER_BUCKET / 4 * 3;
}

/* Put a value into a free slot of the piece, or else of the overflow. */
static bool
take_slot(WddConsentSet *set, uint64 slot, uint64 *in_piece, uint64 *in_overflow)
{
	if (in_piece != NULL)
		*in_piece = slot;
	else if (in_overflow == NULL)
		return false;
	else if (*in_overflow == WDD_SLOT_REMOVED)
		*in_overflow = slot;
	else
	{
		if (!overflow_has_room(set))
			return false;
		/* first, so that whoever finds the key on the way looks there */
		set->n_overflow_used++;
		pg_write_barrier();
		*in_overflow = slot;
	}
	set->n_members++;
	return true;
}

static bool
change_slot(WddConsentSet *set, const WddSetPiece *piece, uint64 place, uint64 slot, bool member)
{
	uint64	   *in_piece = NULL;
	uint64	   *in_overflow = NULL;
	uint64	   *found = NULL;
	bool		full = true;

	if (piece != NULL)
		found = find_in_piece(set, piece, place, slot, &in_piece, &full);
	if (found == NULL && full)
		found = find_in_overflow(set, place, slot, &in_overflow);
	if (found == NULL)
		return !member || take_slot(set, slot, in_piece, in_overflow);
	if (!member)
	{
		*found = WDD_SLOT_REMOVED;
		set->n_members--;
	}
	return true;
}

bool
wdd_set_store(WddConsentSet *set, uint64 place, uint64 slot, uint32 *hint)
{
	return change_slot(set, find_piece(set, place, hint), place, slot, true);
}

static void
change_bit(WddConsentSet *set, uint64 *word, int bit, bool member)
{
	uint64		mask = UINT64CONST(1) << bit;
	bool		was_member = (*word & mask) != 0;

	if (was_member == member)
		return;
	*word ^= mask;
	set->n_members += member ? 1 : -1;
}

bool
wdd_set_change_integer(WddConsentSet *set, int64 key, bool member)
{
	uint64		place = wdd_set_integer_place(key);
	uint64		slot = place ^ set->blind;
	uint32		hint = 0;
	const WddSetPiece *piece = find_piece(set, place, &hint);

	if (piece != NULL && is_bitmap(piece))
	{
		uint64	   *word = find_word(set, piece, place);

		if (word != NULL)
		{
			change_bit(set, word, place & 63, member);
			return true;
		}
		piece = NULL;
	}
	if (slot == WDD_SLOT_EMPTY || slot == WDD_SLOT_REMOVED)
		return !member;
	return change_slot(set, piece, place, slot, member);
}

bool
wdd_set_change_wide(WddConsentSet *set, WddWideKey key, bool member)
{
	uint64		place = wdd_set_wide_place(set, key);
	uint32		hint = 0;

	return change_slot(set, find_piece(set, place, &hint), place,
					   wdd_set_wide_slot(set, key), member);
}
