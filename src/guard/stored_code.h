/*
 * stored_code.h
 *		Expressions that PostgreSQL evaluates over stored rows without a query:
 *		CHECK constraints of tables and domains, expressions, predicates and
 *		operator classes of indexes, exclusion constraints, extended statistics,
 *		generated columns.
 *
 * They see the values of every person, past row checks, when they are made and
 * with every later write of the row.  So what they do with a labelled column
 * must tell nobody: their functions have to be immutable, and PostgreSQL's own
 * or written in C.
 *
 * Called by object_access_hook, between the making of the object's catalog entry
 * and its first evaluation; there the expression is parsed, and its operators
 * and functions are known.  Raises 42501.  Looks at no table without labels.
 */
#ifndef WDD_STORED_CODE_H
#define WDD_STORED_CODE_H

#include "postgres.h"

extern void wdd_check_stored_code(Oid classId, Oid objectId, int subId);

/* Does some labelled column hold values of this domain? */
extern bool wdd_domain_is_labelled(Oid domain);

/*
 * May this function see values that no check has seen?  Immutable, and
 * PostgreSQL's own or written in C; or of the sealed types.
 */
extern bool wdd_function_is_trusted(Oid function);

#endif							/* WDD_STORED_CODE_H */
