/* Floor: core.  The judge clock (DESIGN.md "The judge clock"): no absence is asserted until every feed is known to have been
 * read past it.  Pure state: it is told what was read and when, by the pump live or by replay's virtual clock. */
#ifndef CDI_CORE_JUDGE_H
#define CDI_CORE_JUDGE_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

enum {
    CDI_JUDGE_PARTITIONS_MAX = 16,              /* of one shard: one each of incidents, crimes, actions today */
    CDI_JUDGE_SOURCES_MAX = 4096                /* pairs of force and source heard */
};
#define CDI_JUDGE_LEVEL_MARGIN CDI_SECONDS(5)   /* a level partition is sure up to its asking, less this */
#define CDI_JUDGE_SILENCE_DEFAULT CDI_HOURS(4)

struct cdi_judge;
struct cdi_judge *cdi_judge_create(struct cdi_error *err);
void cdi_judge_destroy(struct cdi_judge *judge);

/* After an assignment: these partitions (incidents and crimes; actions assert nothing) count from now on.  The judge time
 * stands until each of them has yielded a message or its end. */
bool cdi_judge_assign(struct cdi_judge *judge, const enum cdi_feed *feeds, uint32_t count, struct cdi_error *err);
/* Restored with the state: the judge time committed by a predecessor, below which it never goes. */
void cdi_judge_restore(struct cdi_judge *judge, struct cdi_instant judge_time);

/* A message of partition `index` (as assigned) was applied; broker time in replay is the row's own. */
void cdi_judge_applied(struct cdi_judge *judge, uint32_t index, struct cdi_instant broker_time);
/* Everything up to the end that the broker named at `asked_at` has been applied.  Call it only while the host's clock is
 * trusted; the next applied message makes the partition one that is behind again unless a later end follows. */
void cdi_judge_level(struct cdi_judge *judge, uint32_t index, struct cdi_instant asked_at);

/* Least low mark of the partitions, never earlier than it was; NONE: not known yet. */
struct cdi_instant cdi_judge_time(const struct cdi_judge *judge);

/* A record or heartbeat of a source was heard, by its broker time; ones quarantined as out of bounds are not life. */
bool cdi_judge_heard(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_instant broker_time,
                     struct cdi_error *err);
/* 0 restores the default of 4 h. */
bool cdi_judge_silence_limit(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_span limit,
                             struct cdi_error *err);
/* Up to when a force may be judged: the judge time, or where the first of its sources fell silent longer than it may.  A
 * force never heard is held by nothing. */
struct cdi_instant cdi_judge_force_time(const struct cdi_judge *judge, struct cdi_text force);
/* Sources silent beyond their limit at the judge time, first in order of (force, source); borrowed until the next call. */
struct cdi_silence { struct cdi_text force, source; struct cdi_instant heard_at; };
size_t cdi_judge_silent(const struct cdi_judge *judge, struct cdi_silence *silent, size_t room);

#endif
