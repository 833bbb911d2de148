#include "edge/kafka_admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/kafka_inside.h"

enum { PATIENCE_MS = 10000, SLICE_MS = 250, AGAIN_MS = 50, PROBLEM_SIZE = 256 };

struct cdi_kafka_admin {
    rd_kafka_t *handle;
    rd_kafka_resp_err_t last;                   /* what librdkafka complained of last, and in which words */
    char reason[PROBLEM_SIZE];
};

/* "1/1 brokers are down" says less than what was said before it. */
static void on_error(rd_kafka_t *handle, int code, const char *reason, void *opaque)
{
    struct cdi_kafka_admin *admin = opaque;
    (void)handle;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        return;
    admin->last = (rd_kafka_resp_err_t)code;
    (void)snprintf(admin->reason, sizeof admin->reason, "%s", reason);
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, NULL);
}

static bool is_refusal(rd_kafka_resp_err_t code)
{
    struct cdi_error what = { 0 };
    (void)cdi_kafka_fail(&what, code, "refused");
    return what.code == CDI_ERROR_RIGHTS;
}

static bool answers(struct cdi_kafka_admin *admin)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->handle, 0, NULL, &metadata, SLICE_MS);
    rd_kafka_poll(admin->handle, 0);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

static bool wait_for_answer(struct cdi_kafka_admin *admin, struct cdi_error *err)
{
    struct cdi_span start = cdi_clock_elapsed();
    while (!answers(admin)) {
        if (is_refusal(admin->last))
            return cdi_fail(err, CDI_ERROR_RIGHTS, "Kafka does not let us in: %s; look at sasl.* and ssl.* of the "
                            "configuration's kafka section", admin->reason);
        if (cdi_interrupted())
            return cdi_fail(err, CDI_ERROR_BROKER, "interrupted while waiting for Kafka to answer");
        if (cdi_clock_elapsed().ms - start.ms >= PATIENCE_MS)
            return cdi_fail(err, CDI_ERROR_BROKER, "Kafka does not answer (tried for %d s): %s; is it running, and does "
                            "bootstrap.servers name it rightly?", PATIENCE_MS / 1000,
                            admin->reason[0] != '\0' ? admin->reason : "no connection could be made");
    }
    return true;
}

/* A consumer, for a producer's look at a topic would make it where the broker makes topics by itself.  What librdkafka would
 * log comes as the reason of a failure. */
struct cdi_kafka_admin *cdi_kafka_admin_open(const struct cdi_kafka_settings *settings, struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "allow.auto.create.topics", "false" }, { NULL, NULL }
    };
    struct cdi_kafka_admin *admin = calloc(1, sizeof *admin);
    if (admin == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to ask Kafka");
        return NULL;
    }
    admin->handle = cdi_kafka_new(RD_KAFKA_CONSUMER, settings, own, prepare, admin, err);
    if (admin->handle != NULL && wait_for_answer(admin, err))
        return admin;
    cdi_kafka_admin_close(admin);
    return NULL;
}

void cdi_kafka_admin_close(struct cdi_kafka_admin *admin)
{
    if (admin == NULL)
        return;
    if (admin->handle != NULL)
        rd_kafka_destroy(admin->handle);
    free(admin);
}

/* ---- looking ---- */

bool cdi_kafka_admin_embedded(struct cdi_kafka_admin *admin) { return cdi_kafka_is_embedded(admin->handle, PATIENCE_MS); }

static bool take_topic(const rd_kafka_metadata_topic_t *topic, struct cdi_kafka_topic *seen, struct cdi_error *err)
{
    *seen = (struct cdi_kafka_topic){ false, 0, 0 };
    if (topic->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return true;
    if (topic->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, topic->err, "cannot look at the topic");
    seen->exists = true;
    seen->partitions = topic->partition_cnt;
    for (int i = 0; i < topic->partition_cnt; i++)
        if (seen->replication == 0 || topic->partitions[i].replica_cnt < seen->replication)
            seen->replication = topic->partitions[i].replica_cnt;
    return true;
}

static bool look_once(struct cdi_kafka_admin *admin, rd_kafka_topic_t *topic, struct cdi_kafka_topic *seen,
                      struct cdi_error *err)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->handle, 0, topic, &metadata, PATIENCE_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, code, "cannot look at the topic");
    bool good = metadata->topic_cnt == 1 ? take_topic(&metadata->topics[0], seen, err)
                                         : cdi_fail(err, CDI_ERROR_BROKER, "Kafka says nothing of the topic");
    rd_kafka_metadata_destroy(metadata);
    return good;
}

bool cdi_kafka_admin_look(struct cdi_kafka_admin *admin, const char *topic, struct cdi_span patience,
                          struct cdi_kafka_topic *seen, struct cdi_error *err)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(admin->handle, topic, NULL);
    if (handle == NULL)
        return cdi_kafka_fail(err, rd_kafka_last_error(), "this cannot be a topic's name");
    struct cdi_span start = cdi_clock_elapsed();
    bool good = look_once(admin, handle, seen, err);
    while (good && !seen->exists && cdi_clock_elapsed().ms - start.ms < patience.ms && !cdi_interrupted()) {
        nanosleep(&(struct timespec){ .tv_nsec = AGAIN_MS * 1000 * 1000 }, NULL);
        good = look_once(admin, handle, seen, err);
    }
    rd_kafka_topic_destroy(handle);
    return good;
}

/* ---- requests of the Admin API ---- */

struct request { rd_kafka_AdminOptions_t *options; rd_kafka_queue_t *queue; rd_kafka_event_t *event; };

static void request_begin(struct cdi_kafka_admin *admin, struct request *request, rd_kafka_admin_op_t what)
{
    char problem[PROBLEM_SIZE];
    *request = (struct request){ rd_kafka_AdminOptions_new(admin->handle, what), rd_kafka_queue_new(admin->handle), NULL };
    CDI_ASSERT(rd_kafka_AdminOptions_set_request_timeout(request->options, PATIENCE_MS, problem, sizeof problem) ==
               RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* librdkafka answers by itself when the request's time is over; twice the time is only for a library that does not. */
static bool request_wait(struct request *request, const char *words, struct cdi_error *err)
{
    request->event = rd_kafka_queue_poll(request->queue, 2 * PATIENCE_MS);
    if (request->event == NULL)
        return cdi_kafka_fail(err, RD_KAFKA_RESP_ERR__TIMED_OUT, "%s", words);
    rd_kafka_resp_err_t code = rd_kafka_event_error(request->event);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "%s", words);
}

static void request_end(struct request *request)
{
    if (request->event != NULL)
        rd_kafka_event_destroy(request->event);
    rd_kafka_queue_destroy(request->queue);
    rd_kafka_AdminOptions_destroy(request->options);
}

static void take_value(const rd_kafka_ConfigEntry_t *entry, struct cdi_kafka_topic_setting *settings, size_t count)
{
    const char *name = rd_kafka_ConfigEntry_name(entry), *value = rd_kafka_ConfigEntry_value(entry);
    for (size_t i = 0; i < count; i++)
        if (value != NULL && strcmp(settings[i].name, name) == 0)
            (void)snprintf(settings[i].value, sizeof settings[i].value, "%s", value);
}

static bool take_settings(const rd_kafka_DescribeConfigs_result_t *result, struct cdi_kafka_topic_setting *settings,
                          size_t count, struct cdi_error *err)
{
    size_t resources, entries;
    const rd_kafka_ConfigResource_t **all = rd_kafka_DescribeConfigs_result_resources(result, &resources);
    if (resources != 1)
        return cdi_fail(err, CDI_ERROR_BROKER, "Kafka says nothing of the topic's settings");
    rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(all[0]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, code, "cannot read the topic's settings");
    const rd_kafka_ConfigEntry_t **each = rd_kafka_ConfigResource_configs(all[0], &entries);
    for (size_t i = 0; i < entries; i++)
        take_value(each[i], settings, count);
    return true;
}

bool cdi_kafka_admin_settings(struct cdi_kafka_admin *admin, const char *topic, struct cdi_kafka_topic_setting *settings,
                              size_t count, struct cdi_error *err)
{
    struct request request;
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    for (size_t i = 0; i < count; i++)
        settings[i].value[0] = '\0';
    request_begin(admin, &request, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(admin->handle, &resource, 1, request.options, request.queue);
    bool good = request_wait(&request, "cannot read the topic's settings", err) &&
                take_settings(rd_kafka_event_DescribeConfigs_result(request.event), settings, count, err);
    request_end(&request);
    rd_kafka_ConfigResource_destroy(resource);
    return good;
}

/* ---- making ---- */

/* Kafka's own sentence says more than its code: "Replication factor: 3 larger than available brokers: 1". */
static bool take_created(const rd_kafka_CreateTopics_result_t *result, bool *made, struct cdi_error *err)
{
    size_t count;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(result, &count);
    if (count != 1)
        return cdi_fail(err, CDI_ERROR_BROKER, "Kafka does not say whether the topic was made");
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[0]);
    *made = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (*made || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return true;
    const char *words = rd_kafka_topic_result_error_string(topics[0]);
    return cdi_kafka_fail(err, code, "cannot make the topic%s%s", words != NULL ? ": " : "", words != NULL ? words : "");
}

static rd_kafka_NewTopic_t *new_topic(const char *topic, const struct cdi_kafka_topic *wanted,
                                      const struct cdi_kafka_topic_setting *settings, size_t count, struct cdi_error *err)
{
    char problem[PROBLEM_SIZE];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(topic, wanted->partitions, wanted->replication, problem, sizeof problem);
    if (made == NULL) {
        cdi_fail(err, CDI_ERROR_CONFIGURATION, "cannot make the topic: %s", problem);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        CDI_ASSERT(rd_kafka_NewTopic_set_config(made, settings[i].name, settings[i].value) == RD_KAFKA_RESP_ERR_NO_ERROR);
    return made;
}

bool cdi_kafka_admin_create(struct cdi_kafka_admin *admin, const char *topic, const struct cdi_kafka_topic *wanted,
                            const struct cdi_kafka_topic_setting *settings, size_t count, bool *made, struct cdi_error *err)
{
    char problem[PROBLEM_SIZE];
    struct request request;
    rd_kafka_NewTopic_t *new = new_topic(topic, wanted, settings, count, err);
    if (new == NULL)
        return false;
    request_begin(admin, &request, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    CDI_ASSERT(rd_kafka_AdminOptions_set_operation_timeout(request.options, PATIENCE_MS, problem, sizeof problem) ==
               RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_CreateTopics(admin->handle, &new, 1, request.options, request.queue);
    bool good = request_wait(&request, "cannot make the topic", err) &&
                take_created(rd_kafka_event_CreateTopics_result(request.event), made, err);
    request_end(&request);
    rd_kafka_NewTopic_destroy(new);
    return good;
}
