/* Step 3: which unit takes which of the crimes that name the log, from when, and before some of them changed (R3, R8, R10, R15). */
#include "linked_log.h"

/* ---- from when ---- */

static void a_likeness_answers_from_when_it_is_of_a_class_that_does(void **state)
{
    (void)state;
    const struct cdi_unit injury = { .offence = INJURY };
    struct cdi_crime *one = crime(INJURY, hours(1));
    assert_int_equal(cdi_link_answers_from(&tables, &injury, one).ms, hours(1).ms);
    was_before(one, hours(9), THEFT);
    assert_int_equal(cdi_link_answers_from(&tables, &injury, one).ms, hours(9).ms);
    one->klass.text = offences[RAPE].klass;
    was_before(one, hours(9), N100);            /* explained why there was none, and counted for nothing */
    const struct cdi_unit rape = { .offence = RAPE };
    assert_int_equal(cdi_link_answers_from(&tables, &rape, one).ms, hours(9).ms);
}

/* R8: what it lost and got back is told by its dates (cdi_link_date); that it was reinstated is no other beginning. */
static void a_crime_that_was_cancelled_and_reinstated_answers_from_its_recording(void **state)
{
    (void)state;
    const struct cdi_unit injury = { .offence = INJURY };
    struct cdi_turn its[] = { { CDI_TURN_STATUS, CDI_TEXT("recorded"), hours(1) }, { CDI_TURN_STATUS, CDI_TEXT("cancelled"), hours(10) },
                              { CDI_TURN_STATUS, CDI_TEXT("recorded"), hours(20) } };
    struct cdi_crime *one = crime(INJURY, hours(1));
    one->status.said_at = hours(20);
    one->turns = its;
    one->turn_count = 3;
    assert_int_equal(cdi_link_answers_from(&tables, &injury, one).ms, hours(1).ms);
    its[1].word = CDI_TEXT("requested");
    assert_int_equal(cdi_link_answers_from(&tables, &injury, one).ms, hours(1).ms);
    its[1] = (struct cdi_turn){ CDI_TURN_CLASS, offences[THEFT].klass, hours(10) };     /* but that it was another is */
    its[2] = (struct cdi_turn){ CDI_TURN_CLASS, offences[INJURY].klass, hours(20) };
    one->klass.said_at = hours(20);
    assert_int_equal(cdi_link_answers_from(&tables, &injury, one).ms, hours(20).ms);
}

static struct cdi_instant answered_at(uint16_t offence, size_t l)
{
    struct cdi_unit one = { .offence = offence, .answered_by = CDI_UNANSWERED };
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    claimants[0].count = crime_count;
    cdi_link_take(&tables, &claimants[0], sorted);
    cdi_link_answer(&tables, &log_of, &claimants[0], sorted, l, &one);
    assert_int_equal(one.answered_by, l);
    assert_true(linked[0].links[l].allocated);
    return one.answered_at;
}

static void a_crime_answers_from_its_recording_or_from_when_it_fits(void **state)
{
    (void)state;
    report(0);
    struct cdi_crime *one = crime(INJURY, hours(5));
    assert_int_equal(answered_at(INJURY, 0).ms, hours(5).ms);
    was_before(one, hours(9), THEFT);
    assert_int_equal(answered_at(INJURY, 0).ms, hours(9).ms);
    was_before(one, hours(3), THEFT);           /* recoded before it was recorded */
    assert_int_equal(answered_at(INJURY, 0).ms, hours(5).ms);
    one->klass.text = offences[THEFT].klass;
    was_before(one, (struct cdi_instant){ hours(5).ms + 1 }, INJURY);
    assert_int_equal(answered_at(INJURY, 0).ms, hours(5).ms);   /* it did, for a moment */
}

static void what_fitted_first_answers_whatever_was_recorded_before_it(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    was_before(crime(INJURY, hours(1)), hours(10), THEFT);
    crime(INJURY, hours(5));
    link_all();
    assert_string_equal(has(0, 0), "C1");
}

static void a_crime_takes_the_first_of_two_units_that_it_fits_as_well(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    unit(INJURY);
    crime(INJURY, hours(1));
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(0, 1), "");
    report(0);                                  /* nor among several reports */
    unit(THEFT);
    link_all();
    assert_string_equal(has(0, 0), "C0");
    assert_string_equal(has(0, 1), "");
}

static void what_lies_behind_the_units_is_none(void **state)
{
    (void)state;
    for (size_t reports = 1; reports <= 2; reports++) {
        fresh(state);
        report(0);
        unit(THEFT);
        unit(INJURY);
        due[0].count = 1;
        if (reports == 2) {
            report(1);
            unit(THEFT);
        }
        crime(INJURY, hours(2));
        link_all();
        assert_int_equal(due[0].units[1].answered_by, CDI_UNANSWERED);
        assert_false(linked[0].links[0].allocated);
    }
}

/* ---- one N100 for a victim and an offender ---- */

static bool explained(size_t of)
{
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    claimants[0].count = crime_count;
    cdi_link_take(&tables, &claimants[0], sorted);
    linked[0].links[0].allocated = true;
    return cdi_link_pair_explained(sorted, &linked[0], of);
}

static void an_n100_explains_one_rape_of_the_same_two(void **state)
{
    static const struct { uint64_t victim, suspect; bool explained; } cases[] = {
        { 1, 9, true }, { 2, 9, false }, { 1, 8, false }, { 1, 0, false }, { 0, 9, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fresh(state);
        report(0);
        for (size_t c = 0; c < 2; c++) {
            struct cdi_crime *one = n100(1 + (int64_t)c);
            names_person(one, CDI_PERSON_ROLE_WITNESS, 20 + c);
            uint64_t victim = c == 0 ? 1 : cases[i].victim, suspect = c == 0 ? 9 : cases[i].suspect;
            if (victim != 0)
                names_person(one, CDI_PERSON_ROLE_VICTIM, victim);
            names_person(one, CDI_PERSON_ROLE_SUSPECT, suspect != 0 ? suspect : 9);
            if (suspect == 0)
                one->person_count--;            /* whoever stands behind those it names is not named */
        }
        assert_true(explained(1) == cases[i].explained);
        assert_false(explained(0));             /* not by itself */
        linked[0].links[0].allocated = false;
        struct cdi_candidate sorted[] = { { .crime = &crimes[0] }, { .crime = &crimes[1] }, { .crime = &crimes[0] } };
        assert_false(cdi_link_pair_explained(sorted, &linked[0], 1));   /* it explains none */
        linked[0].links[2] = (struct cdi_link){ .allocated = true, .standing = CDI_STANDING_N100 };
        assert_false(cdi_link_pair_explained(sorted, &linked[0], 1));   /* nor does one behind the links */
        linked[0].links[0].allocated = true;
        linked[0].links[0].standing = CDI_STANDING_COUNTS;
        assert_false(cdi_link_pair_explained(sorted, &linked[0], 1));   /* it is a crime */
    }
}

static void the_second_n100_of_the_same_two_is_left_over(void **state)
{
    for (size_t reports = 1; reports <= 2; reports++) {
        fresh(state);
        report(0);
        unit(RAPE);
        unit(RAPE);
        if (reports == 2) {
            report(0);
            unit(THEFT);
        }
        for (size_t c = 0; c < 3; c++) {
            struct cdi_crime *one = n100(1 + (int64_t)c);
            names_person(one, CDI_PERSON_ROLE_VICTIM, c < 2 ? 1 : 2);
            names_person(one, CDI_PERSON_ROLE_SUSPECT, 9);
        }
        link_all();
        assert_string_equal(has(0, 0), "C0");
        assert_string_equal(has(0, 1), "C2");
    }
}

/* ---- looking back ---- */

static void as_many_recoded_crimes_as_there_is_room_for_are_as_they_were(void **state)
{
    for (size_t reports = 1; reports <= 2; reports++) {
        fresh(state);
        report(0);
        for (size_t c = 0; c < CDI_FORMER_MAX; c++) {
            unit(INJURY);
            was_before(crime(THEFT, hours(2)), hours(30), INJURY);
        }
        if (reports == 2) {
            report(0);
            unit(RAPE);
        }
        link_all();
        assert_int_equal(linked[0].spells.count, 1);
        assert_int_equal(linked[0].spells.items[0].from.ms, hours(2).ms);
        assert_int_equal(linked[0].spells.items[0].until.ms, hours(30).ms);
    }
}

static void what_was_not_recorded_yet_or_is_gone_was_of_no_other_class(void **state)
{
    struct cdi_former former = { .count = 0 };
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    (void)state;
    report(0);
    cancelled(crime(INJURY, hours(5)), 9);
    claimants[0].count = crime_count;
    const struct { int64_t hour; enum cdi_standing standing; } then[] = {
        { 3, CDI_STANDING_NONE }, { 7, CDI_STANDING_COUNTS }, { 9, CDI_STANDING_WITHDRAWN },
    };
    for (size_t i = 0; i < sizeof then / sizeof *then; i++) {
        cdi_link_take(&tables, &claimants[0], sorted);
        cdi_link_as_they_were(&tables, sorted, &linked[0], hours(then[i].hour), &former);
        assert_int_equal(former.count, 0);
        assert_int_equal(linked[0].links[0].standing, then[i].standing);
    }
}

/* R7: one with the other crime from when that was recorded, before it was said to be its duplicate. */
static void a_duplicate_changes_when_it_is_spent(void **state)
{
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    (void)state;
    report(0);
    cancelled(crime(INJURY, hours(5)), 9);
    candidates[0].spent = true;
    candidates[0].spent_at = hours(7);
    claimants[0].count = crime_count;
    cdi_link_take(&tables, &claimants[0], sorted);
    assert_int_equal(cdi_link_next_change(sorted, &linked[0], hours(5)).ms, hours(7).ms);
}

/* Though no other report knows of it. */
static void a_crime_of_one_report_alone_is_looked_back_to(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    report(0);
    unit(INJURY);
    claimants[1].candidates = NULL;
    claimants[1].count = 0;
    struct cdi_crime *one = crime(INJURY, hours(2));
    link_all();
    assert_int_equal(linked[0].then_count, 0);  /* nothing was ever undone */
    cancelled(one, 30);
    link_all();
    assert_int_equal(linked[0].spells.count, 1);
    assert_int_equal(linked[0].spells.items[0].until.ms, hours(30).ms);
    assert_int_equal(linked[0].unsure_spells.count, 1);
    assert_int_equal(linked[0].changed_at.ms, hours(30).ms);
}

static void more_of_them_are_taken_as_they_are(void **state)
{
    struct { struct cdi_former former; struct cdi_crime behind; } room = { .former = { .count = 0 } };
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    (void)state;
    report(0);
    for (size_t c = 0; c <= CDI_FORMER_MAX; c++)
        was_before(crime(THEFT, hours(2)), hours(30), INJURY);
    claimants[0].count = crime_count;
    cdi_link_take(&tables, &claimants[0], sorted);
    cdi_link_as_they_were(&tables, sorted, &linked[0], hours(3), &room.former);
    assert_int_equal(room.former.count, CDI_FORMER_MAX);
    assert_ptr_equal(sorted[CDI_FORMER_MAX - 1].crime, &room.former.crimes[CDI_FORMER_MAX - 1]);
    assert_ptr_equal(sorted[CDI_FORMER_MAX].crime, &crimes[CDI_FORMER_MAX]);
    assert_int_equal(room.behind.klass.text.size, 0);
}

static void nothing_changed_where_nothing_was_cancelled_or_recoded(void **state)
{
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    (void)state;
    report(0);
    crime(THEFT, hours(2));
    claimants[0].count = crime_count;
    cdi_link_take(&tables, &claimants[0], sorted);
    assert_false(cdi_link_changed(sorted, &linked[0]));
    was_before(&crimes[0], hours(5), INJURY);
    assert_true(cdi_link_changed(sorted, &linked[0]));
}

static void what_left_the_same_open_is_noted_once(void **state)
{
    (void)state;
    report(0);
    unit(THEFT);
    unit(INJURY);
    for (int64_t hour = 1; hour <= 3; hour++)
        cdi_link_look_back(&disclosed[0], &due[0], hours(hour), &linked[0]);
    assert_int_equal(linked[0].then_count, 1);
    assert_int_equal(linked[0].then[0].at.ms, hours(1).ms);
    assert_int_equal(linked[0].then[0].open, 3);
    due[0].units[0].answered_by = 0;
    cdi_link_look_back(&disclosed[0], &due[0], hours(4), &linked[0]);
    assert_int_equal(linked[0].then_count, 2);
    assert_int_equal(linked[0].then[1].open, 2);
}

static void a_unit_has_been_answered_since_it_first_was_without_a_gap(void **state)
{
    struct cdi_instant since[3] = { CDI_INSTANT_NONE, hours(3), CDI_INSTANT_NONE };
    (void)state;
    report(0);
    unit(THEFT)->answered_by = 0;
    unit(THEFT)->answered_by = 0;
    unit(THEFT)->answered_by = 0;
    due[0].count = 2;
    cdi_link_note_since(cdi_link_open_units(&due[0]), due[0].count, hours(5), since);
    assert_int_equal(since[0].ms, hours(5).ms);
    assert_int_equal(since[1].ms, hours(3).ms);
    assert_false(cdi_instant_said(since[2]));   /* none of its units */
    due[0].units[1].answered_by = CDI_UNANSWERED;
    cdi_link_note_since(cdi_link_open_units(&due[0]), due[0].count, hours(6), since);
    assert_int_equal(since[0].ms, hours(5).ms);
    assert_false(cdi_instant_said(since[1]));
}

static void what_was_answered_in_time_is_explained_by_that_to_the_second(void **state)
{
    struct cdi_instant since[3] = { { hours(24).ms + 999 }, { hours(24).ms + 1000 }, hours(1) };
    (void)state;
    report(0);
    for (size_t u = 0; u < 3; u++) {
        struct cdi_unit *one = unit(THEFT);
        one->answered_by = 0;
        one->answered_at = hours(30);
    }
    due[0].count = 2;
    cdi_link_date(&claimants[0], since);
    assert_true(due[0].units[0].explained);
    assert_false(due[0].units[1].explained);
    assert_int_equal(due[0].units[0].answered_at.ms, since[0].ms);
    assert_int_equal(due[0].units[1].answered_at.ms, since[1].ms);
    assert_int_equal(due[0].units[2].answered_at.ms, hours(30).ms);     /* none of its units */
}

static void a_unit_follows_its_crime_where_others_are_not_shown(void **state)
{
    static const bool shown[] = { false, true, true };
    (void)state;
    report(0);
    for (uint8_t u = 0; u < 3; u++)
        unit(THEFT)->answered_by = u == 2 ? 1 : 2;
    due[0].count = 2;
    linked[0].link_count = 3;
    for (size_t l = 0; l < 3; l++)
        linked[0].links[l].recorded_at = hours((int64_t)l);
    cdi_link_keep_some(&claimants[0], shown);
    assert_int_equal(linked[0].link_count, 2);
    assert_int_equal(linked[0].links[0].recorded_at.ms, hours(1).ms);
    assert_int_equal(due[0].units[0].answered_by, 1);
    assert_int_equal(due[0].units[1].answered_by, 1);
    assert_int_equal(due[0].units[2].answered_by, 1);   /* none of its units */
}

static void as_many_crimes_are_linked_as_there_is_room_for(void **state)
{
    (void)state;
    report(0);
    unit(INJURY);
    for (size_t c = 0; c < CDI_LINKS_MAX + 2; c++)
        crime(INJURY, hours(1 + (int64_t)c));
    for (size_t reports = 1; reports <= 3; reports++) {
        link_all();
        for (size_t r = 0; r < reports; r++)
            assert_true(linked[r].link_count <= CDI_LINKS_MAX && linked[r].truncated);
        assert_string_equal(has(0, 0), "C0");
        report(0);
    }
}

static void each_of_all_reports_may_have_as_many_crimes_of_its_own(void **state)
{
    (void)state;
    for (size_t r = 0; r < REPORTS; r++) {
        report(0);
        unit(INJURY);
        claimants[r].candidates = &candidates[crime_count];
        claimants[r].count = CDI_LINKS_MAX;
        for (size_t c = 0; c < CDI_LINKS_MAX; c++)
            crime(INJURY, hours(1 + (int64_t)c));
    }
    claimants[0].count = CDI_LINKS_MAX;
    const struct cdi_candidate *all = claimants[0].candidates;
    claimants[0].candidates = memcpy(others, all, sizeof others);
    link_all();
    for (size_t r = 0; r < REPORTS; r++) {
        assert_ptr_equal(has(r, 0), names[r * CDI_LINKS_MAX]);
        assert_int_equal(due[r].units[0].answered_at.ms, hours(1).ms);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
    const struct CMUnitTest tests[] = {
        TEST(a_likeness_answers_from_when_it_is_of_a_class_that_does),
        TEST(a_crime_that_was_cancelled_and_reinstated_answers_from_its_recording),
        TEST(a_crime_answers_from_its_recording_or_from_when_it_fits),
        TEST(what_fitted_first_answers_whatever_was_recorded_before_it),
        TEST(a_crime_takes_the_first_of_two_units_that_it_fits_as_well),
        TEST(what_lies_behind_the_units_is_none),
        TEST(an_n100_explains_one_rape_of_the_same_two),
        TEST(the_second_n100_of_the_same_two_is_left_over),
        TEST(as_many_recoded_crimes_as_there_is_room_for_are_as_they_were),
        TEST(a_crime_of_one_report_alone_is_looked_back_to),
        TEST(more_of_them_are_taken_as_they_are),
        TEST(a_duplicate_changes_when_it_is_spent),
        TEST(what_was_not_recorded_yet_or_is_gone_was_of_no_other_class),
        TEST(nothing_changed_where_nothing_was_cancelled_or_recoded),
        TEST(what_left_the_same_open_is_noted_once),
        TEST(a_unit_has_been_answered_since_it_first_was_without_a_gap),
        TEST(what_was_answered_in_time_is_explained_by_that_to_the_second),
        TEST(a_unit_follows_its_crime_where_others_are_not_shown),
        TEST(as_many_crimes_are_linked_as_there_is_room_for),
        TEST(each_of_all_reports_may_have_as_many_crimes_of_its_own),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
