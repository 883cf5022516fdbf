/*
 * view_target.h
 *		Queries that write to a reveal view (sealed/reveal_view.h).
 *
 * PostgreSQL reads the view's rows as a subquery, and hands each as a whole to
 * the trigger, which writes to the table by a statement of its own.
 */
#ifndef WDD_VIEW_TARGET_H
#define WDD_VIEW_TARGET_H

#include "postgres.h"

#include "nodes/parsenodes.h"
#include "sealed/reveal_view.h"

/* 0A000 for ON CONFLICT, which PostgreSQL would leave out, or look for an index of the view. */
extern void wdd_refuse_conflict_of_view(Query *query);

/*
 * Take out of the rows that are handed to the trigger what it has no need of:
 * columns with labels that are neither assigned nor returned, nor in a key.  So
 * they are not used, as they would not be in a statement on the table.
 */
extern void wdd_narrow_view_rows(Query *query);

/*
 * Does the query write to such a view?  Then what it shows, and in *rows the
 * entry of the rows that UPDATE reads (0: none).
 */
extern bool wdd_writes_reveal_view(Query *query, WddRevealView *view, Index *rows);

/*
 * MERGE into such a view is refused by the parser, before any hook is asked; the
 * error is told of when it is reported: it gets a HINT.  Only that message is
 * looked at, which leaves the transaction's catalogs as they were.
 */
extern void wdd_hint_at_table(ErrorData *error);

#endif							/* WDD_VIEW_TARGET_H */
