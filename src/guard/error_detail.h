/*
 * error_detail.h
 *		Keeping values of protected rows out of PostgreSQL's own error messages.
 */
#ifndef WDD_ERROR_DETAIL_H
#define WDD_ERROR_DETAIL_H

#include "postgres.h"

#include "compat.h"

/*
 * To be called in PG_CATCH, with the context that was current before PG_TRY.
 * Rethrows the error, without what it shows of labelled columns:
 *
 *	- the DETAIL of a violated constraint ("Failing row contains", "Key
 *	  (phone)=(138...)");
 *	- where the statement is one over protected rows, the values in messages of
 *	  class 22 (data exceptions), their DETAIL, and lines of data in CONTEXT.
 *
 * What user code raises is left as it is.
 */
pg_noreturn extern void wdd_rethrow_without_values(MemoryContext context, bool over_protected_rows);

/*
 * Deferred constraints are checked at COMMIT, when no statement runs.  A
 * statement that writes a protected relation notes it; the DETAIL of violations
 * that come up at the end of that transaction is taken out when they are
 * reported (the body of emit_log_hook).
 */
extern void wdd_note_protected_write(void);
extern void wdd_report_without_values(ErrorData *error);
extern void wdd_error_detail_init(void);

/*
 * The same for an error of data ("invalid input syntax for type integer: ..."),
 * whose message shows a value that no check has seen.  Returns for other errors.
 */
extern void wdd_rethrow_without_data(MemoryContext context);

#endif							/* WDD_ERROR_DETAIL_H */
