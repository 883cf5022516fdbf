/*
 * typmod.h
 *		The type modifier of sealed types: sealed_text(17, searchable, pad32).
 *
 * Bits 0 to 15 are the number of the field, 16 to 18 the options, 19 to 22 the
 * bucket to which plaintexts are padded, as a power of two; -1 says nothing.
 */
#ifndef WDD_TYPMOD_H
#define WDD_TYPMOD_H

#include "postgres.h"

#include "sealed/kind.h"

#define WDD_TYPMOD_FIELD		0xFFFF
#define WDD_TYPMOD_SEARCHABLE	0x10000
#define WDD_TYPMOD_UNSEARCHABLE	0x20000
#define WDD_TYPMOD_SUFFIX		0x40000
#define WDD_TYPMOD_PAD_SHIFT	19
#define WDD_TYPMOD_PAD			0xF

/* The number by which values are bound to their column; 0: none was given. */
static inline uint16
wdd_typmod_field(int32 typmod)
{
	return typmod < 0 ? 0 : typmod & WDD_TYPMOD_FIELD;
}

/* Do values carry a search token?  Some kinds do unless they are told not to. */
static inline bool
wdd_typmod_searchable(WddSealedKind kind, int32 typmod)
{
	switch (kind)
	{
		case WDD_KIND_PHONE:
		case WDD_KIND_ID_CARD:
		case WDD_KIND_EMAIL:
			return typmod < 0 || !(typmod & WDD_TYPMOD_UNSEARCHABLE);
		case WDD_KIND_TEXT:
			return typmod >= 0 && (typmod & WDD_TYPMOD_SEARCHABLE);
		default:
			return false;
	}
}

/* Do they carry a token of the last four digits? */
static inline bool
wdd_typmod_suffix(int32 typmod)
{
	return typmod >= 0 && (typmod & WDD_TYPMOD_SUFFIX);
}

/* The bucket, in bytes; 0: plaintexts are not padded. */
static inline int
wdd_typmod_pad(int32 typmod)
{
	int			power = typmod < 0 ? 0 : (typmod >> WDD_TYPMOD_PAD_SHIFT) & WDD_TYPMOD_PAD;

	return power == 0 ? 0 : 1 << power;
}

#endif							/* WDD_TYPMOD_H */
