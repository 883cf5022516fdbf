/*
 * normal_form.c
 *		See normal_form.h.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "compat.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "sealed/normal_form.h"
#include "sealed/personal_form.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* No phone number, identity number or address that is longer has a form. */
#define MAX_PERSONAL 1024

#define CHINA_STANDARD_TIME (8 * USECS_PER_HOUR)

#define DATE_HINT "Every setting of \"datestyle\" reads dates like 2026-01-31."

/*
 * Literally, not put together: where a statement is over protected rows, the
 * guard leaves of a message what is not put into it.
 */
static int
invalid_value_message(WddSealedKind kind)
{
	switch (kind)
	{
		case WDD_KIND_TEXT:
			return errmsg("invalid value for type wdd.sealed_text");
		case WDD_KIND_BYTEA:
			return errmsg("invalid value for type wdd.sealed_bytea");
		case WDD_KIND_JSONB:
			return errmsg("invalid value for type wdd.sealed_jsonb");
		case WDD_KIND_NUMERIC:
			return errmsg("invalid value for type wdd.sealed_numeric");
		case WDD_KIND_DATE:
			return errmsg("invalid value for type wdd.sealed_date");
		case WDD_KIND_PHONE:
			return errmsg("invalid value for type wdd.sealed_phone");
		case WDD_KIND_ID_CARD:
			return errmsg("invalid value for type wdd.sealed_id_card");
		case WDD_KIND_EMAIL:
			return errmsg("invalid value for type wdd.sealed_email");
		case WDD_KIND_INET:
			return errmsg("invalid value for type wdd.sealed_inet");
	}
	return 0;
}

pg_noreturn static void
invalid_value(WddSealedKind kind, int sqlstate, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(sqlstate),
			 invalid_value_message(kind),
			 errdetail("%s", detail),
			 hint ? errhint("%s", hint) : 0,
			 errhidestmt(true),
			 errhidecontext(true)));
}

/* ------------------------------------------------------------------------
 * Encodings
 * ------------------------------------------------------------------------ */

static char *
copied(const char *text, int n, int *out_n)
{
	char	   *copy = palloc(n + 1);

	memcpy(copy, text, n);
	copy[n] = '\0';
	*out_n = n;
	return copy;
}

/* PostgreSQL's own conversions would show the bytes that they cannot convert. */
static char *
converted(WddSealedKind kind, const char *text, int n, int from, int to, int *out_n)
{
	Oid			function = FindDefaultConversionProc(from, to);
	Size		room = (Size) n * MAX_CONVERSION_GROWTH + 1;
	char	   *out;

	if (!AllocSizeIsValid(room))
		invalid_value(kind, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "It is too long to be converted.", NULL);
	out = palloc(room);
	if (!OidIsValid(function) ||
		pg_do_encoding_conversion_buf(function, from, to, (unsigned char *) unconstify(char *, text), n,
									  (unsigned char *) out, room, true) != n)
		invalid_value(kind, ERRCODE_UNTRANSLATABLE_CHARACTER,
					  psprintf("It has a character of encoding \"%s\" that encoding \"%s\" lacks.",
							   pg_encoding_to_char(from), pg_encoding_to_char(to)), NULL);
	*out_n = strlen(out);
	return out;
}

static char *
to_utf8(WddSealedKind kind, const char *text, int n, int *out_n)
{
	int			encoding = GetDatabaseEncoding();

	if (encoding == PG_UTF8)
		return copied(text, n, out_n);
	if (encoding != PG_SQL_ASCII)
		return converted(kind, text, n, encoding, PG_UTF8, out_n);
	if (!pg_verify_mbstr(PG_UTF8, text, n, true))
		invalid_value(kind, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "It is not UTF-8.",
					  "A database of encoding SQL_ASCII takes UTF-8 only.");
	return copied(text, n, out_n);
}

static Datum
text_value(WddSealedKind kind, const char *form, int n)
{
	int			encoding = GetDatabaseEncoding();

	if (encoding != PG_UTF8 && encoding != PG_SQL_ASCII)
		form = converted(kind, form, n, PG_UTF8, encoding, &n);
	return PointerGetDatum(cstring_to_text_with_len(form, n));
}

/* ------------------------------------------------------------------------
 * Types of PostgreSQL's own
 * ------------------------------------------------------------------------ */

static PGFunction
input_function(WddSealedKind kind)
{
	switch (kind)
	{
		case WDD_KIND_BYTEA:
			return byteain;
		case WDD_KIND_JSONB:
			return jsonb_in;
		case WDD_KIND_NUMERIC:
			return numeric_in;
		case WDD_KIND_DATE:
			return date_in;
		default:
			Assert(kind == WDD_KIND_INET);
			return inet_in;
	}
}

/*
 * False, and the SQLSTATE, where the input function does not accept the text:
 * its message, which has the text, goes nowhere.  Such an error is caught without
 * a subtransaction, for these functions hold nothing but memory when they raise
 * (xml_is_well_formed() relies on the same).
 */
static bool
accepts(PGFunction input, char *text, Datum *value, int *sqlstate)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool accepted = false;

	PG_TRY();
	{
		accepted = wdd_call_input(input, text, value, sqlstate);
	}
	PG_CATCH();
	{
		*sqlstate = geterrcode();
		if (ERRCODE_TO_CATEGORY(*sqlstate) != ERRCODE_DATA_EXCEPTION &&
			ERRCODE_TO_CATEGORY(*sqlstate) != ERRCODE_PROGRAM_LIMIT_EXCEEDED)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	return accepted;
}

static Datum
read_plain(WddSealedKind kind, const char *text, int n)
{
	int			length;
	char	   *string = copied(text, n, &length);
	int			sqlstate = ERRCODE_INVALID_TEXT_REPRESENTATION;
	Datum		value;

	/* a zero byte would end it */
	if (strlen(string) != n || !accepts(input_function(kind), string, &value, &sqlstate))
		invalid_value(kind, sqlstate, psprintf("Type %s does not accept it.", wdd_kind_name(kind)),
					  kind == WDD_KIND_DATE ? DATE_HINT : NULL);
	return value;
}

static char *
date_form(DateADT date, int *out_n)
{
	char	   *form = palloc(MAXDATELEN + 1);
	struct pg_tm tm;

	if (DATE_NOT_FINITE(date))
		EncodeSpecialDate(date, form);
	else
	{
		j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, form);
	}
	*out_n = strlen(form);
	return form;
}

/* Digits from *p on, up to a hyphen, a blank or the end. */
static int
read_number(const char **p, const char *end)
{
	int			number = 0;

	for (int i = 0; i < 7 && *p < end && **p >= '0' && **p <= '9'; i++)
		number = number * 10 + *(*p)++ - '0';
	return number;
}

/* What date_form() wrote, in whatever DateStyle. */
static Datum
date_value(const char *form, int n)
{
	const char *p = form;
	const char *end = form + n;
	int			year = read_number(&p, end);
	int			month = p < end && *p == '-' ? (p++, read_number(&p, end)) : 0;
	int			day = p < end && *p == '-' ? (p++, read_number(&p, end)) : 0;

	if (n == 8 && memcmp(form, "infinity", 8) == 0)
		return DateADTGetDatum(DATEVAL_NOEND);
	if (n == 9 && memcmp(form, "-infinity", 9) == 0)
		return DateADTGetDatum(DATEVAL_NOBEGIN);
	if (end - p == 3 && memcmp(p, " BC", 3) == 0)
	{
		year = 1 - year;		/* 1 BC is the year before 1 AD */
		p = end;
	}
	if (p != end || month < 1 || month > MONTHS_PER_YEAR || day < 1 || day > 31 ||
		!IS_VALID_JULIAN(year, month, day))
		invalid_value(WDD_KIND_DATE, ERRCODE_INVALID_DATETIME_FORMAT, "It is no form of a date.", NULL);
	return DateADTGetDatum(date2j(year, month, day) - POSTGRES_EPOCH_JDATE);
}

/* ------------------------------------------------------------------------
 * Phone numbers, identity numbers, e-mail addresses
 * ------------------------------------------------------------------------ */

/* As a number yyyymmdd, where identity numbers come from. */
static int
today_in_china(void)
{
	int			year,
				month,
				day;

	j2date((GetCurrentTimestamp() + CHINA_STANDARD_TIME) / USECS_PER_DAY + POSTGRES_EPOCH_JDATE,
		   &year, &month, &day);
	return year * 10000 + month * 100 + day;
}

static char *
personal_form(WddSealedKind kind, const char *text, int n, int *out_n)
{
	char	   *out = palloc(WDD_PERSONAL_FORM_ROOM);
	const char *fault;
	const char *hint;

	if (n > MAX_PERSONAL)
		invalid_value(kind, ERRCODE_INVALID_PARAMETER_VALUE,
					  psprintf("It is longer than %d bytes.", MAX_PERSONAL), NULL);
	text = to_utf8(kind, text, n, &n);
	switch (kind)
	{
		case WDD_KIND_PHONE:
			fault = wdd_phone_form(text, n, out, out_n);
			hint = "Other numbers of the mainland are written +86 and the area code without its 0.";
			break;
		case WDD_KIND_ID_CARD:
			fault = wdd_id_card_form(text, n, today_in_china(), out, out_n);
			hint = "Numbers of passports and other documents go into a wdd.sealed_text.";
			break;
		default:
			Assert(kind == WDD_KIND_EMAIL);
			fault = wdd_email_form(text, n, out, out_n);
			hint = "Write one address, without the name of its holder.";
	}
	if (fault)
		invalid_value(kind, ERRCODE_INVALID_PARAMETER_VALUE, fault, hint);
	return out;
}

/* ------------------------------------------------------------------------
 * The contract
 * ------------------------------------------------------------------------ */

char *
wdd_normal_form(WddSealedKind kind, const char *text, int n, int *out_n)
{
	switch (kind)
	{
		case WDD_KIND_TEXT:
			return to_utf8(kind, text, n, out_n);
		case WDD_KIND_PHONE:
		case WDD_KIND_ID_CARD:
		case WDD_KIND_EMAIL:
			return personal_form(kind, text, n, out_n);
		default:
			return wdd_normal_form_of_plain(kind, read_plain(kind, text, n), out_n);
	}
}

static char *
output_of(PGFunction output, Datum plain, int *out_n)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(output, plain));

	*out_n = strlen(text);
	return text;
}

char *
wdd_normal_form_of_plain(WddSealedKind kind, Datum plain, int *out_n)
{
	struct varlena *value;
	char	   *text;
	int			n;

	switch (kind)
	{
		case WDD_KIND_NUMERIC:
			return output_of(numeric_out, plain, out_n);
		case WDD_KIND_DATE:
			return date_form(DatumGetDateADT(plain), out_n);
		case WDD_KIND_INET:
			return output_of(inet_out, plain, out_n);
		case WDD_KIND_JSONB:
			text = output_of(jsonb_out, plain, &n);
			return to_utf8(kind, text, n, out_n);
		case WDD_KIND_BYTEA:
			value = PG_DETOAST_DATUM_PACKED(plain);
			return copied(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), out_n);
		default:
			value = PG_DETOAST_DATUM_PACKED(plain);
			return wdd_normal_form(kind, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), out_n);
	}
}

Datum
wdd_plain_value(WddSealedKind kind, const char *form, int n)
{
	struct varlena *text;

	switch (kind)
	{
		case WDD_KIND_BYTEA:
			return PointerGetDatum(cstring_to_text_with_len(form, n));
		case WDD_KIND_DATE:
			return date_value(form, n);
		case WDD_KIND_NUMERIC:
		case WDD_KIND_INET:
			return read_plain(kind, form, n);
		case WDD_KIND_JSONB:
			text = (struct varlena *) DatumGetPointer(text_value(kind, form, n));
			return read_plain(kind, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
		default:
			return text_value(kind, form, n);
	}
}

bool
wdd_last_four(const char *form, int n, char out[4])
{
	for (int i = 0; i < 4; i++)
	{
		if (n < 4 || form[n - 4 + i] < '0' || form[n - 4 + i] > '9')
			return false;
		out[i] = form[n - 4 + i];
	}
	return true;
}
