/* Floor: core.  Blocks of many sizes, named by 32-bit references; a block given back is reused for the next of its size. */
#ifndef CDI_CORE_ARENA_H
#define CDI_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CDI_ARENA_UNIT = 16,
    CDI_ARENA_CHUNK = 1024 * 1024,              /* also the largest block */
    CDI_ARENA_CLASSES = 64 + 4 * 10
};
#define CDI_ARENA_NONE 0u
#define CDI_ARENA_REFERENCES_MAX ((uint32_t)1 << 31)    /* references stay below: 32 GiB */

struct cdi_arena {
    char **chunks;
    size_t chunk_count, bytes_used;             /* in blocks handed out, as rounded */
    uint32_t bump, bump_end;                    /* units of the newest chunk not yet handed out */
    uint32_t free[CDI_ARENA_CLASSES];
};

/* All zero is an empty arena. */
void cdi_arena_free(struct cdi_arena *arena);
/* CDI_ARENA_NONE: no memory, or larger than a chunk. */
uint32_t cdi_arena_take(struct cdi_arena *arena, size_t size);
/* `size` as it was taken. */
void cdi_arena_give(struct cdi_arena *arena, uint32_t block, size_t size);
/* Much less is in it than it holds: whoever knows all of its blocks may move them into another, and free it.  What is moved is then
 * never more than what was given back since the last time. */
bool cdi_arena_sparse(const struct cdi_arena *arena);
uint32_t cdi_arena_move(const struct cdi_arena *from, uint32_t block, size_t size, struct cdi_arena *to);       /* the new block */
/* What a block of this size really holds. */
size_t cdi_arena_rounded(size_t size);

static inline void *cdi_arena_at(const struct cdi_arena *arena, uint32_t block)
{
    enum { UNITS = CDI_ARENA_CHUNK / CDI_ARENA_UNIT };
    return arena->chunks[block / UNITS] + (size_t)(block % UNITS) * CDI_ARENA_UNIT;
}

#endif
