/*
 * catalog_tuple.c
 *		See catalog_tuple.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog_tuple.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

HeapTuple
wdd_catalog_tuple(Oid catalog, Oid index, AttrNumber key, Oid oid, Snapshot snapshot)
{
	Relation	relation = table_open(catalog, AccessShareLock);
	ScanKeyData scankey;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&scankey, key, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(relation, index, true, snapshot, 1, &scankey);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return tuple;
}

Datum
wdd_catalog_field(Oid catalog, HeapTuple tuple, AttrNumber attnum, bool *isnull)
{
	Relation	relation = table_open(catalog, AccessShareLock);
	Datum		value = heap_getattr(tuple, attnum, RelationGetDescr(relation), isnull);

	table_close(relation, AccessShareLock);
	return value;
}
