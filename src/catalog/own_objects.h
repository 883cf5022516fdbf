/*
 * own_objects.h
 *		OIDs of the extension's own objects in this database, and whether its
 *		SQL is of a version that this library serves.
 *
 * The OIDs are looked up once per backend and forgotten when the extension is
 * created, dropped or updated.  Needs a transaction.
 */
#ifndef WDD_OWN_OBJECTS_H
#define WDD_OWN_OBJECTS_H

#include "postgres.h"

typedef struct WddOwnObjects
{
	Oid			schema;
	/* relations */
	Oid			service,
				subject_kind,
				category,
				purpose,
				purpose_grant,
				duty_grant,
				person,
				consent_event,
				consent_state,
				consent_signal,
				catalog_signal;
	/* indexes of consent_state and person, by key type (see WddKeyType) */
	Oid			consent_state_by_key[3];
	Oid			consent_state_changed;
	Oid			person_by_key[3];
	/* functions the guard puts into plans: (mark text, VARIADIC "any") */
	Oid			row_permitted;	/* false hides or masks */
	Oid			row_required;	/* raises instead of returning false */
	Oid			store_permitted;	/* for new rows; raises */
} WddOwnObjects;

/* NULL when the extension does not exist in this database.  Raises nothing. */
extern const WddOwnObjects *wdd_own_objects(void);

/*
 * Raise 55000 unless the extension's SQL version is one that this library
 * serves.  Called before a protected relation is used, never otherwise.
 */
extern void wdd_require_served_version(void);

extern void wdd_own_objects_init(void);

#endif							/* WDD_OWN_OBJECTS_H */
