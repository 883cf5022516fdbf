/*
 * purpose.h
 *		What wdd.purpose, category, subject_kind, purpose_grant and duty_grant
 *		say, read once per backend and again after a change.
 *
 * A change commits with an invalidation of wdd.catalog_signal; its relcache
 * callback marks the copy stale, and the next look-up reads the tables anew
 * under a latest snapshot (also inside parallel mode).  Pointers returned stay
 * valid until the next look-up in another command: copy what must live longer.
 */
#ifndef WDD_PURPOSE_H
#define WDD_PURPOSE_H

#include "postgres.h"

#include "datatype/timestamp.h"

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
	NameData	shown;			/* truncated copy of name, for debugging only */
	char	   *name;
	char	   *basis;
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

/* 0 when there is no such kind. */
extern int16 wdd_subject_kind_by_name(const char *name);

/*
 * Does role, or a role it is a member of, hold a grant of the purpose that is
 * in force now?  Superusers get no favour: membership is looked at as if they
 * were none.
 */
extern bool wdd_purpose_granted(Oid role, int16 purpose_id);

/* Has role (or a role it is a member of) the duty?  A superuser has every one. */
extern bool wdd_has_duty(Oid role, const char *duty);

/*
 * Counts up whenever anything read here, or a role's membership, may have
 * changed (also by time: when the earliest valid_until passes).  Caches that
 * hang on the catalog compare it.  Cheap: call it per execution.
 */
extern uint64 wdd_catalog_generation(void);

extern void wdd_purpose_init(void);

#endif							/* WDD_PURPOSE_H */
