/*
 * mask.h
 *		The usual masks of texts: what is left of a value for who may not see it.
 */
#ifndef WDD_MASK_H
#define WDD_MASK_H

#include "postgres.h"

/* Kinds: null, full, phone, id_card, name, email. */
extern bool wdd_mask_exists(const char *kind);
extern const char *wdd_mask_names(void);

/* "null" fits every type, the others text, varchar and bpchar and domains over them. */
extern bool wdd_mask_fits(const char *kind, Oid type);

/* The masked text, palloc'd; NULL for kind null.  22023 for an unknown kind. */
extern char *wdd_mask_text(const char *value, const char *kind);

#endif							/* WDD_MASK_H */
