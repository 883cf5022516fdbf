/*
 * compat.h
 *		Differences between the versions of PostgreSQL, each behind a name.
 *
 * Nowhere else is PG_VERSION_NUM looked at.
 */
#ifndef WDD_COMPAT_H
#define WDD_COMPAT_H

#include "postgres.h"

#include "utils/guc.h"
#include "utils/guc_tables.h"

#if PG_VERSION_NUM < 150000
#error "wdd_privacy needs PostgreSQL 15 or later"
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
