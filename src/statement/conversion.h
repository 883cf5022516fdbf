/*
 * conversion.h
 *		ALTER TABLE commands that make values of others, for every row, unseen by
 *		planner and executor.
 */
#ifndef WDD_CONVERSION_H
#define WDD_CONVERSION_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/*
 * ALTER COLUMN ... TYPE [USING]: a labelled column may be made of itself alone,
 * by functions of PostgreSQL's own that tell nobody, and another column of no
 * labelled one.  A subject must keep its value (subject_column.h).  Else 42501.
 * The same for tables of a type, when ALTER TYPE ... CASCADE alters that.
 */
extern void wdd_check_conversions(Oid relid, AlterTableStmt *alter, const char *query_string);

/*
 * ALTER COLUMN ... DROP EXPRESSION: a generated column is as protected as what
 * it is generated from (label_cache.h), but its values outlive the expression.
 * What it loses is collected before the command; after it, 42501 unless a label
 * of its own is as narrow.
 */
extern List *wdd_columns_losing_expression(Oid relid, AlterTableStmt *alter);
extern void wdd_require_own_labels(List *columns);

/* The type of CREATE TABLE ... OF; invalid for other tables. */
extern Oid	wdd_type_of_table(Oid relid);

#endif							/* WDD_CONVERSION_H */
