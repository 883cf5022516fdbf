/*
 * like.c
 *		CREATE TABLE ... (LIKE source INCLUDING ALL): labels are copied, too.
 *
 * A label is of the kind of a comment: it comes along with INCLUDING COMMENTS, and
 * so with INCLUDING ALL.  Whoever may create the table may do so without the duty
 * to label: it protects, and opens nothing.  Without, the new table has no label,
 * and what is protected in the source cannot be copied into it (carry.h).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/seclabel.h"
#include "statement/joining.h"
#include "statement/utility.h"
#include "utils/lsyscache.h"

/* The labels (WddStoredLabel) of tables that the statement is to be like. */
static List *
labels_to_copy(CreateStmt *create)
{
	List	   *labels = NIL;
	ListCell   *lc,
			   *la;

	foreach(lc, create->tableElts)
	{
		TableLikeClause *like = lfirst(lc);
		Oid			source;

		if (!IsA(like, TableLikeClause) || !(like->options & CREATE_TABLE_LIKE_COMMENTS))
			continue;
		source = RangeVarGetRelid(like->relation, NoLock, true);
		if (!OidIsValid(source) || wdd_protected_relation(source) == NULL)
			continue;
		labels = list_concat(labels, wdd_stored_labels(source));
		foreach(la, wdd_ancestors(source))
			labels = list_concat(labels, wdd_stored_labels(lfirst_oid(la)));
	}
	return labels;
}

static bool
is_labelled(Oid relid, AttrNumber attnum)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);

	if (rel == NULL)
		return false;
	return attnum == 0 ? rel->n_subjects > 0 || rel->has_table_purposes :
		wdd_protected_column(rel, attnum) != NULL;
}

static void
copy_label(Oid relid, const WddStoredLabel *label)
{
	AttrNumber	attnum = label->attnum == 0 ? 0 :
		get_attnum(relid, get_attname(label->relid, label->attnum, false));
	ObjectAddress object;

	if (attnum < 0 || (attnum == 0 && label->attnum != 0) || is_labelled(relid, attnum))
		return;
	ObjectAddressSubSet(object, RelationRelationId, relid, attnum);
	SetSecurityLabel(&object, WDD_LABEL_PROVIDER, label->text);
	wdd_invalidate_tree(relid);
	CommandCounterIncrement();
}

static void
check_parent(CreateStmt *create)
{
	Oid			parent = RangeVarGetRelid(linitial(create->inhRelations), NoLock, true);

	if (OidIsValid(parent))
		wdd_check_partition_key(parent);
}

void
wdd_create_table(WddUtilityCall *call, CreateStmt *create)
{
	List	   *labels = labels_to_copy(create);
	RangeVar   *name = copyObject(create->relation);
	bool		follows = labels != NIL || create->inhRelations != NIL;
	Oid			schema = follows ? RangeVarGetCreationNamespace(name) : InvalidOid;
	bool		exists = follows && OidIsValid(get_relname_relid(name->relname, schema));
	Oid			relid;
	ListCell   *lc;

	if (create->partbound)
		check_parent(create);
	wdd_run_utility(call);
	if (schema == InvalidOid || exists)
		return;					/* IF NOT EXISTS: the table stays what it is */
	relid = get_relname_relid(name->relname, schema);
	foreach(lc, labels)
		copy_label(relid, lfirst(lc));
	if (create->inhRelations == NIL)
		return;
	/* its constraints were made before it had a parent */
	CommandCounterIncrement();
	wdd_check_child_code(relid);
}
