#include "edge/kafka_consumer.h"

#include <stdlib.h>
#include <string.h>

#include "edge/kafka_inside.h"
#include "edge/log.h"

struct cdi_stream { rd_kafka_queue_t *queue; enum cdi_feed feed; int32_t partition; };

struct cdi_consumer {
    rd_kafka_t *handle;
    const char *topics[CDI_FEED_COUNT];
    int wake_fd;
    bool closing;
    enum cdi_group_event event;                 /* met by the callback, not yet told */
    struct cdi_partition *partitions;           /* of the event */
    size_t partition_count, partition_room;
    struct cdi_stream *streams;                 /* of the assignment */
    size_t stream_count;
};

/* ---- what the group says ---- */

static bool feed_of(const struct cdi_consumer *consumer, const char *topic, enum cdi_feed *feed)
{
    for (int f = 0; f < CDI_FEED_COUNT; f++)
        if (strcmp(consumer->topics[f], topic) == 0) {
            *feed = (enum cdi_feed)f;
            return true;
        }
    return false;
}

static int partition_order(const void *x, const void *y)
{
    const struct cdi_partition *a = x, *b = y;
    return a->partition != b->partition ? (a->partition < b->partition ? -1 : 1) : (int)a->feed - (int)b->feed;
}

static bool keep_partitions(struct cdi_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    consumer->partition_count = 0;
    if ((size_t)list->cnt > consumer->partition_room) {
        void *more = realloc(consumer->partitions, (size_t)list->cnt * sizeof *consumer->partitions);
        if (more == NULL)
            return false;
        consumer->partitions = more;
        consumer->partition_room = (size_t)list->cnt;
    }
    for (int i = 0; i < list->cnt; i++) {
        struct cdi_partition *next = &consumer->partitions[consumer->partition_count];
        next->partition = list->elems[i].partition;
        next->offset = CDI_OFFSET_NONE;
        if (feed_of(consumer, list->elems[i].topic, &next->feed))
            consumer->partition_count++;
    }
    if (consumer->partition_count > 1)
        qsort(consumer->partitions, consumer->partition_count, sizeof *consumer->partitions, partition_order);
    return true;
}

/* Within cdi_consumer_poll().  The group waits until assign or unassign is called, which is later: a shard must first be
 * restored, or have its last batch committed. */
static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct cdi_consumer *consumer = opaque;
    if (consumer->closing) {                    /* closing waits for it */
        rd_kafka_assign(handle, NULL);
        return;
    }
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        consumer->event = CDI_GROUP_ASSIGNED;
    else
        consumer->event = rd_kafka_assignment_lost(handle) ? CDI_GROUP_LOST : CDI_GROUP_REVOKED;
    if (!keep_partitions(consumer, list))
        consumer->event = CDI_GROUP_FAILED;
}

static void on_error(rd_kafka_t *handle, int code, const char *reason, void *opaque)
{
    (void)handle;
    (void)opaque;
    cdi_log(code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ? CDI_LOG_WARNING : CDI_LOG_INFO, "kafka", "%s: %s",
            rd_kafka_err2name((rd_kafka_resp_err_t)code), reason);
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
}

/* ---- life ---- */

static const uint64_t one = 1;

static bool subscribe(struct cdi_consumer *consumer, struct cdi_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(CDI_FEED_COUNT);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        rd_kafka_topic_partition_list_add(list, consumer->topics[feed], RD_KAFKA_PARTITION_UA);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer->handle);
    rd_kafka_queue_io_event_enable(queue, consumer->wake_fd, &one, sizeof one);
    rd_kafka_queue_destroy(queue);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(consumer->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot join the consumer group");
}

struct cdi_consumer *cdi_consumer_create(const struct cdi_consumer_parts *parts, struct cdi_error *err)
{
    char kilobytes[24];
    snprintf(kilobytes, sizeof kilobytes, "%zu", parts->prefetch / 1024 > 0 ? parts->prefetch / 1024 : 1);
    const struct cdi_kafka_own own[] = {
        { "group.id", parts->group }, { "group.instance.id", parts->instance }, { "enable.auto.commit", "false" },
        { "enable.auto.offset.store", "false" }, { "auto.offset.reset", "error" }, { "isolation.level", "read_committed" },
        { "check.crcs", "true" }, { "enable.partition.eof", "true" }, { "partition.assignment.strategy", "range" },
        { "queued.max.messages.kbytes", kilobytes }, { "queued.min.messages", "10000000" },
        { "socket.nagle.disable", "true" }, { "allow.auto.create.topics", "false" }, { NULL, NULL }
    };
    struct cdi_consumer *consumer = calloc(1, sizeof *consumer);
    if (consumer == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a consumer");
        return NULL;
    }
    consumer->wake_fd = parts->wake_fd;
    memcpy(consumer->topics, parts->topics, sizeof consumer->topics);
    consumer->handle = cdi_kafka_new(RD_KAFKA_CONSUMER, parts->settings, own, prepare, consumer, err);
    if (consumer->handle != NULL) {
        rd_kafka_poll_set_consumer(consumer->handle);
        if (subscribe(consumer, err))
            return consumer;
    }
    cdi_consumer_destroy(consumer);
    return NULL;
}

static void drop_streams(struct cdi_consumer *consumer)
{
    for (size_t i = 0; i < consumer->stream_count; i++)
        rd_kafka_queue_destroy(consumer->streams[i].queue);
    free(consumer->streams);
    consumer->streams = NULL;
    consumer->stream_count = 0;
}

void cdi_consumer_destroy(struct cdi_consumer *consumer)
{
    if (consumer == NULL)
        return;
    drop_streams(consumer);
    if (consumer->handle != NULL) {
        consumer->closing = true;
        rd_kafka_assign(consumer->handle, NULL);
        rd_kafka_consumer_close(consumer->handle);
        rd_kafka_destroy(consumer->handle);
    }
    free(consumer->partitions);
    free(consumer);
}

enum cdi_group_event cdi_consumer_poll(struct cdi_consumer *consumer, const struct cdi_partition **partitions, size_t *count,
                                       struct cdi_error *err)
{
    consumer->event = CDI_GROUP_NOTHING;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->handle, 0);
    char words[256];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(consumer->handle, words, sizeof words);
    if (message != NULL) {
        /* Streams have their own queues: what comes here is an error of the group or of a topic. */
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            cdi_log(CDI_LOG_WARNING, "kafka", "%s", rd_kafka_message_errstr(message));
        if (message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
            message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
            cdi_kafka_fail(err, message->err, "cannot consume");
            consumer->event = CDI_GROUP_FAILED;
        }
        rd_kafka_message_destroy(message);
    }
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
        cdi_kafka_fail(err, fatal, "the consumer cannot go on");
        consumer->event = CDI_GROUP_FAILED;
    }
    *partitions = consumer->partitions;
    *count = consumer->partition_count;
    return consumer->event;
}

/* ---- partitions ---- */

rd_kafka_t *cdi_consumer_handle(struct cdi_consumer *consumer) { return consumer->handle; }

rd_kafka_topic_partition_list_t *cdi_consumer_list(const struct cdi_consumer *consumer, const struct cdi_partition *partitions,
                                                   size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        int64_t offset = partitions[i].offset;
        rd_kafka_topic_partition_list_add(list, consumer->topics[partitions[i].feed], partitions[i].partition)->offset =
            offset == CDI_OFFSET_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING
            : offset == CDI_OFFSET_END ? RD_KAFKA_OFFSET_END
            : offset == CDI_OFFSET_NONE ? RD_KAFKA_OFFSET_INVALID : offset;
    }
    return list;
}

bool cdi_consumer_committed(struct cdi_consumer *consumer, struct cdi_partition *partitions, size_t count, int timeout_ms,
                            struct cdi_error *err)
{
    rd_kafka_topic_partition_list_t *list = cdi_consumer_list(consumer, partitions, count);
    rd_kafka_resp_err_t code = rd_kafka_committed(consumer->handle, list, timeout_ms);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        code = list->elems[i].err;
        partitions[i].offset = list->elems[i].offset >= 0 ? list->elems[i].offset : CDI_OFFSET_NONE;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot learn the committed offsets");
}

bool cdi_consumer_embedded(struct cdi_consumer *consumer, int timeout_ms) { return cdi_kafka_is_embedded(consumer->handle, timeout_ms); }

/* Split from the consumer's common queue before the assignment, so that no message takes the common way. */
static bool open_stream(struct cdi_consumer *consumer, const struct cdi_partition *partition, struct cdi_stream *stream)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_partition(consumer->handle, consumer->topics[partition->feed],
                                                           partition->partition);
    if (queue == NULL)
        return false;
    rd_kafka_queue_forward(queue, NULL);
    rd_kafka_queue_io_event_enable(queue, consumer->wake_fd, &one, sizeof one);
    *stream = (struct cdi_stream){ queue, partition->feed, partition->partition };
    return true;
}

bool cdi_consumer_assign(struct cdi_consumer *consumer, const struct cdi_partition *partitions, size_t count,
                         struct cdi_error *err)
{
    drop_streams(consumer);
    consumer->streams = calloc(count + 1, sizeof *consumer->streams);
    if (consumer->streams == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for an assignment");
    for (size_t i = 0; i < count; i++)
        if (open_stream(consumer, &partitions[i], &consumer->streams[consumer->stream_count]))
            consumer->stream_count++;
        else
            return cdi_fail(err, CDI_ERROR_BROKER, "cannot open a partition of %s", consumer->topics[partitions[i].feed]);
    rd_kafka_topic_partition_list_t *list = cdi_consumer_list(consumer, partitions, count);
    rd_kafka_resp_err_t code = rd_kafka_assign(consumer->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot take up the assignment");
}

void cdi_consumer_unassign(struct cdi_consumer *consumer)
{
    drop_streams(consumer);
    rd_kafka_assign(consumer->handle, NULL);
}

struct cdi_stream *cdi_consumer_stream(struct cdi_consumer *consumer, enum cdi_feed feed, int32_t partition)
{
    for (size_t i = 0; i < consumer->stream_count; i++)
        if (consumer->streams[i].feed == feed && consumer->streams[i].partition == partition)
            return &consumer->streams[i];
    return NULL;
}

/* ---- messages ---- */

static void fill(const struct cdi_stream *stream, rd_kafka_message_t *from, struct cdi_message *message)
{
    rd_kafka_timestamp_type_t type;
    int64_t at = rd_kafka_message_timestamp(from, &type);
    *message = (struct cdi_message){
        .feed = stream->feed, .partition = stream->partition, .offset = from->offset, .inside = from,
        .broker_time = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? CDI_INSTANT_NONE : (struct cdi_instant){ at },
        .producer_time = type == RD_KAFKA_TIMESTAMP_CREATE_TIME,
        .key = { from->key, from->key == NULL ? 0 : from->key_len },
        .value = { from->payload, from->payload == NULL ? 0 : from->len },
    };
}

static enum cdi_read read_failed(struct cdi_stream *stream, rd_kafka_message_t *from, struct cdi_error *err)
{
    rd_kafka_resp_err_t code = from->err;
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
        cdi_fail(err, CDI_ERROR_CONFIGURATION, "%s, partition %d: the broker no longer has the offset that was committed; messages "
                 "were deleted before they were read. Nothing is skipped silently: lengthen retention.ms; then, knowing what is "
                 "lost, move the group to an offset that exists (kafka-consumer-groups --reset-offsets)",
                 rd_kafka_topic_name(from->rkt), stream->partition);
    } else if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
               code == RD_KAFKA_RESP_ERR__BAD_MSG) {
        cdi_kafka_fail(err, code, "cannot read %s, partition %d", rd_kafka_topic_name(from->rkt), stream->partition);
    } else {
        cdi_log(CDI_LOG_WARNING, "kafka", "%s", rd_kafka_message_errstr(from));     /* librdkafka goes on trying */
        rd_kafka_message_destroy(from);
        return CDI_READ_NOTHING;
    }
    rd_kafka_message_destroy(from);
    return CDI_READ_FAILED;
}

enum cdi_read cdi_stream_read(struct cdi_stream *stream, struct cdi_message *message, struct cdi_error *err)
{
    rd_kafka_message_t *from = rd_kafka_consume_queue(stream->queue, 0);
    if (from == NULL)
        return CDI_READ_NOTHING;
    if (from->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        fill(stream, from, message);
        return CDI_READ_MESSAGE;
    }
    if (from->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return read_failed(stream, from, err);
    message->offset = from->offset;
    rd_kafka_message_destroy(from);
    return CDI_READ_END;
}

void cdi_message_done(struct cdi_message *message)
{
    if (message->inside != NULL)
        rd_kafka_message_destroy(message->inside);
    message->inside = NULL;
}

bool cdi_message_header(const struct cdi_message *message, size_t i, struct cdi_text *name, struct cdi_text *value)
{
    rd_kafka_headers_t *headers;
    const char *word;
    const void *bytes;
    size_t size;
    if (message->inside == NULL || rd_kafka_message_headers(message->inside, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_all(headers, i, &word, &bytes, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    *name = cdi_text_of(word);
    *value = (struct cdi_text){ bytes, bytes == NULL ? 0 : size };
    return true;
}

int32_t cdi_force_partition(struct cdi_text force, int32_t partitions)
{
    return rd_kafka_msg_partitioner_murmur2(NULL, force.at, force.size, partitions, NULL, NULL);
}
