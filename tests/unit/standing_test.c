/* What a crime record is worth, now and by what had been said of it at any time: rule 8, R7, R8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/link.h"
#include "core/merge.h"

enum { THEFT, INJURY, N100, OFFENCES };         /* in order of class, as the tables are */
static struct cdi_offence offences[OFFENCES] = {
    [THEFT] = { .klass = { "49", 2 }, .family = CDI_FAMILY_THEFT, .code = { "049/10", 6 } },
    [INJURY] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .code = { "008/06", 6 } },
    [N100] = { .klass = { "N100", 4 }, .family = CDI_FAMILY_N100 },
};
static const struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_scratch scratch;
static struct cdi_crime crime;

static struct cdi_instant hours(int64_t h) { return (struct cdi_instant){ INT64_C(1793790000000) + h * 3600000 }; }

static int fresh(void **state)
{
    (void)state;
    cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    return 0;
}

static int forget(void **state)
{
    (void)state;
    cdi_scratch_free(&scratch);
    return 0;
}

/* What a message of that hour says; "" says nothing. */
static void say(int64_t hour, const char *klass, const char *status, enum cdi_cancel_type type)
{
    struct cdi_crime message;
    cdi_crime_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    message.event_at = hours(hour);
    if (*klass != 0)
        message.klass = (struct cdi_word){ hours(hour), cdi_text_of(klass) };
    if (*status != 0)
        message.status = (struct cdi_word){ hours(hour), cdi_text_of(status) };
    if (type != CDI_CANCEL_TYPE_NONE) {
        message.cancel.said_at = hours(hour);
        message.cancel.type = type;
    }
    cdi_merge_crime(&crime, &message, &scratch);
}

static enum cdi_standing by(int64_t hour)
{
    struct cdi_crime then;
    return cdi_crime_standing_by(&tables, &crime, hours(hour), &then);
}

static bool of_class_by(int64_t hour, const char *klass)
{
    struct cdi_crime then;
    cdi_crime_standing_by(&tables, &crime, hours(hour), &then);
    return cdi_text_same(then.klass.text, *klass == 0 ? CDI_TEXT_NONE : cdi_text_of(klass));
}

static bool ended(int64_t hour)
{
    return cdi_crime_ended_at(&tables, &crime, cdi_crime_standing(&tables, &crime)).ms == hours(hour).ms;
}

static void between_its_cancellation_and_its_reinstating_it_was_no_crime(void **state)
{
    (void)state;
    say(70, "", "recorded", CDI_CANCEL_TYPE_NONE);
    say(2, "8N", "recorded", CDI_CANCEL_TYPE_NONE);
    say(35, "", "cancelled", CDI_CANCEL_TYPE_C4);
    say(30, "", "cancelled", CDI_CANCEL_TYPE_C4);
    say(80, "8N", "recorded", CDI_CANCEL_TYPE_NONE);
    const struct { int64_t hour; enum cdi_standing standing; } then[] = {
        { 2, CDI_STANDING_COUNTS }, { 29, CDI_STANDING_COUNTS }, { 30, CDI_STANDING_WITHDRAWN }, { 69, CDI_STANDING_WITHDRAWN },
        { 70, CDI_STANDING_COUNTS }, { 90, CDI_STANDING_COUNTS },
    };
    for (size_t i = 0; i < sizeof then / sizeof *then; i++)
        assert_int_equal(by(then[i].hour), then[i].standing);
    assert_int_equal(cdi_crime_next_turn(&crime, hours(2)).ms, hours(30).ms);
    assert_int_equal(cdi_crime_next_turn(&crime, hours(30)).ms, hours(70).ms);
    assert_false(cdi_instant_said(cdi_crime_next_turn(&crime, hours(70))));
}

static void it_is_withdrawn_since_the_first_of_those_that_say_so_without_a_gap(void **state)
{
    (void)state;
    say(2, "8N", "recorded", CDI_CANCEL_TYPE_NONE);
    say(10, "", "cancelled", CDI_CANCEL_TYPE_C4);
    say(20, "", "recorded", CDI_CANCEL_TYPE_NONE);
    say(33, "", "requested", CDI_CANCEL_TYPE_NONE);
    say(40, "", "cancelled", CDI_CANCEL_TYPE_C4);
    say(50, "", "cancelled", CDI_CANCEL_TYPE_C4);
    assert_true(ended(33));
    assert_int_equal(by(32), CDI_STANDING_COUNTS);
}

static void what_is_first_heard_of_as_cancelled_had_been_recorded(void **state)
{
    (void)state;
    say(30, "8N", "cancelled", CDI_CANCEL_TYPE_C4);
    assert_int_equal(by(5), CDI_STANDING_COUNTS);
    assert_int_equal(by(30), CDI_STANDING_WITHDRAWN);
    assert_true(ended(30));
}

static void where_no_status_is_said_the_type_of_its_cancellation_tells(void **state)
{
    (void)state;
    say(2, "8N", "", CDI_CANCEL_TYPE_NONE);
    crime.recorded_at = (struct cdi_when){ hours(2), hours(1) };
    say(30, "", "", CDI_CANCEL_TYPE_C4);
    assert_int_equal(by(29), CDI_STANDING_COUNTS);
    assert_int_equal(by(30), CDI_STANDING_WITHDRAWN);
    assert_true(ended(30));
}

static void what_was_recorded_before_it_said_so_was_recorded_then(void **state)
{
    (void)state;
    say(1, "8N", "requested", CDI_CANCEL_TYPE_NONE);
    say(25, "", "recorded", CDI_CANCEL_TYPE_NONE);
    crime.recorded_at = (struct cdi_when){ hours(25), hours(23) };
    assert_int_equal(by(22), CDI_STANDING_NONE);
    assert_int_equal(by(23), CDI_STANDING_COUNTS);
}

static void what_it_is_cancelled_as_now_was_another_type_before(void **state)
{
    (void)state;
    say(2, "8N", "recorded", CDI_CANCEL_TYPE_NONE);
    say(10, "", "cancelled", CDI_CANCEL_TYPE_C2);   /* what that had nobody knows any more */
    say(30, "", "", CDI_CANCEL_TYPE_C4);
    assert_int_equal(by(10), CDI_STANDING_ANSWERED);
    assert_true(ended(30));
    say(40, "", "", CDI_CANCEL_TYPE_C1);
    assert_int_equal(by(30), CDI_STANDING_WITHDRAWN);
}

static void a_duplicate_that_is_reinstated_lived_on_in_the_other_crime(void **state)
{
    (void)state;
    say(2, "N100", "recorded", CDI_CANCEL_TYPE_NONE);
    say(10, "", "cancelled", CDI_CANCEL_TYPE_C3);
    say(30, "", "recorded", CDI_CANCEL_TYPE_NONE);
    assert_int_equal(by(20), CDI_STANDING_WITHDRAWN);   /* of nothing */
    crime.cancel.duplicate_of = CDI_TEXT("C2");
    assert_int_equal(by(20), CDI_STANDING_N100);
    say(5, "8N", "", CDI_CANCEL_TYPE_NONE);
    assert_int_equal(by(20), CDI_STANDING_ANSWERED);
}

static void its_class_and_code_are_those_that_were_last_said_by_then(void **state)
{
    (void)state;
    say(2, "8N", "recorded", CDI_CANCEL_TYPE_NONE);
    say(30, "49", "", CDI_CANCEL_TYPE_NONE);
    say(70, "8N", "", CDI_CANCEL_TYPE_NONE);
    assert_true(of_class_by(1, "8N") && of_class_by(29, "8N") && of_class_by(30, "49") && of_class_by(69, "49") && of_class_by(70, "8N"));
    struct cdi_crime then, coded;
    cdi_crime_empty(&coded, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    coded.code = (struct cdi_word){ hours(75), CDI_TEXT("008/01") };
    cdi_merge_crime(&crime, &coded, &scratch);
    cdi_crime_standing_by(&tables, &crime, hours(29), &then);
    assert_true(cdi_text_is(then.code.text, "008/01"));     /* the same class: nothing says that it had another code */
    cdi_crime_standing_by(&tables, &crime, hours(30), &then);
    assert_false(cdi_text_said(then.code.text));
}

static void a_record_that_was_said_to_be_one_before_it_had_a_class_was_of_none(void **state)
{
    (void)state;
    say(2, "", "recorded", CDI_CANCEL_TYPE_NONE);
    say(30, "8N", "", CDI_CANCEL_TYPE_NONE);
    assert_true(of_class_by(29, "") && of_class_by(30, "8N"));
    assert_int_equal(cdi_crime_next_turn(&crime, hours(2)).ms, hours(30).ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(between_its_cancellation_and_its_reinstating_it_was_no_crime, fresh, forget),
        cmocka_unit_test_setup_teardown(it_is_withdrawn_since_the_first_of_those_that_say_so_without_a_gap, fresh, forget),
        cmocka_unit_test_setup_teardown(what_is_first_heard_of_as_cancelled_had_been_recorded, fresh, forget),
        cmocka_unit_test_setup_teardown(where_no_status_is_said_the_type_of_its_cancellation_tells, fresh, forget),
        cmocka_unit_test_setup_teardown(what_was_recorded_before_it_said_so_was_recorded_then, fresh, forget),
        cmocka_unit_test_setup_teardown(what_it_is_cancelled_as_now_was_another_type_before, fresh, forget),
        cmocka_unit_test_setup_teardown(a_duplicate_that_is_reinstated_lived_on_in_the_other_crime, fresh, forget),
        cmocka_unit_test_setup_teardown(its_class_and_code_are_those_that_were_last_said_by_then, fresh, forget),
        cmocka_unit_test_setup_teardown(a_record_that_was_said_to_be_one_before_it_had_a_class_was_of_none, fresh, forget),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
