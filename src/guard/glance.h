/*
 * glance.h
 *		Does a query concern the guard at all?
 */
#ifndef WDD_GLANCE_H
#define WDD_GLANCE_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/*
 * A quick look at all levels of a query, before anything else is done: does it
 * call functions in FROM, which may have to be inlined; does it name a protected
 * relation (or a check function) at all, and has any table row security?
 */
typedef struct WddGlance
{
	bool		calls_in_from;
	bool		is_protected;
	bool		reads_statistics;	/* see statistics.h */
	bool		has_row_security;
} WddGlance;

extern WddGlance wdd_glance(Query *query);

#endif							/* WDD_GLANCE_H */
