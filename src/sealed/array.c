/*
 * array.c
 *		Arrays of sealed values (see array.h).
 */
#include "postgres.h"

#include "sealed/array.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

Datum
wdd_sealed_array_map(Datum datum, Oid element_type, Datum (*map) (void *context, Datum value), void *context)
{
	ArrayType  *array = DatumGetArrayTypeP(datum);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *values;
	bool	   *nulls;
	int			n;

	/* elements may be of a domain of the type */
	if (getBaseType(ARR_ELEMTYPE(array)) == element_type)
		element_type = ARR_ELEMTYPE(array);
	get_typlenbyvalalign(element_type, &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			values[i] = map(context, values[i]);
	return PointerGetDatum(construct_md_array(values, nulls, ARR_NDIM(array), ARR_DIMS(array),
											  ARR_LBOUND(array), element_type, length, by_value, align));
}
