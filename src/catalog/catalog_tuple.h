/*
 * catalog_tuple.h
 *		One row of a system catalog that no cache of PostgreSQL has, or not yet.
 */
#ifndef WDD_CATALOG_TUPLE_H
#define WDD_CATALOG_TUPLE_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/htup.h"
#include "utils/snapshot.h"

/*
 * A copy of the row whose column key, of type oid and the first of index, is
 * oid; NULL when there is none.  snapshot NULL: the catalog's own.
 */
extern HeapTuple wdd_catalog_tuple(Oid catalog, Oid index, AttrNumber key, Oid oid, Snapshot snapshot);

/* One of its columns; what it points to lies in the row. */
extern Datum wdd_catalog_field(Oid catalog, HeapTuple tuple, AttrNumber attnum, bool *isnull);

#endif							/* WDD_CATALOG_TUPLE_H */
