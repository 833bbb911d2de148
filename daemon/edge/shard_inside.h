/* Floor: edge.  What the parts of a shard share; nobody else includes it. */
#ifndef CDI_EDGE_SHARD_INSIDE_H
#define CDI_EDGE_SHARD_INSIDE_H

#include "cdiwatch/engine.h"
#include "codec/encode_alert.h"
#include "core/flood.h"
#include "edge/shard.h"

enum { CDI_SHARD_FORCES_MAX = 256 };

struct cdi_intake {                             /* of one feed */
    int64_t position;                           /* of the next message */
    bool yielded, at_end;
    struct cdi_instant low;                     /* broker time of the newest message taken */
    bool asked;                                 /* the broker named an end that is not reached yet */
    bool end_known;
    int64_t end;                                /* the last that it named */
    struct cdi_instant asked_at;
    bool level;
    bool caught_up;                             /* once, since it began */
};

struct cdi_shard {
    struct cdi_shard_parts parts;
    struct cdi_engine *engine;
    struct cdi_judge *judge;
    struct cdi_intake intakes[CDI_FEED_COUNT];
    struct cdi_instant restored;                /* the judge time that was committed; NONE: there was none */
    bool resumed;                               /* what was missed since then is taken in and judged as of then */
    struct cdi_flood flood;
    struct cdi_shard_counts counts;
    struct cdi_outbox *filling, *spare;
    bool moved, whole;
    struct cdi_scratch work;
    struct cdi_alert_json json;
    char forces[CDI_SHARD_FORCES_MAX][CDI_FORCE_MAX + 1];       /* seen, and where they belong */
    size_t force_count, last_force;
};

/* Where an earlier engine got to, until what was missed since is taken in; then the judge time. */
struct cdi_instant cdi_shard_time_told(const struct cdi_shard *shard);

/* A force's code may be said; whatever else a sender put into its field may be a person's. */
struct cdi_text cdi_shard_sayable(struct cdi_text force);

/* shard_publish.c: into the outbox.  False: no memory. */
bool cdi_shard_put_effects(struct cdi_shard *shard, const struct cdi_effects *effects);
bool cdi_shard_put_feed(struct cdi_shard *shard, const struct cdi_judge_feed *feed);
/* Nothing waits any more: of each group that was a flood there is one digest. */
bool cdi_shard_tell_floods(struct cdi_shard *shard);

#endif
