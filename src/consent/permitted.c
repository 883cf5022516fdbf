/*
 * permitted.c
 *		wdd.permitted() and wdd.consent_cache_status().
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "consent/consent_cache.h"
#include "consent/consent_store.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

PG_FUNCTION_INFO_V1(wdd_permitted_integer);
PG_FUNCTION_INFO_V1(wdd_permitted_uuid);
PG_FUNCTION_INFO_V1(wdd_permitted_text);
PG_FUNCTION_INFO_V1(wdd_consent_cache_sets);

/* Arguments of the three wdd.permitted(). */
#define ARG_SUBJECT		0
#define ARG_PURPOSE		1
#define ARG_CATEGORY	2
#define ARG_KIND		3

static char *
text_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

static const WddPurpose *
purpose_argument(FunctionCallInfo fcinfo)
{
	char	   *name = text_argument(fcinfo, ARG_PURPOSE, "purpose");
	const WddPurpose *purpose = wdd_purpose_by_name(name);

	if (purpose == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("purpose \"%s\" does not exist", name)));
	return purpose;
}

static int16
category_argument(FunctionCallInfo fcinfo)
{
	char	   *name;
	int16		category_id;

	if (PG_ARGISNULL(ARG_CATEGORY))
		return 0;
	name = text_argument(fcinfo, ARG_CATEGORY, "category");
	category_id = wdd_category_by_name(name, NULL);
	if (category_id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("category \"%s\" does not exist", name)));
	return category_id;
}

static int16
kind_argument(FunctionCallInfo fcinfo)
{
	char	   *name = text_argument(fcinfo, ARG_KIND, "subject kind");
	int16		kind_id = wdd_subject_kind_by_name(name);

	if (kind_id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("subject kind \"%s\" does not exist", name)));
	return kind_id;
}

/*
 * One question.  It goes through a view, so that a fresh set answers if there
 * is one, and many calls in a statement come to share one.
 */
static bool
permitted(FunctionCallInfo fcinfo, WddKeyType key_type)
{
	WddPurpose	purpose;
	int16		category_id;
	int16		kind_id;
	MemoryContext context;
	MemoryContext save;
	WddConsentView *view;
	bool		answer;

	wdd_require_served_version();
	purpose = *purpose_argument(fcinfo);	/* the next look-up may move it */
	category_id = category_argument(fcinfo);
	kind_id = kind_argument(fcinfo);
	if (PG_ARGISNULL(ARG_SUBJECT))
		return !purpose.refusable && purpose.silence_permits;

	context = AllocSetContextCreate(CurrentMemoryContext, "wdd.permitted",
									ALLOCSET_SMALL_SIZES);
	save = MemoryContextSwitchTo(context);
	view = wdd_consent_open(purpose.id, category_id, kind_id, key_type,
							purpose.silence_permits, 1, false);
	if (key_type == WDD_KEY_INTEGER)
		answer = wdd_consent_permits_integer(view, PG_GETARG_INT64(ARG_SUBJECT));
	else if (key_type == WDD_KEY_UUID)
		answer = wdd_consent_permits_uuid(view, PG_GETARG_UUID_P(ARG_SUBJECT));
	else
	{
		text	   *subject = PG_GETARG_TEXT_PP(ARG_SUBJECT);

		answer = wdd_consent_permits_text(view, VARDATA_ANY(subject), VARSIZE_ANY_EXHDR(subject));
	}
	MemoryContextSwitchTo(save);
	MemoryContextDelete(context);	/* closes the view */
	return answer;
}

Datum
wdd_permitted_integer(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(permitted(fcinfo, WDD_KEY_INTEGER));
}

Datum
wdd_permitted_uuid(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(permitted(fcinfo, WDD_KEY_UUID));
}

Datum
wdd_permitted_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(permitted(fcinfo, WDD_KEY_TEXT));
}

static const char *
form_of(const WddConsentSet *set)
{
	bool		slots = set->n_buckets > 0 || set->n_overflow_used > 0;

	if (set->kind == WDD_SET_TEXT || set->hashed)
		return "hashed";
	if (set->n_words == 0)
		return "ordered";
	return slots ? "dense and ordered" : "dense";
}

/* The rows of wdd.consent_cache_status(), with ids instead of names. */
Datum
wdd_consent_cache_sets(PG_FUNCTION_ARGS)
{
	static const char *const key_types[] = {"integer", "uuid", "text"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	WddStoredSet *sets = NULL;
	int			n = wdd_consent_store_list(&sets);
	int			i;

	InitMaterializedSRF(fcinfo, 0);
	for (i = 0; i < n; i++)
	{
		const WddConsentSet *set = &sets[i].head;
		Datum		values[8];
		bool		nulls[8] = {false};

		values[0] = Int16GetDatum(sets[i].scope.purpose_id);
		values[1] = Int16GetDatum(sets[i].scope.category_id);
		values[2] = Int16GetDatum(sets[i].scope.kind_id);
		values[3] = CStringGetTextDatum(key_types[sets[i].scope.key_type]);
		values[4] = CStringGetTextDatum(form_of(set));
		values[5] = Int64GetDatum((int64) set->n_members);
		values[6] = Int64GetDatum((int64) set->size);
		values[7] = BoolGetDatum(sets[i].shared);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
