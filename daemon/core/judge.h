/* Floor: core.  The judge clock (DESIGN.md "The judge clock"): no absence is asserted until every feed is known to have been
 * read past it.  Pure state: it is told what was read and when, by the pump live or by replay's virtual clock. */
#ifndef CDI_CORE_JUDGE_H
#define CDI_CORE_JUDGE_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"
#include "core/clock_state.h"

enum {
    CDI_JUDGE_PARTITIONS_MAX = 16,              /* of one shard: one each of incidents, crimes, actions today */
    CDI_JUDGE_SOURCES_MAX = 4096                /* pairs of force and source heard */
};
#define CDI_JUDGE_LEVEL_MARGIN CDI_SECONDS(5)   /* a level partition is sure up to its asking, less this */
#define CDI_JUDGE_SILENCE_DEFAULT CDI_HOURS(4)
#define CDI_JUDGE_HEARD_STEP CDI_MINUTES(1)     /* being heard is remembered no more often */

struct cdi_judge;
struct cdi_judge *cdi_judge_create(struct cdi_error *err);
void cdi_judge_destroy(struct cdi_judge *judge);

/* After an assignment: these partitions (incidents and crimes; actions assert nothing) count from now on.  The judge time
 * stands until each of them has yielded a message or its end. */
bool cdi_judge_assign(struct cdi_judge *judge, const enum cdi_feed *feeds, uint32_t count, struct cdi_error *err);

/* A message of partition `index` (as assigned) was applied; broker time in replay is the row's own.  The partition is read to
 * just before it: a broker stamps all messages of a batch alike, so that others of the same millisecond may follow. */
void cdi_judge_applied(struct cdi_judge *judge, uint32_t index, struct cdi_instant broker_time);
/* Everything up to the end that the broker named at `asked_at` has been applied.  Call it only while the host's clock is
 * trusted; the next applied message makes the partition one that is behind again unless a later end follows. */
void cdi_judge_level(struct cdi_judge *judge, uint32_t index, struct cdi_instant asked_at);

/* Least low mark of the partitions, never earlier than it was; NONE: not known yet. */
struct cdi_instant cdi_judge_time(const struct cdi_judge *judge);

/* What holds the judge time where it is: the first of the partitions that have not yielded yet, else the one with the least
 * low mark.  False: no partition that counts is assigned. */
struct cdi_judge_wait { enum cdi_feed feed; uint32_t index; bool yielded; struct cdi_instant low; };
bool cdi_judge_waits_for(const struct cdi_judge *judge, struct cdi_judge_wait *wait);

/* ---- silence, per force and source ---- */

/* A record or heartbeat of a source was heard, by its broker time; ones quarantined as out of bounds are not life. */
bool cdi_judge_heard(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_instant broker_time,
                     struct cdi_error *err);
/* A source that must be heard: silent beyond `from` and its limit even if it never says a word.  Said again, the earliest
 * `from` counts, also of an earlier run. */
bool cdi_judge_expect(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_instant from,
                      struct cdi_error *err);
/* 0 restores the default of 4 h.  A shorter limit holds nothing that was judged already. */
bool cdi_judge_silence_limit(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_span limit,
                             struct cdi_error *err);

/* Up to when a force may be judged: the judge time, or where the first of its sources fell silent longer than it may.  Never
 * goes back.  A force never heard is held by nothing. */
struct cdi_instant cdi_judge_force_time(const struct cdi_judge *judge, struct cdi_text force);
/* All forces one after the other, with their time; *at begins at 0.  False: no more. */
bool cdi_judge_next_force(const struct cdi_judge *judge, size_t *at, struct cdi_text *force, struct cdi_instant *time);

/* Forces whose hold began, moved or was lifted (sure_until NONE) since they were last taken: for cdi_engine_hold(), before each
 * settle.  False: no more; at once while no source is silent.  After retell() each force that is held is told again: for an
 * engine that was made anew. */
struct cdi_judge_hold { struct cdi_text force; struct cdi_instant sure_until; };
bool cdi_judge_next_hold(struct cdi_judge *judge, struct cdi_judge_hold *hold);
void cdi_judge_retell(struct cdi_judge *judge);
/* While it stands, whoever was silent stays so, though he be heard again: for one who takes in what was missed, and judges as of an
 * earlier time meanwhile. */
void cdi_judge_stand(struct cdi_judge *judge, bool stands);

/* Sources silent beyond their limit at the judge time, first in order of (force, source); borrowed until the next call. */
struct cdi_silence { struct cdi_text force, source; struct cdi_instant heard_at; };
size_t cdi_judge_silent(const struct cdi_judge *judge, struct cdi_silence *silent, size_t room);

/* ---- what is remembered (core/clock_state.h) ---- */

/* Sources of which what must be remembered changed since they were last taken.  `turned`: it fell silent beyond its limit, or
 * is heard again; the version has gone up, and the world is to be told (codec/encode_feed.h).  Being heard is remembered to the
 * minute: a run that ends may know of a source up to a minute less, and holds it so much earlier.  Names are borrowed from the judge.  False: no more. */
struct cdi_judge_feed { struct cdi_feed_state state; struct cdi_span limit; bool turned; };
bool cdi_judge_next_changed(struct cdi_judge *judge, struct cdi_judge_feed *feed);

/* What must be remembered of the clock itself: with each commit. */
struct cdi_clock_state cdi_judge_clock(const struct cdi_judge *judge);

/* Restored with the state, in any order: the clock as committed by a predecessor, whose judge time it never goes below; and each
 * of its sources.  What was judged then is not held now. */
void cdi_judge_restore(struct cdi_judge *judge, const struct cdi_clock_state *state);
bool cdi_judge_restore_feed(struct cdi_judge *judge, const struct cdi_feed_state *state, struct cdi_error *err);

#endif
