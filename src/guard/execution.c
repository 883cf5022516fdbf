/*
 * execution.c
 *		The stack of guarded statements (see execution.h).
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "errors.h"
#include "executor/executor.h"
#include "guard/error_detail.h"
#include "guard/execution.h"
#include "guard/guard.h"
#include "guard/parallel_state.h"
#include "guard/provision.h"
#include "guard/raw_relation.h"
#include "guard/row_trigger.h"
#include "guard/work_counts.h"
#include "miscadmin.h"
#include "redact/concern.h"
#include "sealed/reveal_view.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

static dlist_head executions = DLIST_STATIC_INIT(executions);
static WddExecution *current = NULL;

/* A statement that has passed the gate is being started. */
static bool starting = false;

typedef struct OpenView
{
	struct OpenView *next;
	int16		category;
	int16		kind;
	WddKeyType	key_type;
	WddConsentView *view;
} OpenView;

WddExecution *
wdd_current_execution(void)
{
	return current;
}

bool
wdd_is_guarded_now(void)
{
	return current != NULL || starting;
}

static WddExecution *
find_execution(QueryDesc *desc)
{
	dlist_iter	iter;

	dlist_foreach(iter, &executions)
	{
		WddExecution *execution = dlist_container(WddExecution, link, iter.cur);

		if (execution->desc == desc)
			return execution;
	}
	return NULL;
}

/*
 * The plan of a leader's fragment in a parallel worker: it carries no marks
 * (they are not sent), and, unlike any plan made by a planner, no dependencies.
 */
static bool
is_leaders_fragment(PlannedStmt *stmt)
{
	return IsParallelWorker() && stmt->relationOids == NIL && stmt->invalItems == NIL;
}

static void
refuse_unmarked(const WddProtectedRelation *rel)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("table \"%s\" is protected, and this plan was made without its checks", rel->name),
			 errdetail("A plan that reads or writes a protected table runs only if wdd_privacy has checked it."),
			 errhint("Run the statement again; if it is refused again, what planned it goes around the planner.")));
}

static void
refuse_closed_child(const WddProtectedRelation *rel, const WddProtectedRelation *parent)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("table \"%s\" cannot be used through its parent \"%s\"", rel->name, parent->name),
			 errdetail("%s", rel->closed_by),
			 errhint("Label both alike.")));
}

/*
 * A child with labels of its own may be reached through a parent without any:
 * then the plan can use the parent's columns only, and none of them may be
 * labelled.
 */
static bool
reaches_no_label(PlannedStmt *stmt, Index rti, const WddProtectedRelation *rel)
{
	ListCell   *lc;

	if (rel->has_table_purposes || rel->closed)
		return false;
	foreach(lc, stmt->appendRelations)
	{
		AppendRelInfo *info = lfirst(lc);

		if (info->child_relid != rti)
			continue;
		/* an inherited column has its parent's name */
		for (int i = 0; i < rel->n_columns; i++)
			if (get_attnum(info->parent_reloid, rel->columns[i].name) != InvalidAttrNumber)
				return false;
		return wdd_protected_relation(info->parent_reloid) == NULL;
	}
	return false;
}

static void
add_mark(WddMarks *marks, const WddMark *mark, const WddProtectedRelation *rel)
{
	if (marks->n == marks->allocated)
	{
		marks->allocated = Max(4, 2 * marks->allocated);
		marks->marks = marks->marks == NULL ?
			palloc(marks->allocated * sizeof(*marks->marks)) :
			repalloc(marks->marks, marks->allocated * sizeof(*marks->marks));
	}
	marks->marks[marks->n].mark = *mark;
	marks->marks[marks->n++].rel = rel;
}

/*
 * Read the marks of the plan's range table.  Every protected relation must have
 * one that speaks of it or, for a child, of a parent in the same tree.
 */
static void
collect_marks(PlannedStmt *stmt, WddMarks *marks, bool *unmarked_fragment)
{
	const char *last = NULL;
	Index		rti = 0;
	ListCell   *lc;

	foreach(lc, stmt->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);
		const WddProtectedRelation *rel,
				   *named;
		WddMark		mark;

		rti++;
		if (rte->rtekind != RTE_RELATION)
			continue;
		wdd_check_raw_relation(rte, is_leaders_fragment(stmt));
		if ((rel = wdd_protected_relation(rte->relid)) == NULL)
			continue;
		if (!wdd_mark_read(rte->enrname, &mark))
		{
			if (is_leaders_fragment(stmt))
				*unmarked_fragment = true;
			else if (!reaches_no_label(stmt, rti, rel))
				refuse_unmarked(rel);
			else if (list_member_int(stmt->resultRelations, rti))
				wdd_gate_unmarked_target(rel);
			continue;
		}
		named = mark.relid == rte->relid ? rel : wdd_protected_relation(mark.relid);
		if (named == NULL || named->root != rel->root)
			refuse_unmarked(rel);
		if (rel->closed && !named->closed && !mark.exempt)
			refuse_closed_child(rel, named);
		if ((mark.exempt && mark.fires == 0) || (last && strcmp(last, rte->enrname) == 0))
			continue;
		last = rte->enrname;
		add_mark(marks, &mark, named);
	}
}

/* The gate, for one relation of the statement. */
static void
check_mark(const WddActing *acting, const WddMark *mark, const WddProtectedRelation *rel)
{
	int			attnum = -1;

	wdd_gate_triggers(acting, mark);
	if (mark->exempt)
		return;
	if (!mark->gate_per_row)
		wdd_gate_relation(acting, rel);
	if (mark->opened && !acting->glass_broken)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("values of table \"%s\" may not be copied by this plan", rel->name),
				 errdetail("It was made while the glass was broken, and stores values where they would be less protected."),
				 errhint("Run the statement again.")));
	if (acting->purpose_id == WDD_PURPOSE_RESTORE && !acting->glass_broken &&
		!bms_is_empty(mark->used) && !wdd_result_is_stored)
		wdd_refuse_reading_under_restore(rel, wdd_protected_column(rel, bms_next_member(mark->used, -1)));
	while ((attnum = bms_next_member(mark->used, attnum)) >= 0)
	{
		const WddProtectedColumn *column = wdd_protected_column(rel, attnum);

		if (column)
			wdd_gate_column(acting, rel, column);
	}
	if (acting->self && !acting->every_row && !mark->filters_self)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"self\" may not use table \"%s\" through this plan", rel->name),
				 errdetail("The plan was made under another purpose and cannot tell the person's rows from others."),
				 errhint("Run the statement again.")));
}

WddConsentView *
wdd_execution_view(WddExecution *execution, int16 category, int16 kind, WddKeyType key_type, double rows)
{
	OpenView   *open;
	MemoryContext oldcontext;

	for (open = execution->views; open != NULL; open = open->next)
		if (open->category == category && open->kind == kind && open->key_type == key_type)
			return open->view;
	oldcontext = MemoryContextSwitchTo(execution->context);
	open = palloc(sizeof(OpenView));
	open->category = category;
	open->kind = kind;
	open->key_type = key_type;
	if (execution->in_worker)
		open->view = wdd_parallel_view(category, kind, key_type);
	else
		open->view = wdd_consent_open(execution->acting.purpose_id, category, kind, key_type,
									  execution->acting.silence_permits, rows, execution->parallel);
	open->next = execution->views;
	execution->views = open;
	MemoryContextSwitchTo(oldcontext);
	return open->view;
}

/*
 * Settle consent as of now: open the views that the used columns will ask.
 */
static void
open_views(WddExecution *execution)
{
	if (!execution->acting.refusable || execution->acting.every_row)
		return;
	for (int m = 0; m < execution->marks.n; m++)
	{
		const WddMark *mark = &execution->marks.marks[m].mark;
		const WddProtectedRelation *rel = execution->marks.marks[m].rel;
		int			attnum = -1;

		while ((attnum = bms_next_member(mark->used, attnum)) >= 0)
		{
			const WddProtectedColumn *column = wdd_protected_column(rel, attnum);

			for (int i = 0; column && i < rel->n_subjects; i++)
				wdd_execution_view(execution, column->category, rel->kind,
								   rel->subjects[i].key_type, 0);
		}
	}
}

void
wdd_execution_export_views(WddExecution *execution, StringInfo text)
{
	for (OpenView *open = execution->views; open != NULL; open = open->next)
	{
		WddConsentHandle handle;

		wdd_consent_export(open->view, &handle);
		appendStringInfo(text, ";%u %d %d %d", handle.dsm, open->category, open->kind,
						 (int) open->key_type);
	}
}

static void
unlink_execution(void *arg)
{
	WddExecution *execution = arg;

	dlist_delete(&execution->link);
	if (current == execution)
		current = NULL;
}

/* Register an execution that lives as long as context. */
static WddExecution *
register_execution(QueryDesc *desc, MemoryContext context)
{
	WddExecution *execution = MemoryContextAllocZero(context, sizeof(WddExecution));

	execution->desc = desc;
	execution->context = execution->expressions = context;
	dlist_push_head(&executions, &execution->link);
	execution->end.func = unlink_execution;
	execution->end.arg = execution;
	MemoryContextRegisterResetCallback(context, &execution->end);
	return execution;
}

static void
copy_marks(WddMarks *copy, const WddMarks *marks)
{
	copy->n = copy->allocated = marks->n;
	copy->marks = palloc(marks->n * sizeof(*marks->marks));
	memcpy(copy->marks, marks->marks, marks->n * sizeof(*marks->marks));
	for (int i = 0; i < marks->n; i++)
		copy->marks[i].mark.used = bms_copy(marks->marks[i].mark.used);
}

static void
start_guarded(QueryDesc *desc, int eflags, const WddMarks *marks, const WddActing *acting, bool fragment)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(desc->estate->es_query_cxt);
	WddExecution *execution = register_execution(desc, desc->estate->es_query_cxt);

	execution->acting = *acting;
	if (acting->purpose_name)
		execution->acting.purpose_name = pstrdup(acting->purpose_name);
	if (acting->subject)
		execution->acting.subject = pstrdup(acting->subject);
	execution->in_worker = fragment;
	execution->parallel = desc->plannedstmt->parallelModeNeeded && !IsInParallelMode();
	if (fragment)
		wdd_parallel_import(&execution->acting);
	else
	{
		copy_marks(&execution->marks, marks);
		execution->exempt = marks->marks[marks->n - 1].mark.exempt;
		if (!(eflags & EXEC_FLAG_EXPLAIN_ONLY))
			open_views(execution);
	}
	MemoryContextSwitchTo(oldcontext);
}

/*
 * A btree index is handed its constants already when the scan is made ready, and
 * sorts those of IN, by comparing them.
 */
static void
start_after_gate(QueryDesc *desc, int eflags, void (*next) (QueryDesc *, int))
{
	bool		outer = starting;

	starting = true;
	PG_TRY();
	{
		next(desc, eflags);
	}
	PG_FINALLY();
	{
		starting = outer;
	}
	PG_END_TRY();
}

void
wdd_executor_start(QueryDesc *desc, int eflags, void (*next) (QueryDesc *, int))
{
	bool		fragment = false;
	WddMarks	marks = {0};
	WddActing	acting;

	if (wdd_extension_exists())
		collect_marks(desc->plannedstmt, &marks, &fragment);
	if (marks.n > 0)
	{
		wdd_require_served_version();
		wdd_acting_now(&acting);
		for (int i = 0; i < marks.n; i++)
		{
			/* a key that a client writes elsewhere is not a protected value yet */
			if (!marks.marks[i].mark.exempt)
				wdd_redact_require();
			check_mark(&acting, &marks.marks[i].mark, marks.marks[i].rel);
		}
	}
	else
		memset(&acting, 0, sizeof(acting));

	if (marks.n == 0 && !fragment)
	{
		next(desc, eflags);
		return;
	}
	start_after_gate(desc, eflags, next);
	start_guarded(desc, eflags, &marks, &acting, fragment);
}

static void
run_guarded(WDD_RUN_PARAMETERS, void (*next) (WDD_RUN_PARAMETERS))
{
	WddExecution *execution = dlist_is_empty(&executions) ? NULL : find_execution(desc);
	WddExecution *outer = current;
	MemoryContext context = CurrentMemoryContext;

	if (execution == NULL)
	{
		next(WDD_RUN_ARGUMENTS);
		return;
	}
	if (!execution->exempt)
		wdd_redact_require();
	if (execution->parallel && !IsInParallelMode())
		wdd_parallel_export(execution);
	current = execution;
	PG_TRY();
	{
		next(WDD_RUN_ARGUMENTS);
	}
	PG_CATCH();
	{
		current = outer;
		wdd_rethrow_without_values(context, true, NULL);
	}
	PG_END_TRY();
	current = outer;
}

/* The trigger of reveal views asks which statement with RETURNING runs. */
void
wdd_executor_run(WDD_RUN_PARAMETERS, void (*next) (WDD_RUN_PARAMETERS))
{
	const PlannedStmt *outer = wdd_returning_statement;
	const PlannedStmt *own = desc->plannedstmt->hasReturning || desc->plannedstmt->hasModifyingCTE
		? desc->plannedstmt : NULL;

	if (own == outer)
	{
		run_guarded(WDD_RUN_ARGUMENTS, next);
		return;
	}
	wdd_returning_statement = own;
	PG_TRY();
	{
		run_guarded(WDD_RUN_ARGUMENTS, next);
	}
	PG_FINALLY();
	{
		wdd_returning_statement = outer;
	}
	PG_END_TRY();
}

void
wdd_executor_finish(QueryDesc *desc, void (*next) (QueryDesc *))
{
	WddExecution *execution = dlist_is_empty(&executions) ? NULL : find_execution(desc);
	WddExecution *outer = current;
	MemoryContext context = CurrentMemoryContext;

	if (execution == NULL)
	{
		next(desc);
		return;
	}
	wdd_provision_flush(execution);
	current = execution;
	PG_TRY();
	{
		next(desc);
		/* writing WITH queries that nobody read have run only now */
		wdd_provision_flush(execution);
	}
	PG_CATCH();
	{
		current = outer;
		wdd_rethrow_without_values(context, true, NULL);
	}
	PG_END_TRY();
	current = outer;
	wdd_forget_filtered(desc);
}

WddExecution *
wdd_execution_begin_utility(WddExecution *execution, const WddProtectedRelation *rel, Bitmapset *columns)
{
	WddExecution *outer = current;
	MemoryContext oldcontext;
	WddMark		mark = {rel->relid};

	memset(execution, 0, sizeof(*execution));
	execution->expressions = CurrentMemoryContext;
	execution->context = AllocSetContextCreate(CurrentMemoryContext, "wdd_privacy utility statement",
											   ALLOCSET_SMALL_SIZES);
	oldcontext = MemoryContextSwitchTo(execution->context);
	wdd_acting_now(&execution->acting);
	mark.used = columns;
	mark.filters_self = true;
	add_mark(&execution->marks, &mark, rel);
	MemoryContextSwitchTo(oldcontext);
	current = execution;
	return outer;
}

void
wdd_execution_end_utility(WddExecution *execution, WddExecution *outer)
{
	current = outer;
	MemoryContextDelete(execution->context);
}
