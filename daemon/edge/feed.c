#include "edge/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "edge/clock.h"
#include "edge/kafka_tail.h"
#include "edge/log.h"
#include "edge/view_apply.h"

/* A commit gathers what is there: many messages while catching up (a page that several of them change is written once), one alone when it
 * comes alone. */
enum { BATCH_MESSAGES = 10000, BATCH_MS = 200, WAIT_MS = 100, ASK_EVERY_MS = 1000, LEVEL_FOR_MS = 3000, BACK_OFF_FIRST_MS = 250,
       BACK_OFF_MAX_MS = 5000, END_MS = 2000 };

struct cdi_feed_follower {
    const struct cdi_config *config;
    const char *topic;
    int32_t partitions;
    pthread_t thread;
    /* The thread's own. */
    struct cdi_view *view;
    struct cdi_tail *tail;                      /* NULL: between two tries */
    int64_t *offsets;                           /* of each partition: where the topic ended when it was asked */
    bool begun;                                 /* the view's file is open */
    bool asked;                                 /* where the topic ends; and not all of that is in the view yet */
    struct cdi_instant asked_at;
    struct cdi_span asked_then, batch_began;    /* elapsed */
    struct cdi_feed_standing batch;             /* counts what is not committed */
    size_t batch_size;
    int64_t back_off_ms;
    struct cdi_error said;                      /* the problem that the log has */
    pthread_mutex_t lock;                       /* of all below */
    pthread_cond_t changed;
    bool stop, doubted;
    struct cdi_span stop_at;                    /* elapsed: when to leave it behind */
    struct cdi_feed_standing standing;
    struct cdi_span level_then;                 /* elapsed: of level_at */
};

/* ---- between threads ---- */

static bool stopping(struct cdi_feed_follower *follower)
{
    pthread_mutex_lock(&follower->lock);
    bool stop = follower->stop;
    pthread_mutex_unlock(&follower->lock);
    return stop;
}

/* `take`: from now on it is not doubted any more. */
static bool doubted(struct cdi_feed_follower *follower, bool take)
{
    pthread_mutex_lock(&follower->lock);
    bool doubted = follower->doubted;
    follower->doubted = doubted && !take;
    pthread_mutex_unlock(&follower->lock);
    return doubted;
}

static void back_off(struct cdi_feed_follower *follower)
{
    int64_t at = cdi_clock_elapsed().ms + follower->back_off_ms;
    struct timespec until = { .tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000 };
    pthread_mutex_lock(&follower->lock);
    while (!follower->stop && cdi_clock_elapsed().ms < at)
        pthread_cond_timedwait(&follower->changed, &follower->lock, &until);
    pthread_mutex_unlock(&follower->lock);
    follower->back_off_ms = follower->back_off_ms * 2 < BACK_OFF_MAX_MS ? follower->back_off_ms * 2 : BACK_OFF_MAX_MS;
}

static void set_problem(struct cdi_feed_follower *follower, const struct cdi_error *problem)
{
    pthread_mutex_lock(&follower->lock);
    follower->standing.problem = *problem;
    if (problem->code != CDI_ERROR_NONE)
        follower->standing.level = false;
    pthread_mutex_unlock(&follower->lock);
}

static void set_level(struct cdi_feed_follower *follower, bool level)
{
    pthread_mutex_lock(&follower->lock);
    follower->standing.level = level;
    if (level) {
        follower->standing.level_at = follower->asked_at;
        follower->level_then = follower->asked_then;
    }
    pthread_mutex_unlock(&follower->lock);
}

static void count_batch(struct cdi_feed_follower *follower)
{
    pthread_mutex_lock(&follower->lock);
    follower->standing.applied += follower->batch.applied;
    follower->standing.skipped += follower->batch.skipped;
    follower->standing.malformed += follower->batch.malformed;
    follower->standing.newest_at = cdi_view_newest(follower->view);
    pthread_mutex_unlock(&follower->lock);
}

/* ---- what the log says ---- */

static void say(enum cdi_log_level level, const char *event, const struct cdi_error *problem, const char *words)
{
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.problem = problem;
    cdi_log_about(level, event, &about, "%s", words);
}

/* Once for each cause, not for each try. */
static void say_problem(struct cdi_feed_follower *follower, const struct cdi_error *problem)
{
    bool new = follower->said.code != problem->code;
    follower->said = *problem;
    set_problem(follower, problem);
    say(new ? CDI_LOG_WARNING : CDI_LOG_DEBUG, "view_waits", problem, "the view is not kept up to date, judging goes on; trying again for as "
        "long as it takes");
}

static void say_goes_on(struct cdi_feed_follower *follower)
{
    const struct cdi_error none = { .code = CDI_ERROR_NONE };
    if (follower->said.code != CDI_ERROR_NONE)
        cdi_log(CDI_LOG_NOTICE, "view_goes_on", "the view is kept up to date again");
    follower->said = none;
    set_problem(follower, &none);
}

static void say_malformed(struct cdi_feed_follower *follower, const struct cdi_message *message, const struct cdi_error *problem)
{
    const struct cdi_log_about about = { -1, follower->topic, message->partition, message->offset, problem };
    cdi_log_about(CDI_LOG_WARNING, "view_malformed", &about, "a message of the alerts cannot be shown, and is skipped");
}

/* ---- the view ---- */

static bool begin_view(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    bool made;
    if (follower->begun && !doubted(follower, true))
        return true;
    follower->begun = cdi_view_begin(follower->view, &made, err);
    if (follower->begun && made)
        cdi_log(CDI_LOG_NOTICE, "view_made", "there was no view yet; it is filled from the beginning of %s", follower->topic);
    if (follower->begun)
        count_batch(follower);                  /* of nothing: what is the newest */
    return follower->begun;
}

/* False: not now; it is tried again. */
static bool rebuild_view(struct cdi_feed_follower *follower, const struct cdi_error *why)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    say(CDI_LOG_WARNING, "view_rebuilt", why, "it is deleted, and filled again from the beginning of the alerts");
    set_problem(follower, why);
    pthread_mutex_lock(&follower->lock);
    follower->standing.level_at = CDI_INSTANT_NONE;             /* before it is deleted: of what is there then nothing is known */
    pthread_mutex_unlock(&follower->lock);
    follower->begun = cdi_view_rebuild(follower->view, &err);
    if (!follower->begun) {
        say_problem(follower, &err);
        return false;
    }
    pthread_mutex_lock(&follower->lock);
    follower->standing.rebuilt++;
    follower->standing.newest_at = CDI_INSTANT_NONE;
    pthread_mutex_unlock(&follower->lock);
    return true;
}

/* ---- a session: from where the view stands until something fails, or the end ---- */

static bool open_session(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    char cluster[CDI_TAIL_CLUSTER_SIZE];
    follower->asked = false;
    follower->batch_size = 0;
    follower->batch = (struct cdi_feed_standing){ .applied = 0 };
    if (!begin_view(follower, err))
        return false;
    follower->tail = cdi_tail_create(&follower->config->kafka, follower->topic, follower->partitions, err);
    if (follower->tail == NULL || !cdi_tail_cluster(follower->tail, cluster, err) ||
        !cdi_view_belongs(follower->view, cdi_text_of(cluster), err))
        return false;
    for (int32_t i = 0; i < follower->partitions; i++)
        follower->offsets[i] = cdi_view_next(follower->view, i);
    return cdi_tail_begin(follower->tail, follower->offsets, err);
}

static bool commit(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    if (follower->batch_size == 0)
        return true;
    bool good = cdi_view_commit(follower->view, err);
    if (good)
        count_batch(follower);
    follower->batch = (struct cdi_feed_standing){ .applied = 0 };
    follower->batch_size = 0;
    return good;
}

static bool take(struct cdi_feed_follower *follower, struct cdi_message *message, struct cdi_error *err)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    if (follower->batch_size++ == 0)
        follower->batch_began = cdi_clock_elapsed();
    enum cdi_view_taken taken = cdi_view_apply(follower->view, message, &problem);
    follower->batch.applied += taken == CDI_VIEW_TAKEN;
    follower->batch.skipped += taken == CDI_VIEW_SKIPPED;
    follower->batch.malformed += taken == CDI_VIEW_MALFORMED;
    if (taken == CDI_VIEW_MALFORMED)
        say_malformed(follower, message, &problem);
    cdi_message_done(message);
    if (taken != CDI_VIEW_FAILED)
        return true;
    follower->batch_size = 0;
    return cdi_fail_at(err, problem.code, problem.where, "%s", problem.text);
}

/* Whether all that was there when the broker was asked is in the view. */
static void see_level(struct cdi_feed_follower *follower)
{
    if (!follower->asked)
        return;
    for (int32_t i = 0; i < follower->partitions; i++)
        if (follower->offsets[i] > 0 && cdi_tail_reached(follower->tail, i) < follower->offsets[i]) {
            if (cdi_clock_elapsed().ms - follower->asked_then.ms > LEVEL_FOR_MS)
                set_level(follower, false);
            return;
        }
    follower->asked = false;
    follower->back_off_ms = BACK_OFF_FIRST_MS;
    set_level(follower, true);
}

/* Each second; where the topic ends only if the last answer was reached, or a backlog would be run after for ever. */
static bool ask(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    if (doubted(follower, false))               /* the next session looks at all of it */
        return cdi_fail(err, CDI_ERROR_SYSTEM, "a reader found the view damaged");
    if (follower->asked || cdi_clock_elapsed().ms - follower->asked_then.ms < ASK_EVERY_MS)
        return true;
    follower->asked_then = cdi_clock_elapsed();
    follower->asked_at = cdi_clock_now();
    follower->asked = cdi_view_there(follower->view, err) && cdi_tail_ends(follower->tail, follower->offsets, err);
    return follower->asked;
}

static bool turn(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    struct cdi_message message;
    enum cdi_read read = cdi_tail_next(follower->tail, follower->batch_size > 0 ? 0 : WAIT_MS, &message, err);
    if (read == CDI_READ_MESSAGE && !take(follower, &message, err))
        return false;
    bool due = read != CDI_READ_MESSAGE || follower->batch_size >= BATCH_MESSAGES ||
        cdi_clock_elapsed().ms - follower->batch_began.ms >= BATCH_MS;
    if (due && !commit(follower, err))
        return false;
    if (due && read != CDI_READ_FAILED)
        see_level(follower);
    return read != CDI_READ_FAILED && (!due || ask(follower, err));
}

static void follow(struct cdi_feed_follower *follower, struct cdi_error *err)
{
    if (open_session(follower, err)) {
        say_goes_on(follower);
        while (!stopping(follower) && turn(follower, err))
            ;
        if (err->code == CDI_ERROR_NONE)
            commit(follower, err);
    }
    cdi_tail_close(follower->tail);
    follower->tail = NULL;
}

static void *work(void *context)
{
    struct cdi_feed_follower *follower = context;
    while (!stopping(follower)) {
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        follow(follower, &err);
        if (err.code == CDI_ERROR_NONE)
            break;
        if (err.code == CDI_ERROR_OUT_OF_BOUNDS || err.code == CDI_ERROR_CORRUPT)
            rebuild_view(follower, &err);
        else
            say_problem(follower, &err);
        back_off(follower);
    }
    cdi_view_close(follower->view);
    follower->view = NULL;
    return NULL;
}

/* ---- life ---- */

static void release(struct cdi_feed_follower *follower)
{
    cdi_view_close(follower->view);
    pthread_cond_destroy(&follower->changed);
    pthread_mutex_destroy(&follower->lock);
    free(follower->offsets);
    free(follower);
}

static struct cdi_feed_follower *create(const struct cdi_config *config)
{
    struct cdi_feed_follower *follower = calloc(1, sizeof *follower);
    pthread_condattr_t monotonic;
    if (follower == NULL)
        return NULL;
    *follower = (struct cdi_feed_follower){ .config = config, .topic = config->topics[CDI_TOPIC_ALERTS].at,
                                            .partitions = (int32_t)config->partitions, .back_off_ms = BACK_OFF_FIRST_MS,
                                            .asked_then = { INT64_MIN / 2 } };
    follower->standing.level_at = follower->standing.newest_at = CDI_INSTANT_NONE;
    follower->offsets = calloc((size_t)config->partitions + 1, sizeof *follower->offsets);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&follower->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&follower->lock, NULL);
    return follower;
}

struct cdi_feed_follower *cdi_feed_start(const struct cdi_config *config, struct cdi_error *err)
{
    struct cdi_feed_follower *follower = create(config);
    if (follower == NULL || follower->offsets == NULL)
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the view");
    else if ((follower->view = cdi_view_open(config->view_file.at, follower->topic, follower->partitions, err)) != NULL) {
        if (pthread_create(&follower->thread, NULL, work, follower) == 0)
            return follower;
        cdi_fail(err, CDI_ERROR_SYSTEM, "cannot start a thread");
    }
    if (follower != NULL)
        release(follower);
    return NULL;
}

void cdi_feed_end(struct cdi_feed_follower *follower)
{
    pthread_mutex_lock(&follower->lock);
    if (!follower->stop)
        follower->stop_at.ms = cdi_clock_elapsed().ms + END_MS;
    follower->stop = true;
    pthread_cond_signal(&follower->changed);
    pthread_mutex_unlock(&follower->lock);
}

/* librdkafka may wait for a broker that does not answer, whatever it was told; the process goes without it. */
bool cdi_feed_stop(struct cdi_feed_follower *follower)
{
    if (follower == NULL)
        return true;
    cdi_feed_end(follower);
    struct timespec until = { .tv_sec = follower->stop_at.ms / 1000, .tv_nsec = follower->stop_at.ms % 1000 * 1000000 };
    if (pthread_clockjoin_np(follower->thread, NULL, CLOCK_MONOTONIC, &until) != 0) {
        cdi_log(CDI_LOG_WARNING, "view_stop_cut_short", "Kafka does not answer; what the view lacks is read again after the start");
        return false;
    }
    release(follower);
    return true;
}

void cdi_feed_look(struct cdi_feed_follower *follower, struct cdi_feed_standing *standing)
{
    const int64_t seconds = ASK_EVERY_MS + CDI_TAIL_ASK_MS + LEVEL_FOR_MS;      /* by then a thread that turns has said something newer */
    pthread_mutex_lock(&follower->lock);
    *standing = follower->standing;
    standing->level = standing->level && cdi_clock_elapsed().ms - follower->level_then.ms <= seconds;
    pthread_mutex_unlock(&follower->lock);
}

void cdi_feed_doubt(struct cdi_feed_follower *follower)
{
    pthread_mutex_lock(&follower->lock);
    follower->doubted = true;
    pthread_mutex_unlock(&follower->lock);
}
