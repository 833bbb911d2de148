/* Floor: core.  What the six steps say of one report; filled in order, each step reading only those before it.  Arrays have
 * named bounds; a step that meets its bound keeps the first in its total order and sets `truncated`. */
#ifndef CDI_CORE_JUDGEMENT_H
#define CDI_CORE_JUDGEMENT_H

#include "cdiwatch/record.h"
#include "cdiwatch/tables.h"

#define CDI_RECORDING_LIMIT CDI_HOURS(24)
/* When a report that was received then is due; and whether that is in time, which is to the second (R10). */
static inline struct cdi_instant cdi_due_at(struct cdi_instant received_at) { return cdi_instant_after(received_at, CDI_RECORDING_LIMIT); }
static inline bool cdi_in_time(struct cdi_instant at, struct cdi_instant due_at) { return at.ms / 1000 <= due_at.ms / 1000; }

/* Reports of one log; what is disclosed beyond them is left to the last, `truncated`. */
enum { CDI_REPORTS_AT_ONCE = 12 };
enum { CDI_DISCLOSURES_MAX = 12, CDI_ADDENDS_MAX = 24, CDI_UNITS_MAX = 24, CDI_LINKS_MAX = 24, CDI_ALTERNATIVES_MAX = 8 };

/* Answered once, from and until; NONE: never. */
struct cdi_once { struct cdi_instant from, until; };
enum { CDI_SPELLS_MAX = 8, CDI_CLEARED_MAX = 12 };      /* by crimes since cancelled or changed; by reasons since replaced or undone */
enum { CDI_ONCE_MAX = CDI_SPELLS_MAX + CDI_CLEARED_MAX };
struct cdi_spells { uint8_t count; struct cdi_once items[CDI_SPELLS_MAX]; };    /* in their order */

/* One addend of a log-odds sum: the explanation. */
#define CDI_ADDEND_LIST(X) \
    X(PRIOR, prior) X(OPENED, opened) X(CLOSED, closed) X(QUALIFIER, qualifier) X(CHANNEL, channel) X(CALLER, caller) \
    X(PHRASE, phrase) X(HISTORY, history)
enum cdi_addend_kind {
#define X(upper, word) CDI_ADDEND_##upper,
    CDI_ADDEND_LIST(X)
#undef X
    CDI_ADDEND_COUNT
};
struct cdi_addend {
    enum cdi_addend_kind kind;
    struct cdi_text name;                       /* "PSW-DOM", "domestic", "hit": with the kind, the document's `rule` */
    uint32_t entry;                             /* seq; 0: none */
    int32_t weight;                             /* millibits */
    bool negated;
    uint8_t times;                              /* of HISTORY: on so many earlier occasions ... */
    uint16_t days;                              /* ... within so many days */
};

/* What earlier logs of the force say of this one (core/history.h), before step 1.  Nearest kin first (pair, victim, suspect, place),
 * then the latest; of each kin so many occasions. */
enum { CDI_PAST_OF_KIN = 8, CDI_PAST_MAX = CDI_PAST_OF_KIN * CDI_PAST_KIN_COUNT, CDI_PAST_SHOWN = 4 };
/* Two logs within so long of one another are taken to tell of one occasion. */
#define CDI_OCCASION CDI_HOURS(6)
struct cdi_past_log {
    struct cdi_text reference;
    struct cdi_instant received_at;
    enum cdi_past_kin kin;                      /* the nearest: who or what is the same */
    uint8_t kinds;                              /* 1u << enum cdi_past_kind: what it was, by its own evidence */
};
struct cdi_past { uint8_t count; struct cdi_past_log logs[CDI_PAST_MAX]; };
/* On how many earlier occasions, within so many days before `received_at`, was there a log of one of these kins (1u << enum
 * cdi_past_kin) and one of these kinds (1u << enum cdi_past_kind)?  Its own occasion is not among them.  At most CDI_PAST_OF_KIN
 * of each kin are known. */
size_t cdi_past_occasions(const struct cdi_past *past, struct cdi_instant received_at, uint8_t kins, uint8_t kinds, int days);

/* Step 1.  A class that the log discloses, likely at p >= 0.5 (log_odds >= 0).  Kept in total order: likely first, then by
 * rank (R5), then class text. */
struct cdi_disclosure {
    uint16_t offence;
    int64_t log_odds;
    uint16_t p;                                 /* thousandths */
    bool likely;
    uint8_t victims;                            /* R17: persons in the role, or more if the text names more */
    uint8_t told;                               /* those that the text names, at least one */
    uint16_t rank;                              /* of the code that the text itself discloses (R5); 0: the class's own */
    bool never_absorbed;                        /* that code, by a 195 offence */
    bool breach;                                /* that code is a notifiable breach of an order: always recorded besides */
    bool besides_breach;                        /* likely without the words of the breach as well */
    bool confirms;                              /* the victim confirms a rape told before (R15): the same rape, with its own clock */
    bool graver;                                /* an event told before, told graver now: perhaps the same crime, with its own clock */
    bool separate;                              /* another occasion, or other victims: due besides the principal crime (R2) */
    struct cdi_instant victims_from, victims_until;     /* its victims are those first named then; NONE: whenever */
    uint8_t addend_count;
    struct cdi_addend addends[CDI_ADDENDS_MAX];
};
struct cdi_disclosed {
    uint8_t count;
    bool truncated;
    struct cdi_disclosure items[CDI_DISCLOSURES_MAX];
    bool domestic, child, rape, violence, disorder; /* R19: any of code, qualifier, text, age band says so */
    bool recoded;                               /* its opening code was changed too late to count, or nothing is disclosed since */
    bool injury;                                /* R14: a class of injury is likely */
    bool likely;
    uint8_t earlier_count;                      /* logs that the history of what is likely goes by, the latest first */
    const struct cdi_past_log *earlier[CDI_PAST_SHOWN];
    uint32_t report;                            /* its key: 0, or the seq of the entry that disclosed it */
    struct cdi_instant received_at;             /* of the report: receipt, or the `at` of the disclosing entry (R1) */
    bool graver;                                /* one of the items is; ... */
    struct cdi_instant event_told_at;           /* ... then: of the report that told of the event before */
    enum cdi_risk risk;
};

/* Step 2.  One crime that is due: a class for a victim (0: none or not named). */
struct cdi_unit {
    uint16_t offence;
    uint64_t victim;
    bool additional;
    uint8_t answered_by;                        /* index of the link that answers it; CDI_UNANSWERED */
    struct cdi_instant answered_at;             /* where it is answered: from when */
    bool explained;                             /* by an N100 (R15), or by another crime (R3), before its crime was recorded: not late */
    uint16_t rank;                              /* as of its disclosure: 0 the class's own */
    bool never_absorbed;
    bool confirms;                              /* R15: of a rape that is due in an earlier report as well */
    bool graver;                                /* of an event that an earlier report told as a lesser crime */
    const struct cdi_person *person;            /* of the log; NULL: not named */
};
/* One person told of twice: the same number; or the same name, where numbers and dates of birth do not differ (R17).  Two may
 * neither be known to be the same nor to differ. */
bool cdi_person_same(const struct cdi_person *a, const struct cdi_person *b);
bool cdi_person_differs(const struct cdi_person *a, const struct cdi_person *b);
/* The n-th distinct victim that the log names and first named from then on and before then (NONE: whenever); NULL: fewer. */
const struct cdi_person *cdi_victim(const struct cdi_incident *incident, struct cdi_instant from, struct cdi_instant until,
                                    size_t n);
/* How many it names first before then. */
uint8_t cdi_victims(const struct cdi_incident *incident, struct cdi_instant until);
enum { CDI_UNANSWERED = 0xFF };
struct cdi_due { uint8_t count; bool truncated; struct cdi_unit units[CDI_UNITS_MAX]; };

/* Step 3.  What a crime record is worth to a report that it is linked with (DOMAIN.md rule 8; R7, R15). */
#define CDI_STANDING_LIST(X) \
    X(COUNTS, counts)                 /* recorded: answers a unit */ \
    X(N100, n100)                     /* explains why a rape is not recorded: clears a unit of rape */ \
    X(ANSWERED, answered)             /* cancelled with all that the cancellation needs: clears its unit */ \
    X(WITHDRAWN, withdrawn)           /* cancelled without it: answered until then */ \
    X(NONE, none)                     /* requested, a non-crime record, or not known to be recorded */
enum cdi_standing {
#define X(upper, word) CDI_STANDING_##upper,
    CDI_STANDING_LIST(X)
#undef X
    CDI_STANDING_COUNT
};

struct cdi_match_addend { enum cdi_match_level level; int32_t weight; bool common; };   /* common: less, because many share it */
struct cdi_link {
    struct cdi_text crime, klass;
    uint16_t offence;                           /* CDI_OFFENCE_NONE: class unknown to us */
    uint16_t rank;                              /* of its code (R5) */
    enum cdi_how how;
    int64_t weight;                             /* of a scored pair, millibits */
    struct cdi_instant recorded_at;
    uint8_t addend_count;
    struct cdi_match_addend addends[CDI_MATCH_FIELD_COUNT];
    bool allocated;                             /* answers a unit of this report */
    enum cdi_standing standing;
    enum cdi_reason n100;                       /* what an N100 clears as: N100_01, _02, _03 */
    struct cdi_text other_force;                /* that its cancellation, or its N100, names */
    bool explicit_only;                         /* R19, by the crime's flags */
    uint32_t marks;                             /* 1u << enum cdi_mark; those of lateness count where it is late */
    struct cdi_instant ended_at;                /* when it was cancelled; NONE: it stands */
    struct cdi_instant told_at;                 /* when it was last told of */
};
/* Which units (1u << its index) the crimes that name the log left open from `at` on, as those crimes then were. */
enum { CDI_THEN_MAX = 24 };
struct cdi_then { struct cdi_instant at; uint32_t open; };
struct cdi_linked {
    uint8_t link_count, alternative_count;
    bool truncated;
    uint32_t marks;                             /* of crimes that name the log and are none: 1u << enum cdi_mark */
    struct cdi_link links[CDI_LINKS_MAX];
    struct cdi_link alternatives[CDI_ALTERNATIVES_MAX];
    struct cdi_spells spells;                   /* when it was answered by crimes some of which have been cancelled or recoded */
                                                /* since (R8); the last may touch what answers it now */
    struct cdi_spells unsure_spells;            /* the same, had the scored links been confirmed (R9) */
    uint8_t then_count;                         /* where one of the crimes that name it was cancelled or recoded; else none */
    struct cdi_then then[CDI_THEN_MAX];
    struct cdi_instant changed_at;              /* when the last of those crimes changed: since then they are as they are now */
};

/* Step 4. */
struct cdi_clearing {
    enum cdi_reason reason;                     /* NONE: no disposal, or a word we do not know */
    bool given, complete;
    bool truncated;                             /* it was cleared and reopened more often than is held here */
    enum cdi_refusal refusal;                   /* why it does not clear though nothing is missing */
    struct cdi_text other_force;                /* where another force records it (CRI-2, N100-03) */
    uint32_t missing;                           /* 1u << enum cdi_disposal_field */
    uint32_t marks;                             /* 1u << enum cdi_mark */
    struct cdi_instant at;                      /* R11: counts from here */
    struct cdi_instant unsure_at;               /* from when it would, were what is only like the rest confirmed (R9); NONE */
    uint8_t once_count;
    struct cdi_once once[CDI_CLEARED_MAX];      /* cleared from and until: reopened, or replaced, since (R8, R16) */
};

/* Step 5. */
struct cdi_compared {
    enum cdi_state state;
    uint8_t due, recorded;
    bool lesser_family;                         /* a linked crime is of a lesser family than a unit left open (R4, R9) */
    struct cdi_instant answered_at;             /* when the last unit was answered, by crime or clearing; NONE: not yet */
    struct cdi_instant unsure_at;               /* the same, had the scored links been confirmed (R9) */
    struct cdi_once once[CDI_ONCE_MAX];         /* R8 */
    struct cdi_once unsure_once[CDI_ONCE_MAX];  /* the same, had the scored links been confirmed */
    struct cdi_instant n100_at;                 /* cleared by an N100: since when; else NONE */
    uint32_t marks;
};

/* Step 6. */
struct cdi_timed {
    enum cdi_stage stage;                       /* worst that held and still stands */
    struct cdi_instant received_at, same_day_at, due_at, next_stage_at;
    struct cdi_instant n100_check_at, n100_review_at;   /* R15: where an N100 clears it; else NONE */
    struct cdi_instant stage_at[CDI_STAGE_COUNT]; /* when each stage held, NONE if it never did: the history */
    struct cdi_instant wake_at;                 /* when passing time next changes anything here but the days; NONE: never */
    struct cdi_instant recount_at;              /* when passing time next changes overdue_days; NONE: never.  Perhaps past
                                                   already, and only not sure */
    struct cdi_instant unsure_from;             /* the first instant that has passed and is not sure; NONE: there is none */
    int32_t overdue_days;                       /* local days counted since; by the week after 90 (DESIGN.md step 6) */
    uint32_t marks;                             /* breached, late: permanent */
};

/* Beside the steps: a watch that holds (watches.csv), and what says so; in order of the table. */
#define CDI_CAUSE_LIST(X) \
    X(OPENED, opened) X(CLASSIFIED, classified) X(CLOSED, closed) X(QUALIFIER, qualifier) X(AGE, age) X(PHRASE, phrase) X(TERM, term) X(CLASS, class) \
    X(EARLIER, earlier) X(CRIME, crime) X(REASON, reason) X(APPOINTMENT, appointment) X(UNIT, unit) X(DASH, dash) X(SAFEGUARDING, safeguarding) \
    X(WITHOUT, without)                         /* a sign that would end it, and is not there */
enum cdi_cause_kind {
#define X(upper, word) CDI_CAUSE_##upper,
    CDI_CAUSE_LIST(X)
#undef X
    CDI_CAUSE_COUNT
};
struct cdi_cause {
    enum cdi_cause_kind kind;
    struct cdi_text name;                       /* "PSW-DOM", "domestic", "20A": with the kind, the document's `rule` */
    uint32_t entry;                             /* seq; 0: none */
    enum cdi_assertion said;                    /* of a phrase or a term */
    uint16_t p;                                 /* of a class, thousandths */
    struct cdi_instant at;
};
struct cdi_watch { uint8_t place, fact_count; struct cdi_instant since; const struct cdi_cause *facts; };
/* Items only where there is one; their places are within cdi_tables.watches.  `awaited`: signs that could make a watch begin or end. */
struct cdi_watched { uint8_t count; uint32_t awaited; struct cdi_watch *items; };

struct cdi_judgement {
    struct cdi_disclosed disclosed;
    struct cdi_due due;
    struct cdi_linked linked;
    struct cdi_clearing clearing;
    struct cdi_compared compared;
    struct cdi_timed timed;
    struct cdi_watched watched;
};

#endif
