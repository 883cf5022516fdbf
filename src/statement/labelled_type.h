/*
 * labelled_type.h
 *		Which types a labelled column may be of.
 *
 * The functions of a range type are called for every row: by ANALYZE, and by GiST
 * indexes, of the range and of the multirange that comes with it.
 */
#ifndef WDD_LABELLED_TYPE_H
#define WDD_LABELLED_TYPE_H

#include "postgres.h"

/* 42809 if the labelled column may not be, or become, of this type. */
extern void wdd_check_labelled_type(const char *column, Oid type);

#endif							/* WDD_LABELLED_TYPE_H */
