/*
 * crypto.c
 *		libsodium, and memory for secrets (see crypto.h).
 */
#include "postgres.h"

#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto.h"
#include "lib/ilist.h"
#include "miscadmin.h"

StaticAssertDecl(WDD_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "length of keys");
StaticAssertDecl(WDD_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "length of nonces");
StaticAssertDecl(WDD_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "length of tags");

/* One call of the system for each would cost as much as half the sealing. */
#define NONCES_AT_ONCE 256

#define HUGE_PAGE (2 * 1024 * 1024)

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

/* What was mapped for an arena. */
typedef struct Arena
{
	dlist_node	node;
	void	   *base;
	size_t		mapped;
	void	   *memory;
	size_t		length;
} Arena;

static dlist_head arenas = DLIST_STATIC_INIT(arenas);

static size_t
page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/*
 * sodium_malloc() fills what it gives, and so has small pages made for it.  A
 * large arena is read at random, and small pages miss the TLB as well as the
 * cache: they are asked to be large before anything is in them.
 */
static Arena *
map_arena(size_t length)
{
	size_t		align = length >= HUGE_PAGE ? HUGE_PAGE : page_size();
	size_t		rounded = TYPEALIGN(align, length);
	size_t		mapped = rounded + 2 * align;
	Arena	   *arena = malloc(sizeof(Arena));
	void	   *base = mmap(NULL, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void	   *memory = (void *) TYPEALIGN(align, (char *) base + page_size());

	/* all of it is guard, but what is opened in the middle */
	if (arena == NULL || base == MAP_FAILED || mprotect(memory, rounded, PROT_READ | PROT_WRITE) != 0)
	{
		if (base != MAP_FAILED)
			munmap(base, mapped);
		free(arena);
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory for keys"),
				 errdetail("Failed on request of size %zu.", length)));
	}
	arena->base = base;
	arena->mapped = mapped;
	arena->memory = memory;
	arena->length = rounded;
	return arena;
}

void *
wdd_secret_alloc(size_t length)
{
	Arena	   *arena = map_arena(length);

#ifdef MADV_HUGEPAGE
	if (length >= HUGE_PAGE)
		(void) madvise(arena->memory, arena->length, MADV_HUGEPAGE);
#endif
	wdd_secret_protect(arena->memory, arena->length);
	dlist_push_head(&arenas, &arena->node);
	return arena->memory;
}

void
wdd_secret_free(void *memory)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &arenas)
	{
		Arena	   *arena = dlist_container(Arena, node, iter.cur);

		if (arena->memory != memory)
			continue;
		sodium_memzero(memory, arena->length);
		munmap(arena->base, arena->mapped);
		dlist_delete(&arena->node);
		free(arena);
	}
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
