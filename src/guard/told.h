/*
 * told.h
 *		What expressions over stored rows (stored_code.h) tell while they run.
 */
#ifndef WDD_TOLD_H
#define WDD_TOLD_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/nodes.h"

/*
 * The labelled columns, by the relation's own numbers, that CHECK constraints and
 * indexes of the relation, or of a member of the tree beneath it, hand to
 * functions that are not trusted, whenever a row is written.  Such ones are of a
 * time before the labels.  Cached; not to be changed.
 */
extern Bitmapset *wdd_columns_told(Oid relid);

/*
 * May the utility statement evaluate expressions over labelled columns: of
 * constraints, conversions, indexes, statistics?  Then its data errors show
 * values.
 */
extern bool wdd_evaluates_labelled(Node *statement);

/*
 * A table that became a child of a labelled one: 42501 if its constraints,
 * indexes or partition key, which may be older, tell a function of labelled columns.
 */
extern void wdd_check_child_code(Oid child);

/*
 * Before a partition is attached or made: 42501 if the partition key of parent,
 * or of one above it, does; all rows of the child would be told.
 */
extern void wdd_check_partition_key(Oid parent);

#endif							/* WDD_TOLD_H */
