/*
 * line.c
 *		See line.h.
 *
 * PostgreSQL allows emit_log_hook to keep a message from the log, and nothing
 * else; so the message that the client gets stays as it is, and the log gets one
 * of its own.  An error cannot be raised for that: it is a message for the log
 * alone, and made to look like the error when it comes by the hook itself.
 */
#include "postgres.h"

#include "redact/line.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

static const WddLine *writing = NULL;

static void
report_line(const WddLine *line)
{
	if (!errstart(LOG_SERVER_ONLY, NULL))
		return;
	errcode(line->of->sqlerrcode);
	errmsg_internal("%s", line->message);
	if (line->detail)
		errdetail_internal("%s", line->detail);
	if (line->hint)
		errhint("%s", line->hint);
	if (line->context)
	{
		set_errcontext_domain(NULL);
		errcontext_msg("%s", line->context);
	}
	errhidestmt(line->of->hide_stmt);
	errhidecontext(line->of->hide_ctx);
	errfinish(line->of->filename, line->of->lineno, line->of->funcname);
}

void
wdd_line_write(const WddLine *line)
{
	const WddLine *outer = writing;
	ErrorContextCallback *callbacks = error_context_stack;
	const char *text = debug_query_string;
	int			least = log_min_messages;

	PG_TRY();
	{
		writing = line;
		error_context_stack = NULL; /* callbacks add what they know */
		debug_query_string = line->statement;
		if (line->of->elevel >= FATAL)
			log_min_messages = ERROR;	/* or the log wants no LOG */
		report_line(line);
	}
	PG_FINALLY();
	{
		writing = outer;
		error_context_stack = callbacks;
		debug_query_string = text;
		log_min_messages = least;
	}
	PG_END_TRY();
}

bool
wdd_line_is_own(ErrorData *error)
{
	if (writing == NULL || error->elevel != LOG_SERVER_ONLY)
		return false;
	error->elevel = writing->of->elevel;
	return true;
}
