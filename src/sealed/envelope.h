/*
 * envelope.h
 *		The bytes of a sealed value (doc/sealed.md tells them one by one).
 *
 *	version 1 | flags 1 | field 2 | person 16 | [token epoch 1 | token 16] |
 *	[suffix token 8] | nonce 24 | ciphertext | tag 16
 *
 * What precedes the nonce is the head; it is authenticated, not encrypted.
 * Nothing here knows of keys' whereabouts, catalogs or transactions.
 */
#ifndef WDD_ENVELOPE_H
#define WDD_ENVELOPE_H

#include "postgres.h"

#include "crypto.h"

#define WDD_ENVELOPE_VERSION 1

#define WDD_SEALED_SEARCHABLE	0x01	/* token epoch and token are there */
#define WDD_SEALED_UNBOUND		0x02	/* of no row yet: field is the kind, the
										 * last byte of person the key's epoch */
#define WDD_SEALED_PADDED		0x04	/* plaintext is followed by 0x80 and zeros */
#define WDD_SEALED_SUFFIX		0x08	/* suffix token is there */
#define WDD_SEALED_STORED_FLAGS	0x0F
#define WDD_SEALED_VERIFIED		0x80	/* in memory only: the row it stands in has
										 * been seen to be its own */

#define WDD_PERSON_BYTES 16
#define WDD_SUFFIX_BYTES 8

/* A reading of an envelope; the pointers are into its bytes. */
typedef struct WddEnvelope
{
	uint8		flags;
	uint16		field;
	const uint8 *person;
	uint8		token_epoch;
	const uint8 *token;			/* NULL: none */
	const uint8 *suffix;		/* NULL: none */
	const uint8 *head;
	size_t		head_length;
	const uint8 *nonce;
	const uint8 *cipher;		/* with its tag */
	size_t		cipher_length;
} WddEnvelope;

/* What goes into a new envelope beside its plaintext. */
typedef struct WddEnvelopeHead
{
	uint8		flags;			/* searchable and suffix say what is taken of the rest */
	uint16		field;
	const uint8 *person;
	uint8		token_epoch;
	const uint8 *token;
	const uint8 *suffix;
} WddEnvelopeHead;

/* False when the bytes are no envelope of a version that is known. */
extern bool wdd_envelope_read(const uint8 *bytes, size_t length, WddEnvelope *envelope);

/* How long an envelope becomes; pad: 0, or the bucket that its plaintext fills up. */
extern size_t wdd_envelope_length(uint8 flags, size_t plain_length, int pad);

/*
 * Seal plain into out, which has wdd_envelope_length() bytes, under a new nonce.
 */
extern void wdd_envelope_seal(uint8 *out, const WddEnvelopeHead *head,
							  const uint8 *plain, size_t plain_length, int pad,
							  const uint8 key[WDD_KEY_BYTES]);

/* How many bytes wdd_envelope_open() may write. */
extern size_t wdd_envelope_room(const WddEnvelope *envelope);

/*
 * Open into out; *plain_length is what it held before padding.  False unless
 * all of it is authentic; then out holds nothing.
 */
extern bool wdd_envelope_open(const WddEnvelope *envelope, const uint8 key[WDD_KEY_BYTES],
							  uint8 *out, size_t *plain_length);

/*
 * The bytes as they are shown and sent: without what is known in memory only.
 * out has room for length bytes; returns how many were written.
 */
extern size_t wdd_envelope_outward(uint8 *out, const uint8 *bytes, size_t length);

#endif							/* WDD_ENVELOPE_H */
