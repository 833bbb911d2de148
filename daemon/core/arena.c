#include "core/arena.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

enum { UNITS = CDI_ARENA_CHUNK / CDI_ARENA_UNIT, FINE = 64 };

/* Up to 1 KiB a class each 16 bytes; above, four classes a doubling. */
static unsigned class_of(size_t size, size_t *rounded)
{
    size_t units = size == 0 ? 1 : (size + CDI_ARENA_UNIT - 1) / CDI_ARENA_UNIT;
    if (units <= FINE) {
        *rounded = units * CDI_ARENA_UNIT;
        return (unsigned)units - 1;
    }
    unsigned class = FINE;
    for (size_t low = FINE;; low *= 2)
        for (size_t step = 1; step <= 4; step++, class++)
            if (units <= low + low * step / 4) {
                *rounded = (low + low * step / 4) * CDI_ARENA_UNIT;
                return class;
            }
}

size_t cdi_arena_rounded(size_t size)
{
    size_t rounded;
    class_of(size, &rounded);
    return rounded;
}

static void block_link(struct cdi_arena *arena, uint32_t block, unsigned class)
{
    memcpy(cdi_arena_at(arena, block), &arena->free[class], sizeof(uint32_t));
    arena->free[class] = block;
}

/* What is left of the newest chunk becomes free blocks of up to 1 KiB. */
static void leave_rest(struct cdi_arena *arena)
{
    while (arena->bump < arena->bump_end) {
        uint32_t units = arena->bump_end - arena->bump < FINE ? arena->bump_end - arena->bump : FINE;
        block_link(arena, arena->bump, units - 1);
        arena->bump += units;
    }
}

static int chunk_add(struct cdi_arena *arena)
{
    if ((arena->chunk_count + 1) * UNITS > CDI_ARENA_REFERENCES_MAX)
        return 0;
    char **chunks = realloc(arena->chunks, (arena->chunk_count + 1) * sizeof *chunks);
    if (chunks == NULL)
        return 0;
    arena->chunks = chunks;
    char *chunk = malloc(CDI_ARENA_CHUNK);
    if (chunk == NULL)
        return 0;
    leave_rest(arena);
    chunks[arena->chunk_count] = chunk;
    arena->bump = (uint32_t)arena->chunk_count * UNITS;
    arena->bump_end = arena->bump + UNITS;
    if (arena->chunk_count == 0)
        arena->bump++;                                  /* reference 0 is NONE */
    arena->chunk_count++;
    return 1;
}

uint32_t cdi_arena_take(struct cdi_arena *arena, size_t size)
{
    if (size > CDI_ARENA_CHUNK)
        return CDI_ARENA_NONE;
    size_t rounded;
    unsigned class = class_of(size, &rounded);
    uint32_t units = (uint32_t)(rounded / CDI_ARENA_UNIT), block = arena->free[class];
    if (block != CDI_ARENA_NONE) {
        memcpy(&arena->free[class], cdi_arena_at(arena, block), sizeof(uint32_t));
    } else {
        /* The first chunk lacks one unit, so a block as large as a chunk may need another. */
        for (int tries = 0; arena->bump_end - arena->bump < units; tries++)
            if (tries == 2 || !chunk_add(arena))
                return CDI_ARENA_NONE;
        block = arena->bump;
        arena->bump += units;
    }
    arena->bytes_used += rounded;
    return block;
}

void cdi_arena_give(struct cdi_arena *arena, uint32_t block, size_t size)
{
    if (block == CDI_ARENA_NONE)
        return;
    size_t rounded;
    unsigned class = class_of(size, &rounded);
    block_link(arena, block, class);
    arena->bytes_used -= rounded;
}

bool cdi_arena_sparse(const struct cdi_arena *arena)
{
    enum { CHUNKS_KEPT = 2 };
    if (arena->bytes_used == 0)
        return arena->chunk_count != 0;
    return arena->chunk_count > CHUNKS_KEPT && arena->bytes_used <= arena->chunk_count * CDI_ARENA_CHUNK / 2;
}

uint32_t cdi_arena_move(const struct cdi_arena *from, uint32_t block, size_t size, struct cdi_arena *to)
{
    uint32_t moved = cdi_arena_take(to, size);
    CDI_ASSERT(moved != CDI_ARENA_NONE);        /* much more is given back right after: else there is no memory at all */
    memcpy(cdi_arena_at(to, moved), cdi_arena_at(from, block), size);
    return moved;
}

void cdi_arena_free(struct cdi_arena *arena)
{
    for (size_t i = 0; i < arena->chunk_count; i++)
        free(arena->chunks[i]);
    free(arena->chunks);
    memset(arena, 0, sizeof *arena);
}
