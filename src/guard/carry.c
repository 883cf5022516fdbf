/*
 * carry.c
 *		See carry.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/label_order.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "errors.h"
#include "guard/carry.h"
#include "guard/view_target.h"
#include "lineage/level.h"
#include "lineage/origin.h"
#include "nodes/makefuncs.h"
#include "parser/parsetree.h"
#include "session/purpose_setting.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* Where a list of values goes. */
typedef struct Target
{
	WddLineage *lineage;
	WddLevel   *level;			/* where the values stand */
	List	   *values;			/* TargetEntry, by resno */
	Oid			relid;			/* invalid: a new table */
	Index		rti;			/* of the row that is updated; 0: a new row */
	bool		is_conflict;	/* ON CONFLICT DO UPDATE */
	WddRevealView *view;		/* through which the table is written; values and
								 * relid are the table's, rti the view's rows */
} Target;

static const WddProtectedRelation *
target_relation(const Target *target)
{
	return OidIsValid(target->relid) ? wdd_protected_relation(target->relid) : NULL;
}

static char *
target_name(const Target *target)
{
	return psprintf("%s.%s", get_namespace_name(get_rel_namespace(target->relid)),
					get_rel_name(target->relid));
}

static char *
sql_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

static char *
origin_name(const WddOrigin *origin)
{
	if (origin->column)
		return psprintf("column \"%s\" of table \"%s\"", origin->column->name, origin->rel->name);
	return psprintf("table \"%s\"", origin->rel->name);
}

/* What SECURITY LABEL calls it: "TABLE public.users" */
static char *
labelled_object(Oid relid)
{
	char		relkind = get_rel_relkind(relid);

	return psprintf("%s %s", relkind == RELKIND_MATVIEW ? "MATERIALIZED VIEW" :
					relkind == RELKIND_FOREIGN_TABLE ? "FOREIGN TABLE" : "TABLE", sql_name(relid));
}

/* "user_id" or "buyer, seller" */
static char *
subject_names(const WddProtectedRelation *rel)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < rel->n_subjects; i++)
		appendStringInfo(&names, "%s%s", i ? ", " : "",
						 get_attname(rel->relid, rel->subjects[i].attnum, false));
	return names.data;
}

/* The label that would give the target the origin's subjects, as a literal. */
static char *
subject_label(const Target *target, const WddProtectedRelation *source)
{
	for (int i = 0; i < source->n_subjects; i++)
		if (get_attnum(target->relid, get_attname(source->relid, source->subjects[i].attnum, false)) <= 0)
			return "'subject=...'";
	return quote_literal_cstr(psprintf("subject=%s", subject_names(source)));
}

/* The statements that would label the target as the origin is labelled. */
static char *
label_statements(const Target *target, AttrNumber attnum, const WddOrigin *origin)
{
	const WddProtectedRelation *rel = target_relation(target);
	char	   *text = origin->column ? wdd_label_text(origin->rel, origin->column->attnum) : NULL;
	StringInfoData out;

	initStringInfo(&out);
	if (rel == NULL || rel->n_subjects < Min(1, origin->rel->n_subjects))
		appendStringInfo(&out, "SECURITY LABEL FOR wdd_privacy ON %s IS %s; ",
						 labelled_object(target->relid), subject_label(target, origin->rel));
	appendStringInfo(&out, "SECURITY LABEL FOR wdd_privacy ON COLUMN %s.%s IS %s", sql_name(target->relid),
					 quote_identifier(get_attname(target->relid, attnum, false)),
					 text ? quote_literal_cstr(text) : "'...'");
	return out.data;
}

static void
refuse_new_table(const WddOrigin *origin)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("values of %s may not be copied into a new table", origin_name(origin)),
			 errdetail("The new table would have no label, and be open to every purpose."),
			 origin->rel->n_subjects > 0
			 ? errhint("Create the table empty, label it, then INSERT ... SELECT, together with the subject (%s).",
					   subject_names(origin->rel))
			 : errhint("Create the table empty, label it, then INSERT ... SELECT.")));
}

static void
refuse_wider(const Target *target, AttrNumber attnum, const WddOrigin *origin, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("values of %s may not be copied into column \"%s\" of table \"%s\"", origin_name(origin),
					get_attname(target->relid, attnum, false), target_name(target)),
			 errdetail("%s", reason),
			 get_rel_relkind(target->relid) == RELKIND_VIEW
			 ? errhint("Write to the table beneath the view.")
			 : errhint("Give the target an equal or narrower label, as a role with the duty \"administer\": %s.",
					   label_statements(target, attnum, origin))));
}

static void
refuse_other_person(const Target *target, AttrNumber attnum, const WddOrigin *origin)
{
	const WddProtectedRelation *rel = target_relation(target);

	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("values of %s may not be copied into column \"%s\" of table \"%s\"", origin_name(origin),
					get_attname(target->relid, attnum, false), target_name(target)),
			 errdetail("They would be stored in a row that is not tied to the person they are of."),
			 rel->n_subjects == 0
			 ? errhint("Give the target a subject: SECURITY LABEL FOR wdd_privacy ON %s IS %s.",
					   labelled_object(target->relid), subject_label(target, origin->rel))
			 : origin->rel->n_subjects == 0
			 ? errhint("Label the subject of table \"%s\".", origin->rel->name)
			 : errhint("Take the subject along: %s of table \"%s\" has to become, or to equal, %s of the same row of table \"%s\".",
					   subject_names(rel), target_name(target), subject_names(origin->rel),
					   origin->rel->name)));
}

/*
 * Might the index that finds the conflict take unequal keys for equal?  Which one
 * it is is up to the planner, unless the conflict names its collation.
 */
static bool
may_match_unequal(Oid relid, AttrNumber attnum)
{
	Relation	rel = table_open(relid, NoLock);
	bool		result = false;
	ListCell   *lc;

	foreach(lc, RelationGetIndexList(rel))
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);

		for (int i = 0; i < index->rd_index->indnkeyatts; i++)
			if (index->rd_index->indisunique && index->rd_index->indkey.values[i] == attnum &&
				((OidIsValid(index->rd_indcollation[i]) && !get_collation_isdeterministic(index->rd_indcollation[i])) ||
				 index->rd_opfamily[i] >= FirstNormalObjectId))
				result = true;
		index_close(index, AccessShareLock);
	}
	table_close(rel, NoLock);
	return result;
}

/* Is the column among those that a conflicting row has in common with the new one? */
static bool
is_arbiter(const OnConflictExpr *conflict, AttrNumber attnum)
{
	ListCell   *lc;
	HeapTuple	tuple;
	bool		found = false;

	foreach(lc, conflict->arbiterElems)
	{
		InferenceElem *element = lfirst(lc);
		Var		   *var = (Var *) element->expr;

		if (IsA(var, Var) && var->varattno == attnum)
			return true;
	}
	if (!OidIsValid(conflict->constraint))
		return false;
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(get_constraint_index(conflict->constraint)));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);

		for (int i = 0; i < index->indnkeyatts; i++)
			found = found || (index->indisunique && index->indkey.values[i] == attnum);
		ReleaseSysCache(tuple);
	}
	return found;
}

/* The number of the table's column in the row that target->rti is. */
static AttrNumber
column_before(const Target *target, AttrNumber attnum)
{
	if (target->view == NULL)
		return attnum;
	for (int i = 0; i < target->view->n_columns; i++)
		if (target->view->columns[i].attnum == attnum && !target->view->columns[i].is_revealed)
			return i + 1;
	return InvalidAttrNumber;
}

/*
 * Expressions of what a subject of the written row will be, each of which says
 * the same; none if one cannot say.
 */
static List *
written_subject(const Target *target, const WddSubject *subject)
{
	TargetEntry *entry = get_tle_by_resno(target->values, subject->attnum);
	Query	   *query = target->level->query;
	List	   *values = NIL;

	if (entry)
		return list_make1(entry->expr);
	if (target->is_conflict && is_arbiter(query->onConflict, subject->attnum) &&
		!may_match_unequal(target->relid, subject->attnum) &&
		(entry = get_tle_by_resno(query->targetList, subject->attnum)) != NULL)
		values = list_make1(entry->expr);
	if (target->rti != 0 && column_before(target, subject->attnum) != InvalidAttrNumber)
		values = lappend(values, makeVar(target->rti, column_before(target, subject->attnum), subject->type, subject->typmod,
										 subject->collation, 0));
	return values;
}

static bool
is_written_subject(const Target *target, const WddSubject *subject, const WddOrigin *origin,
				   AttrNumber attnum)
{
	ListCell   *lc;

	foreach(lc, written_subject(target, subject))
		if (wdd_comes_from(target->level, lfirst(lc), origin, attnum))
			return true;
	return false;
}

/* Does the written row belong to every person that the origin's row belongs to? */
static bool
keeps_persons(const Target *target, const WddProtectedRelation *rel, const WddOrigin *origin)
{
	if (origin->column == NULL)
		return true;			/* of no person */
	if (origin->rel->n_subjects == 0)
		return rel->n_subjects == 0 && !origin->other_rows;
	for (int i = 0; i < origin->rel->n_subjects; i++)
	{
		bool		found = false;

		for (int j = 0; j < rel->n_subjects && !found; j++)
			found = is_written_subject(target, &rel->subjects[j], origin,
									   origin->rel->subjects[i].attnum);
		if (!found)
			return false;
	}
	return true;
}

/* One value: may it, of this origin, be stored in this column? */
static void
check_origin(const Target *target, AttrNumber attnum, const WddOrigin *origin)
{
	const WddProtectedRelation *rel = target_relation(target);
	const WddProtectedColumn *column = rel ? wdd_protected_column(rel, attnum) : NULL;
	char	   *reason = NULL;

	if (rel == NULL || (column == NULL && (origin->column || !rel->has_table_purposes)))
		reason = OidIsValid(target->relid)
			? psprintf("Column \"%s\" of table \"%s\" has no label.",
					   get_attname(target->relid, attnum, false), target_name(target)) : "";
	else
		reason = wdd_wider_because(rel, column, origin->rel, origin->column);
	if (reason == NULL && keeps_persons(target, rel, origin))
		return;
	if (wdd_glass_broken())
		target->lineage->opened = true;
	else if (!OidIsValid(target->relid))
		refuse_new_table(origin);
	else if (reason)
		refuse_wider(target, attnum, origin, reason);
	else
		refuse_other_person(target, attnum, origin);
}

static void
check_values(const Target *target)
{
	ListCell   *lc,
			   *lo;

	foreach(lc, target->values)
	{
		TargetEntry *entry = lfirst(lc);

		if (entry->resjunk)
			continue;
		foreach(lo, wdd_origins(target->level, (Node *) entry->expr))
			check_origin(target, entry->resno, lfirst(lo));
	}
}

static void
check_merge_actions(Target *target)
{
	Index		updated = target->rti;
	ListCell   *lc;

	foreach(lc, target->level->query->mergeActionList)
	{
		MergeAction *action = lfirst(lc);

		target->values = action->targetList;
		target->rti = action->commandType == CMD_UPDATE ? updated : 0;
		target->level->unmatched = action->commandType == CMD_INSERT;
		if (action->commandType == CMD_INSERT || action->commandType == CMD_UPDATE)
			check_values(target);
	}
}

/* What a reveal view is given goes on into the columns of its table that it shows. */
static void
aim_at_table(Target *target, WddRevealView *view)
{
	List	   *values = NIL;
	ListCell   *lc;

	foreach(lc, target->values)
	{
		TargetEntry *entry = lfirst(lc);

		if (entry->resjunk || view->columns[entry->resno - 1].attnum == InvalidAttrNumber)
			continue;			/* the trigger takes no value for it */
		entry = flatCopyTargetEntry(entry);
		entry->resno = view->columns[entry->resno - 1].attnum;
		values = lappend(values, entry);
	}
	target->values = values;
	target->relid = view->table;
	target->view = view;
}

static void
check_writing_query(WddLevel *level, WddLineage *lineage)
{
	Query	   *query = level->query;
	Target		target = {lineage, level, query->targetList, InvalidOid, 0, false};
	WddRevealView view;
	Index		rows;

	target.relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	if (query->commandType != CMD_MERGE && wdd_writes_reveal_view(query, &view, &rows) && !view.other_triggers)
	{
		aim_at_table(&target, &view);
		target.rti = rows;
		check_values(&target);
		return;
	}
	switch (query->commandType)
	{
		case CMD_INSERT:
			check_values(&target);
			if (query->onConflict == NULL || query->onConflict->action != ONCONFLICT_UPDATE)
				break;
			target.rti = query->resultRelation;
			target.is_conflict = true;
			target.values = query->onConflict->onConflictSet;
			check_values(&target);
			break;
		case CMD_UPDATE:
			target.rti = query->resultRelation;
			check_values(&target);
			break;
		case CMD_MERGE:
			target.rti = query->resultRelation;
			check_merge_actions(&target);
			break;
		default:
			break;
	}
}

/* PostgreSQL allows writing queries at the top, and in the CTEs of the top. */
void
wdd_check_carry(Query *query, WddLineage *lineage, const WddStoring *storing)
{
	WddLevel	top = {query};
	ListCell   *lc;

	if (storing && query->commandType == CMD_SELECT)
	{
		Target		target = {lineage, &top, query->targetList, storing->relid, 0, false};

		check_values(&target);
	}
	if (query->commandType != CMD_SELECT)
		check_writing_query(&top, lineage);
	foreach(lc, query->cteList)
	{
		Query	   *nested = castNode(Query, ((CommonTableExpr *) lfirst(lc))->ctequery);

		if (nested->commandType != CMD_SELECT)
			check_writing_query(wdd_level_within(&top, nested), lineage);
	}
}
