/* Floor: core.  Room for what lives as long as one step: taken piece by piece, given back all at once.  Pointers stay valid
 * until then, however much more is taken. */
#ifndef CDI_CORE_SCRATCH_H
#define CDI_CORE_SCRATCH_H

#include <stddef.h>

#include "cdiwatch/text.h"

struct cdi_scratch_chunk {
    struct cdi_scratch_chunk *next;
    size_t size;
    max_align_t bytes[];
};
struct cdi_scratch { struct cdi_scratch_chunk *first, *current; size_t used; };

#define CDI_SCRATCH_EMPTY ((struct cdi_scratch){ NULL, NULL, 0 })

void cdi_scratch_next_chunk(struct cdi_scratch *scratch, size_t size);

/* Aligned for any type, not cleared.  Never NULL: without memory the program stops. */
static inline void *cdi_scratch_take(struct cdi_scratch *scratch, size_t size)
{
    if (scratch->current == NULL || scratch->current->size - scratch->used < size)
        cdi_scratch_next_chunk(scratch, size);
    void *taken = (char *)scratch->current->bytes + scratch->used;
    scratch->used += (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
    return taken;
}
struct cdi_text cdi_scratch_text(struct cdi_scratch *scratch, struct cdi_text text);    /* a copy; NONE stays NONE */
void cdi_scratch_reset(struct cdi_scratch *scratch);    /* everything taken is gone; the memory is kept for reuse */
/* How far it was taken; rewound to there, only what was taken since is gone. */
struct cdi_scratch_mark { struct cdi_scratch_chunk *current; size_t used; };
static inline struct cdi_scratch_mark cdi_scratch_mark(const struct cdi_scratch *scratch)
{
    return (struct cdi_scratch_mark){ scratch->current, scratch->used };
}
static inline void cdi_scratch_rewind(struct cdi_scratch *scratch, struct cdi_scratch_mark mark)
{
    scratch->current = mark.current != NULL ? mark.current : scratch->first;
    scratch->used = mark.used;
}
void cdi_scratch_free(struct cdi_scratch *scratch);     /* gives the memory back; a scratch may be used again after it */

#endif
