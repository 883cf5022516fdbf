/*
 * key_cache.c
 *		Data keys in memory for secrets (see key_cache.h).
 *
 * Two arrays: entries, in one arena that is locked, left out of core dumps and
 * wiped, and the heads of two families of chains, by person and by natural key,
 * which hold no secret.  Entries are numbered from 1, so that 0 can end a chain.
 */
#include "postgres.h"

#include "port/pg_bswap.h"
#include "sealed/key_cache.h"
#include "utils/guc.h"
#include "utils/memutils.h"

static int	capacity_setting = 16384;

static WddCachedKey *entries = NULL;	/* NULL: not made yet */
static uint32 capacity = 0;
static uint32 n_heads = 0;		/* a power of two */
static uint32 *by_person = NULL;
static uint32 *by_natural = NULL;
static uint32 hand = 0;

static uint32
slot_of(const uint8 *sixteen, uint32 more)
{
	uint64		halves[2];

	/* random, or hashed, or small numbers: a multiplication spreads them enough */
	memcpy(halves, sixteen, sizeof(halves));
	return (uint32) (((halves[0] ^ pg_bswap64(halves[0])) + halves[1] + more) * UINT64CONST(0x9E3779B97F4A7C15) >> 32) & (n_heads - 1);
}

static uint32 *
head_of_person(const uint8 *person)
{
	return &by_person[slot_of(person, 0)];
}

static uint32 *
head_of_natural(const WddNaturalKey *natural)
{
	return &by_natural[slot_of(natural->bytes, (uint32) natural->kind << 8 | natural->type)];
}

static bool
same_natural(const WddNaturalKey *a, const WddNaturalKey *b)
{
	return memcmp(a->bytes, b->bytes, WDD_NATURAL_BYTES) == 0 && a->kind == b->kind && a->type == b->type;
}

static void
drop_all(void)
{
	if (entries == NULL)
		return;
	wdd_secret_free(entries);
	pfree(by_person);
	pfree(by_natural);
	entries = NULL;
	by_person = by_natural = NULL;
}

static void
make_all(void)
{
	uint32		heads = 1024;

	while (heads < capacity_setting)
		heads <<= 1;
	by_person = MemoryContextAllocExtended(TopMemoryContext, sizeof(uint32) * heads,
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	by_natural = MemoryContextAllocExtended(TopMemoryContext, sizeof(uint32) * heads,
											MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	n_heads = heads;
	capacity = capacity_setting;
	hand = 0;
	entries = wdd_secret_alloc(sizeof(WddCachedKey) * (size_t) capacity);
}

/* Made when it is first needed, and anew when the setting has changed. */
static void
have_cache(void)
{
	if (likely(entries != NULL && capacity == capacity_setting))
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
	if (unlikely(entries == NULL))
		return NULL;
	for (uint32 i = *head_of_person(person); i != 0; i = entries[i - 1].next_of_person)
		if (memcmp(entries[i - 1].person, person, WDD_PERSON_BYTES) == 0)
		{
			entries[i - 1].used = true;
			return &entries[i - 1];
		}
	return NULL;
}

WddCachedKey *
wdd_key_cache_of_natural(const WddNaturalKey *natural)
{
	if (unlikely(entries == NULL))
		return NULL;
	for (uint32 i = *head_of_natural(natural); i != 0; i = entries[i - 1].next_of_natural)
		if (same_natural(&entries[i - 1].natural, natural))
		{
			entries[i - 1].used = true;
			return &entries[i - 1];
		}
	return NULL;
}

static void
unlink_person(uint32 number)
{
	uint32	   *link = head_of_person(entries[number - 1].person);

	while (*link != number)
		link = &entries[*link - 1].next_of_person;
	*link = entries[number - 1].next_of_person;
}

/* A digest is in no chain. */
static void
unlink_natural(uint32 number)
{
	uint32	   *link;

	if (entries[number - 1].natural_is_digest)
		return;
	link = head_of_natural(&entries[number - 1].natural);
	while (*link != number)
		link = &entries[*link - 1].next_of_natural;
	*link = entries[number - 1].next_of_natural;
}

static void
link_natural(uint32 number)
{
	uint32	   *head = head_of_natural(&entries[number - 1].natural);

	entries[number - 1].next_of_natural = *head;
	*head = number;
}

void
wdd_key_cache_remove(WddCachedKey *entry)
{
	uint32		number = entry - entries + 1;

	unlink_person(number);
	unlink_natural(number);
	wdd_wipe(entry, sizeof(*entry));
}

/* An entry that is free, or becomes so: the hand passes over those in demand. */
static uint32
free_entry(void)
{
	for (;;)
	{
		WddCachedKey *entry = &entries[hand];
		uint32		number = ++hand;

		if (hand == capacity)
			hand = 0;
		if (!entry->in_use)
			return number;
		if (!entry->used)
		{
			wdd_key_cache_remove(entry);
			return number;
		}
		entry->used = false;
	}
}

WddCachedKey *
wdd_key_cache_add(const uint8 *person, const WddNaturalKey *natural)
{
	WddCachedKey *entry;
	uint32		number;
	uint32	   *head;

	have_cache();
	if ((entry = wdd_key_cache_of_person(person)) != NULL)
		wdd_key_cache_remove(entry);
	number = free_entry();
	entry = &entries[number - 1];
	memcpy(entry->person, person, WDD_PERSON_BYTES);
	entry->in_use = true;
	head = head_of_person(person);
	entry->next_of_person = *head;
	*head = number;
	entry->natural_is_digest = natural == NULL;
	if (natural)
	{
		entry->natural = *natural;
		link_natural(number);
	}
	return entry;
}

void
wdd_key_cache_learn_natural(WddCachedKey *entry, const WddNaturalKey *natural)
{
	entry->natural = *natural;
	entry->natural_is_digest = false;
	link_natural(entry - entries + 1);
}

void
wdd_key_cache_clear(void)
{
	if (entries == NULL)
		return;
	wdd_wipe(entries, sizeof(WddCachedKey) * (size_t) capacity);
	memset(by_person, 0, sizeof(uint32) * n_heads);
	memset(by_natural, 0, sizeof(uint32) * n_heads);
}

void
wdd_key_cache_init(void)
{
	DefineCustomIntVariable("wdd_privacy.key_cache",
							"How many persons' data keys a session keeps at hand.",
							"Each takes about 100 bytes, which are locked into memory as far as the system allows.",
							&capacity_setting,
							16384, 64, 16 * 1024 * 1024,
							PGC_SUSET, 0,
							NULL, NULL, NULL);
}
