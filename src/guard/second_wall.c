/*
 * second_wall.c
 *		See second_wall.h.
 *
 * A policy's expression reaches the planner in RangeTblEntry.securityQuals and
 * Query.withCheckOptions, where the rewriter put it.  The restrictive policy's
 * call becomes true.  The permissive one's says whether the table has policies
 * of its own by now: with any, it must not let through what they would not;
 * without, everything passes, as if there were no row security.  Both changes
 * of policies and of labels invalidate the plan.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/second_wall.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "rewrite/rowsecurity.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(wdd_second_wall);

typedef struct WallContext
{
	Oid			wall;			/* the two functions */
	Oid			rest;
	Oid			relid;			/* whose policies are looked at */
} WallContext;

static bool
is_call(Node *node, Oid function)
{
	return node != NULL && IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == function;
}

/* Has the table policies that wdd.harden() did not make? */
static bool
has_own_policies(const WallContext *context)
{
	Relation	rel = table_open(context->relid, NoLock);	/* the rewriter locked it */
	bool		found = false;
	ListCell   *lc;

	foreach(lc, rel->rd_rsdesc ? rel->rd_rsdesc->policies : NIL)
	{
		Node	   *qual = (Node *) ((RowSecurityPolicy *) lfirst(lc))->qual;

		if (!is_call(qual, context->wall) && !is_call(qual, context->rest))
			found = true;
	}
	table_close(rel, NoLock);
	return found;
}

static Node *
open_mutator(Node *node, WallContext *context)
{
	if (node == NULL)
		return NULL;
	if (is_call(node, context->wall))
		return makeBoolConst(true, false);
	if (is_call(node, context->rest))
		return makeBoolConst(!has_own_policies(context), false);
	if (IsA(node, Query))
		return node;			/* has its own policies; the walker comes to it */
	return expression_tree_mutator(node, open_mutator, context);
}

static bool
is_true(Node *node)
{
	return IsA(node, Const) && !((Const *) node)->constisnull && DatumGetBool(((Const *) node)->constvalue);
}

static void
open_entry(RangeTblEntry *rte, WallContext *context)
{
	List	   *quals = NIL;
	ListCell   *lc;

	context->relid = rte->relid;
	foreach(lc, rte->securityQuals)
	{
		Node	   *qual = open_mutator(lfirst(lc), context);

		if (!is_true(qual))
			quals = lappend(quals, qual);
	}
	rte->securityQuals = quals;
}

static void
open_checks(Query *query, WallContext *context)
{
	List	   *checks = NIL;
	ListCell   *lc;

	context->relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	foreach(lc, query->withCheckOptions)
	{
		WithCheckOption *check = lfirst(lc);

		check->qual = open_mutator(check->qual, context);
		if (!is_true(check->qual))
			checks = lappend(checks, check);
	}
	query->withCheckOptions = checks;
}

static bool
is_protected(const RangeTblEntry *rte)
{
	return rte->rtekind == RTE_RELATION && wdd_protected_relation(rte->relid) != NULL;
}

static bool
open_walker(Node *node, WallContext *context)
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

			if (rte->securityQuals != NIL && is_protected(rte))
				open_entry(rte, context);
		}
		if (query->withCheckOptions != NIL && query->resultRelation > 0 &&
			is_protected(rt_fetch(query->resultRelation, query->rtable)))
			open_checks(query, context);
		return query_tree_walker(query, open_walker, context, 0);
	}
	return expression_tree_walker(node, open_walker, context);
}

void
wdd_open_second_walls(Query *query)
{
	WallContext context = {0};

	context.wall = wdd_own_function(WDD_FUNC_SECOND_WALL);
	context.rest = wdd_own_function(WDD_FUNC_SECOND_WALL_REST);
	open_walker((Node *) query, &context);
}

static const char *
qualified_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	return name == NULL ? "?" : quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/*
 * wdd.second_wall(relation regclass) and wdd.second_wall_rest(relation
 * regclass), both returning boolean and strict: whoever gets here was
 * not checked.
 */
Datum
wdd_second_wall(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);

	if (wdd_protected_relation(relid) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("table \"%s\" is hardened, and carries no label", qualified_name(relid)),
				 errdetail("Without its labels nobody can tell who may see its rows, so its policy \"wdd_second_wall\" shows none."),
				 errhint("Label the table again, or open it to everyone who may read it: SELECT wdd.unharden(%s).",
						 quote_literal_cstr(qualified_name(relid)))));
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("table \"%s\" is hardened, and this statement was not checked by wdd_privacy", qualified_name(relid)),
			 errdetail("The library was not loaded when the statement was planned, so the table's policy \"wdd_second_wall\" shows no row."),
			 errhint("Reconnect. If that does not help, set shared_preload_libraries = 'wdd_privacy' and restart the server.")));
	PG_RETURN_NULL();
}
