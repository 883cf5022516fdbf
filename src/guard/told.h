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
#include "utils/relcache.h"

/*
 * The labelled columns that CHECK constraints and indexes of relation hand to
 * functions that are not trusted, whenever a row is written.  Such ones are of
 * a time before the labels.
 */
extern Bitmapset *wdd_columns_told(const WddProtectedRelation *rel, Relation relation);

/*
 * May the utility statement evaluate expressions over labelled columns: of
 * constraints, conversions, indexes, statistics?  Then its data errors show
 * values.
 */
extern bool wdd_evaluates_labelled(Node *statement);

#endif							/* WDD_TOLD_H */
