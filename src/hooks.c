/*
 * hooks.c
 *		Saves, chains and dispatches PostgreSQL's hooks; decides nothing.
 */
#include "postgres.h"

#include "compat.h"
#include "consent/consent_cache.h"
#include "executor/executor.h"
#include "guard/copy_line.h"
#include "guard/error_detail.h"
#include "guard/execution.h"
#include "guard/guard.h"
#include "guard/referential.h"
#include "guard/trigger_call.h"
#include "guard/view_target.h"
#include "hooks.h"
#include "miscadmin.h"
#include "optimizer/planner.h"
#include "parser/analyze.h"
#include "redact/line.h"
#include "redact/redact.h"
#include "redact/report.h"
#include "sealed/key_ring.h"
#include "statement/utility.h"
#include "storage/ipc.h"
#include "tcop/utility.h"
#include "wdd_privacy.h"

static post_parse_analyze_hook_type previous_post_parse_analyze = NULL;
static planner_hook_type previous_planner = NULL;
static ExecutorStart_hook_type previous_executor_start = NULL;
static ExecutorRun_hook_type previous_executor_run = NULL;
static ExecutorFinish_hook_type previous_executor_finish = NULL;
static ExecutorCheckPerms_hook_type previous_check_perms = NULL;
static ProcessUtility_hook_type previous_process_utility = NULL;
static object_access_hook_type previous_object_access = NULL;
static emit_log_hook_type previous_emit_log = NULL;
static needs_fmgr_hook_type previous_needs_fmgr = NULL;
static fmgr_hook_type previous_fmgr = NULL;
static shmem_request_hook_type previous_shmem_request = NULL;
static shmem_startup_hook_type previous_shmem_startup = NULL;

static void
post_parse_analyze_body(ParseState *pstate, Query *query, JumbleState *jumble)
{
	wdd_redact_analyzed(pstate, query);
	if (previous_post_parse_analyze)
		previous_post_parse_analyze(pstate, query, jumble);
}

static PlannedStmt *
planner_hook_body(Query *parse, const char *query_string, int cursor_options, ParamListInfo params)
{
	return wdd_plan(parse, query_string, cursor_options, params,
					previous_planner ? previous_planner : standard_planner);
}

static void
executor_start_body(QueryDesc *desc, int eflags)
{
	wdd_redact_executor_start(desc);
	wdd_executor_start(desc, eflags,
					   previous_executor_start ? previous_executor_start : standard_ExecutorStart);
	wdd_redact_executor_started(desc);
}

static void
executor_run_body(WDD_RUN_PARAMETERS)
{
	wdd_redact_executor_run();
	wdd_executor_run(WDD_RUN_ARGUMENTS,
					 previous_executor_run ? previous_executor_run : standard_ExecutorRun);
}

static void
executor_finish_body(QueryDesc *desc)
{
	wdd_executor_finish(desc,
						previous_executor_finish ? previous_executor_finish : standard_ExecutorFinish);
}

static bool
check_perms_body(WDD_CHECK_PERMS_PARAMETERS)
{
	if (previous_check_perms && !previous_check_perms(WDD_CHECK_PERMS_ARGUMENTS))
		return false;
	return raise || wdd_bulk_validation_allowed(checked);
}

static void
process_utility_body(PlannedStmt *stmt, const char *query_string, bool read_only_tree,
					 ProcessUtilityContext context, ParamListInfo params,
					 QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	WddUtilityCall call = {stmt, query_string, read_only_tree, context, params, environment, dest,
	completion, previous_process_utility ? previous_process_utility : standard_ProcessUtility};

	wdd_process_utility(&call);
}

static void
object_access_body(ObjectAccessType access, Oid classId, Oid objectId, int subId, void *arg)
{
	if (previous_object_access)
		previous_object_access(access, classId, objectId, subId, arg);
	wdd_object_access(access, classId, objectId, subId);
}

static void
emit_log_body(ErrorData *error)
{
	if (!wdd_line_is_own(error))
	{
		wdd_hint_at_table(error);
	wdd_report_without_values(error);
		if (wdd_report_redacted(error))
			return;
	}
	if (previous_emit_log)
		previous_emit_log(error);
}

static bool
needs_fmgr_body(Oid function)
{
	return (previous_needs_fmgr && previous_needs_fmgr(function)) || wdd_wants_function_calls(function) ||
		wdd_copy_line_wants_calls(function);
}

static void
fmgr_body(FmgrHookEventType event, FmgrInfo *function, Datum *arg)
{
	if (previous_fmgr)
		previous_fmgr(event, function, arg);
	wdd_function_call(event, function);
	if (event == FHET_START)
		wdd_copy_line_hide();
}

static void
shmem_request_body(void)
{
	if (previous_shmem_request)
		previous_shmem_request();
	wdd_consent_shmem_request();
	wdd_key_ring_shmem_request();
}

static void
shmem_startup_body(void)
{
	if (previous_shmem_startup)
		previous_shmem_startup();
	wdd_consent_shmem_startup();
	wdd_key_ring_shmem_startup();
}

void
wdd_hooks_install(void)
{
	previous_post_parse_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = post_parse_analyze_body;
	previous_planner = planner_hook;
	planner_hook = planner_hook_body;
	previous_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start_body;
	previous_executor_run = ExecutorRun_hook;
	ExecutorRun_hook = executor_run_body;
	previous_executor_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = executor_finish_body;
	previous_check_perms = ExecutorCheckPerms_hook;
	ExecutorCheckPerms_hook = check_perms_body;
	previous_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility_body;
	previous_object_access = object_access_hook;
	object_access_hook = object_access_body;
	previous_emit_log = emit_log_hook;
	emit_log_hook = emit_log_body;
	previous_needs_fmgr = needs_fmgr_hook;
	needs_fmgr_hook = needs_fmgr_body;
	previous_fmgr = fmgr_hook;
	fmgr_hook = fmgr_body;
	if (wdd_shared_preloaded)
	{
		previous_shmem_request = shmem_request_hook;
		shmem_request_hook = shmem_request_body;
		previous_shmem_startup = shmem_startup_hook;
		shmem_startup_hook = shmem_startup_body;
	}
}
