/*
 * key_cache.h
 *		Data keys that this backend has unwrapped, in memory for secrets.
 *
 * Bounded by wdd_privacy.key_cache: above it keys that were not used lately make
 * room.  Entries are found by person, and by a hash of the key that the person
 * has in labelled tables.  Nothing here reads a table or knows whether a key
 * still exists: see data_key.h.
 */
#ifndef WDD_KEY_CACHE_H
#define WDD_KEY_CACHE_H

#include "postgres.h"

#include "crypto.h"
#include "sealed/envelope.h"

/* One cache line. */
typedef struct WddCachedKey
{
	uint8		person[WDD_PERSON_BYTES];
	uint8		key[WDD_KEY_BYTES];
	uint64		natural;		/* a hash of whose it is, see data_key.c */
	uint64		generation:61;	/* of erasures, when it was last seen to exist */
	uint64		digest:1;		/* natural is the beginning of what is stored with
								 * the key, not yet the hash */
	uint64		used:1;			/* since it was last passed over */
	uint64		in_use:1;		/* the entry holds a key */
} WddCachedKey;

extern void wdd_key_cache_init(void);

/* How many keys it is to hold: the setting. */
extern uint32 wdd_key_cache_capacity(void);

/* NULL: not cached. */
extern WddCachedKey *wdd_key_cache_of_person(const uint8 *person);
extern WddCachedKey *wdd_key_cache_of_natural(uint64 natural);

/* An entry of the person, the one that is there or a new one, to be filled in. */
extern WddCachedKey *wdd_key_cache_add(const uint8 *person);

/* The entry's natural is set: it is to be found by it. */
extern void wdd_key_cache_index(const WddCachedKey *entry);

extern void wdd_key_cache_remove(WddCachedKey *entry);
extern void wdd_key_cache_clear(void);

#endif							/* WDD_KEY_CACHE_H */
