/* Floor: commands.  Refused rows: the first few of each reason are said at once, the rest are counted. */
#ifndef CDI_COMMANDS_REFUSALS_H
#define CDI_COMMANDS_REFUSALS_H

#include <stdint.h>

#include "cdiwatch/error.h"
#include "cdiwatch/vocabulary.h"

enum { CDI_REFUSALS_SAID = 3 };                 /* of each reason */

struct cdi_refusals {
    uint64_t reasons[CDI_ERROR_COUNT], feeds[CDI_FEED_COUNT], count;
};

/* A cdi_refused of edge/exports.h; the context is a struct cdi_refusals. */
void cdi_refusals_take(void *context, enum cdi_feed feed, const struct cdi_error *problem);

/* "7 rows refused: 5 wrong_type, 2 bad_time", and what follows from it; nothing if there were none. */
void cdi_refusals_say(const struct cdi_refusals *refusals);

#endif
