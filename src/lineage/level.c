/*
 * level.c
 *		See level.h.
 */
#include "postgres.h"

#include "lineage/level.h"
#include "parser/parsetree.h"

/* More references to CTEs within CTEs are not told apart. */
#define WDD_PATH_MAX_DEPTH 4

WddLevel *
wdd_level_of_var(WddLevel *level, const Var *var, RangeTblEntry **rte)
{
	for (Index up = 0; up < var->varlevelsup; up++)
	{
		if (level->parent == NULL)
			elog(ERROR, "Var of an outer query that is not there");
		level = level->parent;
	}
	*rte = rt_fetch(var->varno, level->query->rtable);
	return level;
}

WddLevel *
wdd_level_within(WddLevel *level, Query *query)
{
	WddLevel   *result = palloc(sizeof(WddLevel));

	*result = *level;
	result->query = query;
	result->parent = level;
	result->from = level;
	return result;
}

static CommonTableExpr *
find_cte(WddLevel **owner, const RangeTblEntry *rte)
{
	ListCell   *lc;

	for (Index up = 0; up < rte->ctelevelsup && *owner; up++)
		*owner = (*owner)->parent;
	if (*owner)
		foreach(lc, (*owner)->query->cteList)
			if (strcmp(((CommonTableExpr *) lfirst(lc))->ctename, rte->ctename) == 0)
				return lfirst(lc);
	elog(ERROR, "could not find CTE \"%s\"", rte->ctename);
	return NULL;
}

WddLevel *
wdd_level_below(WddLevel *level, RangeTblEntry *rte, Index rti)
{
	WddLevel   *owner = level;
	WddLevel   *result;

	if (rte->rtekind == RTE_SUBQUERY)
		return wdd_level_within(level, rte->subquery);
	result = wdd_level_within(level, castNode(Query, find_cte(&owner, rte)->ctequery));
	result->parent = owner;
	if (rte->self_reference || (level->path && level->path->depth >= WDD_PATH_MAX_DEPTH))
		result->other_rows = true;
	else
	{
		WddPath    *path = palloc(sizeof(WddPath));

		path->outer = level->path;
		path->referrer = level->query;
		path->rti = rti;
		path->depth = level->path ? level->path->depth + 1 : 1;
		result->path = path;
	}
	return result;
}

Node *
wdd_excluded_value(WddLevel *level, Index rti, AttrNumber attnum, bool *is_excluded)
{
	OnConflictExpr *conflict = level->query->onConflict;
	TargetEntry *entry;

	*is_excluded = conflict && conflict->action == ONCONFLICT_UPDATE && conflict->exclRelIndex == rti;
	if (!*is_excluded)
		return NULL;
	if (attnum == InvalidAttrNumber)
		return (Node *) level->query->targetList;
	entry = get_tle_by_resno(level->query->targetList, attnum);
	return entry ? (Node *) entry->expr : NULL;
}

List *
wdd_outputs(Query *query)
{
	return query->commandType == CMD_SELECT ? query->targetList : query->returningList;
}

static bool
same_path(const WddPath *a, const WddPath *b)
{
	for (; a && b; a = a->outer, b = b->outer)
		if (a->referrer != b->referrer || a->rti != b->rti)
			return false;
	return a == b;
}

bool
wdd_same_level(const WddLevel *a, const WddLevel *b)
{
	return a->query == b->query && a->other_rows == b->other_rows && same_path(a->path, b->path);
}

bool
wdd_is_within(const WddLevel *inner, const WddLevel *outer)
{
	for (; inner; inner = inner->from)
		if (wdd_same_level(inner, outer))
			return true;
	return false;
}
