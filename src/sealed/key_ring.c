/*
 * key_ring.c
 *		Master keys while the server runs (see key_ring.h).
 *
 * One struct holds the master keys, in shared memory or in the backend's own.
 * In shared memory an LWLock guards it, for as long as it takes to copy keys or
 * to derive one; the source is read outside of the lock, into memory of the
 * reader.  generation alone is read without it.
 *
 * What is derived has a fixed place per epoch and use, and is marked stale, not
 * moved, when keys or epochs change: whoever still holds a pointer reads the
 * same bytes.  The place of a key that may no longer be used is filled with
 * random bytes: with zeros, a pointer kept too long would seal for everyone.
 */
#include "postgres.h"

#include <unistd.h>

#include "access/xact.h"
#include "compat.h"
#include "crypto.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "sealed/key_ring.h"
#include "sealed/key_source.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#define TRANCHE_NAME	"wdd_privacy_keys"

/* A source that failed, or lacked an epoch, is read again after this, in ms. */
#define PAUSE			5000

typedef struct Ring
{
	LWLock	   *lock;			/* NULL: the backend's own */
	pg_atomic_uint64 generation;	/* 0: never read; counts up with the keys */
	TimestampTz attempted;		/* when reading began or ended last */
	TimestampTz sought;			/* when an epoch was missed last */
	WddKeyFault fault;			/* of the last reading */
	WddMasterKeys keys;
} Ring;

/* Uses of derived keys; tokens of a kind follow from USE_TOKEN. */
enum
{
	USE_WRAP,
	USE_UNBOUND,
	USE_SUFFIX,
	USE_TOKEN,
	N_USES = USE_TOKEN + WDD_KIND_LAST + 1
};

/* Derived keys come in lots of a page, which is what locking memory costs. */
#define LOT			128

static Ring *shared_ring = NULL;
static Ring *own_ring = NULL;

static uint8 *places[N_USES][WDD_LAST_EPOCH + 1];	/* NULL: never derived */
static bool usable[N_USES][WDD_LAST_EPOCH + 1];
static uint8 *lot = NULL;
static int	lot_left = 0;
static uint64 seen_ring = 0;	/* generations under which usable holds */
static uint64 seen_catalog = 0;

/* Epochs that this transaction retires. */
static bool forget_at_commit[WDD_LAST_EPOCH + 1];
static int	to_forget = 0;

static Size
ring_size(void)
{
	Size		page = sysconf(_SC_PAGESIZE);

	return TYPEALIGN(page, sizeof(Ring));
}

void
wdd_key_ring_shmem_request(void)
{
	RequestAddinShmemSpace(ring_size() + sysconf(_SC_PAGESIZE));
	RequestNamedLWLockTranche(TRANCHE_NAME, 1);
}

static void
warn(const WddKeyFault *fault)
{
	ereport(WARNING,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg_internal("%s", fault->message),
			 errdetail_internal("%s", fault->detail),
			 errhint("%s", fault->hint)));
}

/* Runs in the postmaster, at start and after a crash of a backend. */
void
wdd_key_ring_shmem_startup(void)
{
	Size		page = sysconf(_SC_PAGESIZE);
	bool		found;
	char	   *memory;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	memory = ShmemInitStruct("wdd_privacy keys", ring_size() + page, &found);
	shared_ring = (Ring *) TYPEALIGN(page, memory);
	if (!found)
	{
		wdd_secret_protect(shared_ring, ring_size());
		memset(shared_ring, 0, sizeof(Ring));
		pg_atomic_init_u64(&shared_ring->generation, 0);
		shared_ring->lock = &(GetNamedLWLockTranche(TRANCHE_NAME))->lock;
	}
	LWLockRelease(AddinShmemInitLock);
	if (found || !wdd_key_source_set())
		return;
	shared_ring->attempted = GetCurrentTimestamp();
	if (wdd_read_master_keys(&shared_ring->keys, &shared_ring->fault))
		pg_atomic_write_u64(&shared_ring->generation, 1);
	else
		warn(&shared_ring->fault);
}

/* Keys of a backend's own do not outlive its work. */
static void
wipe_at_exit(int code, Datum arg)
{
	if (own_ring != NULL)
		wdd_wipe(&own_ring->keys, sizeof(own_ring->keys));
	for (int use = 0; use < N_USES; use++)
	{
		for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
		{
			if (places[use][epoch] != NULL)
				wdd_wipe(places[use][epoch], WDD_KEY_BYTES);
		}
	}
}

static void *
alloc_secret(Size size)
{
	static bool registered = false;

	if (!registered)
		on_proc_exit(wipe_at_exit, (Datum) 0);
	registered = true;
	return wdd_secret_alloc(size);
}

static Ring *
get_ring(void)
{
	if (shared_ring != NULL)
		return shared_ring;
	if (own_ring == NULL)
	{
		own_ring = alloc_secret(sizeof(Ring));
		pg_atomic_init_u64(&own_ring->generation, 0);
	}
	return own_ring;
}

static void
lock_ring(Ring *ring, LWLockMode mode)
{
	if (ring->lock != NULL)
		LWLockAcquire(ring->lock, mode);
}

static void
unlock_ring(Ring *ring)
{
	if (ring->lock != NULL)
		LWLockRelease(ring->lock);
}

static bool
ring_is_empty(Ring *ring)
{
	return pg_atomic_read_u64(&ring->generation) == 0;
}

uint64
wdd_key_ring_generation(void)
{
	return pg_atomic_read_u64(&get_ring()->generation) + wdd_key_catalog_generation();
}

/*
 * Keys that were known stay in use when the source fails, and one that a
 * database has retired comes back only if the source still has it.
 */
static void
store_keys(Ring *ring, bool good, const WddMasterKeys *keys, const WddKeyFault *fault)
{
	lock_ring(ring, LW_EXCLUSIVE);
	ring->fault = *fault;
	ring->attempted = GetCurrentTimestamp();
	if (good)
	{
		memcpy(&ring->keys, keys, sizeof(*keys));
		pg_atomic_fetch_add_u64(&ring->generation, 1);
	}
	unlock_ring(ring);
}

/* Read the source; false: it failed, and *fault says why. */
static bool
load(Ring *ring, WddKeyFault *fault)
{
	static WddMasterKeys *staging = NULL;
	volatile bool good = false;

	if (staging == NULL)
		staging = alloc_secret(sizeof(*staging));
	lock_ring(ring, LW_EXCLUSIVE);
	ring->attempted = GetCurrentTimestamp();
	unlock_ring(ring);
	PG_TRY();
	{
		good = wdd_read_master_keys(staging, fault);
		store_keys(ring, good, staging, fault);
	}
	PG_FINALLY();
	{
		wdd_wipe(staging, sizeof(*staging));
	}
	PG_END_TRY();
	return good;
}

pg_noreturn static void
raise_fault(const WddKeyFault *fault)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg_internal("%s", fault->message),
			 errdetail_internal("%s", fault->detail),
			 errhint("%s", fault->hint)));
}

/*
 * Somebody needs a key that is not there.  Not everyone who does may start the
 * command: one at a time, and not again at once.  *last is when this was tried
 * last.
 */
static void
load_if_due(Ring *ring, TimestampTz *last)
{
	WddKeyFault fault;
	int			pause = PAUSE;
	bool		due;

	lock_ring(ring, LW_EXCLUSIVE);
	if (ring->fault.message[0] == '\0')
		pause += wdd_key_source_limit() * 1000; /* it may not have ended yet */
	due = TimestampDifferenceExceeds(*last, GetCurrentTimestamp(), pause);
	if (due)
		*last = GetCurrentTimestamp();
	unlock_ring(ring);
	if (due)
		(void) load(ring, &fault);
}

/* Have keys at all, whichever. */
static Ring *
filled_ring(void)
{
	Ring	   *ring = get_ring();
	WddKeyFault fault;

	if (likely(!ring_is_empty(ring)))
		return ring;
	load_if_due(ring, &ring->attempted);
	if (!ring_is_empty(ring))
		return ring;
	lock_ring(ring, LW_SHARED);
	fault = ring->fault;
	unlock_ring(ring);
	if (fault.message[0] == '\0')
	{
		strlcpy(fault.message, "keys of sealed values are being read", sizeof(fault.message));
		wdd_key_fault_detail(&fault, "Another session has started to do so.");
		wdd_key_fault_hint(&fault, "Try again in a moment.");
	}
	raise_fault(&fault);
}

void
wdd_key_ring_reload(void)
{
	WddKeyFault fault;

	if (!load(get_ring(), &fault))
		raise_fault(&fault);
}

/* Where the key of a use and epoch lies, or will. */
static uint8 *
place_of(int use, int epoch)
{
	if (places[use][epoch] == NULL)
	{
		if (lot_left == 0)
		{
			lot = alloc_secret(LOT * WDD_KEY_BYTES);
			lot_left = LOT;
		}
		places[use][epoch] = lot + --lot_left * WDD_KEY_BYTES;
	}
	return places[use][epoch];
}

static void
make_unusable(int use, int epoch)
{
	usable[use][epoch] = false;
	if (places[use][epoch] != NULL)
		wdd_random_bytes(places[use][epoch], WDD_KEY_BYTES);
}

/* Keys or epochs may have changed: nothing is usable before it was looked at. */
static void
be_fresh(void)
{
	Ring	   *ring = filled_ring();
	uint64		ring_generation = pg_atomic_read_u64(&ring->generation);
	uint64		catalog_generation = wdd_key_catalog_generation();

	if (likely(seen_ring == ring_generation && seen_catalog == catalog_generation))
		return;
	memset(usable, 0, sizeof(usable));
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
	{
		bool		retired = wdd_key_epoch(epoch)->state == WDD_EPOCH_RETIRED;

		for (int use = 0; use < N_USES; use++)
		{
			if (places[use][epoch] != NULL && (retired || !ring->keys.has[epoch]))
				make_unusable(use, epoch);
		}
		if (retired && ring->lock == NULL)
		{
			ring->keys.has[epoch] = false;
			wdd_wipe(ring->keys.key[epoch], WDD_KEY_BYTES);
		}
	}
	seen_ring = ring_generation;
	seen_catalog = catalog_generation;
}

static const char *
epochs_of(Ring *ring)
{
	static char list[WDD_LAST_EPOCH * 5];
	int			length = 0;

	list[0] = '\0';
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
	{
		if (ring->keys.has[epoch])
			length += snprintf(list + length, sizeof(list) - length, "%s%d", length ? ", " : "", epoch);
	}
	return list;
}

pg_noreturn static void
raise_missing(int epoch)
{
	Ring	   *ring = get_ring();

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("key of epoch %d is missing", epoch),
			 errdetail("The source of keys has those of epochs: %s.", epochs_of(ring)),
			 errhint("Give the source its line of the epoch back, then call wdd.reload_keys().")));
}

pg_noreturn static void
raise_retired(int epoch)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("key of epoch %d is retired", epoch),
			 errdetail("Nothing that was sealed under it can be opened any more."),
			 errhint("Values that are still needed have been sealed anew before; seal this one from its source.")));
}

pg_noreturn static void
raise_wrong(int epoch)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("key of epoch %d is not the one that this database was sealed with", epoch),
			 errdetail("Its check value is not the one in wdd.key_epoch."),
			 errhint("Give the source the right key of the epoch back, then call wdd.reload_keys().")));
}

/* Derive from a master key; false: the ring does not have it. */
static bool
derive_from_master(Ring *ring, int epoch, const char *context, uint8 *out, size_t n)
{
	bool		has;

	lock_ring(ring, LW_SHARED);
	has = ring->keys.has[epoch];
	if (has)
		wdd_keyed_hash(out, n, (const uint8 *) context, strlen(context), ring->keys.key[epoch]);
	unlock_ring(ring);
	return has;
}

#define CHECK_CONTEXT "wdd_privacy check"

/*
 * Derive from the master key of an epoch that is there, is not retired and is
 * the right one, or raise.  An epoch that this database knows and the ring does
 * not may be new at the source.
 */
static void
derive(int epoch, const char *context, uint8 *out, size_t n)
{
	Ring	   *ring = filled_ring();
	const WddKeyEpoch *known = epoch >= 1 && epoch <= WDD_LAST_EPOCH ? wdd_key_epoch(epoch) : NULL;
	uint8		check[WDD_CHECK_VALUE_BYTES];

	if (known == NULL)
		raise_missing(epoch);
	if (known->state == WDD_EPOCH_RETIRED)
		raise_retired(epoch);
	if (!derive_from_master(ring, epoch, CHECK_CONTEXT, check, sizeof(check)))
	{
		if (known->state != WDD_EPOCH_UNKNOWN)
			load_if_due(ring, &ring->sought);
		if (!derive_from_master(ring, epoch, CHECK_CONTEXT, check, sizeof(check)))
			raise_missing(epoch);
		known = wdd_key_epoch(epoch);
	}
	if (known->state != WDD_EPOCH_UNKNOWN && memcmp(check, known->check_value, sizeof(check)) != 0)
		raise_wrong(epoch);
	if (!derive_from_master(ring, epoch, context, out, n))
		raise_missing(epoch);
}

/* The longest context is that of a kind's tokens. */
static void
context_of(int use, char *context, size_t size)
{
	if (use == USE_WRAP)
		strlcpy(context, "wdd_privacy wrap", size);
	else if (use == USE_UNBOUND)
		strlcpy(context, "wdd_privacy unbound", size);
	else if (use == USE_SUFFIX)
		strlcpy(context, "wdd_privacy suffix phone", size);
	else
		snprintf(context, size, "wdd_privacy token %s", wdd_kind_name(use - USE_TOKEN));
}

static pg_noinline const uint8 *
derive_key(int use, int epoch)
{
	uint8	   *place;
	char		context[64];
	uint8		key[WDD_KEY_BYTES];

	context_of(use, context, sizeof(context));
	derive(epoch, context, key, sizeof(key));
	place = place_of(use, epoch);
	memcpy(place, key, sizeof(key));
	wdd_wipe(key, sizeof(key));
	usable[use][epoch] = true;
	return place;
}

static inline const uint8 *
derived_key(int use, int epoch)
{
	be_fresh();
	if (likely(epoch >= 1 && epoch <= WDD_LAST_EPOCH && usable[use][epoch]))
		return places[use][epoch];
	return derive_key(use, epoch);
}

const uint8 *
wdd_wrap_key(int epoch)
{
	return derived_key(USE_WRAP, epoch);
}

const uint8 *
wdd_unbound_key(int epoch)
{
	return derived_key(USE_UNBOUND, epoch);
}

const uint8 *
wdd_token_key(WddSealedKind kind, int token_epoch)
{
	Assert(wdd_kind_exists(kind));
	return derived_key(USE_TOKEN + kind, token_epoch);
}

const uint8 *
wdd_suffix_key(int token_epoch)
{
	return derived_key(USE_SUFFIX, token_epoch);
}

void
wdd_key_check_value(int epoch, uint8 check_value[WDD_CHECK_VALUE_BYTES])
{
	derive(epoch, CHECK_CONTEXT, check_value, WDD_CHECK_VALUE_BYTES);
}

int
wdd_newest_epoch(void)
{
	Ring	   *ring = filled_ring();

	for (int epoch = WDD_LAST_EPOCH; epoch > 0; epoch--)
	{
		if (ring->keys.has[epoch] && wdd_key_epoch(epoch)->state != WDD_EPOCH_RETIRED)
			return epoch;
	}
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("every key of the source of keys is retired"),
			 errdetail("The source of keys has those of epochs: %s.", epochs_of(ring)),
			 errhint("Add a line with a higher epoch and a new key to the source, then call wdd.reload_keys().")));
}

/*
 * Where the first use cannot be recorded nothing can be stored either, and
 * whatever epoch is used is gone with the statement.
 */
int
wdd_current_epoch(void)
{
	int			epoch = wdd_key_epoch_current();
	uint8		check[WDD_CHECK_VALUE_BYTES];

	if (likely(epoch != 0))
		return epoch;
	epoch = wdd_newest_epoch();
	wdd_key_check_value(epoch, check);
	if (wdd_record_first_epoch(epoch, check) && wdd_key_epoch_current() != 0)
		return wdd_key_epoch_current();
	return epoch;
}

int
wdd_current_token_epoch(WddSealedKind kind)
{
	int			epoch = wdd_token_domain_epoch(kind);

	if (likely(epoch != 0))
		return epoch;
	epoch = wdd_current_epoch();
	if (wdd_record_token_domain(kind, epoch) && wdd_token_domain_epoch(kind) != 0)
		return wdd_token_domain_epoch(kind);
	return epoch;
}

static void
forget(int epoch)
{
	Ring	   *ring = get_ring();

	lock_ring(ring, LW_EXCLUSIVE);
	ring->keys.has[epoch] = false;
	wdd_wipe(ring->keys.key[epoch], WDD_KEY_BYTES);
	if (!ring_is_empty(ring))
		pg_atomic_fetch_add_u64(&ring->generation, 1);
	unlock_ring(ring);
}

/*
 * A savepoint that was rolled back is not looked at: who needs a key that is
 * forgotten too early reads the source again.
 */
static void
transaction_ended(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT)
	{
		for (int epoch = 1; to_forget > 0 && epoch <= WDD_LAST_EPOCH; epoch++)
		{
			if (forget_at_commit[epoch])
				forget(epoch);
		}
	}
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
	{
		if (to_forget > 0)
			memset(forget_at_commit, 0, sizeof(forget_at_commit));
		to_forget = 0;
	}
}

void
wdd_key_ring_forget(int epoch)
{
	forget_at_commit[epoch] = true;
	to_forget++;
}

void
wdd_key_ring_status(WddKeyRingStatus *status)
{
	Ring	   *ring = get_ring();

	if (ring_is_empty(ring))
		load_if_due(ring, &ring->attempted);
	memset(status, 0, sizeof(*status));
	status->shared = ring->lock != NULL;
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
	{
		const WddKeyEpoch *known = wdd_key_epoch(epoch);
		uint8		check[WDD_CHECK_VALUE_BYTES];

		status->has[epoch] = derive_from_master(ring, epoch, CHECK_CONTEXT, check, sizeof(check));
		status->right[epoch] = status->has[epoch] && known->state != WDD_EPOCH_UNKNOWN &&
			memcmp(check, known->check_value, sizeof(check)) == 0;
	}
	lock_ring(ring, LW_SHARED);
	status->fault = ring->fault;
	unlock_ring(ring);
}

void
wdd_key_ring_init(void)
{
	wdd_key_source_init();
	wdd_key_catalog_init();
	RegisterXactCallback(transaction_ended, NULL);
}
