/* Floor: edge.  Reading a topic from here to where it ends now, and writing a few messages: for commands that do so once and
 * then are done.  Everything here blocks; nothing belongs to a group. */
#ifndef CDI_EDGE_KAFKA_SIMPLE_H
#define CDI_EDGE_KAFKA_SIMPLE_H

#include "cdiwatch/error.h"
#include "codec/encode_deadletter.h"
#include "edge/kafka_consumer.h"

struct cdi_reader;

/* Only what is committed is read.  `partition` -1: all of them, each from its beginning.  NULL on failure, also if the topic or the
 * partition does not exist. */
struct cdi_reader *cdi_reader_open(const struct cdi_kafka_settings *settings, const char *topic, int32_t partition,
                                   int64_t offset, struct cdi_error *err);
void cdi_reader_close(struct cdi_reader *reader);

/* MESSAGE: to be given back with cdi_message_done(); in order within a partition.  END: all that was there at the opening has been
 * read.  FAILED: err says why; also when interrupted. */
enum cdi_read cdi_reader_next(struct cdi_reader *reader, struct cdi_message *message, struct cdi_error *err);

struct cdi_writer;
struct cdi_writer *cdi_writer_open(const struct cdi_kafka_settings *settings, struct cdi_error *err);
void cdi_writer_close(struct cdi_writer *writer);

/* True when the broker has it. */
bool cdi_writer_put(struct cdi_writer *writer, const char *topic, int32_t partition, struct cdi_text key, struct cdi_text value,
                    const struct cdi_header *headers, size_t header_count, struct cdi_error *err);

#endif
