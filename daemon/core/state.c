#include "core/state.h"

#include <string.h>

#include "core/decisions.h"
#include "core/merge.h"
#include "core/pack.h"
#include "core/registers.h"
#include "core/tally.h"
#include "core/turns.h"

enum {                                          /* what a packed incident holds */
    HAS_DOUBT = 1, HAS_TRUNCATED = 2, HAS_RECEIVED = 4, HAS_REOPENED = 8, HAS_DISPOSAL = 16, HAS_ENTRIES = 32,
    HAS_PERSONS = 64, HAS_REFERENCES = 128, HAS_REPORTS = 256, HAS_DEEDS = 512, HAS_EVENTS = 1024, HAS_BITS = 2048,
    HAS_RATIONALE = 4096, HAS_TURNS = 8192, HAS_COUNTED = 16384, HAS_LEFT = 32768, HAS_ALL = 65535,
    HAS_SETTLED = HAS_LEFT,                     /* of a log, what is left of itself; of a crime, of logs */
    HAS_DECISIONS = HAS_RATIONALE               /* of a log; of a crime, why it is late */
};

static const char *const kind_words[CDI_STATE_KIND_END] = {
#define X(upper, lower) [CDI_CASE_##upper] = #lower,
    CDI_CASE_KIND_LIST(X) CDI_CLOCK_KIND_LIST(X) CDI_REMNANT_KIND_LIST(X) CDI_COUNT_KIND_LIST(X)
#undef X
};
_Static_assert(CDI_CASE_KIND_COUNT <= CDI_CASE_BEFORE_CLOCK && CDI_STATE_KIND_END <= 16, "a kind is four bits, each another");

const char *cdi_case_kind_word(enum cdi_case_kind kind)
{
    return kind < CDI_STATE_KIND_END && kind_words[kind] != NULL ? kind_words[kind] : "unknown";
}

bool cdi_case_kind_from(struct cdi_text word, enum cdi_case_kind *out)
{
    for (unsigned kind = 0; kind < CDI_STATE_KIND_END; kind++)
        if (kind_words[kind] != NULL && cdi_text_is(word, kind_words[kind])) {
            *out = (enum cdi_case_kind)kind;
            return true;
        }
    return false;
}

void cdi_incident_case_empty(struct cdi_incident_case *into, struct cdi_text force, struct cdi_text reference)
{
    cdi_incident_empty(&into->facts, force, reference);
    into->reports = NULL;
    into->deeds = NULL;
    into->events = NULL;
    into->report_count = into->deed_count = into->event_count = 0;
}

void cdi_crime_case_empty(struct cdi_crime_case *into, struct cdi_text force, struct cdi_text reference)
{
    cdi_crime_empty(&into->facts, force, reference);
    into->counted = CDI_TEXT_NONE;
    into->takers = 0;
    into->named = into->taken = false;
    into->added_count = 0;
    into->added = NULL;
}

/* Bytes of a contribution, as core/tally.h reads them. */
static struct cdi_text get_counted(struct cdi_reader *r)
{
    struct cdi_text counted = cdi_get_text(r);
    r->failed = r->failed || (cdi_text_said(counted) && !cdi_contribution_valid(counted));
    return counted;
}

void cdi_report_state_empty(struct cdi_report_state *into, uint32_t report)
{
    memset(into, 0, sizeof *into);
    into->report = report;
    into->acknowledged_until = into->settled_at = CDI_INSTANT_NONE;
    for (size_t i = 0; i < CDI_STAGE_COUNT; i++)
        into->stage_at[i] = CDI_INSTANT_NONE;
}

/* The base from which instants are told: written in full, then zero distances are one byte. */
static void put_base(struct cdi_writer *w, struct cdi_instant base)
{
    cdi_put_instant(w, base);
    w->base = cdi_instant_said(base) ? base.ms : 0;
}

static struct cdi_instant get_base(struct cdi_reader *r)
{
    struct cdi_instant base = cdi_get_instant(r);
    r->base = cdi_instant_said(base) ? base.ms : 0;
    return base;
}

enum { REPORT_TEXT = 1, REPORT_TIMES = 2, REPORT_STAGES = 4, REPORT_LATE = 8, REPORT_EVENTS = 16, REPORT_PUBLISHED = 32 };

static bool stages_said(const struct cdi_report_state *report)
{
    for (size_t i = 0; i < CDI_STAGE_COUNT; i++)
        if (cdi_instant_said(report->stage_at[i]))
            return true;
    return false;
}

static void put_report(struct cdi_writer *w, const struct cdi_report_state *report)
{
    bool times = cdi_instant_said(report->acknowledged_until) || cdi_instant_said(report->settled_at);
    unsigned has = (cdi_text_said(report->owner) ? REPORT_TEXT : 0) | (times ? REPORT_TIMES : 0) |
                   (stages_said(report) ? REPORT_STAGES : 0) | (report->event_count > 0 ? REPORT_EVENTS : 0) |
                   (report->detected_late_by_s != 0 || report->escalation != 0 ? REPORT_LATE : 0) |
                   (report->published != 0 ? REPORT_PUBLISHED : 0);
    cdi_put_byte(w, (uint8_t)has);
    cdi_put_number(w, report->report);
    cdi_put_number(w, report->version);
    cdi_put_byte(w, (uint8_t)(report->state << 4 | report->stage));
    cdi_put_byte(w, (uint8_t)(report->lifecycle << 4 | report->risk));
    cdi_put_number(w, report->marks);
    if (has & REPORT_PUBLISHED)
        cdi_put_fixed(w, report->published, 8);
    if (has & REPORT_TEXT)
        cdi_put_text(w, report->owner);
    if (has & REPORT_TIMES) {
        cdi_put_instant(w, report->acknowledged_until);
        cdi_put_instant(w, report->settled_at);
    }
    for (size_t i = 0; (has & REPORT_STAGES) && i < CDI_STAGE_COUNT; i++)
        cdi_put_instant(w, report->stage_at[i]);
    if (has & REPORT_LATE) {
        cdi_put_number(w, cdi_zigzag(report->detected_late_by_s));
        cdi_put_number(w, report->escalation);
    }
    if (has & REPORT_EVENTS) {
        cdi_put_number(w, report->event_first);
        cdi_put_number(w, report->event_count);
    }
}
_Static_assert(CDI_STATE_COUNT <= 16 && CDI_STAGE_COUNT <= 16 && CDI_LIFECYCLE_COUNT <= 16 && CDI_RISK_COUNT <= 16,
               "two words share a byte");

static void get_report(struct cdi_reader *r, struct cdi_report_state *report)
{
    uint8_t has = cdi_get_byte(r);
    cdi_report_state_empty(report, (uint32_t)cdi_get_count(r, UINT32_MAX));
    report->version = (uint32_t)cdi_get_count(r, UINT32_MAX);
    uint8_t state = cdi_get_byte(r), life = cdi_get_byte(r);
    report->state = (enum cdi_state)(state >> 4);
    report->stage = (enum cdi_stage)(state & 15);
    report->lifecycle = (enum cdi_lifecycle)(life >> 4);
    report->risk = (enum cdi_risk)(life & 15);
    r->failed = r->failed || state >> 4 >= CDI_STATE_COUNT || (state & 15) >= CDI_STAGE_COUNT ||
                life >> 4 >= CDI_LIFECYCLE_COUNT || (life & 15) >= CDI_RISK_COUNT;
    report->marks = (uint32_t)cdi_get_count(r, UINT32_MAX);
    if (has & REPORT_PUBLISHED)
        report->published = cdi_get_fixed(r, 8);
    if (has & REPORT_TEXT)
        report->owner = cdi_get_text(r);
    if (has & REPORT_TIMES) {
        report->acknowledged_until = cdi_get_instant(r);
        report->settled_at = cdi_get_instant(r);
    }
    for (size_t i = 0; (has & REPORT_STAGES) && i < CDI_STAGE_COUNT; i++)
        report->stage_at[i] = cdi_get_instant(r);
    if (has & REPORT_LATE) {
        report->detected_late_by_s = cdi_unzigzag(cdi_get_number(r));
        report->escalation = (uint32_t)cdi_get_count(r, UINT32_MAX);
    }
    if (has & REPORT_EVENTS) {
        report->event_first = (uint16_t)cdi_get_count(r, CDI_EVENTS_MAX);
        report->event_count = (uint16_t)cdi_get_count(r, CDI_EVENTS_MAX);
    }
}

static void put_deeds(struct cdi_writer *w, const struct cdi_deed *deeds, uint16_t count)
{
    cdi_put_number(w, count);
    for (uint16_t i = 0; i < count; i++) {
        const struct cdi_deed *deed = &deeds[i];
        const struct cdi_text texts[] = { deed->by, deed->role, deed->request, deed->assign_to, deed->text, deed->crime };
        cdi_put_byte(w, (uint8_t)((unsigned)deed->answered << 7 | (unsigned)deed->verb << 1 | (unsigned)deed->disposed));
        cdi_put_number(w, deed->report);
        cdi_put_instant(w, deed->at);
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            cdi_put_text(w, texts[t]);
        if (deed->disposed)
            cdi_put_disposal(w, &deed->disposal);
    }
}

static struct cdi_deed *get_deeds(struct cdi_reader *r, uint16_t *count)
{
    *count = (uint16_t)cdi_get_count(r, CDI_DEEDS_MAX);
    struct cdi_deed *deeds = *count == 0 ? NULL : cdi_scratch_take(r->scratch, *count * sizeof *deeds);
    for (uint16_t i = 0; i < *count; i++) {
        struct cdi_deed *deed = &deeds[i];
        struct cdi_text *const texts[] = { &deed->by, &deed->role, &deed->request, &deed->assign_to, &deed->text, &deed->crime };
        uint8_t head = cdi_get_byte(r);
        memset(deed, 0, sizeof *deed);
        cdi_disposal_empty(&deed->disposal);
        deed->answered = head >> 7;
        head &= 0x7F;
        deed->verb = (enum cdi_verb)(head >> 1);
        deed->disposed = head & 1;
        r->failed = r->failed || head >> 1 >= CDI_VERB_COUNT;
        deed->report = deed->counts_for = (uint32_t)cdi_get_count(r, UINT32_MAX);
        deed->at = cdi_get_instant(r);
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            *texts[t] = cdi_get_text(r);
        if (deed->disposed)
            cdi_get_disposal(r, &deed->disposal);
    }
    return deeds;
}

static void put_events(struct cdi_writer *w, const struct cdi_alert_event *events, uint16_t count)
{
    cdi_put_number(w, count);
    for (uint16_t i = 0; i < count; i++) {
        cdi_put_instant(w, events[i].at);
        cdi_put_text(w, events[i].what);
    }
}

static struct cdi_alert_event *get_events(struct cdi_reader *r, uint16_t *count)
{
    *count = (uint16_t)cdi_get_count(r, CDI_EVENTS_MAX);
    struct cdi_alert_event *events = *count == 0 ? NULL : cdi_scratch_take(r->scratch, *count * sizeof *events);
    for (uint16_t i = 0; i < *count; i++) {
        events[i].at = cdi_get_instant(r);
        events[i].what = cdi_get_text(r);
    }
    return events;
}

static unsigned incident_has(const struct cdi_incident_case *from)
{
    const struct cdi_incident *facts = &from->facts;
    return (facts->doubtful_time ? HAS_DOUBT : 0u) | (facts->truncated ? HAS_TRUNCATED : 0u) |
           (cdi_instant_said(facts->received_at) ? HAS_RECEIVED : 0u) |
           (cdi_instant_said(facts->reopened_at) ? HAS_REOPENED : 0u) |
           (cdi_instant_said(facts->disposal.said_at) ? HAS_DISPOSAL : 0u) | (facts->entry_count > 0 ? HAS_ENTRIES : 0u) |
           (facts->person_count > 0 ? HAS_PERSONS : 0u) | (facts->crime_count > 0 ? HAS_REFERENCES : 0u) |
           (from->report_count > 0 ? HAS_REPORTS : 0u) | (from->deed_count > 0 ? HAS_DEEDS : 0u) |
           (from->event_count > 0 ? HAS_EVENTS : 0u) | (facts->qualifiers != 0 ? HAS_BITS : 0u) |
           (cdi_turns_told_by_incident(facts) ? 0u : HAS_TURNS) |
           (cdi_decisions_told(facts) ? 0u : HAS_DECISIONS) | (cdi_instant_said(facts->settled.until) ? HAS_SETTLED : 0u);
}

struct cdi_text cdi_pack_incident(const struct cdi_incident_case *from, struct cdi_scratch *scratch)
{
    const struct cdi_incident *facts = &from->facts;
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_INCIDENT, facts->force, facts->reference);
    unsigned has = incident_has(from);
    cdi_put_number(&w, has);
    put_base(&w, has & HAS_RECEIVED ? facts->received_at : facts->event_at);
    if (has & HAS_RECEIVED)
        cdi_put_instant(&w, facts->event_at);
    if (has & HAS_REOPENED)
        cdi_put_instant(&w, facts->reopened_at);
    if (has & HAS_BITS)
        cdi_put_number(&w, facts->qualifiers);
    if (has & HAS_SETTLED) {
        cdi_put_instant(&w, facts->settled.until);
        cdi_put_number(&w, facts->settled.told);
    }
    cdi_put_registers(&w, facts, cdi_incident_registers, CDI_INCIDENT_REGISTERS);
    if (has & HAS_TURNS)
        cdi_put_turns_of_incident(&w, facts);
    if (has & HAS_DISPOSAL)
        cdi_put_disposal(&w, &facts->disposal);
    if (has & HAS_DECISIONS)
        cdi_put_decisions(&w, facts);
    if (has & HAS_PERSONS)
        cdi_put_persons(&w, facts->persons, facts->person_count);
    if (has & HAS_REFERENCES)
        cdi_put_references(&w, facts->crimes, facts->crime_count);
    if (has & HAS_ENTRIES)
        cdi_put_entries(&w, facts);
    if (has & HAS_REPORTS)
        cdi_put_number(&w, from->report_count);
    for (uint16_t i = 0; i < from->report_count; i++)
        put_report(&w, &from->reports[i]);
    if (has & HAS_DEEDS)
        put_deeds(&w, from->deeds, from->deed_count);
    if (has & HAS_EVENTS)
        put_events(&w, from->events, from->event_count);
    return cdi_writer_done(&w);
}

static void get_reports(struct cdi_reader *r, struct cdi_incident_case *into)
{
    into->report_count = (uint16_t)cdi_get_count(r, CDI_REPORTS_MAX);
    into->reports = cdi_scratch_take(r->scratch, into->report_count * sizeof *into->reports);
    for (uint16_t i = 0; i < into->report_count; i++)
        get_report(r, &into->reports[i]);
}

static void get_incident_parts(struct cdi_reader *r, struct cdi_incident_case *into, unsigned has)
{
    struct cdi_incident *facts = &into->facts;
    if (has & HAS_DISPOSAL)
        cdi_get_disposal(r, &facts->disposal);
    cdi_get_decisions(r, facts, has & HAS_DECISIONS);
    if (has & HAS_PERSONS)
        facts->persons = cdi_get_persons(r, &facts->person_count);
    if (has & HAS_REFERENCES)
        facts->crimes = cdi_get_references(r, &facts->crime_count);
    if (has & HAS_ENTRIES)
        cdi_get_entries(r, facts);
    if (has & HAS_REPORTS)
        get_reports(r, into);
    if (has & HAS_DEEDS)
        into->deeds = get_deeds(r, &into->deed_count);
    if (has & HAS_EVENTS)
        into->events = get_events(r, &into->event_count);
    for (uint16_t i = 0; i < into->report_count; i++)
        r->failed = r->failed || into->reports[i].event_first + into->reports[i].event_count > into->event_count;
}

bool cdi_unpack_incident(struct cdi_text packed, struct cdi_incident_case *into, struct cdi_scratch *scratch,
                         struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text force, reference;
    if (!cdi_reader_start(&r, packed, CDI_CASE_INCIDENT, scratch, &force, &reference))
        return cdi_reader_done(&r, err);
    cdi_incident_case_empty(into, force, reference);
    struct cdi_incident *facts = &into->facts;
    unsigned has = (unsigned)cdi_get_count(&r, HAS_ALL);
    struct cdi_instant base = get_base(&r);
    facts->doubtful_time = has & HAS_DOUBT;
    facts->truncated = has & HAS_TRUNCATED;
    facts->received_at = has & HAS_RECEIVED ? base : CDI_INSTANT_NONE;
    facts->event_at = has & HAS_RECEIVED ? cdi_get_instant(&r) : base;
    if (has & HAS_REOPENED)
        facts->reopened_at = cdi_get_instant(&r);
    if (has & HAS_BITS)
        facts->qualifiers = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    if (has & HAS_SETTLED) {
        facts->settled.until = cdi_get_instant(&r);
        facts->settled.told = (uint32_t)cdi_get_count(&r, UINT32_MAX);
        r.failed = r.failed || !cdi_instant_said(facts->settled.until);
    }
    cdi_get_registers(&r, facts, cdi_incident_registers, CDI_INCIDENT_REGISTERS);
    cdi_get_turns_of_incident(&r, facts, has & HAS_TURNS);
    get_incident_parts(&r, into, has);
    cdi_get_turns_of_reason(&r, facts);
    return cdi_reader_done(&r, err);
}

/* What is left of logs that were dropped. */
static bool left(const struct cdi_crime_case *crime) { return crime->named || crime->taken || crime->added_count != 0; }

static void put_left(struct cdi_writer *w, const struct cdi_crime_case *crime)
{
    cdi_put_number(w, (unsigned)crime->added_count << 2 | (unsigned)crime->taken << 1 | (unsigned)crime->named);
    for (size_t i = 0; i < crime->added_count; i++)
        cdi_put_instant(w, crime->added[i]);
}

static void get_left(struct cdi_reader *r, struct cdi_crime_case *crime)
{
    unsigned head = (unsigned)cdi_get_count(r, CDI_ADDED_MAX << 2 | 3);
    crime->named = head & 1;
    crime->taken = head >> 1 & 1;
    crime->added_count = (uint8_t)(head >> 2);
    crime->added = cdi_scratch_take(r->scratch, crime->added_count * sizeof *crime->added + 1);
    for (size_t i = 0; i < crime->added_count; i++)
        crime->added[i] = cdi_get_instant(r);
}

struct cdi_text cdi_pack_crime(const struct cdi_crime_case *from, struct cdi_scratch *scratch)
{
    const struct cdi_crime *facts = &from->facts;
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_CRIME, facts->force, facts->reference);
    unsigned has = (facts->doubtful_time ? HAS_DOUBT : 0u) | (facts->truncated ? HAS_TRUNCATED : 0u) |
                   (facts->person_count > 0 ? HAS_PERSONS : 0u) | (facts->incident_count > 0 ? HAS_REFERENCES : 0u) |
                   (facts->flags != 0 ? HAS_BITS : 0u) | (cdi_instant_said(facts->late_rationale_at) ? HAS_RATIONALE : 0u) |
                   (cdi_turns_told_by_crime(facts) ? 0u : HAS_TURNS) |
                   (cdi_text_said(from->counted) || from->takers != 0 ? HAS_COUNTED : 0u) | (left(from) ? HAS_LEFT : 0u);
    cdi_put_number(&w, has);
    put_base(&w, facts->event_at);
    if (has & HAS_RATIONALE)
        cdi_put_instant(&w, facts->late_rationale_at);
    if (has & HAS_BITS)
        cdi_put_number(&w, facts->flags);
    cdi_put_registers(&w, facts, cdi_crime_registers, CDI_CRIME_REGISTERS);
    if (has & HAS_TURNS)
        cdi_put_turns_of_crime(&w, facts);
    if (has & HAS_PERSONS)
        cdi_put_persons(&w, facts->persons, facts->person_count);
    if (has & HAS_REFERENCES)
        cdi_put_references(&w, facts->incidents, facts->incident_count);
    if (has & HAS_COUNTED) {
        cdi_put_text(&w, from->counted);
        cdi_put_number(&w, from->takers);
    }
    if (has & HAS_LEFT)
        put_left(&w, from);
    return cdi_writer_done(&w);
}

bool cdi_unpack_crime(struct cdi_text packed, struct cdi_crime_case *into, struct cdi_scratch *scratch, struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text force, reference;
    if (!cdi_reader_start(&r, packed, CDI_CASE_CRIME, scratch, &force, &reference))
        return cdi_reader_done(&r, err);
    struct cdi_crime *facts = &into->facts;
    cdi_crime_case_empty(into, force, reference);
    unsigned has = (unsigned)cdi_get_count(&r, HAS_ALL);
    facts->event_at = get_base(&r);
    facts->doubtful_time = has & HAS_DOUBT;
    facts->truncated = has & HAS_TRUNCATED;
    if (has & HAS_RATIONALE)
        facts->late_rationale_at = cdi_get_instant(&r);
    if (has & HAS_BITS)
        facts->flags = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    cdi_get_registers(&r, facts, cdi_crime_registers, CDI_CRIME_REGISTERS);
    cdi_get_turns_of_crime(&r, facts, has & HAS_TURNS);
    if (has & HAS_PERSONS)
        facts->persons = cdi_get_persons(&r, &facts->person_count);
    if (has & HAS_REFERENCES)
        facts->incidents = cdi_get_references(&r, &facts->incident_count);
    if (has & HAS_COUNTED) {
        into->counted = get_counted(&r);
        into->takers = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    }
    if (has & HAS_LEFT)
        get_left(&r, into);
    return cdi_reader_done(&r, err);
}

struct cdi_text cdi_pack_waiting(const struct cdi_waiting_case *from, struct cdi_scratch *scratch)
{
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_WAITING, from->force, from->alert);
    put_base(&w, from->deed_count > 0 ? from->deeds[0].at : CDI_INSTANT_NONE);
    put_deeds(&w, from->deeds, from->deed_count);
    return cdi_writer_done(&w);
}

bool cdi_unpack_waiting(struct cdi_text packed, struct cdi_waiting_case *into, struct cdi_scratch *scratch,
                        struct cdi_error *err)
{
    struct cdi_reader r;
    memset(into, 0, sizeof *into);
    if (!cdi_reader_start(&r, packed, CDI_CASE_WAITING, scratch, &into->force, &into->alert))
        return cdi_reader_done(&r, err);
    get_base(&r);
    into->deeds = get_deeds(&r, &into->deed_count);
    return cdi_reader_done(&r, err);
}

bool cdi_unpack_key(struct cdi_text packed, struct cdi_text *force, struct cdi_text *reference)
{
    const uint8_t *bytes = (const uint8_t *)packed.at;
    struct cdi_reader r = { .at = bytes, .end = bytes == NULL ? NULL : bytes + packed.size };
    cdi_get_byte(&r);
    *force = cdi_get_text(&r);
    *reference = cdi_get_text(&r);
    return !r.failed;
}

/* What stands at the head: sizes are one more, and below 128 they are one byte. */
static const char *is_text(const char *at, const char *end, struct cdi_text text)
{
    size_t head = cdi_text_said(text) ? text.size + 1 : 0;
    bool same = (size_t)(end - at) > text.size && (uint8_t)*at == head && (text.size == 0 || memcmp(at + 1, text.at, text.size) == 0);
    return same ? at + 1 + text.size : NULL;
}
_Static_assert(CDI_FORCE_MAX < 127 && CDI_REFERENCE_MAX < 127, "the size of a key's texts is one byte");

bool cdi_packed_is(struct cdi_text packed, struct cdi_text force, struct cdi_text reference)
{
    const char *end = packed.at + packed.size, *at = packed.at + 1;
    if (packed.size == 0 || force.size > CDI_FORCE_MAX || reference.size > CDI_REFERENCE_MAX)
        return false;
    at = is_text(at, end, force);
    return at != NULL && is_text(at, end, reference) != NULL;
}

struct cdi_text cdi_state_key(struct cdi_text force, enum cdi_case_kind kind, struct cdi_text reference,
                                  struct cdi_scratch *scratch)
{
    struct cdi_text word = cdi_text_of(cdi_case_kind_word(kind));
    size_t size = force.size + 1 + word.size + 1 + reference.size;
    char *key = cdi_scratch_take(scratch, size), *at = key;
    const struct cdi_text parts[] = { force, CDI_TEXT("/"), word, CDI_TEXT("/"), reference };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].size > 0)
            memcpy(at, parts[i].at, parts[i].size);
        at += parts[i].size;
    }
    return (struct cdi_text){ key, size };
}

/* Up to the next slash, which is passed over. */
static bool key_part(struct cdi_text *rest, struct cdi_text *out)
{
    const char *slash = rest->size == 0 ? NULL : memchr(rest->at, '/', rest->size);
    if (slash == NULL)
        return false;
    *out = (struct cdi_text){ rest->at, (size_t)(slash - rest->at) };
    rest->size -= out->size + 1;
    rest->at = slash + 1;
    return true;
}

bool cdi_state_read_key(struct cdi_text key, struct cdi_text *force, enum cdi_case_kind *kind, struct cdi_text *reference,
                            struct cdi_error *err)
{
    struct cdi_text rest = key, word;
    if (!key_part(&rest, force) || !key_part(&rest, &word) || !cdi_case_kind_from(word, kind))
        return cdi_fail(err, CDI_ERROR_CORRUPT, "the key of a state record is not force/kind/reference; was another topic "
                        "configured as the changelog?");
    *reference = rest;
    return true;
}
