/*
 * wdd_privacy.c
 *		Loading the library: one line per room, from the ground floor up.
 */
#include "postgres.h"

#include "catalog/label_cache.h"
#include "catalog/own_objects.h"
#include "catalog/purpose.h"
#include "catalog/row_triggers.h"
#include "consent/consent_cache.h"
#include "crypto.h"
#include "fmgr.h"
#include "guard/error_detail.h"
#include "guard/execution.h"
#include "guard/parallel_state.h"
#include "guard/trigger_call.h"
#include "hooks.h"
#include "miscadmin.h"
#include "redact/redact.h"
#include "sealed/data_key.h"
#include "sealed/key_cache.h"
#include "sealed/key_ring.h"
#include "sealed/probe.h"
#include "session/purpose_setting.h"
#include "statement/label_provider.h"
#include "wdd_privacy.h"

PG_MODULE_MAGIC;

bool		wdd_shared_preloaded = false;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	wdd_shared_preloaded = process_shared_preload_libraries_in_progress;

	wdd_crypto_init();
	wdd_own_objects_init();
	wdd_purpose_init();
	wdd_label_cache_init();
	wdd_row_triggers_init();
	wdd_label_provider_init();
	wdd_consent_init();
	wdd_redact_init();
	wdd_key_ring_init();
	wdd_key_cache_init();
	wdd_data_key_init();
	wdd_probe_allowed = wdd_is_guarded_now;
	wdd_parallel_state_init();
	wdd_trigger_call_init();
	wdd_error_detail_init();
	wdd_settings_init();		/* last of the settings: reserves their prefix */
	wdd_hooks_install();
}
