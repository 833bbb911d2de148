#include "core/scratch.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

enum { CHUNK_SIZE = 64 * 1024 };

static struct cdi_scratch_chunk *chunk_create(size_t size)
{
    struct cdi_scratch_chunk *chunk = malloc(sizeof *chunk + size);
    CDI_ASSERT(chunk != NULL);
    chunk->next = NULL;
    chunk->size = size;
    return chunk;
}

/* The next chunk that is large enough; smaller ones on the way are left unused until the next reset. */
void cdi_scratch_next_chunk(struct cdi_scratch *scratch, size_t size)
{
    CDI_ASSERT(size <= SIZE_MAX / 2);
    size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    struct cdi_scratch_chunk **link = scratch->current == NULL ? &scratch->first : &scratch->current->next;
    while (*link != NULL && (*link)->size < size)
        link = &(*link)->next;
    if (*link == NULL)
        *link = chunk_create(size > CHUNK_SIZE ? size : CHUNK_SIZE);
    scratch->current = *link;
    scratch->used = 0;
}

struct cdi_text cdi_scratch_text(struct cdi_scratch *scratch, struct cdi_text text)
{
    if (!cdi_text_said(text))
        return CDI_TEXT_NONE;
    char *copy = cdi_scratch_take(scratch, text.size);
    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    return (struct cdi_text){ copy, text.size };
}

void cdi_scratch_reset(struct cdi_scratch *scratch)
{
    scratch->current = scratch->first;
    scratch->used = 0;
}

void cdi_scratch_free(struct cdi_scratch *scratch)
{
    for (struct cdi_scratch_chunk *chunk = scratch->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *scratch = CDI_SCRATCH_EMPTY;
}
