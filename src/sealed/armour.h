/*
 * armour.h
 *		Sealed values as text: "wdd1:" and the envelope in base64 (RFC 4648,
 *		with padding, without line breaks).
 */
#ifndef WDD_ARMOUR_H
#define WDD_ARMOUR_H

#include "postgres.h"

#define WDD_ARMOUR_PREFIX "wdd1:"

/* Does the text claim to be armour?  No plaintext may begin like this. */
extern bool wdd_armour_is(const char *text, size_t length);

/* The armour of bytes, palloc'd. */
extern char *wdd_armour_write(const uint8 *bytes, size_t length);

/*
 * The bytes, palloc'd, with their number in *bytes_length; NULL when the text
 * is no armour, or not spelled in the one way that wdd_armour_write() spells it.
 */
extern uint8 *wdd_armour_read(const char *text, size_t length, size_t *bytes_length);

#endif							/* WDD_ARMOUR_H */
