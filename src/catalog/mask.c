/*
 * mask.c
 *		wdd.mask(value, kind) and what labels need of it (see mask.h).
 *
 * A mask counts characters, not bytes, and never keeps more than it says, also
 * for a value that is not of its form (then it keeps nothing).
 */
#include "postgres.h"

#include <sys/socket.h>

#include "catalog/mask.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inet.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(wdd_mask);
PG_FUNCTION_INFO_V1(wdd_mask_inet);

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
	{"ip", 0, 0, 0},
};

#define KEEP "keep="

/* Bits of an address that belong to its network. */
#define KEEP_IPV4 24
#define KEEP_IPV6 48

/* Not even the length is told. */
#define NOTHING_KEPT "***"

/* One or two digits at *p, which moves behind them. */
static bool
read_count(const char **p, int *count)
{
	const char *from = *p;

	for (*count = 0; **p >= '0' && **p <= '9' && *p - from < 2; (*p)++)
		*count = *count * 10 + **p - '0';
	return *p > from;
}

/* keep=first,last */
static bool
read_keep(const char *name, MaskKind *kind)
{
	const char *p = name + strlen(KEEP);

	kind->name = KEEP;
	kind->at_least = 0;
	return strncmp(name, KEEP, strlen(KEEP)) == 0 &&
		read_count(&p, &kind->keep_first) && *p++ == ',' &&
		read_count(&p, &kind->keep_last) && *p == '\0';
}

static bool
find_kind(const char *name, MaskKind *kind)
{
	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(kinds[i].name, name) == 0)
		{
			*kind = kinds[i];
			return true;
		}
	}
	return read_keep(name, kind);
}

/* The name is not shown: it may be the value, of a caller who mistook the order. */
static void
known_kind(const char *name, MaskKind *kind)
{
	if (!find_kind(name, kind))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"kind\" names no mask"),
				 errhint("Masks are: %s.", wdd_mask_names())));
}

bool
wdd_mask_exists(const char *name)
{
	MaskKind	kind;

	return find_kind(name, &kind);
}

const char *
wdd_mask_names(void)
{
	return "null, full, phone, id_card, name, email, ip, keep=first,last (numbers of characters from 0 to 99)";
}

bool
wdd_mask_fits(const char *kind, Oid type)
{
	Oid			base = getBaseType(type);

	return strcmp(kind, "null") == 0 ||
		base == TEXTOID || base == VARCHAROID || base == BPCHAROID ||
		(base == INETOID && strcmp(kind, "ip") == 0);
}

/* Keep the first and last characters and put a star for each one between. */
static void
append_stars(StringInfo out, const char *value, int bytes, const MaskKind *kind)
{
	int			length = pg_mbstrlen_with_len(value, bytes);
	int			first = kind->keep_first;
	int			last = kind->keep_last;
	const char *p = value;

	if (length < kind->at_least || length <= first + last)
		first = last = 0;
	for (int i = 0; i < length; i++)
	{
		int			width = Min(pg_mblen(p), value + bytes - p);

		if (i < first || i >= length - last)
			appendBinaryStringInfo(out, p, width);
		else
			appendStringInfoChar(out, '*');
		p += width;
	}
}

/* The first character, and all from the last @ on. */
static void
append_email(StringInfo out, const char *value, int n, const MaskKind *kind)
{
	int			at = n - 1;

	while (at >= 0 && value[at] != '@')
		at--;
	if (at < 0)
	{
		appendStringInfoString(out, NOTHING_KEPT);
		return;
	}
	append_stars(out, value, at, kind);
	appendBinaryStringInfo(out, value + at, n - at);
}

/* The network that the address is in, as PostgreSQL writes it. */
static void
append_network(StringInfo out, const char *value, int n)
{
	char		text[sizeof("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128")];
	unsigned char address[16];
	bool		is_ipv6 = memchr(value, ':', n) != NULL;
	int			family = is_ipv6 ? PGSQL_AF_INET6 : PGSQL_AF_INET;
	int			bits = -1;

	if (n < sizeof(text) && memchr(value, '\0', n) == NULL)
	{
		memcpy(text, value, n);
		text[n] = '\0';
		bits = pg_inet_net_pton(family, text, address, -1);
	}
	if (bits < 0)
	{
		appendStringInfoString(out, NOTHING_KEPT);
		return;
	}
	bits = Min(bits, is_ipv6 ? KEEP_IPV6 : KEEP_IPV4);
	for (int bit = bits; bit < (is_ipv6 ? 128 : 32); bit++)
		address[bit / 8] &= ~(0x80 >> bit % 8);
	appendStringInfoString(out, pg_inet_net_ntop(family, address, bits, text, sizeof(text)));
}

bool
wdd_mask_append(StringInfo out, const char *value, int n, const char *name)
{
	MaskKind	kind;

	known_kind(name, &kind);
	if (strcmp(name, "null") == 0)
		return false;
	if (strcmp(name, "full") == 0)
		appendStringInfoString(out, NOTHING_KEPT);
	else if (strcmp(name, "ip") == 0)
		append_network(out, value, n);
	else if (strcmp(name, "email") == 0)
		append_email(out, value, n, &kind);
	else
		append_stars(out, value, n, &kind);
	return true;
}

/* wdd.mask(value text, kind text) returns text; strict */
Datum
wdd_mask(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	StringInfoData masked;

	initStringInfo(&masked);
	if (!wdd_mask_append(&masked, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
						 text_to_cstring(PG_GETARG_TEXT_PP(1))))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(masked.data, masked.len));
}

/* wdd.mask(value inet, kind text) returns inet; strict */
Datum
wdd_mask_inet(PG_FUNCTION_ARGS)
{
	inet	   *value = PG_GETARG_INET_PP(0);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int			bits = Min(ip_bits(value), ip_family(value) == PGSQL_AF_INET6 ? KEEP_IPV6 : KEEP_IPV4);
	MaskKind	kind;

	known_kind(name, &kind);
	if (strcmp(name, "null") == 0)
		PG_RETURN_NULL();
	if (strcmp(name, "ip") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"kind\" names a mask that does not fit type inet"),
				 errhint("Masks for inet are: null, ip. The others are for text.")));
	PG_RETURN_DATUM(DirectFunctionCall1(network_network,
										DirectFunctionCall2(inet_set_masklen, PointerGetDatum(value),
															Int32GetDatum(bits))));
}
