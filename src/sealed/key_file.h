/*
 * key_file.h
 *		The file that holds keys, and where none may lie.
 */
#ifndef WDD_KEY_FILE_H
#define WDD_KEY_FILE_H

#include "postgres.h"

#include "sealed/key_lines.h"

/*
 * Read a file of keys, if it is fit to be one: regular, without another name,
 * private to the server's user or to root, outside of what the server writes.
 * False: detail and hint of the fault say what is wrong, without the path.  May
 * run in the postmaster.
 */
extern bool wdd_read_key_file(const char *path, WddKeyLines *lines);

/*
 * Make a file with a new key of epoch 1.  Raises when there is one, or where a
 * key file must not lie.
 */
extern void wdd_make_key_file(const char *path);

/*
 * Does the resolved path of a directory or file lie within the data directory,
 * the directory of the WAL, or a tablespace?  Also true when that cannot be
 * settled.
 */
extern bool wdd_in_server_directory(const char *resolved_path);

#endif							/* WDD_KEY_FILE_H */
