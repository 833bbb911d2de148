/* The watches of a log within the engine (core/watched.c): whose marks end which, which fields of a log it need not be judged for, and of
 * how many logs each watch holds.  By the shipped tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/alike.h"
#include "core/engine_inside.h"
#include "core/merge.h"
#include "shipped_rules.h"

#define FIELD(name) ((uint8_t)(1u << CDI_SIGN_FIELD_##name))

static struct cdi_engine *engine;

static struct cdi_instant hours(int64_t hours) { return (struct cdi_instant){ INT64_C(1793790000000) + hours * 3600000 }; }

static int setup(void **state)
{
    (void)state;
    engine = cdi_engine_create(&rules->tables, NULL, NULL);
    return engine == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    cdi_engine_destroy(engine);
    return 0;
}

/* ---- what is told ---- */

static void apply(const struct cdi_record *record, struct cdi_instant at)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(engine, record, at, &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

/* A message about a log that was received at hour 0: nothing is likely in it, but what its flags say is watched. */
static struct cdi_record log_of(const char *reference, uint32_t qualifiers, int64_t hour)
{
    struct cdi_record message = { .kind = CDI_RECORD_KIND_INCIDENT };
    cdi_incident_empty(&message.incident, CDI_TEXT("dpp"), cdi_text_of(reference));
    message.incident.event_at = hours(hour);
    message.incident.received_at = hours(0);
    message.incident.qualifiers = qualifiers;
    message.incident.opened_as = (struct cdi_word){ hours(0), CDI_TEXT("PSW-CIVL") };
    return message;
}

static void tell(const char *reference, uint32_t qualifiers)
{
    struct cdi_record message = log_of(reference, qualifiers, 0);
    apply(&message, hours(0));
}

static void mark(const char *reference, const char *request, const char *text, int64_t hour)
{
    char alert[33];
    struct cdi_record message = { .kind = CDI_RECORD_KIND_ACTION };
    cdi_alert_id_format(cdi_alert_id(CDI_TEXT("dpp"), cdi_text_of(reference), 0), alert);
    message.action = (struct cdi_action){ .force = CDI_TEXT("dpp"), .alert = { alert, 32 }, .by = CDI_TEXT("desk-1"), .text = cdi_text_of(text),
                                          .request = cdi_text_of(request), .at = hours(hour), .verb = CDI_VERB_MARK };
    cdi_disposal_empty(&message.action.disposal);
    apply(&message, hours(hour));
}

static void judge(int64_t hour)
{
    struct cdi_effects effects;
    cdi_engine_advance(engine, hours(hour));
    for (int settles = 0; cdi_engine_settle(engine, &effects); settles++)
        assert_in_range(settles, 0, 1000);
}

/* ---- what is asked ---- */

static uint32_t flag(enum cdi_qualifier qualifier) { return UINT32_C(1) << qualifier; }

static uint32_t handle_of(const char *reference)
{
    return cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), cdi_text_of(reference));
}

static bool goes_by(const char *reference, uint8_t fields) { return !cdi_engine_unwatched(engine, handle_of(reference), fields); }

/* Of how many logs the watch holds. */
static uint32_t watching(const char *key)
{
    uint32_t logs[CDI_WATCHES_MAX];
    uint8_t place = cdi_tables_watch(&rules->tables, cdi_text_of(key));
    assert_true(place < rules->tables.watch_count);
    cdi_engine_watching(engine, logs);
    return logs[place];
}

static size_t published(const struct cdi_record *message, int64_t hour)
{
    struct cdi_effects effects;
    size_t count = 0;
    apply(message, hours(hour));
    cdi_engine_advance(engine, hours(hour));
    for (bool more = true; more; count += effects.alert_count)
        more = cdi_engine_settle(engine, &effects);
    return count;
}

/* ---- fields that no watch goes by ---- */

static void a_log_that_no_watch_could_hold_of_is_deaf_to_all_but_an_appointment(void **state)
{
    (void)state;
    tell("L1", 0);
    judge(1);
    assert_false(goes_by("L1", FIELD(UNIT) | FIELD(DASH) | FIELD(SAFEGUARDING)));
    assert_true(goes_by("L1", FIELD(APPOINTMENT)));     /* which alone makes a watch hold */
    assert_false(goes_by("L1", 0));
}

static void one_that_is_domestic_hears_of_its_unit_its_dash_and_its_safeguarding(void **state)
{
    (void)state;
    tell("L1", flag(CDI_QUALIFIER_DOMESTIC));
    tell("L2", flag(CDI_QUALIFIER_VULNERABLE));
    tell("L3", flag(CDI_QUALIFIER_HATE));
    judge(1);
    assert_true(goes_by("L1", FIELD(UNIT)) && goes_by("L1", FIELD(DASH)) && goes_by("L1", FIELD(SAFEGUARDING)));
    assert_true(goes_by("L2", FIELD(UNIT)) && !goes_by("L2", FIELD(DASH) | FIELD(SAFEGUARDING)));
    assert_false(goes_by("L3", FIELD(UNIT) | FIELD(DASH) | FIELD(SAFEGUARDING)));
}

static void one_that_was_never_judged_hears_of_everything(void **state)
{
    (void)state;
    tell("L1", 0);
    assert_true(goes_by("L1", FIELD(UNIT)) && goes_by("L1", FIELD(DASH)) && goes_by("L1", FIELD(SAFEGUARDING)));
    assert_true(cdi_engine_unwatched(engine, UINT32_MAX, 0) && !cdi_engine_unwatched(engine, UINT32_MAX, FIELD(UNIT)));
}

static void what_it_is_deaf_to_counts_once_it_hears_of_it(void **state)
{
    (void)state;
    tell("L1", 0);
    judge(1);
    struct cdi_record message = log_of("L1", 0, 2);
    message.incident.unit = (struct cdi_word){ hours(2), CDI_TEXT("CR-1") };
    assert_int_equal(published(&message, 5), 0);
    message = log_of("L1", flag(CDI_QUALIFIER_VULNERABLE), 6);
    assert_int_equal(published(&message, 6), 0);        /* there was a unit, though nobody listened when it was told */
    assert_true(goes_by("L1", FIELD(UNIT)));
    assert_int_equal(watching("no_unit"), 0);
}

/* What is silent could still be told of a unit: the watch is there, and unsure. */
static void while_its_force_is_held_it_hears_as_ever(void **state)
{
    (void)state;
    tell("L1", flag(CDI_QUALIFIER_VULNERABLE));
    assert_true(cdi_engine_hold(engine, CDI_TEXT("dpp"), hours(1), NULL));
    judge(5);
    assert_int_equal(watching("no_unit"), 1);
    assert_true(goes_by("L1", FIELD(UNIT)) && !goes_by("L1", FIELD(DASH)));
    struct cdi_record message = log_of("L1", flag(CDI_QUALIFIER_VULNERABLE), 3);
    message.incident.unit = (struct cdi_word){ hours(3), CDI_TEXT("CR-1") };
    assert_true(published(&message, 6) > 0);
    assert_int_equal(watching("no_unit"), 0);
}

/* ---- marks ---- */

static void a_text_that_names_watches_means_those_and_any_other_means_all(void **state)
{
    static const struct { const char *text; bool no_dash, no_unit; } said[] = {
        { "no_dash: it was done on paper", false, true }, { "no_unit,no_dash: seen", false, false }, { "no_unit  no_dash : seen", false, false },
        { "seen", false, false }, { "seen: no_dash", false, false }, { ": no_dash", false, false }, { "no_dash", false, false },
        { "No_dash: seen", false, false }, { "no_dash, and the rest: seen", false, false }, { "hate: seen", true, true },
    };
    char reference[8];
    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        snprintf(reference, sizeof reference, "L%zu", i);
        tell(reference, flag(CDI_QUALIFIER_DOMESTIC));
        judge(23);
        uint32_t dash = watching("no_dash"), unit = watching("no_unit");
        mark(reference, "r1", said[i].text, 23);
        judge(23);
        if (dash - watching("no_dash") != !said[i].no_dash || unit - watching("no_unit") != !said[i].no_unit)
            fail_msg("%s", said[i].text);
    }
}

static void a_mark_without_a_text_or_before_a_watch_began_ends_none(void **state)
{
    (void)state;
    tell("L1", flag(CDI_QUALIFIER_DOMESTIC));
    judge(5);
    mark("L1", "r1", "seen", 3);
    mark("L1", "r2", NULL, 5);
    judge(6);
    assert_int_equal(watching("no_unit"), 1);
    mark("L1", "r3", "seen", 4);
    judge(6);
    assert_int_equal(watching("no_unit"), 0);
    judge(23);
    assert_int_equal(watching("no_dash"), 1);           /* which began later */
}

/* ---- of how many logs ---- */

static void each_watch_counts_the_logs_that_it_holds_of(void **state)
{
    (void)state;
    tell("L1", flag(CDI_QUALIFIER_VULNERABLE));
    tell("L2", flag(CDI_QUALIFIER_VULNERABLE) | flag(CDI_QUALIFIER_HATE));
    judge(3);
    assert_int_equal(watching("no_unit"), 0);
    judge(4);
    assert_int_equal(watching("no_unit"), 2);
    judge(12);
    assert_true(watching("no_unit") == 2 && watching("hate") == 1);
    struct cdi_record message = log_of("L1", flag(CDI_QUALIFIER_VULNERABLE), 13);
    message.incident.unit = (struct cdi_word){ hours(13), CDI_TEXT("CR-1") };
    apply(&message, hours(13));
    judge(13);
    assert_true(watching("no_unit") == 1 && watching("hate") == 1);
}

static void who_goes_on_from_the_state_counts_the_same_and_what_is_forgotten_counts_no_more(void **state)
{
    char key[64];
    struct cdi_error err = { 0 };
    struct cdi_text packed;
    (void)state;
    tell("L1", flag(CDI_QUALIFIER_VULNERABLE));
    judge(4);
    packed = cdi_engine_record_of(engine, handle_of("L1"));
    snprintf(key, sizeof key, "dpp/incident/L1");
    struct cdi_engine *other = cdi_engine_create(&rules->tables, NULL, NULL);
    assert_non_null(other);
    assert_true(cdi_engine_restore(other, cdi_text_of(key), packed, &err));
    cdi_engine_destroy(engine);
    engine = other;
    assert_int_equal(watching("no_unit"), 0);
    judge(4);
    assert_int_equal(watching("no_unit"), 1);
    assert_true(cdi_engine_restore(engine, cdi_text_of(key), CDI_TEXT(""), &err));
    assert_int_equal(handle_of("L1"), CDI_HANDLE_NONE);
    assert_int_equal(watching("no_unit"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_log_that_no_watch_could_hold_of_is_deaf_to_all_but_an_appointment),
        TEST(one_that_is_domestic_hears_of_its_unit_its_dash_and_its_safeguarding), TEST(one_that_was_never_judged_hears_of_everything),
        TEST(what_it_is_deaf_to_counts_once_it_hears_of_it), TEST(while_its_force_is_held_it_hears_as_ever),
        TEST(a_text_that_names_watches_means_those_and_any_other_means_all), TEST(a_mark_without_a_text_or_before_a_watch_began_ends_none),
        TEST(each_watch_counts_the_logs_that_it_holds_of),
        TEST(who_goes_on_from_the_state_counts_the_same_and_what_is_forgotten_counts_no_more),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
