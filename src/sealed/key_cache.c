/*
 * key_cache.c
 *		Data keys in memory for secrets (see key_cache.h).
 *
 * Entries lie in one arena, of twice as many places as keys are to be held, at
 * their person's place or in the few places that follow: a look-up costs one
 * cache miss, seldom two.  Where all of these are taken, the one not used lately
 * goes.  By natural key, a place leads to the number of an entry; it is a hint,
 * which the entry itself confirms or not.
 */
#include "postgres.h"

#include "sealed/key_cache.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#define WINDOW 8				/* places where a key may lie */

static int	capacity_setting = 16384;

static void *arena = NULL;		/* NULL: not made yet */
static WddCachedKey *entries = NULL;	/* in it, on a cache line */
static uint32 *by_natural = NULL;	/* numbers of entries from 1; 0: none */
static uint32 n_places = 0;		/* a power of two */
static int	made_for = 0;		/* the setting that it was made for */
static uint32 turn = 0;			/* where making room begins */

/* Persons' ids are random. */
static inline uint32
place_of_person(const uint8 *person)
{
	uint32		bits;

	memcpy(&bits, person, sizeof(bits));
	return bits & (n_places - 1);
}

static inline WddCachedKey *
entry_at(uint32 place)
{
	return &entries[place & (n_places - 1)];
}

static inline uint32 *
hint_at(uint64 natural, int i)
{
	return &by_natural[((uint32) (natural >> 32) + i) & (n_places - 1)];
}

static void
drop_all(void)
{
	if (arena == NULL)
		return;
	wdd_secret_free(arena);
	pfree(by_natural);
	arena = entries = NULL;
	by_natural = NULL;
}

static void
make_all(void)
{
	n_places = 64;
	while (n_places < 2 * (uint32) capacity_setting)
		n_places <<= 1;
	by_natural = MemoryContextAllocExtended(TopMemoryContext, sizeof(uint32) * (size_t) n_places,
											MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	arena = wdd_secret_alloc(sizeof(WddCachedKey) * ((size_t) n_places + 1));
	entries = (WddCachedKey *) TYPEALIGN(sizeof(WddCachedKey), arena);
	made_for = capacity_setting;
}

/* Made when it is first needed, and anew when the setting has changed. */
static void
have_cache(void)
{
	if (likely(arena != NULL && made_for == capacity_setting))
		return;
	drop_all();
	make_all();
}

uint32
wdd_key_cache_capacity(void)
{
	return capacity_setting;
}

WddCachedKey *
wdd_key_cache_of_person(const uint8 *person)
{
	uint32		place;

	if (unlikely(arena == NULL))
		return NULL;
	place = place_of_person(person);
	for (int i = 0; i < WINDOW; i++)
	{
		WddCachedKey *entry = entry_at(place + i);

		if (memcmp(entry->person, person, WDD_PERSON_BYTES) == 0 && entry->in_use)
		{
			entry->used = true;
			return entry;
		}
	}
	return NULL;
}

WddCachedKey *
wdd_key_cache_of_natural(uint64 natural)
{
	if (unlikely(arena == NULL))
		return NULL;
	for (int i = 0; i < WINDOW; i++)
	{
		uint32		number = *hint_at(natural, i);
		WddCachedKey *entry;

		if (number == 0)
			continue;
		entry = &entries[number - 1];
		if (entry->natural == natural && entry->in_use && !entry->digest)
		{
			entry->used = true;
			return entry;
		}
	}
	return NULL;
}

/* A free place of the window, or one that is made free. */
static WddCachedKey *
make_room(uint32 place)
{
	for (int i = 0; i < WINDOW; i++)
		if (!entry_at(place + i)->in_use)
			return entry_at(place + i);
	turn++;
	for (int i = 0; i < 2 * WINDOW; i++)
	{
		WddCachedKey *entry = entry_at(place + (turn + i) % WINDOW);

		if (!entry->used)
			return entry;
		entry->used = false;
	}
	return entry_at(place);
}

WddCachedKey *
wdd_key_cache_add(const uint8 *person)
{
	WddCachedKey *entry;

	have_cache();
	entry = wdd_key_cache_of_person(person);
	if (entry == NULL)
		entry = make_room(place_of_person(person));
	wdd_key_cache_remove(entry);
	memcpy(entry->person, person, WDD_PERSON_BYTES);
	entry->in_use = true;
	return entry;
}

/* A hint that leads nowhere any more may go; else some other goes. */
void
wdd_key_cache_index(const WddCachedKey *entry)
{
	uint32	   *chosen = hint_at(entry->natural, turn++ % WINDOW);

	for (int i = 0; i < WINDOW; i++)
	{
		uint32	   *hint = hint_at(entry->natural, i);

		if (*hint == 0 || *hint == entry - entries + 1 || !entries[*hint - 1].in_use)
		{
			chosen = hint;
			break;
		}
	}
	*chosen = entry - entries + 1;
}

void
wdd_key_cache_remove(WddCachedKey *entry)
{
	wdd_wipe(entry, sizeof(*entry));
}

void
wdd_key_cache_clear(void)
{
	if (arena == NULL)
		return;
	wdd_wipe(entries, sizeof(WddCachedKey) * (size_t) n_places);
	memset(by_natural, 0, sizeof(uint32) * (size_t) n_places);
}

void
wdd_key_cache_init(void)
{
	StaticAssertStmt(sizeof(WddCachedKey) == 64, "an entry is a cache line");
	DefineCustomIntVariable("wdd_privacy.key_cache",
							"How many persons' data keys a session keeps at hand.",
							"Each takes about 140 bytes, which are locked into memory as far as the system allows.",
							&capacity_setting,
							16384, 64, 16 * 1024 * 1024,
							PGC_SUSET, 0,
							NULL, NULL, NULL);
}
