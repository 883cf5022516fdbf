/*
 * instrument.h
 *		What EXPLAIN ANALYZE and auto_explain would tell of hidden rows.
 */
#ifndef WDD_INSTRUMENT_H
#define WDD_INSTRUMENT_H

#include "postgres.h"

#include "executor/execdesc.h"

/*
 * Forget, in a statement that has run, the counts by which a row that an index
 * found and the row check removed shows: rows removed by filters, rows and pages
 * that bitmaps and indexes led to, buffers.
 */
extern void wdd_forget_hidden_counts(QueryDesc *desc);

#endif							/* WDD_INSTRUMENT_H */
