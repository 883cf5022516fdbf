/*
 * key_source.h
 *		Where master keys come from: wdd_privacy.key_command or
 *		wdd_privacy.key_file.
 */
#ifndef WDD_KEY_SOURCE_H
#define WDD_KEY_SOURCE_H

#include "postgres.h"

#include "sealed/key_lines.h"

/* Defines the settings. */
extern void wdd_key_source_init(void);

/* Is a source set?  (Two are one too many, which reading tells.) */
extern bool wdd_key_source_set(void);

/* "command", "file", or "none", for showing. */
extern const char *wdd_key_source_kind(void);

/* The longest that reading may take, in seconds. */
extern int	wdd_key_source_limit(void);

/*
 * Read all keys anew into memory for secrets.  False: there are none, and the
 * fault says why.  May run in the postmaster; raises only when the statement is
 * cancelled meanwhile, and leaves no keys then.
 */
extern bool wdd_read_master_keys(WddMasterKeys *keys, WddKeyFault *fault);

/*
 * Is the source, as it is now, one that could be read?  Of a command only
 * whether it is set is looked at, since it is not run.
 */
extern bool wdd_check_key_source(WddKeyFault *fault);

#endif							/* WDD_KEY_SOURCE_H */
