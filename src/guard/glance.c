/*
 * glance.c
 *		See glance.h.
 */
#include "postgres.h"

#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "guard/glance.h"
#include "guard/statistics.h"
#include "nodes/nodeFuncs.h"

/* For check_functions_in_node() */
static bool
is_check_function(Oid function, void *context)
{
	return wdd_is_check_function(function);
}

static void
glance_at_entry(const RangeTblEntry *rte, WddGlance *glance)
{
	if (rte->rtekind == RTE_FUNCTION)
		glance->calls_in_from = true;
	else if ((rte->rtekind == RTE_RELATION || rte->rtekind == RTE_NAMEDTUPLESTORE) &&
			 wdd_protected_relation(rte->relid) != NULL)
		glance->is_protected = true;
	else if (wdd_holds_statistics(rte))
		glance->reads_statistics = true;
}

/* Statements without a protected table come here, too: what they are mostly of is passed fast. */
static bool
glance_walker(Node *node, WddGlance *glance)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_Param:
		case T_RangeTblRef:
			return false;
		case T_TargetEntry:
			return glance_walker((Node *) ((TargetEntry *) node)->expr, glance);
		case T_RangeTblEntry:
			glance_at_entry((RangeTblEntry *) node, glance);
			return false;		/* query_tree_walker() goes into it */
		default:
			break;
	}
	if (check_functions_in_node(node, is_check_function, NULL))
		glance->is_protected = true;
	if (IsA(node, Query))
	{
		if (((Query *) node)->hasRowSecurity)
			glance->has_row_security = true;
		return query_tree_walker((Query *) node, glance_walker, glance, QTW_EXAMINE_RTES_BEFORE);
	}
	return expression_tree_walker(node, glance_walker, (void *) glance);
}

WddGlance
wdd_glance(Query *query)
{
	WddGlance	glance = {false};

	glance_walker((Node *) query, &glance);
	return glance;
}
