#include "edge/kafka_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/kafka_admin.h"
#include "edge/kafka_inside.h"
#include "edge/kafka_remedy.h"
#include "edge/log.h"

enum { CALL_MS = 5000, POLL_MS = 50, BATCH_MS = 100, BATCH_MESSAGES = 5000, BATCH_BYTES = 16 * 1024 * 1024, PAUSE_MS = 1000 };

/* From one beginning to the next: a consumer and a producer, and the batch that is open. */
struct session {
    const struct cdi_copy_parts *parts;
    rd_kafka_t *consumer, *producer;
    rd_kafka_topic_t *to, *deadletters;
    struct cdi_copy_counts *counts, batch;
    rd_kafka_topic_partition_list_t *positions; /* of the batch: where the next message of each partition is */
    rd_kafka_topic_partition_list_t *ends;      /* assigned partitions that were met at their end */
    int assigned;
    bool open;                                  /* a transaction */
    size_t messages, bytes;
    enum cdi_remedy remedy;                     /* NONE: goes on; STOP: no use; else a new session */
    struct cdi_error *err;
};

/* ---- what went wrong ---- */

static enum cdi_remedy judge(struct session *session, rd_kafka_error_t *error, const char *what)
{
    if (error == NULL)
        return CDI_REMEDY_NONE;
    struct cdi_kafka_fault fault = { rd_kafka_error_code(error), rd_kafka_error_is_fatal(error),
                                     rd_kafka_error_is_retriable(error), rd_kafka_error_txn_requires_abort(error) };
    enum cdi_remedy remedy = cdi_kafka_remedy(&fault);
    if (remedy != CDI_REMEDY_AGAIN)
        cdi_kafka_fail(session->err, (rd_kafka_resp_err_t)fault.code, "%s", what);
    rd_kafka_error_destroy(error);
    return remedy == CDI_REMEDY_REDO ? CDI_REMEDY_RENEW : remedy;
}

/* NONE stays; the first of the others holds. */
static void end_by(struct session *session, enum cdi_remedy remedy)
{
    if (session->remedy == CDI_REMEDY_NONE)
        session->remedy = remedy;
}

static void end_by_code(struct session *session, rd_kafka_resp_err_t code, const char *what)
{
    struct cdi_kafka_fault fault = { .code = code, .requires_abort = code == RD_KAFKA_RESP_ERR__STATE };
    enum cdi_remedy remedy = cdi_kafka_remedy(&fault);
    cdi_kafka_fail(session->err, code, "%s", what);
    end_by(session, remedy == CDI_REMEDY_STOP || session->err->code == CDI_ERROR_CONFIGURATION ? CDI_REMEDY_STOP
                                                                                               : CDI_REMEDY_RENEW);
}

/* ---- the batch ---- */

static void forget_batch(struct session *session)
{
    rd_kafka_topic_partition_list_destroy(session->positions);
    session->positions = rd_kafka_topic_partition_list_new(4);
    memset(&session->batch, 0, sizeof session->batch);
    session->messages = session->bytes = 0;
    session->open = false;
}

static enum cdi_remedy send_positions(struct session *session)
{
    rd_kafka_consumer_group_metadata_t *member = rd_kafka_consumer_group_metadata(session->consumer);
    enum cdi_remedy remedy;
    if (member == NULL)
        return CDI_REMEDY_RENEW;
    do
        remedy = judge(session, rd_kafka_send_offsets_to_transaction(session->producer, session->positions, member, CALL_MS),
                       "cannot send the positions");
    while (remedy == CDI_REMEDY_AGAIN && !cdi_interrupted());
    rd_kafka_consumer_group_metadata_destroy(member);
    return remedy;
}

static void commit(struct session *session)
{
    if (!session->open || session->remedy != CDI_REMEDY_NONE)
        return;
    enum cdi_remedy remedy = send_positions(session);
    if (remedy == CDI_REMEDY_NONE)
        do
            remedy = judge(session, rd_kafka_commit_transaction(session->producer, CALL_MS), "cannot commit");
        while (remedy == CDI_REMEDY_AGAIN && !cdi_interrupted());
    if (remedy != CDI_REMEDY_NONE) {
        end_by(session, remedy);
        return;
    }
    for (int i = 0; i < CDI_COPIED_COUNT; i++)
        session->counts->counts[i] += session->batch.counts[i];
    forget_batch(session);
}

static bool begin(struct session *session)
{
    if (!session->open && session->remedy == CDI_REMEDY_NONE) {
        end_by(session, judge(session, rd_kafka_begin_transaction(session->producer), "cannot begin a transaction"));
        session->open = session->remedy == CDI_REMEDY_NONE;
    }
    return session->open;
}

/* ---- writing ---- */

static void add_header(rd_kafka_headers_t *headers, struct cdi_text name, struct cdi_text value)
{
    rd_kafka_header_add(headers, name.at, (ssize_t)name.size, value.at, (ssize_t)value.size);
}

static rd_kafka_headers_t *headers_of(const struct cdi_message *message, const struct cdi_header *first, size_t count)
{
    struct cdi_text name, value;
    rd_kafka_headers_t *headers = rd_kafka_headers_new(count + 8);
    for (size_t i = 0; i < count; i++)
        add_header(headers, first[i].name, first[i].value);
    for (size_t i = 0; cdi_message_header(message, i, &name, &value); i++)
        add_header(headers, name, value);
    return headers;
}

/* A record's time of 0 is "now" to librdkafka, which is right for a message that has none. */
static void write_out(struct session *session, rd_kafka_topic_t *topic, const struct cdi_message *message, struct cdi_text key,
                      rd_kafka_headers_t *headers)
{
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)message->value.at, message->value.size } },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)key.at, key.size } },
        { .vtype = RD_KAFKA_VTYPE_TIMESTAMP,
          .u.i64 = cdi_instant_said(message->broker_time) ? message->broker_time.ms : 0 },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
    };
    rd_kafka_resp_err_t code;
    do {
        rd_kafka_error_t *error = rd_kafka_produceva(session->producer, parts, sizeof parts / sizeof parts[0]);
        code = error == NULL ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(error);
        if (error != NULL)
            rd_kafka_error_destroy(error);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(session->producer, POLL_MS);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && !cdi_interrupted());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_headers_destroy(headers);      /* taken only on success */
        end_by_code(session, code, "cannot write");
    }
}

static void log_rejected(const struct session *session, const struct cdi_message *message)
{
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.topic = session->parts->from;
    about.partition = message->partition;
    about.offset = message->offset;
    cdi_log_about(CDI_LOG_WARNING, "rejected", &about, "a message is now a dead letter");
}

static void copy_one(struct session *session, const struct cdi_message *message)
{
    const struct cdi_copy_parts *parts = session->parts;
    struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT];
    struct cdi_text key = message->key;
    enum cdi_copied what = parts->turn(parts->context, message, &key, headers, session->err);
    if (what == CDI_COPIED_COUNT) {
        end_by(session, CDI_REMEDY_STOP);
        return;
    }
    if (what == CDI_COPIED_WRITTEN) {
        write_out(session, session->to, message, key, headers_of(message, NULL, 0));
    } else if (what == CDI_COPIED_REJECTED) {
        log_rejected(session, message);
        write_out(session, session->deadletters, message, message->key,
                  headers_of(message, headers, CDI_DEADLETTER_HEADER_COUNT));
    }
    session->batch.counts[what]++;
    session->messages++;
    session->bytes += message->value.size + message->key.size;
}

/* ---- reading ---- */

/* Where the group is; where it never was, the beginning, or what comes next. */
static bool begin_where(struct session *session, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t code = rd_kafka_committed(session->consumer, list, CALL_MS);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        code = list->elems[i].err;
        if (list->elems[i].offset < 0)
            list->elems[i].offset = session->parts->start == CDI_START_END ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        end_by_code(session, code, "cannot learn the committed offsets");
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* What is in the batch is committed before its partitions are given back; what is lost already, is not ours to commit. */
static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct session *session = opaque;
    bool assign = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    if (!assign && rd_kafka_assignment_lost(handle)) {
        cdi_fail(session->err, CDI_ERROR_BROKER, "the group has given our partitions to somebody else");
        end_by(session, CDI_REMEDY_RENEW);
    }
    if (!assign)
        commit(session);
    rd_kafka_topic_partition_list_destroy(session->ends);
    session->ends = rd_kafka_topic_partition_list_new(4);
    session->assigned = assign && begin_where(session, list) ? list->cnt : 0;
    if (assign)
        cdi_log(CDI_LOG_INFO, "copy_assigned", "%d partition%s of %s", session->assigned, session->assigned == 1 ? "" : "s",
                session->parts->from);
    rd_kafka_assign(handle, session->assigned > 0 ? list : NULL);
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
}

static void note(rd_kafka_topic_partition_list_t *list, const rd_kafka_message_t *message, int64_t offset)
{
    const char *topic = rd_kafka_topic_name(message->rkt);
    rd_kafka_topic_partition_t *place = rd_kafka_topic_partition_list_find(list, topic, message->partition);
    if (place == NULL)
        place = rd_kafka_topic_partition_list_add(list, topic, message->partition);
    place->offset = offset;
}

static void take_message(struct session *session, const rd_kafka_message_t *from)
{
    rd_kafka_timestamp_type_t type;
    int64_t at = rd_kafka_message_timestamp(from, &type);
    const struct cdi_message message = {
        .partition = from->partition, .offset = from->offset, .inside = (void *)(uintptr_t)from,
        .broker_time = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? CDI_INSTANT_NONE : (struct cdi_instant){ at },
        .producer_time = type == RD_KAFKA_TIMESTAMP_CREATE_TIME,
        .key = { from->key, from->key == NULL ? 0 : from->key_len },
        .value = { from->payload, from->payload == NULL ? 0 : from->len },
    };
    rd_kafka_topic_partition_list_del(session->ends, rd_kafka_topic_name(from->rkt), from->partition);
    if (!begin(session))
        return;
    copy_one(session, &message);
    note(session->positions, from, from->offset + 1);
}

static void take_error(struct session *session, const rd_kafka_message_t *from)
{
    switch (from->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        note(session->ends, from, from->offset);
        break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        cdi_fail_at(session->err, CDI_ERROR_CONFIGURATION, session->parts->from, "partition %d: the broker no longer has the "
                    "offset that was committed; messages were deleted before they were copied. Nothing is skipped silently: "
                    "lengthen retention.ms; then, knowing what is lost, move the group %s to an offset that exists "
                    "(kafka-consumer-groups.sh --reset-offsets)", (int)from->partition, session->parts->group);
        end_by(session, CDI_REMEDY_STOP);
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__FATAL:
        end_by_code(session, from->err, "cannot read");
        break;
    default:                                    /* librdkafka goes on trying */
        cdi_log(CDI_LOG_INFO, "kafka", "%s", rd_kafka_message_errstr(from));
    }
}

/* Reads until the batch is full or old enough; an empty one may be as old as it likes. */
static void fill_batch(struct session *session)
{
    struct cdi_span start = cdi_clock_elapsed();
    while (session->remedy == CDI_REMEDY_NONE && !cdi_interrupted() && session->messages < BATCH_MESSAGES &&
           session->bytes < BATCH_BYTES && cdi_clock_elapsed().ms - start.ms < BATCH_MS) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(session->consumer, POLL_MS);
        if (message == NULL)
            continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            take_message(session, message);
        else
            take_error(session, message);
        rd_kafka_message_destroy(message);
    }
}

/* ---- sessions ---- */

/* The first message of a topic waits for what the broker knows of it, up to a second, unless it was asked before. */
static rd_kafka_topic_t *open_topic(struct session *session, const char *name)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(session->producer, name, NULL);
    rd_kafka_resp_err_t code = topic == NULL ? rd_kafka_last_error()
                                             : rd_kafka_metadata(session->producer, 0, topic, &metadata, CALL_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
    else
        end_by_code(session, code, "cannot write");
    return topic;
}

static bool open_producer(struct session *session)
{
    const struct cdi_kafka_own own[] = {
        { "transactional.id", session->parts->transactional_id }, { "partitioner", "murmur2_random" }, { "linger.ms", "2" },
        { "message.max.bytes", "4194304" }, { NULL, NULL }
    };
    session->producer = cdi_kafka_new(RD_KAFKA_PRODUCER, session->parts->settings, own, NULL, session, session->err);
    if (session->producer == NULL) {
        end_by(session, CDI_REMEDY_STOP);
        return false;
    }
    enum cdi_remedy remedy;
    do
        remedy = judge(session, rd_kafka_init_transactions(session->producer, CALL_MS), "cannot begin transactions");
    while (remedy == CDI_REMEDY_AGAIN && !cdi_interrupted());
    end_by(session, remedy);
    if (remedy == CDI_REMEDY_NONE) {
        session->to = open_topic(session, session->parts->to);
        session->deadletters = open_topic(session, session->parts->deadletters);
    }
    return session->remedy == CDI_REMEDY_NONE;
}

static bool open_consumer(struct session *session)
{
    const struct cdi_kafka_own own[] = {
        { "group.id", session->parts->group }, { "group.instance.id", session->parts->instance },
        { "enable.auto.commit", "false" }, { "enable.auto.offset.store", "false" }, { "auto.offset.reset", "error" },
        { "isolation.level", "read_committed" }, { "check.crcs", "true" }, { "enable.partition.eof", "true" },
        { "allow.auto.create.topics", "false" }, { NULL, NULL }
    };
    session->consumer = cdi_kafka_new(RD_KAFKA_CONSUMER, session->parts->settings, own, prepare, session, session->err);
    if (session->consumer == NULL) {
        end_by(session, CDI_REMEDY_STOP);
        return false;
    }
    rd_kafka_poll_set_consumer(session->consumer);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, session->parts->from, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(session->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        end_by_code(session, code, "cannot join the consumer group");
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* An open transaction is taken back, so that nobody waits behind it. */
static void close_session(struct session *session)
{
    if (session->consumer != NULL) {
        rd_kafka_consumer_close(session->consumer);
        rd_kafka_destroy(session->consumer);
    }
    if (session->open) {
        rd_kafka_error_t *error = rd_kafka_abort_transaction(session->producer, CALL_MS);
        if (error != NULL)
            rd_kafka_error_destroy(error);
    }
    if (session->to != NULL)
        rd_kafka_topic_destroy(session->to);
    if (session->deadletters != NULL)
        rd_kafka_topic_destroy(session->deadletters);
    if (session->producer != NULL)
        rd_kafka_destroy(session->producer);
    rd_kafka_topic_partition_list_destroy(session->positions);
    rd_kafka_topic_partition_list_destroy(session->ends);
}

static enum cdi_remedy run_session(const struct cdi_copy_parts *parts, struct cdi_copy_counts *counts, struct cdi_error *err)
{
    struct session session = { .parts = parts, .counts = counts, .err = err,
                               .positions = rd_kafka_topic_partition_list_new(4),
                               .ends = rd_kafka_topic_partition_list_new(4) };
    bool whole = false;
    if (open_producer(&session) && open_consumer(&session))
        while (session.remedy == CDI_REMEDY_NONE && !whole && !cdi_interrupted()) {
            fill_batch(&session);
            commit(&session);
            whole = parts->until_end && session.assigned > 0 && session.ends->cnt == session.assigned;
        }
    close_session(&session);
    return session.remedy;
}

/* Looked at once, at the start: what is not there then is a slip of the pen, not a broker's bad hour. */
static bool look(const struct cdi_copy_parts *parts, struct cdi_error *err)
{
    const char *const topics[] = { parts->from, parts->to, parts->deadletters };
    struct cdi_kafka_topic seen;
    struct cdi_kafka_admin *admin = cdi_kafka_admin_open(parts->settings, err);
    bool good = admin != NULL;
    for (size_t i = 0; good && i < sizeof topics / sizeof topics[0]; i++) {
        struct cdi_error problem = { 0 };
        good = cdi_kafka_admin_look(admin, topics[i], CDI_TOPIC_NOW, &seen, &problem) ||
               cdi_fail_at(err, problem.code, topics[i], "%s", problem.text);
        if (good && !seen.exists)
            good = cdi_fail_at(err, CDI_ERROR_CONFIGURATION, topics[i], "there is no such topic");
    }
    cdi_kafka_admin_close(admin);
    return good;
}

bool cdi_kafka_copy(const struct cdi_copy_parts *parts, struct cdi_copy_counts *counts, struct cdi_error *err)
{
    memset(counts, 0, sizeof *counts);
    if (!look(parts, err))
        return false;
    cdi_log(CDI_LOG_NOTICE, "copy_started", "%s is copied into %s", parts->from, parts->to);
    for (;;) {
        struct cdi_error problem = { 0 };
        enum cdi_remedy remedy = run_session(parts, counts, &problem);
        if (remedy == CDI_REMEDY_NONE || (remedy != CDI_REMEDY_STOP && cdi_interrupted()))
            return true;
        if (remedy == CDI_REMEDY_STOP)
            return cdi_fail_at(err, problem.code, problem.where, "%s", problem.text);
        cdi_log(CDI_LOG_WARNING, "copy_renewed", "beginning anew from what is committed: %s", problem.text);
        nanosleep(&(struct timespec){ .tv_sec = PAUSE_MS / 1000 }, NULL);
    }
}
