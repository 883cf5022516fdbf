/*
 * replication.h
 *		What shows rows to other servers: publications and logical decoding.
 *
 * Neither filters by person.  So both need purpose replication where they show
 * labelled columns.  Replication commands (START_REPLICATION) meet no hook; what
 * they may send is decided here, when publications and slots are made.
 */
#ifndef WDD_REPLICATION_H
#define WDD_REPLICATION_H

#include "postgres.h"

#include "statement/utility.h"

/*
 * Raise 42501 if the function decodes the log of changes, or makes the slot to
 * do so, in a database with labels, and the session does not act for purpose
 * replication.
 */
extern void wdd_check_decoding(Oid function);

/* May this statement make a publication publish more than before? */
extern bool wdd_may_publish(Node *statement);

/*
 * Run such a statement; raise 42501 if thereafter labelled columns are
 * published (or asked about in a row filter) that were not before, and the
 * session acts neither for purpose replication nor, loading a dump, restore.
 */
extern void wdd_run_publishing(WddUtilityCall *call, void (*run) (WddUtilityCall *));

#endif							/* WDD_REPLICATION_H */
