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
	WDD_SEALED_TEXT = 1,
	WDD_SEALED_BYTEA,
	WDD_SEALED_JSONB,
	WDD_SEALED_NUMERIC,
	WDD_SEALED_DATE,
	WDD_SEALED_PHONE,
	WDD_SEALED_ID_CARD,
	WDD_SEALED_EMAIL,
	WDD_SEALED_INET
} WddSealedKind;

#define WDD_SEALED_FIRST	WDD_SEALED_TEXT
#define WDD_SEALED_LAST		WDD_SEALED_INET

/* Is the number one of a kind?  For what was read from bytes. */
extern bool wdd_kind_exists(int number);

/* "text", ..., "inet" */
extern const char *wdd_kind_name(WddSealedKind kind);

/* The kind of that name; false: there is none. */
extern bool wdd_kind_by_name(const char *name, WddSealedKind *kind);

/* The type a value of the kind is revealed as: one of PostgreSQL's own. */
extern Oid wdd_plain_type(WddSealedKind kind);

#endif							/* WDD_KIND_H */
