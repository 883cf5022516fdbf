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
#include "catalog/catalog_tuple.h"
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

static void
refuse_constant(const char *where)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot contain a sealed value", where),
			 errdetail("The value would be stored in the catalog, where it belongs to no row and no person."),
			 errhint("Leave it out, or compute it from a column.")));
}

/* Look into a column of a catalog's row that holds expressions or queries. */
static void
look_into(Oid catalog, HeapTuple tuple, AttrNumber column, const char *where)
{
	bool		isnull;
	Datum		stored = wdd_catalog_field(catalog, tuple, column, &isnull);

	if (!isnull && has_sealed_constant(stringToNode(TextDatumGetCString(stored)), NULL))
		refuse_constant(where);
}

/* A default's row goes by its column: it has an OID that is not told. */
static void
look_into_default(Oid relid, AttrNumber attnum)
{
	Relation	catalog = table_open(AttrDefaultRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attnum));
	scan = systable_beginscan(catalog, AttrDefaultIndexId, true, SnapshotSelf, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		look_into(AttrDefaultRelationId, tuple, Anum_pg_attrdef_adbin, "a default");
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static bool
lists_values(HeapTuple tuple)
{
	bool		isnull;
	ArrayType  *kinds = DatumGetArrayTypeP(wdd_catalog_field(StatisticExtRelationId, tuple,
															 Anum_pg_statistic_ext_stxkind, &isnull));

	return memchr(ARR_DATA_PTR(kinds), STATS_EXT_MCV, ARR_DIMS(kinds)[0]) != NULL;
}

static bool
expressions_are_sealed(HeapTuple tuple)
{
	bool		isnull;
	Datum		stored = wdd_catalog_field(StatisticExtRelationId, tuple, Anum_pg_statistic_ext_stxexprs, &isnull);
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
check_statistics(HeapTuple tuple)
{
	if (expressions_are_sealed(tuple) ||
		(lists_values(tuple) && columns_are_sealed((Form_pg_statistic_ext) GETSTRUCT(tuple))))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("statistics cannot list values of a sealed column"),
				 errdetail("They would outlive the rows and the keys of the persons."),
				 errhint("CREATE STATISTICS ... (ndistinct, dependencies) lists none.")));
}

/* Bytes of anybody's making would pass for a value that has been verified. */
static void
check_cast(HeapTuple tuple)
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

/* Catalogs whose rows go by their OID, and what is looked at in them. */
static const struct
{
	Oid			catalog;
	Oid			index;
	AttrNumber	oid;
	AttrNumber	column;
	const char *where;
	void		(*check) (HeapTuple tuple); /* instead of looking for constants */
}			places[] = {
	{ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, Anum_pg_constraint_conbin, "a constraint"},
	{RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, Anum_pg_rewrite_ev_action, "a view or rule"},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, Anum_pg_policy_polqual, "a policy"},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, Anum_pg_policy_polwithcheck, "a policy"},
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, Anum_pg_trigger_tgqual, "the condition of a trigger"},
	{TypeRelationId, TypeOidIndexId, Anum_pg_type_oid, Anum_pg_type_typdefaultbin, "a default"},
	{ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid, Anum_pg_proc_prosqlbody, "the body of a function"},
	{ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid, Anum_pg_proc_proargdefaults, "a default"},
	{CastRelationId, CastOidIndexId, Anum_pg_cast_oid, InvalidAttrNumber, NULL, check_cast},
	{StatisticExtRelationId, StatisticExtOidIndexId, Anum_pg_statistic_ext_oid, InvalidAttrNumber, NULL, check_statistics}
};

void
wdd_refuse_sealed_constants(Oid classId, Oid objectId, int subId)
{
	HeapTuple	tuple = NULL;

	if (classId == AttrDefaultRelationId)
		look_into_default(objectId, subId);
	for (int i = 0; i < lengthof(places); i++)
	{
		if (places[i].catalog != classId)
			continue;
		/* the newest row, of which no cache knows yet */
		if (tuple == NULL)
			tuple = wdd_catalog_tuple(classId, places[i].index, places[i].oid, objectId, SnapshotSelf);
		if (!HeapTupleIsValid(tuple))
			return;
		if (places[i].check)
			places[i].check(tuple);
		else
			look_into(classId, tuple, places[i].column, places[i].where);
	}
}
