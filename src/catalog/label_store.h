/*
 * label_store.h
 *		Where labels lie: pg_seclabel, and the tree of tables they stand on.
 */
#ifndef WDD_LABEL_STORE_H
#define WDD_LABEL_STORE_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"

typedef struct WddStoredLabel
{
	Oid			relid;
	AttrNumber	attnum;			/* 0: the table's own */
	char	   *text;
} WddStoredLabel;

/* The labels of one relation and its columns, in their order; or (InvalidOid) of all. */
extern List *wdd_stored_labels(Oid relid);

/* Is there any label at all?  Reads pg_seclabel until it finds one. */
extern bool wdd_any_label(void);

/* All relations that relid inherits from, directly or not; without itself. */
extern List *wdd_ancestors(Oid relid);

#endif							/* WDD_LABEL_STORE_H */
