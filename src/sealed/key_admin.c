/*
 * key_admin.c
 *		Functions by which keys are administered (see keys.sql).
 */
#include "postgres.h"

#include "fmgr.h"
#include "sealed/key_ring.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(wdd_reload_keys);

Datum
wdd_reload_keys(PG_FUNCTION_ARGS)
{
	WddKeyRingStatus status;
	int			n = 0;

	wdd_key_ring_reload();
	wdd_key_ring_status(&status);
	for (int epoch = 1; epoch <= WDD_LAST_EPOCH; epoch++)
		n += status.has[epoch];
	PG_RETURN_INT32(n);
}
