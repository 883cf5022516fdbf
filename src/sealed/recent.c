/*
 * recent.c
 *		See recent.h.
 */
#include "postgres.h"

#include "sealed/recent.h"

#define N_RECENT 64				/* as many sealed columns as a row may well have */
#define LONGEST 64

typedef struct Recent
{
	uint8		nonce[WDD_NONCE_BYTES];
	uint32		length;
	bool		in_use;
	char		plain[LONGEST];
} Recent;

static Recent *recent = NULL;

/* Nonces are random: any of their bytes tells places apart. */
static Recent *
place_of(const uint8 *nonce)
{
	return &recent[nonce[0] % N_RECENT];
}

void
wdd_recent_note(const uint8 nonce[WDD_NONCE_BYTES], const char *plain, size_t length)
{
	Recent	   *place;

	if (length > LONGEST)
		return;
	if (unlikely(recent == NULL))
		recent = wdd_secret_alloc(sizeof(Recent) * N_RECENT);
	place = place_of(nonce);
	memcpy(place->nonce, nonce, WDD_NONCE_BYTES);
	memcpy(place->plain, plain, length);
	place->length = length;
	place->in_use = true;
}

bool
wdd_recent_take(const uint8 nonce[WDD_NONCE_BYTES], uint8 *out, size_t room, size_t *length)
{
	Recent	   *place;

	if (recent == NULL)
		return false;
	place = place_of(nonce);
	if (!place->in_use || memcmp(place->nonce, nonce, WDD_NONCE_BYTES) != 0 || place->length > room)
		return false;
	memcpy(out, place->plain, place->length);
	*length = place->length;
	wdd_wipe(place, sizeof(*place));
	return true;
}
