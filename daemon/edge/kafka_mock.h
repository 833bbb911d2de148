/* Floor: edge.  The embedded broker: librdkafka's mock cluster, in this process, on loopback.  For trying things and for tests.  It is
 * no Kafka: nothing is on disk, of each partition only the newest 5 MB are kept, aborted transactions are visible, offsets
 * sent in transactions are dropped, and topics are made by the call below. */
#ifndef CDI_EDGE_KAFKA_MOCK_H
#define CDI_EDGE_KAFKA_MOCK_H

#include <stdint.h>

#include "cdiwatch/error.h"

struct cdi_mock;

/* `port` 0: any that is free.  NULL on failure.  One at a time may be started in a process. */
struct cdi_mock *cdi_mock_start(uint16_t port, struct cdi_error *err);
void cdi_mock_stop(struct cdi_mock *mock);

const char *cdi_mock_address(const struct cdi_mock *mock);      /* "127.0.0.1:9092", for bootstrap.servers */
bool cdi_mock_create_topic(struct cdi_mock *mock, const char *topic, int32_t partitions, struct cdi_error *err);

#endif
