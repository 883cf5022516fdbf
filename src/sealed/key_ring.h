/*
 * key_ring.h
 *		Master keys while the server runs, and what is derived from them.
 *
 * With shared_preload_libraries the master keys lie in shared memory: read once
 * when the server starts, and again by wdd.reload_keys().  Otherwise each
 * backend reads them when it needs one first.  A source that fails does not stop
 * the server: whoever needs a key gets the error.
 *
 * Derived keys lie in the backend's own memory for secrets.  A pointer to one is
 * valid until the next call of one of these functions; unless keys were reloaded
 * or an epoch retired meanwhile, the bytes there stay the same even longer.
 *
 * All but init and shmem functions need a transaction and an existing extension,
 * and raise 55000, naming the epoch or the source, when a key is missing, retired
 * or not the one this database was sealed with.  Once a key has been derived they
 * cost a comparison or two: they are meant to be called for every value.
 */
#ifndef WDD_KEY_RING_H
#define WDD_KEY_RING_H

#include "postgres.h"

#include "sealed/key_catalog.h"
#include "sealed/key_lines.h"
#include "sealed/kind.h"

/* The key that data keys are wrapped under. */
extern const uint8 *wdd_wrap_key(int epoch);

/* The key of values that are of no row yet. */
extern const uint8 *wdd_unbound_key(int epoch);

/* The keys of search tokens, of whole values and of a phone's last digits. */
extern const uint8 *wdd_token_key(WddSealedKind kind, int token_epoch);
extern const uint8 *wdd_suffix_key(int token_epoch);

/* The newest epoch of the source that is not retired. */
extern int	wdd_newest_epoch(void);

/* The epoch under which new data keys are wrapped; the first use records it. */
extern int	wdd_current_epoch(void);

/*
 * The epoch under which new search tokens are made, and looked for; the first
 * use of a kind records it.
 */
extern int	wdd_current_token_epoch(WddSealedKind kind);

/*
 * Counts up whenever keys or epochs may have changed, for caches of what was
 * unwrapped with them.  Needs no transaction.
 */
extern uint64 wdd_key_ring_generation(void);

/* Read the source again; raises 55000, with the keys as they were, if it fails. */
extern void wdd_key_ring_reload(void);

/* What doctor() and key_status() show; raises nothing. */
typedef struct WddKeyRingStatus
{
	bool		has[WDD_LAST_EPOCH + 1];
	bool		right[WDD_LAST_EPOCH + 1];	/* its check value is the recorded one */
	bool		shared;			/* in shared memory */
	WddKeyFault fault;			/* of the last reading */
} WddKeyRingStatus;

extern void wdd_key_ring_status(WddKeyRingStatus *status);

/* The check value of an epoch of the ring; raises like the others. */
extern void wdd_key_check_value(int epoch, uint8 check_value[WDD_CHECK_VALUE_BYTES]);

/* Forget an epoch that is being retired, in shared memory, too, at commit. */
extern void wdd_key_ring_forget(int epoch);

/* Called by the hooks of the same names, where the library is preloaded. */
extern void wdd_key_ring_shmem_request(void);
extern void wdd_key_ring_shmem_startup(void);

extern void wdd_key_ring_init(void);

#endif							/* WDD_KEY_RING_H */
