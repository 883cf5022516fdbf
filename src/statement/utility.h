/*
 * utility.h
 *		Utility statements that would go around planner and executor.
 */
#ifndef WDD_UTILITY_H
#define WDD_UTILITY_H

#include "postgres.h"

#include "catalog/objectaccess.h"
#include "tcop/utility.h"

/* The arguments of ProcessUtility, and who runs it next. */
typedef struct WddUtilityCall
{
	PlannedStmt *stmt;
	const char *query_string;
	bool		read_only_tree;
	ProcessUtilityContext context;
	ParamListInfo params;
	QueryEnvironment *environment;
	DestReceiver *dest;
	QueryCompletion *completion;
	ProcessUtility_hook_type next;
} WddUtilityCall;

extern void wdd_process_utility(WddUtilityCall *call);
extern void wdd_run_utility(WddUtilityCall *call);	/* the next one, unchanged */
extern void wdd_object_access(ObjectAccessType access, Oid classId, Oid objectId, int subId);

/* copy.c */
extern void wdd_copy(WddUtilityCall *call, CopyStmt *copy);

/* storing.c: statements that put what they select into a table */
extern bool wdd_stores_result(Node *statement);
extern void wdd_run_storing(WddUtilityCall *call);

/* extension_drop.c */
extern void wdd_run_drop(WddUtilityCall *call); /* DROP EXTENSION, DROP OWNED */
extern void wdd_forget_extension(void);

/* like.c: labels when a table is made like another */
extern void wdd_create_table(WddUtilityCall *call, CreateStmt *create);

/* tree.c: labels when tables join and leave trees */
extern void wdd_alter_tree(WddUtilityCall *call, AlterTableStmt *alter);

#endif							/* WDD_UTILITY_H */
