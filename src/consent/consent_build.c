/*
 * consent_build.c
 *		Building sets and applying changes to them (see consent_build.h).
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/own_objects.h"
#include "compat.h"
#include "consent/consent_build.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* A change, collected before any is applied: reading may fail half-way. */
typedef struct Change
{
	int64		integer;
	WddWideKey	wide;
	bool		member;
} Change;

typedef struct Changes
{
	const WddConsentScope *scope;
	const uint8 *text_secret;
	Change	   *items;
	int			n;
	int			allocated;
} Changes;

static inline bool
is_wide(const WddConsentScope *scope)
{
	return scope->key_type != WDD_KEY_INTEGER;
}

static WddSetKind
set_kind(const WddConsentScope *scope)
{
	static const WddSetKind kinds[] = {
		[WDD_KEY_INTEGER] = WDD_SET_INTEGER,
		[WDD_KEY_UUID] = WDD_SET_UUID,
		[WDD_KEY_TEXT] = WDD_SET_TEXT
	};

	return kinds[scope->key_type];
}

WddSetMemory *
wdd_consent_build(const WddConsentScope *scope, bool as_segment, double row_limit,
				  WddConsentHorizon *horizon)
{
	WddConsentReader *reader = wdd_consent_reader_open(scope->key_type);
	WddSetBuilder *builder = wdd_set_builder_create(set_kind(scope));
	WddSetMemory *memory = NULL;
	uint64		n_rows;
	bool		complete;

	wdd_consent_reader_horizon(reader, horizon);
	complete = wdd_consent_reader_collect(reader, scope, row_limit, builder, &n_rows);
	wdd_consent_reader_close(reader);
	if (complete)
	{
		memory = wdd_set_memory_create(builder, as_segment);
		memory->set->rows_read = n_rows;
	}
	wdd_set_builder_free(builder);
	return memory;
}

static bool
note_change(void *arg, Datum key, bool permitted)
{
	Changes    *changes = arg;
	Change	   *change;
	text	   *string;

	if (changes->n == changes->allocated)
	{
		changes->allocated *= 2;
		changes->items = repalloc_huge(changes->items, changes->allocated * sizeof(Change));
	}
	change = &changes->items[changes->n++];
	change->member = permitted != changes->scope->silence_permits;
	switch (changes->scope->key_type)
	{
		case WDD_KEY_INTEGER:
			change->integer = DatumGetInt64(key);
			break;
		case WDD_KEY_UUID:
			change->wide = wdd_wide_key_uuid(DatumGetUUIDP(key));
			break;
		case WDD_KEY_TEXT:
			string = DatumGetTextPP(key);
			change->wide = wdd_wide_key_text(changes->text_secret, VARDATA_ANY(string),
											 VARSIZE_ANY_EXHDR(string));
			break;
	}
	return true;
}

/* A bigger set of integers with the same members and one more, instead of this one. */
static WddSetMemory *
grow(WddSetMemory *memory, int64 key)
{
	WddSetBuilder *builder = wdd_set_builder_create(WDD_SET_INTEGER);
	WddSetMemory *bigger;

	wdd_set_builder_add_set(builder, memory->set);
	wdd_set_builder_add_integer(builder, key);
	bigger = wdd_set_memory_create(builder, memory->segment != NULL);
	bigger->set->rows_read = memory->set->rows_read;
	wdd_set_builder_free(builder);
	wdd_set_memory_release(memory);
	return bigger;
}

/* False when the set is full and cannot be grown. */
static bool
apply_changes(const Changes *changes, WddSetMemory **memory)
{
	for (int i = 0; i < changes->n; i++)
	{
		const Change *change = &changes->items[i];

		if (is_wide(changes->scope))
		{
			if (!wdd_set_change_wide((*memory)->set, change->wide, change->member))
				return false;
		}
		else if (!wdd_set_change_integer((*memory)->set, change->integer, change->member))
			*memory = grow(*memory, change->integer);
	}
	return true;
}

bool
wdd_consent_refresh(const WddConsentScope *scope, WddSetMemory **memory,
					WddConsentHorizon *horizon)
{
	WddConsentReader *reader = wdd_consent_reader_open(scope->key_type);
	WddConsentHorizon now;
	Changes		changes = {scope, (*memory)->set->text_secret};
	double		limit;
	bool		complete;

	changes.allocated = 16;
	changes.items = palloc(changes.allocated * sizeof(Change));
	limit = Max(WDD_FEW_QUESTIONS, (*memory)->set->rows_read / WDD_ROWS_PER_QUESTION);

	wdd_consent_reader_horizon(reader, &now);
	complete = wdd_consent_reader_changes(reader, scope, horizon, limit, note_change, &changes);
	wdd_consent_reader_close(reader);
	complete = complete && apply_changes(&changes, memory);
	if (complete)
		*horizon = now;
	pfree(changes.items);
	return complete;
}
