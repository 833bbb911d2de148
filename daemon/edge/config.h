/* Floor: edge.  The configuration: one YAML file, each option a row of options.def.  Every text ends with a NUL. */
#ifndef CDI_EDGE_CONFIG_H
#define CDI_EDGE_CONFIG_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"
#include "codec/decode.h"
#include "edge/kafka_settings.h"
#include "edge/log.h"
#include "edge/rulebook.h"
#include "edge/topics.h"

#define CDI_START_LIST(X) X(BEGINNING, beginning) X(END, end)
enum cdi_start {
#define X(upper, word) CDI_START_##upper,
    CDI_START_LIST(X)
#undef X
    CDI_START_COUNT
};

struct cdi_config {
    struct cdi_text instance;                   /* of the consumer group, static; default: the host's name */
    struct cdi_text group;                      /* consumer group; transactional ids begin with it */
    struct cdi_text topics[CDI_TOPIC_COUNT];    /* full names */
    int64_t partitions, replication;            /* of the inputs; what `topics --create` makes and `run` demands */
    struct cdi_text sources[CDI_FEED_COUNT];    /* source tables: a name or a file */
    struct cdi_text tables;                     /* folder; NONE: built in */
    struct cdi_text key;                        /* file of the key that makes tokens */
    int64_t memory;                             /* bytes: prefetch, state and outbox together */
    int64_t held_incidents, held_crimes;        /* of one shard, at most */
    enum cdi_start start;                       /* where a shard without committed offsets begins */
    bool allow_create_time;                     /* accept producer time on the inputs */
    enum cdi_json_reader reader;
    struct cdi_text http_listen;                /* cdi_address_read() can read it */
    struct cdi_text view_file;                  /* or "off" */
    enum cdi_log_level log_level;
    struct cdi_kafka_settings kafka;            /* librdkafka's own properties, secrets read in */
};

/* Reads, checks bounds, fills what was not said.  NULL on failure: every problem was complained of, file:line:column first. */
struct cdi_config *cdi_config_read(const char *path, cdi_complaint complain, void *context, struct cdi_error *err);
void cdi_config_destroy(struct cdi_config *config);     /* wipes secrets */

static inline bool cdi_config_has_view(const struct cdi_config *config) { return !cdi_text_is(config->view_file, "off"); }

/* What can be used as it is but should be mended: a key or a password that others can read.  Complained of by the same shape;
 * `config` is one that was read, no copy. */
void cdi_config_advise(const struct cdi_config *config, cdi_complaint complain, void *context);

/* Which rows differ that only a restart can change: their names, parted by ", ", into `out`.  False: none. */
bool cdi_config_needs_restart(const struct cdi_config *before, const struct cdi_config *after, char *out, size_t room);

/* The values that a reload can change, from one to the other; texts stay borrowed from the one that they were read into. */
void cdi_config_take_reloadable(struct cdi_config *into, const struct cdi_config *from);

#endif
