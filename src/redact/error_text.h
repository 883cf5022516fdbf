/*
 * error_text.h
 *		What is left of an error's text without what was put into it.
 */
#ifndef WDD_ERROR_TEXT_H
#define WDD_ERROR_TEXT_H

#include "postgres.h"

/* The format of a message with "..." for all that was put into it. */
extern char *wdd_format_without_arguments(const char *format);

/* Does the format of a message take anything? */
extern bool wdd_format_has_arguments(const char *format);

/*
 * Of a CONTEXT the frames of functions, and the line that tells where COPY is,
 * if copy_line is given; lines of JSON, COPY and their like show data.  NULL if
 * nothing is left.
 */
extern char *wdd_frames_only(const char *lines, const char *copy_line);

/* Is the line, of a CONTEXT, the frame of a function? */
extern bool wdd_is_frame(const char *line);

/* Is the message what user code says in its own words (RAISE and the like)? */
extern bool wdd_is_users_own(const ErrorData *error);

#endif							/* WDD_ERROR_TEXT_H */
