/* Where the memory is, and how it goes back when much less is held than was once: handles, tables and blocks.  Each is worth it only
 * where half or more is empty, so that what is moved is never more than what was dropped since the last time. */
#include <stdlib.h>
#include <string.h>

#include "core/caseload_inside.h"

enum { QUEUE_KEPT = 1024 };

static bool is_free(const struct kind *kind, uint32_t handle) { return slot_at(kind, handle)->size == 0; }

/* Free handles are given out lowest first from now on, so that the pages at the end empty in time; those that are, go. */
static void tidy_handles(struct kind *kind)
{
    uint32_t bound = kind->bound;
    if (kind->count > bound / 2)
        return;
    while (bound > 0 && is_free(kind, bound - 1))
        bound--;
    uint32_t pages = (kind->bound + PAGE_CASES - 1) / PAGE_CASES, kept = (bound + PAGE_CASES - 1) / PAGE_CASES;
    for (uint32_t page = kept; page < pages; page++)
        free(kind->pages[page]);
    kind->bound = bound;
    kind->free = CDI_HANDLE_NONE;
    for (uint32_t handle = bound; handle-- > 0;)
        if (is_free(kind, handle)) {
            slot_at(kind, handle)->block = kind->free;
            kind->free = handle;
        }
}

static void tidy_arena(struct cdi_caseload *load)
{
    struct cdi_arena *arena = &load->arena, fresh = { .chunks = NULL };
    if (!cdi_arena_sparse(arena))
        return;
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++) {
        struct kind *kind = &load->kinds[i];
        for (uint32_t handle = 0; handle < kind->bound; handle++) {
            struct slot *slot = slot_at(kind, handle);
            if (slot->size != 0)
                slot->block = cdi_arena_move(arena, slot->block, slot->size, &fresh);
        }
        cdi_postings_move(&kind->postings, &fresh);
    }
    cdi_arena_free(arena);
    *arena = fresh;
}

static void tidy_queue(struct queue *queue)
{
    if (queue->count != 0 || queue->capacity <= QUEUE_KEPT)
        return;
    free(queue->items);
    *queue = (struct queue){ .items = NULL };
}

uint32_t cdi_caseload_tidy(struct cdi_caseload *load)
{
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++) {
        tidy_handles(&load->kinds[i]);
        cdi_caseload_tidy_table(&load->kinds[i]);
        cdi_postings_tidy(&load->kinds[i].postings);
    }
    tidy_arena(load);
    for (size_t i = 0; i < CDI_QUEUE_COUNT; i++)
        tidy_queue(&load->queues[i]);
    return load->kinds[CDI_CASE_INCIDENT].bound;
}

struct cdi_caseload_account cdi_caseload_account(const struct cdi_caseload *load)
{
    struct cdi_caseload_account account = { .packed_bytes = load->packed_bytes, .crowded = load->crowded, .cut = load->cut };
    account.arena_bytes = cdi_arena_bytes(&load->arena);
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++) {
        const struct kind *kind = &load->kinds[i];
        account.case_bytes += (kind->bound + PAGE_CASES - 1) / PAGE_CASES * PAGE_CASES * sizeof(struct slot);
        account.table_bytes += kind->capacity * sizeof *kind->table;
        account.posting_bytes += kind->postings.capacity * sizeof *kind->postings.slots;
    }
    for (size_t i = 0; i < CDI_QUEUE_COUNT; i++)
        account.queue_bytes += load->queues[i].capacity * sizeof *load->queues[i].items;
    return account;
}
