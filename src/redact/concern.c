/*
 * concern.c
 *		See concern.h.
 *
 * A message of the client is known by the time at which it came, and by
 * debug_query_string.  Nothing has to be reset when it ends: what was found is
 * of another time then.
 *
 * Bind and Execute run what Parse analyzed: of such texts a hash is kept, with
 * what was found.  A text that is not known any more, or not yet, is unsure.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "common/hashfn.h"
#include "redact/concern.h"
#include "tcop/tcopprot.h"
#include "utils/backend_status.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* Texts whose judgement is kept, until all are forgotten. */
#define MAX_KEPT 8192

typedef struct KeptText
{
	uint64		hash;			/* hash key */
	bool		is_protected;
} KeptText;

bool		wdd_setting_redact = true;

static struct
{
	TimestampTz start;			/* of the message */
	const char *text;			/* its debug_query_string */
	WddConcern	concern;
	bool		shows_text;		/* which tells nothing, as COMMIT does */
}			statement = {.concern = WDD_CONCERN_UNSURE};

/* Did the transaction write a protected relation? */
static bool wrote_protected = false;

static HTAB *kept_texts = NULL;
static int	protected_texts = 0;	/* how many of them */

/* The one found last: a session runs the same text again and again. */
static char last_text[256];		/* empty: none */
static KeptText *last_found = NULL;

/* The text that stands for the client's where others get it (redact.c). */
static bool
text_is_redacted(void)
{
	return debug_query_string && strcmp(debug_query_string, WDD_REDACTED) == 0;
}

static bool
is_current(void)
{
	return statement.start == GetCurrentStatementStartTimestamp() &&
		(debug_query_string == NULL || statement.text == debug_query_string);
}

static void
make_current(WddConcern concern)
{
	statement.start = GetCurrentStatementStartTimestamp();
	statement.text = debug_query_string;
	statement.concern = concern;
	statement.shows_text = false;
}

static uint64
hash_of(const char *text)
{
	return hash_bytes_extended((const unsigned char *) text, strlen(text), 0);
}

static KeptText *
find_kept(const char *text)
{
	uint64		hash;
	KeptText   *kept;

	if (kept_texts == NULL)
		return NULL;
	if (last_text[0] != '\0' && strcmp(text, last_text) == 0)
		return last_found;
	hash = hash_of(text);
	kept = hash_search(kept_texts, &hash, HASH_FIND, NULL);
	if (kept != NULL)
	{
		last_found = kept;
		if (strlcpy(last_text, text, sizeof(last_text)) >= sizeof(last_text))
			last_text[0] = '\0';	/* too long to be compared */
	}
	return kept;
}

/* What was ever found protected stays so. */
static void
keep(const char *text, bool is_protected)
{
	uint64		hash = hash_of(text);
	KeptText   *kept;
	bool		found;

	if (kept_texts && hash_get_num_entries(kept_texts) >= MAX_KEPT)
	{
		hash_destroy(kept_texts);
		kept_texts = NULL;
		last_text[0] = '\0';
		protected_texts = 0;
	}
	if (kept_texts == NULL)
	{
		HASHCTL		control = {0};

		control.keysize = sizeof(uint64);
		control.entrysize = sizeof(KeptText);
		control.hcxt = TopMemoryContext;
		kept_texts = hash_create("wdd_privacy judged texts", 64, &control,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	kept = hash_search(kept_texts, &hash, HASH_ENTER, &found);
	if (!found)
		kept->is_protected = false;
	if (is_protected && !kept->is_protected)
	{
		kept->is_protected = true;
		protected_texts++;
	}
}

/*
 * PostgreSQL forgets the query identifier whenever a statement begins to run,
 * and for all it knows one does.
 */
static void
show_redacted_activity(void)
{
	uint64		query_id;

	if (MyBEEntry == NULL || MyBEEntry->st_state == STATE_IDLE ||
		MyBEEntry->st_state == STATE_UNDEFINED)
		return;
	query_id = pgstat_get_my_query_id();
	pgstat_report_activity(MyBEEntry->st_state, WDD_REDACTED);
	pgstat_report_query_id(query_id, true);
}

void
wdd_redact_require(void)
{
	KeptText   *kept;

	if (!wdd_setting_redact || (is_current() && statement.concern == WDD_CONCERN_PROTECTED) ||
		(text_is_redacted() && !IsParallelWorker()))
		return;
	make_current(WDD_CONCERN_PROTECTED);
	show_redacted_activity();
	if (debug_query_string && (kept = find_kept(debug_query_string)) != NULL && !kept->is_protected)
	{
		kept->is_protected = true;
		protected_texts++;
	}
}

WddConcern
wdd_concern(void)
{
	KeptText   *kept;

	if (!wdd_setting_redact)
		return WDD_CONCERN_NONE;
	if (is_current() && statement.concern != WDD_CONCERN_UNSURE)
		return statement.concern;
	if (text_is_redacted())
		return WDD_CONCERN_PROTECTED;
	/* the leader of a parallel query hands on what it knows */
	if (debug_query_string && IsParallelWorker())
		return WDD_CONCERN_NONE;
	if (wdd_label_presence_seen() == WDD_NO_EXTENSION || wdd_label_presence_seen() == WDD_NO_LABELS)
		return WDD_CONCERN_NONE;
	if (debug_query_string && (kept = find_kept(debug_query_string)) != NULL)
		return kept->is_protected ? WDD_CONCERN_PROTECTED : WDD_CONCERN_NONE;
	return WDD_CONCERN_UNSURE;
}

bool
wdd_concern_judged(void)
{
	return (is_current() && statement.concern != WDD_CONCERN_UNSURE) ||
		(debug_query_string && find_kept(debug_query_string) != NULL);
}

void
wdd_concern_settle(bool mentions, bool more, bool kept)
{
	if (mentions)
		wdd_redact_require();
	else if (!is_current())
		make_current(more ? WDD_CONCERN_UNSURE : WDD_CONCERN_NONE);
	else if (statement.concern != WDD_CONCERN_PROTECTED)
		statement.concern = more ? WDD_CONCERN_UNSURE : WDD_CONCERN_NONE;
	if (kept)
		keep(debug_query_string, mentions);
}

void
wdd_redact_note_write(void)
{
	wrote_protected = true;
}

/* A text that was judged as a whole tells nothing, here and in pg_stat_activity. */
void
wdd_concern_deferred(void)
{
	bool		is_harmless = is_current() && statement.concern == WDD_CONCERN_NONE;

	if (!wrote_protected || !wdd_setting_redact)
		return;
	make_current(WDD_CONCERN_PROTECTED);
	statement.shows_text = is_harmless;
}

bool
wdd_concern_shows_text(void)
{
	return is_current() && statement.shows_text;
}

void
wdd_concern_end_transaction(void)
{
	wrote_protected = false;
}

void
wdd_concern_resume(void)
{
	KeptText   *kept;

	if (protected_texts == 0 || is_current() || debug_query_string == NULL)
		return;
	kept = find_kept(debug_query_string);
	if (kept == NULL)
		make_current(WDD_CONCERN_UNSURE);
	else if (kept->is_protected)
		wdd_redact_require();
	else
		make_current(WDD_CONCERN_NONE);
}
