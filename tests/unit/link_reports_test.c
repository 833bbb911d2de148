/* Step 3 among several reports of one log: which report has which of the crimes that name it, and which it shows (R3, R8, R15, R20). */
#include "linked_log.h"

/* ---- several reports ---- */

static void a_crime_that_only_the_later_report_knows_of_is_shown_there(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    report(10);
    unit(INJURY);
    crime(THEFT, hours(5));
    link_all();
    assert_int_equal(linked[0].link_count, 1);
    assert_int_equal(linked[1].link_count, 0);  /* recorded before it was told of, and there for the other */
    claimants[0].candidates = NULL;
    claimants[0].count = 0;
    link_all();
    assert_int_equal(linked[0].link_count, 0);
    assert_int_equal(linked[1].link_count, 1);
}

static void what_a_human_confirmed_to_a_report_is_for_that_one(void **state)
{
    (void)state;
    report(0);
    unit(RAPE);
    report(1);
    unit(RAPE);
    due[1].units[1] = (struct cdi_unit){ .offence = RAPE, .confirms = true };       /* none of its units */
    crime(RAPE, hours(2));
    link_all();
    assert_string_equal(has(0, 0), "C0");
    others[0] = candidates[0];
    others[0].how = CDI_HOW_CONFIRMED;
    claimants[1].candidates = others;
    claimants[1].count = 1;
    link_all();
    assert_string_equal(has(0, 0), "");
    assert_string_equal(has(1, 0), "C0");
    due[1].units[0].confirms = true;            /* the rape that was told before */
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(1, 0), "C0");
    crimes[0].klass.text = offences[KILLING].klass;     /* but nothing else than the rape itself */
    link_all();
    assert_string_equal(has(0, 0), "");
    assert_string_equal(has(1, 0), "C0");
}

static void a_cancelled_crime_that_answered_nothing_is_shown_wherever_it_might_have(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    report(1);
    unit(INJURY);
    cancelled(crime(THEFT, hours(3)), 5);
    link_all();
    assert_int_equal(linked[0].link_count, 1);
    assert_int_equal(linked[1].link_count, 1);
    crimes[0].klass.text = offences[INJURY].klass;
    link_all();
    assert_int_equal(linked[0].link_count, 1);
    assert_int_equal(linked[1].link_count, 0);  /* one that did, only where it did */
}

static void an_n100_too_many_that_is_cancelled_was_no_reports(void **state)
{
    (void)state;
    report(0);
    unit(RAPE);
    unit(RAPE);
    report(0);
    unit(THEFT);
    for (size_t c = 0; c < 2; c++) {
        struct cdi_crime *one = n100(1 + (int64_t)c);
        names_person(one, CDI_PERSON_ROLE_VICTIM, 1);
        names_person(one, CDI_PERSON_ROLE_SUSPECT, 9);
    }
    cancelled(&crimes[1], 5);
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(0, 1), "");
    assert_int_equal(linked[0].link_count, 2);
    assert_int_equal(linked[1].link_count, 1);
}

static void what_is_spent_or_only_the_parents_is_not_shown_for_nothing(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    report(0);
    unit(INJURY);
    crime(THEFT, hours(3));
    link_all();
    assert_int_equal(linked[1].link_count, 1);
    candidates[0].inherited = true;
    link_all();
    assert_int_equal(linked[1].link_count, 0);
    candidates[0].inherited = false;
    candidates[0].spent = true;
    candidates[0].spent_at = hours(4);
    link_all();
    assert_int_equal(linked[1].link_count, 0);
}

static void what_the_parent_knows_of_comes_last_and_answers_all_the_same(void **state)
{
    (void)state;
    report(0);
    unit(RAPE)->victim = 1;
    report(1);
    unit(THEFT);
    names_person(crime(RAPE, hours(2)), CDI_PERSON_ROLE_VICTIM, 1);
    candidates[0].inherited = true;
    link_all();
    assert_string_equal(has(0, 0), "C0");
    crimes[0].klass.text = offences[KILLING].klass;
    link_all();
    assert_string_equal(has(0, 0), "C0");
    crimes[0].klass.text = offences[RAPE].klass;
    crime(KILLING, hours(3));
    link_all();
    assert_string_equal(has(0, 0), "C1");       /* its own, however well the other fits */
}

/* ---- an event told graver ---- */

static void what_answers_an_event_answers_it_where_it_is_told_graver(void **state)
{
    (void)state;
    report(0);
    unit(TOUCHED);
    report(1);
    unit(RAPE)->graver = true;
    report(1);
    unit(THEFT);
    due[2].units[1] = (struct cdi_unit){ .offence = RAPE, .answered_by = CDI_UNANSWERED, .graver = true };  /* none of its units */
    crime(KILLING, hours(2));
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(1, 0), "C0");
    assert_int_equal(due[2].units[1].answered_by, CDI_UNANSWERED);
    claimants[2].candidates = NULL;             /* who knows nothing of it */
    claimants[2].count = 0;
    linked[2].links[0].allocated = true;
    link_all();
    assert_string_equal(has(1, 0), "C0");
    cancelled(&crimes[0], 5);
    link_all();
    assert_string_equal(has(0, 0), "");
    assert_int_equal(linked[0].link_count, 1);  /* both once had it */
    assert_int_equal(linked[1].link_count, 1);
    assert_true(linked[2].links[0].allocated);  /* none of its links */
}

static void no_unit_but_the_reports_own_tells_of_the_event(void **state)
{
    (void)state;
    report(0);
    unit(RAPE);
    report(1);
    unit(RAPE)->graver = true;
    crime(RAPE, hours(2));
    crime(THEFT, hours(3));
    due[0].units[1] = (struct cdi_unit){ .offence = TOUCHED, .answered_by = 0 };
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(1, 0), "");
    assert_int_equal(due[0].units[1].answered_by, 0);
}

static void one_that_is_told_graver_takes_nothing_behind_its_units(void **state)
{
    (void)state;
    report(0);
    unit(TOUCHED);
    report(1);
    unit(THEFT);
    due[1].units[1] = (struct cdi_unit){ .offence = RAPE, .answered_by = CDI_UNANSWERED, .graver = true };
    crime(KILLING, hours(2));
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_int_equal(due[1].units[1].answered_by, CDI_UNANSWERED);
    assert_int_equal(linked[1].link_count, 0);
}

/* ---- a rape that the victim confirmed ---- */

static void a_confirmation_takes_a_crime_before_an_n100_and_the_first_of_each(void **state)
{
    static const struct { bool n100[2]; int64_t hour[2]; const char *taken; } cases[] = {
        { { true, false }, { 1, 5 }, "C1" },  { { false, true }, { 5, 1 }, "C0" }, { { false, false }, { 5, 2 }, "C1" },
        { { false, false }, { 2, 5 }, "C0" }, { { true, true }, { 5, 2 }, "C1" },  { { true, true }, { 2, 5 }, "C0" },
        { { true, false }, { 5, 1 }, "C1" },  { { false, true }, { 1, 5 }, "C0" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fresh(state);
        report(0);
        unit(THEFT);
        report(0);
        unit(RAPE)->confirms = true;
        for (size_t c = 0; c < 2; c++)
            if (cases[i].n100[c])
                n100(cases[i].hour[c]);
            else
                crime(RAPE, hours(cases[i].hour[c]));
        link_all();
        assert_string_equal(has(1, 0), cases[i].taken);
    }
}

static void what_answers_another_rape_of_its_own_report_confirms_none(void **state)
{
    (void)state;
    report(0);
    unit(THEFT);
    report(0);
    unit(RAPE);
    unit(RAPE)->confirms = true;
    crime(RAPE, hours(1));
    link_all();
    assert_string_equal(has(1, 0), "C0");
    assert_string_equal(has(1, 1), "");
}

static void what_is_principal_over_the_rape_told_before_confirms_none(void **state)
{
    (void)state;
    report(0);
    unit(RAPE);
    report(1);
    unit(RAPE)->confirms = true;
    crime(KILLING, hours(2));
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(1, 0), "");
    crimes[0].klass.text = offences[RAPE].klass;
    link_all();
    assert_string_equal(has(1, 0), "C0");
}

/* Whenever it was recorded, unless the rape was told since. */
static void a_confirmation_in_a_log_told_anew_is_of_the_rape_that_is_settled(void **state)
{
    static const struct { uint16_t told, of; const char *taken; } cases[] = {
        { THEFT, RAPE, "C0" }, { RAPE, RAPE, "" }, { THEFT, KILLING, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fresh(state);
        log_of.settled.until = hours(-100);
        report(0);
        unit(cases[i].told);
        due[0].units[1].offence = RAPE;         /* none of its units */
        report(10);
        unit(RAPE)->confirms = true;
        crime(cases[i].of, hours(-5));
        link_all();
        assert_string_equal(has(1, 0), cases[i].taken);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
    const struct CMUnitTest tests[] = {
        TEST(a_crime_that_only_the_later_report_knows_of_is_shown_there),
        TEST(what_a_human_confirmed_to_a_report_is_for_that_one),
        TEST(a_cancelled_crime_that_answered_nothing_is_shown_wherever_it_might_have),
        TEST(an_n100_too_many_that_is_cancelled_was_no_reports),
        TEST(what_is_spent_or_only_the_parents_is_not_shown_for_nothing),
        TEST(what_the_parent_knows_of_comes_last_and_answers_all_the_same),
        TEST(what_answers_an_event_answers_it_where_it_is_told_graver),
        TEST(no_unit_but_the_reports_own_tells_of_the_event),
        TEST(one_that_is_told_graver_takes_nothing_behind_its_units),
        TEST(a_confirmation_takes_a_crime_before_an_n100_and_the_first_of_each),
        TEST(what_answers_another_rape_of_its_own_report_confirms_none),
        TEST(what_is_principal_over_the_rape_told_before_confirms_none),
        TEST(a_confirmation_in_a_log_told_anew_is_of_the_rape_that_is_settled),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
