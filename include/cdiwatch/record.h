/* Floor: core.  What the decoder hands to the engine.  The same types hold one message and the merge of many: a message is
 * a record in which every register that it wrote carries the message's event_at, and merging joins two records
 * (core/merge.h).  No name, date of birth, phone number or free text is in here: tokens, findings and age bands are.
 *
 * Registers: `said_at` is when the winning writer spoke, CDI_INSTANT_NONE if nobody did; a text is CDI_TEXT_NONE, an
 * instant CDI_INSTANT_NONE if not said.  All texts and arrays are borrowed: from the decoder until its next message, or
 * from the caseload until its next change. */
#ifndef CDIWATCH_RECORD_H
#define CDIWATCH_RECORD_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

/* Named limits of one record; the decoder refuses or truncates (mark `truncated`) beyond them. */
enum {
    CDI_REFERENCE_MAX = 120,            /* bytes of a reference or code */
    CDI_FORCE_MAX = 16,
    CDI_WORD_MAX = 64,
    CDI_NOTE_MAX = 2000,
    CDI_ENTRIES_MAX = 1000,
    CDI_FINDINGS_MAX = 1000,            /* of one record, over all entries */
    CDI_PERSONS_MAX = 64,
    CDI_REFERENCES_MAX = 64
};

struct cdi_word { struct cdi_instant said_at; struct cdi_text text; };
struct cdi_when { struct cdi_instant said_at; struct cdi_instant at; };
struct cdi_closing { struct cdi_instant said_at; struct cdi_text code; struct cdi_instant at; };
struct cdi_area { struct cdi_instant said_at; struct cdi_text bcu, beat; };

/* Place keys are keyed tokens (0: not said); the grid reference is in metres (INT32_MIN: not said). */
struct cdi_location {
    struct cdi_instant said_at;
    uint64_t uprn, postcode, text;
    int32_t easting, northing;
};
#define CDI_GRID_NONE INT32_MIN
enum { CDI_GRID_FARTHEST = 10000000 };          /* east or west, north or south: 10,000 km */

struct cdi_person {
    struct cdi_instant said_at;
    enum cdi_person_role role;
    enum cdi_age_band age_band;                 /* at receipt */
    uint64_t tokens[CDI_TOKEN_COUNT];           /* 0: not said */
    int64_t older_ms[CDI_TOKEN_COUNT + 1];      /* merged: how long before said_at each token, last the age band, was said;
                                                   a message's: all zero */
    int64_t first_ms;                           /* merged: how long before said_at the person was first named; a message's: 0 */
};

/* One phrase of the lexicon met in one entry. */
struct cdi_finding {
    uint32_t phrase;                            /* cdi_phrase.key: XXH32 of the phrase's name; stable over table edits */
    uint8_t assertion;                          /* enum cdi_assertion */
    uint8_t other_occasion;                     /* "also", "last month": not the event the log was opened for */
    uint8_t victims;                            /* persons the text names as suffering it beyond the first: "both" = 1 */
    uint8_t spare;
};

struct cdi_entry {
    struct cdi_instant said_at;
    uint32_t seq;
    struct cdi_instant at;
    enum cdi_entry_role role;
    uint16_t finding_first, finding_count;      /* within cdi_incident.findings */
    uint64_t text_hash;                         /* keyed hash of the text: two wordings are never equal by accident */
};

struct cdi_disposal {
    struct cdi_instant said_at;                 /* of the reason; latest writer of a disposal */
    struct cdi_instant cut_at;                  /* merged records: latest message that gave another reason */
    struct cdi_text reason;                     /* as said after mapping; cdi_reason_from() tells whether we know it */
    enum cdi_rationale rationale;
    struct cdi_instant decided_at, endorsed_at, victim_told_at, victim_contact_at;
    struct cdi_text by, by_role, endorsed_by, endorsed_role, crime, other_force, other_reference, rule, n100, n300, category;
    bool enquiries, element;                    /* free text: only whether it was given */
    struct cdi_instant field_at[CDI_DISPOSAL_FIELD_COUNT];  /* who wrote each field last */
};

/* What a register was said to be, and when, of a merged record (core/turns.h); a message has none. */
enum cdi_turn_kind { CDI_TURN_CLASS, CDI_TURN_CODE, CDI_TURN_STATUS, CDI_TURN_CANCEL, CDI_TURN_OPENED, CDI_TURN_REASON, CDI_TURN_KIND_COUNT };
struct cdi_turn { enum cdi_turn_kind kind; struct cdi_text word; struct cdi_instant at; };
enum { CDI_TURNS_MAX = 40 };

enum { CDI_DECISIONS_MAX = 8 };

/* Of a merged log that is held anew (core/late.h): until when what stood in it counts as settled, and what of that bears on what is told
 * since: families as bits (core/reading.h).  Whatever was told up to then is not judged again. */
struct cdi_settled { struct cdi_instant until; uint32_t told; };      /* until NONE: nothing of it was ever dropped */
#define CDI_SETTLED_NOTHING ((struct cdi_settled){ CDI_INSTANT_NONE, 0 })
/* Besides the families: a rape was recorded; one was not, and waits for the victim's confirmation (R15). */
#define CDI_SETTLED_RAPE_RECORDED (UINT32_C(1) << 31)
#define CDI_SETTLED_RAPE_UNCONFIRMED (UINT32_C(1) << 30)
/* And a bit for each victim that was told of or named, the first seven; none: nobody counted. */
enum { CDI_SETTLED_VICTIMS_AT = 23, CDI_SETTLED_VICTIMS_MOST = 7 };
#define CDI_SETTLED_VICTIMS(count) (((UINT32_C(1) << (count)) - 1) << CDI_SETTLED_VICTIMS_AT)

struct cdi_incident {
    struct cdi_text force, reference;
    struct cdi_instant event_at;                /* a message's; merged: the latest */
    struct cdi_instant received_at;             /* the earliest ever said */
    struct cdi_instant reopened_at;             /* the latest ever said */
    struct cdi_word source, opened_as, channel, classified_as, caller_role, unit, parent, safeguarding, dash_risk;
    struct cdi_when appointment_at, dash_completed_at;
    struct cdi_closing closing;
    struct cdi_area area;
    struct cdi_location location;
    struct cdi_disposal disposal;
    uint32_t qualifiers;                        /* 1u << enum cdi_qualifier; union */
    bool doubtful_time;                         /* a local time in the ambiguous or skipped hour */
    bool truncated;                             /* something beyond a limit was left out */
    uint16_t person_count, entry_count, finding_count, crime_count;
    struct cdi_person *persons;
    struct cdi_entry *entries;                  /* a message's: as sent; merged: by (at, seq) */
    struct cdi_finding *findings;
    struct cdi_text *crimes;                    /* references of crimes that this incident names; union */
    struct cdi_turn *turns;                     /* by (at, kind, word) */
    uint8_t turn_count;
    struct cdi_disposal *decisions;             /* of a merged record: each disposal that was said, by when it first was (core/decisions.h) */
    uint8_t decision_count;
    struct cdi_settled settled;                 /* a message's: nothing */
};

struct cdi_cancel {
    struct cdi_instant said_at;
    enum cdi_cancel_type type;
    struct cdi_text by_role, other_force, reference, duplicate_of;
    bool independent, independent_said, avi;    /* avi: whether it was given */
    struct cdi_instant victim_told_at;
};

struct cdi_crime {
    struct cdi_text force, reference;
    struct cdi_instant event_at;
    struct cdi_word source, klass, code, status, unit, n100;
    struct cdi_when recorded_at, reported_at, committed_from, committed_to, late_fcr_at;
    struct cdi_instant late_rationale_at;       /* said_at of a given rationale; NONE: none */
    struct cdi_cancel cancel;
    struct cdi_area area;
    struct cdi_location location;
    uint32_t flags;                             /* 1u << enum cdi_qualifier; union */
    bool doubtful_time, truncated;
    uint16_t person_count, incident_count;
    struct cdi_person *persons;
    struct cdi_text *incidents;                 /* references of incidents that this crime names; union */
    struct cdi_turn *turns;                     /* by (at, kind, word) */
    uint8_t turn_count;
};

struct cdi_action {
    struct cdi_text force, alert, by, role, request, assign_to, text, crime;
    enum cdi_verb verb;
    struct cdi_instant at;
    struct cdi_disposal disposal;               /* said_at NONE: none came */
};

struct cdi_heartbeat { struct cdi_text force, feed_source; struct cdi_instant at; };

struct cdi_record {
    enum cdi_record_kind kind;
    struct cdi_instant known_at;                /* when the row became known, if its source table says; else NONE */
    uint32_t unknown_words;                     /* values outside a closed list: kept or dropped, counted, meaning nothing */
    union {
        struct cdi_incident incident;
        struct cdi_crime crime;
        struct cdi_action action;
        struct cdi_heartbeat heartbeat;
    };
};

/* Whose message it is, whatever its kind. */
struct cdi_text cdi_record_force(const struct cdi_record *record);

/* Is a merged log closed, and the code that it is closed under: a close is undone by reopening, until it is closed again. */
bool cdi_incident_closed(const struct cdi_incident *incident);
struct cdi_text cdi_incident_closed_as(const struct cdi_incident *incident);
/* Was it written after all that counts as settled?  Never in a log of which nothing was dropped. */
static inline bool cdi_entry_anew(const struct cdi_incident *incident, const struct cdi_entry *entry)
{
    return cdi_instant_said(incident->settled.until) && cdi_instant_before(incident->settled.until, entry->at);
}
static inline bool cdi_entry_settled(const struct cdi_incident *incident, const struct cdi_entry *entry)
{
    return cdi_instant_said(incident->settled.until) && !cdi_instant_before(incident->settled.until, entry->at);
}

#endif
