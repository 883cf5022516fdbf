/*
 * typmod.c
 *		Reading and writing type modifiers (see typmod.h).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "sealed/typmod.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_sealed_typmod_in);
PG_FUNCTION_INFO_V1(wdd_sealed_search_typmod_in);
PG_FUNCTION_INFO_V1(wdd_sealed_phone_typmod_in);
PG_FUNCTION_INFO_V1(wdd_sealed_typmod_out);

static const struct
{
	const char *name;
	int32		bits;
}			options[] = {
	{"searchable", WDD_TYPMOD_SEARCHABLE},
	{"unsearchable", WDD_TYPMOD_UNSEARCHABLE},
	{"suffix", WDD_TYPMOD_SUFFIX},
	{"pad16", 4 << WDD_TYPMOD_PAD_SHIFT},
	{"pad32", 5 << WDD_TYPMOD_PAD_SHIFT},
	{"pad64", 6 << WDD_TYPMOD_PAD_SHIFT},
	{"pad128", 7 << WDD_TYPMOD_PAD_SHIFT},
	{"pad256", 8 << WDD_TYPMOD_PAD_SHIFT},
	{"pad1024", 10 << WDD_TYPMOD_PAD_SHIFT}
};

/* What a type takes beside number and padding. */
#define PADDING_ONLY 0
#define SEARCH (WDD_TYPMOD_SEARCHABLE | WDD_TYPMOD_UNSEARCHABLE)
#define SEARCH_AND_SUFFIX (SEARCH | WDD_TYPMOD_SUFFIX)

static void
raise_bad_modifier(const char *modifier, int32 taken)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid type modifier of this sealed type: \"%s\"", modifier),
			 errhint("It takes %spad16, pad32, pad64, pad128, pad256, pad1024, and the number that the extension gives a column.",
					 taken == SEARCH_AND_SUFFIX ? "searchable, unsearchable, suffix, " :
					 taken == SEARCH ? "searchable, unsearchable, " : "")));
}

static int32
bits_of(const char *modifier, int32 taken)
{
	char	   *end;
	long		field = strtol(modifier, &end, 10);

	for (int i = 0; i < lengthof(options); i++)
		if (strcmp(options[i].name, modifier) == 0 &&
			(options[i].bits & SEARCH_AND_SUFFIX & ~taken) == 0)
			return options[i].bits;
	if (*modifier == '\0' || *end != '\0' || field < 1 || field > WDD_TYPMOD_FIELD)
		raise_bad_modifier(modifier, taken);
	return field;
}

/* Two numbers, or two paddings, would share their bits. */
static bool
clash(int32 typmod, int32 bits)
{
	static const int32 groups[] = {WDD_TYPMOD_FIELD, SEARCH,
	WDD_TYPMOD_SUFFIX, WDD_TYPMOD_PAD << WDD_TYPMOD_PAD_SHIFT};

	for (int i = 0; i < lengthof(groups); i++)
		if ((typmod & groups[i]) && (bits & groups[i]))
			return true;
	return false;
}

static int32
typmod_of(ArrayType *array, int32 taken)
{
	Datum	   *modifiers;
	int			n;
	int32		typmod = 0;

	deconstruct_array(array, CSTRINGOID, -2, false, TYPALIGN_CHAR, &modifiers, NULL, &n);
	for (int i = 0; i < n; i++)
	{
		int32		bits = bits_of(DatumGetCString(modifiers[i]), taken);

		if (clash(typmod, bits))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("conflicting type modifiers of a sealed type"),
					 errdetail("\"%s\" does not go with one before it.", DatumGetCString(modifiers[i]))));
		typmod |= bits;
	}
	return typmod;
}

/* wdd.sealed_typmod_in(cstring[]) returns integer */
Datum
wdd_sealed_typmod_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(typmod_of(PG_GETARG_ARRAYTYPE_P(0), PADDING_ONLY));
}

/* wdd.sealed_search_typmod_in(cstring[]) returns integer */
Datum
wdd_sealed_search_typmod_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(typmod_of(PG_GETARG_ARRAYTYPE_P(0), SEARCH));
}

/* wdd.sealed_phone_typmod_in(cstring[]) returns integer */
Datum
wdd_sealed_phone_typmod_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(typmod_of(PG_GETARG_ARRAYTYPE_P(0), SEARCH_AND_SUFFIX));
}

/* wdd.sealed_typmod_out(integer) returns cstring */
Datum
wdd_sealed_typmod_out(PG_FUNCTION_ARGS)
{
	int32		typmod = PG_GETARG_INT32(0);
	const char *separator = "";
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '(');
	if (wdd_typmod_field(typmod) != 0)
	{
		appendStringInfo(&out, "%d", wdd_typmod_field(typmod));
		separator = ",";
	}
	for (int i = 0; i < lengthof(options); i++)
	{
		int32		group = options[i].bits >> WDD_TYPMOD_PAD_SHIFT ? WDD_TYPMOD_PAD << WDD_TYPMOD_PAD_SHIFT : options[i].bits;

		if ((typmod & group) != options[i].bits)
			continue;
		appendStringInfo(&out, "%s%s", separator, options[i].name);
		separator = ",";
	}
	appendStringInfoChar(&out, ')');
	PG_RETURN_CSTRING(out.len == 2 ? pstrdup("") : out.data);
}
