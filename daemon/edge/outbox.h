/* Floor: edge.  What one transaction will publish: records for topics, in order, each copied in.  A state record put again
 * before the outbox is emptied replaces what it said before: it is written once a batch, however often it changed. */
#ifndef CDI_EDGE_OUTBOX_H
#define CDI_EDGE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/encode_deadletter.h"
#include "edge/topics.h"

struct cdi_outbox;

struct cdi_outbox_record {
    enum cdi_topic topic;
    struct cdi_text key, value;                                 /* NONE: null; a null value is a tombstone */
    const struct cdi_header *headers;
    size_t header_count;
};

/* NULL: no memory. */
struct cdi_outbox *cdi_outbox_create(void);
void cdi_outbox_destroy(struct cdi_outbox *outbox);

/* Each false: no memory; the outbox is as it was. */
bool cdi_outbox_add(struct cdi_outbox *outbox, const struct cdi_outbox_record *record);
/* The same for a topic of states, and for tallies: an earlier record of this topic and key in the outbox goes. */
bool cdi_outbox_replace(struct cdi_outbox *outbox, const struct cdi_outbox_record *record);

size_t cdi_outbox_count(const struct cdi_outbox *outbox);       /* records to write */
size_t cdi_outbox_bytes(const struct cdi_outbox *outbox);       /* memory used by what is in it, also by what was replaced */
size_t cdi_outbox_held(const struct cdi_outbox *outbox);        /* memory kept, also when empty */

/* In order, those that were replaced left out; borrowed until the outbox is emptied.  false: `i` is past the last slot; a
 * record whose key and value are NONE and topic is CDI_TOPIC_COUNT was replaced: pass it over. */
bool cdi_outbox_at(const struct cdi_outbox *outbox, size_t i, struct cdi_outbox_record *record);

void cdi_outbox_empty(struct cdi_outbox *outbox);               /* keeps its memory for the next batch */

#endif
