/*
 * same_row.c
 *		Following a subject to the row it is of (wdd_comes_from in origin.h).
 *
 * A value and the subject that it is stored under are of one row if the subject
 * is that row's, or equal to it by a condition that every row fulfils in which
 * the two meet.  One condition is enough: chains of conditions are not followed,
 * since those of a sub-select may hold for its rows alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "lineage/harmless.h"
#include "lineage/level.h"
#include "lineage/origin.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* A column of one row, or a constant. */
typedef struct Place
{
	WddLevel   *level;			/* NULL: constant */
	Index		rti;
	AttrNumber	attnum;
	Node	   *constant;
} Place;

static const Oid integer_casts[] = {
	F_INT8_INT4, F_INT8_INT2, F_INT4_INT2, F_INT4_INT8, F_INT2_INT8, F_INT2_INT4,
};

static const Oid key_equality[] = {
	F_INT8EQ, F_INT4EQ, F_INT2EQ, F_INT84EQ, F_INT48EQ, F_INT82EQ, F_INT28EQ, F_INT42EQ, F_INT24EQ,
	F_UUID_EQ, F_TEXTEQ,
};

/* Take off what does not change a key. */
static Node *
strip(Node *expr)
{
	for (;;)
	{
		if (IsA(expr, RelabelType))
			expr = (Node *) ((RelabelType *) expr)->arg;
		else if (IsA(expr, CoerceToDomain))
			expr = (Node *) ((CoerceToDomain *) expr)->arg;
		else if (IsA(expr, FuncExpr) &&
				 wdd_is_among(integer_casts, lengthof(integer_casts), ((FuncExpr *) expr)->funcid))
			expr = linitial(((FuncExpr *) expr)->args);
		else
			return expr;
	}
}

static Node *
output_expr(Query *query, AttrNumber attnum)
{
	TargetEntry *entry = attnum > 0 ? get_tle_by_resno(wdd_outputs(query), attnum) : NULL;

	return entry ? (Node *) entry->expr : NULL;
}

/*
 * One step down from a Var that is not of a relation, where there is one
 * expression that it stands for; NULL otherwise.
 */
static Node *
step_down(WddLevel **level, RangeTblEntry *rte, Var *var)
{
	List	  **grouped;
	WddLevel   *below;

	if (var->varattno <= 0)
		return NULL;
	if (wdd_is_group_entry(rte, &grouped))
		return list_nth(*grouped, var->varattno - 1);
	switch (rte->rtekind)
	{
		case RTE_JOIN:
			return var->varattno <= list_length(rte->joinaliasvars) ?
				list_nth(rte->joinaliasvars, var->varattno - 1) : NULL;
		case RTE_SUBQUERY:
		case RTE_CTE:
			below = wdd_level_below(*level, rte, var->varno);
			if (below->other_rows || below->query->setOperations)
				return NULL;
			*level = below;
			return output_expr(below->query, var->varattno);
		default:
			return NULL;
	}
}

/* Where does expr come from, if from one place? */
static bool
resolve(WddLevel *level, Node *expr, Place *place)
{
	memset(place, 0, sizeof(*place));
	while (expr)
	{
		Var		   *var;
		RangeTblEntry *rte;
		bool		is_excluded = false;

		CHECK_FOR_INTERRUPTS();
		expr = strip(expr);
		if (IsA(expr, Const) || (IsA(expr, Param) && ((Param *) expr)->paramkind == PARAM_EXTERN))
		{
			place->constant = expr;
			return true;
		}
		if (!IsA(expr, Var))
			return false;
		var = (Var *) expr;
		level = wdd_level_of_var(level, var, &rte);
		if (rte->rtekind == RTE_RELATION)
			expr = wdd_excluded_value(level, var->varno, var->varattno, &is_excluded);
		if (rte->rtekind == RTE_RELATION && !is_excluded)
		{
			place->level = level;
			place->rti = var->varno;
			place->attnum = var->varattno;
			return true;
		}
		if (rte->rtekind != RTE_RELATION)
			expr = step_down(&level, rte, var);
	}
	return false;
}

static bool
integer_value(Node *node, int64 *value)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull)
		return false;
	if (constant->consttype == INT8OID)
		*value = DatumGetInt64(constant->constvalue);
	else if (constant->consttype == INT4OID)
		*value = DatumGetInt32(constant->constvalue);
	else if (constant->consttype == INT2OID)
		*value = DatumGetInt16(constant->constvalue);
	else
		return false;
	return true;
}

static bool
same_constant(Node *a, Node *b)
{
	int64		of_a,
				of_b;

	if (IsA(a, Param) && IsA(b, Param))
		return ((Param *) a)->paramid == ((Param *) b)->paramid;
	if (integer_value(a, &of_a) && integer_value(b, &of_b))
		return of_a == of_b;
	return IsA(a, Const) && !((Const *) a)->constisnull && equal(a, b);
}

static bool
same_place(const Place *a, const Place *b)
{
	if (a->constant || b->constant)
		return a->constant && b->constant && same_constant(a->constant, b->constant);
	return a->rti == b->rti && a->attnum == b->attnum && wdd_same_level(a->level, b->level);
}

/*
 * Conditions that every row fulfils that comes out of the join tree: those of
 * outer joins do not count.
 */
static void
collect_conditions(Node *jointree, List **conditions)
{
	ListCell   *lc;

	if (jointree == NULL || IsA(jointree, RangeTblRef))
		return;
	if (IsA(jointree, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) jointree;

		if (join->jointype == JOIN_INNER)
			*conditions = lappend(*conditions, join->quals);
		collect_conditions(join->larg, conditions);
		collect_conditions(join->rarg, conditions);
		return;
	}
	*conditions = lappend(*conditions, castNode(FromExpr, jointree)->quals);
	foreach(lc, ((FromExpr *) jointree)->fromlist)
		collect_conditions(lfirst(lc), conditions);
}

static bool
is_key_equality(OpExpr *op)
{
	return wdd_is_among(key_equality, lengthof(key_equality), op->opfuncid) &&
		(!OidIsValid(op->inputcollid) || get_collation_isdeterministic(op->inputcollid));
}

/* Does this condition say that a and b are equal? */
static bool
makes_equal(WddLevel *level, Node *condition, const Place *a, const Place *b)
{
	OpExpr	   *op = (OpExpr *) condition;
	ListCell   *lc;
	Place		left,
				right;

	if (condition == NULL)
		return false;
	if (IsA(condition, List))
	{
		foreach(lc, (List *) condition)
			if (makes_equal(level, lfirst(lc), a, b))
				return true;
		return false;
	}
	if (IsA(condition, BoolExpr) && ((BoolExpr *) condition)->boolop == AND_EXPR)
		return makes_equal(level, (Node *) ((BoolExpr *) condition)->args, a, b);
	if (!IsA(condition, OpExpr))
		return false;
	set_opfuncid(op);
	return is_key_equality(op) &&
		resolve(level, linitial(op->args), &left) && resolve(level, lsecond(op->args), &right) &&
		((same_place(&left, a) && same_place(&right, b)) ||
		 (same_place(&left, b) && same_place(&right, a)));
}

/*
 * Look at the levels that the origin's row comes through: a condition there that
 * speaks of it is fulfilled wherever its value arrives.
 */
static bool
equal_by_condition(const WddOrigin *origin, const Place *subject, const Place *place)
{
	for (WddLevel *level = origin->level; level; level = level->from)
	{
		List	   *conditions = NIL;

		if (level->query->commandType == CMD_MERGE && level->unmatched)
			continue;
		collect_conditions((Node *) level->query->jointree, &conditions);
		conditions = lappend(conditions, *wdd_merge_condition(level->query));
		if (makes_equal(level, (Node *) conditions, subject, place))
			return true;
	}
	return false;
}

/*
 * A row of a set operation comes from one of its arms: if the origin lies in one,
 * from that.
 */
static bool
comes_from_arms(WddLevel *level, AttrNumber attno, const WddOrigin *origin, AttrNumber attnum)
{
	ListCell   *lc;
	Index		rti = 0;
	bool		all = true;

	foreach(lc, level->query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		WddLevel   *arm;
		bool		comes;
		Node	   *expr;

		rti++;
		if (rte->rtekind != RTE_SUBQUERY)
			continue;
		arm = wdd_level_below(level, rte, rti);
		if (arm->query->setOperations)
			comes = comes_from_arms(arm, attno, origin, attnum);
		else
		{
			expr = output_expr(arm->query, attno);
			comes = expr && wdd_comes_from(arm, expr, origin, attnum);
		}
		if (wdd_is_within(origin->level, arm))
			return comes;
		all = all && comes;
	}
	return all;
}

static bool
comes_from_every(WddLevel *level, List *exprs, const WddOrigin *origin, AttrNumber attnum)
{
	ListCell   *lc;

	foreach(lc, exprs)
		if (!wdd_comes_from(level, lfirst(lc), origin, attnum))
			return false;
	return exprs != NIL;
}

static bool
comes_from_values(WddLevel *level, RangeTblEntry *rte, AttrNumber attno, const WddOrigin *origin,
				  AttrNumber attnum)
{
	List	   *exprs = NIL;
	ListCell   *lc;

	foreach(lc, rte->values_lists)
		exprs = lappend(exprs, list_nth(lfirst(lc), attno - 1));
	return comes_from_every(level, exprs, origin, attnum);
}

static bool
var_comes_from(WddLevel *level, Var *var, const WddOrigin *origin, AttrNumber attnum)
{
	RangeTblEntry *rte;
	Node	   *expr;

	level = wdd_level_of_var(level, var, &rte);
	if (var->varattno <= 0)
		return false;
	if (rte->rtekind == RTE_VALUES)
		return comes_from_values(level, rte, var->varattno, origin, attnum);
	if (rte->rtekind == RTE_RELATION)
	{
		bool		is_excluded;

		expr = wdd_excluded_value(level, var->varno, var->varattno, &is_excluded);
	}
	else if (rte->rtekind == RTE_SUBQUERY || rte->rtekind == RTE_CTE)
	{
		WddLevel   *below = wdd_level_below(level, rte, var->varno);

		if (below->query->setOperations && !below->other_rows)
			return comes_from_arms(below, var->varattno, origin, attnum);
		expr = step_down(&level, rte, var);
	}
	else
		expr = step_down(&level, rte, var);
	return expr && wdd_comes_from(level, expr, origin, attnum);
}

bool
wdd_comes_from(WddLevel *level, Node *expr, const WddOrigin *origin, AttrNumber attnum)
{
	Place		place;
	Place		subject = {origin->level, origin->rti, attnum, NULL};

	check_stack_depth();
	if (origin->other_rows)
		return false;
	expr = strip(expr);
	if (resolve(level, expr, &place) &&
		(same_place(&place, &subject) || equal_by_condition(origin, &subject, &place)))
		return true;
	if (IsA(expr, Var))
		return var_comes_from(level, (Var *) expr, origin, attnum);
	if (IsA(expr, CoalesceExpr))
		return comes_from_every(level, ((CoalesceExpr *) expr)->args, origin, attnum);
	return false;
}
