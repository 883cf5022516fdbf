/*
 * key_cache.h
 *		Data keys that this backend has unwrapped, in memory for secrets.
 *
 * Bounded by wdd_privacy.key_cache: above it the key that was not used for
 * longest, roughly, makes room.  Entries are found by person, and by the key
 * that the person has in labelled tables.  Nothing here reads a table or knows
 * whether a key still exists: see data_key.h.
 */
#ifndef WDD_KEY_CACHE_H
#define WDD_KEY_CACHE_H

#include "postgres.h"

#include "catalog/key_type.h"
#include "crypto.h"
#include "sealed/envelope.h"

#define WDD_NATURAL_BYTES 16

/* Beside the values of WddKeyType: rows without a subject. */
#define WDD_NATURAL_OF_NOBODY 0xFF

/*
 * The key that a person has in labelled tables, in comparable form: an integer
 * or a uuid itself; of a text a hash under secrets of this process.
 */
typedef struct WddNaturalKey
{
	uint8		bytes[WDD_NATURAL_BYTES];
	int16		kind;			/* of subject; 0 for nobody */
	uint8		type;			/* WddKeyType, or WDD_NATURAL_OF_NOBODY */
} WddNaturalKey;

typedef struct WddCachedKey
{
	uint8		person[WDD_PERSON_BYTES];
	uint8		key[WDD_KEY_BYTES];
	WddNaturalKey natural;
	bool		natural_is_digest;	/* its bytes are those that are stored with
									 * the key, see data_key.c */
	bool		used;			/* since the hand of the clock passed */
	bool		in_use;			/* the entry holds a key */
	uint64		generation;		/* of erasures, when it was last seen to exist */
	uint32		next_of_person; /* chains; 0 ends them */
	uint32		next_of_natural;
} WddCachedKey;

extern void wdd_key_cache_init(void);

/* How many keys it may hold: the setting. */
extern uint32 wdd_key_cache_capacity(void);

/* NULL: not cached. */
extern WddCachedKey *wdd_key_cache_of_person(const uint8 *person);
extern WddCachedKey *wdd_key_cache_of_natural(const WddNaturalKey *natural);

/* A new entry, to be filled in by the caller; it replaces one of the person. */
extern WddCachedKey *wdd_key_cache_add(const uint8 *person, const WddNaturalKey *natural);

/* The entry's natural key, kept as a digest so far, has become known. */
extern void wdd_key_cache_learn_natural(WddCachedKey *entry, const WddNaturalKey *natural);

extern void wdd_key_cache_remove(WddCachedKey *entry);
extern void wdd_key_cache_clear(void);

#endif							/* WDD_KEY_CACHE_H */
