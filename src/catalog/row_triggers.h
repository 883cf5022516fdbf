/*
 * row_triggers.h
 *		Row triggers of a table and of the tree beneath it, and which of them are
 *		approved.
 *
 * A row trigger is handed whole rows, OLD and NEW, that no check of a column has
 * seen.  Who has the duty "administer" approves a trigger after reading it
 * (trigger_approval.sql); the approval holds for what was read: for the
 * trigger's fingerprint, made of its definition and of its function's source
 * and settings.
 */
#ifndef WDD_ROW_TRIGGERS_H
#define WDD_ROW_TRIGGERS_H

#include "postgres.h"

#include "catalog/trigger_approval.h"
#include "nodes/pg_list.h"

/* What row triggers that are not approved may do to a row: a set of these. */
#define WDD_TRIGGER_SEES_UPDATE 0x01	/* is handed the old row of UPDATE */
#define WDD_TRIGGER_SEES_DELETE 0x02	/* ... of DELETE */
#define WDD_TRIGGER_ALTERS_INSERT 0x04	/* may change the new row of INSERT */
#define WDD_TRIGGER_ALTERS_UPDATE 0x08	/* ... of UPDATE */

#define WDD_TRIGGER_SEES (WDD_TRIGGER_SEES_UPDATE | WDD_TRIGGER_SEES_DELETE)
#define WDD_TRIGGER_ALTERS (WDD_TRIGGER_ALTERS_INSERT | WDD_TRIGGER_ALTERS_UPDATE)

/* A user's row trigger that is not disabled. */
typedef struct WddRowTrigger
{
	Oid			relid;			/* in the tree */
	char	   *name;
	Oid			function;
	uint32		function_hash;	/* of its entry in syscache PROCOID */
	uint8		function_fingerprint[WDD_FINGERPRINT_LENGTH];	/* if approved */
	uint8		does;			/* WDD_TRIGGER_* */
	bool		approved;
} WddRowTrigger;

typedef struct WddRowTriggers
{
	List	   *members;		/* OIDs of the tree, the relation first */
	List	   *triggers;		/* of WddRowTrigger */
	uint8		unapproved;		/* what those that are not approved do */
	uint64		serial;			/* another one whenever something of the tree has changed */
} WddRowTriggers;

/*
 * Never NULL.  One look-up in a hash table when cached.  Valid until the next
 * call.  Triggers count whatever session_replication_role is: it may change
 * before they fire.
 */
extern const WddRowTriggers *wdd_row_triggers(Oid relid);

/* The first of them that is not approved and does any of that; NULL: none. */
extern const WddRowTrigger *wdd_unapproved_trigger(const WddRowTriggers *triggers, uint8 does);

/* Counts up whenever some function of the database may have changed. */
extern uint64 wdd_function_generation(void);

extern void wdd_row_triggers_init(void);

#endif							/* WDD_ROW_TRIGGERS_H */
