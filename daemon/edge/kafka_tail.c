#include "edge/kafka_tail.h"

#include <stdlib.h>

#include "edge/kafka_inside.h"

struct cdi_tail {
    rd_kafka_t *handle;
    int32_t partitions, level_count;
    bool *level;                                /* of each partition: its end was met last */
};

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, NULL);       /* what matters of it, the call that fails tells */
}

static bool begin(struct cdi_tail *tail, const char *topic, struct cdi_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(tail->partitions);
    for (int32_t i = 0; i < tail->partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t code = rd_kafka_assign(tail->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_poll_set_consumer(tail->handle);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot read %s", topic);
}

struct cdi_tail *cdi_tail_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "group.id", "cdiwatch-tail" }, { "enable.auto.commit", "false" }, { "enable.partition.eof", "true" },
        { "auto.offset.reset", "error" }, { "isolation.level", "read_committed" }, { "check.crcs", "true" },
        { "allow.auto.create.topics", "false" }, { NULL, NULL }
    };
    struct cdi_tail *tail = calloc(1, sizeof *tail);
    bool *level = calloc((size_t)partitions + 1, sizeof *level);
    if (tail == NULL || level == NULL) {
        free(tail);
        free(level);
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read a topic");
        return NULL;
    }
    tail->partitions = partitions;
    tail->level = level;
    tail->handle = cdi_kafka_new(RD_KAFKA_CONSUMER, settings, own, prepare, tail, err);
    if (tail->handle != NULL && begin(tail, topic, err))
        return tail;
    cdi_tail_close(tail);
    return NULL;
}

void cdi_tail_close(struct cdi_tail *tail)
{
    if (tail == NULL)
        return;
    if (tail->handle != NULL) {
        rd_kafka_consumer_close(tail->handle);
        rd_kafka_destroy(tail->handle);
    }
    free(tail->level);
    free(tail);
}

static void set_level(struct cdi_tail *tail, int32_t partition, bool level)
{
    if (partition < 0 || partition >= tail->partitions)
        return;
    tail->level_count += (int32_t)level - (int32_t)tail->level[partition];
    tail->level[partition] = level;
}

enum cdi_read cdi_tail_next(struct cdi_tail *tail, struct cdi_message *message, struct cdi_error *err)
{
    rd_kafka_message_t *from = rd_kafka_consumer_poll(tail->handle, 0);
    if (from == NULL)
        return CDI_READ_NOTHING;
    rd_kafka_resp_err_t code = from->err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        set_level(tail, from->partition, false);
        *message = (struct cdi_message){
            .partition = from->partition, .offset = from->offset, .inside = from, .broker_time = CDI_INSTANT_NONE,
            .key = { from->key, from->key == NULL ? 0 : from->key_len },
            .value = { from->payload, from->payload == NULL ? 0 : from->len },
        };
        return CDI_READ_MESSAGE;
    }
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        set_level(tail, from->partition, true);
    rd_kafka_message_destroy(from);
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return CDI_READ_NOTHING;
    cdi_kafka_fail(err, code, "cannot read");
    return CDI_READ_FAILED;
}

bool cdi_tail_level(const struct cdi_tail *tail)
{
    return tail->level_count == tail->partitions;
}
