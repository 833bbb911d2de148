/* Floor: edge.  Kafka's administration: which topics there are and how they are kept; making them.  Each call blocks, up to a
 * limit of seconds, so this is for commands and for what comes before the loop. */
#ifndef CDI_EDGE_KAFKA_ADMIN_H
#define CDI_EDGE_KAFKA_ADMIN_H

#include <stddef.h>
#include <stdint.h>

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "edge/kafka_settings.h"

struct cdi_kafka_admin;

/* Waits until a broker answers, at most 10 s; then BROKER, with the last reason.  Who is sent away is told at once: RIGHTS. */
struct cdi_kafka_admin *cdi_kafka_admin_open(const struct cdi_kafka_settings *settings, struct cdi_error *err);
void cdi_kafka_admin_close(struct cdi_kafka_admin *admin);

/* Whether it is the embedded broker of edge/kafka_mock: it tells no settings, makes no topics when asked, and has no rights. */
bool cdi_kafka_admin_embedded(struct cdi_kafka_admin *admin);

struct cdi_kafka_topic { bool exists; int32_t partitions, replication; };
/* A topic that does not exist is no failure.  One that was made a moment ago is not yet known to each broker: it is waited for,
 * up to `patience`. */
bool cdi_kafka_admin_look(struct cdi_kafka_admin *admin, const char *topic, struct cdi_span patience,
                          struct cdi_kafka_topic *seen, struct cdi_error *err);
#define CDI_TOPIC_NOW CDI_SECONDS(0)

/* One setting of a topic, by the broker's name for it. */
enum { CDI_TOPIC_VALUE_SIZE = 48 };
struct cdi_kafka_topic_setting { const char *name; char value[CDI_TOPIC_VALUE_SIZE]; };

/* Fills in the values; "" where the broker has no such setting. */
bool cdi_kafka_admin_settings(struct cdi_kafka_admin *admin, const char *topic, struct cdi_kafka_topic_setting *settings,
                              size_t count, struct cdi_error *err);

/* *made is false if it exists already, which is no failure either. */
bool cdi_kafka_admin_create(struct cdi_kafka_admin *admin, const char *topic, const struct cdi_kafka_topic *wanted,
                            const struct cdi_kafka_topic_setting *settings, size_t count, bool *made, struct cdi_error *err);

#endif
