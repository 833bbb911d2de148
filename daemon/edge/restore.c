#include "edge/restore.h"

#include <stdio.h>

#include "edge/clock.h"
#include "edge/faults.h"
#include "edge/kafka_inside.h"
#include "edge/log.h"

enum { WAIT_MS = 500, ASK_MS = 5000, PROGRESS_EVERY = 250000 };
#define SILENCE_MAX CDI_SECONDS(60)             /* without a record or an end: the broker is away */

static bool take(struct cdi_restore *restore, struct cdi_shard *shard, const rd_kafka_message_t *message, struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    struct cdi_text key = { message->key, message->key_len }, value = { message->payload, message->payload == NULL ? 0 : message->len };
    if (!cdi_shard_restore(shard, key, value, &problem))
        return cdi_fail(err, problem.code, "%s, partition %d, offset %lld: %s", restore->topic, message->partition,
                        (long long)message->offset, problem.text);
    restore->records++;
    restore->bytes += message->len;
    if (restore->progress != NULL)
        __atomic_store_n(restore->progress, restore->records, __ATOMIC_RELAXED);
    cdi_fault(CDI_FAULT_RESTORING);
    if (restore->records % PROGRESS_EVERY == 0)
        cdi_log(CDI_LOG_INFO, "shard_restoring", "shard %d: %llu state records so far", message->partition,
                (unsigned long long)restore->records);
    return true;
}

/* Errors that pass by themselves are librdkafka's to retry. */
static bool tolerable(const struct cdi_restore *restore, rd_kafka_resp_err_t code, struct cdi_error *err)
{
    if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
        code == RD_KAFKA_RESP_ERR__BAD_MSG || code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return cdi_kafka_fail(err, code, "cannot read %s", restore->topic);
    cdi_log(CDI_LOG_INFO, "restore_delayed", "%s: %s", restore->topic, rd_kafka_err2str(code));
    return true;
}

static bool read_all(struct cdi_restore *restore, rd_kafka_topic_t *topic, struct cdi_shard *shard, struct cdi_error *err)
{
    struct cdi_span heard = cdi_clock_elapsed();
    bool good = true, end = false;
    while (good && !end) {
        if (__atomic_load_n(restore->give_up, __ATOMIC_RELAXED))
            return cdi_fail(err, CDI_ERROR_BROKER, "restoring was called off");
        rd_kafka_message_t *message = rd_kafka_consume(topic, cdi_shard_number(shard), WAIT_MS);
        if (message == NULL) {
            if (cdi_clock_elapsed().ms - heard.ms > SILENCE_MAX.ms)
                return cdi_fail(err, CDI_ERROR_BROKER, "%s: no answer in time", restore->topic);
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            good = take(restore, shard, message, err);
            heard = cdi_clock_elapsed();
        } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            end = true;
        } else {
            good = tolerable(restore, message->err, err);
        }
        rd_kafka_message_destroy(message);
    }
    return good;
}

/* Without a group: nobody is to know, and no right to one is needed. */
static bool read_topic(struct cdi_restore *restore, rd_kafka_t *handle, struct cdi_shard *shard, struct cdi_error *err)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(handle, restore->topic, NULL);
    /* Asked first: librdkafka itself looks for a new topic once a second. */
    if (topic != NULL && rd_kafka_metadata(handle, 0, topic, &metadata, ASK_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
    if (topic == NULL || rd_kafka_consume_start(topic, cdi_shard_number(shard), RD_KAFKA_OFFSET_BEGINNING) != 0) {
        cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read %s", restore->topic);
        if (topic != NULL)
            rd_kafka_topic_destroy(topic);
        return false;
    }
    bool good = read_all(restore, topic, shard, err);
    rd_kafka_consume_stop(topic, cdi_shard_number(shard));
    rd_kafka_topic_destroy(topic);
    return good;
}

bool cdi_restore(struct cdi_restore *restore, struct cdi_shard *shard, struct cdi_error *err)
{
    char kilobytes[24];
    snprintf(kilobytes, sizeof kilobytes, "%zu", restore->prefetch / 1024 > 0 ? restore->prefetch / 1024 : 1);
    const struct cdi_kafka_own own[] = {
        { "isolation.level", "read_committed" }, { "check.crcs", "true" }, { "enable.partition.eof", "true" },
        { "auto.offset.reset", "error" }, { "enable.auto.commit", "false" }, { "queued.max.messages.kbytes", kilobytes },
        { "queued.min.messages", "10000000" }, { "socket.nagle.disable", "true" }, { "allow.auto.create.topics", "false" },
        { "fetch.wait.max.ms", "10" }, { NULL, NULL }
    };
    rd_kafka_t *handle = cdi_kafka_new(RD_KAFKA_CONSUMER, restore->settings, own, NULL, NULL, err);
    if (handle == NULL)
        return false;
    restore->records = restore->bytes = 0;
    bool good = read_topic(restore, handle, shard, err);
    rd_kafka_destroy(handle);
    return good;
}
