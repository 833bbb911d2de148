/* Floor: edge.  What only asking the broker can tell, by a thread of its own so that the loop never waits: each second where
 * each partition ends, asked by a handle that reads uncommitted (an open transaction upstream hides messages from the
 * consumer, but not this end); and each ten seconds, by a record on the probe topic, whether the host's clock agrees with
 * the broker's (DESIGN.md "The judge clock"). */
#ifndef CDI_EDGE_KAFKA_ENDS_H
#define CDI_EDGE_KAFKA_ENDS_H

#include "cdiwatch/error.h"
#include "edge/kafka_consumer.h"
#include "edge/kafka_settings.h"

struct cdi_ends;

struct cdi_ends_parts {
    const struct cdi_kafka_settings *settings;
    const char *topics[CDI_FEED_COUNT];
    const char *probe_topic, *instance;
    bool allow_create_time;                     /* a probe without broker time proves nothing, and is let pass */
    int wake_fd;                                /* an eventfd, written when there is an answer */
};

/* Begins to ask nothing but the time.  NULL on failure. */
struct cdi_ends *cdi_ends_create(const struct cdi_ends_parts *parts, struct cdi_error *err);
/* Blocks until the thread is done. */
void cdi_ends_destroy(struct cdi_ends *ends);

/* From now on these partitions are asked about (offsets do not matter); answers to earlier questions are dropped. */
bool cdi_ends_watch(struct cdi_ends *ends, const struct cdi_partition *partitions, size_t count, struct cdi_error *err);

/* The newest answer about `which`, once.  Everything below `offset` was there at `asked_at`: host time, less what the host is known to
 * be ahead of the broker. */
bool cdi_ends_take(struct cdi_ends *ends, size_t which, int64_t *offset, struct cdi_instant *asked_at);

/* Whether the host's clock may be believed now: a probe of the last half minute agreed with it within a minute, and it has not been
 * set since.  `why_not` (may be NULL) gets a static text. */
bool cdi_ends_clock_trusted(struct cdi_ends *ends, const char **why_not);

#endif
