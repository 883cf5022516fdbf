/*
 * armour.c
 *		Sealed values as text (see armour.h).
 */
#include "postgres.h"

#include "common/base64.h"
#include "sealed/armour.h"

#define PREFIX_LENGTH (sizeof(WDD_ARMOUR_PREFIX) - 1)

bool
wdd_armour_is(const char *text, size_t length)
{
	return length >= PREFIX_LENGTH && memcmp(text, WDD_ARMOUR_PREFIX, PREFIX_LENGTH) == 0;
}

char *
wdd_armour_write(const uint8 *bytes, size_t length)
{
	int			room = pg_b64_enc_len(length);
	char	   *text = palloc(PREFIX_LENGTH + room + 1);
	int			written;

	memcpy(text, WDD_ARMOUR_PREFIX, PREFIX_LENGTH);
	written = pg_b64_encode((const void *) bytes, length, text + PREFIX_LENGTH, room);
	if (written < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("a sealed value cannot be written as text")));
	text[PREFIX_LENGTH + written] = '\0';
	return text;
}

/* Several texts may stand for the same bytes in base64; one of them is taken. */
static bool
is_spelled_so(const uint8 *bytes, size_t bytes_length, const char *text, size_t length)
{
	char	   *again = wdd_armour_write(bytes, bytes_length);
	bool		same = strlen(again) == length && memcmp(again, text, length) == 0;

	pfree(again);
	return same;
}

uint8 *
wdd_armour_read(const char *text, size_t length, size_t *bytes_length)
{
	size_t		encoded;
	uint8	   *bytes;
	int			room,
				read;

	if (!wdd_armour_is(text, length))
		return NULL;
	encoded = length - PREFIX_LENGTH;
	room = pg_b64_dec_len(encoded);
	bytes = palloc(room + 1);
	read = pg_b64_decode(text + PREFIX_LENGTH, encoded, (void *) bytes, room);
	if (read < 0 || !is_spelled_so(bytes, read, text, length))
	{
		pfree(bytes);
		return NULL;
	}
	*bytes_length = read;
	return bytes;
}
