/*
 * own_objects.h
 *		OIDs of the extension's own objects in this database, and whether its
 *		SQL is of a version that this library serves.
 *
 * Each object is looked up when it is first asked for (a new connection's first
 * query pays for what it uses only), remembered by the backend, and forgotten
 * when the extension is created, dropped or updated, here or elsewhere, and
 * when such a change is rolled back.  Everything here needs a transaction.
 */
#ifndef WDD_OWN_OBJECTS_H
#define WDD_OWN_OBJECTS_H

#include "postgres.h"

/* Tables and indexes that C opens, in the order of the names in own_objects.c. */
typedef enum WddOwnRelation
{
	/* the catalog: a change of these raises wdd_own_generation() */
	WDD_REL_CATALOG_SIGNAL,
	WDD_REL_CATALOG_COPY,
	/* approvals of row triggers */
	WDD_REL_TRIGGER_APPROVAL,
	/* consents */
	WDD_REL_CONSENT_STATE,
	WDD_REL_CONSENT_SIGNAL,
	/* persons and keys */
	WDD_REL_PERSON,
	WDD_REL_KEY_EPOCH,
	WDD_REL_TOKEN_DOMAIN,
	WDD_REL_DATA_KEY,
	WDD_REL_KEY_SIGNAL,
	/* indexes; to those named BY_KEY a WddKeyType may be added */
	WDD_REL_CONSENT_STATE_BY_KEY,
	WDD_REL_CONSENT_STATE_BY_UUID,
	WDD_REL_CONSENT_STATE_BY_TEXT,
	WDD_REL_CONSENT_STATE_CHANGED,
	WDD_REL_TRIGGER_APPROVAL_BY_RELATION,
	WDD_REL_PERSON_BY_KEY,
	WDD_REL_PERSON_BY_UUID,
	WDD_REL_PERSON_BY_TEXT,
	WDD_REL_DATA_KEY_BY_PERSON
} WddOwnRelation;

#define WDD_REL_LAST_OF_CATALOG WDD_REL_CATALOG_COPY
#define WDD_REL_FIRST_INDEX WDD_REL_CONSENT_STATE_BY_KEY
#define WDD_N_OWN_RELATIONS (WDD_REL_DATA_KEY_BY_PERSON + 1)

/* Functions that the guard puts into plans. */
typedef enum WddOwnFunction
{
	WDD_FUNC_ROW_PERMITTED,		/* (text, "any"): false hides or masks */
	WDD_FUNC_ROW_REQUIRED,		/* (text, "any"): raises instead */
	WDD_FUNC_MASK,				/* (text, text) */
	WDD_FUNC_MASK_INET,			/* (inet, text) */
	WDD_FUNC_STATISTICS_SHOWN,	/* (oid, smallint) */
	WDD_FUNC_EXTENDED_STATISTICS_SHOWN,	/* (oid) */
	WDD_FUNC_SECOND_WALL,		/* (regclass): of policies, see guard/second_wall.h */
	WDD_FUNC_SECOND_WALL_REST,	/* (regclass) */
	/* and those that it knows where it meets them */
	WDD_FUNC_SEAL_ROW,			/* trigger function, see sealed/seal_row.c */
	WDD_FUNC_SEAL_FROM			/* the same, see sealed/seal_column.c */
} WddOwnFunction;

#define WDD_N_OWN_FUNCTIONS (WDD_FUNC_SEAL_FROM + 1)

/*
 * Does the extension exist in this database?  Almost free when it was asked
 * before; raises nothing.
 */
extern bool wdd_extension_exists(void);

/* The role that owns the extension; invalid when it is not there.  Reads the catalog. */
extern Oid	wdd_extension_owner(void);

/*
 * The extension's schema (whatever it is called by now); InvalidOid when the
 * extension does not exist.
 */
extern Oid	wdd_own_schema(void);

/*
 * The OID of an own object.  Raises 55000 when the extension or the object does
 * not exist: to be asked only where the extension is known to exist.
 */
extern Oid	wdd_own_relation(WddOwnRelation which);
extern Oid	wdd_own_function(WddOwnFunction which);

/* The same for a function by its name and n argument types; not remembered. */
extern Oid	wdd_own_function_named(const char *name, int n, const Oid *argument_types);

/* Is this one of the functions of the list?  Raises nothing. */
extern bool wdd_is_own_function(Oid function, WddOwnFunction which);

/*
 * Is this one of the check functions?  Raises nothing, also while the install
 * script has not made them yet.  The extension must exist.
 */
extern bool wdd_is_check_function(Oid function);

/* Is the extension's SQL of a version that this library serves? */
extern bool wdd_version_served(void);

/*
 * Raise 55000 unless it is.  Called before a protected relation is used, never
 * otherwise, so that ALTER EXTENSION UPDATE always runs.
 */
extern void wdd_require_served_version(void);

/*
 * Counts up whenever the extension or its catalog may have changed.  Needs no
 * transaction.
 */
extern uint64 wdd_own_generation(void);

/*
 * Tell every backend, at commit, that the catalog or the extension's version
 * changed.  The triggers on the catalog's tables call it, and the utility hook
 * after ALTER EXTENSION wdd_privacy.
 */
extern void wdd_signal_catalog_change(void);

extern void wdd_own_objects_init(void);

#endif							/* WDD_OWN_OBJECTS_H */
