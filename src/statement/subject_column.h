/*
 * subject_column.h
 *		The label of a table names its subject columns; DDL must not put another
 *		column, or other values, in their place.
 *
 * A renamed subject takes its label along (alter_column.h).  One that is dropped
 * leaves a label that closes the table; a column that then comes by its name, by
 * ADD COLUMN or by being renamed, of a table or of its type, would give every row
 * to other persons.  So would ALTER COLUMN ... TYPE ... USING: see conversion.h.
 */
#ifndef WDD_SUBJECT_COLUMN_H
#define WDD_SUBJECT_COLUMN_H

#include "postgres.h"

/*
 * A column was made, or altered, by a command that is not complete: 42501 if it
 * thereby came to bear the name of a subject.
 */
extern void wdd_check_subject_name(Oid relid, AttrNumber attnum, bool is_new);

/* Has expr always the value of this column (of range table entry 1), as a key? */
extern bool wdd_keeps_key(Node *expr, AttrNumber attnum);

#endif							/* WDD_SUBJECT_COLUMN_H */
