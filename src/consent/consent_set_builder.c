/*
 * consent_set_builder.c
 *		Collect keys, have their layout planned, write the set.
 *
 * Keys are collected in an array of pairs: of integers the number of a word of
 * 64 neighbours and its bits, of wide keys the halves.
 */
#include "postgres.h"

#include <limits.h>

#include "consent/consent_set.h"
#include "consent/consent_set_layout.h"
#include "consent/consent_set_plan.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

/* Never fewer, so that a small set has some room. */
#define MIN_OVERFLOW	8

/* Uuids are placed in their order if it takes no more than a piece for so many. */
#define KEYS_PER_PIECE	32

/* With up to so many pieces the guide is not worth more than two cells. */
#define FEW_PIECES		8

#define ATTEMPTS		100

typedef union Entry
{
	WddSetWord	word;
	WddWideKey	wide;
} Entry;

struct WddSetBuilder
{
	MemoryContext context;
	WddSetKind	kind;
	Entry	   *entries;
	uint64		n_entries;
	uint64		allocated;
	bool		sorted;			/* ascending, no word twice */
	uint8		text_secret[16];
	/* the layout, once wdd_set_builder_size() has decided it */
	WddSetPlan	plan;
	bool		hashed;
	uint32		n_guide;
	uint32		n_overflow;
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
wdd_set_builder_create(WddSetKind kind)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "wdd consent set builder",
												  ALLOCSET_DEFAULT_SIZES);
	WddSetBuilder *builder = MemoryContextAllocZero(context, sizeof(WddSetBuilder));

	builder->context = context;
	builder->kind = kind;
	builder->sorted = true;
	builder->allocated = 64;
	builder->entries = MemoryContextAlloc(context, builder->allocated * sizeof(Entry));
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

static Entry *
add_entry(WddSetBuilder *builder)
{
	if (builder->n_entries == builder->allocated)
	{
		builder->allocated *= 2;
		builder->entries = repalloc_huge(builder->entries, builder->allocated * sizeof(Entry));
	}
	return &builder->entries[builder->n_entries++];
}

static void
add_word(WddSetBuilder *builder, uint64 number, uint64 bits)
{
	Entry	   *entry;

	if (builder->n_entries > 0)
	{
		entry = &builder->entries[builder->n_entries - 1];
		if (entry->word.number == number)
		{
			entry->word.bits |= bits;
			return;
		}
		if (entry->word.number > number)
			builder->sorted = false;
	}
	entry = add_entry(builder);
	entry->word.number = number;
	entry->word.bits = bits;
}

void
wdd_set_builder_add_integer(WddSetBuilder *builder, int64 key)
{
	Assert(builder->kind == WDD_SET_INTEGER);
	add_word(builder, wdd_set_integer_place(key) >> 6, UINT64CONST(1) << (key & 63));
}

/* A wide key must not be added twice. */
void
wdd_set_builder_add_wide(WddSetBuilder *builder, WddWideKey key)
{
	Assert(builder->kind != WDD_SET_INTEGER);
	if (builder->n_entries > 0 &&
		builder->entries[builder->n_entries - 1].wide.high > key.high)
		builder->sorted = false;
	add_entry(builder)->wide = key;
}

static void
add_slots_of(WddSetBuilder *builder, const WddConsentSet *set, const uint64 *slots, uint64 n)
{
	for (uint64 i = 0; i < n; i++)
		if (slots[i] != WDD_SLOT_EMPTY && slots[i] != WDD_SLOT_REMOVED)
			wdd_set_builder_add_integer(builder, wdd_set_place_integer(slots[i] ^ set->blind));
}

void
wdd_set_builder_add_set(WddSetBuilder *builder, const WddConsentSet *set)
{
	const WddSetPiece *pieces = wdd_set_pieces(set);

	Assert(builder->kind == WDD_SET_INTEGER && set->kind == WDD_SET_INTEGER);
	for (uint32 i = 0; i < set->n_pieces; i++)
	{
		const uint64 *words = wdd_set_words(set) + pieces[i].start;

		if (pieces[i].scale != 0)
			add_slots_of(builder, set, wdd_set_bucket(set, pieces[i].start),
						 (uint64) pieces[i].length * WDD_SLOTS_PER_BUCKET);
		else
			for (uint32 j = 0; j < pieces[i].length; j++)
				if (words[j] != 0)
					add_word(builder, (pieces[i].first >> 6) + j, words[j]);
	}
	add_slots_of(builder, set, wdd_set_overflow_bucket(set, 0),
				 (uint64) set->n_overflow * WDD_SLOTS_PER_BUCKET);
}

/* By word number, or by a wide key's first half. */
static int
compare_entries(const void *a, const void *b)
{
	uint64		left = ((const Entry *) a)->word.number;
	uint64		right = ((const Entry *) b)->word.number;

	StaticAssertStmt(offsetof(WddSetWord, number) == offsetof(WddWideKey, high),
					 "both kinds of entry are sorted by their first half");
	return (left > right) - (left < right);
}

static void
sort_entries(WddSetBuilder *builder)
{
	Entry	   *entries = builder->entries;
	uint64		n = 0;

	if (builder->sorted)
		return;
	qsort(entries, builder->n_entries, sizeof(Entry), compare_entries);
	builder->sorted = true;
	if (builder->kind != WDD_SET_INTEGER)
		return;
	for (uint64 i = 0; i < builder->n_entries; i++)
	{
		if (n > 0 && entries[n - 1].word.number == entries[i].word.number)
			entries[n - 1].word.bits |= entries[i].word.bits;
		else
			entries[n++] = entries[i];
	}
	builder->n_entries = n;
}

/* In the order of the uuids, unless that takes too many pieces. */
static bool
plan_in_order(WddSetBuilder *builder)
{
	uint64		n = builder->n_entries;
	uint64	   *places;
	bool		fits;

	sort_entries(builder);
	places = MemoryContextAllocHuge(builder->context, Max(n, 1) * sizeof(uint64));
	for (uint64 i = 0; i < n; i++)
		places[i] = builder->entries[i].wide.high;
	fits = wdd_set_plan_places(&builder->plan, places, n) &&
		builder->plan.n_pieces <= n / KEYS_PER_PIECE + FEW_PIECES;
	pfree(places);
	return fits;
}

static void
make_plan(WddSetBuilder *builder)
{
	MemoryContext save = MemoryContextSwitchTo(builder->context);

	wdd_set_plan_init(&builder->plan);
	if (builder->kind == WDD_SET_INTEGER)
	{
		sort_entries(builder);
		wdd_set_plan_words(&builder->plan, &builder->entries->word, builder->n_entries);
	}
	else if (builder->kind == WDD_SET_TEXT || !plan_in_order(builder))
	{
		builder->hashed = true;
		wdd_set_plan_init(&builder->plan);
	}
	if (builder->hashed || builder->plan.n_pieces == 0)
		wdd_set_plan_random(&builder->plan, builder->hashed ? builder->n_entries : 0);
	wdd_set_plan_finish(&builder->plan);
	MemoryContextSwitchTo(save);
}

static Size
pieces_size(const WddSetBuilder *builder)
{
	return builder->plan.n_pieces * sizeof(WddSetPiece);
}

/* Whatever follows begins on a cache line. */
#define in_lines(size)	TYPEALIGN(WDD_BUCKET_SIZE, (size))

/*
 * The overflow has room for a sixteenth more keys in buckets, and for some that
 * come outside of bitmaps.
 */
Size
wdd_set_builder_size(WddSetBuilder *builder)
{
	WddSetPlan *plan = &builder->plan;
	uint64		n_overflow;

	if (plan->pieces == NULL)
		make_plan(builder);
	n_overflow = (plan->n_homeless + plan->n_slot_keys / 16 + plan->n_words / 2048) / 5;
	builder->n_overflow = Max(n_overflow, MIN_OVERFLOW);
	builder->n_guide = 2;
	if (plan->n_pieces > FEW_PIECES)
		builder->n_guide = plan->n_pieces;
	return WDD_SET_HEADER_SIZE +
		in_lines(pieces_size(builder)) +
		in_lines((builder->n_guide + 1) * sizeof(uint32)) +
		in_lines(plan->n_words * sizeof(uint64)) +
		(plan->n_buckets + builder->n_overflow) * WDD_BUCKET_SIZE;
}

/* Head, pieces, and where everything else lies. */
static void
write_head(WddSetBuilder *builder, WddConsentSet *set)
{
	const WddSetPlan *plan = &builder->plan;

	memset(set, 0, WDD_SET_HEADER_SIZE);
	set->kind = builder->kind;
	set->hashed = builder->hashed && builder->kind == WDD_SET_UUID;
	set->n_pieces = plan->n_pieces;
	set->n_words = plan->n_words;
	set->n_buckets = plan->n_buckets;
	set->n_overflow = builder->n_overflow;
	memcpy(set->text_secret, builder->text_secret, sizeof(set->text_secret));
	memcpy(wdd_set_pieces(set), plan->pieces, pieces_size(builder));

	set->guide_offset = WDD_SET_HEADER_SIZE + in_lines(pieces_size(builder));
	set->words_offset = set->guide_offset + in_lines((builder->n_guide + 1) * sizeof(uint32));
	set->buckets_offset = set->words_offset + in_lines(set->n_words * sizeof(uint64));
	set->overflow_offset = set->buckets_offset + set->n_buckets * WDD_BUCKET_SIZE;
	set->size = set->overflow_offset + set->n_overflow * WDD_BUCKET_SIZE;
}

static void
write_guide(const WddSetBuilder *builder, WddConsentSet *set)
{
	const WddSetPiece *pieces = wdd_set_pieces(set);
	uint32	   *guide = wdd_set_guide(set);
	uint64		span = pieces[set->n_pieces - 1].first - pieces[0].first;
	uint32		piece = 0;

	set->guide_first = pieces[0].first;
	while ((span >> set->guide_shift) >= builder->n_guide)
		set->guide_shift++;
	set->n_guide = (span >> set->guide_shift) + 1;
	for (uint32 i = 0; i < set->n_guide; i++)
	{
		while (piece + 1 < set->n_pieces &&
			   pieces[piece + 1].first - set->guide_first <= (uint64) i << set->guide_shift)
			piece++;
		guide[i] = piece;
	}
	guide[set->n_guide] = set->n_pieces - 1;
}

/* The largest bitmap, for who looks for itself. */
static void
note_base(WddConsentSet *set)
{
	const WddSetPiece *pieces = wdd_set_pieces(set);

	for (uint32 i = 0; i < set->n_pieces; i++)
		if (pieces[i].scale == 0 && (uint64) pieces[i].length << 6 > set->n_keys)
		{
			set->base_key = wdd_set_place_integer(pieces[i].first);
			set->base_word = pieces[i].start;
			set->n_keys = (uint64) pieces[i].length << 6;
		}
}

/* Bits into the bitmap that has them, others into slots. */
static bool
store_word(WddConsentSet *set, const WddSetWord *word, uint32 *hint)
{
	uint64		first = word->number << 6;
	uint64		least = first + pg_rightmost_one_pos64(word->bits);
	const WddSetPiece *piece = wdd_set_find_piece(set, least, hint);

	if (piece != NULL && piece->scale == 0)
	{
		wdd_set_words(set)[piece->start + ((least - piece->first) >> 6)] = word->bits;
		set->n_members += pg_popcount64(word->bits);
		return true;
	}
	for (uint64 bits = word->bits; bits != 0; bits &= bits - 1)
	{
		uint64		place = first + pg_rightmost_one_pos64(bits);
		uint64		slot = place ^ set->blind;

		if (slot == WDD_SLOT_EMPTY || slot == WDD_SLOT_REMOVED ||
			!wdd_set_store(set, place, slot, hint))
			return false;
	}
	return true;
}

/*
 * Put all keys where they are looked for, under new secrets.  False when one
 * finds no room or has the value of an empty slot, which practically never
 * happens.
 */
static bool
fill(const WddSetBuilder *builder, WddConsentSet *set)
{
	uint32		hint = 0;
	bool		fits = true;

	memset((char *) set + set->words_offset, 0, set->size - set->words_offset);
	set->n_members = set->n_overflow_used = 0;
	draw_random(&set->blind, sizeof(set->blind));
	draw_random(&set->multiplier, sizeof(set->multiplier));
	set->multiplier |= 1;
	draw_random(&set->fingerprint, sizeof(set->fingerprint));
	draw_random(&set->place, sizeof(set->place));

	for (uint64 i = 0; fits && i < builder->n_entries; i++)
	{
		const Entry *entry = &builder->entries[i];

		if (set->kind == WDD_SET_INTEGER)
			fits = store_word(set, &entry->word, &hint);
		else
			fits = wdd_set_store(set, wdd_set_wide_place(set, entry->wide),
								 wdd_set_wide_slot(set, entry->wide), &hint);
		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return fits;
}

WddConsentSet *
wdd_set_builder_finish(WddSetBuilder *builder, void *memory)
{
	WddConsentSet *set = memory;

	StaticAssertStmt(sizeof(WddConsentSet) <= WDD_SET_HEADER_SIZE,
					 "a set's head must fit before its pieces");
	write_head(builder, set);
	write_guide(builder, set);
	note_base(set);
	for (int attempt = 0; !fill(builder, set); attempt++)
		if (attempt == ATTEMPTS)
			elog(ERROR, "a consent set cannot be laid out");
	return set;
}
