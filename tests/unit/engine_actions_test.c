/* What the engine promises at its limits: actions that wait, too many actions, many logs that name one crime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "core/merge.h"
#include "core/state.h"
#include "shipped_rules.h"

static struct cdi_instant after(int64_t minutes) { return (struct cdi_instant){ INT64_C(1793790000000) + minutes * 60000 }; }

static struct cdi_engine *fresh(void)
{
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    assert_non_null(engine);
    return engine;
}

static void apply(struct cdi_engine *engine, const struct cdi_record *record)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(engine, record, after(0), &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

static struct cdi_record action_on(const char *force, const char *request, char alert[33])
{
    struct cdi_record message = { .kind = CDI_RECORD_KIND_ACTION };
    cdi_alert_id_format(cdi_alert_id(CDI_TEXT("dpp"), CDI_TEXT("L0"), 0), alert);
    message.action = (struct cdi_action){ .force = cdi_text_of(force), .alert = { alert, 32 }, .by = CDI_TEXT("j.smith"),
                                                 .request = cdi_text_of(request), .at = after(1), .verb = CDI_VERB_NOTE };
    cdi_disposal_empty(&message.action.disposal);
    return message;
}

static struct cdi_record bare_log(void)
{
    struct cdi_record message = { .kind = CDI_RECORD_KIND_INCIDENT };
    cdi_incident_empty(&message.incident, CDI_TEXT("dpp"), CDI_TEXT("L0"));
    message.incident.event_at = message.incident.received_at = after(0);
    return message;
}

/* How many state records of a kind changed, and how many of them went. */
static void count_changes(struct cdi_engine *engine, const char *kind, size_t *changed, size_t *gone)
{
    struct cdi_effects effects;
    *changed = *gone = 0;
    assert_false(cdi_engine_settle(engine, &effects));
    for (size_t i = 0; i < effects.change_count; i++)
        if (memmem(effects.changes[i].key.at, effects.changes[i].key.size, kind, strlen(kind)) != NULL) {
            ++*changed;
            *gone += effects.changes[i].value.size == 0;
        }
}

static void an_action_that_waited_leaves_no_state_record_behind(void **state)
{
    (void)state;
    char alert[33];
    size_t changed, gone;
    struct cdi_record action = action_on("dpp", "r1", alert), log = bare_log();
    struct cdi_engine *engine = fresh();
    apply(engine, &action);
    count_changes(engine, "/waiting/", &changed, &gone);
    assert_int_equal(changed, 1);
    assert_int_equal(gone, 0);
    apply(engine, &log);
    count_changes(engine, "/waiting/", &changed, &gone);
    assert_int_equal(changed, 1);
    assert_int_equal(gone, 1);
    cdi_engine_destroy(engine);
}

static void another_forces_action_is_no_action_on_the_log_whichever_came_first(void **state)
{
    (void)state;
    char alert[33];
    size_t changed, gone;
    struct cdi_record action = action_on("wmp", "r1", alert), log = bare_log();
    for (int first = 0; first < 2; first++) {
        struct cdi_engine *engine = fresh();
        apply(engine, first == 0 ? &action : &log);
        apply(engine, first == 0 ? &log : &action);
        count_changes(engine, "wmp/waiting/", &changed, &gone);
        assert_int_equal(changed, 1);
        assert_int_equal(gone, 0);
        cdi_engine_destroy(engine);
    }
}

static void an_action_beyond_the_limit_of_a_log_is_refused_and_not_a_duplicate(void **state)
{
    (void)state;
    char alert[33], request[16];
    struct cdi_record log = bare_log(), action = action_on("dpp", "r", alert);
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = fresh();
    apply(engine, &log);
    for (uint32_t i = 0; i < CDI_DEEDS_MAX; i++) {
        snprintf(request, sizeof request, "r%u", i);
        action = action_on("dpp", request, alert);
        apply(engine, &action);
    }
    assert_int_equal(cdi_engine_apply(engine, &action, after(0), &err), CDI_OUTCOME_DUPLICATE);
    action = action_on("dpp", "one more", alert);
    assert_int_equal(cdi_engine_apply(engine, &action, after(0), &err), CDI_OUTCOME_REJECTED);
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_engine_destroy(engine);
}

/* Notes of so many bytes until one is refused; how many were taken. */
static unsigned note_until_full(struct cdi_engine *engine, size_t bytes, const char *name)
{
    static char text[CDI_NOTE_MAX];
    char alert[33], request[16];
    struct cdi_error err = { 0 };
    memset(text, 'x', sizeof text);
    for (unsigned taken = 0; taken <= CDI_DEEDS_MAX; taken++) {
        snprintf(request, sizeof request, "%s%u", name, taken);
        struct cdi_record note = action_on("dpp", request, alert);
        note.action.text = (struct cdi_text){ text, bytes };
        if (cdi_engine_apply(engine, &note, after(0), &err) != CDI_OUTCOME_REJECTED)
            continue;
        assert_int_equal(err.code, CDI_ERROR_LIMIT);
        return taken;
    }
    fail_msg("it is never full");
    return 0;
}

static void however_much_is_noted_each_version_of_a_document_is_published_once(void **state)
{
    (void)state;
    struct cdi_record log = bare_log();
    struct cdi_effects effects;
    struct cdi_engine *engine = fresh();
    uint32_t version = 0;
    log.incident.opened_as = (struct cdi_word){ after(0), CDI_TEXT("OPN-BURG") };
    apply(engine, &log);
    assert_in_range(note_until_full(engine, CDI_NOTE_MAX, "r"), 200, CDI_DEEDS_MAX - 200);
    assert_in_range(note_until_full(engine, 1, "s"), 1, 100);
    for (int64_t hours = 12; hours < 60; hours++) {
        cdi_engine_advance(engine, after(hours * 60));
        for (bool more = true; more;) {
            more = cdi_engine_settle(engine, &effects);
            for (size_t i = 0; i < effects.alert_count; i++)
                assert_int_equal(effects.alerts[i].version, ++version);
        }
    }
    assert_true(version >= 4);
    cdi_engine_destroy(engine);
}

static void a_state_record_under_another_key_is_refused(void **state)
{
    (void)state;
    struct cdi_record log = bare_log();
    struct cdi_effects effects;
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = fresh(), *other = fresh();
    apply(engine, &log);
    cdi_engine_settle(engine, &effects);
    assert_int_equal(effects.change_count, 1);
    assert_false(cdi_engine_restore(other, CDI_TEXT("dpp/incident/L1"), effects.changes[0].value, &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    assert_true(cdi_engine_restore(other, CDI_TEXT("dpp/incident/L0"), effects.changes[0].value, &err));
    cdi_engine_destroy(engine);
    cdi_engine_destroy(other);
}

/* Settles there; gives back how many records of waiting actions went. */
static size_t gone_by(struct cdi_engine *engine, int64_t days)
{
    size_t changed, gone;
    cdi_engine_advance(engine, after(days * 24 * 60));
    count_changes(engine, "/waiting/", &changed, &gone);
    return gone;
}

static void an_action_whose_log_never_came_is_dropped_after_36_days_and_counted(void **state)
{
    (void)state;
    char alert[33];
    struct cdi_engine *engine = fresh();
    struct cdi_record first = action_on("dpp", "r-1", alert), second = action_on("dpp", "r-2", alert), log = bare_log();
    second.action.at = after(60);
    apply(engine, &first);
    apply(engine, &second);
    assert_int_equal(gone_by(engine, 0), 0);
    assert_int_equal(gone_by(engine, 36), 0);           /* an hour is left, and the rest of the day */
    assert_int_equal(gone_by(engine, 37), 1);
    assert_int_equal(cdi_engine_dropped(engine).actions, 2);
    log.incident.event_at = log.incident.received_at = after(37 * 24 * 60);
    apply(engine, &log);
    assert_int_equal(gone_by(engine, 38), 0);           /* none waits that could be claimed */
    cdi_engine_destroy(engine);
}

static void a_held_force_drops_nothing_until_its_feeds_are_heard_again(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    struct cdi_record log = bare_log();
    apply(engine, &log);
    gone_by(engine, 1);
    assert_true(cdi_engine_hold(engine, CDI_TEXT("dpp"), after(2 * 24 * 60), NULL));
    gone_by(engine, 60);
    assert_int_equal(cdi_engine_dropped(engine).incidents, 0);
    assert_true(cdi_engine_hold(engine, CDI_TEXT("dpp"), CDI_INSTANT_NONE, NULL));
    gone_by(engine, 60);
    assert_int_equal(cdi_engine_dropped(engine).incidents, 1);
    cdi_engine_destroy(engine);
}

static bool count_satisfied(void *context, const struct cdi_alert *alert)
{
    size_t *count = context;
    *count += alert->state == CDI_STATE_SATISFIED;
    return true;
}

static void a_crime_that_came_last_answers_every_log_that_names_it(void **state)
{
    (void)state;
    enum { LOGS = 700 };
    char reference[16];
    struct cdi_text named = CDI_TEXT("C1");
    struct cdi_engine *engine = fresh();
    struct cdi_effects effects;
    for (int i = 0; i < LOGS; i++) {
        struct cdi_record log = bare_log();
        snprintf(reference, sizeof reference, "L%d", i);
        log.incident.reference = cdi_text_of(reference);
        log.incident.opened_as = (struct cdi_word){ after(0), CDI_TEXT("OPN-THEFT") };
        log.incident.crimes = &named;
        log.incident.crime_count = 1;
        apply(engine, &log);
    }
    cdi_engine_advance(engine, after(26 * 60));
    while (cdi_engine_settle(engine, &effects))
        ;
    struct cdi_record crime = { .kind = CDI_RECORD_KIND_CRIME };
    cdi_crime_empty(&crime.crime, CDI_TEXT("dpp"), named);
    crime.crime.event_at = after(60);
    crime.crime.klass = (struct cdi_word){ after(60), CDI_TEXT("49") };
    crime.crime.status = (struct cdi_word){ after(60), CDI_TEXT("recorded") };
    crime.crime.recorded_at = (struct cdi_when){ after(60), after(60) };
    apply(engine, &crime);
    size_t published = 0, satisfied = 0;
    for (bool more = true; more; published += effects.alert_count)
        more = cdi_engine_settle(engine, &effects);
    assert_int_equal(published, LOGS);
    cdi_engine_each(engine, false, count_satisfied, &satisfied);
    assert_int_equal(satisfied, LOGS);
    cdi_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_action_that_waited_leaves_no_state_record_behind),
        cmocka_unit_test(another_forces_action_is_no_action_on_the_log_whichever_came_first),
        cmocka_unit_test(an_action_beyond_the_limit_of_a_log_is_refused_and_not_a_duplicate),
        cmocka_unit_test(however_much_is_noted_each_version_of_a_document_is_published_once),
        cmocka_unit_test(a_crime_that_came_last_answers_every_log_that_names_it),
        cmocka_unit_test(an_action_whose_log_never_came_is_dropped_after_36_days_and_counted),
        cmocka_unit_test(a_held_force_drops_nothing_until_its_feeds_are_heard_again),
        cmocka_unit_test(a_state_record_under_another_key_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
