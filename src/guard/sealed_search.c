/*
 * sealed_search.c
 *		reveal(x) = y becomes x = y (see sealed_use.h), for which indexes can be
 *		used; also where subqueries and views reveal x.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "guard/sealed_walk.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "sealed/column.h"
#include "sealed/typmod.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* May a column be put out of the subquery besides what it puts out? */
static bool
takes_another_output(const Query *query)
{
	return query->commandType == CMD_SELECT && query->setOperations == NULL &&
		query->distinctClause == NIL && query->groupClause == NIL && query->groupingSets == NIL &&
		!query->hasAggs && !query->hasWindowFuncs && !query->hasTargetSRFs &&
		query->havingQual == NULL && query->limitCount == NULL && query->limitOffset == NULL;
}

static bool
is_under_outer_join(Node *jointree, Index rti, bool nullable)
{
	JoinExpr   *join = (JoinExpr *) jointree;
	ListCell   *lc;

	if (jointree == NULL)
		return false;
	if (IsA(jointree, RangeTblRef))
		return nullable && ((RangeTblRef *) jointree)->rtindex == rti;
	if (IsA(jointree, JoinExpr))
		return is_under_outer_join(join->larg, rti, nullable || join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL) ||
			is_under_outer_join(join->rarg, rti, nullable || join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL);
	foreach(lc, castNode(FromExpr, jointree)->fromlist)
		if (is_under_outer_join(lfirst(lc), rti, nullable))
			return true;
	return false;
}

typedef struct WholeRow
{
	Index		rti;
	Index		levels_up;
} WholeRow;

static bool
whole_row_walker(Node *node, WholeRow *row)
{
	bool		found;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return ((Var *) node)->varno == row->rti && ((Var *) node)->varlevelsup == row->levels_up &&
			((Var *) node)->varattno == InvalidAttrNumber;
	if (!IsA(node, Query))
		return expression_tree_walker(node, whole_row_walker, (void *) row);
	row->levels_up++;
	found = query_tree_walker((Query *) node, whole_row_walker, row, 0);
	row->levels_up--;
	return found;
}

/* Is its row used as a whole, and that may be NULL where its columns are not all? */
static bool
row_may_be_null(Query *query, Index rti)
{
	WholeRow	row = {rti, 0};

	return is_under_outer_join((Node *) query->jointree, rti, false) &&
		query_tree_walker(query, whole_row_walker, &row, 0);
}

/* Put out value as well; the number of the new output. */
static AttrNumber
extend_subquery(WddRewriting *rewriting, Query *query, Index rti, Node *value)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	AttrNumber	attnum = list_length(rte->subquery->targetList) + 1;
	bool		known = false;
	ListCell   *lc;

	foreach(lc, *rewriting->extended)
		known |= ((WddExtended *) lfirst(lc))->query == query && ((WddExtended *) lfirst(lc))->rti == rti;
	if (!known)
	{
		WddExtended   *extended = palloc(sizeof(WddExtended));

		extended->query = query;
		extended->rti = rti;
		extended->n_columns = attnum - 1;
		*rewriting->extended = lappend(*rewriting->extended, extended);
	}
	rte->subquery->targetList = lappend(rte->subquery->targetList,
										makeTargetEntry((Expr *) value, attnum, pstrdup("sealed"), false));
	rte->eref->colnames = lappend(rte->eref->colnames, makeString(pstrdup("sealed")));
	return attnum;
}

/* The sealed column that an output of a subquery reveals, put out of it as well. */
static Node *
hidden_of_subquery(WddRewriting *rewriting, Var *var)
{
	Query	   *query;
	RangeTblEntry *rte = wdd_entry_of_var(rewriting, var, &query);
	WddRewriting	inner = *rewriting;
	TargetEntry *output;
	Node	   *hidden;

	if (rte == NULL || rte->rtekind != RTE_SUBQUERY || var->varattno < 1 ||
		!takes_another_output(rte->subquery))
		return NULL;
	output = get_tle_by_resno(rte->subquery->targetList, var->varattno);
	if (output == NULL || output->resjunk || row_may_be_null(query, var->varno))
		return NULL;
	inner.queries = lcons(rte->subquery, list_copy_tail(rewriting->queries, var->varlevelsup));
	hidden = wdd_hidden_value(&inner, (Node *) output->expr);
	if (hidden == NULL || ((Var *) hidden)->varlevelsup != 0 ||
		list_length(rte->subquery->targetList) != list_length(rte->eref->colnames))
		return NULL;
	return (Node *) makeVar(var->varno, extend_subquery(rewriting, query, var->varno, hidden),
							exprType(hidden), exprTypmod(hidden), InvalidOid, var->varlevelsup);
}

/*
 * The column x, if node is reveal(x) for a column that can be searched, or for any
 * with any_column; else NULL.
 */
Node *
wdd_hidden_value(WddRewriting *rewriting, Node *node)
{
	FuncExpr   *call = wdd_sealed_call(node, WDD_REVEAL);
	WddSealedColumn type;
	Node	   *value;

	if (call == NULL)
	{
		node = wdd_plain_column(rewriting, node);
		return node && IsA(node, Var) ? hidden_of_subquery(rewriting, (Var *) node) : NULL;
	}
	value = wdd_plain_column(rewriting, linitial(call->args));
	if (wdd_labelled_relation_of(rewriting, value) == NULL ||
		!wdd_sealed_type(exprType(value), exprTypmod(value), &type) || type.is_array ||
		!(rewriting->any_column || wdd_typmod_searchable(type.kind, type.typmod)))
		return NULL;
	return (Node *) copyObject(value);
}

/* "=" of the value's type and another; InvalidOid: there is none. */
static Oid
equals(Node *value, Oid other)
{
	return OpernameGetOprid(list_make2(makeString("pg_catalog"), makeString("=")),
							getBaseType(exprType(value)), other);
}

static Datum
seal_constant(Oid type, Datum plain)
{
	Oid			input,
				param;

	getTypeInputInfo(type, &input, &param);
	return OidInputFunctionCall(input, TextDatumGetCString(plain), param, -1);
}

static Datum
seal_array(Oid type, Oid array_type, Datum plain)
{
	ArrayType  *array = DatumGetArrayTypeP(plain);
	ArrayBuildState *state = initArrayResult(type, CurrentMemoryContext, false);
	ArrayIterator iterator = array_create_iterator(array, 0, NULL);
	Datum		element;
	bool		isnull;

	while (array_iterate(iterator, &element, &isnull))
		state = accumArrayResult(state, isnull ? (Datum) 0 : seal_constant(type, element), isnull, type,
								 CurrentMemoryContext);
	return makeArrayResult(state, CurrentMemoryContext);
}

/*
 * What a sealed value is compared with: a literal is sealed, as it would be were it
 * written beside the column, so that no plan shows it.
 */
static Node *
comparand(Node *value, Node *plain)
{
	Oid			type = getBaseType(exprType(value));
	Const	   *constant = (Const *) eval_const_expressions(NULL, plain);
	Oid			array_type = get_array_type(type);

	if (!IsA(constant, Const) || constant->constisnull)
		return plain;
	if (constant->consttype == TEXTOID)
		return (Node *) makeConst(type, -1, InvalidOid, -1, seal_constant(type, constant->constvalue), false, false);
	if (constant->consttype == TEXTARRAYOID && OidIsValid(array_type))
		return (Node *) makeConst(array_type, -1, InvalidOid, -1,
								  seal_array(type, array_type, constant->constvalue), false, false);
	return plain;
}

static Node *
compare_sealed(WddRewriting *rewriting, OpExpr *op)
{
	Node	   *left = wdd_hidden_value(rewriting, linitial(op->args)),
			   *right = wdd_hidden_value(rewriting, lsecond(op->args));
	Node	   *value = left ? left : right;
	Node	   *other = left ? lsecond(op->args) : linitial(op->args);
	Oid			operator;
	OpExpr	   *result;

	if (value == NULL)
		return NULL;
	if (left && right && getBaseType(exprType(left)) == getBaseType(exprType(right)))
		other = right;
	else
		other = comparand(value, other);
	if (!OidIsValid(operator = equals(value, getBaseType(exprType(other)))))
		return NULL;
	result = (OpExpr *) make_opclause(operator, BOOLOID, false, (Expr *) value, (Expr *) other,
									  InvalidOid, OidIsValid(get_typcollation(exprType(other))) ? op->inputcollid : InvalidOid);
	result->opfuncid = get_opcode(operator);
	result->location = op->location;
	return (Node *) result;
}

static Node *
compare_sealed_with_array(WddRewriting *rewriting, ScalarArrayOpExpr *op)
{
	Node	   *value = wdd_hidden_value(rewriting, linitial(op->args));
	ScalarArrayOpExpr *result;
	Node	   *array;
	Oid			operator;

	if (value == NULL || !op->useOr)
		return NULL;
	array = comparand(value, lsecond(op->args));
	if (!OidIsValid(operator = equals(value, getBaseType(get_element_type(getBaseType(exprType(array)))))))
		return NULL;
	result = copyObject(op);
	result->opno = operator;
	result->opfuncid = get_opcode(operator);
	result->inputcollid = OidIsValid(get_typcollation(exprType(array))) ? op->inputcollid : InvalidOid;
	result->args = list_make2(value, copyObject(array));
	return (Node *) result;
}

Node *
wdd_compared_sealed(WddRewriting *rewriting, Node *node)
{
	if (IsA(node, OpExpr) && ((OpExpr *) node)->opno == TextEqualOperator)
		return compare_sealed(rewriting, (OpExpr *) node);
	if (IsA(node, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) node)->opno == TextEqualOperator)
		return compare_sealed_with_array(rewriting, (ScalarArrayOpExpr *) node);
	return NULL;
}

