/*
 * token_renewal.c
 *		Writing a table anew with search tokens of another epoch.
 *
 * As ALTER TABLE rewrites a table: into a new heap, of what is alive, and with
 * all indexes built anew.  An UPDATE would leave tokens of the old epoch in
 * indexes, which cannot be compared with those of the new one.  No trigger fires
 * and no query runs; nothing but tokens changes.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/cluster.h"
#include "commands/tablecmds.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "sealed/array.h"
#include "sealed/binding.h"
#include "storage/predicate.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(wdd_renew_tokens);

typedef struct Renewal
{
	const char *relation;
	WddSealedKind kind;
	WddSealedColumn *columns;
	int			n_columns;
	MemoryContext per_row;
} Renewal;

static Datum
renew_element(void *context, Datum value)
{
	return wdd_renew_token(context, value);
}

static void
renew_row(const Renewal *renewal, Datum *values, const bool *nulls)
{
	for (int i = 0; i < renewal->n_columns; i++)
	{
		const WddSealedColumn *column = &renewal->columns[i];
		Datum	   *value = &values[column->attnum - 1];
		WddCell		cell = {column, renewal->relation};

		if (column->kind != renewal->kind || nulls[column->attnum - 1])
			continue;
		if (column->is_array)
			*value = wdd_sealed_array_map(*value, column->type, renew_element, &cell);
		else
			*value = wdd_renew_token(&cell, *value);
	}
}

/* A row of the new heap, in its slot. */
static void
make_row(const Renewal *renewal, TupleTableSlot *old, TupleTableSlot *new)
{
	TupleDesc	desc = new->tts_tupleDescriptor;

	slot_getallattrs(old);
	ExecClearTuple(new);
	memcpy(new->tts_values, old->tts_values, sizeof(Datum) * desc->natts);
	memcpy(new->tts_isnull, old->tts_isnull, sizeof(bool) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attisdropped)
			new->tts_isnull[i] = true;
	}
	renew_row(renewal, new->tts_values, new->tts_isnull);
	ExecStoreVirtualTuple(new);
}

static int64
copy_rows(const Renewal *renewal, Relation from, Relation to)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(from, snapshot, 0, NULL);
	TupleTableSlot *old = table_slot_create(from, NULL);
	TupleTableSlot *new = MakeSingleTupleTableSlot(RelationGetDescr(to), &TTSOpsVirtual);
	BulkInsertState bulk = GetBulkInsertState();
	CommandId	command = GetCurrentCommandId(true);
	MemoryContext outer = MemoryContextSwitchTo(renewal->per_row);
	int64		n = 0;

	for (; table_scan_getnextslot(scan, ForwardScanDirection, old); n++)
	{
		CHECK_FOR_INTERRUPTS();
		make_row(renewal, old, new);
		table_tuple_insert(to, new, command, TABLE_INSERT_SKIP_FSM, bulk);
		ExecClearTuple(new);
		MemoryContextReset(renewal->per_row);
	}
	MemoryContextSwitchTo(outer);
	FreeBulkInsertState(bulk);
	ExecDropSingleTupleTableSlot(old);
	ExecDropSingleTupleTableSlot(new);
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_finish_bulk_insert(to, TABLE_INSERT_SKIP_FSM);
	return n;
}

/* wdd.renew_tokens(relation regclass, domain text) returns bigint */
Datum
wdd_renew_tokens(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	Relation	from = table_open(relid, AccessExclusiveLock);
	Renewal		renewal = {RelationGetRelationName(from)};
	char		persistence = from->rd_rel->relpersistence;
	Relation	to;
	Oid			new_heap;
	int64		n;

	if (!wdd_kind_by_name(text_to_cstring(PG_GETARG_TEXT_PP(1)), &renewal.kind) ||
		from->rd_rel->relkind != RELKIND_RELATION)
		elog(ERROR, "wdd.renew_tokens() is called with a table and a kind of sealed type");
	CheckTableNotInUse(from, "wdd.rotate_tokens()");
	renewal.relation = pstrdup(renewal.relation);
	renewal.columns = wdd_sealed_columns(RelationGetDescr(from), &renewal.n_columns);
	renewal.per_row = AllocSetContextCreate(CurrentMemoryContext, "wdd_privacy tokens", ALLOCSET_DEFAULT_SIZES);
	TransferPredicateLocksToHeapRelation(from);
	new_heap = make_new_heap(relid, from->rd_rel->reltablespace, from->rd_rel->relam, persistence, AccessExclusiveLock);
	to = table_open(new_heap, NoLock);
	n = copy_rows(&renewal, from, to);
	table_close(to, NoLock);
	table_close(from, NoLock);
	finish_heap_swap(relid, new_heap, false, false, false, true, RecentXmin, ReadNextMultiXactId(), persistence);
	MemoryContextDelete(renewal.per_row);
	PG_RETURN_INT64(n);
}
