/* Floor: core.  Blocks of many sizes, named by 32-bit references; a block given back is reused for the next of its size. */
#ifndef CDI_CORE_ARENA_H
#define CDI_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory comes in chunks of whole pieces: one at first, so that little is held where little is needed; an eighth of what there is
 * later, so that most of it lies in chunks that the host can map by huge pages. */
enum {
    CDI_ARENA_UNIT = 16,
    CDI_ARENA_PIECE = 256 * 1024,
    CDI_ARENA_BLOCK_MAX = 1024 * 1024,
    CDI_ARENA_CLASSES = 64 + 4 * 10
};
#define CDI_ARENA_NONE 0u
#define CDI_ARENA_REFERENCES_MAX ((uint32_t)1 << 31)    /* references stay below: 32 GiB */

struct cdi_arena_chunk;
struct cdi_arena {
    struct cdi_arena_chunk *chunks;             /* the newest first */
    char **pieces;
    size_t piece_count, bytes_used;             /* in blocks handed out, as rounded */
    uint32_t bump, bump_end;                    /* units of the newest chunk not yet handed out; there are none beyond */
    uint32_t free[CDI_ARENA_CLASSES];
};

/* All zero is an empty arena. */
void cdi_arena_free(struct cdi_arena *arena);
/* CDI_ARENA_NONE: no memory, or larger than a block may be. */
uint32_t cdi_arena_take(struct cdi_arena *arena, size_t size);
/* `size` as it was taken. */
void cdi_arena_give(struct cdi_arena *arena, uint32_t block, size_t size);
/* Much less is in it than it holds: whoever knows all of its blocks may move them into another, and free it.  What is moved is then
 * never more than what was given back since the last time. */
bool cdi_arena_sparse(const struct cdi_arena *arena);
uint32_t cdi_arena_move(const struct cdi_arena *from, uint32_t block, size_t size, struct cdi_arena *to);       /* the new block */
/* What a block of this size really holds. */
size_t cdi_arena_rounded(size_t size);
static inline size_t cdi_arena_bytes(const struct cdi_arena *arena) { return arena->piece_count * CDI_ARENA_PIECE; }

static inline void *cdi_arena_at(const struct cdi_arena *arena, uint32_t block)
{
    enum { UNITS = CDI_ARENA_PIECE / CDI_ARENA_UNIT };
    return arena->pieces[block / UNITS] + (size_t)(block % UNITS) * CDI_ARENA_UNIT;
}

/* The first `size` bytes will be read soon.  It may be a block that is no more. */
static inline void cdi_arena_fetch(const struct cdi_arena *arena, uint32_t block, size_t size)
{
    enum { LINE = 64 };
    for (size_t at = 0; block < arena->bump_end && at < size; at += LINE)
        __builtin_prefetch((const char *)cdi_arena_at(arena, block) + at);
}

#endif
