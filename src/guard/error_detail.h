/*
 * error_detail.h
 *		Keeping values of protected rows out of PostgreSQL's own error messages.
 */
#ifndef WDD_ERROR_DETAIL_H
#define WDD_ERROR_DETAIL_H

#include "postgres.h"

#include "compat.h"
#include "guard/copy_line.h"

/*
 * To be called in PG_CATCH, with the context that was current before PG_TRY.
 * Rethrows the error, without what it shows of labelled columns:
 *
 *	- the DETAIL of a violated constraint ("Failing row contains", "Key
 *	  (phone)=(138...)");
 *	- where the statement is one over protected rows, a query or a utility
 *	  statement that evaluates expressions over them, what an error of class 22
 *	  (data exceptions) says beside the format of its message; one that was found
 *	  when the client's own text was parsed has a position, and stays;
 *	- what COPY FROM says of its input: copy, or NULL for other statements.
 *
 * SQLSTATE, position and place in the source stay, and so does the message of
 * what user code raises.
 */
pg_noreturn extern void wdd_rethrow_without_values(MemoryContext context, bool over_protected_rows,
												   WddCopyLine *copy);

/*
 * Deferred constraints are checked at COMMIT, when no statement runs.  A
 * statement that writes a protected relation notes it; the DETAIL of violations
 * that come up at the end of that transaction is taken out when they are
 * reported (the body of emit_log_hook), and so are lines of COPY's input in
 * messages that nobody catches.
 */
extern void wdd_note_protected_write(void);
extern void wdd_report_without_values(ErrorData *error);
extern void wdd_error_detail_init(void);

#endif							/* WDD_ERROR_DETAIL_H */
