/*
 * told.c
 *		See told.h.
 *
 * What was found of a tree is kept for as long as nothing of the tree changes,
 * which is what row_triggers.h watches, and, where there are expressions, no
 * function: then planning a write costs a look-up in a hash table.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/row_triggers.h"
#include "guard/stored_code.h"
#include "guard/told.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_type.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"

static bool
is_untrusted(Oid function, void *context)
{
	return !wdd_function_is_trusted(function);
}

static bool
untrusted_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_untrusted, NULL))
		return true;
	return expression_tree_walker(node, untrusted_walker, context);
}

/* The labelled columns among the Vars of an expression over one table. */
static Bitmapset *
labelled_columns(const WddProtectedRelation *rel, Node *expr)
{
	Bitmapset  *attnums = NULL;
	Bitmapset  *columns = NULL;

	pull_varattnos(expr, 1, &attnums);
	for (int i = 0; i < rel->n_columns; i++)
		if (bms_is_member(rel->columns[i].attnum - FirstLowInvalidHeapAttributeNumber, attnums) ||
			bms_is_member(InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber, attnums))
			columns = bms_add_member(columns, rel->columns[i].attnum);
	return columns;
}

Bitmapset *
wdd_columns_told_by(const WddProtectedRelation *rel, Node *expr)
{
	return untrusted_walker(expr, NULL) ? labelled_columns(rel, expr) : NULL;
}

/* One entry per relation that was written. */
typedef struct ToldEntry
{
	Oid			relid;			/* hash key */
	uint64		serial;			/* of the tree it was made for */
	uint64		functions;		/* ... and the state of functions */
	bool		has_expressions;
	Bitmapset  *columns;
} ToldEntry;

static HTAB *entries = NULL;

/* The labelled columns that one table's constraints and indexes tell. */
static Bitmapset *
told_by_relation(const WddProtectedRelation *rel, bool *has_expressions)
{
	Relation	relation = table_open(rel->relid, AccessShareLock);
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	for (int i = 0; constraints && i < constraints->num_check; i++)
	{
		*has_expressions = true;
		columns = bms_add_members(columns, wdd_columns_told_by(rel, stringToNode(constraints->check[i].ccbin)));
	}
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
	{
		List	   *key = RelationGetPartitionKey(relation)->partexprs;

		*has_expressions |= key != NIL;
		columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) key));
	}
	foreach(lc, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);
		List	   *expressions = RelationGetIndexExpressions(index);
		List	   *predicate = RelationGetIndexPredicate(index);

		*has_expressions |= expressions != NIL || predicate != NIL;
		columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) expressions));
		columns = bms_add_members(columns, wdd_columns_told_by(rel, (Node *) predicate));
		index_close(index, AccessShareLock);
	}
	table_close(relation, AccessShareLock);
	return columns;
}

/* Columns of a member as columns of rel; one that rel lacks stands for them all. */
static Bitmapset *
as_columns_of(const WddProtectedRelation *rel, const WddProtectedRelation *member, Bitmapset *told)
{
	Bitmapset  *columns = NULL;
	int			attnum = -1;

	if (member->relid == rel->relid)
		return told;
	while ((attnum = bms_next_member(told, attnum)) >= 0)
	{
		AttrNumber	own = get_attnum(rel->relid, get_attname(member->relid, attnum, false));

		for (int i = 0; i < rel->n_columns; i++)
			if (own == InvalidAttrNumber || rel->columns[i].attnum == own)
				columns = bms_add_member(columns, rel->columns[i].attnum);
	}
	return columns;
}

static Bitmapset *
told_by_tree(Oid relid, List *members, bool *has_expressions)
{
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	foreach(lc, members)
	{
		const WddProtectedRelation *member = wdd_protected_relation(lfirst_oid(lc));
		Bitmapset  *told = member ? told_by_relation(member, has_expressions) : NULL;

		if (told)
			columns = bms_add_members(columns, as_columns_of(wdd_protected_relation(relid),
															 wdd_protected_relation(lfirst_oid(lc)), told));
	}
	return columns;
}

static ToldEntry *
find_entry(Oid relid)
{
	bool		found;
	ToldEntry  *entry;

	if (entries == NULL)
	{
		HASHCTL		control = {0};

		control.keysize = sizeof(Oid);
		control.entrysize = sizeof(ToldEntry);
		control.hcxt = TopMemoryContext;
		entries = hash_create("wdd_privacy columns told", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(entries, &relid, HASH_ENTER, &found);
	if (!found)
	{
		entry->serial = 0;
		entry->columns = NULL;
	}
	return entry;
}

Bitmapset *
wdd_columns_told(Oid relid)
{
	const WddRowTriggers *tree = wdd_row_triggers(relid);
	ToldEntry  *entry = find_entry(relid);
	uint64		serial = tree->serial;
	uint64		functions = wdd_function_generation();
	bool		has_expressions = false;
	Bitmapset  *columns;
	MemoryContext oldcontext;

	if (entry->serial == serial && (!entry->has_expressions || entry->functions == functions))
		return entry->columns;
	entry->serial = 0;			/* also when reading the catalogs fails */
	columns = told_by_tree(relid, list_copy(tree->members), &has_expressions);
	oldcontext = MemoryContextSwitchTo(TopMemoryContext);
	entry = find_entry(relid);
	bms_free(entry->columns);
	entry->columns = bms_copy(columns);
	MemoryContextSwitchTo(oldcontext);
	entry->has_expressions = has_expressions;
	entry->functions = functions;
	entry->serial = serial;
	return entry->columns;
}

/* The relation, its table if it is an index, or a member of the tree beneath. */
static bool
is_labelled(Oid relid)
{
	const WddProtectedRelation *rel;
	ListCell   *lc;

	if (get_rel_relkind(relid) == RELKIND_INDEX || get_rel_relkind(relid) == RELKIND_PARTITIONED_INDEX)
		relid = IndexGetRelation(relid, true);
	/* tables may be of a composite type */
	if (get_rel_relkind(relid) == RELKIND_COMPOSITE_TYPE)
		return true;
	foreach(lc, OidIsValid(relid) ? find_all_inheritors(relid, NoLock, NULL) : NIL)
		if ((rel = wdd_protected_relation(lfirst_oid(lc))) != NULL && rel->n_columns > 0)
			return true;
	return false;
}

/* A statement without a name is about all tables. */
static bool
names_labelled(RangeVar *name)
{
	return name == NULL || is_labelled(RangeVarGetRelid(name, NoLock, true));
}

static bool
names_labelled_table(List *relations)
{
	ListCell   *lc;

	foreach(lc, relations)
	{
		VacuumRelation *named = lfirst(lc);

		if (OidIsValid(named->oid) ? is_labelled(named->oid) : names_labelled(named->relation))
			return true;
	}
	return relations == NIL;
}

bool
wdd_evaluates_labelled(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_AlterTableStmt:
			return names_labelled(((AlterTableStmt *) statement)->relation);
		case T_CreateStmt:
			/* a new partition: rows of the default partition are looked through */
			return ((CreateStmt *) statement)->partbound != NULL &&
				names_labelled(linitial(((CreateStmt *) statement)->inhRelations));
		case T_IndexStmt:
			return names_labelled(((IndexStmt *) statement)->relation);
		case T_ReindexStmt:
			return names_labelled(((ReindexStmt *) statement)->relation);
		case T_ClusterStmt:
			return names_labelled(((ClusterStmt *) statement)->relation);
		case T_VacuumStmt:
			return names_labelled_table(((VacuumStmt *) statement)->rels);
		case T_AlterDomainStmt:
			return wdd_domain_is_labelled(LookupTypeNameOid(NULL, makeTypeNameFromNameList(((AlterDomainStmt *) statement)->typeName),
															true));
		default:
			return false;
	}
}
