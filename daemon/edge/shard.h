/* Floor: edge.  One shard: partition p of the three inputs, one engine, one judge clock.  Messages go in; what is to be
 * published collects in an outbox.  Knows nothing of how messages come and outboxes go (edge/pump.h does), so that the same code
 * runs live and in catch-up.  Used by one thread at a time. */
#ifndef CDI_EDGE_SHARD_H
#define CDI_EDGE_SHARD_H

#include "cdiwatch/engine.h"
#include "cdiwatch/error.h"
#include "core/judge.h"
#include "edge/config.h"
#include "edge/message.h"
#include "edge/meters.h"
#include "edge/outbox.h"
#include "edge/reading.h"
#include "edge/recent.h"

struct cdi_shard;

/* All borrowed; the decoders may be shared with other shards of the same thread. */
struct cdi_shard_parts { const struct cdi_config *config; const struct cdi_reading *reading; int32_t number; };

struct cdi_shard *cdi_shard_create(const struct cdi_shard_parts *parts, struct cdi_error *err);
void cdi_shard_destroy(struct cdi_shard *shard);

/* ---- restoring ---- */

/* One record of the changelog, in its order; an empty value: gone. */
bool cdi_shard_restore(struct cdi_shard *shard, struct cdi_text key, struct cdi_text value, struct cdi_error *err);
/* Where reading begins: what the group has committed, or CDI_OFFSET_BEGINNING or _END. */
void cdi_shard_begin_at(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset);

/* ---- reading ---- */

/* Takes one message in.  What cannot be read or must be refused becomes a dead letter, is counted, and costs only itself.
 * False: the shard must not go on (a force in the wrong partition, producer time, no memory): err says what to do. */
bool cdi_shard_take(struct cdi_shard *shard, const struct cdi_message *message, struct cdi_error *err);
/* The stream said that nothing committed is left; `offset` is that of the next message. */
void cdi_shard_at_end(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset);
/* The broker said at `asked_at` that all there is lies below `offset`.  Call it only while the host's clock is trusted. */
void cdi_shard_end_known(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset, struct cdi_instant asked_at);
/* Which feed to read next: its head may be taken although others are behind it.  `head`: broker time of the message that waits,
 * NONE where none does. */
bool cdi_shard_may_take(const struct cdi_shard *shard, const struct cdi_instant head[CDI_FEED_COUNT], enum cdi_feed *feed);

/* ---- judging ---- */

/* Restored from a predecessor's state, time stands where that left it until each feed that asserts absence was once read to its end
 * (or to within a minute of it): what is past by then is said as it is now, and not stage by stage. */
/* Judges one slice of what waits; what comes of it is in the outbox.  *more: something still waits.  *whole: the outbox holds the
 * state of all that was taken, so that it may be committed with the positions. */
bool cdi_shard_settle(struct cdi_shard *shard, bool *more, bool *whole, struct cdi_error *err);

/* ---- publishing ---- */

struct cdi_outbox *cdi_shard_outbox(struct cdi_shard *shard);
/* Something is to be committed: records, or positions that moved. */
bool cdi_shard_has_news(const struct cdi_shard *shard);
/* The outbox for one transaction, the judge time in it, and the positions that belong to it; the shard goes on with an empty
 * one.  Only when whole.  Given back, emptied, with cdi_shard_committed().  NULL: no memory. */
struct cdi_outbox *cdi_shard_hand_over(struct cdi_shard *shard, int64_t positions[CDI_FEED_COUNT]);
void cdi_shard_committed(struct cdi_shard *shard, struct cdi_outbox *outbox);

/* ---- what can be said about it ---- */

/* Since it was restored. */
struct cdi_shard_counts {
    uint64_t outcomes[CDI_FEED_COUNT][CDI_OUTCOME_COUNT];   /* their sum is what was consumed */
    struct cdi_dropped dropped;
    uint64_t letters[CDI_ERROR_COUNT];          /* dead letters, by why */
    uint64_t alerts[CDI_STAGE_COUNT];           /* published, by the stage that they say */
    uint64_t digests;                           /* of floods, published */
    struct cdi_histogram emit_delay;            /* of CDI_METER_SLOW: past the instant of a stage that began */
};
/* Borrowed.  Taken when handing over, it is what the batch and those before it hold. */
const struct cdi_shard_counts *cdi_shard_counts(const struct cdi_shard *shard);

enum { CDI_SILENCES_SHOWN = 64 };
struct cdi_shard_status {
    struct cdi_instant judge_time;              /* as far as reports are judged: the predecessor's until what was missed is read */
    bool waiting;                               /* the judge time stands where this feed is read to: */
    struct cdi_judge_wait waits_for;
    int64_t lag[CDI_FEED_COUNT];                /* messages that the broker has and that are not read; -1: it has not said yet */
    uint64_t outcomes[CDI_FEED_COUNT][CDI_OUTCOME_COUNT];   /* as counted */
    int64_t positions[CDI_FEED_COUNT];
    bool level[CDI_FEED_COUNT];                 /* read to the end that the broker last named */
    bool ready;                                 /* each feed that asserts absence has yielded a message or its end */
    size_t bytes;                               /* of state */
    struct cdi_engine_cuts cuts;
    uint32_t watching[CDI_WATCHES_MAX];         /* logs, by the place of the watch in the tables */
    size_t silent;                              /* feeds silent beyond their limit, as far as there is room: borrowed until the shard goes on, */
    struct cdi_silence silences[CDI_SILENCES_SHOWN];        /* and the force is a code or says that it is none */
};
void cdi_shard_status(const struct cdi_shard *shard, struct cdi_shard_status *status);
/* Adds what the forces of the shard received today and yesterday. */
void cdi_shard_recent(const struct cdi_shard *shard, struct cdi_recent *recent);
int32_t cdi_shard_number(const struct cdi_shard *shard);

#endif
