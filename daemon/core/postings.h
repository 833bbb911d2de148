/* Floor: core.  A multimap of 32-bit keys to handles: most keys have one handle, which then costs eight bytes; the others a
 * list ordered by (when, handle), so that a window of time is found by halving. */
#ifndef CDI_CORE_POSTINGS_H
#define CDI_CORE_POSTINGS_H

#include <stdbool.h>

#include "core/arena.h"

struct cdi_posting_slot { uint32_t key, value; };

struct cdi_postings {
    struct cdi_posting_slot *slots;
    size_t capacity, used;
    struct cdi_arena *arena;                    /* of the lists; borrowed */
    uint32_t (*when)(const void *context, uint32_t handle);     /* a handle's time must not change while it is posted */
    const void *context;
};

enum cdi_posted { CDI_POSTED, CDI_POSTED_CROWDED, CDI_POSTED_NO_MEMORY };

/* Posts a handle under a key where it is not yet; at most `most` under one key. */
enum cdi_posted cdi_postings_add(struct cdi_postings *postings, uint32_t key, uint32_t handle, uint32_t most);
void cdi_postings_remove(struct cdi_postings *postings, uint32_t key, uint32_t handle);
/* Tables by hash grow by a seventh when six sevenths full, so that memory follows what is held; a hash's place is its share
 * of the capacity. */
static inline size_t cdi_share(uint32_t hash, size_t capacity) { return (size_t)((uint64_t)hash * capacity >> 32); }
static inline bool cdi_table_full(size_t used, size_t capacity) { return (used + 1) * 7 > capacity * 6; }
static inline size_t cdi_table_larger(size_t capacity) { return capacity + capacity / 7 + 64; }
static inline size_t cdi_table_next(size_t at, size_t capacity) { return at + 1 == capacity ? 0 : at + 1; }
static inline size_t cdi_table_fits(size_t used) { return cdi_table_larger(used + used / 6); }     /* and is not full at once */
/* How far `to` is behind `from`, going round. */
static inline size_t cdi_table_distance(size_t from, size_t to, size_t capacity)
{
    return to >= from ? to - from : to + capacity - from;
}

/* The handles under a key whose time is within [from, to], in order of (when, handle); borrowed until the next change. */
size_t cdi_postings_find(const struct cdi_postings *postings, uint32_t key, uint32_t from, uint32_t to,
                         const uint32_t **handles);
/* It will be sought soon: keys lie all over memory, and many can be on their way at once. */
void cdi_postings_fetch(const struct cdi_postings *postings, uint32_t key);
/* Smaller, if it has become much too large; and its lists copied into another arena, which takes the place of
 * the one it borrows. */
void cdi_postings_tidy(struct cdi_postings *postings);
void cdi_postings_move(struct cdi_postings *postings, struct cdi_arena *to);
void cdi_postings_free(struct cdi_postings *postings);

#endif
