#include "edge/kafka_simple.h"

#include <stdlib.h>
#include <string.h>

#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/kafka_admin.h"
#include "edge/kafka_inside.h"

enum { PATIENCE_MS = 10000, SLICE_MS = 100 };
#define MET INT64_C(-1)

static void prepare_quietly(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, NULL);       /* what matters of it, the call that fails tells */
}

/* ---- reading ---- */

struct cdi_reader {
    rd_kafka_t *handle;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    int32_t first, count, ended;                /* partitions: the first read, how many, how many were met at their end */
    int64_t *ends;                              /* of each where it ended when we began; MET: we have been there */
    struct cdi_span heard;                      /* when something came last */
};

static bool start(struct cdi_reader *reader, int64_t offset, struct cdi_error *err)
{
    int64_t low;
    for (int32_t i = 0; i < reader->count; i++) {
        rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(reader->handle, rd_kafka_topic_name(reader->topic),
                                                                    reader->first + i, &low, &reader->ends[i], PATIENCE_MS);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return cdi_kafka_fail(err, code, "cannot read");
    }
    reader->queue = rd_kafka_queue_new(reader->handle);
    for (int32_t i = 0; i < reader->count; i++)
        if (rd_kafka_consume_start_queue(reader->topic, reader->first + i, offset, reader->queue) != 0)
            return cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read");
    reader->heard = cdi_clock_elapsed();
    return true;
}

/* How many partitions there are, from the broker, which is waited for. */
static bool count_partitions(const struct cdi_kafka_settings *settings, const char *topic, int32_t *count, struct cdi_error *err)
{
    struct cdi_kafka_topic seen;
    struct cdi_error problem = { 0 };
    struct cdi_kafka_admin *admin = cdi_kafka_admin_open(settings, err);
    if (admin == NULL)
        return false;
    bool good = cdi_kafka_admin_look(admin, topic, CDI_TOPIC_NOW, &seen, &problem);
    cdi_kafka_admin_close(admin);
    if (!good)
        return cdi_fail_at(err, problem.code, topic, "%s", problem.text);
    if (!seen.exists)
        return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, topic, "there is no such topic");
    *count = seen.partitions;
    return true;
}

static bool open_handle(struct cdi_reader *reader, const struct cdi_kafka_settings *settings, const char *topic,
                        struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "enable.partition.eof", "true" }, { "auto.offset.reset", "error" }, { "isolation.level", "read_committed" },
        { "check.crcs", "true" }, { "allow.auto.create.topics", "false" }, { "fetch.wait.max.ms", "50" }, { NULL, NULL }
    };
    const struct rd_kafka_metadata *metadata;
    reader->handle = cdi_kafka_new(RD_KAFKA_CONSUMER, settings, own, prepare_quietly, reader, err);
    if (reader->handle == NULL)
        return false;
    reader->topic = rd_kafka_topic_new(reader->handle, topic, NULL);
    if (reader->topic == NULL)
        return cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read");
    /* Asked for now: librdkafka would look for a topic that it does not know only once a second. */
    rd_kafka_resp_err_t code = rd_kafka_metadata(reader->handle, 0, reader->topic, &metadata, PATIENCE_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, code, "cannot read");
    rd_kafka_metadata_destroy(metadata);
    return true;
}

struct cdi_reader *cdi_reader_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partition,
                                   int64_t offset, struct cdi_error *err)
{
    int32_t count;
    if (!count_partitions(settings, topic, &count, err))
        return NULL;
    if (partition >= count) {
        cdi_fail_at(err, CDI_ERROR_MISSING, topic, "there is no partition %d; it has %d", (int)partition, (int)count);
        return NULL;
    }
    struct cdi_reader *reader = calloc(1, sizeof *reader);
    int64_t *ends = calloc((size_t)count + 1, sizeof *ends);
    if (reader == NULL || ends == NULL) {
        free(reader);
        free(ends);
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read a topic");
        return NULL;
    }
    reader->ends = ends;
    reader->first = partition < 0 ? 0 : partition;
    reader->count = partition < 0 ? count : 1;
    if (open_handle(reader, settings, topic, err) && start(reader, partition < 0 ? RD_KAFKA_OFFSET_BEGINNING : offset, err))
        return reader;
    cdi_reader_close(reader);
    return NULL;
}

void cdi_reader_close(struct cdi_reader *reader)
{
    if (reader == NULL)
        return;
    for (int32_t i = 0; reader->queue != NULL && i < reader->count; i++)
        rd_kafka_consume_stop(reader->topic, reader->first + i);
    if (reader->queue != NULL)
        rd_kafka_queue_destroy(reader->queue);
    if (reader->topic != NULL)
        rd_kafka_topic_destroy(reader->topic);
    if (reader->handle != NULL)
        rd_kafka_destroy(reader->handle);
    free(reader->ends);
    free(reader);
}

static void fill(rd_kafka_message_t *from, struct cdi_message *message)
{
    rd_kafka_timestamp_type_t type;
    int64_t at = rd_kafka_message_timestamp(from, &type);
    *message = (struct cdi_message){
        .partition = from->partition, .offset = from->offset, .inside = from,
        .broker_time = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? CDI_INSTANT_NONE : (struct cdi_instant){ at },
        .producer_time = type == RD_KAFKA_TIMESTAMP_CREATE_TIME,
        .key = { from->key, from->key == NULL ? 0 : from->key_len },
        .value = { from->payload, from->payload == NULL ? 0 : from->len },
    };
}

static void meet_end(struct cdi_reader *reader, int64_t *end)
{
    reader->ended += *end != MET;
    *end = MET;
}

/* What comes of one event of the queue; NOTHING: go on.  An offset that does not exist has nothing to read. */
static enum cdi_read take(struct cdi_reader *reader, rd_kafka_message_t *from, struct cdi_message *message, struct cdi_error *err)
{
    int32_t which = from->partition - reader->first;
    int64_t *end = which >= 0 && which < reader->count ? &reader->ends[which] : NULL;
    rd_kafka_resp_err_t code = from->err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && end != NULL && *end != MET && from->offset < *end) {
        fill(from, message);
        return CDI_READ_MESSAGE;
    }
    rd_kafka_message_destroy(from);
    bool over = code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
                code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
    if (over && end != NULL)
        meet_end(reader, end);
    if (over)
        return CDI_READ_NOTHING;
    cdi_kafka_fail(err, code, "cannot read");
    return CDI_READ_FAILED;
}

enum cdi_read cdi_reader_next(struct cdi_reader *reader, struct cdi_message *message, struct cdi_error *err)
{
    while (reader->ended < reader->count) {
        rd_kafka_message_t *from = rd_kafka_consume_queue(reader->queue, SLICE_MS);
        enum cdi_read read = CDI_READ_NOTHING;
        if (from != NULL) {
            reader->heard = cdi_clock_elapsed();
            read = take(reader, from, message, err);
        } else if (cdi_interrupted() || cdi_clock_elapsed().ms - reader->heard.ms > PATIENCE_MS) {
            cdi_fail(err, CDI_ERROR_BROKER, cdi_interrupted() ? "interrupted" : "Kafka has stopped answering");
            read = CDI_READ_FAILED;
        }
        if (read != CDI_READ_NOTHING)
            return read;
    }
    return CDI_READ_END;
}

/* ---- writing ---- */

struct cdi_writer {
    rd_kafka_t *handle;
    bool delivered;
    rd_kafka_resp_err_t delivery;
};

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
    struct cdi_writer *writer = opaque;
    (void)handle;
    writer->delivered = true;
    writer->delivery = message->err;
}

static void prepare_writer(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    prepare_quietly(conf);
}

struct cdi_writer *cdi_writer_open(const struct cdi_kafka_settings *settings, struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "enable.idempotence", "true" }, { "message.timeout.ms", "10000" }, { "linger.ms", "0" },
        { "partitioner", "murmur2_random" }, { "message.max.bytes", "4194304" },
        { "topic.metadata.refresh.fast.interval.ms", "10" }, { NULL, NULL }
    };
    struct cdi_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to write to a topic");
        return NULL;
    }
    writer->handle = cdi_kafka_new(RD_KAFKA_PRODUCER, settings, own, prepare_writer, writer, err);
    if (writer->handle != NULL)
        return writer;
    cdi_writer_close(writer);
    return NULL;
}

void cdi_writer_close(struct cdi_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->handle != NULL)
        rd_kafka_destroy(writer->handle);
    free(writer);
}

/* librdkafka decides when it has tried long enough: message.timeout.ms. */
static bool wait_for_delivery(struct cdi_writer *writer, struct cdi_error *err)
{
    while (!writer->delivered)
        rd_kafka_poll(writer->handle, SLICE_MS);
    return writer->delivery == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, writer->delivery, "cannot write");
}

bool cdi_writer_put(struct cdi_writer *writer, const char *topic, int32_t partition, struct cdi_text key, struct cdi_text value,
                    const struct cdi_header *headers, size_t header_count, struct cdi_error *err)
{
    rd_kafka_headers_t *list = rd_kafka_headers_new(header_count);
    for (size_t i = 0; i < header_count; i++)
        rd_kafka_header_add(list, headers[i].name.at, (ssize_t)headers[i].name.size, headers[i].value.at,
                            (ssize_t)headers[i].value.size);
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic }, { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)value.at, value.size } },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)key.at, key.size } },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = list },
    };
    writer->delivered = false;
    rd_kafka_error_t *error = rd_kafka_produceva(writer->handle, parts, sizeof parts / sizeof parts[0]);
    if (error == NULL)
        return wait_for_delivery(writer, err);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    rd_kafka_headers_destroy(list);             /* taken only on success */
    return cdi_kafka_fail(err, code, "cannot write");
}
