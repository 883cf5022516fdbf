/*
 * probe.h
 *		Search tokens, and who may compare by them.
 *
 * A token tells whether two values are equal.  Who may make tokens of values of
 * their own choice, and compare them with a token from somewhere else, finds out
 * any value by trying (an operator's ten million numbers in four seconds).  So
 * plaintext is compared with sealed values in statements under the guard only,
 * which have passed gate and row checks.
 */
#ifndef WDD_PROBE_H
#define WDD_PROBE_H

#include "postgres.h"

#include "compat.h"
#include "sealed/envelope.h"
#include "sealed/kind.h"

/* Is a statement under the guard running?  Set by the guard; NULL: nobody asks. */
extern bool (*wdd_probe_allowed) (void);

/* Raise 42501 unless one is. */
extern void wdd_require_probe_allowed(void);

/* The token of a value in normal form. */
extern void wdd_make_token(uint8 token[WDD_TOKEN_BYTES], WddSealedKind kind, int epoch,
						   const char *form, size_t length);

/* The token of a telephone number's last four digits. */
extern void wdd_make_suffix_token(uint8 token[WDD_SUFFIX_BYTES], int epoch, const char digits[4]);

pg_noreturn extern void wdd_raise_other_token_epochs(int a, int b);
pg_noreturn extern void wdd_raise_damaged(void);

/* Do values of the kind carry tokens unless told otherwise, or when told to? */
extern bool wdd_kind_has_tokens(WddSealedKind kind);

#endif							/* WDD_PROBE_H */
