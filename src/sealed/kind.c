/*
 * kind.c
 *		See kind.h.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "sealed/kind.h"

static const struct
{
	const char *name;
	Oid			plain;
}			kinds[] = {
	[WDD_SEALED_TEXT] = {"text", TEXTOID},
	[WDD_SEALED_BYTEA] = {"bytea", BYTEAOID},
	[WDD_SEALED_JSONB] = {"jsonb", JSONBOID},
	[WDD_SEALED_NUMERIC] = {"numeric", NUMERICOID},
	[WDD_SEALED_DATE] = {"date", DATEOID},
	[WDD_SEALED_PHONE] = {"phone", TEXTOID},
	[WDD_SEALED_ID_CARD] = {"id_card", TEXTOID},
	[WDD_SEALED_EMAIL] = {"email", TEXTOID},
	[WDD_SEALED_INET] = {"inet", INETOID},
};

bool
wdd_kind_exists(int number)
{
	return number >= WDD_SEALED_FIRST && number <= WDD_SEALED_LAST;
}

const char *
wdd_kind_name(WddSealedKind kind)
{
	Assert(wdd_kind_exists(kind));
	return kinds[kind].name;
}

bool
wdd_kind_by_name(const char *name, WddSealedKind *kind)
{
	for (int i = WDD_SEALED_FIRST; i <= WDD_SEALED_LAST; i++)
	{
		if (strcmp(kinds[i].name, name) == 0)
		{
			*kind = i;
			return true;
		}
	}
	return false;
}

Oid
wdd_plain_type(WddSealedKind kind)
{
	Assert(wdd_kind_exists(kind));
	return kinds[kind].plain;
}
