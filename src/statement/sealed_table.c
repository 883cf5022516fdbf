/*
 * sealed_table.c
 *		What tables with sealed columns need (see sealed_table.h).
 *
 * The trigger is internal: pg_dump does not dump it, and a restored table gets
 * one of its own.  Where it is missing (a table made by a session without the
 * library), the constraint refuses what would have been sealed.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/own_objects.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/tablecmds.h"
#include "commands/trigger.h"
#include "compat.h"
#include "nodes/makefuncs.h"
#include "parser/parse_type.h"
#include "parser/scansup.h"
#include "sealed/column.h"
#include "sealed/typmod.h"
#include "statement/sealed_conversion.h"
#include "statement/sealed_table.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/partcache.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "tcop/dest.h"
#include "utils/syscache.h"

#define TRIGGER_NAME "wdd_seal"
#define CONSTRAINT_PREFIX "wdd_sealed_"

bool
wdd_defines_columns(Node *statement)
{
	return IsA(statement, CreateStmt) || IsA(statement, AlterTableStmt) ||
		IsA(statement, CreateDomainStmt) || IsA(statement, CompositeTypeStmt) ||
		IsA(statement, CreateRangeStmt);
}

/* ------------------------------------------------------------------------
 * Numbers of fields
 * ------------------------------------------------------------------------ */

/* The type that is named; what is wrong with its modifiers, PostgreSQL says. */
Oid
wdd_type_of_name(const TypeName *name)
{
	TypeName	bare = *name;

	bare.typmods = NIL;
	return LookupTypeNameOid(NULL, &bare, true);
}

/* Is a sealed type named, and without a number? */
static bool
wants_number(TypeName *name)
{
	WddSealedColumn type;
	int32		typmod;
	Oid			oid;

	if (name == NULL || name->setof || name->pct_type)
		return false;
	oid = wdd_type_of_name(name);
	if (!wdd_sealed_type(oid, -1, &type))
		return false;
	typenameTypeIdAndMod(NULL, name, &oid, &typmod);
	/* a domain's number is in the domain, also where it is of an array's elements */
	return get_typtype(oid) != TYPTYPE_DOMAIN && get_typtype(get_base_element_type(oid)) != TYPTYPE_DOMAIN && wdd_sealed_type(oid, typmod, &type) &&
		wdd_typmod_field(typmod) == 0;
}

void
wdd_number_type(TypeName *name, int field)
{
	A_Const    *number;

	if (!wants_number(name))
		return;
	if (field == 0)
	{
		Oid			sequence = get_relname_relid("sealed_field", wdd_own_schema());

		field = nextval_internal(sequence, false);
	}
	number = makeNode(A_Const);
	number->val.ival = (Integer) {T_Integer, field};
	number->location = -1;
	name->typmods = lcons(number, name->typmods);
}

static void
number_definitions(const CreateStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->tableElts)
	{
		if (!IsA(lfirst(lc), ColumnDef))
			continue;
		wdd_refuse_sealed_within(statement->relation->relname, lfirst(lc));
		wdd_number_type(((ColumnDef *) lfirst(lc))->typeName, 0);
	}
}

/* ALTER TABLE ..., and ALTER TYPE ... ATTRIBUTE */
static void
number_altered(AlterTableStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->cmds)
	{
		AlterTableCmd *command = lfirst(lc);
		ColumnDef  *definition;

		if (command->subtype != AT_AddColumn && command->subtype != AT_AlterColumnType)
			continue;
		definition = castNode(ColumnDef, command->def);
		if (definition->colname == NULL)
			definition->colname = command->name;
		if (statement->objtype == OBJECT_TYPE)
			wdd_refuse_sealed_attribute(statement->relation->relname, definition);
		wdd_refuse_sealed_within(statement->relation->relname, definition);
		if (command->subtype == AT_AddColumn)
			wdd_number_type(definition->typeName, 0);
	}
}

/* Bounds of partitions lie in the catalog. */
static void
refuse_partition_bounds(Relation rel)
{
	PartitionKey key = RelationGetPartitionKey(rel);
	WddSealedColumn type;

	for (int i = 0; key->strategy != PARTITION_STRATEGY_HASH && i < key->partnatts; i++)
		if (wdd_sealed_type(key->parttypid[i], key->parttypmod[i], &type))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("table \"%s\" cannot be partitioned by a sealed column in this way",
							RelationGetRelationName(rel)),
					 errdetail("The bounds would be sealed values that belong to no row and no person."),
					 errhint("PARTITION BY HASH has no such bounds.")));
}

static void
number_columns(Node *statement)
{
	ListCell   *lc;

	switch (nodeTag(statement))
	{
		case T_CreateStmt:
			number_definitions((CreateStmt *) statement);
			break;
		case T_CreateDomainStmt:
			wdd_number_type(((CreateDomainStmt *) statement)->typeName, 0);
			break;
		case T_CompositeTypeStmt:
			foreach(lc, ((CompositeTypeStmt *) statement)->coldeflist)
				wdd_refuse_sealed_attribute(((CompositeTypeStmt *) statement)->typevar->relname, lfirst(lc));
			break;
		case T_CreateRangeStmt:
			wdd_refuse_sealed_range((CreateRangeStmt *) statement);
			break;
		case T_AlterTableStmt:
			number_altered((AlterTableStmt *) statement);
			wdd_convert_sealed((AlterTableStmt *) statement);
			break;
		default:
			break;
	}
}

/* ------------------------------------------------------------------------
 * Trigger and constraints
 * ------------------------------------------------------------------------ */

static bool
has_trigger(Oid relid, Oid function)
{
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	bool		found = false;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = ((Form_pg_trigger) GETSTRUCT(tuple))->tgfoid == function;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

static void
add_trigger(Oid relid)
{
	Oid			function = wdd_own_function(WDD_FUNC_SEAL_ROW);
	CreateTrigStmt *statement = makeNode(CreateTrigStmt);

	if (has_trigger(relid, function))
		return;
	statement->trigname = TRIGGER_NAME;
	statement->row = true;
	statement->timing = TRIGGER_TYPE_BEFORE;
	statement->events = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE;
	CreateTrigger(statement, NULL, relid, InvalidOid, InvalidOid, InvalidOid, function, InvalidOid,
				  NULL, true, false);
	CommandCounterIncrement();
}

/* Is it our constraint on the one column?  Its name stays when the column's changes. */
static bool
is_constraint_of(HeapTuple tuple, TupleDesc desc, AttrNumber attnum)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool		isnull;
	Datum		columns = heap_getattr(tuple, Anum_pg_constraint_conkey, desc, &isnull);
	ArrayType  *array;

	if (form->contype != CONSTRAINT_CHECK || isnull ||
		strncmp(NameStr(form->conname), CONSTRAINT_PREFIX, strlen(CONSTRAINT_PREFIX)) != 0)
		return false;
	array = DatumGetArrayTypeP(columns);
	return ARR_DIMS(array)[0] == 1 && *(int16 *) ARR_DATA_PTR(array) == attnum;
}

char *
wdd_sealed_constraint(Oid relid, AttrNumber attnum)
{
	Relation	rel = table_open(ConstraintRelationId, AccessShareLock);
	char	   *name = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(rel, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (name == NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
		if (is_constraint_of(tuple, RelationGetDescr(rel), attnum))
			name = pstrdup(NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return name;
}

/* wdd_sealed_<column>, shortened as PostgreSQL shortens names. */
static char *
constraint_name(const char *column)
{
	char	   *name = psprintf("%s%s", CONSTRAINT_PREFIX, column);

	truncate_identifier(name, strlen(name), false);
	return name;
}

static AlterTableCmd *
add_constraint(const WddSealedColumn *column)
{
	AlterTableCmd *command = makeNode(AlterTableCmd);
	Constraint *constraint = makeNode(Constraint);
	ColumnRef  *reference = makeNode(ColumnRef);
	char	   *schema = get_namespace_name(wdd_own_schema());

	reference->fields = list_make1(makeString(pstrdup(column->name)));
	reference->location = -1;
	constraint->contype = CONSTR_CHECK;
	constraint->conname = constraint_name(column->name);
	constraint->raw_expr = (Node *) makeFuncCall(list_make2(makeString(schema), makeString("sealed_is_bound")),
												 list_make1(reference), COERCE_EXPLICIT_CALL, -1);
	constraint->initially_valid = true;
	wdd_enforce(constraint);
	constraint->location = -1;
	command->subtype = AT_AddConstraint;
	command->def = (Node *) constraint;
	return command;
}

/* ALTER TABLE as a user would write it: other hooks see it, too. */
static void
alter_table(Oid relid, List *commands)
{
	AlterTableStmt *alter = makeNode(AlterTableStmt);
	PlannedStmt *statement = makeNode(PlannedStmt);

	alter->relation = makeRangeVar(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid), -1);
	alter->cmds = commands;
	alter->objtype = OBJECT_TABLE;
	statement->commandType = CMD_UTILITY;
	statement->canSetTag = false;
	statement->utilityStmt = (Node *) alter;
	statement->stmt_location = -1;
	ProcessUtility(statement, "ALTER TABLE ... ADD CONSTRAINT of wdd_privacy", false,
				   PROCESS_UTILITY_SUBCOMMAND, NULL, NULL, None_Receiver, NULL);
	CommandCounterIncrement();
}

static void
have_constraints(Oid relid, WddSealedColumn *columns, int n)
{
	List	   *commands = NIL;

	for (int i = 0; i < n; i++)
		if (wdd_sealed_constraint(relid, columns[i].attnum) == NULL)
			commands = lappend(commands, add_constraint(&columns[i]));
	if (commands != NIL)
		alter_table(relid, commands);
}

/* Returns whether it has sealed columns. */
static bool
complete(Oid relid)
{
	/* the statement need not have locked it: it was there already, or is a child */
	Relation	rel = try_relation_open(relid, AccessShareLock);
	char		kind;
	int			n = 0;
	WddSealedColumn *columns = NULL;

	if (rel == NULL)
		return false;
	kind = rel->rd_rel->relkind;
	if (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE)
		columns = wdd_sealed_columns(RelationGetDescr(rel), &n);
	if (n > 0 && kind == RELKIND_PARTITIONED_TABLE)
		refuse_partition_bounds(rel);
	if (n > 0)					/* nor may its rows become columns */
		find_composite_type_dependencies(rel->rd_rel->reltype, rel, NULL);
	relation_close(rel, NoLock);
	if (n == 0)
		return false;
	have_constraints(relid, columns, n);
	if (kind == RELKIND_RELATION)
		add_trigger(relid);
	return true;
}

/* Children have their parent's columns: those of a table without are not locked. */
static void
complete_tree(Oid relid)
{
	ListCell   *lc;

	if (!OidIsValid(relid))
		return;
	CommandCounterIncrement();
	if (!complete(relid))
		return;
	foreach(lc, find_all_inheritors(relid, NoLock, NULL))
		if (lfirst_oid(lc) != relid)
			(void) complete(lfirst_oid(lc));
}

static WddSealedColumn *
sealed_columns_of(Oid relid, int *n)
{
	Relation	rel = relation_open(relid, AccessShareLock);
	WddSealedColumn *columns = wdd_sealed_columns(RelationGetDescr(rel), n);

	relation_close(rel, NoLock);
	return columns;
}

void
wdd_check_joining_sealed(Oid child, Oid parent)
{
	int			n,
				n_of_child;
	WddSealedColumn *columns = sealed_columns_of(parent, &n);
	WddSealedColumn *of_child = n > 0 ? sealed_columns_of(child, &n_of_child) : NULL;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n_of_child; j++)
			if (strcmp(columns[i].name, of_child[j].name) == 0 && columns[i].type == of_child[j].type &&
				wdd_typmod_field(columns[i].typmod) != wdd_typmod_field(of_child[j].typmod))
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("table \"%s\" cannot become a child of \"%s\"", get_rel_name(child), get_rel_name(parent)),
						 errdetail("Sealed column \"%s\" has a number of its own, by which its values are bound to it.", columns[i].name),
						 errhint("Make the table by CREATE TABLE ... (LIKE %s), or as a partition, and store its rows there.",
								 get_rel_name(parent))));
}

void
wdd_refuse_sealed_result(RangeVar *name)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	Relation	rel;
	WddSealedColumn *columns;
	int			n;

	if (!OidIsValid(relid))
		return;
	rel = relation_open(relid, AccessShareLock);
	columns = wdd_sealed_columns(RelationGetDescr(rel), &n);
	wdd_refuse_sealed_column_within(rel);
	relation_close(rel, NoLock);
	if (n > 0 && (get_rel_relkind(relid) == RELKIND_MATVIEW || !has_trigger(relid, wdd_own_function(WDD_FUNC_SEAL_ROW))))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the result of a query cannot be stored in sealed column \"%s\" of a new relation", columns[0].name),
				 errdetail("Its values would belong to no row of a labelled table."),
				 errhint("Create the table, label it, and INSERT ... SELECT.")));
}

static RangeVar *
defined_table(Node *statement)
{
	if (IsA(statement, CreateStmt))
		return ((CreateStmt *) statement)->relation;
	if (IsA(statement, AlterTableStmt))
		return ((AlterTableStmt *) statement)->relation;
	return NULL;
}

void
wdd_run_defining(WddUtilityCall *call, void (*next) (WddUtilityCall *))
{
	PlannedStmt *copy = copyObject(call->stmt);
	WddUtilityCall changed = *call;
	RangeVar   *table = copyObject(defined_table(copy->utilityStmt));

	number_columns(copy->utilityStmt);
	changed.stmt = copy;
	changed.read_only_tree = false;
	next(&changed);
	if (table)
		complete_tree(RangeVarGetRelid(table, NoLock, true));
}
