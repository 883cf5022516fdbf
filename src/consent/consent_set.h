/*
 * consent_set.h
 *		A set of persons' keys in one block of memory without pointers, so that
 *		it can lie in a dynamic shared memory segment.  Knows no catalogs.
 *
 * Every key has a *place*, a number of 64 bits, and the set is cut into pieces
 * of ascending places.  A piece is either a bitmap, where integers lie close
 * together, or a row of buckets of one cache line, eight slots each, in which
 * keys are put in the order of their places: so who asks for keys in about the
 * order in which they were given out (a scan) touches neighbouring memory, and
 * who asks at random touches one cache line.  See consent_set_plan.h for how
 * pieces are chosen.
 *
 *		integer: the place is the key, and so is the slot: exact.
 *		uuid:    the place is its first half, or a keyed hash where those do not
 *				 spread (first halves that are equal, or chosen to crowd).
 *		text:    place and slot are the halves of a SipHash-2-4 of 128 bits.
 *
 * For uuids the slot is a fingerprint of 64 bits: a strongly universal hash
 * under a secret that is drawn anew for each set and never leaves it.  A key
 * that is not in the set is compared with at most 96 slots, in practice with
 * some ten, and meets each by chance with probability 2^-64: one who was not
 * registered or did not consent is taken for one who did less than once in
 * 2^57 keys, whoever chose the keys.
 *
 * Memory: dense integer keys take a bit a key and a quarter for growth; other
 * keys take 13 bytes each, and 15 where they lie as unevenly as can be.
 *
 * One writer at a time may change a set while others read it.  A reader then
 * sees each key as it was or as it is to be; the layout never changes after
 * wdd_set_builder_finish().
 */
#ifndef WDD_CONSENT_SET_H
#define WDD_CONSENT_SET_H

#include "postgres.h"

#include "utils/uuid.h"

typedef enum WddSetKind
{
	WDD_SET_INTEGER,
	WDD_SET_UUID,
	WDD_SET_TEXT
} WddSetKind;

/* A uuid's halves, or a text's hash. */
typedef struct WddWideKey
{
	uint64		high,
				low;
} WddWideKey;

/* Two independent multilinear hashes of four 32-bit words to 32 bits each. */
typedef struct WddSetHash
{
	uint64		addend[2];
	uint64		factors[2][4];
} WddSetHash;

typedef struct WddConsentSet
{
	uint64		size;			/* bytes of the whole block */
	uint64		n_members;
	uint64		rows_read;		/* for who keeps the set: what building read */
	/* the largest bitmap, for who wants to look for itself; n_keys 0: none */
	int64		base_key;
	uint64		n_keys;
	uint64		base_word;
	/* parts of the block, in bytes from its begin */
	uint64		guide_offset;
	uint64		words_offset;
	uint64		buckets_offset;
	uint64		overflow_offset;
	/* how many there are of each */
	uint32		n_pieces;
	uint32		n_guide;		/* cells; one more entry ends the last */
	uint64		n_words;
	uint64		n_buckets;
	uint32		n_overflow;		/* buckets for keys without room in theirs */
	uint64		n_overflow_used;	/* slots that hold something, removed or not */
	/* cell of the guide: (place - guide_first) >> guide_shift */
	uint64		guide_first;
	uint32		guide_shift;
	uint8		kind;			/* WddSetKind */
	bool		hashed;			/* uuids: the place is a hash */
	/* secrets */
	uint64		blind;			/* slot of an integer = its place XOR blind */
	uint64		multiplier;		/* odd; for the overflow */
	WddSetHash	fingerprint;
	WddSetHash	place;
	uint8		text_secret[16];
} WddConsentSet;

/* Where the pieces begin in the block. */
#define WDD_SET_HEADER_SIZE		512

#define wdd_set_words(set) \
	((uint64 *) ((char *) (set) + (set)->words_offset))
#define wdd_set_base_bits(set)	(wdd_set_words(set) + (set)->base_word)

extern WddWideKey wdd_wide_key_uuid(const pg_uuid_t *uuid);
extern WddWideKey wdd_wide_key_text(const uint8 *secret, const char *text, int length);

/*
 * Is the key in the set?  *hint, 0 at first and good for this set alone, is
 * where the last key was found: the next one often lies nearby.
 */
extern bool wdd_set_has_integer(const WddConsentSet *set, int64 key, uint32 *hint);
extern bool wdd_set_has_wide(const WddConsentSet *set, WddWideKey key, uint32 *hint);

/* Where a search for the key begins in memory; NULL: outside of all pieces. */
extern const void *wdd_set_home_of_integer(const WddConsentSet *set, int64 key, uint32 hint);
extern const void *wdd_set_home_of_wide(const WddConsentSet *set, WddWideKey key, uint32 hint);

/*
 * The bitmap at the hint, in which the last integer was found; false when that
 * was found otherwise.
 */
extern bool wdd_set_bitmap_at(const WddConsentSet *set, uint32 hint,
							  int64 *base_key, uint64 *n_keys, const uint64 **bits);

/*
 * Put a key in or take it out.  False when there is no room: then another set
 * must be built.
 */
extern bool wdd_set_change_integer(WddConsentSet *set, int64 key, bool member);
extern bool wdd_set_change_wide(WddConsentSet *set, WddWideKey key, bool member);

/*
 * Building: add keys in any order (ascending is quickest), ask for the size,
 * which decides the layout, and have the set written into memory of at least
 * that size, best from the begin of a cache line on.  Everything is allocated in
 * a context of the builder's own under CurrentMemoryContext.
 *
 * Integers can also come from a set; what slots hold of wide keys is not enough
 * to put them into another.
 */
typedef struct WddSetBuilder WddSetBuilder;

extern WddSetBuilder *wdd_set_builder_create(WddSetKind kind);
extern void wdd_set_builder_add_integer(WddSetBuilder *builder, int64 key);
extern void wdd_set_builder_add_wide(WddSetBuilder *builder, WddWideKey key);
extern void wdd_set_builder_add_set(WddSetBuilder *builder, const WddConsentSet *set);
extern const uint8 *wdd_set_builder_text_secret(const WddSetBuilder *builder);
extern Size wdd_set_builder_size(WddSetBuilder *builder);
extern WddConsentSet *wdd_set_builder_finish(WddSetBuilder *builder, void *memory);
extern void wdd_set_builder_free(WddSetBuilder *builder);

#endif							/* WDD_CONSENT_SET_H */
