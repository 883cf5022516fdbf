/*
 * referential.h
 *		The queries by which PostgreSQL keeps foreign keys.
 *
 * They run inside the triggers of referential integrity, show nothing to
 * anybody, and must see every row.  The flag that PostgreSQL sets for them is
 * inherited by code that runs inside (a trigger under CASCADE, a default under
 * SET DEFAULT), so the query must have their shape, too.
 */
#ifndef WDD_REFERENTIAL_H
#define WDD_REFERENTIAL_H

#include "postgres.h"

#include "compat.h"
#include "nodes/parsenodes.h"

extern bool wdd_is_referential(Query *query);

/*
 * While ALTER TABLE ... DETACH PARTITION runs (or, with InvalidOid, anything
 * else that ALTER TABLE does), PostgreSQL's own query for rows that still refer
 * to the partition is one of these, too.  What begin returns goes to end, also
 * after an error.
 */
typedef struct WddDetaching
{
	Oid			partition;
	ErrorContextCallback *context;	/* of the statement itself */
} WddDetaching;

extern WddDetaching wdd_begin_detaching(Oid partition);
extern void wdd_end_detaching(WddDetaching outer);

/*
 * For ExecutorCheckPerms_hook when it is asked without raising, as the bulk
 * validation of a new foreign key does.  That query is flagged by nothing; where
 * it reads labelled columns, the answer is no, and PostgreSQL validates row by
 * row with queries that are.  checked: what the hook was given (compat.h).
 */
extern bool wdd_bulk_validation_allowed(List *checked);

#endif							/* WDD_REFERENTIAL_H */
