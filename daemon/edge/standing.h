/* Floor: edge.  How the daemon stands, as values: what /livez, /readyz, /metrics and /api/v1/status say is derived from them here, and
 * can be tried without a daemon.  Nothing in it is a value of an input field but codes of forces that look like codes. */
#ifndef CDI_EDGE_STANDING_H
#define CDI_EDGE_STANDING_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "codec/body.h"
#include "edge/feed.h"
#include "edge/pump.h"

#define CDI_COMMIT_STUCK CDI_SECONDS(120)       /* a transaction in flight for longer: not alive */
#define CDI_LEVEL_WITHIN CDI_MINUTES(1)         /* judge time and host's clock are no further apart: level; a span of elapsed time */

struct cdi_standing {
    struct cdi_instant now, started_at;
    struct cdi_span level_within;               /* how far `now` goes in CDI_LEVEL_WITHIN */
    const struct cdi_config *config;            /* borrowed, as the next */
    const struct cdi_tables *tables;            /* by which the shards judge */
    bool stopping;
    bool session;                               /* there is one with Kafka, and `pump` and `shards` are of it */
    struct cdi_pump_status pump;
    struct cdi_pump_shard *shards;              /* owned; NULL only if there are none, or no memory */
    size_t shard_count;
    struct cdi_recent recent;                   /* owned */
    uint64_t renewals;
    bool has_view;
    struct cdi_feed_standing view;              /* makes nobody unready: judging goes on without it */
    struct cdi_error last;                      /* why the last session ended; NONE: it was asked to, or the next one is ready */
};
void cdi_standing_free(struct cdi_standing *standing);

bool cdi_standing_live(const struct cdi_standing *standing);

/* Why it is not ready, in words for machines; the rest of a line is for people. */
#define CDI_UNREADY_LIST(X) \
    X(STOPPING, stopping)             /* it was told to stop */ \
    X(NO_SESSION, no_session)         /* with Kafka: it is being opened, or tried again later */ \
    X(NOT_ASSIGNED, not_assigned)     /* the group has given it no shard */ \
    X(RESTORING, restoring)           /* not all state is read back */ \
    X(NOT_READ, not_read)             /* some feed has yielded neither a message nor its end */ \
    X(STOPPED, stopped)               /* a shard met what only a person can mend */ \
    X(HELD, held)                     /* the judge time is behind the clock */ \
    X(CLOCK, clock)                   /* the host's clock is not trusted */ \
    X(STUCK, stuck)                   /* a transaction hangs */
enum cdi_unready {
#define X(upper, word) CDI_UNREADY_##upper,
    CDI_UNREADY_LIST(X)
#undef X
    CDI_UNREADY_COUNT
};
const char *cdi_unready_word(enum cdi_unready why);

/* Calls `say` for each reason, shard by shard where it is a shard's; true: ready, there was none. */
bool cdi_standing_ready(const struct cdi_standing *standing, void (*say)(void *context, enum cdi_unready why, const char *words),
                        void *context);

/* The judge time of the shard that is furthest behind among those that judge; NONE: none does, or one does not know it yet. */
struct cdi_instant cdi_standing_judge(const struct cdi_standing *standing, size_t *shard);

/* Bytes of the part; -1: not known. */
int64_t cdi_standing_budget(const struct cdi_standing *standing, enum cdi_part part);
int64_t cdi_standing_used(const struct cdi_standing *standing, enum cdi_part part);

/* Sets the gauges. */
void cdi_standing_measure(const struct cdi_standing *standing, struct cdi_meters *meters);
/* The whole as one JSON document and a line end.  False: no memory. */
bool cdi_standing_json(const struct cdi_standing *standing, struct cdi_body *body);

#endif
