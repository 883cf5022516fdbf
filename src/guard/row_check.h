/*
 * row_check.h
 *		The person of purpose "self", as row checks compare it.
 */
#ifndef WDD_ROW_CHECK_H
#define WDD_ROW_CHECK_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "compat.h"
#include "fmgr.h"
#include "guard/execution.h"
#include "guard/gate.h"
#include "guard/mark.h"

typedef struct WddSelf WddSelf;

/*
 * Parse wdd_privacy.subject, "[kind:]key", for the subjects of rel.  22023 for
 * an empty subject, a kind that does not exist or a key that is not of the
 * subjects' type.  A person of another kind is nobody's subject in rel.
 */
extern WddSelf *wdd_self_parse(const char *subject, const WddProtectedRelation *rel);

/* Is the key (of base type type) that person's? */
extern bool wdd_self_is(const WddSelf *self, Oid type, Datum key);

/* Raise: the column is masked for this purpose, and a mask is never stored. */
extern void wdd_refuse_masked(const WddActing *acting, const WddProtectedRelation *rel,
							  const WddProtectedColumn *column);

/* Is the call one of the statement's own expressions? */
extern bool wdd_is_of_statement(const WddExecution *execution, const FmgrInfo *call);

/* Is it one that the guard put into the statement's plan, about these columns? */
extern bool wdd_is_planned_call(WddExecution *execution, const WddCheck *check, const FmgrInfo *call);

/* Raise: it is not. */
pg_noreturn extern void wdd_refuse_check_call(void);

#endif							/* WDD_ROW_CHECK_H */
