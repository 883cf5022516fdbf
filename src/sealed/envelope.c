/*
 * envelope.c
 *		Reading, sealing and opening envelopes (see envelope.h).
 */
#include "postgres.h"

#include "sealed/envelope.h"

#define FIXED_HEAD (4 + WDD_PERSON_BYTES)
#define TOKEN_PART (1 + WDD_TOKEN_BYTES)
#define LONGEST_HEAD (FIXED_HEAD + TOKEN_PART + WDD_SUFFIX_BYTES)

static size_t
head_length(uint8 flags)
{
	return FIXED_HEAD +
		(flags & WDD_SEALED_SEARCHABLE ? TOKEN_PART : 0) +
		(flags & WDD_SEALED_SUFFIX ? WDD_SUFFIX_BYTES : 0);
}

bool
wdd_envelope_read(const uint8 *bytes, size_t length, WddEnvelope *envelope)
{
	const uint8 *at;

	if (length < FIXED_HEAD || bytes[0] != WDD_ENVELOPE_VERSION ||
		(bytes[1] & ~(WDD_SEALED_STORED_FLAGS | WDD_SEALED_VERIFIED)) != 0)
		return false;
	envelope->flags = bytes[1];
	envelope->field = (uint16) (bytes[2] << 8 | bytes[3]);
	envelope->person = bytes + 4;
	envelope->head = bytes;
	envelope->head_length = head_length(envelope->flags);
	if (length < envelope->head_length + WDD_NONCE_BYTES + WDD_TAG_BYTES)
		return false;
	at = bytes + FIXED_HEAD;
	envelope->token = envelope->suffix = NULL;
	envelope->token_epoch = 0;
	if (envelope->flags & WDD_SEALED_SEARCHABLE)
	{
		envelope->token_epoch = at[0];
		envelope->token = at + 1;
		at += TOKEN_PART;
	}
	if (envelope->flags & WDD_SEALED_SUFFIX)
		envelope->suffix = at;
	envelope->nonce = bytes + envelope->head_length;
	envelope->cipher = envelope->nonce + WDD_NONCE_BYTES;
	envelope->cipher_length = length - (envelope->cipher - bytes);
	return true;
}

/* Padding always adds a byte, so that its end can be told from the plaintext's. */
static size_t
padded_length(size_t plain_length, int pad)
{
	return pad > 0 ? (plain_length / pad + 1) * pad : plain_length;
}

size_t
wdd_envelope_length(uint8 flags, size_t plain_length, int pad)
{
	return head_length(flags) + WDD_NONCE_BYTES + padded_length(plain_length, pad) + WDD_TAG_BYTES;
}

/*
 * What is authenticated of a head: all of it, without what is known in memory
 * only.  Of an unbound value that is its tokens, too: it is shown without.
 */
static size_t
authenticated_head(uint8 *out, const uint8 *head, size_t length)
{
	uint8		in_memory = WDD_SEALED_VERIFIED;

	if (head[1] & WDD_SEALED_UNBOUND)
	{
		in_memory |= WDD_SEALED_SEARCHABLE | WDD_SEALED_SUFFIX;
		length = FIXED_HEAD;
	}
	memcpy(out, head, length);
	out[1] &= ~in_memory;
	return length;
}

static uint8 *
write_head(uint8 *out, const WddEnvelopeHead *head, uint8 flags)
{
	*out++ = WDD_ENVELOPE_VERSION;
	*out++ = flags;
	*out++ = head->field >> 8;
	*out++ = head->field & 0xFF;
	memcpy(out, head->person, WDD_PERSON_BYTES);
	out += WDD_PERSON_BYTES;
	if (flags & WDD_SEALED_SEARCHABLE)
	{
		*out++ = head->token_epoch;
		memcpy(out, head->token, WDD_TOKEN_BYTES);
		out += WDD_TOKEN_BYTES;
	}
	if (flags & WDD_SEALED_SUFFIX)
	{
		memcpy(out, head->suffix, WDD_SUFFIX_BYTES);
		out += WDD_SUFFIX_BYTES;
	}
	return out;
}

void
wdd_envelope_seal(uint8 *out, const WddEnvelopeHead *head, const uint8 *plain, size_t plain_length,
				  int pad, const uint8 key[WDD_KEY_BYTES])
{
	uint8		flags = (head->flags & WDD_SEALED_STORED_FLAGS & ~WDD_SEALED_PADDED) |
		(pad > 0 ? WDD_SEALED_PADDED : 0);
	size_t		padded = padded_length(plain_length, pad);
	uint8	   *nonce = write_head(out, head, flags);
	uint8	   *cipher = nonce + WDD_NONCE_BYTES;
	uint8		authenticated[LONGEST_HEAD];
	size_t		length = authenticated_head(authenticated, out, nonce - out);

	wdd_next_nonce(nonce);
	if (pad > 0)
	{
		/* encryption may be in place */
		memmove(cipher, plain, plain_length);
		cipher[plain_length] = 0x80;
		memset(cipher + plain_length + 1, 0, padded - plain_length - 1);
		plain = cipher;
	}
	wdd_aead_seal(cipher, plain, padded, authenticated, length, nonce, key);
}

size_t
wdd_envelope_room(const WddEnvelope *envelope)
{
	return envelope->cipher_length - WDD_TAG_BYTES;
}

static bool
take_padding_off(const uint8 *plain, size_t *length)
{
	while (*length > 0 && plain[*length - 1] == 0)
		(*length)--;
	if (*length == 0 || plain[*length - 1] != 0x80)
		return false;
	(*length)--;
	return true;
}

bool
wdd_envelope_open(const WddEnvelope *envelope, const uint8 key[WDD_KEY_BYTES], uint8 *out,
				  size_t *plain_length)
{
	uint8		authenticated[LONGEST_HEAD];
	size_t		length = authenticated_head(authenticated, envelope->head, envelope->head_length);

	if (!wdd_aead_open(out, envelope->cipher, envelope->cipher_length, authenticated, length,
					   envelope->nonce, key))
		return false;
	*plain_length = wdd_envelope_room(envelope);
	if (!(envelope->flags & WDD_SEALED_PADDED) || take_padding_off(out, plain_length))
		return true;
	wdd_wipe(out, wdd_envelope_room(envelope));
	return false;
}

size_t
wdd_envelope_outward(uint8 *out, const uint8 *bytes, size_t length)
{
	size_t		kept = authenticated_head(out, bytes, head_length(bytes[1]));
	size_t		from = head_length(bytes[1]);

	memcpy(out + kept, bytes + from, length - from);
	return kept + length - from;
}
