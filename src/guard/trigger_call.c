/*
 * trigger_call.c
 *		See trigger_call.h.
 *
 * A call costs a look-up in a small hash table; the function's fingerprint is
 * made anew only after some function of the database has changed.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/trigger_approval.h"
#include "errors.h"
#include "guard/trigger_call.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/regproc.h"

/* More sources than these are not approved for one function in a transaction. */
#define MAX_SOURCES 4

typedef struct ReliedOn
{
	Oid			function;		/* hash key */
	uint64		transaction;
	uint64		checked;		/* wdd_function_generation() of the last check */
	int			n_sources;
	uint8		sources[MAX_SOURCES][WDD_FINGERPRINT_LENGTH];
} ReliedOn;

static HTAB *relied_on;
static uint64 transaction = 1;	/* counts transactions that end */
static bool relying = false;	/* on anything, in this one */

static bool
has_source(const ReliedOn *entry, const uint8 *fingerprint)
{
	for (int i = 0; i < entry->n_sources; i++)
		if (memcmp(entry->sources[i], fingerprint, WDD_FINGERPRINT_LENGTH) == 0)
			return true;
	return false;
}

static void
rely_on(const WddRowTrigger *trigger)
{
	bool		found;
	ReliedOn   *entry = hash_search(relied_on, &trigger->function, HASH_ENTER, &found);

	relying = true;
	if (!found || entry->transaction != transaction)
	{
		entry->transaction = transaction;
		entry->checked = 0;
		entry->n_sources = 0;
	}
	if (!has_source(entry, trigger->function_fingerprint) && entry->n_sources < MAX_SOURCES)
		memcpy(entry->sources[entry->n_sources++], trigger->function_fingerprint, WDD_FINGERPRINT_LENGTH);
}

void
wdd_rely_on_approved(const WddRowTriggers *triggers)
{
	ListCell   *lc;

	foreach(lc, triggers->triggers)
	{
		const WddRowTrigger *trigger = lfirst(lc);

		if (trigger->approved)
			rely_on(trigger);
	}
}

static ReliedOn *
find(Oid function)
{
	ReliedOn   *entry = relying ? hash_search(relied_on, &function, HASH_FIND, NULL) : NULL;

	return entry && entry->transaction == transaction ? entry : NULL;
}

bool
wdd_wants_function_calls(Oid function)
{
	return find(function) != NULL;
}

void
wdd_function_call(FmgrHookEventType event, FmgrInfo *function)
{
	ReliedOn   *entry;
	uint64		generation = wdd_function_generation();
	uint8		fingerprint[WDD_FINGERPRINT_LENGTH];

	if (event != FHET_START || (entry = find(function->fn_oid)) == NULL || entry->checked == generation)
		return;
	wdd_function_fingerprint(function->fn_oid, fingerprint);
	if (!has_source(entry, fingerprint))
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("function %s is not the one that was approved", format_procedure(function->fn_oid)),
				 errdetail("It was replaced or altered after a statement of this transaction had relied on the approval of its trigger."),
				 errhint("Run the transaction again.")));
	entry->checked = generation;
}

static void
end_transaction(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	transaction++;
	relying = false;
}

void
wdd_trigger_call_init(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(ReliedOn);
	control.hcxt = TopMemoryContext;
	relied_on = hash_create("wdd_privacy approved trigger functions", 32, &control,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	RegisterXactCallback(end_transaction, NULL);
}
