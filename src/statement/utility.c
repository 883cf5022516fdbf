/*
 * utility.c
 *		Dispatch of utility statements (see utility.h).
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "consent/consent_shared.h"
#include "guard/error_detail.h"
#include "guard/stored_code.h"
#include "guard/told.h"
#include "redact/redact.h"
#include "statement/alter_column.h"
#include "statement/database_setting.h"
#include "statement/function_use.h"
#include "statement/replication.h"
#include "statement/sealed_table.h"
#include "statement/subject_column.h"
#include "statement/utility.h"
#include "tcop/tcopprot.h"

void
wdd_run_utility(WddUtilityCall *call)
{
	call->next(call->stmt, call->query_string, call->read_only_tree, call->context, call->params,
			   call->environment, call->dest, call->completion);
}

/* Statements that build indexes, evaluate expressions or check constraints over stored rows. */
static bool
checks_rows(Node *statement)
{
	return IsA(statement, AlterTableStmt) || IsA(statement, IndexStmt) ||
		IsA(statement, ReindexStmt) || IsA(statement, RefreshMatViewStmt) ||
		IsA(statement, AlterDomainStmt) || IsA(statement, ClusterStmt) ||
		IsA(statement, VacuumStmt) || IsA(statement, ConstraintsSetStmt) ||
		(IsA(statement, CreateStmt) && ((CreateStmt *) statement)->partbound != NULL);
}

static void
dispatch(WddUtilityCall *call)
{
	Node	   *statement = call->stmt->utilityStmt;

	/* SET, COMMIT and the like must work in a failed transaction, too */
	if (IsA(statement, CopyStmt) && wdd_extension_exists())
		wdd_copy(call, (CopyStmt *) statement);
	else if (IsA(statement, AlterTableStmt) && wdd_extension_exists())
		wdd_alter_tree(call, (AlterTableStmt *) statement);
	else if (IsA(statement, RenameStmt) &&
			 ((RenameStmt *) statement)->renameType == OBJECT_COLUMN && wdd_extension_exists())
		wdd_rename_column(call, (RenameStmt *) statement);
	else if (IsA(statement, CreateStmt) && wdd_extension_exists())
		wdd_create_table(call, (CreateStmt *) statement);
	else if (wdd_stores_result(statement))
		wdd_run_storing(call);
	else if ((IsA(statement, DropOwnedStmt) ||
			  (IsA(statement, DropStmt) && ((DropStmt *) statement)->removeType == OBJECT_EXTENSION)) &&
			 wdd_extension_exists())
		wdd_run_drop(call);
	else
	{
		wdd_run_utility(call);
		if (IsA(statement, CreatedbStmt))
			wdd_keep_preload_in_copy((CreatedbStmt *) statement);
		/* version and functions may be others now, for every session */
		if (IsA(statement, AlterExtensionStmt) &&
			strcmp(((AlterExtensionStmt *) statement)->extname, "wdd_privacy") == 0)
			wdd_signal_catalog_change();
		/* what another session prepared may have changed consents */
		if (IsA(statement, TransactionStmt) &&
			((TransactionStmt *) statement)->kind == TRANS_STMT_COMMIT_PREPARED)
			wdd_shared_note_commit();
	}
}

static void
dispatch_defining(WddUtilityCall *call)
{
	if (wdd_defines_columns(call->stmt->utilityStmt) && wdd_extension_exists())
		wdd_run_defining(call, dispatch);
	else
		dispatch(call);
}

static void
dispatch_watched(WddUtilityCall *call)
{
	if (wdd_may_publish(call->stmt->utilityStmt) && wdd_extension_exists())
		wdd_run_publishing(call, dispatch_defining);
	else
		dispatch_defining(call);
}

void
wdd_process_utility(WddUtilityCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	const char *query_string = call->query_string;
	const char *text;
	bool		labelled;

	call->query_string = wdd_redact_utility(call->stmt, call->query_string);
	if (!checks_rows(call->stmt->utilityStmt) || !wdd_extension_exists())
	{
		dispatch_watched(call);
		wdd_redact_utility_ended(call->stmt, query_string);
		return;
	}
	labelled = wdd_evaluates_labelled(call->stmt->utilityStmt);
	text = wdd_redact_text_of_workers(call->stmt);
	PG_TRY();
	{
		dispatch_watched(call);
		debug_query_string = text;
	}
	PG_CATCH();
	{
		debug_query_string = text;
		wdd_rethrow_without_values(context, labelled, NULL);
	}
	PG_END_TRY();
}

void
wdd_object_access(ObjectAccessType access, Oid classId, Oid objectId, int subId)
{
	if (access == OAT_FUNCTION_EXECUTE)
		wdd_check_function_use(objectId);
	else if (access == OAT_DROP && classId == ExtensionRelationId &&
		objectId == get_extension_oid("wdd_privacy", true))
		wdd_forget_extension();
	if (access == OAT_POST_CREATE && wdd_extension_exists())
	{
		wdd_check_stored_code(classId, objectId, subId);
		wdd_refuse_sealed_constants(classId, objectId, subId);
	}
	else if (access == OAT_POST_ALTER && wdd_extension_exists())
		wdd_refuse_sealed_constants(classId, objectId, subId);
	if ((access == OAT_POST_CREATE || access == OAT_POST_ALTER) && classId == RelationRelationId &&
		subId > 0 && wdd_extension_exists())
		wdd_check_subject_name(objectId, subId, access == OAT_POST_CREATE);
}
