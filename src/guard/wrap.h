/*
 * wrap.h
 *		CASE expressions around the Vars of columns that may be masked or raise.
 */
#ifndef WDD_WRAP_H
#define WDD_WRAP_H

#include "postgres.h"

#include "lineage/lineage.h"

/*
 * Wrap the Vars of use's columns wherever they stand in use->query and below,
 * except that Vars of the columns in strict (attribute numbers) stay as they
 * are in the conditions of use->query itself.
 */
extern void wdd_wrap_values(WddRelationUse *use, Bitmapset *strict);

#endif							/* WDD_WRAP_H */
