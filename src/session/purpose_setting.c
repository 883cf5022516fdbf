/*
 * purpose_setting.c
 *		The settings by which a session states its purpose.
 *
 * The value of wdd_privacy.purpose is a claim.  Set interactively it is judged
 * at once, which tells a mistake where it was made; whatever way it came, it is
 * judged again at every use, by the grants of the role that stated it.
 *
 * That role is kept by PostgreSQL: every setting's record names the role that
 * set the current value (srole), stacked, restored and sent to parallel workers
 * with it, also for a value that was set before this library was loaded.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "session/purpose_setting.h"
#include "session/session.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/plancache.h"

/* Longest values, in bytes. */
#define MAX_CASE_REFERENCE 1000
#define MAX_SUBJECT 1000

char	   *wdd_setting_purpose;
char	   *wdd_setting_case_reference;
char	   *wdd_setting_subject;
bool		wdd_setting_require_tls;
static bool glass_broken;

static const struct config_generic *purpose_record;

/* Values of placeholders are taken over while the settings are defined. */
static bool defining = false;

/* Set only while wdd_break_glass_setting() changes its setting. */
static bool breaking_glass = false;


/*
 * Values that come with the start of the connection are not checked for their
 * encoding by PostgreSQL.  The value itself is not repeated in the message: it
 * may be long, or garbage.
 */
static bool
check_text(const char *setting, const char *value, int max_length)
{
	int			length = strlen(value);

	GUC_check_errcode(ERRCODE_INVALID_PARAMETER_VALUE);
	if (length > max_length)
	{
		GUC_check_errmsg("value of parameter \"%s\" is too long", setting);
		GUC_check_errdetail("It has %d bytes; at most %d are allowed.", length, max_length);
		return false;
	}
	if (!pg_verifymbstr(value, length, true))
	{
		GUC_check_errmsg("value of parameter \"%s\" is not valid in encoding \"%s\"",
						 setting, GetDatabaseEncodingName());
		return false;
	}
	for (const char *c = value; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7F)
		{
			GUC_check_errmsg("value of parameter \"%s\" contains a control character", setting);
			GUC_check_errdetail("The character at byte %d has the code 0x%02X.",
								(int) (c - value) + 1, (unsigned char) *c);
			return false;
		}
	}
	return true;
}

static bool
check_case_reference(char **newval, void **extra, GucSource source)
{
	return check_text("wdd_privacy.case_reference", *newval, MAX_CASE_REFERENCE);
}

static bool
check_subject(char **newval, void **extra, GucSource source)
{
	return check_text("wdd_privacy.subject", *newval, MAX_SUBJECT);
}

/* Say why not to GUC_check_errmsg() and its kin. */
static void
explain_not_granted(const char *name)
{
	char	   *role = GetUserNameFromId(GetUserId(), false);

	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	GUC_check_errmsg("role \"%s\" may not act for purpose \"%s\"", role, name);
	GUC_check_errdetail("No grant of the purpose to the role, or to a role it is a member of, is in force.");
	GUC_check_errhint("A role with the duty \"administer\" grants it: SELECT wdd.grant_purpose(%s, %s).",
					  quote_literal_cstr(name), wdd_role_literal(GetUserId()));
}

static void
explain_no_case(const char *name)
{
	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	GUC_check_errmsg("purpose \"%s\" needs a case reference", name);
	GUC_check_errdetail("Parameter \"wdd_privacy.case_reference\" is empty.");
	GUC_check_errhint("Name the case: SELECT wdd.set_purpose(%s, 'case reference').",
					  quote_literal_cstr(name));
}

/*
 * May the current user act for the purpose now?
 *
 * ALTER ROLE ... SET and the like test a value that is for another time and
 * perhaps for another role: a name that does not exist is worth a notice, since
 * it may be misspelt, and all is taken.
 */
static bool
judge_claim(const char *name, GucSource source)
{
	const WddPurpose *purpose = wdd_purpose_by_name(name);

	if (source == PGC_S_TEST)
	{
		if (purpose == NULL)
			ereport(NOTICE,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("purpose \"%s\" does not exist", name)));
		return true;
	}
	if (purpose == NULL)
	{
		GUC_check_errcode(ERRCODE_UNDEFINED_OBJECT);
		GUC_check_errmsg("purpose \"%s\" does not exist", name);
		GUC_check_errhint("Check the spelling, or add it: SELECT wdd.add_purpose(...), as a role with the duty \"administer\".");
		return false;
	}
	if (!wdd_purpose_granted(GetUserId(), purpose->id))
	{
		explain_not_granted(name);
		return false;
	}
	if (purpose->case_reference_required && wdd_setting_case_reference[0] == '\0')
	{
		explain_no_case(name);
		return false;
	}
	return true;
}

/*
 * Can, and should, a purpose be judged now?  Not where the catalog cannot be
 * read, nor a leader's value that a parallel worker takes over, nor where the
 * extension is not there (yet) to be asked.
 */
static bool
judged_at_once(GucSource source)
{
	return source >= PGC_S_INTERACTIVE && !defining &&
		!InitializingParallelWorker && IsTransactionState() && OidIsValid(MyDatabaseId) &&
		wdd_version_served();
}

static bool
check_purpose(char **newval, void **extra, GucSource source)
{
	if (!check_text("wdd_privacy.purpose", *newval, WDD_NAME_MAX_LENGTH))
		return false;
	return **newval == '\0' || !judged_at_once(source) ||
		judge_claim(*newval, source);
}

/*
 * Plans for purpose "self" filter by subject; those made under others need
 * not.  Cached ones are made anew when the session changes between the two.
 */
static void
assign_purpose(const char *newval, void *extra)
{
	static bool was_self = false;
	bool		is_self = newval != NULL && strcmp(newval, "self") == 0;

	if (is_self != was_self)
		ResetPlanCache();
	was_self = is_self;
}

static bool
check_glass_broken(bool *newval, void **extra, GucSource source)
{
	if (!*newval || breaking_glass || InitializingParallelWorker)
		return true;
	GUC_check_errcode(ERRCODE_CANT_CHANGE_RUNTIME_PARAM);
	GUC_check_errmsg("parameter \"%s\" cannot be switched on", "wdd_privacy.glass_broken");
	GUC_check_errhint("Call wdd.break_glass(reason) within a transaction.");
	return false;
}


Oid
wdd_purpose_stated_by(void)
{
	if (purpose_record->source >= PGC_S_INTERACTIVE)
		return purpose_record->srole;
	return GetSessionUserId();
}

bool
wdd_glass_broken(void)
{
	return glass_broken;
}

/*
 * A setting that is local to the transaction does what is promised of the
 * glass: it ends with the transaction, and with a savepoint before it.
 */
void
wdd_break_glass_setting(void)
{
	breaking_glass = true;
	PG_TRY();
	{
		(void) set_config_option("wdd_privacy.glass_broken", "on",
								 PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL,
								 true, 0, false);
	}
	PG_FINALLY();
	{
		breaking_glass = false;
	}
	PG_END_TRY();
}

void
wdd_state_purpose(const char *purpose, GucAction action)
{
	(void) set_config_option("wdd_privacy.purpose", purpose,
							 superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, action, true, 0, false);
}

void
wdd_state_case_reference(const char *case_reference, GucAction action)
{
	(void) set_config_option("wdd_privacy.case_reference", case_reference,
							 superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, action, true, 0, false);
}

static void
define_statements(void)
{
	DefineCustomStringVariable("wdd_privacy.purpose",
							   "The purpose for which the session uses personal data.",
							   "Name of a purpose that is granted to the role that sets it; "
							   "empty: none, and labelled columns refuse every use. "
							   "Set within a transaction it is checked at once, else when it is used.",
							   &wdd_setting_purpose,
							   "",
							   PGC_USERSET, 0,
							   check_purpose, assign_purpose, NULL);
	DefineCustomStringVariable("wdd_privacy.case_reference",
							   "The case for which the session uses personal data.",
							   "A reference of the caller's own, at most 1000 bytes, such as the file number "
							   "of a court order; compulsory for purposes that say so.",
							   &wdd_setting_case_reference,
							   "",
							   PGC_USERSET, 0,
							   check_case_reference, NULL, NULL);
	DefineCustomStringVariable("wdd_privacy.subject",
							   "The person for whom the session acts under the purpose \"self\".",
							   "The person's key, at most 1000 bytes, preceded by the kind of subject and "
							   "a colon where that is not \"account\"; empty: nobody.",
							   &wdd_setting_subject,
							   "",
							   PGC_USERSET, 0,
							   check_subject, NULL, NULL);
}

void
wdd_settings_init(void)
{
	defining = true;
	define_statements();
	DefineCustomBoolVariable("wdd_privacy.require_tls",
							 "Refuses the use of labelled columns over TCP without TLS.",
							 "Connections over Unix-domain sockets are not affected.",
							 &wdd_setting_require_tls,
							 false,
							 PGC_SUSET, 0,
							 NULL, NULL, NULL);
	DefineCustomBoolVariable("wdd_privacy.glass_broken",
							 "Shows whether wdd.break_glass() is in force.",
							 "On until the end of the transaction that called wdd.break_glass(); "
							 "it can be switched off, but not on.",
							 &glass_broken,
							 false,
							 PGC_SUSET, GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							 check_glass_broken, NULL, NULL);
	MarkGUCPrefixReserved("wdd_privacy");
	purpose_record = wdd_setting_record("wdd_privacy.purpose");
	defining = false;
}
