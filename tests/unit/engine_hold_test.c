/* What a hold promises beside the stories (tests/scenarios): that it costs nothing where it need not, never goes back, and that
 * what waited is judged like any flood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "core/holds.h"
#include "core/judgement.h"
#include "core/merge.h"
#include "random_case.h"
#include "shipped_rules.h"

static struct cdi_instant hours(int64_t hours) { return (struct cdi_instant){ INT64_C(1793790000000) + hours * 3600000 }; }
static const struct cdi_text dpp = { "dpp", 3 }, ken = { "ken", 3 };

static struct cdi_engine *fresh(void)
{
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    assert_non_null(engine);
    return engine;
}

/* A log opened as a burglary or as violence. */
static void write_log(struct cdi_engine *engine, struct cdi_text force, unsigned number, const char *opened_as,
                      struct cdi_instant received)
{
    char reference[16];
    struct cdi_error err = { 0 };
    struct cdi_record message = { .kind = CDI_RECORD_KIND_INCIDENT };
    struct cdi_incident *incident = &message.incident;
    snprintf(reference, sizeof reference, "L%u", number);
    cdi_incident_empty(incident, force, cdi_text_of(reference));
    incident->event_at = incident->received_at = received;
    incident->opened_as = (struct cdi_word){ received, cdi_text_of(opened_as) };
    incident->channel = (struct cdi_word){ received, CDI_TEXT("999") };
    incident->caller_role = (struct cdi_word){ received, CDI_TEXT("victim") };
    if (cdi_engine_apply(engine, &message, received, &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

static void hold(struct cdi_engine *engine, struct cdi_text force, struct cdi_instant until)
{
    assert_true(cdi_engine_hold(engine, force, until, NULL));
}

/* Judges all; how many documents it published, the stage of the last one, and the marks of any. */
struct seen { size_t published; enum cdi_stage stage; uint32_t marks; };

static struct seen judge(struct cdi_engine *engine, struct cdi_instant now)
{
    struct seen seen = { .published = 0 };
    struct cdi_effects effects;
    bool more = true;
    cdi_engine_advance(engine, now);
    for (int settles = 0; more; settles++) {
        assert_in_range(settles, 0, 1000);              /* it does not go round and round */
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++) {
            seen.published++;
            seen.stage = effects.alerts[i].judgement->timed.stage;
            seen.marks |= effects.alerts[i].marks;
        }
    }
    return seen;
}

static bool marked(struct seen seen, enum cdi_mark mark) { return (seen.marks & UINT32_C(1) << mark) != 0; }

static void a_breach_that_is_held_is_not_judged_over_and_over(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    write_log(engine, dpp, 1, "OPN-BURG", hours(0));
    judge(engine, hours(1));
    hold(engine, dpp, hours(1));
    struct seen seen = judge(engine, hours(25));
    assert_int_equal(seen.stage, CDI_STAGE_URGENT);
    assert_true(marked(seen, CDI_MARK_UNSURE) && !marked(seen, CDI_MARK_BREACHED));
    assert_false(cdi_instant_said(cdi_engine_next_deadline(engine)));
    for (int64_t hour = 26; hour < 100; hour++) {
        hold(engine, dpp, hours(1));
        assert_int_equal(judge(engine, hours(hour)).published, 0);
    }
    hold(engine, dpp, CDI_INSTANT_NONE);
    seen = judge(engine, hours(100));
    assert_int_equal(seen.published, 1);
    assert_true(marked(seen, CDI_MARK_BREACHED) && !marked(seen, CDI_MARK_UNSURE));
    assert_true(cdi_instant_said(cdi_engine_next_deadline(engine)));
    cdi_engine_destroy(engine);
}

static void a_hold_that_begins_behind_what_was_judged_takes_nothing_back(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    write_log(engine, dpp, 1, "OPN-BURG", hours(0));
    assert_true(marked(judge(engine, hours(25)), CDI_MARK_BREACHED));
    hold(engine, dpp, hours(3));
    write_log(engine, dpp, 2, "OPN-BURG", hours(0));
    struct seen seen = judge(engine, hours(26));
    assert_int_equal(seen.published, 1);                /* the new one alone, and absences were sure up to 25 h */
    assert_true(marked(seen, CDI_MARK_BREACHED));
    cdi_engine_destroy(engine);
}

static void a_hold_never_goes_back_not_even_by_way_of_none(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    write_log(engine, dpp, 1, "OPN-BURG", hours(0));
    write_log(engine, dpp, 2, "OPN-BURG", hours(4));
    judge(engine, hours(1));
    hold(engine, dpp, hours(25));
    assert_true(marked(judge(engine, hours(26)), CDI_MARK_BREACHED));
    hold(engine, dpp, hours(2));
    assert_false(marked(judge(engine, hours(30)), CDI_MARK_BREACHED));  /* the second log, due at 28 h */
    hold(engine, dpp, CDI_INSTANT_NONE);                /* lifted and begun again, and nothing judged in between: 25 h stands */
    hold(engine, dpp, hours(2));
    assert_int_equal(judge(engine, hours(31)).published, 0);
    hold(engine, dpp, CDI_INSTANT_NONE);
    struct seen seen = judge(engine, hours(32));
    assert_int_equal(seen.published, 1);
    assert_true(marked(seen, CDI_MARK_BREACHED));
    hold(engine, dpp, hours(2));                        /* judged at 32 h: that stands */
    assert_int_equal(judge(engine, hours(33)).published, 0);
    cdi_engine_destroy(engine);
}

static void other_forces_go_on(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    write_log(engine, dpp, 1, "OPN-BURG", hours(0));
    write_log(engine, ken, 1, "OPN-BURG", hours(0));
    judge(engine, hours(23));
    hold(engine, dpp, hours(23));
    struct cdi_effects effects;
    cdi_engine_advance(engine, hours(25));
    assert_false(cdi_engine_settle(engine, &effects));
    assert_int_equal(effects.alert_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(effects.alerts[i].judgement->timed.stage,
                         cdi_text_is(effects.alerts[i].force, "ken") ? CDI_STAGE_BREACH : CDI_STAGE_URGENT);
    cdi_engine_destroy(engine);
}

static void a_flood_that_waited_is_judged_most_severe_first(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    struct cdi_effects effects;
    enum { LOGS = 400 };
    for (unsigned i = 0; i < LOGS; i++)
        write_log(engine, dpp, i, i % 3 == 0 ? "OPN-VIOL" : "OPN-BURG", hours(0));
    judge(engine, hours(1));
    hold(engine, dpp, hours(1));
    judge(engine, hours(30));
    hold(engine, dpp, CDI_INSTANT_NONE);
    size_t published = 0;
    enum cdi_risk worst = CDI_RISK_RAPE;
    for (bool more = true; more;) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++, published++) {
            enum cdi_risk risk = effects.alerts[i].judgement->disclosed.risk;
            if (effects.alerts[i].judgement->timed.stage != CDI_STAGE_BREACH)
                continue;
            assert_true(risk >= worst);
            worst = risk;
        }
    }
    assert_int_equal(published, LOGS);
    assert_int_equal(worst, CDI_RISK_OTHER);
    cdi_engine_destroy(engine);
}

static void a_hold_that_is_lifted_leaves_no_memory_of_its_force(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    write_log(engine, dpp, 1, "OPN-BURG", hours(0));
    judge(engine, hours(1));
    size_t bytes = 0;
    for (int round = 0; round < 40; round++) {
        char code[8];
        snprintf(code, sizeof code, "f%d", round);
        hold(engine, cdi_text_of(code), hours(1));
        hold(engine, cdi_text_of(code), CDI_INSTANT_NONE);
        judge(engine, hours(2));
        if (round == 20)
            bytes = cdi_engine_bytes(engine);
    }
    assert_int_equal(cdi_engine_bytes(engine), bytes);
    cdi_engine_destroy(engine);
}

static void a_code_too_long_for_a_force_is_refused(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    struct cdi_error err = { 0 };
    assert_false(cdi_engine_hold(engine, CDI_TEXT("a force's code is at most sixteen"), hours(1), &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_engine_destroy(engine);
}

static void what_the_clock_remembers_is_no_case_of_the_engines(void **state)
{
    (void)state;
    struct cdi_engine *engine = fresh();
    struct cdi_error err = { 0 };
    assert_false(cdi_engine_restore(engine, CDI_TEXT("*/clock/judge"), CDI_TEXT("anything"), &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    assert_non_null(strstr(err.text, "kind clock"));
    cdi_error_clear(&err);
    assert_false(cdi_engine_restore(engine, CDI_TEXT("dpp/feed/niche"), CDI_TEXT_NONE, &err));
    assert_non_null(strstr(err.text, "kind feed"));
    cdi_engine_destroy(engine);
}

/* Against a plain list: whoever waits comes out in order as the hold moves, whatever was put in, moved and taken out. */
static void reports_that_wait_come_out_as_the_hold_reaches_them(void **state)
{
    (void)state;
    enum { HANDLES = 200, STEPS = 20000 };
    uint64_t first = random_seed("reports that wait"), seed = first;
    struct cdi_holds holds = { .count = 0 };
    int64_t waits[HANDLES] = { 0 }, sure = 1;
    assert_true(cdi_holds_set(&holds, dpp, (struct cdi_instant){ sure }, CDI_INSTANT_NONE, NULL));
    for (int step = 0; step < STEPS; step++) {
        uint32_t handle = random_below(&seed, HANDLES);
        bool gone = random_one_in(&seed, 4);
        struct cdi_waiting_report report = { { sure + 1 + random_below(&seed, 500) }, handle, CDI_RISK_OTHER };
        if (gone)
            report.at = CDI_INSTANT_NONE;
        assert_true(cdi_holds_wait(&holds, dpp, &report, NULL));
        waits[handle] = gone ? 0 : report.at.ms;
        if (!random_one_in(&seed, 8))
            continue;
        sure += random_below(&seed, 60);
        assert_true(cdi_holds_set(&holds, dpp, (struct cdi_instant){ sure }, CDI_INSTANT_NONE, NULL));
        const struct cdi_waiting_report *freed;
        for (int64_t last = 0; (freed = cdi_holds_freed(&holds, dpp)) != NULL;) {
            const struct cdi_waiting_report out = { CDI_INSTANT_NONE, freed->handle, freed->risk };
            assert_true(freed->at.ms >= last && freed->at.ms <= sure && waits[freed->handle] == freed->at.ms);
            last = freed->at.ms;
            waits[freed->handle] = 0;
            assert_true(cdi_holds_wait(&holds, dpp, &out, NULL));
        }
        for (size_t i = 0; i < HANDLES; i++)
            if (waits[i] != 0 && waits[i] <= sure)
                fail_msg("one was left behind; SEED=%llu", (unsigned long long)first);
    }
    cdi_holds_free(&holds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_breach_that_is_held_is_not_judged_over_and_over),
        cmocka_unit_test(a_hold_that_begins_behind_what_was_judged_takes_nothing_back),
        cmocka_unit_test(a_hold_never_goes_back_not_even_by_way_of_none),
        cmocka_unit_test(other_forces_go_on),
        cmocka_unit_test(a_flood_that_waited_is_judged_most_severe_first),
        cmocka_unit_test(a_hold_that_is_lifted_leaves_no_memory_of_its_force),
        cmocka_unit_test(a_code_too_long_for_a_force_is_refused),
        cmocka_unit_test(what_the_clock_remembers_is_no_case_of_the_engines),
        cmocka_unit_test(reports_that_wait_come_out_as_the_hold_reaches_them),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
