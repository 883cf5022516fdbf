/*
 * with_purpose.c
 *		with_purpose(): one statement under a purpose of its own.
 *
 * The purpose is set as a SET clause sets it for a function: on a nesting level
 * of its own for settings, left at the end, or by the abort of the transaction
 * or subtransaction after an error.
 *
 * The statement is analyzed twice.  Untyped literals reach an argument of type
 * "any" as type unknown; the first analysis, as PREPARE does it, finds which
 * type each parameter is used as, so that the second gets typed parameters.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/makefuncs.h"
#include "parser/analyze.h"
#include "session/session.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(wdd_with_purpose);

typedef struct Arguments
{
	int			n;
	Datum	   *values;
	Oid		   *types;
	bool	   *nulls;
} Arguments;

/* Receives the statement's rows and keeps them as jsonb. */
typedef struct JsonbReceiver
{
	DestReceiver pub;			/* must be first */
	Tuplestorestate *store;
	TupleDesc	store_desc;
	TupleDesc	row_desc;		/* NULL until rows are announced: a write without
								 * RETURNING announces none */
	FmgrInfo	to_jsonb;
	MemoryContext row_context;	/* emptied after each row */
} JsonbReceiver;


/*
 * to_jsonb() takes an argument of any type, and asks its call for which.
 */
static void
prepare_to_jsonb(FmgrInfo *function, Oid row_type)
{
	Const	   *argument = makeNullConst(row_type, -1, InvalidOid);

	fmgr_info(F_TO_JSONB, function);
	fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument),
											 InvalidOid, InvalidOid,
											 COERCE_EXPLICIT_CALL),
					   function);
}

static void
keep_jsonb(JsonbReceiver *receiver, Datum jsonb)
{
	bool		isnull = false;

	tuplestore_putvalues(receiver->store, receiver->store_desc, &jsonb, &isnull);
}

/*
 * Rows are made anew under this description, since a slot's own need not have
 * the columns' names; to_jsonb() finds it by the identity it gets here.
 */
static void
receiver_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	JsonbReceiver *receiver = (JsonbReceiver *) self;

	receiver->row_desc = BlessTupleDesc(CreateTupleDescCopy(desc));
}

static bool
receiver_row(TupleTableSlot *slot, DestReceiver *self)
{
	JsonbReceiver *receiver = (JsonbReceiver *) self;
	MemoryContext old_context = MemoryContextSwitchTo(receiver->row_context);
	HeapTuple	row;

	slot_getallattrs(slot);
	row = heap_form_tuple(receiver->row_desc, slot->tts_values, slot->tts_isnull);
	keep_jsonb(receiver, FunctionCall1(&receiver->to_jsonb, HeapTupleGetDatum(row)));
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(receiver->row_context);
	return true;
}

static void
receiver_nothing(DestReceiver *self)
{
}

static JsonbReceiver *
make_receiver(ReturnSetInfo *result)
{
	JsonbReceiver *receiver = palloc0(sizeof(JsonbReceiver));

	receiver->pub.receiveSlot = receiver_row;
	receiver->pub.rStartup = receiver_startup;
	receiver->pub.rShutdown = receiver_nothing;
	receiver->pub.rDestroy = receiver_nothing;
	receiver->pub.mydest = DestTuplestore;
	receiver->store = result->setResult;
	receiver->store_desc = result->setDesc;
	prepare_to_jsonb(&receiver->to_jsonb, RECORDOID);
	receiver->row_context = AllocSetContextCreate(CurrentMemoryContext, "with_purpose row",
												  ALLOCSET_DEFAULT_SIZES);
	return receiver;
}


/*
 * Errors of parser and analysis point into the caller's statement unless they
 * are told that the text is another.
 */
static void
point_into_query(void *query)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(query);
	}
}

static void
raise_not_plannable(Node *statement)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot be run under a purpose of its own", CreateCommandName(statement)),
			 errdetail("wdd.with_purpose() runs SELECT, VALUES, TABLE, INSERT, UPDATE, DELETE and MERGE."),
			 errhint("Set the purpose in a transaction: SET LOCAL wdd_privacy.purpose.")));
}

/*
 * The one statement of the query text, which must be one that is planned: what
 * a utility command does is not a use under a purpose.
 */
static RawStmt *
parse_one_statement(const char *query)
{
	List	   *statements = pg_parse_query(query);
	RawStmt    *statement;

	if (statements == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("query must be exactly one statement"),
				 errdetail("It is empty.")));
	if (list_length(statements) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("query must be exactly one statement"),
				 errdetail("It has %d statements.", list_length(statements)),
				 errhint("Call wdd.with_purpose() for each of them.")));
	statement = linitial_node(RawStmt, statements);
	switch (nodeTag(statement->stmt))
	{
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			break;
		default:
			raise_not_plannable((Node *) statement);
	}
	return statement;
}

/*
 * Find the types that the query uses its parameters as; those given as type
 * unknown come out as the query would have them.
 */
static Oid *
infer_types(const char *query, const Arguments *arguments)
{
	Oid		   *types = palloc(Max(arguments->n, 1) * sizeof(Oid));
	int			n = arguments->n;
	Query	   *analyzed;
	ErrorContextCallback callback;

	if (n > 0)
		memcpy(types, arguments->types, n * sizeof(Oid));
	callback.callback = point_into_query;
	callback.arg = unconstify(char *, query);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	analyzed = parse_analyze_varparams(parse_one_statement(query), query, &types, &n, NULL);
	error_context_stack = callback.previous;

	if (analyzed->commandType == CMD_UTILITY)	/* SELECT INTO */
		raise_not_plannable(analyzed->utilityStmt);
	if (n > arguments->n)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_PARAMETER),
				 errmsg("there is no parameter $%d", n),
				 errdetail_plural("The query was given %d argument.",
								  "The query was given %d arguments.",
								  arguments->n, arguments->n)));
	return types;
}

/*
 * Make values of the types found out of arguments of type unknown.  A parameter
 * that nothing gives a type to is not used, or is text.
 */
static void
type_arguments(const char *query, Arguments *arguments)
{
	Oid		   *types = infer_types(query, arguments);

	for (int i = 0; i < arguments->n; i++)
	{
		Oid			input;
		Oid			io_param;

		if (arguments->types[i] != UNKNOWNOID)
			continue;
		arguments->types[i] = types[i] == UNKNOWNOID ? TEXTOID : types[i];
		if (arguments->nulls[i])
			continue;
		getTypeInputInfo(arguments->types[i], &input, &io_param);
		arguments->values[i] =
			OidInputFunctionCall(input, DatumGetCString(arguments->values[i]), io_param, -1);
	}
}

/* What a write without RETURNING returns: how many rows it wrote. */
static void
keep_row_count(JsonbReceiver *receiver, uint64 rows)
{
	char	   *text = psprintf("{\"rows\": " UINT64_FORMAT "}", rows);

	keep_jsonb(receiver, DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

static void
run_statement(const char *query, Arguments *arguments, JsonbReceiver *receiver)
{
	SPIPlanPtr	plan;
	SPIExecuteOptions options = {0};
	int			result;

	SPI_connect();
	plan = SPI_prepare(query, arguments->n, arguments->types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));

	options.params = makeParamList(arguments->n);
	for (int i = 0; i < arguments->n; i++)
	{
		options.params->params[i].value = arguments->values[i];
		options.params->params[i].isnull = arguments->nulls[i];
		options.params->params[i].pflags = PARAM_FLAG_CONST;
		options.params->params[i].ptype = arguments->types[i];
	}
	options.dest = (DestReceiver *) receiver;
	result = SPI_execute_plan_extended(plan, &options);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s", SPI_result_code_string(result));
	if (receiver->row_desc == NULL)
		keep_row_count(receiver, SPI_processed);
	SPI_finish();
}

static void
get_arguments(FunctionCallInfo fcinfo, Arguments *arguments)
{
	memset(arguments, 0, sizeof(*arguments));
	if (PG_NARGS() == 2)
		return;
	arguments->n = extract_variadic_args(fcinfo, 2, false, &arguments->values,
										 &arguments->types, &arguments->nulls);
	if (arguments->n < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("VARIADIC array of arguments must not be null")));
}

/*
 * with_purpose(purpose text, query text [, VARIADIC args "any"])
 *		returns setof jsonb
 */
Datum
wdd_with_purpose(PG_FUNCTION_ARGS)
{
	char	   *purpose;
	char	   *query;
	Arguments	arguments;
	int			nest_level;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", PG_ARGISNULL(0) ? "purpose" : "query")));
	purpose = text_to_cstring(PG_GETARG_TEXT_PP(0));
	query = text_to_cstring(PG_GETARG_TEXT_PP(1));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	get_arguments(fcinfo, &arguments);

	nest_level = NewGUCNestLevel();
	wdd_state_purpose(purpose, GUC_ACTION_SAVE);
	type_arguments(query, &arguments);
	run_statement(query, &arguments, make_receiver((ReturnSetInfo *) fcinfo->resultinfo));
	AtEOXact_GUC(true, nest_level);
	return (Datum) 0;
}
