/*
 * report.h
 *		What goes to the server's log while a statement runs that concerns
 *		protected data, or of which that is not known.
 */
#ifndef WDD_REPORT_H
#define WDD_REPORT_H

#include "postgres.h"

#include "utils/palloc.h"

/*
 * The body of emit_log_hook.  False: the message goes its way.  True: a line
 * without data was written in its stead, and it is not written any more; the
 * client gets it as it is.
 */
extern bool wdd_report_redacted(ErrorData *error);

/*
 * log_statement writes a statement before it is analyzed: the line is kept back
 * until it is known whether the statement concerns protected data.  That is the
 * case now.
 */
extern void wdd_report_kept_statement(void);

/*
 * An execution on protected data was started.  It may end, and its plan be
 * written to the log, in a statement that has nothing to do with it.
 */
extern void wdd_report_open(MemoryContext context);

extern void wdd_report_init(void);

#endif							/* WDD_REPORT_H */
