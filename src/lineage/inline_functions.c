/*
 * inline_functions.c
 *		See inline_functions.h.
 */
#include "postgres.h"

#include "lineage/inline_functions.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"

typedef struct InlineContext
{
	PlannerInfo *root;
} InlineContext;

static bool inline_walker(Node *node, InlineContext *context);

/* The same steps as the planner's preprocess_function_rtes(). */
static void
inline_one(RangeTblEntry *rte, InlineContext *context)
{
	Query	   *query;

	rte->functions = (List *) eval_const_expressions(context->root, (Node *) rte->functions);
	query = inline_set_returning_function(context->root, rte);
	if (query == NULL)
		return;
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = query;
	rte->security_barrier = false;
	/* functions stays: a reference to the whole row asks it for the row's type */
	rte->funcordinality = false;
	inline_walker((Node *) query, context);
}

static bool
inline_walker(Node *node, InlineContext *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		ListCell   *lc;

		foreach(lc, query->rtable)
		{
			RangeTblEntry *rte = lfirst(lc);

			if (rte->rtekind == RTE_FUNCTION)
				inline_one(rte, context);
		}
		return query_tree_walker(query, inline_walker, context, 0);
	}
	return expression_tree_walker(node, inline_walker, context);
}

List *
wdd_inline_functions(Query *query, ParamListInfo params, bool *depends_on_role)
{
	PlannerGlobal *glob = makeNode(PlannerGlobal);
	PlannerInfo *root = makeNode(PlannerInfo);
	InlineContext context = {root};

	glob->boundParams = params;
	root->glob = glob;
	root->parse = query;
	root->query_level = 1;
	inline_walker((Node *) query, &context);
	*depends_on_role = glob->dependsOnRole;
	return glob->invalItems;
}
