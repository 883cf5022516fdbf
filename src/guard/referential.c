/*
 * referential.c
 *		Recognising queries of referential integrity (see referential.h).
 *
 * Their shape (ri_triggers.c): one table, no sub-select, no function but the
 * equality of the key's types, and an output that is constant:
 *
 *		SELECT 1 FROM [ONLY] pk x WHERE key = $1 ... FOR KEY SHARE OF x
 *		DELETE FROM [ONLY] fk WHERE $1 = key ...
 *		UPDATE [ONLY] fk SET key = $1 | NULL | DEFAULT ... WHERE $2 = key ...
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/label_cache.h"
#include "catalog/pg_operator.h"
#include "guard/referential.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"

/* Vars, parameters, constants, equality and casts between them: nothing else. */
static bool
is_foreign_to_keys(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
			return ((Var *) node)->varattno <= 0;
		case T_Param:
		case T_Const:
		case T_RelabelType:
		case T_CollateExpr:
		case T_List:
			break;
		case T_BoolExpr:
			if (((BoolExpr *) node)->boolop != AND_EXPR)
				return true;
			break;
		case T_OpExpr:
			if (((OpExpr *) node)->opfuncid >= FirstNormalObjectId)
				return true;
			break;
		case T_FuncExpr:
			if (((FuncExpr *) node)->funcid >= FirstNormalObjectId ||
				((FuncExpr *) node)->funcformat == COERCE_EXPLICIT_CALL)
				return true;
			break;
		default:
			return true;
	}
	return expression_tree_walker(node, is_foreign_to_keys, context);
}

/*
 * Outputs must not come from any row.  A default under SET DEFAULT may be any
 * expression; what its functions read is guarded by itself.
 */
static bool
outputs_are_rowless(Query *query)
{
	ListCell   *lc;

	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (!entry->resjunk && contain_var_clause((Node *) entry->expr))
			return false;
	}
	return true;
}

bool
wdd_is_referential(Query *query)
{
	if (!InNoForceRLSOperation())
		return false;
	if (list_length(query->rtable) != 1 ||
		((RangeTblEntry *) linitial(query->rtable))->rtekind != RTE_RELATION)
		return false;
	if (query->hasSubLinks || query->cteList || query->returningList || query->hasAggs ||
		query->hasTargetSRFs || query->groupClause || query->sortClause || query->limitCount ||
		query->havingQual || query->distinctClause || query->setOperations || query->onConflict)
		return false;
	return outputs_are_rowless(query) &&
		!is_foreign_to_keys(query->jointree->quals, NULL);
}

static bool
reads_labelled(const WddCheckedRelation *checked)
{
	const WddProtectedRelation *rel = wdd_protected_relation(checked->relid);
	int			column = -1;

	if (rel == NULL)
		return false;
	if (rel->has_table_purposes || rel->closed)
		return true;
	while ((column = bms_next_member(checked->selectedCols, column)) >= 0)
		if (wdd_protected_column(rel, column + FirstLowInvalidHeapAttributeNumber))
			return true;
	return false;
}

bool
wdd_bulk_validation_allowed(List *checked)
{
	ListCell   *lc;

	foreach(lc, checked)
		if (reads_labelled(lfirst(lc)))
			return false;
	return true;
}
