/*
 * harmless.c
 *		The allow-list of built-in functions (see harmless.h).
 *
 * Built-in functions that PostgreSQL itself marks LEAKPROOF are harmless.  So
 * are those listed here: comparison, containment and pattern matching of
 * built-in types whose errors, if any, do not depend on the column's value but
 * on collation or on the other operand.  Casts, arithmetic (overflow, division
 * by zero) and regular expressions are not: their errors show values.  LEAKPROOF
 * functions of users and extensions are not trusted here.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "lineage/harmless.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "sealed/comparison.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

static const Oid harmless_functions[] = {
	/* text and its kin: comparison, LIKE with the pattern on either side */
	F_TEXTEQ, F_TEXTNE, F_TEXT_LT, F_TEXT_LE, F_TEXT_GT, F_TEXT_GE, F_BTTEXTCMP,
	F_TEXT_PATTERN_LT, F_TEXT_PATTERN_LE, F_TEXT_PATTERN_GT, F_TEXT_PATTERN_GE,
	F_BPCHAREQ, F_BPCHARNE, F_BPCHARLT, F_BPCHARLE, F_BPCHARGT, F_BPCHARGE,
	F_LIKE_TEXT_TEXT, F_NOTLIKE_TEXT_TEXT, F_TEXTLIKE, F_TEXTNLIKE, F_TEXTICLIKE, F_TEXTICNLIKE,
	F_BPCHARLIKE, F_BPCHARNLIKE, F_BPCHARICLIKE, F_BPCHARICNLIKE, F_STARTS_WITH,
	F_LOWER_TEXT, F_UPPER_TEXT, F_LENGTH_TEXT, F_CHAR_LENGTH_TEXT, F_OCTET_LENGTH_TEXT,
	F_BTRIM_TEXT, F_LTRIM_TEXT, F_RTRIM_TEXT, F_TEXT_BPCHAR,
	/* numeric */
	F_NUMERIC_EQ, F_NUMERIC_NE, F_NUMERIC_LT, F_NUMERIC_LE, F_NUMERIC_GT, F_NUMERIC_GE, F_NUMERIC_CMP,
	F_NUMERIC_INT4, F_NUMERIC_INT8, F_NUMERIC_INT2,
	/* jsonb */
	F_JSONB_EQ, F_JSONB_NE, F_JSONB_LT, F_JSONB_LE, F_JSONB_GT, F_JSONB_GE,
	F_JSONB_CONTAINS, F_JSONB_CONTAINED, F_JSONB_EXISTS, F_JSONB_EXISTS_ANY, F_JSONB_EXISTS_ALL,
	F_JSONB_OBJECT_FIELD, F_JSONB_OBJECT_FIELD_TEXT, F_JSONB_ARRAY_ELEMENT, F_JSONB_ARRAY_ELEMENT_TEXT,
	/* network, ranges, bits, bytes, text search */
	F_NETWORK_EQ, F_NETWORK_NE, F_NETWORK_LT, F_NETWORK_LE, F_NETWORK_GT, F_NETWORK_GE,
	F_NETWORK_SUB, F_NETWORK_SUBEQ, F_NETWORK_SUP, F_NETWORK_SUPEQ, F_NETWORK_OVERLAP,
	F_TS_MATCH_VQ, F_TS_MATCH_QV,
};

/* These call functions of their operands' element type: harmless for built-in types. */
static const Oid harmless_containers[] = {
	F_ARRAY_EQ, F_ARRAY_NE, F_ARRAYCONTAINS, F_ARRAYCONTAINED, F_ARRAYOVERLAP,
	F_RANGE_EQ, F_RANGE_NE, F_RANGE_CONTAINS, F_RANGE_CONTAINED_BY, F_RANGE_OVERLAPS,
};

static bool
checker(Oid function, void *context)
{
	return !wdd_function_is_harmless(function);
}

bool
wdd_function_is_harmless(Oid function)
{
	if (function >= FirstGenbkiObjectId)
		return false;
	if (wdd_is_among(harmless_functions, lengthof(harmless_functions), function))
		return true;
	return get_func_leakproof(function);
}

/*
 * Comparing elements fails for types that nothing compares, and for rows that
 * differ in their columns' types.  All ranges are of types that compare.
 */
static bool
elements_compare(Oid container)
{
	Oid			element = get_element_type(container);

	if (!OidIsValid(element))
		return get_typtype(container) == TYPTYPE_RANGE;
	return get_typtype(element) != TYPTYPE_PSEUDO &&
		OidIsValid(lookup_type_cache(element, TYPECACHE_EQ_OPR)->eq_opr);
}

/* "=" and "@>" of arrays and ranges, over built-in types only. */
static bool
is_harmless_container(Node *node)
{
	OpExpr	   *op = (OpExpr *) node;
	ListCell   *lc;

	if (!IsA(node, OpExpr) ||
		!wdd_is_among(harmless_containers, lengthof(harmless_containers), op->opfuncid))
		return false;
	foreach(lc, op->args)
	{
		Oid			type = exprType(lfirst(lc));

		if (type >= FirstGenbkiObjectId || !elements_compare(type))
			return false;
	}
	return true;
}

/*
 * The planner replaces an operator by its negator and its commutator, and asks
 * those when it estimates: a user's operator over a harmless function may have
 * a partner that tells.  Built-in operators have built-in partners.
 */
static bool
is_built_in_operator(Node *node)
{
	ListCell   *lc;

	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			return ((OpExpr *) node)->opno < FirstGenbkiObjectId;
		case T_ScalarArrayOpExpr:
			return ((ScalarArrayOpExpr *) node)->opno < FirstGenbkiObjectId;
		case T_RowCompareExpr:
			foreach(lc, ((RowCompareExpr *) node)->opnos)
				if (lfirst_oid(lc) >= FirstGenbkiObjectId)
					return false;
			return true;
		default:
			return true;
	}
}

bool
wdd_node_is_harmless(Node *node)
{
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_Param:
		case T_BoolExpr:
		case T_RelabelType:
		case T_NullTest:
		case T_BooleanTest:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_ArrayExpr:
		case T_RowExpr:
		case T_List:
		case T_TargetEntry:
		case T_SubLink:
		case T_FromExpr:
		case T_JoinExpr:
		case T_RangeTblRef:
		case T_SQLValueFunction:
			return true;
		case T_FuncExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
		case T_RowCompareExpr:
			if (wdd_is_sealed_comparison(node))
				return true;
			return is_built_in_operator(node) &&
				(!check_functions_in_node(node, checker, NULL) || is_harmless_container(node));
		default:
			return false;
	}
}

static const Oid pattern_functions[] = {
	F_LIKE_TEXT_TEXT, F_NOTLIKE_TEXT_TEXT, F_TEXTLIKE, F_TEXTNLIKE, F_TEXTICLIKE, F_TEXTICNLIKE,
	F_BPCHARLIKE, F_BPCHARNLIKE, F_BPCHARICLIKE, F_BPCHARICNLIKE,
};

static bool
is_pattern_function(Oid function, void *context)
{
	return wdd_is_among(pattern_functions, lengthof(pattern_functions), function);
}

/* A pattern that cannot end in the middle of an escape. */
static bool
is_good_pattern(Node *pattern)
{
	Const	   *constant = (Const *) pattern;

	if (!IsA(pattern, Const) || constant->constisnull || constant->consttype != TEXTOID)
		return false;
	return strchr(TextDatumGetCString(constant->constvalue), '\\') == NULL;
}

/* Without a collation of its own, where types have one, comparing fails. */
static bool
collation_may_raise(Oid collation, Node *operand)
{
	if (OidIsValid(collation))
		/* several functions of text know no other kind */
		return !get_collation_isdeterministic(collation);
	return OidIsValid(get_typcollation(exprType(operand)));
}

static bool
row_comparison_may_raise(RowCompareExpr *comparison)
{
	ListCell   *collation,
			   *operand;

	forboth(collation, comparison->inputcollids, operand, comparison->largs)
		if (collation_may_raise(lfirst_oid(collation), lfirst(operand)))
			return true;
	return false;
}

bool
wdd_node_may_raise(Node *node)
{
	List	   *args;

	switch (nodeTag(node))
	{
		case T_ArrayExpr:
			/* its elements may be arrays of different dimensions */
			return ((ArrayExpr *) node)->multidims;
		case T_RowCompareExpr:
			return row_comparison_may_raise((RowCompareExpr *) node);
		case T_FuncExpr:
			args = ((FuncExpr *) node)->args;
			break;
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			args = ((OpExpr *) node)->args;
			break;
		case T_ScalarArrayOpExpr:
			args = ((ScalarArrayOpExpr *) node)->args;
			break;
		default:
			return false;
	}
	if (args == NIL)
		return false;
	if (wdd_is_sealed_comparison(node))
		return wdd_sealed_comparison_may_raise(node);
	if (check_functions_in_node(node, is_pattern_function, NULL) && !is_good_pattern(llast(args)))
		return true;
	return collation_may_raise(exprInputCollation(node), linitial(args));
}
