/*
 * sealed_type.c
 *		Input, output, receive and send of the sealed types.
 *
 * One implementation for all: input and receive are told the type's OID.
 * Output never decrypts.  Input takes armour as it is, and makes an unbound
 * value of anything else.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "redact/concern.h"
#include "sealed/armour.h"
#include "sealed/column.h"
#include "sealed/envelope.h"
#include "sealed/key_ring.h"
#include "sealed/normal_form.h"
#include "sealed/probe.h"
#include "sealed/recent.h"
#include "sealed/sealed_type.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_sealed_in);
PG_FUNCTION_INFO_V1(wdd_sealed_out);
PG_FUNCTION_INFO_V1(wdd_sealed_recv);
PG_FUNCTION_INFO_V1(wdd_sealed_send);

#define BYTES(value) ((const uint8 *) VARDATA_ANY(value))
#define LENGTH(value) VARSIZE_ANY_EXHDR(value)

/* The kind of the type that a call is about, remembered in fn_extra. */
static WddSealedKind
kind_of_call(FmgrInfo *flinfo, Oid type)
{
	WddSealedColumn *known = flinfo->fn_extra;

	if (known == NULL || known->type != type)
	{
		known = MemoryContextAlloc(flinfo->fn_mcxt, sizeof(WddSealedColumn));
		if (!wdd_sealed_type(type, -1, known) || known->type != type)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("type with OID %u is not a sealed type", type)));
		flinfo->fn_extra = known;
	}
	return known->kind;
}

struct varlena *
wdd_seal_unbound(WddSealedKind kind, const char *form, int length)
{
	WddEnvelopeHead head = {WDD_SEALED_UNBOUND, kind};
	int			epoch = wdd_current_epoch();
	uint8		person[WDD_PERSON_BYTES] = {0};
	uint8		token[WDD_TOKEN_BYTES];
	struct varlena *value;
	size_t		size;

	person[WDD_PERSON_BYTES - 1] = epoch;
	head.person = person;
	if (wdd_kind_has_tokens(kind))
	{
		head.flags |= WDD_SEALED_SEARCHABLE;
		head.token_epoch = wdd_current_token_epoch(kind);
		wdd_make_token(token, kind, head.token_epoch, form, length);
		head.token = token;
	}
	size = VARHDRSZ + wdd_envelope_length(head.flags, length, 0);
	value = palloc(size);
	SET_VARSIZE(value, size);
	wdd_envelope_seal((uint8 *) VARDATA(value), &head, (const uint8 *) form, length, 0, wdd_unbound_key(epoch));
	wdd_recent_note((uint8 *) value + size - WDD_TAG_BYTES - length - WDD_NONCE_BYTES, form, length);
	return value;
}

static void
raise_bad_envelope(Oid type)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid sealed value for type %s", format_type_be(type)),
			 errdetail("It is not what this type puts out."),
			 errhint("Text that begins with \"%s\" is taken as a sealed value; plaintext may not begin so, and is not taken in binary form.",
					 WDD_ARMOUR_PREFIX),
			 errhidestmt(true), errhidecontext(true)));
}

/* Unbound values come back without a token: open them, to make it anew. */
static struct varlena *
renew_unbound(WddSealedKind kind, Oid type, const WddEnvelope *envelope)
{
	size_t		room = wdd_envelope_room(envelope);
	char	   *form = palloc(room + 1);
	size_t		length = 0;
	struct varlena *value;

	if (envelope->field != kind ||
		!wdd_envelope_open(envelope, wdd_unbound_key(envelope->person[WDD_PERSON_BYTES - 1]), (uint8 *) form, &length))
		raise_bad_envelope(type);
	value = wdd_seal_unbound(kind, form, length);
	wdd_wipe(form, room);
	pfree(form);
	return value;
}

/* A value of bytes that came from outside. */
static struct varlena *
accept_envelope(WddSealedKind kind, Oid type, const uint8 *bytes, size_t length)
{
	WddEnvelope envelope;
	struct varlena *value;

	if (!wdd_envelope_read(bytes, length, &envelope) || (envelope.flags & WDD_SEALED_VERIFIED))
		raise_bad_envelope(type);
	if (envelope.flags & WDD_SEALED_UNBOUND)
		return renew_unbound(kind, type, &envelope);
	value = palloc(VARHDRSZ + length);
	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), bytes, length);
	return value;
}

/* wdd.sealed_in(cstring, oid, integer) */
Datum
wdd_sealed_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	Oid			type = PG_GETARG_OID(1);
	WddSealedKind kind = kind_of_call(fcinfo->flinfo, type);
	size_t		text_length = strlen(text);
	struct varlena *value;

	if (wdd_armour_is(text, text_length))
	{
		size_t		length;
		uint8	   *bytes = wdd_armour_read(text, text_length, &length);

		if (bytes == NULL)
			raise_bad_envelope(type);
		value = accept_envelope(kind, type, bytes, length);
	}
	else
	{
		int			length;
		char	   *form;

		wdd_redact_require();	/* analysis, which calls this, has not come to know it */
		form = wdd_normal_form(kind, text, text_length, &length);
		value = wdd_seal_unbound(kind, form, length);
		wdd_wipe(form, length);
	}
	PG_RETURN_POINTER(value);
}

/*
 * A value's bytes as they are shown and sent.  What was stored went through
 * input; but files may be damaged.
 */
static size_t
outward(uint8 *out, const struct varlena *value)
{
	WddEnvelope envelope;

	if (!wdd_envelope_read(BYTES(value), LENGTH(value), &envelope))
		wdd_raise_damaged();
	return wdd_envelope_outward(out, BYTES(value), LENGTH(value));
}

/* wdd.sealed_out(sealed) returns cstring */
Datum
wdd_sealed_out(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	uint8	   *bytes = palloc(LENGTH(value));
	size_t		length = outward(bytes, value);

	PG_RETURN_CSTRING(wdd_armour_write(bytes, length));
}

/* wdd.sealed_recv(internal, oid, integer) */
Datum
wdd_sealed_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	Oid			type = PG_GETARG_OID(1);
	int			length = message->len - message->cursor;

	PG_RETURN_POINTER(accept_envelope(kind_of_call(fcinfo->flinfo, type), type,
									  (const uint8 *) pq_getmsgbytes(message, length), length));
}

/* wdd.sealed_send(sealed) returns bytea */
Datum
wdd_sealed_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	bytea	   *sent = palloc(VARHDRSZ + LENGTH(value));
	size_t		length = outward((uint8 *) VARDATA(sent), value);

	SET_VARSIZE(sent, VARHDRSZ + length);
	PG_RETURN_BYTEA_P(sent);
}
