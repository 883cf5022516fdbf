/*
 * consent_set_plan.c
 *		Choosing the pieces of a set (see consent_set_plan.h).
 *
 * Costs are in bytes.  A word in a bitmap costs 8, every word of a gap within it
 * 8 more, and the piece itself PIECE_COST; a key in a slot SLOT_COST.  Which
 * words go where at the least cost is found by walking through them with both
 * ways open, and back along the better one.
 */
#include "postgres.h"

#include "consent/consent_set_plan.h"
#include "port/pg_bitutils.h"

#define PIECE_COST		64
#define WORD_COST		8
#define SLOT_COST		13

/* Two thirds of a bucket's slots are filled at first. */
#define buckets_for(n)	((n) / 16 * 3 + ((n) % 16 * 3 + 15) / 16)

/* A piece of one bucket, and a slot to spare. */
#define FEW_KEYS		(WDD_SLOTS_PER_BUCKET - 1)

/* One in so many keys of a piece may be left to the overflow. */
#define HOMELESS_SHARE	64

/* How a word is stored, and how the one before was, as the way back. */
#define IN_BITMAP		0x01	/* this word, on the way that is taken */
#define BEGINS_BITMAP	0x02	/* if in a bitmap, then at its begin */
#define BITMAP_BEFORE	0x04	/* if in slots or at a begin, the word before it is
								 * in a bitmap */

void
wdd_set_plan_init(WddSetPlan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->allocated = 8;
	plan->pieces = palloc(plan->allocated * sizeof(WddSetPiece));
}

static WddSetPiece *
add_piece(WddSetPlan *plan, uint64 first)
{
	WddSetPiece *piece;

	if (plan->n_pieces == plan->allocated)
	{
		plan->allocated *= 2;
		plan->pieces = repalloc_huge(plan->pieces, plan->allocated * sizeof(WddSetPiece));
	}
	piece = &plan->pieces[plan->n_pieces++];
	memset(piece, 0, sizeof(*piece));
	piece->first = first;
	return piece;
}

static void
add_bitmap(WddSetPlan *plan, uint64 first_word, uint64 n_words)
{
	WddSetPiece *piece = add_piece(plan, first_word << 6);

	if (plan->n_words + n_words > PG_UINT32_MAX)
		elog(ERROR, "too many keys for a consent set");
	piece->start = plan->n_words;
	piece->length = n_words;
	plan->n_words += n_words;
}

/*
 * A row of buckets for n places from first to last, with one to spare.  Offset
 * and scale share 64 bits: with few buckets the scale needs more of them.
 */
static void
scale_piece(WddSetPiece *piece, uint64 last, uint64 n)
{
	uint64		span = last - piece->first;
	uint64		n_buckets = n <= FEW_KEYS ? 1 : buckets_for(n);
	int			bits = n_buckets < 4096 ? 24 : 32;

	piece->shift = span >> bits == 0 ? 0 : pg_leftmost_one_pos64(span) + 1 - bits;
	piece->scale = Min((n_buckets << 32) / ((span >> piece->shift) + 1), PG_UINT32_MAX);
	piece->scale = Max(piece->scale, 1);
	piece->length = n_buckets == 1 ? 1 : n_buckets + 1;
}

static void
place_piece(WddSetPlan *plan, WddSetPiece *piece, uint64 n, uint64 n_homeless)
{
	if (plan->n_buckets + piece->length > PG_UINT32_MAX)
		elog(ERROR, "too many keys for a consent set");
	piece->start = plan->n_buckets;
	plan->n_buckets += piece->length;
	plan->n_slot_keys += n;
	plan->n_homeless += n_homeless;
}

/*
 * Fill the piece in thought, in order.  How many keys would find neither their
 * bucket nor the next ones with room?
 */
static uint64
count_homeless(const WddSetPiece *piece, const uint64 *places, uint64 n)
{
	uint64		homeless = 0;
	uint64		bucket = 0;		/* the last one that holds something */
	int			filled = 0;

	for (uint64 i = 0; i < n; i++)
	{
		uint64		home = wdd_piece_bucket(piece, places[i] - piece->first);

		if (home > bucket)
		{
			bucket = home;
			filled = 0;
		}
		if (filled == WDD_SLOTS_PER_BUCKET)
		{
			if (bucket + 1 >= Min(home + WDD_BUCKET_PROBES, piece->length))
			{
				homeless++;
				continue;
			}
			bucket++;
			filled = 0;
		}
		filled++;
	}
	return homeless;
}

/* Where to cut in two: at a multiple of what fills a bucket, not among equals. */
static uint64
middle_of(const uint64 *places, uint64 n)
{
	uint64		middle = (n / 2 + FEW_KEYS - 1) / FEW_KEYS * FEW_KEYS;

	if (middle >= n)
		middle = FEW_KEYS;
	while (middle > 0 && places[middle - 1] == places[middle])
		middle--;
	return middle;
}

bool
wdd_set_plan_places(WddSetPlan *plan, const uint64 *places, uint64 n)
{
	WddSetPiece piece = {0};
	uint64		homeless;
	uint64		middle;

	if (n == 0)
		return true;
	piece.first = places[0];
	scale_piece(&piece, places[n - 1], n);
	homeless = count_homeless(&piece, places, n);
	if (homeless <= n / HOMELESS_SHARE)
	{
		place_piece(plan, &piece, n, homeless);
		*add_piece(plan, piece.first) = piece;
		return true;
	}
	middle = middle_of(places, n);
	return middle > 0 &&
		wdd_set_plan_places(plan, places, middle) &&
		wdd_set_plan_places(plan, places + middle, n - middle);
}

void
wdd_set_plan_random(WddSetPlan *plan, uint64 n)
{
	WddSetPiece *piece = add_piece(plan, 0);

	scale_piece(piece, PG_UINT64_MAX, n);
	place_piece(plan, piece, n, 0);
}

void
wdd_set_plan_finish(WddSetPlan *plan)
{
	for (uint32 i = 0; i < plan->n_pieces; i++)
	{
		uint64		end = i + 1 < plan->n_pieces ? plan->pieces[i + 1].first - 1 : PG_UINT64_MAX;

		plan->pieces[i].reach = end - plan->pieces[i].first;
	}
}

/* Mark the words that are to go into bitmaps, and where each of those begins. */
static void
choose_bitmaps(const WddSetWord *words, uint64 n, uint8 *ways)
{
	double		in_slots = 0,
				in_bitmap = 2 * PIECE_COST;	/* before the first word: no bitmap */
	bool		bitmap;

	for (uint64 i = 0; i < n; i++)
	{
		double		before = Min(in_slots, in_bitmap);
		double		gap = i == 0 ? 0 : (double) (words[i].number - words[i - 1].number - 1);
		double		continued = in_bitmap + gap * WORD_COST;

		ways[i] = in_bitmap < in_slots ? BITMAP_BEFORE : 0;
		if (i == 0 || before + PIECE_COST < continued)
		{
			ways[i] |= BEGINS_BITMAP;
			continued = before + PIECE_COST;
		}
		in_slots = before + SLOT_COST * pg_popcount64(words[i].bits);
		in_bitmap = continued + WORD_COST;
	}

	bitmap = in_bitmap < in_slots;
	for (uint64 i = n; i-- > 0;)
	{
		bool		in_one = bitmap;

		if (!bitmap || (ways[i] & BEGINS_BITMAP))
			bitmap = (ways[i] & BITMAP_BEFORE) != 0;
		ways[i] = in_one ? (ways[i] & BEGINS_BITMAP) | IN_BITMAP : 0;
	}
}

/*
 * A bitmap of some words, with room to grow before the next word there is: after
 * the last one, where new keys mostly come, a little more.
 */
static void
plan_bitmap(WddSetPlan *plan, const WddSetWord *words, uint64 n, const WddSetWord *next)
{
	uint64		first = words[0].number;
	uint64		n_words = words[n - 1].number - first + 1;
	uint64		end = next != NULL ? next->number : (PG_UINT64_MAX >> 6) + 1;

	n_words += n_words / 4 + (next == NULL ? 8 : 0);
	add_bitmap(plan, first, Min(n_words, end - first));
}

static void
plan_slots(WddSetPlan *plan, const WddSetWord *words, uint64 n)
{
	uint64		n_keys = 0;
	uint64	   *places;

	for (uint64 i = 0; i < n; i++)
		n_keys += pg_popcount64(words[i].bits);
	places = MemoryContextAllocHuge(CurrentMemoryContext, Max(n_keys, 1) * sizeof(uint64));
	n_keys = 0;
	for (uint64 i = 0; i < n; i++)
		for (uint64 bits = words[i].bits; bits != 0; bits &= bits - 1)
			places[n_keys++] = (words[i].number << 6) + pg_rightmost_one_pos64(bits);
	(void) wdd_set_plan_places(plan, places, n_keys);	/* no two are equal */
	pfree(places);
}

void
wdd_set_plan_words(WddSetPlan *plan, const WddSetWord *words, uint64 n)
{
	uint8	   *ways = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1));
	uint64		end;

	choose_bitmaps(words, n, ways);
	for (uint64 i = 0; i < n; i = end)
	{
		bool		bitmap = (ways[i] & IN_BITMAP) != 0;

		for (end = i + 1; end < n && ((ways[end] & IN_BITMAP) != 0) == bitmap &&
			 !(ways[end] & BEGINS_BITMAP); end++)
			;
		if (bitmap)
			plan_bitmap(plan, words + i, end - i, end < n ? &words[end] : NULL);
		else
			plan_slots(plan, words + i, end - i);
	}
	pfree(ways);
}
