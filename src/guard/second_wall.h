/*
 * second_wall.h
 *		Row-security policies that hold where the guard does not.
 *
 * wdd.harden() puts two policies on a table.  The restrictive one calls
 * wdd.second_wall(), which raises, always; the permissive one, where the table
 * had no row security before, calls wdd.second_wall_rest().  The guard takes
 * both calls out of every query that it checks, so that they cost nothing and
 * change nothing there.  What still holds them was not checked: it was planned
 * without the library, or the table's labels are gone.
 */
#ifndef WDD_SECOND_WALL_H
#define WDD_SECOND_WALL_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* Take the calls out, in place, at every level, for protected relations only. */
extern void wdd_open_second_walls(Query *query);

#endif							/* WDD_SECOND_WALL_H */
