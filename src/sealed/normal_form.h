/*
 * normal_form.h
 *		The bytes that are sealed: one form for equal values of a kind.
 *
 *	kind		form
 *	text		UTF-8
 *	bytea		its bytes
 *	jsonb		PostgreSQL's text of it, UTF-8
 *	numeric		PostgreSQL's text of it: trailing zeros count, as they do there
 *	date		as PostgreSQL writes it in DateStyle ISO: 2026-01-31, 0044-03-15 BC,
 *				infinity, -infinity
 *	phone		see personal_form.h
 *	id_card		see personal_form.h
 *	email		see personal_form.h
 *	inet		PostgreSQL's text of it
 *
 * Errors name the type and the rule, never the value; the server log gets them
 * without statement and context, which have the value.  SQLSTATE 22023 for the
 * kinds of personal_form.h, else what the plain type raises.
 */
#ifndef WDD_NORMAL_FORM_H
#define WDD_NORMAL_FORM_H

#include "postgres.h"

#include "sealed/kind.h"

/*
 * The form of n bytes of text in the server's encoding, palloc'd, its length in
 * *out_n.  Dates are read by DateStyle and, where they are words as "today", by
 * the time zone.
 */
extern char *wdd_normal_form(WddSealedKind kind, const char *text, int n, int *out_n);

/* The form of a value of wdd_plain_type(kind), palloc'd. */
extern char *wdd_normal_form_of_plain(WddSealedKind kind, Datum plain, int *out_n);

/*
 * The value of wdd_plain_type(kind) that has this form, palloc'd where it is not
 * passed by value.  22P05 where the encoding of the database lacks a character.
 */
extern Datum wdd_plain_value(WddSealedKind kind, const char *form, int n);

/* The last four digits of a phone number's form; false: it has none. */
extern bool wdd_last_four(const char *form, int n, char out[4]);

#endif							/* WDD_NORMAL_FORM_H */
