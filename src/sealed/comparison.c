/*
 * comparison.c
 *		Recognizing comparisons of sealed values (see comparison.h).
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/own_objects.h"
#include "nodes/nodeFuncs.h"
#include "sealed/column.h"
#include "sealed/comparison.h"
#include "utils/lsyscache.h"

/* Only the extension can make an operator whose function lies in its schema. */
static bool
is_ours(Oid operator)
{
	Oid			left,
				right;
	WddSealedColumn type;

	if (operator < FirstNormalObjectId || !wdd_extension_exists() ||
		get_func_namespace(get_opcode(operator)) != wdd_own_schema())
		return false;
	op_input_types(operator, &left, &right);
	return wdd_sealed_type(left, -1, &type) || wdd_sealed_type(right, -1, &type);
}

bool
wdd_is_sealed_comparison(Node *node)
{
	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			return is_ours(((OpExpr *) node)->opno);
		case T_ScalarArrayOpExpr:
			return is_ours(((ScalarArrayOpExpr *) node)->opno);
		default:
			return false;
	}
}

/* A sealed value, be it a constant, has been a value of its type already. */
bool
wdd_sealed_comparison_may_raise(Node *node)
{
	List	   *args = IsA(node, ScalarArrayOpExpr) ? ((ScalarArrayOpExpr *) node)->args : ((OpExpr *) node)->args;
	ListCell   *lc;
	WddSealedColumn type;

	foreach(lc, args)
		if (!wdd_sealed_type(exprType(lfirst(lc)), -1, &type))
			return true;
	return false;
}
