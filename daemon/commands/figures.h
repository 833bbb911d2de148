/* Floor: commands.  What a replay found, in figures on stderr: the shares and lags that inspectors ask for, by category. */
#ifndef CDI_COMMANDS_FIGURES_H
#define CDI_COMMANDS_FIGURES_H

#include "cdiwatch/alert.h"
#include "cdiwatch/error.h"
#include "cdiwatch/tables.h"

struct cdi_figures_lags { int64_t *ms; size_t count, room; };

/* Begin with all zero. */
struct cdi_figures {
    uint64_t states[CDI_STATE_COUNT], stages[CDI_STAGE_COUNT];
    struct cdi_figures_category {
        uint64_t reports;                       /* answered by a crime, or past the deadline and neither answered nor cleared */
        uint64_t recorded, in_time, same_day;
        struct cdi_figures_lags lags;           /* receipt to the recording of the last crime that was due */
    } categories[CDI_CATEGORY_COUNT];
};

/* false: no memory. */
bool cdi_figures_take(struct cdi_figures *figures, const struct cdi_tables *tables, const struct cdi_alert *alert,
                      struct cdi_instant judge_time);
void cdi_figures_say(struct cdi_figures *figures);
void cdi_figures_release(struct cdi_figures *figures);

#endif
