/*
 * mention.c
 *		See mention.h.  Queries are looked at here, other statements in
 *		mention_utility.c.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/transam.h"
#include "catalog/index.h"
#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "redact/mention.h"
#include "redact/mention_parts.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* Own relations and functions that know of no person; all others are taken to. */
static const char *const impersonal_relations[] = {
	"catalog_copy", "catalog_signal", "category", "consent_signal", "duty_grant", "installation",
	"purpose", "purpose_grant", "service", "subject_kind", "trigger_approval"
};

static const char *const impersonal_functions[] = {
	"add_category", "add_purpose", "add_service", "add_subject_kind", "approve_trigger",
	"break_glass", "categories", "consent_cache_status", "create_key_file", "create_reveal_view",
	"current_purpose", "doctor", "drop_category", "drop_purpose", "drop_service",
	"drop_subject_kind", "duties", "glass_broken", "grant_duty", "grant_purpose", "grants_due",
	"harden", "has_duty", "install_agreement", "key_status", "lint", "overview", "purpose_granted",
	"purpose_stated_by", "purposes", "refresh_catalog_copy", "reload_keys", "retire_epoch",
	"revoke_duty", "revoke_purpose", "rotate_epoch", "rotate_tokens", "seal_column", "second_wall",
	"second_wall_rest", "set_purpose", "trigger_approvals", "unharden",
	"withdraw_trigger_approval"
};

static bool mention_walker(Node *node, List **seen);

static bool
is_listed(const char *name, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

/* What INSTEAD and ALSO rules, of a view its SELECT, do; they name the relation itself, too. */
static bool
rules_mention(Oid relid, List **seen)
{
	Relation	rel;
	bool		found = false;

	if (list_member_oid(*seen, relid))
		return false;
	*seen = lappend_oid(*seen, relid);
	rel = try_relation_open(relid, AccessShareLock);
	if (rel == NULL)
		return false;
	for (int i = 0; rel->rd_rules && i < rel->rd_rules->numLocks && !found; i++)
		found = mention_walker((Node *) rel->rd_rules->rules[i]->actions, seen);
	relation_close(rel, AccessShareLock);
	return found;
}

static bool
relation_mentioned(Oid relid, List **seen)
{
	HeapTuple	tuple;
	Form_pg_class form;
	bool		found;

	if (relid < FirstNormalObjectId)
		return false;
	if (wdd_protected_relation(relid) != NULL)
		return true;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	found = form->relnamespace == wdd_own_schema() &&
		!is_listed(NameStr(form->relname), impersonal_relations, lengthof(impersonal_relations));
	if (!found && form->relhasrules)
		found = rules_mention(relid, seen);
	else if (!found && (form->relkind == RELKIND_INDEX || form->relkind == RELKIND_PARTITIONED_INDEX))
		found = relation_mentioned(IndexGetRelation(relid, true), seen);
	ReleaseSysCache(tuple);
	return found;
}

bool
wdd_relation_mentioned(Oid relid)
{
	List	   *seen = NIL;

	return relation_mentioned(relid, &seen);
}

/* PostgreSQL's own that run a text, or keep it where others see it. */
static bool
runs_text(Oid function)
{
	switch (function)
	{
		case F_PG_NOTIFY:
		case F_QUERY_TO_XML:
		case F_QUERY_TO_XMLSCHEMA:
		case F_QUERY_TO_XML_AND_XMLSCHEMA:
		case F_TS_STAT_TEXT:
		case F_TS_STAT_TEXT_TEXT:
		case F_TS_REWRITE_TSQUERY_TEXT:
			return wdd_label_presence() == WDD_LABELS;
		default:
			return false;
	}
}

/* Code of users that gets values may store them in a protected table, or ask for them there. */
static bool
may_use_protected(Form_pg_proc form)
{
	return form->pronargs > 0 && form->provolatile != PROVOLATILE_IMMUTABLE &&
		form->prolang != INTERNALlanguageId && form->prolang != ClanguageId &&
		wdd_label_presence() == WDD_LABELS;
}

bool
wdd_function_mentioned(Oid function)
{
	HeapTuple	tuple;
	Form_pg_proc form;
	bool		found;

	if (function < FirstNormalObjectId)
		return runs_text(function);
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->pronamespace == wdd_own_schema())
		found = form->pronargs > 0 &&
			!is_listed(NameStr(form->proname), impersonal_functions, lengthof(impersonal_functions));
	else
		found = may_use_protected(form);
	ReleaseSysCache(tuple);
	return found;
}

/* A type whose values are secret: one of the extension's own, or an array of it. */
bool
wdd_type_mentioned(Oid type)
{
	HeapTuple	tuple;
	Form_pg_type form;
	bool		found;
	Oid			within;

	if (type < FirstNormalObjectId)
		return false;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_type) GETSTRUCT(tuple);
	found = form->typnamespace == wdd_own_schema() && form->typtype != TYPTYPE_COMPOSITE;
	within = form->typtype == TYPTYPE_DOMAIN ? form->typbasetype : form->typelem;
	ReleaseSysCache(tuple);
	return found || (OidIsValid(within) && wdd_type_mentioned(within));
}

/*
 * A setting that nobody defined is an application's own, and may hold anything;
 * of ours two tell of a person or a case.
 */
bool
wdd_setting_mentioned(const char *name)
{
	bool		is_defined;

	if (strchr(name, '.') == NULL)
		return false;
	if (pg_strncasecmp(name, "wdd_privacy.", 12) == 0)
		return pg_strcasecmp(name, "wdd_privacy.subject") == 0 ||
			pg_strcasecmp(name, "wdd_privacy.case_reference") == 0;
	is_defined = GetConfigOption(name, true, false) != NULL &&
		(GetConfigOptionFlags(name, true) & GUC_CUSTOM_PLACEHOLDER) == 0;
	return !is_defined && wdd_label_presence() == WDD_LABELS;
}

static bool
set_config_mentions(Node *name)
{
	if (IsA(name, Const) && ((Const *) name)->consttype == TEXTOID)
		return !((Const *) name)->constisnull &&
			wdd_setting_mentioned(TextDatumGetCString(((Const *) name)->constvalue));
	return wdd_label_presence() == WDD_LABELS;
}

/* For check_functions_in_node() */
static bool
function_mentioned(Oid function, void *context)
{
	return wdd_function_mentioned(function);
}

static bool
mention_walker(Node *node, List **seen)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
			/* what statements are mostly of is passed fast */
		case T_Var:
		case T_RangeTblRef:
			return false;
		case T_TargetEntry:
			return mention_walker((Node *) ((TargetEntry *) node)->expr, seen);
		case T_RangeTblEntry:
			{
				RangeTblEntry *rte = (RangeTblEntry *) node;

				/* query_tree_walker() goes into it */
				return (rte->rtekind == RTE_RELATION || rte->rtekind == RTE_NAMEDTUPLESTORE) &&
					relation_mentioned(rte->relid, seen);
			}
		case T_Query:
			if (((Query *) node)->commandType == CMD_UTILITY)
				return wdd_utility_mentions_protected(((Query *) node)->utilityStmt);
			return query_tree_walker((Query *) node, mention_walker, (void *) seen,
									 QTW_EXAMINE_RTES_BEFORE);
		case T_FuncExpr:
			if (((FuncExpr *) node)->funcid == F_SET_CONFIG &&
				set_config_mentions(linitial(((FuncExpr *) node)->args)))
				return true;
			break;
		case T_Const:
		case T_Param:
		case T_CoerceViaIO:
		case T_CoerceToDomain:
			if (wdd_type_mentioned(exprType(node)))
				return true;
			break;
		default:
			break;
	}
	return check_functions_in_node(node, function_mentioned, NULL) ||
		expression_tree_walker(node, mention_walker, (void *) seen);
}

bool
wdd_mentions_protected(Query *query)
{
	List	   *seen = NIL;

	return mention_walker((Node *) query, &seen);
}

bool
wdd_expression_mentions(Node *expression)
{
	List	   *seen = NIL;

	return mention_walker(expression, &seen);
}
