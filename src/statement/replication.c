/*
 * replication.c
 *		See replication.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/purpose.h"
#include "commands/publicationcmds.h"
#include "errors.h"
#include "guard/gate.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "optimizer/optimizer.h"
#include "statement/replication.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* A labelled column that a publication shows; attnum 0: the table's own label. */
typedef struct Published
{
	Oid			publication;
	Oid			relid;
	AttrNumber	attnum;
} Published;

/* The DETAIL and HINT of both refusals: why the session does not replicate. */
static int
detail_of(const WddActing *acting)
{
	if (acting->purpose_id == WDD_PURPOSE_REPLICATION)
		return errdetail("Every row is shown, whatever its person permits. Role \"%s\", which stated purpose \"replication\", has no grant of it in force.",
						 GetUserNameFromId(acting->stated_by, false));
	return errdetail("Every row is shown, whatever its person permits. The session does not act for purpose \"replication\".");
}

static int
hint_of(const WddActing *acting, const char *otherwise)
{
	if (acting->purpose_id == WDD_PURPOSE_REPLICATION)
		return errhint("%sAn administrator may run: SELECT wdd.grant_purpose('replication', %s).", otherwise,
					   wdd_role_literal(acting->stated_by));
	return errhint("%sState the purpose, if it is granted: SET wdd_privacy.purpose = 'replication'.", otherwise);
}

static bool
replicates(const WddActing *acting)
{
	return acting->glass_broken || (acting->granted && acting->purpose_id == WDD_PURPOSE_REPLICATION);
}

static bool
decodes(Oid function)
{
	switch (function)
	{
		case F_PG_LOGICAL_SLOT_GET_CHANGES:
		case F_PG_LOGICAL_SLOT_GET_BINARY_CHANGES:
		case F_PG_LOGICAL_SLOT_PEEK_CHANGES:
		case F_PG_LOGICAL_SLOT_PEEK_BINARY_CHANGES:
		case F_PG_CREATE_LOGICAL_REPLICATION_SLOT:
		case F_PG_COPY_LOGICAL_REPLICATION_SLOT_NAME_NAME:
		case F_PG_COPY_LOGICAL_REPLICATION_SLOT_NAME_NAME_BOOL:
		case F_PG_COPY_LOGICAL_REPLICATION_SLOT_NAME_NAME_BOOL_NAME:
			return true;
		default:
			return false;
	}
}

void
wdd_check_decoding(Oid function)
{
	WddActing	acting;

	if (!decodes(function) || !wdd_extension_exists() || !wdd_any_label())
		return;
	wdd_acting_now(&acting);
	if (!replicates(&acting))
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("function %s() may not be used in a database with protected tables", get_func_name(function)),
				 detail_of(&acting), hint_of(&acting, "")));
}

/* The columns that a publication's entry for a table names; *all without one. */
static Bitmapset *
named_columns(Oid publication, Oid relid, bool *all)
{
	HeapTuple	tuple = SearchSysCache2(PUBLICATIONRELMAP, ObjectIdGetDatum(relid),
										ObjectIdGetDatum(publication));
	Bitmapset  *columns = NULL;
	bool		isnull;
	Datum		value;

	*all = true;
	if (!HeapTupleIsValid(tuple))
		return NULL;
	value = SysCacheGetAttr(PUBLICATIONRELMAP, tuple, Anum_pg_publication_rel_prattrs, &isnull);
	if (!isnull)
	{
		ArrayType  *list = DatumGetArrayTypeP(value);

		*all = false;
		for (int i = 0; i < ARR_DIMS(list)[0]; i++)
			columns = bms_add_member(columns, ((int16 *) ARR_DATA_PTR(list))[i]);
	}
	/* whether a row is published tells of what its filter asks about */
	value = SysCacheGetAttr(PUBLICATIONRELMAP, tuple, Anum_pg_publication_rel_prqual, &isnull);
	if (!isnull)
	{
		Bitmapset  *asked = NULL;
		int			member = -1;

		pull_varattnos(stringToNode(TextDatumGetCString(value)), 1, &asked);
		while ((member = bms_next_member(asked, member)) >= 0)
			if (member + FirstLowInvalidHeapAttributeNumber > 0)
				columns = bms_add_member(columns, member + FirstLowInvalidHeapAttributeNumber);
	}
	ReleaseSysCache(tuple);
	return columns;
}

static List *
add_published(List *published, Oid publication, Oid relid, AttrNumber attnum)
{
	Published  *entry = palloc(sizeof(Published));

	entry->publication = publication;
	entry->relid = relid;
	entry->attnum = attnum;
	return lappend(published, entry);
}

static List *
add_relation(List *published, Oid publication, Oid relid)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);
	Bitmapset  *columns;
	bool		all;

	if (rel == NULL)
		return published;
	columns = named_columns(publication, relid, &all);
	if (rel->closed || rel->has_table_purposes)
		published = add_published(published, publication, relid, 0);
	for (int i = 0; i < rel->n_columns; i++)
		if (all || bms_is_member(rel->columns[i].attnum, columns))
			published = add_published(published, publication, relid, rel->columns[i].attnum);
	return published;
}

static List *
published_relations(Form_pg_publication publication)
{
	PublicationPartOpt partitions = publication->pubviaroot ? PUBLICATION_PART_ROOT : PUBLICATION_PART_LEAF;

	if (publication->puballtables)
		return GetAllTablesPublicationRelations(publication->pubviaroot);
	return list_concat(GetPublicationRelations(publication->oid, partitions),
					   GetAllSchemaPublicationRelations(publication->oid, partitions));
}

/* Every labelled column that some publication shows. */
static List *
published_labels(void)
{
	List	   *published = NIL;
	Relation	pg_publication;
	SysScanDesc scan;
	HeapTuple	tuple;
	ListCell   *lc;

	if (!wdd_any_label())
		return NIL;
	pg_publication = table_open(PublicationRelationId, AccessShareLock);
	scan = systable_beginscan(pg_publication, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_publication publication = (Form_pg_publication) GETSTRUCT(tuple);

		foreach(lc, published_relations(publication))
			published = add_relation(published, publication->oid, lfirst_oid(lc));
	}
	systable_endscan(scan);
	table_close(pg_publication, AccessShareLock);
	return published;
}

static bool
contains(List *list, const Published *entry)
{
	ListCell   *lc;

	foreach(lc, list)
	{
		const Published *other = lfirst(lc);

		if (other->publication == entry->publication && other->relid == entry->relid &&
			other->attnum == entry->attnum)
			return true;
	}
	return false;
}

static void
refuse_publishing(const Published *entry, const WddActing *acting)
{
	const WddProtectedRelation *rel = wdd_protected_relation(entry->relid);

	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 entry->attnum
			 ? errmsg("publication \"%s\" may not publish column \"%s\" of table \"%s\"",
					  get_publication_name(entry->publication, false),
					  get_attname(entry->relid, entry->attnum, false), rel->name)
			 : errmsg("publication \"%s\" may not publish table \"%s\"",
					  get_publication_name(entry->publication, false), rel->name),
			 detail_of(acting),
			 hint_of(acting, entry->attnum
					 ? "Publish a list of columns, and filter rows, without it. " : "")));
}

static bool
joins_tree(AlterTableStmt *alter)
{
	ListCell   *lc;

	foreach(lc, alter->cmds)
	{
		AlterTableType subtype = ((AlterTableCmd *) lfirst(lc))->subtype;

		if (subtype == AT_AttachPartition || subtype == AT_AddInherit || subtype == AT_SetLogged)
			return true;
	}
	return false;
}

bool
wdd_may_publish(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CreatePublicationStmt:
		case T_AlterPublicationStmt:
		case T_SecLabelStmt:
		case T_AlterObjectSchemaStmt:
			return true;
		case T_CreateStmt:
			return ((CreateStmt *) statement)->inhRelations != NIL;
		case T_AlterTableStmt:
			return joins_tree((AlterTableStmt *) statement);
		default:
			return false;
	}
}

void
wdd_run_publishing(WddUtilityCall *call, void (*run) (WddUtilityCall *))
{
	List	   *before = published_labels();
	WddActing	acting;
	ListCell   *lc;

	run(call);
	CommandCounterIncrement();
	wdd_acting_now(&acting);
	if (replicates(&acting) || (acting.granted && acting.purpose_id == WDD_PURPOSE_RESTORE))
		return;
	foreach(lc, published_labels())
		if (!contains(before, lfirst(lc)))
			refuse_publishing(lfirst(lc), &acting);
}
