/* Floor: edge.  The topics (DESIGN.md "Topics"), each written once: what `topics --create` makes, what `run` and `check` demand. */
#ifndef CDI_EDGE_TOPICS_H
#define CDI_EDGE_TOPICS_H

#include <stdbool.h>
#include <stdint.h>

#include "cdiwatch/error.h"

/* Name after the prefix of the configuration, and what one message of it is about. */
#define CDI_TOPIC_LIST(X) \
    X(INCIDENTS, incidents) X(CRIMES, crimes) X(ACTIONS, actions) X(ALERTS, alerts) X(CHANGELOG, changelog) \
    X(LISTS, lists) X(DEADLETTERS, deadletters) X(AUDIT, audit) X(PROBE, probe)
enum cdi_topic {
#define X(upper, word) CDI_TOPIC_##upper,
    CDI_TOPIC_LIST(X)
#undef X
    CDI_TOPIC_COUNT
};
const char *cdi_topic_word(enum cdi_topic topic);
/* How many partitions it is made with, where there are so many shards. */
int32_t cdi_topic_partitions(enum cdi_topic topic, int64_t shards);

struct cdi_config;      /* edge/config.h, which needs the list above */

/* What is told of the topics: problem.where is the topic's name, or "".  A problem stops `run`; advice does not. */
struct cdi_topics_talk {
    void (*problem)(void *context, const struct cdi_error *problem);
    void (*advice)(void *context, const struct cdi_error *advice);                      /* NULL: not wanted */
    void (*good)(void *context, const char *topic, const char *words);                  /* the same */
    void *context;
};

/* Each of the following blocks, and is false if there was a problem, err being the first: BROKER, RIGHTS or CONFIGURATION.  All
 * that can be found is told, not only the first. */

/* Makes what does not exist and leaves the rest as it is. */
bool cdi_topics_create(const struct cdi_config *config, const struct cdi_topics_talk *talk, struct cdi_error *err);

/* The topics as they are against the plan. */
bool cdi_topics_compare(const struct cdi_config *config, const struct cdi_topics_talk *talk, struct cdi_error *err);

/* What `run` needs before it begins: a broker that answers, the topics as planned, and the rights to read, write, commit. */
bool cdi_topics_check(const struct cdi_config *config, void (*complain)(void *context, const struct cdi_error *problem),
                      void *context, struct cdi_error *err);

#endif
