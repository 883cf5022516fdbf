/*
 * purpose.c
 *		The backend's copy of the catalog of purposes, grants and duties.
 *
 * wdd.catalog_copy holds, in one plain table, the rows that matter here
 * (signal.sql says why, and how it is kept).  It is read in one go when the
 * first look-up asks, into a memory context of its own, and is valid as long as
 * wdd_own_generation() is what it was when its snapshot was taken.  A stale
 * context is handed to the transaction, which frees it at its end, so that
 * pointers given out before stay readable until then.
 *
 * The table is read by systable_beginscan() without a snapshot of ours: the
 * catalog snapshot that it takes is a new one at every scan of a relation that
 * has no syscache (GetNonHistoricCatalogSnapshot), sees the changes of earlier
 * commands of this transaction, and unlike GetLatestSnapshot() may be taken
 * inside parallel mode and before the transaction's first snapshot.
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

/* An array that grows. */
typedef struct Rows
{
	Size		row_size;
	int			n;
	int			n_allocated;
	char	   *rows;
} Rows;

typedef struct Catalog
{
	MemoryContext context;		/* holds this struct and all it points to */
	uint64		generation;		/* of wdd_own_generation() when it was read */
	Rows		purposes;		/* of WddPurpose */
	Rows		categories;		/* of NamedRow */
	Rows		kinds;			/* of NamedRow */
	Rows		purpose_grants; /* of PurposeGrant */
	Rows		duty_grants;	/* of DutyGrant */
} Catalog;

static Catalog *catalog = NULL;

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


/* Columns of wdd.catalog_copy, and its kinds of entries; see signal.sql. */
enum
{
	COLUMN_ENTRY,
	COLUMN_ID,
	COLUMN_FLAGS,
	COLUMN_ROLE,
	COLUMN_VALID_UNTIL,
	COLUMN_NAME,
	N_COLUMNS
};

#define ENTRY_PURPOSE 'p'
#define ENTRY_GRANT 'g'
#define ENTRY_CATEGORY 'c'
#define ENTRY_KIND 'k'
#define ENTRY_DUTY 'd'

#define FLAG_SILENCE_PERMITS 1
#define FLAG_REFUSABLE 2
#define FLAG_CASE_REFERENCE_REQUIRED 4
#define FLAG_AGGREGATE_ONLY 8
#define FLAG_BUILT_IN 16
#define FLAG_AUTHORITY 32

#define FLAG_SENSITIVE 1

static void *
add_row(Rows *rows)
{
	if (rows->n == rows->n_allocated)
	{
		rows->n_allocated = Max(2 * rows->n_allocated, 32);
		rows->rows = rows->rows == NULL ?
			palloc(rows->n_allocated * rows->row_size) :
			repalloc_huge(rows->rows, rows->n_allocated * rows->row_size);
	}
	return rows->rows + rows->row_size * rows->n++;
}

static void
add_purpose(Rows *rows, int16 id, int32 flags, char *name)
{
	WddPurpose *purpose = add_row(rows);

	purpose->id = id;
	purpose->name = name;
	purpose->silence_permits = (flags & FLAG_SILENCE_PERMITS) != 0;
	purpose->refusable = (flags & FLAG_REFUSABLE) != 0;
	purpose->case_reference_required = (flags & FLAG_CASE_REFERENCE_REQUIRED) != 0;
	purpose->aggregate_only = (flags & FLAG_AGGREGATE_ONLY) != 0;
	purpose->built_in = (flags & FLAG_BUILT_IN) != 0;
	purpose->on_every_label = (flags & (FLAG_BUILT_IN | FLAG_AUTHORITY)) != 0;
}

static void
add_named_row(Rows *rows, int16 id, int32 flags, char *name)
{
	NamedRow   *row = add_row(rows);

	row->id = id;
	row->name = name;
	row->sensitive = (flags & FLAG_SENSITIVE) != 0;
}

static void
add_purpose_grant(Rows *rows, int16 purpose, Oid role, TimestampTz valid_until)
{
	PurposeGrant *grant = add_row(rows);

	grant->purpose = purpose;
	grant->role = role;
	grant->valid_until = valid_until;
}

static void
add_duty_grant(Rows *rows, char *duty, Oid role)
{
	DutyGrant  *grant = add_row(rows);

	grant->duty = duty;
	grant->role = role;
}

/*
 * Columns that an entry of this kind does not have are NULL, and read as 0.
 */
static void
add_entry(Catalog *new, const Datum *values, const bool *nulls)
{
	int16		id = nulls[COLUMN_ID] ? 0 : DatumGetInt16(values[COLUMN_ID]);
	int32		flags = nulls[COLUMN_FLAGS] ? 0 : DatumGetInt32(values[COLUMN_FLAGS]);
	Oid			role = nulls[COLUMN_ROLE] ? InvalidOid : DatumGetObjectId(values[COLUMN_ROLE]);
	char	   *name = nulls[COLUMN_NAME] ? "" : TextDatumGetCString(values[COLUMN_NAME]);

	switch (nulls[COLUMN_ENTRY] ? '\0' : DatumGetChar(values[COLUMN_ENTRY]))
	{
		case ENTRY_PURPOSE:
			add_purpose(&new->purposes, id, flags, name);
			break;
		case ENTRY_CATEGORY:
			add_named_row(&new->categories, id, flags, name);
			break;
		case ENTRY_KIND:
			add_named_row(&new->kinds, id, flags, name);
			break;
		case ENTRY_GRANT:
			add_purpose_grant(&new->purpose_grants, id, role,
							  nulls[COLUMN_VALID_UNTIL] ? DT_NOEND :
							  DatumGetTimestampTz(values[COLUMN_VALID_UNTIL]));
			break;
		case ENTRY_DUTY:
			add_duty_grant(&new->duty_grants, name, role);
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("relation \"catalog_copy\" of extension \"wdd_privacy\" has an entry of an unknown kind"),
					 errhint("Run SELECT wdd.refresh_catalog_copy() as superuser.")));
	}
}

static void
read_entries(Catalog *new)
{
	Relation	rel = table_open(wdd_own_relation(WDD_REL_CATALOG_COPY), AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	SysScanDesc scan;
	HeapTuple	tuple;
	Datum		values[N_COLUMNS];
	bool		nulls[N_COLUMNS];

	if (desc->natts != N_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("relation \"%s\" of extension \"wdd_privacy\" has other columns than its library knows",
						RelationGetRelationName(rel)),
				 errhint("Run ALTER EXTENSION wdd_privacy UPDATE.")));

	/* Opening has received messages; what comes from now on may be unseen. */
	new->generation = wdd_own_generation();
	scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		heap_deform_tuple(tuple, desc, values, nulls);
		add_entry(new, values, nulls);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/*
 * A new copy is built aside and takes the old one's place at the end, so that
 * an error leaves all as it was.
 */
static Catalog *
read_catalog(void)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "wdd_privacy catalog",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old_context = MemoryContextSwitchTo(context);
	Catalog    *new = palloc0(sizeof(Catalog));

	new->context = context;
	new->purposes.row_size = sizeof(WddPurpose);
	new->categories.row_size = sizeof(NamedRow);
	new->kinds.row_size = sizeof(NamedRow);
	new->purpose_grants.row_size = sizeof(PurposeGrant);
	new->duty_grants.row_size = sizeof(DutyGrant);
	read_entries(new);
	MemoryContextSwitchTo(old_context);
	MemoryContextSetParent(context, TopMemoryContext);
	return new;
}

/* The earliest end of a grant that lies after a time. */
static TimestampTz
earliest_end_after(TimestampTz time)
{
	const PurposeGrant *grants = (const PurposeGrant *) catalog->purpose_grants.rows;
	TimestampTz earliest = DT_NOEND;

	for (int i = 0; i < catalog->purpose_grants.n; i++)
	{
		if (grants[i].valid_until > time && grants[i].valid_until < earliest)
			earliest = grants[i].valid_until;
	}
	return earliest;
}

/*
 * A statement that takes no new lock would not learn of what others committed,
 * so receive it first.
 */
static const Catalog *
get_catalog(void)
{
	Catalog    *new;

	AcceptInvalidationMessages();
	if (likely(catalog != NULL && catalog->generation == wdd_own_generation()))
		return catalog;
	new = read_catalog();
	if (catalog != NULL)
		MemoryContextSetParent(catalog->context, TopTransactionContext);
	catalog = new;
	next_end = earliest_end_after(DT_NOBEGIN);
	if (next_end != DT_NOEND)
		next_end = earliest_end_after(GetCurrentTimestamp());
	return catalog;
}


/* Sessions ask for the same purpose again and again: try the last one first. */
const WddPurpose *
wdd_purpose_by_name(const char *name)
{
	static int	last = 0;
	const WddPurpose *purposes = (const WddPurpose *) get_catalog()->purposes.rows;
	int			n = catalog->purposes.n;

	if (last < n && strcmp(purposes[last].name, name) == 0)
		return &purposes[last];
	for (int i = 0; i < n; i++)
	{
		if (strcmp(purposes[i].name, name) == 0)
		{
			last = i;
			return &purposes[i];
		}
	}
	return NULL;
}

const WddPurpose *
wdd_purpose_by_id(int16 id)
{
	const WddPurpose *purposes = (const WddPurpose *) get_catalog()->purposes.rows;

	for (int i = 0; i < catalog->purposes.n; i++)
	{
		if (purposes[i].id == id)
			return &purposes[i];
	}
	return NULL;
}

static const NamedRow *
find_named_row(const Rows *rows, const char *name)
{
	const NamedRow *named_rows = (const NamedRow *) rows->rows;

	for (int i = 0; i < rows->n; i++)
	{
		if (strcmp(named_rows[i].name, name) == 0)
			return &named_rows[i];
	}
	return NULL;
}

int16
wdd_category_by_name(const char *name, bool *sensitive)
{
	const NamedRow *found = find_named_row(&get_catalog()->categories, name);

	if (sensitive != NULL)
		*sensitive = found != NULL && found->sensitive;
	return found != NULL ? found->id : 0;
}

int16
wdd_subject_kind_by_name(const char *name)
{
	const NamedRow *found = find_named_row(&get_catalog()->kinds, name);

	return found != NULL ? found->id : 0;
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
	const PurposeGrant *rows = (const PurposeGrant *) get_catalog()->purpose_grants.rows;
	int			n = catalog->purpose_grants.n;

	/* Membership costs look-ups: first see whether it is granted directly. */
	for (int i = 0; i < n; i++)
	{
		if (rows[i].purpose == purpose_id && rows[i].role == role &&
			grant_in_force(&rows[i]))
			return true;
	}
	for (int i = 0; i < n; i++)
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

	/* a dump brings labels before grants, and rows in between */
	granted = find_grant(role, purpose_id) ||
		(purpose_id == WDD_PURPOSE_RESTORE && wdd_has_duty(role, "administer"));
	answers[slot].generation = generation;
	answers[slot].role = role;
	answers[slot].purpose = purpose_id;
	answers[slot].granted = granted;
	return granted;
}


char *
wdd_role_literal(Oid role)
{
	return quote_literal_cstr(quote_identifier(GetUserNameFromId(role, false)));
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

bool
wdd_has_duty(Oid role, const char *duty)
{
	const DutyGrant *grants;
	int			n;

	if (superuser_arg(role))
		return true;
	grants = (const DutyGrant *) get_catalog()->duty_grants.rows;
	n = catalog->duty_grants.n;
	for (int i = 0; i < n; i++)
	{
		if (strcmp(grants[i].duty, duty) == 0 &&
			is_member_of_role_nosuper(role, grants[i].role))
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
