/*
 * conversion.c
 *		See conversion.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/transam.h"
#include "catalog/label_order.h"
#include "catalog/label_store.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "errors.h"
#include "guard/stored_code.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "statement/conversion.h"
#include "statement/labelled_type.h"
#include "statement/subject_column.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

typedef struct Search
{
	const WddProtectedRelation *rel;
	AttrNumber	target;
	bool		is_labelled;	/* the target */
	AttrNumber	other;			/* found: a column that may not be used */
	Oid			function;		/* found: a function that may not */
} Search;

/* It does nothing but refuse. */
static bool
is_reveal(Oid function)
{
	return get_func_namespace(function) == wdd_own_schema() && strcmp(get_func_name(function), "reveal") == 0;
}

/* Like stored code, but stable functions will do: it runs once. */
static bool
is_untrusted(Oid function, void *context)
{
	if (wdd_function_is_trusted(function) || is_reveal(function) ||
		(function < FirstNormalObjectId && func_volatile(function) == PROVOLATILE_STABLE))
		return false;
	((Search *) context)->function = function;
	return true;
}

/* Their input looks for an object of that name, and says which it did not find. */
static bool
names_object(Oid type)
{
	switch (type)
	{
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGCOLLATIONOID:
		case REGTYPEOID:
		case REGROLEOID:
		case REGNAMESPACEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
			return true;
		default:
			return false;
	}
}

/* What sealed_conversion.c has put around an expression; the row's subject comes last. */
static bool
is_of_sealing(Node *node)
{
	char	   *name;

	if (!IsA(node, FuncExpr) || list_length(((FuncExpr *) node)->args) != 4 ||
		get_func_namespace(((FuncExpr *) node)->funcid) != wdd_own_schema())
		return false;
	name = get_func_name(((FuncExpr *) node)->funcid);
	return strcmp(name, "seal_for_row") == 0 || strcmp(name, "open_for_row") == 0;
}

static bool search_walker(Node *node, Search *search);

static void
search_domain(Oid domain, Search *search)
{
	/* it has a callback of the memory context in it */
	DomainConstraintRef *constraints = palloc(sizeof(DomainConstraintRef));
	ListCell   *lc;

	InitDomainConstraintRef(domain, constraints, CurrentMemoryContext, false);
	foreach(lc, constraints->constraints)
		search_walker((Node *) ((DomainConstraintState *) lfirst(lc))->check_expr, search);
}

static bool
search_walker(Node *node, Search *search)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		AttrNumber	attnum = ((Var *) node)->varattno;

		if (attnum == search->target)
			return false;
		if (search->is_labelled || attnum == InvalidAttrNumber || wdd_protected_column(search->rel, attnum))
			search->other = attnum == InvalidAttrNumber ? search->rel->columns[0].attnum : attnum;
		return false;
	}
	if (is_of_sealing(node))
		return search_walker(linitial(((FuncExpr *) node)->args), search);
	if (IsA(node, CoerceToDomain))
		search_domain(((CoerceToDomain *) node)->resulttype, search);
	else if (search->is_labelled && !OidIsValid(search->function))
		(void) check_functions_in_node(node, is_untrusted, search);
	if (IsA(node, CoerceViaIO) && search->is_labelled && names_object(((CoerceViaIO *) node)->resulttype))
	{
		Oid			input,
					param;

		getTypeInputInfo(((CoerceViaIO *) node)->resulttype, &input, &param);
		search->function = input;
	}
	if (IsA(node, FuncExpr) && search->is_labelled && names_object(((FuncExpr *) node)->funcresulttype))
		search->function = ((FuncExpr *) node)->funcid;
	return expression_tree_walker(node, search_walker, (void *) search);
}

/* The expression that the command computes, as ALTER TABLE will make it. */
static Node *
conversion_expr(Oid relid, AlterTableCmd *command, AttrNumber attnum, const char *query_string)
{
	ColumnDef  *definition = castNode(ColumnDef, command->def);
	Relation	rel = relation_open(relid, AccessShareLock);
	ParseState *pstate = make_parsestate(NULL);
	Oid			type,
				from,
				collation;
	int32		typmod,
				from_typmod;
	Node	   *expr,
			   *coerced;

	pstate->p_sourcetext = query_string;
	addNSItemToQuery(pstate, addRangeTableEntryForRelation(pstate, rel, AccessShareLock, NULL, false, true),
					 false, true, true);
	get_atttypetypmodcoll(relid, attnum, &from, &from_typmod, &collation);
	if (definition->raw_default)
		expr = transformExpr(pstate, copyObject(definition->raw_default), EXPR_KIND_ALTER_COL_TRANSFORM);
	else
		expr = (Node *) makeVar(1, attnum, from, from_typmod, collation, 0);
	typenameTypeIdAndMod(pstate, definition->typeName, &type, &typmod);
	coerced = coerce_to_target_type(pstate, expr, exprType(expr), type, typmod, COERCION_ASSIGNMENT,
									COERCE_IMPLICIT_CAST, -1);
	free_parsestate(pstate);
	relation_close(rel, AccessShareLock);
	return coerced ? coerced : expr;
}

static void
check_conversion(const WddProtectedRelation *rel, AlterTableCmd *command, const char *query_string)
{
	Search		search = {rel, get_attnum(rel->relid, command->name)};
	Node	   *expr;

	if (search.target <= 0)
		return;
	search.is_labelled = wdd_protected_column(rel, search.target) != NULL;
	expr = conversion_expr(rel->relid, command, search.target, query_string);
	if (wdd_is_subject(rel, search.target) && !wdd_keeps_key(expr, search.target))
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("subject \"%s\" of table \"%s\" may not be computed", command->name, rel->name),
				 errdetail("ALTER TABLE would give rows to other persons."),
				 errhint("Use a type to which PostgreSQL converts it; or UPDATE, for a purpose that may use the table's columns.")));
	search_walker(expr, &search);
	if (search.other != InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("column \"%s\" of table \"%s\" may not be computed from column \"%s\"",
						command->name, rel->name, get_attname(rel->relid, search.other, false)),
				 search.is_labelled
				 ? errdetail("A labelled column may be made of itself alone.")
				 : errdetail("ALTER TABLE would carry the values of a protected column, of all persons, into another column."),
				 errhint("Use UPDATE, for a purpose that may use the column.")));
	if (OidIsValid(search.function))
		ereport(ERROR,
				(errcode(ERRCODE_WDD_REFUSED),
				 errmsg("column \"%s\" of table \"%s\" may not be computed by function %s",
						command->name, rel->name, format_procedure(search.function)),
				 errdetail("It would see the values of every person, past their checks."),
				 errhint("Use functions of PostgreSQL's own that are not volatile, or UPDATE, for a purpose that may use the column.")));
	if (search.is_labelled)
		wdd_check_labelled_type(command->name, exprType(expr));
}

Oid
wdd_type_of_table(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			type = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		type = ((Form_pg_class) GETSTRUCT(tuple))->reloftype;
		ReleaseSysCache(tuple);
	}
	return type;
}

static void
check_conversions(Oid relid, AlterTableStmt *alter, const char *query_string)
{
	const WddProtectedRelation *rel = wdd_protected_relation(relid);
	ListCell   *lc;

	if (rel == NULL || rel->n_columns == 0)
		return;
	foreach(lc, alter->cmds)
		if (((AlterTableCmd *) lfirst(lc))->subtype == AT_AlterColumnType)
			check_conversion(rel, lfirst(lc), query_string);
}

/* Tables of a composite type have its columns: ALTER TYPE ... CASCADE alters them. */
static void
check_typed_tables(Oid relid, AlterTableStmt *alter, const char *query_string)
{
	Oid			type = get_rel_type_id(relid);
	Oid			last = InvalidOid;
	ListCell   *lc;

	foreach(lc, wdd_stored_labels(InvalidOid))
	{
		Oid			labelled = ((WddStoredLabel *) lfirst(lc))->relid;

		if (labelled != last && wdd_type_of_table(labelled) == type)
			check_conversions(labelled, alter, query_string);
		last = labelled;
	}
}

void
wdd_check_conversions(Oid relid, AlterTableStmt *alter, const char *query_string)
{
	if (!OidIsValid(relid))
		return;
	if (get_rel_relkind(relid) == RELKIND_COMPOSITE_TYPE)
		check_typed_tables(relid, alter, query_string);
	else
		check_conversions(relid, alter, query_string);
}

/* A column of a relation as it was. */
typedef struct LosingColumn
{
	const WddProtectedRelation *rel;
	const WddProtectedColumn *column;
} LosingColumn;

List *
wdd_columns_losing_expression(Oid relid, AlterTableStmt *alter)
{
	const WddProtectedRelation *rel = OidIsValid(relid) ? wdd_protected_relation(relid) : NULL;
	List	   *columns = NIL;
	ListCell   *lc;

	if (rel == NULL)
		return NIL;
	foreach(lc, alter->cmds)
	{
		AlterTableCmd *command = lfirst(lc);
		const WddProtectedColumn *column;
		LosingColumn *losing;

		if (command->subtype != AT_DropExpression ||
			(column = wdd_protected_column(rel, get_attnum(relid, command->name))) == NULL)
			continue;
		losing = palloc(sizeof(LosingColumn));
		losing->rel = rel;
		losing->column = column;
		columns = lappend(columns, losing);
	}
	return columns;
}

void
wdd_require_own_labels(List *columns)
{
	ListCell   *lc;

	foreach(lc, columns)
	{
		LosingColumn *losing = lfirst(lc);
		const WddProtectedRelation *rel = wdd_protected_relation(losing->rel->relid);
		const WddProtectedColumn *column = rel ? wdd_protected_column(rel, losing->column->attnum) : NULL;
		char	   *reason = column ? wdd_wider_because(rel, column, losing->rel, losing->column)
			: "Without its expression, the column would have no label.";

		if (reason)
			ereport(ERROR,
					(errcode(ERRCODE_WDD_REFUSED),
					 errmsg("column \"%s\" of table \"%s\" may not lose its expression",
							losing->column->name, losing->rel->name),
					 errdetail("Its values are made of labelled columns. %s", reason),
					 errhint("Give the column a label of its own, equal to or narrower than theirs.")));
	}
}
