/*
 * column.h
 *		Which types are sealed types, and which columns are of them.
 */
#ifndef WDD_SEALED_COLUMN_H
#define WDD_SEALED_COLUMN_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/tupdesc.h"
#include "sealed/kind.h"

typedef struct WddSealedColumn
{
	AttrNumber	attnum;
	char	   *name;
	WddSealedKind kind;
	Oid			type;			/* the sealed type itself */
	int32		typmod;			/* see typmod.h; of a domain, the domain's */
	bool		is_array;
} WddSealedColumn;

/*
 * Is it one of the extension's sealed types?  Domains are looked through, and
 * one level of array; typmod, which comes with the type, becomes the domain's
 * where there is one.  column's name and number are left alone.
 */
extern bool wdd_sealed_type(Oid type, int32 typmod, WddSealedColumn *column);

/* The sealed columns of a row type, palloc'd; their number in *n. */
extern WddSealedColumn *wdd_sealed_columns(TupleDesc desc, int *n);

#endif							/* WDD_SEALED_COLUMN_H */
