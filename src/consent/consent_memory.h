/*
 * consent_memory.h
 *		The memory in which a set lies, as this backend sees it: allocated here,
 *		or a mapped segment of dynamic shared memory.  Counted, because a view
 *		may outlive the set's place in the store.
 */
#ifndef WDD_CONSENT_MEMORY_H
#define WDD_CONSENT_MEMORY_H

#include "postgres.h"

#include "consent/consent_set.h"
#include "lib/ilist.h"
#include "storage/dsm.h"

typedef struct WddSetMemory
{
	dlist_node	node;			/* in the list of mapped segments */
	WddConsentSet *set;
	dsm_segment *segment;		/* NULL: allocated in context */
	MemoryContext context;
	int			users;
} WddSetMemory;

/*
 * A new segment, in the current resource owner until it is pinned; NULL when
 * the system has no room for it.
 */
extern dsm_segment *wdd_set_segment_create(Size size);

/*
 * Write the builder's set; the caller is its first user.  Where a segment is
 * wanted and there is no room for one, the set is written into memory of this
 * backend.
 */
extern WddSetMemory *wdd_set_memory_create(WddSetBuilder *builder, bool as_segment);

/* Map a segment, or use the mapping there is.  NULL: it is gone. */
extern WddSetMemory *wdd_set_memory_attach(dsm_handle handle);

extern WddSetMemory *wdd_set_memory_retain(WddSetMemory *memory);
extern void wdd_set_memory_release(WddSetMemory *memory);

#endif							/* WDD_CONSENT_MEMORY_H */
