/* Floor: edge.  All it takes to read messages and judge them: the tables, a source table and a decoder for each feed, the key.
 * Loaded whole or not at all, so that a reload that fails leaves the old one in use. */
#ifndef CDI_EDGE_READING_H
#define CDI_EDGE_READING_H

#include "codec/decode.h"
#include "edge/config.h"

struct cdi_reading {
    struct cdi_rulebook *rulebook;
    struct cdi_source *sources[CDI_FEED_COUNT];
    struct cdi_tokeniser *tokeniser;
    struct cdi_decoder *decoders[CDI_FEED_COUNT];
};

/* NULL on failure: every problem was complained of. */
struct cdi_reading *cdi_reading_load(const struct cdi_config *config, cdi_complaint complain, void *context, struct cdi_error *err);
void cdi_reading_destroy(struct cdi_reading *reading);

#endif
