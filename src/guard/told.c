/*
 * told.c
 *		See told.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "guard/stored_code.h"
#include "guard/told.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_type.h"
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

static bool
is_labelled_relation(RangeVar *name)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	const WddProtectedRelation *rel = OidIsValid(relid) ? wdd_protected_relation(relid) : NULL;

	return rel && rel->n_columns > 0;
}

bool
wdd_evaluates_labelled(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_AlterTableStmt:
			return is_labelled_relation(((AlterTableStmt *) statement)->relation);
		case T_IndexStmt:
			return is_labelled_relation(((IndexStmt *) statement)->relation);
		case T_AlterDomainStmt:
			return wdd_domain_is_labelled(LookupTypeNameOid(NULL, makeTypeNameFromNameList(((AlterDomainStmt *) statement)->typeName),
															true));
		default:
			return false;
	}
}
