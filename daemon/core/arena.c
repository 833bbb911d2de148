#include "core/arena.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

enum { UNITS = CDI_ARENA_PIECE / CDI_ARENA_UNIT, FINE = 64, SHARE = 8, CHUNK_PIECES_MAX = 64 };
enum { FIRST_UNIT = 1 };                        /* reference 0 is NONE */

struct cdi_arena_chunk { struct cdi_arena_chunk *next; max_align_t bytes[]; };

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

/* As many pieces as there should be more, at least those that a block of so many units needs. */
static size_t pieces_wanted(const struct cdi_arena *arena, uint32_t units)
{
    size_t wanted = arena->piece_count / SHARE, needed = (units + FIRST_UNIT + UNITS - 1) / UNITS;
    if (wanted > CHUNK_PIECES_MAX)
        wanted = CHUNK_PIECES_MAX;
    return wanted > needed ? wanted : needed;
}

static bool chunk_add(struct cdi_arena *arena, uint32_t units)
{
    size_t count = arena->piece_count, more = pieces_wanted(arena, units);
    if ((count + more) * UNITS > CDI_ARENA_REFERENCES_MAX)
        return false;
    char **pieces = realloc(arena->pieces, (count + more) * sizeof *pieces);
    if (pieces == NULL)
        return false;
    arena->pieces = pieces;
    struct cdi_arena_chunk *chunk = malloc(sizeof *chunk + more * CDI_ARENA_PIECE);
    if (chunk == NULL)
        return false;
    leave_rest(arena);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    for (size_t i = 0; i < more; i++)
        pieces[count + i] = (char *)chunk->bytes + i * CDI_ARENA_PIECE;
    arena->bump = count == 0 ? FIRST_UNIT : (uint32_t)count * UNITS;
    arena->bump_end = (uint32_t)(count + more) * UNITS;
    arena->piece_count += more;
    return true;
}

uint32_t cdi_arena_take(struct cdi_arena *arena, size_t size)
{
    if (size > CDI_ARENA_BLOCK_MAX)
        return CDI_ARENA_NONE;
    size_t rounded;
    unsigned class = class_of(size, &rounded);
    uint32_t units = (uint32_t)(rounded / CDI_ARENA_UNIT), block = arena->free[class];
    if (block != CDI_ARENA_NONE) {
        memcpy(&arena->free[class], cdi_arena_at(arena, block), sizeof(uint32_t));
    } else {
        if (arena->bump_end - arena->bump < units && !chunk_add(arena, units))
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
    enum { PIECES_KEPT = 8 };
    if (arena->bytes_used == 0)
        return arena->piece_count != 0;
    return arena->piece_count > PIECES_KEPT && arena->bytes_used <= cdi_arena_bytes(arena) / 2;
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
    for (struct cdi_arena_chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(arena->pieces);
    memset(arena, 0, sizeof *arena);
}
