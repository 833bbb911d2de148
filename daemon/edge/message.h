/* Floor: edge.  One message as the broker gave it out. */
#ifndef CDI_EDGE_MESSAGE_H
#define CDI_EDGE_MESSAGE_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

struct cdi_message {
    enum cdi_feed feed;
    int32_t partition;
    int64_t offset;
    struct cdi_instant broker_time;             /* NONE: the message has none */
    bool producer_time;                         /* the broker's time is the producer's word (CreateTime) */
    struct cdi_text key, value;                 /* NONE: not there; a value of NONE is a tombstone */
    void *inside;                               /* the library's own */
};

/* Header `i` of the message in the order in which they were sent; false: there are no more.  A value may be NONE. */
bool cdi_message_header(const struct cdi_message *message, size_t i, struct cdi_text *name, struct cdi_text *value);

#endif
