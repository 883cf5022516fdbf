/*
 * sealed_constant.c
 *		No sealed constants in the catalog (see sealed_table.h).
 *
 * A constant of a sealed type in a view, a default, a constraint and the like is a
 * value of no row, under a key that is nobody's: it could not be erased with a
 * person, and would go into dumps as plaintext's only hiding place.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "sealed/column.h"
#include "statement/sealed_table.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
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

static bool
lists_values(Relation catalog, HeapTuple tuple)
{
	bool		isnull;
	ArrayType  *kinds = DatumGetArrayTypeP(heap_getattr(tuple, Anum_pg_statistic_ext_stxkind,
													 RelationGetDescr(catalog), &isnull));

	return memchr(ARR_DATA_PTR(kinds), STATS_EXT_MCV, ARR_DIMS(kinds)[0]) != NULL;
}

static bool
expressions_are_sealed(Relation catalog, HeapTuple tuple)
{
	bool		isnull;
	Datum		stored = heap_getattr(tuple, Anum_pg_statistic_ext_stxexprs, RelationGetDescr(catalog), &isnull);
	ListCell   *lc;

	if (isnull)
		return false;
	foreach(lc, castNode(List, stringToNode(TextDatumGetCString(stored))))
		if (exprType(lfirst(lc)) == RECORDOID || wdd_type_has_sealed(exprType(lfirst(lc))))
			return true;
	return false;
}

static bool
columns_are_sealed(const FormData_pg_statistic_ext *form)
{
	WddSealedColumn column;
	Oid			type,
				collation;
	int32		typmod;

	for (int i = 0; i < form->stxkeys.dim1; i++)
	{
		get_atttypetypmodcoll(form->stxrelid, form->stxkeys.values[i], &type, &typmod, &collation);
		if (wdd_sealed_type(type, typmod, &column))
			return true;
	}
	return false;
}

/*
 * Lists of most common values would keep sealed values beyond their rows; the
 * other kinds of statistics hold numbers only.
 */
static void
refuse_sealed_statistics(Oid statistics)
{
	Relation	catalog = table_open(StatisticExtRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_statistic_ext_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(statistics));
	scan = systable_beginscan(catalog, StatisticExtOidIndexId, true, SnapshotSelf, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple) && (expressions_are_sealed(catalog, tuple) ||
									(lists_values(catalog, tuple) &&
									 columns_are_sealed((Form_pg_statistic_ext) GETSTRUCT(tuple)))))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("statistics cannot list values of a sealed column"),
				 errdetail("They would outlive the rows and the keys of the persons."),
				 errhint("CREATE STATISTICS ... (ndistinct, dependencies) lists none.")));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Bytes of anybody's making would pass for a value that has been verified. */
static void
refuse_sealed_cast(Oid cast)
{
	Relation	catalog = table_open(CastRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_cast_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(cast));
	scan = systable_beginscan(catalog, CastOidIndexId, true, SnapshotSelf, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_cast form = (Form_pg_cast) GETSTRUCT(tuple);

		if (form->castmethod == COERCION_METHOD_BINARY &&
			(wdd_type_has_sealed(form->castsource) || wdd_type_has_sealed(form->casttarget)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("bytes of sealed values cannot be taken for other values, nor others for them"),
					 errdetail("A cast without function would pass by the checks of sealed values."),
					 errhint("CREATE CAST ... WITH INOUT goes through armour.")));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* look_into_rows(), for a row that its OID tells. */
static void
look_into_object(Oid catalog, Oid index, AttrNumber oid_column, Oid object, AttrNumber column, const char *where)
{
	ScanKeyData key;

	ScanKeyInit(&key, oid_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	look_into_rows(catalog, index, 1, &key, column, where);
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
			look_into_object(classId, ConstraintOidIndexId, Anum_pg_constraint_oid, objectId,
							 Anum_pg_constraint_conbin, "a constraint");
			break;
		case RewriteRelationId:
			look_into_object(classId, RewriteOidIndexId, Anum_pg_rewrite_oid, objectId,
							 Anum_pg_rewrite_ev_action, "a view or rule");
			break;
		case PolicyRelationId:
			look_into_object(classId, PolicyOidIndexId, Anum_pg_policy_oid, objectId,
							 Anum_pg_policy_polqual, "a policy");
			look_into_object(classId, PolicyOidIndexId, Anum_pg_policy_oid, objectId,
							 Anum_pg_policy_polwithcheck, "a policy");
			break;
		case TriggerRelationId:
			look_into_object(classId, TriggerOidIndexId, Anum_pg_trigger_oid, objectId,
							 Anum_pg_trigger_tgqual, "the condition of a trigger");
			break;
		case TypeRelationId:
			look_into_object(classId, TypeOidIndexId, Anum_pg_type_oid, objectId,
							 Anum_pg_type_typdefaultbin, "a default");
			break;
		case ProcedureRelationId:
			look_into_object(classId, ProcedureOidIndexId, Anum_pg_proc_oid, objectId,
							 Anum_pg_proc_prosqlbody, "the body of a function");
			look_into_object(classId, ProcedureOidIndexId, Anum_pg_proc_oid, objectId,
							 Anum_pg_proc_proargdefaults, "a default");
			break;
		case CastRelationId:
			refuse_sealed_cast(objectId);
			break;
		case StatisticExtRelationId:
			refuse_sealed_statistics(objectId);
			break;
		default:
			break;
	}
}
