/*
 * mark.h
 *		The two texts the guard leaves in a plan.
 *
 * The *mark* stands in RangeTblEntry.enrname of every relation entry the guard
 * has dealt with (plain relations do not use that field; it is copied into the
 * flat range table, into children of inheritance and into cached plans, and is
 * not sent to parallel workers).  It tells the executor which labelled columns
 * the statement uses.  A *check* is the first argument of a check function; it
 * tells which columns that call answers for, and how.
 *
 * Both are short texts of attribute numbers: "wdd:16384/u2,3/f" and
 * "q16384/h2/s3/e".
 */
#ifndef WDD_MARK_H
#define WDD_MARK_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"

typedef struct WddMark
{
	Oid			relid;			/* the relation the entry named; a child's mark
								 * names its parent */
	Bitmapset  *used;			/* labelled columns it uses */
	bool		exempt;			/* a query of referential integrity */
	bool		gate_per_row;	/* the gate is met by checks of stored rows only */
	bool		filters_self;	/* the plan holds a check that can filter by
								 * subject */
	bool		opened;			/* moves data to a wider place: only while the
								 * glass is broken */
	uint8		fires;			/* what row triggers could do (WDD_TRIGGER_*) */
	uint8		reckoned;		/* and what the plan has checks for */
} WddMark;

extern char *wdd_mark_write(const WddMark *mark);

/* False when the text is not a mark. */
extern bool wdd_mark_read(const char *text, WddMark *mark);

typedef enum WddCheckKind
{
	WDD_CHECK_ROW = 'q',		/* may the row be seen? */
	WDD_CHECK_VALUE = 'm',		/* may the value be shown, or its mask? */
	WDD_CHECK_REQUIRED = 'r',	/* reading: raise if not */
	WDD_CHECK_STORE = 'w',		/* storing: raise if not */
	WDD_CHECK_TRIGGER = 't'		/* seen by a row trigger: raise if not */
} WddCheckKind;

typedef struct WddCheck
{
	WddCheckKind kind;
	Oid			relid;
	Bitmapset  *columns;		/* hide: a row that may not, is not there */
	Bitmapset  *strict;			/* the same where a NULL mask would say so */
	bool		first;			/* to be asked before all other conditions */
} WddCheck;

extern char *wdd_check_write(const WddCheck *check);
extern bool wdd_check_read(const text *written, WddCheck *check);

#endif							/* WDD_MARK_H */
