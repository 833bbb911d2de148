/* Floor: core.  The tables that decide, in memory.  codec/tables reads them from CSV, cross-checks them and owns them; the
 * core only reads.  Weights are log2 odds in thousandths of a bit ("millibits").  Texts live as long as the tables. */
#ifndef CDIWATCH_TABLES_H
#define CDIWATCH_TABLES_H

#include "cdiwatch/evidence.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

enum { CDI_OFFENCE_NONE = 0xFFFF, CDI_RANK_NONE = 0xFFFF };

/* offences.csv: what is one crime of a class (DOMAIN.md rule 5; R17). */
#define CDI_COUNTS_LIST(X) \
    X(VICTIM, victim)         /* each person who suffered it */ \
    X(OFFENDER, offender)     /* each offender, against each victim if it has victims */ \
    X(OWNER, owner)           /* each household, business or owner: who lives or works there is not counted */ \
    X(INCIDENT, incident)     /* what happened, however many saw it */
enum cdi_counts {
#define X(upper, word) CDI_COUNTS_##upper,
    CDI_COUNTS_LIST(X)
#undef X
    CDI_COUNTS_COUNT
};

/* offences.csv, a row a Home Office class.  Indexes of this array are "offences" everywhere in the core; they do not
 * outlive the tables, the class's text does. */
struct cdi_offence {
    struct cdi_text klass;                      /* "8N" */
    struct cdi_text title, words;               /* official title; what a sergeant would say: "assault with injury" */
    struct cdi_text code;                       /* the ordinary code of R5: "008/06"; NONE where unranked */
    enum cdi_category category;
    enum cdi_family family;                     /* R4 */
    uint16_t rank;                              /* principal rank of that code: lower is more serious; CDI_RANK_NONE */
    uint16_t sentence;                          /* maximum, in months; life 9999: orders the unranked (R5) */
    bool state_based, conduct;
    bool additional;                            /* recorded whatever else is (DOMAIN.md rule 5); a class of which only breaches
                                                   of orders are (66): where the text tells one */
    enum cdi_counts counts;                     /* what is one crime of it */
    bool never_absorbed;                        /* by a 195 offence (R5) */
    bool queue;                                 /* in a 100 % queue */
    bool due;                                   /* inside the 24-hour rule: not N100/N300, not fraud for Report Fraud */
};

/* offence_codes.csv, a row a Home Office code: its class and its principal rank, sorted by code. */
struct cdi_offence_code { struct cdi_text code; uint16_t offence, rank; bool never_absorbed, breach_of_order; };
/* A phrase of phrases.csv, by its key, that discloses this very code (R5): an index into the codes. */
struct cdi_told_code { uint32_t phrase; uint16_t code, offence; };    /* offence: the code's, at hand */
enum { CDI_TOLD_CODES_MAX = 16 };

/* disposals.csv: what a reason needs before it clears a report (DOMAIN.md; R11 to R16). */
struct cdi_disposal_rule {
    bool clears;                                /* false: the word is known but never clears */
    uint32_t needs;                             /* 1u << enum cdi_disposal_field, all of them */
    uint32_t needs_if_sensitive;                /* further ones where rape, domestic, child or violence is disclosed */
    uint32_t needs_if_hurt;                     /* the same where injury, rape, domestic or child shows (CRI-1A, CRI-1B; R14) */
    uint32_t needs_if_disorder;                 /* further ones for communications and disorder (NCL, R12) */
    uint32_t marks_missing;                     /* 1u << field: only a mark if missing (unendorsed, victim_not_told) */
    uint32_t caller_never;                      /* 1u << enum cdi_caller_role that this reason can never clear (CRI-1A) */
    uint32_t family_only;                       /* 1u << enum cdi_family it may clear; 0: any */
    uint32_t decider_never, endorser_never;     /* 1u << enum cdi_entry_role without the authority: a mark */
    bool rationale_given;                       /* boilerplate does not count (R21) */
    struct cdi_text words;
};

/* stages.csv: spans after receipt per risk; due is always 24 h. */
struct cdi_stage_rule { struct cdi_span after[CDI_STAGE_COUNT]; };   /* NONE unused */

/* retention.csv: how long something is kept that nobody waits for any more (core/retention.h); and the least days that the rules
 * need: topics keep 35, a likeness reaches over 30, conduct goes on for three months (R6). */
#define CDI_KEPT_LIST(X) \
    X(LOG, log, 35)           /* all settled, after it was last told of and settled */ \
    X(CRIME, crime, 31)       /* after it was last told of */ \
    X(CONDUCT, conduct, 92)   /* of the conduct family: after its last date */ \
    X(ACTION, action, 36)     /* for a log that is not known */ \
    X(TRACE, trace, 36)       /* of a case that was dropped */ \
    X(RECEIPT, receipt, 71)   /* a log that is not known and was received so long ago is late */
enum cdi_kept {
#define X(upper, lower, least) CDI_KEPT_##upper,
    CDI_KEPT_LIST(X)
#undef X
    CDI_KEPT_COUNT
};

/* match.csv: one level of one field of the comparison, Fellegi and Sunter (1969): weight = log2(m/u). */
#define CDI_MATCH_FIELD_LIST(X) \
    X(TIME, time) X(PLACE, place) X(PERSON, person) X(CLASS, class) X(AREA, area)
#define CDI_MATCH_LEVEL_LIST(X) \
    /* time: crime's reported_at (else recorded_at) against receipt; committed window */ \
    X(TIME, SAME_HOUR, "reported within the hour") X(TIME, SAME_DAY, "reported within 24 h") \
    X(TIME, SAME_WEEK, "reported within 7 days") X(TIME, LATER, "reported later") \
    X(PLACE, UPRN, "same uprn") X(PLACE, TEXT, "same place text") X(PLACE, POSTCODE, "same postcode") \
    X(PLACE, NEAR, "within 100 m") X(PLACE, KILOMETRE, "within 1 km") X(PLACE, ELSEWHERE, "elsewhere") \
    X(PERSON, ID, "same system id") X(PERSON, NAME_BIRTH, "same name and birth date") X(PERSON, NAME, "same name") \
    X(PERSON, PHONE, "same phone") X(PERSON, PHONETIC_BIRTH, "sounds alike, same birth date") \
    X(PERSON, PHONETIC, "sounds alike") X(PERSON, DIFFERENT, "different persons") \
    X(CLASS, SAME, "same class") X(CLASS, FAMILY, "same family") X(CLASS, CATEGORY, "same category") \
    X(CLASS, DIFFERENT, "different class") \
    X(AREA, BEAT, "same beat") X(AREA, BCU, "same bcu") X(AREA, DIFFERENT, "different area")
enum cdi_match_field {
#define X(upper, word) CDI_MATCH_FIELD_##upper,
    CDI_MATCH_FIELD_LIST(X)
#undef X
    CDI_MATCH_FIELD_COUNT
};
enum cdi_match_level {
#define X(field, level, words) CDI_MATCH_##field##_##level,
    CDI_MATCH_LEVEL_LIST(X)
#undef X
    CDI_MATCH_LEVEL_COUNT
};
struct cdi_match_table {
    int32_t weight[CDI_MATCH_LEVEL_COUNT];      /* a field that one side does not say adds nothing */
    int32_t link_at_least, keep_at_least;       /* sums: a scored link; a kept alternative */
};

/* frequencies.csv: that two have the same says less where many have it, by log2 of how many more (frequency-based weights,
 * Newcombe et al. 1959, Fellegi and Sunter 1969 method I).  `less` is below 0. */
struct cdi_common { uint64_t token; int32_t less; };

/* watches.csv: what a log is looked at for, whether or not a crime is likely (R22).  Sets are of signs: 1u << enum cdi_sign. */
struct cdi_watch_rule {
    struct cdi_text key, words;
    uint32_t any, all, until;
    uint32_t families;                          /* 1u << enum cdi_family: a class of them is disclosed; or is what a log suggests
                                                   most in which nothing is likely, and at least so likely ... */
    int32_t log_odds;                           /* ... millibits */
    struct cdi_span beyond;                     /* 0: none */
    enum cdi_stage shown;                       /* from which stage's instant on; NONE: at once */
    enum cdi_risk risk;                         /* where nothing is likely */
    bool termed;                                /* terms.csv has terms of it */
};
enum { CDI_WATCHES_MAX = 32, CDI_WATCH_KEY_MAX = 40, CDI_EARLIER_DAYS = 90 };      /* so far back the signs of earlier logs go */

struct cdi_tables {
    struct cdi_offence *offences;
    uint16_t offence_count;
    struct cdi_offence_code *codes;
    uint16_t code_count, told_count;
    struct cdi_told_code told[CDI_TOLD_CODES_MAX];
    struct cdi_evidence evidence;
    struct cdi_disposal_rule disposals[CDI_REASON_COUNT];
    struct cdi_stage_rule stages[CDI_RISK_COUNT];
    struct cdi_span kept_for[CDI_KEPT_COUNT];
    struct cdi_match_table match;
    struct cdi_watch_rule *watches;             /* watch_count that are on, in the order of the file; then those that are off */
    uint8_t watch_count, watches_known;
    struct cdi_zone zone;                       /* for the same-day target: Europe/London */
    const struct cdi_common *common;            /* by token, open addressing; NULL until the tables are bound to a key */
    uint32_t common_mask;                       /* slots - 1 */
    uint16_t *offence_slots, *code_slots;       /* cdi_tables_index(); NULL: looking up searches instead */
};

/* Makes looking up a class or code one step instead of a search.  The slots, cdi_tables_slots(offence_count) and
 * cdi_tables_slots(code_count) of them, are borrowed as long as the tables; both arrays must be sorted by then. */
size_t cdi_tables_slots(size_t count);
void cdi_tables_index(struct cdi_tables *tables, uint16_t *offence_slots, uint16_t *code_slots);

/* CDI_OFFENCE_NONE if there is no such class. */
uint16_t cdi_tables_offence(const struct cdi_tables *tables, struct cdi_text klass);
/* NULL if there is no such code. */
const struct cdi_offence_code *cdi_tables_code(const struct cdi_tables *tables, struct cdi_text code);
/* The place of a watch, on or off, by its key; watches_known if there is none. */
uint8_t cdi_tables_watch(const struct cdi_tables *tables, struct cdi_text key);
/* What is added to a weight because the surname or place of that token is common: 0 or less. */
int32_t cdi_tables_common(const struct cdi_tables *tables, uint64_t token);
/* p in thousandths, 0 to 1000, of odds 2^(millibits/1000): 1/(1+2^-x), rounded to nearest; from a table of integers, the
 * same on every machine. */
uint16_t cdi_probability(int64_t millibits);

#endif
