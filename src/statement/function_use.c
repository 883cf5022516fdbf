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
#include "catalog/row_triggers.h"
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

/*
 * Functions that were seen to show none, each in the slot of its OID, as long
 * as no function changes: every plan that calls one asks each time it starts,
 * and the check functions are in every guarded plan.
 */
#define N_SEEN 256
static Oid	seen[N_SEEN];
static uint64 seen_generation;	/* wdd_function_generation() */

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

/* The same; what a message that comes meanwhile has changed is not remembered. */
static bool
may_show_pages(Oid function)
{
	uint64		generation = wdd_function_generation();

	if (seen_generation != generation)
	{
		memset(seen, 0, sizeof(seen));
		seen_generation = generation;
	}
	if (likely(seen[function % N_SEEN] == function))
		return false;
	if (shows_pages(function))
		return true;
	if (wdd_function_generation() == generation)
		seen[function % N_SEEN] = function;
	return false;
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
	else if (wdd_extension_exists() && may_show_pages(function) &&
			 wdd_any_label() && !wdd_sees_stored_form())
		refuse_pages(function);
}
