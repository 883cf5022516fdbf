/*
 * joining.h
 *		Code that a table brings along when it joins a labelled tree.
 */
#ifndef WDD_JOINING_H
#define WDD_JOINING_H

#include "postgres.h"

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

#endif							/* WDD_JOINING_H */
