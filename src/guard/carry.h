/*
 * carry.h
 *		What a query stores must stay as protected as it was.
 *
 * A value that INSERT, UPDATE, MERGE, CREATE TABLE AS or REFRESH stores *carries*
 * the labels of what it is made of (origin.h).  It may be stored where
 *
 * - the target column's label is equal or narrower (label_order.h), and
 * - the row it lands in belongs to the same person: each subject of the source's
 *   row comes from that row into a subject of the target's row (a source
 *   without subjects may go into a table without).
 *
 * Else 42501, for every purpose, backup too; a broken glass opens.  Functions
 * that a query calls are planned by themselves: what they return carries nothing.
 */
#ifndef WDD_CARRY_H
#define WDD_CARRY_H

#include "postgres.h"

#include "lineage/lineage.h"

/* A query whose result a utility statement puts into a relation. */
typedef struct WddStoring
{
	const char *query_string;	/* by whose address the query is known */
	Oid			relid;			/* a materialized view; invalid: a new table */
} WddStoring;

/*
 * Check all that query (after the lineage walk, before the rewrite) stores.
 * storing: where its result goes, or NULL.  Sets lineage->opened when only a
 * broken glass lets it pass.
 */
extern void wdd_check_carry(Query *query, WddLineage *lineage, const WddStoring *storing);

#endif							/* WDD_CARRY_H */
