/*
 * function_use.h
 *		Functions that show stored rows in another form than a table's.
 */
#ifndef WDD_FUNCTION_USE_H
#define WDD_FUNCTION_USE_H

#include "postgres.h"

/*
 * Raise 42501 if a function that is about to be used shows stored pages, or
 * decodes the log of changes, in a database with labels, and the session may
 * not see that.  Called for every function of every expression.
 */
extern void wdd_check_function_use(Oid function);

#endif							/* WDD_FUNCTION_USE_H */
