/*
 * row_subject.h
 *		Whose row it is: the first subject of a protected table.
 *
 * Where a row has several subjects, all must permit its use; the first is the
 * one under whose key its sealed values lie.
 */
#ifndef WDD_ROW_SUBJECT_H
#define WDD_ROW_SUBJECT_H

#include "postgres.h"

#include "catalog/label_cache.h"
#include "sealed/data_key.h"

/* Fill in all but the value; false: rel has no subject, and rows are nobody's. */
extern bool wdd_row_subject_of(WddRowSubject *subject, const WddProtectedRelation *rel);

/* Fill in the value: the subject column's, which may be toasted. */
extern void wdd_row_subject_set(WddRowSubject *subject, Datum value, bool isnull);

#endif							/* WDD_ROW_SUBJECT_H */
