/*
 * label_order.h
 *		When is one column as protected as another, or more?
 *
 * A label is *equal or narrower* than another, so that a value may be moved
 * from the other to it, when nobody could use the value there who could not use
 * it where it was:
 *
 * - the subjects are of the same kind, the category is the same;
 * - its purposes (with a table's own, those on both) are among the other's;
 * - if_not_permitted hides or raises where the other hides or raises; where the
 *   other masks, it may do any of the three;
 * - if_not_listed=mask only where the other has it;
 * - what it shows of a masked value is nothing, or what the other shows;
 * - all that it names exists, for what does not may come to exist.
 *
 * consent_by does not matter: storing records a consent only for roles that may
 * record one anyway.
 */
#ifndef WDD_LABEL_ORDER_H
#define WDD_LABEL_ORDER_H

#include "postgres.h"

#include "catalog/label_cache.h"

/*
 * NULL when column of rel is equal to or narrower than source_column of source;
 * else why not, as a sentence for errdetail.  source_column may be NULL: any
 * unlabelled column of a table that itself has purposes; column may be NULL, too.
 */
extern char *wdd_wider_because(const WddProtectedRelation *rel, const WddProtectedColumn *column,
							   const WddProtectedRelation *source,
							   const WddProtectedColumn *source_column);

/*
 * The text of the label that protects a column, as it was set; NULL when there
 * is none of its own (a generated column).  attnum 0: the table's.
 */
extern char *wdd_label_text(const WddProtectedRelation *rel, AttrNumber attnum);

#endif							/* WDD_LABEL_ORDER_H */
