#include "edge/kafka_tail.h"

#include <stdio.h>
#include <stdlib.h>

#include "edge/kafka_inside.h"

enum { PREFETCH_KB = 16384, PREFETCH_LEAST_KB = 256 };          /* of all partitions together; of one */

struct reached { int64_t offset; bool started, level; };         /* level: the end was met last */

struct cdi_tail {
    rd_kafka_t *handle;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;                    /* of all partitions */
    const char *name;
    int32_t partitions, level_count;
    struct reached *reached;
};

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, NULL);       /* what matters of it, the call that fails tells */
}

static bool make(struct cdi_tail *tail, const struct cdi_kafka_settings *settings, const char *topic, struct cdi_error *err)
{
    char kilobytes[16];
    int32_t share = PREFETCH_KB / tail->partitions;
    (void)snprintf(kilobytes, sizeof kilobytes, "%d", share > PREFETCH_LEAST_KB ? (int)share : PREFETCH_LEAST_KB);
    const struct cdi_kafka_own own[] = {
        { "enable.auto.commit", "false" }, { "enable.partition.eof", "true" }, { "auto.offset.reset", "error" },
        { "isolation.level", "read_committed" }, { "check.crcs", "true" }, { "queued.max.messages.kbytes", kilobytes },
        { "allow.auto.create.topics", "false" }, { NULL, NULL }
    };
    tail->handle = cdi_kafka_new(RD_KAFKA_CONSUMER, settings, own, prepare, tail, err);
    if (tail->handle == NULL)
        return false;
    tail->topic = rd_kafka_topic_new(tail->handle, topic, NULL);
    if (tail->topic == NULL)
        return cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read %s", topic);
    tail->name = rd_kafka_topic_name(tail->topic);
    tail->queue = rd_kafka_queue_new(tail->handle);
    return true;
}

struct cdi_tail *cdi_tail_create(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err)
{
    struct cdi_tail *tail = calloc(1, sizeof *tail);
    struct reached *reached = calloc((size_t)partitions + 1, sizeof *reached);
    if (tail == NULL || reached == NULL) {
        free(tail);
        free(reached);
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read a topic");
        return NULL;
    }
    *tail = (struct cdi_tail){ .partitions = partitions, .reached = reached };
    for (int32_t i = 0; i < partitions; i++)
        reached[i].offset = CDI_OFFSET_BEGINNING;
    if (make(tail, settings, topic, err))
        return tail;
    cdi_tail_close(tail);
    return NULL;
}

struct cdi_tail *cdi_tail_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err)
{
    struct cdi_tail *tail = cdi_tail_create(settings, topic, partitions, err);
    if (tail == NULL || cdi_tail_begin(tail, NULL, err))
        return tail;
    cdi_tail_close(tail);
    return NULL;
}

void cdi_tail_close(struct cdi_tail *tail)
{
    if (tail == NULL)
        return;
    for (int32_t i = 0; i < tail->partitions; i++)
        if (tail->reached[i].started)
            rd_kafka_consume_stop(tail->topic, i);
    if (tail->queue != NULL)
        rd_kafka_queue_destroy(tail->queue);
    if (tail->topic != NULL)
        rd_kafka_topic_destroy(tail->topic);
    if (tail->handle != NULL)
        rd_kafka_destroy(tail->handle);
    free(tail->reached);
    free(tail);
}

/* ---- questions ---- */

bool cdi_tail_cluster(struct cdi_tail *tail, char out[CDI_TAIL_CLUSTER_SIZE], struct cdi_error *err)
{
    char *name = rd_kafka_clusterid(tail->handle, CDI_TAIL_ASK_MS);
    if (name == NULL)
        return cdi_fail(err, CDI_ERROR_BROKER, "no broker answers");
    (void)snprintf(out, CDI_TAIL_CLUSTER_SIZE, "%s", name);
    rd_kafka_mem_free(tail->handle, name);
    return true;
}

/* `when`: RD_KAFKA_OFFSET_BEGINNING or _END.  One request to each broker that leads partitions. */
static bool ask(struct cdi_tail *tail, int64_t when, int64_t *offsets, struct cdi_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(tail->partitions);
    for (int32_t i = 0; i < tail->partitions; i++)
        rd_kafka_topic_partition_list_add(list, tail->name, i)->offset = when;
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(tail->handle, list, CDI_TAIL_ASK_MS);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        code = list->elems[i].err;
        offsets[list->elems[i].partition] = list->elems[i].offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "the broker does not say where %s ends", tail->name);
}

bool cdi_tail_ends(struct cdi_tail *tail, int64_t *ends, struct cdi_error *err)
{
    return ask(tail, RD_KAFKA_OFFSET_END, ends, err);
}

/* ---- beginning ---- */

static bool lost(struct cdi_error *err, const struct cdi_tail *tail, int32_t partition, int64_t offset)
{
    return cdi_fail(err, CDI_ERROR_OUT_OF_BOUNDS, "%s, partition %d: offset %lld is not there (any more)", tail->name, (int)partition,
                    (long long)offset);
}

static bool look_for(struct cdi_tail *tail, const int64_t *offsets, struct cdi_error *err)
{
    int64_t *bounds = calloc((size_t)tail->partitions, 2 * sizeof *bounds), *last = bounds + tail->partitions;
    if (bounds == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read a topic");
    bool good = ask(tail, RD_KAFKA_OFFSET_BEGINNING, bounds, err) && ask(tail, RD_KAFKA_OFFSET_END, last, err);
    for (int32_t i = 0; good && i < tail->partitions; i++)
        good = offsets[i] == CDI_OFFSET_BEGINNING || (offsets[i] >= bounds[i] && offsets[i] <= last[i]) ||
            lost(err, tail, i, offsets[i]);
    free(bounds);
    return good;
}

bool cdi_tail_begin(struct cdi_tail *tail, const int64_t *offsets, struct cdi_error *err)
{
    if (offsets != NULL && !look_for(tail, offsets, err))
        return false;
    for (int32_t i = 0; i < tail->partitions; i++) {
        int64_t offset = offsets == NULL || offsets[i] == CDI_OFFSET_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING : offsets[i];
        if (rd_kafka_consume_start_queue(tail->topic, i, offset, tail->queue) != 0)
            return cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read %s", tail->name);
        tail->reached[i].started = true;
    }
    return true;
}

/* ---- reading ---- */

static void note(struct cdi_tail *tail, int32_t partition, int64_t offset, bool level)
{
    if (partition < 0 || partition >= tail->partitions)
        return;
    struct reached *reached = &tail->reached[partition];
    tail->level_count += (int32_t)level - (int32_t)reached->level;
    reached->level = level;
    reached->offset = offset;
}

static struct cdi_message message_of(rd_kafka_message_t *from)
{
    rd_kafka_timestamp_type_t type;
    int64_t at = rd_kafka_message_timestamp(from, &type);
    return (struct cdi_message){
        .partition = from->partition, .offset = from->offset, .inside = from,
        .broker_time = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? CDI_INSTANT_NONE : (struct cdi_instant){ at },
        .producer_time = type == RD_KAFKA_TIMESTAMP_CREATE_TIME,
        .key = { from->key, from->key == NULL ? 0 : from->key_len },
        .value = { from->payload, from->payload == NULL ? 0 : from->len },
    };
}

enum cdi_read cdi_tail_next(struct cdi_tail *tail, int wait_ms, struct cdi_message *message, struct cdi_error *err)
{
    rd_kafka_message_t *from = rd_kafka_consume_queue(tail->queue, wait_ms);
    if (from == NULL)
        return CDI_READ_NOTHING;
    rd_kafka_resp_err_t code = from->err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        note(tail, from->partition, from->offset + 1, false);
        *message = message_of(from);
        return CDI_READ_MESSAGE;
    }
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        note(tail, from->partition, from->offset, true);
    else if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        lost(err, tail, from->partition, from->offset);
    else
        cdi_kafka_fail(err, code, "cannot read %s", tail->name);
    rd_kafka_message_destroy(from);
    return code == RD_KAFKA_RESP_ERR__PARTITION_EOF ? CDI_READ_NOTHING : CDI_READ_FAILED;
}

int64_t cdi_tail_reached(const struct cdi_tail *tail, int32_t partition)
{
    CDI_ASSERT(partition >= 0 && partition < tail->partitions);
    return tail->reached[partition].offset;
}

bool cdi_tail_level(const struct cdi_tail *tail)
{
    return tail->level_count == tail->partitions;
}
