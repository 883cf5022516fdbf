/*
 * seal_row.c
 *		Storing sealed values: the trigger that binds them to their row, and the
 *		constraint that refuses what was not bound.
 *
 * Both are put on every table with sealed columns (statement/sealed_table.c).
 * The trigger is a BEFORE ROW trigger; the constraint sees what all such
 * triggers have left, also where ours did not run (a later trigger, a setting,
 * a child without it).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/label_cache.h"
#include "commands/trigger.h"
#include "compat.h"
#include "errors.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "replication/logicalworker.h"
#include "sealed/array.h"
#include "sealed/binding.h"
#include "sealed/envelope.h"
#include "sealed/row_subject.h"
#include "session/purpose_setting.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(wdd_seal_row);
PG_FUNCTION_INFO_V1(wdd_sealed_is_bound);

/* What is known of the table, in fn_extra, for the statement. */
typedef struct SealingTable
{
	Oid			relid;
	const WddProtectedRelation *rel;
	AttrNumber	subject;		/* 0: rows are nobody's */
	WddCell		cell;
	WddRowSubject before;
	const WddRowSubject *moved_from;	/* before, where an UPDATE gives the row to
										 * somebody else; else NULL */
	int			n_columns;
	WddSealedColumn *columns;
	bool		loads;			/* a dump, or changes of a publisher */
} SealingTable;

static bool
is_labelled(const WddProtectedRelation *rel, const WddSealedColumn *column)
{
	return rel && !rel->closed && wdd_protected_column(rel, column->attnum);
}

static SealingTable *
describe_table(FunctionCallInfo fcinfo, Relation relation)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	SealingTable *table = palloc0(sizeof(SealingTable));

	table->relid = RelationGetRelid(relation);
	table->rel = wdd_protected_relation(table->relid);
	table->columns = wdd_sealed_columns(RelationGetDescr(relation), &table->n_columns);
	table->cell.relation = table->rel ? table->rel->name : pstrdup(RelationGetRelationName(relation));
	if (table->rel && wdd_row_subject_of(&table->cell.subject, table->rel))
		table->subject = table->rel->subjects[0].attnum;
	table->before = table->cell.subject;
	table->loads = IsLogicalWorker() ||
		(wdd_setting_purpose && strcmp(wdd_setting_purpose, "restore") == 0);
	MemoryContextSwitchTo(oldcontext);
	fcinfo->flinfo->fn_extra = table;
	return table;
}

static void
refuse_unlabelled(const SealingTable *table, const WddSealedColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("column \"%s\" of table \"%s\" is sealed, but not labelled", column->name,
					table->cell.relation),
			 errdetail("Without labels it is not known whose key a value shall be sealed with, and for what it may be opened."),
			 errhint("SECURITY LABEL FOR wdd_privacy ON TABLE ... IS 'subject=...', and ON COLUMN ... IS 'purposes=...'.")));
}

/* A value of the column, or an element of its array. */
static Datum
bind_value(void *context, Datum value)
{
	SealingTable *table = context;

	return table->loads ? wdd_accept_bound(&table->cell, value)
		: wdd_bind_value(&table->cell, table->moved_from, value);
}

/* old: the row as it was before an UPDATE; NULL: INSERT. */
static bool
is_unchanged(const SealingTable *table, HeapTuple old, const WddSealedColumn *column, Datum value, TupleDesc desc)
{
	bool		isnull;
	Datum		before;

	if (old == NULL || table->moved_from)
		return false;
	before = heap_getattr(old, column->attnum, desc, &isnull);
	return !isnull && datumIsEqual(before, value, false, -1);
}

static bool
seal_column(SealingTable *table, HeapTuple old, const WddSealedColumn *column, Datum *value, TupleDesc desc)
{
	Datum		bound;

	if (is_unchanged(table, old, column, *value, desc))
		return false;
	/* what a label names may be loaded after the rows */
	if (!table->loads && !is_labelled(table->rel, column))
		refuse_unlabelled(table, column);
	table->cell.column = column;
	if (column->is_array)
		bound = wdd_sealed_array_map(*value, column->type, bind_value, table);
	else
		bound = bind_value(table, *value);
	if (bound == *value)
		return false;
	*value = bound;
	return true;
}

/* Learn the subjects of both rows, and whether they differ. */
static void
take_subjects(SealingTable *table, HeapTuple new, HeapTuple old, TupleDesc desc)
{
	Form_pg_attribute column;
	bool		isnull,
				was_null;
	Datum		value,
				before;

	table->moved_from = NULL;
	if (table->subject == InvalidAttrNumber)
		return;
	value = heap_getattr(new, table->subject, desc, &isnull);
	wdd_row_subject_set(&table->cell.subject, value, isnull);
	if (old == NULL)
		return;
	before = heap_getattr(old, table->subject, desc, &was_null);
	wdd_row_subject_set(&table->before, before, was_null);
	column = TupleDescAttr(desc, table->subject - 1);
	if (isnull != was_null ||
		(!isnull && !datumIsEqual(value, before, column->attbyval, column->attlen)))
		table->moved_from = &table->before;
}

static HeapTuple
seal_tuple(SealingTable *table, HeapTuple new, HeapTuple old, TupleDesc desc)
{
	int		   *numbers = palloc(sizeof(int) * table->n_columns);
	Datum	   *values = palloc(sizeof(Datum) * table->n_columns);
	bool	   *nulls = palloc0(sizeof(bool) * table->n_columns);
	int			n = 0;

	take_subjects(table, new, old, desc);
	for (int i = 0; i < table->n_columns; i++)
	{
		const WddSealedColumn *column = &table->columns[i];
		bool		isnull;
		Datum		value = heap_getattr(new, column->attnum, desc, &isnull);

		if (isnull || !seal_column(table, old, column, &value, desc))
			continue;
		numbers[n] = column->attnum;
		values[n++] = value;
	}
	return n == 0 ? new : heap_modify_tuple_by_cols(new, desc, n, numbers, values, nulls);
}

/* wdd.seal_row() returns trigger; BEFORE INSERT OR UPDATE FOR EACH ROW */
Datum
wdd_seal_row(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	SealingTable *table = fcinfo->flinfo->fn_extra;
	bool		is_update;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("wdd.seal_row() is a trigger BEFORE INSERT OR UPDATE FOR EACH ROW")));
	is_update = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
	if (table == NULL || table->relid != RelationGetRelid(data->tg_relation))
		table = describe_table(fcinfo, data->tg_relation);
	return PointerGetDatum(seal_tuple(table, is_update ? data->tg_newtuple : data->tg_trigtuple,
									  is_update ? data->tg_trigtuple : NULL,
									  RelationGetDescr(data->tg_relation)));
}

static bool
is_bound(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	WddEnvelope envelope;

	return wdd_envelope_read((uint8 *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &envelope) &&
		!(envelope.flags & (WDD_SEALED_UNBOUND | WDD_SEALED_VERIFIED));
}

static bool
all_are_bound(Datum datum)
{
	ArrayIterator iterator = array_create_iterator(DatumGetArrayTypeP(datum), 0, NULL);
	Datum		value;
	bool		isnull;

	while (array_iterate(iterator, &value, &isnull))
		if (!isnull && !is_bound(value))
			return false;
	return true;
}

/*
 * wdd.sealed_is_bound(value anyelement) returns boolean, strict: is it the value
 * of some row, and without what is known in memory only?
 */
Datum
wdd_sealed_is_bound(PG_FUNCTION_ARGS)
{
	WddSealedColumn *type = fcinfo->flinfo->fn_extra;

	if (type == NULL)
	{
		type = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(WddSealedColumn));
		if (!wdd_sealed_type(get_fn_expr_argtype(fcinfo->flinfo, 0), -1, type))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("wdd.sealed_is_bound() takes a value of a sealed type")));
		fcinfo->flinfo->fn_extra = type;
	}
	PG_RETURN_BOOL(type->is_array ? all_are_bound(PG_GETARG_DATUM(0)) : is_bound(PG_GETARG_DATUM(0)));
}
