/*
 * compat.h
 *		Differences between the versions of PostgreSQL, each behind a name.
 *
 * Nowhere else is PG_VERSION_NUM looked at.  A file that declares SQL-callable
 * functions includes this after fmgr.h, see PG_FUNCTION_INFO_V1 below.
 */
#ifndef WDD_COMPAT_H
#define WDD_COMPAT_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#if PG_VERSION_NUM < 150000
#error "wdd_privacy needs PostgreSQL 15 or later"
#endif

/*
 * PostgreSQL 16 exports the function itself as well as its record (089480c07);
 * under -fvisibility=hidden it could not be called otherwise.
 */
#if PG_VERSION_NUM < 160000
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(funcname) \
extern PGDLLEXPORT Datum funcname(PG_FUNCTION_ARGS); \
extern PGDLLEXPORT const Pg_finfo_record * CppConcat(pg_finfo_,funcname)(void); \
const Pg_finfo_record * \
CppConcat(pg_finfo_,funcname) (void) \
{ \
	static const Pg_finfo_record my_finfo = { 1 }; \
	return &my_finfo; \
} \
extern int no_such_variable
#endif

/*
 * The record of a setting that exists.  The address stays the same as long as
 * the process lives.  PostgreSQL 16 keeps settings in a hash table (3057465ac)
 * and exports its look-up; before, they are a sorted array.
 */
static inline const struct config_generic *
wdd_setting_record(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return find_option(name, false, false, ERROR);
#else
	struct config_generic **settings = get_guc_variables();
	int			n = GetNumConfigOptions();

	for (int i = 0; i < n; i++)
	{
		if (strcmp(settings[i]->name, name) == 0)
			return settings[i];
	}
	elog(ERROR, "configuration parameter \"%s\" is not defined", name);
	return NULL;
#endif
}

#endif							/* WDD_COMPAT_H */
