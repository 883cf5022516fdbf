/*
 * consent_trigger.c
 *		The triggers of wdd.consent_state and wdd.consent_event.
 *
 * wdd_consent_stamp() writes the transaction's id into each row and sees to it
 * that the commit carries the message by which caches hear of the change: an
 * invalidation of wdd.consent_signal.  One message a transaction is enough, but
 * a subtransaction that aborts drops those it queued.  So the subtransaction
 * that holds the message is remembered, follows it upwards when it commits, and
 * is forgotten when it aborts.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/own_objects.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "consent/consent_shared.h"
#include "consent/consent_state.h"
#include "errors.h"
#include "fmgr.h"
#include "utils/datum.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/xid8.h"

PG_FUNCTION_INFO_V1(wdd_consent_stamp);
PG_FUNCTION_INFO_V1(wdd_consent_refuse_change);

static bool changed_here = false;
static SubTransactionId message_queued_in = InvalidSubTransactionId;

bool
wdd_consent_changed_here(void)
{
	return changed_here;
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
			if (changed_here)
				wdd_shared_note_commit();
			/* FALLTHROUGH */
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			changed_here = false;
			message_queued_in = InvalidSubTransactionId;
			break;
		default:
			break;
	}
}

static void
at_subtransaction_end(SubXactEvent event, SubTransactionId subid,
					  SubTransactionId parent, void *arg)
{
	if (subid != message_queued_in)
		return;
	if (event == SUBXACT_EVENT_COMMIT_SUB)
		message_queued_in = parent;
	else if (event == SUBXACT_EVENT_ABORT_SUB)
		message_queued_in = InvalidSubTransactionId;
}

void
wdd_consent_trigger_init(void)
{
	RegisterXactCallback(at_transaction_end, NULL);
	RegisterSubXactCallback(at_subtransaction_end, NULL);
}

static void
note_change(void)
{
	changed_here = true;
	if (message_queued_in == InvalidSubTransactionId)
	{
		CacheInvalidateRelcacheByRelid(wdd_own_relation(WDD_REL_CONSENT_SIGNAL));
		message_queued_in = GetCurrentSubTransactionId();
	}
}

/* Does the trigger stand where its row has the shape of wdd.consent_state? */
static void
check_stamp_called_rightly(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"consent_stamp")));
	if (!TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" must be fired before insert or update, for each row",
						"consent_stamp")));
	if (RelationGetNumberOfAttributes(trigger->tg_relation) != Natts_consent_state ||
		TupleDescAttr(RelationGetDescr(trigger->tg_relation),
					  Anum_consent_state_changed_xid - 1)->atttypid != XID8OID)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" is for table \"%s\" only",
						"consent_stamp", "consent_state")));
}

/*
 * Caches hear of rows that say something new, never of rows that are gone: so
 * a row keeps its purpose, category, kind and key.
 */
static void
check_same_person_and_purpose(TriggerData *trigger)
{
	TupleDesc	descriptor = RelationGetDescr(trigger->tg_relation);
	int			column;

	for (column = Anum_consent_state_purpose_id; column <= Anum_consent_state_key_text; column++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, column - 1);
		bool		old_is_null,
					new_is_null;
		Datum		old_value = heap_getattr(trigger->tg_trigtuple, column, descriptor, &old_is_null);
		Datum		new_value = heap_getattr(trigger->tg_newtuple, column, descriptor, &new_is_null);

		if (old_is_null != new_is_null ||
			(!old_is_null &&
			 !datum_image_eq(old_value, new_value, attribute->attbyval, attribute->attlen)))
			ereport(ERROR,
					(errcode(ERRCODE_WDD_REFUSED),
					 errmsg("cannot change column \"%s\" of table \"%s\"",
							NameStr(attribute->attname),
							RelationGetRelationName(trigger->tg_relation)),
					 errdetail("A consent stays with its person, purpose and category: sessions would keep the old answer."),
					 errhint("Record the withdrawal with wdd.withdraw_consent() and a new consent with wdd.grant_consent().")));
	}
}

/*
 * BEFORE INSERT OR UPDATE FOR EACH ROW, ENABLE ALWAYS, on wdd.consent_state:
 * stamp changed_xid with the top-level transaction's id and queue the message.
 */
Datum
wdd_consent_stamp(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	HeapTuple	tuple;
	int			column = Anum_consent_state_changed_xid;
	bool		is_null = false;
	Datum		xid;

	check_stamp_called_rightly(fcinfo);
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		check_same_person_and_purpose(trigger);
		tuple = trigger->tg_newtuple;
	}
	else
		tuple = trigger->tg_trigtuple;

	note_change();
	xid = FullTransactionIdGetDatum(GetTopFullTransactionId());
	tuple = heap_modify_tuple_by_cols(tuple, RelationGetDescr(trigger->tg_relation),
									  1, &column, &xid, &is_null);
	PG_RETURN_POINTER(tuple);
}

/*
 * BEFORE DELETE, TRUNCATE (and, on the ledger, UPDATE), ENABLE ALWAYS: refuse.
 */
Datum
wdd_consent_refuse_change(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	const char *command;
	char	   *schema;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by trigger manager",
						"consent_refuse_change")));

	command = TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "delete from" :
		TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ? "truncate" : "update";
	schema = get_namespace_name(RelationGetNamespace(trigger->tg_relation));
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("cannot %s table \"%s.%s\"", command, schema,
					RelationGetRelationName(trigger->tg_relation)),
			 errdetail("What persons said about the use of their data is kept; a later event overrides an earlier one."),
			 errhint("Use wdd.grant_consent(), wdd.withdraw_consent() or wdd.object_to().")));
	PG_RETURN_NULL();
}
