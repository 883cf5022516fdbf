/*
 * copy_line.h
 *		Which line of its input COPY FROM is at, and not what it says.
 *
 * PostgreSQL adds to every message during COPY FROM the line, or the value, that
 * it is at, as CONTEXT.  For a protected table the number of the line must do.
 */
#ifndef WDD_COPY_LINE_H
#define WDD_COPY_LINE_H

#include "postgres.h"

typedef struct WddCopyLine
{
	ErrorContextCallback callback;
	struct WddCopyLine *outer;
	char	   *text;			/* "COPY users, line 7" of the last message; NULL: not at a line */
	char		buffer[256];	/* where it is: what a callback allocates lives no longer
								 * than the message */
} WddCopyLine;

/* Begin before COPY FROM starts; end after it, on error too, before the next two are asked. */
extern void wdd_copy_line_begin(WddCopyLine *line);
extern void wdd_copy_line_end(WddCopyLine *line);

/*
 * Functions that COPY FROM of a protected table runs (defaults, constraints,
 * triggers) are not to read the line as CONTEXT: does this one have to be watched,
 * and one of them is about to be called.  Watching costs; what is PostgreSQL's
 * own or written in C reads none.
 */
extern bool wdd_copy_line_wants_calls(Oid function);
extern void wdd_copy_line_hide(void);

/* The CONTEXT of an error that was caught around it, without the data. */
extern char *wdd_context_without_data(const WddCopyLine *line, const char *context);

/* The same of a message that is reported while COPY FROM runs; NULL: as it is. */
extern char *wdd_reported_context_without_data(const char *context);

#endif							/* WDD_COPY_LINE_H */
