/*
 * wrap.c
 *		Replacing Vars by CASE expressions (see wrap.h).
 *
 * Three forms, by where the Var stands:
 *
 *	show	CASE WHEN row_permitted(subjects) THEN value ELSE mask END
 *	require	CASE WHEN value IS NULL THEN NULL WHEN row_required(subjects) THEN value END
 *	leave	the Var itself, or COALESCE(Var), if it is to stay on this server
 *
 * "require" is for values that go into a table (a mask must never be stored),
 * for the row being written, and for columns labelled if_not_permitted=error.
 * A NULL shows nothing, and in the null-extended row of an outer join there is
 * no person to ask.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/own_objects.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "guard/mark.h"
#include "guard/rewrite.h"
#include "guard/wrap.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

typedef enum Where
{
	IN_PLAIN,					/* anywhere that rows are read */
	IN_STORED,					/* SET, conflict and merge actions */
	IN_RETURNING
} Where;

typedef struct WrapContext
{
	WddRelationUse *use;
	Index		levels_up;		/* of use->query, seen from here */
	Where		where;
	Bitmapset  *leave;			/* columns not to wrap here */
} WrapContext;

static Node *wrap_mutator(Node *node, WrapContext *context);

/* The text or inet behind a Var of a type like these, masked, and back. */
static Expr *
mask_call(Var *var, const char *mask)
{
	Expr	   *value = (Expr *) copyObject(var);
	Oid			base = getBaseType(var->vartype);
	bool		is_inet = base == INETOID;
	Oid			type = is_inet ? INETOID : TEXTOID;
	List	   *args;

	if (base == BPCHAROID)
		value = (Expr *) makeFuncExpr(F_TEXT_BPCHAR, TEXTOID, list_make1(value), var->varcollid,
									  var->varcollid, COERCE_IMPLICIT_CAST);
	else if (var->vartype != type)
		value = (Expr *) makeRelabelType(value, type, -1, var->varcollid, COERCE_IMPLICIT_CAST);
	args = list_make2(value, makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
									   CStringGetTextDatum(mask), false, false));
	value = (Expr *) makeFuncExpr(wdd_own_function(is_inet ? WDD_FUNC_MASK_INET : WDD_FUNC_MASK), type, args,
								  var->varcollid, var->varcollid, COERCE_EXPLICIT_CALL);
	if (var->vartype != type)
		value = (Expr *) makeRelabelType(value, var->vartype, var->vartypmod, var->varcollid,
										 COERCE_IMPLICIT_CAST);
	return value;
}

static CaseWhen *
make_when(Expr *condition, Expr *result)
{
	CaseWhen   *when = makeNode(CaseWhen);

	when->expr = condition;
	when->result = result;
	when->location = -1;
	return when;
}

static Expr *
null_of(Var *var)
{
	return (Expr *) makeNullConst(var->vartype, var->vartypmod, var->varcollid);
}

static Expr *
make_case(Var *var, List *whens, Expr *otherwise)
{
	CaseExpr   *result = makeNode(CaseExpr);

	result->casetype = var->vartype;
	result->casecollid = var->varcollid;
	result->args = whens;
	result->defresult = otherwise;
	result->location = -1;
	return (Expr *) result;
}

/* The call of a check about the row that var is of. */
static Expr *
check_of(WrapContext *context, const WddCheck *check, Var *var)
{
	Expr	   *call = wdd_check_call(context->use->rel, check, context->use->rti, var->varlevelsup);
	ListCell   *lc;

	foreach(lc, castNode(FuncExpr, call)->args)
		if (IsA(lfirst(lc), Var))
			wdd_var_of_same_row(lfirst(lc), var);
	return call;
}

static Expr *
wrapped(WrapContext *context, const WddProtectedColumn *column, Var *var, bool require)
{
	WddCheck	check = {require ? WDD_CHECK_REQUIRED : WDD_CHECK_VALUE, context->use->rel->relid};
	NullTest   *is_null;
	Expr	   *call;

	check.columns = bms_make_singleton(column->attnum);
	call = check_of(context, &check, var);
	if (!require)
		return make_case(var, list_make1(make_when(call, (Expr *) copyObject(var))),
						 column->mask ? mask_call(var, column->mask) : null_of(var));
	is_null = makeNode(NullTest);
	is_null->arg = (Expr *) copyObject(var);
	is_null->nulltesttype = IS_NULL;
	is_null->location = -1;
	return make_case(var, list_make2(make_when((Expr *) is_null, null_of(var)),
									 make_when(call, (Expr *) copyObject(var))),
					 null_of(var));
}

/* Does this column, here, want a CASE; and of which form? */
static bool
wants_case(WrapContext *context, const WddProtectedColumn *column, bool *require)
{
	WddRelationUse *use = context->use;
	uint8		uses = use->uses[column - use->rel->columns];
	bool		may_mask = column->masks || column->mask_if_not_listed;

	if (bms_is_member(column->attnum, context->leave))
		return false;
	if (use->is_target && context->where != IN_PLAIN)
	{
		*require = !(context->where == IN_RETURNING && may_mask && !(uses & WDD_USE_STORED));
		return true;
	}
	*require = column->raises || (uses & WDD_USE_STORED);
	return may_mask || column->raises;
}

/* postgres_fdw knows no COALESCE, and the planner leaves it as it is. */
static Node *
kept_here(Var *var)
{
	CoalesceExpr *result = makeNode(CoalesceExpr);

	result->coalescetype = var->vartype;
	result->coalescecollid = var->varcollid;
	result->args = list_make1(copyObject(var));
	result->location = -1;
	return (Node *) result;
}

static Node *
wrap_var(WrapContext *context, Var *var)
{
	const WddProtectedColumn *column = wdd_protected_column(context->use->rel, var->varattno);
	bool		require;

	if (column == NULL)
		return (Node *) copyObject(var);
	if (!wants_case(context, column, &require))
		return context->use->stays_here ? kept_here(var) : (Node *) copyObject(var);
	return (Node *) wrapped(context, column, var, require);
}

static bool
has_outer_join(Query *query)
{
	ListCell   *lc;

	foreach(lc, query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);

		if (rte->rtekind == RTE_JOIN && rte->jointype != JOIN_INNER)
			return true;
	}
	return false;
}

/*
 * The row that an outer join extends by NULLs is itself NULL, not a row of
 * NULLs: count(t) does not count it.
 */
static Node *
null_when_missing(Var *var, RowExpr *row)
{
	NullTest   *is_missing = makeNode(NullTest);

	is_missing->arg = (Expr *) copyObject(var);
	is_missing->nulltesttype = IS_NULL;
	is_missing->argisrow = false;
	is_missing->location = -1;
	return (Node *) make_case(var, list_make1(make_when((Expr *) is_missing, null_of(var))),
							  (Expr *) row);
}

/* t.* as one value: a row built of its columns, each wrapped as it wants. */
static Node *
wrap_whole_row(WrapContext *context, Var *var)
{
	TupleDesc	desc;
	RowExpr    *row;
	bool		any = false;
	bool		require;

	for (int i = 0; i < context->use->rel->n_columns; i++)
		any = any || wants_case(context, &context->use->rel->columns[i], &require);
	if (!any)
		return (Node *) copyObject(var);
	desc = lookup_rowtype_tupdesc_copy(get_rel_type_id(context->use->rel->relid), -1);
	row = makeNode(RowExpr);
	row->row_typeid = var->vartype;
	row->row_format = COERCE_IMPLICIT_CAST;
	row->location = -1;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Var		   *field;

		row->colnames = lappend(row->colnames, makeString(pstrdup(NameStr(attribute->attname))));
		if (attribute->attisdropped)
		{
			row->args = lappend(row->args, makeNullConst(INT4OID, -1, InvalidOid));
			continue;
		}
		field = copyObject(var);
		field->varattno = attribute->attnum;
		field->varattnosyn = attribute->attnum;
		field->vartype = attribute->atttypid;
		field->vartypmod = attribute->atttypmod;
		field->varcollid = attribute->attcollation;
		row->args = lappend(row->args, wrap_var(context, field));
	}
	if (has_outer_join(context->use->query))
		return null_when_missing(var, row);
	return wdd_row_of_var(row, var);
}

static Node *
wrap_mutator(Node *node, WrapContext *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		if (var->varno != context->use->rti || var->varlevelsup != context->levels_up)
			return (Node *) copyObject(var);
		return var->varattno == InvalidAttrNumber ?
			wrap_whole_row(context, var) : wrap_var(context, var);
	}
	if (IsA(node, Query))
	{
		WrapContext inner = *context;

		inner.levels_up++;
		inner.leave = NULL;
		return (Node *) query_tree_mutator((Query *) node, wrap_mutator, &inner, QTW_DONT_COPY_QUERY);
	}
	return expression_tree_mutator(node, wrap_mutator, (void *) context);
}

static Node *
wrap_in(WddRelationUse *use, Node *node, Where where, Bitmapset *leave)
{
	WrapContext context = {use, 0, where, leave};

	return wrap_mutator(node, &context);
}

static void
wrap_range_table(WddRelationUse *use)
{
	ListCell   *lc;

	foreach(lc, use->query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		List	  **grouped;

		rte->subquery = (Query *) wrap_in(use, (Node *) rte->subquery, IN_PLAIN, NULL);
		rte->functions = (List *) wrap_in(use, (Node *) rte->functions, IN_PLAIN, NULL);
		rte->tablefunc = (TableFunc *) wrap_in(use, (Node *) rte->tablefunc, IN_PLAIN, NULL);
		rte->values_lists = (List *) wrap_in(use, (Node *) rte->values_lists, IN_PLAIN, NULL);
		rte->securityQuals = (List *) wrap_in(use, (Node *) rte->securityQuals, IN_PLAIN, NULL);
		rte->tablesample = (TableSampleClause *) wrap_in(use, (Node *) rte->tablesample, IN_PLAIN, NULL);
		if (wdd_is_group_entry(rte, &grouped))
			*grouped = (List *) wrap_in(use, (Node *) *grouped, IN_PLAIN, NULL);
		if (rte->rtekind == RTE_JOIN)
			rte->joinaliasvars = (List *) wrap_in(use, (Node *) rte->joinaliasvars, IN_PLAIN, NULL);
	}
}

static void
wrap_written(WddRelationUse *use)
{
	Query	   *query = use->query;
	ListCell   *lc;

	query->targetList = (List *) wrap_in(use, (Node *) query->targetList, IN_STORED, NULL);
	query->returningList = (List *) wrap_in(use, (Node *) query->returningList, IN_RETURNING, NULL);
	/* those of views and policies, which tell whether the row fulfils them */
	query->withCheckOptions = (List *)
		wrap_in(use, (Node *) query->withCheckOptions, IN_STORED, NULL);
	if (query->onConflict)
	{
		/* the inference expressions must stay as the index has them */
		query->onConflict->onConflictSet = (List *)
			wrap_in(use, (Node *) query->onConflict->onConflictSet, IN_STORED, NULL);
		query->onConflict->onConflictWhere =
			wrap_in(use, query->onConflict->onConflictWhere, IN_STORED, NULL);
	}
	foreach(lc, query->mergeActionList)
	{
		MergeAction *action = lfirst(lc);

		action->qual = wrap_in(use, action->qual, IN_STORED, NULL);
		action->targetList = (List *) wrap_in(use, (Node *) action->targetList, IN_STORED, NULL);
	}
}

void
wdd_wrap_values(WddRelationUse *use, Bitmapset *strict)
{
	Query	   *query = use->query;
	ListCell   *lc;

	wrap_written(use);
	query->jointree = (FromExpr *) wrap_in(use, (Node *) query->jointree, IN_PLAIN, strict);
	*wdd_merge_condition(query) = wrap_in(use, *wdd_merge_condition(query), IN_PLAIN, NULL);
	query->havingQual = wrap_in(use, query->havingQual, IN_PLAIN, NULL);
	query->limitOffset = wrap_in(use, query->limitOffset, IN_PLAIN, NULL);
	query->limitCount = wrap_in(use, query->limitCount, IN_PLAIN, NULL);
	query->windowClause = (List *) wrap_in(use, (Node *) query->windowClause, IN_PLAIN, NULL);
	wrap_range_table(use);
	foreach(lc, query->cteList)
	{
		CommonTableExpr *cte = lfirst(lc);

		cte->ctequery = wrap_in(use, cte->ctequery, IN_PLAIN, NULL);
	}
}
