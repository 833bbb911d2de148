/* No memory, at any point at which core asks for some: whoever asked is told so, nothing is damaged, and all is given back in the end.
 * (Within a judgement there is no way on without memory: there the process ends, as after kill -9.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "core/history.h"
#include "core/judge.h"
#include "core/merge.h"
#include "core/scratch.h"
#include "shipped_rules.h"

/* Of the pieces asked for while it is watched, this one is refused; 0: none.  The linker sends all calls of core here. */
static struct { bool watched; unsigned asked, refused; } memory;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* Room to work in is not refused: without it the process ends (core/scratch.h). */
static bool is_work(size_t size) { return size >= 64 * 1024 && size < 64 * 1024 + 64; }
static bool refuses(size_t size) { return memory.watched && !is_work(size) && ++memory.asked == memory.refused; }

void *__wrap_malloc(size_t size) { return refuses(size) ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return refuses(count * size) ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *old, size_t size) { return refuses(size) ? NULL : __real_realloc(old, size); }

static void watch(unsigned refused)
{
    memory.asked = 0;
    memory.refused = refused;
    memory.watched = true;
}

/* ---- the engine ---- */

/* Logs of many victims and crimes that name them: enough that everything grows more than once. */
enum { LOGS = 1500, FORCES = 6 };
static const char *const forces[FORCES] = { "dpp", "ken", "wmp", "gmp", "mps", "nrp" };

static struct cdi_instant at(int64_t seconds) { return (struct cdi_instant){ INT64_C(1793790000000) + seconds * 1000 }; }

struct message { struct cdi_record record; struct cdi_person person; struct cdi_text name; char reference[16], named[16], alert[33]; };

static void write_log(struct message *m, unsigned number)
{
    struct cdi_incident *incident = &m->record.incident;
    m->record.kind = CDI_RECORD_KIND_INCIDENT;
    cdi_incident_empty(incident, cdi_text_of(forces[number % FORCES]), cdi_text_of(m->named));
    incident->event_at = incident->received_at = at(number);
    incident->opened_as = (struct cdi_word){ at(number), CDI_TEXT("OPN-BURG") };
    m->person = (struct cdi_person){ .said_at = at(number), .role = CDI_PERSON_ROLE_VICTIM };
    m->person.tokens[CDI_TOKEN_ID] = number + 1;
    incident->persons = &m->person;
    incident->person_count = 1;
}

static void write_crime(struct message *m, unsigned number)
{
    struct cdi_crime *crime = &m->record.crime;
    m->record.kind = CDI_RECORD_KIND_CRIME;
    m->name = cdi_text_of(m->named);
    cdi_crime_empty(crime, cdi_text_of(forces[number % FORCES]), cdi_text_of(m->reference));
    crime->event_at = at(number + 60);
    crime->klass = (struct cdi_word){ at(number + 60), CDI_TEXT("28I") };
    crime->recorded_at = (struct cdi_when){ at(number + 60), at(number + 60) };
    crime->incidents = &m->name;
    crime->incident_count = 1;
}

static void write_action(struct message *m, unsigned number)
{
    m->record.kind = CDI_RECORD_KIND_ACTION;
    cdi_alert_id_format(cdi_alert_id(cdi_text_of(forces[number % FORCES]), cdi_text_of(m->named), 0), m->alert);
    m->record.action = (struct cdi_action){ .force = cdi_text_of(forces[number % FORCES]), .alert = cdi_text_of(m->alert), .by = CDI_TEXT("S1"),
                                            .request = CDI_TEXT("r1"), .at = at(number + 90), .verb = CDI_VERB_NOTE, .text = CDI_TEXT("seen") };
    cdi_disposal_empty(&m->record.action.disposal);
}

static void write_message(struct message *m, unsigned number)
{
    *m = (struct message){ .record.unknown_words = 0 };
    snprintf(m->named, sizeof m->named, "L%u", number);
    snprintf(m->reference, sizeof m->reference, "C%u", number);
    if (number % 8 == 3)
        write_action(m, number);
    else if (number % 8 == 5)
        write_crime(m, number);
    else
        write_log(m, number);
}

static void settle(struct cdi_engine *engine)
{
    struct cdi_effects effects;
    while (cdi_engine_settle(engine, &effects))
        continue;
}

/* What is asked of the engine; how much of it was refused, and each time for want of memory. */
static unsigned refusals_of(struct cdi_engine *engine)
{
    unsigned refused = 0;
    for (unsigned number = 0; number < LOGS; number++) {
        struct message m;
        struct cdi_error err = { 0 };
        write_message(&m, number);
        if (cdi_engine_apply(engine, &m.record, at(number), &err) != CDI_OUTCOME_REJECTED)
            continue;
        assert_int_equal(err.code, CDI_ERROR_SYSTEM);
        refused++;
    }
    for (size_t i = 0; i < FORCES; i++) {
        struct cdi_error err = { 0 };
        bool held = cdi_engine_hold(engine, cdi_text_of(forces[i]), at(3600), &err);
        assert_true(held || err.code == CDI_ERROR_SYSTEM);
        refused += !held;
    }
    return refused;
}

static bool count_report(void *context, const struct cdi_alert *alert)
{
    (void)alert;
    ++*(size_t *)context;
    return true;
}

/* An engine that lives through all this; how many pieces it asked for, 0 if there was none to be had for the engine itself. */
static unsigned live(unsigned refused_piece)
{
    struct cdi_error err = { 0 };
    size_t reports = 0;
    watch(refused_piece);
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, &(struct cdi_engine_limits){ .slice = 100000 }, &err);
    if (engine == NULL) {
        memory.watched = false;
        assert_int_equal(err.code, CDI_ERROR_SYSTEM);
        return 0;
    }
    unsigned refused = refusals_of(engine), asked = memory.asked;
    memory.watched = false;
    assert_int_equal(refused, refused_piece != 0 && refused_piece <= asked);
    cdi_engine_advance(engine, at(30 * 3600));
    settle(engine);
    cdi_engine_each(engine, false, count_report, &reports);
    assert_in_range(reports, LOGS / 2, LOGS);
    cdi_engine_destroy(engine);
    return asked;
}

static void whoever_finds_no_memory_is_told_so_and_one_message_is_not_taken(void **state)
{
    (void)state;
    unsigned asked = live(0);
    assert_true(asked > 20);
    for (unsigned piece = 1; piece <= asked; piece++)
        live(piece);
}

/* ---- what an earlier engine left ---- */

struct record { char *bytes; struct cdi_text key, value; };

static size_t records_of_a_short_life(struct record *records)
{
    struct cdi_effects effects;
    size_t count = 0;
    bool more = true;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned number = 0; number < LOGS; number++) {
        struct message m;
        write_message(&m, number);
        assert_int_not_equal(cdi_engine_apply(engine, &m.record, at(number), NULL), CDI_OUTCOME_REJECTED);
    }
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.change_count && count < LOGS; i++) {
            struct cdi_text key = effects.changes[i].key, value = effects.changes[i].value;
            char *bytes = malloc(key.size + value.size + 1);
            memcpy(bytes, key.at, key.size);
            if (value.size > 0)
                memcpy(bytes + key.size, value.at, value.size);
            records[count++] = (struct record){ bytes, { bytes, key.size }, { bytes + key.size, value.size } };
        }
    }
    cdi_engine_destroy(engine);
    return count;
}

static unsigned restore_all(const struct record *records, size_t count, unsigned refused_piece)
{
    unsigned refused = 0;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    watch(refused_piece);
    for (size_t i = 0; i < count; i++) {
        struct cdi_error err = { 0 };
        if (cdi_engine_restore(engine, records[i].key, records[i].value, &err))
            continue;
        assert_int_equal(err.code, CDI_ERROR_SYSTEM);
        refused++;
    }
    memory.watched = false;
    assert_int_equal(refused, refused_piece != 0 && refused_piece <= memory.asked);
    settle(engine);
    cdi_engine_destroy(engine);
    return memory.asked;
}

static void without_memory_a_state_record_is_refused_and_the_shard_is_not_taken_over(void **state)
{
    (void)state;
    static struct record records[LOGS];
    size_t count = records_of_a_short_life(records);
    assert_true(count > LOGS / 2);
    unsigned asked = restore_all(records, count, 0);
    assert_true(asked > 10);
    for (unsigned piece = 1; piece <= asked; piece++)
        restore_all(records, count, piece);
    for (size_t i = 0; i < count; i++)
        free(records[i].bytes);
}

/* ---- what logs say for later ones ---- */

enum { RECORDS = 4 };

/* A log that a record is made of, told and then kept under a long reference, with that piece refused. */
static unsigned remember_and_keep(unsigned refused_piece)
{
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    struct cdi_history *history = cdi_history_create(load, NULL);
    unsigned asked = 0;
    for (unsigned number = 0; number < RECORDS; number++) {
        struct message m;
        struct cdi_error err = { 0 };
        char reference[64];
        uint32_t kept;
        write_message(&m, 8 * number);
        snprintf(reference, sizeof reference, "A LOG WITH A LONG REFERENCE, NUMBER %u", number);
        m.record.incident.reference = cdi_text_of(reference);
        uint32_t handle = cdi_caseload_add(load, CDI_CASE_INCIDENT, m.record.incident.force, m.record.incident.reference, NULL, NULL);
        watch(refused_piece > asked ? refused_piece - asked : 0);
        bool put = cdi_history_put(history, handle, &m.record.incident, 1, &err), stays = put && cdi_history_keep(history, handle, &kept, &err);
        memory.watched = false;
        asked += memory.asked;
        assert_true(stays || err.code == CDI_ERROR_SYSTEM);
        if (!put)                               /* as if nothing had been asked */
            assert_true(cdi_history_put(history, handle, &m.record.incident, 1, NULL));
        assert_true(stays || !cdi_history_differs(history, handle, &m.record.incident, 1));
        assert_true(stays || cdi_history_keep(history, handle, &kept, NULL));
        assert_int_equal(cdi_history_find(history, m.record.incident.force, m.record.incident.reference), kept);
        assert_int_equal(cdi_history_account(history).logs, number + 1);
    }
    cdi_history_destroy(history);
    cdi_caseload_destroy(load);
    return asked;
}

static void without_memory_for_it_what_a_log_says_for_later_ones_is_as_before(void **state)
{
    (void)state;
    unsigned asked = remember_and_keep(0);
    assert_true(asked > 4);
    for (unsigned piece = 1; piece <= asked; piece++)
        remember_and_keep(piece);
}

/* ---- the judge clock ---- */

static void without_memory_a_source_is_not_counted_as_heard(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    watch(1);
    assert_null(cdi_judge_create(&err));
    assert_int_equal(err.code, CDI_ERROR_SYSTEM);
    memory.watched = false;
    struct cdi_judge *judge = cdi_judge_create(NULL);
    watch(1);
    assert_false(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), at(0), &err));
    watch(1);
    assert_false(cdi_judge_expect(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), at(0), &err));
    watch(1);
    assert_false(cdi_judge_silence_limit(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), CDI_HOURS(1), &err));
    watch(1);
    assert_false(cdi_judge_restore_feed(judge, &(struct cdi_feed_state){ .force = CDI_TEXT("dpp"), .source = CDI_TEXT("storm") }, &err));
    memory.watched = false;
    struct cdi_text force;
    struct cdi_instant time;
    size_t next = 0;
    assert_false(cdi_judge_next_force(judge, &next, &force, &time));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), at(0), &err));
    assert_true(cdi_judge_next_force(judge, &next, &force, &time));
    cdi_judge_destroy(judge);
    cdi_judge_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_finds_no_memory_is_told_so_and_one_message_is_not_taken),
        cmocka_unit_test(without_memory_a_state_record_is_refused_and_the_shard_is_not_taken_over),
        cmocka_unit_test(without_memory_for_it_what_a_log_says_for_later_ones_is_as_before),
        cmocka_unit_test(without_memory_a_source_is_not_counted_as_heard),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
