#include "edge/kafka_producer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/clock.h"
#include "edge/faults.h"
#include "edge/kafka_inside.h"
#include "edge/log.h"

enum { CALL_MS = 5000, REDOS_MAX = 5, QUEUE_WAIT_MS = 10 };
#define GIVE_UP_AFTER CDI_SECONDS(90)           /* longer than the transaction can live: the broker has ended it */

struct cdi_producer {
    rd_kafka_t *handle;
    rd_kafka_topic_t *topics[CDI_TOPIC_COUNT];
    const char *names[CDI_TOPIC_COUNT];
    int32_t shard;
    const bool *give_up;
};

static bool is_output(enum cdi_topic topic)
{
    return topic == CDI_TOPIC_ALERTS || topic == CDI_TOPIC_CHANGELOG || topic == CDI_TOPIC_DEADLETTERS;
}

/* Takes the error, says what it means and, unless it is to be tried again, what it was. */
static enum cdi_remedy judge(rd_kafka_error_t *error, const char *what, struct cdi_error *err)
{
    if (error == NULL)
        return CDI_REMEDY_NONE;
    struct cdi_kafka_fault fault = { rd_kafka_error_code(error), rd_kafka_error_is_fatal(error),
                                     rd_kafka_error_is_retriable(error), rd_kafka_error_txn_requires_abort(error) };
    enum cdi_remedy remedy = cdi_kafka_remedy(&fault);
    if (remedy == CDI_REMEDY_REDO || remedy == CDI_REMEDY_AGAIN)
        cdi_log(CDI_LOG_INFO, "transaction_delayed", "%s: %s", what, rd_kafka_error_string(error));
    else
        cdi_kafka_fail(err, (rd_kafka_resp_err_t)fault.code, "%s", what);
    rd_kafka_error_destroy(error);
    return remedy;
}

static bool too_long(const struct cdi_producer *producer, struct cdi_span since)
{
    return __atomic_load_n(producer->give_up, __ATOMIC_RELAXED) || cdi_clock_elapsed().ms - since.ms > GIVE_UP_AFTER.ms;
}

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 2 * 1000 * 1000 }, NULL);
}

/* Whether to make the call once more; if it took too long, the remedy becomes a new session. */
static bool again(const struct cdi_producer *producer, struct cdi_span since, const char *what, enum cdi_remedy *remedy,
                  struct cdi_error *err)
{
    if (*remedy != CDI_REMEDY_AGAIN)
        return false;
    if (!too_long(producer, since)) {
        pause_a_little();
        return true;
    }
    cdi_fail(err, CDI_ERROR_BROKER, "%s: no answer in time", what);
    *remedy = CDI_REMEDY_RENEW;
    return false;
}

/* ---- life ---- */

/* The first message of a topic waits for what the broker knows of it, unless it was asked before. */
static bool open_topics(struct cdi_producer *producer, struct cdi_error *err)
{
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++) {
        const struct rd_kafka_metadata *metadata;
        if (!is_output((enum cdi_topic)topic))
            continue;
        producer->topics[topic] = rd_kafka_topic_new(producer->handle, producer->names[topic], NULL);
        if (producer->topics[topic] == NULL)
            return cdi_kafka_fail(err, rd_kafka_last_error(), "cannot write to %s", producer->names[topic]);
        rd_kafka_resp_err_t code = rd_kafka_metadata(producer->handle, 0, producer->topics[topic], &metadata, CALL_MS);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return cdi_kafka_fail(err, code, "cannot learn about %s", producer->names[topic]);
        rd_kafka_metadata_destroy(metadata);
    }
    return true;
}

/* linger.ms: the library sleeps by whole milliseconds, and waits for the last one in a loop: were it the only one, a core would be
 * busy with it.  A commit waits for none of it. */
struct cdi_producer *cdi_producer_create(const struct cdi_producer_parts *parts, enum cdi_remedy *remedy, struct cdi_error *err)
{
    const struct cdi_kafka_own own[] = {
        { "transactional.id", parts->transactional_id }, { "transaction.timeout.ms", "60000" }, { "linger.ms", "5" },
        { "retry.backoff.ms", "2" }, { "socket.nagle.disable", "true" }, { "queue.buffering.max.messages", "10000000" },
        { "queue.buffering.max.kbytes", "2097151" }, { "message.max.bytes", "16777216" }, { NULL, NULL }
    };
    struct cdi_span since = cdi_clock_elapsed();
    struct cdi_producer *producer = calloc(1, sizeof *producer);
    *remedy = CDI_REMEDY_RENEW;
    if (producer == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a producer");
        return NULL;
    }
    producer->shard = parts->shard;
    producer->give_up = parts->give_up;
    memcpy(producer->names, parts->topics, sizeof producer->names);
    producer->handle = cdi_kafka_new(RD_KAFKA_PRODUCER, parts->settings, own, NULL, producer, err);
    if (producer->handle != NULL) {
        do
            *remedy = judge(rd_kafka_init_transactions(producer->handle, CALL_MS), "cannot take over the shard's transactions", err);
        while (again(producer, since, "taking over the shard's transactions", remedy, err));
        if (*remedy == CDI_REMEDY_NONE && open_topics(producer, err))
            return producer;
        *remedy = *remedy == CDI_REMEDY_NONE ? CDI_REMEDY_RENEW : *remedy;
    }
    cdi_producer_destroy(producer);
    return NULL;
}

void cdi_producer_destroy(struct cdi_producer *producer)
{
    if (producer == NULL)
        return;
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        if (producer->topics[topic] != NULL)
            rd_kafka_topic_destroy(producer->topics[topic]);
    if (producer->handle != NULL)
        rd_kafka_destroy(producer->handle);
    free(producer);
}

/* ---- one transaction ---- */

/* The bytes stay in the outbox, which is not emptied before the transaction is over: nothing is copied. */
static rd_kafka_resp_err_t produce_plain(struct cdi_producer *producer, const struct cdi_outbox_record *record)
{
    if (rd_kafka_produce(producer->topics[record->topic], producer->shard, 0, (void *)(uintptr_t)record->value.at,
                         record->value.size, record->key.at, record->key.size, NULL) == 0)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    return rd_kafka_last_error();
}

static rd_kafka_resp_err_t produce_with_headers(struct cdi_producer *producer, const struct cdi_outbox_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        const struct cdi_header *header = &record->headers[i];
        rd_kafka_header_add(headers, header->name.at, (ssize_t)header->name.size, header->value.at, (ssize_t)header->value.size);
    }
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = producer->topics[record->topic] },
        { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = producer->shard },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)record->value.at, record->value.size } },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)record->key.at, record->key.size } },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
    };
    rd_kafka_error_t *error = rd_kafka_produceva(producer->handle, parts, sizeof parts / sizeof parts[0]);
    rd_kafka_resp_err_t code = error == NULL ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(error);
    if (error != NULL)
        rd_kafka_error_destroy(error);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return code;
}

static enum cdi_remedy produce_one(struct cdi_producer *producer, const struct cdi_outbox_record *record, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    rd_kafka_resp_err_t code;
    do {
        code = record->header_count > 0 ? produce_with_headers(producer, record) : produce_plain(producer, record);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(producer->handle, QUEUE_WAIT_MS);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && !too_long(producer, since));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return CDI_REMEDY_NONE;
    struct cdi_kafka_fault fault = { .code = code, .fatal = code == RD_KAFKA_RESP_ERR__FATAL,
                                     .requires_abort = code == RD_KAFKA_RESP_ERR__STATE };
    cdi_kafka_fail(err, code, "cannot write to %s", producer->names[record->topic]);
    enum cdi_remedy remedy = cdi_kafka_remedy(&fault);
    return remedy == CDI_REMEDY_AGAIN ? CDI_REMEDY_RENEW : remedy;
}

static enum cdi_remedy produce_all(struct cdi_producer *producer, const struct cdi_outbox *outbox, struct cdi_error *err)
{
    struct cdi_outbox_record record;
    enum cdi_remedy remedy = CDI_REMEDY_NONE;
    size_t half = cdi_outbox_count(outbox) / 2, done = 0;
    for (size_t i = 0; remedy == CDI_REMEDY_NONE && cdi_outbox_at(outbox, i, &record); i++) {
        if (record.topic == CDI_TOPIC_COUNT)
            continue;
        if (done++ == half)
            cdi_fault(CDI_FAULT_HALF_PRODUCED);
        remedy = produce_one(producer, &record, err);
    }
    return remedy;
}

static enum cdi_remedy send_positions(struct cdi_producer *producer, struct cdi_consumer *consumer,
                                      const struct cdi_partition *positions, size_t count, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    enum cdi_remedy remedy;
    rd_kafka_topic_partition_list_t *list = cdi_consumer_list(consumer, positions, count);
    rd_kafka_consumer_group_metadata_t *member = rd_kafka_consumer_group_metadata(cdi_consumer_handle(consumer));
    do
        remedy = member == NULL ? CDI_REMEDY_RENEW
            : judge(rd_kafka_send_offsets_to_transaction(producer->handle, list, member, CALL_MS), "cannot send the positions", err);
    while (again(producer, since, "sending the positions", &remedy, err));
    if (member != NULL)
        rd_kafka_consumer_group_metadata_destroy(member);
    rd_kafka_topic_partition_list_destroy(list);
    return remedy;
}

static enum cdi_remedy begin(struct cdi_producer *producer, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    enum cdi_remedy remedy;
    do
        remedy = judge(rd_kafka_begin_transaction(producer->handle), "cannot begin a transaction", err);
    while (again(producer, since, "beginning a transaction", &remedy, err));
    return remedy;
}

static enum cdi_remedy finish(struct cdi_producer *producer, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    enum cdi_remedy remedy;
    do
        remedy = judge(rd_kafka_commit_transaction(producer->handle, CALL_MS), "cannot commit", err);
    while (again(producer, since, "committing", &remedy, err));
    return remedy;
}

static enum cdi_remedy call_off(struct cdi_producer *producer, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    enum cdi_remedy remedy;
    do
        remedy = judge(rd_kafka_abort_transaction(producer->handle, CALL_MS), "cannot abort", err);
    while (again(producer, since, "aborting", &remedy, err));
    return remedy;
}

static enum cdi_remedy attempt(struct cdi_producer *producer, const struct cdi_outbox *outbox, struct cdi_consumer *consumer,
                               const struct cdi_partition *positions, size_t position_count, struct cdi_error *err)
{
    enum cdi_remedy remedy = begin(producer, err);
    if (remedy != CDI_REMEDY_NONE)
        return remedy;
    cdi_fault(CDI_FAULT_BEGUN);
    remedy = produce_all(producer, outbox, err);
    if (remedy != CDI_REMEDY_NONE)
        return remedy;
    cdi_fault(CDI_FAULT_PRODUCED);
    remedy = send_positions(producer, consumer, positions, position_count, err);
    if (remedy != CDI_REMEDY_NONE)
        return remedy;
    cdi_fault(CDI_FAULT_OFFSETS_SENT);
    remedy = finish(producer, err);
    if (remedy == CDI_REMEDY_NONE)
        cdi_fault(CDI_FAULT_COMMITTED);
    return remedy;
}

enum cdi_remedy cdi_producer_commit(struct cdi_producer *producer, const struct cdi_outbox *outbox, struct cdi_consumer *consumer,
                                    const struct cdi_partition *positions, size_t position_count, struct cdi_error *err)
{
    enum cdi_remedy remedy = CDI_REMEDY_REDO;
    for (int redo = 0; remedy == CDI_REMEDY_REDO && redo < REDOS_MAX; redo++) {
        struct cdi_error problem = { 0 };
        if (redo > 0 && (remedy = call_off(producer, err)) != CDI_REMEDY_NONE)
            break;
        remedy = attempt(producer, outbox, consumer, positions, position_count, &problem);
        if (remedy != CDI_REMEDY_NONE && remedy != CDI_REMEDY_REDO)
            cdi_fail_at(err, problem.code, problem.where, "%s", problem.text);
    }
    if (remedy == CDI_REMEDY_REDO) {
        cdi_fail(err, CDI_ERROR_BROKER, "a transaction was aborted %d times", REDOS_MAX);
        remedy = CDI_REMEDY_RENEW;
    }
    return remedy;
}
