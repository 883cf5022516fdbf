/*
 * binding.h
 *		Which row a sealed value belongs to: sealing for a row, and opening.
 *
 * A bound value names its person (by random id) and its field (the number that
 * its column's type carries).  It is opened for the row of that person, in that
 * column, and nowhere else.
 */
#ifndef WDD_BINDING_H
#define WDD_BINDING_H

#include "postgres.h"

#include "compat.h"
#include "sealed/column.h"
#include "sealed/data_key.h"

/* Where a value stands, or is to stand. */
typedef struct WddCell
{
	const WddSealedColumn *column;
	const char *relation;		/* for messages */
	WddRowSubject subject;
} WddCell;

/*
 * The value as it is to be stored in the cell.  What is unbound is sealed under
 * the key of the row's person, which is made where there is none; what is bound
 * must open there.  before, unless NULL, is the subject that the row had until
 * now: a value of that person is sealed anew for the cell's.  The result may be
 * the value itself.
 *
 * XX001 for a value that does not open.
 */
extern Datum wdd_bind_value(const WddCell *cell, const WddRowSubject *before, Datum value);

/* The same, but the result is sealed anew in any case, as the column's type says now. */
extern Datum wdd_reseal_value(const WddCell *cell, Datum value);

/*
 * The value with search tokens of the epoch that is current for its kind, and
 * otherwise the same; the value itself, if it has that, or none.  Where the
 * person's key is gone, no value can be found any more: its token becomes a
 * random one.
 */
extern Datum wdd_renew_token(const WddCell *cell, Datum value);

/* wdd_bind_value() for a loader of dumps or of changes, who has no keys: bound values only. */
extern Datum wdd_accept_bound(const WddCell *cell, Datum value);

/* The plaintext of a value that stands in the cell, as a value of the plain type. */
extern Datum wdd_open_value(const WddCell *cell, Datum value);

/*
 * The value itself, with the note, in memory, that it stands in its own row;
 * wdd_open_verified() opens what has that note, wherever it has got to since.
 */
extern Datum wdd_verify_value(const WddCell *cell, Datum value);
extern Datum wdd_open_verified(WddSealedKind kind, Datum value);

/* Raise: it does not open.  relation and column may be NULL. */
pg_noreturn extern void wdd_raise_does_not_open(const char *relation, const char *column);

#endif							/* WDD_BINDING_H */
