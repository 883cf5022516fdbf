/*
 * label_provider.c
 *		The checks behind SECURITY LABEL FOR wdd_privacy.
 *
 * Core has checked by now that the current user owns the object, and holds a
 * lock on it.  What is not well formed is an error; a purpose or category that
 * does not exist (yet) is a warning, and closes the column until it does.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/label.h"
#include "catalog/label_cache.h"
#include "catalog/label_store.h"
#include "catalog/mask.h"
#include "catalog/own_objects.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/purpose.h"
#include "commands/seclabel.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "statement/label_provider.h"
#include "statement/labelled_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "wdd_privacy.h"

static void
check_administrator(void)
{
	if (!wdd_extension_exists())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("extension \"wdd_privacy\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION wdd_privacy.")));
	if (!wdd_has_duty(GetUserId(), "administer"))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set or remove labels of wdd_privacy"),
				 errdetail("Role \"%s\" does not have the duty \"administer\".",
						   GetUserNameFromId(GetUserId(), false)),
				 errhint("Owning a table is not enough. A superuser may run: SELECT wdd.grant_duty('administer', %s).",
						 wdd_role_literal(GetUserId()))));
}

static void
check_object(const ObjectAddress *object)
{
	char		relkind = object->classId == RelationRelationId ? get_rel_relkind(object->objectId) : '\0';

	if (relkind != RELKIND_RELATION && relkind != RELKIND_PARTITIONED_TABLE &&
		relkind != RELKIND_FOREIGN_TABLE && relkind != RELKIND_MATVIEW)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("labels of wdd_privacy stand on tables and their columns"),
				 errdetail("Views need none: what they read is checked in the tables beneath them."),
				 errhint("Label the table.")));
	if (object->objectId < FirstNormalObjectId || object->objectSubId < 0 ||
		get_rel_namespace(object->objectId) == wdd_own_schema())
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("system tables and columns, and those of wdd_privacy, cannot be labelled")));
}

/* Labels stand on the roots of trees; a child's own column is its own root. */
static void
check_root(const ObjectAddress *object)
{
	HeapTuple	tuple;
	bool		inherited;

	if (!has_superclass(object->objectId))
		return;
	if (object->objectSubId == 0)
		inherited = true;
	else
	{
		tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(object->objectId),
								Int16GetDatum(object->objectSubId));
		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for attribute %d of relation %u",
				 object->objectSubId, object->objectId);
		inherited = ((Form_pg_attribute) GETSTRUCT(tuple))->attinhcount > 0;
		ReleaseSysCache(tuple);
	}
	if (inherited)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 object->objectSubId == 0
				 ? errmsg("table \"%s\" is a child and cannot be labelled", get_rel_name(object->objectId))
				 : errmsg("inherited column \"%s\" of child table \"%s\" cannot be labelled",
						  get_attname(object->objectId, object->objectSubId, false),
						  get_rel_name(object->objectId)),
				 errdetail("Labels stand on the roots of partition and inheritance trees and hold for every child."),
				 errhint("Label the parent table.")));
}

static bool
has_nondeterministic_collation(Oid relid, AttrNumber attnum)
{
	Oid			type,
				collation;
	int32		typmod;

	get_atttypetypmodcoll(relid, attnum, &type, &typmod, &collation);
	return OidIsValid(collation) && !get_collation_isdeterministic(collation);
}

static void
check_subjects(Oid relid, const WddLabel *label)
{
	ListCell   *lc;

	foreach(lc, label->subjects)
	{
		const char *name = lfirst(lc);
		AttrNumber	attnum = get_attnum(relid, name);
		WddKeyType	key_type;

		if (attnum == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("subject column \"%s\" of relation \"%s\" does not exist",
							name, get_rel_name(relid))));
		if (attnum < 0 || !wdd_key_type_of(get_atttype(relid, attnum), &key_type))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" of relation \"%s\" cannot hold a subject", name, get_rel_name(relid)),
					 errdetail("Its type is %s.", format_type_be(attnum < 0 ? TIDOID : get_atttype(relid, attnum))),
					 errhint("A subject is a smallint, integer, bigint, uuid, text or varchar, or a domain over one.")));
		if (attnum > 0 && has_nondeterministic_collation(relid, attnum))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" of relation \"%s\" cannot hold a subject", name, get_rel_name(relid)),
					 errdetail("Its collation is nondeterministic: several persons would be taken for one."),
					 errhint("Give the column a deterministic collation.")));
		/* whoever may write what it is generated from could give the row to another person */
		if (get_attgenerated(relid, attnum) != '\0')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("generated column \"%s\" of relation \"%s\" cannot hold a subject", name, get_rel_name(relid)),
					 errdetail("Changing what it is generated from would change whose row it is."),
					 errhint("Store the subject in a column of its own.")));
	}
}

static void
check_mask(const ObjectAddress *object, const WddLabel *label)
{
	if (label->mask == NULL)
		return;
	if (!wdd_mask_exists(label->mask))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mask \"%s\" does not exist", label->mask),
				 errhint("Masks are: %s.", wdd_mask_names())));
	if (!wdd_mask_fits(label->mask, get_atttype(object->objectId, object->objectSubId)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mask \"%s\" does not fit column \"%s\"", label->mask,
						get_attname(object->objectId, object->objectSubId, false)),
				 errdetail("The column is of type %s.",
						   format_type_be(get_atttype(object->objectId, object->objectSubId))),
				 errhint("Every column can be masked by null, text by every mask, inet by ip.")));
}

static void
warn_unknown(const char *what, const char *name)
{
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("%s \"%s\" does not exist", what, name),
			 errdetail("Until it does, the label closes what it stands on, for everybody.")));
}

static void
warn_unknown_names(const WddLabel *label)
{
	ListCell   *lc;

	foreach(lc, label->purposes)
		if (wdd_purpose_by_name(lfirst(lc)) == NULL)
			warn_unknown("purpose", lfirst(lc));
	if (label->category && wdd_category_by_name(label->category, NULL) == 0)
		warn_unknown("category", label->category);
	if (label->subject_kind && wdd_subject_kind_by_name(label->subject_kind) == 0)
		warn_unknown("subject kind", label->subject_kind);
}

/*
 * Without shared preloading, a session that is older than the extension runs
 * without its hooks, and the label does not bind it.
 */
static void
warn_older_sessions(void)
{
	char	   *pids = NULL;

	if (wdd_shared_preloaded)
		return;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute("SELECT pg_catalog.string_agg(pid::pg_catalog.text, ', ' ORDER BY pid)"
					"  FROM pg_catalog.pg_stat_get_activity(NULL) AS a"
					" WHERE datid OPERATOR(pg_catalog.=) (SELECT oid FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database())"
					"   AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() AND backend_type OPERATOR(pg_catalog.=) 'client backend'"
					"   AND backend_start OPERATOR(pg_catalog.<) (SELECT pg_catalog.min(installed_at) FROM wdd.installation)",
					true, 1) == SPI_OK_SELECT && SPI_processed == 1)
		pids = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (pids)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("sessions that are older than extension \"wdd_privacy\" are not bound by this label"),
				 errdetail("Server processes: %s.", pids),
				 errhint("End them, or set shared_preload_libraries = 'wdd_privacy' and restart.")));
	SPI_finish();
}

static void
check_relabel(const ObjectAddress *object, const char *text)
{
	WddLabel   *label;

	/*
	 * pg_upgrade brings labels that were checked when they were set, and
	 * before the tables by which they could be checked again.
	 */
	if (IsBinaryUpgrade)
		return;

	check_administrator();
	if (text != NULL)
	{
		wdd_signal_first_label();
		check_object(object);
		check_root(object);
		label = wdd_label_parse(text, object->objectSubId == 0 ?
								WDD_LABEL_ON_TABLE : WDD_LABEL_ON_COLUMN);
		if (object->objectSubId == 0)
			check_subjects(object->objectId, label);
		else
		{
			wdd_check_labelled_type(get_attname(object->objectId, object->objectSubId, false),
									get_atttype(object->objectId, object->objectSubId));
			check_mask(object, label);
		}
		warn_unknown_names(label);
		warn_older_sessions();
	}
	if (object->classId == RelationRelationId)
		wdd_invalidate_tree(object->objectId);
}

void
wdd_label_provider_init(void)
{
	register_label_provider(WDD_LABEL_PROVIDER, check_relabel);
}
