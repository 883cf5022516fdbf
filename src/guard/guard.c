/*
 * guard.c
 *		lineage → rewrite → plan (see guard.h).
 *
 * The gate is not here: a plan may be kept and run under another purpose, so
 * purpose and consent are looked at when it runs (execution.c).
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "guard/carry.h"
#include "guard/glance.h"
#include "guard/guard.h"
#include "guard/referential.h"
#include "guard/rewrite.h"
#include "guard/row_check.h"
#include "guard/sealed_use.h"
#include "guard/second_wall.h"
#include "guard/statistics.h"
#include "guard/view_target.h"
#include "lineage/inline_functions.h"
#include "lineage/lineage.h"
#include "session/purpose_setting.h"

bool		wdd_result_is_stored = false;
const WddStoring *wdd_storing = NULL;

static bool
acting_as_self(void)
{
	return wdd_setting_purpose && strcmp(wdd_setting_purpose, "self") == 0;
}

static WddLineage *
guard_query(Query *query, const WddStoring *storing)
{
	WddLineage *lineage;

	wdd_narrow_view_rows(query);
	wdd_rewrite_sealed(query);
	lineage = wdd_lineage(query, wdd_result_is_stored);

	if (lineage->calls_checks)
		wdd_refuse_check_call();
	if (wdd_is_referential(query))
	{
		wdd_mark_referential(lineage);
		return lineage;
	}
	wdd_check_carry(query, lineage, storing);
	wdd_rewrite(lineage, acting_as_self());
	return lineage;
}

PlannedStmt *
wdd_plan(Query *parse, const char *query_string, int cursor_options, ParamListInfo params,
		 PlannedStmt *(*next) (Query *, const char *, int, ParamListInfo))
{
	PlannedStmt *stmt;
	List	   *dependencies = NIL;
	bool		depends_on_role = false;
	WddLineage *lineage = NULL;

	if (wdd_extension_exists() && parse->commandType != CMD_UTILITY)
	{
		WddGlance	glance = wdd_glance(parse);
		const WddStoring *storing = wdd_storing && wdd_storing->query_string == query_string
			? wdd_storing : NULL;

		wdd_refuse_conflict_of_view(parse);
		if (glance.calls_in_from)
		{
			dependencies = wdd_inline_functions(parse, params, &depends_on_role);
			glance = wdd_glance(parse);
		}
		if (glance.is_protected && glance.has_row_security)
			wdd_open_second_walls(parse);
		if (glance.is_protected)
			lineage = guard_query(parse, storing);
		if (glance.reads_statistics)
			wdd_filter_statistics(parse);
	}
	stmt = next(parse, query_string, cursor_options, params);
	stmt->invalItems = list_concat(stmt->invalItems, dependencies);
	stmt->dependsOnRole = stmt->dependsOnRole || depends_on_role;
	if (lineage)
	{
		stmt->invalItems = list_concat(stmt->invalItems, lineage->trigger_functions);
		stmt->relationOids = list_concat(stmt->relationOids, lineage->trigger_relations);
	}
	return stmt;
}
