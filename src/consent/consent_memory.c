/*
 * consent_memory.c
 *		Sets in memory of this backend or in segments (see consent_memory.h).
 *
 * Mappings are taken out of their resource owner: what keeps them is the count
 * of users.  While a set is being written they are in it, so that an error or a
 * cancelled statement leaves nothing behind.
 */
#include "postgres.h"

#include "consent/consent_memory.h"
#include "utils/memutils.h"

static dlist_head mapped_segments = DLIST_STATIC_INIT(mapped_segments);

static WddSetMemory *
describe_segment(dsm_segment *segment)
{
	WddSetMemory *memory = MemoryContextAllocZero(CacheMemoryContext, sizeof(WddSetMemory));

	dsm_pin_mapping(segment);
	memory->set = dsm_segment_address(segment);
	memory->segment = segment;
	memory->users = 1;
	dlist_push_head(&mapped_segments, &memory->node);
	return memory;
}

WddSetMemory *
wdd_set_memory_create(WddSetBuilder *builder, bool as_segment)
{
	Size		size = wdd_set_builder_size(builder);
	MemoryContext context;
	WddSetMemory *memory;

	if (as_segment)
	{
		dsm_segment *segment = dsm_create(size, 0);

		wdd_set_builder_finish(builder, dsm_segment_address(segment));
		return describe_segment(segment);
	}

	context = AllocSetContextCreate(CurrentMemoryContext, "wdd consent set",
									ALLOCSET_SMALL_SIZES);
	memory = MemoryContextAllocZero(context, sizeof(WddSetMemory));
	memory->context = context;
	memory->users = 1;
	memory->set = wdd_set_builder_finish(builder, MemoryContextAllocHuge(context, size));
	MemoryContextSetParent(context, CacheMemoryContext);
	return memory;
}

WddSetMemory *
wdd_set_memory_attach(dsm_handle handle)
{
	dlist_iter	iter;
	dsm_segment *segment;

	dlist_foreach(iter, &mapped_segments)
	{
		WddSetMemory *memory = dlist_container(WddSetMemory, node, iter.cur);

		if (dsm_segment_handle(memory->segment) == handle)
			return wdd_set_memory_retain(memory);
	}
	segment = dsm_attach(handle);
	return segment == NULL ? NULL : describe_segment(segment);
}

WddSetMemory *
wdd_set_memory_retain(WddSetMemory *memory)
{
	memory->users++;
	return memory;
}

void
wdd_set_memory_release(WddSetMemory *memory)
{
	Assert(memory->users > 0);
	if (--memory->users > 0)
		return;
	if (memory->segment == NULL)
		MemoryContextDelete(memory->context);
	else
	{
		dlist_delete(&memory->node);
		dsm_detach(memory->segment);
		pfree(memory);
	}
}
