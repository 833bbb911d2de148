/* Floor: codec.  Times as people read them: local, Europe/London. */
#ifndef CDI_CODEC_TIME_WORDS_H
#define CDI_CODEC_TIME_WORDS_H

#include "cdiwatch/instant.h"

enum { CDI_TIME_TEXT_SIZE = 48 };
/* "Wed 4 Nov 2026 21:14", local; "-" if not said. */
const char *cdi_time_text(struct cdi_instant at, char out[CDI_TIME_TEXT_SIZE]);
/* "3 h 12 min", "2 days 4 h", "less than a minute"; of a span that is not negative. */
const char *cdi_span_text(struct cdi_span span, char out[CDI_TIME_TEXT_SIZE]);

#endif
