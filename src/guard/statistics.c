/*
 * statistics.c
 *		See statistics.h.  The planner itself reads statistics past the executor.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "guard/gate.h"
#include "guard/statistics.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/syscache.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(wdd_statistics_shown);
PG_FUNCTION_INFO_V1(wdd_extended_statistics_shown);

bool
wdd_holds_statistics(const RangeTblEntry *rte)
{
	return rte->rtekind == RTE_RELATION &&
		(rte->relid == StatisticRelationId || rte->relid == StatisticExtDataRelationId);
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
filter_walker(Node *node, void *context)
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
			if (wdd_holds_statistics(lfirst(lc)) && query->resultRelation != rti)
				filter_entry(lfirst(lc), rti);
		}
		return query_tree_walker(query, filter_walker, context, 0);
	}
	return expression_tree_walker(node, filter_walker, context);
}

void
wdd_filter_statistics(Query *query)
{
	filter_walker((Node *) query, NULL);
}

static bool
sees_every_row(void)
{
	WddActing	acting;

	wdd_acting_now(&acting);
	return acting.every_row && (acting.granted || acting.glass_broken);
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
	PG_RETURN_BOOL(sees_every_row());
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
	PG_RETURN_BOOL(rel == NULL || sees_every_row());
}
