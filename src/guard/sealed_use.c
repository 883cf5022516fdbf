/*
 * sealed_use.c
 *		Rewriting wdd.reveal() and wdd.mask() (see sealed_use.h).
 *
 * A walk keeps the queries that it is in, the innermost first, so that a Var's
 * range table entry is found by its varlevelsup.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "errors.h"
#include "guard/mark.h"
#include "guard/sealed_use.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "sealed/column.h"
#include "sealed/comparison.h"
#include "sealed/typmod.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* What a function of ours is, as far as it matters here. */
typedef enum SealedFunction
{
	NONE_OF_THEM,
	REVEAL,						/* of users, and the explicit cast */
	MASK,
	INTERNAL					/* that the guard alone may call */
} SealedFunction;

typedef struct Rewriting
{
	List	   *queries;		/* innermost first */
	bool		verifies;		/* some value comes a longer way */
	bool		last;			/* what is revealed is returned and not sorted by */
	bool		any_column;		/* hidden_value(): also what cannot be searched */
	List	  **extended;		/* of Extended, of all queries */
} Rewriting;

/* A subquery that puts out more than its rows have. */
typedef struct Extended
{
	Query	   *query;			/* in whose range table it stands */
	Index		rti;
	int			n_columns;		/* of its rows */
} Extended;

static SealedFunction
what_function(Oid function)
{
	static const char *const internal[] = {"reveal_row", "reveal_verified", "reveal_row_last", "reveal_verified_last", "sealed_verified"};
	SealedFunction what = NONE_OF_THEM;
	char	   *name;

	if (function < FirstNormalObjectId || get_func_namespace(function) != wdd_own_schema())
		return NONE_OF_THEM;
	name = get_func_name(function);
	if (strcmp(name, "reveal") == 0)
		what = REVEAL;
	else if (strcmp(name, "mask") == 0)
		what = MASK;
	for (int i = 0; i < lengthof(internal); i++)
		if (strcmp(name, internal[i]) == 0)
			what = INTERNAL;
	pfree(name);
	return what;
}

/* The call, if it is one of what about a sealed value; else NULL. */
static FuncExpr *
call_of(Node *node, SealedFunction what)
{
	FuncExpr   *call = (FuncExpr *) node;
	WddSealedColumn type;

	if (node == NULL || !IsA(node, FuncExpr) || call->args == NIL ||
		what_function(call->funcid) != what ||
		!wdd_sealed_type(exprType(linitial(call->args)), -1, &type))
		return NULL;
	return call;
}

/* ------------------------------------------------------------------------
 * Making calls
 * ------------------------------------------------------------------------ */

static Expr *
own_call(const char *name, Oid result_type, int n, List *args)
{
	Oid			types[3];
	ListCell   *lc;
	int			i = 0;
	Oid			function;

	foreach(lc, args)
		types[i++] = exprType(lfirst(lc));
	if (n == 3)
		types[2] = ANYOID;		/* the row's subject */
	if (strcmp(name, "sealed_verified") == 0)
		types[1] = ANYELEMENTOID;
	function = wdd_own_function_named(name, n, types);
	return (Expr *) makeFuncExpr(function, result_type, args, get_typcollation(result_type), InvalidOid,
								 COERCE_EXPLICIT_CALL);
}

/* What a call says of the row: whose table and column, and the row's subject. */
static List *
row_arguments(const Var *var, const WddProtectedRelation *rel)
{
	WddCheck	check = {WDD_CHECK_ROW, rel->relid};
	List	   *args;

	check.columns = bms_make_singleton(var->varattno);
	args = list_make2(makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
								CStringGetTextDatum(wdd_check_write(&check)), false, false),
					  copyObject(unconstify(Var *, var)));
	if (rel->n_subjects > 0)
	{
		const WddSubject *subject = &rel->subjects[0];
		Var		   *of_row = makeVar(var->varno, subject->attnum, subject->type, subject->typmod,
									 subject->collation, var->varlevelsup);

		wdd_var_of_same_row(of_row, var);
		return lappend(args, of_row);
	}
	return lappend(args, makeNullConst(TEXTOID, -1, DEFAULT_COLLATION_OID));
}

/* ------------------------------------------------------------------------
 * Where a value comes from
 * ------------------------------------------------------------------------ */

/* The entry that var is of, in the query var->varlevelsup levels up; its query in *query. */
static RangeTblEntry *
entry_of(const Rewriting *rewriting, const Var *var, Query **query)
{
	if (var->varlevelsup >= list_length(rewriting->queries))
		return NULL;
	*query = list_nth(rewriting->queries, var->varlevelsup);
	if (var->varno < 1 || var->varno > list_length((*query)->rtable))
		return NULL;
	return rt_fetch(var->varno, (*query)->rtable);
}

/* A column of a join, or of a whole row, as the column of a relation that it is. */
static Node *
plain_column(const Rewriting *rewriting, Node *node)
{
	while (node && IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		Query	   *query;
		RangeTblEntry *rte = entry_of(rewriting, var, &query);

		if (rte == NULL || rte->rtekind != RTE_JOIN || var->varattno < 1)
			return node;
		node = copyObject(list_nth(rte->joinaliasvars, var->varattno - 1));
		IncrementVarSublevelsUp(node, var->varlevelsup, 0);
	}
	return node;
}

/* The labelled column of a protected relation that a Var is; else NULL. */
static const WddProtectedRelation *
relation_of(const Rewriting *rewriting, Node *node)
{
	Var		   *var = (Var *) node;
	Query	   *query;
	RangeTblEntry *rte;
	const WddProtectedRelation *rel;

	if (node == NULL || !IsA(node, Var) || var->varattno < 1)
		return NULL;
	rte = entry_of(rewriting, var, &query);
	if (rte == NULL || (rte->rtekind != RTE_RELATION && rte->rtekind != RTE_NAMEDTUPLESTORE))
		return NULL;
	rel = wdd_protected_relation(rte->relid);
	return rel && wdd_protected_column(rel, var->varattno) ? rel : NULL;
}

/* ------------------------------------------------------------------------
 * reveal(x) = y
 * ------------------------------------------------------------------------ */

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
extend_subquery(Rewriting *rewriting, Query *query, Index rti, Node *value)
{
	RangeTblEntry *rte = rt_fetch(rti, query->rtable);
	AttrNumber	attnum = list_length(rte->subquery->targetList) + 1;
	bool		known = false;
	ListCell   *lc;

	foreach(lc, *rewriting->extended)
		known |= ((Extended *) lfirst(lc))->query == query && ((Extended *) lfirst(lc))->rti == rti;
	if (!known)
	{
		Extended   *extended = palloc(sizeof(Extended));

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

static Node *hidden_value(Rewriting *rewriting, Node *node);

/* The sealed column that an output of a subquery reveals, put out of it as well. */
static Node *
hidden_of_subquery(Rewriting *rewriting, Var *var)
{
	Query	   *query;
	RangeTblEntry *rte = entry_of(rewriting, var, &query);
	Rewriting	inner = *rewriting;
	TargetEntry *output;
	Node	   *hidden;

	if (rte == NULL || rte->rtekind != RTE_SUBQUERY || var->varattno < 1 ||
		!takes_another_output(rte->subquery))
		return NULL;
	output = get_tle_by_resno(rte->subquery->targetList, var->varattno);
	if (output == NULL || output->resjunk || row_may_be_null(query, var->varno))
		return NULL;
	inner.queries = lcons(rte->subquery, list_copy_tail(rewriting->queries, var->varlevelsup));
	hidden = hidden_value(&inner, (Node *) output->expr);
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
static Node *
hidden_value(Rewriting *rewriting, Node *node)
{
	FuncExpr   *call = call_of(node, REVEAL);
	WddSealedColumn type;
	Node	   *value;

	if (call == NULL)
	{
		node = plain_column(rewriting, node);
		return node && IsA(node, Var) ? hidden_of_subquery(rewriting, (Var *) node) : NULL;
	}
	value = plain_column(rewriting, linitial(call->args));
	if (relation_of(rewriting, value) == NULL ||
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
compare_sealed(Rewriting *rewriting, OpExpr *op)
{
	Node	   *left = hidden_value(rewriting, linitial(op->args)),
			   *right = hidden_value(rewriting, lsecond(op->args));
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
compare_sealed_with_array(Rewriting *rewriting, ScalarArrayOpExpr *op)
{
	Node	   *value = hidden_value(rewriting, linitial(op->args));
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

static Node *
compared_sealed(Rewriting *rewriting, Node *node)
{
	if (IsA(node, OpExpr) && ((OpExpr *) node)->opno == TextEqualOperator)
		return compare_sealed(rewriting, (OpExpr *) node);
	if (IsA(node, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) node)->opno == TextEqualOperator)
		return compare_sealed_with_array(rewriting, (ScalarArrayOpExpr *) node);
	return NULL;
}

/* ------------------------------------------------------------------------
 * The walks
 * ------------------------------------------------------------------------ */

static Node *reveal_mutator(Node *node, Rewriting *rewriting);

static Node *
reveal_call(Rewriting *rewriting, FuncExpr *call, Oid plain)
{
	Node	   *value = plain_column(rewriting, linitial(call->args));
	const WddProtectedRelation *rel = relation_of(rewriting, value);
	WddSealedColumn type;

	if (rel && wdd_sealed_type(exprType(value), -1, &type) && type.type == exprType(value))
		return (Node *) own_call(rewriting->last ? "reveal_row_last" : "reveal_row", plain, 3,
								 row_arguments((Var *) value, rel));
	rewriting->verifies = true;
	return (Node *) own_call(rewriting->last ? "reveal_verified_last" : "reveal_verified", plain, 1,
							 list_make1(reveal_mutator(linitial(call->args), rewriting)));
}

/* mask(x, kind) is mask(reveal(x), kind). */
static Node *
mask_call(Rewriting *rewriting, FuncExpr *call)
{
	WddSealedColumn type;
	Node	   *plain;
	Node	   *kind = reveal_mutator(lsecond(call->args), rewriting);

	(void) wdd_sealed_type(exprType(linitial(call->args)), -1, &type);
	plain = reveal_call(rewriting, call, wdd_plain_type(type.kind));
	if (wdd_plain_type(type.kind) != TEXTOID)
	{
		CoerceViaIO *as_text = makeNode(CoerceViaIO);

		as_text->arg = (Expr *) plain;
		as_text->resulttype = TEXTOID;
		as_text->resultcollid = DEFAULT_COLLATION_OID;
		as_text->coerceformat = COERCE_EXPLICIT_CAST;
		as_text->location = -1;
		plain = (Node *) as_text;
	}
	return (Node *) makeFuncExpr(wdd_own_function(WDD_FUNC_MASK), TEXTOID, list_make2(plain, kind),
								 DEFAULT_COLLATION_OID, DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL);
}

static Node *
within_query(Rewriting *rewriting, Query *query, Node *(*mutator) (Node *, Rewriting *))
{
	bool		last = rewriting->last;
	Node	   *result;

	rewriting->last = false;
	rewriting->queries = lcons(query, rewriting->queries);
	result = (Node *) query_tree_mutator(query, mutator, (void *) rewriting, QTW_DONT_COPY_QUERY);
	rewriting->queries = list_delete_first(rewriting->queries);
	rewriting->last = last;
	return result;
}

static Node *
reveal_mutator(Node *node, Rewriting *rewriting)
{
	FuncExpr   *call;
	Node	   *compared;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return within_query(rewriting, (Query *) node, reveal_mutator);
	if ((compared = compared_sealed(rewriting, node)) != NULL)
		node = compared;
	else if ((call = call_of(node, REVEAL)) != NULL)
		return reveal_call(rewriting, call, call->funcresulttype);
	else if ((call = call_of(node, MASK)) != NULL)
		return mask_call(rewriting, call);
	return expression_tree_mutator(node, reveal_mutator, (void *) rewriting);
}

static bool
is_sealed_var(Node *node)
{
	WddSealedColumn type;

	return node && IsA(node, Var) && wdd_sealed_type(((Var *) node)->vartype, -1, &type);
}

static Node *
verify_mutator(Node *node, Rewriting *rewriting)
{
	const WddProtectedRelation *rel;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return within_query(rewriting, (Query *) node, verify_mutator);
	if (IsA(node, OnConflictExpr))
	{
		/* what an index is inferred from must stay as it is */
		OnConflictExpr *conflict = (OnConflictExpr *) node;
		List	   *arbiters = conflict->arbiterElems;

		node = expression_tree_mutator(node, verify_mutator, (void *) rewriting);
		((OnConflictExpr *) node)->arbiterElems = arbiters;
		return node;
	}
	if (IsA(node, FuncExpr) && what_function(((FuncExpr *) node)->funcid) == INTERNAL &&
		list_length(((FuncExpr *) node)->args) == 3)
		return node;
	if (wdd_is_sealed_comparison(node))
		return node;
	if (is_sealed_var(node) && (rel = relation_of(rewriting, node)) != NULL)
		return (Node *) own_call("sealed_verified", ((Var *) node)->vartype, 3,
								 row_arguments((Var *) node, rel));
	return expression_tree_mutator(node, verify_mutator, (void *) rewriting);
}

/* Rows of the subquery as they were before it put out more. */
static Node *
row_without_added(const Extended *extended, const Var *whole)
{
	RangeTblEntry *rte = rt_fetch(extended->rti, extended->query->rtable);
	RowExpr    *row = makeNode(RowExpr);

	for (AttrNumber i = 1; i <= extended->n_columns; i++)
	{
		TargetEntry *entry = get_tle_by_resno(rte->subquery->targetList, i);
		Node	   *value = (Node *) entry->expr;

		if (entry->resjunk)
			continue;
		row->args = lappend(row->args, makeVar(whole->varno, i, exprType(value), exprTypmod(value),
											   exprCollation(value), whole->varlevelsup));
		row->colnames = lappend(row->colnames, copyObject(list_nth(rte->eref->colnames, i - 1)));
	}
	row->row_typeid = whole->vartype;
	row->row_format = COERCE_IMPLICIT_CAST;
	row->location = whole->location;
	return (Node *) row;
}

static Node *
row_mutator(Node *node, Rewriting *rewriting)
{
	Query	   *query;
	ListCell   *lc;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return within_query(rewriting, (Query *) node, row_mutator);
	if (IsA(node, Var) && ((Var *) node)->varattno == InvalidAttrNumber &&
		entry_of(rewriting, (Var *) node, &query) != NULL)
	{
		foreach(lc, *rewriting->extended)
		{
			Extended   *extended = lfirst(lc);

			if (extended->query == query && extended->rti == ((Var *) node)->varno)
				return row_without_added(extended, (Var *) node);
		}
	}
	return expression_tree_mutator(node, row_mutator, (void *) rewriting);
}

/*
 * A column of a subquery or view that reveals x: have x come out of it, too, and
 * reveal it here.
 */
static Expr *
reveal_here(Rewriting *rewriting, Expr *column)
{
	Node	   *value;

	if (!IsA(column, Var))
		return column;
	rewriting->any_column = true;
	value = hidden_value(rewriting, (Node *) column);
	rewriting->any_column = false;
	if (value == NULL)
		return column;
	rewriting->verifies = true;
	return own_call("reveal_verified_last", exprType((Node *) column), 1, list_make1(value));
}

/*
 * The planner computes what a statement returns below its sort, unless that is
 * volatile; and rows that are sorted may come to lie in temporary files.
 */
static void
reveal_after_sort(Rewriting *rewriting, Query *query)
{
	ListCell   *lc;

	if (query->commandType != CMD_SELECT || query->sortClause == NIL || query->hasTargetSRFs ||
		query->distinctClause != NIL || query->setOperations != NULL ||
		query->groupClause != NIL || query->groupingSets != NIL || query->hasAggs)
		return;
	rewriting->queries = list_make1(query);
	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (entry->ressortgroupref != 0)
			continue;
		rewriting->last = true;
		entry->expr = reveal_here(rewriting, (Expr *) reveal_mutator((Node *) entry->expr, rewriting));
	}
	rewriting->last = false;
	rewriting->queries = NIL;
}

typedef struct Looking
{
	bool		reveals;
} Looking;

static bool
look_walker(Node *node, Looking *looking)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
	{
		SealedFunction what = what_function(((FuncExpr *) node)->funcid);

		if (what == INTERNAL)
			ereport(ERROR,
					(errcode(ERRCODE_WDD_REFUSED),
					 errmsg("check functions of wdd_privacy are called by its plans only"),
					 errhint("To open a sealed value, use wdd.reveal().")));
		if (call_of(node, REVEAL) || call_of(node, MASK))
			looking->reveals = true;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, look_walker, looking, 0);
	return expression_tree_walker(node, look_walker, (void *) looking);
}

void
wdd_rewrite_sealed(Query *query)
{
	Looking		looking = {false};
	List	   *extended = NIL;
	Rewriting	rewriting = {.extended = &extended};

	look_walker((Node *) query, &looking);
	if (!looking.reveals)
		return;
	reveal_after_sort(&rewriting, query);
	within_query(&rewriting, query, reveal_mutator);
	if (rewriting.verifies)
		within_query(&rewriting, query, verify_mutator);
	if (extended != NIL)
		within_query(&rewriting, query, row_mutator);
}
