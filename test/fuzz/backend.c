/*
 * backend.c
 *		What pieces of the extension need of a server when they are fuzzed alone.
 */
#include "postgres.h"

#include <sodium.h>

#include "miscadmin.h"

int			MyProcPid = 1;

/* Nothing that is fuzzed alone raises. */
bool
errstart(int elevel, const char *domain)
{
	return true;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return true;
}

int
errcode(int sqlerrcode)
{
	return 0;
}

int
errmsg(const char *fmt,...)
{
	fprintf(stderr, "error: %s\n", fmt);
	return 0;
}

int
errdetail(const char *fmt,...)
{
	return 0;
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	abort();
}
