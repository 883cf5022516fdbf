/*
 * purpose_setting.h
 *		What the session states: purpose, case reference, subject of "self",
 *		and whether the glass is broken.
 *
 * All of it lies in settings of PostgreSQL (GUC), which SET LOCAL, savepoints,
 * SET clauses of functions, RESET and rollbacks restore, and which parallel
 * workers receive from their leader: nothing has to be handed to them.
 */
#ifndef WDD_PURPOSE_SETTING_H
#define WDD_PURPOSE_SETTING_H

#include "postgres.h"

/* Settings, as GUC variables (never NULL after wdd_settings_init()). */
extern char *wdd_setting_purpose;	/* wdd_privacy.purpose, "" when none */
extern char *wdd_setting_case_reference;	/* wdd_privacy.case_reference */
extern char *wdd_setting_subject;	/* wdd_privacy.subject, "[kind:]key" */
extern bool wdd_setting_require_tls;	/* wdd_privacy.require_tls, SUSET */

/*
 * The role that stated the purpose: current user at the time of SET (the owner,
 * for a function with a SET clause that is SECURITY DEFINER); the session user
 * for values given at the start of the session or by ALTER ROLE/DATABASE.
 */
extern Oid	wdd_purpose_stated_by(void);

/* Is break_glass() in force in this transaction?  Follows savepoints. */
extern bool wdd_glass_broken(void);

/*
 * Define the settings.  Reserves their prefix, so it is called after any other
 * room defined a setting of its own.
 */
extern void wdd_settings_init(void);

#endif							/* WDD_PURPOSE_SETTING_H */
