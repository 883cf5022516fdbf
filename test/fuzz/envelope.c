/*
 * envelope.c
 *		Sealed values and their armour from any bytes: nothing is read past their
 *		end, nothing opens but what was sealed, and that only unchanged.
 *
 * sources: src/sealed/envelope.c src/sealed/armour.c src/crypto.c
 */
#include "postgres.h"

#include "crypto.h"
#include "sealed/armour.h"
#include "sealed/envelope.h"

static const uint8 key[WDD_KEY_BYTES] = "a key that only this test has....";

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static uint8 *
copy_of(const uint8 *data, size_t size)
{
	uint8	   *copy = malloc(size);

	memcpy(copy, data, size);
	return copy;
}

/* Open bytes; the plaintext, or NULL. */
static uint8 *
opened(const uint8 *bytes, size_t size, size_t *plain_length)
{
	WddEnvelope envelope;
	uint8	   *out;

	if (!wdd_envelope_read(bytes, size, &envelope))
		return NULL;
	out = malloc(wdd_envelope_room(&envelope));
	if (wdd_envelope_open(&envelope, key, out, plain_length))
		return out;
	free(out);
	return NULL;
}

static void
any_bytes(const uint8 *data, size_t size)
{
	uint8	   *bytes = copy_of(data, size);
	WddEnvelope envelope;
	size_t		length;

	if (wdd_envelope_read(bytes, size, &envelope))
	{
		uint8	   *outward = malloc(size);

		expect(envelope.cipher + envelope.cipher_length == bytes + size);
		expect(envelope.cipher_length >= WDD_TAG_BYTES);
		length = wdd_envelope_outward(outward, bytes, size);
		expect(length <= size && wdd_envelope_read(outward, length, &envelope));
		expect((envelope.flags & WDD_SEALED_VERIFIED) == 0);
		free(outward);
	}
	expect(opened(bytes, size, &length) == NULL);
	free(bytes);
}

static void
any_text(const uint8 *data, size_t size)
{
	char	   *text = (char *) copy_of(data, size);
	size_t		length;
	uint8	   *bytes = wdd_armour_read(text, size, &length);

	if (bytes)
	{
		char	   *again = wdd_armour_write(bytes, length);

		expect(strlen(again) == size && memcmp(again, text, size) == 0);
		pfree(again);
		pfree(bytes);
	}
	free(text);
}

/* Seal what the data says, open it, change one bit, and open it again. */
static void
sealed(const uint8 *data, size_t size)
{
	WddEnvelopeHead head = {data[0], data[1], data + 2, data[18], data + 19, data + 35};
	int			pad = data[43] % 65;
	size_t		at = data[44] << 8 | data[45];
	int			bit = data[46] & 7;
	const uint8 *plain = data + 47;
	size_t		plain_length = size - 47;
	size_t		length = wdd_envelope_length(head.flags, plain_length, pad);
	uint8	   *bytes = malloc(length);
	uint8	   *out;
	size_t		out_length;

	wdd_envelope_seal(bytes, &head, plain, plain_length, pad, key);
	out = opened(bytes, length, &out_length);
	expect(out && out_length == plain_length && memcmp(out, plain, plain_length) == 0);
	free(out);
	at %= length;
	bytes[at] ^= 1 << bit;
	out = opened(bytes, length, &out_length);
	if (out)
		/* what is known in memory only, and the tokens of an unbound value */
		expect((bytes[1] & WDD_SEALED_UNBOUND && at < length - plain_length - WDD_TAG_BYTES) ||
			   (at == 1 && 1 << bit == WDD_SEALED_VERIFIED));
	free(out);
	out = opened(bytes, at, &out_length);
	expect(out == NULL);
	free(bytes);
}

extern int	LLVMFuzzerTestOneInput(const uint8 *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	static bool ready = false;

	if (!ready)
		wdd_crypto_init();
	ready = true;
	if (size > 0 && data[0] % 3 == 0)
		any_bytes(data + 1, size - 1);
	else if (size > 0 && data[0] % 3 == 1)
		any_text(data + 1, size - 1);
	else if (size > 48)
		sealed(data + 1, size - 1);
	return 0;
}
