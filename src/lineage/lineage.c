/*
 * lineage.c
 *		The walk behind lineage.h.
 *
 * Each Query gets a QueryNode that holds, per output column, the uses it was
 * asked for so far.  Asking for a use that is new walks the output's expression
 * again with that use; so the walk ends, at a fixed point, also for recursive
 * CTEs.  Parts of a query that are evaluated whatever its outputs (conditions,
 * grouping, ordering, limits, functions in FROM) are walked once, when the
 * query is first reached.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/own_objects.h"
#include "compat.h"
#include "errors.h"
#include "lineage/harmless.h"
#include "lineage/lineage.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

typedef struct QueryNode
{
	Query	   *query;
	struct QueryNode *parent;	/* the query it is nested in, for Vars of outer
								 * levels and CTE names */
	int			n_outputs;
	uint8	   *outputs;		/* WDD_USE_* per output, asked so far */
	List	   *relations;		/* WddRelationUse of this level */
	bool		in_condition;	/* a sub-select of some query's condition */
	bool		is_cte;			/* evaluated when a row first asks for it */
} QueryNode;

typedef struct Walk
{
	WddLineage *lineage;
	List	   *nodes;			/* all QueryNodes */
	Oid			declared_leakproof; /* the function behind WDD_USE_LEAKPROOF */
} Walk;

typedef struct ExprContext_
{
	Walk	   *walk;
	QueryNode  *node;			/* the level of Vars with varlevelsup 0 */
	uint8		uses;
} UseContext;

#define REACHED_AS_CTE	0x80	/* with the uses given to reach() */

static QueryNode *reach(Walk *walk, Query *query, QueryNode *parent, uint8 uses);
static void need_output(Walk *walk, QueryNode *node, int attno, uint8 uses);
static bool use_walker(Node *expr, UseContext *context);

/*
 * Is the query, or one around it, a sub-select of a condition?  Then all of it,
 * aggregates too, may run at the scan of the outer row that it refers to,
 * directly or through what stands in its FROM or WITH.
 */
static bool
is_in_condition(QueryNode *node)
{
	for (; node; node = node->parent)
		if (node->in_condition)
			return true;
	return false;
}

static bool
is_in_cte(QueryNode *node)
{
	for (; node; node = node->parent)
		if (node->is_cte)
			return true;
	return false;
}

static void
use_expr(Walk *walk, QueryNode *node, Node *expr, uint8 uses)
{
	UseContext	context = {walk, node, uses};

	if (is_in_condition(node))
		context.uses |= WDD_USE_QUAL;
	if (expr)
		use_walker(expr, &context);
}

static List *
output_list(Query *query)
{
	if (query->commandType != CMD_SELECT)
		return query->returningList;
	return query->targetList;
}

static QueryNode *
find_node(Walk *walk, Query *query)
{
	ListCell   *lc;

	foreach(lc, walk->nodes)
		if (((QueryNode *) lfirst(lc))->query == query)
			return lfirst(lc);
	return NULL;
}

static void
use_relation_column(Walk *walk, WddRelationUse *use, AttrNumber attno, uint8 uses)
{
	if (uses & WDD_USE_LEAKPROOF)
		use->declared_leakproof = walk->declared_leakproof;
	if (uses & WDD_USE_LEAKY)
		use->leaky = true;
	if (uses & WDD_USE_COMPUTED)
		use->computed = true;
	for (int i = 0; i < use->n_uses; i++)
		if (attno == InvalidAttrNumber || use->rel->columns[i].attnum == attno)
			use->uses[i] |= uses;
}

/* All outputs of a subquery when attno is 0 (a whole-row reference). */
static void
use_subquery_column(Walk *walk, QueryNode *sub, int attno, uint8 uses)
{
	if (attno != 0)
		need_output(walk, sub, attno, uses);
	else
		for (int i = 1; i <= sub->n_outputs; i++)
			need_output(walk, sub, i, uses);
}

static CommonTableExpr *
find_cte(QueryNode *node, RangeTblEntry *rte, QueryNode **owner)
{
	ListCell   *lc;

	for (Index up = 0; up < rte->ctelevelsup && node; up++)
		node = node->parent;
	if (node)
		foreach(lc, node->query->cteList)
		{
			CommonTableExpr *cte = lfirst(lc);

			if (strcmp(cte->ctename, rte->ctename) == 0)
			{
				*owner = node;
				return cte;
			}
		}
	elog(ERROR, "could not find CTE \"%s\"", rte->ctename);
}

static void
use_cte_column(Walk *walk, QueryNode *node, RangeTblEntry *rte, int attno, uint8 uses)
{
	QueryNode  *owner;
	CommonTableExpr *cte = find_cte(node, rte, &owner);
	Query	   *query = castNode(Query, cte->ctequery);
	QueryNode  *sub = find_node(walk, query);

	if (sub == NULL)
		sub = reach(walk, query, owner, (uses & (WDD_USE_QUAL | WDD_USE_STORED)) | REACHED_AS_CTE);
	/* columns added by SEARCH and CYCLE come from the whole row */
	if (attno > sub->n_outputs)
		attno = 0;
	use_subquery_column(walk, sub, attno, uses);
}

static void
use_join_column(Walk *walk, QueryNode *node, RangeTblEntry *rte, int attno, uint8 uses)
{
	if (attno > 0 && attno <= list_length(rte->joinaliasvars))
		use_expr(walk, node, list_nth(rte->joinaliasvars, attno - 1), uses);
	else
		use_expr(walk, node, (Node *) rte->joinaliasvars, uses);
}

/*
 * VALUES: its expressions were walked with their query, as read.  The planner puts
 * those of a single row where a condition asks for their column, and there they
 * run at the scan.  All columns when attno is 0.
 */
static void
use_values_column(Walk *walk, QueryNode *node, RangeTblEntry *rte, int attno, uint8 uses)
{
	ListCell   *lc;

	uses &= ~WDD_USE_TARGET;
	if ((uses & ~WDD_USE_READ) == 0)
		return;
	foreach(lc, rte->values_lists)
		use_expr(walk, node, attno > 0 ? list_nth(lfirst(lc), attno - 1) : lfirst(lc), uses);
}

static bool
is_leaky(Node *expr, void *context)
{
	if (expr == NULL || IsA(expr, Var))
		return false;
	return !wdd_node_is_harmless(expr) || expression_tree_walker(expr, is_leaky, context);
}

/*
 * A generated column that is computed when read has a label of its own, or its
 * sources' (label_cache.c); but its expression is part of the condition.
 */
static uint8
add_generation_leak(Oid relid, AttrNumber attnum, uint8 uses)
{
	if ((uses & WDD_USE_QUAL) && is_leaky(wdd_computed_when_read(relid, attnum), NULL))
		uses |= WDD_USE_LEAKY;
	return uses;
}

/* A Var: follow it to where its value comes from. */
static void
use_var(Walk *walk, QueryNode *node, Var *var, uint8 uses)
{
	RangeTblEntry *rte;
	ListCell   *lc;
	List	  **grouped;

	for (Index up = 0; up < var->varlevelsup; up++)
	{
		if (node->parent == NULL)
			elog(ERROR, "Var of an outer query that is not there");
		node = node->parent;
	}
	rte = rt_fetch(var->varno, node->query->rtable);
	if (wdd_is_group_entry(rte, &grouped))
	{
		use_expr(walk, node, list_nth(*grouped, var->varattno - 1), uses);
		return;
	}
	switch (rte->rtekind)
	{
		case RTE_RELATION:
			foreach(lc, node->relations)
			{
				WddRelationUse *use = lfirst(lc);

				if (use->rti == var->varno)
					use_relation_column(walk, use, var->varattno,
										add_generation_leak(rte->relid, var->varattno, uses) |
										/* a sub-select may stand in SET, RETURNING, an action */
										(var->varlevelsup > 0 ? WDD_USE_TARGET : 0));
			}
			break;
		case RTE_SUBQUERY:
			{
				QueryNode  *sub = find_node(walk, rte->subquery);

				if (sub == NULL)
					sub = reach(walk, rte->subquery, node, uses & (WDD_USE_QUAL | WDD_USE_STORED));
				use_subquery_column(walk, sub, var->varattno, uses);
			}
			break;
		case RTE_JOIN:
			use_join_column(walk, node, rte, var->varattno, uses);
			break;
		case RTE_CTE:
			use_cte_column(walk, node, rte, var->varattno, uses);
			break;
		case RTE_VALUES:
			use_values_column(walk, node, rte, var->varattno, uses);
			break;
		default:
			break;				/* functions: walked with their query */
	}
}

/* For check_functions_in_node(): operators may be of it, too. */
static bool
is_check_function(Oid function, void *context)
{
	return wdd_is_check_function(function);
}

/* For check_functions_in_node(): tells which one in *context. */
static bool
is_declared_leakproof(Oid function, void *context)
{
	if (function < FirstNormalObjectId || !get_func_leakproof(function))
		return false;
	*(Oid *) context = function;
	return true;
}

static bool
use_walker(Node *expr, UseContext *context)
{
	uint8		outer_uses = context->uses;
	bool		result;

	if (expr == NULL)
		return false;
	CHECK_FOR_INTERRUPTS();
	if (IsA(expr, Var))
	{
		use_var(context->walk, context->node, (Var *) expr, context->uses);
		return false;
	}
	if (IsA(expr, Query))
	{
		/* a sub-select in an expression: everything it gives is used */
		QueryNode  *sub = reach(context->walk, (Query *) expr, context->node,
								context->uses & (WDD_USE_QUAL | WDD_USE_STORED));

		for (int i = 1; i <= sub->n_outputs; i++)
			need_output(context->walk, sub, i, context->uses & ~WDD_USE_TARGET);
		return false;
	}
	/*
	 * It fails for a second row or a negative LIMIT, and EXPLAIN ANALYZE tells
	 * whether it was executed.
	 */
	if (IsA(expr, SubLink) && (context->uses & WDD_USE_QUAL))
		context->walk->lineage->tells = true;
	if (IsA(expr, SubLink) && ((SubLink *) expr)->subLinkType == EXISTS_SUBLINK)
	{
		/* whether there is a row does not need the row's values */
		reach(context->walk, castNode(Query, ((SubLink *) expr)->subselect), context->node,
			  context->uses & (WDD_USE_QUAL | WDD_USE_STORED));
		return false;
	}
	if (check_functions_in_node(expr, is_check_function, NULL))
		context->walk->lineage->calls_checks = true;
	if ((IsA(expr, Aggref) || IsA(expr, WindowFunc)) && !is_in_condition(context->node))
		/* computed above the scans and their checks, also in HAVING */
		context->uses &= ~(WDD_USE_QUAL | WDD_USE_LEAKY | WDD_USE_LEAKPROOF);
	else if ((context->uses & WDD_USE_QUAL) && !wdd_node_is_harmless(expr))
	{
		context->uses |= WDD_USE_LEAKY;
		context->walk->lineage->tells = true;
		if (check_functions_in_node(expr, is_declared_leakproof, &context->walk->declared_leakproof))
			context->uses |= WDD_USE_LEAKPROOF;
	}
	else if ((context->uses & WDD_USE_QUAL) && wdd_node_may_raise(expr))
		context->walk->lineage->tells = true;
	else if (!wdd_node_is_harmless(expr) || wdd_node_may_raise(expr))
		context->uses |= WDD_USE_COMPUTED;
	/* who asks first may be a condition, which it tells that it was reached */
	if (is_in_cte(context->node) && (!wdd_node_is_harmless(expr) || wdd_node_may_raise(expr)))
		context->walk->lineage->tells = true;
	result = expression_tree_walker(expr, use_walker, (void *) context);
	context->uses = outer_uses;
	return result;
}

/*
 * Output attno (from 1, by resno) of a query is needed for uses.
 */
static void
need_output(Walk *walk, QueryNode *node, int attno, uint8 uses)
{
	Query	   *query = node->query;
	TargetEntry *entry;

	check_stack_depth();
	if (attno < 1 || attno > node->n_outputs)
		return;
	uses |= WDD_USE_READ;
	if ((uses & ~node->outputs[attno - 1]) == 0)
		return;
	node->outputs[attno - 1] |= uses;
	entry = get_tle_by_resno(output_list(query), attno);
	if (entry == NULL)
		return;
	use_expr(walk, node, (Node *) entry->expr, uses & ~WDD_USE_TARGET);
	if (query->setOperations)
	{
		ListCell   *lc;

		/* every arm gives its column of the same number */
		foreach(lc, query->rtable)
		{
			RangeTblEntry *rte = lfirst(lc);

			if (rte->rtekind == RTE_SUBQUERY && rte->subquery)
			{
				QueryNode  *arm = reach(walk, rte->subquery, node, 0);

				need_output(walk, arm, attno, uses & ~WDD_USE_TARGET);
			}
		}
	}
}

/*
 * A transition table holds whole rows of a protected table that no check has
 * seen.
 */
static void
refuse_transition_table(RangeTblEntry *rte)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("transition table \"%s\" holds rows of a protected table", rte->enrname),
			 errdetail("Rows of \"%s\" may be read only through the table itself.",
					   wdd_protected_relation(rte->relid)->name),
			 errhint("Let the trigger read the table, or use a row trigger.")));
}

/* Register the protected relations of a level before anything is walked. */
static void
note_relations(Walk *walk, QueryNode *node)
{
	Query	   *query = node->query;
	Index		rti = 0;
	ListCell   *lc;

	foreach(lc, query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		const WddProtectedRelation *rel;
		WddRelationUse *use;

		rti++;
		if (rte->rtekind == RTE_NAMEDTUPLESTORE && wdd_protected_relation(rte->relid))
			refuse_transition_table(rte);
		if (rte->rtekind != RTE_RELATION)
			continue;
		rel = wdd_protected_relation(rte->relid);
		if (rel == NULL)
			continue;
		use = palloc0(sizeof(WddRelationUse));
		use->query = query;
		use->rti = rti;
		use->rte = rte;
		use->rel = rel;
		use->is_target = query->resultRelation == rti;
		use->n_uses = rel->n_columns;
		use->uses = palloc0(Max(1, rel->n_columns));
		node->relations = lappend(node->relations, use);
		walk->lineage->relations = lappend(walk->lineage->relations, use);
	}
}

/* UNION, INTERSECT and EXCEPT compare rows; only UNION ALL does not. */
static bool
setop_compares(Node *setop)
{
	SetOperationStmt *op = (SetOperationStmt *) setop;

	if (setop == NULL || !IsA(setop, SetOperationStmt))
		return false;
	return op->op != SETOP_UNION || !op->all ||
		setop_compares(op->larg) || setop_compares(op->rarg);
}

/* Outputs that are evaluated or compared whoever asks for them. */
static bool
output_is_always_needed(Query *query, TargetEntry *entry)
{
	return query->commandType != CMD_SELECT ||
		query->hasRecursive ||
		setop_compares(query->setOperations) ||
		query->distinctClause != NIL ||
		entry->ressortgroupref != 0 ||
		expression_returns_set((Node *) entry->expr) ||
		contain_volatile_functions((Node *) entry->expr);
}

static void
walk_range_table(Walk *walk, QueryNode *node, uint8 uses)
{
	ListCell   *lc;

	foreach(lc, node->query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		List	  **grouped;

		if (wdd_is_group_entry(rte, &grouped))
			use_expr(walk, node, (Node *) *grouped, uses | WDD_USE_READ);
		switch (rte->rtekind)
		{
			case RTE_SUBQUERY:
				reach(walk, rte->subquery, node, uses & (WDD_USE_QUAL | WDD_USE_STORED));
				break;
			case RTE_FUNCTION:
				use_expr(walk, node, (Node *) rte->functions, uses | WDD_USE_READ);
				break;
			case RTE_TABLEFUNC:
				use_expr(walk, node, (Node *) rte->tablefunc, uses | WDD_USE_READ);
				break;
			case RTE_VALUES:
				use_expr(walk, node, (Node *) rte->values_lists, uses | WDD_USE_READ);
				break;
			case RTE_RELATION:
				if (rte->tablesample)
					use_expr(walk, node, (Node *) rte->tablesample, uses | WDD_USE_READ);
				use_expr(walk, node, (Node *) rte->securityQuals, WDD_USE_READ | WDD_USE_QUAL);
				break;
			default:
				break;
		}
	}
}

/*
 * What a writing query does with the row it writes.  Its SET list and its
 * inserted values are stored; RETURNING is not, but is of the target row.
 */
static void
walk_write(Walk *walk, QueryNode *node)
{
	Query	   *query = node->query;
	uint8		stored = WDD_USE_READ | WDD_USE_STORED | WDD_USE_TARGET;
	uint8		returned = WDD_USE_READ | WDD_USE_TARGET;
	ListCell   *lc;

	use_expr(walk, node, (Node *) query->targetList, stored);
	use_expr(walk, node, (Node *) query->returningList, returned);
	use_expr(walk, node, (Node *) query->withCheckOptions, returned);
	if (query->onConflict)
	{
		use_expr(walk, node, (Node *) query->onConflict->onConflictSet, stored);
		use_expr(walk, node, query->onConflict->onConflictWhere, returned);
	}
	foreach(lc, query->mergeActionList)
	{
		MergeAction *action = lfirst(lc);

		use_expr(walk, node, action->qual, returned);
		use_expr(walk, node, (Node *) action->targetList, stored);
	}
}

/*
 * First contact with a query: walk what is evaluated whatever its outputs.
 */
static QueryNode *
reach(Walk *walk, Query *query, QueryNode *parent, uint8 uses)
{
	QueryNode  *node = find_node(walk, query);
	ListCell   *lc;
	uint8		condition;

	if (node)
	{
		node->in_condition |= (uses & WDD_USE_QUAL) != 0;
		return node;
	}
	check_stack_depth();
	node = palloc0(sizeof(QueryNode));
	node->query = query;
	node->parent = parent;
	node->in_condition = (uses & WDD_USE_QUAL) != 0;
	node->is_cte = (uses & REACHED_AS_CTE) != 0;
	uses &= ~REACHED_AS_CTE;
	condition = WDD_USE_READ | WDD_USE_QUAL | uses;
	foreach(lc, output_list(query))
		node->n_outputs = Max(node->n_outputs, ((TargetEntry *) lfirst(lc))->resno);
	node->outputs = palloc0(Max(1, node->n_outputs));
	walk->nodes = lappend(walk->nodes, node);
	note_relations(walk, node);

	foreach(lc, query->cteList)
		reach(walk, castNode(Query, ((CommonTableExpr *) lfirst(lc))->ctequery), node,
			  (uses & WDD_USE_QUAL) | REACHED_AS_CTE);
	walk_range_table(walk, node, uses);
	use_expr(walk, node, (Node *) query->jointree, condition);
	use_expr(walk, node, *wdd_merge_condition(query), condition);
	use_expr(walk, node, query->havingQual, condition);
	use_expr(walk, node, query->limitOffset, WDD_USE_READ | uses);
	use_expr(walk, node, query->limitCount, WDD_USE_READ | uses);
	use_expr(walk, node, (Node *) query->windowClause, WDD_USE_READ | uses);
	if (query->commandType != CMD_SELECT && query->commandType != CMD_UTILITY)
		walk_write(walk, node);
	foreach(lc, output_list(query))
		if (output_is_always_needed(query, lfirst(lc)))
			need_output(walk, node, ((TargetEntry *) lfirst(lc))->resno, WDD_USE_READ | uses);
	return node;
}

/* Make sure that what was found unneeded is not computed either. */
static void
drop_unneeded_outputs(QueryNode *node)
{
	ListCell   *lc;

	if (node->query->commandType != CMD_SELECT || node->query->setOperations != NULL)
		return;
	foreach(lc, node->query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (node->outputs[entry->resno - 1] == 0 && !IsA(entry->expr, Const))
			entry->expr = (Expr *) makeNullConst(exprType((Node *) entry->expr),
												 exprTypmod((Node *) entry->expr),
												 exprCollation((Node *) entry->expr));
	}
}

WddLineage *
wdd_lineage(Query *query, bool stores_result)
{
	Walk		walk = {palloc0(sizeof(WddLineage))};
	QueryNode  *top = reach(&walk, query, NULL, 0);
	ListCell   *lc;

	for (int i = 1; i <= top->n_outputs; i++)
		need_output(&walk, top, i, stores_result ? WDD_USE_READ | WDD_USE_STORED : WDD_USE_READ);
	foreach(lc, walk.nodes)
		drop_unneeded_outputs(lfirst(lc));
	return walk.lineage;
}
