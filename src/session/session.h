/*
 * session.h
 *		Shared by the files of this room alone.
 */
#ifndef WDD_SESSION_H
#define WDD_SESSION_H

#include "postgres.h"

#include "utils/guc.h"

/* Switch wdd_privacy.glass_broken on until the end of the transaction. */
extern void wdd_break_glass_setting(void);

/*
 * State a purpose or case reference as SET (GUC_ACTION_SET), SET LOCAL (LOCAL)
 * or a function's SET clause (SAVE) would; raises what those raise.
 */
extern void wdd_state_purpose(const char *purpose, GucAction action);
extern void wdd_state_case_reference(const char *case_reference, GucAction action);

#endif							/* WDD_SESSION_H */
