/*
 * mention.h
 *		Does a statement mention protected data, as far as it says itself?
 *
 * It does where it names a relation that is labelled, or holds persons or what
 * they said; a view or rule over one; a function or type of the extension that
 * deals with persons' values; or code that may do any of it and gets arguments: a
 * function in a procedural language that is not immutable, DO, NOTIFY, a setting
 * of an application.  What such code really does is seen when it runs.
 *
 * For statements after parse analysis, in a transaction.
 */
#ifndef WDD_MENTION_H
#define WDD_MENTION_H

#include "postgres.h"

#include "nodes/parsenodes.h"

extern bool wdd_mentions_protected(Query *query);
extern bool wdd_utility_mentions_protected(Node *statement);

#endif							/* WDD_MENTION_H */
