/* Floor: edge.  What the reports that a force received today and yesterday have come to so far: the last two local days of its tallies, summed
 * up, for who looks on.  Of the forces that this instance judges. */
#ifndef CDI_EDGE_RECENT_H
#define CDI_EDGE_RECENT_H

#include "cdiwatch/record.h"
#include "cdiwatch/tally.h"

enum { CDI_RECENT_FORCES = 64, CDI_RECENT_DAYS = 2 };

struct cdi_recent_force {
    char force[CDI_FORCE_MAX + 1];
    int32_t today;                              /* by the judge time of its shard */
    uint64_t counts[CDI_RECENT_DAYS][CDI_CATEGORY_COUNT][CDI_TALLY_COUNTS];     /* today, then yesterday */
};
/* Begin with all zero.  `more`: of further forces nothing is said. */
struct cdi_recent { struct cdi_recent_force *forces; size_t count; bool more; };

/* Adds the reports of the tally, if it is of one of these days; a force is known from then on.  Without memory it is one of the others. */
void cdi_recent_add(struct cdi_recent *recent, struct cdi_text force, const struct cdi_tally *tally, int32_t today);
void cdi_recent_free(struct cdi_recent *recent);

#endif
