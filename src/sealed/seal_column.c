/*
 * seal_column.c
 *		Sealing a column that holds plaintext, while the table is in use.
 *
 * wdd.seal_column() (seal_column.sql) gives the table a second column, sealed.
 * From then on a trigger seals into it what is stored in the first, and
 * wdd.seal_pages() does the rows that were there before, some pages a
 * transaction: only the second column changes, no trigger of users fires, and no
 * row is shown to anybody.
 *
 * Both move plaintext of every person without a purpose, so the second column
 * must be as protected as the first.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "catalog/label_order.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "compat.h"
#include "errors.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "sealed/binding.h"
#include "sealed/row_subject.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(wdd_seal_from);
PG_FUNCTION_INFO_V1(wdd_seal_pages);

/* One column that is sealed into another. */
typedef struct Sealing
{
	Oid			relid;
	AttrNumber	from;
	WddSealedColumn to;
	WddCell		cell;
	AttrNumber	subject;		/* 0: rows are nobody's */
	FmgrInfo	output;			/* of the plain type */
	FmgrInfo	input;			/* of the sealed type */
	Oid			input_param;
} Sealing;

static AttrNumber
find_column(Relation rel, const char *name)
{
	AttrNumber	attnum = get_attnum(RelationGetRelid(rel), name);

	if (attnum <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of table \"%s\" does not exist", name, RelationGetRelationName(rel))));
	return attnum;
}

static void
refuse_wider(const Sealing *sealing, Relation rel, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("column \"%s\" of table \"%s\" may not be sealed into column \"%s\"",
					get_attname(sealing->relid, sealing->from, false), RelationGetRelationName(rel),
					sealing->to.name),
			 errdetail("%s", reason),
			 errhint("Give the sealed column the label of the other.")));
}

/* Look at both columns, and refuse what would move values to a wider place. */
static void
describe(Sealing *sealing, Relation rel, const char *from, const char *to, MemoryContext context)
{
	const WddProtectedRelation *protected = wdd_protected_relation(RelationGetRelid(rel));
	const WddProtectedColumn *source,
			   *target;
	Form_pg_attribute attribute;
	Oid			function;
	bool		is_varlena;
	char	   *reason;

	sealing->relid = RelationGetRelid(rel);
	sealing->from = find_column(rel, from);
	sealing->to.attnum = find_column(rel, to);
	sealing->to.name = MemoryContextStrdup(context, to);
	attribute = TupleDescAttr(RelationGetDescr(rel), sealing->to.attnum - 1);
	if (!wdd_sealed_type(attribute->atttypid, attribute->atttypmod, &sealing->to) || sealing->to.is_array)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of table \"%s\" is not of a sealed type", to, RelationGetRelationName(rel))));
	source = protected ? wdd_protected_column(protected, sealing->from) : NULL;
	target = protected ? wdd_protected_column(protected, sealing->to.attnum) : NULL;
	if (target == NULL || source == NULL)
		refuse_wider(sealing, rel, "Both columns must be labelled.");
	if ((reason = wdd_wider_because(protected, target, protected, source)) != NULL)
		refuse_wider(sealing, rel, reason);
	sealing->cell.column = &sealing->to;
	sealing->cell.relation = MemoryContextStrdup(context, RelationGetRelationName(rel));
	if (wdd_row_subject_of(&sealing->cell.subject, protected))
		sealing->subject = protected->subjects[0].attnum;
	getTypeOutputInfo(TupleDescAttr(RelationGetDescr(rel), sealing->from - 1)->atttypid, &function, &is_varlena);
	fmgr_info_cxt(function, &sealing->output, context);
	getTypeInputInfo(sealing->to.type, &function, &sealing->input_param);
	fmgr_info_cxt(function, &sealing->input, context);
}

/* As the type's input makes it: not bound to a row yet. */
static Datum
sealed_of(Sealing *sealing, Datum plain)
{
	char	   *text = OutputFunctionCall(&sealing->output, plain);

	return InputFunctionCall(&sealing->input, text, sealing->input_param, sealing->to.typmod);
}

/* ------------------------------------------------------------------------
 * The trigger
 * ------------------------------------------------------------------------ */

static bool
is_same(HeapTuple a, HeapTuple b, AttrNumber attnum, TupleDesc desc)
{
	bool		a_null,
				b_null;
	Datum		x = heap_getattr(a, attnum, desc, &a_null);
	Datum		y = heap_getattr(b, attnum, desc, &b_null);
	Form_pg_attribute attribute = TupleDescAttr(desc, attnum - 1);

	if (a_null || b_null)
		return a_null && b_null;
	return datum_image_eq(x, y, attribute->attbyval, attribute->attlen);
}

static HeapTuple
sealed_row(Sealing *sealing, HeapTuple new, HeapTuple old, TupleDesc desc)
{
	int			number = sealing->to.attnum;
	bool		isnull,
				was_null;
	Datum		value = heap_getattr(new, sealing->from, desc, &isnull);

	if (old)
	{
		(void) heap_getattr(old, number, desc, &was_null);
		/* what was sealed already stays as it is */
		if ((!was_null || isnull) && is_same(old, new, sealing->from, desc) && is_same(old, new, number, desc))
			return new;
	}
	value = isnull ? (Datum) 0 : sealed_of(sealing, value);
	return heap_modify_tuple_by_cols(new, desc, 1, &number, &value, &isnull);
}

/* wdd.seal_from() returns trigger; BEFORE INSERT OR UPDATE FOR EACH ROW; arguments: both columns */
Datum
wdd_seal_from(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Sealing    *sealing = fcinfo->flinfo->fn_extra;
	bool		is_update;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event) ||
		data->tg_trigger->tgnargs != 2)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("wdd.seal_from() is a trigger BEFORE INSERT OR UPDATE FOR EACH ROW, with two columns")));
	if (sealing == NULL || sealing->relid != RelationGetRelid(data->tg_relation))
	{
		sealing = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Sealing));
		describe(sealing, data->tg_relation, data->tg_trigger->tgargs[0], data->tg_trigger->tgargs[1],
				 fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = sealing;
	}
	is_update = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
	return PointerGetDatum(sealed_row(sealing, is_update ? data->tg_newtuple : data->tg_trigtuple,
									  is_update ? data->tg_trigtuple : NULL,
									  RelationGetDescr(data->tg_relation)));
}

/* ------------------------------------------------------------------------
 * Rows that were there before
 * ------------------------------------------------------------------------ */

/* What is being written, while pages are sealed. */
typedef struct Writing
{
	Relation	rel;
	Sealing		sealing;
	EState	   *estate;
	ResultRelInfo *result;
	EPQState	epq;
	TupleTableSlot *locked;
	TupleTableSlot *written;
} Writing;

/* An error says which row it is of; a place in a file is of no person. */
static void
add_place(void *arg)
{
	TupleTableSlot *slot = arg;

	errcontext("row with ctid (%u,%u)", ItemPointerGetBlockNumberNoCheck(&slot->tts_tid),
			   ItemPointerGetOffsetNumberNoCheck(&slot->tts_tid));
}

static bool
needs_sealing(const Writing *writing, TupleTableSlot *slot)
{
	return !slot_attisnull(slot, writing->sealing.from) && slot_attisnull(slot, writing->sealing.to.attnum);
}

static void
fill_written(Writing *writing)
{
	Sealing    *sealing = &writing->sealing;
	TupleTableSlot *from = writing->locked,
			   *to = writing->written;
	Datum		subject;
	bool		isnull = true;

	slot_getallattrs(from);
	ExecClearTuple(to);
	memcpy(to->tts_values, from->tts_values, sizeof(Datum) * from->tts_nvalid);
	memcpy(to->tts_isnull, from->tts_isnull, sizeof(bool) * from->tts_nvalid);
	ExecStoreVirtualTuple(to);
	subject = sealing->subject ? slot_getattr(from, sealing->subject, &isnull) : (Datum) 0;
	wdd_row_subject_set(&sealing->cell.subject, subject, isnull);
	to->tts_values[sealing->to.attnum - 1] =
		wdd_bind_value(&sealing->cell, NULL, sealed_of(sealing, from->tts_values[sealing->from - 1]));
	to->tts_isnull[sealing->to.attnum - 1] = false;
}

/* Lock the newest version, and seal its value, unless it has been meanwhile. */
static bool
seal_found(Writing *writing, TupleTableSlot *found, Snapshot snapshot)
{
	TM_FailureData failure;
	ItemPointerData tid = found->tts_tid;
	TM_Result	result = table_tuple_lock(writing->rel, &tid, snapshot, writing->locked,
										  GetCurrentCommandId(false), LockTupleNoKeyExclusive, LockWaitBlock,
										  TUPLE_LOCK_FLAG_FIND_LAST_VERSION, &failure);

	if (result != TM_Ok || !needs_sealing(writing, writing->locked))
		return false;			/* deleted, or changed under the trigger */
	fill_written(writing);
	ExecSimpleRelationUpdate(writing->result, writing->estate, &writing->epq, writing->locked, writing->written);
	return true;
}

static void
begin_writing(Writing *writing)
{
	writing->estate = CreateExecutorState();
	writing->estate->es_output_cid = GetCurrentCommandId(true);
	writing->result = makeNode(ResultRelInfo);
	InitResultRelInfo(writing->result, writing->rel, 0, NULL, 0);
	writing->result->ri_TrigDesc = NULL;	/* nothing that triggers know of changes */
	ExecOpenIndices(writing->result, false);
	wdd_no_plan_qual(&writing->epq, writing->estate);
	writing->locked = table_slot_create(writing->rel, NULL);
	writing->written = MakeSingleTupleTableSlot(RelationGetDescr(writing->rel), &TTSOpsVirtual);
}

static void
end_writing(Writing *writing)
{
	ExecDropSingleTupleTableSlot(writing->locked);
	ExecDropSingleTupleTableSlot(writing->written);
	EvalPlanQualEnd(&writing->epq);
	ExecCloseIndices(writing->result);
	FreeExecutorState(writing->estate);
}

static int64
seal_range(Writing *writing, BlockNumber first, BlockNumber n)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = table_beginscan(writing->rel, snapshot, 0, NULL);
	TupleTableSlot *found = table_slot_create(writing->rel, NULL);
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "wdd_privacy row to seal",
											  ALLOCSET_DEFAULT_SIZES);
	MemoryContext outer = CurrentMemoryContext;
	ErrorContextCallback place = {error_context_stack, add_place, found};
	int64		sealed = 0;

	heap_setscanlimits(scan, first, n);
	error_context_stack = &place;
	PushActiveSnapshot(snapshot);
	writing->estate->es_snapshot = snapshot;
	while (table_scan_getnextslot(scan, ForwardScanDirection, found))
	{
		CHECK_FOR_INTERRUPTS();
		if (!needs_sealing(writing, found))
			continue;
		MemoryContextSwitchTo(row);
		if (seal_found(writing, found, snapshot))
			sealed++;
		ResetPerTupleExprContext(writing->estate);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(row);
	}
	PopActiveSnapshot();
	error_context_stack = place.previous;
	MemoryContextDelete(row);
	ExecDropSingleTupleTableSlot(found);
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	return sealed;
}

/*
 * wdd.seal_pages(relation regclass, from_column name, to_column name, first bigint, pages bigint) returns bigint
 */
Datum
wdd_seal_pages(PG_FUNCTION_ARGS)
{
	Writing		writing = {table_open(PG_GETARG_OID(0), RowExclusiveLock)};
	BlockNumber blocks = RelationGetNumberOfBlocks(writing.rel);
	int64		first = PG_GETARG_INT64(3);
	int64		n = Min(PG_GETARG_INT64(4), (int64) blocks - first);
	int64		sealed = 0;

	if (!wdd_owns_relation(RelationGetRelid(writing.rel), GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, RelationGetRelationName(writing.rel));
	if (writing.rel->rd_rel->relkind != RELKIND_RELATION || writing.rel->rd_tableam != GetHeapamTableAmRoutine())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" cannot be sealed page by page", RelationGetRelationName(writing.rel)),
				 errdetail("It is not a table of access method heap.")));
	describe(&writing.sealing, writing.rel, NameStr(*PG_GETARG_NAME(1)), NameStr(*PG_GETARG_NAME(2)),
			 CurrentMemoryContext);
	writing.sealing.cell.column = &writing.sealing.to;
	if (first >= 0 && n > 0)
	{
		begin_writing(&writing);
		sealed = seal_range(&writing, first, n);
		end_writing(&writing);
	}
	table_close(writing.rel, NoLock);
	PG_RETURN_INT64(sealed);
}
