/*
 * label_fields.c
 *		wdd.label_fields(): the labels of this database, taken apart.
 */
#include "postgres.h"

#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(wdd_label_fields);

static void
put_field(ReturnSetInfo *rsinfo, const WddStoredLabel *stored, const char *key, const char *value)
{
	Datum		values[5];
	bool		nulls[5] = {false};
	char	   *column = stored->attnum ? get_attname(stored->relid, stored->attnum, true) : NULL;
	NameData	name;

	values[0] = ObjectIdGetDatum(stored->relid);
	values[1] = Int16GetDatum(stored->attnum);
	nulls[2] = column == NULL;
	if (column)
		namestrcpy(&name, column);
	values[2] = NameGetDatum(&name);
	values[3] = CStringGetTextDatum(key);
	values[4] = CStringGetTextDatum(value);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static char *
joined(List *names)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, names)
		appendStringInfo(&text, "%s%s", text.len ? "," : "", (char *) lfirst(lc));
	return text.data;
}

/* What holds although the label does not say it. */
static void
put_defaults(ReturnSetInfo *rsinfo, const WddStoredLabel *stored, const WddLabel *label)
{
	const WddProtectedRelation *rel = wdd_protected_relation(stored->relid);
	const WddProtectedColumn *column = rel ? wdd_protected_column(rel, stored->attnum) : NULL;

	if (stored->attnum == 0)
	{
		if (label->subject_kind == NULL && label->subjects != NIL)
			put_field(rsinfo, stored, "subject_kind", "account");
		return;
	}
	if (column == NULL)
		return;
	put_field(rsinfo, stored, "if_not_permitted",
			  column->masks ? "mask" : column->raises ? "error" : "hide_row");
	put_field(rsinfo, stored, "if_not_listed", column->mask_if_not_listed ? "mask" : "error");
}

static void
put_label(ReturnSetInfo *rsinfo, const WddStoredLabel *stored)
{
	WddLabel   *label = wdd_label_parse(stored->text, stored->attnum ?
										WDD_LABEL_ON_COLUMN : WDD_LABEL_ON_TABLE);
	ListCell   *lc;

	foreach(lc, label->pairs)
	{
		WddLabelPair *pair = lfirst(lc);
		const char *value = pair->value;

		if (strcmp(pair->key, "if_not_permitted") == 0 || strcmp(pair->key, "if_not_listed") == 0)
			continue;			/* among the defaults */
		if (strcmp(pair->key, "subject") == 0)
			value = joined(label->subjects);
		else if (strcmp(pair->key, "purposes") == 0)
			value = joined(label->purposes);
		else if (strcmp(pair->key, "mask") == 0)
			value = label->mask;
		put_field(rsinfo, stored, pair->key, value);
	}
	put_defaults(rsinfo, stored, label);
}

/*
 * wdd.label_fields(relation regclass) returns setof record; NULL: all.  For a
 * child, the labels of its root, and its own.
 */
Datum
wdd_label_fields(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid			relid = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0);
	List	   *labels = wdd_stored_labels(relid);
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	if (OidIsValid(relid))
		foreach(lc, wdd_ancestors(relid))
			labels = list_concat(labels, wdd_stored_labels(lfirst_oid(lc)));
	foreach(lc, labels)
		put_label(rsinfo, lfirst(lc));
	return (Datum) 0;
}
