/* Floor: core.  Tallies as they are kept: a cell for each force, area and day, to which cases add what they count for and from
 * which they take it again.  What a case counts for ("contribution") is a function of its judgement, packed small and remembered
 * with the case: judged again, the old bytes are taken off and the new ones added, so that nothing counts twice, whatever is
 * restarted, judged again or dropped.  A case that is dropped takes nothing off.
 *
 * The counts are a function of what was added and not taken off, in any order, but for words beyond the bounds below: those that
 * came first are told apart, all others count as "other". */
#ifndef CDI_CORE_TALLY_H
#define CDI_CORE_TALLY_H

#include "cdiwatch/error.h"
#include "cdiwatch/tally.h"
#include "core/scratch.h"

enum {
    CDI_TALLY_DAYS = 62,                        /* a cell is kept until its day lies so far back; then its last document stands */
    CDI_TALLY_WORDS_MAX = 16,                   /* channels, and sources, told apart in one cell */
    CDI_TALLY_AREAS_MAX = 64,                   /* areas told apart of one force and day */
    CDI_TALLY_PARTS_MAX = 64,                   /* of one item of a contribution */
    CDI_TALLY_ITEMS_MAX = 64,                   /* of one contribution */
    CDI_TALLY_TAKEN_MAX = 12 * 24               /* the same: crimes that answer the reports of one log */
};
#define CDI_TALLY_OTHER CDI_TEXT("other")

/* ---- contributions ---- */

/* One row to which a case adds. */
struct cdi_tally_item {
    struct cdi_text area;
    int32_t day;
    struct cdi_tally_key key;
    struct cdi_tally_part parts[CDI_TALLY_PARTS_MAX];   /* by slot */
    uint32_t part_count;
};
void cdi_tally_item_add(struct cdi_tally_item *item, unsigned slot, uint32_t count);    /* 0 adds nothing */

/* All that a case counts for; and the crimes that its reports take by their likeness, so that those have a log. */
struct cdi_contribution {
    const struct cdi_tally_item *items;
    const struct cdi_text *taken;               /* references, sorted, each once */
    size_t item_count, taken_count;
};
/* In the scratch; NONE: it counts for nothing. */
struct cdi_text cdi_contribution_pack(const struct cdi_contribution *from, struct cdi_scratch *scratch);
/* The references, borrowed from `packed`; `taken` has room for CDI_TALLY_TAKEN_MAX. */
size_t cdi_contribution_taken(struct cdi_text packed, struct cdi_text *taken);
/* False: not our bytes.  A case is looked at when it is restored, so that nothing can fail later. */
bool cdi_contribution_valid(struct cdi_text packed);

/* ---- cells ---- */

struct cdi_tallies;

/* `days`: how far back cells are kept, 0: CDI_TALLY_DAYS.  NULL: no memory. */
struct cdi_tallies *cdi_tallies_create(uint32_t days);
void cdi_tallies_destroy(struct cdi_tallies *tallies);

/* From then on, what lies further back is left alone: its cells are given up, and what cases count for there goes nowhere.  What
 * was borrowed is gone. */
void cdi_tallies_today(struct cdi_tallies *tallies, int32_t day);

/* Takes `before` off and adds `after` (packed; NONE: nothing).  Without memory the program stops. */
void cdi_tallies_move(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text before, struct cdi_text after);

/* The next cell that changed since its document was made: with another version, and at this time.  NULL: there is none.  Borrowed
 * until the next move or cdi_tallies_today(). */
const struct cdi_tally *cdi_tallies_next_document(struct cdi_tallies *tallies, struct cdi_instant time);
bool cdi_tallies_any_document(const struct cdi_tallies *tallies);
/* The next cell whose state record must be written: its reference in the scratch ("AREA/DAY"), its bytes (NONE: it is given up). */
bool cdi_tallies_next_state(struct cdi_tallies *tallies, struct cdi_text *force, struct cdi_text *reference, struct cdi_text *packed,
                            struct cdi_scratch *scratch);
/* "AREA/DAY": what follows "FORCE/tally/" in the keys of state records and documents; an area may have slashes, or be empty: then it
 * is NONE.  Borrowed. */
bool cdi_tally_read_reference(struct cdi_text reference, struct cdi_text *area, int32_t *day);
bool cdi_tallies_any_state(const struct cdi_tallies *tallies);
/* A state record as it was given out; an empty one: given up. */
bool cdi_tallies_restore(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text reference, struct cdi_text packed,
                         struct cdi_error *err);

/* In order of (force, area, day). */
void cdi_tallies_each(const struct cdi_tallies *tallies, bool (*visit)(void *context, const struct cdi_tally *tally), void *context);
size_t cdi_tallies_bytes(const struct cdi_tallies *tallies);

#endif
