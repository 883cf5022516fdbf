/*
 * sealed_table.h
 *		Tables with sealed columns: numbers of fields, trigger, constraints, and
 *		ALTER TABLE ... TYPE from plain to sealed and back.
 */
#ifndef WDD_SEALED_TABLE_H
#define WDD_SEALED_TABLE_H

#include "postgres.h"

#include "nodes/parsenodes.h"
#include "statement/utility.h"
#include "utils/relcache.h"

/* May the statement make or change columns of tables? */
extern bool wdd_defines_columns(Node *statement);

/*
 * Run such a statement with next.  Columns of sealed types get a number of
 * their own in their type ("sealed_phone(17)"), by which their values are bound
 * to them; tables get the trigger that seals, and constraints that refuse what
 * was not sealed.
 */
extern void wdd_run_defining(WddUtilityCall *call, void (*next) (WddUtilityCall *));

/*
 * Raise 42804 if child has a sealed column of another number than parent: its
 * values would not open there.
 */
extern void wdd_check_joining_sealed(Oid child, Oid parent);

/* Raise 0A000 if what a query's result was stored in has sealed columns. */
extern void wdd_refuse_sealed_result(RangeVar *name);

/*
 * A rule, a default or a constraint was made: refuse sealed constants in it
 * (0A000), which would stay in the catalog, and belong to no row.
 */
extern void wdd_refuse_sealed_constants(Oid classId, Oid objectId, int subId);

/* Is it a sealed type, or one with such values within? */
extern bool wdd_type_has_sealed(Oid type);

/* Do values of the type have sealed values within, where no trigger sees them? */
extern bool wdd_sealed_within(Oid type);

/* Raise 0A000 for what would keep sealed values within other values, or unsealed. */
extern void wdd_refuse_sealed_within(const char *table, const ColumnDef *definition);
extern void wdd_refuse_sealed_column_within(Relation rel);
extern void wdd_refuse_sealed_attribute(const char *type, const ColumnDef *definition);
extern void wdd_refuse_sealed_range(CreateRangeStmt *statement);

#endif							/* WDD_SEALED_TABLE_H */
