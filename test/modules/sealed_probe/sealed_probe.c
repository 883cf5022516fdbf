/*
 * sealed_probe.c
 *		Normal forms of sealed types from SQL, without sealing anything.
 *
 * sealed_form(kind, value) is the form as bytes.  sealed_form_again(kind, value)
 * makes the form, of that a value of the plain type, and of that the form.
 * sealed_last_four(form) is what wdd_last_four() finds; NULL: nothing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "sealed/normal_form.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(sealed_form);
PG_FUNCTION_INFO_V1(sealed_form_again);
PG_FUNCTION_INFO_V1(sealed_last_four);

static WddSealedKind
kind_of(const text *name)
{
	WddSealedKind kind;

	if (!wdd_kind_by_name(text_to_cstring(name), &kind))
		elog(ERROR, "there is no such kind");
	return kind;
}

Datum
sealed_form(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(1);
	int			n;
	char	   *form = wdd_normal_form(kind_of(PG_GETARG_TEXT_PP(0)), VARDATA_ANY(value),
									   VARSIZE_ANY_EXHDR(value), &n);

	PG_RETURN_BYTEA_P(cstring_to_text_with_len(form, n));
}

Datum
sealed_form_again(PG_FUNCTION_ARGS)
{
	WddSealedKind kind = kind_of(PG_GETARG_TEXT_PP(0));
	text	   *value = PG_GETARG_TEXT_PP(1);
	int			n;
	char	   *form = wdd_normal_form(kind, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &n);
	Datum		plain = wdd_plain_value(kind, form, n);

	form = wdd_normal_form_of_plain(kind, plain, &n);
	PG_RETURN_BYTEA_P(cstring_to_text_with_len(form, n));
}

Datum
sealed_last_four(PG_FUNCTION_ARGS)
{
	text	   *form = PG_GETARG_TEXT_PP(0);
	char		digits[4];

	if (!wdd_last_four(VARDATA_ANY(form), VARSIZE_ANY_EXHDR(form), digits))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(digits, 4));
}
