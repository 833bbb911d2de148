/* Floor: commands.  Times as people give them: local, Europe/London. */
#ifndef CDI_COMMANDS_TIMES_H
#define CDI_COMMANDS_TIMES_H

#include "codec/time_words.h"

/* "2026-11-05T08:00:00Z", "2026-11-05T08:00:00" (local) or "2026-11-05" (the end of that local day), as the value of option
 * `name`; false: said what is wrong. */
bool cdi_time_argument(const char *name, const char *text, struct cdi_instant *at);

#endif
