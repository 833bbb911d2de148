/* Floor: codec.  The headers of a dead letter: Kafka Connect's names, so that tools for its dead letter queues read ours; and
 * one of our own.  No value of a message is in them. */
#ifndef CDI_CODEC_ENCODE_DEADLETTER_H
#define CDI_CODEC_ENCODE_DEADLETTER_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"
#include "core/scratch.h"

/* Where it went wrong, in Connect's words for the same: bytes to record; record into the engine. */
#define CDI_DEADLETTER_STAGE_LIST(X) X(DECODE, VALUE_CONVERTER) X(APPLY, TASK_PUT)
enum cdi_deadletter_stage {
#define X(upper, word) CDI_DEADLETTER_##upper,
    CDI_DEADLETTER_STAGE_LIST(X)
#undef X
    CDI_DEADLETTER_STAGE_COUNT
};

/* The headers in the order in which they are written. */
#define CDI_DEADLETTER_HEADER_LIST(X) \
    X(TOPIC, "__connect.errors.topic")                      /* where the message was */ \
    X(PARTITION, "__connect.errors.partition") \
    X(OFFSET, "__connect.errors.offset") \
    X(CONNECTOR_NAME, "__connect.errors.connector.name")    /* cdiwatch */ \
    X(TASK_ID, "__connect.errors.task.id")                  /* the shard */ \
    X(STAGE, "__connect.errors.stage")                      /* of the list above */ \
    X(CLASS_NAME, "__connect.errors.class.name")            /* a word of CDI_ERROR_LIST */ \
    X(EXCEPTION_CLASS_NAME, "__connect.errors.exception.class.name")    /* the same: Connect tells the two apart, we need not */ \
    X(EXCEPTION_MESSAGE, "__connect.errors.exception.message")          /* the error's text */ \
    X(ERROR, "cdiwatch.error")                              /* {"code":"bad_time","where":"/received_at","text":"..."} */
enum cdi_deadletter_header {
#define X(upper, name) CDI_DEADLETTER_HEADER_##upper,
    CDI_DEADLETTER_HEADER_LIST(X)
#undef X
    CDI_DEADLETTER_HEADER_COUNT
};
const char *cdi_deadletter_header_name(enum cdi_deadletter_header header);

struct cdi_deadletter {
    struct cdi_text topic;
    int32_t partition;
    int64_t offset;
    uint32_t shard;
    enum cdi_deadletter_stage stage;
    const struct cdi_error *error;
};
struct cdi_header { struct cdi_text name, value; };

/* Fills all headers, their values in the scratch.  False: no memory. */
bool cdi_deadletter_headers(const struct cdi_deadletter *letter, struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT],
                            struct cdi_scratch *scratch);

#endif
