/* The engine's promises: what is published depends on what was said, not on how it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "codec/encode_alert.h"
#include "core/judgement.h"
#include "core/merge.h"
#include "core/state.h"
#include "random_case.h"
#include "shipped_rules.h"

enum { HISTORY = 48, CASES = 5, REPORTS = 5, ORDERS = 12, HISTORIES = 20 };

static const struct cdi_instant start = { 1793790000000 };      /* 2026-11-04T11:00:00Z */

static struct cdi_instant after(int64_t minutes) { return (struct cdi_instant){ start.ms + minutes * 60000 }; }

/* One message with room for what it points to. */
struct message {
    struct cdi_record record;
    char reference[16], named[16], request[16], alert[33];
    struct cdi_text names[1];
    struct cdi_person person;
    struct cdi_entry entry;
    struct cdi_finding findings[2];
};

static void some_place(uint64_t *seed, struct cdi_location *location, struct cdi_instant at)
{
    *location = (struct cdi_location){ .said_at = at, .uprn = 100 + random_below(seed, 3), .easting = CDI_GRID_NONE,
                                       .northing = CDI_GRID_NONE };
}

static void some_person(uint64_t *seed, struct cdi_person *person, struct cdi_instant at)
{
    *person = (struct cdi_person){ .said_at = at, .role = CDI_PERSON_ROLE_VICTIM };
    person->tokens[CDI_TOKEN_ID] = 1000 + random_below(seed, 3);
    if (random_one_in(seed, 2))                         /* the same person, of whom more is known, or something else */
        person->tokens[CDI_TOKEN_NAME] = 2000 + random_below(seed, 3);
    if (random_one_in(seed, 3))
        person->age_band = random_one_in(seed, 2) ? CDI_AGE_BAND_UNDER_10 : CDI_AGE_BAND_ADULT;
}

static void some_disposal(uint64_t *seed, struct cdi_disposal *disposal, struct cdi_instant at)
{
    static const char *const reasons[] = { "NCL", "DUP", "CRI-1B", "ADM" };
    disposal->said_at = at;
    disposal->reason = cdi_text_of(reasons[random_below(seed, 4)]);
    disposal->decided_at = at;
    disposal->enquiries = disposal->element = true;
    disposal->rationale = CDI_RATIONALE_GIVEN;
    disposal->by = CDI_TEXT("S1");
    for (size_t i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        disposal->field_at[i] = at;
}

/* What is said: enough that a crime is disclosed, more or less serious. */
static void some_entry(uint64_t *seed, struct message *m, struct cdi_instant at)
{
    static const char *const phrases[] = { "hit", "stolen", "burglary", "injury", "harass" };
    uint32_t seq = 1 + random_below(seed, REPORTS - 1);
    m->entry = (struct cdi_entry){ .said_at = at, .seq = seq, .at = after(12 + 100 * (int64_t)(seq - 1)), .finding_count = 2,
                                   .role = seq % 3 == 1 ? CDI_ENTRY_ROLE_CALL_TAKER : CDI_ENTRY_ROLE_OFFICER,
                                   .text_hash = random_next(seed) };
    for (size_t i = 0; i < 2; i++) {
        m->findings[i].phrase = phrase_key(phrases[random_below(seed, 5)]);
        m->findings[i].assertion = CDI_ASSERTION_ASSERTED;
        m->findings[i].victims = random_one_in(seed, 4);
        m->findings[i].other_occasion = random_one_in(seed, 6);
    }
    m->record.incident.entries = &m->entry;
    m->record.incident.entry_count = 1;
    m->record.incident.findings = m->findings;
    m->record.incident.finding_count = 2;
}

static void some_incident(uint64_t *seed, struct message *m, struct cdi_instant at)
{
    static const char *const codes[] = { "OPN-VIOL", "OPN-THEFT", "PSW-DOM", "OPN-BURG" };
    struct cdi_incident *incident = &m->record.incident;
    m->record.kind = CDI_RECORD_KIND_INCIDENT;
    snprintf(m->reference, sizeof m->reference, "L%u", random_below(seed, CASES));
    cdi_incident_empty(incident, CDI_TEXT("dpp"), cdi_text_of(m->reference));
    incident->event_at = at;
    if (!random_one_in(seed, 4))
        incident->received_at = after(10 + random_below(seed, 4));
    if (!random_one_in(seed, 3))
        incident->opened_as = (struct cdi_word){ at, cdi_text_of(codes[random_below(seed, 4)]) };
    if (random_one_in(seed, 2))
        some_entry(seed, m, at);
    if (random_one_in(seed, 4))
        incident->unit = (struct cdi_word){ at, CDI_TEXT("CR-3") };
    if (random_one_in(seed, 2))
        some_place(seed, &incident->location, at);
    if (random_one_in(seed, 2)) {
        some_person(seed, &m->person, at);
        incident->persons = &m->person;
        incident->person_count = 1;
    }
    if (random_one_in(seed, 5)) {
        snprintf(m->named, sizeof m->named, "C%u", random_below(seed, CASES));
        m->names[0] = cdi_text_of(m->named);
        incident->crimes = m->names;
        incident->crime_count = 1;
    }
    if (random_one_in(seed, 4))
        some_disposal(seed, &incident->disposal, at);
    if (random_one_in(seed, 6)) {
        snprintf(m->named, sizeof m->named, "L%u", random_below(seed, CASES));
        if (incident->crime_count == 0)
            incident->parent = (struct cdi_word){ at, cdi_text_of(m->named) };
    }
}

static void some_crime(uint64_t *seed, struct message *m, struct cdi_instant at)
{
    static const char *const classes[] = { "8N", "105A", "49", "8L", "28E" };
    static const char *const statuses[] = { "recorded", "recorded", "recorded", "requested", "cancelled" };
    struct cdi_crime *crime = &m->record.crime;
    m->record.kind = CDI_RECORD_KIND_CRIME;
    snprintf(m->reference, sizeof m->reference, "C%u", random_below(seed, CASES));
    cdi_crime_empty(crime, CDI_TEXT("dpp"), cdi_text_of(m->reference));
    crime->event_at = at;
    crime->status = (struct cdi_word){ at, cdi_text_of(statuses[random_below(seed, 5)]) };
    if (!random_one_in(seed, 4)) {
        crime->klass = (struct cdi_word){ at, cdi_text_of(classes[random_below(seed, 5)]) };
        crime->recorded_at = (struct cdi_when){ at, after(5 + random_below(seed, 2000)) };
        crime->reported_at = (struct cdi_when){ at, after(10) };
    }
    if (random_one_in(seed, 2))
        some_place(seed, &crime->location, at);
    if (random_one_in(seed, 2)) {
        some_person(seed, &m->person, at);
        crime->persons = &m->person;
        crime->person_count = 1;
    }
    if (random_one_in(seed, 4)) {
        snprintf(m->named, sizeof m->named, "L%u", random_below(seed, CASES));
        m->names[0] = cdi_text_of(m->named);
        crime->incidents = m->names;
        crime->incident_count = 1;
    } else if (random_one_in(seed, 6)) {
        snprintf(m->named, sizeof m->named, "C%u", random_below(seed, CASES));
        crime->cancel = (struct cdi_cancel){ .said_at = at, .type = CDI_CANCEL_TYPE_C3, .victim_told_at = CDI_INSTANT_NONE,
                                             .duplicate_of = cdi_text_of(m->named) };
    }
}

static void some_action(uint64_t *seed, struct message *m, uint32_t number, struct cdi_instant at)
{
    struct cdi_action *action = &m->record.action;
    m->record.kind = CDI_RECORD_KIND_ACTION;
    snprintf(m->reference, sizeof m->reference, "L%u", random_below(seed, CASES));
    snprintf(m->named, sizeof m->named, "C%u", random_below(seed, CASES));
    snprintf(m->request, sizeof m->request, "r%u", number);
    cdi_alert_id_format(cdi_alert_id(CDI_TEXT("dpp"), cdi_text_of(m->reference), random_below(seed, REPORTS)), m->alert);
    *action = (struct cdi_action){ .force = CDI_TEXT("dpp"), .alert = cdi_text_of(m->alert), .by = CDI_TEXT("j.smith"),
                                   .request = cdi_text_of(m->request), .at = at,
                                   .verb = (enum cdi_verb)random_below(seed, CDI_VERB_COUNT), .crime = cdi_text_of(m->named) };
    cdi_disposal_empty(&action->disposal);
    if (action->verb == CDI_VERB_CLEAR)
        some_disposal(seed, &action->disposal, at);
    if (action->verb == CDI_VERB_ASSIGN)
        action->assign_to = CDI_TEXT("a.jones");
}

static void some_history(uint64_t *seed, struct message *history)
{
    memset(history, 0, HISTORY * sizeof *history);
    for (uint32_t i = 0; i < HISTORY; i++) {
        struct cdi_instant at = after(20 + random_below(seed, 2500));
        switch (random_below(seed, 5)) {
        case 0: some_action(seed, &history[i], i, at); break;
        case 1: case 2: some_crime(seed, &history[i], at); break;
        default: some_incident(seed, &history[i], at); break;
        }
    }
}

struct collected { struct cdi_alert_json line; char *text; size_t size; };

/* What is no longer disclosed, or told in another report, is told only where it once was published: that is not of the facts. */
static bool collect(void *context, const struct cdi_alert *alert)
{
    struct collected *all = context;
    bool gone = alert->state == CDI_STATE_NOT_DISCLOSED && alert->judgement->watched.count == 0;
    if (gone || alert->state == CDI_STATE_SUPERSEDED)
        return true;
    assert_true(cdi_encode_alert_data(&all->line, &rules->tables, alert, CDI_ALERT_FORM_CANONICAL));
    all->text = realloc(all->text, all->size + all->line.size + 2);
    memcpy(all->text + all->size, all->line.at, all->line.size);
    all->size += all->line.size;
    all->text[all->size++] = '\n';
    all->text[all->size] = '\0';
    return true;
}

static char *documents(struct cdi_engine *engine)
{
    struct collected all = { { NULL, 0, 0 }, NULL, 0 };
    cdi_engine_each(engine, false, collect, &all);
    free(all.line.at);
    return all.text == NULL ? strdup("") : all.text;
}

/* The last document published of each report, which must be the one that is true now. */
struct shown { char *of[CASES * REPORTS]; };

static size_t place_of(const struct cdi_alert *alert)
{
    return (size_t)(alert->incident.at[1] - '0') * REPORTS + alert->report;
}

static void settle(struct cdi_engine *engine, struct shown *shown)
{
    struct cdi_effects effects;
    bool more = true;
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++) {
            struct collected one = { { NULL, 0, 0 }, NULL, 0 };
            size_t which = place_of(&effects.alerts[i]);
            collect(&one, &effects.alerts[i]);
            free(one.line.at);
            free(shown->of[which]);
            shown->of[which] = one.text;
        }
    }
}

static void forget(struct shown *shown)
{
    for (size_t i = 0; i < CASES * REPORTS; i++)
        free(shown->of[i]);
}

static void apply(struct cdi_engine *engine, const struct message *message)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(engine, &message->record, after(0), &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

static struct cdi_engine *fresh(void)
{
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, &err);
    assert_non_null(engine);
    return engine;
}

static bool last_published_is_true(void *context, const struct cdi_alert *alert)
{
    struct shown *shown = context;
    struct collected one = { { NULL, 0, 0 }, NULL, 0 };
    size_t which = place_of(alert);
    collect(&one, alert);
    assert_non_null(shown->of[which]);
    assert_string_equal(shown->of[which], one.text);
    free(one.line.at);
    free(one.text);
    return true;
}

/* Some of it, in any order, is said to come soon, whether it comes then or was there long ago: that changes nothing. */
static void expect_some(uint64_t *seed, struct cdi_engine *engine, const struct message *history)
{
    const struct cdi_record *soon[HISTORY];
    uint32_t count = random_below(seed, HISTORY + 1);
    for (uint32_t i = 0; i < count; i++)
        soon[i] = &history[random_below(seed, HISTORY)].record;
    cdi_engine_expect(engine, soon, count);
}

/* Applies the history in a random order, some twice, settling now and then while time passes. */
static char *play(uint64_t *seed, const struct message *history)
{
    uint32_t order[HISTORY];
    struct cdi_engine *engine = fresh();
    struct shown shown = { { NULL } };
    for (uint32_t i = 0; i < HISTORY; i++)
        order[i] = i;
    for (uint32_t i = HISTORY - 1; i > 0; i--) {
        uint32_t j = random_below(seed, i + 1), held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
    for (uint32_t i = 0; i < HISTORY; i++) {
        if (random_one_in(seed, 4))
            expect_some(seed, engine, history);
        apply(engine, &history[order[i]]);
        if (random_one_in(seed, 4))
            apply(engine, &history[order[random_below(seed, i + 1)]]);
        if (random_one_in(seed, 3)) {
            cdi_engine_advance(engine, after((int64_t)i * random_below(seed, 60)));
            settle(engine, &shown);
        }
    }
    cdi_engine_advance(engine, after(60 * 60));
    settle(engine, &shown);
    char *text = documents(engine);
    cdi_engine_each(engine, true, last_published_is_true, &shown);
    forget(&shown);
    cdi_engine_destroy(engine);
    return text;
}

static void same_documents(const char *got, const char *expected)
{
    size_t at = 0;
    while (got[at] != '\0' && got[at] == expected[at])
        at++;
    if (got[at] != expected[at])
        fail_msg("they part at %zu:\n%.300s\n%.300s", at, got + (at < 100 ? 0 : at - 100), expected + (at < 100 ? 0 : at - 100));
}

static void any_order_repetition_and_batching_ends_in_the_same_documents(void **state)
{
    (void)state;
    static struct message history[HISTORY];
    uint64_t seed = random_seed("engine order");
    for (size_t h = 0; h < HISTORIES; h++) {
        some_history(&seed, history);
        char *expected = play(&seed, history);
        for (size_t i = 0; i < ORDERS; i++) {
            char *got = play(&seed, history);
            same_documents(got, expected);
            free(got);
        }
        free(expected);
    }
}

/* Each message within its own limits: together more was found than in any one. */
static void a_log_that_many_messages_made_is_judged_however_much_was_found_in_it(void **state)
{
    (void)state;
    enum { ENTRIES = 1000, MESSAGES = 4, FINDINGS = 8 };
    static struct cdi_entry entries[ENTRIES];
    static struct cdi_finding findings[ENTRIES * FINDINGS];
    struct cdi_engine *engine = fresh();
    for (size_t i = 0; i < ENTRIES * FINDINGS; i++)
        findings[i] = (struct cdi_finding){ .phrase = rules->tables.evidence.phrases[i % FINDINGS].key };
    for (uint32_t m = 0; m < MESSAGES; m++) {
        struct message message = { .record.kind = CDI_RECORD_KIND_INCIDENT };
        struct cdi_incident *incident = &message.record.incident;
        cdi_incident_empty(incident, CDI_TEXT("dpp"), CDI_TEXT("L0"));
        incident->event_at = incident->received_at = after(m);
        incident->opened_as = (struct cdi_word){ after(m), CDI_TEXT("OPN-VIOL") };
        for (uint32_t i = 0; i < ENTRIES / MESSAGES; i++)
            entries[i] = (struct cdi_entry){ .said_at = after(m), .seq = m * ENTRIES + i, .at = after(m), .text_hash = i,
                                             .finding_first = (uint16_t)(i * FINDINGS), .finding_count = FINDINGS };
        incident->entries = entries;
        incident->entry_count = ENTRIES / MESSAGES;
        incident->findings = findings;
        incident->finding_count = ENTRIES / MESSAGES * FINDINGS;
        apply(engine, &message);
    }
    struct shown shown = { { NULL } };
    cdi_engine_advance(engine, after(48 * 60));
    settle(engine, &shown);
    forget(&shown);
    cdi_engine_destroy(engine);
}

static struct message crime_of(struct cdi_person *person, struct cdi_instant at)
{
    struct message message = { .record.kind = CDI_RECORD_KIND_CRIME };
    struct cdi_crime *crime = &message.record.crime;
    cdi_crime_empty(crime, CDI_TEXT("dpp"), CDI_TEXT("C0"));
    crime->event_at = at;
    crime->klass = (struct cdi_word){ after(5), CDI_TEXT("8N") };
    crime->status = (struct cdi_word){ after(5), CDI_TEXT("recorded") };
    crime->recorded_at = crime->reported_at = (struct cdi_when){ after(5), after(5) };
    crime->persons = person;
    crime->person_count = 1;
    return message;
}

static void a_crime_is_found_by_what_a_later_message_says_of_its_victim(void **state)
{
    (void)state;
    struct cdi_person known = { .said_at = after(0), .role = CDI_PERSON_ROLE_VICTIM }, named = known;
    known.tokens[CDI_TOKEN_NAME] = named.tokens[CDI_TOKEN_NAME] = 77;
    struct cdi_person bare = { .said_at = after(5), .role = CDI_PERSON_ROLE_VICTIM };
    bare.tokens[CDI_TOKEN_ID] = named.tokens[CDI_TOKEN_ID] = 9;
    named.said_at = after(6);
    struct message log = { .record.kind = CDI_RECORD_KIND_INCIDENT };
    struct cdi_incident *incident = &log.record.incident;
    cdi_incident_empty(incident, CDI_TEXT("dpp"), CDI_TEXT("L0"));
    incident->event_at = incident->received_at = after(0);
    incident->opened_as = (struct cdi_word){ after(0), CDI_TEXT("OPN-VIOL") };
    uint64_t seed = 1;
    some_entry(&seed, &log, after(0));
    log.findings[0].phrase = phrase_key("hit");
    log.findings[1].phrase = phrase_key("injury");
    log.findings[0].victims = log.findings[1].victims = 0;
    log.entry.role = CDI_ENTRY_ROLE_CALL_TAKER;
    log.entry.at = after(1);
    incident->persons = &known;
    incident->person_count = 1;
    struct message without = crime_of(&bare, after(5)), with = crime_of(&named, after(6));
    struct cdi_engine *engine = fresh();
    struct shown shown = { { NULL } };
    apply(engine, &log);
    apply(engine, &without);
    cdi_engine_advance(engine, after(13 * 60));
    settle(engine, &shown);
    apply(engine, &with);
    settle(engine, &shown);
    cdi_engine_each(engine, true, last_published_is_true, &shown);
    assert_non_null(strstr(shown.of[0], "\"C0\""));
    forget(&shown);
    cdi_engine_destroy(engine);
}

struct record { char *key, *value; size_t key_size, value_size; };
struct log { struct record records[64]; size_t count; };

static struct record *record_of(struct log *log, struct cdi_text key)
{
    for (size_t i = 0; i < log->count; i++)
        if (log->records[i].key_size == key.size && memcmp(log->records[i].key, key.at, key.size) == 0)
            return &log->records[i];
    assert_true(log->count < 64);
    struct record *record = &log->records[log->count++];
    *record = (struct record){ .key = malloc(key.size), .key_size = key.size };
    memcpy(record->key, key.at, key.size);
    return record;
}

static void write_log(struct cdi_engine *engine, struct log *log)
{
    struct cdi_effects effects;
    bool more = true;
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.change_count; i++) {
            struct record *record = record_of(log, effects.changes[i].key);
            free(record->value);
            record->value_size = effects.changes[i].value.size;
            record->value = malloc(record->value_size + 1);
            if (record->value_size != 0)
                memcpy(record->value, effects.changes[i].value.at, record->value_size);
        }
    }
}

static struct cdi_engine *restart(struct cdi_engine *engine, struct log *log)
{
    cdi_engine_destroy(engine);
    engine = fresh();
    for (size_t i = 0; i < log->count; i++) {
        struct cdi_error err = { 0 };
        struct cdi_text key = { log->records[i].key, log->records[i].key_size };
        struct cdi_text value = { log->records[i].value, log->records[i].value_size };
        if (!cdi_engine_restore(engine, key, value, &err))
            fail_msg("%s", err.text);
    }
    return engine;
}

static bool append_versions(void *context, const struct cdi_alert *alert)
{
    struct collected *all = context;
    assert_true(cdi_encode_alert_data(&all->line, &rules->tables, alert, CDI_ALERT_FORM_WHOLE));
    all->text = realloc(all->text, all->size + all->line.size + 1);
    memcpy(all->text + all->size, all->line.at, all->line.size);
    all->size += all->line.size;
    all->text[all->size] = '\0';
    return true;
}

static char *lived(const struct message *history, const bool *restarts)
{
    struct log log = { .count = 0 };
    struct collected all = { { NULL, 0, 0 }, NULL, 0 };
    struct cdi_engine *engine = fresh();
    for (uint32_t i = 0; i < HISTORY; i++) {
        apply(engine, &history[i]);
        cdi_engine_advance(engine, after((int64_t)i * 70));
        write_log(engine, &log);
        if (restarts != NULL && restarts[i]) {
            engine = restart(engine, &log);
            cdi_engine_advance(engine, after((int64_t)i * 70));
            write_log(engine, &log);
        }
    }
    cdi_engine_each(engine, false, append_versions, &all);
    for (size_t i = 0; i < log.count; i++) {
        free(log.records[i].key);
        free(log.records[i].value);
    }
    free(all.line.at);
    cdi_engine_destroy(engine);
    return all.text == NULL ? strdup("") : all.text;
}

static void restored_at_any_point_it_is_as_if_it_had_never_stopped(void **state)
{
    (void)state;
    static struct message history[HISTORY];
    bool restarts[HISTORY];
    uint64_t seed = random_seed("engine restart");
    for (size_t h = 0; h < HISTORIES; h++) {
        some_history(&seed, history);
        for (uint32_t i = 0; i < HISTORY; i++)
            restarts[i] = random_one_in(&seed, 5);
        char *stopped = lived(history, restarts), *never = lived(history, NULL);
        same_documents(stopped, never);
        free(stopped);
        free(never);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_repetition_and_batching_ends_in_the_same_documents),
        cmocka_unit_test(a_log_that_many_messages_made_is_judged_however_much_was_found_in_it),
        cmocka_unit_test(a_crime_is_found_by_what_a_later_message_says_of_its_victim),
        cmocka_unit_test(restored_at_any_point_it_is_as_if_it_had_never_stopped),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
