/*
 * function_use.c
 *		See function_use.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "errors.h"
#include "guard/gate.h"
#include "statement/function_use.h"
#include "statement/replication.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* Functions of extensions that show pages, by library and symbol. */
static const struct
{
	const char *library;
	const char *symbol;
}			page_functions[] = {
	{"pageinspect", "get_raw_page"},
	{"pageinspect", "get_raw_page_1_9"},
	{"pageinspect", "get_raw_page_fork"},
	{"pageinspect", "get_raw_page_fork_1_9"},
	{"pageinspect", "bt_page_items"},
	{"pageinspect", "bt_page_items_1_9"},
	{"pg_walinspect", "pg_get_wal_fpi_info"},
	{"pg_walinspect", "pg_get_wal_block_info"},
};

static bool
shows_pages(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		result = false;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		return false;
	if (((Form_pg_proc) GETSTRUCT(tuple))->prolang == ClanguageId)
	{
		char	   *symbol = TextDatumGetCString(SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull));
		char	   *library = TextDatumGetCString(SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_probin, &isnull));

		for (int i = 0; i < lengthof(page_functions); i++)
			if (strcmp(symbol, page_functions[i].symbol) == 0 && strstr(library, page_functions[i].library))
				result = true;
	}
	ReleaseSysCache(tuple);
	return result;
}

static void
refuse_pages(Oid function)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("function %s() may not be used in a database with protected tables", get_func_name(function)),
			 errdetail("It shows stored pages, with the values of every person."),
			 errhint("Act for purpose \"backup\", if it is granted.")));
}

void
wdd_check_function_use(Oid function)
{
	if (function < FirstNormalObjectId)
		wdd_check_decoding(function);
	else if (wdd_extension_exists() && shows_pages(function) &&
			 wdd_any_label() && !wdd_sees_stored_form())
		refuse_pages(function);
}
