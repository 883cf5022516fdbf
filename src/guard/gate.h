/*
 * gate.h
 *		May the session's purpose use these columns at all?
 *
 * Decided once per execution, before the first row and for an empty result
 * too.  What a person says about it is the row check's question.
 */
#ifndef WDD_GATE_H
#define WDD_GATE_H

#include "postgres.h"

#include "catalog/label_cache.h"

/* What a statement acts as: captured when it starts, and then fixed. */
typedef struct WddActing
{
	int16		purpose_id;		/* 0: none that exists */
	char	   *purpose_name;	/* as stated; NULL: none stated */
	Oid			stated_by;
	bool		granted;
	bool		lacks_case_reference;
	bool		aggregate_only;
	bool		on_every_label;
	bool		refusable;		/* persons are asked */
	bool		silence_permits;
	bool		every_row;		/* backup, restore, replication, broken glass */
	bool		glass_broken;
	bool		self;
	char	   *subject;		/* wdd_privacy.subject, for self */
} WddActing;

/* Capture what the session states now, into CurrentMemoryContext. */
extern void wdd_acting_now(WddActing *acting);

/*
 * May the session see data in a form that no row check reaches: samples,
 * stored bytes?  Purposes backup and replication may, and a broken glass.
 */
extern bool wdd_sees_stored_form(void);

typedef enum WddVerdict
{
	WDD_LISTED,					/* the purpose stands on the column's label */
	WDD_NOT_LISTED				/* it does not, and every value is masked */
} WddVerdict;

/*
 * Raise 42501 (or 42704 for a purpose that does not exist) unless acting may
 * use the relation, and the column if one is given.
 */
extern void wdd_gate_relation(const WddActing *acting, const WddProtectedRelation *rel);
extern WddVerdict wdd_gate_column(const WddActing *acting, const WddProtectedRelation *rel,
								  const WddProtectedColumn *column);

/*
 * Purpose restore loads a dump: it stores, and shows nothing.  What it selects
 * into a materialized view is part of the dump.
 */
extern void wdd_refuse_reading_under_restore(const WddProtectedRelation *rel,
											 const WddProtectedColumn *column);

/* Is the purpose on the column's label?  For row checks; raises nothing. */
extern bool wdd_column_lists(const WddActing *acting, const WddProtectedColumn *column);

#endif							/* WDD_GATE_H */
