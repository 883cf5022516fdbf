/*
 * recent.h
 *		Plaintexts that were sealed just now, and may be sealed for their row next.
 *
 * Input seals plaintext, and the trigger of the table opens it again to seal it
 * for the row's person.  Where both happen in one statement the trigger finds it
 * here, by the nonce, and need not open it.  Short ones only, a few, in memory for
 * secrets; each is taken once and then wiped.
 */
#ifndef WDD_RECENT_H
#define WDD_RECENT_H

#include "postgres.h"

#include "crypto.h"

/* Note what was sealed under this nonce. */
extern void wdd_recent_note(const uint8 nonce[WDD_NONCE_BYTES], const char *plain, size_t length);

/*
 * Copy what was sealed under this nonce to out, which has room bytes, and forget
 * it; false: it is not known (any more).
 */
extern bool wdd_recent_take(const uint8 nonce[WDD_NONCE_BYTES], uint8 *out, size_t room, size_t *length);

#endif							/* WDD_RECENT_H */
