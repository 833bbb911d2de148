/* The judgement player: stories of what is judged when, through the same code as live (edge/shard.h), with everything around
 * it made here: a broker that stamps and keeps, feeds that beat or are silent, a host with a clock, processes that die.
 *
 *   broker   the inputs' partitions, what was committed, in order     kept    records by key, of which the last counts
 *   lane     one shard's turn, as edge/pump_lane.c does it            host    the host's clock and the probe
 *   play     time passes, and everything that happens in it           says    the stories' own expectations
 *   story    one file: its statements                                 rounds  the same story otherwise: permutations
 *   ending   what the committed state records amount to               main    all files, TAP
 *
 * A story's statements, messages and expectations of documents are those of tests/scenario. */
#ifndef CDI_TESTS_JUDGE_H
#define CDI_TESTS_JUDGE_H

#include "../scenario/scenario.h"
#include "edge/host_clock.h"
#include "edge/kafka_consumer.h"
#include "edge/reading.h"
#include "edge/shard.h"

enum { PARTITIONS = 4, FORCES_MAX = 8 };

/* ---- kept ---- */

/* A topic: all that was written, in order; of each key it is known what was written last. */
struct writing { char *key, *value; size_t key_size, value_size; size_t before; };      /* before: 1 + the earlier one of its key */
struct topic { struct writing *items; size_t count, room; size_t *slots, slot_count; };

void topic_write(struct topic *topic, struct cdi_text key, struct cdi_text value, bool compact);       /* compact: earlier values go */
const struct writing *topic_last(const struct topic *topic, struct cdi_text key);       /* NULL: none */
bool topic_is_last(const struct topic *topic, size_t at);
void topic_free(struct topic *topic);

/* ---- broker ---- */

struct arrival { struct cdi_instant at; char *key, *bytes; };           /* no bytes: a mark of a transaction, which nobody gets */
struct input { struct arrival *items; size_t count, room, open; };      /* the last `open` are of a transaction that goes on */

struct broker {
    struct input inputs[CDI_FEED_COUNT][PARTITIONS];
    int64_t committed[CDI_FEED_COUNT][PARTITIONS];
    struct topic changelog[PARTITIONS];
    struct topic alerts;
    struct topic letters;                       /* dead ones, by where they came from and their bytes */
    size_t letter_count;                        /* of them, each once: what is said twice is refused twice */
};

void broker_open(struct broker *broker);
void broker_free(struct broker *broker);
void broker_append(struct broker *broker, enum cdi_feed feed, int32_t partition, struct cdi_instant at, const char *key,
                   const char *bytes);
/* A transaction as a whole.  False: a version of an alert does not follow the one before; *problem is what. */
bool broker_commit(struct broker *broker, int32_t partition, const struct cdi_outbox *outbox, const int64_t *positions,
                   const char **problem);

/* ---- host ---- */

struct host { int64_t ahead_ms, ahead_when_probed_ms; struct cdi_host_clock clock; };

/* What the host believes at the true time: false, that its clock is not to be trusted; *asked_at is when it asked. */
bool host_asks(struct host *host, struct cdi_instant start, struct cdi_instant now, struct cdi_instant *asked_at);
void host_probes(struct host *host, struct cdi_instant start, struct cdi_instant now);

/* ---- play ---- */

struct answer { bool there; int64_t end; struct cdi_instant asked_at; };

struct lane {
    int32_t number;
    struct cdi_shard *shard;                    /* NULL: no process has it */
    int64_t next[CDI_FEED_COUNT];               /* to be fetched */
    int64_t ended[CDI_FEED_COUNT];              /* the end that was said last */
    bool passed_over;                           /* in the last turn */
    bool killed;                                /* since `mark` */
    struct answer answers[CDI_FEED_COUNT];
    struct cdi_outbox *flying;
    int64_t flying_to[CDI_FEED_COUNT];
};

struct force { char code[CDI_FORCE_MAX + 1]; bool quiet[CDI_FEED_COUNT]; };
struct told { struct message message; int32_t partition; char *key; struct cdi_instant at; };

/* How a round goes about it: plain, or drawn from a seed. */
struct manner { bool plain; uint64_t seed; };

struct play {
    struct story story;                         /* first: the shared parts know only this */
    const struct cdi_config *config;
    const struct cdi_reading *reading;
    struct broker broker;
    struct lane lanes[PARTITIONS];
    struct host host;
    struct force forces[FORCES_MAX];
    size_t force_count;
    struct manner manner;
    struct cdi_instant next_beat;
    bool kill_next;                             /* the next batch is produced, and not committed */
    bool full;                                  /* floods are as great as they say */
    struct told *told;                          /* every message of the story, when it was sent first */
    size_t told_count, told_room;
    struct told *due;                           /* a round of other arrivals: what is still to come, the earliest first */
    size_t due_count;
    size_t marked;                              /* documents committed before `mark` */
};

bool play_open(struct play *play, const struct cdi_config *config, const struct cdi_reading *reading);
void play_close(struct play *play);
void play_force(struct play *play, const char *code);                   /* it beats from now on */
void play_send(struct play *play, const struct told *told);             /* now */
void play_beat(struct play *play, const char *force, enum cdi_feed feed);
void play_pass(struct play *play, struct cdi_instant to);               /* and then everything is read, judged and committed */
void play_flush(struct play *play);

/* ---- lane ---- */

bool lane_turn(struct play *play, struct lane *lane, bool until_quiet);         /* false: the story is broken */
void lane_kill(struct lane *lane);
bool lane_hand_over(struct play *play, struct lane *lane);              /* drained, committed, and taken by another */

/* ---- ending ---- */

/* The reports as the committed state records amount to at that judge time (NONE: as far as each shard has come), a line each, in order;
 * superseded ones left out; behind all reports, in canonical form, the tallies.  NULL: *problem says what does not hold (the caller's). */
char *ending_of(struct play *play, struct cdi_instant judged, bool documents_only, enum cdi_alert_form form, char **problem);

/* ---- says ---- */

bool says_run(struct play *play, const struct statement *statement, const char *kind, char *rest);     /* false: no such */

/* ---- story ---- */

/* One file, played once in that manner; `play` stays open for who wants to look on. */
void story_play(struct play *play, const char *path);
struct cdi_instant story_conclude(struct play *play);           /* heard and level, at last: the judge time that results */

/* ---- rounds ---- */

bool rounds_run(const struct cdi_config *config, const struct cdi_reading *reading, const char *path, unsigned number,
                unsigned rounds, bool full, bool verbose);

#endif
