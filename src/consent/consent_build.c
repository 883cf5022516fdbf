/*
 * consent_build.c
 *		Building sets and applying changes to them (see consent_build.h).
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/own_objects.h"
#include "consent/consent_build.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* A question costs as much as reading so many rows one after the other. */
#define ROWS_READ_PER_QUESTION	10

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

/* Rows that reading the purpose may have to pass, in questions. */
static double
questions_for_rows(Relation by_key)
{
	return Max(WDD_FEW_QUESTIONS, wdd_consent_index_rows(by_key) / ROWS_READ_PER_QUESTION);
}

double
wdd_consent_questions_worth_set(const WddConsentScope *scope)
{
	Relation	by_key = index_open(wdd_own_relation(WDD_REL_CONSENT_STATE_BY_KEY + scope->key_type),
									AccessShareLock);
	double		questions = questions_for_rows(by_key);

	index_close(by_key, AccessShareLock);
	return questions;
}

WddSetMemory *
wdd_consent_build(const WddConsentScope *scope, bool as_segment, WddConsentHorizon *horizon)
{
	WddConsentReader *reader = wdd_consent_reader_open(scope->key_type);
	WddSetBuilder *builder = wdd_set_builder_create(is_wide(scope));
	WddSetMemory *memory;

	wdd_consent_reader_horizon(reader, horizon);
	wdd_consent_reader_collect(reader, scope, builder);
	wdd_consent_reader_close(reader);
	memory = wdd_set_memory_create(builder, as_segment);
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

/* A bigger set with the same members and one more, instead of this one. */
static WddSetMemory *
grow(WddSetMemory *memory, const Change *change)
{
	WddSetBuilder *builder = wdd_set_builder_create(memory->set->wide);
	WddSetMemory *bigger;

	wdd_set_builder_add_set(builder, memory->set);
	if (memory->set->wide)
		wdd_set_builder_add_wide(builder, change->wide);
	else
		wdd_set_builder_add_integer(builder, change->integer);
	bigger = wdd_set_memory_create(builder, memory->segment != NULL);
	wdd_set_builder_free(builder);
	wdd_set_memory_release(memory);
	return bigger;
}

static void
apply_changes(const Changes *changes, WddSetMemory **memory)
{
	int			i;

	for (i = 0; i < changes->n; i++)
	{
		const Change *change = &changes->items[i];
		bool		fits;

		if (is_wide(changes->scope))
			fits = wdd_set_change_wide((*memory)->set, change->wide, change->member);
		else
			fits = wdd_set_change_integer((*memory)->set, change->integer, change->member);
		if (!fits)
			*memory = grow(*memory, change);
	}
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
	limit = questions_for_rows(reader->by_key);	/* each a look-up */

	wdd_consent_reader_horizon(reader, &now);
	complete = wdd_consent_reader_changes(reader, scope, horizon, limit, note_change, &changes);
	wdd_consent_reader_close(reader);
	if (complete)
	{
		apply_changes(&changes, memory);
		*horizon = now;
	}
	pfree(changes.items);
	return complete;
}
