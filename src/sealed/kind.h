/*
 * kind.h
 *		The kinds of sealed types: what may lie in an envelope.
 *
 * The numbers stand in stored bytes (an unbound envelope's field tag) and never
 * change.  A kind's name is that of its SQL type without "sealed_", and the
 * domain of its search tokens.
 */
#ifndef WDD_KIND_H
#define WDD_KIND_H

#include "postgres.h"

typedef enum WddSealedKind
{
	WDD_KIND_TEXT = 1,
	WDD_KIND_BYTEA,
	WDD_KIND_JSONB,
	WDD_KIND_NUMERIC,
	WDD_KIND_DATE,
	WDD_KIND_PHONE,
	WDD_KIND_ID_CARD,
	WDD_KIND_EMAIL,
	WDD_KIND_INET
} WddSealedKind;

#define WDD_KIND_FIRST	WDD_KIND_TEXT
#define WDD_KIND_LAST		WDD_KIND_INET

/* Is the number one of a kind?  For what was read from bytes. */
extern bool wdd_kind_exists(int number);

/* "text", ..., "inet" */
extern const char *wdd_kind_name(WddSealedKind kind);

/* The kind of that name; false: there is none. */
extern bool wdd_kind_by_name(const char *name, WddSealedKind *kind);

/* The type a value of the kind is revealed as: one of PostgreSQL's own. */
extern Oid wdd_plain_type(WddSealedKind kind);

#endif							/* WDD_KIND_H */
