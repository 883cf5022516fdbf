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

bool
wdd_kind_has_tokens(WddSealedKind kind)
{
	return kind == WDD_KIND_TEXT || kind == WDD_KIND_PHONE || kind == WDD_KIND_ID_CARD || kind == WDD_KIND_EMAIL;
}
