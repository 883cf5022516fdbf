/*
 * alter_column.h
 *		Changes of columns that labels stand on or name.
 */
#ifndef WDD_ALTER_COLUMN_H
#define WDD_ALTER_COLUMN_H

#include "postgres.h"

#include "statement/utility.h"

/*
 * Dropping a labelled column may leave it in children (ALTER TABLE ONLY, or a
 * child that defines it, too), where it is then a column of their own.  Its
 * labels are collected before, and given to those children after.
 */
extern List *wdd_labels_of_dropped_columns(Oid relid, AlterTableStmt *alter);
extern void wdd_keep_labels_in_children(List *dropped);

/* Run ALTER TABLE ... RENAME COLUMN; a table label follows its subject column. */
extern void wdd_rename_column(WddUtilityCall *call, RenameStmt *rename);

#endif							/* WDD_ALTER_COLUMN_H */
