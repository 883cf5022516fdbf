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
#include "utils/resowner.h"

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

/* No memory, a full file system, or a limit of the process. */
static bool
is_shortage(int sqlerrcode)
{
	return ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_INSUFFICIENT_RESOURCES;
}

/*
 * dsm_create(), with its error caught.  What that leaves in the resource owner
 * goes with one of its own.
 */
static dsm_segment *
try_to_create(Size size)
{
	MemoryContext context = CurrentMemoryContext;
	dsm_segment *volatile segment = NULL;

	PG_TRY();
	{
		segment = dsm_create(size, DSM_CREATE_NULL_IF_MAXSEGMENTS);
		if (segment != NULL)
			dsm_pin_mapping(segment);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (!is_shortage(error->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		ereport(LOG,
				(errcode(error->sqlerrcode),
				 errmsg("no room for %zu bytes of consents in dynamic shared memory", size),
				 errdetail("The session keeps a copy of its own. The system said: %s", error->message)));
		FreeErrorData(error);
	}
	PG_END_TRY();
	return segment;
}

dsm_segment *
wdd_set_segment_create(Size size)
{
	ResourceOwner save = CurrentResourceOwner;
	ResourceOwner attempt = ResourceOwnerCreate(save, "wdd consent segment");
	dsm_segment *segment;

	CurrentResourceOwner = attempt;
	segment = try_to_create(size);
	CurrentResourceOwner = save;
	ResourceOwnerRelease(attempt, RESOURCE_RELEASE_BEFORE_LOCKS, false, false);
	ResourceOwnerRelease(attempt, RESOURCE_RELEASE_LOCKS, false, false);
	ResourceOwnerRelease(attempt, RESOURCE_RELEASE_AFTER_LOCKS, false, false);
	ResourceOwnerDelete(attempt);
	if (segment != NULL)
		dsm_unpin_mapping(segment);
	return segment;
}

WddSetMemory *
wdd_set_memory_create(WddSetBuilder *builder, bool as_segment)
{
	Size		size = wdd_set_builder_size(builder);
	dsm_segment *segment = as_segment ? wdd_set_segment_create(size) : NULL;
	MemoryContext context;
	WddSetMemory *memory;

	if (segment != NULL)
	{
		wdd_set_builder_finish(builder, dsm_segment_address(segment));
		return describe_segment(segment);
	}

	context = AllocSetContextCreate(CurrentMemoryContext, "wdd consent set",
									ALLOCSET_SMALL_SIZES);
	memory = MemoryContextAllocZero(context, sizeof(WddSetMemory));
	memory->context = context;
	memory->users = 1;
	memory->set = wdd_set_builder_finish(builder, (void *)
										 TYPEALIGN(PG_CACHE_LINE_SIZE,
												   MemoryContextAllocHuge(context, size + PG_CACHE_LINE_SIZE)));
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
