/*
 * copy.c
 *		COPY of protected tables.
 *
 * "COPY t TO" meets neither planner nor executor: it is made the query that it
 * stands for.  "COPY t FROM" never meets the planner: the check on stored
 * values goes into its WHERE condition.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "commands/copy.h"
#include "guard/error_detail.h"
#include "guard/execution.h"
#include "guard/provision.h"
#include "guard/row_trigger.h"
#include "guard/statistics.h"
#include "guard/stored.h"
#include "nodes/makefuncs.h"
#include "sealed/reveal_view.h"
#include "statement/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

static Node *
column_ref(const char *name)
{
	ColumnRef  *ref = makeNode(ColumnRef);

	ref->fields = list_make1(makeString(pstrdup(name)));
	ref->location = -1;
	return (Node *) ref;
}

/* COPY t (a, b) TO ... becomes COPY (SELECT a, b FROM ONLY t) TO ... */
static void
copy_to_as_query(CopyStmt *copy, Relation rel)
{
	SelectStmt *select = makeNode(SelectStmt);
	RangeVar   *from = makeRangeVar(get_namespace_name(RelationGetNamespace(rel)),
									pstrdup(RelationGetRelationName(rel)), -1);
	ListCell   *lc;

	/* as COPY does it: all but generated columns, or those that it would take */
	foreach(lc, CopyGetAttnums(RelationGetDescr(rel), rel, copy->attlist))
	{
		ResTarget  *target = makeNode(ResTarget);
		char	   *name = get_attname(RelationGetRelid(rel), lfirst_int(lc), false);

		target->name = name;
		target->val = column_ref(name);
		target->location = -1;
		select->targetList = lappend(select->targetList, target);
	}
	from->inh = false;
	select->fromClause = list_make1(from);
	copy->query = (Node *) select;
	copy->relation = NULL;
	copy->attlist = NIL;
}

static Node *
raw_check(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	WddCheck	check = {WDD_CHECK_STORE, rel->relid};
	NullTest   *is_null = makeNode(NullTest);
	A_Const    *text = makeNode(A_Const);
	List	   *args;
	List	   *name = list_make2(makeString(get_namespace_name(wdd_own_schema())),
								  makeString("row_required"));

	check.columns = bms_make_singleton(column->attnum);
	text->val.sval.type = T_String;
	text->val.sval.sval = wdd_check_write(&check);
	text->location = -1;
	args = list_make1(text);
	for (int i = 0; i < rel->n_subjects; i++)
		args = lappend(args, column_ref(get_attname(rel->relid, rel->subjects[i].attnum, false)));
	if (rel->n_subjects == 0)	/* VARIADIC "any" wants an argument */
	{
		A_Const    *nobody = makeNode(A_Const);

		nobody->isnull = true;
		nobody->location = -1;
		args = lappend(args, nobody);
	}
	is_null->arg = (Expr *) column_ref(column->name);
	is_null->nulltesttype = IS_NULL;
	is_null->location = -1;
	return (Node *) makeBoolExpr(OR_EXPR,
								 list_make2(is_null, makeFuncCall(name, args, COERCE_EXPLICIT_CALL, -1)),
								 -1);
}

static bool
names_column(List *attlist, const char *name)
{
	ListCell   *lc;

	foreach(lc, attlist)
		if (strcmp(strVal(lfirst(lc)), name) == 0)
			return true;
	return attlist == NIL;
}

/* Returns the columns whose storing is checked. */
static Bitmapset *
add_checks(CopyStmt *copy, const WddProtectedRelation *rel)
{
	List	   *conditions = copy->whereClause ? list_make1(copy->whereClause) : NIL;
	Bitmapset  *columns = NULL;

	for (int i = 0; i < rel->n_columns; i++)
		/* a generated column is not read from the file */
		if (names_column(copy->attlist, rel->columns[i].name) &&
			get_attgenerated(rel->relid, rel->columns[i].attnum) == '\0')
		{
			conditions = lappend(conditions, raw_check(rel, &rel->columns[i]));
			columns = bms_add_member(columns, rel->columns[i].attnum);
		}
	if (columns)
		copy->whereClause = (Node *) makeBoolExpr(AND_EXPR, conditions, -1);
	return columns;
}

static void
copy_from(WddUtilityCall *call, CopyStmt *copy, const WddProtectedRelation *rel)
{
	WddExecution execution;
	WddExecution *outer;
	MemoryContext context = CurrentMemoryContext;
	WddCopyLine line;
	WddActing	acting;
	Bitmapset  *columns;

	/* first, for a relation that is closed may lack what checks are made of */
	wdd_acting_now(&acting);
	wdd_gate_relation(&acting, rel);
	columns = add_checks(copy, rel);
	outer = wdd_execution_begin_utility(&execution, rel, columns);
	wdd_copy_line_begin(&line);
	PG_TRY();
	{
		wdd_note_protected_write();
		if (!execution.acting.every_row)
			wdd_refuse_copy_triggers(rel);
		wdd_run_utility(call);
		wdd_provision_flush(&execution);
	}
	PG_CATCH();
	{
		wdd_copy_line_end(&line);
		wdd_execution_end_utility(&execution, outer);
		wdd_rethrow_without_values(context, true, &line);
	}
	PG_END_TRY();
	wdd_copy_line_end(&line);
	wdd_execution_end_utility(&execution, outer);
}

/* What the trigger stores is checked row by row; the line is not shown. */
static void
copy_into_view(WddUtilityCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	WddCopyLine line;

	wdd_copy_line_begin(&line);
	PG_TRY();
	{
		wdd_note_protected_write();
		wdd_run_utility(call);
	}
	PG_CATCH();
	{
		wdd_copy_line_end(&line);
		wdd_rethrow_without_values(context, true, &line);
	}
	PG_END_TRY();
	wdd_copy_line_end(&line);
}

void
wdd_copy(WddUtilityCall *call, CopyStmt *copy)
{
	Relation	rel;
	const WddProtectedRelation *protected;
	bool		becomes_query;
	bool		into_view;

	if (copy->relation == NULL)
	{
		wdd_run_utility(call);
		return;
	}
	rel = table_openrv(copy->relation, copy->is_from ? RowExclusiveLock : AccessShareLock);
	protected = wdd_protected_relation(RelationGetRelid(rel));
	becomes_query = !copy->is_from && rel->rd_rel->relkind == RELKIND_RELATION &&
		(protected || wdd_is_statistics_catalog(RelationGetRelid(rel)));
	if (protected || becomes_query)
	{
		/* the statement may be run again by whoever prepared it */
		call->stmt = copyObject(call->stmt);
		copy = (CopyStmt *) call->stmt->utilityStmt;
		if (becomes_query)
			copy_to_as_query(copy, rel);
	}
	into_view = copy->is_from && wdd_is_writable_reveal_view(RelationGetRelid(rel));
	table_close(rel, NoLock);
	if (into_view)
		copy_into_view(call);
	else if (protected && copy->is_from)
		copy_from(call, copy, protected);
	else
		wdd_run_utility(call);
}
