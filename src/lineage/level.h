/*
 * level.h
 *		Moving between the levels of a query (see origin.h).
 */
#ifndef WDD_LEVEL_H
#define WDD_LEVEL_H

#include "postgres.h"

#include "lineage/origin.h"

/* The level that a Var belongs to; *rte becomes its entry there. */
extern WddLevel *wdd_level_of_var(WddLevel *level, const Var *var, RangeTblEntry **rte);

/* The query that entry rti of level, a subquery or a CTE, stands for. */
extern WddLevel *wdd_level_below(WddLevel *level, RangeTblEntry *rte, Index rti);

/* A query nested in level: an arm of UNION, a sub-select of an expression. */
extern WddLevel *wdd_level_within(WddLevel *level, Query *query);

/* What an entry's column attnum is made of where the entry is EXCLUDED; else NULL. */
extern Node *wdd_excluded_value(WddLevel *level, Index rti, AttrNumber attnum, bool *is_excluded);

/* Output columns, by resno. */
extern List *wdd_outputs(Query *query);

/* Do a and b see the same query by the same way? */
extern bool wdd_same_level(const WddLevel *a, const WddLevel *b);

/* Is inner at, or somewhere within, what outer is? */
extern bool wdd_is_within(const WddLevel *inner, const WddLevel *outer);

#endif							/* WDD_LEVEL_H */
