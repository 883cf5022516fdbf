/*
 * consent_cache.c
 *		Views of consent: opening, asking, closing (see consent_cache.h).
 *
 * A view answers from a set (memory) or by looking up the index (reader).  It
 * begins with a set if there is a fresh one, or if the questions to come are
 * worth bringing one up to date or building one; else it looks up, and thinks
 * again after every PROBES_BEFORE_THINKING questions.
 *
 * A transaction that changed consent itself must see its own changes, which
 * nobody else may see yet: its views never use the store.  In parallel mode the
 * store is only looked at; in a worker, which does not know what the leader's
 * transaction changed, not even that.  Such views build a set for themselves
 * when there is much to ask.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "compat.h"
#include "consent/consent_build.h"
#include "consent/consent_cache.h"
#include "consent/consent_read.h"
#include "consent/consent_store.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#define PROBES_BEFORE_THINKING	256

/* From this size on it pays to tell what will be asked; below, processors keep a set. */
#define SCATTERED_SIZE			(2 * 1024 * 1024)

/* The last person looked up; long texts are not remembered. */
#define REMEMBERED_KEY_SIZE		64

typedef struct WddConsentViewState
{
	WddConsentScope scope;
	MemoryContext context;
	ResourceOwner owner;
	WddSetMemory *memory;		/* NULL: the view looks up the index */
	uint32		hint;			/* where in the set the last key was */
	WddConsentReader *reader;	/* NULL until the first look-up */
	dsm_segment *exported;		/* a copy made for workers */
	uint64		n_probes;
	double		questions_needed;	/* before it is worth trying to build */
	bool		closed;
	/* the last look-up */
	int			last_key_length;	/* -1: none */
	bool		last_answer;
	char		last_key[REMEMBERED_KEY_SIZE];
	/* a text datum for look-ups, grown as needed */
	text	   *text_key;
	Size		text_key_size;
	MemoryContextCallback callback;
} WddConsentViewState;

static void
close_reader(WddConsentViewState *state)
{
	if (state->reader == NULL)
		return;
	wdd_consent_reader_close(state->reader);
	state->reader = NULL;
}

/* The view's context goes; its reader, in a child of that, is gone already. */
static void
release_view(void *arg)
{
	WddConsentViewState *state = arg;

	if (state->closed)
		return;
	state->closed = true;
	if (state->memory != NULL)
		wdd_set_memory_release(state->memory);
	if (state->exported != NULL)
		dsm_detach(state->exported);
	if (state->n_probes % PROBES_BEFORE_THINKING > 0 && IsTransactionState())
		wdd_consent_store_note_questions(&state->scope,
										 state->n_probes % PROBES_BEFORE_THINKING);
}

void
wdd_consent_close(WddConsentView *view)
{
	close_reader(view->state);
	release_view(view->state);
	view->n_keys = 0;
}

static WddConsentView *
create_view(const WddConsentScope *scope)
{
	/* in one piece, because views are opened for every execution */
	struct
	{
		WddConsentView view;
		WddConsentViewState state;
	}		   *both = palloc(sizeof(*both));

	memset(both, 0, offsetof(WddConsentViewState, last_key) + ((char *) &both->state - (char *) both));
	both->view.silence_permits = scope->silence_permits;
	both->view.state = &both->state;
	both->state.scope = *scope;
	both->state.context = CurrentMemoryContext;
	both->state.owner = CurrentResourceOwner;
	both->state.questions_needed = WDD_FEW_QUESTIONS;
	both->state.last_key_length = -1;
	both->state.text_key = NULL;
	both->state.text_key_size = 0;
	both->state.callback.func = release_view;
	both->state.callback.arg = &both->state;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &both->state.callback);
	return &both->view;
}

/* From now on answer from the set. */
static void
use_set(WddConsentView *view, WddSetMemory *memory)
{
	view->state->memory = memory;
	view->state->hint = 0;
	view->base_key = memory->set->base_key;
	view->n_keys = memory->set->n_keys;
	view->bits = wdd_set_base_bits(memory->set);
	close_reader(view->state);
}

/* A set for this view alone, if so many questions are worth it; or NULL. */
static WddSetMemory *
build_own_set(WddConsentViewState *state, double questions, bool build_now)
{
	WddConsentHorizon ignored;
	WddSetMemory *memory;

	questions += state->n_probes;
	if (build_now)
		return wdd_consent_build(&state->scope, false, WDD_ANY_NUMBER_OF_ROWS, &ignored);
	if (questions < state->questions_needed)
		return NULL;
	memory = wdd_consent_build(&state->scope, false, questions * WDD_ROWS_PER_QUESTION, &ignored);
	state->questions_needed = questions * 2;
	return memory;
}

/* Use a set if there is one, or if so many questions to come are worth it. */
static void
think_about_set(WddConsentView *view, double questions, bool build_now)
{
	const WddConsentScope *scope = &view->state->scope;
	WddSetMemory *memory = NULL;

	if (!IsParallelWorker() && !wdd_consent_changed_here())
	{
		WddStoreEffort effort = IsInParallelMode() ? WDD_STORE_LOOK :
			build_now ? WDD_STORE_BUILD : WDD_STORE_MAINTAIN;

		memory = wdd_consent_store_get(scope, questions, effort);
		if (memory == NULL && effort != WDD_STORE_LOOK)
			return;
	}
	if (memory == NULL)
		memory = build_own_set(view->state, questions, build_now);
	if (memory != NULL)
		use_set(view, memory);
}

static void
make_scope(WddConsentScope *scope, int16 purpose_id, int16 category_id, int16 kind_id,
		   WddKeyType key_type, bool silence_permits)
{
	AcceptInvalidationMessages();
	scope->signal_relation = wdd_own_relation(WDD_REL_CONSENT_SIGNAL);
	wdd_consent_store_follow(scope->signal_relation);

	StaticAssertStmt(sizeof(WddConsentScope) == sizeof(Oid) + 3 * sizeof(int16) + 2,
					 "a scope is compared as bytes and must have no padding");
	scope->purpose_id = purpose_id;
	scope->category_id = category_id;
	scope->kind_id = kind_id;
	scope->key_type = key_type;
	scope->silence_permits = silence_permits;
}

WddConsentView *
wdd_consent_open(int16 purpose_id, int16 category_id, int16 kind_id,
				 WddKeyType key_type, bool silence_permits,
				 double expected_rows, bool build_now)
{
	WddConsentScope scope;
	WddConsentView *view;

	make_scope(&scope, purpose_id, category_id, kind_id, key_type, silence_permits);
	view = create_view(&scope);
	think_about_set(view, expected_rows, build_now);
	return view;
}

/* Look up one person, under the view's snapshot, which is taken now if not yet. */
static bool
look_up(WddConsentView *view, Datum key)
{
	WddConsentViewState *state = view->state;
	WddSaid		said;

	if (state->reader == NULL)
	{
		ResourceOwner save_owner = CurrentResourceOwner;
		MemoryContext save_context = MemoryContextSwitchTo(state->context);

		CurrentResourceOwner = state->owner;
		state->reader = wdd_consent_reader_open(state->scope.key_type);
		CurrentResourceOwner = save_owner;
		MemoryContextSwitchTo(save_context);
	}
	said = wdd_consent_reader_probe(state->reader, &state->scope, key);
	return said == WDD_SAID_NOTHING ? view->silence_permits : said == WDD_SAID_YES;
}

static inline bool
is_last_key(const WddConsentViewState *state, const void *key, int length)
{
	return state->last_key_length == length && memcmp(state->last_key, key, length) == 0;
}

static inline void
remember(WddConsentViewState *state, const void *key, int length, bool answer)
{
	state->last_key_length = -1;
	if (length > REMEMBERED_KEY_SIZE)
		return;
	memcpy(state->last_key, key, length);
	state->last_key_length = length;
	state->last_answer = answer;
}

/* One more question without a set; is it time for one? */
static void
count_probe(WddConsentView *view)
{
	WddConsentViewState *state = view->state;

	if (++state->n_probes % PROBES_BEFORE_THINKING != 0)
		return;
	wdd_consent_store_note_questions(&state->scope, PROBES_BEFORE_THINKING);
	think_about_set(view, PROBES_BEFORE_THINKING, false);
}

static text *
text_datum(WddConsentViewState *state, const char *key, int length)
{
	Size		size = length + VARHDRSZ;

	if (state->text_key_size < size)
	{
		state->text_key_size = Max(size, 128);
		state->text_key = MemoryContextAlloc(state->context, state->text_key_size);
	}
	SET_VARSIZE(state->text_key, size);
	memcpy(VARDATA(state->text_key), key, length);
	return state->text_key;
}

/* Keys that come next may lie in the same bitmap: then they go the fast way. */
static inline bool
ask_integer(WddConsentView *view, int64 key)
{
	WddConsentViewState *state = view->state;
	bool		is_member = wdd_set_has_integer(state->memory->set, key, &state->hint);

	(void) wdd_set_bitmap_at(state->memory->set, state->hint,
							 &view->base_key, &view->n_keys, &view->bits);
	return is_member != view->silence_permits;
}

bool
wdd_consent_permits_integer_slow(WddConsentView *view, int64 key)
{
	WddConsentViewState *state = view->state;

	if (state->memory != NULL)
		return ask_integer(view, key);
	if (!is_last_key(state, &key, sizeof(key)))
	{
		remember(state, &key, sizeof(key), look_up(view, Int64GetDatum(key)));
		count_probe(view);
	}
	return state->last_answer;
}

bool
wdd_consent_permits_uuid(WddConsentView *view, const pg_uuid_t *key)
{
	WddConsentViewState *state = view->state;

	if (state->memory != NULL)
		return wdd_set_has_wide(state->memory->set, wdd_wide_key_uuid(key), &state->hint) !=
			view->silence_permits;
	if (!is_last_key(state, key, sizeof(*key)))
	{
		remember(state, key, sizeof(*key), look_up(view, UUIDPGetDatum(key)));
		count_probe(view);
	}
	return state->last_answer;
}

bool
wdd_consent_permits_text(WddConsentView *view, const char *key, int length)
{
	WddConsentViewState *state = view->state;
	bool		answer;

	if (state->memory != NULL)
	{
		WddConsentSet *set = state->memory->set;

		return wdd_set_has_wide(set, wdd_wide_key_text(set->text_secret, key, length),
								&state->hint) != view->silence_permits;
	}
	if (is_last_key(state, key, length))
		return state->last_answer;
	answer = look_up(view, PointerGetDatum(text_datum(state, key, length)));
	remember(state, key, length, answer);
	count_probe(view);
	return answer;
}

bool
wdd_consent_is_scattered(const WddConsentView *view)
{
	const WddSetMemory *memory = view->state->memory;

	return memory != NULL && memory->set->size >= SCATTERED_SIZE;
}

const void *
wdd_consent_home_of_integer(const WddConsentView *view, int64 key)
{
	return wdd_set_home_of_integer(view->state->memory->set, key, view->state->hint);
}

const void *
wdd_consent_home_of_uuid(const WddConsentView *view, const pg_uuid_t *key)
{
	return wdd_set_home_of_wide(view->state->memory->set, wdd_wide_key_uuid(key), view->state->hint);
}

const void *
wdd_consent_home_of_text(const WddConsentView *view, const char *key, int length)
{
	const WddConsentSet *set = view->state->memory->set;

	return wdd_set_home_of_wide(set, wdd_wide_key_text(set->text_secret, key, length), view->state->hint);
}

/* NULL when there is no room for it. */
static dsm_segment *
copy_for_workers(const WddConsentSet *set)
{
	dsm_segment *segment = wdd_set_segment_create(set->size);

	if (segment == NULL)
		return NULL;
	memcpy(dsm_segment_address(segment), set, set->size);
	dsm_pin_mapping(segment);
	return segment;
}

void
wdd_consent_export(WddConsentView *view, WddConsentHandle *handle)
{
	WddConsentViewState *state = view->state;
	dsm_segment *segment;

	if (state->memory == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("a view of consents without a set cannot be handed to parallel workers")));

	segment = state->memory->segment != NULL ? state->memory->segment : state->exported;
	if (segment == NULL)
		segment = state->exported = copy_for_workers(state->memory->set);

	handle->dsm = segment != NULL ? dsm_segment_handle(segment) : DSM_HANDLE_INVALID;
	handle->purpose_id = state->scope.purpose_id;
	handle->category_id = state->scope.category_id;
	handle->kind_id = state->scope.kind_id;
	handle->key_type = state->scope.key_type;
	handle->silence_permits = state->scope.silence_permits;
}

WddConsentView *
wdd_consent_attach(const WddConsentHandle *handle)
{
	WddConsentScope scope;
	WddConsentView *view;
	WddSetMemory *memory;

	make_scope(&scope, handle->purpose_id, handle->category_id, handle->kind_id,
			   handle->key_type, handle->silence_permits);
	view = create_view(&scope);
	if (handle->dsm == DSM_HANDLE_INVALID)
		return view;			/* it looks up, as any view */
	memory = wdd_set_memory_attach(handle->dsm);
	if (memory == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("could not map the parallel leader's set of consents")));
	use_set(view, memory);
	return view;
}

WddSaid
wdd_consent_said(int16 purpose_id, int16 category_id, int16 kind_id,
				 WddKeyType key_type, Datum key)
{
	WddConsentScope scope;
	WddConsentReader *reader;
	WddSaid		said;

	make_scope(&scope, purpose_id, category_id, kind_id, key_type, false);
	reader = wdd_consent_reader_open(key_type);
	said = wdd_consent_reader_probe(reader, &scope, key);
	wdd_consent_reader_close(reader);
	return said;
}

void
wdd_consent_init(void)
{
	wdd_consent_trigger_init();
	wdd_consent_read_init();
	wdd_consent_store_init();
}
