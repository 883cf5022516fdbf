/*
 * sealed_within.c
 *		No sealed values inside of other values (see sealed_table.h).
 *
 * Trigger and constraint see the columns of a table, and arrays of sealed values.
 * Inside of composite values (rows of tables are such), ranges, and what is made
 * of them, a value would be stored as its plaintext became one: under a key that is
 * nobody's, beyond erasure.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "sealed/column.h"
#include "statement/sealed_conversion.h"
#include "statement/sealed_table.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

static bool
row_type_has_sealed(Oid type)
{
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, -1);
	bool		found = false;

	for (int i = 0; !found && i < desc->natts; i++)
		found = !TupleDescAttr(desc, i)->attisdropped && wdd_type_has_sealed(TupleDescAttr(desc, i)->atttypid);
	FreeTupleDesc(desc);
	return found;
}

bool
wdd_type_has_sealed(Oid type)
{
	WddSealedColumn column;

	return wdd_sealed_type(type, -1, &column) || wdd_sealed_within(type);
}

bool
wdd_sealed_within(Oid type)
{
	WddSealedColumn column;
	Oid			element;

	type = getBaseType(type);
	if (OidIsValid(element = get_element_type(type)))
	{
		/* an array of sealed values is no column of a row, but its elements are seen to */
		return wdd_sealed_type(element, -1, &column) ? column.is_array : wdd_sealed_within(element);
	}
	switch (get_typtype(type))
	{
		case TYPTYPE_COMPOSITE:
			return row_type_has_sealed(type);
		case TYPTYPE_RANGE:
			return wdd_type_has_sealed(get_range_subtype(type));
		case TYPTYPE_MULTIRANGE:
			return wdd_type_has_sealed(get_range_subtype(get_multirange_range(type)));
		default:
			return false;
	}
}

/* Does the type that a statement names have sealed values, at all or within? */
static bool
names_sealed(TypeName *name, bool within)
{
	Oid			type;

	if (name == NULL || name->setof || name->pct_type)
		return false;
	type = wdd_type_of_name(name);
	if (!OidIsValid(type))
		return false;
	return within ? wdd_sealed_within(type) : wdd_type_has_sealed(type);
}

static void
refuse_within(const char *table, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("column \"%s\" of relation \"%s\" cannot have sealed values within other values", column, table),
			 errdetail("A sealed value belongs to a column of a table."),
			 errhint("Make it a column of its own, or of text.")));
}

void
wdd_refuse_sealed_within(const char *table, const ColumnDef *definition)
{
	ListCell   *lc;

	if (names_sealed(definition->typeName, true))
		refuse_within(table, definition->colname);
	foreach(lc, definition->constraints)
		if (castNode(Constraint, lfirst(lc))->contype == CONSTR_GENERATED && names_sealed(definition->typeName, false))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("sealed column \"%s\" of relation \"%s\" cannot be generated", definition->colname, table),
					 errdetail("Generated values are computed after those of the row have been sealed."),
					 errhint("Store the value in it.")));
}

void
wdd_refuse_sealed_column_within(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped && wdd_sealed_within(TupleDescAttr(desc, i)->atttypid))
			refuse_within(RelationGetRelationName(rel), NameStr(TupleDescAttr(desc, i)->attname));
}

void
wdd_refuse_sealed_attribute(const char *type, const ColumnDef *definition)
{
	if (names_sealed(definition->typeName, false))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("composite type \"%s\" cannot have sealed column \"%s\"", type, definition->colname),
				 errdetail("A sealed value belongs to a column of a table."),
				 errhint("Make it a column of the table.")));
}

void
wdd_refuse_sealed_range(CreateRangeStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->params)
	{
		DefElem    *parameter = lfirst(lc);

		if (strcmp(parameter->defname, "subtype") == 0 && parameter->arg && IsA(parameter->arg, TypeName) &&
			names_sealed((TypeName *) parameter->arg, false))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("range type \"%s\" cannot be of a sealed type", NameListToString(statement->typeName)),
					 errdetail("A sealed value belongs to a column of a table."),
					 errhint("Make its bounds two columns of the table.")));
	}
}
