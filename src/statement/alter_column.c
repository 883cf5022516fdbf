/*
 * alter_column.c
 *		See alter_column.h.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/seclabel.h"
#include "statement/alter_column.h"
#include "utils/lsyscache.h"

/* A column's label, its table, and the column's name. */
typedef struct DroppedLabel
{
	Oid			relid;
	char	   *name;
	char	   *text;
	List	   *children;
} DroppedLabel;

List *
wdd_labels_of_dropped_columns(Oid relid, AlterTableStmt *alter)
{
	List	   *dropped = NIL;
	ListCell   *lc,
			   *ll;

	if (!OidIsValid(relid) || wdd_protected_relation(relid) == NULL)
		return NIL;
	foreach(lc, alter->cmds)
	{
		AlterTableCmd *command = lfirst(lc);
		AttrNumber	attnum;

		if (command->subtype != AT_DropColumn ||
			(attnum = get_attnum(relid, command->name)) <= 0)
			continue;
		foreach(ll, wdd_stored_labels(relid))
		{
			WddStoredLabel *label = lfirst(ll);
			DroppedLabel *entry;

			if (label->attnum != attnum)
				continue;
			entry = palloc(sizeof(DroppedLabel));
			entry->relid = relid;
			entry->name = command->name;
			entry->text = label->text;
			entry->children = find_all_inheritors(relid, NoLock, NULL);
			dropped = lappend(dropped, entry);
		}
	}
	return dropped;
}

void
wdd_keep_labels_in_children(List *dropped)
{
	ListCell   *lc,
			   *ll;

	foreach(lc, dropped)
	{
		DroppedLabel *entry = lfirst(lc);

		foreach(ll, entry->children)
		{
			Oid			child = lfirst_oid(ll);
			AttrNumber	attnum = get_attnum(child, entry->name);
			const WddProtectedRelation *rel = wdd_protected_relation(child);
			ObjectAddress object;

			if (child == entry->relid || attnum <= 0 || (rel && wdd_protected_column(rel, attnum)))
				continue;
			ObjectAddressSubSet(object, RelationRelationId, child, attnum);
			SetSecurityLabel(&object, WDD_LABEL_PROVIDER, entry->text);
			wdd_invalidate_tree(child);
			CommandCounterIncrement();
		}
	}
}

/* The label with one subject renamed; NULL when it does not name it. */
static char *
with_renamed_subject(const char *text, const char *old_name, const char *new_name)
{
	WddLabel   *label = wdd_label_parse(text, WDD_LABEL_ON_TABLE);
	StringInfoData out;
	bool		renamed = false;
	ListCell   *lc,
			   *ls;

	initStringInfo(&out);
	foreach(lc, label->pairs)
	{
		WddLabelPair *pair = lfirst(lc);
		const char *separator = "";

		appendStringInfo(&out, "%s%s=", out.len ? "; " : "", pair->key);
		if (strcmp(pair->key, "subject") != 0)
		{
			appendStringInfoString(&out, pair->value);
			continue;
		}
		foreach(ls, label->subjects)
		{
			bool		same = strcmp(lfirst(ls), old_name) == 0;

			renamed = renamed || same;
			appendStringInfo(&out, "%s%s", separator, same ? new_name : (char *) lfirst(ls));
			separator = ", ";
		}
	}
	return renamed ? out.data : NULL;
}

void
wdd_rename_column(WddUtilityCall *call, RenameStmt *rename)
{
	Oid			relid = RangeVarGetRelid(rename->relation, NoLock, true);
	char	   *text = NULL;
	ListCell   *lc;

	if (OidIsValid(relid) && wdd_protected_relation(relid))
		foreach(lc, wdd_stored_labels(relid))
		{
			WddStoredLabel *label = lfirst(lc);

			if (label->attnum == 0)
				text = with_renamed_subject(label->text, rename->subname, rename->newname);
		}
	wdd_run_utility(call);
	if (text)
	{
		ObjectAddress object;

		/* a name that labels cannot spell must not cut the label's tie */
		wdd_label_parse(text, WDD_LABEL_ON_TABLE);
		ObjectAddressSet(object, RelationRelationId, relid);
		SetSecurityLabel(&object, WDD_LABEL_PROVIDER, text);
		wdd_invalidate_tree(relid);
	}
}
