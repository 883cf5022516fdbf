/*
 * storing.c
 *		CREATE TABLE AS, SELECT INTO, CREATE and REFRESH MATERIALIZED VIEW: what
 *		their query selects is put into a table.
 *
 * The planner is told by wdd_storing which query that is (guard.h): it is
 * planned with the very text that the statement was given, and what functions
 * plan meanwhile is not.  A prepared statement's query has a text of its own,
 * and may have a plan: it is planned anew for being stored, and again after.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "commands/prepare.h"
#include "guard/guard.h"
#include "statement/sealed_table.h"
#include "statement/utility.h"
#include "utils/plancache.h"

/* The CREATE TABLE AS in a statement or in an EXPLAIN of it; else NULL. */
static CreateTableAsStmt *
create_table_as(Node *statement)
{
	if (IsA(statement, ExplainStmt))
	{
		Query	   *query = (Query *) ((ExplainStmt *) statement)->query;

		if (!IsA(query, Query) || query->commandType != CMD_UTILITY)
			return NULL;
		statement = query->utilityStmt;
	}
	return IsA(statement, CreateTableAsStmt) ? (CreateTableAsStmt *) statement : NULL;
}

bool
wdd_stores_result(Node *statement)
{
	return create_table_as(statement) != NULL || IsA(statement, RefreshMatViewStmt);
}

/* Whose query CREATE TABLE AS EXECUTE runs; NULL for any other. */
static const char *
prepared_name(CreateTableAsStmt *create)
{
	Query	   *query = create ? (Query *) create->query : NULL;

	if (query == NULL || !IsA(query, Query) || query->commandType != CMD_UTILITY ||
		!IsA(query->utilityStmt, ExecuteStmt) || !wdd_extension_exists())
		return NULL;
	return ((ExecuteStmt *) query->utilityStmt)->name;
}

/* Have it planned anew; returns its text. */
static const char *
plan_anew(const char *name)
{
	PreparedStatement *prepared = FetchPreparedStatement(name, false);
	CachedPlanSource *source;

	if (prepared == NULL)
		return NULL;
	source = prepared->plansource;
	source->is_valid = false;
	if (source->gplan)
		source->gplan->is_valid = false;
	return source->query_string;
}

static void
end_storing(const WddStoring *outer, bool outer_is_stored, const char *prepared)
{
	wdd_storing = outer;
	wdd_result_is_stored = outer_is_stored;
	if (prepared)
		plan_anew(prepared);
}

/* Run the statement while wdd_storing and wdd_result_is_stored say that it runs. */
static void
run_as_storing(WddUtilityCall *call, const WddStoring *storing, const char *prepared)
{
	const WddStoring *outer = wdd_storing;
	bool		outer_is_stored = wdd_result_is_stored;

	wdd_storing = storing;
	wdd_result_is_stored = true;
	PG_TRY();
	{
		wdd_run_utility(call);
	}
	PG_CATCH();
	{
		end_storing(outer, outer_is_stored, prepared);
		PG_RE_THROW();
	}
	PG_END_TRY();
	end_storing(outer, outer_is_stored, prepared);
}

void
wdd_run_storing(WddUtilityCall *call)
{
	Node	   *statement = call->stmt->utilityStmt;
	CreateTableAsStmt *create = create_table_as(statement);
	const char *prepared = prepared_name(create);
	WddStoring	storing = {call->query_string, InvalidOid};

	if (create == NULL)
		storing.relid = RangeVarGetRelid(((RefreshMatViewStmt *) statement)->relation, NoLock, true);
	if (prepared)
		storing.query_string = plan_anew(prepared);
	run_as_storing(call, &storing, prepared);
	if (create && wdd_extension_exists())
		wdd_refuse_sealed_result(create->into->rel);
}
