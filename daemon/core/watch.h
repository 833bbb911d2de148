/* Floor: core.  Which watches hold of a report, or of a log in which nothing is likely (watches.csv; R22 "watches may still flag
 * it").  What the signs of the log say of it as a whole is on the document of its first report; a watch on a family of crimes is on
 * that of the report that discloses one.  No watch makes a crime due, and none is a stage. */
#ifndef CDI_CORE_WATCH_H
#define CDI_CORE_WATCH_H

#include "core/scratch.h"
#include "core/signs.h"

/* One report, or the log where nothing is disclosed. */
struct cdi_watched_report {
    const struct cdi_disclosed *disclosed;
    bool first;
    uint32_t own;                               /* of the signs recorded, cleared and endorsed those of this very report */
    struct cdi_instant checked_at[CDI_WATCHES_MAX];     /* by the rule's place: when somebody last said, by a mark, that he has
                                                           looked at it; NONE */
};

/* `timed` is step 6's: gets what passing time changes here, and the mark `unsure` where an end may not have been heard of yet (`sure`
 * as in core/stage.h).  What holds is in the scratch. */
void cdi_watch(const struct cdi_tables *tables, const struct cdi_signs *signs, const struct cdi_watched_report *report,
               struct cdi_instant now, struct cdi_instant sure, struct cdi_scratch *scratch, struct cdi_watched *watched,
               struct cdi_timed *timed);

#endif
