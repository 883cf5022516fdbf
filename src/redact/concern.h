/*
 * concern.h
 *		Does the client's statement concern protected data?  Then its text, and
 *		what is said of it, stays out of log and pg_stat_activity.
 *
 * What is judged is the message that the client sent (one string of statements,
 * or one step of the extended protocol), with all that runs within.  Once it
 * concerns protected data it does so until its end.
 */
#ifndef WDD_CONCERN_H
#define WDD_CONCERN_H

#include "postgres.h"

/* What stands in the place of a text. */
#define WDD_REDACTED "<redacted: uses protected data>"
#define WDD_REDACTED_UNSURE "<redacted: may use protected data>"

typedef enum WddConcern
{
	WDD_CONCERN_NONE,
	WDD_CONCERN_UNSURE,			/* not looked at yet, in a database with labels */
	WDD_CONCERN_PROTECTED
} WddConcern;

/* wdd_privacy.redact */
extern bool wdd_setting_redact;

/*
 * The running statement concerns protected data.  To be called by whoever finds
 * out, as early as possible, and at any nesting: by the guard when a protected
 * relation is read, by input functions of types whose values are secret.  Does
 * nothing where wdd_privacy.redact is off; raises nothing.
 */
extern void wdd_redact_require(void);

/*
 * What is known of the running statement.  Reads no catalog: it is asked while
 * errors are reported.
 */
extern WddConcern wdd_concern(void);

/* May its text be shown, though it concerns protected data? */
extern bool wdd_concern_shows_text(void);

/* Has the running message been judged at all, whatever came out? */
extern bool wdd_concern_judged(void);

/*
 * The client's own text was analyzed: mentions tells whether what was analyzed
 * mentions protected data; more, whether other statements follow in it;
 * kept, whether it may be run by later messages, which are not analyzed.
 */
extern void wdd_concern_settle(bool mentions, bool more, bool kept);

/*
 * A protected relation is written: triggers that are deferred see its rows, in a
 * statement that has nothing to do with it.  The second is to be called when such
 * a statement begins, the third when the transaction has ended.
 */
extern void wdd_redact_note_write(void);
extern void wdd_concern_deferred(void);
extern void wdd_concern_end_transaction(void);

/*
 * A message may run what an earlier one brought.  To be called when something
 * starts to run; almost free.
 */
extern void wdd_concern_resume(void);

#endif							/* WDD_CONCERN_H */
