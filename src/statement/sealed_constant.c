/*
 * sealed_constant.c
 *		No sealed constants in the catalog (see sealed_table.h).
 *
 * A constant of a sealed type in a view, a rule, a default or a constraint is a
 * value of no row, under a key that is nobody's: it could not be erased with a
 * person, and would go into dumps as plaintext's only hiding place.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_rewrite.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "sealed/column.h"
#include "statement/sealed_table.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

static bool
has_sealed_constant(Node *node, void *context)
{
	WddSealedColumn type;

	if (node == NULL)
		return false;
	if (IsA(node, Const))
		return !((Const *) node)->constisnull && wdd_sealed_type(((Const *) node)->consttype, -1, &type);
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, has_sealed_constant, context, 0);
	return expression_tree_walker(node, has_sealed_constant, context);
}

/* Look into the column of a catalog's row that holds expressions or queries. */
static void
look_into(Relation catalog, HeapTuple tuple, AttrNumber column, const char *where)
{
	bool		isnull;
	Datum		stored = heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);

	if (isnull || !has_sealed_constant(stringToNode(TextDatumGetCString(stored)), NULL))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot contain a sealed value", where),
			 errdetail("The value would be stored in the catalog, where it belongs to no row and no person."),
			 errhint("Leave it out, or compute it from a column.")));
}

/* The rows with these keys, the newest of them included. */
static void
look_into_rows(Oid catalog, Oid index, int n_keys, ScanKey keys, AttrNumber column, const char *where)
{
	Relation	relation = table_open(catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, index, true, SnapshotSelf, n_keys, keys);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		look_into(relation, tuple, column, where);
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

void
wdd_refuse_sealed_constants(Oid classId, Oid objectId, int subId)
{
	ScanKeyData keys[2];

	switch (classId)
	{
		case AttrDefaultRelationId:
			ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objectId));
			ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(subId));
			look_into_rows(classId, AttrDefaultIndexId, 2, keys, Anum_pg_attrdef_adbin, "a default");
			break;
		case ConstraintRelationId:
			ScanKeyInit(&keys[0], Anum_pg_constraint_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objectId));
			look_into_rows(classId, ConstraintOidIndexId, 1, keys, Anum_pg_constraint_conbin, "a constraint");
			break;
		case RewriteRelationId:
			ScanKeyInit(&keys[0], Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objectId));
			look_into_rows(classId, RewriteOidIndexId, 1, keys, Anum_pg_rewrite_ev_action, "a view or rule");
			break;
		default:
			break;
	}
}
