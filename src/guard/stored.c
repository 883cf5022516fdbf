/*
 * stored.c
 *		Check options for stored values (see stored.h).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/row_triggers.h"
#include "guard/mark.h"
#include "guard/rewrite.h"
#include "guard/stored.h"
#include "guard/told.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

static bool
is_null_or_default(Node *expr, Node *column_default)
{
	return (IsA(expr, Const) && ((Const *) expr)->constisnull) || equal(expr, column_default);
}

/* The same for a column of a VALUES list: in each of its rows. */
static bool
values_are_null_or_default(RangeTblEntry *rte, AttrNumber column, Node *column_default)
{
	ListCell   *lc;

	foreach(lc, rte->values_lists)
		if (!is_null_or_default(list_nth(lfirst(lc), column - 1), column_default))
			return false;
	return true;
}

/* Does the target list give this column a value of the statement's own? */
static bool
assigns(const WddRelationUse *use, Relation rel, TargetEntry *entry)
{
	Node	   *column_default;
	Var		   *var = (Var *) entry->expr;
	RangeTblEntry *rte;

	if (entry->resjunk)
		return false;
	column_default = build_column_default(rel, entry->resno);
	if (!IsA(var, Var) || var->varlevelsup > 0)
		return !is_null_or_default((Node *) entry->expr, column_default);
	rte = rt_fetch(var->varno, use->query->rtable);
	return rte->rtekind != RTE_VALUES ||
		!values_are_null_or_default(rte, var->varattno, column_default);
}

/* ORMs write "SET id = id": that changes nothing. */
static bool
changes_subject(const WddProtectedRelation *rel, TargetEntry *entry, Index rti)
{
	Var		   *var = (Var *) entry->expr;

	if (entry->resjunk || !wdd_is_subject(rel, entry->resno))
		return false;
	return !(IsA(var, Var) && var->varno == rti && var->varattno == entry->resno);
}

/*
 * Labelled columns that target_list stores.  An UPDATE that assigns a subject
 * gives all of the row's labelled values to another person: it stores them all.
 */
static Bitmapset *
stored_columns(const WddRelationUse *use, List *target_list, bool is_update)
{
	const WddProtectedRelation *protected = use->rel;
	Relation	rel = table_open(protected->relid, NoLock);
	Bitmapset  *columns = NULL;
	/* what a trigger may alter is stored by it, for all we know */
	bool		moves = (use->triggers & (is_update ? WDD_TRIGGER_ALTERS : WDD_TRIGGER_ALTERS_INSERT)) != 0;
	ListCell   *lc;

	foreach(lc, target_list)
	{
		TargetEntry *entry = lfirst(lc);

		if (is_update && changes_subject(protected, entry, use->rti))
			moves = true;
		if (assigns(use, rel, entry) && wdd_protected_column(protected, entry->resno))
			columns = bms_add_member(columns, entry->resno);
	}
	if (moves)
		for (int i = 0; i < protected->n_columns; i++)
			columns = bms_add_member(columns, protected->columns[i].attnum);
	table_close(rel, NoLock);
	return columns;
}

Expr *
wdd_stored_condition(const WddProtectedRelation *rel, Bitmapset *columns, Index rti)
{
	List	   *conditions = NIL;
	int			attnum = -1;

	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		WddCheck	check = {WDD_CHECK_STORE, rel->relid};
		NullTest   *is_null = makeNode(NullTest);
		Oid			type,
					collation;
		int32		typmod;

		get_atttypetypmodcoll(rel->relid, attnum, &type, &typmod, &collation);
		is_null->arg = (Expr *) makeVar(rti, attnum, type, typmod, collation, 0);
		is_null->nulltesttype = IS_NULL;
		is_null->location = -1;
		check.columns = bms_make_singleton(attnum);
		conditions = lappend(conditions,
							 makeBoolExpr(OR_EXPR,
										  list_make2(is_null, wdd_check_call(rel, &check, rti, 0)), -1));
	}
	return conditions == NIL ? NULL : make_ands_explicit(conditions);
}

/* May what is written go to another server: to the table itself or a child? */
static bool
writes_foreign(const WddRelationUse *use)
{
	Oid			relid = use->rel->relid;
	ListCell   *lc;

	if (get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE)
		return true;
	foreach(lc, wdd_row_triggers(relid)->members)
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE)
			return true;
	return false;
}

void
wdd_add_check_option(WddRelationUse *use, WCOKind kind, Expr *condition)
{
	WithCheckOption *option = makeNode(WithCheckOption);

	option->kind = kind;
	option->relname = pstrdup(use->rel->name);
	option->polname = pstrdup("wdd_privacy");
	option->qual = (Node *) condition;
	use->query->withCheckOptions = lappend(use->query->withCheckOptions, option);
}

/*
 * The executor asks options of the kinds of row security before it stores, but
 * not for foreign tables, which have no row security.  Those of views it asks
 * for every table, after storing.
 */
static void
add_option(WddRelationUse *use, WCOKind kind, Expr *condition)
{
	if (condition == NULL)
		return;
	wdd_add_check_option(use, kind, condition);
	if (kind != WCO_RLS_CONFLICT_CHECK && writes_foreign(use))
		wdd_add_check_option(use, WCO_VIEW_CHECK, copyObject(condition));
}

/*
 * The old person, when a row changes hands: the assignment itself raises
 * unless the person whom the values belonged to permits it.
 */
static void
guard_subject_change(WddRelationUse *use, List *target_list)
{
	WddCheck	check = {WDD_CHECK_REQUIRED, use->rel->relid};
	ListCell   *lc;

	for (int i = 0; i < use->rel->n_columns; i++)
		check.columns = bms_add_member(check.columns, use->rel->columns[i].attnum);
	if (bms_is_empty(check.columns))
		return;
	foreach(lc, target_list)
	{
		TargetEntry *entry = lfirst(lc);
		CaseExpr   *choice;
		CaseWhen   *when;

		if (!changes_subject(use->rel, entry, use->rti))
			continue;
		when = makeNode(CaseWhen);
		when->expr = wdd_check_call(use->rel, &check, use->rti, 0);
		when->result = entry->expr;
		when->location = -1;
		choice = makeNode(CaseExpr);
		choice->casetype = exprType((Node *) entry->expr);
		choice->casecollid = exprCollation((Node *) entry->expr);
		choice->args = list_make1(when);
		choice->defresult = (Expr *) makeNullConst(choice->casetype, exprTypmod((Node *) entry->expr),
												   choice->casecollid);
		choice->location = -1;
		entry->expr = (Expr *) choice;
	}
}

/* A row whose subject becomes NULL is nobody's, and opens nothing. */
bool
wdd_gives_to_another_person(const WddRelationUse *use)
{
	ListCell   *lc;

	if (use->query->commandType != CMD_UPDATE)
		return false;
	foreach(lc, use->query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (changes_subject(use->rel, entry, use->rti) && !is_null_or_default((Node *) entry->expr, NULL))
			return true;
	}
	return false;
}

/*
 * ON CONFLICT DO UPDATE overwrites a row that no condition has chosen: its person
 * must permit what is stored into it.  (What SET, WHERE and RETURNING read of it
 * is wrapped.)
 */
static void
check_conflict(WddRelationUse *use)
{
	OnConflictExpr *conflict = use->query->onConflict;
	WddCheck	check = {WDD_CHECK_REQUIRED, use->rel->relid};

	if (conflict == NULL || conflict->action != ONCONFLICT_UPDATE)
		return;
	check.columns = stored_columns(use, conflict->onConflictSet, true);
	if (!bms_is_empty(check.columns))
		add_option(use, WCO_RLS_CONFLICT_CHECK, wdd_check_call(use->rel, &check, use->rti, 0));
	add_option(use, WCO_RLS_UPDATE_CHECK,
			   wdd_stored_condition(use->rel, stored_columns(use, conflict->onConflictSet, true),
									use->rti));
}

static void
check_merge(WddRelationUse *use)
{
	Bitmapset  *inserted = NULL,
			   *updated = NULL;
	ListCell   *lc;

	foreach(lc, use->query->mergeActionList)
	{
		MergeAction *action = lfirst(lc);

		if (action->commandType == CMD_INSERT)
			inserted = bms_add_members(inserted, stored_columns(use, action->targetList, false));
		else if (action->commandType == CMD_UPDATE)
		{
			updated = bms_add_members(updated, stored_columns(use, action->targetList, true));
			guard_subject_change(use, action->targetList);
		}
	}
	add_option(use, WCO_RLS_INSERT_CHECK, wdd_stored_condition(use->rel, inserted, use->rti));
	add_option(use, WCO_RLS_UPDATE_CHECK, wdd_stored_condition(use->rel, updated, use->rti));
}

/*
 * Constraints and indexes evaluate the whole row that is written, and a function
 * in them is told its values: a use, for the row's person.
 */
static void
check_told(WddRelationUse *use)
{
	Bitmapset  *told = wdd_columns_told(use->rel->relid);
	bool		inserts = use->query->commandType != CMD_UPDATE;
	bool		updates = use->query->commandType != CMD_INSERT || use->query->onConflict;

	if (bms_is_empty(told) || use->query->commandType == CMD_DELETE)
		return;
	if (inserts)
		add_option(use, WCO_RLS_INSERT_CHECK, wdd_stored_condition(use->rel, told, use->rti));
	if (updates)
		add_option(use, WCO_RLS_UPDATE_CHECK, wdd_stored_condition(use->rel, told, use->rti));
}

void
wdd_check_stored(WddRelationUse *use)
{
	Query	   *query = use->query;

	check_told(use);
	switch (query->commandType)
	{
		case CMD_INSERT:
			add_option(use, WCO_RLS_INSERT_CHECK,
					   wdd_stored_condition(use->rel, stored_columns(use, query->targetList, false),
											use->rti));
			check_conflict(use);
			break;
		case CMD_UPDATE:
			add_option(use, WCO_RLS_UPDATE_CHECK,
					   wdd_stored_condition(use->rel, stored_columns(use, query->targetList, true),
											use->rti));
			guard_subject_change(use, query->targetList);
			break;
		case CMD_MERGE:
			check_merge(use);
			break;
		default:
			break;
	}
}
