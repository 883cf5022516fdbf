/*
 * session.c
 *		SQL functions that state, show and judge the session's purpose.
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "session/purpose_setting.h"
#include "session/session.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

/* Longest reason for breaking the glass, in characters. */
#define MAX_REASON 1000

PG_FUNCTION_INFO_V1(wdd_set_purpose);
PG_FUNCTION_INFO_V1(wdd_current_purpose);
PG_FUNCTION_INFO_V1(wdd_sql_purpose_stated_by);
PG_FUNCTION_INFO_V1(wdd_sql_purpose_granted);
PG_FUNCTION_INFO_V1(wdd_sql_has_duty);
PG_FUNCTION_INFO_V1(wdd_sql_glass_broken);
PG_FUNCTION_INFO_V1(wdd_break_glass);


static char *
text_argument(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/*
 * A role given as regrole; NULL is the current user.  A regrole may be any
 * number: one that is no role is an error rather than a role without grants.
 */
static Oid
role_argument(FunctionCallInfo fcinfo, int n)
{
	Oid			role;

	if (PG_ARGISNULL(n))
		return GetUserId();
	role = PG_GETARG_OID(n);
	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("role with OID %u does not exist", role)));
	return role;
}

/*
 * set_purpose(purpose text, case_reference text, is_local boolean) returns text
 *
 * The case reference goes first: the purpose is judged with it.  An error in
 * the second undoes the first, since it undoes the statement.
 */
Datum
wdd_set_purpose(PG_FUNCTION_ARGS)
{
	char	   *purpose = text_argument(fcinfo, 0, "purpose");
	const char *case_reference = PG_ARGISNULL(1) ? "" :
		text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		is_local = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	GucAction	action = is_local ? GUC_ACTION_LOCAL : GUC_ACTION_SET;

	wdd_state_case_reference(case_reference, action);
	wdd_state_purpose(purpose, action);
	PG_RETURN_TEXT_P(cstring_to_text(wdd_setting_purpose));
}

/* current_purpose() returns text: NULL when none is stated */
Datum
wdd_current_purpose(PG_FUNCTION_ARGS)
{
	if (wdd_setting_purpose[0] == '\0')
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(wdd_setting_purpose));
}

/* purpose_stated_by() returns regrole: NULL when none is stated */
Datum
wdd_sql_purpose_stated_by(PG_FUNCTION_ARGS)
{
	if (wdd_setting_purpose[0] == '\0')
		PG_RETURN_NULL();
	PG_RETURN_OID(wdd_purpose_stated_by());
}

/* purpose_granted(purpose text, role regrole) returns boolean */
Datum
wdd_sql_purpose_granted(PG_FUNCTION_ARGS)
{
	char	   *name = text_argument(fcinfo, 0, "purpose");
	Oid			role = role_argument(fcinfo, 1);
	const WddPurpose *purpose;

	wdd_require_served_version();
	purpose = wdd_purpose_by_name(name);
	if (purpose == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("purpose \"%s\" does not exist", name)));
	PG_RETURN_BOOL(wdd_purpose_granted(role, purpose->id));
}

/* has_duty(duty text, role regrole) returns boolean */
Datum
wdd_sql_has_duty(PG_FUNCTION_ARGS)
{
	char	   *duty = text_argument(fcinfo, 0, "duty");
	Oid			role = role_argument(fcinfo, 1);

	wdd_require_served_version();
	if (!wdd_duty_exists(duty))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("duty \"%s\" does not exist", duty),
				 errhint("Duties are administer, officer, record_consent and break_glass.")));
	PG_RETURN_BOOL(wdd_has_duty(role, duty));
}

/* glass_broken() returns boolean */
Datum
wdd_sql_glass_broken(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(wdd_glass_broken());
}


static void
check_may_break_glass(void)
{
	char	   *role = GetUserNameFromId(GetUserId(), false);

	wdd_require_served_version();
	if (!wdd_has_duty(GetUserId(), "break_glass"))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\" may not break the glass", role),
				 errdetail("Neither the role nor a role it is a member of has the duty \"break_glass\"."),
				 errhint("A role with the duty \"administer\" grants it: SELECT wdd.grant_duty('break_glass', %s).",
						 wdd_role_literal(GetUserId()))));
}

static void
check_reason(const char *reason)
{
	int			length = pg_mbstrlen(reason);

	if (reason[strspn(reason, " \t\r\n\v\f")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason must not be blank"),
				 errhint("Say for the log why the data must be seen.")));
	if (length > MAX_REASON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason is too long"),
				 errdetail("It has %d characters; at most %d are allowed.",
						   length, MAX_REASON)));
}

/*
 * break_glass(reason text) returns void
 *
 * The warning goes out before the setting changes: what could not be said is
 * not opened.
 */
Datum
wdd_break_glass(PG_FUNCTION_ARGS)
{
	char	   *reason;

	check_may_break_glass();
	reason = text_argument(fcinfo, 0, "reason");
	check_reason(reason);
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("role \"%s\" breaks the glass: labelled data is open to this transaction",
					GetUserNameFromId(GetUserId(), false)),
			 errdetail("Session user \"%s\" gives the reason: %s",
					   GetUserNameFromId(GetSessionUserId(), false), reason),
			 errhint("It closes when the transaction ends; outside a transaction block that is the end of this statement.")));
	wdd_break_glass_setting();
	PG_RETURN_VOID();
}
