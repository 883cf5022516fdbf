/*
 * label.c
 *		Parser of security labels (see label.h).
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/label.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#define ON_TABLE	1
#define ON_COLUMN	2

typedef struct LabelKey
{
	const char *name;
	int			where;			/* ON_TABLE | ON_COLUMN */
	bool		enforced;		/* false: 0A000 until its rule works */
	const char *words;			/* allowed values, NULL: free */
} LabelKey;

/*
 * Every key of a label.  provenance, on_erase, deletion and on_return are
 * stored: what reads them is not part of this version, and leaving them unread
 * opens nothing.
 */
static const LabelKey label_keys[] = {
	{"subject", ON_TABLE, true, NULL},
	{"subject_kind", ON_TABLE, true, NULL},
	{"purposes", ON_TABLE | ON_COLUMN, true, NULL},
	{"category", ON_COLUMN, true, NULL},
	{"if_not_permitted", ON_COLUMN, true, "hide_row,mask,error"},
	{"if_not_listed", ON_COLUMN, true, "error,mask"},
	{"mask", ON_COLUMN, true, NULL},
	{"consent_by", ON_COLUMN, true, "provision"},
	{"provenance", ON_TABLE | ON_COLUMN, true, NULL},
	{"on_erase", ON_TABLE | ON_COLUMN, true, "row,redact,keep"},
	{"deletion", ON_TABLE, true, "final,ordinary"},
	{"on_return", ON_TABLE, true, "refuse,readmit"},
	{"group", ON_COLUMN, false, NULL},
	{"residency", ON_TABLE, false, NULL},
	{"retain", ON_TABLE | ON_COLUMN, false, NULL},
	{"service", ON_TABLE, false, NULL},
};

pg_noreturn static void
malformed(int position, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("security label is malformed at character %d", position),
			 errdetail("%s", detail),
			 errhint("%s", hint)));
}

/* A user's text as it may stand in a message: short, and one line. */
static char *
quoted(const char *text)
{
	char	   *copy = pstrdup(text);
	int			length = pg_mbcliplen(copy, strlen(copy), NAMEDATALEN - 1);

	copy[length] = '\0';
	for (char *p = copy; *p; p++)
		if ((unsigned char) *p < ' ')
			*p = ' ';
	return psprintf("\"%s%s\"", copy, text[length] ? "..." : "");
}

static char *
trimmed(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char) *from))
		from++;
	while (to > from && isspace((unsigned char) to[-1]))
		to--;
	return pnstrdup(from, to - from);
}

static const LabelKey *
find_key(const char *name, WddLabelTarget target, int position)
{
	int			here = target == WDD_LABEL_ON_TABLE ? ON_TABLE : ON_COLUMN;

	for (int i = 0; i < lengthof(label_keys); i++)
	{
		const LabelKey *key = &label_keys[i];

		if (pg_strcasecmp(key->name, name) != 0)
			continue;
		if ((key->where & here) == 0)
			malformed(position,
					  psprintf("Key \"%s\" does not belong on a %s.", key->name,
							   here == ON_TABLE ? "table" : "column"),
					  psprintf("Put it on a %s.", here == ON_TABLE ? "column" : "table"));
		if (!key->enforced)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("label key \"%s\" cannot be enforced by this version", key->name),
					 errdetail("A rule that would not be kept is not accepted."),
					 errhint("Leave the key out.")));
		return key;
	}
	malformed(position, psprintf("There is no key %s.", quoted(name)),
			  here == ON_TABLE
			  ? "Keys of a table are subject, subject_kind, purposes, provenance, on_erase, deletion and on_return."
			  : "Keys of a column are category, purposes, if_not_permitted, if_not_listed, mask, consent_by, provenance and on_erase.");
}

/* The items of a list value; an empty item is an error. */
static List *
split_list(const WddLabelPair *pair)
{
	List	   *items = NIL;
	ListCell   *lc;
	const char *start = pair->value;

	for (;;)
	{
		const char *comma = strchr(start, ',');
		const char *end = comma ? comma : start + strlen(start);
		char	   *item = trimmed(start, end);

		if (item[0] == '\0')
			malformed(pair->position, psprintf("The list of key \"%s\" has an empty item.", pair->key),
					  "Separate items by single commas.");
		if (strlen(item) >= NAMEDATALEN)
			malformed(pair->position, psprintf("Name %s is longer than %d bytes.", quoted(item), NAMEDATALEN - 1),
					  "Names of purposes and columns are at most 63 bytes long.");
		foreach(lc, items)
			if (strcmp(lfirst(lc), item) == 0)
				malformed(pair->position,
						  psprintf("The list of key \"%s\" names %s twice.", pair->key, quoted(item)),
						  "Name each item once.");
		items = lappend(items, item);
		if (comma == NULL)
			return items;
		start = comma + 1;
	}
}

static void
check_word(const WddLabelPair *pair, const char *words)
{
	List	   *allowed;
	ListCell   *lc;
	WddLabelPair list = {pair->key, pstrdup(words), pair->position};

	allowed = split_list(&list);
	foreach(lc, allowed)
		if (strcmp(lfirst(lc), pair->value) == 0)
			return;
	malformed(pair->position,
			  psprintf("Key \"%s\" cannot be %s.", pair->key, quoted(pair->value)),
			  psprintf("It may be: %s.", words));
}

/* Cut "key=value" out of [start, end) and check it by itself. */
static WddLabelPair *
read_pair(const char *text, const char *start, const char *end, WddLabel *label)
{
	const char *equals = memchr(start, '=', end - start);
	WddLabelPair *pair = palloc(sizeof(WddLabelPair));
	const LabelKey *key;
	ListCell   *lc;

	while (start < end && isspace((unsigned char) *start))
		start++;
	pair->position = pg_mbstrlen_with_len(text, start - text) + 1;
	if (equals == NULL)
		malformed(pair->position,
				  psprintf("%s is not of the form key=value.", quoted(trimmed(start, end))),
				  "Write key=value pairs separated by semicolons.");
	key = find_key(trimmed(start, equals), label->target, pair->position);
	pair->key = key->name;
	pair->value = trimmed(equals + 1, end);
	if (pair->value[0] == '\0')
		malformed(pair->position, psprintf("Key \"%s\" has no value.", pair->key),
				  "Leave the key out, or give it a value.");
	foreach(lc, label->pairs)
		if (((WddLabelPair *) lfirst(lc))->key == pair->key)
			malformed(pair->position, psprintf("Key \"%s\" stands twice.", pair->key),
					  "Give each key once; lists are separated by commas.");
	if (key->words)
		check_word(pair, key->words);
	return pair;
}

/* A list as written without blanks. */
static char *
packed_list(const WddLabelPair *pair)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, split_list(pair))
		appendStringInfo(&text, "%s%s", text.len ? "," : "", (char *) lfirst(lc));
	return text.data;
}

/* A value that is one name. */
static char *
one_name(const WddLabelPair *pair)
{
	List	   *items = split_list(pair);

	if (list_length(items) != 1)
		malformed(pair->position, psprintf("Key \"%s\" takes one name.", pair->key),
				  "Give one name only.");
	return linitial(items);
}

static void
take_pair(WddLabel *label, const WddLabelPair *pair)
{
	const char *key = pair->key;

	if (strcmp(key, "subject") == 0)
		label->subjects = split_list(pair);
	else if (strcmp(key, "subject_kind") == 0)
		label->subject_kind = one_name(pair);
	else if (strcmp(key, "purposes") == 0)
		label->purposes = split_list(pair);
	else if (strcmp(key, "category") == 0)
		label->category = one_name(pair);
	else if (strcmp(key, "mask") == 0)
		label->mask = packed_list(pair);	/* keep=first,last */
	else if (strcmp(key, "consent_by") == 0)
		label->consent_by_provision = true;
	else if (strcmp(key, "if_not_listed") == 0)
		label->mask_if_not_listed = strcmp(pair->value, "mask") == 0;
	else if (strcmp(key, "if_not_permitted") == 0)
		label->if_not_permitted =
			strcmp(pair->value, "mask") == 0 ? WDD_IF_MASK :
			strcmp(pair->value, "error") == 0 ? WDD_IF_ERROR : WDD_IF_HIDE_ROW;
}

WddLabel *
wdd_label_parse(const char *text, WddLabelTarget target)
{
	WddLabel   *label = palloc0(sizeof(WddLabel));
	const char *start = text;

	label->target = target;
	if (strlen(text) > WDD_LABEL_MAX_LENGTH)
		malformed(1, psprintf("It is longer than %d bytes.", WDD_LABEL_MAX_LENGTH),
				  "Write a shorter label.");
	for (;;)
	{
		const char *semicolon = strchr(start, ';');
		const char *end = semicolon ? semicolon : start + strlen(start);

		if (trimmed(start, end)[0] != '\0')
		{
			WddLabelPair *pair = read_pair(text, start, end, label);

			label->pairs = lappend(label->pairs, pair);
			take_pair(label, pair);
		}
		if (semicolon == NULL)
			break;
		start = semicolon + 1;
	}
	if (label->pairs == NIL)
		malformed(1, "It is empty.", "To remove a label, use IS NULL.");
	if (target == WDD_LABEL_ON_COLUMN && label->purposes == NIL)
		malformed(1, "Key \"purposes\" is missing.",
				  "A labelled column names the purposes it may serve: purposes=name, ...");
	if (target == WDD_LABEL_ON_TABLE && label->subject_kind && label->subjects == NIL)
		malformed(1, "Key \"subject_kind\" needs key \"subject\".",
				  "Name the column that holds the person: subject=column.");
	if (label->consent_by_provision && label->category == NULL)
		malformed(1, "Key \"consent_by\" needs key \"category\".",
				  "Consent is recorded per category: category=name.");
	return label;
}
