/*
 * told.h
 *		What expressions over stored rows (stored_code.h) tell while they run.
 */
#ifndef WDD_TOLD_H
#define WDD_TOLD_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "nodes/bitmapset.h"
#include "nodes/nodes.h"

/*
 * The labelled columns, by the relation's own numbers, that CHECK constraints and
 * indexes of the relation, or of a member of the tree beneath it, hand to
 * functions that are not trusted, whenever a row is written.  Such ones are of a
 * time before the labels.  Cached; not to be changed.
 */
extern Bitmapset *wdd_columns_told(Oid relid);

/*
 * May the utility statement evaluate expressions over labelled columns: of
 * constraints, conversions, indexes, statistics?  Then its data errors show
 * values.
 */
extern bool wdd_evaluates_labelled(Node *statement);

/* The same for one expression over one table. */
extern Bitmapset *wdd_columns_told_by(const WddProtectedRelation *rel, Node *expr);

#endif							/* WDD_TOLD_H */
