/*
 * row_trigger.h
 *		Row triggers as uses of columns.
 *
 * A row trigger that is not approved (catalog/row_triggers.h) counts as a use of
 * every labelled column of the rows it is handed: the purpose must be on every
 * label, and the person of each row must permit it, or the statement raises
 * before the trigger fires.  One that could alter the new row counts as storing
 * every labelled column.
 */
#ifndef WDD_ROW_TRIGGER_H
#define WDD_ROW_TRIGGER_H

#include "postgres.h"

#include "compat.h"
#include "guard/gate.h"
#include "guard/mark.h"
#include "lineage/lineage.h"

/*
 * Planning: for the target of a write.  Puts the check of old rows into the
 * query, notes in mark and use->triggers what has to be reckoned with, and in
 * the lineage what the plan depends on.
 */
extern void wdd_reckon_with_triggers(WddLineage *lineage, WddRelationUse *use, WddMark *mark);

/*
 * Start of execution: the gate for what triggers see.  Also refuses if the
 * triggers are others than those the plan was made for.
 */
extern void wdd_gate_triggers(const WddActing *acting, const WddMark *mark);

/* The same for a relation that the plan writes but that carries no mark. */
extern void wdd_gate_unmarked_target(const WddProtectedRelation *rel);

/* COPY FROM checks rows before BEFORE triggers get at them. */
extern void wdd_refuse_copy_triggers(const WddProtectedRelation *rel);

/* Raise, for a row check: the person of this row does not permit it. */
pg_noreturn extern void wdd_refuse_trigger(const WddProtectedRelation *rel, const char *rule);

/*
 * The trigger, not approved, that may have put the value there which a check of
 * the marked plan on stored values refuses; NULL: none could.
 */
extern const char *wdd_altering_trigger(const WddProtectedRelation *rel, const WddMark *mark);

#endif							/* WDD_ROW_TRIGGER_H */
