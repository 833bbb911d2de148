/* Floor: edge.  librdkafka's own table of its properties, as it prints it for its manual: what the installed version knows. */
#ifndef CDI_EDGE_KAFKA_PROPERTIES_H
#define CDI_EDGE_KAFKA_PROPERTIES_H

#include <stddef.h>

#include "cdiwatch/text.h"

struct cdi_kafka_property {
    const char *name;
    char scope;                                 /* 'C': a consumer's, 'P': a producer's, '*': both */
    const char *range;                          /* "1 .. 3600000" or "none, gzip, lz4"; "": anything */
    const char *alias_of;                       /* NULL: none */
};

/* Static, made at the first call, from any thread; *count 0 without memory.  One row a name: the first of those librdkafka has. */
const struct cdi_kafka_property *cdi_kafka_properties(size_t *count);
/* NULL: there is none. */
const struct cdi_kafka_property *cdi_kafka_property_find(struct cdi_text name);
/* The name that was probably meant; NULL: none is near. */
const char *cdi_kafka_property_nearest(struct cdi_text name);

#endif
