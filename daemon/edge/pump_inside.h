/* Floor: edge.  What the files of the pump share; nobody else includes it. */
#ifndef CDI_EDGE_PUMP_INSIDE_H
#define CDI_EDGE_PUMP_INSIDE_H

#include "edge/kafka_consumer.h"
#include "edge/kafka_ends.h"
#include "edge/kafka_producer.h"
#include "edge/pump.h"
#include "edge/restore.h"

enum { CDI_LANE_NAME_SIZE = 256 };

/* One shard and its way to Kafka.  At most one job of it is with a worker; while it is in flight only the worker touches the
 * producer and what is handed over, and, before the lane runs, the shard. */
struct cdi_lane {
    struct cdi_pump *pump;
    int32_t number;
    struct cdi_shard *shard;
    struct cdi_producer *producer;
    struct cdi_stream *streams[CDI_FEED_COUNT];
    struct cdi_message heads[CDI_FEED_COUNT];   /* read, not yet taken; inside NULL: none */
    size_t taken;                               /* messages since the last hand-over */
    bool restored;                              /* the shard is the loop's */
    bool stopped;
    struct cdi_error why_stopped;
    uint64_t restored_records;                  /* so far; a worker counts */
    struct cdi_shard_counts counted, flying_counts;         /* what the meters have; what they have once this batch is committed */
    uv_work_t work;
    bool in_flight;
    struct cdi_span flying_since;
    struct cdi_outbox *flying;
    struct cdi_partition positions[CDI_FEED_COUNT];
    size_t position_count;
    enum cdi_remedy remedy;                     /* of the job that ended */
    struct cdi_error err;
    char transactional_id[CDI_LANE_NAME_SIZE];
};

struct cdi_pump {
    struct cdi_pump_parts parts;
    enum cdi_pump_phase phase;
    struct cdi_consumer *consumer;
    struct cdi_ends *ends;
    struct cdi_lane *lanes;
    size_t lane_count;
    uv_poll_t wake;                             /* the eventfd below */
    uv_timer_t tick, limit;
    uv_async_t kick;                            /* more to do, after the loop has looked at others */
    int handles_open;
    int wake_fd;
    uv_work_t work;                             /* opening, closing */
    bool working, closing;                      /* a job of the whole is with a worker; it ends the session */
    bool give_up;                               /* workers are to come back soon */
    bool lost;                                  /* what is not committed is to be forgotten */
    struct cdi_span running_since, stopped_said;                /* elapsed */
    bool told_ready, clock_trusted, clock_known, held;
    enum cdi_pump_end end;
    struct cdi_error err, open_err;             /* open_err: the opening worker's */
    uint64_t commits;
};

/* pump_lane.c: one shard's turn.  False: this session cannot go on, and the end was begun. */
bool cdi_lane_step(struct cdi_lane *lane, bool *again);
/* Settles and hands over what is left; true: nothing is left and nothing in flight. */
bool cdi_lane_drained(struct cdi_lane *lane, bool discard);
void cdi_lane_drop_heads(struct cdi_lane *lane);
void cdi_lane_say_stopped(const struct cdi_lane *lane);

/* pump_session.c: phases. */
void cdi_pump_open(struct cdi_pump *pump);
void cdi_pump_group_event(struct cdi_pump *pump);
void cdi_pump_go_on(struct cdi_pump *pump);     /* what the phase waits for may have come */
void cdi_pump_end_with(struct cdi_pump *pump, enum cdi_pump_end end, const struct cdi_error *err);
void cdi_pump_kick(struct cdi_pump *pump);
/* Bytes that the outbox of one shard may hold before reading waits for it. */
size_t cdi_pump_outbox_share(const struct cdi_pump *pump);

#endif
