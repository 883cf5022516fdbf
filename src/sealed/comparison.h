/*
 * comparison.h
 *		"=" and "<>" of sealed values, as the guard knows them.
 */
#ifndef WDD_SEALED_COMPARISON_H
#define WDD_SEALED_COMPARISON_H

#include "postgres.h"

#include "nodes/nodes.h"

/*
 * Is the node one of the extension's comparisons of a sealed type?  They tell
 * nobody but their caller about a column's value.
 */
extern bool wdd_is_sealed_comparison(Node *node);

/*
 * May such a comparison raise an error?  It does for a text that is no value of
 * the type.  That tells nothing of the row, but that it was reached.
 */
extern bool wdd_sealed_comparison_may_raise(Node *node);

#endif							/* WDD_SEALED_COMPARISON_H */
