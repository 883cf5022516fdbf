/*
 * raw_relation.c
 *		See raw_relation.h.
 *
 * Everything here is decided when a statement starts, not when it is planned:
 * a plan that was kept from before a label, or from another purpose, meets it
 * each time.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext_data.h"
#include "errors.h"
#include "guard/gate.h"
#include "guard/raw_relation.h"
#include "guard/statistics.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

static Oid
toast_relation_of(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			toast = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		toast = ((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid;
		ReleaseSysCache(tuple);
	}
	return toast;
}

/* The table that a TOAST relation belongs to; those of catalogs have no entry. */
static Oid
table_of_toast(Oid toast)
{
	Oid			table = InvalidOid;
	Relation	pg_depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(toast));
	scan = systable_beginscan(pg_depend, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend depend = (Form_pg_depend) GETSTRUCT(tuple);

		if (depend->refclassid == RelationRelationId && depend->deptype == DEPENDENCY_INTERNAL)
			table = depend->refobjid;
	}
	systable_endscan(scan);
	table_close(pg_depend, AccessShareLock);
	return table;
}

static void
check_toast(Oid toast)
{
	Oid			table = table_of_toast(toast);
	const WddProtectedRelation *rel = OidIsValid(table) ? wdd_protected_relation(table) : NULL;
	bool		of_statistics = toast == toast_relation_of(StatisticRelationId) ||
		toast == toast_relation_of(StatisticExtDataRelationId);

	if (rel == NULL && !(of_statistics && wdd_any_label()))
		return;
	if (wdd_sees_stored_form())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("TOAST relation \"%s\" may not be read", get_rel_name(toast)),
			 rel ? errdetail("It holds values of table \"%s\", which is protected, and tells not whose.", rel->name)
			 : errdetail("It holds samples of columns, protected ones among them."),
			 errhint("Read the table itself; or act for purpose \"backup\", if it is granted.")));
}

void
wdd_check_raw_relation(const RangeTblEntry *rte, bool in_fragment)
{
	if (rte->relkind == RELKIND_TOASTVALUE)
		check_toast(rte->relid);
	else if (wdd_is_statistics_catalog(rte->relid) && !in_fragment)
		wdd_require_filtered_statistics(rte);
}
