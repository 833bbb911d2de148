/* Floor: core.  Inside the caseload: for caseload*.c only. */
#ifndef CDI_CORE_CASELOAD_INSIDE_H
#define CDI_CORE_CASELOAD_INSIDE_H

#include "core/arena.h"
#include "core/caseload.h"
#include "core/keys.h"
#include "core/postings.h"

enum { PAGE_CASES = 4096 };

/* One case.  `size` 0: the handle is free, and `block` the next free one. */
struct slot {
    uint32_t block, size;
    uint32_t print, when;                       /* of the keys it is posted under */
    uint8_t queued;                             /* 1 << enum cdi_queue */
    uint16_t day;                               /* not to be looked at before, by who drops; 0 since it was last written */
};

/* Handles by the hash of force and reference: linear probing, as core/postings.  `block` is where the case was when it was sought
 * last, and mostly still is: it is fetched while its slot is on the way, so that whoever seeks it waits twice for the memory and not
 * three times.  Nothing else goes by it. */
struct table_slot { uint32_t tag, handle, block; };

struct kind {
    struct slot **pages;
    uint32_t bound, count, limit, free;         /* free: a chain of handles, HANDLE_NONE at its end */
    struct table_slot *table;
    size_t capacity;
    struct cdi_postings postings;
};

/* Two kinds of bits in 32: handle << 2 | kind. */
struct queue { uint32_t *items; size_t first, count, capacity; };
_Static_assert(CDI_CASE_KIND_COUNT <= 4, "a queued case's kind is two bits");

struct cdi_caseload {
    struct kind kinds[CDI_CASE_KIND_COUNT];
    struct queue queues[CDI_QUEUE_COUNT];
    struct cdi_arena arena;
    size_t packed_bytes;
    uint64_t crowded, cut;
    struct cdi_scratch scratch;                 /* of one store */
    struct cdi_keys before, after;
};

static inline struct slot *slot_at(const struct kind *kind, uint32_t handle)
{
    return &kind->pages[handle / PAGE_CASES][handle % PAGE_CASES];
}

/* caseload.c, for caseload_tidy.c: smaller, if it has become much too large. */
void cdi_caseload_tidy_table(struct kind *kind);

#endif
