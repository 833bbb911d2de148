#include "edge/kafka_ends.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/clock.h"
#include "edge/host_clock.h"
#include "edge/kafka_inside.h"
#include "edge/log.h"

enum { ASK_EVERY_MS = 1000, PROBE_EVERY_MS = 10000, ANSWER_MS = 3000 };

struct question { struct cdi_partition partition; int64_t offset; struct cdi_instant asked_at; bool answered; };

struct cdi_ends {
    rd_kafka_t *reader, *prober;
    rd_kafka_topic_t *probe;
    const char *topics[CDI_FEED_COUNT], *instance;
    bool allow_create_time;
    int wake_fd;
    pthread_t thread;
    bool running, failing;
    pthread_mutex_t lock;                       /* of all below */
    pthread_cond_t changed;
    bool stop;
    struct question *questions;
    size_t question_count;
    uint32_t round;                             /* of cdi_ends_watch(): answers of an earlier one are dropped */
    struct cdi_host_clock host;
};

/* ---- the probe ---- */

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
    struct cdi_ends *ends = opaque;
    rd_kafka_timestamp_type_t type;
    int64_t at = rd_kafka_message_timestamp(message, &type), sent = (int64_t)(intptr_t)message->_private;
    (void)handle;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {   /* the newest good probe grows old: that says it aloud */
        cdi_log(CDI_LOG_INFO, "probe_failed", "%s", rd_kafka_message_errstr(message));
        return;
    }
    bool stamped = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME && at > CDI_DAYS(1).ms;     /* the embedded broker stamps 1 ms after 1970 */
    if (!stamped && !ends->allow_create_time)
        return;
    pthread_mutex_lock(&ends->lock);
    cdi_host_clock_probed(&ends->host, stamped ? (struct cdi_instant){ at } : CDI_INSTANT_NONE, (struct cdi_instant){ sent },
                          cdi_clock_now(), cdi_clock_elapsed(), cdi_clock_offset());
    pthread_mutex_unlock(&ends->lock);
}

static void send_probe(struct cdi_ends *ends)
{
    char value[CDI_INSTANT_TEXT_SIZE];
    struct cdi_instant now = cdi_clock_now();
    size_t size = cdi_instant_format(now, value);
    rd_kafka_produce(ends->probe, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, size, ends->instance,
                     strlen(ends->instance), (void *)(intptr_t)now.ms);
}

bool cdi_ends_clock_trusted(struct cdi_ends *ends, const char **why_not)
{
    pthread_mutex_lock(&ends->lock);
    const char *why = cdi_host_clock_trust(&ends->host, cdi_clock_elapsed(), cdi_clock_offset());
    pthread_mutex_unlock(&ends->lock);
    if (why_not != NULL)
        *why_not = why;
    return why == NULL;
}

/* ---- the ends ---- */

/* false: there is no such question any more. */
static bool question_at(struct cdi_ends *ends, size_t i, uint32_t *round, struct cdi_partition *partition)
{
    pthread_mutex_lock(&ends->lock);
    bool there = i < ends->question_count && !ends->stop;
    if (there) {
        *round = ends->round;
        *partition = ends->questions[i].partition;
    }
    pthread_mutex_unlock(&ends->lock);
    return there;
}

static void answer(struct cdi_ends *ends, size_t i, uint32_t round, int64_t offset, struct cdi_instant asked_at)
{
    static const uint64_t one = 1;
    pthread_mutex_lock(&ends->lock);
    if (round == ends->round && i < ends->question_count) {
        struct question *question = &ends->questions[i];
        question->offset = offset;
        question->asked_at = asked_at;
        question->answered = true;
    }
    pthread_mutex_unlock(&ends->lock);
    (void)!write(ends->wake_fd, &one, sizeof one);
}

static struct cdi_instant now_not_ahead(struct cdi_ends *ends)
{
    pthread_mutex_lock(&ends->lock);
    struct cdi_instant now = cdi_host_clock_not_ahead(&ends->host, cdi_clock_now(), cdi_clock_offset());
    pthread_mutex_unlock(&ends->lock);
    return now;
}

static void ask_all(struct cdi_ends *ends)
{
    struct cdi_partition partition;
    uint32_t round;
    bool failed = false;
    for (size_t i = 0; !failed && question_at(ends, i, &round, &partition); i++) {
        int64_t low, high;
        struct cdi_instant asked_at = now_not_ahead(ends);
        rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(ends->reader, ends->topics[partition.feed],
                                                                    partition.partition, &low, &high, ANSWER_MS);
        failed = code != RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!failed)
            answer(ends, i, round, high, asked_at);
        else if (!ends->failing)
            cdi_log(CDI_LOG_WARNING, "ends_unknown", "the broker does not say where %s ends: %s; nothing is called unrecorded meanwhile",
                    ends->topics[partition.feed], rd_kafka_err2str(code));
    }
    if (ends->failing && !failed)
        cdi_log(CDI_LOG_NOTICE, "ends_known", "the broker says again where partitions end");
    ends->failing = failed;
}

static bool wait_until(struct cdi_ends *ends, struct cdi_span at)
{
    struct timespec until = { .tv_sec = at.ms / 1000, .tv_nsec = at.ms % 1000 * 1000000 };
    pthread_mutex_lock(&ends->lock);
    while (!ends->stop && cdi_clock_elapsed().ms < at.ms)
        pthread_cond_timedwait(&ends->changed, &ends->lock, &until);
    bool go_on = !ends->stop;
    pthread_mutex_unlock(&ends->lock);
    return go_on;
}

static void *run(void *context)
{
    struct cdi_ends *ends = context;
    struct cdi_span next = cdi_clock_elapsed(), next_probe = next;
    do {
        if (cdi_clock_elapsed().ms >= next_probe.ms) {
            send_probe(ends);
            rd_kafka_poll(ends->prober, 100);   /* the answer usually comes at once, and the first is waited for */
            next_probe.ms = cdi_clock_elapsed().ms + PROBE_EVERY_MS;
        }
        rd_kafka_poll(ends->prober, 0);
        ask_all(ends);
        int64_t now = cdi_clock_elapsed().ms;
        next.ms = next.ms + ASK_EVERY_MS > now ? next.ms + ASK_EVERY_MS : now + ASK_EVERY_MS;
    } while (wait_until(ends, next));
    return NULL;
}

/* ---- life ---- */

static void prepare_prober(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
}

static bool open_handles(struct cdi_ends *ends, const struct cdi_ends_parts *parts, struct cdi_error *err)
{
    static const struct cdi_kafka_own reader[] = {
        { "isolation.level", "read_uncommitted" }, { "socket.nagle.disable", "true" }, { "allow.auto.create.topics", "false" },
        { NULL, NULL }
    };
    static const struct cdi_kafka_own prober[] = {
        { "linger.ms", "0" }, { "message.timeout.ms", "10000" }, { "socket.nagle.disable", "true" }, { NULL, NULL }
    };
    ends->reader = cdi_kafka_new(RD_KAFKA_CONSUMER, parts->settings, reader, NULL, ends, err);
    ends->prober = cdi_kafka_new(RD_KAFKA_PRODUCER, parts->settings, prober, prepare_prober, ends, err);
    if (ends->reader == NULL || ends->prober == NULL)
        return false;
    ends->probe = rd_kafka_topic_new(ends->prober, parts->probe_topic, NULL);
    return ends->probe != NULL || cdi_kafka_fail(err, rd_kafka_last_error(), "cannot write to %s", parts->probe_topic);
}

struct cdi_ends *cdi_ends_create(const struct cdi_ends_parts *parts, struct cdi_error *err)
{
    struct cdi_ends *ends = calloc(1, sizeof *ends);
    if (ends == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to watch the ends of partitions");
        return NULL;
    }
    memcpy(ends->topics, parts->topics, sizeof ends->topics);
    ends->instance = parts->instance;
    ends->allow_create_time = parts->allow_create_time;
    ends->wake_fd = parts->wake_fd;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&ends->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&ends->lock, NULL);
    if (open_handles(ends, parts, err)) {
        ends->running = pthread_create(&ends->thread, NULL, run, ends) == 0;
        if (ends->running)
            return ends;
        cdi_fail(err, CDI_ERROR_SYSTEM, "cannot start a thread");
    }
    cdi_ends_destroy(ends);
    return NULL;
}

void cdi_ends_destroy(struct cdi_ends *ends)
{
    if (ends == NULL)
        return;
    if (ends->running) {
        pthread_mutex_lock(&ends->lock);
        ends->stop = true;
        pthread_cond_signal(&ends->changed);
        pthread_mutex_unlock(&ends->lock);
        pthread_join(ends->thread, NULL);
    }
    if (ends->probe != NULL)
        rd_kafka_topic_destroy(ends->probe);
    if (ends->prober != NULL)
        rd_kafka_destroy(ends->prober);
    if (ends->reader != NULL)
        rd_kafka_destroy(ends->reader);
    pthread_cond_destroy(&ends->changed);
    pthread_mutex_destroy(&ends->lock);
    free(ends->questions);
    free(ends);
}

bool cdi_ends_watch(struct cdi_ends *ends, const struct cdi_partition *partitions, size_t count, struct cdi_error *err)
{
    struct question *questions = calloc(count + 1, sizeof *questions);
    if (questions == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to watch the ends of partitions");
    for (size_t i = 0; i < count; i++)
        questions[i].partition = partitions[i];
    pthread_mutex_lock(&ends->lock);
    struct question *former = ends->questions;
    ends->questions = questions;
    ends->question_count = count;
    ends->round++;
    pthread_mutex_unlock(&ends->lock);
    free(former);
    return true;
}

bool cdi_ends_take(struct cdi_ends *ends, size_t which, int64_t *offset, struct cdi_instant *asked_at)
{
    pthread_mutex_lock(&ends->lock);
    CDI_ASSERT(which < ends->question_count);
    struct question *question = &ends->questions[which];
    bool answered = question->answered;
    *offset = question->offset;
    *asked_at = question->asked_at;
    question->answered = false;
    pthread_mutex_unlock(&ends->lock);
    return answered;
}
