/*
 * provision.h
 *		Consent by provision (clause 1.2): storing a value is the person's
 *		consent to the label's opt-in purposes for its category.
 *
 * Offers are collected while the statement runs and written to the ledger in
 * one go before its AFTER triggers; within the statement they already hold.
 */
#ifndef WDD_PROVISION_H
#define WDD_PROVISION_H

#include "postgres.h"

#include "guard/execution.h"

/* May the current user give consent by storing, in this statement? */
extern bool wdd_provision_may(WddExecution *execution);

/*
 * Offer the consent of the person key to the column's opt-in purposes.  A
 * person who has said anything about a purpose, a withdrawal above all, is left
 * as is.
 */
extern void wdd_provision_offer(WddExecution *execution, const WddProtectedRelation *rel,
								const WddProtectedColumn *column, Oid type, Datum key);

/* Did this statement record (or will it) that the person permits its purpose? */
extern bool wdd_provision_holds(WddExecution *execution, const WddProtectedRelation *rel,
								const WddProtectedColumn *column, Oid type, Datum key);

/* Write what was offered. */
extern void wdd_provision_flush(WddExecution *execution);

#endif							/* WDD_PROVISION_H */
