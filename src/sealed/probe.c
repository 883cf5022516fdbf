/*
 * probe.c
 *		Search tokens (see probe.h).
 */
#include "postgres.h"

#include "errors.h"
#include "sealed/key_ring.h"
#include "sealed/probe.h"

bool		(*wdd_probe_allowed) (void) = NULL;

void
wdd_require_probe_allowed(void)
{
	if (likely(wdd_probe_allowed && wdd_probe_allowed()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("plaintext may not be compared with a sealed value here"),
			 errdetail("Whoever could compare values of their own choice would find out any sealed value by trying."),
			 errhint("Compare it with a column of a labelled table, for a purpose that may use the column.")));
}

void
wdd_make_token(uint8 token[WDD_TOKEN_BYTES], WddSealedKind kind, int epoch, const char *form, size_t length)
{
	wdd_keyed_hash(token, WDD_TOKEN_BYTES, (const uint8 *) form, length, wdd_token_key(kind, epoch));
}

void
wdd_make_suffix_token(uint8 token[WDD_SUFFIX_BYTES], int epoch, const char digits[4])
{
	uint8		whole[WDD_TOKEN_BYTES];

	wdd_keyed_hash(whole, sizeof(whole), (const uint8 *) digits, 4, wdd_suffix_key(epoch));
	memcpy(token, whole, WDD_SUFFIX_BYTES);
}

void
wdd_raise_other_token_epochs(int a, int b)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("sealed values with search tokens of epochs %d and %d cannot be compared", a, b),
			 errhint("Call wdd.rotate_tokens() for the type, which gives all columns new ones.")));
}

void
wdd_raise_damaged(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("sealed value is damaged")));
}

bool
wdd_kind_has_tokens(WddSealedKind kind)
{
	return kind == WDD_KIND_TEXT || kind == WDD_KIND_PHONE || kind == WDD_KIND_ID_CARD || kind == WDD_KIND_EMAIL;
}
