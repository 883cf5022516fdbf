/*
 * error_detail.c
 *		See error_detail.h.
 *
 * A constraint is checked on rows that the statement may write without having
 * read them: the DETAIL of its violation would show what no check has seen.  A
 * key of columns without labels is left alone: clients read it.
 *
 * Expressions of a query are evaluated over rows whose check has passed, but
 * those of constraints, indexes and conversions are evaluated over whatever row
 * is written or rebuilt, and PostgreSQL puts a value that it cannot convert into
 * the primary message.  No message tells which of them it is from: so none of a
 * statement over protected rows shows values, and what is left of its text is
 * its format.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "guard/error_detail.h"
#include "redact/concern.h"
#include "redact/error_text.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#define NOT_SHOWN "The values are not shown, for they are of protected columns."

static bool
any_is_labelled(Oid relid, const int16 *attnums, int count)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);

	for (int i = 0; rel && i < count; i++)
		/* an expression may be of any column */
		if (attnums[i] == 0 ? rel->n_columns > 0 : wdd_protected_column(rel, attnums[i]) != NULL)
			return true;
	return false;
}

/* Key columns of a unique index or exclusion constraint. */
static bool
index_shows_labelled(const char *name, Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(get_relname_relid(name, schema)));
	Form_pg_index index;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return true;
	index = (Form_pg_index) GETSTRUCT(tuple);
	result = any_is_labelled(index->indrelid, index->indkey.values, index->indnkeyatts);
	ReleaseSysCache(tuple);
	return result;
}

static bool
array_shows_labelled(HeapTuple constraint, AttrNumber field, Oid relid)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(CONSTROID, constraint, field, &isnull);
	ArrayType  *attnums;

	if (isnull)
		return false;
	attnums = DatumGetArrayTypeP(value);
	return any_is_labelled(relid, (int16 *) ARR_DATA_PTR(attnums), ARR_DIMS(attnums)[0]);
}

static bool
foreign_key_shows_labelled(const char *name, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID,
										ObjectIdGetDatum(get_relation_constraint_oid(relid, name, true)));
	Form_pg_constraint constraint;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return true;
	constraint = (Form_pg_constraint) GETSTRUCT(tuple);
	result = array_shows_labelled(tuple, Anum_pg_constraint_conkey, constraint->conrelid) ||
		array_shows_labelled(tuple, Anum_pg_constraint_confkey, constraint->confrelid);
	ReleaseSysCache(tuple);
	return result;
}

static bool
shows_labelled(const ErrorData *error)
{
	Oid			schema = error->schema_name ? get_namespace_oid(error->schema_name, true) : InvalidOid;
	Oid			relid = error->table_name && OidIsValid(schema)
		? get_relname_relid(error->table_name, schema) : InvalidOid;
	const WddProtectedRelation *rel;

	if (error->detail == NULL)
		return false;
	if (!OidIsValid(relid))
		return true;			/* the check option of a view names no table */
	switch (error->sqlerrcode)
	{
		case ERRCODE_UNIQUE_VIOLATION:
		case ERRCODE_EXCLUSION_VIOLATION:
			return error->constraint_name == NULL || index_shows_labelled(error->constraint_name, schema);
		case ERRCODE_FOREIGN_KEY_VIOLATION:
		case ERRCODE_RESTRICT_VIOLATION:	/* of RESTRICT, since 18 */
			return error->constraint_name == NULL || foreign_key_shows_labelled(error->constraint_name, relid);
		default:
			rel = wdd_protected_relation(relid);
			return rel != NULL && rel->n_columns > 0;
	}
}

/*
 * Errors about options and definitions have the same codes as errors of data.
 * What these files of PostgreSQL report is made of the statement's own words:
 * they evaluate no expression.  Files count by their names alone: for some
 * builds of PostgreSQL that is all there is.
 */
static bool
is_about_definition(const ErrorData *error)
{
	static const char *const files[] = {"reloptions.c", "tablecmds.c", "sequence.c", "define.c",
		/* ours, which never show a value */
	"normal_form.c", "personal_form.c", "sealed_type.c", "typmod.c"};

	for (int i = 0; error->filename && i < lengthof(files); i++)
		if (strcmp(error->filename, files[i]) == 0)
			return true;
	return false;
}

static void
strip_data_exception(ErrorData *error, const char *copy_line)
{
	const char *format = error->message_id;

	if (wdd_is_users_own(error) || is_about_definition(error) || error->cursorpos > 0)
		return;
	if (format == NULL || strcmp(format, "%s") == 0)
		format = "an expression fails for a value of a protected table";
	error->message = wdd_format_without_arguments(format);
	if (error->detail || strcmp(error->message, format) != 0 || format != error->message_id)
		error->detail = pstrdup(NOT_SHOWN);
	error->detail_log = NULL;
	error->hint = NULL;
	if (error->context)
		error->context = wdd_frames_only(error->context, copy_line);
}

/*
 * May the error show a value that an expression could not convert?  Types that
 * are languages (tsquery, jsonpath) call what they cannot parse a syntax error,
 * or too long.  One of SQL itself has a position.
 */
static bool
is_about_data(void)
{
	int			code = geterrcode();

	return ERRCODE_TO_CATEGORY(code) == ERRCODE_DATA_EXCEPTION ||
		code == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		(code == ERRCODE_SYNTAX_ERROR && geterrposition() == 0 && getinternalerrposition() == 0);
}

static bool
is_violation(int sqlerrcode)
{
	int			category = ERRCODE_TO_CATEGORY(sqlerrcode);

	return category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
		category == ERRCODE_WITH_CHECK_OPTION_VIOLATION;
}

/*
 * An error that was looked at on its way is not looked at again at its end.  It
 * is known by its text domain, which has served its purpose when the text is
 * made, and stays with the error when it is caught and raised again.
 */
static const char looked_at[] = "wdd_privacy";

static bool wrote_protected = false;

/*
 * COMMIT in a procedure reports its error after the transaction has ended, but
 * in the same statement of the client.
 */
static TimestampTz aborted_statement = 0;

void
wdd_rethrow_without_values(MemoryContext context, bool over_protected_rows, WddCopyLine *copy)
{
	ErrorData  *error;
	bool		data_exception = over_protected_rows && is_about_data();
	bool		violation = is_violation(geterrcode());
	char	   *copy_line = copy ? copy->text : NULL;

	if (!violation && !data_exception && copy_line == NULL)
		PG_RE_THROW();
	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (copy_line)
		copy_line = pstrdup(copy_line);
	FlushErrorState();
	if (copy_line)
	{
		copy->text = copy_line;
		error->context = wdd_context_without_data(copy, error->context);
	}
	if (data_exception && error->domain != looked_at)
		strip_data_exception(error, copy_line);
	else if (violation && error->domain != looked_at && shows_labelled(error))
		error->detail = pstrdup(NOT_SHOWN);
	if (data_exception || violation)
		error->domain = looked_at;
	ReThrowError(error);
}

void
wdd_note_protected_write(void)
{
	wrote_protected = true;
	wdd_redact_note_write();
}

/*
 * Called when the error is about to be written to log and client; catalogs
 * cannot be read any more, so keys of columns without labels are left out, too.
 */
void
wdd_report_without_values(ErrorData *error)
{
	bool		concerned = wrote_protected || aborted_statement == GetCurrentStatementStartTimestamp();

	char	   *context = error->context ? wdd_reported_context_without_data(error->context) : NULL;

	if (context)
		error->context = context;
	if (error->elevel >= ERROR && concerned && error->domain != looked_at && error->detail &&
		is_violation(error->sqlerrcode) && !wdd_is_users_own(error))
		error->detail = NOT_SHOWN;
}

static void
end_transaction(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	if (wrote_protected)
		aborted_statement = event == XACT_EVENT_ABORT ? GetCurrentStatementStartTimestamp() : 0;
	wrote_protected = false;
}

void
wdd_error_detail_init(void)
{
	RegisterXactCallback(end_transaction, NULL);
}
