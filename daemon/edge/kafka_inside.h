/* Floor: edge.  librdkafka, for the files that speak to it (kafka*.c, restore.c) and for nobody else. */
#ifndef CDI_EDGE_KAFKA_INSIDE_H
#define CDI_EDGE_KAFKA_INSIDE_H

#include <librdkafka/rdkafka.h>

#include "cdiwatch/error.h"
#include "edge/kafka_settings.h"

/* Our own properties, which win over the configuration's; ended by a NULL name. */
struct cdi_kafka_own { const char *name, *value; };

/* A handle made of the configuration's properties and ours.  RD_KAFKA_CONSUMER or _PRODUCER; properties of the other type are
 * left out.  `prepare` (may be NULL) sets callbacks; `context` becomes the handle's opaque.  librdkafka's own log lines go to
 * edge/log.  NULL on failure. */
rd_kafka_t *cdi_kafka_new(rd_kafka_type_t type, const struct cdi_kafka_settings *settings, const struct cdi_kafka_own *own,
                          void (*prepare)(rd_kafka_conf_t *conf), void *context, struct cdi_error *err);

/* Fills err by what Kafka said: RIGHTS for authorization and authentication, CONFIGURATION for what does not exist or cannot
 * be, else BROKER; "WORDS: Kafka's own words".  Always false. */
bool cdi_kafka_fail(struct cdi_error *err, rd_kafka_resp_err_t code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether it is the embedded broker of edge/kafka_mock.  Blocks up to `timeout_ms`, then false. */
bool cdi_kafka_is_embedded(rd_kafka_t *handle, int timeout_ms);

/* For the producer, which sends the consumer's positions. */
struct cdi_consumer;
struct cdi_partition;
rd_kafka_t *cdi_consumer_handle(struct cdi_consumer *consumer);
rd_kafka_topic_partition_list_t *cdi_consumer_list(const struct cdi_consumer *consumer, const struct cdi_partition *partitions,
                                                   size_t count);

#endif
