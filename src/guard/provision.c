/*
 * provision.c
 *		Collecting and recording consent by provision (see provision.h).
 *
 * The offers of a statement lie in a hash table in its query context, so that
 * each person is looked up once however many rows are stored.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/own_objects.h"
#include "catalog/pg_type.h"
#include "catalog/purpose.h"
#include "executor/spi.h"
#include "guard/provision.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/uuid.h"

/* One person, purpose and category.  Text keys are remembered by their bytes. */
typedef struct OfferKey
{
	int16		purpose;
	int16		category;
	int16		kind;
	int16		key_type;
	int64		integer;		/* integer key, or index of the text */
	pg_uuid_t	uuid;
} OfferKey;

typedef struct Offer
{
	OfferKey	key;
	bool		holds;			/* false: the person has spoken */
	bool		recorded;
} Offer;

typedef struct WddProvision
{
	bool		may;
	HTAB	   *offers;
	HTAB	   *texts;			/* text key → index */
	List	   *text_keys;		/* by index */
	int			pending;
} WddProvision;

typedef struct TextEntry
{
	char		text[256];		/* longer keys cannot consent by provision */
	int64		index;
} TextEntry;

static WddProvision *
provision_of(WddExecution *execution)
{
	WddProvision *provision = execution->provision;
	HASHCTL		control = {0};

	if (provision)
		return provision;
	provision = MemoryContextAllocZero(execution->context, sizeof(WddProvision));
	provision->may = execution->acting.purpose_id != WDD_PURPOSE_RESTORE &&
		wdd_has_duty(GetUserId(), "record_consent");
	control.hcxt = execution->context;
	control.keysize = sizeof(OfferKey);
	control.entrysize = sizeof(Offer);
	provision->offers = hash_create("wdd_privacy consents by provision", 64, &control,
									HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	control.keysize = sizeof(((TextEntry *) 0)->text);
	control.entrysize = sizeof(TextEntry);
	provision->texts = hash_create("wdd_privacy text keys", 64, &control,
								   HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	execution->provision = provision;
	return provision;
}

bool
wdd_provision_may(WddExecution *execution)
{
	return !execution->in_worker && provision_of(execution)->may;
}

/* The hash key of a person; false for a text too long to be one. */
static bool
offer_key(WddExecution *execution, OfferKey *key, int16 purpose, int16 category, int16 kind,
		  Oid type, Datum value)
{
	WddProvision *provision = provision_of(execution);

	memset(key, 0, sizeof(*key));
	key->purpose = purpose;
	key->category = category;
	key->kind = kind;
	switch (type)
	{
		case INT8OID:
			key->integer = DatumGetInt64(value);
			break;
		case INT4OID:
			key->integer = DatumGetInt32(value);
			break;
		case INT2OID:
			key->integer = DatumGetInt16(value);
			break;
		case UUIDOID:
			key->key_type = WDD_KEY_UUID;
			key->uuid = *DatumGetUUIDP(value);
			break;
		default:
			{
				char	   *string = TextDatumGetCString(value);
				TextEntry  *entry;
				bool		found;

				key->key_type = WDD_KEY_TEXT;
				if (strlen(string) >= sizeof(entry->text))
					return false;
				entry = hash_search(provision->texts, string, HASH_ENTER, &found);
				if (!found)
				{
					MemoryContext oldcontext = MemoryContextSwitchTo(execution->context);

					entry->index = list_length(provision->text_keys);
					provision->text_keys = lappend(provision->text_keys, pstrdup(string));
					MemoryContextSwitchTo(oldcontext);
				}
				key->integer = entry->index;
				pfree(string);
			}
	}
	return true;
}

static Datum
said_key(Oid type, Datum value)
{
	switch (type)
	{
		case INT4OID:
			return Int64GetDatum((int64) DatumGetInt32(value));
		case INT2OID:
			return Int64GetDatum((int64) DatumGetInt16(value));
		default:
			return value;
	}
}

static void
offer_purpose(WddExecution *execution, const WddProtectedRelation *rel,
			  const WddProtectedColumn *column, int16 purpose_id, Oid type, Datum value)
{
	WddProvision *provision = provision_of(execution);
	const WddPurpose *purpose = wdd_purpose_by_id(purpose_id);
	OfferKey	key;
	Offer	   *offer;
	bool		found;

	if (purpose == NULL || purpose->silence_permits || !purpose->refusable ||
		!offer_key(execution, &key, purpose_id, column->category, rel->kind, type, value))
		return;
	offer = hash_search(provision->offers, &key, HASH_ENTER, &found);
	if (found)
		return;
	offer->recorded = false;
	offer->holds = false;		/* also if the look-up raises */
	offer->holds = wdd_consent_said(purpose_id, column->category, rel->kind, key.key_type,
									said_key(type, value)) == WDD_SAID_NOTHING;
	if (offer->holds)
		provision->pending++;
}

void
wdd_provision_offer(WddExecution *execution, const WddProtectedRelation *rel,
					const WddProtectedColumn *column, Oid type, Datum key)
{
	for (int i = 0; i < column->n_purposes; i++)
		offer_purpose(execution, rel, column, column->purposes[i], type, key);
}

bool
wdd_provision_holds(WddExecution *execution, const WddProtectedRelation *rel,
					const WddProtectedColumn *column, Oid type, Datum value)
{
	OfferKey	key;
	Offer	   *offer;

	if (!execution->acting.refusable || execution->acting.every_row)
		return true;
	if (!offer_key(execution, &key, execution->acting.purpose_id, column->category, rel->kind,
				   type, value))
		return false;
	offer = hash_search(provision_of(execution)->offers, &key, HASH_FIND, NULL);
	return offer && offer->holds;
}

/* Call wdd.record_provision() for the pending offers of one group of keys. */
static void
record_group(const OfferKey *group, Datum *keys, int n_keys)
{
	static const Oid key_types[] = {INT8OID, UUIDOID, TEXTOID};
	static const int16 key_lengths[] = {8, UUID_LEN, -1};
	static const bool by_value[] = {FLOAT8PASSBYVAL, false, false};
	static const char alignment[] = {TYPALIGN_DOUBLE, TYPALIGN_CHAR, TYPALIGN_INT};
	static const Oid array_types[] = {INT8ARRAYOID, UUIDARRAYOID, TEXTARRAYOID};
	Oid			argtypes[4] = {INT2OID, INT2ARRAYOID, INT2OID, array_types[group->key_type]};
	Datum		purpose = Int16GetDatum(group->purpose);
	Datum		values[4];

	values[0] = Int16GetDatum(group->kind);
	values[1] = PointerGetDatum(construct_array(&purpose, 1, INT2OID, 2, true, TYPALIGN_SHORT));
	values[2] = Int16GetDatum(group->category);
	values[3] = PointerGetDatum(construct_array(keys, n_keys, key_types[group->key_type],
												key_lengths[group->key_type],
												by_value[group->key_type],
												alignment[group->key_type]));
	if (SPI_execute_with_args("SELECT wdd.record_provision($1, $2, $3, $4)", 4, argtypes, values,
							  NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "recording consent by provision failed");
}

static bool
same_group(const OfferKey *a, const OfferKey *b)
{
	return a->purpose == b->purpose && a->category == b->category &&
		a->kind == b->kind && a->key_type == b->key_type;
}

static Datum
key_datum(WddProvision *provision, OfferKey *key)
{
	switch (key->key_type)
	{
		case WDD_KEY_UUID:
			return UUIDPGetDatum(&key->uuid);
		case WDD_KEY_TEXT:
			return CStringGetTextDatum(list_nth(provision->text_keys, key->integer));
		default:
			return Int64GetDatum(key->integer);
	}
}

/* Take the pending offers group by group out of the table. */
static void
record_pending(WddProvision *provision)
{
	Datum	   *keys = palloc(sizeof(Datum) * provision->pending);

	while (provision->pending > 0)
	{
		HASH_SEQ_STATUS status;
		Offer	   *offer;
		OfferKey	group;
		int			n_keys = 0;

		hash_seq_init(&status, provision->offers);
		while ((offer = hash_seq_search(&status)) != NULL)
		{
			if (!offer->holds || offer->recorded || (n_keys > 0 && !same_group(&group, &offer->key)))
				continue;
			if (n_keys == 0)
				group = offer->key;
			keys[n_keys++] = key_datum(provision, &offer->key);
			offer->recorded = true;
		}
		if (n_keys == 0)
			break;
		record_group(&group, keys, n_keys);
		provision->pending -= n_keys;
	}
}

void
wdd_provision_flush(WddExecution *execution)
{
	WddProvision *provision = execution->provision;
	Oid			user;
	int			security;

	if (provision == NULL || provision->pending == 0)
		return;
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(wdd_extension_owner(), security | SECURITY_LOCAL_USERID_CHANGE);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	record_pending(provision);
	SPI_finish();
	SetUserIdAndSecContext(user, security);
}
