/*
 * origin.h
 *		Which protected columns a value is made of, and of which rows.
 *
 * What stands in a value counts: also conditions of CASE, arguments of functions
 * and of aggregates, and what a sub-select gives.  What only decides which rows
 * there are does not: WHERE, joins, FILTER, EXISTS, ordering, limits; nor does
 * count().  A subject column without label is no origin.
 *
 * A *row* is named by the query, the range table index, and the references to
 * CTEs by which it is seen: two references to one CTE give different rows.
 */
#ifndef WDD_ORIGIN_H
#define WDD_ORIGIN_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "nodes/parsenodes.h"

/* A reference to a CTE, and those around it; at most WDD_PATH_MAX_DEPTH. */
typedef struct WddPath
{
	struct WddPath *outer;
	Query	   *referrer;
	Index		rti;
	int			depth;
} WddPath;

/* A query as it is seen from one place. */
typedef struct WddLevel
{
	Query	   *query;
	struct WddLevel *parent;	/* where its Vars of outer levels lead */
	struct WddLevel *from;		/* where it is referred to: for a CTE, another */
	WddPath    *path;
	bool		other_rows;		/* rows not of the row at hand: of an earlier step of
								 * recursion, or too deep to tell */
	bool		unmatched;		/* MERGE: rows that its condition does not hold for */
} WddLevel;

typedef struct WddOrigin
{
	WddLevel   *level;
	Index		rti;			/* of a protected relation in level->query */
	const WddProtectedRelation *rel;
	const WddProtectedColumn *column;	/* NULL: another column of a table that has
										 * purposes itself */
	bool		other_rows;		/* as above, or of a window */
} WddOrigin;

/* The origins (WddOrigin) of the value of expr, which stands in level. */
extern List *wdd_origins(WddLevel *level, Node *expr);

/*
 * Is expr, in level, always the value that column attnum has in the origin's
 * row: itself, through subqueries, or by a condition that makes them equal?
 */
extern bool wdd_comes_from(WddLevel *level, Node *expr, const WddOrigin *origin, AttrNumber attnum);

#endif							/* WDD_ORIGIN_H */
