/*
 * sealed_use.c
 *		WddRewriting wdd.reveal() and wdd.mask() (see sealed_use.h).
 *
 * A walk keeps the queries that it is in, the innermost first, so that a Var's
 * range table entry is found by its varlevelsup.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "guard/mark.h"
#include "guard/row_check.h"
#include "guard/sealed_use.h"
#include "guard/sealed_walk.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "sealed/column.h"
#include "sealed/comparison.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

static WddSealedFunction
what_function(Oid function)
{
	static const char *const internal[] = {"reveal_row", "reveal_verified", "reveal_row_last", "reveal_verified_last", "sealed_verified"};
	WddSealedFunction what = WDD_NO_SEALED_FUNCTION;
	char	   *name;

	if (function < FirstNormalObjectId || get_func_namespace(function) != wdd_own_schema())
		return WDD_NO_SEALED_FUNCTION;
	name = get_func_name(function);
	if (strcmp(name, "reveal") == 0)
		what = WDD_REVEAL;
	else if (strcmp(name, "mask") == 0)
		what = WDD_MASK;
	for (int i = 0; i < lengthof(internal); i++)
		if (strcmp(name, internal[i]) == 0)
			what = WDD_SEALED_INTERNAL;
	pfree(name);
	return what;
}

/* The call, if it is one of what about a sealed value; else NULL. */
FuncExpr *
wdd_sealed_call(Node *node, WddSealedFunction what)
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
RangeTblEntry *
wdd_entry_of_var(const WddRewriting *rewriting, const Var *var, Query **query)
{
	if (var->varlevelsup >= list_length(rewriting->queries))
		return NULL;
	*query = list_nth(rewriting->queries, var->varlevelsup);
	if (var->varno < 1 || var->varno > list_length((*query)->rtable))
		return NULL;
	return rt_fetch(var->varno, (*query)->rtable);
}

/* A column of a join, or of a whole row, as the column of a relation that it is. */
Node *
wdd_plain_column(const WddRewriting *rewriting, Node *node)
{
	while (node && IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		Query	   *query;
		RangeTblEntry *rte = wdd_entry_of_var(rewriting, var, &query);

		if (rte == NULL || rte->rtekind != RTE_JOIN || var->varattno < 1)
			return node;
		node = copyObject(list_nth(rte->joinaliasvars, var->varattno - 1));
		IncrementVarSublevelsUp(node, var->varlevelsup, 0);
	}
	return node;
}

/* The labelled column of a protected relation that a Var is; else NULL. */
const WddProtectedRelation *
wdd_labelled_relation_of(const WddRewriting *rewriting, Node *node)
{
	Var		   *var = (Var *) node;
	Query	   *query;
	RangeTblEntry *rte;
	const WddProtectedRelation *rel;

	if (node == NULL || !IsA(node, Var) || var->varattno < 1)
		return NULL;
	rte = wdd_entry_of_var(rewriting, var, &query);
	if (rte == NULL || (rte->rtekind != RTE_RELATION && rte->rtekind != RTE_NAMEDTUPLESTORE))
		return NULL;
	rel = wdd_protected_relation(rte->relid);
	return rel && wdd_protected_column(rel, var->varattno) ? rel : NULL;
}

/* ------------------------------------------------------------------------
 * The walks
 * ------------------------------------------------------------------------ */

static Node *reveal_mutator(Node *node, WddRewriting *rewriting);

static Node *
reveal_call(WddRewriting *rewriting, FuncExpr *call, Oid plain)
{
	Node	   *value = wdd_plain_column(rewriting, linitial(call->args));
	const WddProtectedRelation *rel = wdd_labelled_relation_of(rewriting, value);
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
mask_call(WddRewriting *rewriting, FuncExpr *call)
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
within_query(WddRewriting *rewriting, Query *query, Node *(*mutator) (Node *, WddRewriting *))
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
reveal_mutator(Node *node, WddRewriting *rewriting)
{
	FuncExpr   *call;
	Node	   *compared;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return within_query(rewriting, (Query *) node, reveal_mutator);
	if ((compared = wdd_compared_sealed(rewriting, node)) != NULL)
		node = compared;
	else if ((call = wdd_sealed_call(node, WDD_REVEAL)) != NULL)
		return reveal_call(rewriting, call, call->funcresulttype);
	else if ((call = wdd_sealed_call(node, WDD_MASK)) != NULL)
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
verify_mutator(Node *node, WddRewriting *rewriting)
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
	if (IsA(node, FuncExpr) && what_function(((FuncExpr *) node)->funcid) == WDD_SEALED_INTERNAL &&
		list_length(((FuncExpr *) node)->args) == 3)
		return node;
	if (wdd_is_sealed_comparison(node))
		return node;
	if (is_sealed_var(node) && (rel = wdd_labelled_relation_of(rewriting, node)) != NULL)
		return (Node *) own_call("sealed_verified", ((Var *) node)->vartype, 3,
								 row_arguments((Var *) node, rel));
	return expression_tree_mutator(node, verify_mutator, (void *) rewriting);
}

/* Rows of the subquery as they were before it put out more. */
static Node *
row_without_added(const WddExtended *extended, const Var *whole)
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
row_mutator(Node *node, WddRewriting *rewriting)
{
	Query	   *query;
	ListCell   *lc;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return within_query(rewriting, (Query *) node, row_mutator);
	if (IsA(node, Var) && ((Var *) node)->varattno == InvalidAttrNumber &&
		wdd_entry_of_var(rewriting, (Var *) node, &query) != NULL)
	{
		foreach(lc, *rewriting->extended)
		{
			WddExtended   *extended = lfirst(lc);

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
reveal_here(WddRewriting *rewriting, Expr *column)
{
	Node	   *value;

	if (!IsA(column, Var))
		return column;
	rewriting->any_column = true;
	value = wdd_hidden_value(rewriting, (Node *) column);
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
reveal_after_sort(WddRewriting *rewriting, Query *query)
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
		WddSealedFunction what = what_function(((FuncExpr *) node)->funcid);

		if (what == WDD_SEALED_INTERNAL)
			wdd_refuse_check_call();
		if (wdd_sealed_call(node, WDD_REVEAL) || wdd_sealed_call(node, WDD_MASK))
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
	WddRewriting	rewriting = {.extended = &extended};

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
