/*
 * view_target.c
 *		See view_target.h.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "guard/view_target.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

static RangeTblEntry *
target_view(Query *query)
{
	RangeTblEntry *rte;

	if (query->resultRelation == 0)
		return NULL;
	rte = rt_fetch(query->resultRelation, query->rtable);
	return rte->rtekind == RTE_RELATION && rte->relkind == RELKIND_VIEW &&
		wdd_is_writable_reveal_view(rte->relid) ? rte : NULL;
}

void
wdd_refuse_conflict_of_view(Query *query)
{
	RangeTblEntry *rte;
	WddRevealView view;
	Index		rows;

	if (query->onConflict == NULL || !wdd_writes_reveal_view(query, &view, &rows))
		return;
	rte = rt_fetch(query->resultRelation, query->rtable);
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("INSERT ... ON CONFLICT is not supported by view \"%s\"", get_rel_name(rte->relid)),
			 errdetail("PostgreSQL finds conflicts in tables only."),
			 errhint("INSERT INTO %s ... ON CONFLICT.",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(view.table)),
												get_rel_name(view.table)))));
}

/* The output by which PostgreSQL hands over rows. */
static TargetEntry *
whole_row(Query *query)
{
	ListCell   *lc;

	foreach(lc, query->targetList)
	{
		TargetEntry *entry = lfirst(lc);

		if (entry->resjunk && entry->resname && strcmp(entry->resname, "wholerow") == 0)
			return entry;
	}
	return NULL;
}

bool
wdd_writes_reveal_view(Query *query, WddRevealView *view, Index *rows)
{
	RangeTblEntry *rte = target_view(query);
	TargetEntry *entry;
	Relation	rel;
	List	   *vars;

	*rows = 0;
	if (rte == NULL)
		return false;
	rel = relation_open(rte->relid, NoLock);
	wdd_reveal_view_read(rel, view);
	relation_close(rel, NoLock);
	entry = query->commandType == CMD_INSERT ? NULL : whole_row(query);
	vars = entry ? pull_var_clause((Node *) entry->expr, 0) : NIL;
	if (vars != NIL)
		*rows = linitial_node(Var, vars)->varno;
	return OidIsValid(view->table);
}

/* Numbers, in the view, of the columns that the trigger needs. */
static Bitmapset *
needed_columns(Query *query, const WddRevealView *view)
{
	Relation	table = table_open(view->table, AccessShareLock);
	Bitmapset  *keys = RelationGetIndexAttrBitmap(table, INDEX_ATTR_BITMAP_KEY);
	Bitmapset  *returned = NULL,
			   *needed = NULL;
	const WddProtectedRelation *rel = wdd_protected_relation(view->table);
	ListCell   *lc;

	table_close(table, NoLock);
	foreach(lc, query->targetList)
		if (!((TargetEntry *) lfirst(lc))->resjunk)
			needed = bms_add_member(needed, ((TargetEntry *) lfirst(lc))->resno);
	pull_varattnos((Node *) query->returningList, query->resultRelation, &returned);
	for (int i = 1; i <= view->n_columns; i++)
	{
		AttrNumber	attnum = view->columns[i - 1].attnum;

		if (attnum == InvalidAttrNumber || rel == NULL || wdd_protected_column(rel, attnum) == NULL ||
			(!view->columns[i - 1].is_revealed && bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, keys)) ||
			bms_is_member(i - FirstLowInvalidHeapAttributeNumber, returned) ||
			bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, returned))
			needed = bms_add_member(needed, i);
	}
	return needed;
}

static Node *
narrow_row(Query *query, const Var *whole, const WddRevealView *view)
{
	Bitmapset  *needed = needed_columns(query, view);
	List	   *outputs = rt_fetch(whole->varno, query->rtable)->subquery->targetList;
	RowExpr    *row = makeNode(RowExpr);

	for (int i = 1; i <= view->n_columns; i++)
	{
		TargetEntry *output = get_tle_by_resno(outputs, i);
		Node	   *value = (Node *) output->expr;
		Oid			type = exprType(value);
		int32		typmod = exprTypmod(value);
		Oid			collation = exprCollation(value);

		row->args = lappend(row->args, bms_is_member(i, needed)
							? (Node *) makeVar(whole->varno, i, type, typmod, collation, 0)
							: (Node *) makeNullConst(type, typmod, collation));
		row->colnames = lappend(row->colnames, makeString(pstrdup(output->resname ? output->resname : "")));
	}
	row->row_typeid = whole->vartype;
	row->row_format = COERCE_IMPLICIT_CAST;
	row->location = -1;
	return (Node *) row;
}

static void
narrow_query(Query *query)
{
	WddRevealView view;
	Index		rows;
	TargetEntry *entry;

	/* others' triggers are handed what there is */
	if ((query->commandType != CMD_UPDATE && query->commandType != CMD_DELETE) ||
		!wdd_writes_reveal_view(query, &view, &rows) || view.other_triggers)
		return;
	entry = whole_row(query);
	if (entry == NULL || !IsA(entry->expr, Var) ||
		rt_fetch(((Var *) entry->expr)->varno, query->rtable)->rtekind != RTE_SUBQUERY)
		return;
	entry->expr = (Expr *) narrow_row(query, (Var *) entry->expr, &view);
}

void
wdd_narrow_view_rows(Query *query)
{
	ListCell   *lc;

	narrow_query(query);
	foreach(lc, query->cteList)
		narrow_query(castNode(Query, ((CommonTableExpr *) lfirst(lc))->ctequery));
}

/* The view of a message 'cannot execute MERGE on relation "..."'; NULL: none. */
static char *
view_of_message(const ErrorData *error)
{
	const char *from,
			   *to;

	if (error->message_id == NULL || error->message == NULL ||
		strcmp(error->message_id, "cannot execute MERGE on relation \"%s\"") != 0)
		return NULL;
	from = strchr(error->message, '"');
	to = strrchr(error->message, '"');
	return from && to > from ? pnstrdup(from + 1, to - from - 1) : NULL;
}

void
wdd_hint_at_table(ErrorData *error)
{
	char	   *name;
	Oid			relid;
	Relation	rel;
	WddRevealView view;

	if (error->sqlerrcode != ERRCODE_FEATURE_NOT_SUPPORTED || error->hint != NULL ||
		!IsTransactionState() || (name = view_of_message(error)) == NULL || !wdd_extension_exists())
		return;
	relid = RelnameGetRelid(name);
	if (!OidIsValid(relid) || !ConditionalLockRelationOid(relid, AccessShareLock) ||
		!wdd_is_writable_reveal_view(relid))
		return;
	rel = relation_open(relid, NoLock);
	wdd_reveal_view_read(rel, &view);
	relation_close(rel, NoLock);
	if (OidIsValid(view.table))
		error->hint = MemoryContextStrdup(error->assoc_context,
										  psprintf("MERGE INTO %s.",
												   quote_qualified_identifier(get_namespace_name(get_rel_namespace(view.table)),
																			  get_rel_name(view.table))));
}
