/*
 * binding.c
 *		Sealing values for their row, and opening them there (see binding.h).
 *
 * Plaintext lies in memory of this backend only as long as it takes to seal it
 * again; what is handed out is the caller's.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "mb/pg_wchar.h"
#include "sealed/binding.h"
#include "sealed/envelope.h"
#include "sealed/key_ring.h"
#include "sealed/normal_form.h"
#include "sealed/probe.h"
#include "sealed/recent.h"
#include "sealed/typmod.h"

#define BYTES(value) ((const uint8 *) VARDATA_ANY(value))
#define LENGTH(value) VARSIZE_ANY_EXHDR(value)

void
wdd_raise_does_not_open(const char *relation, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 relation && column ?
			 errmsg("sealed value in column \"%s\" of table \"%s\" does not open", column, relation) :
			 errmsg("sealed value does not open"),
			 errdetail("It was sealed for another person or another column, or it was changed since, or the person's key is gone."),
			 errhint("Sealed values open in their own row only; to give a row a value, store plaintext.")));
}

static struct varlena *
detoast(Datum value)
{
	return PG_DETOAST_DATUM_PACKED(value);
}

static void
read_envelope(const WddCell *cell, struct varlena *value, WddEnvelope *envelope)
{
	if (!wdd_envelope_read(BYTES(value), LENGTH(value), envelope))
		wdd_raise_does_not_open(cell->relation, cell->column->name);
}

/* ------------------------------------------------------------------------
 * Sealing
 * ------------------------------------------------------------------------ */

/* What a value is made of while it is sealed anew. */
typedef struct Plain
{
	uint8	   *bytes;			/* palloc'd, to be wiped */
	size_t		room;
	size_t		length;
	const uint8 *token;			/* NULL: not known yet */
	int			token_epoch;
} Plain;

static bool
open_into(Plain *plain, const WddEnvelope *envelope, const uint8 *key)
{
	plain->token = NULL;
	plain->room = wdd_envelope_room(envelope);
	plain->bytes = palloc(plain->room + 1);
	return wdd_envelope_open(envelope, key, plain->bytes, &plain->length);
}

static bool
open_unbound(Plain *plain, const WddEnvelope *envelope)
{
	plain->room = wdd_envelope_room(envelope);
	plain->bytes = palloc(plain->room + 1);
	return wdd_recent_take(envelope->nonce, plain->bytes, plain->room, &plain->length) ||
		wdd_envelope_open(envelope, wdd_unbound_key(envelope->person[WDD_PERSON_BYTES - 1]),
						  plain->bytes, &plain->length);
}

static void
forget_plain(Plain *plain)
{
	wdd_wipe(plain->bytes, plain->room);
	pfree(plain->bytes);
}

static struct varlena *
seal(const WddCell *cell, const WddCachedKey *key, const Plain *plain)
{
	const WddSealedColumn *column = cell->column;
	WddEnvelopeHead head = {0};
	uint8		token[WDD_TOKEN_BYTES];
	uint8		suffix[WDD_SUFFIX_BYTES];
	char		digits[4];
	int			pad = wdd_typmod_pad(column->typmod);
	size_t		length;
	struct varlena *sealed;

	head.field = wdd_typmod_field(column->typmod);
	head.person = key->person;
	if (wdd_typmod_searchable(column->kind, column->typmod))
	{
		head.flags |= WDD_SEALED_SEARCHABLE;
		head.token_epoch = wdd_current_token_epoch(column->kind);
		head.token = plain->token;
		if (plain->token == NULL || plain->token_epoch != head.token_epoch)
		{
			wdd_make_token(token, column->kind, head.token_epoch, (char *) plain->bytes, plain->length);
			head.token = token;
		}
	}
	if (wdd_typmod_suffix(column->typmod) &&
		wdd_last_four((char *) plain->bytes, plain->length, digits))
	{
		head.flags |= WDD_SEALED_SUFFIX;
		wdd_make_suffix_token(suffix, wdd_current_token_epoch(column->kind), digits);
		head.suffix = suffix;
	}
	length = VARHDRSZ + wdd_envelope_length(head.flags, plain->length, pad);
	sealed = palloc(length);
	SET_VARSIZE(sealed, length);
	wdd_envelope_seal((uint8 *) VARDATA(sealed), &head, plain->bytes, plain->length, pad, key->key);
	return sealed;
}

static Datum
seal_anew(const WddCell *cell, Plain *plain)
{
	const WddCachedKey *key = wdd_key_of_subject(&cell->subject, true);
	struct varlena *sealed = seal(cell, key, plain);

	forget_plain(plain);
	return PointerGetDatum(sealed);
}

static Datum
bind_unbound(const WddCell *cell, const WddEnvelope *envelope)
{
	Plain		plain;

	if (envelope->field != cell->column->kind || !open_unbound(&plain, envelope))
		wdd_raise_does_not_open(cell->relation, cell->column->name);
	/* input has made it: what comes from outside has none */
	plain.token = envelope->token;
	plain.token_epoch = envelope->token_epoch;
	return seal_anew(cell, &plain);
}

/* The key of the person whose the value says it is, if that is the subject. */
static const WddCachedKey *
key_if_of(const WddEnvelope *envelope, const WddRowSubject *subject)
{
	const WddCachedKey *key = wdd_key_of_person(envelope->person);

	return key && wdd_key_is_of(key, subject) ? key : NULL;
}

static Datum
without_note(struct varlena *value)
{
	struct varlena *copy;

	if (!(BYTES(value)[1] & WDD_SEALED_VERIFIED))
		return PointerGetDatum(value);
	copy = palloc(VARSIZE_ANY(value));
	memcpy(copy, value, VARSIZE_ANY(value));
	((uint8 *) VARDATA_ANY(copy))[1] &= ~WDD_SEALED_VERIFIED;
	return PointerGetDatum(copy);
}

static Datum
bind(const WddCell *cell, const WddRowSubject *before, Datum datum, bool anew)
{
	struct varlena *value = detoast(datum);
	const WddCachedKey *key;
	WddEnvelope envelope;
	Plain		plain;
	bool		stays = !anew;

	read_envelope(cell, value, &envelope);
	if (envelope.flags & WDD_SEALED_UNBOUND)
		return bind_unbound(cell, &envelope);
	key = key_if_of(&envelope, &cell->subject);
	if (key == NULL && before)
	{
		key = key_if_of(&envelope, before);
		stays = false;
	}
	if (key == NULL || envelope.field != wdd_typmod_field(cell->column->typmod) ||
		!open_into(&plain, &envelope, key->key))
		wdd_raise_does_not_open(cell->relation, cell->column->name);
	if (!stays)
		return seal_anew(cell, &plain);
	forget_plain(&plain);
	return without_note(value);
}

Datum
wdd_bind_value(const WddCell *cell, const WddRowSubject *before, Datum value)
{
	return bind(cell, before, value, false);
}

Datum
wdd_reseal_value(const WddCell *cell, Datum value)
{
	return bind(cell, NULL, value, true);
}

static Datum
without_token(struct varlena *value, const WddEnvelope *envelope, int epoch)
{
	struct varlena *copy = palloc(VARSIZE_ANY(value));
	uint8	   *bytes;

	memcpy(copy, value, VARSIZE_ANY(value));
	bytes = (uint8 *) VARDATA_ANY(copy);
	if (envelope->token)
	{
		bytes[envelope->token - 1 - BYTES(value)] = epoch;
		wdd_random_bytes(bytes + (envelope->token - BYTES(value)), WDD_TOKEN_BYTES);
	}
	if (envelope->suffix)
		wdd_random_bytes(bytes + (envelope->suffix - BYTES(value)), WDD_SUFFIX_BYTES);
	return PointerGetDatum(copy);
}

Datum
wdd_renew_token(const WddCell *cell, Datum datum)
{
	struct varlena *value = detoast(datum);
	const WddCachedKey *key;
	WddEnvelope envelope;
	Plain		plain;
	struct varlena *sealed;
	int			epoch = wdd_current_token_epoch(cell->column->kind);

	read_envelope(cell, value, &envelope);
	/* without a search token, nothing tells the epoch of a suffix token */
	if (envelope.token ? envelope.token_epoch == epoch : envelope.suffix == NULL)
		return datum;
	key = wdd_key_of_person(envelope.person);
	if (key == NULL)
		return without_token(value, &envelope, epoch);
	if (envelope.field != wdd_typmod_field(cell->column->typmod) ||
		!open_into(&plain, &envelope, key->key))
		wdd_raise_does_not_open(cell->relation, cell->column->name);
	sealed = seal(cell, key, &plain);
	forget_plain(&plain);
	return PointerGetDatum(sealed);
}

Datum
wdd_accept_bound(const WddCell *cell, Datum datum)
{
	struct varlena *value = detoast(datum);
	WddEnvelope envelope;

	read_envelope(cell, value, &envelope);
	if (envelope.flags & WDD_SEALED_UNBOUND)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("plaintext may not be stored in column \"%s\" of table \"%s\" under purpose \"restore\"",
						cell->column->name, cell->relation),
				 errdetail("What is restored or replicated is sealed already."),
				 errhint("Store plaintext under another purpose.")));
	return without_note(value);
}

/* ------------------------------------------------------------------------
 * Opening
 * ------------------------------------------------------------------------ */

/* Textual kinds in a database of the same encoding: straight into the result. */
static bool
opens_as_it_is(WddSealedKind kind)
{
	return wdd_plain_type(kind) == TEXTOID ? GetDatabaseEncoding() == PG_UTF8 : kind == WDD_KIND_BYTEA;
}

static Datum
open_envelope(WddSealedKind kind, const WddEnvelope *envelope, const uint8 *key,
			  const char *relation, const char *column)
{
	size_t		room = wdd_envelope_room(envelope);
	struct varlena *plain = palloc(VARHDRSZ + room);
	size_t		length;
	Datum		result;

	if (!wdd_envelope_open(envelope, key, (uint8 *) VARDATA(plain), &length))
		wdd_raise_does_not_open(relation, column);
	if (opens_as_it_is(kind))
	{
		SET_VARSIZE(plain, VARHDRSZ + length);
		return PointerGetDatum(plain);
	}
	result = wdd_plain_value(kind, VARDATA(plain), length);
	wdd_wipe(VARDATA(plain), room);
	pfree(plain);
	return result;
}

static const WddCachedKey *
opening_key(const WddCell *cell, const WddEnvelope *envelope)
{
	const WddCachedKey *key = NULL;

	if (!(envelope->flags & WDD_SEALED_UNBOUND) &&
		envelope->field == wdd_typmod_field(cell->column->typmod))
		key = key_if_of(envelope, &cell->subject);
	if (key == NULL)
		wdd_raise_does_not_open(cell->relation, cell->column->name);
	return key;
}

Datum
wdd_open_value(const WddCell *cell, Datum datum)
{
	struct varlena *value = detoast(datum);
	WddEnvelope envelope;
	const WddCachedKey *key;

	read_envelope(cell, value, &envelope);
	key = opening_key(cell, &envelope);
	return open_envelope(cell->column->kind, &envelope, key->key, cell->relation, cell->column->name);
}

Datum
wdd_verify_value(const WddCell *cell, Datum datum)
{
	struct varlena *value = detoast(datum);
	struct varlena *verified;
	WddEnvelope envelope;

	read_envelope(cell, value, &envelope);
	(void) opening_key(cell, &envelope);
	verified = palloc(VARSIZE_ANY(value));
	memcpy(verified, value, VARSIZE_ANY(value));
	((uint8 *) VARDATA_ANY(verified))[1] |= WDD_SEALED_VERIFIED;
	return PointerGetDatum(verified);
}

Datum
wdd_open_verified(WddSealedKind kind, Datum datum)
{
	struct varlena *value = detoast(datum);
	const WddCachedKey *key = NULL;
	WddEnvelope envelope;

	if (wdd_envelope_read(BYTES(value), LENGTH(value), &envelope) &&
		(envelope.flags & WDD_SEALED_VERIFIED) && !(envelope.flags & WDD_SEALED_UNBOUND))
		key = wdd_key_of_person(envelope.person);
	if (key == NULL)
		wdd_raise_does_not_open(NULL, NULL);
	return open_envelope(kind, &envelope, key->key, NULL, NULL);
}
