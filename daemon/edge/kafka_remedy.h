/* Floor: edge.  What a failure of a transaction means for us: one function, one table, tested row by row. */
#ifndef CDI_EDGE_KAFKA_REMEDY_H
#define CDI_EDGE_KAFKA_REMEDY_H

#include <stdbool.h>

enum cdi_remedy {
    CDI_REMEDY_NONE,                            /* it went well */
    CDI_REMEDY_AGAIN,                           /* nothing is decided yet: the same call again */
    CDI_REMEDY_REDO,                            /* surely not committed: abort, and the same batch in a new transaction */
    CDI_REMEDY_RENEW,                           /* doubtful, or no longer ours: new session, restored from what is committed */
    CDI_REMEDY_STOP                             /* only a person can mend it */
};

/* As librdkafka tells: its error code, and what it says of it. */
struct cdi_kafka_fault { int code; bool fatal, retriable, requires_abort; };
enum cdi_remedy cdi_kafka_remedy(const struct cdi_kafka_fault *fault);

#endif
