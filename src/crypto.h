/*
 * crypto.h
 *		What the sealed types need of libsodium, and nothing else of it.
 *
 * crypto.c is the only file that includes <sodium.h>.  Lengths are in bytes.
 */
#ifndef WDD_CRYPTO_H
#define WDD_CRYPTO_H

#include "postgres.h"

#define WDD_KEY_BYTES 32
#define WDD_NONCE_BYTES 24
#define WDD_TAG_BYTES 16
#define WDD_TOKEN_BYTES 16

/* Called by _PG_init.  Raises when libsodium cannot be used. */
extern void wdd_crypto_init(void);

extern void wdd_random_bytes(void *out, size_t length);

/*
 * A random nonce, never given twice.  Drawn from the system many at a time; a
 * process that was forked throws away what its parent had drawn.
 */
extern void wdd_next_nonce(uint8 nonce[WDD_NONCE_BYTES]);

/*
 * XChaCha20-Poly1305 (IETF) with associated data.  seal writes length +
 * WDD_TAG_BYTES bytes; open takes the tag with its length, writes the rest, and
 * returns false, with nothing of use in out, unless everything is authentic.
 */
extern void wdd_aead_seal(uint8 *out, const uint8 *plain, size_t length,
						  const uint8 *head, size_t head_length,
						  const uint8 nonce[WDD_NONCE_BYTES], const uint8 key[WDD_KEY_BYTES]);
extern bool wdd_aead_open(uint8 *out, const uint8 *cipher, size_t length,
						  const uint8 *head, size_t head_length,
						  const uint8 nonce[WDD_NONCE_BYTES], const uint8 key[WDD_KEY_BYTES]);

/* BLAKE2b under a key; out_length from 16 to 64. */
extern void wdd_keyed_hash(uint8 *out, size_t out_length, const uint8 *data, size_t length,
						   const uint8 key[WDD_KEY_BYTES]);

/* Overwrite, in a way that no compiler leaves out. */
extern void wdd_wipe(void *memory, size_t length);

/*
 * Memory for secrets, for the life of the process: between guard pages, left
 * out of core dumps, and locked into memory as far as the system allows.  Each
 * call costs several mappings: ask for an arena, not for a key.  Raises 53200.
 */
extern void *wdd_secret_alloc(size_t length);

/* Wipe and give back what wdd_secret_alloc() gave. */
extern void wdd_secret_free(void *memory);

/* The same for memory that is there (whole pages), such as shared memory. */
extern void wdd_secret_protect(void *memory, size_t length);

/* Has all memory that was asked for been locked? */
extern bool wdd_secrets_locked(void);

#endif							/* WDD_CRYPTO_H */
