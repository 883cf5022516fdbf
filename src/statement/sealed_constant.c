/*
 * sealed_constant.c
 *		No sealed constants in the catalog (see sealed_table.h).
 *
 * A constant of a sealed type in a view, a rule, a default or a constraint is a
 * value of no row, under a key that is nobody's: it could not be erased with a
 * person, and would go into dumps as plaintext's only hiding place.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog_tuple.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_rewrite.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "sealed/column.h"
#include "statement/sealed_table.h"
#include "utils/builtins.h"
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
look_into(Oid catalog, Oid index, AttrNumber oid_column, Oid object, AttrNumber column, const char *where)
{
	HeapTuple	tuple = wdd_catalog_tuple(catalog, index, oid_column, object, SnapshotSelf);
	Relation	relation;
	Datum		stored;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		return;
	relation = table_open(catalog, AccessShareLock);
	stored = heap_getattr(tuple, column, RelationGetDescr(relation), &isnull);
	table_close(relation, AccessShareLock);
	if (isnull || !has_sealed_constant(stringToNode(TextDatumGetCString(stored)), NULL))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot contain a sealed value", where),
			 errdetail("The value would be stored in the catalog, where it belongs to no row and no person."),
			 errhint("Leave it out, or compute it from a column.")));
}

/* A default's row goes by the number of its column: its own OID is not told. */
static void
look_into_default(Oid relid, int attnum)
{
	Oid			object = GetAttrDefaultOid(relid, attnum);

	if (OidIsValid(object))
		look_into(AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, object,
				  Anum_pg_attrdef_adbin, "a default");
}

void
wdd_refuse_sealed_constants(Oid classId, Oid objectId, int subId)
{
	switch (classId)
	{
		case AttrDefaultRelationId:
			look_into_default(objectId, subId);
			break;
		case ConstraintRelationId:
			look_into(ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, objectId,
					  Anum_pg_constraint_conbin, "a constraint");
			break;
		case RewriteRelationId:
			look_into(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, objectId,
					  Anum_pg_rewrite_ev_action, "a view or rule");
			break;
		default:
			break;
	}
}
