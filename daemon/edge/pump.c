#include "edge/pump.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "edge/clock.h"
#include "edge/log.h"
#include "edge/notify.h"
#include "edge/pump_inside.h"

enum { TICK_MS = 500, STOP_LIMIT_MS = 8000 };
#define FIRST_ANSWERS CDI_SECONDS(15)
#define STOPPED_SAID_EVERY CDI_MINUTES(1)
#define HELD_AFTER CDI_MINUTES(1)               /* the judge time lags the clock by this much: worth a line */

const char *cdi_pump_phase_word(enum cdi_pump_phase phase)
{
    static const char *const words[CDI_PUMP_PHASE_COUNT] = {
#define X(upper, word) #word,
        CDI_PUMP_PHASE_LIST(X)
#undef X
    };
    return words[phase];
}

/* ---- the broker's answers ---- */

/* The first answers may take a moment, and nothing is said of what they have not brought yet. */
static bool settled_in(const struct cdi_pump *pump)
{
    return cdi_clock_elapsed().ms - pump->running_since.ms > FIRST_ANSWERS.ms;
}

/* Once per change, with what follows from it. */
static void see_clock(struct cdi_pump *pump)
{
    const char *why = NULL;
    bool trusted = cdi_ends_clock_trusted(pump->ends, &why);
    if (pump->clock_known && trusted == pump->clock_trusted)
        return;
    if (trusted)
        cdi_log(pump->clock_known ? CDI_LOG_NOTICE : CDI_LOG_INFO, "clock_trusted", "the host's clock agrees with the broker's");
    else if (pump->clock_known || settled_in(pump))
        cdi_log(CDI_LOG_WARNING, "clock_suspect", "%s; the judge time goes on only with what is read", why);
    else
        return;
    pump->clock_known = true;
    pump->clock_trusted = trusted;
}

static void take_answers(struct cdi_pump *pump)
{
    int64_t offset;
    struct cdi_instant asked_at;
    see_clock(pump);
    for (size_t i = 0; i < pump->lane_count * CDI_FEED_COUNT; i++) {
        struct cdi_lane *lane = &pump->lanes[i / CDI_FEED_COUNT];
        enum cdi_feed feed = (enum cdi_feed)(i % CDI_FEED_COUNT);
        if (cdi_ends_take(pump->ends, i, &offset, &asked_at) && pump->clock_trusted && !lane->stopped)
            cdi_shard_end_known(lane->shard, feed, offset, asked_at);
    }
}

/* ---- the step ---- */

void cdi_pump_kick(struct cdi_pump *pump)
{
    if (pump->phase != CDI_PUMP_ENDED)
        uv_async_send(&pump->kick);
}

/* Asks the group, hears the broker, then gives each shard its turn: read, decode, decide, encode, hand over. */
static void pump_step(struct cdi_pump *pump)
{
    bool again = false;
    cdi_pump_group_event(pump);
    if (pump->phase != CDI_PUMP_RUNNING) {
        cdi_pump_go_on(pump);
        return;
    }
    take_answers(pump);
    for (size_t i = 0; i < pump->lane_count; i++)
        if (!cdi_lane_step(&pump->lanes[i], &again)) {
            cdi_pump_go_on(pump);
            return;
        }
    if (again)
        cdi_pump_kick(pump);
}

/* ---- what is said now and then ---- */

static size_t stopped_count(const struct cdi_pump *pump)
{
    size_t count = 0;
    for (size_t i = 0; i < pump->lane_count; i++)
        count += pump->lanes[i].stopped;
    return count;
}

static void see_ready(struct cdi_pump *pump, const struct cdi_shard_status *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!all[i].ready && !pump->lanes[i].stopped)
            return;
    if (pump->told_ready)
        return;
    pump->told_ready = true;
    size_t stopped = stopped_count(pump);
    cdi_log(stopped > 0 ? CDI_LOG_WARNING : CDI_LOG_NOTICE, "ready", stopped > 0 ? "%zu shards are restored and read, and %zu are stopped" :
            "%zu shards are restored and read", count - stopped, stopped);
    pump->parts.ready(pump->parts.context);
}

/* Whose reports nobody judges: said again as long as it is so. */
static void see_stopped(struct cdi_pump *pump)
{
    struct cdi_span now = cdi_clock_elapsed();
    if (stopped_count(pump) == 0 || now.ms - pump->stopped_said.ms < STOPPED_SAID_EVERY.ms)
        return;
    pump->stopped_said = now;
    for (size_t i = 0; i < pump->lane_count; i++)
        if (pump->lanes[i].stopped)
            cdi_lane_say_stopped(&pump->lanes[i]);
}

/* The clock of the shards and the host's are apart although nobody asks too much of us: say it, once per change. */
static void see_held(struct cdi_pump *pump, struct cdi_instant least)
{
    bool held = pump->told_ready && pump->lane_count > 0 &&
        (!cdi_instant_said(least) || cdi_instant_between(least, cdi_clock_now()).ms > cdi_clock_goes(HELD_AFTER).ms);
    if (held == pump->held || !settled_in(pump))
        return;
    pump->held = held;
    char at[CDI_INSTANT_TEXT_SIZE] = "no time yet";
    if (cdi_instant_said(least))
        cdi_instant_format(least, at);
    if (held)
        cdi_log(CDI_LOG_WARNING, "judge_held", "the judge time stands at %s: catching up, an open transaction upstream, a broker that does not "
                "answer, or a clock that is not trusted; nothing later is called unrecorded meanwhile", at);
    else
        cdi_log(CDI_LOG_NOTICE, "judge_goes_on", "the judge time is %s", at);
}

static void see_memory(const struct cdi_pump *pump, size_t state)
{
    size_t budget = (size_t)pump->parts.config->memory, rest = budget - budget / 4;
    if (state > rest)
        cdi_log(CDI_LOG_WARNING, "memory_over", "state holds %zu MiB of the %zu MiB that memory: leaves for it; nothing is dropped, but "
                "raise memory: or give the group another instance", state >> 20, rest >> 20);
}

static void look_around(struct cdi_pump *pump)
{
    struct cdi_shard_status *all = calloc(pump->lane_count + 1, sizeof *all);
    struct cdi_instant least = CDI_INSTANT_NONE;
    size_t state = 0, going = 0;
    char at[CDI_INSTANT_TEXT_SIZE] = "-";
    if (all == NULL)
        return;
    for (size_t i = 0; i < pump->lane_count; i++) {
        cdi_shard_status(pump->lanes[i].shard, &all[i]);
        state += all[i].bytes;
        if (pump->lanes[i].stopped)
            continue;                           /* is said by itself */
        least = going == 0 ? all[i].judge_time : cdi_instant_said(all[i].judge_time) && cdi_instant_said(least) ?
            cdi_instant_earlier(least, all[i].judge_time) : CDI_INSTANT_NONE;
        going++;
    }
    see_ready(pump, all, pump->lane_count);
    see_held(pump, least);
    see_memory(pump, state);
    if (cdi_instant_said(least))
        cdi_instant_format(least, at);
    see_stopped(pump);
    cdi_notify_status("%zu shards, %zu stopped, judged up to %s, %zu MiB of state%s", pump->lane_count, pump->lane_count - going, at,
                      state >> 20, pump->held ? ", held" : "");
    free(all);
}

static void on_tick(uv_timer_t *timer)
{
    struct cdi_pump *pump = timer->data;
    struct cdi_error err = { 0 };
    pump_step(pump);
    if (pump->phase != CDI_PUMP_RUNNING)
        return;
    if (pump->lane_count > 0 && stopped_count(pump) == pump->lane_count) {
        err = pump->lanes[0].why_stopped;
        cdi_pump_end_with(pump, CDI_PUMP_FAILED, &err);
        cdi_pump_go_on(pump);
        return;
    }
    look_around(pump);
}

/* ---- life ---- */

static void on_wake(uv_poll_t *poll, int status, int events)
{
    struct cdi_pump *pump = poll->data;
    uint64_t count;
    (void)status;
    (void)events;
    (void)!read(pump->wake_fd, &count, sizeof count);
    pump_step(pump);
}

static void on_kick(uv_async_t *async)
{
    pump_step(async->data);
}

static void on_limit(uv_timer_t *timer)
{
    struct cdi_pump *pump = timer->data;
    cdi_log(CDI_LOG_WARNING, "stop_called_off", "the last batch could not be committed in time; it will be done again after the start");
    cdi_fail(&pump->err, CDI_ERROR_BROKER, "the last batch could not be committed in time");
    __atomic_store_n(&pump->give_up, true, __ATOMIC_RELAXED);
}

struct cdi_pump *cdi_pump_start(const struct cdi_pump_parts *parts, struct cdi_error *err)
{
    struct cdi_pump *pump = calloc(1, sizeof *pump);
    int wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (pump == NULL || wake_fd < 0 || uv_poll_init(parts->loop, &pump->wake, wake_fd) != 0) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "cannot begin a session: no memory, or no file descriptors");
        free(pump);
        if (wake_fd >= 0)
            close(wake_fd);
        return NULL;
    }
    pump->parts = *parts;
    pump->wake_fd = wake_fd;
    CDI_ASSERT(uv_timer_init(parts->loop, &pump->tick) == 0 && uv_timer_init(parts->loop, &pump->limit) == 0 &&
               uv_async_init(parts->loop, &pump->kick, on_kick) == 0);
    pump->wake.data = pump->tick.data = pump->limit.data = pump->kick.data = pump;
    uv_poll_start(&pump->wake, UV_READABLE, on_wake);
    uv_timer_start(&pump->tick, on_tick, TICK_MS, TICK_MS);
    cdi_pump_open(pump);
    return pump;
}

void cdi_pump_stop(struct cdi_pump *pump)
{
    const struct cdi_error none = { .code = CDI_ERROR_NONE };
    if (pump->phase == CDI_PUMP_CLOSING || pump->phase == CDI_PUMP_ENDED) {
        pump->end = CDI_PUMP_STOPPED;
        return;
    }
    uv_timer_start(&pump->limit, on_limit, STOP_LIMIT_MS, 0);
    cdi_pump_end_with(pump, CDI_PUMP_STOPPED, &none);
    cdi_pump_go_on(pump);
}

static void on_closed(uv_handle_t *handle)
{
    struct cdi_pump *pump = handle->data;
    if (--pump->handles_open > 0)
        return;
    close(pump->wake_fd);
    free(pump);
}

void cdi_pump_destroy(struct cdi_pump *pump)
{
    if (pump == NULL)
        return;
    CDI_ASSERT(pump->phase == CDI_PUMP_ENDED);
    uv_handle_t *handles[] = { (uv_handle_t *)&pump->wake, (uv_handle_t *)&pump->tick, (uv_handle_t *)&pump->limit,
                               (uv_handle_t *)&pump->kick };
    pump->handles_open = (int)(sizeof handles / sizeof handles[0]);
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        uv_close(handles[i], on_closed);
}

bool cdi_pump_shard(struct cdi_pump *pump, size_t i, struct cdi_pump_shard *shard)
{
    if (i >= pump->lane_count)
        return false;
    const struct cdi_lane *lane = &pump->lanes[i];
    *shard = (struct cdi_pump_shard){ .number = lane->number, .stopped = lane->stopped, .why_stopped = lane->why_stopped,
                                      .restored_records = __atomic_load_n(&lane->restored_records, __ATOMIC_RELAXED) };
    if (!lane->restored || pump->working)       /* it is a worker's: being made, or unmade */
        return true;
    shard->restored = true;
    cdi_shard_status(lane->shard, &shard->status);
    shard->outbox = cdi_outbox_bytes(cdi_shard_outbox(lane->shard)) + (lane->in_flight ? cdi_outbox_bytes(lane->flying) : 0);
    return true;
}

void cdi_pump_recent(struct cdi_pump *pump, struct cdi_recent *recent)
{
    for (size_t i = 0; i < pump->lane_count && !pump->working; i++)
        if (pump->lanes[i].restored && !pump->lanes[i].stopped)
            cdi_shard_recent(pump->lanes[i].shard, recent);
}

void cdi_pump_status(struct cdi_pump *pump, struct cdi_pump_status *status)
{
    *status = (struct cdi_pump_status){ .phase = pump->phase, .shards = pump->lane_count, .clock_trusted = pump->clock_trusted,
                                        .ready = pump->told_ready, .commits = pump->commits };
    for (size_t i = 0; i < pump->lane_count; i++) {
        const struct cdi_lane *lane = &pump->lanes[i];
        int64_t age = lane->flying != NULL ? cdi_clock_elapsed().ms - lane->flying_since.ms : 0;
        status->stopped += lane->stopped;
        if (age > status->oldest_commit.ms)
            status->oldest_commit.ms = age;
    }
}
