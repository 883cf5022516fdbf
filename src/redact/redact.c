/*
 * redact.c
 *		See redact.h.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "redact/concern.h"
#include "redact/mention.h"
#include "redact/redact.h"
#include "redact/report.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/portal.h"

/* Past a comment, or where it stood. */
static const char *
skip_comment(const char *p)
{
	int			depth = 0;

	if (p[0] == '-' && p[1] == '-')
		return p + strcspn(p, "\n\r");
	if (p[0] != '/' || p[1] != '*')
		return p;
	do
	{
		if (p[0] == '/' && p[1] == '*')
			depth++, p += 2;
		else if (p[0] == '*' && p[1] == '/')
			depth--, p += 2;
		else
			p++;
	} while (depth > 0 && *p);
	return p;
}

/* Does the text hold more than blanks, semicolons and comments? */
static bool
has_statement(const char *text)
{
	for (;;)
	{
		const char *next = skip_comment(text + strspn(text, " \t\n\r\f\v;"));

		if (next == text)
			return *text != '\0';
		text = next;
	}
}

/* A statement's length is 0 where it is the rest of the text. */
static bool
others_follow(const Query *query, const char *text)
{
	return query->stmt_location >= 0 && query->stmt_len > 0 &&
		has_statement(text + query->stmt_location + query->stmt_len);
}

/* Statements that work in a failed transaction, where no catalog can be read. */
static bool
is_transaction_statement(const Query *query)
{
	return query->commandType == CMD_UTILITY && IsA(query->utilityStmt, TransactionStmt);
}

/*
 * A client's text is known by its address: what functions analyze has another.
 * A query of referential integrity is PostgreSQL's own, and has no text of a
 * client; its values are checked when it runs.
 */
void
wdd_redact_analyzed(ParseState *pstate, Query *query)
{
	bool		is_clients = debug_query_string != NULL && pstate->p_sourcetext == debug_query_string;
	bool		mentions;

	if (!wdd_setting_redact || (InNoForceRLSOperation() && !is_clients))
		return;
	mentions = !is_transaction_statement(query) && wdd_label_presence() != WDD_NO_EXTENSION &&
		wdd_mentions_protected(query);
	if (is_clients)
	{
		/* only what has parameters, or could have, comes back without being analyzed */
		wdd_concern_settle(mentions, others_follow(query, pstate->p_sourcetext),
						   pstate->p_paramref_hook != NULL && wdd_label_presence_seen() == WDD_LABELS);
		if (wdd_concern_judged())
			wdd_report_kept_statement();
	}
	else if (mentions)
		wdd_redact_require();
}

/* A parallel worker learns here whether there is anything to redact. */
void
wdd_redact_executor_start(QueryDesc *desc)
{
	if (IsParallelWorker())
	{
		(void) wdd_label_presence();
		if (wdd_concern() == WDD_CONCERN_PROTECTED)
			wdd_redact_require();
	}
	else
		wdd_concern_resume();
}

/*
 * Parallel workers get es_sourceText, and nobody else looks at it.  The text of
 * desc itself is left: pg_stat_statements looks for constants in it.
 */
void
wdd_redact_executor_started(QueryDesc *desc)
{
	if (wdd_concern() != WDD_CONCERN_PROTECTED)
		return;
	if (desc->plannedstmt->parallelModeNeeded)
		desc->estate->es_sourceText = WDD_REDACTED;
	wdd_report_open(desc->estate->es_query_cxt);
}

void
wdd_redact_executor_run(void)
{
	wdd_concern_resume();
}

/* What takes the place of one character, so that positions of others stay. */
static void
blank_character(char *to, int length)
{
	static const char *const blanks[] = {"", " ", "\xC2\xA0", "\xE3\x80\x80", "\xF0\x90\x80\x80"};

	if (length > 1 && length < (int) lengthof(blanks) && GetDatabaseEncoding() == PG_UTF8)
		memcpy(to, blanks[length], length);
	else
		memset(to, ' ', length);
}

/* As many bytes and characters, with a note where the statement stands. */
static char *
blank_text(const char *text, int location, int length)
{
	size_t		size = strlen(text);
	char	   *blank = palloc(size + 1);
	size_t		at = location > 0 && location < size ? location : 0;
	size_t		room = length > 0 && at + length <= size ? length : size - at;
	const char *note = room < strlen(WDD_REDACTED) ? "<redacted>" : WDD_REDACTED;

	for (size_t i = 0; i < size;)
	{
		int			n = Min(pg_mblen(text + i), (int) (size - i));

		blank_character(blank + i, n);
		i += n;
	}
	blank[size] = '\0';
	if (room >= strlen(note))
	{
		memcpy(blank + at, note, strlen(note));
		/* what is left of a character that the note ends within */
		for (at += strlen(note); IS_HIGHBIT_SET(blank[at]); at++)
			blank[at] = ' ';
	}
	return blank;
}

/*
 * Of prepared statements pg_stat_statements keeps the query without constants,
 * for which it needs the text; and PostgreSQL shows it in pg_prepared_statements.
 */
static bool
keeps_text(Node *statement)
{
	return IsA(statement, PrepareStmt) || IsA(statement, ExecuteStmt);
}

/* Does it run what the transaction deferred? */
static bool
runs_deferred(Node *statement)
{
	return IsA(statement, ConstraintsSetStmt) ||
		(IsA(statement, TransactionStmt) &&
		 (((TransactionStmt *) statement)->kind == TRANS_STMT_COMMIT ||
		  ((TransactionStmt *) statement)->kind == TRANS_STMT_PREPARE));
}

const char *
wdd_redact_utility(PlannedStmt *stmt, const char *query_string)
{
	if (runs_deferred(stmt->utilityStmt))
		wdd_concern_deferred();
	if (!wdd_setting_redact || IsA(stmt->utilityStmt, TransactionStmt))
		return query_string;
	wdd_concern_resume();
	if (wdd_label_presence() == WDD_NO_EXTENSION || !wdd_utility_mentions_protected(stmt->utilityStmt))
		return query_string;
	wdd_redact_require();
	return keeps_text(stmt->utilityStmt) ? query_string
		: blank_text(query_string, stmt->stmt_location, stmt->stmt_len);
}

void
wdd_redact_utility_ended(PlannedStmt *stmt, const char *query_string)
{
	Portal		cursor;

	if (!IsA(stmt->utilityStmt, DeclareCursorStmt) || wdd_concern() != WDD_CONCERN_PROTECTED)
		return;
	cursor = GetPortalByName(((DeclareCursorStmt *) stmt->utilityStmt)->portalname);
	if (PortalIsValid(cursor))
		cursor->sourceText = MemoryContextStrdup(cursor->portalContext, query_string);
}

const char *
wdd_redact_text_of_workers(PlannedStmt *stmt)
{
	const char *text = debug_query_string;

	switch (nodeTag(stmt->utilityStmt))
	{
		case T_IndexStmt:
		case T_ReindexStmt:
		case T_AlterTableStmt:
		case T_ClusterStmt:
		case T_VacuumStmt:
			if (text && wdd_concern() == WDD_CONCERN_PROTECTED)
				debug_query_string = WDD_REDACTED;
			break;
		default:
			break;
	}
	return text;
}

void
wdd_redact_init(void)
{
	DefineCustomBoolVariable("wdd_privacy.redact",
							 "Keeps texts and values of statements on protected data out of log and pg_stat_activity.",
							 "Such a statement's text, parameters and what its errors show of data are replaced, "
							 "also in reports of crashes, auto_explain, pgaudit, and for utility statements in "
							 "pg_stat_statements; clients get what they always get.",
							 &wdd_setting_redact,
							 true,
							 PGC_SUSET, 0,
							 NULL, NULL, NULL);
	wdd_report_init();
}
