/*
 * row_trigger.c
 *		See row_trigger.h.
 *
 * UPDATE and DELETE get one more output, which nobody reads: the check of the
 * old row.  It is computed for the rows that the conditions left, before any
 * trigger fires, and anew for a row that was changed meanwhile.  ON CONFLICT and
 * MERGE have check options for the row that they found.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/purpose.h"
#include "catalog/row_triggers.h"
#include "compat.h"
#include "errors.h"
#include "guard/error_detail.h"
#include "guard/rewrite.h"
#include "guard/row_trigger.h"
#include "guard/stored.h"
#include "guard/trigger_call.h"
#include "nodes/makefuncs.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

static uint8
fired_by(CmdType command)
{
	switch (command)
	{
		case CMD_INSERT:
			return WDD_TRIGGER_ALTERS_INSERT;
		case CMD_UPDATE:
			return WDD_TRIGGER_SEES_UPDATE | WDD_TRIGGER_ALTERS_UPDATE;
		case CMD_DELETE:
			return WDD_TRIGGER_SEES_DELETE;
		default:
			return 0;
	}
}

/* What triggers of any kind could do to rows of the query's target. */
static uint8
query_fires(Query *query)
{
	uint8		fires = fired_by(query->commandType);
	ListCell   *lc;

	if (query->onConflict && query->onConflict->action == ONCONFLICT_UPDATE)
		fires |= fired_by(CMD_UPDATE);
	foreach(lc, query->mergeActionList)
		fires |= fired_by(((MergeAction *) lfirst(lc))->commandType);
	/* an UPDATE that moves a row to another partition deletes and inserts */
	if ((fires & WDD_TRIGGER_SEES_UPDATE) && query->onConflict == NULL &&
		rt_fetch(query->resultRelation, query->rtable)->relkind == RELKIND_PARTITIONED_TABLE)
		fires |= fired_by(CMD_DELETE) | fired_by(CMD_INSERT);
	return fires;
}

static void
note_dependencies(WddLineage *lineage, const WddRowTriggers *triggers)
{
	ListCell   *lc;

	foreach(lc, triggers->members)
		lineage->trigger_relations = lappend_oid(lineage->trigger_relations, lfirst_oid(lc));
	foreach(lc, triggers->triggers)
	{
		PlanInvalItem *item = makeNode(PlanInvalItem);

		item->cacheId = PROCOID;
		item->hashValue = ((WddRowTrigger *) lfirst(lc))->function_hash;
		lineage->trigger_functions = lappend(lineage->trigger_functions, item);
	}
}

static void
add_output(Query *query, Expr *check)
{
	query->targetList = lappend(query->targetList,
								makeTargetEntry(check, list_length(query->targetList) + 1,
												pstrdup("wdd_row_triggers"), true));
}

/* The check of the old row, where the command has one. */
static void
check_old_row(WddRelationUse *use, uint8 sees)
{
	WddCheck	check = {WDD_CHECK_TRIGGER, use->rel->relid};
	Expr	   *call;

	for (int i = 0; i < use->rel->n_columns; i++)
		check.columns = bms_add_member(check.columns, use->rel->columns[i].attnum);
	if (bms_is_empty(check.columns))
		return;
	call = wdd_check_call(use->rel, &check, use->rti, 0);
	switch (use->query->commandType)
	{
		case CMD_UPDATE:
		case CMD_DELETE:
			add_output(use->query, call);
			break;
		case CMD_INSERT:
			wdd_add_check_option(use, WCO_RLS_CONFLICT_CHECK, copyObject(call));
			break;
		case CMD_MERGE:
			if (sees & WDD_TRIGGER_SEES_UPDATE)
				wdd_add_check_option(use, WCO_RLS_MERGE_UPDATE_CHECK, copyObject(call));
			/* of a partitioned table, UPDATE may delete, too */
			if (sees & WDD_TRIGGER_SEES_DELETE)
			{
				wdd_add_check_option(use, WCO_RLS_MERGE_DELETE_CHECK, copyObject(call));
				if (!(sees & WDD_TRIGGER_SEES_UPDATE))
					wdd_add_check_option(use, WCO_RLS_MERGE_UPDATE_CHECK, copyObject(call));
			}
			break;
		default:
			break;
	}
}

void
wdd_reckon_with_triggers(WddLineage *lineage, WddRelationUse *use, WddMark *mark)
{
	const WddRowTriggers *triggers;
	uint8		unapproved;

	if (!use->is_target)
		return;
	triggers = wdd_row_triggers(use->rel->relid);
	note_dependencies(lineage, triggers);
	mark->fires = query_fires(use->query);
	unapproved = triggers->unapproved & mark->fires;
	mark->reckoned = use->triggers = unapproved;
	if (unapproved & WDD_TRIGGER_SEES)
		check_old_row(use, unapproved);
}

/* The one to name in messages; it may be gone by now. */
static const char *
trigger_name(const WddProtectedRelation *rel, uint8 does, const char **relation)
{
	const WddRowTrigger *trigger = wdd_unapproved_trigger(wdd_row_triggers(rel->relid), does);
	Oid			relid = trigger ? trigger->relid : rel->relid;

	*relation = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
	return trigger ? trigger->name : "?";
}

pg_noreturn static void
refuse(const WddProtectedRelation *rel, uint8 does, const char *rule)
{
	const char *relation;
	const char *name = trigger_name(rel, does, &relation);

	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 (does & WDD_TRIGGER_SEES)
			 ? errmsg("row trigger \"%s\" may not see the rows of table \"%s\"", name, rel->name)
			 : errmsg("row trigger \"%s\" may not alter the rows of table \"%s\"", name, rel->name),
			 errdetail("It is not approved, and so counts as a use of every labelled column. %s", rule),
			 errhint("After reading it, a role with the duty \"administer\" may approve it: SELECT wdd.approve_trigger(%s, %s, 'reason').",
					 quote_literal_cstr(relation), quote_literal_cstr(name))));
}

const char *
wdd_altering_trigger(const WddProtectedRelation *rel, const WddMark *mark)
{
	uint8		alters = mark->reckoned & WDD_TRIGGER_ALTERS;
	const WddRowTrigger *trigger = alters ? wdd_unapproved_trigger(wdd_row_triggers(rel->relid), alters) : NULL;

	return trigger ? trigger->name : NULL;
}

void
wdd_refuse_trigger(const WddProtectedRelation *rel, const char *rule)
{
	refuse(rel, WDD_TRIGGER_SEES, rule);
}

/* The gate's own refusal, as a sentence: "Column ... cannot be used ...". */
static char *
rule_of_error(const ErrorData *error)
{
	char	   *rule = psprintf("%s.", error->message);

	rule[0] = pg_toupper((unsigned char) rule[0]);
	return rule;
}

static void
gate_every_column(const WddActing *acting, const WddProtectedRelation *rel)
{
	for (int i = 0; i < rel->n_columns; i++)
		if (wdd_gate_column(acting, rel, &rel->columns[i]) == WDD_NOT_LISTED)
			refuse(rel, WDD_TRIGGER_SEES,
				   psprintf("Purpose \"%s\" may not use column \"%s\" of table \"%s\".",
							acting->purpose_name, rel->columns[i].name, rel->name));
	if (acting->purpose_id == WDD_PURPOSE_RESTORE && !acting->glass_broken && rel->n_columns > 0)
		wdd_refuse_reading_under_restore(rel, &rel->columns[0]);
}

/* What the plan was made for is not what there is: it can be made anew. */
static void
refuse_other_triggers(const WddProtectedRelation *rel)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("row triggers of table \"%s\" have changed since this plan was made", rel->name),
			 errdetail("The plan lacks the checks that they need."),
			 errhint("Run the statement again.")));
}

void
wdd_gate_triggers(const WddActing *acting, const WddMark *mark)
{
	const WddProtectedRelation *rel;
	const WddRowTriggers *triggers;
	MemoryContext context = CurrentMemoryContext;

	if (mark->fires == 0)
		return;
	rel = wdd_protected_relation(mark->relid);
	triggers = wdd_row_triggers(mark->relid);
	if (triggers->unapproved & mark->fires & ~mark->reckoned)
		refuse_other_triggers(rel);
	wdd_rely_on_approved(triggers);
	wdd_note_protected_write();
	if (!(mark->reckoned & WDD_TRIGGER_SEES))
		return;
	PG_TRY();
	{
		gate_every_column(acting, rel);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_WDD_REFUSED || error->hint == NULL ||
			strstr(error->hint, "wdd.approve_trigger") != NULL)
			PG_RE_THROW();
		FlushErrorState();
		refuse(rel, mark->reckoned & WDD_TRIGGER_SEES, rule_of_error(error));
	}
	PG_END_TRY();
}

void
wdd_gate_unmarked_target(const WddProtectedRelation *rel)
{
	const WddRowTriggers *triggers = wdd_row_triggers(rel->relid);

	wdd_rely_on_approved(triggers);
	if (triggers->unapproved & WDD_TRIGGER_SEES)
		refuse(rel, WDD_TRIGGER_SEES, "The statement names a parent table that has no labels.");
}

void
wdd_refuse_copy_triggers(const WddProtectedRelation *rel)
{
	const WddRowTriggers *triggers = wdd_row_triggers(rel->relid);

	wdd_rely_on_approved(triggers);
	if (triggers->unapproved & WDD_TRIGGER_ALTERS_INSERT)
		refuse(rel, WDD_TRIGGER_ALTERS_INSERT, "COPY FROM checks what is stored before the trigger fires.");
}
