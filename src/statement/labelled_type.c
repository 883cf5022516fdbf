/*
 * labelled_type.c
 *		See labelled_type.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_range.h"
#include "guard/stored_code.h"
#include "statement/labelled_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

/* Through domains, arrays and multiranges, which may be of each other. */
static Oid
innermost_type(Oid type)
{
	for (;;)
	{
		Oid			inner = getBaseType(type);

		if (OidIsValid(get_element_type(inner)))
			inner = get_element_type(inner);
		else if (type_is_multirange(inner))
			inner = get_multirange_range(inner);
		if (inner == type)
			return type;
		type = inner;
	}
}

void
wdd_check_labelled_type(const char *column, Oid type)
{
	Oid			range = innermost_type(type);
	HeapTuple	tuple = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(range));
	Oid			functions[2];

	if (!HeapTupleIsValid(tuple))
		return;
	functions[0] = ((Form_pg_range) GETSTRUCT(tuple))->rngcanonical;
	functions[1] = ((Form_pg_range) GETSTRUCT(tuple))->rngsubdiff;
	ReleaseSysCache(tuple);
	for (int i = 0; i < lengthof(functions); i++)
		if (OidIsValid(functions[i]) && !wdd_function_is_trusted(functions[i]))
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("labelled column \"%s\" cannot be of type %s", column, format_type_be(type)),
					 errdetail("The type calls function %s, which would see the values of every person.",
							   format_procedure(functions[i])),
					 errhint("Use a range type whose functions are immutable, and PostgreSQL's own or written in C.")));
}
