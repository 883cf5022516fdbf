/*
 * crypto.c
 *		libsodium, and memory for secrets (see crypto.h).
 */
#include "postgres.h"

#include <sodium.h>
#include <sys/mman.h>

#include "crypto.h"
#include "miscadmin.h"

StaticAssertDecl(WDD_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "length of keys");
StaticAssertDecl(WDD_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "length of nonces");
StaticAssertDecl(WDD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "length of tags");

/* One call of the system for each would cost as much as half the sealing. */
#define NONCES_AT_ONCE 256

static uint8 nonces[NONCES_AT_ONCE][WDD_NONCE_BYTES];
static int	nonces_left = 0;
static int	nonces_of = 0;		/* the process that drew them */

static bool all_locked = true;

void
wdd_crypto_init(void)
{
	if (sodium_init() < 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("libsodium cannot be initialized")));
}

void
wdd_random_bytes(void *out, size_t length)
{
	randombytes_buf(out, length);
}

void
wdd_next_nonce(uint8 nonce[WDD_NONCE_BYTES])
{
	if (unlikely(nonces_left == 0 || nonces_of != MyProcPid))
	{
		uint8		seed[randombytes_SEEDBYTES];

		/* expanding a seed takes a fraction of what the system takes */
		randombytes_buf(seed, sizeof(seed));
		randombytes_buf_deterministic(nonces, sizeof(nonces), seed);
		sodium_memzero(seed, sizeof(seed));
		nonces_left = NONCES_AT_ONCE;
		nonces_of = MyProcPid;
	}
	memcpy(nonce, nonces[--nonces_left], WDD_NONCE_BYTES);
}

void
wdd_aead_seal(uint8 *out, const uint8 *plain, size_t length, const uint8 *head, size_t head_length,
			  const uint8 nonce[WDD_NONCE_BYTES], const uint8 key[WDD_KEY_BYTES])
{
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, length, head, head_length,
											   NULL, nonce, key);
}

bool
wdd_aead_open(uint8 *out, const uint8 *cipher, size_t length, const uint8 *head, size_t head_length,
			  const uint8 nonce[WDD_NONCE_BYTES], const uint8 key[WDD_KEY_BYTES])
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, cipher, length,
													  head, head_length, nonce, key) == 0;
}

void
wdd_keyed_hash(uint8 *out, size_t out_length, const uint8 *data, size_t length,
			   const uint8 key[WDD_KEY_BYTES])
{
	crypto_generichash(out, out_length, data, length, key, WDD_KEY_BYTES);
}

void
wdd_wipe(void *memory, size_t length)
{
	sodium_memzero(memory, length);
}

/* sodium_malloc() locks, too, but does not tell whether it could. */
void *
wdd_secret_alloc(size_t length)
{
	void	   *memory = sodium_malloc(length);

	if (memory == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory for keys"),
				 errdetail("Failed on request of size %zu.", length)));
	if (sodium_mlock(memory, length) != 0)
		all_locked = false;
	memset(memory, 0, length);
	return memory;
}

void
wdd_secret_free(void *memory)
{
	sodium_free(memory);
}

void
wdd_secret_protect(void *memory, size_t length)
{
	if (mlock(memory, length) != 0)
		all_locked = false;
#ifdef MADV_DONTDUMP
	(void) madvise(memory, length, MADV_DONTDUMP);
#endif
}

bool
wdd_secrets_locked(void)
{
	return all_locked;
}
