/*
 * key_source.c
 *		Where master keys come from (see key_source.h).
 */
#include "postgres.h"

#include "sealed/key_command.h"
#include "sealed/key_file.h"
#include "sealed/key_source.h"
#include "utils/guc.h"

static char *key_command;
static char *key_file;
static int	key_command_timeout;

void
wdd_key_source_init(void)
{
	DefineCustomStringVariable("wdd_privacy.key_command",
							   "Shell command that prints the keys of sealed values.",
							   "It prints one line \"epoch hexkey\" a key. With shared_preload_libraries "
							   "it runs when the server starts, else when a session needs keys first.",
							   &key_command,
							   "",
							   PGC_SIGHUP, GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
	DefineCustomIntVariable("wdd_privacy.key_command_timeout",
							"How long wdd_privacy.key_command may take.",
							"Then it is killed, together with the processes it started.",
							&key_command_timeout,
							10, 1, 600,
							PGC_SIGHUP, GUC_UNIT_S,
							NULL, NULL, NULL);
	DefineCustomStringVariable("wdd_privacy.key_file",
							   "File with the keys of sealed values, in place of wdd_privacy.key_command.",
							   "It has one line \"epoch hexkey\" a key, is private to the server's user or "
							   "to root, and lies outside of data directory and tablespaces.",
							   &key_file,
							   "",
							   PGC_SIGHUP, GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
}

static bool
is_set(const char *setting)
{
	return setting != NULL && setting[0] != '\0';
}

bool
wdd_key_source_set(void)
{
	return is_set(key_command) || is_set(key_file);
}

const char *
wdd_key_source_kind(void)
{
	if (is_set(key_command))
		return "command";
	return is_set(key_file) ? "file" : "none";
}

int
wdd_key_source_limit(void)
{
	return is_set(key_command) ? key_command_timeout : 0;
}

static bool
read_source(WddKeyLines *lines)
{
	WddKeyFault *fault = lines->fault;

	if (is_set(key_command) && is_set(key_file))
	{
		strlcpy(fault->message, "there are two sources of keys for sealed values", sizeof(fault->message));
		wdd_key_fault_detail(fault, "Both \"wdd_privacy.key_command\" and \"wdd_privacy.key_file\" are set.");
		wdd_key_fault_hint(fault, "Reset one of them, reload the configuration, then call wdd.reload_keys().");
		return false;
	}
	if (is_set(key_command))
	{
		strlcpy(fault->message, "keys of sealed values cannot be had from the command of \"wdd_privacy.key_command\"",
				sizeof(fault->message));
		return wdd_run_key_command(key_command, key_command_timeout, lines);
	}
	if (is_set(key_file))
	{
		strlcpy(fault->message, "keys of sealed values cannot be had from the file of \"wdd_privacy.key_file\"",
				sizeof(fault->message));
		return wdd_read_key_file(key_file, lines);
	}
	strlcpy(fault->message, "there is no source of keys for sealed values", sizeof(fault->message));
	wdd_key_fault_detail(fault, "Neither \"wdd_privacy.key_command\" nor \"wdd_privacy.key_file\" is set.");
	wdd_key_fault_hint(fault, "Set one of them in postgresql.conf; wdd.create_key_file(path) makes a file for a first try.");
	return false;
}

bool
wdd_read_master_keys(WddMasterKeys *keys, WddKeyFault *fault)
{
	WddKeyLines lines;
	volatile bool good = false;

	wdd_wipe(keys, sizeof(*keys));
	memset(fault, 0, sizeof(*fault));
	wdd_key_lines_begin(&lines, keys, fault);
	PG_TRY();
	{
		good = read_source(&lines);
	}
	PG_FINALLY();
	{
		wdd_wipe(&lines, sizeof(lines));
		if (!good)
			wdd_wipe(keys, sizeof(*keys));
	}
	PG_END_TRY();
	if (good)
		memset(fault, 0, sizeof(*fault));
	return good;
}

bool
wdd_check_key_source(WddKeyFault *fault)
{
	static WddMasterKeys *staging = NULL;
	bool		good;

	memset(fault, 0, sizeof(*fault));
	if (is_set(key_command) && !is_set(key_file))
		return true;
	if (staging == NULL)
		staging = wdd_secret_alloc(sizeof(*staging));
	good = wdd_read_master_keys(staging, fault);
	wdd_wipe(staging, sizeof(*staging));
	return good;
}
