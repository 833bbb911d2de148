/* Floor: edge.  Following a topic from its beginning on, without a group and without waiting. */
#ifndef CDI_EDGE_KAFKA_TAIL_H
#define CDI_EDGE_KAFKA_TAIL_H

#include "edge/kafka_consumer.h"

struct cdi_tail;

/* Only what is committed is read.  NULL on failure. */
struct cdi_tail *cdi_tail_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err);
void cdi_tail_close(struct cdi_tail *tail);     /* NULL is fine */

/* MESSAGE: to be given back with cdi_message_done(); in order within a partition.  NOTHING: not yet.  FAILED: err says why. */
enum cdi_read cdi_tail_next(struct cdi_tail *tail, struct cdi_message *message, struct cdi_error *err);
/* All that was there, of each partition, was given out, and nothing has come since. */
bool cdi_tail_level(const struct cdi_tail *tail);

#endif
