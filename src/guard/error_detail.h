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
 * Rethrows the error; where it is a violated constraint whose DETAIL shows
 * labelled columns ("Failing row contains", "Key (phone)=(138...)"), without
 * these values.
 */
pg_noreturn extern void wdd_rethrow_without_values(MemoryContext context);

/*
 * The same for an error of data ("invalid input syntax for type integer: ..."),
 * whose message shows a value that no check has seen.  Returns for other errors.
 */
extern void wdd_rethrow_without_data(MemoryContext context);

#endif							/* WDD_ERROR_DETAIL_H */
