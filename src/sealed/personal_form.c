/*
 * personal_form.c
 *		See personal_form.h.
 */
#include "postgres.h"

#include "sealed/personal_form.h"

#define MAX_EMAIL	254			/* a path of RFC 5321 without its angle brackets */
#define MAX_LOCAL	64
#define MAX_LABEL	63

#define BLANK		' '
#define OTHER		(-1)		/* not to be had in ASCII */

#define is_digit(c) ((c) >= '0' && (c) <= '9')
#define is_letter(c) (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z'))

/* ------------------------------------------------------------------------
 * Characters
 * ------------------------------------------------------------------------ */

/* Blanks, hyphens and full-width signs of three bytes; code: U+0800 and above. */
static int
narrow_three(unsigned int code)
{
	if (code >= 0xFF01 && code <= 0xFF5E)
		return code - 0xFF01 + '!';
	if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212)
		return '-';
	if ((code >= 0x2000 && code <= 0x200F) || (code >= 0x2028 && code <= 0x202F) ||
		(code >= 0x205F && code <= 0x206F) || code == 0x3000 || code == 0xFEFF)
		return BLANK;
	return OTHER;
}

/* How many bytes the character of UTF-8 has; 1 for what is none. */
static int
character_length(const unsigned char *c, int left)
{
	int			length = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : c[0] >= 0xC2 ? 2 : 1;

	if (length > left)
		return 1;
	for (int i = 1; i < length; i++)
		if ((c[i] & 0xC0) != 0x80)
			return 1;
	return length;
}

/*
 * The character at *p as one of ASCII, BLANK for whatever is not seen, else
 * OTHER; *p moves behind it.
 */
static int
next_character(const char **p, const char *end)
{
	const unsigned char *c = (const unsigned char *) *p;
	int			length = character_length(c, end - *p);

	*p += length;
	switch (length)
	{
		case 1:
			if (c[0] == ' ' || (c[0] >= '\t' && c[0] <= '\r'))
				return BLANK;
			return c[0] < 0x80 ? c[0] : OTHER;
		case 2:
			/* no-break space, soft hyphen */
			return c[0] == 0xC2 && (c[1] == 0xA0 || c[1] == 0xAD) ? BLANK : OTHER;
		case 3:
			return narrow_three((c[0] & 0x0F) << 12 | (c[1] & 0x3F) << 6 | (c[2] & 0x3F));
		default:
			return OTHER;
	}
}

/* ------------------------------------------------------------------------
 * Phone numbers
 * ------------------------------------------------------------------------ */

/* + and digits without what stands between them; -1 when it is something else. */
static int
read_dialled(const char *text, int n, char *out, int room)
{
	const char *p = text;
	int			length = 0;
	bool		hyphen = false;

	while (p < text + n)
	{
		int			c = next_character(&p, text + n);

		if (c == BLANK)
			continue;
		if (c == '-' && !hyphen && length > 0 && is_digit(out[length - 1]))
		{
			hyphen = true;
			continue;
		}
		if (!(is_digit(c) || (c == '+' && length == 0)) || length == room)
			return -1;
		out[length++] = c;
		hyphen = false;
	}
	return hyphen ? -1 : length;
}

static bool
is_mobile(const char *digits, int n)
{
	return n == 11 && digits[0] == '1' && digits[1] >= '3';
}

static const char *
write_phone(const char *prefix, const char *digits, int n, char *out, int *out_n)
{
	int			length = strlen(prefix);

	memcpy(out, prefix, length);
	memcpy(out + length, digits, n);
	*out_n = length + n;
	return NULL;
}

const char *
wdd_phone_form(const char *text, int n, char *out, int *out_n)
{
	char		dialled[24];
	int			length = read_dialled(text, n, dialled, sizeof(dialled));
	const char *digits = dialled;
	bool		abroad = length > 0 && dialled[0] == '+';
	bool		mainland = false;

	if (length < 0)
		return "It has something other than digits, single hyphens between them, and a + before them.";
	if (length > 3 && memcmp(digits, "+86", 3) == 0)
		mainland = true, digits += 3, length -= 3;
	else if (length > 4 && memcmp(digits, "0086", 4) == 0)
		mainland = true, digits += 4, length -= 4;
	else if (length == 13 && memcmp(digits, "86", 2) == 0 && is_mobile(digits + 2, 11))
		digits += 2, length -= 2;
	else if (abroad)
		digits++, length--;

	if (is_mobile(digits, length) && (mainland || !abroad))
		return write_phone("", digits, length, out, out_n);
	/* of area codes only 10 begins with 1 */
	if (mainland && length >= 5 && length <= 13 && digits[0] != '0' &&
		(digits[0] != '1' || digits[1] == '0'))
		return write_phone("+86", digits, length, out, out_n);
	if (abroad && !mainland && length >= 7 && length <= 15 && digits[0] != '0')
		return write_phone("+", digits, length, out, out_n);
	return "It is neither a mobile number of the mainland (11 digits, the first two 13 to 19) nor an international number (+ and 7 to 15 digits).";
}

/* ------------------------------------------------------------------------
 * Identity numbers
 * ------------------------------------------------------------------------ */

static bool
is_mainland_province(const char *code)
{
	/* the last second digit of each first digit from 1 to 6 */
	static const char last[] = "537645";

	if (code[0] < '1' || code[0] > '6')
		return false;
	return code[1] <= last[code[0] - '1'] && code[1] >= (code[0] == '5' ? '0' : '1');
}

static bool
is_region(const char *digits)
{
	if (digits[0] == '9')
		return is_mainland_province(digits + 1);
	return is_mainland_province(digits) ||
		(digits[0] == '7' && digits[1] == '1') ||
		(digits[0] == '8' && digits[1] >= '1' && digits[1] <= '3');
}

static bool
date_exists(int year, int month, int day)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1800 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* ISO 7064, MOD 11-2, over 17 digits. */
static char
check_character(const char *digits)
{
	int			remainder = 0;

	for (int i = 0; i < 17; i++)
		remainder = (remainder + digits[i] - '0') * 2 % 11;
	return "10X98765432"[remainder];
}

/* Digits, and an X at the end; -1 when it is something else. */
static int
read_identity(const char *text, int n, char *out, int room)
{
	const char *p = text;
	int			length = 0;

	while (p < text + n)
	{
		int			c = next_character(&p, text + n);

		if (c == BLANK)
			continue;
		if (length == room || (length > 0 && out[length - 1] == 'X') ||
			!(is_digit(c) || c == 'X' || c == 'x'))
			return -1;
		out[length++] = c == 'x' ? 'X' : c;
	}
	return length;
}

const char *
wdd_id_card_form(const char *text, int n, int today, char *out, int *out_n)
{
	char		read[20];
	int			length = read_identity(text, n, read, sizeof(read));
	int			birth = 0;

	if (length < 0)
		return "It has something other than digits and an X as the last of 18.";
	if (length == 15 && read[14] != 'X')
	{
		memmove(read + 8, read + 6, 9);
		memcpy(read + 6, "19", 2);
		read[17] = check_character(read);
	}
	else if (length != 18)
		return "It has neither 18 characters nor the 15 digits of the older form.";
	if (!is_region(read))
		return "Its first digits are of no province.";
	for (int i = 6; i < 14; i++)
		birth = birth * 10 + read[i] - '0';
	if (!date_exists(birth / 10000, birth / 100 % 100, birth % 100))
		return "Its date of birth does not exist.";
	if (birth > today)
		return "Its date of birth is yet to come.";
	if (read[17] != check_character(read))
		return "Its last character does not fit the others, which it checks.";
	memcpy(out, read, 18);
	*out_n = 18;
	return NULL;
}

/* ------------------------------------------------------------------------
 * E-mail addresses
 * ------------------------------------------------------------------------ */

/*
 * Copy the address without blanks at its ends, in lower case and narrow.  -1
 * when it is too long, -2 when it has a character that is not to be seen.
 */
static int
read_address(const char *text, int n, char *out)
{
	const char *p = text;
	int			length = 0;
	bool		blank = false;

	while (p < text + n)
	{
		const char *from = p;
		int			c = next_character(&p, text + n);

		if (c == BLANK)
		{
			blank = length > 0;
			continue;
		}
		/* controls of ASCII, and those of Latin-1 */
		if (blank || (c >= 0 && (c < ' ' || c == 0x7F)) ||
			(c == OTHER && p - from == 2 && (unsigned char) from[0] == 0xC2 && (unsigned char) from[1] < 0xA0))
			return -2;
		if (length + (c == OTHER ? p - from : 1) > MAX_EMAIL)
			return -1;
		if (c == OTHER)
		{
			memcpy(out + length, from, p - from);
			length += p - from;
		}
		else
			out[length++] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	}
	return length;
}

/* Parts of one character at least, between dots; each of is_part characters. */
static bool
is_local(const char *local, int n)
{
	bool		dot = true;		/* none may stand here */

	for (int i = 0; i < n; i++)
	{
		unsigned char c = local[i];

		if (c == '.' ? dot : !(c >= 0x80 || is_letter(c) || is_digit(c) || strchr("!#$%&'*+-/=?^_`{|}~", c)))
			return false;
		dot = c == '.';
	}
	return !dot;
}

static bool
is_domain_label(const char *label, int n)
{
	for (int i = 0; i < n; i++)
	{
		unsigned char c = label[i];

		if (!(c >= 0x80 || is_letter(c) || is_digit(c) || c == '-'))
			return false;
	}
	return n >= 1 && n <= MAX_LABEL && label[0] != '-' && label[n - 1] != '-';
}

/* Two labels or more; the last is not all digits, as those of an IP address. */
static bool
is_domain(const char *domain, int n)
{
	const char *end = domain + n;
	const char *label = domain;
	int			labels = 0;

	for (const char *p = domain; p <= end; p++)
	{
		if (p < end && *p != '.')
			continue;
		if (!is_domain_label(label, p - label))
			return false;
		labels++;
		if (p < end)
			label = p + 1;
	}
	return labels >= 2 && strspn(label, "0123456789") < end - label;
}

const char *
wdd_email_form(const char *text, int n, char *out, int *out_n)
{
	int			length = read_address(text, n, out);
	char	   *at;

	if (length == -1)
		return "It is longer than 254 bytes.";
	if (length == -2)
		return "It has blanks or control characters.";
	out[length] = '\0';
	at = strchr(out, '@');
	if (at == NULL || strchr(at + 1, '@') != NULL || strlen(out) != length)
		return "It does not have exactly one @.";
	if (at - out > MAX_LOCAL)
		return "What stands before the @ is longer than 64 bytes.";
	if (!is_local(out, at - out))
		return "What stands before the @ is not made of letters, digits and !#$%&'*+-/=?^_`{|}~, with single dots between them.";
	if (!is_domain(at + 1, out + length - at - 1))
		return "What stands after the @ is no name of a domain with two parts at least.";
	*out_n = length;
	return NULL;
}
