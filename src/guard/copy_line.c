/*
 * copy_line.c
 *		See copy_line.h.
 *
 * CONTEXT is made by callbacks, innermost first.  One that stands directly
 * outside of COPY's cannot take back what that one said, but sees its state: so
 * the number of the line is known, and with it how PostgreSQL's text begins.
 * Data may hold line breaks: whatever follows, up to what was outside of COPY
 * already, is left out.
 *
 * Functions that COPY runs could read the CONTEXT while it runs: a handler that of
 * the error that it caught, any of them its own (PG_CONTEXT).  So before the first
 * of them is called COPY's callback is changed for one that tells less.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "commands/copy.h"
#include "commands/copyfrom_internal.h"
#include "guard/copy_line.h"
#include "lib/stringinfo.h"
#include "utils/elog.h"
#include "utils/syscache.h"

static WddCopyLine *innermost = NULL;

static char *
text_of_line(const CopyFromState state)
{
	return psprintf(dgettext(PG_TEXTDOMAIN("postgres"), "COPY %s, line %llu"),
					state->cur_relname, (unsigned long long) state->cur_lineno);
}

/* In the place of COPY's callback. */
static void
tell_number_only(void *arg)
{
	errcontext("%s", text_of_line(arg));
}

/* COPY's callback, or what is in its place; NULL while it does not read lines. */
static ErrorContextCallback *
callback_of_copy(const WddCopyLine *line)
{
	ErrorContextCallback *found = NULL;

	/* the last is the one that this callback is around */
	for (ErrorContextCallback *inner = error_context_stack; inner && inner != &line->callback;
		 inner = inner->previous)
		if (inner->callback == CopyFromErrorCallback || inner->callback == tell_number_only)
			found = inner;
	return found;
}

static void
note_line(void *arg)
{
	WddCopyLine *line = arg;
	ErrorContextCallback *copy = callback_of_copy(line);

	line->text = copy ? line->buffer : NULL;
	if (copy)
		strlcpy(line->buffer, text_of_line(copy->arg), sizeof(line->buffer));
}

/* Code that can look at CONTEXT is in some language of functions. */
static bool
has_handlers(Oid function)
{
	HeapTuple	tuple;
	Oid			language;

	if (function < FirstNormalObjectId)
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return true;
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return language != ClanguageId && language != INTERNALlanguageId;
}

bool
wdd_copy_line_wants_calls(Oid function)
{
	return unlikely(innermost != NULL) && has_handlers(function);
}

void
wdd_copy_line_hide(void)
{
	ErrorContextCallback *copy = innermost ? callback_of_copy(innermost) : NULL;

	if (copy)
		copy->callback = tell_number_only;
}

void
wdd_copy_line_begin(WddCopyLine *line)
{
	line->text = NULL;
	line->outer = innermost;
	innermost = line;
	line->callback.callback = note_line;
	line->callback.arg = line;
	line->callback.previous = error_context_stack;
	error_context_stack = &line->callback;
}

void
wdd_copy_line_end(WddCopyLine *line)
{
	innermost = line->outer;
	error_context_stack = line->callback.previous;
}

/* Where a line begins with text; the end if none does. */
static const char *
line_that_begins(const char *lines, const char *text)
{
	const char *found = lines;

	while ((found = strstr(found, text)) != NULL && found != lines && found[-1] != '\n')
		found++;
	return found ? found : lines + strlen(lines);
}

/* outside: what the context ends with, or NULL; what is between it and the line goes. */
static char *
without_data(const char *text, const char *context, const char *outside)
{
	const char *data = line_that_begins(context, text);
	size_t		length = outside ? strlen(outside) : 0;
	StringInfoData result;

	initStringInfo(&result);
	/* functions that ran within, unless nothing tells where the data begins */
	if (*data)
		appendBinaryStringInfo(&result, context, data - context);
	appendStringInfoString(&result, text);
	if (length > 0 && strlen(context) > length &&
		strcmp(context + strlen(context) - length, outside) == 0)
		appendStringInfo(&result, "\n%s", outside);
	return result.data;
}

char *
wdd_context_without_data(const WddCopyLine *line, const char *context)
{
	return without_data(line->text, context ? context : "", GetErrorContextStack());
}

char *
wdd_reported_context_without_data(const char *context)
{
	return innermost && innermost->text ? without_data(innermost->text, context, NULL) : NULL;
}
