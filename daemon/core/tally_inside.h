/* Floor: core.  What tally.c and tally_pack.c share; nobody else includes it. */
#ifndef CDI_CORE_TALLY_INSIDE_H
#define CDI_CORE_TALLY_INSIDE_H

#include "core/pack.h"
#include "core/tally.h"

/* Words that a cell tells apart, each its own copy.  What is in the set stays in it as long as the cell, so that what was counted
 * under a word is taken off under it. */
struct cdi_tally_words { struct cdi_text words[CDI_TALLY_WORDS_MAX]; uint8_t count; };

struct cdi_tally_cell {
    struct cdi_tally tally;                     /* force and area are the cell's own copies, the rows' words those below */
    struct cdi_tally_words channels, sources;
    size_t bytes;                               /* of memory, when its state was written last */
    bool document_due;                          /* changed since its document was made; part of the state: a document that a
                                                   flood put off must not be forgotten by a restart */
    bool state_due, given_up;
};

/* The word as the cell holds it: NONE where not said, CDI_TALLY_OTHER where there is no room for another. */
struct cdi_text cdi_tally_words_hold(struct cdi_tally_words *words, struct cdi_text word);

/* One item of a contribution, read from the front; false: none is left, or (r->failed) these are not our bytes. */
bool cdi_tally_next_item(struct cdi_reader *r, uint64_t *left, struct cdi_tally_item *item);

struct cdi_text cdi_tally_reference(const struct cdi_tally *tally, struct cdi_scratch *scratch);
struct cdi_text cdi_tally_pack_cell(const struct cdi_tally_cell *cell, struct cdi_scratch *scratch);
/* Into a cell that holds nothing but its force, area and day. */
bool cdi_tally_unpack_cell(struct cdi_text packed, struct cdi_tally_cell *cell, struct cdi_error *err);

#endif
