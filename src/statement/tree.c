/*
 * tree.c
 *		Labels when tables join and leave partition and inheritance trees.
 *
 * Labels stand on roots.  A table that leaves (DETACH, NO INHERIT) keeps its
 * root's protection as labels of its own.  One that joins (ATTACH, INHERIT)
 * brings none, or the same as the tree's, which are then dropped.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/seclabel.h"
#include "guard/referential.h"
#include "statement/alter_column.h"
#include "statement/conversion.h"
#include "statement/joining.h"
#include "statement/sealed_table.h"
#include "statement/utility.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

static void
set_label(Oid relid, AttrNumber attnum, const char *text)
{
	ObjectAddress object;

	ObjectAddressSubSet(object, RelationRelationId, relid, attnum);
	/* DETACH PARTITION CONCURRENTLY has ended the statement's snapshot */
	PushActiveSnapshot(GetTransactionSnapshot());
	SetSecurityLabel(&object, WDD_LABEL_PROVIDER, text);
	PopActiveSnapshot();
	wdd_invalidate_tree(relid);
}

static WddStoredLabel *
label_of_column(List *labels, Oid relid, AttrNumber attnum, const char *name)
{
	ListCell   *lc;

	foreach(lc, labels)
	{
		WddStoredLabel *label = lfirst(lc);

		if (attnum == 0 ? label->attnum == 0 :
			label->attnum != 0 &&
			strcmp(get_attname(label->relid, label->attnum, false), name) == 0)
			return label;
	}
	return NULL;
}

/* The labels that protect a table from above. */
static List *
inherited_labels(Oid relid, bool with_own)
{
	List	   *labels = with_own ? wdd_stored_labels(relid) : NIL;
	ListCell   *lc;

	foreach(lc, wdd_ancestors(relid))
		labels = list_concat(labels, wdd_stored_labels(lfirst_oid(lc)));
	return labels;
}

static void
copy_labels_down(Oid child, List *labels)
{
	ListCell   *lc;

	foreach(lc, labels)
	{
		WddStoredLabel *label = lfirst(lc);
		AttrNumber	attnum = label->attnum == 0 ? 0 :
			get_attnum(child, get_attname(label->relid, label->attnum, false));

		if (label->attnum == 0 || attnum > 0)
			set_label(child, attnum, label->text);
	}
}

static void
drop_equal_labels(Oid child, Oid parent)
{
	List	   *above = inherited_labels(parent, true);
	ListCell   *lc;

	foreach(lc, wdd_stored_labels(child))
	{
		WddStoredLabel *label = lfirst(lc);
		char	   *name = label->attnum ? get_attname(child, label->attnum, false) : NULL;
		WddStoredLabel *same;

		/* a column of the child's own keeps its label */
		if (name && get_attnum(parent, name) == InvalidAttrNumber)
			continue;
		same = label_of_column(above, parent, label->attnum, name);
		if (same == NULL || strcmp(same->text, label->text) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("table \"%s\" cannot become a child of \"%s\"",
							get_rel_name(child), get_rel_name(parent)),
					 name ? errdetail("Its column \"%s\" carries a label that differs from the parent's.", name)
					 : errdetail("It carries a label that differs from the parent's."),
					 errhint("Label both alike, or remove the child's label.")));
		set_label(child, label->attnum, NULL);
	}
}

static RangeVar *
other_table(AlterTableCmd *command, bool *joins)
{
	switch (command->subtype)
	{
		case AT_AttachPartition:
		case AT_AddInherit:
			*joins = true;
			break;
		case AT_DetachPartition:
		case AT_DetachPartitionFinalize:
		case AT_DropInherit:
			*joins = false;
			break;
		default:
			return NULL;
	}
	if (command->subtype == AT_AddInherit || command->subtype == AT_DropInherit)
		return castNode(RangeVar, command->def);
	return castNode(PartitionCmd, command->def)->name;
}

static bool
names_partition(AlterTableCmd *command)
{
	return command->subtype == AT_AttachPartition || command->subtype == AT_DetachPartition ||
		command->subtype == AT_DetachPartitionFinalize;
}

static void
run_alter(WddUtilityCall *call, AlterTableStmt *alter)
{
	AlterTableCmd *command = linitial(alter->cmds);
	Oid			detached = command->subtype != AT_DetachPartition ? InvalidOid :
		RangeVarGetRelid(castNode(PartitionCmd, command->def)->name, NoLock, true);
	WddDetaching outer = wdd_begin_detaching(detached);

	PG_TRY();
	{
		wdd_run_utility(call);
	}
	PG_FINALLY();
	{
		wdd_end_detaching(outer);
	}
	PG_END_TRY();
}

void
wdd_alter_tree(WddUtilityCall *call, AlterTableStmt *alter)
{
	Oid			altered = RangeVarGetRelid(alter->relation, NoLock, true);
	List	   *leaving = NIL;	/* children, and their labels, pairwise */
	List	   *labels = NIL;
	List	   *joining = NIL;
	List	   *dropped;
	List	   *generated;
	ListCell   *lc,
			   *ll;

	wdd_check_conversions(altered, alter, call->query_string);
	generated = wdd_columns_losing_expression(altered, alter);
	dropped = wdd_labels_of_dropped_columns(altered, alter);
	foreach(lc, alter->cmds)
	{
		AlterTableCmd *command = lfirst(lc);
		bool		joins;
		RangeVar   *other = other_table(command, &joins);
		Oid			named,
					child,
					parent;

		if (other == NULL || !OidIsValid(altered))
			continue;
		named = RangeVarGetRelid(other, NoLock, true);
		if (!OidIsValid(named))
			continue;
		child = names_partition(command) ? named : altered;
		parent = names_partition(command) ? altered : named;
		if (joins)
		{
			wdd_check_partition_key(parent);
			wdd_check_joining_sealed(child, parent);
			drop_equal_labels(child, parent);
			joining = lappend_oid(joining, child);
		}
		else if (wdd_protected_relation(child))
		{
			leaving = lappend_oid(leaving, child);
			labels = lappend(labels, inherited_labels(child, false));
		}
	}
	run_alter(call, alter);
	forboth(lc, leaving, ll, labels)
		if (inherited_labels(lfirst_oid(lc), false) == NIL)
			copy_labels_down(lfirst_oid(lc), lfirst(ll));
	foreach(lc, joining)
		wdd_invalidate_tree(lfirst_oid(lc));
	if (joining != NIL)
		CommandCounterIncrement();
	foreach(lc, joining)
		foreach(ll, find_all_inheritors(lfirst_oid(lc), NoLock, NULL))
			wdd_check_child_code(lfirst_oid(ll));
	wdd_keep_labels_in_children(dropped);
	wdd_require_own_labels(generated);
}
