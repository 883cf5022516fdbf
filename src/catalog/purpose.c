/*
 * purpose.c
 *		The backend's copy of the catalog of purposes, grants and duties.
 *
 * There is one part per table.  A part is loaded when it is first asked for,
 * since a new connection's first query needs two of them only, into a memory
 * context of its own under catalog_context.  It is valid as long as
 * wdd_own_generation() is what it was when its snapshot was taken; a stale
 * context is handed to the transaction, which frees it at its end, so that
 * pointers given out before stay readable until then.
 *
 * Tables are read by systable_beginscan() without a snapshot of ours: the
 * catalog snapshot that it takes is a new one at every scan of a relation that
 * has no syscache (GetNonHistoricCatalogSnapshot), sees the changes of earlier
 * commands of this transaction, and unlike GetLatestSnapshot() may be taken
 * inside parallel mode and before the transaction's first snapshot.
 *
 * Indexes are not used: the tables are a few pages, and opening an index costs
 * a new backend more than reading them.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "compat.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(wdd_catalog_changed);

/* One table's copy: its rows, as an array of what the part's loader makes. */
typedef struct Part
{
	MemoryContext context;		/* NULL: not loaded */
	uint64		generation;		/* of wdd_own_generation() when it was read */
	int			n;
	void	   *rows;
} Part;

typedef struct NamedRow
{
	int16		id;
	char	   *name;
	bool		sensitive;		/* categories only */
} NamedRow;

typedef struct PurposeGrant
{
	int16		purpose;
	Oid			role;
	TimestampTz valid_until;	/* DT_NOEND: no end */
} PurposeGrant;

typedef struct DutyGrant
{
	char	   *duty;
	Oid			role;
} DutyGrant;

static MemoryContext catalog_context = NULL;
static Part purposes,
			categories,
			kinds,
			purpose_grants,
			duty_grants;

/* Raised by changes of roles and by time; see wdd_catalog_generation(). */
static uint64 grant_generation = 1;

/* When the first of the loaded grants ends; DT_NOEND: never. */
static TimestampTz next_end = DT_NOEND;

/* Answers of wdd_purpose_granted() of one generation. */
#define N_ANSWERS 16
static struct
{
	uint64		generation;
	Oid			role;
	int16		purpose;
	bool		granted;
}			answers[N_ANSWERS];

static const char *const duties[] = {
	"administer", "officer", "record_consent", "break_glass"
};


/*
 * Reading a table: reader_open() finds the columns by name, so that nothing
 * hangs on their order; reader_next() is true while there is a row.
 */
#define MAX_COLUMNS 8

typedef struct Reader
{
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;
	int			n_columns;
	AttrNumber	attnums[MAX_COLUMNS];
	uint64		generation;
} Reader;

static void
reader_open(Reader *reader, WddOwnRelation which, const char *const *columns, int n_columns)
{
	Relation	rel = table_open(wdd_own_relation(which), AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);

	Assert(n_columns <= MAX_COLUMNS);
	reader->rel = rel;
	reader->n_columns = n_columns;
	for (int i = 0; i < n_columns; i++)
	{
		AttrNumber	found = InvalidAttrNumber;

		for (int j = 0; j < desc->natts && found == InvalidAttrNumber; j++)
		{
			Form_pg_attribute att = TupleDescAttr(desc, j);

			if (!att->attisdropped && strcmp(NameStr(att->attname), columns[i]) == 0)
				found = att->attnum;
		}
		if (found == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("column \"%s\" of relation \"%s\" is missing",
							columns[i], RelationGetRelationName(rel)),
					 errhint("Run ALTER EXTENSION wdd_privacy UPDATE.")));
		reader->attnums[i] = found;
	}

	/* Opening has received messages; what comes from now on may be unseen. */
	reader->generation = wdd_own_generation();
	reader->scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
}

static bool
reader_next(Reader *reader)
{
	reader->tuple = systable_getnext(reader->scan);
	return HeapTupleIsValid(reader->tuple);
}

static Datum
reader_column(Reader *reader, int column, bool *isnull)
{
	return heap_getattr(reader->tuple, reader->attnums[column],
						RelationGetDescr(reader->rel), isnull);
}

/* A column that is NOT NULL by its table's definition. */
static Datum
reader_value(Reader *reader, int column)
{
	bool		isnull;
	Datum		value = reader_column(reader, column, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("null value in relation \"%s\" of extension \"wdd_privacy\"",
						RelationGetRelationName(reader->rel))));
	return value;
}

static void
reader_close(Reader *reader)
{
	systable_endscan(reader->scan);
	table_close(reader->rel, AccessShareLock);
}


/*
 * Load a part: each row of the table becomes an element of row_size bytes that
 * fill_row() fills, in the part's context.  All is built aside and takes the
 * part's place at the end, so that an error leaves the part as it was.
 */
static void
load_part(Part *part, WddOwnRelation which, const char *const *columns, int n_columns,
		  Size row_size, void (*fill_row) (Reader *reader, void *row))
{
	MemoryContext context;
	MemoryContext old_context;
	Reader		reader;
	int			n = 0;
	int			n_allocated = 64;
	char	   *rows;

	context = AllocSetContextCreate(CurrentMemoryContext, "wdd_privacy catalog part",
									ALLOCSET_DEFAULT_SIZES);
	reader_open(&reader, which, columns, n_columns);
	old_context = MemoryContextSwitchTo(context);
	rows = palloc(n_allocated * row_size);
	while (reader_next(&reader))
	{
		if (n == n_allocated)
		{
			n_allocated *= 2;
			rows = repalloc_huge(rows, n_allocated * row_size);
		}
		memset(rows + n * row_size, 0, row_size);
		fill_row(&reader, rows + n * row_size);
		n++;
	}
	MemoryContextSwitchTo(old_context);
	reader_close(&reader);

	if (catalog_context == NULL)
		catalog_context = AllocSetContextCreate(TopMemoryContext, "wdd_privacy catalog",
												ALLOCSET_SMALL_SIZES);
	if (part->context != NULL)
		MemoryContextSetParent(part->context, TopTransactionContext);
	MemoryContextSetParent(context, catalog_context);
	part->context = context;
	part->n = n;
	part->rows = rows;
	part->generation = reader.generation;
}

static inline bool
part_is_fresh(const Part *part)
{
	return part->context != NULL && part->generation == wdd_own_generation();
}


static void
fill_purpose(Reader *reader, void *row)
{
	WddPurpose *purpose = row;

	purpose->id = DatumGetInt16(reader_value(reader, 0));
	purpose->name = TextDatumGetCString(reader_value(reader, 1));
	purpose->basis = TextDatumGetCString(reader_value(reader, 2));
	purpose->silence_permits = DatumGetBool(reader_value(reader, 3));
	purpose->refusable = DatumGetBool(reader_value(reader, 4));
	purpose->case_reference_required = DatumGetBool(reader_value(reader, 5));
	purpose->aggregate_only = DatumGetBool(reader_value(reader, 6));
	purpose->built_in = DatumGetBool(reader_value(reader, 7));
	purpose->on_every_label = purpose->built_in ||
		strcmp(purpose->basis, "authority") == 0;
}

static const Part *
get_purposes(void)
{
	static const char *const columns[] = {
		"purpose_id", "name", "basis", "silence_permits", "refusable",
		"case_reference_required", "aggregate_only", "built_in"
	};

	if (!part_is_fresh(&purposes))
		load_part(&purposes, WDD_REL_PURPOSE, columns, lengthof(columns),
				  sizeof(WddPurpose), fill_purpose);
	return &purposes;
}

/*
 * Look-ups that every use of a protected relation makes receive what others
 * committed until now: a statement that takes no new lock would not see it.
 */

/* Sessions ask for the same purpose again and again: try the last one first. */
const WddPurpose *
wdd_purpose_by_name(const char *name)
{
	static int	last = 0;
	const Part *part;
	const WddPurpose *rows;

	AcceptInvalidationMessages();
	part = get_purposes();
	rows = part->rows;
	if (last < part->n && strcmp(rows[last].name, name) == 0)
		return &rows[last];
	for (int i = 0; i < part->n; i++)
	{
		if (strcmp(rows[i].name, name) == 0)
		{
			last = i;
			return &rows[i];
		}
	}
	return NULL;
}

const WddPurpose *
wdd_purpose_by_id(int16 id)
{
	const Part *part = get_purposes();
	const WddPurpose *rows = part->rows;

	for (int i = 0; i < part->n; i++)
	{
		if (rows[i].id == id)
			return &rows[i];
	}
	return NULL;
}


static void
fill_category(Reader *reader, void *row)
{
	NamedRow   *category = row;

	category->id = DatumGetInt16(reader_value(reader, 0));
	category->name = TextDatumGetCString(reader_value(reader, 1));
	category->sensitive = DatumGetBool(reader_value(reader, 2));
}

static void
fill_kind(Reader *reader, void *row)
{
	NamedRow   *kind = row;

	kind->id = DatumGetInt16(reader_value(reader, 0));
	kind->name = TextDatumGetCString(reader_value(reader, 1));
}

static const NamedRow *
find_named_row(const Part *part, const char *name)
{
	const NamedRow *rows = part->rows;

	for (int i = 0; i < part->n; i++)
	{
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

int16
wdd_category_by_name(const char *name, bool *sensitive)
{
	static const char *const columns[] = {"category_id", "name", "sensitive"};
	const NamedRow *found;

	if (!part_is_fresh(&categories))
		load_part(&categories, WDD_REL_CATEGORY, columns, lengthof(columns),
				  sizeof(NamedRow), fill_category);
	found = find_named_row(&categories, name);
	if (sensitive != NULL)
		*sensitive = found != NULL && found->sensitive;
	return found != NULL ? found->id : 0;
}

int16
wdd_subject_kind_by_name(const char *name)
{
	static const char *const columns[] = {"kind_id", "name"};
	const NamedRow *found;

	if (!part_is_fresh(&kinds))
		load_part(&kinds, WDD_REL_SUBJECT_KIND, columns, lengthof(columns),
				  sizeof(NamedRow), fill_kind);
	found = find_named_row(&kinds, name);
	return found != NULL ? found->id : 0;
}


static void
fill_purpose_grant(Reader *reader, void *row)
{
	PurposeGrant *grant = row;
	bool		endless;
	Datum		valid_until;

	grant->purpose = DatumGetInt16(reader_value(reader, 0));
	grant->role = DatumGetObjectId(reader_value(reader, 1));
	valid_until = reader_column(reader, 2, &endless);
	grant->valid_until = endless ? DT_NOEND : DatumGetTimestampTz(valid_until);
}

/* The earliest end of a grant that lies ahead of now. */
static TimestampTz
earliest_end_after(TimestampTz now)
{
	const PurposeGrant *rows = purpose_grants.rows;
	TimestampTz earliest = DT_NOEND;

	for (int i = 0; i < purpose_grants.n; i++)
	{
		if (rows[i].valid_until > now && rows[i].valid_until < earliest)
			earliest = rows[i].valid_until;
	}
	return earliest;
}

static const Part *
get_purpose_grants(void)
{
	static const char *const columns[] = {"purpose_id", "role", "valid_until"};

	if (!part_is_fresh(&purpose_grants))
	{
		load_part(&purpose_grants, WDD_REL_PURPOSE_GRANT, columns, lengthof(columns),
				  sizeof(PurposeGrant), fill_purpose_grant);
		next_end = earliest_end_after(DT_NOBEGIN);
		if (next_end != DT_NOEND)
			next_end = earliest_end_after(GetCurrentTimestamp());
	}
	return &purpose_grants;
}

/*
 * DT_NOEND is the largest timestamp: an endless grant needs no clock.
 */
static bool
grant_in_force(const PurposeGrant *grant)
{
	return grant->valid_until == DT_NOEND ||
		grant->valid_until > GetCurrentTimestamp();
}

static bool
find_grant(Oid role, int16 purpose_id)
{
	const Part *part = get_purpose_grants();
	const PurposeGrant *rows = part->rows;

	/* Membership costs look-ups: first see whether it is granted directly. */
	for (int i = 0; i < part->n; i++)
	{
		if (rows[i].purpose == purpose_id && rows[i].role == role &&
			grant_in_force(&rows[i]))
			return true;
	}
	for (int i = 0; i < part->n; i++)
	{
		if (rows[i].purpose == purpose_id && rows[i].role != role &&
			grant_in_force(&rows[i]) &&
			is_member_of_role_nosuper(role, rows[i].role))
			return true;
	}
	return false;
}

/*
 * The answer is remembered under the generation that was current before it was
 * looked for: a message that came meanwhile makes it stale.
 */
bool
wdd_purpose_granted(Oid role, int16 purpose_id)
{
	uint32		slot = (murmurhash32(role) + purpose_id) % N_ANSWERS;
	uint64		generation;
	bool		granted;

	AcceptInvalidationMessages();
	generation = wdd_catalog_generation();
	if (answers[slot].generation == generation &&
		answers[slot].role == role && answers[slot].purpose == purpose_id)
		return answers[slot].granted;

	granted = find_grant(role, purpose_id);
	answers[slot].generation = generation;
	answers[slot].role = role;
	answers[slot].purpose = purpose_id;
	answers[slot].granted = granted;
	return granted;
}


bool
wdd_duty_exists(const char *duty)
{
	for (int i = 0; i < lengthof(duties); i++)
	{
		if (strcmp(duties[i], duty) == 0)
			return true;
	}
	return false;
}

static void
fill_duty_grant(Reader *reader, void *row)
{
	DutyGrant  *grant = row;

	grant->duty = TextDatumGetCString(reader_value(reader, 0));
	grant->role = DatumGetObjectId(reader_value(reader, 1));
}

bool
wdd_has_duty(Oid role, const char *duty)
{
	static const char *const columns[] = {"duty", "role"};
	const DutyGrant *rows;

	if (superuser_arg(role))
		return true;
	if (!part_is_fresh(&duty_grants))
		load_part(&duty_grants, WDD_REL_DUTY_GRANT, columns, lengthof(columns),
				  sizeof(DutyGrant), fill_duty_grant);
	rows = duty_grants.rows;
	for (int i = 0; i < duty_grants.n; i++)
	{
		if (strcmp(rows[i].duty, duty) == 0 &&
			is_member_of_role_nosuper(role, rows[i].role))
			return true;
	}
	return false;
}


/*
 * Both counters only grow, so their sum does not return to an earlier value.
 */
uint64
wdd_catalog_generation(void)
{
	if (next_end != DT_NOEND)
	{
		TimestampTz now = GetCurrentTimestamp();

		if (now >= next_end)
		{
			next_end = earliest_end_after(now);
			grant_generation++;
		}
	}
	return wdd_own_generation() + grant_generation;
}

static void
roles_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	grant_generation++;
}

/*
 * Trigger on the tables of the catalog: every backend reads them anew once this
 * transaction has committed, and this one from its next command on.
 */
Datum
wdd_catalog_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"wdd.catalog_changed")));
	wdd_signal_catalog_change();
	return PointerGetDatum(NULL);
}

void
wdd_purpose_init(void)
{
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, roles_changed, (Datum) 0);
}
