/*
 * trigger_approval.h
 *		The fingerprint of a trigger (trigger_fingerprint.c), and whether it stands
 *		in wdd.trigger_approval.
 */
#ifndef WDD_TRIGGER_APPROVAL_H
#define WDD_TRIGGER_APPROVAL_H

#include "postgres.h"

#include "access/htup.h"

#define WDD_FINGERPRINT_LENGTH 32

/*
 * The fingerprint (SHA-256, a bytea) of what a trigger does: when it fires, its
 * condition and arguments, and source, language, library, settings and
 * (SECURITY DEFINER) owner of its function.  Names stand for objects, so that it
 * is the same after dump and restore; the names of the trigger and of its table
 * are not part of it.  trigger is a row of pg_trigger.
 */
extern Datum wdd_trigger_fingerprint_of(HeapTuple trigger);

/* The function's part of it. */
extern void wdd_function_fingerprint(Oid function, uint8 *fingerprint);

/* Is a trigger of relid with this fingerprint approved? */
extern bool wdd_trigger_is_approved(Oid relid, Datum fingerprint);

/* Is it a trigger of PostgreSQL itself, or the one that seals, which nobody has to approve? */
extern bool wdd_trigger_is_built_in(HeapTuple trigger);

/* A row of pg_trigger, copied; NULL when there is none. */
extern HeapTuple wdd_trigger_tuple(Oid trigger);

#endif							/* WDD_TRIGGER_APPROVAL_H */
