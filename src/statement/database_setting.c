/*
 * database_setting.c
 *		See database_setting.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "statement/database_setting.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#define PRELOADS "session_preload_libraries"

char *
wdd_database_preloads(Oid database)
{
	Relation	settings = table_open(DbRoleSettingRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *result = NULL;

	ScanKeyInit(&keys[0], Anum_pg_db_role_setting_setdatabase, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(database));
	ScanKeyInit(&keys[1], Anum_pg_db_role_setting_setrole, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(InvalidOid));
	scan = systable_beginscan(settings, DbRoleSettingDatidRolidIndexId, true, NULL, 2, keys);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Datum		config = heap_getattr(tuple, Anum_pg_db_role_setting_setconfig,
										  RelationGetDescr(settings), &isnull);
		Datum	   *items;
		int			n_items = 0;

		if (!isnull)
			deconstruct_array(DatumGetArrayTypeP(config), TEXTOID, -1, false, TYPALIGN_INT,
							  &items, NULL, &n_items);
		for (int i = 0; i < n_items; i++)
		{
			char	   *item = TextDatumGetCString(items[i]);

			if (strncmp(item, PRELOADS "=", sizeof(PRELOADS)) == 0)
				result = item + sizeof(PRELOADS);
		}
	}
	systable_endscan(scan);
	table_close(settings, AccessShareLock);
	return result;
}

bool
wdd_is_this_library(const char *name)
{
	return strcmp(name, "wdd_privacy") == 0 || strcmp(name, "$libdir/wdd_privacy") == 0;
}

void
wdd_set_database_preloads(const char *database, List *libraries)
{
	VariableSetStmt *set = makeNode(VariableSetStmt);
	AlterDatabaseSetStmt *alter = makeNode(AlterDatabaseSetStmt);
	ListCell   *lc;

	foreach(lc, libraries)
	{
		A_Const    *item = makeNode(A_Const);

		item->val.sval.type = T_String;
		item->val.sval.sval = pstrdup(lfirst(lc));
		item->location = -1;
		set->args = lappend(set->args, item);
	}
	set->kind = libraries ? VAR_SET_VALUE : VAR_RESET;
	set->name = PRELOADS;
	alter->dbname = pstrdup(database);
	alter->setstmt = set;
	AlterDatabaseSet(alter);
}

static const char *
template_name(CreatedbStmt *create)
{
	ListCell   *lc;

	foreach(lc, create->options)
	{
		DefElem    *option = lfirst(lc);

		if (strcmp(option->defname, "template") == 0 && option->arg)
			return defGetString(option);
	}
	return "template1";
}

/* Whoever may make a database may not change this setting: it is done for them. */
void
wdd_keep_preload_in_copy(CreatedbStmt *create)
{
	Oid			source = get_database_oid(template_name(create), true);
	char	   *value = OidIsValid(source) ? wdd_database_preloads(source) : NULL;
	List	   *libraries;
	bool		ours = false;
	Oid			user;
	int			context;
	ListCell   *lc;

	if (value == NULL || !SplitDirectoriesString(pstrdup(value), ',', &libraries))
		return;
	foreach(lc, libraries)
		ours = ours || wdd_is_this_library(lfirst(lc));
	if (!ours)
		return;
	CommandCounterIncrement();
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID, context | SECURITY_LOCAL_USERID_CHANGE);
	wdd_set_database_preloads(create->dbname, libraries);
	SetUserIdAndSecContext(user, context);
}
