/*
 * lineage.h
 *		Which columns of which relations a query really uses, and for what.
 *
 * After rewriting, views are subqueries.  Starting from the outputs that are
 * really needed, the walk goes down the Query and collects, for each protected
 * relation entry, the columns that are used, wherever they are used.  An output
 * of a subquery or CTE that nobody needs is not used; it is replaced by NULL,
 * so that it cannot be computed either.  Where the walk is unsure, a column is
 * used.
 */
#ifndef WDD_LINEAGE_H
#define WDD_LINEAGE_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "nodes/parsenodes.h"

/* How a column is used: a set of these. */
#define WDD_USE_READ	0x01	/* at all */
#define WDD_USE_QUAL	0x02	/* in a condition */
#define WDD_USE_LEAKY	0x04	/* in a condition, by a function not known to be harmless */
#define WDD_USE_STORED	0x08	/* its value goes into a table: a mask must not */
#define WDD_USE_TARGET	0x10	/* of the row being written: SET, RETURNING, conflict, merge,
								 * or, wherever it stands, a sub-select */
#define WDD_USE_LEAKPROOF 0x20	/* in a condition, by a function that somebody
								 * declared LEAKPROOF */
#define WDD_USE_COMPUTED 0x40	/* elsewhere, by a function not known to be harmless */

/* One protected relation entry of one query level. */
typedef struct WddRelationUse
{
	Query	   *query;			/* the level it stands in */
	Index		rti;
	RangeTblEntry *rte;
	const WddProtectedRelation *rel;
	bool		is_target;		/* written by query */
	bool		leaky;			/* some condition on it is WDD_USE_LEAKY, on
								 * whatever column */
	bool		computed;		/* something is WDD_USE_COMPUTED, of whatever
								 * column */
	Oid			declared_leakproof; /* a function declared LEAKPROOF, by
								 * others than PostgreSQL, in a condition */
	int			n_uses;			/* length of uses */
	uint8	   *uses;			/* by index into rel->columns: WDD_USE_* */
	bool		stays_here;		/* nothing made of its labelled columns may be
								 * evaluated by a foreign server; the guard's */
	uint8		triggers;		/* what row triggers do that are not approved
								 * (WDD_TRIGGER_*): see row_trigger.h */
} WddRelationUse;

typedef struct WddLineage
{
	List	   *relations;		/* of WddRelationUse */
	List	   *others;			/* RangeTblEntry * of unprotected relations: to
								 * be left alone */
	bool		tells;			/* some condition, of whatever columns or of none,
								 * may tell that it was reached */
	bool		calls_checks;	/* names a check function itself */
	bool		opened;			/* moves data to a wider place, by a broken glass */
	List	   *trigger_relations;	/* OIDs: whose row triggers the plan depends
									 * on */
	List	   *trigger_functions;	/* of PlanInvalItem */
} WddLineage;

/*
 * Walk the query, replacing unneeded outputs by NULL in place.  stores_result:
 * what it selects goes into a table (CREATE TABLE AS and its kin).
 */
extern WddLineage *wdd_lineage(Query *query, bool stores_result);

#endif							/* WDD_LINEAGE_H */
