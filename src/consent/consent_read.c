/*
 * consent_read.c
 *		Reading wdd.consent_state under a latest snapshot (see consent_read.h).
 *
 * "Latest" means taken at the moment of opening, whatever snapshot the
 * transaction works with, so that a withdrawal binds in REPEATABLE READ too.
 * GetLatestSnapshot() refuses to work in parallel mode; but GetSnapshotData()
 * only reads the list of running transactions, and it recognizes the leader's
 * own writes in a worker as in the leader (TransactionIdIsCurrentTransactionId
 * and the command id are shared with workers), so it is called directly there.
 *
 * Index scans fetch "permitted" from the index and visit the table only where
 * it is not all visible.  They take no predicate locks for pages they do not
 * visit: consent is no part of what SERIALIZABLE makes a transaction see.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "compat.h"
#include "consent/consent_read.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/procarray.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/xid8.h"

/* Readers whose resources a resource owner may release behind their back. */
static dlist_head open_readers = DLIST_STATIC_INIT(open_readers);

/* An index scan over persons in key order. */
typedef struct KeyScan
{
	WddConsentReader *reader;
	IndexScanDesc scan;
	Buffer		visibility_map;
	uint64		n_rows;			/* index entries seen */
} KeyScan;

/*
 * A resource owner is released; it has given back what readers held in it.
 */
static void
forget_released(ResourceReleasePhase phase, bool is_commit, bool is_top_level, void *arg)
{
	dlist_iter	iter;

	if (phase != RESOURCE_RELEASE_AFTER_LOCKS)
		return;
	dlist_foreach(iter, &open_readers)
	{
		WddConsentReader *reader = dlist_container(WddConsentReader, node, iter.cur);

		if (reader->owner == CurrentResourceOwner)
			reader->owner = NULL;
	}
}

void
wdd_consent_read_init(void)
{
	RegisterResourceReleaseCallback(forget_released, NULL);
}

static Snapshot
latest_snapshot(void)
{
	static SnapshotData in_parallel_mode = {SNAPSHOT_MVCC};

	if (IsInParallelMode())
		return GetSnapshotData(&in_parallel_mode);
	return GetLatestSnapshot();
}

/* The reader's context goes; see wdd_consent_reader_close(). */
static void
release_reader(void *arg)
{
	WddConsentReader *reader = arg;
	ResourceOwner save = CurrentResourceOwner;

	dlist_delete(&reader->node);

	/* In an abort the resource owner gives everything back by itself. */
	if (reader->owner == NULL || !IsTransactionState())
		return;

	CurrentResourceOwner = reader->owner;
	if (reader->snapshot != NULL)
		UnregisterSnapshot(reader->snapshot);
	if (reader->slot != NULL)
		ExecDropSingleTupleTableSlot(reader->slot);
	if (reader->by_key != NULL)
		index_close(reader->by_key, AccessShareLock);
	if (reader->table != NULL)
		table_close(reader->table, AccessShareLock);
	CurrentResourceOwner = save;
}

WddConsentReader *
wdd_consent_reader_open(WddKeyType key_type)
{
	MemoryContext context;
	MemoryContext save;
	WddConsentReader *reader;

	context = AllocSetContextCreate(CurrentMemoryContext, "wdd consent reader",
									ALLOCSET_SMALL_SIZES);
	save = MemoryContextSwitchTo(context);
	reader = palloc0(sizeof(WddConsentReader));
	reader->context = context;
	reader->key_type = key_type;
	reader->owner = CurrentResourceOwner;
	reader->callback.func = release_reader;
	reader->callback.arg = reader;
	dlist_push_head(&open_readers, &reader->node);
	MemoryContextRegisterResetCallback(context, &reader->callback);

	reader->table = table_open(wdd_own_relation(WDD_REL_CONSENT_STATE), AccessShareLock);
	reader->by_key = index_open(wdd_own_relation(WDD_REL_CONSENT_STATE_BY_KEY + key_type), AccessShareLock);
	reader->slot = table_slot_create(reader->table, NULL);
	reader->snapshot = RegisterSnapshot(latest_snapshot());
	MemoryContextSwitchTo(save);
	return reader;
}

void
wdd_consent_reader_close(WddConsentReader *reader)
{
	MemoryContextDelete(reader->context);
}

/*
 * Begin to scan the rows of a purpose and kind by key; with a key those of one
 * person.
 */
static void
key_scan_begin(KeyScan *keys, WddConsentReader *reader,
			   const WddConsentScope *scope, const Datum *key)
{
	static const RegProcedure equal[] = {
		[WDD_KEY_INTEGER] = F_INT8EQ,
		[WDD_KEY_UUID] = F_UUID_EQ,
		[WDD_KEY_TEXT] = F_TEXTEQ
	};
	ScanKeyData scan_keys[3];
	int			n_keys = 2;

	ScanKeyInit(&scan_keys[0], Anum_consent_by_key_purpose_id,
				BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(scope->purpose_id));
	ScanKeyInit(&scan_keys[1], Anum_consent_by_key_kind_id,
				BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(scope->kind_id));
	if (key != NULL)
		ScanKeyInit(&scan_keys[n_keys++], Anum_consent_by_key_key,
					BTEqualStrategyNumber, equal[reader->key_type], *key);

	keys->reader = reader;
	keys->visibility_map = InvalidBuffer;
	keys->n_rows = 0;
	keys->scan = wdd_index_beginscan(reader->table, reader->by_key, reader->snapshot, n_keys);
	keys->scan->xs_want_itup = true;
	index_rescan(keys->scan, scan_keys, n_keys, NULL, 0);
}

static int16
index_category(IndexScanDesc scan)
{
	bool		is_null;

	return DatumGetInt16(index_getattr(scan->xs_itup, Anum_consent_by_key_category_id,
									   scan->xs_itupdesc, &is_null));
}

/*
 * The next visible row of the category or of every category.  See
 * IndexOnlyNext() in the executor for why the visibility map may be trusted.
 */
static bool
key_scan_next(KeyScan *keys, int16 category_id, int16 *row_category, bool *permitted)
{
	IndexScanDesc scan = keys->scan;
	ItemPointer tid;

	while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		bool		is_null;

		keys->n_rows++;
		*row_category = index_category(scan);
		if (*row_category != WDD_CATEGORY_ALL && *row_category != category_id)
			continue;
		if (!VM_ALL_VISIBLE(scan->heapRelation, ItemPointerGetBlockNumber(tid),
							&keys->visibility_map) &&
			!index_fetch_heap(scan, keys->reader->slot))
			continue;
		*permitted = DatumGetBool(index_getattr(scan->xs_itup, Anum_consent_by_key_permitted,
												scan->xs_itupdesc, &is_null));
		return true;
	}
	return false;
}

static void
key_scan_end(KeyScan *keys)
{
	ExecClearTuple(keys->reader->slot);
	index_endscan(keys->scan);
	if (BufferIsValid(keys->visibility_map))
		ReleaseBuffer(keys->visibility_map);
}

WddSaid
wdd_consent_reader_probe(WddConsentReader *reader, const WddConsentScope *scope, Datum key)
{
	WddSaid		said = WDD_SAID_NOTHING;
	KeyScan		keys;
	int16		row_category;
	bool		permitted;

	/* category 0 comes first, so that the category's own row has the last word */
	key_scan_begin(&keys, reader, scope, &key);
	while (key_scan_next(&keys, scope->category_id, &row_category, &permitted))
	{
		said = permitted ? WDD_SAID_YES : WDD_SAID_NO;
		if (row_category == scope->category_id)
			break;
	}
	key_scan_end(&keys);
	return said;
}

/*
 * Rows of one person are neighbours in the index, category 0 first: the answer
 * of a person is known when the next one's row comes.
 */
static bool
collect_integers(KeyScan *keys, const WddConsentScope *scope, double limit, WddSetBuilder *builder)
{
	bool		silence = scope->silence_permits;
	bool		pending = false;
	bool		answer = silence;
	int64		person = 0;
	int16		row_category;
	bool		permitted;

	while (key_scan_next(keys, scope->category_id, &row_category, &permitted))
	{
		bool		is_null;
		int64		key = DatumGetInt64(index_getattr(keys->scan->xs_itup,
													  Anum_consent_by_key_key,
													  keys->scan->xs_itupdesc, &is_null));

		CHECK_FOR_INTERRUPTS();
		if (keys->n_rows > limit)
			return false;
		if (pending && key != person && answer != silence)
			wdd_set_builder_add_integer(builder, person);
		person = key;
		answer = permitted;
		pending = true;
	}
	if (pending && answer != silence)
		wdd_set_builder_add_integer(builder, person);
	return true;
}

static WddWideKey
wide_key_of_index_entry(IndexScanDesc scan, WddKeyType key_type, const uint8 *text_secret)
{
	bool		is_null;
	Datum		value = index_getattr(scan->xs_itup, Anum_consent_by_key_key,
									  scan->xs_itupdesc, &is_null);
	WddWideKey	key;
	text	   *string;

	if (key_type == WDD_KEY_UUID)
		return wdd_wide_key_uuid(DatumGetUUIDP(value));

	string = DatumGetTextPP(value);
	key = wdd_wide_key_text(text_secret, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);			/* was compressed */
	return key;
}

static bool
collect_wide(KeyScan *keys, const WddConsentScope *scope, double limit, WddSetBuilder *builder)
{
	bool		silence = scope->silence_permits;
	bool		pending = false;
	bool		answer = silence;
	WddWideKey	person = {0, 0};
	int16		row_category;
	bool		permitted;

	while (key_scan_next(keys, scope->category_id, &row_category, &permitted))
	{
		WddWideKey	key = wide_key_of_index_entry(keys->scan, scope->key_type,
												  wdd_set_builder_text_secret(builder));

		CHECK_FOR_INTERRUPTS();
		if (keys->n_rows > limit)
			return false;
		if (pending && (key.high != person.high || key.low != person.low) &&
			answer != silence)
			wdd_set_builder_add_wide(builder, person);
		person = key;
		answer = permitted;
		pending = true;
	}
	if (pending && answer != silence)
		wdd_set_builder_add_wide(builder, person);
	return true;
}

bool
wdd_consent_reader_collect(WddConsentReader *reader, const WddConsentScope *scope,
						   double limit, WddSetBuilder *builder, uint64 *n_rows)
{
	KeyScan		keys;
	bool		complete;

	key_scan_begin(&keys, reader, scope, NULL);
	if (scope->key_type == WDD_KEY_INTEGER)
		complete = collect_integers(&keys, scope, limit, builder);
	else
		complete = collect_wide(&keys, scope, limit, builder);
	*n_rows = keys.n_rows;
	key_scan_end(&keys);
	return complete;
}

/* An id of the present past or future as a full one. */
static FullTransactionId
full_transaction_id(TransactionId xid)
{
	FullTransactionId next = ReadNextFullTransactionId();
	uint32		epoch = EpochFromFullTransactionId(next);

	if (xid > XidFromFullTransactionId(next))
		epoch--;
	return FullTransactionIdFromEpochAndXid(epoch, xid);
}

static void
horizon_add_running(WddConsentHorizon *horizon, const TransactionId *xids, int n)
{
	if (horizon->n_running < 0 || horizon->n_running + n > WDD_HORIZON_RUNNING)
		horizon->n_running = -1;
	else if (n > 0)
	{
		memcpy(horizon->running + horizon->n_running, xids, n * sizeof(TransactionId));
		horizon->n_running += n;
	}
}

void
wdd_consent_reader_horizon(WddConsentReader *reader, WddConsentHorizon *horizon)
{
	Snapshot	snapshot = reader->snapshot;
	TransactionId own = GetTopTransactionIdIfAny();

	horizon->xmin = full_transaction_id(snapshot->xmin);
	horizon->xmax = full_transaction_id(snapshot->xmax);
	horizon->n_running = 0;

	/*
	 * On a standby top-level ids stand among the subtransactions', and stay
	 * there when those overflow.  A snapshot does not list its own
	 * transaction, which may yet change consent.
	 */
	if (snapshot->takenDuringRecovery)
		horizon_add_running(horizon, snapshot->subxip, snapshot->subxcnt);
	else
		horizon_add_running(horizon, snapshot->xip, snapshot->xcnt);
	if (TransactionIdIsValid(own))
		horizon_add_running(horizon, &own, 1);
}

/*
 * Is the row of this scope, and what is its person's answer now?  Its own
 * category's row tells; one of category 0 may be overridden by that.
 */
static bool
changed_answer(WddConsentReader *reader, const WddConsentScope *scope,
			   Datum *key, bool *permitted)
{
	TupleTableSlot *slot = reader->slot;
	bool		is_null;
	int16		row_category;

	slot_getsomeattrs(slot, Anum_consent_state_permitted);
	*key = slot_getattr(slot, wdd_consent_key_column(scope->key_type), &is_null);
	row_category = DatumGetInt16(slot->tts_values[Anum_consent_state_category_id - 1]);
	if (is_null ||
		DatumGetInt16(slot->tts_values[Anum_consent_state_purpose_id - 1]) != scope->purpose_id ||
		DatumGetInt16(slot->tts_values[Anum_consent_state_kind_id - 1]) != scope->kind_id ||
		(row_category != scope->category_id && row_category != WDD_CATEGORY_ALL))
		return false;

	*permitted = DatumGetBool(slot->tts_values[Anum_consent_state_permitted - 1]);
	return true;
}

/*
 * Tell of one row.  A probe uses the reader's slot, so the key is copied first.
 */
static bool
tell_change(WddConsentReader *reader, const WddConsentScope *scope,
			WddConsentChanged changed, void *arg)
{
	TupleTableSlot *slot = reader->slot;
	int			column = wdd_consent_key_column(scope->key_type) - 1;
	bool		overridable;
	Datum		key;
	bool		permitted;

	if (!changed_answer(reader, scope, &key, &permitted))
		return true;

	overridable = scope->category_id != WDD_CATEGORY_ALL &&
		DatumGetInt16(slot->tts_values[Anum_consent_state_category_id - 1]) == WDD_CATEGORY_ALL;
	if (overridable)
	{
		Form_pg_attribute attribute = TupleDescAttr(slot->tts_tupleDescriptor, column);

		key = datumCopy(key, attribute->attbyval, attribute->attlen);
		permitted = wdd_consent_reader_probe(reader, scope, key) == WDD_SAID_YES;
	}
	return changed(arg, key, permitted);
}

/*
 * Tell of the rows that one range of transactions wrote.  *limit counts down
 * the rows that are looked at.
 */
static bool
tell_changes_of(WddConsentReader *reader, const WddConsentScope *scope, IndexScanDesc scan,
				ScanKey range, double *limit, WddConsentChanged changed, void *arg)
{
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext,
													  "wdd changed consent",
													  ALLOCSET_SMALL_SIZES);
	bool		go_on = true;

	index_rescan(scan, range, 1, NULL, 0);
	while (go_on && index_getnext_tid(scan, ForwardScanDirection) != NULL)
	{
		MemoryContext save;

		CHECK_FOR_INTERRUPTS();
		if ((*limit)-- <= 0)
			go_on = false;
		else if (index_fetch_heap(scan, reader->slot))
		{
			save = MemoryContextSwitchTo(row_context);
			go_on = tell_change(reader, scope, changed, arg);
			MemoryContextSwitchTo(save);
			MemoryContextReset(row_context);
		}
	}
	MemoryContextDelete(row_context);
	return go_on;
}

/*
 * The tail is read transaction by transaction for those that were running at
 * the horizon, then from there on: so one that runs for hours does not have
 * every refresh pass over all that was written meanwhile.
 */
static bool
tell_tail(WddConsentReader *reader, const WddConsentScope *scope, IndexScanDesc scan,
		  const WddConsentHorizon *horizon, double limit, WddConsentChanged changed, void *arg)
{
	ScanKeyData range;
	FullTransactionId from = horizon->n_running < 0 ? horizon->xmin : horizon->xmax;
	int			i;

	for (i = 0; i < horizon->n_running; i++)
	{
		uint32		beyond_xmin = horizon->running[i] - XidFromFullTransactionId(horizon->xmin);
		uint64		xid = U64FromFullTransactionId(horizon->xmin) + beyond_xmin;

		ScanKeyInit(&range, 1, BTEqualStrategyNumber, F_XID8EQ,
					FullTransactionIdGetDatum(FullTransactionIdFromU64(xid)));
		if (!tell_changes_of(reader, scope, scan, &range, &limit, changed, arg))
			return false;
	}
	ScanKeyInit(&range, 1, BTGreaterEqualStrategyNumber, F_XID8GE,
				FullTransactionIdGetDatum(from));
	return tell_changes_of(reader, scope, scan, &range, &limit, changed, arg);
}

bool
wdd_consent_reader_changes(WddConsentReader *reader, const WddConsentScope *scope,
						   const WddConsentHorizon *horizon, double limit,
						   WddConsentChanged changed, void *arg)
{
	Relation	by_xid = index_open(wdd_own_relation(WDD_REL_CONSENT_STATE_CHANGED), AccessShareLock);
	IndexScanDesc scan = wdd_index_beginscan(reader->table, by_xid, reader->snapshot, 1);
	bool		complete;

	complete = tell_tail(reader, scope, scan, horizon, limit, changed, arg);

	ExecClearTuple(reader->slot);
	index_endscan(scan);
	index_close(by_xid, AccessShareLock);
	return complete;
}
