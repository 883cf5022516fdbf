/*
 * rewrite.c
 *		Where each check goes (see rewrite.h).
 *
 * The row check of a relation is one call that answers for all its hidden
 * columns together.  If every condition that touches the relation is harmless
 * (harmless.h), the check is an ordinary condition at the scan: the relation's
 * RangeTblRef is wrapped in a FromExpr that holds it, and indexes stay in use.
 * Otherwise it is a security barrier qual, which PostgreSQL evaluates before
 * any function that could leak.
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "catalog/row_triggers.h"
#include "compat.h"
#include "errors.h"
#include "guard/mark.h"
#include "guard/rewrite.h"
#include "guard/row_trigger.h"
#include "guard/stored.h"
#include "guard/wrap.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

Expr *
wdd_check_call(const WddProtectedRelation *rel, const WddCheck *check, Index rti, Index levels_up)
{
	bool		raises = check->kind == WDD_CHECK_REQUIRED || check->kind == WDD_CHECK_STORE ||
		check->kind == WDD_CHECK_TRIGGER;
	List	   *args;

	args = list_make1(makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
								CStringGetTextDatum(wdd_check_write(check)), false, false));
	for (int i = 0; i < rel->n_subjects; i++)
	{
		const WddSubject *subject = &rel->subjects[i];

		args = lappend(args, makeVar(rti, subject->attnum, subject->type, subject->typmod,
									 subject->collation, levels_up));
	}
	if (rel->n_subjects == 0)	/* VARIADIC "any" wants an argument */
		args = lappend(args, makeNullConst(TEXTOID, -1, DEFAULT_COLLATION_OID));
	return (Expr *) makeFuncExpr(wdd_own_function(raises ? WDD_FUNC_ROW_REQUIRED : WDD_FUNC_ROW_PERMITTED), BOOLOID, args,
								 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

/* Wrap the RangeTblRef of rti in a FromExpr that holds qual; true when found. */
static bool
attach_at_scan(Node **jointree, Index rti, Expr *qual)
{
	Node	   *node = *jointree;
	ListCell   *lc;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblRef))
	{
		if (((RangeTblRef *) node)->rtindex != rti)
			return false;
		*jointree = (Node *) makeFromExpr(list_make1(node), (Node *) qual);
		return true;
	}
	if (IsA(node, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) node;

		return attach_at_scan(&join->larg, rti, qual) || attach_at_scan(&join->rarg, rti, qual);
	}
	foreach(lc, castNode(FromExpr, node)->fromlist)
		if (attach_at_scan((Node **) &lfirst(lc), rti, qual))
			return true;
	return false;
}

static void
collect_strict(Node *jointree, List **quals)
{
	ListCell   *lc;

	if (jointree == NULL || IsA(jointree, RangeTblRef))
		return;
	if (IsA(jointree, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) jointree;

		if (join->jointype != JOIN_INNER)
			return;
		*quals = lappend(*quals, join->quals);
		collect_strict(join->larg, quals);
		collect_strict(join->rarg, quals);
		return;
	}
	*quals = lappend(*quals, castNode(FromExpr, jointree)->quals);
	foreach(lc, ((FromExpr *) jointree)->fromlist)
		collect_strict(lfirst(lc), quals);
}

/*
 * The columns of use that some condition, which every result row must fulfil,
 * forces to be non-NULL.  There, a value masked by NULL loses the row anyway.
 */
static Bitmapset *
strict_columns(WddRelationUse *use)
{
	Bitmapset  *columns = NULL;
	List	   *quals = NIL;
	ListCell   *lc;

	if (use->query->commandType == CMD_MERGE)
		return NULL;			/* an unmatched source row must not get lost */
	collect_strict((Node *) use->query->jointree, &quals);
	foreach(lc, quals)
		columns = bms_add_members(columns, wdd_nonnullable_columns(lfirst(lc), use->rti));
	return columns;
}

/* Is the column used by reading rows, and not only as the row being written? */
static bool
is_read(const WddRelationUse *use, uint8 uses)
{
	return use->is_target ? (uses & WDD_USE_QUAL) != 0 : uses != 0;
}

static bool
may_wrap(const WddProtectedColumn *column)
{
	return column->masks || column->raises || column->mask_if_not_listed;
}

static bool
uses_wrappable(const WddRelationUse *use)
{
	for (int i = 0; i < use->n_uses; i++)
		if (use->uses[i] != 0 && may_wrap(&use->rel->columns[i]))
			return true;
	return false;
}

/*
 * What the row check of use has to answer for; the columns left to strict
 * conditions are returned through *strict.
 */
static WddCheck
row_check(WddRelationUse *use, Bitmapset **strict)
{
	WddCheck	check = {WDD_CHECK_ROW, use->rel->relid};
	Bitmapset  *nonnull = uses_wrappable(use) ? strict_columns(use) : NULL;

	*strict = NULL;
	for (int i = 0; i < use->n_uses; i++)
	{
		const WddProtectedColumn *column = &use->rel->columns[i];
		AttrNumber	attnum = column->attnum;
		uint8		uses = use->uses[i];

		if (!is_read(use, uses))
			continue;
		if (column->hides_row)
			check.columns = bms_add_member(check.columns, attnum);
		if (!(uses & WDD_USE_QUAL) || !bms_is_member(attnum, nonnull))
			continue;
		*strict = bms_add_member(*strict, attnum);
		/*
		 * Raising here would tell whether the value fulfils the condition, so
		 * a column that raises elsewhere hides the row, too.
		 */
		if (may_wrap(column))
			check.strict = bms_add_member(check.strict, attnum);
	}
	return check;
}

static bool
needs_wrapping(WddRelationUse *use)
{
	for (int i = 0; i < use->n_uses; i++)
		if (use->is_target && (use->uses[i] & WDD_USE_TARGET))
			return true;
	return uses_wrappable(use);
}

/*
 * PostgreSQL evaluates functions declared LEAKPROOF before any barrier, and
 * believes the declaration.  We believe those of PostgreSQL itself.
 */
static void
refuse_leakproof(Oid function, const WddProtectedRelation *rel)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("function %s may not be asked about rows of table \"%s\"",
					format_procedure(function), rel->name),
			 errdetail("It is declared LEAKPROOF, and would see rows before they are checked."),
			 errhint("ALTER FUNCTION ... NOT LEAKPROOF.")));
}

/* Returns whether rows of this entry can be filtered by subject. */
static bool
place_row_check(WddRelationUse *use, const WddCheck *check, bool filter_self)
{
	Query	   *query = use->query;
	RangeTblEntry *rte = rt_fetch(use->rti, query->rtable);
	Expr	   *call;

	if (bms_is_empty(check->columns) && bms_is_empty(check->strict) &&
		!filter_self)
		return false;
	if (OidIsValid(use->declared_leakproof))
		refuse_leakproof(use->declared_leakproof, use->rel);
	call = wdd_check_call(use->rel, check, use->rti, 0);
	/* a policy's conditions are barriers, too: the check comes before them */
	if (!use->leaky && rte->securityQuals == NIL && query->commandType != CMD_MERGE &&
		attach_at_scan((Node **) &query->jointree, use->rti, call))
		return true;
	rte->securityQuals = lcons(call, rte->securityQuals);
	return true;
}

static Bitmapset *
used_columns(const WddRelationUse *use)
{
	Bitmapset  *used = NULL;

	for (int i = 0; i < use->n_uses; i++)
		if (use->uses[i] != 0)
			used = bms_add_member(used, use->rel->columns[i].attnum);
	return used;
}

/* The target of INSERT and the row EXCLUDED are not scanned. */
static bool
is_scanned(const WddRelationUse *use)
{
	const RangeTblEntry *rte = rt_fetch(use->rti, use->query->rtable);

	return rte->relkind != RELKIND_COMPOSITE_TYPE &&
		!(use->is_target && use->query->commandType == CMD_INSERT);
}

/*
 * Conditions are asked in the order of their costs.  If one of them can tell
 * that it was reached (by a notice, an error, a sequence), those before it can
 * be guessed at, unless the row check comes first.
 */
static bool
must_be_first(const WddRelationUse *use, const WddLineage *lineage, const Bitmapset *strict)
{
	for (int i = 0; i < use->n_uses; i++)
		if (use->rel->columns[i].raises && (use->uses[i] & WDD_USE_QUAL) &&
			!bms_is_member(use->rel->columns[i].attnum, strict))
			return true;
	return lineage->tells;
}

static bool
is_partly_foreign(const RangeTblEntry *rte)
{
	ListCell   *lc;

	if (rte->relkind == RELKIND_FOREIGN_TABLE)
		return true;
	if (!rte->inh || !has_subclass(rte->relid))
		return false;
	foreach(lc, find_all_inheritors(rte->relid, NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE)
			return true;
	return false;
}

/*
 * A foreign server evaluates what it is sent over rows that no check has seen.
 * What it is sent may be asked there beside anything that tells: an error in
 * an order shows that a row has passed the conditions.
 */
static bool
must_stay_here(const WddRelationUse *use, const WddLineage *lineage)
{
	return (use->leaky || use->computed || lineage->tells) &&
		is_partly_foreign(rt_fetch(use->rti, use->query->rtable));
}

static void
rewrite_relation(WddRelationUse *use, WddLineage *lineage, bool filter_self)
{
	WddMark		mark = {use->rel->relid};
	Bitmapset  *strict;
	WddCheck	check = row_check(use, &strict);
	bool		scanned = is_scanned(use);

	check.first = must_be_first(use, lineage, strict);
	mark.used = used_columns(use);
	mark.opened = lineage->opened;
	/* before the row check is there, which asks about the row as it is */
	use->stays_here = must_stay_here(use, lineage);
	if (use->stays_here || needs_wrapping(use))
		wdd_wrap_values(use, strict);
	if (scanned)
		mark.filters_self = place_row_check(use, &check, filter_self) || use->rel->n_subjects == 0;
	else
		mark.filters_self = true;
	wdd_reckon_with_triggers(lineage, use, &mark);
	if (use->is_target)
		wdd_check_stored(use);
	rt_fetch(use->rti, use->query->rtable)->enrname = wdd_mark_write(&mark);
}

void
wdd_rewrite(WddLineage *lineage, bool filter_self)
{
	ListCell   *lc;

	foreach(lc, lineage->relations)
		rewrite_relation(lfirst(lc), lineage, filter_self);
}

void
wdd_mark_referential(WddLineage *lineage)
{
	ListCell   *lc;

	foreach(lc, lineage->relations)
	{
		WddRelationUse *use = lfirst(lc);
		WddMark		mark = {use->rel->relid};
		bool		gives = wdd_gives_to_another_person(use);

		/* rows that it writes are handed to triggers like any */
		wdd_reckon_with_triggers(lineage, use, &mark);
		if (gives || (mark.reckoned & WDD_TRIGGER_ALTERS))
			wdd_check_stored(use);
		if (gives || mark.reckoned != 0)
		{
			mark.gate_per_row = true;
			mark.filters_self = true;
		}
		else
			mark.exempt = true;
		rt_fetch(use->rti, use->query->rtable)->enrname = wdd_mark_write(&mark);
	}
}
