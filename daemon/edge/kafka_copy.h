/* Floor: edge.  One topic copied into others, exactly once: each batch that was read is written in one transaction with the
 * positions it came from.  What a message becomes is the caller's to say.  Blocks; for commands, not for `run`. */
#ifndef CDI_EDGE_KAFKA_COPY_H
#define CDI_EDGE_KAFKA_COPY_H

#include "cdiwatch/error.h"
#include "codec/encode_deadletter.h"
#include "edge/config.h"
#include "edge/message.h"

#define CDI_COPIED_LIST(X) \
    X(WRITTEN, written)                         /* under its key, as it was read */ \
    X(REJECTED, rejected)                       /* a dead letter */ \
    X(PASSED, passed)                           /* nothing to write: a deletion */
enum cdi_copied {
#define X(upper, word) CDI_COPIED_##upper,
    CDI_COPIED_LIST(X)
#undef X
    CDI_COPIED_COUNT
};
struct cdi_copy_counts { uint64_t counts[CDI_COPIED_COUNT]; };          /* of what is committed */

struct cdi_copy_parts {
    const struct cdi_kafka_settings *settings;
    const char *from, *to, *deadletters;
    const char *group, *instance, *transactional_id;
    enum cdi_start start;                       /* where nothing is committed yet */
    bool until_end;                             /* stop when all that is there has been copied, else when interrupted */
    /* What one message becomes; value, headers and time are copied as they are.  WRITTEN: *key, borrowed until the next call.
     * REJECTED: `headers`, all of them, which go before the message's own.  CDI_COPIED_COUNT: stop, err says why. */
    enum cdi_copied (*turn)(void *context, const struct cdi_message *message, struct cdi_text *key,
                            struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT], struct cdi_error *err);
    void *context;
};

/* Begins anew from what is committed after whatever can mend itself, with a line in the log; false: what cannot. */
bool cdi_kafka_copy(const struct cdi_copy_parts *parts, struct cdi_copy_counts *counts, struct cdi_error *err);

#endif
