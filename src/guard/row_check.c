/*
 * row_check.c
 *		The check functions: wdd.row_permitted and wdd.row_required.
 *
 * Both take a check (mark.h) and the row's subjects.  At the first call in a
 * statement the check is resolved against the running execution into a
 * RowCheck, which is kept in fn_extra; from then on a call asks the consent
 * views and nothing else: no allocation, no look-up.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "catalog/purpose.h"
#include "compat.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/execution.h"
#include "guard/look_ahead.h"
#include "guard/mark.h"
#include "guard/provision.h"
#include "guard/row_check.h"
#include "guard/row_trigger.h"
#include "nodes/supportnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(wdd_row_permitted);
PG_FUNCTION_INFO_V1(wdd_row_required);
PG_FUNCTION_INFO_V1(wdd_row_check_support);

/* One category to ask about, and what to do if the answer is no. */
typedef struct Question
{
	const WddProtectedColumn *column;	/* one that asks, for messages */
	bool		raises;
	WddConsentView **views;		/* per subject */
} Question;

typedef struct RowCheck
{
	bool		(*answer) (struct RowCheck *check, FunctionCallInfo fcinfo);
	WddExecution *execution;
	const WddProtectedRelation *rel;
	WddCheckKind kind;
	int			n_subjects;
	Oid		   *types;			/* base types of the subjects */
	int			n_questions;
	Question   *questions;
	WddConsentView *only;		/* fast path: one bigint subject, one question */
	WddLookAhead *ahead;		/* NULL: the next rows are not known */
	struct WddSelf *self;		/* purpose self */
	const WddProtectedColumn *provides; /* store check of a consent_by column */
} RowCheck;

static bool
raises_when_not(WddCheckKind kind)
{
	return kind == WDD_CHECK_REQUIRED || kind == WDD_CHECK_STORE || kind == WDD_CHECK_TRIGGER;
}

static bool
answer_yes(RowCheck *check, FunctionCallInfo fcinfo)
{
	return true;
}

static bool
answer_no(RowCheck *check, FunctionCallInfo fcinfo)
{
	return false;
}

/* Why a value may not be stored: the statement need not be what put it there. */
static char *
rule_of_storing(RowCheck *check)
{
	const char *rule = "A person whose row it is does not permit the purpose for this category of data.";
	const WddMarks *marks = &check->execution->marks;

	if (check->kind == WDD_CHECK_STORE)
		for (int i = 0; i < marks->n; i++)
		{
			const WddMark *mark = &marks->marks[i].mark;
			const char *trigger = mark->relid == check->rel->relid ? wdd_altering_trigger(check->rel, mark) : NULL;

			if (trigger)
				return psprintf("%s Row trigger \"%s\", which is not approved, may have set the column.",
								rule, trigger);
		}
	return pstrdup(rule);
}

static void
refuse_person(RowCheck *check, const WddProtectedColumn *column)
{
	const WddActing *acting = &check->execution->acting;
	const char *purpose = acting->purpose_name ? acting->purpose_name : "";

	if (check->kind == WDD_CHECK_TRIGGER)
		wdd_refuse_trigger(check->rel, acting->self
						   ? "A row is not one of the person in wdd_privacy.subject."
						   : psprintf("A person whose row it is does not permit purpose \"%s\" for column \"%s\".",
									  purpose, column->name));

	if (acting->self)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("purpose \"self\" may not %s column \"%s\" of table \"%s\" in this row",
						check->kind == WDD_CHECK_STORE ? "store" : "use", column->name, check->rel->name),
				 errdetail("The row is not one of the person in wdd_privacy.subject."),
				 errhint("Set wdd_privacy.subject to the person who acts.")));
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("purpose \"%s\" may not %s column \"%s\" of table \"%s\" in this row", purpose,
					check->kind == WDD_CHECK_STORE ? "store" : "use", column->name, check->rel->name),
			 errdetail("%s", rule_of_storing(check)),
			 check->kind == WDD_CHECK_STORE
			 ? errhint("Record the person's consent first, or leave the column NULL.")
			 : errhint("Leave the person's row out, or ask the person for consent.")));
}

static bool
subject_permits(WddConsentView *view, Oid type, Datum key)
{
	switch (type)
	{
		case INT8OID:
			return wdd_consent_permits_integer(view, DatumGetInt64(key));
		case INT4OID:
			return wdd_consent_permits_integer(view, DatumGetInt32(key));
		case INT2OID:
			return wdd_consent_permits_integer(view, DatumGetInt16(key));
		case UUIDOID:
			return wdd_consent_permits_uuid(view, DatumGetUUIDP(key));
		default:
			{
				struct varlena *text = (struct varlena *) DatumGetPointer(key);
				struct varlena *plain = VARATT_IS_EXTENDED(text) && !VARATT_IS_SHORT(text)
					? pg_detoast_datum_packed(text) : text;
				bool		permits = wdd_consent_permits_text(view, VARDATA_ANY(plain),
															   VARSIZE_ANY_EXHDR(plain));

				if (plain != text)
					pfree(plain);
				return permits;
			}
	}
}

/* One subject's answer; what this statement records by provision counts. */
static bool
permits(RowCheck *check, Question *question, int i, Datum key)
{
	return subject_permits(question->views[i], check->types[i], key) ||
		(unlikely(check->execution->provision != NULL) &&
		 wdd_provision_holds(check->execution, check->rel, question->column, check->types[i], key));
}

/* All subjects of the row permit; a row without a subject has nobody who does. */
static bool
all_permit(RowCheck *check, Question *question, FunctionCallInfo fcinfo)
{
	for (int i = 0; i < check->n_subjects; i++)
		if (fcinfo->args[i + 1].isnull ||
			!permits(check, question, i, fcinfo->args[i + 1].value))
			return false;
	return check->n_subjects > 0;
}

static bool
answer_questions(RowCheck *check, FunctionCallInfo fcinfo)
{
	for (int i = 0; i < check->n_questions; i++)
	{
		Question   *question = &check->questions[i];

		if (all_permit(check, question, fcinfo))
			continue;
		if (question->raises)
			refuse_person(check, question->column);
		return false;
	}
	return true;
}

/*
 * One subject that is a uuid or a text, and one category: the same without
 * loops, since it is every row's way.
 */
static bool
answer_one_uuid(RowCheck *check, FunctionCallInfo fcinfo)
{
	Question   *question = check->questions;

	if (fcinfo->args[1].isnull)
		return false;
	return wdd_consent_permits_uuid(question->views[0], DatumGetUUIDP(fcinfo->args[1].value)) ||
		(unlikely(check->execution->provision != NULL) &&
		 permits(check, question, 0, fcinfo->args[1].value));
}

static bool
answer_one(RowCheck *check, FunctionCallInfo fcinfo)
{
	return !fcinfo->args[1].isnull && permits(check, check->questions, 0, fcinfo->args[1].value);
}

static bool
answer_self(RowCheck *check, FunctionCallInfo fcinfo)
{
	for (int i = 0; i < check->n_subjects; i++)
		if (!fcinfo->args[i + 1].isnull &&
			wdd_self_is(check->self, check->types[i], fcinfo->args[i + 1].value))
			return true;
	if (raises_when_not(check->kind))
		refuse_person(check, check->questions[0].column);
	return false;
}

/*
 * Storing a value is the person's consent to it: offer it to the record before
 * asking.
 */
static bool
answer_provision(RowCheck *check, FunctionCallInfo fcinfo)
{
	for (int i = 0; i < check->n_subjects; i++)
		if (!fcinfo->args[i + 1].isnull)
			wdd_provision_offer(check->execution, check->rel, check->provides,
								check->types[i], fcinfo->args[i + 1].value);
	return !check->execution->acting.refusable || answer_questions(check, fcinfo);
}

/* Is the text a check that the guard put into the running statement's plan? */
static bool
is_expected(WddExecution *execution, const WddCheck *check)
{
	if (execution->in_worker)
		return true;
	for (int i = 0; i < execution->marks.n; i++)
	{
		const WddMark *mark = &execution->marks.marks[i].mark;

		if (mark->relid == check->relid &&
			(raises_when_not(check->kind) ||
			 (bms_is_subset(check->columns, mark->used) &&
			  bms_is_subset(check->strict, mark->used))))
			return true;
	}
	return false;
}

/*
 * What resolve() makes must not outlive the execution: expressions of PL/pgSQL,
 * where a domain's constraint may hide a call from the guard, live as long as
 * the transaction.
 */
bool
wdd_is_of_statement(const WddExecution *execution, const FmgrInfo *call)
{
	MemoryContext context = call->fn_mcxt;

	while (context && context != execution->expressions)
		context = MemoryContextGetParent(context);
	return context != NULL;
}

bool
wdd_is_planned_call(WddExecution *execution, const WddCheck *check, const FmgrInfo *call)
{
	return is_expected(execution, check) && wdd_is_of_statement(execution, call);
}

void
wdd_refuse_check_call(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("check functions of wdd_privacy are called by its plans only"),
			 errdetail("The guard puts them into a statement, for what the statement uses."),
			 errhint("To ask what a person permits, use wdd.permitted(); to open a sealed value, wdd.reveal().")));
}

static void
add_question(RowCheck *check, const WddProtectedColumn *column, bool raises)
{
	Question   *question;

	for (int i = 0; i < check->n_questions; i++)
		if (check->questions[i].column->category == column->category &&
			check->questions[i].raises == raises)
			return;
	question = &check->questions[check->n_questions++];
	question->column = column;
	question->raises = raises;
	if (check->execution->acting.self || !check->execution->acting.refusable)
		return;
	for (int i = 0; i < check->n_subjects; i++)
		question->views[i] = wdd_execution_view(check->execution, column->category, check->rel->kind,
												check->rel->subjects[i].key_type, 0);
}

/* Ask about columns; false when a column that is not listed answers for all rows. */
static bool
add_questions(RowCheck *check, Bitmapset *columns, bool raises, bool unlisted_is_no)
{
	const WddActing *acting = &check->execution->acting;
	int			attnum = -1;

	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		const WddProtectedColumn *column = wdd_protected_column(check->rel, attnum);

		if (column == NULL)
			continue;
		if (raises_when_not(check->kind))
		{
			/* values to be stored meet the gate here, since NULLs must not */
			if (wdd_gate_column(acting, check->rel, column) == WDD_NOT_LISTED)
				wdd_refuse_masked(acting, check->rel, column);
		}
		else if (!wdd_column_lists(acting, column))
		{
			if (unlisted_is_no)
				return false;
			continue;
		}
		add_question(check, column, raises);
	}
	return true;
}

static bool
wants_provision(RowCheck *check)
{
	for (int i = 0; i < check->n_questions; i++)
		if (check->kind == WDD_CHECK_STORE && check->questions[i].column->consent_by_provision &&
			wdd_provision_may(check->execution))
		{
			check->provides = check->questions[i].column;
			return true;
		}
	return false;
}

static void
choose_single_answer(RowCheck *check)
{
	if (check->types[0] == INT8OID)
		check->only = check->questions[0].views[0];
	else
		check->answer = check->types[0] == UUIDOID ? answer_one_uuid : answer_one;
}

static void
choose_answer(RowCheck *check, bool possible)
{
	const WddActing *acting = &check->execution->acting;

	if (!possible)
		check->answer = answer_no;
	else if (acting->every_row)
		check->answer = answer_yes;
	else if (acting->self)
	{
		check->self = wdd_self_parse(acting->subject, check->rel);
		check->answer = answer_self;
	}
	else if (check->n_questions == 0 || !acting->refusable)
		check->answer = wants_provision(check) ? answer_provision : answer_yes;
	else if (wants_provision(check))
		check->answer = answer_provision;
	else if (check->n_questions == 1 && !check->questions[0].raises &&
			 check->kind == WDD_CHECK_ROW && check->n_subjects == 1)
		choose_single_answer(check);
	else
		check->answer = answer_questions;
}

/* Rows that are read, page by page: what will be asked of views is known before. */
static void
look_ahead(RowCheck *check, const FmgrInfo *call)
{
	if (check->kind == WDD_CHECK_STORE || check->kind == WDD_CHECK_TRIGGER ||
		(check->only == NULL && check->answer != answer_one && check->answer != answer_one_uuid &&
		 check->answer != answer_questions))
		return;
	check->ahead = wdd_look_ahead_create(check->execution->desc, call,
										 check->n_questions * check->n_subjects);
	for (int i = 0; check->ahead != NULL && i < check->n_questions; i++)
		for (int j = 0; j < check->n_subjects; j++)
			wdd_look_ahead_add(check->ahead, call, j + 1, check->types[j], check->questions[i].views[j]);
}

/*
 * In one piece, since every execution makes one: with room for a question per
 * column that is asked about, and for their views.
 */
static RowCheck *
create_check(const WddProtectedRelation *rel, const WddCheck *parsed)
{
	int			n_questions = 1 + bms_num_members(parsed->columns) + bms_num_members(parsed->strict);
	Size		questions = MAXALIGN(sizeof(RowCheck));
	Size		views = questions + MAXALIGN(n_questions * sizeof(Question));
	Size		types = views + n_questions * rel->n_subjects * sizeof(WddConsentView *);
	char	   *memory = palloc0(types + rel->n_subjects * sizeof(Oid));
	RowCheck   *check = (RowCheck *) memory;

	check->kind = parsed->kind;
	check->rel = rel;
	check->n_subjects = rel->n_subjects;
	check->questions = (Question *) (memory + questions);
	for (int i = 0; i < n_questions; i++)
		check->questions[i].views = (WddConsentView **) (memory + views) + i * rel->n_subjects;
	check->types = (Oid *) (memory + types);
	for (int i = 0; i < rel->n_subjects; i++)
		check->types[i] = rel->subjects[i].base_type;
	return check;
}

/* Not inlined, so that a row's way keeps few registers and no guard of the stack. */
static pg_noinline RowCheck *
resolve(FunctionCallInfo fcinfo)
{
	WddExecution *execution = wdd_current_execution();
	MemoryContext oldcontext;
	const WddProtectedRelation *rel;
	RowCheck   *check;
	WddCheck	parsed;
	bool		raises,
				possible;

	if (execution == NULL || PG_NARGS() < 1 || PG_ARGISNULL(0) ||
		!wdd_check_read(PG_GETARG_TEXT_PP(0), &parsed) ||
		!wdd_is_planned_call(execution, &parsed, fcinfo->flinfo))
		wdd_refuse_check_call();
	rel = wdd_protected_relation(parsed.relid);
	if (rel == NULL || PG_NARGS() - 1 != Max(1, rel->n_subjects))
		wdd_refuse_check_call();
	oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	check = create_check(rel, &parsed);
	check->execution = execution;
	raises = raises_when_not(parsed.kind);
	possible = add_questions(check, parsed.columns, raises, parsed.kind == WDD_CHECK_VALUE) &&
		add_questions(check, parsed.strict, false, true);
	choose_answer(check, possible);
	look_ahead(check, fcinfo->flinfo);
	MemoryContextSwitchTo(oldcontext);
	fcinfo->flinfo->fn_extra = check;
	return check;
}

/* wdd.row_permitted(check text, VARIADIC subjects "any") returns boolean */
Datum
wdd_row_permitted(PG_FUNCTION_ARGS)
{
	RowCheck   *check = fcinfo->flinfo->fn_extra;

	if (unlikely(check == NULL))
		check = resolve(fcinfo);
	if (check->ahead != NULL)
		wdd_look_ahead(check->ahead);
	/* one bigint subject and one category: inline, since it is every row's way */
	if (likely(check->only != NULL))
		PG_RETURN_BOOL(!fcinfo->args[1].isnull &&
					   (wdd_consent_permits_integer(check->only, DatumGetInt64(fcinfo->args[1].value)) ||
						(unlikely(check->execution->provision != NULL) &&
						 permits(check, check->questions, 0, fcinfo->args[1].value))));
	PG_RETURN_BOOL(check->answer(check, fcinfo));
}

/*
 * wdd.row_required(check text, VARIADIC subjects "any") returns boolean.
 * Returns true or raises: every question of such a check raises.
 */
Datum
wdd_row_required(PG_FUNCTION_ARGS)
{
	return wdd_row_permitted(fcinfo);
}

/* Has the guard marked this call as one to be asked first? */
static bool
is_asked_first(Node *call)
{
	Const	   *constant;
	WddCheck	check;

	if (call == NULL || !IsA(call, FuncExpr) || ((FuncExpr *) call)->args == NIL)
		return false;
	constant = linitial(((FuncExpr *) call)->args);
	return IsA(constant, Const) && !constant->constisnull &&
		wdd_check_read(DatumGetTextPP(constant->constvalue), &check) && check.first;
}

/*
 * The planner shall estimate as if the check were not there: it is cheap, and
 * most persons permit.  Its cost is above that of harmless built-ins, so that
 * it is asked about the rows they leave; but it is nothing where a condition
 * could tell that it was reached.
 */
Datum
wdd_row_check_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSelectivity))
	{
		((SupportRequestSelectivity *) request)->selectivity = 1.0;
		PG_RETURN_POINTER(request);
	}
	if (IsA(request, SupportRequestCost) && is_asked_first(((SupportRequestCost *) request)->node))
	{
		((SupportRequestCost *) request)->startup = 0;
		((SupportRequestCost *) request)->per_tuple = 0;
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
