/*
 * key_making.h
 *		Writing what a person's first sealed value needs: the person's row in
 *		the registry, and the key.
 *
 * Once per person; it runs SQL, with the rights of the extension's owner.
 */
#ifndef WDD_KEY_MAKING_H
#define WDD_KEY_MAKING_H

#include "postgres.h"

#include "sealed/data_key.h"

/* Has this transaction made keys? */
extern bool wdd_keys_made;

/* Register the person, whose new random id is put into person; false: somebody else has. */
extern bool wdd_register_person(const WddRowSubject *subject, uint8 *person);

/* Store a person's key; false: somebody else has. */
extern bool wdd_store_data_key(const uint8 *person, int epoch, bytea *wrapped);

#endif							/* WDD_KEY_MAKING_H */
