/* Floor: edge.  The topics (DESIGN.md "Topics"), each written once: what `topics --create` makes, what `run` and `check` demand. */
#ifndef CDI_EDGE_TOPICS_H
#define CDI_EDGE_TOPICS_H

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

#endif
