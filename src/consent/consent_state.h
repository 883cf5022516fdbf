/*
 * consent_state.h
 *		wdd.consent_state as C sees it: columns, indexes, what a set is of, and
 *		whether this transaction changed it.
 */
#ifndef WDD_CONSENT_STATE_H
#define WDD_CONSENT_STATE_H

#include "postgres.h"

#include "consent/consent_cache.h"

/* Columns of wdd.consent_state (ledger.sql). */
#define Anum_consent_state_purpose_id		1
#define Anum_consent_state_category_id		2
#define Anum_consent_state_kind_id			3
#define Anum_consent_state_key_integer		4
#define Anum_consent_state_key_uuid			5
#define Anum_consent_state_key_text			6
#define Anum_consent_state_permitted		7
#define Anum_consent_state_changed_xid		10
#define Natts_consent_state					10

#define wdd_consent_key_column(key_type) \
	(Anum_consent_state_key_integer + (int) (key_type))

/* Columns of the indexes consent_state_integer, _uuid and _text. */
#define Anum_consent_by_key_purpose_id		1
#define Anum_consent_by_key_kind_id			2
#define Anum_consent_by_key_key				3
#define Anum_consent_by_key_category_id		4
#define Anum_consent_by_key_permitted		5	/* INCLUDE */

/* The category that stands for every category. */
#define WDD_CATEGORY_ALL		0

/*
 * Whose answers a view or a set tells.  The OID of consent_signal is part of
 * it, so that a set of an extension that was dropped is never taken for one of
 * the extension created anew.  Compared as bytes: no padding.
 */
typedef struct WddConsentScope
{
	Oid			signal_relation;
	int16		purpose_id;
	int16		category_id;
	int16		kind_id;
	uint8		key_type;
	uint8		silence_permits;
} WddConsentScope;

/*
 * Has this transaction, or a subtransaction of it even if it rolled back,
 * written wdd.consent_state?  Known in the backend that wrote, not in its
 * parallel workers.
 */
extern bool wdd_consent_changed_here(void);

extern void wdd_consent_trigger_init(void);

#endif							/* WDD_CONSENT_STATE_H */
