/* A row of watches.csv by itself (core/watch.h): what makes it hold, what ends it, since when, and what it waits for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/watch.h"

#define SIGN(name) (UINT32_C(1) << CDI_SIGN_##name)
#define FAMILY(name) (UINT32_C(1) << CDI_FAMILY_##name)
#define UNSURE (UINT32_C(1) << CDI_MARK_UNSURE)

enum { ASSAULT, RAPE, MURDER };
static struct cdi_offence offences[] = {
    [ASSAULT] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY },
    [RAPE] = { .klass = { "19C", 3 }, .family = CDI_FAMILY_RAPE },
    [MURDER] = { .klass = { "1", 1 }, .family = CDI_FAMILY_HOMICIDE },
};
static struct cdi_watch_rule rules[2];          /* the second is never asked for anything: it holds the first's place apart */
static struct cdi_tables tables = { .offences = offences, .offence_count = 3, .watches = rules, .watch_count = 1, .watches_known = 2 };
static struct cdi_signs signs;
static struct cdi_disclosed disclosed;
static struct cdi_watched_report report;
static struct cdi_watched watched;
static struct cdi_timed timed;
static struct cdi_scratch scratch;

static struct cdi_instant hours(double h) { return (struct cdi_instant){ 1793786400000 + (int64_t)(h * 3600000) }; }

/* A log received at hour 0 in which nothing is likely, and a rule that asks for nothing. */
static int fresh(void **state)
{
    (void)state;
    memset(rules, 0, sizeof rules);
    memset(&signs, 0, sizeof signs);
    memset(&disclosed, 0, sizeof disclosed);
    rules[0].shown = rules[1].shown = CDI_STAGE_NONE;
    rules[0].risk = rules[1].risk = CDI_RISK_OTHER;
    tables.watch_count = 1;
    for (int risk = 0; risk < CDI_RISK_COUNT; risk++)
        tables.stages[risk].after[CDI_STAGE_NOTICE] = risk == CDI_RISK_OTHER ? CDI_HOURS(12) : CDI_HOURS(6);
    signs.received_at = disclosed.received_at = hours(0);
    signs.lost_at = signs.appointment_at = CDI_INSTANT_NONE;
    report = (struct cdi_watched_report){ .disclosed = &disclosed, .first = true };
    for (size_t w = 0; w < CDI_WATCHES_MAX; w++)
        report.checked_at[w] = CDI_INSTANT_NONE;
    return 0;
}

static void see(enum cdi_sign sign, double at, const char *name)
{
    cdi_sign_note(&signs, sign, &(struct cdi_cause){ .kind = CDI_CAUSE_QUALIFIER, .name = cdi_text_of(name), .at = hours(at) });
}

static void disclose(uint16_t offence, int64_t log_odds, enum cdi_risk risk)
{
    disclosed.items[disclosed.count++] = (struct cdi_disclosure){ .offence = offence, .log_odds = log_odds, .likely = log_odds >= 0 };
    disclosed.likely = disclosed.likely || log_odds >= 0;
    disclosed.risk = risk;
}

static void ask_until(double now, double sure)
{
    timed = (struct cdi_timed){ .wake_at = CDI_INSTANT_NONE, .unsure_from = CDI_INSTANT_NONE };
    cdi_watch(&tables, &signs, &report, hours(now), hours(sure), &scratch, &watched, &timed);
}

/* Whether the rule holds at that hour. */
static bool holds(double now)
{
    ask_until(now, now);
    return watched.count == 1;
}

static bool holds_since(double now, double since) { return holds(now) && watched.items[0].since.ms == hours(since).ms; }

static bool named(size_t fact, enum cdi_cause_kind kind, const char *name)
{
    return fact < watched.items[0].fact_count && watched.items[0].facts[fact].kind == kind &&
           cdi_text_is(watched.items[0].facts[fact].name, name);
}

/* ---- what makes it hold ---- */

static void any_of_its_signs_makes_it_hold_and_the_earliest_is_named(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC) | SIGN(CHILD);
    assert_false(holds(9));
    see(CDI_SIGN_HATE, 1, "hate");
    assert_false(holds(9));
    see(CDI_SIGN_DOMESTIC, 3, "domestic");
    assert_true(holds_since(9, 3));
    see(CDI_SIGN_CHILD, 2, "child");
    assert_true(holds_since(9, 2));
    assert_true(watched.items[0].fact_count == 1 && named(0, CDI_CAUSE_QUALIFIER, "child"));
}

static void what_it_asks_for_besides_must_all_be_there_and_it_holds_since_the_last(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC);
    rules[0].all = SIGN(CLOSED) | SIGN(REPEAT);
    see(CDI_SIGN_DOMESTIC, 0, "domestic");
    see(CDI_SIGN_CLOSED, 5, "closed");
    assert_false(holds(9));
    see(CDI_SIGN_REPEAT, 4, "repeat");
    assert_true(holds_since(9, 5));
    assert_int_equal(watched.items[0].fact_count, 3);
}

static void one_that_asks_for_nothing_in_particular_holds_once_all_is_there(void **state)
{
    (void)state;
    rules[0].all = SIGN(CLOSED) | SIGN(REPEAT);
    see(CDI_SIGN_CLOSED, 5, "closed");
    assert_false(holds(9));
    see(CDI_SIGN_REPEAT, 4, "repeat");
    assert_true(holds_since(9, 5));
}

static void the_first_of_all_signs_counts_like_any(void **state)
{
    (void)state;
    rules[0].any = SIGN(LIKELY) | SIGN(DOMESTIC);
    rules[0].until = SIGN(CHILD);
    see(CDI_SIGN_LIKELY, 2, "likely");
    see(CDI_SIGN_DOMESTIC, 1, "domestic");
    assert_true(holds_since(9, 1) && named(0, CDI_CAUSE_QUALIFIER, "domestic"));
    rules[0].any = SIGN(DOMESTIC);
    rules[0].all = SIGN(LIKELY) | SIGN(REPEAT);
    see(CDI_SIGN_REPEAT, 3, "repeat");
    assert_true(holds_since(9, 3) && watched.items[0].fact_count == 4 && named(1, CDI_CAUSE_QUALIFIER, "likely"));
    rules[0].all = 0;
    signs.held &= ~SIGN(LIKELY);
    rules[0].until = SIGN(LIKELY) | SIGN(CHILD);
    assert_true(holds(9) && watched.items[0].fact_count == 3 && named(1, CDI_CAUSE_WITHOUT, "likely"));
}

static void one_of_its_terms_makes_it_hold(void **state)
{
    (void)state;
    tables.watch_count = 2;
    rules[0].termed = rules[1].termed = true;
    signs.terms = 2;
    signs.term_causes[1] = (struct cdi_cause){ .kind = CDI_CAUSE_TERM, .name = CDI_TEXT("cuckooing"), .at = hours(1) };
    assert_true(holds_since(9, 1));
    assert_true(watched.items[0].place == 1 && named(0, CDI_CAUSE_TERM, "cuckooing"));
}

static void a_log_without_a_clock_is_watched_for_nothing(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC);
    see(CDI_SIGN_DOMESTIC, 0, "domestic");
    signs.none = true;
    assert_false(holds(9));
}

/* ---- families ---- */

static void a_family_that_the_report_discloses_likely_enough_makes_it_hold(void **state)
{
    (void)state;
    rules[0].families = FAMILY(RAPE);
    rules[0].log_odds = -2000;
    disclose(ASSAULT, 4000, CDI_RISK_VIOLENCE);
    assert_false(holds(9));
    disclose(RAPE, -2001, CDI_RISK_VIOLENCE);
    assert_false(holds(9));
    disclosed.items[1].log_odds = -2000;
    disclosed.received_at = hours(2);
    assert_true(holds_since(9, 2));
    assert_true(named(0, CDI_CAUSE_CLASS, "19C"));
    rules[0].families |= FAMILY(ASSAULT_INJURY);
    assert_true(holds(9) && named(0, CDI_CAUSE_CLASS, "8N"));   /* the likelier */
    disclosed.items[1].log_odds = 4000;
    assert_true(holds(9) && named(0, CDI_CAUSE_CLASS, "8N"));   /* of two alike the first */
    rules[0].families = FAMILY(HOMICIDE);
    assert_false(holds(9));
    disclose(MURDER, 0, CDI_RISK_VIOLENCE);
    assert_true(holds(9) && named(0, CDI_CAUSE_CLASS, "1"));
}

static void where_nothing_is_likely_only_what_the_log_suggests_most_counts(void **state)
{
    (void)state;
    rules[0].families = FAMILY(RAPE);
    rules[0].log_odds = -2000;
    signs.suggested = &offences[ASSAULT];
    signs.log_odds = -100;
    assert_false(holds(9));
    signs.suggested = &offences[RAPE];
    assert_true(holds_since(9, 0));
    signs.log_odds = -2001;
    assert_false(holds(9));
    signs.log_odds = -2000;
    assert_true(holds(9));
    rules[0].families = FAMILY(HOMICIDE);
    signs.suggested = &offences[MURDER];
    assert_true(holds(9) && named(0, CDI_CAUSE_CLASS, "1"));
}

static void signs_of_the_log_are_on_its_first_report_and_families_on_that_which_discloses_one(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC);
    rules[0].families = FAMILY(RAPE);
    see(CDI_SIGN_DOMESTIC, 0, "domestic");
    report.first = false;
    assert_false(holds(9));
    disclose(RAPE, 0, CDI_RISK_RAPE);
    assert_true(holds(9));
}

static void a_watch_on_a_family_is_ended_by_what_its_own_report_has(void **state)
{
    (void)state;
    rules[0].families = FAMILY(RAPE);
    rules[0].until = SIGN(RECORDED);
    disclose(RAPE, 0, CDI_RISK_RAPE);
    see(CDI_SIGN_RECORDED, 1, "C1");            /* for another report of the log */
    assert_true(holds(9));
    report.own = SIGN(RECORDED);
    assert_false(holds(9));
    rules[0].families = 0;
    rules[0].any = SIGN(DOMESTIC);
    see(CDI_SIGN_DOMESTIC, 0, "domestic");
    report.own = 0;
    assert_false(holds(9));                     /* of the log as a whole, any of its reports will do */
}

/* ---- since when, and until when ---- */

static void what_ends_it_is_named_where_it_is_not_there(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC);
    rules[0].until = SIGN(DASH) | SIGN(CHECKED);
    see(CDI_SIGN_DOMESTIC, 0, "domestic");
    assert_true(holds(9));
    assert_true(watched.items[0].fact_count == 2 && named(1, CDI_CAUSE_WITHOUT, "dash"));
    see(CDI_SIGN_DASH, 8, "");
    assert_false(holds(9));
}

static void it_is_shown_from_its_stage_by_its_own_risk_or_by_that_of_the_report(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC);
    rules[0].shown = CDI_STAGE_NOTICE;
    see(CDI_SIGN_DOMESTIC, 1, "domestic");
    assert_false(holds(11.9));
    assert_int_equal(timed.wake_at.ms, hours(12).ms);
    assert_true(holds_since(12, 12));
    disclose(ASSAULT, 0, CDI_RISK_VIOLENCE);
    assert_true(holds_since(6, 6));
    assert_false(holds(5.9));
}

static void one_that_waits_for_a_span_holds_from_so_long_after_receipt(void **state)
{
    (void)state;
    rules[0].any = SIGN(VULNERABLE);
    rules[0].beyond = CDI_HOURS(4);
    see(CDI_SIGN_VULNERABLE, 0, "vulnerable");
    assert_false(holds(3.9));
    assert_true(holds_since(4, 4));
}

static void an_appointment_counts_where_it_is_later_than_the_span(void **state)
{
    (void)state;
    rules[0].any = SIGN(APPOINTMENT);
    rules[0].beyond = CDI_HOURS(24);
    see(CDI_SIGN_APPOINTMENT, 0, "");
    signs.appointment_at = hours(24);
    assert_false(holds(1));
    signs.appointment_at.ms++;
    assert_true(holds_since(1, 0));
    signs.appointment_at = hours(0);
    rules[0].beyond = (struct cdi_span){ 0 };   /* however near it is */
    assert_true(holds_since(1, 0));
}

static void one_that_a_crime_ended_holds_again_since_that_crime_was_lost(void **state)
{
    (void)state;
    rules[0].any = SIGN(HATE);
    see(CDI_SIGN_HATE, 0, "hate");
    signs.lost_at = hours(7);
    assert_true(holds_since(9, 0));             /* no crime would end it */
    rules[0].until = SIGN(RECORDED);
    assert_true(holds_since(9, 7));
}

static void who_has_looked_since_it_began_ends_it(void **state)
{
    (void)state;
    rules[0].any = SIGN(HATE);
    rules[0].until = SIGN(CHECKED);
    see(CDI_SIGN_HATE, 3, "hate");
    report.checked_at[1] = hours(5);            /* at what another watch is about */
    assert_true(holds(9));
    report.checked_at[0] = (struct cdi_instant){ hours(3).ms - 1 };
    assert_true(holds(9));
    report.checked_at[0] = hours(3);
    assert_false(holds(9));
    rules[0].until = SIGN(RECORDED);
    assert_true(holds(9));                      /* where nobody's looking ends it */
}

/* ---- what may not have been heard of, and what is waited for ---- */

static void one_that_what_was_not_heard_of_could_have_ended_is_unsure(void **state)
{
    (void)state;
    rules[0].any = SIGN(HATE);
    rules[0].until = SIGN(RECORDED);
    see(CDI_SIGN_HATE, 3, "hate");
    ask_until(9, 2.9);
    assert_true(watched.count == 1 && timed.marks == UNSURE && timed.unsure_from.ms == hours(3).ms);
    ask_until(9, 3);
    assert_true(watched.count == 1 && timed.marks == 0 && !cdi_instant_said(timed.unsure_from));
    rules[0].until = 0;
    ask_until(9, 2.9);
    assert_true(watched.count == 1 && timed.marks == 0);
}

/* Signs that could make it begin or end; of what besides only once it could hold. */
static void it_waits_for_what_could_make_it_begin_or_end(void **state)
{
    (void)state;
    rules[0].any = SIGN(DOMESTIC) | SIGN(CHILD);
    rules[0].all = SIGN(CLOSED);
    rules[0].until = SIGN(DASH);
    assert_false(holds(9));
    assert_int_equal(watched.awaited, SIGN(DOMESTIC) | SIGN(CHILD));
    see(CDI_SIGN_CHILD, 0, "child");
    assert_false(holds(9));
    assert_int_equal(watched.awaited, SIGN(DOMESTIC) | SIGN(CHILD) | SIGN(CLOSED) | SIGN(DASH));
    rules[0].any = 0;
    rules[0].all = SIGN(CLOSED) | SIGN(UNIT);
    assert_false(holds(9));
    assert_int_equal(watched.awaited, SIGN(CLOSED) | SIGN(UNIT));
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_of_its_signs_makes_it_hold_and_the_earliest_is_named), TEST(what_it_asks_for_besides_must_all_be_there_and_it_holds_since_the_last),
        TEST(one_that_asks_for_nothing_in_particular_holds_once_all_is_there), TEST(the_first_of_all_signs_counts_like_any),
        TEST(one_of_its_terms_makes_it_hold),
        TEST(a_log_without_a_clock_is_watched_for_nothing), TEST(a_family_that_the_report_discloses_likely_enough_makes_it_hold),
        TEST(where_nothing_is_likely_only_what_the_log_suggests_most_counts),
        TEST(signs_of_the_log_are_on_its_first_report_and_families_on_that_which_discloses_one),
        TEST(a_watch_on_a_family_is_ended_by_what_its_own_report_has), TEST(what_ends_it_is_named_where_it_is_not_there),
        TEST(it_is_shown_from_its_stage_by_its_own_risk_or_by_that_of_the_report), TEST(one_that_waits_for_a_span_holds_from_so_long_after_receipt),
        TEST(an_appointment_counts_where_it_is_later_than_the_span), TEST(one_that_a_crime_ended_holds_again_since_that_crime_was_lost),
        TEST(who_has_looked_since_it_began_ends_it), TEST(one_that_what_was_not_heard_of_could_have_ended_is_unsure),
        TEST(it_waits_for_what_could_make_it_begin_or_end),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cdi_scratch_free(&scratch);
    return failed;
}
