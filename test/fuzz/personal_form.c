/*
 * personal_form.c
 *		Phone numbers, identity numbers, e-mail addresses from any bytes: a form
 *		is within its room and the form of itself, a fault has a text.
 *
 * sources: src/sealed/personal_form.c
 */
#include "postgres.h"

#include "sealed/personal_form.h"

#define TODAY 20260101

static const char *
form_of(int kind, const char *text, int n, char *out, int *out_n)
{
	switch (kind % 3)
	{
		case 0:
			return wdd_phone_form(text, n, out, out_n);
		case 1:
			return wdd_id_card_form(text, n, TODAY, out, out_n);
		default:
			return wdd_email_form(text, n, out, out_n);
	}
}

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static void
check_characters(int kind, const char *form, int n)
{
	expect(n > 0 && n < WDD_PERSONAL_FORM_ROOM);
	for (int i = 0; i < n; i++)
	{
		bool		digit = form[i] >= '0' && form[i] <= '9';

		if (kind % 3 == 0)
			expect(n >= 8 && n <= 16 && (digit || (i == 0 && form[i] == '+')));
		else if (kind % 3 == 1)
			expect(n == 18 && (digit || (i == 17 && form[i] == 'X')));
		else
			expect((unsigned char) form[i] > ' ' && !(form[i] >= 'A' && form[i] <= 'Z'));
	}
}

extern int	LLVMFuzzerTestOneInput(const uint8 *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	char	   *text,
			   *out,
			   *again;
	int			n,
				again_n;
	const char *fault;

	if (size == 0)
		return 0;
	/* of exactly its size, so that reading past it shows */
	text = malloc(size - 1);
	memcpy(text, data + 1, size - 1);
	out = malloc(WDD_PERSONAL_FORM_ROOM);
	again = malloc(WDD_PERSONAL_FORM_ROOM);
	fault = form_of(data[0], text, size - 1, out, &n);
	if (fault)
		expect(strlen(fault) > 0);
	else
	{
		check_characters(data[0], out, n);
		out = realloc(out, n);
		expect(form_of(data[0], out, n, again, &again_n) == NULL);
		expect(again_n == n && memcmp(out, again, n) == 0);
	}
	free(text);
	free(out);
	free(again);
	return 0;
}
