/*
 * label_order.c
 *		See label_order.h.
 */
#include "postgres.h"

#include "catalog/label_order.h"
#include "catalog/label_store.h"
#include "catalog/purpose.h"
#include "utils/lsyscache.h"

static bool
stands_in(int16 id, const int16 *ids, int n)
{
	for (int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* Does the column, in its table, serve the purpose? */
static bool
serves(const WddProtectedRelation *rel, const WddProtectedColumn *column, int16 purpose)
{
	return (column == NULL || stands_in(purpose, column->purposes, column->n_purposes)) &&
		(!rel->has_table_purposes || stands_in(purpose, rel->purposes, rel->n_purposes));
}

static char *
quoted_name(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	if (column)
		return psprintf("column \"%s\" of table \"%s\"", column->name, rel->name);
	return psprintf("table \"%s\"", rel->name);
}

static char *
wider_purposes(const WddProtectedRelation *rel, const WddProtectedColumn *column,
			   const WddProtectedRelation *source, const WddProtectedColumn *source_column)
{
	const int16 *ids = column ? column->purposes : rel->purposes;
	int			n = column ? column->n_purposes : rel->n_purposes;

	if (column == NULL && !rel->has_table_purposes)
		return psprintf("The label of %s names purposes, and %s has none.",
						quoted_name(source, source_column), quoted_name(rel, column));
	for (int i = 0; i < n; i++)
		if (serves(rel, column, ids[i]) && !serves(source, source_column, ids[i]))
			return psprintf("The label of %s allows purpose \"%s\", and that of %s does not.",
							quoted_name(rel, column), wdd_purpose_by_id(ids[i])->name,
							quoted_name(source, source_column));
	return NULL;
}

static bool
shows_masks(const WddProtectedColumn *column)
{
	return column->masks || column->mask_if_not_listed;
}

/* Is a masked value shown by column, and otherwise than by source? */
static bool
shows_more(const WddProtectedColumn *column, const WddProtectedColumn *source)
{
	if (!shows_masks(column) || column->mask == NULL)
		return false;
	return !shows_masks(source) || source->mask == NULL || strcmp(column->mask, source->mask) != 0;
}

/* The key of the label in which column is the weaker; NULL for none. */
static const char *
weaker_key(const WddProtectedColumn *column, const WddProtectedColumn *source)
{
	if (column->masks && !source->masks)
		return "if_not_permitted";
	if (column->mask_if_not_listed && !source->mask_if_not_listed)
		return "if_not_listed";
	if (shows_more(column, source))
		return "mask";
	return NULL;
}

char *
wdd_wider_because(const WddProtectedRelation *rel, const WddProtectedColumn *column,
				  const WddProtectedRelation *source, const WddProtectedColumn *source_column)
{
	char	   *reason;
	const char *key;

	if (rel->closed_by || (column && column->closed_by))
		return psprintf("The label of %s is not complete: %s", quoted_name(rel, column),
						rel->closed_by ? rel->closed_by : column->closed_by);
	reason = wider_purposes(rel, column, source, source_column);
	if (reason || source_column == NULL)
		return reason;
	if (rel->kind != source->kind)
		return psprintf("The labels of tables \"%s\" and \"%s\" name different kinds of subjects.",
						rel->name, source->name);
	if (column->category != source_column->category)
		return psprintf("The labels of %s and %s name different categories.",
						quoted_name(rel, column), quoted_name(source, source_column));
	key = weaker_key(column, source_column);
	if (key)
		return psprintf("The label of %s is weaker than that of %s in its key \"%s\".",
						quoted_name(rel, column), quoted_name(source, source_column), key);
	return NULL;
}

char *
wdd_label_text(const WddProtectedRelation *rel, AttrNumber attnum)
{
	char	   *name = attnum ? get_attname(rel->relid, attnum, false) : NULL;
	List	   *labels = wdd_stored_labels(rel->relid);
	ListCell   *lc;

	foreach(lc, wdd_ancestors(rel->relid))
		labels = list_concat(labels, wdd_stored_labels(lfirst_oid(lc)));
	foreach(lc, labels)
	{
		WddStoredLabel *label = lfirst(lc);

		if (attnum == 0 ? label->attnum == 0 :
			label->attnum != 0 && strcmp(get_attname(label->relid, label->attnum, false), name) == 0)
			return label->text;
	}
	return NULL;
}
