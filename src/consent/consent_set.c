/*
 * consent_set.c
 *		Looking up and changing a set of persons' keys (see consent_set.h).
 *
 * A slot is two 64-bit words.  In a set of integers they are the number of a
 * word of the key space and the word; in a set of wide keys the key XOR a
 * random blind.  The blind, like the multipliers of the hash function, is drawn
 * anew for each set and is unknown to who chooses the keys: so the two values
 * that mean "empty" and "removed" belong to no key that anybody could choose
 * (if one comes all the same, wdd_set_change_wide() asks for a new set), and a
 * slot of which a reader sees only half written belongs to none either.
 */
#include "postgres.h"

#include <sodium/crypto_shorthash_siphash24.h>

#include "consent/consent_set.h"
#include "consent/consent_set_layout.h"
#include "port/pg_bswap.h"

WddWideKey
wdd_wide_key_uuid(const pg_uuid_t *uuid)
{
	WddWideKey	key;

	memcpy(&key.high, uuid->data, sizeof(uint64));
	memcpy(&key.low, uuid->data + sizeof(uint64), sizeof(uint64));
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

/*
 * The slot that holds a word's number, or the empty one where it would go.
 * There always is an empty one: the load is bounded.
 */
static WddSetSlot *
find_word_slot(const WddConsentSet *set, uint64 word_number)
{
	WddSetSlot *slots = wdd_set_slots(set);
	uint64		mask = set->n_slots - 1;
	uint64		i = wdd_set_word_hash(set, word_number);

	while (slots[i].first != word_number && slots[i].first != WDD_SLOT_EMPTY_WORD)
		i = (i + 1) & mask;
	return &slots[i];
}

bool
wdd_set_has_integer(const WddConsentSet *set, int64 key)
{
	uint64		offset = (uint64) key - (uint64) set->base_key;
	WddSetSlot *slot;

	if (offset < set->n_keys)
		return (wdd_set_bits(set)[offset >> 6] >> (offset & 63)) & 1;
	if (set->n_used == 0)
		return false;
	slot = find_word_slot(set, wdd_set_word_number(key));
	return slot->first != WDD_SLOT_EMPTY_WORD && ((slot->second >> (key & 63)) & 1);
}

bool
wdd_set_has_wide(const WddConsentSet *set, WddWideKey key)
{
	WddSetSlot *slots = wdd_set_slots(set);
	WddSetSlot	wanted = wdd_set_blinded(set, key);
	uint64		mask = set->n_slots - 1;
	uint64		i = wdd_set_wide_hash(set, wanted);

	if (wdd_slot_is_special(&wanted))
		return false;
	while (!wdd_slot_is_empty(&slots[i]))
	{
		if (slots[i].first == wanted.first && slots[i].second == wanted.second)
			return true;
		i = (i + 1) & mask;
	}
	return false;
}

/* Change one bit of a word; tells how the number of members changes. */
static int
change_bit(uint64 *word, int bit, bool member)
{
	uint64		mask = UINT64CONST(1) << bit;
	bool		was_member = (*word & mask) != 0;

	if (was_member == member)
		return 0;
	*word ^= mask;
	return member ? 1 : -1;
}

bool
wdd_set_change_integer(WddConsentSet *set, int64 key, bool member)
{
	uint64		offset = (uint64) key - (uint64) set->base_key;
	WddSetSlot *slot;

	if (offset < set->n_keys)
	{
		set->n_members += change_bit(&wdd_set_bits(set)[offset >> 6], offset & 63, member);
		return true;
	}

	slot = find_word_slot(set, wdd_set_word_number(key));
	if (slot->first == WDD_SLOT_EMPTY_WORD)
	{
		if (!member)
			return true;
		if (set->n_used + 1 > wdd_set_capacity(set->n_slots))
			return false;
		/* a reader that sees the number finds a word, if only an empty one */
		slot->second = 0;
		pg_write_barrier();
		slot->first = wdd_set_word_number(key);
		set->n_used++;
	}
	set->n_members += change_bit(&slot->second, key & 63, member);
	return true;
}

bool
wdd_set_change_wide(WddConsentSet *set, WddWideKey key, bool member)
{
	WddSetSlot *slots = wdd_set_slots(set);
	WddSetSlot	wanted = wdd_set_blinded(set, key);
	uint64		mask = set->n_slots - 1;
	uint64		i = wdd_set_wide_hash(set, wanted);

	if (wdd_slot_is_special(&wanted))
		return !member;

	while (!wdd_slot_is_empty(&slots[i]))
	{
		if (slots[i].first == wanted.first && slots[i].second == wanted.second)
		{
			if (!member)
			{
				slots[i].first = slots[i].second = WDD_SLOT_REMOVED;
				set->n_members--;
			}
			return true;
		}
		i = (i + 1) & mask;
	}

	if (!member)
		return true;
	if (set->n_used + 1 > wdd_set_capacity(set->n_slots))
		return false;
	slots[i] = wanted;
	set->n_used++;
	set->n_members++;
	return true;
}
