/* The phases of a session: opening, joining, restoring, running, handing back, closing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/clock.h"
#include "edge/faults.h"
#include "edge/log.h"
#include "edge/pump_inside.h"

enum { COMMITTED_MS = 10000, LEAST_SHARE = 256 * 1024 };

/* ---- memory ---- */

static size_t share(const struct cdi_pump *pump, size_t among)
{
    size_t bytes = (size_t)pump->parts.config->memory / CDI_PUMP_PARTS_OF_MEMORY / (among > 0 ? among : 1);
    return bytes > LEAST_SHARE ? bytes : LEAST_SHARE;
}

static size_t prefetch_share(const struct cdi_pump *pump)
{
    return share(pump, (size_t)pump->parts.config->partitions * CDI_FEED_COUNT);
}

size_t cdi_pump_outbox_share(const struct cdi_pump *pump)
{
    return share(pump, pump->lane_count * 2);   /* one fills, one flies */
}

/* ---- opening ---- */

static void names_of(const struct cdi_config *config, const char *topics[CDI_TOPIC_COUNT])
{
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        topics[topic] = config->topics[topic].at;
}

/* A broker that is away is said by whoever tries again, once and not for each try. */
static void complain(void *context, const struct cdi_error *problem)
{
    (void)context;
    if (problem->code == CDI_ERROR_BROKER)
        return;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = problem;
    cdi_log_about(CDI_LOG_ERROR, "check_failed", &about, "checked before starting");
}

static void open_work(uv_work_t *work)
{
    struct cdi_pump *pump = work->data;
    const struct cdi_config *config = pump->parts.config;
    const char *topics[CDI_TOPIC_COUNT];
    names_of(config, topics);
    const struct cdi_topics_talk talk = { .problem = complain };
    if (!cdi_topics_compare(config, &talk, &pump->open_err))         /* rights show when they are used; `check` tries them all */
        return;
    struct cdi_consumer_parts consumer = { .settings = &config->kafka, .group = config->group.at, .instance = config->instance.at,
                                           .prefetch = prefetch_share(pump), .wake_fd = pump->wake_fd };
    struct cdi_ends_parts ends = { .settings = &config->kafka, .probe_topic = topics[CDI_TOPIC_PROBE], .instance = config->instance.at,
                                   .allow_create_time = config->allow_create_time, .wake_fd = pump->wake_fd };
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        consumer.topics[feed] = ends.topics[feed] = topics[CDI_TOPIC_INCIDENTS + feed];
    pump->ends = cdi_ends_create(&ends, &pump->open_err);
    if (pump->ends != NULL)
        pump->consumer = cdi_consumer_create(&consumer, &pump->open_err);
}

static enum cdi_pump_end end_for(const struct cdi_error *err)
{
    return err->code == CDI_ERROR_CONFIGURATION || err->code == CDI_ERROR_RIGHTS || err->code == CDI_ERROR_SYSTEM ||
           err->code == CDI_ERROR_CORRUPT ? CDI_PUMP_FAILED : CDI_PUMP_RENEW;
}

static void open_done(uv_work_t *work, int status)
{
    struct cdi_pump *pump = work->data;
    (void)status;
    pump->working = false;
    if (pump->phase == CDI_PUMP_OPENING && pump->consumer != NULL) {
        pump->phase = CDI_PUMP_JOINING;
        cdi_log(CDI_LOG_INFO, "connected", "joining group %s as %s", pump->parts.config->group.at, pump->parts.config->instance.at);
    } else if (pump->phase == CDI_PUMP_OPENING) {
        cdi_pump_end_with(pump, end_for(&pump->open_err), &pump->open_err);
    }
    cdi_pump_go_on(pump);
}

void cdi_pump_open(struct cdi_pump *pump)
{
    pump->working = true;
    pump->work.data = pump;
    CDI_ASSERT(uv_queue_work(pump->parts.loop, &pump->work, open_work, open_done) == 0);
}

/* ---- restoring ---- */

static bool ask_positions(struct cdi_lane *lane)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        lane->positions[feed] = (struct cdi_partition){ (enum cdi_feed)feed, lane->number, CDI_OFFSET_NONE };
    return cdi_consumer_committed(lane->pump->consumer, lane->positions, CDI_FEED_COUNT, COMMITTED_MS, &lane->err);
}

/* What is read again changes nothing. */
static void say_no_positions(struct cdi_lane *lane)
{
    if (cdi_consumer_embedded(lane->pump->consumer, COMMITTED_MS))
        cdi_log(CDI_LOG_INFO, "positions_not_kept", "shard %d is read again from the beginning of its topics, as after each start with the "
                "embedded broker", lane->number);
    else
        cdi_log(CDI_LOG_WARNING, "positions_gone", "shard %d has state and the group no positions: its topics are read again from their "
                "beginning; lengthen offsets.retention.minutes on the brokers", lane->number);
}

/* Only a shard that has never begun starts where the configuration says: whoever has a position in one feed, or state, skips nothing
 * any more.  State without a position: the group forgot them (offsets.retention.minutes). */
static void choose_positions(struct cdi_lane *lane, uint64_t records)
{
    bool begun = records > 0;
    size_t known = 0;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        known += lane->positions[feed].offset != CDI_OFFSET_NONE;
    if (begun && known == 0)
        say_no_positions(lane);
    begun |= known > 0;
    int64_t start = begun || lane->pump->parts.config->start != CDI_START_END ? CDI_OFFSET_BEGINNING : CDI_OFFSET_END;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        if (lane->positions[feed].offset == CDI_OFFSET_NONE)
            lane->positions[feed].offset = start;
        cdi_shard_begin_at(lane->shard, (enum cdi_feed)feed, lane->positions[feed].offset);
    }
}

/* In the order in which nothing can be lost: fence the predecessor, so that its transaction is ended; then what it committed, then
 * the state, then read on from there. */
static void restore_work(uv_work_t *work)
{
    struct cdi_lane *lane = work->data;
    struct cdi_pump *pump = lane->pump;
    const struct cdi_config *config = pump->parts.config;
    struct cdi_producer_parts producer = { .settings = &config->kafka, .transactional_id = lane->transactional_id,
                                           .shard = lane->number, .give_up = &pump->give_up };
    struct cdi_shard_parts shard = { config, pump->parts.reading, lane->number };
    struct cdi_restore restore = { .settings = &config->kafka, .topic = config->topics[CDI_TOPIC_CHANGELOG].at,
                                   .prefetch = prefetch_share(pump) * CDI_FEED_COUNT, .give_up = &pump->give_up,
                                   .progress = &lane->restored_records };
    struct cdi_span began = cdi_clock_elapsed();
    names_of(config, producer.topics);
    lane->producer = cdi_producer_create(&producer, &lane->remedy, &lane->err);
    if (lane->producer == NULL)
        return;
    cdi_fault(CDI_FAULT_FENCED);
    lane->remedy = CDI_REMEDY_RENEW;
    lane->shard = cdi_shard_create(&shard, &lane->err);
    if (lane->shard == NULL || !ask_positions(lane) || !cdi_restore(&restore, lane->shard, &lane->err))
        return;
    choose_positions(lane, restore.records);
    bool more = true, whole;
    while (more)
        if (!cdi_shard_settle(lane->shard, &more, &whole, &lane->err))
            return;
    lane->remedy = CDI_REMEDY_NONE;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.shard = lane->number;
    cdi_log_about(CDI_LOG_INFO, "shard_ready", &about, "restored from %llu state records, %llu KiB, in %lld ms",
                  (unsigned long long)restore.records, (unsigned long long)(restore.bytes / 1024),
                  (long long)(cdi_clock_elapsed().ms - began.ms));
    cdi_fault(CDI_FAULT_RESTORED);
}

static void restore_done(uv_work_t *work, int status)
{
    struct cdi_lane *lane = work->data;
    struct cdi_pump *pump = lane->pump;
    (void)status;
    lane->in_flight = false;
    lane->restored = lane->remedy == CDI_REMEDY_NONE;
    if (lane->remedy != CDI_REMEDY_NONE && pump->phase == CDI_PUMP_RESTORING)
        cdi_pump_end_with(pump, lane->remedy == CDI_REMEDY_STOP ? CDI_PUMP_FAILED : end_for(&lane->err), &lane->err);
    cdi_pump_go_on(pump);
}

static bool lanes_for(struct cdi_pump *pump, const struct cdi_partition *partitions, size_t count, struct cdi_error *err)
{
    CDI_ASSERT(pump->lanes == NULL);
    pump->lanes = calloc(count / CDI_FEED_COUNT + 1, sizeof *pump->lanes);
    if (pump->lanes == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for %zu partitions", count);
    for (size_t i = 0; i < count; i += CDI_FEED_COUNT) {
        if (i + CDI_FEED_COUNT > count || partitions[i].partition != partitions[i + CDI_FEED_COUNT - 1].partition)
            return cdi_fail(err, CDI_ERROR_CONFIGURATION, "the group gave out partition %d of some inputs but not of all: the three have unequal "
                            "numbers of partitions, or another member of group %s uses another assignor than range",
                            partitions[i].partition, pump->parts.config->group.at);
        struct cdi_lane *lane = &pump->lanes[pump->lane_count++];
        *lane = (struct cdi_lane){ .pump = pump, .number = partitions[i].partition };
        snprintf(lane->transactional_id, sizeof lane->transactional_id, "%s.%d", pump->parts.config->group.at, lane->number);
    }
    return true;
}

static void assigned(struct cdi_pump *pump, const struct cdi_partition *partitions, size_t count)
{
    struct cdi_error err = { 0 };
    cdi_log(CDI_LOG_NOTICE, "assigned", "%zu shards to restore", count / CDI_FEED_COUNT);
    pump->phase = CDI_PUMP_RESTORING;
    pump->lost = false;
    if (!lanes_for(pump, partitions, count, &err)) {
        cdi_pump_end_with(pump, CDI_PUMP_FAILED, &err);
        return;
    }
    for (size_t i = 0; i < pump->lane_count; i++) {
        struct cdi_lane *lane = &pump->lanes[i];
        lane->in_flight = true;
        lane->work.data = lane;
        CDI_ASSERT(uv_queue_work(pump->parts.loop, &lane->work, restore_work, restore_done) == 0);
    }
}

static bool any_in_flight(const struct cdi_pump *pump)
{
    for (size_t i = 0; i < pump->lane_count; i++)
        if (pump->lanes[i].in_flight)
            return true;
    return false;
}

static bool begin_reading(struct cdi_pump *pump, struct cdi_error *err)
{
    size_t count = pump->lane_count * CDI_FEED_COUNT;
    struct cdi_partition *all = calloc(count + 1, sizeof *all);
    if (all == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for %zu partitions", count);
    for (size_t i = 0; i < pump->lane_count; i++)
        memcpy(&all[i * CDI_FEED_COUNT], pump->lanes[i].positions, sizeof pump->lanes[i].positions);
    bool good = cdi_consumer_assign(pump->consumer, all, count, err) && cdi_ends_watch(pump->ends, all, count, err);
    for (size_t i = 0; good && i < count; i++)
        pump->lanes[i / CDI_FEED_COUNT].streams[all[i].feed] =
            cdi_consumer_stream(pump->consumer, all[i].feed, all[i].partition);
    free(all);
    return good;
}

static void restored(struct cdi_pump *pump)
{
    struct cdi_error err = { 0 };
    pump->phase = CDI_PUMP_RUNNING;
    pump->running_since = cdi_clock_elapsed();
    if (!begin_reading(pump, &err))
        cdi_pump_end_with(pump, end_for(&err), &err);
    cdi_pump_kick(pump);
}

/* ---- handing back ---- */

static void drop_work(uv_work_t *work)
{
    struct cdi_pump *pump = work->data;
    for (size_t i = 0; i < pump->lane_count; i++) {
        cdi_producer_destroy(pump->lanes[i].producer);
        cdi_shard_destroy(pump->lanes[i].shard);
    }
    if (pump->closing) {
        cdi_consumer_destroy(pump->consumer);
        cdi_ends_destroy(pump->ends);
        pump->consumer = NULL;
        pump->ends = NULL;
    }
}

static void ended(struct cdi_pump *pump)
{
    pump->phase = CDI_PUMP_ENDED;
    uv_timer_stop(&pump->tick);
    uv_timer_stop(&pump->limit);
    uv_poll_stop(&pump->wake);
    pump->parts.ended(pump->parts.context, pump->end, &pump->err);
}

static void drop_done(uv_work_t *work, int status)
{
    struct cdi_pump *pump = work->data;
    (void)status;
    pump->working = false;
    free(pump->lanes);
    pump->lanes = NULL;
    pump->lane_count = 0;
    if (pump->closing) {
        ended(pump);
        return;
    }
    cdi_consumer_unassign(pump->consumer);
    if (pump->phase == CDI_PUMP_HANDING_BACK) {
        pump->phase = CDI_PUMP_JOINING;
        __atomic_store_n(&pump->give_up, false, __ATOMIC_RELAXED);
        cdi_log(CDI_LOG_NOTICE, "handed_back", "all shards are given back; waiting for the group");
    }
    cdi_pump_go_on(pump);
}

/* Conservation: what was consumed is what became of it, feed by feed. */
static void say_counts(const struct cdi_lane *lane)
{
    struct cdi_shard_status status;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.shard = lane->number;
    cdi_shard_status(lane->shard, &status);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        char words[200] = "";
        size_t used = 0;
        uint64_t consumed = 0;
        for (int outcome = 0; outcome < CDI_OUTCOME_COUNT; outcome++) {
            consumed += status.outcomes[feed][outcome];
            used += (size_t)snprintf(words + used, sizeof words - used, "%s%llu %s", outcome > 0 ? " + " : "",
                                     (unsigned long long)status.outcomes[feed][outcome], cdi_outcome_word((enum cdi_outcome)outcome));
        }
        cdi_log_about(CDI_LOG_INFO, "counts", &about, "%s: %llu consumed = %s", cdi_feed_word((enum cdi_feed)feed),
                      (unsigned long long)consumed, words);
    }
}

static void drop_lanes(struct cdi_pump *pump)
{
    const struct cdi_partition none = { 0 };
    struct cdi_error err = { 0 };
    for (size_t i = 0; i < pump->lane_count; i++) {
        cdi_lane_drop_heads(&pump->lanes[i]);
        if (pump->lanes[i].shard != NULL)
            say_counts(&pump->lanes[i]);
    }
    if (pump->ends != NULL)
        cdi_ends_watch(pump->ends, &none, 0, &err);
    pump->working = true;
    pump->closing = pump->phase == CDI_PUMP_CLOSING;
    pump->work.data = pump;
    CDI_ASSERT(uv_queue_work(pump->parts.loop, &pump->work, drop_work, drop_done) == 0);
}

static bool all_drained(struct cdi_pump *pump, bool discard)
{
    bool drained = true;
    for (size_t i = 0; i < pump->lane_count; i++)
        drained &= cdi_lane_drained(&pump->lanes[i], discard);
    return drained;
}

static void revoked(struct cdi_pump *pump, bool lost)
{
    cdi_log(lost ? CDI_LOG_WARNING : CDI_LOG_NOTICE, lost ? "lost" : "revoked", lost ?
            "this instance is out of the group: the broker did not hear from it in time; what was not committed is done again by whoever has the shards next" : "shards are to be given back");
    pump->lost |= lost;
    pump->lost |= pump->phase == CDI_PUMP_RESTORING;            /* half restored: there is nothing to commit */
    if (pump->lost)
        __atomic_store_n(&pump->give_up, true, __ATOMIC_RELAXED);
    cdi_fault(CDI_FAULT_REVOKED);
    pump->phase = CDI_PUMP_HANDING_BACK;
}

/* ---- what comes ---- */

void cdi_pump_group_event(struct cdi_pump *pump)
{
    const struct cdi_partition *partitions;
    size_t count;
    struct cdi_error err = { 0 };
    if (pump->phase == CDI_PUMP_OPENING || pump->phase == CDI_PUMP_CLOSING || pump->phase == CDI_PUMP_ENDED)
        return;                                 /* the consumer is a worker's */
    switch (cdi_consumer_poll(pump->consumer, &partitions, &count, &err)) {
    case CDI_GROUP_NOTHING:
        break;
    case CDI_GROUP_ASSIGNED:
        if (pump->phase == CDI_PUMP_JOINING)
            assigned(pump, partitions, count);
        break;
    case CDI_GROUP_REVOKED:
        revoked(pump, false);
        break;
    case CDI_GROUP_LOST:
        revoked(pump, true);
        break;
    case CDI_GROUP_FAILED:
        cdi_pump_end_with(pump, end_for(&err), &err);
        break;
    }
}

void cdi_pump_go_on(struct cdi_pump *pump)
{
    if (pump->working)
        return;
    switch (pump->phase) {
    case CDI_PUMP_RESTORING:
        if (!any_in_flight(pump))
            restored(pump);
        break;
    case CDI_PUMP_RUNNING:
        cdi_pump_kick(pump);
        break;
    case CDI_PUMP_HANDING_BACK:
        if (all_drained(pump, pump->lost))
            drop_lanes(pump);
        break;
    case CDI_PUMP_CLOSING:
        if (all_drained(pump, pump->lost || __atomic_load_n(&pump->give_up, __ATOMIC_RELAXED)))
            drop_lanes(pump);
        break;
    case CDI_PUMP_OPENING:
    case CDI_PUMP_JOINING:
    case CDI_PUMP_ENDED:
    case CDI_PUMP_PHASE_COUNT:
        break;
    }
}

void cdi_pump_end_with(struct cdi_pump *pump, enum cdi_pump_end end, const struct cdi_error *err)
{
    if (pump->phase == CDI_PUMP_CLOSING || pump->phase == CDI_PUMP_ENDED) {
        cdi_fail_at(&pump->err, err->code, err->where, "%s", err->text);        /* the first reason stays */
        return;
    }
    if (pump->phase == CDI_PUMP_RESTORING)
        pump->lost = true;                      /* nothing to commit */
    if (end != CDI_PUMP_STOPPED || pump->phase == CDI_PUMP_RESTORING || pump->phase == CDI_PUMP_OPENING)
        __atomic_store_n(&pump->give_up, true, __ATOMIC_RELAXED);
    pump->lost |= end != CDI_PUMP_STOPPED;
    pump->phase = CDI_PUMP_CLOSING;
    pump->end = end;
    pump->err = *err;
}
