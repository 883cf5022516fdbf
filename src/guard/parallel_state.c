/*
 * parallel_state.c
 *		The leader's state as a text (see parallel_state.h):
 *
 *		v1 <purpose id> <refusable> <silence> <every row> <glass> <on every label> <self>
 *		   { ; <segment> <category> <kind> <key type> }
 *
 * wdd_privacy.subject, and the purpose's name for messages, reach the worker as
 * settings of their own.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "compat.h"
#include "guard/execution.h"
#include "guard/parallel_state.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "session/purpose_setting.h"
#include "utils/guc.h"

static char *parallel_state = NULL;
static bool setting_it = false;

static bool
check_parallel_state(char **newval, void **extra, GucSource source)
{
	if (setting_it || InitializingParallelWorker || source == PGC_S_DEFAULT ||
		(*newval)[0] == '\0')
		return true;
	GUC_check_errcode(ERRCODE_CANT_CHANGE_RUNTIME_PARAM);
	GUC_check_errmsg("parameter \"wdd_privacy.parallel_state\" cannot be set");
	return false;
}

void
wdd_parallel_state_init(void)
{
	DefineCustomStringVariable("wdd_privacy.parallel_state",
							   "What parallel workers must know of the leader's statement.",
							   "Set by the extension alone.",
							   &parallel_state, "", PGC_USERSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE | GUC_NO_RESET_ALL,
							   check_parallel_state, NULL, NULL);
}

void
wdd_parallel_export(WddExecution *execution)
{
	WddActing  *acting = &execution->acting;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "v1 %d %d %d %d %d %d %d", acting->purpose_id, acting->refusable,
					 acting->silence_permits, acting->every_row, acting->glass_broken,
					 acting->on_every_label, acting->self);
	wdd_execution_export_views(execution, &text);
	setting_it = true;
	PG_TRY();
	{
		SetConfigOption("wdd_privacy.parallel_state", text.data, PGC_USERSET, PGC_S_SESSION);
	}
	PG_FINALLY();
	{
		setting_it = false;
	}
	PG_END_TRY();
	pfree(text.data);
}

pg_noreturn static void
no_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INTERNAL_ERROR),
			 errmsg("parallel worker did not get the state of its leader's statement")));
}

void
wdd_parallel_import(WddActing *acting)
{
	int			purpose,
				refusable,
				silence,
				every,
				glass,
				authority,
				self;

	memset(acting, 0, sizeof(*acting));
	if (sscanf(parallel_state, "v1 %d %d %d %d %d %d %d", &purpose, &refusable, &silence, &every,
			   &glass, &authority, &self) != 7)
		no_state();
	acting->purpose_id = purpose;
	acting->purpose_name = wdd_setting_purpose;
	acting->granted = true;
	acting->refusable = refusable;
	acting->silence_permits = silence;
	acting->every_row = every;
	acting->glass_broken = glass;
	acting->on_every_label = authority;
	acting->self = self;
	acting->subject = wdd_setting_subject;
}

WddConsentView *
wdd_parallel_view(int16 category, int16 kind, WddKeyType key_type)
{
	const char *at = parallel_state;
	unsigned	segment;
	int			purpose,
				refusable,
				silence,
				handle_category,
				handle_kind,
				handle_key_type;

	if (sscanf(parallel_state, "v1 %d %d %d", &purpose, &refusable, &silence) != 3)
		no_state();
	while ((at = strchr(at, ';')) != NULL)
	{
		WddConsentHandle handle = {0};

		at++;
		if (sscanf(at, "%u %d %d %d", &segment, &handle_category, &handle_kind, &handle_key_type) != 4)
			no_state();
		if (handle_category != category || handle_kind != kind || handle_key_type != key_type)
			continue;
		handle.dsm = segment;
		handle.purpose_id = purpose;
		handle.category_id = category;
		handle.kind_id = kind;
		handle.key_type = key_type;
		handle.silence_permits = silence;
		return wdd_consent_attach(&handle);
	}
	no_state();
}
