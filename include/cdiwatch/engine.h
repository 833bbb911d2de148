/* Floor: core.  Messages and the passage of time go in; alerts and state records that changed come out.  Deterministic: the
 * final documents are a function of the set of facts and the judge time (DESIGN.md "What is promised about order").
 * One engine is one shard; it is not thread-safe. */
#ifndef CDIWATCH_ENGINE_H
#define CDIWATCH_ENGINE_H

#include "cdiwatch/alert.h"
#include "cdiwatch/error.h"
#include "cdiwatch/record.h"
#include "cdiwatch/tables.h"
#include "cdiwatch/tally.h"

struct cdi_engine;

struct cdi_engine_limits {
    uint32_t incidents, crimes;                 /* held at once; 0: the default, 10 million each.  Logs that are not known, but for
                                                   actions that wait for them, are as many again as `incidents` */
    uint32_t slice;                             /* reports judged at most per cdi_engine_settle(), fewer where they contend in a crowd;
                                                   0: the default, 4096 */
    bool seldom_recount;                        /* a report is not published again only because another day of its being
                                                   overdue began; whatever else happens to it counts the days as well, and so
                                                   does cdi_engine_each().  For who reads only what is true in the end. */
    uint32_t tally_days;                        /* how far back tallies are kept; 0: the default, 62 (core/tally.h) */
    bool quiet_tallies;                         /* no effects come of them: for who only asks cdi_engine_tallies() in the end */
    bool keep_all;                              /* nothing is ever dropped (core/retention.h), and nothing comes too late: for who wants
                                                   all that ever was */
};

/* The tables are borrowed and must outlive the engine.  NULL on failure (memory). */
struct cdi_engine *cdi_engine_create(const struct cdi_tables *tables, const struct cdi_engine_limits *limits,
                                     struct cdi_error *err);
void cdi_engine_destroy(struct cdi_engine *engine);

/* Takes one message in (copying what it keeps) and marks what must be judged again; judges nothing itself.  `known_at` is
 * when it became known to us: broker time, or the row's time in replay; nothing is judged by it, but a log of which nothing is known and
 * that was received long before then is LATE, as what is about a case that was dropped (core/retention.h), unless it tells of something
 * since (core/late.h).  REJECTED fills err. */
enum cdi_outcome cdi_engine_apply(struct cdi_engine *engine, const struct cdi_record *record, struct cdi_instant known_at,
                                  struct cdi_error *err);

/* These are applied next, or soon: the memory of what is known about them is fetched while something else is worked on.  Of a record nothing is
 * looked at but its kind, force and reference.  A hint: nothing comes of it but time, and it may be given or not. */
void cdi_engine_expect(struct cdi_engine *engine, const struct cdi_record *const *records, size_t count);

/* False: the message is about a case that is not held, and no further one may be.  apply() would refuse it with the same words (LIMIT);
 * but a message is not to be lost for that: ask before, and take nothing more from where it came.  What is restored has room always. */
bool cdi_engine_has_room(const struct cdi_engine *engine, const struct cdi_record *record, struct cdi_instant known_at,
                         struct cdi_error *err);

/* The judge time: every feed is known to have been read to here (core/judge.h).  Never goes back. */
void cdi_engine_advance(struct cdi_engine *engine, struct cdi_instant judge_time);

/* A force's absences are sure only up to `sure_until`, because one of its feeds is silent (core/judge.h says when); NONE lifts
 * it.  Its notices, warnings and urgent stages hold at the judge time as ever, but a report that is judged past `sure_until`
 * bears the mark `unsure` where it matters: a stage, or the deadline, lies between the two.  Breach, the mark `breached` and
 * overdue days are judged at `sure_until` only; what waits for that is judged again when the hold moves on or is lifted, and then
 * ends as if there had been no hold.  One that lies before what was judged already counts as that.  Not part of the state
 * records: set it again after restore(), before the first settle().  False: no memory, or a force longer than CDI_FORCE_MAX. */
bool cdi_engine_hold(struct cdi_engine *engine, struct cdi_text force, struct cdi_instant sure_until, struct cdi_error *err);

/* Judges up to one slice of what apply() and advance() marked, most severe first among deadlines.  The effects are
 * borrowed until the next call of anything; true if more is waiting. */
struct cdi_effects {
    const struct cdi_alert *alerts;             /* documents that changed */
    size_t alert_count;
    struct cdi_state_change { struct cdi_text key, value; } const *changes;   /* state records that changed: key
        force/kind/reference, value packed (core/state.h; of a log with what it counts for behind it); an empty value: gone */
    size_t change_count;
    const struct cdi_tally *tallies;            /* tallies that changed, when nothing else waits: a flood writes each once */
    size_t tally_count;
};
bool cdi_engine_settle(struct cdi_engine *engine, struct cdi_effects *effects);

/* The next instant at which advance() could change something; NONE: never. */
struct cdi_instant cdi_engine_next_deadline(const struct cdi_engine *engine);

/* A state record that an earlier engine gave out.  After the last one, the engine is as that one was.  Only cases are its own:
 * what the judge clock remembers (core/clock_state.h) is refused; cdi_state_read_key() tells which a key is. */
bool cdi_engine_restore(struct cdi_engine *engine, struct cdi_text key, struct cdi_text value, struct cdi_error *err);

/* Every report that is or was due, in order of (force, incident, report), and every log in which nothing is likely and a watch holds;
 * `visit` false stops.  With `documents_only` those that exist as documents (DESIGN.md).  The alert is borrowed until visit returns. */
void cdi_engine_each(struct cdi_engine *engine, bool documents_only,
                     bool (*visit)(void *context, const struct cdi_alert *alert), void *context);

/* The tallies, in order of (force, area, day): as they are kept; or counted afresh from the cases that are held, which comes to the
 * same but for what was dropped.  `visit` false stops.  False: no memory.  Borrowed until visit returns. */
bool cdi_engine_tallies(struct cdi_engine *engine, bool afresh, bool (*visit)(void *context, const struct cdi_tally *tally),
                        void *context, struct cdi_error *err);

/* What the bounds on a case, and on looking for its like, left out, since the engine was created. */
struct cdi_engine_cuts {
    uint64_t searches;                          /* found more than a hundred cases or so, and looked at the nearest in time */
    uint64_t cases;                             /* are not found by a token, because very many share it */
    uint64_t clipped;                           /* logs and crimes that were told more entries, persons, disposals or references than are held of one */
    uint64_t partial;                           /* versions of documents given out with the mark `truncated` */
    uint64_t kept;                              /* times, once a day, that a settled log was not dropped because too many hang together with it */
};
struct cdi_engine_cuts cdi_engine_cuts(const struct cdi_engine *engine);

/* Of how many logs each watch holds, by its place in the tables; as they were judged last. */
void cdi_engine_watching(const struct cdi_engine *engine, uint32_t logs[CDI_WATCHES_MAX]);

/* How much has been dropped, since the engine was created, because nobody waited for it any more (core/retention.h). */
struct cdi_dropped { uint64_t incidents, crimes, actions; };
struct cdi_dropped cdi_engine_dropped(const struct cdi_engine *engine);

/* Memory held for what is known, in bytes: for the account and the limits. */
size_t cdi_engine_bytes(const struct cdi_engine *engine);

#endif
