/*
 * line.h
 *		A line of the server's log that stands in for a message of PostgreSQL.
 */
#ifndef WDD_LINE_H
#define WDD_LINE_H

#include "postgres.h"

typedef struct WddLine
{
	const ErrorData *of;		/* level, SQLSTATE, place in the source */
	const char *message;
	const char *detail;			/* NULL: none; so the next two */
	const char *hint;
	const char *context;
	const char *statement;		/* what STATEMENT shows, where it is shown */
} WddLine;

/* Write it, and to nobody but the log. */
extern void wdd_line_write(const WddLine *line);

/*
 * Is it our own line that emit_log_hook sees?  Then gives it the level of the
 * message it stands in for.
 */
extern bool wdd_line_is_own(ErrorData *error);

#endif							/* WDD_LINE_H */
