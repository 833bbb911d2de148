/* Floor: edge.  Following a topic, all partitions, without a group: nobody is to know, and no right to one is needed. */
#ifndef CDI_EDGE_KAFKA_TAIL_H
#define CDI_EDGE_KAFKA_TAIL_H

#include "edge/kafka_consumer.h"

struct cdi_tail;

/* Only what is committed is read.  Reading begins with cdi_tail_begin().  NULL on failure. */
struct cdi_tail *cdi_tail_create(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err);
/* Both, from the beginning. */
struct cdi_tail *cdi_tail_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partitions, struct cdi_error *err);
void cdi_tail_close(struct cdi_tail *tail);     /* NULL is fine */

enum { CDI_TAIL_ASK_MS = 1000 };                /* the longest that one question to the broker takes */

/* What the cluster calls itself.  Blocks for one question. */
enum { CDI_TAIL_CLUSTER_SIZE = 128 };
bool cdi_tail_cluster(struct cdi_tail *tail, char out[CDI_TAIL_CLUSTER_SIZE], struct cdi_error *err);

/* Where what is committed of each partition ends now.  Blocks for one question. */
bool cdi_tail_ends(struct cdi_tail *tail, int64_t *ends, struct cdi_error *err);

/* Begins at these offsets, or with what there is where one is CDI_OFFSET_BEGINNING; NULL: everywhere.  Each offset is looked for first:
 * OUT_OF_BOUNDS, the topic does not have it (any more).  Blocks for two questions. */
bool cdi_tail_begin(struct cdi_tail *tail, const int64_t *offsets, struct cdi_error *err);

/* Waits up to `wait_ms`.  MESSAGE: to be given back with cdi_message_done(); in order within a partition.  NOTHING: not yet.  FAILED: err
 * says why; OUT_OF_BOUNDS as above. */
enum cdi_read cdi_tail_next(struct cdi_tail *tail, int wait_ms, struct cdi_message *message, struct cdi_error *err);

/* The offset up to which all was given out: beyond the last message lie records that are nobody's.  CDI_OFFSET_BEGINNING: not known yet. */
int64_t cdi_tail_reached(const struct cdi_tail *tail, int32_t partition);
/* All that was there, of each partition, was given out, and nothing has come since. */
bool cdi_tail_level(const struct cdi_tail *tail);

#endif
