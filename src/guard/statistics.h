/*
 * statistics.h
 *		What ANALYZE keeps of labelled columns: values, most common and sampled.
 */
#ifndef WDD_STATISTICS_H
#define WDD_STATISTICS_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* Is this a catalog that holds such values? */
extern bool wdd_is_statistics_catalog(Oid relid);
extern bool wdd_holds_statistics(const RangeTblEntry *rte);

/*
 * Put a filter on every such catalog that the query reads, at whatever level
 * (mostly through pg_stats and pg_stats_ext): rows of labelled columns are not
 * there, but for purposes backup and replication and a broken glass.  Each
 * entry is marked, and a plan with an entry that is not is refused when it
 * starts: it was made before the extension, or goes around the planner.
 */
extern void wdd_filter_statistics(Query *query);
extern void wdd_require_filtered_statistics(const RangeTblEntry *rte);

#endif							/* WDD_STATISTICS_H */
