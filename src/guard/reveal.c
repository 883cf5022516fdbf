/*
 * reveal.c
 *		Opening sealed values in a statement that the guard has checked.
 *
 * wdd.reveal_row(check, value, subject), wdd.sealed_verified(check, value,
 * subject) and wdd.reveal_verified(value) are put into queries by sealed_use.c.
 * Purpose and consent have been settled where the column is read, as for any
 * labelled column; here it is seen to that the value is the row's own, and that
 * its person's key is still there.  A call that the statement was not planned
 * with is refused.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/execution.h"
#include "guard/row_check.h"
#include "sealed/array.h"
#include "sealed/binding.h"
#include "sealed/row_subject.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(wdd_reveal);
PG_FUNCTION_INFO_V1(wdd_reveal_row);
PG_FUNCTION_INFO_V1(wdd_sealed_verified);
PG_FUNCTION_INFO_V1(wdd_reveal_verified);

/* What a call knows, in fn_extra, for the statement. */
typedef struct RevealCall
{
	WddCell		cell;
	WddSealedColumn column;
} RevealCall;

/* The sealed column: its field and name are those of the relation that is named. */
static void
describe_column(RevealCall *call, const WddProtectedRelation *rel, AttrNumber attnum)
{
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(rel->relid), Int16GetDatum(attnum));
	Form_pg_attribute attribute;
	bool		is_sealed;

	if (!HeapTupleIsValid(tuple))
		wdd_refuse_check_call();
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	is_sealed = wdd_sealed_type(attribute->atttypid, attribute->atttypmod, &call->column);
	call->column.attnum = attnum;
	call->column.name = pstrdup(NameStr(attribute->attname));
	ReleaseSysCache(tuple);
	if (!is_sealed)
		wdd_refuse_check_call();
	call->cell.column = &call->column;
	call->cell.relation = rel->name;
	wdd_row_subject_of(&call->cell.subject, rel);
}

/* Who copies rows as they are copies what is sealed as it is. */
static void
refuse_copying(const WddActing *acting)
{
	if (acting->every_row && !acting->glass_broken)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"%s\" may not open sealed values", acting->purpose_name),
				 errdetail("It copies rows of every person, and copies sealed values as they are."),
				 errhint("Select the column without wdd.reveal(), or act for a purpose that the label allows.")));
}

static RevealCall *
resolve(FunctionCallInfo fcinfo)
{
	WddExecution *execution = wdd_current_execution();
	MemoryContext oldcontext;
	const WddProtectedRelation *rel;
	WddCheck	check;
	RevealCall *call;

	if (execution == NULL || PG_NARGS() != 3 || PG_ARGISNULL(0) ||
		!wdd_check_read(PG_GETARG_TEXT_PP(0), &check) ||
		!wdd_is_planned_call(execution, &check, fcinfo->flinfo) ||
		(rel = wdd_protected_relation(check.relid)) == NULL)
		wdd_refuse_check_call();
	refuse_copying(&execution->acting);
	oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	call = palloc0(sizeof(RevealCall));
	describe_column(call, rel, bms_singleton_member(check.columns));
	MemoryContextSwitchTo(oldcontext);
	fcinfo->flinfo->fn_extra = call;
	return call;
}

static inline RevealCall *
call_of_row(FunctionCallInfo fcinfo)
{
	RevealCall *call = fcinfo->flinfo->fn_extra;

	if (unlikely(call == NULL))
		call = resolve(fcinfo);
	wdd_row_subject_set(&call->cell.subject, fcinfo->args[2].value,
						fcinfo->args[2].isnull || call->cell.subject.type == InvalidOid);
	return call;
}

/* wdd.reveal(value sealed), wdd.mask(value sealed, kind text): as users write them */
Datum
wdd_reveal(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("a sealed value is revealed only in a statement that wdd_privacy has checked"),
			 errdetail("This value is not a column of a labelled table of the statement."),
			 errhint("Select wdd.reveal(column) from the table itself.")));
	PG_RETURN_NULL();
}

/* wdd.reveal_row(check text, value sealed, subject "any") returns the plain type */
Datum
wdd_reveal_row(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	return wdd_open_value(&call_of_row(fcinfo)->cell, PG_GETARG_DATUM(1));
}

static Datum
verify_element(void *context, Datum value)
{
	return wdd_verify_value(context, value);
}

/* wdd.sealed_verified(check text, value anyelement, subject "any") returns anyelement */
Datum
wdd_sealed_verified(PG_FUNCTION_ARGS)
{
	RevealCall *call;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	call = call_of_row(fcinfo);
	if (call->column.is_array)
		return wdd_sealed_array_map(PG_GETARG_DATUM(1), call->column.type, verify_element, &call->cell);
	return wdd_verify_value(&call->cell, PG_GETARG_DATUM(1));
}

/* wdd.reveal_verified(value sealed) returns the plain type; strict */
Datum
wdd_reveal_verified(PG_FUNCTION_ARGS)
{
	WddSealedColumn *type = fcinfo->flinfo->fn_extra;

	if (unlikely(type == NULL))
	{
		WddExecution *execution = wdd_current_execution();

		if (execution == NULL || !wdd_is_of_statement(execution, fcinfo->flinfo))
			wdd_refuse_check_call();
		refuse_copying(&execution->acting);
		type = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(WddSealedColumn));
		if (!wdd_sealed_type(get_fn_expr_argtype(fcinfo->flinfo, 0), -1, type))
			wdd_refuse_check_call();
		fcinfo->flinfo->fn_extra = type;
	}
	return wdd_open_verified(type->kind, PG_GETARG_DATUM(0));
}
