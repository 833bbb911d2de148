/* More references and persons than a record holds: the same ones are kept whatever came first, and it is said that some were left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/merge.h"
#include "core/registers.h"

static struct cdi_scratch scratch;
static struct cdi_incident held;
static struct cdi_crime crime;

static int begin(void **state)
{
    (void)state;
    cdi_incident_empty(&held, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    cdi_scratch_free(&scratch);
    return 0;
}

/* One message that names this crime and says nothing else; whether that changed anything. */
static bool name_crime(const char *reference)
{
    struct cdi_incident message;
    struct cdi_text name = cdi_scratch_text(&scratch, cdi_text_of(reference));
    cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    message.crimes = &name;
    message.crime_count = 1;
    return cdi_merge_incident(&held, &message, &scratch);
}

static bool name_log(const char *reference)
{
    struct cdi_crime message;
    struct cdi_text name = cdi_scratch_text(&scratch, cdi_text_of(reference));
    cdi_crime_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    message.incidents = &name;
    message.incident_count = 1;
    return cdi_merge_crime(&crime, &message, &scratch);
}

static bool name_person(uint64_t id)
{
    struct cdi_incident message;
    struct cdi_person person = { .said_at = { 1000 }, .role = CDI_PERSON_ROLE_VICTIM };
    person.tokens[CDI_TOKEN_ID] = id;
    cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    message.persons = &person;
    message.person_count = 1;
    return cdi_merge_incident(&held, &message, &scratch);
}

/* R00, R01 ... as many as are held, none twice, each in its place whatever the order (27 and 64 have no common divisor). */
static void fill_with_crimes(void)
{
    for (unsigned i = 0; i < CDI_REFERENCES_MAX; i++) {
        char name[8];
        snprintf(name, sizeof name, "R%02u", i * 27 % CDI_REFERENCES_MAX);
        assert_true(name_crime(name));
        assert_int_equal(held.crime_count, i + 1);
    }
}

static void assert_crimes_from(unsigned first, unsigned place)
{
    for (; place < CDI_REFERENCES_MAX; place++, first++) {
        char name[8];
        snprintf(name, sizeof name, "R%02u", first);
        assert_true(cdi_text_is(held.crimes[place], name));
    }
}

static void references_are_held_in_order_and_once_up_to_the_limit(void **state)
{
    (void)state;
    fill_with_crimes();
    assert_crimes_from(0, 0);
    assert_false(name_crime("R00") || name_crime("R31") || name_crime("R63"));
    assert_int_equal(held.crime_count, CDI_REFERENCES_MAX);
    assert_false(held.truncated);
}

static void a_reference_beyond_the_limit_is_left_out_and_that_is_said_once(void **state)
{
    (void)state;
    fill_with_crimes();
    assert_true(name_crime("S"));                       /* changed: it is truncated now */
    assert_true(held.truncated);
    assert_int_equal(held.crime_count, CDI_REFERENCES_MAX);
    assert_crimes_from(0, 0);
    assert_false(name_crime("S"));
}

static void a_reference_that_comes_before_others_takes_its_place_and_the_last_is_left_out(void **state)
{
    (void)state;
    fill_with_crimes();
    assert_true(name_crime("A"));
    assert_true(held.truncated);
    assert_int_equal(held.crime_count, CDI_REFERENCES_MAX);
    assert_true(cdi_text_is(held.crimes[0], "A"));
    assert_crimes_from(0, 1);
    assert_true(name_crime("R00A"));
    assert_true(cdi_text_is(held.crimes[1], "R00") && cdi_text_is(held.crimes[2], "R00A"));
    assert_crimes_from(1, 3);
}

static void a_crime_that_names_too_many_logs_says_so_too(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CDI_REFERENCES_MAX; i++) {
        char name[8];
        snprintf(name, sizeof name, "L%02u", i);
        assert_true(name_log(name));
    }
    assert_false(crime.truncated);
    assert_true(name_log("M"));
    assert_true(crime.truncated);
    assert_int_equal(crime.incident_count, CDI_REFERENCES_MAX);
}

/* Those with the greater number first. */
static void fill_with_persons(void)
{
    for (unsigned i = 0; i < CDI_PERSONS_MAX; i++) {
        assert_true(name_person(1000 + i * 27 % CDI_PERSONS_MAX));
        assert_int_equal(held.person_count, i + 1);
    }
}

static void assert_persons_from(uint64_t first, unsigned place)
{
    for (; place < CDI_PERSONS_MAX; place++, first--)
        assert_int_equal(held.persons[place].tokens[CDI_TOKEN_ID], first);
}

static void persons_are_held_in_order_and_once_up_to_the_limit(void **state)
{
    (void)state;
    fill_with_persons();
    assert_persons_from(1000 + CDI_PERSONS_MAX - 1, 0);
    assert_false(name_person(1000) || name_person(1031) || name_person(1063));
    assert_int_equal(held.person_count, CDI_PERSONS_MAX);
    assert_false(held.truncated);
}

static void a_person_beyond_the_limit_is_left_out_and_that_is_said_once(void **state)
{
    (void)state;
    fill_with_persons();
    assert_true(name_person(5));
    assert_true(held.truncated);
    assert_int_equal(held.person_count, CDI_PERSONS_MAX);
    assert_persons_from(1000 + CDI_PERSONS_MAX - 1, 0);
    assert_false(name_person(5));
}

static void a_person_who_comes_before_others_takes_his_place_and_the_last_is_left_out(void **state)
{
    (void)state;
    fill_with_persons();
    assert_true(name_person(9000));
    assert_true(held.truncated);
    assert_int_equal(held.person_count, CDI_PERSONS_MAX);
    assert_int_equal(held.persons[0].tokens[CDI_TOKEN_ID], 9000);
    assert_persons_from(1000 + CDI_PERSONS_MAX - 1, 1);
}

/* The first register of the table and the last, and that a value which is said says that something changed. */
static void each_register_of_the_table_takes_what_is_said_later(void **state)
{
    (void)state;
    for (size_t i = 0; i < CDI_INCIDENT_REGISTERS; i++) {
        struct cdi_incident message;
        cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("L1"));
        *(struct cdi_instant *)cdi_member(&message, cdi_incident_registers[i].offset) = (struct cdi_instant){ 7000 + (int64_t)i };
        assert_true(cdi_merge_incident(&held, &message, &scratch));
        assert_int_equal(cdi_register_said_at(&held, cdi_incident_registers[i]).ms, 7000 + (int64_t)i);
        assert_false(cdi_merge_incident(&held, &message, &scratch));
    }
    for (size_t i = 0; i < CDI_CRIME_REGISTERS; i++) {
        struct cdi_crime message;
        cdi_crime_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("C1"));
        *(struct cdi_instant *)cdi_member(&message, cdi_crime_registers[i].offset) = (struct cdi_instant){ 7000 + (int64_t)i };
        assert_true(cdi_merge_crime(&crime, &message, &scratch));
        assert_int_equal(cdi_register_said_at(&crime, cdi_crime_registers[i]).ms, 7000 + (int64_t)i);
        assert_false(cdi_merge_crime(&crime, &message, &scratch));
    }
}

/* A person, of whom the message says this and nothing else. */
static struct cdi_person *of(const struct cdi_person *person)
{
    struct cdi_incident message;
    struct cdi_person said = *person;
    cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    message.persons = &said;
    message.person_count = 1;
    cdi_merge_incident(&held, &message, &scratch);
    return &held.persons[0];
}

static void what_a_later_message_does_not_say_of_a_person_stays_and_when_he_was_first_named(void **state)
{
    (void)state;
    struct cdi_person first = { .said_at = { 5000 }, .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_ADULT }, later = first, before = first;
    first.tokens[CDI_TOKEN_ID] = later.tokens[CDI_TOKEN_ID] = before.tokens[CDI_TOKEN_ID] = 9;
    first.tokens[CDI_TOKEN_NAME] = 77;
    later.said_at.ms = 8000;
    later.age_band = 0;
    later.tokens[CDI_TOKEN_PHONE] = 55;
    before.said_at.ms = 2000;
    before.tokens[CDI_TOKEN_NAME] = 66;
    of(&first);
    struct cdi_person *person = of(&later);
    assert_int_equal(held.person_count, 1);
    assert_int_equal(person->tokens[CDI_TOKEN_NAME], 77);
    assert_int_equal(person->tokens[CDI_TOKEN_PHONE], 55);
    assert_int_equal(person->age_band, CDI_AGE_BAND_ADULT);
    assert_int_equal(person->said_at.ms, 8000);
    assert_int_equal(person->said_at.ms - person->older_ms[CDI_TOKEN_NAME], 5000);
    assert_int_equal(person->said_at.ms - person->first_ms, 5000);
    person = of(&before);                               /* came last, and was said first */
    assert_int_equal(person->tokens[CDI_TOKEN_NAME], 77);
    assert_int_equal(person->said_at.ms - person->first_ms, 2000);
}

static void persons_without_a_number_are_told_apart_by_name_and_else_by_all_that_is_known(void **state)
{
    (void)state;
    struct cdi_person one = { .said_at = { 5000 }, .role = CDI_PERSON_ROLE_VICTIM }, other = one, third = one, fourth = one, suspect = one;
    one.tokens[CDI_TOKEN_NAME] = suspect.tokens[CDI_TOKEN_NAME] = 77;
    other.tokens[CDI_TOKEN_NAME] = 78;
    third.tokens[CDI_TOKEN_PHONE] = 5;
    fourth.tokens[CDI_TOKEN_PHONE] = 6;
    suspect.role = CDI_PERSON_ROLE_SUSPECT;
    of(&one);
    of(&one);
    assert_int_equal(held.person_count, 1);
    of(&other);
    of(&third);
    of(&fourth);
    of(&suspect);
    assert_int_equal(held.person_count, 5);
    of(&third);
    of(&suspect);
    assert_int_equal(held.person_count, 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(references_are_held_in_order_and_once_up_to_the_limit),
        TEST(a_reference_beyond_the_limit_is_left_out_and_that_is_said_once),
        TEST(a_reference_that_comes_before_others_takes_its_place_and_the_last_is_left_out),
        TEST(a_crime_that_names_too_many_logs_says_so_too),
        TEST(each_register_of_the_table_takes_what_is_said_later),
        TEST(persons_are_held_in_order_and_once_up_to_the_limit),
        TEST(a_person_beyond_the_limit_is_left_out_and_that_is_said_once),
        TEST(a_person_who_comes_before_others_takes_his_place_and_the_last_is_left_out),
        TEST(persons_without_a_number_are_told_apart_by_name_and_else_by_all_that_is_known),
        TEST(what_a_later_message_does_not_say_of_a_person_stays_and_when_he_was_first_named),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
