/*
 * reveal_view.h
 *		Reveal views: a table with sealed columns, shown through wdd.reveal().
 *
 * wdd.create_reveal_view() makes them (reveal_view.sql).  What such a view shows
 * is read from the view's own query, each time: no name and no number is stored
 * elsewhere, so that renaming, dumping and restoring need no care.
 */
#ifndef WDD_REVEAL_VIEW_H
#define WDD_REVEAL_VIEW_H

#include "postgres.h"

#include "nodes/plannodes.h"
#include "utils/rel.h"

/* A column of a view, as it stands in the view's table. */
typedef struct WddViewColumn
{
	AttrNumber	attnum;			/* in the table; 0: it is none of its columns */
	bool		is_revealed;	/* by wdd.reveal() */
} WddViewColumn;

typedef struct WddRevealView
{
	Oid			table;			/* InvalidOid: it does not show just one table */
	int			n_columns;
	WddViewColumn *columns;		/* by attribute number, from 0 */
	bool		other_triggers;	/* what it is given, triggers of users see, too */
} WddRevealView;

/* Read a view; what it points to is palloc'd. */
extern void wdd_reveal_view_read(Relation view, WddRevealView *result);

/* Does it write to its table through our trigger?  The relation must be locked. */
extern bool wdd_is_writable_reveal_view(Oid relid);

/*
 * The statement with RETURNING that is running, innermost; NULL: none.  The
 * trigger asks the table for what is returned, and for nothing else.
 */
extern const PlannedStmt *wdd_returning_statement;

#endif							/* WDD_REVEAL_VIEW_H */
