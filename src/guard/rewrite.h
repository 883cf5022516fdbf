/*
 * rewrite.h
 *		Putting the checks into a query.
 *
 * For every protected relation entry that lineage found: a row check at its
 * scan, a CASE around values that may be masked or must raise, check options
 * for what is stored, and the mark.
 */
#ifndef WDD_REWRITE_H
#define WDD_REWRITE_H

#include "postgres.h"

#include "guard/mark.h"
#include "lineage/lineage.h"

/* filter_self: the statement is planned under purpose "self". */
extern void wdd_rewrite(WddLineage *lineage, bool filter_self);

/*
 * Mark a query of referential integrity.  It needs no check, unless it gives
 * rows to another person (ON UPDATE CASCADE, SET DEFAULT on a subject column):
 * the table whose key it follows need not be protected, so nothing but a check
 * of this query stands between the two persons.  Then each row that it changes
 * meets gate and check; without such a row nothing is refused.
 */
extern void wdd_mark_referential(WddLineage *lineage);

/*
 * The call of a check function over the subjects of rel: wdd.row_permitted or
 * wdd.row_required, with Vars of range table index rti.
 */
extern Expr *wdd_check_call(const WddProtectedRelation *rel, const WddCheck *check,
							Index rti, Index levels_up);

#endif							/* WDD_REWRITE_H */
