/*
 * key_making.c
 *		Registering persons and storing keys (see key_making.h).
 */
#include "postgres.h"

#include "catalog/own_objects.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "sealed/key_making.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

bool		wdd_keys_made = false;

/* A statement, prepared when it is first run, and anew after the extension changed. */
typedef struct Statement
{
	const char *text;			/* with the schema for %s */
	int			n_arguments;
	Oid			types[3];
	SPIPlanPtr	plan;
	uint64		generation;
} Statement;

static Statement register_by[] = {
	{"INSERT INTO %s.person (kind_id, key_integer) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING person_id", 2, {INT2OID, INT8OID}},
	{"INSERT INTO %s.person (kind_id, key_uuid) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING person_id", 2, {INT2OID, UUIDOID}},
	{"INSERT INTO %s.person (kind_id, key_text) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING person_id", 2, {INT2OID, TEXTOID}}
};

static Statement store_key =
{"INSERT INTO %s.data_key (person_id, epoch, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", 3, {UUIDOID, INT2OID, BYTEAOID}};

static void
prepare(Statement *statement)
{
	StringInfoData text;

	if (statement->plan && statement->generation == wdd_own_generation())
		return;
	if (statement->plan)
		SPI_freeplan(statement->plan);
	initStringInfo(&text);
	appendStringInfo(&text, statement->text, quote_identifier(get_namespace_name(wdd_own_schema())));
	statement->plan = SPI_prepare(text.data, statement->n_arguments, statement->types);
	if (statement->plan == NULL || SPI_keepplan(statement->plan) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("SPI_prepare failed: %s", SPI_result_code_string(SPI_result))));
	statement->generation = wdd_own_generation();
}

static Oid
owner(void)
{
	static Oid	known = InvalidOid;
	static uint64 known_at = 0;

	if (known_at != wdd_own_generation())
	{
		known = wdd_extension_owner();
		known_at = wdd_own_generation();
	}
	return known;
}

/* Returns whether it stored a row, and copies what that returns, if asked for. */
static bool
run(Statement *statement, Datum *arguments, uint8 *person)
{
	bool		stored,
				isnull;
	Oid			user;
	int			security_context;
	int			result;

	wdd_keys_made = true;
	GetUserIdAndSecContext(&user, &security_context);
	SetUserIdAndSecContext(owner(), security_context | SECURITY_LOCAL_USERID_CHANGE);
	SPI_connect();
	prepare(statement);
	result = SPI_execute_plan(statement->plan, arguments, NULL, false, 0);
	if (result != SPI_OK_INSERT && result != SPI_OK_INSERT_RETURNING)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("SPI_execute_plan failed: %s", SPI_result_code_string(result))));
	stored = SPI_processed > 0;
	if (stored && person)
		memcpy(person, DatumGetUUIDP(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull))->data,
			   UUID_LEN);
	SPI_finish();
	SetUserIdAndSecContext(user, security_context);
	return stored;
}

bool
wdd_register_person(const WddRowSubject *subject, uint8 *person)
{
	Datum		arguments[2] = {Int16GetDatum(subject->kind), wdd_registry_key(subject)};

	return run(&register_by[subject->key_type], arguments, person);
}

bool
wdd_store_data_key(const uint8 *person, int epoch, bytea *wrapped)
{
	Datum		arguments[3] = {PointerGetDatum(person), Int16GetDatum(epoch), PointerGetDatum(wrapped)};

	return run(&store_key, arguments, NULL);
}
