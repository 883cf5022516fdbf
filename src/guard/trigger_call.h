/*
 * trigger_call.h
 *		The function of an approved trigger is the one that was approved, also
 *		when it is called.
 *
 * Between the start of a statement, when approvals are looked at, and the call
 * of a trigger, at COMMIT perhaps, the function may be replaced.  What was relied
 * on is remembered until the transaction ends, and a call compares.
 */
#ifndef WDD_TRIGGER_CALL_H
#define WDD_TRIGGER_CALL_H

#include "postgres.h"

#include "catalog/row_triggers.h"
#include "fmgr.h"

/* The statement that starts relies on those of these triggers that are approved. */
extern void wdd_rely_on_approved(const WddRowTriggers *triggers);

/* The bodies of PostgreSQL's function manager hooks (hooks.c). */
extern bool wdd_wants_function_calls(Oid function);
extern void wdd_function_call(FmgrHookEventType event, FmgrInfo *function);

extern void wdd_trigger_call_init(void);

#endif							/* WDD_TRIGGER_CALL_H */
