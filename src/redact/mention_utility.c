/*
 * mention_utility.c
 *		Statements that are not planned (see mention.h).
 *
 * Some hold an analyzed query, some one that is analyzed later only: there names
 * are looked up as analysis would, and where they could mean several things, each
 * counts.  Statements whose text has no values of rows (DROP, GRANT, and DDL on
 * tables without labels) mention nothing.
 */
#include "postgres.h"

#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "commands/prepare.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "redact/mention.h"
#include "redact/mention_parts.h"
#include "utils/plancache.h"

static bool
named_relation_mentioned(const RangeVar *name)
{
	return name != NULL && wdd_relation_mentioned(RangeVarGetRelid(name, NoLock, true));
}

static bool
named_function_mentioned(List *name)
{
	for (FuncCandidateList candidate = FuncnameGetCandidates(name, -1, NIL, false, false, false, true);
		 candidate; candidate = candidate->next)
		if (wdd_function_mentioned(candidate->oid))
			return true;
	return false;
}

/* What is wrong with a type's modifiers, PostgreSQL says, and where. */
static bool
named_type_mentioned(const TypeName *name)
{
	TypeName	bare = *name;

	bare.typmods = NIL;
	return wdd_type_mentioned(LookupTypeNameOid(NULL, &bare, true));
}

static bool
raw_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
		return named_relation_mentioned((RangeVar *) node);
	if (IsA(node, FuncCall) && named_function_mentioned(((FuncCall *) node)->funcname))
		return true;
	if (IsA(node, TypeName))
		return named_type_mentioned((TypeName *) node);
	return raw_expression_tree_walker(node, raw_walker, context);
}

/* A statement within a statement, analyzed or not. */
static bool
inner_mentions(Node *statement)
{
	if (statement == NULL)
		return false;
	if (IsA(statement, RawStmt))
		statement = ((RawStmt *) statement)->stmt;
	switch (nodeTag(statement))
	{
		case T_Query:
			return wdd_mentions_protected((Query *) statement);
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			return raw_walker(statement, NULL);
		default:
			return wdd_utility_mentions_protected(statement);
	}
}

static bool
any_inner_mentions(List *statements)
{
	ListCell   *lc;

	foreach(lc, statements)
		if (inner_mentions(lfirst(lc)))
			return true;
	return false;
}

/* Its arguments concern what the prepared statement does. */
static bool
execute_mentions(const ExecuteStmt *statement)
{
	PreparedStatement *prepared = FetchPreparedStatement(statement->name, false);
	CachedPlanSource *source;

	if (prepared == NULL)
		return wdd_label_presence() == WDD_LABELS;
	source = prepared->plansource;
	/* an invalidated one has no analyzed queries */
	return source->query_list ? any_inner_mentions(source->query_list)
		: source->raw_parse_tree && inner_mentions((Node *) source->raw_parse_tree);
}

/* VACUUM, ANALYZE */
static bool
vacuum_mentions(const VacuumStmt *statement)
{
	ListCell   *lc;

	if (statement->rels == NIL)
		return wdd_label_presence() == WDD_LABELS;
	foreach(lc, statement->rels)
		if (named_relation_mentioned(((VacuumRelation *) lfirst(lc))->relation))
			return true;
	return false;
}

/* What names no relation works on many. */
static bool
maintained_mentioned(const RangeVar *relation)
{
	return relation ? named_relation_mentioned(relation) : wdd_label_presence() == WDD_LABELS;
}

bool
wdd_utility_mentions_protected(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_DoStmt:
		case T_NotifyStmt:
		case T_AlterDomainStmt:
			return wdd_label_presence() == WDD_LABELS;
		case T_CallStmt:
			return ((CallStmt *) statement)->funcexpr ?
				wdd_expression_mentions((Node *) ((CallStmt *) statement)->funcexpr) :
				wdd_label_presence() == WDD_LABELS;
		case T_ExplainStmt:
			return inner_mentions(((ExplainStmt *) statement)->query);
		case T_DeclareCursorStmt:
			return inner_mentions(((DeclareCursorStmt *) statement)->query);
		case T_CreateTableAsStmt:
			return inner_mentions(((CreateTableAsStmt *) statement)->query);
		case T_PrepareStmt:
			return inner_mentions(((PrepareStmt *) statement)->query);
		case T_ViewStmt:
			return inner_mentions(((ViewStmt *) statement)->query);
		case T_ExecuteStmt:
			return execute_mentions((ExecuteStmt *) statement);
		case T_CopyStmt:
			return named_relation_mentioned(((CopyStmt *) statement)->relation) ||
				inner_mentions(((CopyStmt *) statement)->query);
		case T_RuleStmt:
			return named_relation_mentioned(((RuleStmt *) statement)->relation) ||
				any_inner_mentions(((RuleStmt *) statement)->actions);
		case T_AlterTableStmt:
			return named_relation_mentioned(((AlterTableStmt *) statement)->relation);
		case T_IndexStmt:
			return named_relation_mentioned(((IndexStmt *) statement)->relation);
		case T_ReindexStmt:
			return maintained_mentioned(((ReindexStmt *) statement)->relation);
		case T_ClusterStmt:
			return maintained_mentioned(((ClusterStmt *) statement)->relation);
		case T_RefreshMatViewStmt:
			return named_relation_mentioned(((RefreshMatViewStmt *) statement)->relation);
		case T_VacuumStmt:
			return vacuum_mentions((VacuumStmt *) statement);
		case T_VariableSetStmt:
			return ((VariableSetStmt *) statement)->args != NIL &&
				wdd_setting_mentioned(((VariableSetStmt *) statement)->name);
		default:
			return false;
	}
}
