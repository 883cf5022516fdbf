/*
 * column.c
 *		Recognizing sealed types (see column.h).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/own_objects.h"
#include "catalog/pg_type.h"
#include "sealed/column.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define PREFIX "sealed_"

/* By schema and name: nobody else can make a type in the extension's schema. */
static bool
kind_of_type(Oid type, WddSealedKind *kind)
{
	HeapTuple	tuple;
	Form_pg_type form;
	bool		found;

	if (type < FirstNormalObjectId || !wdd_extension_exists())
		return false;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_type) GETSTRUCT(tuple);
	found = form->typnamespace == wdd_own_schema() && form->typtype == TYPTYPE_BASE &&
		strncmp(NameStr(form->typname), PREFIX, strlen(PREFIX)) == 0 &&
		wdd_kind_by_name(NameStr(form->typname) + strlen(PREFIX), kind);
	ReleaseSysCache(tuple);
	return found;
}

bool
wdd_sealed_type(Oid type, int32 typmod, WddSealedColumn *column)
{
	Oid			element;

	if (type < FirstNormalObjectId)
		return false;
	type = getBaseTypeAndTypmod(type, &typmod);
	column->is_array = false;
	if (OidIsValid(element = get_element_type(type)))
	{
		type = getBaseTypeAndTypmod(element, &typmod);
		column->is_array = true;
	}
	column->type = type;
	column->typmod = typmod;
	return kind_of_type(type, &column->kind);
}

WddSealedColumn *
wdd_sealed_columns(TupleDesc desc, int *n)
{
	WddSealedColumn *columns = palloc(sizeof(WddSealedColumn) * Max(1, desc->natts));

	*n = 0;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		WddSealedColumn *column = &columns[*n];

		if (attribute->attisdropped ||
			!wdd_sealed_type(attribute->atttypid, attribute->atttypmod, column))
			continue;
		column->attnum = attribute->attnum;
		column->name = pstrdup(NameStr(attribute->attname));
		(*n)++;
	}
	return columns;
}
