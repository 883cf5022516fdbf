/*
 * error_text.c
 *		See error_text.h.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "redact/error_text.h"

#define FLAGS_OF_CONVERSION "-+ #0123456789.*$hlzjtq"

char *
wdd_format_without_arguments(const char *format)
{
	StringInfoData text;

	initStringInfo(&text);
	for (const char *p = format; *p; p++)
	{
		if (*p != '%')
		{
			appendStringInfoChar(&text, *p);
			continue;
		}
		p += 1 + strspn(p + 1, FLAGS_OF_CONVERSION);
		if (*p == '\0')
			break;
		appendStringInfoString(&text, *p == '%' ? "%" : "...");
	}
	return text.data;
}

bool
wdd_format_has_arguments(const char *format)
{
	for (const char *p = strchr(format, '%'); p; p = strchr(p + 1, '%'))
	{
		p += 1 + strspn(p + 1, FLAGS_OF_CONVERSION);
		if (*p != '%')
			return true;
	}
	return false;
}

bool
wdd_is_frame(const char *line)
{
	return strncmp(line, "PL/pgSQL function ", 18) == 0 || strncmp(line, "SQL function ", 13) == 0;
}

char *
wdd_frames_only(const char *lines, const char *copy_line)
{
	StringInfoData text;
	const char *end;

	initStringInfo(&text);
	for (const char *line = lines; *line; line = *end ? end + 1 : end)
	{
		end = strchrnul(line, '\n');
		if (wdd_is_frame(line) ||
			(copy_line && strncmp(line, copy_line, end - line) == 0 && copy_line[end - line] == '\0'))
			appendStringInfo(&text, "%s%.*s", text.len ? "\n" : "", (int) (end - line), line);
	}
	return text.len ? text.data : NULL;
}

/*
 * The format "%s" is what RAISE of PL/pgSQL and the like have: words of their
 * own.  PostgreSQL uses it, too, for texts of libraries.  Nor are values in what
 * we say of our settings.
 */
bool
wdd_is_users_own(const ErrorData *error)
{
	bool		no_format = error->message_id == NULL || strcmp(error->message_id, "%s") == 0;

	return no_format ? error->domain == NULL || strcmp(error->domain, PG_TEXTDOMAIN("postgres")) != 0
		: strncmp(error->message_id, "wdd_privacy.", 12) == 0;
}
