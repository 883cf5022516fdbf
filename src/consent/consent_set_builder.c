/*
 * consent_set_builder.c
 *		Collect keys, decide how they are laid out, write the set.
 *
 * Keys are collected in an array of slots: words of 64 integers, or wide keys.
 * For integers the layout is decided by cost.  A word in the hash table costs
 * 32 bytes (16, at half load); in the bitmap 8, and every word of the gap
 * before it 8 more.  So the stretch that is worth a bitmap is the run of words
 * with the greatest sum of savings, which one pass finds.
 */
#include "postgres.h"

#include <limits.h>

#include "consent/consent_set.h"
#include "consent/consent_set_layout.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#define HASHED_WORD_COST	32
#define BITMAP_WORD_COST	8

/* Never fewer slots than this, so that a small set has some room. */
#define MIN_SLOTS			64

struct WddSetBuilder
{
	MemoryContext context;
	bool		wide;
	WddSetSlot *entries;
	uint64		n_entries;
	uint64		allocated;
	bool		sorted;			/* words ascending, none twice */
	uint8		text_secret[16];
	/* the layout, once wdd_set_builder_size() has decided it */
	uint64		first_dense,	/* entries [first, end) go into the bitmap */
				end_dense;
	uint64		n_words;		/* of the bitmap, with room to grow */
	uint64		n_slots;
};

static void
draw_random(void *buffer, Size length)
{
	if (!pg_strong_random(buffer, length))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values for a consent set")));
}

WddSetBuilder *
wdd_set_builder_create(bool wide)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "wdd consent set builder",
												  ALLOCSET_DEFAULT_SIZES);
	WddSetBuilder *builder = MemoryContextAllocZero(context, sizeof(WddSetBuilder));

	builder->context = context;
	builder->wide = wide;
	builder->sorted = true;
	builder->allocated = 64;
	builder->entries = MemoryContextAlloc(context, builder->allocated * sizeof(WddSetSlot));
	draw_random(builder->text_secret, sizeof(builder->text_secret));
	return builder;
}

void
wdd_set_builder_free(WddSetBuilder *builder)
{
	MemoryContextDelete(builder->context);
}

const uint8 *
wdd_set_builder_text_secret(const WddSetBuilder *builder)
{
	return builder->text_secret;
}

static void
add_entry(WddSetBuilder *builder, uint64 first, uint64 second)
{
	if (builder->n_entries == builder->allocated)
	{
		builder->allocated *= 2;
		builder->entries = repalloc_huge(builder->entries,
										 builder->allocated * sizeof(WddSetSlot));
	}
	builder->entries[builder->n_entries].first = first;
	builder->entries[builder->n_entries].second = second;
	builder->n_entries++;
}

static void
add_word(WddSetBuilder *builder, uint64 number, uint64 word)
{
	if (builder->n_entries > 0)
	{
		WddSetSlot *last = &builder->entries[builder->n_entries - 1];

		if (last->first == number)
		{
			last->second |= word;
			return;
		}
		if (last->first > number)
			builder->sorted = false;
	}
	add_entry(builder, number, word);
}

void
wdd_set_builder_add_integer(WddSetBuilder *builder, int64 key)
{
	Assert(!builder->wide);
	add_word(builder, wdd_set_word_number(key), UINT64CONST(1) << (key & 63));
}

/* A wide key must not be added twice. */
void
wdd_set_builder_add_wide(WddSetBuilder *builder, WddWideKey key)
{
	Assert(builder->wide);
	add_entry(builder, key.high, key.low);
}

/*
 * All members of a set of the same kind.  Texts stay hashed under the secret
 * of the set that they come from, which the new set therefore takes over.
 */
void
wdd_set_builder_add_set(WddSetBuilder *builder, const WddConsentSet *set)
{
	const uint64 *bits = wdd_set_bits(set);
	const WddSetSlot *slots = wdd_set_slots(set);
	uint64		n_words = set->n_keys >> 6;
	uint64		i;

	Assert(builder->wide == set->wide);
	memcpy(builder->text_secret, set->text_secret, sizeof(builder->text_secret));

	for (i = 0; i < n_words; i++)
	{
		if (bits[i] != 0)
			add_word(builder, wdd_set_word_number(set->base_key) + i, bits[i]);
	}
	for (i = 0; i < set->n_slots; i++)
	{
		if (set->wide)
		{
			if (!wdd_slot_is_special(&slots[i]))
				add_entry(builder, slots[i].first ^ set->blind[0],
						  slots[i].second ^ set->blind[1]);
		}
		else if (slots[i].first != WDD_SLOT_EMPTY_WORD && slots[i].second != 0)
			add_word(builder, slots[i].first, slots[i].second);
	}
}

static int
compare_words(const void *a, const void *b)
{
	uint64		left = ((const WddSetSlot *) a)->first;
	uint64		right = ((const WddSetSlot *) b)->first;

	return (left > right) - (left < right);
}

static void
sort_words(WddSetBuilder *builder)
{
	WddSetSlot *entries = builder->entries;
	uint64		n = 0;
	uint64		i;

	if (builder->sorted)
		return;
	qsort(entries, builder->n_entries, sizeof(WddSetSlot), compare_words);
	for (i = 0; i < builder->n_entries; i++)
	{
		if (n > 0 && entries[n - 1].first == entries[i].first)
			entries[n - 1].second |= entries[i].second;
		else
			entries[n++] = entries[i];
	}
	builder->n_entries = n;
	builder->sorted = true;
}

/* The run of words whose bitmap saves most, if any does. */
static void
choose_bitmap(WddSetBuilder *builder)
{
	const WddSetSlot *entries = builder->entries;
	double		best = 0,
				running = 0;
	uint64		start = 0;
	uint64		i;

	builder->first_dense = builder->end_dense = 0;
	for (i = 0; i < builder->n_entries; i++)
	{
		if (i > 0)
			running -= (double) (entries[i].first - entries[i - 1].first - 1) * BITMAP_WORD_COST;
		if (running < 0)
			running = 0;
		if (running == 0)
			start = i;
		running += HASHED_WORD_COST - BITMAP_WORD_COST;
		if (running > best)
		{
			best = running;
			builder->first_dense = start;
			builder->end_dense = i + 1;
		}
	}

	/* a bitmap for a few words among many is not worth looking at first */
	if ((builder->end_dense - builder->first_dense) * 8 < builder->n_entries)
		builder->first_dense = builder->end_dense = 0;
}

/*
 * Bytes that the set needs; decides its layout.  There is room for a quarter
 * more persons: above the bitmap, where new ones mostly come, and in the hash
 * table, which never is fuller than half at first.
 */
Size
wdd_set_builder_size(WddSetBuilder *builder)
{
	uint64		n_hashed = builder->n_entries;

	builder->n_words = 0;
	if (!builder->wide)
	{
		sort_words(builder);
		choose_bitmap(builder);
		if (builder->end_dense > builder->first_dense)
		{
			uint64		first = builder->entries[builder->first_dense].first;
			uint64		last = builder->entries[builder->end_dense - 1].first;
			uint64		n_words = last - first + 1;

			/* the key space ends somewhere, too */
			builder->n_words = Min(n_words + n_words / 4 + 8,
								   wdd_set_word_number(PG_INT64_MAX) - first + 1);
			n_hashed -= builder->end_dense - builder->first_dense;
		}
		n_hashed += builder->n_words / 2048;
	}

	builder->n_slots = MIN_SLOTS;
	while (wdd_set_capacity(builder->n_slots) < n_hashed + n_hashed / 4)
		builder->n_slots *= 2;

	return WDD_SET_HEADER_SIZE +
		wdd_set_padded_words(builder->n_words) * sizeof(uint64) +
		builder->n_slots * sizeof(WddSetSlot);
}

/*
 * Can every wide key be told from "empty" and "removed" under this blind?
 * Practically always; if not, another blind is drawn.
 */
static bool
blind_fits(const WddSetBuilder *builder, const WddConsentSet *set)
{
	uint64		i;

	for (i = 0; i < builder->n_entries; i++)
	{
		WddWideKey	key = {builder->entries[i].first, builder->entries[i].second};
		WddSetSlot	slot = wdd_set_blinded(set, key);

		if (wdd_slot_is_special(&slot))
			return false;
	}
	return true;
}

static void
draw_secrets(const WddSetBuilder *builder, WddConsentSet *set)
{
	draw_random(set->multiplier, sizeof(set->multiplier));
	set->multiplier[0] |= 1;
	set->multiplier[1] |= 1;
	memcpy(set->text_secret, builder->text_secret, sizeof(set->text_secret));
	if (builder->wide)
	{
		do
			draw_random(set->blind, sizeof(set->blind));
		while (!blind_fits(builder, set));
	}
}

static void
clear_slots(WddConsentSet *set)
{
	WddSetSlot *slots = wdd_set_slots(set);
	uint64		i;

	for (i = 0; i < set->n_slots; i++)
	{
		slots[i].first = set->wide ? WDD_SLOT_EMPTY : WDD_SLOT_EMPTY_WORD;
		slots[i].second = 0;
	}
}

/* Put an entry where wdd_set_has_...() will look for it. */
static void
store_entry(WddConsentSet *set, const WddSetSlot *entry)
{
	WddSetSlot *slots = wdd_set_slots(set);
	uint64		mask = set->n_slots - 1;
	WddSetSlot	stored = *entry;
	uint64		i;

	if (set->wide)
	{
		WddWideKey	key = {entry->first, entry->second};

		stored = wdd_set_blinded(set, key);
		for (i = wdd_set_wide_hash(set, stored); !wdd_slot_is_empty(&slots[i]); i = (i + 1) & mask)
			;
		set->n_members++;
	}
	else
	{
		for (i = wdd_set_word_hash(set, stored.first);
			 slots[i].first != WDD_SLOT_EMPTY_WORD; i = (i + 1) & mask)
			;
		set->n_members += pg_popcount64(stored.second);
	}
	slots[i] = stored;
	set->n_used++;
}

WddConsentSet *
wdd_set_builder_finish(WddSetBuilder *builder, void *memory)
{
	WddConsentSet *set = memory;
	uint64		i;

	StaticAssertStmt(sizeof(WddConsentSet) <= WDD_SET_HEADER_SIZE,
					 "a set's head must fit before its bitmap");

	memset(set, 0, WDD_SET_HEADER_SIZE + wdd_set_padded_words(builder->n_words) * sizeof(uint64));
	set->wide = builder->wide;
	set->n_slots = builder->n_slots;
	set->shift = 64 - pg_leftmost_one_pos64(builder->n_slots);
	if (builder->n_words > 0)
	{
		set->base_key = wdd_set_word_first_key(builder->entries[builder->first_dense].first);
		set->n_keys = builder->n_words << 6;
	}
	set->size = WDD_SET_HEADER_SIZE +
		wdd_set_padded_words(builder->n_words) * sizeof(uint64) +
		builder->n_slots * sizeof(WddSetSlot);
	draw_secrets(builder, set);
	clear_slots(set);

	for (i = 0; i < builder->n_entries; i++)
	{
		const WddSetSlot *entry = &builder->entries[i];

		if (!builder->wide && i >= builder->first_dense && i < builder->end_dense)
		{
			uint64		number = entry->first - builder->entries[builder->first_dense].first;

			wdd_set_bits(set)[number] = entry->second;
			set->n_members += pg_popcount64(entry->second);
		}
		else
			store_entry(set, entry);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return set;
}
