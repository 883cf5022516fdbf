/*
 * sealed_conversion.c
 *		See sealed_conversion.h.
 *
 * The expression of the command is wrapped in wdd.seal_for_row(value, table,
 * type modifier, subject), or its column in wdd.open_for_row() of the same.  Both
 * refuse to work but while such a command runs.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/label_cache.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "compat.h"
#include "crypto.h"
#include "errors.h"
#include "fmgr.h"
#include "guard/gate.h"
#include "guard/row_check.h"
#include "nodes/makefuncs.h"
#include "parser/parse_type.h"
#include "sealed/array.h"
#include "sealed/binding.h"
#include "sealed/row_subject.h"
#include "sealed/typmod.h"
#include "statement/sealed_conversion.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(wdd_seal_for_row);
PG_FUNCTION_INFO_V1(wdd_open_for_row);

/*
 * The table whose conversion was let through, in this transaction, and a random
 * number that the calls of this command, and nothing else, name it by.
 */
static Oid	converting = InvalidOid;
static Oid	converting_as = InvalidOid;
static LocalTransactionId converting_in = InvalidLocalTransactionId;

static Node *
column_reference(const char *name)
{
	ColumnRef  *reference = makeNode(ColumnRef);

	reference->fields = list_make1(makeString(pstrdup(name)));
	reference->location = -1;
	return (Node *) reference;
}

static Node *
number(int value)
{
	A_Const    *constant = makeNode(A_Const);

	constant->val.ival = (Integer) {T_Integer, value};
	constant->location = -1;
	return (Node *) constant;
}

/* A number as a literal of text: OIDs may be larger than an integer. */
static Node *
oid_literal(Oid oid)
{
	A_Const    *constant = makeNode(A_Const);
	TypeCast   *cast = makeNode(TypeCast);

	constant->val.sval = (String) {T_String, psprintf("%u", oid)};
	constant->location = -1;
	cast->arg = (Node *) constant;
	cast->typeName = makeTypeNameFromNameList(list_make2(makeString("pg_catalog"), makeString("oid")));
	cast->location = -1;
	return (Node *) cast;
}

static Node *
call_with_subject(const char *function, const WddProtectedRelation *rel, List *args)
{
	char	   *schema = get_namespace_name(wdd_own_schema());
	Node	   *subject;

	if (rel && rel->n_subjects > 0)
		subject = column_reference(get_attname(rel->relid, rel->subjects[0].attnum, false));
	else
	{
		A_Const    *null = makeNode(A_Const);
		TypeCast   *cast = makeNode(TypeCast);

		null->isnull = true;
		null->location = -1;
		cast->arg = (Node *) null;
		cast->typeName = makeTypeNameFromNameList(list_make2(makeString("pg_catalog"), makeString("text")));
		cast->location = -1;
		subject = (Node *) cast;
	}
	return (Node *) makeFuncCall(list_make2(makeString(schema), makeString(pstrdup(function))),
								 lappend(args, subject), COERCE_EXPLICIT_CALL, -1);
}

static void
to_sealed(AlterTableCmd *command, const WddProtectedRelation *rel, Oid relid, int field)
{
	ColumnDef  *definition = castNode(ColumnDef, command->def);
	TypeCast   *cast = makeNode(TypeCast);
	Oid			type;
	int32		typmod;

	if (rel == NULL || wdd_protected_column(rel, get_attnum(relid, command->name)) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("column \"%s\" of table \"%s\" cannot be sealed before it is labelled",
						command->name, get_rel_name(relid)),
				 errdetail("Without labels it is not known whose key a value shall be sealed with, and for what it may be opened."),
				 errhint("SECURITY LABEL FOR wdd_privacy ON TABLE ... IS 'subject=...', and ON COLUMN ... IS 'purposes=...'.")));
	wdd_number_type(definition->typeName, field);
	typenameTypeIdAndMod(NULL, definition->typeName, &type, &typmod);
	cast->arg = definition->raw_default ? definition->raw_default : column_reference(command->name);
	cast->typeName = copyObject(definition->typeName);
	cast->location = -1;
	definition->raw_default =
		call_with_subject("seal_for_row", rel, list_make3(cast, oid_literal(converting_as), number(typmod)));
}

/* Is it column, or wdd.reveal(column)? */
static bool
is_reveal_of(Node *node, const char *column)
{
	if (node && IsA(node, FuncCall) && list_length(((FuncCall *) node)->args) == 1 &&
		strcmp(strVal(llast(((FuncCall *) node)->funcname)), "reveal") == 0)
		node = linitial(((FuncCall *) node)->args);
	return node && IsA(node, ColumnRef) && list_length(((ColumnRef *) node)->fields) == 1 &&
		IsA(linitial(((ColumnRef *) node)->fields), String) &&
		strcmp(strVal(linitial(((ColumnRef *) node)->fields)), column) == 0;
}

static void
check_purpose(const WddProtectedRelation *rel, AttrNumber attnum)
{
	WddActing	acting;
	const WddProtectedColumn *column = wdd_protected_column(rel, attnum);

	wdd_acting_now(&acting);
	wdd_gate_relation(&acting, rel);
	if (wdd_gate_column(&acting, rel, column) == WDD_NOT_LISTED)
		wdd_refuse_masked(&acting, rel, column);
}

static void
to_plain(AlterTableCmd *command, const WddProtectedRelation *rel, Oid relid, int32 typmod)
{
	ColumnDef  *definition = castNode(ColumnDef, command->def);
	AttrNumber	attnum = get_attnum(relid, command->name);
	Node	  **value = &definition->raw_default;

	if (*value == NULL)
		return;					/* there is no cast: PostgreSQL says so */
	while (IsA(*value, TypeCast))
		value = &((TypeCast *) *value)->arg;
	if (!is_reveal_of(*value, command->name))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of table \"%s\" cannot be unsealed by this expression",
						command->name, get_rel_name(relid)),
				 errdetail("ALTER TABLE would compute it from the values of every person."),
				 errhint("USING wdd.reveal(%s), or a cast of it.", quote_identifier(command->name))));
	if (rel == NULL || wdd_protected_column(rel, attnum) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("column \"%s\" of table \"%s\" is sealed, but not labelled", command->name,
						get_rel_name(relid)),
				 errdetail("Without labels it is not known for what its values may be opened."),
				 errhint("Label it, and state a purpose that may use it.")));
	check_purpose(rel, attnum);
	*value = call_with_subject("open_for_row", rel,
							   list_make3(column_reference(command->name), oid_literal(converting_as), number(typmod)));
}

/* What is stored will not be sealed any more. */
static List *
drop_constraint(Oid relid, AttrNumber attnum)
{
	AlterTableCmd *command = makeNode(AlterTableCmd);

	command->subtype = AT_DropConstraint;
	command->name = wdd_sealed_constraint(relid, attnum);
	return command->name ? list_make1(command) : NIL;
}

/* Returns commands that are to go before. */
static List *
convert_column(AlterTableCmd *command, Oid relid)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);
	TypeName   *name = castNode(ColumnDef, command->def)->typeName;
	WddSealedColumn to,
				from;
	Oid			type = wdd_type_of_name(name),
				type_now,
				collation;
	int32		typmod;
	bool		is_sealed,
				becomes_sealed;

	if (!OidIsValid(type) || get_attnum(relid, command->name) <= 0)
		return NIL;				/* PostgreSQL says what is wrong */
	get_atttypetypmodcoll(relid, get_attnum(relid, command->name), &type_now, &typmod, &collation);
	is_sealed = wdd_sealed_type(type_now, typmod, &from);
	becomes_sealed = wdd_sealed_type(type, -1, &to);
	if (!is_sealed && !becomes_sealed)
		return NIL;
	if (!OidIsValid(converting))
		wdd_random_bytes(&converting_as, sizeof(converting_as));
	if (becomes_sealed)
		to_sealed(command, rel, relid, is_sealed ? wdd_typmod_field(from.typmod) : 0);
	else
		to_plain(command, rel, relid, from.typmod);
	converting = relid;
	converting_in = wdd_local_transaction();
	return becomes_sealed ? NIL : drop_constraint(relid, get_attnum(relid, command->name));
}

void
wdd_convert_sealed(AlterTableStmt *alter)
{
	Oid			relid = RangeVarGetRelid(alter->relation, NoLock, true);
	List	   *drops = NIL;
	ListCell   *lc;

	if (!OidIsValid(relid))
		return;
	converting = InvalidOid;
	foreach(lc, alter->cmds)
		if (((AlterTableCmd *) lfirst(lc))->subtype == AT_AlterColumnType)
			drops = list_concat(drops, convert_column(lfirst(lc), relid));
	alter->cmds = list_concat(drops, alter->cmds);
}

pg_noreturn static void
refuse_call(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_WDD_REFUSED),
			 errmsg("functions that convert sealed columns are called by ALTER TABLE only"),
			 errdetail("They see the rows of every person."),
			 errhint("To open a sealed value, use wdd.reveal(); to store one, store plaintext.")));
}

/* What a call knows, in fn_extra. */
typedef struct Conversion
{
	WddCell		cell;
	WddSealedColumn column;
} Conversion;

static Conversion *
resolve(FunctionCallInfo fcinfo)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Conversion *conversion = palloc0(sizeof(Conversion));
	Oid			named = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1);
	const WddProtectedRelation *rel;
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 0);
	int32		typmod = PG_ARGISNULL(2) ? -1 : PG_GETARG_INT32(2);

	if (!OidIsValid(converting) || named != converting_as || converting_in != wdd_local_transaction() ||
		(rel = wdd_protected_relation(converting)) == NULL)
	{
		converting = InvalidOid;	/* nobody tries twice */
		refuse_call();
	}
	conversion->cell.relation = rel->name;
	wdd_row_subject_of(&conversion->cell.subject, rel);
	if (!wdd_sealed_type(type, typmod, &conversion->column))
		refuse_call();
	conversion->cell.column = &conversion->column;
	MemoryContextSwitchTo(oldcontext);
	fcinfo->flinfo->fn_extra = conversion;
	return conversion;
}

static Conversion *
conversion_of_row(FunctionCallInfo fcinfo)
{
	Conversion *conversion = fcinfo->flinfo->fn_extra;

	if (conversion == NULL)
		conversion = resolve(fcinfo);
	wdd_row_subject_set(&conversion->cell.subject, fcinfo->args[3].value,
						fcinfo->args[3].isnull || conversion->cell.subject.type == InvalidOid);
	return conversion;
}

static Datum
seal_element(void *context, Datum value)
{
	return wdd_reseal_value(context, value);
}

/* wdd.seal_for_row(value anyelement, relation oid, modifier integer, subject "any") returns anyelement */
Datum
wdd_seal_for_row(PG_FUNCTION_ARGS)
{
	Conversion *conversion;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	conversion = conversion_of_row(fcinfo);
	if (conversion->column.is_array)
		return wdd_sealed_array_map(PG_GETARG_DATUM(0), conversion->column.type, seal_element, &conversion->cell);
	return wdd_reseal_value(&conversion->cell, PG_GETARG_DATUM(0));
}

/* wdd.open_for_row(value sealed, relation oid, modifier integer, subject "any") returns the plain type */
Datum
wdd_open_for_row(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return wdd_open_value(&conversion_of_row(fcinfo)->cell, PG_GETARG_DATUM(0));
}
