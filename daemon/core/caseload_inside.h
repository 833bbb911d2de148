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

static inline size_t table_start(const struct kind *kind, uint32_t tag) { return cdi_share(tag, kind->capacity); }
static inline size_t table_next(const struct kind *kind, size_t at) { return cdi_table_next(at, kind->capacity); }

/* A slot will be read soon; a quarter of them lie in two lines. */
static inline void slot_fetch(const struct slot *slot)
{
    __builtin_prefetch(slot);
    __builtin_prefetch((const char *)(slot + 1) - 1);
}

/* A packed case will be read soon: as much of it as most have, for what is fetched in vain is in the way of others. */
static inline void case_fetch(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t block)
{
    static const uint16_t most[CDI_CASE_KIND_COUNT] = { [CDI_CASE_INCIDENT] = 256, [CDI_CASE_CRIME] = 128, [CDI_CASE_WAITING] = 64 };
    cdi_arena_fetch(&load->arena, block, most[kind]);
}

/* caseload.c: under what the table has it. */
uint32_t cdi_caseload_tag(enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference);
/* caseload_ahead.c: what will be taken from the queue soon is fetched. */
void cdi_caseload_look_ahead(const struct cdi_caseload *load, enum cdi_queue queue);
/* caseload.c, for caseload_tidy.c: smaller, if it has become much too large. */
void cdi_caseload_tidy_table(struct kind *kind);

#endif
