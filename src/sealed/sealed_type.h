/*
 * sealed_type.h
 *		Values of sealed types that plaintext makes.
 */
#ifndef WDD_SEALED_TYPE_H
#define WDD_SEALED_TYPE_H

#include "postgres.h"

#include "sealed/kind.h"

/* An unbound value of the normal form, with a token where the kind has one. */
extern struct varlena *wdd_seal_unbound(WddSealedKind kind, const char *form, int length);

#endif							/* WDD_SEALED_TYPE_H */
