/* Floor: core.  What the parts of the engine share; nobody else includes it. */
#ifndef CDI_CORE_ENGINE_INSIDE_H
#define CDI_CORE_ENGINE_INSIDE_H

#include "cdiwatch/engine.h"
#include "core/alert.h"
#include "core/arena.h"
#include "core/caseload.h"
#include "core/history.h"
#include "core/holds.h"
#include "core/link.h"
#include "core/reports.h"
#include "core/schedule.h"
#include "core/signs.h"
#include "core/tally.h"
#include "core/traces.h"

enum {
    CDI_PUBLISH_MAX = 128,                      /* documents of one settle, each kept whole until the next; and what is left of
                                                   the reports of the logs begun */
    CDI_TALLIES_AT_ONCE = 64,                   /* tallies of one settle */
    CDI_NAMED_MAX = 64,                         /* cases looked at that name one reference */
    CDI_COMPONENT_MAX = 64,                     /* reports that contend for crimes together; more: each crime to its best */
    CDI_COMPONENT_SEEN = 128,                   /* logs, and reports, of one component found before the search for more ends */
    CDI_SETTLE_LOOKS = 1 << 18,                 /* of one settle; most judgements take a few dozen, one in a crowd some ten thousand */
    CDI_EXAMINED_LOOKS = 16,                    /* what a log costs that is examined, beside a case or pair that is only looked at */
    CDI_PARENTS_MAX = 4,                        /* R16: duplicates of duplicates; deeper is taken to be cyclic */
    CDI_SURVIVORS_MAX = 8                       /* R7: C3 of C3 */
};
/* A crime without references is sought among reports from a day before it was reported to thirty days. */
#define CDI_WINDOW_BEFORE CDI_DAYS(1)
#define CDI_WINDOW_AFTER  CDI_DAYS(30)

/* How far a judgement reaches when it comes up: further than the report itself, because what one report takes another goes
 * without. */
enum cdi_reach { CDI_REACH_SELF, CDI_REACH_AS_PARENT /* its children, if what they rest upon is another now */, CDI_REACH_CHILDREN, CDI_REACH_COMPONENT, CDI_REACH_NEIGHBOURS };

/* Whether a report, as last judged, goes for crimes by their likeness.  What does not, and waits for no judgement, neither
 * takes a crime from another nor misses it: nearly all are so, because nothing is due, or a crime that names the log answers it. */
enum cdi_claim { CDI_CLAIM_UNKNOWN, CDI_CLAIM_NONE, CDI_CLAIM_OPEN };

/* State records of what was dropped that are not written yet: a key, then its value, none of what is gone. */
struct cdi_left_record { char *bytes; uint32_t key, value; };
struct cdi_left { struct cdi_left_record *records; size_t first, count, room; };

/* What is no log is looked at once a day (core/retire.h). */
struct cdi_sweep {
    struct cdi_instant at, next;                /* the midnight of the one that runs or ran last; the first at which one is worth it */
    enum cdi_case_kind kind;
    uint32_t handle;                            /* the next to be looked at */
    bool running, stirred;                      /* stirred: something was stored before there was a judge time */
    bool histories;                             /* records of logs that were dropped were met */
};

/* Where what was expected likely is held, in its order, by the address of its reference, which may be another's since. */
struct cdi_soon {
    struct cdi_soon_one { const char *reference; uint32_t handle; } sought[CDI_SOUGHT_AT_ONCE];
    size_t count, next;
};

struct cdi_engine {
    const struct cdi_tables *tables;
    uint32_t slice, looks;                      /* looks: of this settle, so far */
    bool seldom_recount, keep_all;
    uint32_t limits[CDI_CASE_KIND_COUNT];       /* cases held, of each kind */
    struct cdi_caseload *load;
    struct cdi_history *history;
    struct cdi_schedule *schedule;
    struct cdi_instant now, judged;             /* the judge time, and that of the last settle */
    struct cdi_holds holds;
    struct cdi_soon soon;
    struct cdi_scratch work;                    /* of one message, or of one settle */
    struct cdi_mark_of {                        /* of each incident */
        uint8_t reach, claim;                   /* enum cdi_reach if it waits, enum cdi_claim */
        uint8_t near;                           /* one more than the crimes that were near and have come since; 0: not counted */
        uint8_t deaf;                           /* 1u << enum cdi_sign_field: no watch went by it when it was judged last */
        uint16_t counted_size;                  /* what it counts for: so many bytes */
        uint32_t counted;                       /*   in that block */
        uint32_t watched;                       /* 1u << the place of each watch that held when it was judged last */
        uint64_t rested;                        /* what its children rest upon, as it was when they were marked last; 0: never */
    } *marks;
    uint32_t watching[CDI_WATCHES_MAX];         /* logs, by the place of the watch */
    uint32_t mark_room;
    struct cdi_arena counted;                   /* apart from the cases, for those would all move when they are judged first */
    struct cdi_alert *alerts;
    size_t alert_count, alert_room;
    struct cdi_state_change *changes;
    struct cdi_tallies *tallies;
    uint32_t tally_days;
    bool quiet_tallies;
    struct cdi_tally told[CDI_TALLIES_AT_ONCE]; /* tallies that changed, of one settle */
    struct cdi_left left;
    struct cdi_traces traces;
    struct cdi_sweep sweep;
    struct cdi_dropped dropped;
    uint64_t clipped;                           /* cases that came to be truncated */
    uint64_t partial, kept;                     /* as cdi_engine_cuts has them */
};

/* One report: the disposal that counts, and what the six steps say. */
struct cdi_case_report {
    struct cdi_disposal disposal;
    struct cdi_formers formers;                 /* and those that counted before */
    struct cdi_judgement judgement;
};

/* One log with all that was found out about its reports.  Nearly every log has one, which is kept within; where nothing is
 * disclosed `count` is 0, and the first says so.  It is not copied: reports[0] points into it. */
struct cdi_verdict {
    uint32_t handle;
    struct cdi_incident_case incident;          /* its deeds addressed to the reports of now */
    struct cdi_past past;                       /* what earlier logs say of it */
    enum cdi_claim claim;                       /* now */
    struct cdi_signs *signs;                    /* what watches go by; NULL: nobody asks */
    const uint32_t *near;                       /* crimes that step 3 looked at for their likeness; NULL: it looked at none */
    size_t near_count;
    uint8_t count;
    struct cdi_case_report *reports[CDI_REPORTS_AT_ONCE];   /* in the order of the log */
    struct cdi_case_report first;
};
static inline uint32_t cdi_report_key(const struct cdi_case_report *report)
{
    return report->judgement.disclosed.report;
}

/* Reports that contend for the same crimes are judged with one another: a thousand of one address would hold up the process for minutes
 * if a settle ended by their number alone.  So cases and pairs that are looked at count too. */
static inline void cdi_engine_look(struct cdi_engine *engine, uint32_t looks) { engine->looks += looks; }
static inline bool cdi_engine_goes_on(const struct cdi_engine *engine) { return engine->looks < CDI_SETTLE_LOOKS; }

/* gather.c: steps 1 to 3 as far as they need no other log, and the log's signs where there is a place for them.  False: nothing is
 * disclosed that a crime is due for. */
bool cdi_engine_examine(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict);
/* The crimes that name a log in which nothing is likely, that it names, or that tie in with its parent and children. */
size_t cdi_engine_named(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_crime *crimes[CDI_CANDIDATES_MAX]);
/* NULL: not held.  `survivor`: the same, or what it was cancelled as a duplicate of (R7). */
const struct cdi_crime *cdi_engine_crime(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference,
                                         const struct cdi_crime **survivor);
/* A crime that nobody names, so that a report may take it by its likeness. */
bool cdi_engine_unclaimed(struct cdi_engine *engine, const struct cdi_crime_case *crime);
/* R6: conduct goes on from the receipt of the other logs that were added to the crime before this disclosure. */
void cdi_engine_date_conduct(struct cdi_engine *engine, const struct cdi_incident *log, struct cdi_instant disclosed_at,
                             struct cdi_candidate *candidate);
bool cdi_engine_open(const struct cdi_due *due);    /* is a unit unanswered? */
/* Is it, or was it at the deadline for all that names the log?  What is only like it may answer, or have answered (R8). */
bool cdi_engine_contends(const struct cdi_judgement *judgement);
bool cdi_engine_any_contends(const struct cdi_verdict *verdict);
/* What of a log that is dropped bears on what is told of it later: cdi_settled.told. */
uint32_t cdi_engine_settled_told(struct cdi_engine *engine, const struct cdi_verdict *verdict);
size_t cdi_engine_crimes_near(struct cdi_engine *engine, const struct cdi_incident *incident, uint32_t *handles, size_t room,
                              bool *more);
size_t cdi_engine_incidents_near(struct cdi_engine *engine, const struct cdi_crime *crime, uint32_t *handles, size_t room,
                                 bool *more);

/* contend.c: the rest of step 3.  `members` (room CDI_COMPONENT_SEEN) may be NULL; gets the other logs of the component. */
size_t cdi_engine_contend(struct cdi_engine *engine, struct cdi_verdict *verdict, uint32_t *members);

/* watched.c: which watches hold, on the judgements that the six steps have filled; then how many documents the log has: one for each
 * report, and one also where nothing is likely and a watch holds. */
void cdi_engine_watch(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_instant sure);
size_t cdi_engine_told(const struct cdi_verdict *verdict);
/* Of these fields (core/alike.h) no watch of the log goes by any, as it was judged last: it need not be judged for them. */
bool cdi_engine_unwatched(const struct cdi_engine *engine, uint32_t handle, uint8_t fields);
void cdi_engine_note_watched(struct cdi_engine *engine, const struct cdi_verdict *verdict);     /* ... as it is judged now */
void cdi_engine_unwatch(struct cdi_engine *engine, uint32_t handle);    /* it is held no more */

/* verdict.c: all six steps of the reports of one log, and its watches. */
void cdi_engine_decide(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict, uint32_t *members,
                       size_t *member_count);
/* A hash of all that a duplicate goes by in its parent's verdict (R16); not 0. */
uint64_t cdi_engine_rests_upon(const struct cdi_verdict *verdict);

/* reach.c: what a new fact makes worth judging again. */
bool cdi_engine_mark(struct cdi_engine *engine, uint32_t handle, enum cdi_reach reach, struct cdi_error *err);
bool cdi_engine_mark_room(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err);  /* there are marks of it */
bool cdi_engine_apart(const struct cdi_engine *engine, uint32_t handle);       /* it contends with nobody */
void cdi_engine_near(struct cdi_engine *engine, uint32_t handle, size_t crimes);    /* so many were looked at, at most CDI_CANDIDATES_MAX */
/* cdi_link_at_most() of the incident as it is held. */
int64_t cdi_engine_at_most(struct cdi_engine *engine, uint32_t handle, const struct cdi_crime *crime);
bool cdi_engine_claim(struct cdi_engine *engine, uint32_t handle, enum cdi_claim claim, struct cdi_error *err);
bool cdi_engine_mark_crime(struct cdi_engine *engine, const struct cdi_crime *crime, struct cdi_error *err);
/* Others whose evidence the log enters. */
bool cdi_engine_mark_around(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err);
/* Who may take, or counts, what a human confirmed to one of its reports: as these are cut now that may hold no more. */
bool cdi_engine_mark_confirmed(struct cdi_engine *engine, const struct cdi_incident_case *incident, struct cdi_error *err);
/* Those that contend with it for crimes: for these, or with NULL for all that are near. */
bool cdi_engine_mark_rivals(struct cdi_engine *engine, const struct cdi_incident *incident, const uint32_t *crimes, size_t count,
                            struct cdi_error *err);
/* Its parent, which its crimes answer as well (R20). */
bool cdi_engine_mark_parent(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err);
bool cdi_engine_mark_children(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err);

/* past.c: what a log says for later ones follows what it says itself; those of which it now says another thing are judged again. */
bool cdi_engine_remember(struct cdi_engine *engine, uint32_t handle, const struct cdi_incident *facts, struct cdi_error *err);
/* The log as it counts: with the opening code that it had by its deadline.  True: a later one does not. */
bool cdi_engine_as_opened(const struct cdi_tables *tables, const struct cdi_incident *facts, struct cdi_incident *judged);
/* How far back the rules of history look. */
struct cdi_span cdi_engine_history_span(const struct cdi_engine *engine);

/* count.c: what counts in the tallies.  Of a log, its verdict; of a crime, whether a log has it (R18), and its cancelling: packed
 * contributions, in the scratch. */
struct cdi_text cdi_engine_counted(struct cdi_engine *engine, const struct cdi_verdict *verdict);
struct cdi_text cdi_engine_counted_crime(struct cdi_engine *engine, const struct cdi_crime_case *crime);
/* Counts it instead of what it counted for before. */
bool cdi_engine_count(struct cdi_engine *engine, const struct cdi_verdict *verdict, struct cdi_error *err);
bool cdi_engine_count_crime(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err);
/* The log names other crimes than before: they are counted anew with what is judged next. */
bool cdi_engine_count_named(struct cdi_engine *engine, const struct cdi_incident *before, const struct cdi_incident *after,
                            struct cdi_error *err);
/* What the log counts for now, packed; NONE: nothing.  Borrowed until it counts for something else. */
struct cdi_text cdi_engine_counts_for(const struct cdi_engine *engine, uint32_t handle);
/* The handle is another log's now, which counts for nothing yet; what the former one counted for stays counted. */
void cdi_engine_count_forget(struct cdi_engine *engine, uint32_t handle);
/* The value of an incident's state record, in the scratch: the packed case, what it counts for, and in two bytes how long that is; and
 * that taken apart.  False: not our bytes. */
struct cdi_text cdi_engine_record_of(struct cdi_engine *engine, uint32_t handle);
bool cdi_engine_record_split(struct cdi_text value, struct cdi_text *packed, struct cdi_text *counted, struct cdi_error *err);
bool cdi_engine_count_restored(struct cdi_engine *engine, uint32_t handle, struct cdi_text counted, struct cdi_error *err);
void cdi_engine_count_today(const struct cdi_engine *engine, struct cdi_tallies *tallies);

/* All that name it, however many: a judgement looks at the first CDI_NAMED_MAX, but a fact reaches each of them.  In the scratch. */
uint32_t *cdi_engine_all_naming(struct cdi_engine *engine, enum cdi_naming naming, struct cdi_text force, struct cdi_text reference,
                                size_t *count);

/* engine.c: what was left of a settle is let go; the crime is counted with what is judged next. */
void cdi_engine_begin(struct cdi_engine *engine);
bool cdi_engine_count_later(struct cdi_engine *engine, uint32_t crime, struct cdi_error *err);

/* publish.c: judges the reports of one log and, where their documents changed, publishes them. */
bool cdi_engine_judge(struct cdi_engine *engine, uint32_t handle, enum cdi_reach reach, struct cdi_error *err);
/* Its document is to be deleted. */
bool cdi_engine_tell_gone(struct cdi_engine *engine, const struct cdi_incident_case *incident, const struct cdi_report_state *report,
                          struct cdi_error *err);
/* The document as it would be now, with the version last published. */
void cdi_engine_document(struct cdi_engine *engine, struct cdi_verdict *verdict, const struct cdi_case_report *report,
                         struct cdi_alert *alert, struct cdi_lifecycle_view *view);
/* What takes the place of a report that was published and is none any more: `known` names it.  In the scratch. */
const struct cdi_case_report *cdi_engine_past(struct cdi_engine *engine, const struct cdi_verdict *verdict,
                                              const struct cdi_report_state *known);
/* Is it one of those that the log has a document for now? */
bool cdi_engine_current(const struct cdi_verdict *verdict, uint32_t key);

#endif
