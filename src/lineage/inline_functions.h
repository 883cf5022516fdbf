/*
 * inline_functions.h
 *		Set-returning SQL functions in FROM, before the planner inlines them.
 *
 * The planner would inline them after planner_hook, and their tables would
 * escape the guard.  So the guard does it first, with PostgreSQL's own code.
 */
#ifndef WDD_INLINE_FUNCTIONS_H
#define WDD_INLINE_FUNCTIONS_H

#include "postgres.h"

#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"

/*
 * Inline in place, at every level.  Returns the invalidation items that the
 * finished plan must carry (a change of an inlined function); *depends_on_role
 * says whether row security of an inlined query makes it the current role's.
 */
extern List *wdd_inline_functions(Query *query, ParamListInfo params, bool *depends_on_role);

#endif							/* WDD_INLINE_FUNCTIONS_H */
