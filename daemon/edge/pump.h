/* Floor: edge.  One session with Kafka: joins the group, restores the shards that it is given, pumps messages through them, and
 * commits what comes of it, one transaction per shard in flight while the loop fills the next.  Whatever is doubtful ends the
 * session: the next one restores from what is committed, as after kill -9, so that there is one way back and it is
 * the one most tried.  Everything here happens on the loop's thread, and nothing blocks it. */
#ifndef CDI_EDGE_PUMP_H
#define CDI_EDGE_PUMP_H

#include <uv.h>

#include "edge/config.h"
#include "edge/meters.h"
#include "edge/reading.h"
#include "edge/shard.h"

struct cdi_pump;

/* An eighth of `memory` each is for what is read ahead and for what is to be published, the rest for state. */
enum { CDI_PUMP_PARTS_OF_MEMORY = 8 };

enum cdi_pump_end {
    CDI_PUMP_STOPPED,                           /* as asked */
    CDI_PUMP_RENEW,                             /* it may go better the next time: err says what happened */
    CDI_PUMP_FAILED                             /* only a person can mend it: err says what to do */
};

/* All borrowed for the life of the pump. */
struct cdi_pump_parts {
    uv_loop_t *loop;
    const struct cdi_config *config;
    const struct cdi_reading *reading;
    struct cdi_meters *meters;                  /* counted in by the loop's thread alone */
    void (*ready)(void *context);               /* the assignment is restored and each partition has been heard; once */
    void (*ended)(void *context, enum cdi_pump_end end, const struct cdi_error *err);     /* once; then destroy it */
    void *context;
};

struct cdi_pump *cdi_pump_start(const struct cdi_pump_parts *parts, struct cdi_error *err);
/* Commits what was taken and gives everything back, or calls it off after 8 s; `ended` follows. */
void cdi_pump_stop(struct cdi_pump *pump);
/* After `ended`, from outside of it.  NULL is fine. */
void cdi_pump_destroy(struct cdi_pump *pump);

#define CDI_PUMP_PHASE_LIST(X) \
    X(OPENING, opening) X(JOINING, joining) X(RESTORING, restoring) X(RUNNING, running) X(HANDING_BACK, handing_back) \
    X(CLOSING, closing) X(ENDED, ended)
enum cdi_pump_phase {
#define X(upper, word) CDI_PUMP_##upper,
    CDI_PUMP_PHASE_LIST(X)
#undef X
    CDI_PUMP_PHASE_COUNT
};
const char *cdi_pump_phase_word(enum cdi_pump_phase phase);

struct cdi_pump_status {
    enum cdi_pump_phase phase;
    size_t shards, stopped;                     /* stopped: an error in their input that a person must mend */
    bool clock_trusted, ready;
    uint64_t commits;
    struct cdi_span oldest_commit;              /* how long a transaction has been in flight; 0: none is */
};
void cdi_pump_status(struct cdi_pump *pump, struct cdi_pump_status *status);

struct cdi_pump_shard {
    int32_t number;
    bool stopped;
    struct cdi_error why_stopped;
    uint64_t restored_records;                  /* read back so far */
    bool restored;                              /* else what follows is all zero */
    struct cdi_shard_status status;             /* its silences are borrowed until the loop goes on */
    size_t outbox;                              /* bytes that wait to be committed */
};
/* Shard `i` of those assigned, in order of their numbers; false: there are no more. */
bool cdi_pump_shard(struct cdi_pump *pump, size_t i, struct cdi_pump_shard *shard);
/* Adds what the forces of all shards that judge received today and yesterday. */
void cdi_pump_recent(struct cdi_pump *pump, struct cdi_recent *recent);

#endif
