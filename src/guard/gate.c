/*
 * gate.c
 *		The gate (see gate.h), and how it words its refusals.
 */
#include "postgres.h"

#include "catalog/purpose.h"
#include "commands/dbcommands.h"
#include "errors.h"
#include "guard/gate.h"
#include "lib/stringinfo.h"
/*
 * struct Port has the same layout with and without GSSAPI, whose headers need
 * not be installed.
 */
#undef ENABLE_GSS
#include "libpq/libpq-be.h"
#include "miscadmin.h"
#include "session/purpose_setting.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"

void
wdd_acting_now(WddActing *acting)
{
	const WddPurpose *purpose;

	memset(acting, 0, sizeof(*acting));
	acting->glass_broken = wdd_glass_broken();
	acting->every_row = acting->glass_broken;
	if (wdd_setting_purpose == NULL || wdd_setting_purpose[0] == '\0')
		return;
	acting->purpose_name = pstrdup(wdd_setting_purpose);
	purpose = wdd_purpose_by_name(acting->purpose_name);
	if (purpose == NULL)
		return;
	acting->purpose_id = purpose->id;
	acting->aggregate_only = purpose->aggregate_only;
	acting->on_every_label = purpose->on_every_label;
	acting->refusable = purpose->refusable;
	acting->silence_permits = purpose->silence_permits;
	acting->lacks_case_reference = purpose->case_reference_required &&
		(wdd_setting_case_reference == NULL || wdd_setting_case_reference[0] == '\0');
	acting->self = purpose->id == WDD_PURPOSE_SELF;
	acting->every_row = acting->glass_broken ||
		purpose->id == WDD_PURPOSE_BACKUP || purpose->id == WDD_PURPOSE_RESTORE ||
		purpose->id == WDD_PURPOSE_REPLICATION;
	if (acting->self)
		acting->subject = pstrdup(wdd_setting_subject ? wdd_setting_subject : "");
	acting->stated_by = wdd_purpose_stated_by();
	acting->granted = wdd_purpose_granted(acting->stated_by, acting->purpose_id);
}

bool
wdd_sees_stored_form(void)
{
	WddActing	acting;

	wdd_acting_now(&acting);
	return acting.glass_broken ||
		(acting.granted && (acting.purpose_id == WDD_PURPOSE_BACKUP ||
							acting.purpose_id == WDD_PURPOSE_REPLICATION));
}

/* "column "phone" of table "public.users"", or the table alone */
static char *
object_name(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	if (column)
		return psprintf("column \"%s\" of table \"%s\"", column->name, rel->name);
	return psprintf("table \"%s\"", rel->name);
}

static char *
purpose_names(const int16 *ids, int count)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < count; i++)
	{
		const WddPurpose *purpose = wdd_purpose_by_id(ids[i]);

		if (purpose)
			appendStringInfo(&names, "%s%s", names.len ? ", " : "", purpose->name);
	}
	return names.len ? names.data : "none";
}

/* Whatever it calls itself, a dump reads by COPY. */
static bool
is_dump(void)
{
	return (application_name && strncmp(application_name, "pg_dump", 7) == 0) ||
		(debug_query_string && pg_strncasecmp(debug_query_string, "COPY ", 5) == 0);
}

static void
refuse_unstated(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	char	   *allowed = column ? purpose_names(column->purposes, column->n_purposes)
		: purpose_names(rel->purposes, rel->n_purposes);

	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("%s cannot be used without a purpose", object_name(rel, column)),
			 errdetail("The session states no purpose. The label allows: %s.", allowed),
			 is_dump()
			 ? errhint("State a purpose: SET wdd_privacy.purpose = '...'. To dump: PGOPTIONS='-c wdd_privacy.purpose=backup' pg_dump ..., by a role that was granted purpose \"backup\".")
			 : errhint("State a purpose: SET wdd_privacy.purpose = '...'.")));
}

/* The purpose itself: does it exist, is it granted, complete, enforceable? */
static void
check_purpose(const WddActing *acting, const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	if (acting->purpose_name == NULL)
		refuse_unstated(rel, column);
	if (acting->purpose_id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("purpose \"%s\" does not exist", acting->purpose_name),
				 errdetail("It was stated for the use of %s.", object_name(rel, column)),
				 errhint("Check the spelling, or add it: SELECT wdd.add_purpose(...), as a role with the duty \"administer\".")));
	if (!acting->granted)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"%s\" may not use %s", acting->purpose_name, object_name(rel, column)),
				 errdetail("Role \"%s\", which stated the purpose, has no grant of it in force.",
						   GetUserNameFromId(acting->stated_by, false)),
				 errhint("An administrator may run: SELECT wdd.grant_purpose(%s, %s).",
						 quote_literal_cstr(acting->purpose_name), wdd_role_literal(acting->stated_by))));
	if (acting->lacks_case_reference)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"%s\" may not use %s", acting->purpose_name, object_name(rel, column)),
				 errdetail("The purpose needs a case reference, and none is stated."),
				 errhint("Use wdd.set_purpose(%s, 'case reference').", quote_literal_cstr(acting->purpose_name))));
	if (acting->aggregate_only)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"%s\" may not use %s", acting->purpose_name, object_name(rel, column)),
				 errdetail("The purpose is for aggregates only, and this version cannot enforce that yet."),
				 errhint("Use another purpose.")));
}

static void
check_transport(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	if (!wdd_setting_require_tls || MyProcPort == NULL || MyProcPort->ssl_in_use ||
		MyProcPort->raddr.addr.ss_family == AF_UNIX)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("%s cannot be used over an unencrypted connection", object_name(rel, column)),
			 errdetail("wdd_privacy.require_tls is on, and this connection is plain TCP."),
			 errhint("Connect with sslmode=require or stronger, or over a Unix-domain socket.")));
}

static bool
lists(const WddActing *acting, const int16 *purposes, int count)
{
	if (acting->on_every_label || acting->glass_broken)
		return true;
	for (int i = 0; i < count; i++)
		if (purposes[i] == acting->purpose_id)
			return true;
	return false;
}

bool
wdd_column_lists(const WddActing *acting, const WddProtectedColumn *column)
{
	return lists(acting, column->purposes, column->n_purposes);
}

static void
refuse_unlisted(const WddActing *acting, const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("purpose \"%s\" may not use %s", acting->purpose_name, object_name(rel, column)),
			 errdetail("The label allows: %s.",
					   column ? purpose_names(column->purposes, column->n_purposes)
					   : purpose_names(rel->purposes, rel->n_purposes)),
			 errhint("Leave the %s out, or act for a purpose that the label allows.",
					 column ? "column" : "table")));
}

static void
refuse_closed(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("%s is closed", object_name(rel, column)),
			 errdetail("%s", column ? column->closed_by : rel->closed_by),
			 errhint("An administrator has to mend the label, or add what it names.")));
}

/* backup reads, and restore writes, what no other purpose opens. */
static bool
opens_closed(const WddActing *acting)
{
	return acting->every_row && (acting->granted || acting->glass_broken);
}

void
wdd_gate_relation(const WddActing *acting, const WddProtectedRelation *rel)
{
	if (rel->closed && !opens_closed(acting))
		refuse_closed(rel, NULL);
	if (!rel->has_table_purposes)
		return;
	check_transport(rel, NULL);
	if (acting->glass_broken)
		return;
	check_purpose(acting, rel, NULL);
	if (!lists(acting, rel->purposes, rel->n_purposes))
		refuse_unlisted(acting, rel, NULL);
}

WddVerdict
wdd_gate_column(const WddActing *acting, const WddProtectedRelation *rel,
				const WddProtectedColumn *column)
{
	check_transport(rel, column);
	if (acting->glass_broken)
		return WDD_LISTED;
	check_purpose(acting, rel, column);
	if (column->closed_by && !opens_closed(acting))
		refuse_closed(rel, column);
	if (wdd_column_lists(acting, column))
		return WDD_LISTED;
	if (!column->mask_if_not_listed)
		refuse_unlisted(acting, rel, column);
	return WDD_NOT_LISTED;
}

void
wdd_refuse_reading_under_restore(const WddProtectedRelation *rel, const WddProtectedColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("purpose \"restore\" may not read %s", object_name(rel, column)),
			 errdetail("It stores what a dump holds, and shows nothing."),
			 errhint("To read every row, a role needs purpose \"backup\".")));
}
