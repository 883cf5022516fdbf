/*
 * parallel_state.h
 *		What parallel workers must know of the leader's statement.
 *
 * It travels in wdd_privacy.parallel_state, a setting that only this code can
 * set: settings are what PostgreSQL copies to workers.
 */
#ifndef WDD_PARALLEL_STATE_H
#define WDD_PARALLEL_STATE_H

#include "postgres.h"

#include "guard/execution.h"

/* Leader, before workers can be launched. */
extern void wdd_parallel_export(WddExecution *execution);

/* Worker: what the leader acts as. */
extern void wdd_parallel_import(WddActing *acting);

/* Worker: the leader's consent view; raises when the leader opened none. */
extern WddConsentView *wdd_parallel_view(int16 category, int16 kind, WddKeyType key_type);

extern void wdd_parallel_state_init(void);

#endif							/* WDD_PARALLEL_STATE_H */
