/*
 * work_counts.h
 *		What EXPLAIN ANALYZE would tell of rows that a check has left out.
 */
#ifndef WDD_WORK_COUNTS_H
#define WDD_WORK_COUNTS_H

#include "postgres.h"

#include "executor/execdesc.h"

/*
 * Forget how many rows filters removed, and how many rows and pages indexes found
 * before them: the difference between two guesses would show a hidden value.
 * To be called when a statement has run, before anybody prints it.
 */
extern void wdd_forget_filtered(QueryDesc *desc);

#endif							/* WDD_WORK_COUNTS_H */
