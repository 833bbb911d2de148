/* Floor: edge.  What topics*.c share: the plan of the topics, each setting a row, and what was seen of them. */
#ifndef CDI_EDGE_TOPICS_INSIDE_H
#define CDI_EDGE_TOPICS_INSIDE_H

#include <stddef.h>

#include "edge/config.h"
#include "edge/kafka_admin.h"

enum cdi_plan_partitions {
    CDI_PARTITIONS_EXACTLY,                     /* as many as there are shards: partition N of each is shard N */
    CDI_PARTITIONS_ENOUGH,                      /* at least that many: shard N writes to partition N */
    CDI_PARTITIONS_ANY                          /* made with one */
};

enum { CDI_PLAN_READ = 1, CDI_PLAN_WRITE = 2 }; /* what `run` does with a topic */

enum cdi_plan_weight {
    CDI_PLAN_MADE,                              /* set when the topic is made, and its owner's business later */
    CDI_PLAN_ADVISED,                           /* `topics --check` says it */
    CDI_PLAN_DEMANDED_TIME,                     /* stops `run`, unless the configuration allows the producer's time */
    CDI_PLAN_DEMANDED                           /* stops `run` */
};

/* `at_least`: a number; more is as good, and so is -1, no limit.  `otherwise`: what goes wrong; NULL for what is only made. */
struct cdi_plan_setting { const char *name, *value; enum cdi_plan_weight weight; bool at_least; const char *otherwise; };

enum { CDI_PLAN_SETTINGS_MAX = 6 };
struct cdi_topic_plan {
    enum cdi_plan_partitions partitions;
    int rights;
    struct cdi_plan_setting settings[CDI_PLAN_SETTINGS_MAX];    /* ended by a NULL name */
};
extern const struct cdi_topic_plan cdi_topic_plans[CDI_TOPIC_COUNT];

struct cdi_topics_seen {
    struct cdi_kafka_topic topics[CDI_TOPIC_COUNT];
    bool advised[CDI_TOPIC_COUNT];              /* something of it could be better */
    bool embedded;                              /* the embedded broker: only names and partitions can be looked at */
};

/* cdi_topics_compare() with an admin that is open already. */
bool cdi_topics_look(struct cdi_kafka_admin *admin, const struct cdi_config *config, const struct cdi_topics_talk *talk,
                     struct cdi_topics_seen *seen, struct cdi_error *err);

/* Tells a problem of `topic` (NULL: of none), and keeps it in *err if it is the first.  Always false. */
bool cdi_topics_problem(const struct cdi_topics_talk *talk, struct cdi_error *err, const char *topic,
                        enum cdi_error_code code, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same of what Kafka said; if it was about rights, "; our user needs" and `needs` (NULL: nothing more to say). */
bool cdi_topics_trouble(const struct cdi_topics_talk *talk, struct cdi_error *err, const char *topic,
                        const struct cdi_error *problem, const char *needs);

#endif
