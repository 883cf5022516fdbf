/*
 * database_setting.h
 *		The setting by which sessions of a database load this library where the
 *		server does not preload it.
 */
#ifndef WDD_DATABASE_SETTING_H
#define WDD_DATABASE_SETTING_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* session_preload_libraries as set for a database; NULL when it is not. */
extern char *wdd_database_preloads(Oid database);

/* Set it to a list of names (char *); NIL resets it. */
extern void wdd_set_database_preloads(const char *database, List *libraries);

/* Is it this library that an entry names? */
extern bool wdd_is_this_library(const char *name);

/*
 * After CREATE DATABASE: a copy of a database that loads the library loads it,
 * too.  PostgreSQL copies labels, but no settings of a database.
 */
extern void wdd_keep_preload_in_copy(CreatedbStmt *create);

#endif							/* WDD_DATABASE_SETTING_H */
