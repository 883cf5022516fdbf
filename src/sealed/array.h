/*
 * array.h
 *		Arrays of sealed values, element by element.
 */
#ifndef WDD_SEALED_ARRAY_H
#define WDD_SEALED_ARRAY_H

#include "postgres.h"

/*
 * The array with each element that is not NULL replaced by what map makes of
 * it.  element_type is the sealed type of its elements.
 */
extern Datum wdd_sealed_array_map(Datum array, Oid element_type,
								  Datum (*map) (void *context, Datum value), void *context);

#endif							/* WDD_SEALED_ARRAY_H */
