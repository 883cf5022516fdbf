/*
 * redact.h
 *		wdd_privacy.redact: plaintext stays out of log, pg_stat_activity and
 *		pg_stat_statements.
 *
 *	analysis   a statement is judged by what it mentions (mention.h)
 *	execution  and by what it turns out to use; what is found is kept for the
 *	           running message (concern.h), and shown in pg_stat_activity
 *	log        messages are written in another form (report.h)
 */
#ifndef WDD_REDACT_H
#define WDD_REDACT_H

#include "postgres.h"

#include "executor/execdesc.h"
#include "nodes/plannodes.h"
#include "parser/parse_node.h"

/* The body of post_parse_analyze_hook. */
extern void wdd_redact_analyzed(ParseState *pstate, Query *query);

/* When an execution starts, before and after PostgreSQL starts it, and when it runs. */
extern void wdd_redact_executor_start(QueryDesc *desc);
extern void wdd_redact_executor_started(QueryDesc *desc);
extern void wdd_redact_executor_run(void);

/*
 * A utility statement is about to run: the text to run it with.  It is
 * query_string, or as long and without content, for positions stay: those who
 * watch utility statements (pg_stat_statements) get the text.
 */
extern const char *wdd_redact_utility(PlannedStmt *stmt, const char *query_string);

/* It has run: pg_cursors, which is the session's own, shows a cursor's text. */
extern void wdd_redact_utility_ended(PlannedStmt *stmt, const char *query_string);

/*
 * The same for debug_query_string, which parallel workers of utility statements
 * get; returns what it was, to be put back at the end, on error too.
 */
extern const char *wdd_redact_text_of_workers(PlannedStmt *stmt);

extern void wdd_redact_init(void);

#endif							/* WDD_REDACT_H */
