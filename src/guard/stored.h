/*
 * stored.h
 *		Checks on what INSERT, UPDATE and MERGE store.
 *
 * Storing a value is a use of its column, for the person the new row belongs
 * to; storing NULL or the column's default is not.  The checks are
 * WithCheckOptions, which PostgreSQL evaluates on the finished new row, after
 * BEFORE triggers, also for rows routed to partitions.
 */
#ifndef WDD_STORED_H
#define WDD_STORED_H

#include "postgres.h"

#include "lineage/lineage.h"

extern void wdd_check_stored(WddRelationUse *use);

/* Give the query a check option of ours. */
extern void wdd_add_check_option(WddRelationUse *use, WCOKind kind, Expr *condition);

/* Is it an UPDATE that assigns a subject column something other than NULL? */
extern bool wdd_gives_to_another_person(const WddRelationUse *use);

/*
 * The condition "every one of these columns (attribute numbers) is NULL or may
 * be stored", with Vars of range table index rti.  NULL for none.
 */
extern Expr *wdd_stored_condition(const WddProtectedRelation *rel, Bitmapset *columns, Index rti);

#endif							/* WDD_STORED_H */
