/*
 * extension_drop.c
 *		DROP EXTENSION wdd_privacy: not while labels exist, and without traces.
 */
#include "postgres.h"

#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "commands/dbcommands.h"
#include "commands/seclabel.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "statement/database_setting.h"
#include "statement/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

/* A statement that names the extension, or its owner, is running and was checked. */
static bool checked = false;

static bool
drops_us(DropStmt *drop)
{
	ListCell   *lc;

	foreach(lc, drop->objects)
		if (strcmp(strVal(lfirst(lc)), "wdd_privacy") == 0)
			return true;
	return false;
}

/* The label of the oldest table: the order in the catalog is anybody's guess. */
static WddStoredLabel *
first_label(List *labels)
{
	WddStoredLabel *first = linitial(labels);
	ListCell   *lc;

	foreach(lc, labels)
	{
		WddStoredLabel *label = lfirst(lc);

		if (label->relid < first->relid)
			first = label;
	}
	return first;
}

/*
 * Second walls go first: row security that is left on without its policies
 * shows nobody anything.
 */
static void
unharden_all(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute("SELECT wdd.unharden(polrelid) FROM pg_catalog.pg_policy"
					" WHERE polname OPERATOR(pg_catalog.=) 'wdd_second_wall'", false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not take the second walls off");
	SPI_finish();
}

static void
refuse_drop(List *labels, const char *command)
{
	WddStoredLabel *first = first_label(labels);

	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot drop extension wdd_privacy because security labels depend on it"),
			 errdetail_plural("%d label exists, on table %s.",
							  "%d labels exist, the first on table %s.",
							  list_length(labels), list_length(labels),
							  quote_qualified_identifier(get_namespace_name(get_rel_namespace(first->relid)),
														 get_rel_name(first->relid))),
			 errhint("Use %s CASCADE to remove the labels too; the tables are then unprotected.", command)));
}

/* The extension is about to go: take what stands on it along, or refuse. */
static void
check_drop(DropBehavior behavior)
{
	List	   *labels;

	if (behavior == DROP_CASCADE)
	{
		unharden_all();
		return;
	}
	labels = wdd_stored_labels(InvalidOid);
	if (labels != NIL)
		refuse_drop(labels, "DROP ...");
}

static bool
drops_owner(DropOwnedStmt *drop)
{
	Oid			owner = wdd_extension_owner();
	ListCell   *lc;

	foreach(lc, drop->roles)
		if (get_rolespec_oid(lfirst(lc), true) == owner)
			return true;
	return false;
}

void
wdd_run_drop(WddUtilityCall *call)
{
	Node	   *statement = call->stmt->utilityStmt;
	bool		outer = checked;
	bool		owned = IsA(statement, DropOwnedStmt);

	if (!(owned ? drops_owner((DropOwnedStmt *) statement) : drops_us((DropStmt *) statement)))
	{
		wdd_run_utility(call);
		return;
	}
	check_drop(owned ? ((DropOwnedStmt *) statement)->behavior : ((DropStmt *) statement)->behavior);
	checked = true;
	PG_TRY();
	{
		wdd_run_utility(call);
	}
	PG_FINALLY();
	{
		checked = outer;
	}
	PG_END_TRY();
}

static void
remove_labels(void)
{
	ListCell   *lc;

	foreach(lc, wdd_stored_labels(InvalidOid))
	{
		WddStoredLabel *label = lfirst(lc);
		ObjectAddress object;

		ObjectAddressSubSet(object, RelationRelationId, label->relid, label->attnum);
		SetSecurityLabel(&object, WDD_LABEL_PROVIDER, NULL);
		wdd_invalidate_tree(label->relid);
	}
}

/* Take our entry out of the database's setting; leave the others. */
static void
remove_preload(void)
{
	char	   *value = wdd_database_preloads(MyDatabaseId);
	List	   *libraries;
	List	   *kept = NIL;
	ListCell   *lc;

	if (value == NULL || !SplitDirectoriesString(value, ',', &libraries))
		return;
	foreach(lc, libraries)
		if (!wdd_is_this_library(lfirst(lc)))
			kept = lappend(kept, lfirst(lc));
	if (list_length(kept) == list_length(libraries))
		return;
	wdd_set_database_preloads(get_database_name(MyDatabaseId), kept);
}

/*
 * Also when it goes along with what it needs: its schema, or a language.  Then
 * nobody said that the labels should go.
 */
void
wdd_forget_extension(void)
{
	List	   *labels = checked ? NIL : wdd_stored_labels(InvalidOid);

	if (labels != NIL)
		refuse_drop(labels, "DROP EXTENSION wdd_privacy");
	remove_labels();
	remove_preload();
}
