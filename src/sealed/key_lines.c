/*
 * key_lines.c
 *		Reading lines of "epoch hexkey" (see key_lines.h).
 */
#include "postgres.h"

#include "sealed/key_lines.h"

/* 255 keys take less than 20 kB; the rest is for comments. */
#define MOST_BYTES (64 * 1024)

#define FORM_HINT "Each line holds an epoch from 1 to 255, a blank, and 64 hexadecimal digits; empty lines and lines that begin with # are skipped."

void
wdd_key_fault_detail(WddKeyFault *fault, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	vsnprintf(fault->detail, sizeof(fault->detail), format, arguments);
	va_end(arguments);
}

void
wdd_key_fault_hint(WddKeyFault *fault, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	vsnprintf(fault->hint, sizeof(fault->hint), format, arguments);
	va_end(arguments);
}

int
wdd_master_keys_newest(const WddMasterKeys *keys)
{
	int			epoch = WDD_LAST_EPOCH;

	while (epoch > 0 && !keys->has[epoch])
		epoch--;
	return epoch;
}

void
wdd_key_lines_begin(WddKeyLines *lines, WddMasterKeys *keys, WddKeyFault *fault)
{
	memset(lines, 0, sizeof(*lines));
	lines->keys = keys;
	lines->fault = fault;
	lines->line = 1;
}

static bool
refuse_form(WddKeyLines *lines)
{
	wdd_key_fault_detail(lines->fault, "Line %d does not have the form \"epoch hexkey\".", lines->line);
	wdd_key_fault_hint(lines->fault, FORM_HINT);
	return false;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Read a number from 1 to WDD_LAST_EPOCH, without leading zeros; 0: there is none. */
static int
read_epoch(const char **at, const char *end)
{
	int			epoch = 0;

	while (*at < end && **at >= '0' && **at <= '9' && (epoch > 0 || **at != '0'))
	{
		epoch = epoch * 10 + (*(*at)++ - '0');
		if (epoch > WDD_LAST_EPOCH)
			return 0;
	}
	return epoch;
}

static bool
read_key(uint8 *key, const char *at, const char *end)
{
	if (end - at != 2 * WDD_KEY_BYTES)
		return false;
	for (int i = 0; i < WDD_KEY_BYTES; i++)
	{
		int			high = hex_digit(at[2 * i]);
		int			low = hex_digit(at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = high << 4 | low;
	}
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Two epochs of one key would make a rotation that changes nothing. */
static bool
is_known_key(const WddMasterKeys *keys, int but)
{
	for (int i = 1; i <= WDD_LAST_EPOCH; i++)
	{
		if (i != but && keys->has[i] && memcmp(keys->key[i], keys->key[but], WDD_KEY_BYTES) == 0)
			return true;
	}
	return false;
}

static bool
take_line(WddKeyLines *lines)
{
	const char *at = lines->text;
	const char *end = lines->text + lines->length;
	WddMasterKeys *keys = lines->keys;
	int			epoch;

	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	if (at == end || *at == '#')
		return true;
	epoch = read_epoch(&at, end);
	if (epoch == 0 || at == end || !is_blank(*at))
		return refuse_form(lines);
	while (is_blank(*at))
		at++;
	if (keys->has[epoch])
	{
		wdd_key_fault_detail(lines->fault, "Line %d has the epoch of an earlier line.", lines->line);
		wdd_key_fault_hint(lines->fault, "Each epoch has one key, which never changes.");
		return false;
	}
	if (!read_key(keys->key[epoch], at, end))
		return refuse_form(lines);
	if (is_known_key(keys, epoch))
	{
		wdd_key_fault_detail(lines->fault, "Line %d has the key of another epoch.", lines->line);
		wdd_key_fault_hint(lines->fault, "Make a key of its own for each epoch, such as by: openssl rand -hex 32");
		return false;
	}
	keys->has[epoch] = true;
	return true;
}

static bool
end_line(WddKeyLines *lines)
{
	bool		good = take_line(lines);

	wdd_wipe(lines->text, lines->length);
	lines->length = 0;
	lines->line++;
	return good;
}

bool
wdd_key_lines_feed(WddKeyLines *lines, const char *bytes, size_t n)
{
	lines->total += n;
	if (lines->total > MOST_BYTES)
	{
		wdd_key_fault_detail(lines->fault, "It has more than %d bytes.", MOST_BYTES);
		wdd_key_fault_hint(lines->fault, FORM_HINT);
		return false;
	}
	for (size_t i = 0; i < n; i++)
	{
		if (bytes[i] == '\n')
		{
			if (!end_line(lines))
				return false;
		}
		else if (lines->length == WDD_KEY_LINE_MAX)
		{
			wdd_key_fault_detail(lines->fault, "Line %d has more than %d bytes.", lines->line, WDD_KEY_LINE_MAX);
			wdd_key_fault_hint(lines->fault, FORM_HINT);
			return false;
		}
		else
			lines->text[lines->length++] = bytes[i];
	}
	return true;
}

bool
wdd_key_lines_end(WddKeyLines *lines)
{
	if (lines->length > 0 && !end_line(lines))
		return false;
	if (wdd_master_keys_newest(lines->keys) > 0)
		return true;
	wdd_key_fault_detail(lines->fault, "It has no key.");
	wdd_key_fault_hint(lines->fault, FORM_HINT);
	return false;
}
