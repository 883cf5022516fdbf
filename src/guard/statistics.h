/*
 * statistics.h
 *		What ANALYZE keeps of labelled columns: values, most common and sampled.
 */
#ifndef WDD_STATISTICS_H
#define WDD_STATISTICS_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* Is this a catalog that holds such values? */
extern bool wdd_holds_statistics(const RangeTblEntry *rte);

/*
 * Put a filter on every such catalog that the query reads, at whatever level
 * (mostly through pg_stats and pg_stats_ext): rows of labelled columns are not
 * there, for nobody but purpose backup and a broken glass.
 */
extern void wdd_filter_statistics(Query *query);

#endif							/* WDD_STATISTICS_H */
