/*
 * referential.c
 *		Recognising queries of referential integrity (see referential.h).
 *
 * Their shape (ri_triggers.c): one table, no sub-select, no function but the
 * equality of the key's types, and an output that is constant:
 *
 *		SELECT 1 FROM [ONLY] pk x WHERE key = $1 ... FOR KEY SHARE OF x
 *		DELETE FROM [ONLY] fk WHERE $1 = key ...
 *		UPDATE [ONLY] fk SET key = $1 | NULL | DEFAULT ... WHERE $2 = key ...
 *
 * where key are all columns of one foreign key (of which SET may take a part).
 * The query by which DETACH PARTITION looks for rows that refer to the partition
 * is recognised by who runs it: see checks_detached().
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/label_cache.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_operator.h"
#include "commands/trigger.h"
#include "guard/referential.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static WddDetaching detaching = {InvalidOid};

/* Vars, parameters, equality and casts between them: nothing else. */
static bool
is_foreign_to_keys(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
			return ((Var *) node)->varattno <= 0;
		case T_Param:
		case T_RelabelType:
		case T_CollateExpr:
		case T_List:
			break;
		case T_BoolExpr:
			if (((BoolExpr *) node)->boolop != AND_EXPR)
				return true;
			break;
		case T_OpExpr:
			if (((OpExpr *) node)->opfuncid >= FirstNormalObjectId ||
				get_mergejoin_opfamilies(((OpExpr *) node)->opno) == NIL)
				return true;		/* not an equality */
			break;
		case T_FuncExpr:
			if (((FuncExpr *) node)->funcid >= FirstNormalObjectId ||
				((FuncExpr *) node)->funcformat == COERCE_EXPLICIT_CALL)
				return true;
			break;
		default:
			return true;
	}
	return expression_tree_walker(node, is_foreign_to_keys, context);
}

/*
 * Outputs must not come from any row.  A default under SET DEFAULT may be any
 * expression; what its functions read is guarded by itself.
 */
static bool
outputs_are_rowless(Query *query)
{
	ListCell   *lc;

	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (!entry->resjunk && contain_var_clause((Node *) entry->expr))
			return false;
	}
	return true;
}

/* The same columns? */
static bool
is_key(const Bitmapset *columns, const int16 *attnums, int count)
{
	Bitmapset  *key = NULL;

	for (int i = 0; i < count; i++)
		key = bms_add_member(key, attnums[i] - FirstLowInvalidHeapAttributeNumber);
	return bms_equal(columns, key);
}

/* Is there a foreign key from these columns of rel? */
static bool
is_referencing_key(Relation rel, const Bitmapset *columns)
{
	ListCell   *lc;

	foreach(lc, RelationGetFKeyList(rel))
	{
		ForeignKeyCacheInfo *key = lfirst(lc);

		if (is_key(columns, key->conkey, key->nkeys))
			return true;
	}
	return false;
}

/* Is there a foreign key to them?  Its triggers stand on rel. */
static bool
is_referenced_key(Relation rel, const Bitmapset *columns)
{
	for (int i = 0; rel->trigdesc && i < rel->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &rel->trigdesc->triggers[i];
		HeapTuple	tuple;
		Datum		value;
		bool		isnull;
		bool		found = false;

		if (RI_FKey_trigger_type(trigger->tgfoid) != RI_TRIGGER_PK)
			continue;
		tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(trigger->tgconstraint));
		if (!HeapTupleIsValid(tuple))
			continue;
		value = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_confkey, &isnull);
		if (!isnull)
		{
			ArrayType  *key = DatumGetArrayTypeP(value);

			found = is_key(columns, (int16 *) ARR_DATA_PTR(key), ARR_DIMS(key)[0]);
		}
		ReleaseSysCache(tuple);
		if (found)
			return true;
	}
	return false;
}

static Bitmapset *
assigned_columns(Query *query)
{
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (!entry->resjunk)
			columns = bms_add_member(columns, entry->resno - FirstLowInvalidHeapAttributeNumber);
	}
	return columns;
}

/* Does the query choose rows, and write, by the columns of a foreign key alone? */
static bool
stays_within_keys(Query *query)
{
	RangeTblEntry *rte = linitial(query->rtable);
	Relation	rel = table_open(rte->relid, NoLock);
	Bitmapset  *columns = NULL;
	bool		result = false;

	pull_varattnos(query->jointree->quals, 1, &columns);
	switch (query->commandType)
	{
		case CMD_SELECT:
			result = query->rowMarks != NIL &&
				(is_referencing_key(rel, columns) || is_referenced_key(rel, columns));
			break;
		case CMD_UPDATE:
			result = is_referencing_key(rel, columns) && bms_is_subset(assigned_columns(query), columns);
			break;
		case CMD_DELETE:
			result = is_referencing_key(rel, columns);
			break;
		default:
			break;
	}
	table_close(rel, NoLock);
	return result;
}

/* Has the query nothing but a range table, conditions and outputs? */
static bool
is_plain(Query *query)
{
	return !(query->hasSubLinks || query->cteList || query->returningList || query->hasAggs ||
			 query->hasTargetSRFs || query->groupClause || query->sortClause || query->limitCount ||
			 query->havingQual || query->distinctClause || query->setOperations || query->onConflict);
}

/* A query of a trigger of referential integrity. */
static bool
keeps_key(Query *query)
{
	return InNoForceRLSOperation() && is_plain(query) && list_length(query->rtable) == 1 &&
		((RangeTblEntry *) linitial(query->rtable))->rtekind == RTE_RELATION &&
		outputs_are_rowless(query) &&
		!is_foreign_to_keys(query->jointree->quals, NULL) && stays_within_keys(query);
}

static bool
is_function_of_users(Oid function, void *context)
{
	return function >= FirstNormalObjectId;
}

static bool
calls_users(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return check_functions_in_node(node, is_function_of_users, NULL) ||
		expression_tree_walker(node, calls_users, context);
}

/*
 * The query that looks for rows which still refer to a partition that is being
 * detached (RI_PartitionRemove_Check()).  It carries no flag, but is run by the
 * statement itself: between the two there is no error context but SPI's own,
 * whereas that of a function, of an event trigger for instance, would be.
 */
static bool
checks_detached(Query *query)
{
	bool		has_partition = false;
	int			relations = 0;
	ListCell   *lc;

	if (!OidIsValid(detaching.partition) || error_context_stack == NULL ||
		error_context_stack->previous != detaching.context ||
		query->commandType != CMD_SELECT || !is_plain(query))
		return false;
	foreach(lc, query->rtable)
	{
		RangeTblEntry *rte = lfirst(lc);

		if (rte->rtekind == RTE_RELATION)
			relations++;
		else if (rte->rtekind != RTE_JOIN)
			return false;
		has_partition |= rte->relid == detaching.partition;
	}
	return has_partition && relations == 2 &&
		!calls_users((Node *) query->targetList, NULL) && !calls_users((Node *) query->jointree, NULL);
}

WddDetaching
wdd_begin_detaching(Oid partition)
{
	WddDetaching outer = detaching;

	detaching.partition = partition;
	detaching.context = error_context_stack;
	return outer;
}

void
wdd_end_detaching(WddDetaching outer)
{
	detaching = outer;
}

bool
wdd_is_referential(Query *query)
{
	return keeps_key(query) || checks_detached(query);
}

static bool
reads_labelled(const WddCheckedRelation *checked)
{
	const WddProtectedRelation *rel = wdd_protected_relation(checked->relid);
	int			column = -1;

	if (rel == NULL)
		return false;
	if (rel->has_table_purposes || rel->closed)
		return true;
	while ((column = bms_next_member(checked->selectedCols, column)) >= 0)
		if (wdd_protected_column(rel, column + FirstLowInvalidHeapAttributeNumber))
			return true;
	return false;
}

bool
wdd_bulk_validation_allowed(List *checked)
{
	ListCell   *lc;

	foreach(lc, checked)
		if (reads_labelled(lfirst(lc)))
			return false;
	return true;
}
