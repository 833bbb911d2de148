/* Floor: edge.  A shard's state from its partition of the changelog, to its end.  Blocks: it is for a worker.  Whoever had the shard
 * before must have been fenced, so that the end stays where it is. */
#ifndef CDI_EDGE_RESTORE_H
#define CDI_EDGE_RESTORE_H

#include "edge/kafka_settings.h"
#include "edge/shard.h"

struct cdi_restore {
    const struct cdi_kafka_settings *settings;
    const char *topic;
    size_t prefetch;                            /* bytes ready at once */
    const bool *give_up;                        /* set by another thread */
    uint64_t *progress;                         /* may be NULL: the records so far, for another thread */
    uint64_t records, bytes;                    /* out */
};

/* CORRUPT: a record that is not ours to read; the partition and offset are said. */
bool cdi_restore(struct cdi_restore *restore, struct cdi_shard *shard, struct cdi_error *err);

#endif
