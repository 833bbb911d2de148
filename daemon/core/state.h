/* Floor: core.  What is remembered of a case: the merged facts, and what was published and done about its reports.  Packed, it
 * is the same bytes in memory and, in an envelope (codec/changelog.h), as a state record. */
#ifndef CDI_CORE_STATE_H
#define CDI_CORE_STATE_H

#include "cdiwatch/alert.h"
#include "cdiwatch/error.h"
#include "cdiwatch/record.h"
#include "core/scratch.h"

#define CDI_CASE_KIND_LIST(X) X(INCIDENT, incident) X(CRIME, crime) X(WAITING, waiting)
/* State records that are no cases: what the judge clock must remember (core/clock_state.h), floods (core/flood.h).  Numbered
 * apart, so that another kind of case does not change what is written. */
#define CDI_CLOCK_KIND_LIST(X) X(CLOCK, clock) X(FEED, feed) X(FLOOD, flood)
/* What is left of a log when its case is held no more (core/history.h), and of any case for some weeks (core/traces.h). */
#define CDI_REMNANT_KIND_LIST(X) X(HISTORY, history) X(TRACE, trace)
/* What cases counted for, by area and day (core/tally.h): the engine's own, and outlives them. */
#define CDI_COUNT_KIND_LIST(X) X(TALLY, tally)
enum cdi_case_kind {
#define X(upper, lower) CDI_CASE_##upper,
    CDI_CASE_KIND_LIST(X)
    CDI_CASE_KIND_COUNT, CDI_CASE_BEFORE_CLOCK = 7,
    CDI_CLOCK_KIND_LIST(X) CDI_REMNANT_KIND_LIST(X) CDI_COUNT_KIND_LIST(X)
#undef X
    CDI_STATE_KIND_END
};
/* The engine restores it; the others are the shard's. */
static inline bool cdi_case_kind_is_engines(enum cdi_case_kind kind)
{
    return kind <= CDI_CASE_BEFORE_CLOCK || kind > CDI_CASE_FLOOD;
}
const char *cdi_case_kind_word(enum cdi_case_kind kind);
bool cdi_case_kind_from(struct cdi_text word, enum cdi_case_kind *out);

enum { CDI_REPORTS_MAX = 64, CDI_DEEDS_MAX = 1000, CDI_EVENTS_OF_REPORT_MAX = 24,
       CDI_EVENTS_MAX = CDI_REPORTS_MAX * CDI_EVENTS_OF_REPORT_MAX };    /* of one case */

/* What a person did about a report; a set by `request` and report, ordered by (at, request). */
struct cdi_deed {
    uint32_t report;                            /* key that it was addressed to; of a waiting one the tail of the alert's id */
    uint32_t counts_for;                        /* not packed: the report that it counts for now, another's place being taken */
    bool inherited;                             /* not packed: it is another */
    bool answered;                              /* that it is refused has been said (core/refuse.h) */
    enum cdi_verb verb;
    struct cdi_instant at;
    struct cdi_text by, role, request, assign_to, text, crime;
    bool disposed;
    struct cdi_disposal disposal;               /* where disposed */
};

/* One report as last published.  Nothing here is a fact: facts are merged, this says what the world was told. */
struct cdi_report_state {
    uint32_t report;                            /* key: 0, or the seq of the disclosing entry */
    uint32_t version;                           /* of the document last published; 0: none yet */
    uint64_t published;                         /* hash of its content */
    enum cdi_state state;
    enum cdi_stage stage;
    enum cdi_lifecycle lifecycle;
    enum cdi_risk risk;
    uint32_t marks;                             /* permanent ones, 1u << enum cdi_mark */
    uint32_t escalation;
    int64_t detected_late_by_s;
    struct cdi_text owner;
    struct cdi_instant acknowledged_until, settled_at;
    struct cdi_instant stage_at[CDI_STAGE_COUNT];   /* when each stage was first published */
    uint16_t event_first, event_count;          /* `published` of the document, within the case's events */
};

struct cdi_incident_case {
    struct cdi_incident facts;
    struct cdi_report_state *reports;           /* by report key */
    struct cdi_deed *deeds;
    struct cdi_alert_event *events;
    uint16_t report_count, deed_count, event_count;
};
struct cdi_crime_case {
    struct cdi_crime facts;
    struct cdi_text counted;                    /* what it counts for in the tallies, packed (core/tally.h); NONE: nothing.  Of a
                                                   log the engine holds that apart (engine_inside.h) */
    uint32_t takers;                            /* logs with a report that it answers by its likeness, or did when they were dropped */
    /* Of logs that have been dropped (core/retention.h) a crime that stays behind remembers what would be missed. */
    bool named;                                 /* one of them named it: nobody takes it by its likeness any more */
    bool taken;                                 /* one of them took it so */
    uint8_t added_count;
    struct cdi_instant *added;                  /* receipts of those that it was added to (R6), ascending */
};
enum { CDI_ADDED_MAX = 64 };                    /* the latest are kept */
/* Actions for alerts of a log that is not known yet; their reference is the alerts' common front (cdiwatch/alert.h) in hex. */
struct cdi_waiting_case { struct cdi_text force, alert; struct cdi_deed *deeds; uint16_t deed_count; };

/* A case of nothing said: facts empty, no reports. */
void cdi_incident_case_empty(struct cdi_incident_case *into, struct cdi_text force, struct cdi_text reference);
void cdi_crime_case_empty(struct cdi_crime_case *into, struct cdi_text force, struct cdi_text reference);
void cdi_report_state_empty(struct cdi_report_state *into, uint32_t report);

/* Packs into the scratch; the result is borrowed from it. */
struct cdi_text cdi_pack_incident(const struct cdi_incident_case *from, struct cdi_scratch *scratch);
struct cdi_text cdi_pack_crime(const struct cdi_crime_case *from, struct cdi_scratch *scratch);
struct cdi_text cdi_pack_waiting(const struct cdi_waiting_case *from, struct cdi_scratch *scratch);

/* Unpacks; arrays are in the scratch, texts borrowed from `packed`.  False: these bytes were not packed by us (CORRUPT). */
bool cdi_unpack_incident(struct cdi_text packed, struct cdi_incident_case *into, struct cdi_scratch *scratch,
                         struct cdi_error *err);
bool cdi_unpack_crime(struct cdi_text packed, struct cdi_crime_case *into, struct cdi_scratch *scratch, struct cdi_error *err);
bool cdi_unpack_waiting(struct cdi_text packed, struct cdi_waiting_case *into, struct cdi_scratch *scratch,
                        struct cdi_error *err);
/* Only force and reference, from the front of any packed case. */
bool cdi_unpack_key(struct cdi_text packed, struct cdi_text *force, struct cdi_text *reference);
/* Whether they are these. */
bool cdi_packed_is(struct cdi_text packed, struct cdi_text force, struct cdi_text reference);

/* A state record's key, "force/kind/reference", in the scratch; what follows the second slash is the reference, slashes and
 * all.  (A force has no slash.)  Sealing the value is codec/changelog.h's. */
struct cdi_text cdi_state_key(struct cdi_text force, enum cdi_case_kind kind, struct cdi_text reference,
                              struct cdi_scratch *scratch);
bool cdi_state_read_key(struct cdi_text key, struct cdi_text *force, enum cdi_case_kind *kind, struct cdi_text *reference,
                        struct cdi_error *err);

#endif
