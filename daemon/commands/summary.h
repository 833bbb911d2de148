/* Floor: commands.  What a replay found, in figures on stderr: the shares and lags that inspectors ask for, by category. */
#ifndef CDI_COMMANDS_SUMMARY_H
#define CDI_COMMANDS_SUMMARY_H

#include "cdiwatch/alert.h"
#include "cdiwatch/error.h"
#include "cdiwatch/tables.h"

struct cdi_summary_lags { int64_t *ms; size_t count, room; };

/* Begin with all zero. */
struct cdi_summary {
    uint64_t states[CDI_STATE_COUNT], stages[CDI_STAGE_COUNT];
    struct cdi_summary_category {
        uint64_t reports;                       /* answered by a crime, or past the deadline and neither answered nor cleared */
        uint64_t recorded, in_time, same_day;
        struct cdi_summary_lags lags;           /* receipt to the recording of the last crime that was due */
    } categories[CDI_CATEGORY_COUNT];
};

/* false: no memory. */
bool cdi_summary_take(struct cdi_summary *summary, const struct cdi_tables *tables, const struct cdi_alert *alert,
                      struct cdi_instant judge_time);
void cdi_summary_say(struct cdi_summary *summary);
void cdi_summary_release(struct cdi_summary *summary);

#endif
