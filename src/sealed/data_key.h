/*
 * data_key.h
 *		The key of each person: fetched, made, and gone with the person.
 *
 * wdd.data_key holds one row per person: the key, and what the person is called
 * in labelled tables, sealed together under an epoch's key.  So a key that is
 * opened tells whose it is, and a row cannot borrow another's.
 *
 * No key is given that has been deleted: a deletion invalidates wdd.key_signal,
 * the message comes through PostgreSQL's invalidation queue (on standbys at
 * replay), and every question here looks whether one has come.  Which snapshot
 * the transaction works with does not matter.
 */
#ifndef WDD_DATA_KEY_H
#define WDD_DATA_KEY_H

#include "postgres.h"

#include "catalog/key_type.h"
#include "sealed/key_cache.h"

/* The person whose a row is, as its subject column tells. */
typedef struct WddRowSubject
{
	bool		isnull;			/* the row belongs to nobody */
	int16		kind;			/* of subject */
	WddKeyType	key_type;
	Oid			type;			/* base type of the column */
	Datum		value;			/* not toasted */
} WddRowSubject;

extern void wdd_data_key_init(void);

/* The subject's value as wdd.person keeps it: integers of any width as bigint. */
extern Datum wdd_registry_key(const WddRowSubject *subject);

/*
 * The key of a person, by random id; NULL when there is none (any more).
 * 55000 when the epoch's key is not there; nobody's purpose or consent is asked.
 * The result is valid until the next call of a function of this header.
 */
extern const WddCachedKey *wdd_key_of_person(const uint8 *person);

/* Is it the key of the row's subject? */
extern bool wdd_key_is_of(const WddCachedKey *key, const WddRowSubject *subject);

/*
 * The key of the row's subject; with make, the person is registered and the key
 * made where that is not done yet.  NULL: there is none, and make is false.
 */
extern const WddCachedKey *wdd_key_of_subject(const WddRowSubject *subject, bool make);

#endif							/* WDD_DATA_KEY_H */
