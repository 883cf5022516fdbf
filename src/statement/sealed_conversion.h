/*
 * sealed_conversion.h
 *		ALTER TABLE ... ALTER COLUMN ... TYPE, to sealed types and back.
 *
 * It rewrites the table without triggers and without a query.
 */
#ifndef WDD_SEALED_CONVERSION_H
#define WDD_SEALED_CONVERSION_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/parsenodes.h"

/*
 * Change, in place, what the statement computes: to a sealed type, values are
 * sealed for the row they stand in; from a sealed type, they are opened, for a
 * purpose that may use the column (42501 for another).
 */
extern void wdd_convert_sealed(AlterTableStmt *alter);

/* Give a sealed type that has none a number: field, or a new one for 0. */
extern void wdd_number_type(TypeName *name, int field);

/*
 * The type of that name, whatever its modifiers, which PostgreSQL is to read, so
 * that it tells where an error is; InvalidOid: there is none.
 */
extern Oid	wdd_type_of_name(const TypeName *name);

/* The name of the constraint on a sealed column, palloc'd; NULL: there is none. */
extern char *wdd_sealed_constraint(Oid relid, AttrNumber attnum);

#endif							/* WDD_SEALED_CONVERSION_H */
