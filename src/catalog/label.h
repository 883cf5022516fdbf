/*
 * label.h
 *		The grammar of security labels: text in, a checked WddLabel out.
 *
 * A label is a list of key=value pairs separated by ';'; lists inside a value
 * are separated by ','.  Blanks around keys, values and items, and the case of
 * keys, do not matter.  Nothing is looked up here: which purposes, categories
 * and columns exist is the business of label_provider.c and label_cache.c.
 */
#ifndef WDD_LABEL_H
#define WDD_LABEL_H

#include "postgres.h"

#include "nodes/pg_list.h"

#define WDD_LABEL_PROVIDER "wdd_privacy"

/* A longer label is refused: nothing legal comes near it. */
#define WDD_LABEL_MAX_LENGTH 8192

typedef enum WddLabelTarget
{
	WDD_LABEL_ON_TABLE,
	WDD_LABEL_ON_COLUMN
} WddLabelTarget;

/* What happens to a person's value where that person does not permit the use. */
typedef enum WddIfNotPermitted
{
	WDD_IF_UNSAID,				/* by the category: mask if sensitive, else hide_row */
	WDD_IF_HIDE_ROW,
	WDD_IF_MASK,
	WDD_IF_ERROR
} WddIfNotPermitted;

typedef struct WddLabel
{
	WddLabelTarget target;
	List	   *pairs;			/* of WddLabelPair, as written */

	/* table */
	List	   *subjects;		/* column names (char *) */
	char	   *subject_kind;	/* NULL: account */

	/* table and column */
	List	   *purposes;		/* names (char *); NIL on a table: no rule */

	/* column */
	char	   *category;		/* NULL: none */
	char	   *mask;			/* NULL: the NULL mask */
	WddIfNotPermitted if_not_permitted;
	bool		mask_if_not_listed;
	bool		consent_by_provision;
} WddLabel;

typedef struct WddLabelPair
{
	const char *key;			/* canonical spelling */
	char	   *value;
	int			position;		/* of the key in the label, in characters from 1 */
} WddLabelPair;

/*
 * Parse a label into the current memory context.  Raises 22023 for what is not
 * well formed and 0A000 for keys whose rule this version cannot enforce.
 */
extern WddLabel *wdd_label_parse(const char *text, WddLabelTarget target);

#endif							/* WDD_LABEL_H */
