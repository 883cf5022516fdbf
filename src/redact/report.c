/*
 * report.c
 *		See report.h.
 *
 * A message is known by its format (message_id), which is of the source and in
 * English.  What is known to show no data keeps its words; of all else the
 * format is left.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/label_cache.h"
#include "miscadmin.h"
#include "redact/concern.h"
#include "redact/error_text.h"
#include "redact/line.h"
#include "redact/report.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"

/* For what is composed; PostgreSQL's own is emptied after errors only. */
static MemoryContext report_context = NULL;

/* Executions on protected data that have not ended. */
static int	open_executions = 0;

/* The line of log_statement that waits for analysis; message NULL: none. */
static struct
{
	ErrorData	of;
	TimestampTz start;			/* of the client's message it is of */
	const char *text;			/* that message's debug_query_string */
	char	   *message;
	char	   *detail;
}			waiting;

static void
execution_ended(void *arg)
{
	open_executions--;
}

void
wdd_report_open(MemoryContext context)
{
	MemoryContextCallback *callback = MemoryContextAlloc(context, sizeof(MemoryContextCallback));

	callback->func = execution_ended;
	callback->arg = NULL;
	MemoryContextRegisterResetCallback(context, callback);
	open_executions++;
}

static const char *
note_of(WddConcern concern)
{
	return concern == WDD_CONCERN_PROTECTED ? WDD_REDACTED : WDD_REDACTED_UNSURE;
}

static bool
has_format(const ErrorData *error, const char *format)
{
	return error->message_id && strcmp(error->message_id, format) == 0;
}

static bool
format_begins(const ErrorData *error, const char *beginning)
{
	return error->message_id && strncmp(error->message_id, beginning, strlen(beginning)) == 0;
}

static bool
is_plan(const ErrorData *error)
{
	return has_format(error, "duration: %.3f ms  plan:\n%s");	/* auto_explain */
}

/*
 * Does the message end with the text of the statement, as those of log_statement
 * and durations do?  Words of users, which may, are another matter.
 */
static bool
ends_with_statement(const ErrorData *error)
{
	size_t		length = debug_query_string ? strlen(debug_query_string) : 0;
	size_t		total = strlen(error->message);

	return error->elevel < ERROR && error->message_id && !has_format(error, "%s") &&
		!format_begins(error, "received replication command") &&
		length > 0 && total > length && strcmp(error->message + total - length, debug_query_string) == 0;
}

/* Up to and with the beginning that is marked by its end, and then what is said instead. */
static char *
cut_after(const char *message, const char *end, const char *instead)
{
	const char *found = strstr(message, end);

	return found ? psprintf("%.*s%s", (int) (found - message + strlen(end)), message, instead) : pstrdup(instead);
}

/*
 * pgaudit's line is CSV: type, two numbers, class, command, kind and name of the
 * object, and then statement and parameters.
 */
static char *
audit_without_statement(const char *message, const char *instead)
{
	int			fields = 0;
	bool		quoted = false;

	for (const char *p = message; *p; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (*p == ',' && !quoted && ++fields == 7)
			return psprintf("%.*s,%s", (int) (p - message), message, instead);
	}
	return pstrdup(instead);
}

/*
 * "syntax error" and its like are words of the parser.  What it says to be near
 * is the client's.
 */
static char *
syntax_error_without_token(const ErrorData *error)
{
	const char *quote = strchr(error->message, '"');

	return quote ? psprintf("%.*s\"...\"", (int) (quote - error->message), error->message)
		: pstrdup("syntax error");
}

/* Errors of these kinds say names, numbers of rows and states of the server, not values. */
static bool
code_shows_no_value(int code)
{
	static const int categories[] = {
		ERRCODE_CONNECTION_EXCEPTION, ERRCODE_FEATURE_NOT_SUPPORTED, ERRCODE_CARDINALITY_VIOLATION,
		ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, ERRCODE_INVALID_CURSOR_STATE,
		ERRCODE_INVALID_TRANSACTION_STATE, ERRCODE_INVALID_SQL_STATEMENT_NAME,
		ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION, ERRCODE_INVALID_TRANSACTION_TERMINATION,
		ERRCODE_INVALID_CURSOR_NAME, ERRCODE_INVALID_CATALOG_NAME, ERRCODE_INVALID_SCHEMA_NAME,
		ERRCODE_TRANSACTION_ROLLBACK, ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION,
		ERRCODE_WITH_CHECK_OPTION_VIOLATION, ERRCODE_INSUFFICIENT_RESOURCES,
		ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, ERRCODE_OPERATOR_INTERVENTION, ERRCODE_SYSTEM_ERROR
	};

	switch (code)
	{
			/* a value in the place of a name */
		case ERRCODE_SYNTAX_ERROR:
		case ERRCODE_INVALID_NAME:
		case ERRCODE_UNDEFINED_COLUMN:
		case ERRCODE_UNDEFINED_TABLE:
		case ERRCODE_UNDEFINED_FUNCTION:
		case ERRCODE_UNDEFINED_OBJECT:
			return false;
		default:
			break;
	}
	for (int i = 0; i < lengthof(categories); i++)
		if (ERRCODE_TO_CATEGORY(code) == ERRCODE_TO_CATEGORY(categories[i]))
			return true;
	return false;
}

/* What is reported below errors, in PostgreSQL's own words or ours, and shows no value. */
static bool
report_shows_no_value(const ErrorData *error)
{
	static const char *const beginnings[] = {
		"duration: %s ms", "process %d ", "temporary file: ", "role \"%s\" breaks the glass",
		"could not receive data from client", "could not send data to client",
		/* walsender */
		"received replication command", "starting logical decoding", "logical decoding "
	};

	for (int i = 0; i < lengthof(beginnings); i++)
		if (format_begins(error, beginnings[i]))
			return true;
	return has_format(error, "%s") && error->funcname && strcmp(error->funcname, "ShowUsage") == 0;
}

/* Words without a format of their own: a user's, or a library's; but what we say of keys shows none. */
static bool
has_own_words(const ErrorData *error)
{
	return (error->message_id == NULL || has_format(error, "%s")) &&
		(error->filename == NULL || strcmp(error->filename, "key_ring.c") != 0);
}

/* What is left of a message whose words may show values. */
static const char *
words_left(const ErrorData *error, const char *note)
{
	if (has_format(error, "%s at or near \"%s\""))
		return syntax_error_without_token(error);
	if (has_own_words(error) || has_format(error, "%s:"))
		return note;
	return wdd_format_has_arguments(error->message_id) ? wdd_format_without_arguments(error->message_id)
		: error->message;
}

/* Message, DETAIL and HINT of what shows no value; of others, what is left. */
static void
take_words(WddLine *line, const ErrorData *error, const char *note)
{
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
	bool		shows_no_value = error->elevel < ERROR ? report_shows_no_value(error) :
		code_shows_no_value(error->sqlerrcode) && !has_own_words(error);

	line->message = shows_no_value ? error->message : words_left(error, note);
	if (!shows_no_value || category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
		category == ERRCODE_WITH_CHECK_OPTION_VIOLATION)
		return;
	line->detail = error->detail_log ? error->detail_log : error->detail;
	line->hint = error->hint;
}

/* "COPY users, line 7", without what the line says. */
static bool
is_place_in_copy(const char *line, size_t length)
{
	size_t		digits = 0;

	while (digits < length && isdigit((unsigned char) line[length - 1 - digits]))
		digits++;
	return strncmp(line, "COPY ", 5) == 0 && digits > 0 && digits < 10 && length > digits + 7 &&
		strncmp(line + length - digits - 7, ", line ", 7) == 0 &&
		memchr(line, ':', length) == NULL && memchr(line, '"', length) == NULL;
}

/* Where PostgreSQL is: names and numbers. */
static bool
is_place(const char *line)
{
	static const char *const beginnings[] = {
		"automatic analyze of table ", "automatic vacuum of table ", "parallel worker",
		"processing remote data for replication origin ", "while "
	};

	for (int i = 0; i < lengthof(beginnings); i++)
		if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return wdd_is_frame(line);
}

/*
 * Of a CONTEXT the lines that show no data.  A line of data may look like one of
 * them: where there is any other line, only frames and COPY's place are left.
 */
static char *
places_only(const char *context)
{
	const char *end;
	char	   *copy_line = NULL;
	bool		only_places = true;

	for (const char *line = context; *line; line = *end ? end + 1 : end)
	{
		end = strchrnul(line, '\n');
		if (copy_line == NULL && is_place_in_copy(line, end - line))
			copy_line = pnstrdup(line, end - line);
		else if (!is_place(line))
			only_places = false;
	}
	return only_places ? pstrdup(context) : wdd_frames_only(context, copy_line);
}

static void
compose(WddLine *line, const ErrorData *error, WddConcern concern)
{
	const char *note = note_of(concern);

	memset(line, 0, sizeof(*line));
	line->of = error;
	line->statement = wdd_concern_shows_text() ? debug_query_string : note;
	if (error->context)
		line->context = places_only(error->context);
	if (is_plan(error))
		line->message = cut_after(error->message, " ms  plan:", psprintf(" %s", note));
	else if (format_begins(error, "AUDIT: "))
		line->message = audit_without_statement(error->message, note);
	else if (ends_with_statement(error))
		line->message = psprintf("%.*s%s", (int) (strlen(error->message) - strlen(debug_query_string)),
								 error->message, line->statement);
	else if (format_begins(error, "duration: %s ms  "))
		line->message = cut_after(error->message, " ms", psprintf("  %s", line->statement));
	else
		take_words(line, error, note);
}

static void
write_waiting(WddConcern concern)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(report_context);
	char	   *message = waiting.message;
	WddLine		line = {0};

	waiting.message = NULL;
	line.of = &waiting.of;
	line.message = concern == WDD_CONCERN_NONE ? message : psprintf("statement: %s", note_of(concern));
	line.detail = concern == WDD_CONCERN_NONE ? waiting.detail : NULL;
	wdd_line_write(&line);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(report_context);
	pfree(message);
	if (waiting.detail)
		pfree(waiting.detail);
}

void
wdd_report_kept_statement(void)
{
	if (waiting.message)
		write_waiting(wdd_concern());
}

/* What comes before analysis, or without, finds the statement's line still here. */
static void
write_waiting_first(void)
{
	bool		is_same = waiting.start == GetCurrentStatementStartTimestamp() && waiting.text == debug_query_string;

	if (waiting.message)
		write_waiting(is_same ? wdd_concern() : WDD_CONCERN_UNSURE);
}

static void
wait_for_analysis(const ErrorData *error)
{
	waiting.of = *error;
	waiting.start = GetCurrentStatementStartTimestamp();
	waiting.text = debug_query_string;
	waiting.detail = error->detail ? MemoryContextStrdup(TopMemoryContext, error->detail) : NULL;
	waiting.message = MemoryContextStrdup(TopMemoryContext, error->message);
}

/* What did not parse cannot be judged. */
static bool
did_not_parse(const ErrorData *error)
{
	return error->elevel >= ERROR && error->sqlerrcode == ERRCODE_SYNTAX_ERROR && debug_query_string != NULL;
}

static bool
is_statement_line(const ErrorData *error)
{
	return has_format(error, "statement: %s") && error->elevel == LOG && debug_query_string != NULL;
}

static WddConcern
concern_of(const ErrorData *error)
{
	WddConcern	concern = wdd_concern();
	bool		may_be_extension = wdd_setting_redact && wdd_label_presence_seen() != WDD_NO_EXTENSION;

	if (is_plan(error) && open_executions > 0 && wdd_setting_redact)
		return WDD_CONCERN_PROTECTED;
	/* where nothing is labelled there may be sealed constants */
	if (concern == WDD_CONCERN_NONE && may_be_extension && !wdd_concern_judged() &&
		(is_statement_line(error) || did_not_parse(error)))
		return WDD_CONCERN_UNSURE;
	return concern;
}

/*
 * Where no statement runs: connections, transactions that end.  Errors of workers
 * may come when their transaction has ended.
 */
static bool
is_of_no_statement(const ErrorData *error)
{
	return debug_query_string == NULL && !is_plan(error) &&
		(error->elevel < ERROR || (!IsTransactionState() && MyBackendType != B_BG_WORKER));
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
changes(const WddLine *line, const ErrorData *error)
{
	return debug_query_string != NULL || line->context != NULL || error->context != NULL ||
		error->internalquery != NULL || !is_same(line->message, error->message) ||
		!is_same(line->detail, error->detail_log ? error->detail_log : error->detail) ||
		!is_same(line->hint, error->hint);
}

static bool
has_words(const char *text)
{
	return text[strspn(text, " \t\n\r\f\v;")] != '\0';
}

static bool
write_instead(const ErrorData *error, WddConcern concern)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(report_context);
	WddLine		line;
	bool		is_changed;

	compose(&line, error, concern);
	is_changed = changes(&line, error);
	if (is_changed)
		wdd_line_write(&line);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(report_context);
	return is_changed;
}

bool
wdd_report_redacted(ErrorData *error)
{
	WddConcern	concern;

	if (!error->output_to_server)
		return false;
	write_waiting_first();
	concern = concern_of(error);
	if (is_statement_line(error) && !has_words(debug_query_string))
		return false;
	if (concern == WDD_CONCERN_NONE || is_of_no_statement(error))
		return false;
	if (is_statement_line(error) && concern == WDD_CONCERN_UNSURE)
		wait_for_analysis(error);
	else if (!write_instead(error, concern))
		return false;
	error->output_to_server = false;
	return true;
}

/*
 * A text without a statement, and one that fails early, are not analyzed.
 *
 * A connection begins with a transaction of its own, and workers that analyze
 * nothing, as those of logical replication, have transactions, too: what there
 * is to protect in the database is known before anything can fail.
 */
static void
end_transaction(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT && OidIsValid(MyDatabaseId) && wdd_setting_redact)
		(void) wdd_label_presence();
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE || event == XACT_EVENT_ABORT)
		write_waiting_first();
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		wdd_concern_end_transaction();
}

void
wdd_report_init(void)
{
	report_context = AllocSetContextCreate(TopMemoryContext, "wdd_privacy report", ALLOCSET_DEFAULT_SIZES);
	MemoryContextAllowInCriticalSection(report_context, true);
	RegisterXactCallback(end_transaction, NULL);
}
