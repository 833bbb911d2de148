/* One shard's turn: read, judge, hand over. */
#include "edge/clock.h"
#include "edge/faults.h"
#include "edge/log.h"
#include "edge/pump_inside.h"

enum { BATCH_MESSAGES = 20000, LOOK_AT_CLOCK_EVERY = 64, READ_MS = 15, SETTLE_MS = 30 };

static struct cdi_log_about about_lane(const struct cdi_lane *lane)
{
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.shard = lane->number;
    return about;
}

void cdi_lane_say_stopped(const struct cdi_lane *lane)
{
    struct cdi_log_about about = about_lane(lane);
    about.problem = &lane->why_stopped;
    cdi_log_about(CDI_LOG_ERROR, "shard_stopped", &about, "shard %d is stopped, and nobody judges its reports", lane->number);
}

/* The input of this shard is wrong in a way that only a person can mend; the others go on. */
static void stop_lane(struct cdi_lane *lane, const struct cdi_error *problem)
{
    lane->stopped = true;
    lane->why_stopped = *problem;
    lane->pump->stopped_said = cdi_clock_elapsed();
    cdi_lane_say_stopped(lane);
    cdi_lane_drop_heads(lane);
}

void cdi_lane_drop_heads(struct cdi_lane *lane)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        cdi_message_done(&lane->heads[feed]);
}

/* ---- reading ---- */

/* What each feed has next.  A stream is read until it yields a message or nothing more: only then does it wake us again. */
static bool look_ahead(struct cdi_lane *lane, struct cdi_instant heads[CDI_FEED_COUNT])
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        struct cdi_message *head = &lane->heads[feed];
        enum cdi_read read = CDI_READ_END;
        while (head->inside == NULL && read == CDI_READ_END) {
            struct cdi_error problem = { 0 };
            read = cdi_stream_read(lane->streams[feed], head, &problem);
            if (read == CDI_READ_END)
                cdi_shard_at_end(lane->shard, (enum cdi_feed)feed, head->offset);
            if (read == CDI_READ_FAILED) {
                stop_lane(lane, &problem);
                return false;
            }
        }
        heads[feed] = head->inside == NULL ? CDI_INSTANT_NONE : head->broker_time;
        if (head->inside != NULL && !cdi_instant_said(heads[feed]))
            heads[feed] = (struct cdi_instant){ 0 };            /* without a time: first, to be refused */
    }
    return true;
}

static bool room(const struct cdi_lane *lane)
{
    return lane->taken < BATCH_MESSAGES && cdi_outbox_bytes(cdi_shard_outbox(lane->shard)) < cdi_pump_outbox_share(lane->pump);
}

/* Reads for a while; *again: it could have gone on. */
static void read_some(struct cdi_lane *lane, bool *again)
{
    struct cdi_instant heads[CDI_FEED_COUNT];
    struct cdi_span began = cdi_clock_elapsed();
    enum cdi_feed feed;
    for (size_t i = 1; room(lane) && look_ahead(lane, heads) && cdi_shard_may_take(lane->shard, heads, &feed); i++) {
        struct cdi_error problem = { 0 };
        if (!cdi_shard_take(lane->shard, &lane->heads[feed], &problem)) {
            stop_lane(lane, &problem);
            return;
        }
        cdi_message_done(&lane->heads[feed]);
        lane->taken++;
        if (i % LOOK_AT_CLOCK_EVERY == 0 && cdi_clock_elapsed().ms - began.ms >= READ_MS) {
            *again = true;
            return;
        }
    }
}

/* ---- judging ---- */

/* Until the outbox holds the state of all that was taken, and then on for a while; *more: it could have gone on. */
static bool settle(struct cdi_lane *lane, bool *more)
{
    struct cdi_span began = cdi_clock_elapsed();
    struct cdi_error problem = { 0 };
    bool whole = false;
    do {
        if (!cdi_shard_settle(lane->shard, more, &whole, &problem)) {
            cdi_pump_end_with(lane->pump, CDI_PUMP_FAILED, &problem);
            return false;
        }
    } while (!whole || (*more && cdi_clock_elapsed().ms - began.ms < SETTLE_MS &&
                        cdi_outbox_bytes(cdi_shard_outbox(lane->shard)) < cdi_pump_outbox_share(lane->pump)));
    return true;
}

/* ---- handing over ---- */

static void commit_work(uv_work_t *work)
{
    struct cdi_lane *lane = work->data;
    lane->remedy = cdi_producer_commit(lane->producer, lane->flying, lane->pump->consumer, lane->positions, lane->position_count,
                                       &lane->err);
}

static void add_difference(int64_t *cell, uint64_t after, uint64_t before)
{
    *cell += (int64_t)(after - before);
}

/* What the committed batch held: counted here and nowhere else, so that a session that is called off counts nothing twice. */
static void count_batch(struct cdi_lane *lane)
{
    struct cdi_meters *meters = lane->pump->parts.meters;
    const struct cdi_shard_counts *after = &lane->flying_counts, *before = &lane->counted;
    struct cdi_histogram *delays = &meters->histograms[CDI_METER_OF_ALERT_EMIT_DELAY];
    for (size_t feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (size_t outcome = 0; outcome < CDI_OUTCOME_COUNT; outcome++)
            add_difference(cdi_meter_at(meters, CDI_METER_OF_RECORDS, feed, outcome), after->outcomes[feed][outcome],
                           before->outcomes[feed][outcome]);
    for (size_t code = 0; code < CDI_ERROR_COUNT; code++)
        add_difference(cdi_meter_at(meters, CDI_METER_OF_DEAD_LETTERS, code, 0), after->letters[code], before->letters[code]);
    add_difference(cdi_meter_at(meters, CDI_METER_OF_DROPPED, CDI_FEED_INCIDENTS, 0), after->dropped.incidents, before->dropped.incidents);
    add_difference(cdi_meter_at(meters, CDI_METER_OF_DROPPED, CDI_FEED_CRIMES, 0), after->dropped.crimes, before->dropped.crimes);
    add_difference(cdi_meter_at(meters, CDI_METER_OF_DROPPED, CDI_FEED_ACTIONS, 0), after->dropped.actions, before->dropped.actions);
    for (size_t stage = 0; stage < CDI_STAGE_COUNT; stage++)
        add_difference(cdi_meter_at(meters, CDI_METER_OF_ALERTS, stage, 0), after->alerts[stage], before->alerts[stage]);
    add_difference(cdi_meter_at(meters, CDI_METER_OF_DIGESTS, 0, 0), after->digests, before->digests);
    for (size_t i = 0; i <= CDI_BUCKETS_MAX; i++)
        delays->counts[i] += after->emit_delay.counts[i] - before->emit_delay.counts[i];
    delays->sum += after->emit_delay.sum - before->emit_delay.sum;
    cdi_histogram_observe(&meters->histograms[CDI_METER_OF_COMMIT_DURATION], CDI_METER_FAST,
                          cdi_clock_elapsed().ms - lane->flying_since.ms);
    *cdi_meter_at(meters, CDI_METER_OF_COMMITS, 0, 0) += 1;
    lane->counted = *after;
}

static void commit_failed(struct cdi_lane *lane)
{
    struct cdi_log_about about = about_lane(lane);
    about.problem = &lane->err;
    bool stop = lane->remedy == CDI_REMEDY_STOP;
    lane->pump->lost = true;                    /* what follows must not be committed over it, also where a stop was asked for */
    cdi_log_about(stop ? CDI_LOG_ERROR : CDI_LOG_WARNING, "commit_failed", &about, stop ? "a batch cannot be committed" :
                  "a batch was not, or perhaps not, committed; what was will be read back");
    cdi_pump_end_with(lane->pump, stop ? CDI_PUMP_FAILED : CDI_PUMP_RENEW, &lane->err);
}

static void commit_done(uv_work_t *work, int status)
{
    struct cdi_lane *lane = work->data;
    (void)status;
    lane->in_flight = false;
    cdi_shard_committed(lane->shard, lane->flying);
    lane->flying = NULL;
    if (lane->remedy == CDI_REMEDY_NONE) {
        lane->pump->commits++;
        count_batch(lane);
        cdi_fault(CDI_FAULT_TOLD);
    } else {
        *cdi_meter_at(lane->pump->parts.meters, CDI_METER_OF_COMMITS_FAILED, 0, 0) += 1;
        if (!lane->pump->lost)
            commit_failed(lane);
    }
    cdi_pump_go_on(lane->pump);
}

static void hand_over(struct cdi_lane *lane)
{
    int64_t positions[CDI_FEED_COUNT];
    lane->flying = cdi_shard_hand_over(lane->shard, positions);
    lane->flying_counts = *cdi_shard_counts(lane->shard);
    CDI_ASSERT(lane->flying != NULL);
    lane->position_count = 0;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (positions[feed] >= 0)
            lane->positions[lane->position_count++] = (struct cdi_partition){ (enum cdi_feed)feed, lane->number, positions[feed] };
    lane->taken = 0;
    lane->in_flight = true;
    lane->flying_since = cdi_clock_elapsed();
    cdi_error_clear(&lane->err);
    lane->work.data = lane;
    CDI_ASSERT(uv_queue_work(lane->pump->parts.loop, &lane->work, commit_work, commit_done) == 0);
    cdi_fault(CDI_FAULT_HANDED);
}

bool cdi_lane_step(struct cdi_lane *lane, bool *again)
{
    bool more = false;
    if (!lane->stopped)
        read_some(lane, again);
    if (lane->in_flight)
        return true;                            /* a stopped one still hands over what it took before */
    if (!settle(lane, &more))
        return false;
    if (cdi_shard_has_news(lane->shard)) {
        hand_over(lane);
        *again = true;                          /* the next batch fills while this one flies */
    } else if (more) {
        *again = true;
    }
    return true;
}

bool cdi_lane_drained(struct cdi_lane *lane, bool discard)
{
    bool more;
    if (lane->in_flight)
        return false;
    if (discard || lane->shard == NULL || lane->producer == NULL)
        return true;
    if (!settle(lane, &more))
        return true;                            /* the end was begun: discarded */
    if (!cdi_shard_has_news(lane->shard))
        return true;
    hand_over(lane);
    return false;
}
