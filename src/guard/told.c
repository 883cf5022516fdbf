/*
 * told.c
 *		See told.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "guard/stored_code.h"
#include "guard/told.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_type.h"
#include "utils/lsyscache.h"
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

static Bitmapset *
columns_told_by(const WddProtectedRelation *rel, Node *expr)
{
	return untrusted_walker(expr, NULL) ? labelled_columns(rel, expr) : NULL;
}

Bitmapset *
wdd_columns_told(const WddProtectedRelation *rel, Relation relation)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	for (int i = 0; constraints && i < constraints->num_check; i++)
		columns = bms_add_members(columns, columns_told_by(rel, stringToNode(constraints->check[i].ccbin)));
	foreach(lc, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);

		columns = bms_add_members(columns, columns_told_by(rel, (Node *) RelationGetIndexExpressions(index)));
		columns = bms_add_members(columns, columns_told_by(rel, (Node *) RelationGetIndexPredicate(index)));
		index_close(index, AccessShareLock);
	}
	return columns;
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
