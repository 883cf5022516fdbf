/*
 * guard.h
 *		The planner's way in: every query passes here once per planning.
 */
#ifndef WDD_GUARD_H
#define WDD_GUARD_H

#include "postgres.h"

#include "guard/carry.h"
#include "nodes/plannodes.h"
#include "optimizer/planner.h"

/*
 * Set while a utility statement runs that puts what it selects into a table;
 * what is planned meanwhile must raise where it would mask.
 */
extern bool wdd_result_is_stored;

/* The query of that statement itself; NULL where none runs. */
extern const WddStoring *wdd_storing;

extern PlannedStmt *wdd_plan(Query *parse, const char *query_string, int cursor_options,
							 ParamListInfo params,
							 PlannedStmt *(*next) (Query *, const char *, int, ParamListInfo));

#endif							/* WDD_GUARD_H */
