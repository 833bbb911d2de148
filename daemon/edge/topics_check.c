#include <stdio.h>

#include "edge/kafka_rights.h"
#include "edge/topics_inside.h"

static bool check_read(struct cdi_kafka_rights *rights, const char *topic, const struct cdi_topics_talk *talk,
                       struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    return cdi_kafka_may_read(rights, topic, &problem) || cdi_topics_trouble(talk, err, topic, &problem, "Read on the topic");
}

static bool check_write(struct cdi_kafka_rights *rights, const char *topic, const struct cdi_topics_talk *talk,
                        struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    return cdi_kafka_may_write(rights, topic, &problem) || cdi_topics_trouble(talk, err, topic, &problem, "Write on the topic");
}

/* Without transactions nothing can be written, so that only reading is left to look at. */
static bool check_transactions(struct cdi_kafka_rights *rights, const struct cdi_config *config,
                               const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    char needs[256];
    struct cdi_error problem = { 0 };
    (void)snprintf(needs, sizeof needs, "Write and Describe on the transactional ids that begin with %s.", config->group.at);
    return cdi_kafka_may_transact(rights, &problem) || cdi_topics_trouble(talk, err, NULL, &problem, needs);
}

static bool check_group(struct cdi_kafka_rights *rights, const struct cdi_config *config, const struct cdi_topics_talk *talk,
                        struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    char needs[256];
    const char *topic = config->topics[CDI_TOPIC_CHANGELOG].at;         /* which the group never reads */
    (void)snprintf(needs, sizeof needs, "Read on the consumer group %s", config->group.at);
    return cdi_kafka_may_use_group(rights, config->group.at, topic, &problem) ||
           cdi_topics_trouble(talk, err, NULL, &problem, needs);
}

static bool check_rights(const struct cdi_config *config, const struct cdi_topics_seen *seen,
                         const struct cdi_topics_talk *talk, struct cdi_error *err)
{
    char transactional[256];
    struct cdi_error problem = { 0 };
    (void)snprintf(transactional, sizeof transactional, "%s.check.%s", config->group.at, config->instance.at);
    struct cdi_kafka_rights *rights = cdi_kafka_rights_open(&config->kafka, transactional, &problem);
    if (rights == NULL)
        return cdi_topics_trouble(talk, err, NULL, &problem, NULL);
    bool transacts = check_transactions(rights, config, talk, err), good = transacts;
    for (int topic = 0; topic < CDI_TOPIC_COUNT && (good || err->code != CDI_ERROR_BROKER); topic++) {
        int wanted = seen->topics[topic].exists ? cdi_topic_plans[topic].rights : 0;
        const char *name = config->topics[topic].at;
        bool readable = (wanted & CDI_PLAN_READ) == 0 || check_read(rights, name, talk, err);
        good &= readable;
        if (transacts && (wanted & CDI_PLAN_WRITE) != 0)
            good &= check_write(rights, name, talk, err);
        if (transacts && topic == CDI_TOPIC_CHANGELOG && wanted != 0 && readable)
            good &= check_group(rights, config, talk, err);
    }
    cdi_kafka_rights_close(rights);
    return good;
}

/* The embedded broker has no rights to look at, and aborts nothing. */
bool cdi_topics_check(const struct cdi_config *config, void (*complain)(void *context, const struct cdi_error *problem),
                      void *context, struct cdi_error *err)
{
    const struct cdi_topics_talk talk = { complain, NULL, NULL, context };
    struct cdi_error problem = { 0 };
    struct cdi_topics_seen seen;
    struct cdi_kafka_admin *admin = cdi_kafka_admin_open(&config->kafka, &problem);
    if (admin == NULL)
        return cdi_topics_trouble(&talk, err, NULL, &problem, NULL);
    bool good = cdi_topics_look(admin, config, &talk, &seen, err);
    cdi_kafka_admin_close(admin);
    if (seen.embedded || (!good && err->code == CDI_ERROR_BROKER))
        return good;
    return check_rights(config, &seen, &talk, err) && good;
}
