/* Floor: commands.  Times as people give and read them: local, Europe/London. */
#ifndef CDI_COMMANDS_TIMES_H
#define CDI_COMMANDS_TIMES_H

#include "cdiwatch/instant.h"

/* "2026-11-05T08:00:00Z", "2026-11-05T08:00:00" (local) or "2026-11-05" (the end of that local day), as the value of option
 * `name`; false: said what is wrong. */
bool cdi_time_argument(const char *name, const char *text, struct cdi_instant *at);

enum { CDI_TIME_TEXT_SIZE = 48 };
/* "Wed 4 Nov 2026 21:14", local; "-" if not said. */
const char *cdi_time_text(struct cdi_instant at, char out[CDI_TIME_TEXT_SIZE]);
/* "3 h 12 min", "2 days 4 h", "less than a minute"; of a span that is not negative. */
const char *cdi_span_text(struct cdi_span span, char out[CDI_TIME_TEXT_SIZE]);

#endif
