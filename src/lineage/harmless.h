/*
 * harmless.h
 *		Which functions may see a row before its row check.
 *
 * A function is harmless when it tells nobody but its caller about its
 * arguments: no error, no notice, no side effect that depends on their values.
 */
#ifndef WDD_HARMLESS_H
#define WDD_HARMLESS_H

#include "postgres.h"

#include "nodes/nodes.h"

extern bool wdd_function_is_harmless(Oid function);

/* Is the function in a list of n? */
static inline bool
wdd_is_among(const Oid *list, int n, Oid function)
{
	for (int i = 0; i < n; i++)
		if (list[i] == function)
			return true;
	return false;
}

/* Is this node, without its children, of a kind known to be harmless? */
extern bool wdd_node_is_harmless(Node *node);

/*
 * May a harmless node raise an error that depends on its other operand (a bad
 * pattern, an unknown collation)?  Such an error tells nothing of the row, but
 * that the row was reached.
 */
extern bool wdd_node_may_raise(Node *node);

#endif							/* WDD_HARMLESS_H */
