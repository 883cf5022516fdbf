/*
 * mark.c
 *		Writing and reading marks and checks (see mark.h).
 */
#include "postgres.h"

#include "compat.h"
#include "guard/mark.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#define MARK_PREFIX "wdd:"

/* Both are written for each plan that is made: without a format. */
static void
write_number(StringInfo out, uint32 number)
{
	enlargeStringInfo(out, MAXINT8LEN);
	out->len += pg_ultoa_n(number, out->data + out->len);
	out->data[out->len] = '\0';
}

static void
write_letter(StringInfo out, char letter)
{
	appendStringInfoCharMacro(out, '/');
	appendStringInfoCharMacro(out, letter);
}

static void
write_columns(StringInfo out, char letter, const Bitmapset *columns)
{
	int			column = -1;

	if (bms_is_empty(columns))
		return;
	write_letter(out, letter);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		if (out->data[out->len - 1] != letter)
			appendStringInfoCharMacro(out, ',');
		write_number(out, column);
	}
}

/* What is read of a text; both are read each time a plan runs. */
typedef struct Reading
{
	const char *next;
	const char *end;
} Reading;

static inline bool
take(Reading *reading, char letter)
{
	if (reading->next == reading->end || *reading->next != letter)
		return false;
	reading->next++;
	return true;
}

/* Digits, if there are any. */
static bool
take_number(Reading *reading, uint32 *number)
{
	const char *first = reading->next;

	*number = 0;
	while (reading->next < reading->end && *reading->next >= '0' && *reading->next <= '9')
		*number = *number * 10 + (*reading->next++ - '0');
	return reading->next > first;
}

/* "2,3" */
static Bitmapset *
take_columns(Reading *reading)
{
	Bitmapset  *columns = NULL;
	uint32		column;

	while (take_number(reading, &column))
	{
		columns = bms_add_member(columns, (int) column);
		if (!take(reading, ','))
			break;
	}
	return columns;
}

static void
take_triggers(Reading *reading, WddMark *mark)
{
	uint32		number;

	(void) take_number(reading, &number);
	mark->fires = (uint8) number;
	if (take(reading, ','))
	{
		(void) take_number(reading, &number);
		mark->reckoned = (uint8) number;
	}
}

char *
wdd_mark_write(const WddMark *mark)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoString(&out, MARK_PREFIX);
	write_number(&out, mark->relid);
	write_columns(&out, 'u', mark->used);
	if (mark->exempt)
		write_letter(&out, 'x');
	if (mark->gate_per_row)
		write_letter(&out, 'r');
	if (mark->filters_self)
		write_letter(&out, 'f');
	if (mark->opened)
		write_letter(&out, 'o');
	if (mark->fires)
	{
		write_letter(&out, 't');
		write_number(&out, mark->fires);
		appendStringInfoCharMacro(&out, ',');
		write_number(&out, mark->reckoned);
	}
	return out.data;
}

/* One letter of a mark and what belongs to it; false when there is no such. */
static bool
take_part(Reading *reading, WddMark *mark)
{
	if (reading->next == reading->end)
		return false;
	switch (*reading->next++)
	{
		case 'u':
			mark->used = take_columns(reading);
			return true;
		case 'x':
			mark->exempt = true;
			return true;
		case 'r':
			mark->gate_per_row = true;
			return true;
		case 'f':
			mark->filters_self = true;
			return true;
		case 'o':
			mark->opened = true;
			return true;
		case 't':
			take_triggers(reading, mark);
			return true;
		default:
			return false;
	}
}

bool
wdd_mark_read(const char *text, WddMark *mark)
{
	Reading		reading;

	memset(mark, 0, sizeof(*mark));
	if (text == NULL || strncmp(text, MARK_PREFIX, sizeof(MARK_PREFIX) - 1) != 0)
		return false;
	reading.next = text + sizeof(MARK_PREFIX) - 1;
	reading.end = text + strlen(text);
	(void) take_number(&reading, &mark->relid);
	while (take(&reading, '/'))
		if (!take_part(&reading, mark))
			return false;
	return reading.next == reading.end;
}

char *
wdd_check_write(const WddCheck *check)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, check->kind);
	write_number(&out, check->relid);
	write_columns(&out, 'c', check->columns);
	write_columns(&out, 's', check->strict);
	if (check->first)
		write_letter(&out, 'f');
	return out.data;
}

bool
wdd_check_read(const text *written, WddCheck *check)
{
	Reading		reading = {VARDATA_ANY(written), VARDATA_ANY(written) + VARSIZE_ANY_EXHDR(written)};

	memset(check, 0, sizeof(*check));
	if (reading.next == reading.end || memchr("qmrwt", *reading.next, 5) == NULL)
		return false;
	check->kind = *reading.next++;
	(void) take_number(&reading, &check->relid);
	while (take(&reading, '/'))
	{
		if (take(&reading, 'c'))
			check->columns = take_columns(&reading);
		else if (take(&reading, 's'))
			check->strict = take_columns(&reading);
		else if (take(&reading, 'f'))
			check->first = true;
		else
			return false;
	}
	return reading.next == reading.end;
}
