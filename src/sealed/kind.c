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
	[WDD_KIND_TEXT] = {"text", TEXTOID},
	[WDD_KIND_BYTEA] = {"bytea", BYTEAOID},
	[WDD_KIND_JSONB] = {"jsonb", JSONBOID},
	[WDD_KIND_NUMERIC] = {"numeric", NUMERICOID},
	[WDD_KIND_DATE] = {"date", DATEOID},
	[WDD_KIND_PHONE] = {"phone", TEXTOID},
	[WDD_KIND_ID_CARD] = {"id_card", TEXTOID},
	[WDD_KIND_EMAIL] = {"email", TEXTOID},
	[WDD_KIND_INET] = {"inet", INETOID},
};

bool
wdd_kind_exists(int number)
{
	return number >= WDD_KIND_FIRST && number <= WDD_KIND_LAST;
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
	for (int i = WDD_KIND_FIRST; i <= WDD_KIND_LAST; i++)
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
