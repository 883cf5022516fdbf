/*
 * trigger_fingerprint.c
 *		What a trigger does, as a hash (see trigger_approval.h).
 *
 * All that goes into it is written as names and as text that pg_dump writes too,
 * and in one form where PostgreSQL stores another than the one that it reads
 * back.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/trigger_approval.h"
#include "commands/proclang.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* Fields carry their length, so that none can pass for a part of another. */
static void
add_field(StringInfo out, const char *field)
{
	appendStringInfo(out, "%zu:%s;", strlen(field), field);
}

static void
add_text(StringInfo out, HeapTuple function, AttrNumber attribute)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(PROCOID, function, attribute, &isnull);

	add_field(out, isnull ? "" : TextDatumGetCString(value));
}

/*
 * One of proconfig's "name=value".  FROM CURRENT keeps a list of names as it was
 * spelled; after a dump it has one blank between names, and no needless quotes.
 */
static void
add_setting(StringInfo out, char *setting)
{
	char	   *value = strchr(setting, '=');
	List	   *names;
	ListCell   *lc;

	if (value)
		*value++ = '\0';
	add_field(out, setting);
	if (value && (GetConfigOptionFlags(setting, true) & GUC_LIST_QUOTE) &&
		SplitGUCList(pstrdup(value), ',', &names))
	{
		appendStringInfo(out, "%d;", list_length(names));
		foreach(lc, names)
			add_field(out, lfirst(lc));
	}
	else
		add_field(out, value ? value : "");
}

static void
add_settings(StringInfo out, HeapTuple function)
{
	bool		isnull;
	Datum		array = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_proconfig, &isnull);
	Datum	   *settings;
	int			count = 0;

	if (!isnull)
		deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT,
						  &settings, NULL, &count);
	appendStringInfo(out, "%d;", count);
	for (int i = 0; i < count; i++)
		add_setting(out, TextDatumGetCString(settings[i]));
}

static Datum
sha256_of(StringInfo text)
{
	return DirectFunctionCall1(sha256_bytea,
							   PointerGetDatum(cstring_to_text_with_len(text->data, text->len)));
}

void
wdd_function_fingerprint(Oid oid, uint8 *fingerprint)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(oid));
	Form_pg_proc function;
	StringInfoData text;
	Datum		hash;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", oid);
	function = (Form_pg_proc) GETSTRUCT(tuple);
	initStringInfo(&text);
	add_field(&text, get_language_name(function->prolang, false));
	add_text(&text, tuple, Anum_pg_proc_prosrc);
	add_text(&text, tuple, Anum_pg_proc_probin);
	add_settings(&text, tuple);
	if (function->prosecdef)
		add_field(&text, GetUserNameFromId(function->proowner, false));
	ReleaseSysCache(tuple);
	hash = sha256_of(&text);
	memcpy(fingerprint, VARDATA_ANY(DatumGetPointer(hash)), WDD_FINGERPRINT_LENGTH);
}

static Node *
element_mutator(Node *node, void *element)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, CaseTestExpr))
		return copyObject((Node *) element);
	return expression_tree_mutator(node, element_mutator, element);
}

/*
 * "state IN ('a', 'b')" on a varchar is stored as an array that is cast, and is
 * written in a way that is read as an array of casts: the latter stands for both.
 */
static Node *
same_form_mutator(Node *node, void *context)
{
	ArrayCoerceExpr *cast = (ArrayCoerceExpr *) node;
	ArrayExpr  *array;
	ListCell   *lc;

	if (node == NULL)
		return NULL;
	if (!IsA(node, ArrayCoerceExpr) || !IsA(cast->arg, ArrayExpr) || ((ArrayExpr *) cast->arg)->multidims)
		return expression_tree_mutator(node, same_form_mutator, context);
	array = (ArrayExpr *) expression_tree_mutator((Node *) cast->arg, same_form_mutator, context);
	array->array_typeid = cast->resulttype;
	array->array_collid = cast->resultcollid;
	array->element_typeid = get_element_type(cast->resulttype);
	foreach(lc, array->elements)
		lfirst(lc) = element_mutator((Node *) cast->elemexpr, lfirst(lc));
	return (Node *) array;
}

static RangeTblEntry *
row_of(Relation rel, const char *name)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);

	rte->rtekind = RTE_RELATION;
	rte->relid = RelationGetRelid(rel);
	rte->relkind = rel->rd_rel->relkind;
	rte->rellockmode = AccessShareLock;
	rte->alias = rte->eref = makeAlias(name, NIL);
	return rte;
}

/* The condition of WHEN, with the rows OLD and NEW. */
static void
add_condition(StringInfo out, HeapTuple trigger)
{
	Relation	pg_trigger = table_open(TriggerRelationId, AccessShareLock);
	Relation	rel = table_open(((Form_pg_trigger) GETSTRUCT(trigger))->tgrelid, AccessShareLock);
	PlannedStmt *rows = makeNode(PlannedStmt);
	int			nest_level = NewGUCNestLevel();
	bool		isnull;
	Datum		condition = heap_getattr(trigger, Anum_pg_trigger_tgqual, RelationGetDescr(pg_trigger), &isnull);
	Node	   *expr = isnull ? NULL : stringToNode(TextDatumGetCString(condition));

	/* names outside pg_catalog are to be qualified, whatever the session's path */
	(void) set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	rows->rtable = list_make2(row_of(rel, "old"), row_of(rel, "new"));
	add_field(out, expr == NULL ? ""
			  : deparse_expression(same_form_mutator(expr, NULL),
								   deparse_context_for_plan_tree(rows, list_make2("old", "new")), true, true));
	AtEOXact_GUC(true, nest_level);
	table_close(rel, NoLock);
	table_close(pg_trigger, AccessShareLock);
}

/* Arguments, which end with a null byte each. */
static void
add_arguments(StringInfo out, HeapTuple tuple)
{
	Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	bool		isnull;
	Datum		value = heap_getattr(tuple, Anum_pg_trigger_tgargs, RelationGetDescr(rel), &isnull);
	const char *argument = isnull ? NULL : VARDATA_ANY(DatumGetByteaPP(value));

	appendStringInfo(out, "%d;", trigger->tgnargs);
	for (int i = 0; i < trigger->tgnargs && argument; i++)
	{
		add_field(out, argument);
		argument += strlen(argument) + 1;
	}
	table_close(rel, AccessShareLock);
}

Datum
wdd_trigger_fingerprint_of(HeapTuple tuple)
{
	Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);
	StringInfoData out;
	uint8		function[WDD_FINGERPRINT_LENGTH];

	initStringInfo(&out);
	appendStringInfo(&out, "%d;%d;", trigger->tgtype, trigger->tgattr.dim1);
	for (int i = 0; i < trigger->tgattr.dim1; i++)
		add_field(&out, get_attname(trigger->tgrelid, trigger->tgattr.values[i], false));
	add_condition(&out, tuple);
	add_field(&out, get_namespace_name(get_func_namespace(trigger->tgfoid)));
	add_field(&out, get_func_name(trigger->tgfoid));
	add_arguments(&out, tuple);
	wdd_function_fingerprint(trigger->tgfoid, function);
	appendBinaryStringInfo(&out, (char *) function, WDD_FINGERPRINT_LENGTH);
	return sha256_of(&out);
}
