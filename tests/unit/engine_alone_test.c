/* One thing that a later message says otherwise, or says again, and nothing besides: what was last published is then what is true, and
 * what one would have got who heard both messages at once.  (The engine judges again only what a change can concern.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "codec/encode_alert.h"
#include "core/merge.h"
#include "shipped_rules.h"

static struct cdi_instant after(int64_t minutes) { return (struct cdi_instant){ INT64_C(1793790000000) + minutes * 60000 }; }

/* A record with room for what it points to; `alike`: the crime does not name the log, and is only like it. */
struct message { struct cdi_record record; struct cdi_person person; struct cdi_entry entry; struct cdi_finding finding; struct cdi_text name; };

static void empty_message(struct message *m, enum cdi_record_kind kind, struct cdi_instant at)
{
    *m = (struct message){ .record.kind = kind };
    if (kind == CDI_RECORD_KIND_INCIDENT) {
        cdi_incident_empty(&m->record.incident, CDI_TEXT("dpp"), CDI_TEXT("L0"));
        m->record.incident.event_at = at;
    } else {
        cdi_crime_empty(&m->record.crime, CDI_TEXT("dpp"), CDI_TEXT("C0"));
        m->record.crime.event_at = at;
    }
}

static struct cdi_location some_place(struct cdi_instant at)
{
    return (struct cdi_location){ .said_at = at, .uprn = 100, .postcode = 200, .text = 300, .easting = 433000, .northing = 387000 };
}

static void name_person(struct message *m, struct cdi_instant at)
{
    m->person = (struct cdi_person){ .said_at = at, .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_ADULT };
    m->person.tokens[CDI_TOKEN_ID] = 9;
    m->person.tokens[CDI_TOKEN_NAME] = 77;
    if (m->record.kind == CDI_RECORD_KIND_INCIDENT) {
        m->record.incident.persons = &m->person;
        m->record.incident.person_count = 1;
    } else {
        m->record.crime.persons = &m->person;
        m->record.crime.person_count = 1;
    }
}

static void enter(struct message *m, struct cdi_instant at)
{
    m->finding = (struct cdi_finding){ .phrase = phrase_key("hit"), .assertion = CDI_ASSERTION_ASSERTED };
    m->entry = (struct cdi_entry){ .said_at = at, .seq = 1, .at = after(1), .role = CDI_ENTRY_ROLE_CALL_TAKER, .finding_count = 1,
                                   .text_hash = 5 };
    m->record.incident.entries = &m->entry;
    m->record.incident.findings = &m->finding;
    m->record.incident.entry_count = m->record.incident.finding_count = 1;
}

static void refer(struct message *m, const char *reference)
{
    m->name = cdi_text_of(reference);
    if (m->record.kind == CDI_RECORD_KIND_INCIDENT) {
        m->record.incident.crimes = &m->name;
        m->record.incident.crime_count = 1;
    } else {
        m->record.crime.incidents = &m->name;
        m->record.crime.incident_count = 1;
    }
}

static void first_log(struct message *m)
{
    struct cdi_incident *incident = &m->record.incident;
    empty_message(m, CDI_RECORD_KIND_INCIDENT, after(0));
    incident->received_at = after(0);
    incident->opened_as = (struct cdi_word){ after(0), CDI_TEXT("OPN-VIOL") };
    incident->area = (struct cdi_area){ after(0), CDI_TEXT("East"), CDI_TEXT("E1") };
    incident->location = some_place(after(0));
    name_person(m, after(0));
    enter(m, after(0));
}

static void first_crime(struct message *m, bool names_the_log)
{
    struct cdi_crime *crime = &m->record.crime;
    empty_message(m, CDI_RECORD_KIND_CRIME, after(5));
    crime->klass = (struct cdi_word){ after(5), CDI_TEXT("105A") };
    crime->status = (struct cdi_word){ after(5), CDI_TEXT("recorded") };
    crime->recorded_at = crime->reported_at = (struct cdi_when){ after(5), after(5) };
    crime->committed_from = crime->committed_to = (struct cdi_when){ after(5), after(-10) };
    crime->area = (struct cdi_area){ after(5), CDI_TEXT("East"), CDI_TEXT("E1") };
    crime->location = some_place(after(5));
    name_person(m, after(5));
    if (names_the_log)
        refer(m, "L0");
}

/* ---- what may change alone ---- */

static struct cdi_instant later(const struct message *m)
{
    return m->record.kind == CDI_RECORD_KIND_INCIDENT ? m->record.incident.event_at : m->record.crime.event_at;
}

#define CHANGE(name) static void name(struct message *m)
#define WORD(member, word) (m->record.member = (struct cdi_word){ later(m), CDI_TEXT(word) })
#define WHEN(member, minutes) (m->record.member = (struct cdi_when){ later(m), after(minutes) })
CHANGE(received) { m->record.incident.received_at = after(-30); }
CHANGE(reopened) { m->record.incident.reopened_at = after(700); }
CHANGE(opened_as) { WORD(incident.opened_as, "OPN-THEFT"); }
CHANGE(opened_as_before) { WORD(incident.opened_as, "OPN-VIOL"); }
CHANGE(channel) { WORD(incident.channel, "online"); }
CHANGE(classified_as) { WORD(incident.classified_as, "PSW-DOM"); }
CHANGE(caller) { WORD(incident.caller_role, "teacher"); }
CHANGE(source) { WORD(incident.source, "ppu"); }
CHANGE(unit) { WORD(incident.unit, "CR-3"); }
CHANGE(parent) { WORD(incident.parent, "C0"); }
CHANGE(domestic) { m->record.incident.qualifiers = 1u << CDI_QUALIFIER_DOMESTIC; }
CHANGE(closed) { m->record.incident.closing = (struct cdi_closing){ later(m), CDI_TEXT("CRM"), after(600) }; }
CHANGE(closed_when) { m->record.incident.closing = (struct cdi_closing){ later(m), CDI_TEXT_NONE, after(600) }; }
CHANGE(bcu) { m->record.incident.area = (struct cdi_area){ later(m), CDI_TEXT("West"), CDI_TEXT("E1") }; }
CHANGE(beat) { m->record.incident.area = (struct cdi_area){ later(m), CDI_TEXT("East"), CDI_TEXT("E2") }; }
CHANGE(names_crime) { refer(m, "C0"); }
CHANGE(names_no_crime_of_ours) { refer(m, "C7"); }

static struct cdi_location *place(struct message *m)
{
    struct cdi_location *location = m->record.kind == CDI_RECORD_KIND_INCIDENT ? &m->record.incident.location : &m->record.crime.location;
    *location = some_place(later(m));
    return location;
}
CHANGE(place_again) { place(m); }
CHANGE(place_number) { place(m)->uprn++; }
CHANGE(place_postcode) { place(m)->postcode++; }
CHANGE(place_text) { place(m)->text++; }
CHANGE(place_easting) { place(m)->easting += 50; }
CHANGE(place_northing) { place(m)->northing += 500; }

CHANGE(person_again) { name_person(m, later(m)); }
CHANGE(person_is_a_child) { name_person(m, later(m)); m->person.age_band = CDI_AGE_BAND_UNDER_10; }
CHANGE(person_born) { name_person(m, later(m)); m->person.tokens[CDI_TOKEN_BIRTH] = 3; }
CHANGE(person_named_otherwise) { name_person(m, later(m)); m->person.tokens[CDI_TOKEN_NAME] = 78; }
CHANGE(another_person) { name_person(m, later(m)); m->person.tokens[CDI_TOKEN_ID] = 10; }
CHANGE(person_suspected) { name_person(m, later(m)); m->person.role = CDI_PERSON_ROLE_SUSPECT; }

CHANGE(entry_again) { enter(m, later(m)); }
CHANGE(entry_of_another_number) { enter(m, later(m)); m->entry.seq = 2; }
CHANGE(entry_later) { enter(m, later(m)); m->entry.at = after(90); }
CHANGE(entry_of_an_officer) { enter(m, later(m)); m->entry.role = CDI_ENTRY_ROLE_OFFICER; }
CHANGE(entry_of_nothing) { enter(m, later(m)); m->entry.finding_count = m->record.incident.finding_count = 0; }
CHANGE(entry_worded_otherwise) { enter(m, later(m)); m->entry.text_hash++; }
CHANGE(found_otherwise) { enter(m, later(m)); m->finding.phrase = phrase_key("burglary"); }
CHANGE(found_denied) { enter(m, later(m)); m->finding.assertion = CDI_ASSERTION_NEGATED; }
CHANGE(found_elsewhere) { enter(m, later(m)); m->finding.other_occasion = 1; }
CHANGE(found_of_two) { enter(m, later(m)); m->finding.victims = 1; }

CHANGE(ended)
{
    struct cdi_disposal *disposal = &m->record.incident.disposal;
    disposal->said_at = disposal->decided_at = later(m);
    disposal->reason = CDI_TEXT("NCL");
    disposal->by = CDI_TEXT("S1");
    disposal->rationale = CDI_RATIONALE_GIVEN;
    disposal->element = true;
    for (size_t i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        disposal->field_at[i] = later(m);
}

CHANGE(recorded) { WHEN(crime.recorded_at, 24 * 60 + 30); }
CHANGE(recorded_again) { WHEN(crime.recorded_at, 5); }
CHANGE(reported) { WHEN(crime.reported_at, -60 * 24 * 40); }
CHANGE(begun) { WHEN(crime.committed_from, -60 * 24 * 200); }
CHANGE(over) { WHEN(crime.committed_to, -60 * 24 * 100); }
CHANGE(overseen) { WHEN(crime.late_fcr_at, 800); }
CHANGE(explained) { m->record.crime.late_rationale_at = later(m); }
CHANGE(crime_domestic) { m->record.crime.flags = 1u << CDI_QUALIFIER_DOMESTIC; }
CHANGE(graver_class) { WORD(crime.klass, "8N"); }
CHANGE(other_class) { WORD(crime.klass, "49"); }
CHANGE(no_crime_of_ours) { WORD(crime.klass, "N100"); }
CHANGE(code) { WORD(crime.code, "105/01"); }
CHANGE(requested) { WORD(crime.status, "requested"); }
CHANGE(n100) { WORD(crime.n100, "100/01"); }
CHANGE(crime_unit) { WORD(crime.unit, "CR-4"); }
CHANGE(crime_bcu) { m->record.crime.area = (struct cdi_area){ later(m), CDI_TEXT("West"), CDI_TEXT("E1") }; }
CHANGE(crime_beat) { m->record.crime.area = (struct cdi_area){ later(m), CDI_TEXT("East"), CDI_TEXT("E2") }; }
CHANGE(names_log) { refer(m, "L0"); }
CHANGE(names_another_log) { refer(m, "L7"); }
CHANGE(in_error)
{
    m->record.crime.cancel = (struct cdi_cancel){ .said_at = later(m), .type = CDI_CANCEL_TYPE_C4, .victim_told_at = CDI_INSTANT_NONE };
}

static const struct change { const char *name; enum cdi_record_kind kind; void (*make)(struct message *m); } changes[] = {
#define LOG(name) { #name " of the log", CDI_RECORD_KIND_INCIDENT, name }
#define CRIME(name) { #name " of the crime", CDI_RECORD_KIND_CRIME, name }
    LOG(received), LOG(reopened), LOG(opened_as), LOG(opened_as_before), LOG(channel), LOG(classified_as), LOG(caller), LOG(source), LOG(unit),
    LOG(parent), LOG(domestic), LOG(closed), LOG(closed_when), LOG(bcu), LOG(beat), LOG(names_crime), LOG(names_no_crime_of_ours),
    LOG(place_again), LOG(place_number), LOG(place_postcode), LOG(place_text), LOG(place_easting), LOG(place_northing),
    LOG(person_again), LOG(person_is_a_child), LOG(person_born), LOG(person_named_otherwise), LOG(another_person), LOG(person_suspected),
    LOG(entry_again), LOG(entry_of_another_number), LOG(entry_later), LOG(entry_of_an_officer), LOG(entry_of_nothing),
    LOG(entry_worded_otherwise), LOG(found_otherwise), LOG(found_denied), LOG(found_elsewhere), LOG(found_of_two), LOG(ended),
    CRIME(recorded), CRIME(recorded_again), CRIME(reported), CRIME(begun), CRIME(over), CRIME(overseen), CRIME(explained),
    CRIME(crime_domestic), CRIME(graver_class), CRIME(other_class), CRIME(no_crime_of_ours), CRIME(code), CRIME(requested), CRIME(n100),
    CRIME(crime_unit), CRIME(crime_bcu), CRIME(crime_beat), CRIME(names_log), CRIME(names_another_log), CRIME(in_error),
    CRIME(place_again), CRIME(place_number), CRIME(place_postcode), CRIME(place_text), CRIME(place_easting), CRIME(place_northing),
    CRIME(person_again), CRIME(person_is_a_child), CRIME(person_born), CRIME(person_named_otherwise), CRIME(another_person),
    CRIME(person_suspected),
};

/* ---- who hears ---- */

/* The reports of the log by their keys, as last published, or as they are. */
enum { REPORTS = 4 };
struct heard { struct cdi_engine *engine; char *published[REPORTS]; };

static void keep(char **into, const struct cdi_alert *alert)
{
    struct cdi_alert_json line = { NULL, 0, 0 };
    bool gone = alert->state == CDI_STATE_NOT_DISCLOSED || alert->state == CDI_STATE_SUPERSEDED;
    assert_in_range(alert->report, 0, REPORTS - 1);
    assert_true(cdi_encode_alert_data(&line, &rules->tables, alert, CDI_ALERT_FORM_CANONICAL));
    free(into[alert->report]);
    into[alert->report] = gone ? NULL : strndup(line.at, line.size);
    free(line.at);
}

static bool collect(void *context, const struct cdi_alert *alert)
{
    keep(context, alert);
    return true;
}

static void begin(struct heard *heard)
{
    *heard = (struct heard){ .engine = cdi_engine_create(&rules->tables, NULL, NULL) };
    assert_non_null(heard->engine);
}

static void hear(struct heard *heard, const struct message *message)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(heard->engine, &message->record, after(0), &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

static void judge(struct heard *heard, struct cdi_instant now)
{
    struct cdi_effects effects;
    bool more = true;
    cdi_engine_advance(heard->engine, now);
    while (more) {
        more = cdi_engine_settle(heard->engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++)
            keep(heard->published, &effects.alerts[i]);
    }
}

static void forget(char **texts)
{
    for (size_t i = 0; i < REPORTS; i++)
        free(texts[i]);
}

static void same_reports(char *const *got, char *const *expected, const char *change, const char *what)
{
    for (size_t i = 0; i < REPORTS; i++)
        if ((got[i] == NULL) != (expected[i] == NULL) || (got[i] != NULL && strcmp(got[i], expected[i]) != 0))
            fail_msg("%s: %s:\n%s\n%s", change, what, got[i] == NULL ? "nothing" : got[i], expected[i] == NULL ? "nothing" : expected[i]);
}

/* The reports in the end; those that nobody ever published are told as well. */
static void end(struct heard *heard, const char *change, char **reports)
{
    char *documents[REPORTS] = { NULL };
    cdi_engine_each(heard->engine, true, collect, documents);
    for (size_t i = 0; i < REPORTS; i++)
        if (documents[i] != NULL && (heard->published[i] == NULL || strcmp(documents[i], heard->published[i]) != 0))
            fail_msg("%s: what was last published is not what is true:\n%s\n%s", change, heard->published[i] == NULL ? "nothing" : heard->published[i],
                     documents[i]);
    cdi_engine_each(heard->engine, false, collect, reports);
    forget(documents);
    forget(heard->published);
    cdi_engine_destroy(heard->engine);
}

/* ---- the properties ---- */

static void try_change(const struct change *change, bool linked)
{
    struct message log, crime, alone;
    struct heard once, twice;
    char *expected[REPORTS] = { NULL }, *got[REPORTS] = { NULL };
    first_log(&log);
    first_crime(&crime, linked);
    empty_message(&alone, change->kind, after(13 * 60));
    change->make(&alone);

    begin(&once);
    hear(&once, &alone);
    hear(&once, &crime);
    hear(&once, &log);
    judge(&once, after(50 * 60));
    end(&once, change->name, expected);

    begin(&twice);
    hear(&twice, &log);
    hear(&twice, &crime);
    judge(&twice, after(14 * 60));
    hear(&twice, &alone);
    judge(&twice, after(14 * 60));
    judge(&twice, after(50 * 60));
    end(&twice, change->name, got);

    same_reports(got, expected, change->name, "heard later it ends otherwise");
    forget(expected);
    forget(got);
}

static void whatever_is_said_otherwise_alone_is_judged_where_the_crime_names_the_log(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        try_change(&changes[i], true);
}

static void whatever_is_said_otherwise_alone_is_judged_where_the_crime_is_only_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        try_change(&changes[i], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_said_otherwise_alone_is_judged_where_the_crime_names_the_log),
        cmocka_unit_test(whatever_is_said_otherwise_alone_is_judged_where_the_crime_is_only_alike),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
