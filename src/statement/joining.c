/*
 * joining.c
 *		See joining.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/purpose.h"
#include "errors.h"
#include "guard/gate.h"
#include "guard/told.h"
#include "statement/joining.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"

/* Has some table above a constraint of that name?  Then this one is inherited. */
static bool
is_inherited(Oid relid, const char *constraint)
{
	ListCell   *lc;

	foreach(lc, wdd_ancestors(relid))
		if (OidIsValid(get_relation_constraint_oid(lfirst_oid(lc), constraint, true)))
			return true;
	return false;
}

/* What constraints and indexes tell, but for those that parents have, too. */
static Bitmapset *
columns_told(const WddProtectedRelation *rel, Relation relation)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	for (int i = 0; constraints && i < constraints->num_check; i++)
		if (!is_inherited(rel->relid, constraints->check[i].ccname))
			columns = bms_add_members(columns, wdd_columns_told_by(rel, stringToNode(constraints->check[i].ccbin)));
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) RelationGetPartitionKey(relation)->partexprs));
	foreach(lc, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);

		if (!index->rd_rel->relispartition)
		{
			columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) RelationGetIndexExpressions(index)));
			columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) RelationGetIndexPredicate(index)));
		}
		index_close(index, AccessShareLock);
	}
	return columns;
}

/* A dump may bring such code: it is of a time before the labels. */
static bool
is_restoring(void)
{
	WddActing	acting;

	wdd_acting_now(&acting);
	return acting.glass_broken || (acting.granted && acting.purpose_id == WDD_PURPOSE_RESTORE);
}

/* What, for the message: the first column that the code of a relation is told. */
static void
refuse_told(const WddProtectedRelation *rel, Bitmapset *columns, const char *what)
{
	const WddProtectedColumn *column = wdd_protected_column(rel, bms_next_member(columns, -1));

	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("%s of table \"%s\" may not call functions of users on column \"%s\"", what, rel->name, column->name),
			 errdetail("They would see the values of every person, past their checks."),
			 errhint("Use immutable functions that are PostgreSQL's own or written in C.")));
}

void
wdd_check_child_code(Oid child)
{
	const WddProtectedRelation *rel = wdd_protected_relation(child);
	Relation	relation;
	Bitmapset  *told;

	if (rel == NULL || rel->n_columns == 0 || is_restoring())
		return;
	relation = table_open(child, NoLock);
	told = columns_told(rel, relation);
	table_close(relation, NoLock);
	if (!bms_is_empty(told))
		refuse_told(rel, told, "constraints and indexes");
}

void
wdd_check_partition_key(Oid parent)
{
	List	   *relids = lcons_oid(parent, wdd_ancestors(parent));
	ListCell   *lc;

	if (wdd_protected_relation(parent) == NULL || is_restoring())
		return;
	foreach(lc, relids)
	{
		const WddProtectedRelation *rel = wdd_protected_relation(lfirst_oid(lc));
		Relation	relation;
		Bitmapset  *told = NULL;

		if (rel == NULL || get_rel_relkind(lfirst_oid(lc)) != RELKIND_PARTITIONED_TABLE)
			continue;
		relation = table_open(lfirst_oid(lc), AccessShareLock);
		told = wdd_columns_told_by(rel, (Node *) RelationGetPartitionKey(relation)->partexprs);
		table_close(relation, NoLock);
		if (!bms_is_empty(told))
			refuse_told(rel, told, "the partition key");
	}
}
