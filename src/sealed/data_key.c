/*
 * data_key.c
 *		Keys of persons (see data_key.h).
 *
 * wdd.data_key.wrapped is nonce 24 | ciphertext 51 | tag 16, under the epoch's
 * wrap key, with person id 16 | epoch 2 as associated data.  The ciphertext is
 *
 *	key 32 | type of natural key 1 | kind of subject 2 | natural key 16
 *
 * where the natural key is an integer (8 bytes, big endian, and zeros), a uuid,
 * or a hash of the text, in UTF-8, under the data key.
 *
 * Rows are read as they are now (SnapshotSelf), in every isolation level and in
 * parallel mode.  Such a reading may miss a row that is updated meanwhile, so
 * it is tried again before a key counts as gone.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "compat.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "sealed/data_key.h"
#include "sealed/key_making.h"
#include "sealed/key_ring.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/uuid.h"

#define NATURAL_BYTES 16
#define NATURAL_OF_NOBODY 0xFF	/* beside the values of WddKeyType */

#define BLOB_BYTES (WDD_KEY_BYTES + 3 + NATURAL_BYTES)
#define WRAPPED_BYTES (WDD_NONCE_BYTES + BLOB_BYTES + WDD_TAG_BYTES)

/* A row of wdd.data_key is about so long, a page so full. */
#define KEYS_ON_A_PAGE 50

/* Reading all keys is worth it once one in so many was looked up by itself. */
#define WORTH_READING_ALL 50

/* A row that is updated meanwhile may be missed once, seldom twice. */
#define TRIES 3

static uint64 generation = 1;	/* of erasures */
static Oid	signal_relation = InvalidOid;
static double looked_up = 0;	/* since all were read, or the count began */
static uint64 secrets[2];		/* for hashing texts */

static void
relation_changed(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == signal_relation)
		generation++;
}

/* ------------------------------------------------------------------------
 * Natural keys
 *
 * What a person is called in labelled tables is compared by a hash of 64 bits
 * under secrets of this process: equal ones have equal hashes, and that two
 * others have the same is a matter of 2^-64, whoever chose them.  No two
 * integers of one kind of subject do.
 * ------------------------------------------------------------------------ */

static uint64
hash_integer(int64 value, uint64 seed)
{
	uint64		hash = (uint64) value ^ seed;

	hash = (hash ^ hash >> 32) * UINT64CONST(0xD6E8FEB86659FD93);
	hash = (hash ^ hash >> 32) * UINT64CONST(0xD6E8FEB86659FD93);
	return hash ^ hash >> 32;
}

static uint64
seed_of(int16 kind, uint8 type)
{
	return secrets[0] ^ hash_integer((int64) (uint16) kind << 8 | type, secrets[1]);
}

Datum
wdd_registry_key(const WddRowSubject *subject)
{
	switch (subject->type)
	{
		case INT4OID:
			return Int64GetDatum(DatumGetInt32(subject->value));
		case INT2OID:
			return Int64GetDatum(DatumGetInt16(subject->value));
		default:
			return subject->value;
	}
}

static uint64
natural_of(const WddRowSubject *subject)
{
	uint64		seed;

	if (subject->isnull)
		return seed_of(0, NATURAL_OF_NOBODY);
	seed = seed_of(subject->kind, subject->key_type);
	switch (subject->key_type)
	{
		case WDD_KEY_INTEGER:
			return hash_integer(DatumGetInt64(wdd_registry_key(subject)), seed);
		case WDD_KEY_UUID:
			return hash_bytes_extended(DatumGetUUIDP(subject->value)->data, UUID_LEN, seed);
		default:
			return hash_bytes_extended((unsigned char *) VARDATA_ANY(DatumGetPointer(subject->value)),
									   VARSIZE_ANY_EXHDR(DatumGetPointer(subject->value)), seed);
	}
}

/* The same of what is stored with a key, unless that is of a text. */
static uint64
natural_of_stored(uint8 type, int16 kind, const uint8 *bytes)
{
	uint64		seed = seed_of(kind, type);
	uint64		integer;

	switch (type)
	{
		case NATURAL_OF_NOBODY:
			return seed;
		case WDD_KEY_INTEGER:
			memcpy(&integer, bytes, sizeof(integer));
			return hash_integer((int64) pg_ntoh64(integer), seed);
		default:
			return hash_bytes_extended(bytes, UUID_LEN, seed);
	}
}

/* Of UTF-8, so that a dump restores into a database of another encoding. */
static void
hash_under_data_key(uint8 *bytes, const struct varlena *text, const uint8 *key)
{
	const char *own = VARDATA_ANY(text);
	int			length = VARSIZE_ANY_EXHDR(text);
	char	   *utf8 = pg_server_to_any(own, length, PG_UTF8);

	wdd_keyed_hash(bytes, NATURAL_BYTES, (uint8 *) utf8, utf8 == own ? length : strlen(utf8), key);
	if (utf8 != own)
		pfree(utf8);
}

/* What is stored with a key. */
static void
stored_natural(uint8 *bytes, const WddRowSubject *subject, const uint8 *key)
{
	uint64		integer;

	memset(bytes, 0, NATURAL_BYTES);
	if (subject->isnull)
		return;
	switch (subject->key_type)
	{
		case WDD_KEY_INTEGER:
			integer = pg_hton64((uint64) DatumGetInt64(wdd_registry_key(subject)));
			memcpy(bytes, &integer, sizeof(integer));
			break;
		case WDD_KEY_UUID:
			memcpy(bytes, DatumGetUUIDP(subject->value)->data, UUID_LEN);
			break;
		default:
			hash_under_data_key(bytes, (struct varlena *) DatumGetPointer(subject->value), key);
	}
}

/* Is it the text whose digest came with the key?  Then its hash is known from now on. */
static bool
is_of_text(WddCachedKey *key, const WddRowSubject *subject)
{
	uint8		stored[NATURAL_BYTES];

	if (subject->isnull || subject->key_type != WDD_KEY_TEXT)
		return false;
	stored_natural(stored, subject, key->key);
	if (memcmp(stored, &key->natural, sizeof(key->natural)) != 0)
		return false;
	key->natural = natural_of(subject);
	key->digest = false;
	wdd_key_cache_index(key);
	return true;
}

bool
wdd_key_is_of(const WddCachedKey *key, const WddRowSubject *subject)
{
	if (likely(!key->digest))
		return natural_of(subject) == key->natural;
	return is_of_text(unconstify(WddCachedKey *, key), subject);
}

/* ------------------------------------------------------------------------
 * Wrapping
 * ------------------------------------------------------------------------ */

static void
write_head(uint8 head[WDD_PERSON_BYTES + 2], const uint8 *person, int epoch)
{
	memcpy(head, person, WDD_PERSON_BYTES);
	head[WDD_PERSON_BYTES] = epoch >> 8;
	head[WDD_PERSON_BYTES + 1] = epoch & 0xFF;
}

/* The registry was changed by hand. */
static void
raise_of_another(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("a person's data key was made for another person"),
			 errdetail("The person's key in wdd.person is not the one that the data key was made for."),
			 errhint("Give the person the key back; or give the rows to another person, for whom they are sealed anew.")));
}

static void
raise_unreadable(int epoch)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("a person's data key cannot be unwrapped"),
			 errdetail("The row of wdd.data_key was changed, or is of another database, or the key of epoch %d is another one now.",
					   epoch),
			 errhint("See wdd.key_status().")));
}

/*
 * Unwrap a row of wdd.data_key, read at generation seen or later, into the cache.
 */
static WddCachedKey *
unwrap(const uint8 *person, int epoch, const bytea *wrapped, uint64 seen)
{
	const uint8 *bytes = (const uint8 *) VARDATA_ANY(wrapped);
	uint8		head[WDD_PERSON_BYTES + 2];
	uint8		blob[BLOB_BYTES];
	uint8		type;
	int16		kind;
	WddCachedKey *entry;

	write_head(head, person, epoch);
	if (VARSIZE_ANY_EXHDR(wrapped) != WRAPPED_BYTES ||
		!wdd_aead_open(blob, bytes + WDD_NONCE_BYTES, BLOB_BYTES + WDD_TAG_BYTES,
					   head, sizeof(head), bytes, wdd_wrap_key(epoch)))
		raise_unreadable(epoch);
	type = blob[WDD_KEY_BYTES];
	kind = (int16) (blob[WDD_KEY_BYTES + 1] << 8 | blob[WDD_KEY_BYTES + 2]);
	entry = wdd_key_cache_add(person);
	memcpy(entry->key, blob, WDD_KEY_BYTES);
	entry->generation = seen;
	entry->digest = type == WDD_KEY_TEXT;
	if (entry->digest)
		memcpy(&entry->natural, blob + WDD_KEY_BYTES + 3, sizeof(entry->natural));
	else
	{
		entry->natural = natural_of_stored(type, kind, blob + WDD_KEY_BYTES + 3);
		wdd_key_cache_index(entry);
	}
	wdd_wipe(blob, sizeof(blob));
	return entry;
}

static bytea *
wrap(const uint8 *person, int epoch, const uint8 *key, const WddRowSubject *subject)
{
	bytea	   *wrapped = palloc(VARHDRSZ + WRAPPED_BYTES);
	uint8	   *bytes = (uint8 *) VARDATA(wrapped);
	uint8		head[WDD_PERSON_BYTES + 2];
	uint8		blob[BLOB_BYTES];

	SET_VARSIZE(wrapped, VARHDRSZ + WRAPPED_BYTES);
	memcpy(blob, key, WDD_KEY_BYTES);
	blob[WDD_KEY_BYTES] = subject->isnull ? NATURAL_OF_NOBODY : subject->key_type;
	blob[WDD_KEY_BYTES + 1] = subject->isnull ? 0 : (uint16) subject->kind >> 8;
	blob[WDD_KEY_BYTES + 2] = subject->isnull ? 0 : subject->kind & 0xFF;
	stored_natural(blob + WDD_KEY_BYTES + 3, subject, key);
	write_head(head, person, epoch);
	wdd_next_nonce(bytes);
	wdd_aead_seal(bytes + WDD_NONCE_BYTES, blob, BLOB_BYTES, head, sizeof(head), bytes, wdd_wrap_key(epoch));
	wdd_wipe(blob, sizeof(blob));
	return wrapped;
}

/* ------------------------------------------------------------------------
 * Reading the tables
 * ------------------------------------------------------------------------ */

static WddCachedKey *
unwrap_tuple(TupleTableSlot *slot, uint64 seen)
{
	bool		isnull;
	pg_uuid_t  *person = DatumGetUUIDP(slot_getattr(slot, 1, &isnull));
	int			epoch = DatumGetInt16(slot_getattr(slot, 2, &isnull));

	return unwrap(person->data, epoch, DatumGetByteaPP(slot_getattr(slot, 3, &isnull)), seen);
}

/* Where one row is looked up by an index, as it is now. */
typedef struct Lookup
{
	Relation	table;
	Relation	index;
	TupleTableSlot *slot;
	IndexScanDesc scan;
} Lookup;

/*
 * tries: how often to look before there is none.  Once will do for whoever goes
 * on to make one, and is told if there was one after all.
 */
static bool
look_up(Lookup *lookup, WddOwnRelation table, WddOwnRelation index, ScanKey keys, int n_keys, int tries)
{
	lookup->table = table_open(wdd_own_relation(table), AccessShareLock);
	lookup->index = index_open(wdd_own_relation(index), AccessShareLock);
	lookup->slot = table_slot_create(lookup->table, NULL);
	for (int i = 0; i < tries; i++)
	{
		lookup->scan = wdd_index_beginscan(lookup->table, lookup->index, SnapshotSelf, n_keys);
		index_rescan(lookup->scan, keys, n_keys, NULL, 0);
		if (index_getnext_slot(lookup->scan, ForwardScanDirection, lookup->slot))
			return true;
		index_endscan(lookup->scan);
	}
	lookup->scan = NULL;
	return false;
}

static void
end_look_up(Lookup *lookup)
{
	if (lookup->scan)
		index_endscan(lookup->scan);
	ExecDropSingleTupleTableSlot(lookup->slot);
	index_close(lookup->index, AccessShareLock);
	table_close(lookup->table, AccessShareLock);
}

static WddCachedKey *
fetch_by_person(const uint8 *person, int tries)
{
	WddCachedKey *entry = NULL;
	uint64		seen = generation;
	Lookup		lookup;
	ScanKeyData key;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_UUID_EQ, PointerGetDatum(person));
	if (look_up(&lookup, WDD_REL_DATA_KEY, WDD_REL_DATA_KEY_BY_PERSON, &key, 1, tries))
		entry = unwrap_tuple(lookup.slot, seen);
	end_look_up(&lookup);
	return entry;
}

/* Read all keys into the cache, if it has room for them. */
static void
read_all(Relation table)
{
	TableScanDesc scan = table_beginscan(table, SnapshotSelf, 0, NULL);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	uint64		seen = generation;
	uint32		n = 0;

	while (n++ < wdd_key_cache_capacity() && table_scan_getnextslot(scan, ForwardScanDirection, slot))
		unwrap_tuple(slot, seen);
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
}

static void
read_all_if_worth_it(void)
{
	Relation	table;
	double		n_keys;

	table = table_open(wdd_own_relation(WDD_REL_DATA_KEY), AccessShareLock);
	n_keys = (double) RelationGetNumberOfBlocks(table) * KEYS_ON_A_PAGE;
	if (n_keys <= wdd_key_cache_capacity() && n_keys <= looked_up * WORTH_READING_ALL)
	{
		read_all(table);
		looked_up = 0;
	}
	else if (n_keys > wdd_key_cache_capacity())
		looked_up = -n_keys;	/* do not ask again soon */
	table_close(table, AccessShareLock);
}

/* Hear of erasures that have committed. */
static void
hear(void)
{
	if (unlikely(signal_relation == InvalidOid))
	{
		signal_relation = wdd_own_relation(WDD_REL_KEY_SIGNAL);
		generation++;
		if (secrets[0] == 0)
			wdd_random_bytes(secrets, sizeof(secrets));
	}
	AcceptInvalidationMessages();
	signal_relation = wdd_own_relation(WDD_REL_KEY_SIGNAL);
}

static const WddCachedKey *
key_of_person(const uint8 *person, int tries)
{
	WddCachedKey *entry = wdd_key_cache_of_person(person);

	if (likely(entry && entry->generation == generation))
		return entry;
	if (entry)
		wdd_key_cache_remove(entry);
	if (looked_up >= 64)
	{
		read_all_if_worth_it();
		entry = wdd_key_cache_of_person(person);
		if (entry && entry->generation == generation)
			return entry;
	}
	entry = fetch_by_person(person, tries);
	if (entry)
		looked_up++;			/* those that are yet to be made do not count */
	return entry;
}

const WddCachedKey *
wdd_key_of_person(const uint8 *person)
{
	hear();
	return key_of_person(person, TRIES);
}

/* The person's random id in the registry, by natural key. */
static bool
find_person(const WddRowSubject *subject, uint8 *person, int tries)
{
	static const RegProcedure equality[] = {F_INT8EQ, F_UUID_EQ, F_TEXTEQ};
	Lookup		lookup;
	ScanKeyData keys[2];
	bool		found,
				isnull;

	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(subject->kind));
	ScanKeyEntryInitialize(&keys[1], 0, 2, BTEqualStrategyNumber, InvalidOid,
						   subject->key_type == WDD_KEY_TEXT ? C_COLLATION_OID : InvalidOid,
						   equality[subject->key_type], wdd_registry_key(subject));
	found = look_up(&lookup, WDD_REL_PERSON, WDD_REL_PERSON_BY_KEY + subject->key_type, keys, 2, tries);
	if (found)
		memcpy(person, DatumGetUUIDP(slot_getattr(lookup.slot, 1, &isnull))->data, WDD_PERSON_BYTES);
	end_look_up(&lookup);
	return found;
}

static const WddCachedKey *
make_key(const WddRowSubject *subject, const uint8 *person)
{
	int			epoch = wdd_current_epoch();
	uint64		seen = generation;
	uint8		key[WDD_KEY_BYTES];
	WddCachedKey *entry;

	wdd_random_bytes(key, sizeof(key));
	if (!wdd_store_data_key(person, epoch, wrap(person, epoch, key, subject)))
	{
		wdd_wipe(key, sizeof(key));
		return key_of_person(person, TRIES);	/* another was first */
	}
	entry = wdd_key_cache_add(person);
	memcpy(entry->key, key, WDD_KEY_BYTES);
	entry->generation = seen;
	entry->natural = natural_of(subject);
	wdd_key_cache_index(entry);
	wdd_wipe(key, sizeof(key));
	return entry;
}

static void
raise_not_there(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not make a person's data key"),
			 errdetail("The person was erased meanwhile."),
			 errhint("Run the transaction again.")));
}

const WddCachedKey *
wdd_key_of_subject(const WddRowSubject *subject, bool make)
{
	static const uint8 nobody[WDD_PERSON_BYTES] = {0};
	const WddCachedKey *entry;
	uint8		person[WDD_PERSON_BYTES];

	hear();
	entry = wdd_key_cache_of_natural(natural_of(subject));
	if (likely(entry && entry->generation == generation))
		return entry;
	if (subject->isnull)
		memcpy(person, nobody, WDD_PERSON_BYTES);
	else if (!find_person(subject, person, make ? 1 : TRIES))
	{
		if (!make)
			return NULL;
		if (!wdd_register_person(subject, person) && !find_person(subject, person, TRIES))
			raise_not_there();
	}
	entry = key_of_person(person, make ? 1 : TRIES);
	if (entry == NULL && make)
		entry = make_key(subject, person);
	if (entry == NULL && make)
		raise_not_there();
	/* a text's natural key becomes known */
	if (entry && !wdd_key_is_of(entry, subject))
		raise_of_another();
	return entry;
}

/*
 * Keys that were made in what is rolled back, or was prepared and may be, must
 * not be used again: another may be made for the person.
 */
static void
transaction_ended(XactEvent event, void *arg)
{
	if ((event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT || event == XACT_EVENT_PREPARE) &&
		wdd_keys_made)
		wdd_key_cache_clear();
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE)
		wdd_keys_made = false;
}

static void
subtransaction_ended(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB && wdd_keys_made)
		wdd_key_cache_clear();
}

void
wdd_data_key_init(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	RegisterXactCallback(transaction_ended, NULL);
	RegisterSubXactCallback(subtransaction_ended, NULL);
}
