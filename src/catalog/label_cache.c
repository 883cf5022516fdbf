/*
 * label_cache.c
 *		Labels resolved per relation (see label_cache.h).
 *
 * Every entry has a memory context of its own.  A stale entry's context is not
 * deleted while somebody may still hold a pointer into it: it is put on the
 * retired list, which is emptied when the top transaction ends.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

typedef struct CacheEntry
{
	Oid			relid;			/* hash key */
	bool		valid;
	bool		disturbed;		/* an invalidation came while it was built */
	uint64		generation;		/* of the catalog, when protected */
	MemoryContext context;		/* NULL: not protected */
	WddProtectedRelation *rel;	/* NULL: not protected */
} CacheEntry;

static HTAB *entries;
static MemoryContext cache_context;
static List *retired;			/* MemoryContext; in cache_context */

/*
 * Entries that were asked for last, each in the slot of its OID.  The hash table
 * never gives an entry up, so a pointer to one is good for ever.
 */
#define N_RECENT 64
static CacheEntry *recent[N_RECENT];

/*
 * A purpose's name that does not exist closes the column: the id of no purpose.
 */
static int16 *
resolve_purposes(List *names, int *count, char **closed_by)
{
	int16	   *ids = palloc(sizeof(int16) * Max(1, list_length(names)));
	ListCell   *lc;

	*count = 0;
	foreach(lc, names)
	{
		const WddPurpose *purpose = wdd_purpose_by_name(lfirst(lc));

		if (purpose)
			ids[(*count)++] = purpose->id;
		else if (*closed_by == NULL)
			*closed_by = psprintf("Its label names purpose \"%s\", which does not exist.",
								  (char *) lfirst(lc));
	}
	return ids;
}

static void
resolve_column(WddProtectedColumn *column, const WddLabel *label)
{
	bool		sensitive = false;
	WddIfNotPermitted rule = label->if_not_permitted;

	column->purposes = resolve_purposes(label->purposes, &column->n_purposes, &column->closed_by);
	if (label->category)
	{
		column->category = wdd_category_by_name(label->category, &sensitive);
		if (column->category == 0)
			column->closed_by = psprintf("Its label names category \"%s\", which does not exist.",
										 label->category);
	}
	if (rule == WDD_IF_UNSAID)
		rule = sensitive ? WDD_IF_MASK : WDD_IF_HIDE_ROW;
	column->hides_row = rule == WDD_IF_HIDE_ROW;
	column->raises = rule == WDD_IF_ERROR;
	column->masks = rule == WDD_IF_MASK;
	column->mask_if_not_listed = label->mask_if_not_listed;
	column->consent_by_provision = label->consent_by_provision;
	if (label->mask && strcmp(label->mask, "null") != 0)
		column->mask = pstrdup(label->mask);
}

/* Among the types that bootstrap makes there is no domain: no need to look. */
static Oid
base_type(Oid type)
{
	return type < FirstGenbkiObjectId ? type : getBaseType(type);
}

/*
 * Columns are looked up in the relation's descriptor: a new backend has none of
 * them in its system caches yet.
 */
static Form_pg_attribute
column_by_name(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped && namestrcmp(&attribute->attname, name) == 0)
			return attribute;
	}
	return NULL;
}

/* Fill a subject from its column; false when the column cannot be one. */
static bool
resolve_subject(WddSubject *subject, TupleDesc desc, const char *name)
{
	Form_pg_attribute attribute = column_by_name(desc, name);

	if (attribute == NULL)
		return false;
	subject->attnum = attribute->attnum;
	subject->type = attribute->atttypid;
	subject->typmod = attribute->atttypmod;
	subject->collation = attribute->attcollation;
	if (attribute->attgenerated != '\0')
		return false;
	/* grouping would take several persons for one */
	if (OidIsValid(subject->collation) && !get_collation_isdeterministic(subject->collation))
		return false;
	subject->base_type = base_type(subject->type);
	return wdd_key_type_of(subject->type, &subject->key_type);
}

static void
resolve_table(WddProtectedRelation *rel, TupleDesc desc, const WddLabel *label)
{
	ListCell   *lc;

	/* labels of several tables close it: what the last one says will do */
	rel->n_subjects = 0;
	rel->subjects = palloc0(sizeof(WddSubject) * Max(1, list_length(label->subjects)));
	foreach(lc, label->subjects)
		if (!resolve_subject(&rel->subjects[rel->n_subjects++], desc, lfirst(lc)))
			rel->closed_by = psprintf("Its label names subject column \"%s\", which cannot hold one.",
									  (char *) lfirst(lc));
	rel->kind = label->subject_kind ? wdd_subject_kind_by_name(label->subject_kind) : WDD_KIND_ACCOUNT;
	if (rel->kind == 0)
		rel->closed_by = psprintf("Its label names subject kind \"%s\", which does not exist.",
								  label->subject_kind);
	if (label->purposes != NIL)
	{
		rel->has_table_purposes = true;
		rel->purposes = resolve_purposes(label->purposes, &rel->n_purposes, &rel->closed_by);
	}
}

static int
compare_columns(const void *a, const void *b)
{
	return ((const WddProtectedColumn *) a)->attnum - ((const WddProtectedColumn *) b)->attnum;
}

static bool
same_rules(const WddProtectedColumn *a, const WddProtectedColumn *b)
{
	return a->category == b->category && a->n_purposes == b->n_purposes &&
		memcmp(a->purposes, b->purposes, sizeof(int16) * a->n_purposes) == 0 &&
		(a->closed_by == NULL) == (b->closed_by == NULL) &&
		a->hides_row == b->hides_row && a->raises == b->raises &&
		a->mask_if_not_listed == b->mask_if_not_listed &&
		a->consent_by_provision == b->consent_by_provision &&
		strcmp(a->mask ? a->mask : "", b->mask ? b->mask : "") == 0;
}

/*
 * A column that was labelled here before a table above was given one of its name:
 * whoever reads that table reads it by the label there.
 */
static bool
is_labelled_twice(WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	const WddProtectedColumn *present = wdd_protected_column(rel, column->attnum);

	if (present && !same_rules(present, column))
		rel->closed_by = psprintf("Its column \"%s\" is labelled here in one way, and in a table above in another.",
								  column->name);
	return present != NULL;
}

/*
 * The column that a label speaks of; one of an ancestor speaks of the column of
 * the same name: inherited columns keep their names.
 */
static Form_pg_attribute
labelled_column(Oid relid, TupleDesc desc, const WddStoredLabel *stored)
{
	char	   *name;

	if (stored->relid == relid)
	{
		if (stored->attnum < 1 || stored->attnum > desc->natts ||
			TupleDescAttr(desc, stored->attnum - 1)->attisdropped)
			return NULL;
		return TupleDescAttr(desc, stored->attnum - 1);
	}
	name = get_attname(stored->relid, stored->attnum, true);
	return name ? column_by_name(desc, name) : NULL;
}

/* Take one stored label into rel. */
static void
take_label(WddProtectedRelation *rel, TupleDesc desc, const WddStoredLabel *stored)
{
	WddLabel   *label = wdd_label_parse(stored->text, stored->attnum == 0 ?
										WDD_LABEL_ON_TABLE : WDD_LABEL_ON_COLUMN);
	WddProtectedColumn *column;
	Form_pg_attribute attribute;

	if (stored->attnum == 0)
	{
		resolve_table(rel, desc, label);
		return;
	}
	attribute = labelled_column(rel->relid, desc, stored);
	if (attribute == NULL)
		return;
	column = &rel->columns[rel->n_columns];
	memset(column, 0, sizeof(*column));
	column->name = pstrdup(NameStr(attribute->attname));
	column->attnum = attribute->attnum;
	resolve_column(column, label);
	if (!is_labelled_twice(rel, column))
		rel->n_columns++;
}

/* The narrower of two columns' rules, for what is made of both. */
static void
narrow(WddProtectedColumn *column, const WddProtectedColumn *source)
{
	int			n = 0;

	for (int i = 0; i < column->n_purposes; i++)
		for (int j = 0; j < source->n_purposes; j++)
			if (column->purposes[i] == source->purposes[j])
				column->purposes[n++] = column->purposes[i];
	column->n_purposes = n;
	if (column->closed_by == NULL)
		column->closed_by = source->closed_by;
	if (column->closed_by == NULL && column->category != source->category)
		column->closed_by = "It is generated from columns of several categories.";
	column->raises = column->raises || source->raises;
	column->hides_row = !column->raises && (column->hides_row || source->hides_row);
	column->masks = !column->raises && !column->hides_row;
	column->mask_if_not_listed = column->mask_if_not_listed && source->mask_if_not_listed;
	if (column->mask && (source->mask == NULL || strcmp(column->mask, source->mask) != 0))
		column->mask = NULL;
}

/* Without a label, like its source; but the mask is not of the source's form. */
static void
copy_rules(WddProtectedColumn *column, const WddProtectedColumn *source, AttrNumber attnum, Oid relid)
{
	*column = *source;
	column->attnum = attnum;
	column->name = get_attname(relid, attnum, false);
	column->purposes = memcpy(palloc(sizeof(int16) * Max(1, source->n_purposes)), source->purposes,
							  sizeof(int16) * source->n_purposes);
	column->mask = NULL;
	column->consent_by_provision = false;
}

/*
 * A generated column is as protected as what it is generated from; a label of
 * its own can only make it more so.
 */
static void
take_generated(WddProtectedRelation *rel, Relation relation, AttrNumber attnum, int n_labelled)
{
	WddProtectedColumn *column = (WddProtectedColumn *) wdd_protected_column(rel, attnum);
	bool		is_own = column != NULL;
	bool		any = is_own;
	Bitmapset  *sources = NULL;

	if (!is_own)
		column = &rel->columns[rel->n_columns];
	pull_varattnos(build_column_default(relation, attnum), 1, &sources);
	for (int i = 0; i < n_labelled; i++)
	{
		const WddProtectedColumn *source = &rel->columns[i];

		if (!bms_is_member(source->attnum - FirstLowInvalidHeapAttributeNumber, sources) &&
			!bms_is_member(InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber, sources))
			continue;
		if (any)
			narrow(column, source);
		else
			copy_rules(column, source, attnum, rel->relid);
		any = true;
	}
	if (any && !is_own)
		rel->n_columns++;
}

static void
take_generated_columns(WddProtectedRelation *rel, Relation relation)
{
	TupleDesc	desc = RelationGetDescr(relation);
	int			n_labelled = rel->n_columns;

	if (n_labelled == 0 || !wdd_has_generated_columns(desc))
		return;
	rel->columns = repalloc(rel->columns,
							sizeof(WddProtectedColumn) * (n_labelled + desc->natts));
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated && !TupleDescAttr(desc, i)->attisdropped)
			take_generated(rel, relation, i + 1, n_labelled);
}

/* The labelled roots above relid, and its own labels. */
static List *
collect_labels(Oid relid, List *ancestors, Oid *root, bool *several)
{
	List	   *labels = wdd_stored_labels(relid);
	ListCell   *lc;

	*root = relid;
	*several = false;
	foreach(lc, ancestors)
	{
		List	   *inherited = wdd_stored_labels(lfirst_oid(lc));

		if (inherited == NIL)
			continue;
		*several = *several || *root != relid;
		*root = lfirst_oid(lc);
		labels = list_concat(labels, inherited);
	}
	return labels;
}

/*
 * Whoever reads a parent reads its children by the parent's labels.  A column that
 * is labelled here, but not in a labelled table above that has it, too (which was
 * given it later, or got a child with a generated one), would be open there.
 */
static void
close_if_open_above(WddProtectedRelation *rel, List *ancestors)
{
	ListCell   *lc;

	foreach(lc, ancestors)
	{
		const WddProtectedRelation *above = wdd_protected_relation(lfirst_oid(lc));

		if (above == NULL || above->root != rel->root)
			continue;			/* execution.c: not read through that one at all */
		for (int i = 0; i < rel->n_columns; i++)
		{
			AttrNumber	attnum = get_attnum(above->relid, rel->columns[i].name);

			if (attnum > 0 && wdd_protected_column(above, attnum) == NULL)
				rel->closed_by = psprintf("Its column \"%s\" is labelled, and that of its parent \"%s\" is not.",
										  rel->columns[i].name, above->name);
		}
	}
}

/* Of a relation that was just dropped nothing but its protection is left. */
static void
take_labels(WddProtectedRelation *rel, List *labels)
{
	Relation	relation = try_relation_open(rel->relid, AccessShareLock);
	ListCell   *lc;

	if (relation == NULL)
		return;
	foreach(lc, labels)
		take_label(rel, RelationGetDescr(relation), lfirst(lc));
	take_generated_columns(rel, relation);
	relation_close(relation, AccessShareLock);
}

static WddProtectedRelation *
build_relation(Oid relid, List *labels, List *ancestors, Oid root, bool several)
{
	WddProtectedRelation *rel = palloc0(sizeof(WddProtectedRelation));
	char	   *schema = get_namespace_name(get_rel_namespace(relid));
	char	   *name = get_rel_name(relid);

	rel->relid = relid;
	rel->root = root;
	rel->name = psprintf("%s.%s", schema ? schema : "?", name ? name : "?");
	rel->columns = palloc0(sizeof(WddProtectedColumn) * list_length(labels));
	take_labels(rel, labels);
	close_if_open_above(rel, ancestors);
	if (several)
		rel->closed_by = "It inherits labels from several tables.";
	if (rel->kind == 0 && rel->n_subjects == 0)
		rel->kind = WDD_KIND_ACCOUNT;
	rel->closed = rel->closed_by != NULL;
	qsort(rel->columns, rel->n_columns, sizeof(WddProtectedColumn), compare_columns);
	return rel;
}

static void
retire(CacheEntry *entry)
{
	MemoryContext oldcontext;

	if (entry->context == NULL)
		return;
	oldcontext = MemoryContextSwitchTo(cache_context);
	retired = lappend(retired, entry->context);
	MemoryContextSwitchTo(oldcontext);
	entry->context = NULL;
	entry->rel = NULL;
}

/*
 * (Re)build an entry.  Invalidations that arrive while the catalogs are read
 * leave the entry invalid, and the loop goes round again.
 */
static void
build_entry(Oid relid)
{
	CacheEntry *entry;
	bool		found;

	for (int tries = 0; tries < 10; tries++)
	{
		MemoryContext context,
					oldcontext;
		List	   *labels,
				   *ancestors;
		Oid			root;
		bool		several;
		uint64		generation = wdd_catalog_generation();
		WddProtectedRelation *rel = NULL;

		entry = hash_search(entries, &relid, HASH_ENTER, &found);
		if (!found)
			memset((char *) entry + sizeof(Oid), 0, sizeof(CacheEntry) - sizeof(Oid));
		entry->relid = relid;
		retire(entry);
		entry->valid = false;	/* also when reading the catalogs fails */
		entry->disturbed = false;

		context = AllocSetContextCreate(CurrentMemoryContext, "wdd_privacy labels of a relation",
										ALLOCSET_SMALL_SIZES);
		oldcontext = MemoryContextSwitchTo(context);
		ancestors = wdd_ancestors(relid);
		labels = collect_labels(relid, ancestors, &root, &several);
		if (labels != NIL)
			rel = build_relation(relid, labels, ancestors, root, several);
		MemoryContextSwitchTo(oldcontext);

		entry = hash_search(entries, &relid, HASH_FIND, NULL);
		if (rel == NULL)
			MemoryContextDelete(context);
		else
		{
			MemoryContextSetParent(context, cache_context);
			entry->context = context;
			entry->rel = rel;
		}
		entry->generation = generation;
		entry->valid = !entry->disturbed;
		if (entry->valid)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INTERNAL_ERROR),
			 errmsg("labels of relation with OID %u keep changing", relid)));
}

static CacheEntry *
find_entry(Oid relid)
{
	CacheEntry **slot = &recent[relid % N_RECENT];

	if (*slot == NULL || (*slot)->relid != relid)
	{
		CacheEntry *entry = hash_search(entries, &relid, HASH_FIND, NULL);

		if (entry == NULL)
			return NULL;
		*slot = entry;
	}
	return *slot;
}

const WddProtectedRelation *
wdd_protected_relation(Oid relid)
{
	CacheEntry *entry;

	if (relid < FirstNormalObjectId || !wdd_extension_exists())
		return NULL;
	entry = find_entry(relid);
	if (entry == NULL || !entry->valid ||
		(entry->rel && entry->generation != wdd_catalog_generation()))
	{
		if (entry)
			entry->valid = false;
		build_entry(relid);
		entry = find_entry(relid);
	}
	return entry->rel;
}

const WddProtectedColumn *
wdd_protected_column(const WddProtectedRelation *rel, AttrNumber attnum)
{
	for (int i = 0; i < rel->n_columns; i++)
		if (rel->columns[i].attnum == attnum)
			return &rel->columns[i];
	return NULL;
}

bool
wdd_is_subject(const WddProtectedRelation *rel, AttrNumber attnum)
{
	for (int i = 0; i < rel->n_subjects; i++)
		if (rel->subjects[i].attnum == attnum)
			return true;
	return false;
}

bool
wdd_key_type_of(Oid type, WddKeyType *key_type)
{
	switch (base_type(type))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			*key_type = WDD_KEY_INTEGER;
			return true;
		case UUIDOID:
			*key_type = WDD_KEY_UUID;
			return true;
		case TEXTOID:
		case VARCHAROID:
			*key_type = WDD_KEY_TEXT;
			return true;
		default:
			return false;
	}
}

void
wdd_invalidate_tree(Oid relid)
{
	ListCell   *lc;

	foreach(lc, find_all_inheritors(relid, NoLock, NULL))
		CacheInvalidateRelcacheByRelid(lfirst_oid(lc));
}

static void
forget_relation(Datum arg, Oid relid)
{
	CacheEntry *entry;
	HASH_SEQ_STATUS status;

	if (OidIsValid(relid))
	{
		entry = hash_search(entries, &relid, HASH_FIND, NULL);
		if (entry)
		{
			entry->valid = false;
			entry->disturbed = true;
		}
		return;
	}
	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		entry->valid = false;
		entry->disturbed = true;
	}
}

static void
free_retired(XactEvent event, void *arg)
{
	ListCell   *lc;

	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	foreach(lc, retired)
		MemoryContextDelete(lfirst(lc));
	list_free(retired);
	retired = NIL;
}

/* Of presence; wdd_own_generation() is never 0. */
static uint64 presence_generation = 0;
static WddLabelPresence presence = WDD_PRESENCE_UNKNOWN;

WddLabelPresence
wdd_label_presence(void)
{
	while (presence_generation != wdd_own_generation())
	{
		uint64		generation = wdd_own_generation();

		presence = !wdd_extension_exists() ? WDD_NO_EXTENSION : wdd_any_label() ? WDD_LABELS : WDD_NO_LABELS;
		presence_generation = generation;
	}
	return presence;
}

WddLabelPresence
wdd_label_presence_seen(void)
{
	return presence;
}

void
wdd_signal_first_label(void)
{
	if (wdd_label_presence() == WDD_NO_LABELS)
		wdd_signal_catalog_change();
}

void
wdd_label_cache_init(void)
{
	HASHCTL		control = {0};

	cache_context = AllocSetContextCreate(TopMemoryContext, "wdd_privacy labels",
										  ALLOCSET_DEFAULT_SIZES);
	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(CacheEntry);
	control.hcxt = cache_context;
	entries = hash_create("wdd_privacy labels", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(forget_relation, (Datum) 0);
	RegisterXactCallback(free_retired, NULL);
}
