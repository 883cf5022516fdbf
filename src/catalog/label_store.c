/*
 * label_store.c
 *		Reading pg_seclabel and pg_inherits (see label_store.h).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/label.h"
#include "catalog/label_store.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_seclabel.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

static WddStoredLabel *
stored_label(HeapTuple tuple, TupleDesc desc)
{
	FormData_pg_seclabel *row = (FormData_pg_seclabel *) GETSTRUCT(tuple);
	WddStoredLabel *label;
	bool		isnull;
	Datum		provider = heap_getattr(tuple, Anum_pg_seclabel_provider, desc, &isnull);
	Datum		words;

	if (isnull || strcmp(TextDatumGetCString(provider), WDD_LABEL_PROVIDER) != 0)
		return NULL;
	words = heap_getattr(tuple, Anum_pg_seclabel_label, desc, &isnull);
	if (isnull)
		return NULL;
	label = palloc(sizeof(WddStoredLabel));
	label->relid = row->objoid;
	label->attnum = row->objsubid;
	label->text = TextDatumGetCString(words);
	return label;
}

/*
 * While a catalog is that small, it is read through: a new backend has none of
 * the indexes at hand, and opening one costs more.
 */
#define FEW_BLOCKS 4

static bool
is_small(Relation catalog)
{
	return RelationGetNumberOfBlocks(catalog) <= FEW_BLOCKS;
}

static int
compare_labels(const ListCell *a, const ListCell *b)
{
	return ((const WddStoredLabel *) lfirst(a))->attnum - ((const WddStoredLabel *) lfirst(b))->attnum;
}

List *
wdd_stored_labels(Oid relid)
{
	List	   *labels = NIL;
	Relation	pg_seclabel = table_open(SecLabelRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_seclabel_objoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_seclabel_classoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	if (OidIsValid(relid))
		scan = systable_beginscan(pg_seclabel, SecLabelObjectIndexId, !is_small(pg_seclabel),
								  NULL, 2, keys);
	else
		scan = systable_beginscan(pg_seclabel, InvalidOid, false, NULL, 1, &keys[1]);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		WddStoredLabel *label = stored_label(tuple, RelationGetDescr(pg_seclabel));

		if (label)
			labels = lappend(labels, label);
	}
	systable_endscan(scan);
	table_close(pg_seclabel, AccessShareLock);
	if (OidIsValid(relid))
		list_sort(labels, compare_labels);
	return labels;
}

bool
wdd_any_label(void)
{
	bool		found = false;
	Relation	pg_seclabel = table_open(SecLabelRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(pg_seclabel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;

	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = ((FormData_pg_seclabel *) GETSTRUCT(tuple))->classoid == RelationRelationId &&
			stored_label(tuple, RelationGetDescr(pg_seclabel)) != NULL;
	systable_endscan(scan);
	table_close(pg_seclabel, AccessShareLock);
	return found;
}

/* What relid inherits from directly, in the order of its INHERITS clause. */
static List *
parents(Oid relid, Relation pg_inherits, bool by_index)
{
	List	   *parents_of = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(pg_inherits, InheritsRelidSeqnoIndexId, by_index, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		parents_of = lappend_oid(parents_of, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
	systable_endscan(scan);
	/* the index knows the order of several */
	if (list_length(parents_of) > 1 && !by_index)
		return parents(relid, pg_inherits, true);
	return parents_of;
}

List *
wdd_ancestors(Oid relid)
{
	List	   *ancestors = NIL;
	List	   *next = list_make1_oid(relid);
	Relation	pg_inherits = table_open(InheritsRelationId, AccessShareLock);

	while (next != NIL)
	{
		Oid			child = linitial_oid(next);
		ListCell   *lc;

		next = list_delete_first(next);
		foreach(lc, parents(child, pg_inherits, !is_small(pg_inherits)))
		{
			if (list_member_oid(ancestors, lfirst_oid(lc)))
				continue;
			ancestors = lappend_oid(ancestors, lfirst_oid(lc));
			next = lappend_oid(next, lfirst_oid(lc));
		}
	}
	table_close(pg_inherits, AccessShareLock);
	return ancestors;
}
