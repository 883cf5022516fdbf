/*
 * wrap.h
 *		CASE expressions around the Vars of columns that may be masked or raise,
 *		COALESCE around those that must not be sent to another server.
 */
#ifndef WDD_WRAP_H
#define WDD_WRAP_H

#include "postgres.h"

#include "lineage/lineage.h"

/*
 * Wrap the Vars of use's columns wherever they stand in use->query and below,
 * except that Vars of the columns in strict (attribute numbers) stay as they
 * are in the conditions of use->query itself.
 *
 * With use->stays_here, Vars of labelled columns that need no CASE become
 * COALESCE(Var), which is the same and is not sent to a foreign server: neither
 * as a condition nor as an order is anything evaluated there that tells of
 * values, over rows that no check has seen.
 */
extern void wdd_wrap_values(WddRelationUse *use, Bitmapset *strict);

#endif							/* WDD_WRAP_H */
