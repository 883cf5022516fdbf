/*
 * raw_relation.h
 *		Values of protected tables in relations of another name: TOAST relations,
 *		samples.
 */
#ifndef WDD_RAW_RELATION_H
#define WDD_RAW_RELATION_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/*
 * Raise 42501 if a plan's entry is the TOAST relation of a protected table or
 * of a catalog with samples, unless the session may see the stored form; or if
 * it reads such a catalog unfiltered.  in_fragment: the plan is a leader's
 * fragment, whose entries carry no marks.
 */
extern void wdd_check_raw_relation(const RangeTblEntry *rte, bool in_fragment);

#endif							/* WDD_RAW_RELATION_H */
