/*
 * execution.h
 *		Running statements: what each acts as, and what its row checks ask.
 *
 * ExecutorStart makes a WddExecution for every statement that touches a
 * protected relation; it lives in the executor's query context.  While such a
 * statement runs it is the current one, and check functions find it there at
 * their first call.
 */
#ifndef WDD_EXECUTION_H
#define WDD_EXECUTION_H

#include "postgres.h"

#include "compat.h"
#include "executor/execdesc.h"
#include "consent/consent_cache.h"
#include "guard/gate.h"
#include "guard/mark.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"

/* The marks of a plan, one per relation named. */
typedef struct WddMarks
{
	int			n;
	int			allocated;
	struct WddMarkOfRelation
	{
		WddMark		mark;
		const WddProtectedRelation *rel;	/* when the statement started */
	}		   *marks;
} WddMarks;

typedef struct WddExecution
{
	dlist_node	link;
	QueryDesc  *desc;			/* NULL: a utility statement (COPY FROM) */
	MemoryContext context;
	MemoryContext expressions;	/* what it evaluates is made ready in or below */
	WddActing	acting;
	WddMarks	marks;
	struct OpenView *views;		/* of consents, see wdd_execution_view() */
	bool		in_worker;		/* a leader's fragment in a parallel worker */
	bool		parallel;		/* may launch workers */
	bool		exempt;			/* a query of referential integrity */
	struct WddProvision *provision; /* consents given by storing, see provision.h */
	MemoryContextCallback end;	/* with its context */
} WddExecution;

/* The hooks' bodies (hooks.c). */
extern void wdd_executor_start(QueryDesc *desc, int eflags, void (*next) (QueryDesc *, int));
extern void wdd_executor_run(WDD_RUN_PARAMETERS, void (*next) (WDD_RUN_PARAMETERS));
extern void wdd_executor_finish(QueryDesc *desc, void (*next) (QueryDesc *));

/* The statement that is running now; NULL when none is guarded. */
extern WddExecution *wdd_current_execution(void);
extern bool wdd_is_guarded_now(void);

/*
 * A utility statement that evaluates check functions by itself: begin before,
 * end after (also on error: PG_FINALLY).  Returns the outer one, for end.
 */
extern WddExecution *wdd_execution_begin_utility(WddExecution *execution,
												 const WddProtectedRelation *rel, Bitmapset *columns);
extern void wdd_execution_end_utility(WddExecution *execution, WddExecution *outer);

/* The consent view for one category of rel and one type of key. */
extern WddConsentView *wdd_execution_view(WddExecution *execution, int16 category, int16 kind,
										  WddKeyType key_type, double rows);

/* Append ";segment category kind key-type" per open view (parallel_state.c). */
extern void wdd_execution_export_views(WddExecution *execution, StringInfo text);

#endif							/* WDD_EXECUTION_H */
