/*
 * compat.h
 *		Differences between the versions of PostgreSQL, each behind a name.
 *
 * Nowhere else is PG_VERSION_NUM looked at.
 */
#ifndef WDD_COMPAT_H
#define WDD_COMPAT_H

#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "commands/vacuum.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "optimizer/clauses.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"				/* no longer part of postgres.h (d952373a9) */
#endif
#if PG_VERSION_NUM >= 180000
#include "access/table.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#endif

#if PG_VERSION_NUM < 150000
#error "wdd_privacy needs PostgreSQL 15 or later"
#endif
#if PG_VERSION_NUM >= 190000
#error "wdd_privacy has not been tried with PostgreSQL 19 or later"
#endif

/*
 * PostgreSQL 18 writes pg_noreturn before the declaration instead of
 * pg_attribute_noreturn() after the type (3691edfab).
 */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

/*
 * Executor hooks.  PostgreSQL 18 dropped execute_once (3eea7a0c9).  Parameters
 * and arguments of ExecutorRun, with these names:
 */
#if PG_VERSION_NUM >= 180000
#define WDD_RUN_PARAMETERS QueryDesc *desc, ScanDirection direction, uint64 count
#define WDD_RUN_ARGUMENTS desc, direction, count
#else
#define WDD_RUN_PARAMETERS QueryDesc *desc, ScanDirection direction, uint64 count, bool once
#define WDD_RUN_ARGUMENTS desc, direction, count, once
#endif

/*
 * PostgreSQL 16 moved what is checked for permission out of range table entries
 * into a list of RTEPermissionInfo, which ExecutorCheckPerms_hook gets besides
 * the range table (a61b1f748).  Both have relid and selectedCols.
 */
#if PG_VERSION_NUM >= 160000
#define WDD_CHECK_PERMS_PARAMETERS List *range_table, List *checked, bool raise
#define WDD_CHECK_PERMS_ARGUMENTS range_table, checked, raise
typedef RTEPermissionInfo WddCheckedRelation;
#else
#define WDD_CHECK_PERMS_PARAMETERS List *checked, bool raise
#define WDD_CHECK_PERMS_ARGUMENTS checked, raise
typedef RangeTblEntry WddCheckedRelation;
#endif

/* PostgreSQL 18 added instrumentation to index scans (0fbceae84). */
static inline IndexScanDesc
wdd_index_beginscan(Relation table, Relation index, Snapshot snapshot, int n_keys)
{
#if PG_VERSION_NUM >= 180000
	return index_beginscan(table, index, snapshot, NULL, n_keys, 0);
#else
	return index_beginscan(table, index, snapshot, n_keys, 0);
#endif
}

/*
 * Columns (attribute numbers) of range table index rti that must not be NULL
 * where quals holds.  PostgreSQL 16 gives them as a set per index instead of a
 * list of Vars (2489d76c4).
 */
static inline Bitmapset *
wdd_nonnullable_columns(Node *quals, Index rti)
{
	Bitmapset  *columns = NULL;
	List	   *found = find_nonnullable_vars(quals);
#if PG_VERSION_NUM >= 160000
	Bitmapset  *members = rti < list_length(found) ? list_nth_node(Bitmapset, found, rti) : NULL;
	int			member = -1;

	while ((member = bms_next_member(members, member)) >= 0)
		if (member + FirstLowInvalidHeapAttributeNumber > 0)
			columns = bms_add_member(columns, member + FirstLowInvalidHeapAttributeNumber);
#else
	ListCell   *lc;

	foreach(lc, found)
	{
		Var		   *var = lfirst(lc);

		if (var->varno == rti && var->varlevelsup == 0 && var->varattno > 0)
			columns = bms_add_member(columns, var->varattno);
	}
#endif
	return columns;
}

/*
 * Make a Var that the guard adds beside another, of the same relation, stand for
 * the same row: nulled by the same outer joins (2489d76c4, PostgreSQL 16), of
 * the same one of OLD and NEW (80feb727c, PostgreSQL 18).
 */
static inline void
wdd_var_of_same_row(Var *var, const Var *model)
{
#if PG_VERSION_NUM >= 160000
	var->varnullingrels = bms_copy(model->varnullingrels);
#endif
#if PG_VERSION_NUM >= 180000
	var->varreturningtype = model->varreturningtype;
#endif
}

/* The pages that a bitmap heap scan has visited; in a struct of their own since 18. */
static inline void
wdd_forget_bitmap_pages(BitmapHeapScanState *scan)
{
#if PG_VERSION_NUM >= 180000
	scan->stats.exact_pages = scan->stats.lossy_pages = 0;
#else
	scan->exact_pages = scan->lossy_pages = 0;
#endif
}

/* How often a scan went down its index, which PostgreSQL 18 counts (0fbceae84). */
static inline void
wdd_forget_index_searches(PlanState *node)
{
#if PG_VERSION_NUM >= 180000
	IndexScanInstrumentation *counts;
	SharedIndexScanInstrumentation *of_workers;

	switch (nodeTag(node))
	{
		case T_IndexScanState:
			counts = &((IndexScanState *) node)->iss_Instrument;
			of_workers = ((IndexScanState *) node)->iss_SharedInfo;
			break;
		case T_IndexOnlyScanState:
			counts = &((IndexOnlyScanState *) node)->ioss_Instrument;
			of_workers = ((IndexOnlyScanState *) node)->ioss_SharedInfo;
			break;
		case T_BitmapIndexScanState:
			counts = &((BitmapIndexScanState *) node)->biss_Instrument;
			of_workers = ((BitmapIndexScanState *) node)->biss_SharedInfo;
			break;
		default:
			return;
	}
	counts->nsearches = 0;
	for (int i = 0; of_workers && i < of_workers->num_workers; i++)
		of_workers->winstrument[i].nsearches = 0;
#endif
}

/*
 * A row built of the fields of a whole-row Var.  Where there is no OLD or NEW
 * row, the Var is NULL and the row built is not; PostgreSQL 18 has a node that
 * makes it so (80feb727c).
 */
static inline Node *
wdd_row_of_var(RowExpr *row, const Var *var)
{
#if PG_VERSION_NUM >= 180000
	if (var->varreturningtype != VAR_RETURNING_DEFAULT)
	{
		ReturningExpr *returning = makeNode(ReturningExpr);

		returning->retlevelsup = var->varlevelsup;
		returning->retold = var->varreturningtype == VAR_RETURNING_OLD;
		returning->retexpr = (Expr *) row;
		return (Node *) returning;
	}
#endif
	return (Node *) row;
}

/*
 * The condition of MERGE ... ON, where it stands in the Query itself and not in
 * its join tree: since PostgreSQL 17 (0294df2f1).
 */
static inline Node **
wdd_merge_condition(Query *query)
{
#if PG_VERSION_NUM >= 170000
	return &query->mergeJoinCondition;
#else
	static Node *none = NULL;

	return &none;
#endif
}

/*
 * Is it the entry of a query's grouping expressions, to which Vars above the
 * grouping point (247dea89f, PostgreSQL 18)?  Then *expressions are they.
 */
static inline bool
wdd_is_group_entry(RangeTblEntry *rte, List ***expressions)
{
#if PG_VERSION_NUM >= 180000
	*expressions = &rte->groupexprs;
	return rte->rtekind == RTE_GROUP;
#else
	*expressions = NULL;
	return false;
#endif
}

/*
 * PostgreSQL 18 has generated columns that are computed when they are read
 * (83ea6c540); the planner puts their expressions in after planner_hook.
 */
static inline bool
wdd_has_generated_columns(TupleDesc desc)
{
	if (desc->constr == NULL)
		return false;
#if PG_VERSION_NUM >= 180000
	if (desc->constr->has_generated_virtual)
		return true;
#endif
	return desc->constr->has_generated_stored;
}

/* What such a column is computed by, with Vars of number 1; else NULL. */
static inline Node *
wdd_computed_when_read(Oid relid, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
	if (attnum > 0 && get_attgenerated(relid, attnum) == ATTRIBUTE_GENERATED_VIRTUAL)
	{
		Relation	rel = table_open(relid, NoLock);
		Node	   *expression = build_generation_expression(rel, attnum);

		table_close(rel, NoLock);
		return expression;
	}
#endif
	return NULL;
}

/*
 * The record of a setting that exists.  The address stays the same as long as
 * the process lives.  PostgreSQL 16 keeps settings in a hash table (3057465ac)
 * and exports its look-up; before, they are a sorted array.
 */
static inline const struct config_generic *
wdd_setting_record(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return find_option(name, false, false, ERROR);
#else
	struct config_generic **settings = get_guc_variables();
	int			n = GetNumConfigOptions();

	for (int i = 0; i < n; i++)
	{
		if (strcmp(settings[i]->name, name) == 0)
			return settings[i];
	}
	elog(ERROR, "configuration parameter \"%s\" is not defined", name);
	return NULL;
#endif
}

/*
 * Call an input function of PostgreSQL's own.  Since PostgreSQL 16 it can return
 * that it does not accept the text (d9f7f5d32): false, and the SQLSTATE.  Before,
 * it raises; and after that, too, what is no fault of the text alone.
 */
static inline bool
wdd_call_input(PGFunction function, char *text, Datum *value, int *sqlstate)
{
#if PG_VERSION_NUM >= 160000
	ErrorSaveContext refusal = {T_ErrorSaveContext};

	refusal.details_wanted = true;
	if (DirectInputFunctionCallSafe(function, text, InvalidOid, -1, (fmNodePtr) &refusal, value))
		return true;
	*sqlstate = refusal.error_data->sqlerrcode;
	return false;
#else
	*value = DirectFunctionCall3(function, CStringGetDatum(text),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return true;
#endif
}

/* EvalPlanQual of nothing.  PostgreSQL 16 wants to know the relations (70b42f279). */
static inline void
wdd_no_plan_qual(EPQState *state, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	EvalPlanQualInit(state, estate, NULL, NIL, -1, NIL);
#else
	EvalPlanQualInit(state, estate, NULL, NIL, -1);
#endif
}

/* PostgreSQL 16 has one function for objects of all kinds (afbfc0298). */
static inline bool
wdd_owns_relation(Oid relid, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relid, role);
#else
	return pg_class_ownercheck(relid, role);
#endif
}

/* PostgreSQL 18 has constraints that are not enforced, and it says so of each (ca87c415e). */
static inline void
wdd_enforce(Constraint *constraint)
{
#if PG_VERSION_NUM >= 180000
	constraint->is_enforced = true;
#endif
}

/* The running transaction of this backend.  PostgreSQL 17 moved it (ab355e3a8). */
static inline LocalTransactionId
wdd_local_transaction(void)
{
#if PG_VERSION_NUM >= 170000
	return MyProc->vxid.lxid;
#else
	return MyProc->lxid;
#endif
}

/*
 * How much ANALYZE is to know of a column; below zero: what is usual.
 * PostgreSQL 17 has it apart from the row of pg_attribute (c69bdf837).
 */
static inline int *
wdd_statistics_target(VacAttrStats *stats)
{
#if PG_VERSION_NUM >= 170000
	return &stats->attstattarget;
#else
	return &stats->attr->attstattarget;
#endif
}

/* PostgreSQL 18 wants to know which of the two waits (e5b0b0ce1). */
static inline void
wdd_analyze_delay_point(void)
{
#if PG_VERSION_NUM >= 180000
	vacuum_delay_point(true);
#else
	vacuum_delay_point();
#endif
}

#endif							/* WDD_COMPAT_H */
