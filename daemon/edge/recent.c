#include "edge/recent.h"

#include <stdlib.h>
#include <string.h>

static struct cdi_recent_force *force_for(struct cdi_recent *recent, struct cdi_text force, int32_t today)
{
    for (size_t i = 0; i < recent->count; i++)
        if (cdi_text_is(force, recent->forces[i].force))
            return &recent->forces[i];
    if (recent->forces == NULL)
        recent->forces = calloc(CDI_RECENT_FORCES, sizeof *recent->forces);
    if (recent->forces == NULL || recent->count == CDI_RECENT_FORCES || force.size > CDI_FORCE_MAX) {
        recent->more = true;
        return NULL;
    }
    struct cdi_recent_force *added = &recent->forces[recent->count++];
    memcpy(added->force, force.at, force.size);
    added->today = today;
    return added;
}

void cdi_recent_add(struct cdi_recent *recent, struct cdi_text force, const struct cdi_tally *tally, int32_t today)
{
    int64_t ago = (int64_t)today - tally->day;
    struct cdi_recent_force *of = ago < 0 || ago >= CDI_RECENT_DAYS ? NULL : force_for(recent, force, today);
    for (uint32_t i = 0; of != NULL && i < tally->row_count; i++) {
        const struct cdi_tally_row *row = &tally->rows[i];
        if (row->key.of != CDI_TALLY_OF_REPORTS || row->key.category >= CDI_CATEGORY_COUNT)
            continue;
        for (unsigned count = 0; count < CDI_TALLY_COUNTS; count++)
            of->counts[ago][row->key.category][count] += cdi_tally_count(row, count);
    }
}

void cdi_recent_free(struct cdi_recent *recent)
{
    free(recent->forces);
    *recent = (struct cdi_recent){ .forces = NULL };
}
