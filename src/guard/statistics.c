/*
 * statistics.c
 *		See statistics.h.  The planner itself reads statistics past the executor.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/index.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/gate.h"
#include "guard/statistics.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(wdd_statistics_shown);
PG_FUNCTION_INFO_V1(wdd_extended_statistics_shown);

/* In enrname of every entry that was dealt with, as a mark is (mark.h). */
#define FILTERED "wdd:statistics"

/* The same where a function that PostgreSQL may ask before the filter is called. */
#define FILTERED_TOO_LATE "wdd:statistics:leakproof"

bool
wdd_is_statistics_catalog(Oid relid)
{
	return relid == StatisticRelationId || relid == StatisticExtDataRelationId;
}

bool
wdd_holds_statistics(const RangeTblEntry *rte)
{
	return rte->rtekind == RTE_RELATION && wdd_is_statistics_catalog(rte->relid);
}

void
wdd_require_filtered_statistics(const RangeTblEntry *rte)
{
	const char *mark = rte->enrname ? rte->enrname : "";

	if (strcmp(mark, FILTERED) == 0 || !wdd_any_label() || wdd_sees_stored_form())
		return;
	if (strcmp(mark, FILTERED_TOO_LATE) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("functions that a user declared LEAKPROOF may not be asked about statistics"),
				 errdetail("They would see statistics of protected columns before these are left out."),
				 errhint("ALTER FUNCTION ... NOT LEAKPROOF.")));
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("this plan reads \"%s\" without leaving out what it tells of protected columns",
					get_rel_name(rte->relid)),
			 errdetail("It was made before extension \"wdd_privacy\" was, or goes around the planner."),
			 errhint("Prepare the statement again.")));
}

static void
filter_entry(RangeTblEntry *rte, Index rti)
{
	List	   *args;
	WddOwnFunction function;

	if (rte->relid == StatisticRelationId)
	{
		function = WDD_FUNC_STATISTICS_SHOWN;
		args = list_make2(makeVar(rti, Anum_pg_statistic_starelid, OIDOID, -1, InvalidOid, 0),
						  makeVar(rti, Anum_pg_statistic_staattnum, INT2OID, -1, InvalidOid, 0));
	}
	else
	{
		function = WDD_FUNC_EXTENDED_STATISTICS_SHOWN;
		args = list_make1(makeVar(rti, Anum_pg_statistic_ext_data_stxoid, OIDOID, -1, InvalidOid, 0));
	}
	rte->securityQuals = lcons(makeFuncExpr(wdd_own_function(function), BOOLOID, args, InvalidOid,
											InvalidOid, COERCE_EXPLICIT_CALL), rte->securityQuals);
}

static bool
filter_walker(Node *node, const char *mark)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		Index		rti = 0;
		ListCell   *lc;

		foreach(lc, query->rtable)
		{
			rti++;
			if (!wdd_holds_statistics(lfirst(lc)))
				continue;
			if (query->resultRelation != rti || query->commandType != CMD_INSERT)
				filter_entry(lfirst(lc), rti);
			((RangeTblEntry *) lfirst(lc))->enrname = pstrdup(mark);
		}
		return query_tree_walker(query, filter_walker, (void *) mark, 0);
	}
	return expression_tree_walker(node, filter_walker, (void *) mark);
}

static bool
is_declared_leakproof(Oid function, void *context)
{
	return function >= FirstNormalObjectId && get_func_leakproof(function);
}

/* PostgreSQL would ask such a function before the filter. */
static bool
calls_leakproof(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, is_declared_leakproof, NULL))
		return true;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, calls_leakproof, context, 0);
	return expression_tree_walker(node, calls_leakproof, context);
}

void
wdd_filter_statistics(Query *query)
{
	filter_walker((Node *) query,
				  calls_leakproof((Node *) query, NULL) ? FILTERED_TOO_LATE : FILTERED);
}

/* wdd.statistics_shown(relation oid, attnum smallint) returns boolean; strict */
Datum
wdd_statistics_shown(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	Oid			table = IndexGetRelation(relid, true);
	const WddProtectedRelation *rel = wdd_protected_relation(OidIsValid(table) ? table : relid);

	/* statistics of an index are those of its expressions: of any column */
	if (rel == NULL ||
		(!OidIsValid(table) && !rel->closed && !rel->has_table_purposes &&
		 wdd_protected_column(rel, PG_GETARG_INT16(1)) == NULL))
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(wdd_sees_stored_form());
}

/*
 * wdd.extended_statistics_shown(statistics oid) returns boolean; strict.  Those
 * of a table with any labelled column are not shown: expressions may be of it.
 */
Datum
wdd_extended_statistics_shown(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(PG_GETARG_OID(0)));
	const WddProtectedRelation *rel;

	if (!HeapTupleIsValid(tuple))
		PG_RETURN_BOOL(true);
	rel = wdd_protected_relation(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxrelid);
	ReleaseSysCache(tuple);
	PG_RETURN_BOOL(rel == NULL || wdd_sees_stored_form());
}
