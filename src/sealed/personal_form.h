/*
 * personal_form.h
 *		Normal forms of phone numbers, identity numbers and e-mail addresses.
 *
 * UTF-8 in; the form in out and its length in *out_n, or a fault: what is wrong
 * with the value, for a DETAIL, never the value itself.  Nothing here raises,
 * allocates or looks at the database, so it can be fuzzed by itself; bytes that
 * are no UTF-8 are refused or kept as they are, never read past.
 *
 * Signs and digits of full width are those of ASCII.  Blanks of every width, and
 * the invisible marks that come with numbers copied from a telephone, are left
 * out of numbers and off the ends of addresses.
 */
#ifndef WDD_PERSONAL_FORM_H
#define WDD_PERSONAL_FORM_H

#include "postgres.h"

/* What out must hold: an e-mail address is the longest. */
#define WDD_PERSONAL_FORM_ROOM 256

/*
 * Mainland mobile number: its 11 digits.  Any other number of E.164: + and 7 to
 * 15 digits.  +86, 0086 or 86 may stand before the first, single hyphens between
 * digits.  A number of +86 that begins like a mobile number must be one.
 */
extern const char *wdd_phone_form(const char *text, int n, char *out, int *out_n);

/*
 * The 18 characters of GB 11643-1999 with a capital X.  The 15 digits of the
 * older form become 18, as of the 20th century.  The date of birth exists and is
 * not after today (a number yyyymmdd), the first two digits are of a province,
 * Hong Kong, Macao or Taiwan; or 9 and a province's (permanent residents from
 * abroad).
 */
extern const char *wdd_id_card_form(const char *text, int n, int today, char *out, int *out_n);

/*
 * local@domain within the limits of RFC 5321, both in lower case as far as they
 * are ASCII.  The domain has two parts at least.  No display name, no quoted
 * local part, no address literal, no comment.
 */
extern const char *wdd_email_form(const char *text, int n, char *out, int *out_n);

#endif							/* WDD_PERSONAL_FORM_H */
