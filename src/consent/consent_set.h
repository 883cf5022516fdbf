/*
 * consent_set.h
 *		A set of persons' keys in one block of memory without pointers, so that
 *		it can lie in a dynamic shared memory segment.  Knows no catalogs.
 *
 * Two kinds of set.  One of integers holds keys as words of 64 neighbouring
 * keys, a bit each: in a bitmap over the stretch where keys lie close together,
 * and in a hash table of {word number, word} outside of it.  One of wide keys
 * holds 128-bit keys in a hash table: uuids as they are, texts as keyed hashes
 * (SipHash-2-4 of 128 bits under a secret of the set), so that a collision is
 * out of reach even of who chooses the texts.
 *
 * Memory: dense integer keys take a bit a key and a quarter for growth; a word
 * in the hash table 16 bytes, a wide key 16, at a load of at most 0.7.
 *
 * One writer at a time may change a set while others read it.  A reader then
 * sees each key as it was or as it is to be; the layout never changes after
 * wdd_set_builder_finish().
 */
#ifndef WDD_CONSENT_SET_H
#define WDD_CONSENT_SET_H

#include "postgres.h"

#include "utils/uuid.h"

typedef struct WddWideKey
{
	uint64		high,
				low;
} WddWideKey;

typedef struct WddConsentSet
{
	uint64		size;			/* bytes of the whole block */
	uint64		n_members;
	/* the bitmap: bit (key - base_key); n_keys == 0 when there is none */
	int64		base_key;
	uint64		n_keys;
	/* the hash table: n_slots is a power of two, slot = top bits of product */
	uint64		n_slots;
	uint64		n_used;			/* slots that hold something, removed or not */
	uint64		multiplier[2];	/* odd */
	uint64		blind[2];		/* stored wide key = key XOR blind */
	uint8		text_secret[16];
	uint8		shift;			/* 64 - log2(n_slots) */
	bool		wide;
} WddConsentSet;

/* What follows the struct in the block: bitmap, then slots. */
#define WDD_SET_HEADER_SIZE		128
#define wdd_set_bits(set) \
	((uint64 *) ((char *) (set) + WDD_SET_HEADER_SIZE))

extern WddWideKey wdd_wide_key_uuid(const pg_uuid_t *uuid);
extern WddWideKey wdd_wide_key_text(const uint8 *secret, const char *text, int length);

extern bool wdd_set_has_integer(const WddConsentSet *set, int64 key);
extern bool wdd_set_has_wide(const WddConsentSet *set, WddWideKey key);

/*
 * Put a key in or take it out.  False when there is no room: then a bigger set
 * must be built from this one.
 */
extern bool wdd_set_change_integer(WddConsentSet *set, int64 key, bool member);
extern bool wdd_set_change_wide(WddConsentSet *set, WddWideKey key, bool member);

/*
 * Building: add keys in any order (ascending integers are quickest), ask for
 * the size, which decides the layout, and have the set written into memory of
 * at least that size.  Everything is allocated in a context of the builder's
 * own under CurrentMemoryContext.
 */
typedef struct WddSetBuilder WddSetBuilder;

extern WddSetBuilder *wdd_set_builder_create(bool wide);
extern void wdd_set_builder_add_integer(WddSetBuilder *builder, int64 key);
extern void wdd_set_builder_add_wide(WddSetBuilder *builder, WddWideKey key);
extern void wdd_set_builder_add_set(WddSetBuilder *builder, const WddConsentSet *set);
extern const uint8 *wdd_set_builder_text_secret(const WddSetBuilder *builder);
extern Size wdd_set_builder_size(WddSetBuilder *builder);
extern WddConsentSet *wdd_set_builder_finish(WddSetBuilder *builder, void *memory);
extern void wdd_set_builder_free(WddSetBuilder *builder);

#endif							/* WDD_CONSENT_SET_H */
