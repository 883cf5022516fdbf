/*
 * write_revealed.c
 *		The INSTEAD OF trigger of reveal views: writes to the table beneath.
 *
 * It writes with the rights and the purpose of whoever writes to the view, by
 * statements that the guard plans like any.  INSERT leaves out what the row has
 * no value for, so that the table's defaults, identities and generated columns
 * come in.  UPDATE assigns the columns that have changed and no others: what is
 * not assigned is neither used nor sealed anew.  A row is found by a unique key,
 * and is changed only if its old values, of the columns to be changed, are still
 * those that the view has shown.
 *
 * Per statement of the user, a list keeps the statements that were made for it
 * (one for each set of columns); their plans are kept by the session, under
 * their text and the types of their parameters.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "sealed/reveal_view.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(wdd_write_revealed);

#define MAX_KEPT_PLANS 200

/* A plan that the session keeps. */
typedef struct KeptPlan
{
	char	   *identity;		/* text, and types of parameters */
	SPIPlanPtr	plan;
} KeptPlan;

static List *kept_plans = NIL;

/* A statement for one set of columns of the view. */
typedef struct Statement
{
	CmdType		command;
	Bitmapset  *columns;		/* assigned, by number in the view */
	SPIPlanPtr	plan;
	int			n_parameters;
	/* where the values come from: column of the view, in the new row or the old */
	AttrNumber *sources;
	bool	   *from_old;
	char	   *changed_meanwhile;	/* UPDATE: a query that tells; NULL: none can */
	Oid		   *types;
} Statement;

/* What is known of the view, in fn_extra, for the statement of the user. */
typedef struct Writing
{
	MemoryContext context;
	Oid			relid;			/* of the view */
	WddRevealView view;
	char	   *name;			/* of the table, to be put into SQL */
	TupleDesc	columns;		/* of the table */
	Bitmapset  *returned;		/* of the view */
	Bitmapset  *key;			/* columns of the view */
	Oid		   *key_operators;	/* by number in the view */
	List	   *statements;
} Writing;

/* ------------------------------------------------------------------------
 * What is known of the view
 * ------------------------------------------------------------------------ */

static AttrNumber
column_of_view(const Writing *writing, AttrNumber attnum)
{
	for (int i = 0; i < writing->view.n_columns; i++)
		if (writing->view.columns[i].attnum == attnum && !writing->view.columns[i].is_revealed)
			return i + 1;
	return InvalidAttrNumber;
}

/* Take an index for key if it finds a row of the view by itself. */
static bool
take_key(Writing *writing, Relation table, Relation index)
{
	Form_pg_index form = index->rd_index;
	Bitmapset  *key = NULL;
	Oid		   *operators;

	if (!form->indisunique || !form->indimmediate || !form->indisvalid ||
		RelationGetIndexPredicate(index) != NIL || RelationGetIndexExpressions(index) != NIL)
		return false;
	operators = palloc0(sizeof(Oid) * (writing->view.n_columns + 1));
	for (int i = 0; i < form->indnkeyatts; i++)
	{
		AttrNumber	attnum = form->indkey.values[i];
		AttrNumber	column = column_of_view(writing, attnum);

		if (column == InvalidAttrNumber || !TupleDescAttr(RelationGetDescr(table), attnum - 1)->attnotnull)
			return false;
		key = bms_add_member(key, column);
		operators[column] = get_opfamily_member(index->rd_opfamily[i], index->rd_opcintype[i],
												index->rd_opcintype[i], BTEqualStrategyNumber);
	}
	writing->key = key;
	writing->key_operators = operators;
	return true;
}

static void
find_key(Writing *writing, Relation table)
{
	ListCell   *lc;

	foreach(lc, RelationGetIndexList(table))
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);
		bool		is_primary = index->rd_index->indisprimary;

		if (writing->key != NULL && !is_primary)
		{
			index_close(index, AccessShareLock);
			continue;
		}
		(void) take_key(writing, table, index);
		index_close(index, AccessShareLock);
		if (is_primary)
			break;
	}
}

/* Add the columns that plan returns, if it writes to the view. */
static void
note_returned(Writing *writing, const PlannedStmt *statement, Plan *plan)
{
	ModifyTable *modify = (ModifyTable *) plan;
	Bitmapset  *found = NULL;
	int			attnum = -1;
	Index		rti;

	if (plan == NULL || !IsA(plan, ModifyTable) || modify->returningLists == NIL)
		return;
	rti = linitial_int(modify->resultRelations);
	if (rt_fetch(rti, statement->rtable)->relid != writing->relid)
		return;
	pull_varattnos(linitial(modify->returningLists), rti, &found);
	while ((attnum = bms_next_member(found, attnum)) >= 0)
	{
		int			column = attnum + FirstLowInvalidHeapAttributeNumber;

		if (column > 0)
			writing->returned = bms_add_member(writing->returned, column);
		else if (column == 0)
			writing->returned = bms_add_range(writing->returned, 1, writing->view.n_columns);
	}
}

static Writing *
describe_view(FunctionCallInfo fcinfo, Relation rel)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Writing    *writing = palloc0(sizeof(Writing));
	Relation	table;
	ListCell   *lc;

	writing->context = fcinfo->flinfo->fn_mcxt;
	writing->relid = RelationGetRelid(rel);
	wdd_reveal_view_read(rel, &writing->view);
	if (!OidIsValid(writing->view.table))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("view \"%s\" cannot be written to as a reveal view", RelationGetRelationName(rel)),
				 errdetail("It does not show the columns of just one table."),
				 errhint("Write to the tables beneath the view.")));
	table = table_open(writing->view.table, AccessShareLock);
	writing->name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(table)),
											   RelationGetRelationName(table));
	writing->columns = CreateTupleDescCopyConstr(RelationGetDescr(table));
	find_key(writing, table);
	table_close(table, AccessShareLock);
	if (wdd_returning_statement)
	{
		note_returned(writing, wdd_returning_statement, wdd_returning_statement->planTree);
		foreach(lc, wdd_returning_statement->subplans)
			note_returned(writing, wdd_returning_statement, lfirst(lc));
	}
	MemoryContextSwitchTo(oldcontext);
	fcinfo->flinfo->fn_extra = writing;
	return writing;
}

/* ------------------------------------------------------------------------
 * Making statements
 * ------------------------------------------------------------------------ */

static Form_pg_attribute
table_column(const Writing *writing, AttrNumber column)
{
	return TupleDescAttr(writing->columns, writing->view.columns[column - 1].attnum - 1);
}

static const char *
column_name(const Writing *writing, AttrNumber column)
{
	return quote_identifier(NameStr(table_column(writing, column)->attname));
}

/* As the view shows it. */
static char *
shown_column(const Writing *writing, AttrNumber column)
{
	const char *name = column_name(writing, column);

	if (!writing->view.columns[column - 1].is_revealed)
		return pstrdup(name);
	return psprintf("%s.reveal(%s)", quote_identifier(get_namespace_name(wdd_own_schema())), name);
}

/* One more parameter: "$3" */
static char *
parameter(Statement *statement, Relation view, AttrNumber column, bool from_old)
{
	int			i = statement->n_parameters++;

	statement->sources[i] = column;
	statement->from_old[i] = from_old;
	statement->types[i] = TupleDescAttr(RelationGetDescr(view), column - 1)->atttypid;
	return psprintf("$%d", i + 1);
}

static void
add_key(StringInfo text, const Writing *writing, Statement *statement, Relation view)
{
	int			column = -1;
	const char *separator = "";

	while ((column = bms_next_member(writing->key, column)) >= 0)
	{
		Oid			type = TupleDescAttr(RelationGetDescr(view), column - 1)->atttypid;

		appendStringInfoString(text, separator);
		generate_operator_clause(text, column_name(writing, column), type, writing->key_operators[column],
								 parameter(statement, view, column, true), type);
		separator = " AND ";
	}
}

/* The columns to be changed are still as they were; NULL: of types that cannot tell. */
static char *
unchanged_condition(const Writing *writing, Statement *statement, Relation view)
{
	StringInfoData text;
	int			column = -1;

	initStringInfo(&text);
	while ((column = bms_next_member(statement->columns, column)) >= 0)
	{
		Oid			type = TupleDescAttr(RelationGetDescr(view), column - 1)->atttypid;
		Oid			operator = lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
		char	   *old;

		if (!OidIsValid(operator) || bms_is_member(column, writing->key))
			continue;
		old = parameter(statement, view, column, true);
		appendStringInfo(&text, "%s(%s IS NULL AND %s IS NULL OR ", text.len ? " AND " : "",
						 column_name(writing, column), old);
		generate_operator_clause(&text, shown_column(writing, column), type, operator, old, type);
		appendStringInfoChar(&text, ')');
	}
	return text.len ? text.data : NULL;
}

static void
add_returning(StringInfo text, const Writing *writing)
{
	int			column = -1;
	const char *separator = " RETURNING ";

	while ((column = bms_next_member(writing->returned, column)) >= 0)
	{
		if (writing->view.columns[column - 1].attnum == InvalidAttrNumber)
			continue;
		appendStringInfo(text, "%s%s", separator, shown_column(writing, column));
		separator = ", ";
	}
}

static void
write_insert(StringInfo text, const Writing *writing, Statement *statement, Relation view)
{
	StringInfoData values;
	int			column = -1;

	appendStringInfo(text, "INSERT INTO %s ", writing->name);
	if (bms_is_empty(statement->columns))
	{
		appendStringInfoString(text, "DEFAULT VALUES");
		return;
	}
	initStringInfo(&values);
	while ((column = bms_next_member(statement->columns, column)) >= 0)
	{
		appendStringInfo(text, "%s%s", values.len ? ", " : "(", column_name(writing, column));
		appendStringInfo(&values, "%s%s", values.len ? ", " : "",
						 parameter(statement, view, column, false));
	}
	appendStringInfo(text, ") VALUES (%s)", values.data);
}

static void
write_update(StringInfo text, const Writing *writing, Statement *statement, Relation view)
{
	int			column = -1;
	const char *separator = "SET ";
	StringInfoData key;
	char	   *unchanged;

	appendStringInfo(text, "UPDATE %s ", writing->name);
	while ((column = bms_next_member(statement->columns, column)) >= 0)
	{
		appendStringInfo(text, "%s%s = %s", separator, column_name(writing, column),
						 parameter(statement, view, column, false));
		separator = ", ";
	}
	initStringInfo(&key);
	add_key(&key, writing, statement, view);
	unchanged = unchanged_condition(writing, statement, view);
	appendStringInfo(text, " WHERE %s%s%s", key.data, unchanged ? " AND " : "", unchanged ? unchanged : "");
	if (unchanged)
		statement->changed_meanwhile = psprintf("SELECT FROM %s WHERE %s AND NOT (%s)", writing->name,
												key.data, unchanged);
}

static SPIPlanPtr
prepare(const char *text, const Statement *statement)
{
	SPIPlanPtr	plan = SPI_prepare(text, statement->n_parameters, statement->types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

static SPIPlanPtr
kept_plan(const char *text, const Statement *statement)
{
	StringInfoData identity;
	KeptPlan   *kept;
	MemoryContext oldcontext;
	ListCell   *lc;

	initStringInfo(&identity);
	for (int i = 0; i < statement->n_parameters; i++)
		appendStringInfo(&identity, "%u ", statement->types[i]);
	appendStringInfoString(&identity, text);
	foreach(lc, kept_plans)
		if (strcmp(((KeptPlan *) lfirst(lc))->identity, identity.data) == 0)
			return ((KeptPlan *) lfirst(lc))->plan;
	if (list_length(kept_plans) >= MAX_KEPT_PLANS)
		return NULL;			/* made anew, each time */
	oldcontext = MemoryContextSwitchTo(TopMemoryContext);
	kept = palloc(sizeof(KeptPlan));
	kept->identity = pstrdup(identity.data);
	kept->plan = NULL;
	MemoryContextSwitchTo(oldcontext);
	kept->plan = prepare(text, statement);
	if (SPI_keepplan(kept->plan))
		elog(ERROR, "SPI_keepplan failed");
	oldcontext = MemoryContextSwitchTo(TopMemoryContext);
	kept_plans = lappend(kept_plans, kept);
	MemoryContextSwitchTo(oldcontext);
	return kept->plan;
}

static Statement *
new_statement(const Writing *writing, CmdType command, const Bitmapset *columns)
{
	Statement  *statement = palloc0(sizeof(Statement));
	int			most = 2 * bms_num_members(columns) + bms_num_members(writing->key) + 1;

	statement->command = command;
	statement->columns = bms_copy(columns);
	statement->sources = palloc(sizeof(AttrNumber) * most);
	statement->from_old = palloc(sizeof(bool) * most);
	statement->types = palloc(sizeof(Oid) * most);
	return statement;
}

/* The statement that writes these columns, from the list or made; SPI is connected. */
static Statement *
statement_for(Writing *writing, Relation view, CmdType command, const Bitmapset *columns)
{
	MemoryContext oldcontext;
	Statement  *statement;
	StringInfoData text;
	ListCell   *lc;

	foreach(lc, writing->statements)
	{
		statement = lfirst(lc);
		if (statement->command == command && bms_equal(statement->columns, columns))
			return statement;
	}
	oldcontext = MemoryContextSwitchTo(writing->context);
	statement = new_statement(writing, command, columns);
	initStringInfo(&text);
	if (command == CMD_INSERT)
		write_insert(&text, writing, statement, view);
	else if (command == CMD_UPDATE)
		write_update(&text, writing, statement, view);
	else
	{
		appendStringInfo(&text, "DELETE FROM %s WHERE ", writing->name);
		add_key(&text, writing, statement, view);
	}
	if (command != CMD_DELETE)
		add_returning(&text, writing);
	MemoryContextSwitchTo(oldcontext);
	statement->plan = kept_plan(text.data, statement);
	if (statement->plan == NULL)
	{
		statement->plan = prepare(text.data, statement);
		return statement;
	}
	oldcontext = MemoryContextSwitchTo(writing->context);
	writing->statements = lappend(writing->statements, statement);
	MemoryContextSwitchTo(oldcontext);
	return statement;
}

/* ------------------------------------------------------------------------
 * Writing
 * ------------------------------------------------------------------------ */

static void
refuse_column(const Writing *writing, Relation view, AttrNumber column)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("column \"%s\" of view \"%s\" cannot be written to",
					NameStr(TupleDescAttr(RelationGetDescr(view), column - 1)->attname),
					RelationGetRelationName(view)),
			 errdetail("It is not a column of table %s.", writing->name)));
}

/*
 * Columns that INSERT gives a value.  The view's row has NULL for what was not
 * given; NULL is written only where a default would come in instead that the
 * view has as well.
 */
static Bitmapset *
given_columns(const Writing *writing, Relation view, HeapTuple row)
{
	Bitmapset  *columns = NULL;

	for (AttrNumber column = 1; column <= writing->view.n_columns; column++)
	{
		bool		isnull = heap_attisnull(row, column, RelationGetDescr(view));
		Form_pg_attribute attribute;

		if (writing->view.columns[column - 1].attnum == InvalidAttrNumber)
		{
			if (!isnull)
				refuse_column(writing, view, column);
			continue;
		}
		attribute = table_column(writing, column);
		if (!isnull || (attribute->atthasdef && !attribute->attnotnull && !attribute->attgenerated &&
						TupleDescAttr(RelationGetDescr(view), column - 1)->atthasdef))
			columns = bms_add_member(columns, column);
	}
	return columns;
}

static Bitmapset *
changed_columns(const Writing *writing, Relation view, HeapTuple before, HeapTuple after)
{
	TupleDesc	desc = RelationGetDescr(view);
	Bitmapset  *columns = NULL;

	for (AttrNumber column = 1; column <= writing->view.n_columns; column++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
		bool		was_null,
					isnull;
		Datum		was = heap_getattr(before, column, desc, &was_null);
		Datum		is = heap_getattr(after, column, desc, &isnull);

		if (was_null && isnull)
			continue;
		if (!was_null && !isnull && datum_image_eq(was, is, attribute->attbyval, attribute->attlen))
			continue;
		if (writing->view.columns[column - 1].attnum == InvalidAttrNumber)
			refuse_column(writing, view, column);
		columns = bms_add_member(columns, column);
	}
	return columns;
}

static void
parameters(const Statement *statement, Relation view, HeapTuple before, HeapTuple after,
		   Datum *values, char *nulls)
{
	for (int i = 0; i < statement->n_parameters; i++)
	{
		bool		isnull;

		values[i] = heap_getattr(statement->from_old[i] ? before : after, statement->sources[i],
								 RelationGetDescr(view), &isnull);
		nulls[i] = isnull ? 'n' : ' ';
	}
}

/* The row that the view returns: new, with what the table has made of it. */
static HeapTuple
returned_row(const Writing *writing, Relation view, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(view);
	int		   *numbers = palloc(sizeof(int) * desc->natts);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	int			n = 0,
				column = -1;

	while ((column = bms_next_member(writing->returned, column)) >= 0)
	{
		if (writing->view.columns[column - 1].attnum == InvalidAttrNumber)
			continue;
		numbers[n] = column;
		values[n] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, n + 1, &nulls[n]);
		n++;
	}
	return heap_modify_tuple_by_cols(new, desc, n, numbers, values, nulls);
}

static void
check_result(int result)
{
	if (result < 0)
		elog(ERROR, "SPI failed: %s", SPI_result_code_string(result));
}

/* The row is not there any more as the view has shown it: hidden, gone, or changed? */
static void
refuse_if_changed(const Writing *writing, const Statement *statement, Datum *values, char *nulls)
{
	if (statement->changed_meanwhile == NULL)
		return;
	check_result(SPI_execute_with_args(statement->changed_meanwhile, statement->n_parameters,
									   statement->types, values, nulls, false, 1));
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not update a row of table %s due to concurrent update", writing->name),
				 errdetail("The columns to be changed are not as the view has shown them."),
				 errhint("Run the transaction again, or update the table itself.")));
}

static HeapTuple
write_row(Writing *writing, Relation view, CmdType command, HeapTuple before, HeapTuple after)
{
	MemoryContext oldcontext = CurrentMemoryContext;
	HeapTuple	result = command == CMD_DELETE ? before : after;
	Bitmapset  *columns = command == CMD_INSERT ? given_columns(writing, view, after) :
		command == CMD_UPDATE ? changed_columns(writing, view, before, after) : NULL;
	Statement  *statement;
	Datum	   *values;
	char	   *nulls;

	if (command == CMD_UPDATE && bms_is_empty(columns))
		return result;			/* what is returned is as it was read */
	SPI_connect();
	statement = statement_for(writing, view, command, columns);
	values = palloc(sizeof(Datum) * (statement->n_parameters + 1));
	nulls = palloc(statement->n_parameters + 1);
	parameters(statement, view, before, after, values, nulls);
	check_result(SPI_execute_plan(statement->plan, values, nulls, false, 0));
	if (SPI_processed == 0)
	{
		if (command == CMD_UPDATE)
			refuse_if_changed(writing, statement, values, nulls);
		result = NULL;
	}
	else if (command != CMD_DELETE && SPI_tuptable)
	{
		MemoryContext spi_context = MemoryContextSwitchTo(oldcontext);

		result = returned_row(writing, view, after);
		MemoryContextSwitchTo(spi_context);
	}
	SPI_finish();
	return result;
}

static void
require_key(const Writing *writing, Relation view)
{
	if (writing->key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rows of view \"%s\" cannot be updated or deleted", RelationGetRelationName(view)),
				 errdetail("Table %s has no unique key, of columns that are NOT NULL and not sealed, that the view shows.",
						   writing->name),
				 errhint("Write to the table itself, or give it a primary key.")));
}

/* wdd.write_revealed() returns trigger; INSTEAD OF INSERT OR UPDATE OR DELETE FOR EACH ROW */
Datum
wdd_write_revealed(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Writing    *writing = fcinfo->flinfo->fn_extra;
	CmdType		command;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_INSTEAD(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("wdd.write_revealed() is a trigger INSTEAD OF INSERT OR UPDATE OR DELETE FOR EACH ROW")));
	if (writing == NULL || writing->relid != RelationGetRelid(data->tg_relation))
		writing = describe_view(fcinfo, data->tg_relation);
	command = TRIGGER_FIRED_BY_INSERT(data->tg_event) ? CMD_INSERT :
		TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? CMD_UPDATE : CMD_DELETE;
	if (command != CMD_INSERT)
		require_key(writing, data->tg_relation);
	return PointerGetDatum(write_row(writing, data->tg_relation, command, data->tg_trigtuple,
									 command == CMD_INSERT ? data->tg_trigtuple : data->tg_newtuple));
}
