/* Floor: edge.  What Kafka lets us do, found by doing it in a way that leaves nothing behind: reads at the end of a topic, and
 * transactions that are aborted, which only who reads uncommitted ever sees.  Each call blocks, up to some seconds. */
#ifndef CDI_EDGE_KAFKA_RIGHTS_H
#define CDI_EDGE_KAFKA_RIGHTS_H

#include "cdiwatch/error.h"
#include "edge/kafka_settings.h"

struct cdi_kafka_rights;

/* `transactional` is a transactional id that nobody else uses. */
struct cdi_kafka_rights *cdi_kafka_rights_open(const struct cdi_kafka_settings *settings, const char *transactional,
                                               struct cdi_error *err);
void cdi_kafka_rights_close(struct cdi_kafka_rights *rights);

/* Each true: we may.  False: err says what Kafka said; RIGHTS if it was that. */
bool cdi_kafka_may_read(struct cdi_kafka_rights *rights, const char *topic, struct cdi_error *err);
bool cdi_kafka_may_transact(struct cdi_kafka_rights *rights, struct cdi_error *err);
bool cdi_kafka_may_write(struct cdi_kafka_rights *rights, const char *topic, struct cdi_error *err);
/* Commits an offset for `topic`, which must be one that we may read and that the group does not read, and takes it back. */
bool cdi_kafka_may_use_group(struct cdi_kafka_rights *rights, const char *group, const char *topic, struct cdi_error *err);

#endif
