/*
 * mask.c
 *		wdd.mask(value, kind) and what labels need of it (see mask.h).
 *
 * A mask counts characters, not bytes, and never keeps more than it says, also
 * for a value that is not of its form (then it keeps nothing).
 */
#include "postgres.h"

#include "catalog/mask.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(wdd_mask);

typedef struct MaskKind
{
	const char *name;
	int			keep_first;		/* characters */
	int			keep_last;
	int			at_least;		/* shorter values are masked whole */
} MaskKind;

/* 138****5678; 110101********1234 keeps region and check part; 张* keeps the surname. */
static const MaskKind kinds[] = {
	{"null", 0, 0, 0},
	{"full", 0, 0, 0},
	{"phone", 3, 4, 11},
	{"id_card", 6, 4, 15},
	{"name", 1, 0, 2},
	{"email", 1, 0, 0},
};

static const MaskKind *
find_kind(const char *name)
{
	for (int i = 0; i < lengthof(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

bool
wdd_mask_exists(const char *kind)
{
	return find_kind(kind) != NULL;
}

const char *
wdd_mask_names(void)
{
	return "null, full, phone, id_card, name, email";
}

bool
wdd_mask_fits(const char *kind, Oid type)
{
	Oid			base = getBaseType(type);

	return strcmp(kind, "null") == 0 ||
		base == TEXTOID || base == VARCHAROID || base == BPCHAROID;
}

/* Keep the first and last characters and put a star for each one between. */
static void
append_stars(StringInfo out, const char *value, int bytes, int keep_first, int keep_last, int at_least)
{
	int			length = pg_mbstrlen_with_len(value, bytes);
	const char *p = value;

	if (length < at_least || length <= keep_first + keep_last)
		keep_first = keep_last = 0;
	for (int i = 0; i < length; i++)
	{
		int			width = pg_mblen(p);

		if (i < keep_first || i >= length - keep_last)
			appendBinaryStringInfo(out, p, width);
		else
			appendStringInfoChar(out, '*');
		p += width;
	}
}

char *
wdd_mask_text(const char *value, const char *name)
{
	const MaskKind *kind = find_kind(name);
	StringInfoData out;
	const char *at;

	if (kind == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mask \"%.63s\" does not exist", name),
				 errhint("Masks are: %s.", wdd_mask_names())));
	if (strcmp(name, "null") == 0)
		return NULL;
	initStringInfo(&out);
	at = strcmp(name, "email") == 0 ? strrchr(value, '@') : NULL;
	if (strcmp(name, "full") == 0)
		appendStringInfoString(&out, "***");	/* not even the length */
	else if (strcmp(name, "email") == 0 && at == NULL)
		appendStringInfoString(&out, "***");
	else
		append_stars(&out, value, at ? at - value : strlen(value),
					 kind->keep_first, kind->keep_last, kind->at_least);
	if (at)
		appendStringInfoString(&out, at);
	return out.data;
}

/* wdd.mask(value text, kind text) returns text; strict */
Datum
wdd_mask(PG_FUNCTION_ARGS)
{
	char	   *masked = wdd_mask_text(text_to_cstring(PG_GETARG_TEXT_PP(0)),
									   text_to_cstring(PG_GETARG_TEXT_PP(1)));

	if (masked == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(masked));
}
