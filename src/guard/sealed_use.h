/*
 * sealed_use.h
 *		wdd.reveal() and wdd.mask() of sealed values, in a query under the guard.
 *
 * What users write does nothing but refuse.  Here it becomes a call that knows
 * the row: reveal(t.phone) becomes reveal_row('t phone', t.phone, t.subject),
 * which opens the value only if it is that person's and that column's.  Where
 * the value has come a longer way (through a subquery, CASE, an array), the
 * columns are wrapped where they are read, in sealed_verified(), and
 * reveal_verified() opens what was verified.  reveal(x) = y becomes x = y, for
 * which indexes can be used.  What a sorted statement selects is revealed after
 * the sort, also where a view or subquery reveals it.
 */
#ifndef WDD_SEALED_USE_H
#define WDD_SEALED_USE_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* To be called before lineage looks at the query.  42501 for own calls of ours. */
extern void wdd_rewrite_sealed(Query *query);

#endif							/* WDD_SEALED_USE_H */
