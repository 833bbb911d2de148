/* Floor: commands.  What a replay found, in figures on stderr: how its reports stand, and the tallies of all days summed up by category. */
#ifndef CDI_COMMANDS_FIGURES_H
#define CDI_COMMANDS_FIGURES_H

#include "cdiwatch/alert.h"
#include "cdiwatch/tally.h"

/* Begin with all zero. */
struct cdi_figures {
    uint64_t states[CDI_STATE_COUNT], stages[CDI_STAGE_COUNT];
    struct cdi_tally sum;
};

void cdi_figures_take(struct cdi_figures *figures, const struct cdi_alert *alert);
void cdi_figures_add(struct cdi_figures *figures, const struct cdi_tally *tally);
void cdi_figures_say(const struct cdi_figures *figures);
void cdi_figures_release(struct cdi_figures *figures);

#endif
