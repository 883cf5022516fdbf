/*
 * origin.c
 *		The walk behind wdd_origins() (see origin.h).
 *
 * Outputs of queries are looked into once per value, whatever refers to them,
 * so the walk ends, also for recursive CTEs, and takes no longer than the query
 * is large.
 */
#include "postgres.h"

#include "compat.h"
#include "lineage/level.h"
#include "lineage/origin.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"

typedef struct Visit
{
	WddLevel   *level;
	int			attno;
	bool		other_rows;
} Visit;

typedef struct Search
{
	List	   *origins;
	List	   *visits;			/* outputs looked into */
} Search;

typedef struct Position
{
	Search	   *search;
	WddLevel   *level;			/* of Vars with varlevelsup 0 */
	bool		other_rows;
} Position;

static bool origin_walker(Node *node, Position *position);

static void
search_expr(Search *search, WddLevel *level, Node *expr, bool other_rows)
{
	Position	position = {search, level, other_rows || level->other_rows};

	if (expr)
		origin_walker(expr, &position);
}

static void
search_output(Search *search, WddLevel *level, TargetEntry *entry, bool other_rows)
{
	ListCell   *lc;
	Index		rti = 0;
	Visit	   *visit;

	check_stack_depth();
	foreach(lc, search->visits)
	{
		visit = lfirst(lc);
		if (visit->attno == entry->resno && visit->other_rows == other_rows &&
			wdd_same_level(visit->level, level))
			return;
	}
	visit = palloc(sizeof(Visit));
	visit->level = level;
	visit->attno = entry->resno;
	visit->other_rows = other_rows;
	search->visits = lappend(search->visits, visit);
	if (level->query->setOperations == NULL)
	{
		search_expr(search, level, (Node *) entry->expr, other_rows);
		return;
	}
	/* every arm gives its column of the same number */
	foreach(lc, level->query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		TargetEntry *of_arm;

		rti++;
		if (rte->rtekind != RTE_SUBQUERY)
			continue;
		of_arm = get_tle_by_resno(wdd_outputs(rte->subquery), entry->resno);
		if (of_arm)
			search_output(search, wdd_level_below(level, rte, rti), of_arm, other_rows);
	}
}

/* Output attno of a query; all of them when there is none of that number. */
static void
search_outputs(Search *search, WddLevel *level, int attno, bool other_rows)
{
	TargetEntry *entry = attno > 0 ? get_tle_by_resno(wdd_outputs(level->query), attno) : NULL;
	ListCell   *lc;

	if (entry)
	{
		search_output(search, level, entry, other_rows);
		return;
	}
	foreach(lc, wdd_outputs(level->query))
		if (!((TargetEntry *) lfirst(lc))->resjunk)
			search_output(search, level, lfirst(lc), other_rows);
}

static void
add_origin(Position *position, WddLevel *level, Index rti, const WddProtectedRelation *rel,
		   const WddProtectedColumn *column)
{
	WddOrigin  *origin = palloc(sizeof(WddOrigin));

	origin->level = level;
	origin->rti = rti;
	origin->rel = rel;
	origin->column = column;
	origin->other_rows = position->other_rows || level->other_rows;
	position->search->origins = lappend(position->search->origins, origin);
}

static void
search_relation(Position *position, WddLevel *level, RangeTblEntry *rte, Index rti, AttrNumber attnum)
{
	bool		is_excluded;
	Node	   *stored = wdd_excluded_value(level, rti, attnum, &is_excluded);
	const WddProtectedRelation *rel;
	bool		labelled = false;

	if (is_excluded)
	{
		search_expr(position->search, level, stored, position->other_rows);
		return;
	}
	rel = wdd_protected_relation(rte->relid);
	if (rel == NULL || attnum < 0)
		return;
	for (int i = 0; i < rel->n_columns; i++)
		if (attnum == InvalidAttrNumber || rel->columns[i].attnum == attnum)
		{
			add_origin(position, level, rti, rel, &rel->columns[i]);
			labelled = true;
		}
	if (rel->has_table_purposes && !labelled)
		add_origin(position, level, rti, rel, NULL);
}

static void
search_values(Position *position, WddLevel *level, RangeTblEntry *rte, AttrNumber attnum)
{
	ListCell   *lc;

	foreach(lc, rte->values_lists)
		search_expr(position->search, level,
					attnum > 0 ? list_nth(lfirst(lc), attnum - 1) : lfirst(lc), position->other_rows);
}

static void
search_var(Position *position, Var *var)
{
	RangeTblEntry *rte;
	WddLevel   *level = wdd_level_of_var(position->level, var, &rte);
	Search	   *search = position->search;
	AttrNumber	attnum = var->varattno;
	List	  **grouped;

	if (wdd_is_group_entry(rte, &grouped))
	{
		search_expr(search, level, list_nth(*grouped, attnum - 1), position->other_rows);
		return;
	}
	switch (rte->rtekind)
	{
		case RTE_RELATION:
			search_relation(position, level, rte, var->varno, attnum);
			break;
		case RTE_SUBQUERY:
		case RTE_CTE:
			search_outputs(search, wdd_level_below(level, rte, var->varno), attnum,
						   position->other_rows);
			break;
		case RTE_JOIN:
			search_expr(search, level, attnum > 0 && attnum <= list_length(rte->joinaliasvars) ?
						list_nth(rte->joinaliasvars, attnum - 1) : (Node *) rte->joinaliasvars,
						position->other_rows);
			break;
		case RTE_VALUES:
			search_values(position, level, rte, attnum);
			break;
		case RTE_FUNCTION:
			search_expr(search, level, (Node *) rte->functions, position->other_rows);
			break;
		case RTE_TABLEFUNC:
			search_expr(search, level, (Node *) rte->tablefunc, position->other_rows);
			break;
		default:
			break;				/* no columns of a table, or refused by lineage.c */
	}
}

/* UPDATE ... SET (a, b) = (SELECT ...): the sub-select is a junk output. */
static void
search_multiexpr(Position *position, Param *param)
{
	ListCell   *lc;

	foreach(lc, position->level->query->targetList)
	{
		SubLink    *link = (SubLink *) ((TargetEntry *) lfirst(lc))->expr;

		if (IsA(link, SubLink) && link->subLinkType == MULTIEXPR_SUBLINK &&
			link->subLinkId == param->paramid >> 16)
			search_outputs(position->search,
						   wdd_level_within(position->level, castNode(Query, link->subselect)),
						   param->paramid & 0xFFFF, position->other_rows);
	}
}

static bool
search_sublink(Position *position, SubLink *link)
{
	if (link->subLinkType == EXISTS_SUBLINK)
		return false;			/* of no value */
	search_outputs(position->search,
				   wdd_level_within(position->level, castNode(Query, link->subselect)), 0,
				   position->other_rows);
	return origin_walker(link->testexpr, position);
}

/* Its arguments, but not what only orders or filters what it aggregates. */
static bool
search_aggregate(Position *position, Aggref *aggregate)
{
	if (aggregate->aggfnoid == F_COUNT_ANY || aggregate->aggfnoid == F_COUNT_)
		return false;
	origin_walker((Node *) aggregate->aggdirectargs, position);
	return origin_walker((Node *) aggregate->args, position);
}

static bool
search_window(Position *position, WindowFunc *function)
{
	Position	inner = *position;

	if (function->winfnoid == F_COUNT_ANY || function->winfnoid == F_COUNT_)
		return false;
	inner.other_rows = true;
	return origin_walker((Node *) function->args, &inner);
}

static bool
origin_walker(Node *node, Position *position)
{
	if (node == NULL)
		return false;
	CHECK_FOR_INTERRUPTS();
	switch (nodeTag(node))
	{
		case T_Var:
			search_var(position, (Var *) node);
			return false;
		case T_Param:
			if (((Param *) node)->paramkind == PARAM_MULTIEXPR)
				search_multiexpr(position, (Param *) node);
			return false;
		case T_SubLink:
			return search_sublink(position, (SubLink *) node);
		case T_Aggref:
			return search_aggregate(position, (Aggref *) node);
		case T_WindowFunc:
			return search_window(position, (WindowFunc *) node);
		case T_GroupingFunc:
			return false;
		case T_TargetEntry:
			if (((TargetEntry *) node)->resjunk)
				return false;
			break;
		default:
			break;
	}
	return expression_tree_walker(node, origin_walker, (void *) position);
}

List *
wdd_origins(WddLevel *level, Node *expr)
{
	Search		search = {NIL, NIL};

	search_expr(&search, level, expr, false);
	return search.origins;
}
