/* Floor: edge.  The consumer of the three inputs: group, static membership, range assignment, and each assigned partition as a
 * stream of its own, so that the caller decides which to read next and a stream that is not read fills only its own prefetch.
 * Nothing here blocks but what says so; one thread reads. */
#ifndef CDI_EDGE_KAFKA_CONSUMER_H
#define CDI_EDGE_KAFKA_CONSUMER_H

#include "cdiwatch/error.h"
#include "edge/kafka_settings.h"
#include "edge/message.h"

struct cdi_consumer;

struct cdi_consumer_parts {
    const struct cdi_kafka_settings *settings;
    const char *group, *instance;
    const char *topics[CDI_FEED_COUNT];
    size_t prefetch;                            /* bytes that one stream may hold ready */
    int wake_fd;                                /* an eventfd, written when there is something to read */
};

/* Joins the group; NULL on failure. */
struct cdi_consumer *cdi_consumer_create(const struct cdi_consumer_parts *parts, struct cdi_error *err);
/* Leaves; blocks until the group knows.  Streams and messages must not be used any more. */
void cdi_consumer_destroy(struct cdi_consumer *consumer);

struct cdi_partition { enum cdi_feed feed; int32_t partition; int64_t offset; };    /* offset: of the next message to read */
#define CDI_OFFSET_NONE INT64_C(-1)             /* nothing is committed */
#define CDI_OFFSET_BEGINNING INT64_C(-2)
#define CDI_OFFSET_END INT64_C(-3)

enum cdi_group_event {
    CDI_GROUP_NOTHING,
    CDI_GROUP_ASSIGNED,                         /* these partitions are ours: cdi_consumer_assign() when ready to read */
    CDI_GROUP_REVOKED,                          /* give them back: cdi_consumer_unassign() when done with them */
    CDI_GROUP_LOST,                             /* they are somebody else's already; cdi_consumer_unassign() */
    CDI_GROUP_FAILED                            /* this consumer is of no more use; err says why */
};
/* Also tells the group that we live: call it at least each second.  *partitions are borrowed until the next call, in order of
 * (partition, feed), without offsets. */
enum cdi_group_event cdi_consumer_poll(struct cdi_consumer *consumer, const struct cdi_partition **partitions, size_t *count,
                                       struct cdi_error *err);

/* What the group has committed; CDI_OFFSET_NONE where nothing.  Blocks up to `timeout_ms`; any thread. */
bool cdi_consumer_committed(struct cdi_consumer *consumer, struct cdi_partition *partitions, size_t count, int timeout_ms,
                            struct cdi_error *err);

/* Whether the broker is the embedded one, which keeps no positions of transactions.  Blocks up to `timeout_ms`; any thread. */
bool cdi_consumer_embedded(struct cdi_consumer *consumer, int timeout_ms);

bool cdi_consumer_assign(struct cdi_consumer *consumer, const struct cdi_partition *partitions, size_t count,
                         struct cdi_error *err);
void cdi_consumer_unassign(struct cdi_consumer *consumer);

struct cdi_stream;
/* Of an assigned partition; lives until the next assign or unassign. */
struct cdi_stream *cdi_consumer_stream(struct cdi_consumer *consumer, enum cdi_feed feed, int32_t partition);

enum cdi_read {
    CDI_READ_NOTHING,                           /* nothing is here yet */
    CDI_READ_MESSAGE,                           /* give it back with cdi_message_done() */
    CDI_READ_END,                               /* of what is committed, for now; message->offset is that of the next */
    CDI_READ_FAILED                             /* cannot go on: err says why */
};
enum cdi_read cdi_stream_read(struct cdi_stream *stream, struct cdi_message *message, struct cdi_error *err);
void cdi_message_done(struct cdi_message *message);

/* Where a force belongs among `partitions`: as Java's clients and murmur2_random place its key. */
int32_t cdi_force_partition(struct cdi_text force, int32_t partitions);

#endif
