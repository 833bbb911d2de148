#include "edge/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "edge/clock.h"
#include "edge/feed.h"
#include "edge/httpd.h"
#include "edge/listening.h"
#include "edge/log.h"
#include "edge/notify.h"
#include "edge/pump.h"
#include "edge/signals.h"

enum { BACK_OFF_FIRST_MS = 500, BACK_OFF_MAX_MS = 30000, THREADS_MIN = 4, THREADS_MAX = 128,
       LEAVE_AFTER_MS = 9500,                   /* of a stop; the pump calls its own off earlier */
       PULSE_MS = 500 };
#define UNDONE "what was not committed is done again after the start"

struct service {
    const char *path;
    struct cdi_config *base, *fresh;            /* as at the start; as last reloaded (NULL: never) */
    struct cdi_config active;                   /* base, with what fresh may change */
    struct cdi_reading *reading;
    struct cdi_config *next_config;             /* to be swapped in when the session has ended */
    struct cdi_reading *next_reading;
    uv_loop_t loop;
    uv_timer_t retry, watchdog, leave, pulse;
    struct cdi_meters meters;
    struct cdi_routes routes;
    struct cdi_httpd *httpd;
    struct cdi_feed_follower *follower;         /* NULL: there is no view */
    struct cdi_view_access *view;
    struct cdi_span pulse_due;                  /* elapsed */
    struct cdi_instant started_at;
    struct cdi_signals *signals;
    struct cdi_pump *pump, *over;               /* over: ended, to be destroyed */
    bool stopping, failed, waiting, left_behind;                /* left_behind: the follower's thread */
    int64_t back_off_ms;
    uint64_t renewals;
    struct cdi_error last;                      /* why the last session ended */
    struct cdi_error *err;
};

static void start_session(struct service *service);

/* ---- configuration ---- */

static void complain(void *context, const struct cdi_error *problem)
{
    (void)context;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = problem;
    cdi_log_about(CDI_LOG_ERROR, "configuration", &about, "refused");
}

static void advise(void *context, const struct cdi_error *problem)
{
    (void)context;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = problem;
    cdi_log_about(CDI_LOG_WARNING, "configuration", &about, "advice");
}

static bool load(struct service *service, struct cdi_config **config, struct cdi_reading **reading, struct cdi_error *err)
{
    *reading = NULL;
    *config = cdi_config_read(service->path, complain, service, err);
    if (*config != NULL) {
        cdi_config_advise(*config, advise, service);
        *reading = cdi_reading_load(*config, complain, service, err);
    }
    if (*reading != NULL)
        return true;
    cdi_config_destroy(*config);
    *config = NULL;
    return false;
}

static void drop_next(struct service *service)
{
    cdi_reading_destroy(service->next_reading);
    cdi_config_destroy(service->next_config);
    service->next_reading = NULL;
    service->next_config = NULL;
}

/* Nothing uses the old ones any more. */
static void swap_in(struct service *service)
{
    if (service->next_config == NULL)
        return;
    cdi_config_take_reloadable(&service->active, service->next_config);
    cdi_reading_destroy(service->reading);
    cdi_config_destroy(service->fresh);
    service->reading = service->next_reading;
    service->fresh = service->next_config;
    service->next_reading = NULL;
    service->next_config = NULL;
    cdi_log(CDI_LOG_NOTICE, "reloaded", "tables and source tables are those of now; every report is judged again by them");
    cdi_log_open(service->active.log_level);
}

/* All is checked before anything changes.  Tables are swapped by a session that ends and begins: the next one judges every
 * report again by the new tables, from what was committed. */
static void on_reload(void *context)
{
    struct service *service = context;
    struct cdi_error err = { 0 };
    char names[512];
    drop_next(service);
    cdi_notify_reloading();
    if (!load(service, &service->next_config, &service->next_reading, &err)) {
        cdi_log(CDI_LOG_ERROR, "reload_refused", "nothing was changed");
        cdi_notify_ready();
        return;
    }
    if (cdi_config_needs_restart(service->base, service->next_config, names, sizeof names))
        cdi_log(CDI_LOG_WARNING, "reload_partly", "only a restart changes: %s", names);
    if (service->pump != NULL)
        cdi_pump_stop(service->pump);
    else
        swap_in(service);
}

/* ---- sessions ---- */

static void on_ready(void *context)
{
    struct service *service = context;
    service->back_off_ms = BACK_OFF_FIRST_MS;
    service->last.code = CDI_ERROR_NONE;
    cdi_notify_ready();
}

static void on_retry(uv_timer_t *timer)
{
    struct service *service = timer->data;
    service->waiting = false;
    start_session(service);
}

static void retry_later(struct service *service)
{
    service->waiting = true;
    uv_timer_start(&service->retry, on_retry, (uint64_t)service->back_off_ms, 0);
    service->back_off_ms = service->back_off_ms * 2 < BACK_OFF_MAX_MS ? service->back_off_ms * 2 : BACK_OFF_MAX_MS;
}

static void finish(struct service *service)
{
    uv_timer_stop(&service->retry);
    uv_stop(&service->loop);
}

/* Said once for each cause, not for each try. */
static void say_renewal(struct service *service, const struct cdi_error *err)
{
    bool new = service->last.code != err->code;
    service->last = *err;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = err;
    cdi_log_about(new ? CDI_LOG_WARNING : CDI_LOG_DEBUG, "session_ended", &about, "trying again, at first in %lld ms, for as long as it takes",
                  (long long)service->back_off_ms);
    cdi_notify_status("no session with Kafka; trying again");
}

static void on_ended(void *context, enum cdi_pump_end end, const struct cdi_error *err)
{
    struct service *service = context;
    service->over = service->pump;
    service->pump = NULL;
    service->renewals++;
    if (end == CDI_PUMP_FAILED) {
        struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
        about.problem = err;
        cdi_log_about(CDI_LOG_ERROR, "failed", &about, "cannot go on");
        service->failed = true;
        cdi_fail_at(service->err, err->code, err->where, "%s", err->text);
        finish(service);
        return;
    }
    if (service->stopping) {
        service->last = *err;
        finish(service);
        return;
    }
    if (end == CDI_PUMP_RENEW)
        say_renewal(service, err);
    swap_in(service);
    retry_later(service);
    if (end == CDI_PUMP_STOPPED)
        uv_timer_start(&service->retry, on_retry, 0, 0);
}

static void start_session(struct service *service)
{
    struct cdi_error err = { 0 };
    cdi_pump_destroy(service->over);
    service->over = NULL;
    const struct cdi_pump_parts parts = { .loop = &service->loop, .config = &service->active, .reading = service->reading,
                                          .meters = &service->meters, .ready = on_ready, .ended = on_ended, .context = service };
    service->pump = cdi_pump_start(&parts, &err);
    if (service->pump == NULL) {
        say_renewal(service, &err);
        retry_later(service);
    }
}

/* librdkafka waits for a broker that took a request and does not answer, whatever limit its call was given.  To end here is
 * what kill -9 would do, and loses as little. */
static void on_leave(uv_timer_t *timer)
{
    (void)timer;
    cdi_log(CDI_LOG_WARNING, "stop_cut_short", "Kafka does not answer; %s", UNDONE);
    cdi_log_tell_held(true);
    _exit(EXIT_SUCCESS);
}

static void on_stop(void *context)
{
    struct service *service = context;
    service->stopping = true;
    cdi_notify_stopping();
    cdi_log(CDI_LOG_NOTICE, "stopping", "as asked");
    uv_timer_start(&service->leave, on_leave, LEAVE_AFTER_MS, 0);
    if (service->follower != NULL)
        cdi_feed_end(service->follower);        /* meanwhile: it is waited for at the end */
    if (service->pump != NULL)
        cdi_pump_stop(service->pump);
    else
        finish(service);
}

/* ---- the watchdog ---- */

/* The loop turns, or this would not be called; and no transaction hangs. */
static void on_watchdog(uv_timer_t *timer)
{
    struct service *service = timer->data;
    struct cdi_standing standing = { .session = service->pump != NULL };
    if (standing.session)
        cdi_pump_status(service->pump, &standing.pump);
    if (cdi_standing_live(&standing))
        cdi_notify_alive();
    cdi_log_tell_held(false);
}

/* ---- how it stands ---- */

/* An appointment that the loop has with itself, to see how late it comes. */
static void on_pulse(uv_timer_t *timer)
{
    struct service *service = timer->data;
    int64_t now = cdi_clock_elapsed().ms, late = now - service->pulse_due.ms;
    cdi_histogram_observe(&service->meters.histograms[CDI_METER_OF_LOOP_LAG], CDI_METER_FAST, late > 0 ? late : 0);
    service->pulse_due.ms = now + PULSE_MS;
    uv_timer_start(timer, on_pulse, PULSE_MS, 0);
}
/* A reload swaps them: asked for at each request. */
static const struct cdi_tables *tables(void *context) { return &((struct service *)context)->reading->rulebook->tables; }

static void look(void *context, struct cdi_standing *standing)
{
    struct service *service = context;
    *standing = (struct cdi_standing){ .now = cdi_clock_now(), .started_at = service->started_at,
                                       .level_within = cdi_clock_goes(CDI_LEVEL_WITHIN), .config = &service->active, .tables = tables(context),
                                       .stopping = service->stopping, .session = service->pump != NULL, .renewals = service->renewals,
                                       .has_view = service->follower != NULL, .last = service->last };
    standing->view.level_at = standing->view.newest_at = CDI_INSTANT_NONE;
    if (service->follower != NULL)
        cdi_feed_look(service->follower, &standing->view);
    if (!standing->session)
        return;
    cdi_pump_status(service->pump, &standing->pump);
    if (standing->pump.shards > 0)
        standing->shards = calloc(standing->pump.shards, sizeof *standing->shards);
    while (standing->shards != NULL && standing->shard_count < standing->pump.shards &&
           cdi_pump_shard(service->pump, standing->shard_count, &standing->shards[standing->shard_count]))
        standing->shard_count++;
    cdi_pump_recent(service->pump, &standing->recent);
}

static bool follow(void *context, struct cdi_feed_standing *feed)
{
    struct service *service = context;
    if (service->follower != NULL)
        cdi_feed_look(service->follower, feed);
    return service->follower != NULL;
}

static void doubt(void *context) { cdi_feed_doubt(((struct service *)context)->follower); }

/* A daemon that nobody can watch does not start. */
static bool start_http(struct service *service, int listening, struct cdi_error *err)
{
    struct cdi_address address;
    char said[CDI_ADDRESS_TEXT_SIZE];
    service->started_at = cdi_clock_now();
    if (cdi_address_read(service->active.http_listen, &address, err) && address.off)
        return true;
    if (listening < 0 && err->code == CDI_ERROR_NONE)
        listening = cdi_listen(&address, err);
    if (service->follower != NULL && (service->view = cdi_view_access_create(service->base->view_file.at)) == NULL)
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read the view %s", service->base->view_file.at);
    service->routes = (struct cdi_routes){ .meters = &service->meters, .look = look, .follow = follow, .doubt = doubt, .tables = tables,
                                            .context = service, .view = service->view, .here = address.loopback };
    if (listening >= 0 && err->code == CDI_ERROR_NONE)
        service->httpd = cdi_httpd_start(&service->loop, listening, &service->routes, err);
    if (service->httpd == NULL) {
        struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
        about.problem = err;
        cdi_log_about(CDI_LOG_ERROR, "http_failed", &about, "cannot be watched");
        return false;
    }
    cdi_address_format(&address, said);
    cdi_log(address.loopback ? CDI_LOG_NOTICE : CDI_LOG_WARNING, "http_listening", address.loopback ? "http://%s" : "http://%s: everybody "
            "who reaches it may read it", said);
    return true;
}

/* A view that waits for its broker or its disk keeps nobody from judging; one that cannot be where it was told is a mistake of the
 * configuration. */
static bool start_view(struct service *service, struct cdi_error *err)
{
    if (!cdi_config_has_view(service->base))
        return true;
    service->follower = cdi_feed_start(service->base, err);
    if (service->follower != NULL)
        return true;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = err;
    cdi_log_about(CDI_LOG_ERROR, "view_failed", &about, "there can be no view");
    return false;
}

/* ---- life ---- */

/* One job a shard may be with a worker: libuv's own four threads would make shards wait for one another. */
static void size_thread_pool(int64_t partitions)
{
    char count[8];
    int64_t threads = partitions + 2;
    threads = threads < THREADS_MIN ? THREADS_MIN : threads > THREADS_MAX ? THREADS_MAX : threads;
    snprintf(count, sizeof count, "%lld", (long long)threads);
    setenv("UV_THREADPOOL_SIZE", count, 0);
}

static bool start(struct service *service, struct cdi_error *err)
{
    struct cdi_span watch = cdi_notify_watchdog();
    uint64_t every = watch.ms > 0 ? (uint64_t)watch.ms : 10000;
    if (!load(service, &service->base, &service->reading, err)) {
        err->code = CDI_ERROR_CONFIGURATION;    /* a file that cannot be read, too, is mended by a person, not by trying again */
        return false;
    }
    service->active = *service->base;
    cdi_log_open(service->active.log_level);
    cdi_log(CDI_LOG_NOTICE, "starting", "cdiwatch " CDI_VERSION ", instance %s of group %s", service->active.instance.at,
            service->active.group.at);
    size_thread_pool(service->active.partitions);
    if (uv_loop_init(&service->loop) != 0)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "cannot make an event loop");
    uv_timer_init(&service->loop, &service->retry);
    uv_timer_init(&service->loop, &service->watchdog);
    uv_timer_init(&service->loop, &service->leave);
    uv_timer_init(&service->loop, &service->pulse);
    service->retry.data = service->watchdog.data = service->pulse.data = service;
    service->back_off_ms = BACK_OFF_FIRST_MS;
    uv_timer_start(&service->watchdog, on_watchdog, every, every);
    service->pulse_due.ms = cdi_clock_elapsed().ms + PULSE_MS;
    uv_timer_start(&service->pulse, on_pulse, PULSE_MS, 0);
    return cdi_signals_start(&service->signals, &service->loop, on_stop, on_reload, service, err);
}

static void close_all(struct service *service)
{
    cdi_pump_destroy(service->over);
    cdi_signals_stop(service->signals);
    uv_close((uv_handle_t *)&service->retry, NULL);
    uv_close((uv_handle_t *)&service->watchdog, NULL);
    uv_close((uv_handle_t *)&service->leave, NULL);
    uv_close((uv_handle_t *)&service->pulse, NULL);
    cdi_httpd_stop(service->httpd);
    service->left_behind = !cdi_feed_stop(service->follower);
    if (service->left_behind)
        service->base = NULL;                   /* its thread may still look at it */
    uv_run(&service->loop, UV_RUN_DEFAULT);
    cdi_view_access_destroy(service->view);
    CDI_ASSERT(uv_loop_close(&service->loop) == 0);
}

bool cdi_service_run(const char *config_path, int listening, struct cdi_error *err)
{
    struct service service = { .path = config_path, .err = err };
    cdi_log_open(CDI_LOG_NOTICE);
    if (start(&service, err)) {
        service.failed = !start_view(&service, err) || !start_http(&service, listening, err);
        if (!service.failed) {
            start_session(&service);
            uv_run(&service.loop, UV_RUN_DEFAULT);
        }
        close_all(&service);
        if (!service.failed)
            cdi_log(CDI_LOG_NOTICE, "stopped", "%s", service.last.code == CDI_ERROR_NONE ? "all that was taken is committed" : UNDONE);
    }
    drop_next(&service);
    cdi_reading_destroy(service.reading);
    cdi_config_destroy(service.fresh);
    cdi_config_destroy(service.base);
    cdi_log_tell_held(true);
    bool good = !service.failed && err->code == CDI_ERROR_NONE;
    if (good && service.left_behind)            /* exit() would take libraries apart that its thread is in */
        _exit(EXIT_SUCCESS);
    return good;
}
