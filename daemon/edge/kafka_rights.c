#include "edge/kafka_rights.h"

#include <stdlib.h>
#include <string.h>

#include "edge/clock.h"
#include "edge/kafka_inside.h"

/* TRANSACTION_MS: how long a reader waits behind a transaction of ours if we are killed in the middle of it. */
#define TRANSACTION_MS "10000"
enum { PATIENCE_MS = 10000, SLICE_MS = 20 };

struct cdi_kafka_rights {
    const struct cdi_kafka_settings *settings;
    const char *transactional;
    rd_kafka_t *consumer, *producer;            /* producer: NULL until needed, and after a transaction went wrong */
    bool delivered;
    rd_kafka_resp_err_t delivery;
};

static void prepare_consumer(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, NULL);
}

struct cdi_kafka_rights *cdi_kafka_rights_open(const struct cdi_kafka_settings *settings, const char *transactional,
                                               struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "allow.auto.create.topics", "false" }, { "enable.partition.eof", "true" },
        { "fetch.wait.max.ms", "10" }, { NULL, NULL }
    };
    struct cdi_kafka_rights *rights = calloc(1, sizeof *rights);
    if (rights == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to ask Kafka");
        return NULL;
    }
    rights->settings = settings;
    rights->transactional = transactional;
    rights->consumer = cdi_kafka_new(RD_KAFKA_CONSUMER, settings, own, prepare_consumer, rights, err);
    if (rights->consumer != NULL)
        return rights;
    cdi_kafka_rights_close(rights);
    return NULL;
}

/* Nothing of a transaction that went wrong is worth a wait. */
static void drop_producer(struct cdi_kafka_rights *rights)
{
    if (rights->producer == NULL)
        return;
    rd_kafka_purge(rights->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_destroy(rights->producer);
    rights->producer = NULL;
}

void cdi_kafka_rights_close(struct cdi_kafka_rights *rights)
{
    if (rights == NULL)
        return;
    drop_producer(rights);
    if (rights->consumer != NULL)
        rd_kafka_destroy(rights->consumer);
    free(rights);
}

/* A topic that librdkafka knows already: it would look for an unknown one only once a second.  NULL on failure. */
static rd_kafka_topic_t *known_topic(rd_kafka_t *handle, const char *name, const char *words, struct cdi_error *err)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(handle, name, NULL);
    if (topic == NULL) {
        cdi_kafka_fail(err, rd_kafka_last_error(), "%s", words);
        return NULL;
    }
    rd_kafka_resp_err_t code = rd_kafka_metadata(handle, 0, topic, &metadata, PATIENCE_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_metadata_destroy(metadata);
        return topic;
    }
    cdi_kafka_fail(err, code, "%s", words);
    rd_kafka_topic_destroy(topic);
    return NULL;
}

/* ---- reading ---- */

/* A topic where something is written all the time may have no end: a message is as good. */
static bool read_one(rd_kafka_queue_t *queue, struct cdi_error *err)
{
    rd_kafka_message_t *message = rd_kafka_consume_queue(queue, PATIENCE_MS);
    rd_kafka_resp_err_t code = message == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : message->err;
    if (message != NULL)
        rd_kafka_message_destroy(message);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
           cdi_kafka_fail(err, code, "cannot read");
}

bool cdi_kafka_may_read(struct cdi_kafka_rights *rights, const char *topic, struct cdi_error *err)
{
    rd_kafka_topic_t *handle = known_topic(rights->consumer, topic, "cannot read", err);
    if (handle == NULL)
        return false;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rights->consumer);
    bool good;
    if (rd_kafka_consume_start_queue(handle, 0, RD_KAFKA_OFFSET_END, queue) == 0) {
        good = read_one(queue, err);
        rd_kafka_consume_stop(handle, 0);
    } else {
        good = cdi_kafka_fail(err, rd_kafka_last_error(), "cannot read");
    }
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(handle);
    return good;
}

/* ---- writing ---- */

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
    struct cdi_kafka_rights *rights = opaque;
    (void)handle;
    rights->delivered = true;
    rights->delivery = message->err;
}

/* What librdkafka would log, the call that fails tells. */
static void prepare_producer(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_log_cb(conf, NULL);
}

static bool take_error(rd_kafka_error_t *error, const char *words, struct cdi_error *err)
{
    if (error == NULL)
        return true;
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return cdi_kafka_fail(err, code, "%s", words);
}

bool cdi_kafka_may_transact(struct cdi_kafka_rights *rights, struct cdi_error *err)
{
    const struct cdi_kafka_own own[] = {
        { "transactional.id", rights->transactional }, { "transaction.timeout.ms", TRANSACTION_MS },
        { "linger.ms", "0" }, { NULL, NULL }
    };
    if (rights->producer != NULL)
        return true;
    rights->producer = cdi_kafka_new(RD_KAFKA_PRODUCER, rights->settings, own, prepare_producer, rights, err);
    if (rights->producer == NULL)
        return false;
    if (take_error(rd_kafka_init_transactions(rights->producer, PATIENCE_MS), "cannot begin transactions", err))
        return true;
    drop_producer(rights);
    return false;
}

/* The error that librdkafka keeps of a transaction which can only be aborted: every call tells it that a transaction in good
 * health answers by "not now", so a second beginning asks. */
static rd_kafka_resp_err_t transaction_error(rd_kafka_t *producer)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(producer);
    rd_kafka_resp_err_t code = error != NULL ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (error != NULL)
        rd_kafka_error_destroy(error);
    return code == RD_KAFKA_RESP_ERR__STATE ? RD_KAFKA_RESP_ERR_NO_ERROR : code;
}

/* A record with a key and no value, which would mean the deletion of what never was. */
static bool write_one(struct cdi_kafka_rights *rights, rd_kafka_topic_t *topic, struct cdi_error *err)
{
    static char key[] = "cdiwatch/check";
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic }, { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = 0 },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { key, sizeof key - 1 } },
    };
    rights->delivered = false;
    rd_kafka_error_t *error = rd_kafka_produceva(rights->producer, parts, sizeof parts / sizeof parts[0]);
    if (error != NULL)
        return take_error(error, "cannot write", err);
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    struct cdi_span start = cdi_clock_elapsed();
    while (code == RD_KAFKA_RESP_ERR_NO_ERROR && !rights->delivered) {
        rd_kafka_poll(rights->producer, SLICE_MS);
        code = transaction_error(rights->producer);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR && cdi_clock_elapsed().ms - start.ms >= PATIENCE_MS)
            code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = rights->delivery;
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot write");
}

/* A producer whose transaction failed is not used again: aborting it may fail too, and a new one costs milliseconds. */
static bool end_transaction(struct cdi_kafka_rights *rights, bool good, struct cdi_error *err)
{
    struct cdi_error ignored = { 0 };
    bool aborted = take_error(rd_kafka_abort_transaction(rights->producer, PATIENCE_MS), "cannot abort the transaction of the "
                              "check", good ? err : &ignored);
    if (!good || !aborted)
        drop_producer(rights);
    return good && aborted;
}

bool cdi_kafka_may_write(struct cdi_kafka_rights *rights, const char *topic, struct cdi_error *err)
{
    if (!cdi_kafka_may_transact(rights, err) ||
        !take_error(rd_kafka_begin_transaction(rights->producer), "cannot begin a transaction", err))
        return false;
    rd_kafka_topic_t *handle = known_topic(rights->producer, topic, "cannot write", err);
    bool good = handle != NULL && write_one(rights, handle, err);
    if (handle != NULL)
        rd_kafka_topic_destroy(handle);
    return end_transaction(rights, good, err);
}

/* ---- the group ---- */

static bool commit_offset(struct cdi_kafka_rights *rights, const char *group, const char *topic, struct cdi_error *err)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, topic, 0)->offset = 0;
    rd_kafka_consumer_group_metadata_t *metadata = rd_kafka_consumer_group_metadata_new(group);
    bool good = take_error(rd_kafka_send_offsets_to_transaction(rights->producer, offsets, metadata, PATIENCE_MS),
                           "cannot use the consumer group", err);
    rd_kafka_consumer_group_metadata_destroy(metadata);
    rd_kafka_topic_partition_list_destroy(offsets);
    return good;
}

bool cdi_kafka_may_use_group(struct cdi_kafka_rights *rights, const char *group, const char *topic, struct cdi_error *err)
{
    return cdi_kafka_may_transact(rights, err) &&
           take_error(rd_kafka_begin_transaction(rights->producer), "cannot begin a transaction", err) &&
           end_transaction(rights, commit_offset(rights, group, topic, err), err);
}
