/*
 * stored_code.c
 *		See stored_code.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/own_objects.h"
#include "catalog/catalog_tuple.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/label_cache.h"
#include "catalog/label_order.h"
#include "catalog/label_store.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/own_objects.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "guard/stored_code.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* What is looked for in an expression, and what was found. */
typedef struct Search
{
	const WddProtectedRelation *rel;	/* of its Vars; NULL: none are looked for */
	const char *column;			/* a labelled column it uses */
	Oid			function;		/* a function that is not trusted */
	Oid			domain;			/* or a domain, whose constraints may be anything */
} Search;

/* Comparison and the like of sealed types: they see tokens, and tell nobody. */
static bool
is_of_sealed_types(const FormData_pg_proc *form)
{
	return form->pronamespace == wdd_own_schema() && form->prolang == ClanguageId &&
		strncmp(NameStr(form->proname), "sealed_", strlen("sealed_")) == 0;
}

bool
wdd_function_is_trusted(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	result = (form->provolatile == PROVOLATILE_IMMUTABLE &&
			  (function < FirstNormalObjectId ||
			   form->prolang == INTERNALlanguageId || form->prolang == ClanguageId)) ||
		is_of_sealed_types(form);
	ReleaseSysCache(tuple);
	return result;
}

static bool
is_untrusted(Oid function, void *context)
{
	if (wdd_function_is_trusted(function))
		return false;
	((Search *) context)->function = function;
	return true;
}

static bool
search_walker(Node *node, Search *search)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) && search->rel && search->column == NULL)
	{
		for (int i = 0; i < search->rel->n_columns; i++)
			if (((Var *) node)->varattno == InvalidAttrNumber ||
				((Var *) node)->varattno == search->rel->columns[i].attnum)
				search->column = search->rel->columns[i].name;
	}
	else if (IsA(node, CoerceToDomain))
		search->domain = ((CoerceToDomain *) node)->resulttype;
	else if (!OidIsValid(search->function))
		(void) check_functions_in_node(node, is_untrusted, search);
	return expression_tree_walker(node, search_walker, (void *) search);
}

/* "function leak(text)", or "domain d", for messages. */
static char *
code_name(const Search *search)
{
	if (OidIsValid(search->function))
		return psprintf("function %s", format_procedure(search->function));
	return psprintf("domain %s", format_type_be(search->domain));
}

static void
refuse(const Search *search, const char *relation, const char *what, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("%s \"%s\" may not apply %s to column \"%s\" of table \"%s\"",
					what, name, code_name(search), search->column, relation),
			 errdetail("It would see the values of every person, past their checks."),
			 errhint("Use immutable functions that are PostgreSQL's own or written in C.")));
}

static void
check_expression(const WddProtectedRelation *rel, Node *expression, const char *what, const char *name)
{
	Search		search = {rel};

	search_walker(expression, &search);
	if (search.column && (OidIsValid(search.function) || OidIsValid(search.domain)))
		refuse(&search, rel->name, what, name);
}

/* The row of a catalog that was made a moment ago, and is not visible yet. */
static HeapTuple
fetch_new(Oid catalog, Oid index, AttrNumber key, Oid objectId)
{
	return wdd_catalog_tuple(catalog, index, key, objectId, SnapshotSelf);
}

/* An expression in a field of type pg_node_tree; NULL for NULL. */
static Node *
stored_expression(Oid catalog, HeapTuple tuple, AttrNumber attnum)
{
	bool		isnull;
	Datum		value = wdd_catalog_field(catalog, tuple, attnum, &isnull);

	return isnull ? NULL : stringToNode(TextDatumGetCString(value));
}

/* Is type the domain, a domain over it, or an array of one? */
static bool
is_of_domain(Oid type, Oid domain)
{
	for (;;)
	{
		HeapTuple	tuple;
		Form_pg_type form;

		if (type == domain)
			return true;
		tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
		if (!HeapTupleIsValid(tuple))
			return false;
		form = (Form_pg_type) GETSTRUCT(tuple);
		if (form->typtype == TYPTYPE_DOMAIN)
			type = form->typbasetype;
		else
			type = IsTrueArrayType(form) ? form->typelem : InvalidOid;
		ReleaseSysCache(tuple);
		if (!OidIsValid(type))
			return false;
	}
}

/* A labelled column of the domain; NULL for none. */
static WddStoredLabel *
labelled_column_of(Oid domain)
{
	ListCell   *lc;

	foreach(lc, wdd_stored_labels(InvalidOid))
	{
		WddStoredLabel *label = lfirst(lc);

		if (label->attnum != 0 &&
			is_of_domain(get_atttype(label->relid, label->attnum), domain) &&
			wdd_protected_relation(label->relid) != NULL)
			return label;
	}
	return NULL;
}

bool
wdd_domain_is_labelled(Oid domain)
{
	return OidIsValid(domain) && labelled_column_of(domain) != NULL;
}

/* A constraint of a domain sees the values of every column of the domain. */
static void
check_domain_constraint(Oid domain, Node *expression, const char *name)
{
	Search		search = {NULL};
	WddStoredLabel *label;

	search_walker(expression, &search);
	if (!OidIsValid(search.function) && !OidIsValid(search.domain))
		return;
	label = labelled_column_of(domain);
	if (label == NULL)
		return;
	search.column = get_attname(label->relid, label->attnum, false);
	refuse(&search, wdd_protected_relation(label->relid)->name, "constraint", name);
}

static int16 *
attnums_of(HeapTuple tuple, AttrNumber attnum, int *n)
{
	bool		isnull;
	Datum		value = wdd_catalog_field(ConstraintRelationId, tuple, attnum, &isnull);
	ArrayType  *attnums = isnull ? NULL : DatumGetArrayTypeP(value);

	*n = attnums ? ARR_DIMS(attnums)[0] : 0;
	return attnums ? (int16 *) ARR_DATA_PTR(attnums) : NULL;
}

/* ON UPDATE CASCADE copies new values of the referenced columns. */
static void
check_cascade(HeapTuple tuple, Form_pg_constraint form)
{
	const WddProtectedRelation *source = wdd_protected_relation(form->confrelid);
	const WddProtectedRelation *rel = wdd_protected_relation(form->conrelid);
	int			n;
	int16	   *from = attnums_of(tuple, Anum_pg_constraint_confkey, &n);
	int16	   *to = attnums_of(tuple, Anum_pg_constraint_conkey, &n);

	for (int i = 0; source && i < n; i++)
	{
		const WddProtectedColumn *labelled = wdd_protected_column(source, from[i]);
		const WddProtectedColumn *column = rel ? wdd_protected_column(rel, to[i]) : NULL;
		char	   *reason;

		if (labelled == NULL)
			continue;
		reason = column ? wdd_wider_because(rel, column, source, labelled) : "It has no label.";
		if (reason)
			ereport(ERROR,
					(errcode(ERRCODE_WDD_REFUSED),
					 errmsg("foreign key \"%s\" may not copy values of column \"%s\" of table \"%s\" into column \"%s\"",
							NameStr(form->conname), labelled->name, source->name,
							get_attname(form->conrelid, to[i], false)),
					 errdetail("ON UPDATE CASCADE would store them where they are less protected. %s", reason),
					 errhint("Give the referencing column an equal or narrower label, or leave out ON UPDATE CASCADE.")));
	}
}

static void
check_constraint(Oid constraint)
{
	HeapTuple	tuple = fetch_new(ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, constraint);
	Form_pg_constraint form;
	const WddProtectedRelation *rel;
	Node	   *expression;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	/* those that PostgreSQL makes for partitions follow the one that was asked for */
	if (form->contype == CONSTRAINT_FOREIGN && form->confupdtype == FKCONSTR_ACTION_CASCADE &&
		!OidIsValid(form->conparentid))
		check_cascade(tuple, form);
	if (form->contype != CONSTRAINT_CHECK)
		return;
	if (OidIsValid(form->contypid))
	{
		expression = stored_expression(ConstraintRelationId, tuple, Anum_pg_constraint_conbin);
		check_domain_constraint(form->contypid, expression, NameStr(form->conname));
	}
	else if ((rel = wdd_protected_relation(form->conrelid)) != NULL)
	{
		expression = stored_expression(ConstraintRelationId, tuple, Anum_pg_constraint_conbin);
		check_expression(rel, expression, "constraint", NameStr(form->conname));
	}
}

/* Comparisons of sealed values depend on keys, and so are not immutable. */
static bool
may_be_in_class(Oid function)
{
	return wdd_function_is_trusted(function) ||
		(function >= FirstNormalObjectId && get_func_namespace(function) == wdd_own_schema());
}

/*
 * The first function of an operator class, or of its family, that is not
 * trusted.  Only a superuser makes one; but it may be of any language.
 */
static Oid
untrusted_in_class(Oid operator_class)
{
	Oid			family = get_opclass_family(operator_class);
	Oid			found = InvalidOid;
	CatCList   *list;

	if (operator_class < FirstNormalObjectId)
		return InvalidOid;
	list = SearchSysCacheList1(AMPROCNUM, ObjectIdGetDatum(family));
	for (int i = 0; i < list->n_members && !OidIsValid(found); i++)
	{
		Oid			function = ((Form_pg_amproc) GETSTRUCT(&list->members[i]->tuple))->amproc;

		if (!may_be_in_class(function))
			found = function;
	}
	ReleaseSysCacheList(list);
	list = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(family));
	for (int i = 0; i < list->n_members && !OidIsValid(found); i++)
	{
		Oid			function = get_opcode(((Form_pg_amop) GETSTRUCT(&list->members[i]->tuple))->amopopr);

		if (!may_be_in_class(function))
			found = function;
	}
	ReleaseSysCacheList(list);
	return found;
}

/* Columns of an index that are labelled, or may be (expressions). */
static void
check_operator_classes(const WddProtectedRelation *rel, HeapTuple tuple, const char *name)
{
	Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);
	bool		isnull;
	oidvector  *classes = (oidvector *) DatumGetPointer(wdd_catalog_field(IndexRelationId, tuple, Anum_pg_index_indclass, &isnull));

	for (int i = 0; i < index->indnkeyatts; i++)
	{
		AttrNumber	attnum = index->indkey.values[i];
		const WddProtectedColumn *column = attnum == 0 ? &rel->columns[0] : wdd_protected_column(rel, attnum);
		Search		search = {rel};

		if (column == NULL)
			continue;
		search.column = column->name;
		search.function = untrusted_in_class(classes->values[i]);
		if (OidIsValid(search.function))
			refuse(&search, rel->name, "index", name);
	}
}

static void
check_index(Oid indexId)
{
	HeapTuple	tuple = fetch_new(IndexRelationId, IndexRelidIndexId, Anum_pg_index_indexrelid, indexId);
	const WddProtectedRelation *rel;
	HeapTuple	class_tuple;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		return;
	rel = wdd_protected_relation(((Form_pg_index) GETSTRUCT(tuple))->indrelid);
	if (rel == NULL || rel->n_columns == 0)
		return;
	class_tuple = fetch_new(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid, indexId);
	name = HeapTupleIsValid(class_tuple) ? NameStr(((Form_pg_class) GETSTRUCT(class_tuple))->relname) : "?";
	check_expression(rel, stored_expression(IndexRelationId, tuple, Anum_pg_index_indexprs), "index", name);
	check_expression(rel, stored_expression(IndexRelationId, tuple, Anum_pg_index_indpred), "index", name);
	check_operator_classes(rel, tuple, name);
}

static void
check_statistics(Oid statistics)
{
	HeapTuple	tuple = fetch_new(StatisticExtRelationId, StatisticExtOidIndexId, Anum_pg_statistic_ext_oid, statistics);
	const WddProtectedRelation *rel;

	if (!HeapTupleIsValid(tuple))
		return;
	rel = wdd_protected_relation(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxrelid);
	if (rel)
		check_expression(rel, stored_expression(StatisticExtRelationId, tuple, Anum_pg_statistic_ext_stxexprs),
						 "statistics object", NameStr(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname));
}

/* The expression of a generated column; a default has no columns to see. */
static void
check_generated(Oid relid, AttrNumber attnum)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);
	Relation	catalog;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (rel == NULL)
		return;
	catalog = table_open(AttrDefaultRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attnum));
	scan = systable_beginscan(catalog, AttrDefaultIndexId, true, SnapshotSelf, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		check_expression(rel, stored_expression(AttrDefaultRelationId, tuple, Anum_pg_attrdef_adbin),
						 "generated column", get_attname(relid, attnum, false));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* The table whose rows an object that depends on a function evaluates it over. */
static Oid
table_of_dependent(Form_pg_depend depend)
{
	Oid			relid = InvalidOid;
	HeapTuple	tuple;

	switch (depend->classid)
	{
		case RelationRelationId:
			return get_rel_relkind(depend->objid) == RELKIND_INDEX ? IndexGetRelation(depend->objid, true) :
				depend->objid;
		case ConstraintRelationId:
			tuple = fetch_new(ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, depend->objid);
			if (HeapTupleIsValid(tuple))
				relid = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
			return relid;
		case AttrDefaultRelationId:
			tuple = fetch_new(AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, depend->objid);
			if (HeapTupleIsValid(tuple))
				relid = ((Form_pg_attrdef) GETSTRUCT(tuple))->adrelid;
			return relid;
		case StatisticExtRelationId:
			tuple = fetch_new(StatisticExtRelationId, StatisticExtOidIndexId, Anum_pg_statistic_ext_oid, depend->objid);
			if (HeapTupleIsValid(tuple))
				relid = ((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxrelid;
			return relid;
		default:
			return InvalidOid;
	}
}

/* A protected table over whose rows the function is evaluated; NULL for none. */
static const WddProtectedRelation *
protected_user_of(Oid function)
{
	Relation	pg_depend = table_open(DependRelationId, AccessShareLock);
	const WddProtectedRelation *found = NULL;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(ProcedureRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(function));
	scan = systable_beginscan(pg_depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (found == NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const WddProtectedRelation *rel = wdd_protected_relation(table_of_dependent((Form_pg_depend) GETSTRUCT(tuple)));

		if (rel && rel->n_columns > 0)
			found = rel;
	}
	systable_endscan(scan);
	table_close(pg_depend, AccessShareLock);
	return found;
}

/*
 * CREATE OR REPLACE makes a function that was trusted another one, which is not:
 * what it was allowed in would be evaluated by that one.
 */
static void
check_replaced_function(Oid function)
{
	HeapTuple	tuple;
	Form_pg_proc form;
	const WddProtectedRelation *rel;

	/* the old one is what the cache has until the command is complete */
	if (!wdd_function_is_trusted(function) ||
		!HeapTupleIsValid(tuple = fetch_new(ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid, function)))
		return;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->prolang == INTERNALlanguageId || form->prolang == ClanguageId ||
		(rel = protected_user_of(function)) == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("function %s may not be replaced by one that is not written in C", format_procedure(function)),
			 errdetail("Indexes, constraints or generated columns of table \"%s\", which is protected, call it: it would see the values of every person.",
					   rel->name),
			 errhint("Make a function of another name, or drop what calls it first.")));
}

void
wdd_check_stored_code(Oid classId, Oid objectId, int subId)
{
	if (classId == AttrDefaultRelationId && subId > 0)
		check_generated(objectId, subId);
	if (subId != 0)
		return;
	switch (classId)
	{
		case ConstraintRelationId:
			check_constraint(objectId);
			break;
		case RelationRelationId:
			check_index(objectId);
			break;
		case StatisticExtRelationId:
			check_statistics(objectId);
			break;
		case ProcedureRelationId:
			check_replaced_function(objectId);
			break;
		default:
			break;
	}
}
