/*
 * mask.h
 *		The usual masks: what is left of a value for who may not see it.
 */
#ifndef WDD_MASK_H
#define WDD_MASK_H

#include "postgres.h"

#include "lib/stringinfo.h"

/*
 * Kinds: null, full, phone, id_card, name, email, ip, and keep=first,last with
 * two numbers of characters from 0 to 99.
 */
extern bool wdd_mask_exists(const char *kind);
extern const char *wdd_mask_names(void);

/*
 * "null" fits every type, "ip" inet, and all fit text, varchar and bpchar; and
 * domains over these.
 */
extern bool wdd_mask_fits(const char *kind, Oid type);

/*
 * Append what the mask leaves of n bytes of text in the server's encoding;
 * false, and nothing appended, for kind null.  22023 for an unknown kind.
 */
extern bool wdd_mask_append(StringInfo out, const char *value, int n, const char *kind);

#endif							/* WDD_MASK_H */
