/* Floor: edge.  Writing many messages that bear a time of their own, without waiting for each: what the demo plays into the topics. */
#ifndef CDI_EDGE_KAFKA_FEEDER_H
#define CDI_EDGE_KAFKA_FEEDER_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "edge/kafka_settings.h"

struct cdi_feeder;

/* NULL on failure. */
struct cdi_feeder *cdi_feeder_open(const struct cdi_kafka_settings *settings, struct cdi_error *err);
/* What was not delivered is lost.  NULL is fine. */
void cdi_feeder_close(struct cdi_feeder *feeder);

/* Goes to the partition of its key, in the order of the calls.  Copies; waits only while too much is on its way.  False: this one, or one
 * before, could not be delivered. */
bool cdi_feeder_put(struct cdi_feeder *feeder, const char *topic, struct cdi_text key, struct cdi_text value, struct cdi_instant at,
                    struct cdi_error *err);
/* True when the broker has all of them. */
bool cdi_feeder_flush(struct cdi_feeder *feeder, struct cdi_error *err);

#endif
