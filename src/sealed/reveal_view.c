/*
 * reveal_view.c
 *		What a reveal view shows of its table (see reveal_view.h).
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/transam.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "sealed/reveal_view.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(wdd_reveal_view_table);
PG_FUNCTION_INFO_V1(wdd_reveal_view_columns);

const PlannedStmt *wdd_returning_statement = NULL;

static bool
is_reveal(Oid function)
{
	char	   *name;

	if (function < FirstNormalObjectId || get_func_namespace(function) != wdd_own_schema())
		return false;
	name = get_func_name(function);
	return name && strcmp(name, "reveal") == 0;
}

/* The only table that the query reads; 0: it is of another shape. */
static Index
only_table(Query *query)
{
	RangeTblRef *ref;
	RangeTblEntry *rte;

	if (query->jointree == NULL || list_length(query->jointree->fromlist) != 1 ||
		query->setOperations || query->hasAggs || query->groupClause || query->groupingSets ||
		query->distinctClause || query->limitCount || query->limitOffset || query->hasWindowFuncs)
		return 0;
	ref = linitial(query->jointree->fromlist);
	if (!IsA(ref, RangeTblRef))
		return 0;
	rte = rt_fetch(ref->rtindex, query->rtable);
	return rte->rtekind == RTE_RELATION &&
		(rte->relkind == RELKIND_RELATION || rte->relkind == RELKIND_PARTITIONED_TABLE) ? ref->rtindex : 0;
}

static WddViewColumn
what_is_shown(Node *node, Index table)
{
	WddViewColumn column = {InvalidAttrNumber, false};

	if (IsA(node, FuncExpr) && list_length(((FuncExpr *) node)->args) == 1 &&
		is_reveal(((FuncExpr *) node)->funcid))
	{
		column.is_revealed = true;
		node = linitial(((FuncExpr *) node)->args);
		if (IsA(node, RelabelType))	/* of a domain */
			node = (Node *) ((RelabelType *) node)->arg;
	}
	if (IsA(node, Var) && ((Var *) node)->varno == table && ((Var *) node)->varlevelsup == 0 &&
		((Var *) node)->varattno > 0)
		column.attnum = ((Var *) node)->varattno;
	return column;
}

void
wdd_reveal_view_read(Relation view, WddRevealView *result)
{
	Query	   *query = get_view_query(view);
	Index		table = only_table(query);
	ListCell   *lc;

	memset(result, 0, sizeof(*result));
	result->other_triggers = view->trigdesc && view->trigdesc->numtriggers > 1;
	if (table == 0)
		return;
	result->table = rt_fetch(table, query->rtable)->relid;
	result->columns = palloc0(sizeof(WddViewColumn) * list_length(query->targetList));
	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (!entry->resjunk)
			result->columns[result->n_columns++] = what_is_shown((Node *) entry->expr, table);
	}
}

bool
wdd_is_writable_reveal_view(Oid relid)
{
	Relation	rel = relation_open(relid, AccessShareLock);
	Oid			function = InvalidOid;
	bool		found = false;

	if (rel->rd_rel->relkind == RELKIND_VIEW && rel->trigdesc)
		function = wdd_own_function_named("write_revealed", 0, NULL);
	for (int i = 0; OidIsValid(function) && i < rel->trigdesc->numtriggers; i++)
		found |= rel->trigdesc->triggers[i].tgfoid == function;
	relation_close(rel, AccessShareLock);
	return found;
}

/* False, unless it is a view that shows just one table. */
static bool
read_view(Oid relid, WddRevealView *view)
{
	Relation	rel = try_relation_open(relid, AccessShareLock);

	memset(view, 0, sizeof(*view));
	if (rel == NULL)
		return false;
	if (rel->rd_rel->relkind == RELKIND_VIEW)
		wdd_reveal_view_read(rel, view);
	relation_close(rel, AccessShareLock);
	return OidIsValid(view->table);
}

/* wdd.reveal_view_table(view regclass) returns regclass */
Datum
wdd_reveal_view_table(PG_FUNCTION_ARGS)
{
	WddRevealView view;

	if (!read_view(PG_GETARG_OID(0), &view))
		PG_RETURN_NULL();
	PG_RETURN_OID(view.table);
}

/* wdd.reveal_view_columns(view regclass) returns smallint[] */
Datum
wdd_reveal_view_columns(PG_FUNCTION_ARGS)
{
	WddRevealView view;
	Datum	   *numbers;

	if (!read_view(PG_GETARG_OID(0), &view))
		PG_RETURN_NULL();
	numbers = palloc(sizeof(Datum) * Max(1, view.n_columns));
	for (int i = 0; i < view.n_columns; i++)
		numbers[i] = Int16GetDatum(view.columns[i].attnum);
	PG_RETURN_ARRAYTYPE_P(construct_array(numbers, view.n_columns, INT2OID, 2, true, TYPALIGN_SHORT));
}
