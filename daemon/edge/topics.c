#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/topics_inside.h"

#define RECENT CDI_SECONDS(2)                   /* a topic made by somebody that long ago is known to all brokers */

static const char *const words[CDI_TOPIC_COUNT] = {
#define X(upper, word) #word,
    CDI_TOPIC_LIST(X)
#undef X
};

const char *cdi_topic_word(enum cdi_topic topic)
{
    return words[topic];
}

/* ---- the plan ---- */

#define HOUR    "3600000"
#define DAYS_35 "3024000000"
#define YEARS_2 "63072000000"
#define MIB_2   "2097152"
#define MIB_4   "4194304"
#define MIB_16  "16777216"

#define BROKER_TIME(weight, otherwise) { "message.timestamp.type", "LogAppendTime", weight, false, otherwise }
#define TWO_COPIES \
    { "min.insync.replicas", "2", CDI_PLAN_ADVISED, true, "a record that only one host has written counts as safe" }
#define INPUT { \
    CDI_PARTITIONS_EXACTLY, CDI_PLAN_READ, { \
        { "cleanup.policy", "delete", CDI_PLAN_DEMANDED, false, "compaction throws messages away before they are read" }, \
        BROKER_TIME(CDI_PLAN_DEMANDED_TIME, "that nothing was recorded in time can be said only by when the broker got the " \
                    "messages; a sender's clock may be wrong"), \
        { "retention.ms", DAYS_35, CDI_PLAN_ADVISED, true, "messages may be gone before a stopped daemon has read them" }, \
        TWO_COPIES \
    } }
#define STATE(rights, largest, otherwise) { \
    CDI_PARTITIONS_ENOUGH, rights, { \
        { "cleanup.policy", "compact", CDI_PLAN_DEMANDED, false, otherwise }, \
        { "max.message.bytes", largest, CDI_PLAN_DEMANDED, true, "a case with very many notes or entries is refused, and the shard " \
          "stands still at it" }, \
        BROKER_TIME(CDI_PLAN_MADE, NULL), TWO_COPIES \
    } }

const struct cdi_topic_plan cdi_topic_plans[CDI_TOPIC_COUNT] = {
    [CDI_TOPIC_INCIDENTS] = INPUT,
    [CDI_TOPIC_CRIMES] = INPUT,
    [CDI_TOPIC_ACTIONS] = INPUT,
    [CDI_TOPIC_ALERTS] = STATE(CDI_PLAN_READ | CDI_PLAN_WRITE, MIB_16, "open alerts would go from the topic while they are open"),
    [CDI_TOPIC_CHANGELOG] = STATE(CDI_PLAN_READ | CDI_PLAN_WRITE, MIB_4, "the state would be lost bit by bit, and with it reports that "
                                  "nobody has recorded"),
    [CDI_TOPIC_LISTS] = {
        CDI_PARTITIONS_ANY, CDI_PLAN_WRITE, {
            { "cleanup.policy", "compact", CDI_PLAN_DEMANDED, false, "meeting lists would be lost" },
            BROKER_TIME(CDI_PLAN_MADE, NULL), TWO_COPIES
        } },
    /* The bytes of the largest message that the inputs hold, and its headers with them. */
    [CDI_TOPIC_DEADLETTERS] = {
        CDI_PARTITIONS_ENOUGH, CDI_PLAN_WRITE, {
            { "cleanup.policy", "delete", CDI_PLAN_DEMANDED, false, "letters of one key would replace each other" },
            BROKER_TIME(CDI_PLAN_MADE, NULL),
            { "retention.ms", DAYS_35, CDI_PLAN_ADVISED, true, "letters may be gone before anybody has looked" },
            { "max.message.bytes", MIB_2, CDI_PLAN_DEMANDED, true, "the letter of a large message is refused, and the shard "
              "stands still at it" },
            TWO_COPIES
        } },
    [CDI_TOPIC_AUDIT] = {
        CDI_PARTITIONS_ANY, CDI_PLAN_WRITE, {
            { "cleanup.policy", "delete", CDI_PLAN_DEMANDED, false, "who did what would be replaced by what he did last" },
            BROKER_TIME(CDI_PLAN_MADE, NULL),
            { "retention.ms", YEARS_2, CDI_PLAN_ADVISED, true, "who saw and changed what is forgotten too early" },
            TWO_COPIES
        } },
    /* A segment of an hour: the one that is being written is never deleted. */
    [CDI_TOPIC_PROBE] = {
        CDI_PARTITIONS_ANY, CDI_PLAN_WRITE, {
            { "cleanup.policy", "delete", CDI_PLAN_MADE, false, NULL },
            BROKER_TIME(CDI_PLAN_DEMANDED_TIME, "the host's clock would be checked by itself"),
            { "retention.ms", HOUR, CDI_PLAN_MADE, false, NULL },
            { "segment.ms", HOUR, CDI_PLAN_MADE, false, NULL }
        } },
};

static size_t setting_count(const struct cdi_topic_plan *plan)
{
    size_t count = 0;
    while (count < CDI_PLAN_SETTINGS_MAX && plan->settings[count].name != NULL)
        count++;
    return count;
}

/* As so many copies allow: of two both being there is too much to ask, and of one it cannot be. */
static const char *wanted_value(const struct cdi_plan_setting *setting, int64_t copies)
{
    return strcmp(setting->name, "min.insync.replicas") == 0 && copies < 3 ? "1" : setting->value;
}

static bool is_satisfied(const struct cdi_plan_setting *setting, const char *wanted, const char *value)
{
    if (!setting->at_least)
        return strcmp(value, wanted) == 0;
    long long has = atoll(value);
    return has == -1 || has >= atoll(wanted);
}

int32_t cdi_topic_partitions(enum cdi_topic topic, int64_t shards)
{
    return cdi_topic_plans[topic].partitions == CDI_PARTITIONS_ANY ? 1 : (int32_t)shards;
}

/* ---- what is said ---- */

bool cdi_topics_problem(const struct cdi_topics_talk *talk, struct cdi_error *err, const char *topic,
                        enum cdi_error_code code, const char *format, ...)
{
    char text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct cdi_error problem = { 0 };
    cdi_fail_at(&problem, code, topic != NULL ? topic : "", "%s", text);
    talk->problem(talk->context, &problem);
    return cdi_fail_at(err, code, problem.where, "%s", text);
}

bool cdi_topics_trouble(const struct cdi_topics_talk *talk, struct cdi_error *err, const char *topic,
                        const struct cdi_error *problem, const char *needs)
{
    bool rights = problem->code == CDI_ERROR_RIGHTS && needs != NULL;
    return cdi_topics_problem(talk, err, topic, problem->code, "%s%s%s", problem->text, rights ? "; our user needs " : "",
                              rights ? needs : "");
}

__attribute__((format(printf, 4, 5)))
static void advise(const struct cdi_topics_talk *talk, const char *topic, bool *advised, const char *format, ...)
{
    char text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct cdi_error advice = { 0 };
    cdi_fail_at(&advice, CDI_ERROR_CONFIGURATION, topic, "%s", text);
    *advised = true;
    if (talk->advice != NULL)
        talk->advice(talk->context, &advice);
}

__attribute__((format(printf, 3, 4)))
static void praise(const struct cdi_topics_talk *talk, const char *topic, const char *format, ...)
{
    char text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (talk->good != NULL)
        talk->good(talk->context, topic, text);
}

/* ---- comparing ---- */

static bool look_at_all(struct cdi_kafka_admin *admin, const struct cdi_config *config, const struct cdi_topics_talk *talk,
                        struct cdi_topics_seen *seen, struct cdi_error *err)
{
    bool good = true, any_missing = false;
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++) {
        const char *name = config->topics[topic].at;
        struct cdi_error problem = { 0 };
        seen->topics[topic] = (struct cdi_kafka_topic){ false, 0, 0 };
        if (!cdi_kafka_admin_look(admin, name, any_missing ? CDI_TOPIC_NOW : RECENT, &seen->topics[topic], &problem))
            good = cdi_topics_trouble(talk, err, name, &problem, "Describe on the topic");
        else if (!seen->topics[topic].exists)
            good = cdi_topics_problem(talk, err, name, CDI_ERROR_CONFIGURATION, "there is no such topic; make it with "
                                      "cdiwatch topics --create, or correct topics.%s", words[topic]);
        any_missing |= !seen->topics[topic].exists;
        if (problem.code == CDI_ERROR_BROKER)
            return false;                       /* the others would only be waited for in the same way */
    }
    return good;
}

/* All three inputs are there with one number of partitions: then it is likely the configuration that is wrong. */
static bool inputs_agree(const struct cdi_topics_seen *seen)
{
    int32_t partitions = 0;
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++) {
        if (cdi_topic_plans[topic].partitions != CDI_PARTITIONS_EXACTLY)
            continue;
        if (!seen->topics[topic].exists || (partitions != 0 && seen->topics[topic].partitions != partitions))
            return false;
        partitions = seen->topics[topic].partitions;
    }
    return true;
}

static bool compare_partitions(const struct cdi_config *config, const struct cdi_topics_talk *talk, enum cdi_topic topic,
                               const struct cdi_topics_seen *seen, struct cdi_error *err)
{
    const struct cdi_topic_plan *plan = &cdi_topic_plans[topic];
    const char *name = config->topics[topic].at;
    int has = (int)seen->topics[topic].partitions, wanted = (int)cdi_topic_partitions(topic, config->partitions);
    if (plan->partitions == CDI_PARTITIONS_ENOUGH && inputs_agree(seen))
        wanted = (int)seen->topics[CDI_TOPIC_INCIDENTS].partitions;     /* else it is the configuration that is told to change */
    if (has == wanted || (plan->partitions != CDI_PARTITIONS_EXACTLY && has > wanted))
        return true;
    if (plan->partitions != CDI_PARTITIONS_EXACTLY)
        return cdi_topics_problem(talk, err, name, CDI_ERROR_CONFIGURATION, "has %d partitions and needs %d, one for each "
                                  "shard; add them with kafka-topics.sh --alter --topic %s --partitions %d", has, wanted, name,
                                  wanted);
    if (inputs_agree(seen))
        return cdi_topics_problem(talk, err, name, CDI_ERROR_CONFIGURATION, "has %d partitions, as the other inputs have, but "
                                  "topics.partitions says %d; say topics.partitions: %d", has, wanted, has);
    return cdi_topics_problem(talk, err, name, CDI_ERROR_CONFIGURATION, "has %d partitions, but topics.partitions says %d. The "
                              "three inputs must have the same number, for partition N of each makes shard N. Do not add "
                              "partitions to a topic in use (its forces would move): make it anew with %d partitions, or all "
                              "three with another number", has, wanted, wanted);
}

static bool compare_setting(const struct cdi_config *config, const struct cdi_topics_talk *talk, enum cdi_topic which,
                            const struct cdi_plan_setting *setting, const char *value, struct cdi_topics_seen *seen,
                            struct cdi_error *err)
{
    static const char form[] = "%s is %s, not %s%s: %s; set it with kafka-configs.sh --alter --entity-type topics "
                               "--entity-name %s --add-config %s=%s%s";
    const char *wanted = wanted_value(setting, seen->topics[which].replication), *more = setting->at_least ? " or more" : "";
    const char *topic = config->topics[which].at;
    bool time = setting->weight == CDI_PLAN_DEMANDED_TIME;
    if (value[0] == '\0' || is_satisfied(setting, wanted, value) || setting->weight == CDI_PLAN_MADE ||
        (time && config->allow_create_time))
        return true;
    if (setting->weight == CDI_PLAN_ADVISED) {
        advise(talk, topic, &seen->advised[which], form, setting->name, value, wanted, more, setting->otherwise, topic, setting->name, wanted, "");
        return true;
    }
    return cdi_topics_problem(talk, err, topic, CDI_ERROR_CONFIGURATION, form, setting->name, value, wanted, more,
                              setting->otherwise, topic, setting->name, wanted,
                              time ? " (for replays and tests only, say allow_create_time: true)" : "");
}

static bool compare_settings(struct cdi_kafka_admin *admin, const struct cdi_config *config,
                             const struct cdi_topics_talk *talk, enum cdi_topic topic, struct cdi_topics_seen *seen,
                             struct cdi_error *err)
{
    struct cdi_kafka_topic_setting values[CDI_PLAN_SETTINGS_MAX];
    const struct cdi_topic_plan *plan = &cdi_topic_plans[topic];
    const char *name = config->topics[topic].at;
    struct cdi_error problem = { 0 };
    size_t count = setting_count(plan);
    bool good = true;
    for (size_t i = 0; i < count; i++)
        values[i].name = plan->settings[i].name;
    if (!cdi_kafka_admin_settings(admin, name, values, count, &problem))
        return cdi_topics_trouble(talk, err, name, &problem, "DescribeConfigs on the topic");
    for (size_t i = 0; i < count; i++)
        good &= compare_setting(config, talk, topic, &plan->settings[i], values[i].value, seen, err);
    return good;
}

static void compare_copies(const struct cdi_config *config, const struct cdi_topics_talk *talk, enum cdi_topic topic,
                           struct cdi_topics_seen *seen)
{
    int has = (int)seen->topics[topic].replication;
    if (has < config->replication)
        advise(talk, config->topics[topic].at, &seen->advised[topic], "has %d cop%s of each partition, and topics.replication "
               "says %d; add them with kafka-reassign-partitions.sh", has, has == 1 ? "y" : "ies", (int)config->replication);
}

static bool compare(struct cdi_kafka_admin *admin, const struct cdi_config *config, const struct cdi_topics_talk *talk,
                    enum cdi_topic topic, struct cdi_topics_seen *seen, struct cdi_error *err)
{
    const struct cdi_kafka_topic *found = &seen->topics[topic];
    bool fits = compare_partitions(config, talk, topic, seen, err);
    compare_copies(config, talk, topic, seen);
    if (!seen->embedded)
        fits &= compare_settings(admin, config, talk, topic, seen, err);
    if (fits)
        praise(talk, config->topics[topic].at, "%d partition%s, %d cop%s of each: %s", (int)found->partitions,
               found->partitions == 1 ? "" : "s", (int)found->replication, found->replication == 1 ? "y" : "ies",
               seen->advised[topic] ? "will do" : "as it should be");
    return fits;
}

bool cdi_topics_look(struct cdi_kafka_admin *admin, const struct cdi_config *config, const struct cdi_topics_talk *talk,
                     struct cdi_topics_seen *seen, struct cdi_error *err)
{
    *seen = (struct cdi_topics_seen){ .embedded = cdi_kafka_admin_embedded(admin) };
    bool good = look_at_all(admin, config, talk, seen, err);
    for (int topic = 0; topic < CDI_TOPIC_COUNT && (good || err->code != CDI_ERROR_BROKER); topic++)
        if (seen->topics[topic].exists)
            good &= compare(admin, config, talk, (enum cdi_topic)topic, seen, err);
    if (seen->embedded && !config->allow_create_time)
        good = cdi_topics_problem(talk, err, NULL, CDI_ERROR_CONFIGURATION, "this is the embedded broker, where messages bear "
                                  "their producer's time; to try things with it, say allow_create_time: true");
    return good;
}

/* An admin, or NULL: what stands in the way was told. */
static struct cdi_kafka_admin *open_admin(const struct cdi_config *config, const struct cdi_topics_talk *talk,
                                          struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    struct cdi_kafka_admin *admin = cdi_kafka_admin_open(&config->kafka, &problem);
    if (admin == NULL)
        cdi_topics_trouble(talk, err, NULL, &problem, NULL);
    return admin;
}

bool cdi_topics_compare(const struct cdi_config *config, const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    struct cdi_topics_seen seen;
    struct cdi_kafka_admin *admin = open_admin(config, talk, err);
    bool good = admin != NULL && cdi_topics_look(admin, config, talk, &seen, err);
    cdi_kafka_admin_close(admin);
    return good;
}

/* ---- making ---- */

#define SETTLED CDI_SECONDS(10)                 /* by then each broker knows what was made */

static void tell_present(const struct cdi_topics_talk *talk, const char *name, const char *how, const struct cdi_kafka_topic *seen)
{
    praise(talk, name, "%s, %d partition%s, %d cop%s of each", how, (int)seen->partitions, seen->partitions == 1 ? "" : "s",
           (int)seen->replication, seen->replication == 1 ? "y" : "ies");
}

static bool create(struct cdi_kafka_admin *admin, const struct cdi_config *config, enum cdi_topic topic,
                   struct cdi_kafka_topic *seen, const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    const struct cdi_topic_plan *plan = &cdi_topic_plans[topic];
    struct cdi_kafka_topic_setting settings[CDI_PLAN_SETTINGS_MAX];
    const char *name = config->topics[topic].at;
    struct cdi_kafka_topic wanted = { true, cdi_topic_partitions(topic, config->partitions), (int32_t)config->replication };
    size_t count = setting_count(plan);
    struct cdi_error problem = { 0 };
    for (size_t i = 0; i < count; i++) {
        settings[i].name = plan->settings[i].name;
        (void)snprintf(settings[i].value, sizeof settings[i].value, "%s", wanted_value(&plan->settings[i], config->replication));
    }
    bool made;
    if (!cdi_kafka_admin_create(admin, name, &wanted, settings, count, &made, &problem) ||
        !cdi_kafka_admin_look(admin, name, SETTLED, seen, &problem)) {
        if (problem.code == CDI_ERROR_CONFIGURATION)
            return cdi_topics_problem(talk, err, name, problem.code, "%s; look at topics.replication and topics.partitions",
                                      problem.text);
        return cdi_topics_trouble(talk, err, name, &problem, "Create on the topic or the cluster");
    }
    if (!seen->exists)
        return cdi_topics_problem(talk, err, name, CDI_ERROR_BROKER, "was made, but Kafka does not show it; look with "
                                  "cdiwatch topics --check");
    tell_present(talk, name, made ? "made" : "there already", seen);
    return true;
}

static bool create_missing(struct cdi_kafka_admin *admin, const struct cdi_config *config, enum cdi_topic topic,
                           const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    struct cdi_kafka_topic seen;
    struct cdi_error problem = { 0 };
    const char *name = config->topics[topic].at;
    if (!cdi_kafka_admin_look(admin, name, CDI_TOPIC_NOW, &seen, &problem))
        return cdi_topics_trouble(talk, err, name, &problem, "Describe on the topic, and Create to make it");
    if (!seen.exists && cdi_kafka_admin_embedded(admin))
        return cdi_topics_problem(talk, err, name, CDI_ERROR_CONFIGURATION, "the embedded broker has only the topics cdi.* that "
                                  "it made itself");
    if (!seen.exists)
        return create(admin, config, topic, &seen, talk, err);
    tell_present(talk, name, "there already", &seen);
    return true;
}

bool cdi_topics_create(const struct cdi_config *config, const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    struct cdi_kafka_admin *admin = open_admin(config, talk, err);
    bool good = admin != NULL;
    for (int topic = 0; admin != NULL && topic < CDI_TOPIC_COUNT && err->code != CDI_ERROR_BROKER; topic++)
        good &= create_missing(admin, config, (enum cdi_topic)topic, talk, err);
    cdi_kafka_admin_close(admin);
    return good;
}
