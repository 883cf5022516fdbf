/*
 * key_catalog.h
 *		What this database says of epochs: wdd.key_epoch and wdd.token_domain.
 *
 * Read once per backend and again after a change (a trigger invalidates the
 * tables), under a latest snapshot that sees the transaction's own changes.
 * Needs a transaction and an existing extension.
 */
#ifndef WDD_KEY_CATALOG_H
#define WDD_KEY_CATALOG_H

#include "postgres.h"

#include "sealed/key_lines.h"
#include "sealed/kind.h"

#define WDD_CHECK_VALUE_BYTES 16

typedef enum WddEpochState
{
	WDD_EPOCH_UNKNOWN,			/* this database does not know the epoch */
	WDD_EPOCH_CURRENT,
	WDD_EPOCH_PREVIOUS,
	WDD_EPOCH_RETIRED
} WddEpochState;

typedef struct WddKeyEpoch
{
	WddEpochState state;
	uint8		check_value[WDD_CHECK_VALUE_BYTES]; /* unless unknown */
} WddKeyEpoch;

/* What is known of an epoch (0 to WDD_LAST_EPOCH); valid until the next call. */
extern const WddKeyEpoch *wdd_key_epoch(int epoch);

/* The epoch whose state is current; 0: there is none yet. */
extern int	wdd_key_epoch_current(void);

/* The epoch of a kind's search tokens; 0: none yet. */
extern int	wdd_token_domain_epoch(WddSealedKind kind);

/*
 * Counts up whenever any of this may have changed.  Needs no transaction; cheap
 * enough for every value.
 */
extern uint64 wdd_key_catalog_generation(void);

/*
 * Record the first epoch, or the epoch of a domain, unless somebody has done so;
 * false where nothing can be written (standby, read-only, parallel query).
 */
extern bool wdd_record_first_epoch(int epoch, const uint8 *check_value);
extern bool wdd_record_token_domain(WddSealedKind kind, int epoch);

extern void wdd_key_catalog_init(void);

#endif							/* WDD_KEY_CATALOG_H */
