/*
 * purpose.h
 *		What the tables of the catalog say of purposes, categories, subject
 *		kinds, grants and duties, read once per backend and again after a change.
 *
 * A change commits with an invalidation of wdd.catalog_signal (signal.sql), and
 * the next look-up reads anew, under a latest snapshot (also inside parallel
 * mode and in parallel workers) that sees the transaction's own changes.
 * Pointers returned stay valid until the end of the transaction.  All functions
 * need a transaction and an existing extension (see wdd_extension_exists) of a
 * version that is served.
 */
#ifndef WDD_PURPOSE_H
#define WDD_PURPOSE_H

#include "postgres.h"

/* Longest name of a purpose, in bytes; see wdd.check_name(). */
#define WDD_NAME_MAX_LENGTH 63

typedef enum WddBuiltInPurpose
{
	WDD_PURPOSE_NONE = 0,
	WDD_PURPOSE_SELF = 1,
	WDD_PURPOSE_BACKUP = 2,
	WDD_PURPOSE_RESTORE = 3,
	WDD_PURPOSE_REPLICATION = 4
} WddBuiltInPurpose;

typedef struct WddPurpose
{
	int16		id;
	char	   *name;
	bool		silence_permits;
	bool		refusable;		/* a person may withdraw or object */
	bool		case_reference_required;
	bool		aggregate_only;
	bool		on_every_label; /* built in, or basis authority */
	bool		built_in;
} WddPurpose;

/* NULL when there is no such purpose. */
extern const WddPurpose *wdd_purpose_by_name(const char *name);
extern const WddPurpose *wdd_purpose_by_id(int16 id);

/* 0 when there is no such category; *sensitive may be NULL. */
extern int16 wdd_category_by_name(const char *name, bool *sensitive);

/* The built-in subject kind "account", which needs no look-up. */
#define WDD_KIND_ACCOUNT 1

/* 0 when there is no such kind. */
extern int16 wdd_subject_kind_by_name(const char *name);

/*
 * Does role, or a role it is a member of, hold a grant of the purpose that is
 * in force now?  Superusers get no favour: membership is looked at as if they
 * were none.
 */
extern bool wdd_purpose_granted(Oid role, int16 purpose_id);

/* The role's name as a literal of type regrole, for commands in HINTs. */
extern char *wdd_role_literal(Oid role);

/* Is it the name of a duty?  (administer, officer, record_consent, break_glass) */
extern bool wdd_duty_exists(const char *duty);

/* Has role (or a role it is a member of) the duty?  A superuser has every one. */
extern bool wdd_has_duty(Oid role, const char *duty);

/*
 * Counts up whenever anything read here, or a role's membership, may have
 * changed (also by time: when the earliest valid_until passes).  Caches that
 * hang on the catalog compare it.  Cheap: call it per execution.  What other
 * backends committed counts once AcceptInvalidationMessages() has run: the
 * functions above see to that.
 */
extern uint64 wdd_catalog_generation(void);

extern void wdd_purpose_init(void);

#endif							/* WDD_PURPOSE_H */
