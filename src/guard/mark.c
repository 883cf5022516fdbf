/*
 * mark.c
 *		Writing and reading marks and checks (see mark.h).
 */
#include "postgres.h"

#include "guard/mark.h"
#include "lib/stringinfo.h"

#define MARK_PREFIX "wdd:"

static void
write_columns(StringInfo out, char letter, const Bitmapset *columns)
{
	int			column = -1;
	const char *separator = "";

	if (bms_is_empty(columns))
		return;
	appendStringInfo(out, "/%c", letter);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		appendStringInfo(out, "%s%d", separator, column);
		separator = ",";
	}
}

/* Read "2,3" and leave *text at what follows. */
static Bitmapset *
read_columns(const char **text)
{
	Bitmapset  *columns = NULL;
	char	   *end;

	for (;;)
	{
		long		column = strtol(*text, &end, 10);

		if (end == *text)
			return columns;
		columns = bms_add_member(columns, (int) column);
		*text = end;
		if (**text != ',')
			return columns;
		(*text)++;
	}
}

static void
read_triggers(const char **text, WddMark *mark)
{
	char	   *end;

	mark->fires = (uint8) strtoul(*text, &end, 10);
	if (*end == ',')
		mark->reckoned = (uint8) strtoul(end + 1, &end, 10);
	*text = end;
}

char *
wdd_mark_write(const WddMark *mark)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, MARK_PREFIX "%u", mark->relid);
	write_columns(&out, 'u', mark->used);
	if (mark->exempt)
		appendStringInfoString(&out, "/x");
	if (mark->gate_per_row)
		appendStringInfoString(&out, "/r");
	if (mark->filters_self)
		appendStringInfoString(&out, "/f");
	if (mark->opened)
		appendStringInfoString(&out, "/o");
	if (mark->fires)
		appendStringInfo(&out, "/t%d,%d", mark->fires, mark->reckoned);
	return out.data;
}

bool
wdd_mark_read(const char *text, WddMark *mark)
{
	char	   *end;

	memset(mark, 0, sizeof(*mark));
	if (text == NULL || strncmp(text, MARK_PREFIX, sizeof(MARK_PREFIX) - 1) != 0)
		return false;
	mark->relid = (Oid) strtoul(text + sizeof(MARK_PREFIX) - 1, &end, 10);
	text = end;
	while (*text == '/')
	{
		char		letter = text[1];

		text += 2;
		switch (letter)
		{
			case 'u':
				mark->used = read_columns(&text);
				break;
			case 'x':
				mark->exempt = true;
				break;
			case 'r':
				mark->gate_per_row = true;
				break;
			case 'f':
				mark->filters_self = true;
				break;
			case 'o':
				mark->opened = true;
				break;
			case 't':
				read_triggers(&text, mark);
				break;
			default:
				return false;
		}
	}
	return *text == '\0';
}

char *
wdd_check_write(const WddCheck *check)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%c%u", check->kind, check->relid);
	write_columns(&out, 'c', check->columns);
	write_columns(&out, 's', check->strict);
	if (check->first)
		appendStringInfoString(&out, "/f");
	return out.data;
}

bool
wdd_check_read(const char *text, WddCheck *check)
{
	char	   *end;

	memset(check, 0, sizeof(*check));
	if (text[0] == '\0' || strchr("qmrwt", text[0]) == NULL)
		return false;
	check->kind = text[0];
	check->relid = (Oid) strtoul(text + 1, &end, 10);
	text = end;
	while (*text == '/')
	{
		char		letter = text[1];
		Bitmapset  *columns;

		text += 2;
		columns = read_columns(&text);
		if (letter == 'c')
			check->columns = columns;
		else if (letter == 's')
			check->strict = columns;
		else if (letter == 'f' && columns == NULL)
			check->first = true;
		else
			return false;
	}
	return *text == '\0';
}
