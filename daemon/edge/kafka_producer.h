/* Floor: edge.  The transactional producer of one shard: a batch goes out whole, with the positions it came from, or not at
 * all.  Everything here blocks: it is for a worker, one at a time. */
#ifndef CDI_EDGE_KAFKA_PRODUCER_H
#define CDI_EDGE_KAFKA_PRODUCER_H

#include "cdiwatch/error.h"
#include "edge/kafka_consumer.h"
#include "edge/kafka_remedy.h"
#include "edge/kafka_settings.h"
#include "edge/outbox.h"

struct cdi_producer;

struct cdi_producer_parts {
    const struct cdi_kafka_settings *settings;
    const char *transactional_id;
    const char *topics[CDI_TOPIC_COUNT];        /* all; only outputs are written to */
    int32_t shard;                              /* the partition that alerts, state records and dead letters go to */
    const bool *give_up;                        /* set by another thread: what has not succeeded is to end soon */
};

/* Fences whoever had this transactional id and ends his open transaction.  NULL on failure. */
struct cdi_producer *cdi_producer_create(const struct cdi_producer_parts *parts, enum cdi_remedy *remedy, struct cdi_error *err);
void cdi_producer_destroy(struct cdi_producer *producer);

/* One transaction: begin, every record, the positions, commit.  NONE: committed.  Else nothing of it is visible, or whether it is
 * is not known (RENEW); never AGAIN or REDO, which it does itself. */
enum cdi_remedy cdi_producer_commit(struct cdi_producer *producer, const struct cdi_outbox *outbox, struct cdi_consumer *consumer,
                                    const struct cdi_partition *positions, size_t position_count, struct cdi_error *err);

#endif
