/* What a likeness between a log and a crime weighs: each field by the best level that both sides say something about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/link.h"
#include "core/merge.h"

enum { ASSAULT, THEFT, WOUNDING, INJURY, OFFENCES };               /* in order of class, as the tables are */
static struct cdi_offence offences[OFFENCES] = {
    [WOUNDING] = { .klass = { "5D", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .category = CDI_CATEGORY_VAP },
    [INJURY] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .category = CDI_CATEGORY_VAP },
    [ASSAULT] = { .klass = { "105A", 4 }, .family = CDI_FAMILY_ASSAULT, .category = CDI_CATEGORY_VAP },
    [THEFT] = { .klass = { "49", 2 }, .family = CDI_FAMILY_THEFT, .category = CDI_CATEGORY_OTHER },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_incident incident;
static struct cdi_crime crime;
static struct cdi_disclosed disclosed;
static struct cdi_person ours[2], theirs[1];

static struct cdi_instant minutes(int64_t m) { return (struct cdi_instant){ INT64_C(1793790000000) + m * 60000 }; }

/* Neither says anything but when it was reported. */
static int begin(void **state)
{
    (void)state;
    for (int32_t level = 0; level < CDI_MATCH_LEVEL_COUNT; level++)
        tables.match.weight[level] = 1000 + level;
    cdi_incident_empty(&incident, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    crime.reported_at.at = minutes(0);
    disclosed = (struct cdi_disclosed){ .received_at = minutes(0) };
    ours[0] = ours[1] = theirs[0] = (struct cdi_person){ .role = CDI_PERSON_ROLE_VICTIM };
    return 0;
}

static struct cdi_link score(void)
{
    struct cdi_link link;
    cdi_link_score(&tables, &incident, &disclosed, &crime, &link);
    return link;
}

/* The level, among those from `first` to `last`, that counted; LEVEL_COUNT: none did. */
static int level_of(enum cdi_match_level first, enum cdi_match_level last)
{
    struct cdi_link link = score();
    int found = CDI_MATCH_LEVEL_COUNT;
    for (size_t i = 0; i < link.addend_count; i++)
        if (link.addends[i].level >= first && link.addends[i].level <= last)
            found = (int)link.addends[i].level;
    return found;
}
#define TIME() level_of(CDI_MATCH_TIME_SAME_HOUR, CDI_MATCH_TIME_LATER)
#define PLACE() level_of(CDI_MATCH_PLACE_UPRN, CDI_MATCH_PLACE_ELSEWHERE)
#define PERSON() level_of(CDI_MATCH_PERSON_ID, CDI_MATCH_PERSON_DIFFERENT)
#define CLASS() level_of(CDI_MATCH_CLASS_SAME, CDI_MATCH_CLASS_DIFFERENT)
#define AREA() level_of(CDI_MATCH_AREA_BEAT, CDI_MATCH_AREA_DIFFERENT)

static void what_one_side_does_not_say_adds_nothing(void **state)
{
    (void)state;
    struct cdi_link link = score();
    assert_int_equal(link.addend_count, 1);
    assert_int_equal(link.addends[0].level, CDI_MATCH_TIME_SAME_HOUR);
    assert_int_equal(link.weight, 1000 + CDI_MATCH_TIME_SAME_HOUR);
}

static void a_weight_is_the_sum_of_its_addends(void **state)
{
    (void)state;
    incident.location.uprn = crime.location.uprn = 7;
    incident.area.beat = crime.area.beat = CDI_TEXT("E1");
    struct cdi_link link = score();
    assert_int_equal(link.addend_count, 3);
    assert_int_equal(link.weight, 3000 + CDI_MATCH_TIME_SAME_HOUR + CDI_MATCH_PLACE_UPRN + CDI_MATCH_AREA_BEAT);
}

static void time_apart_is_within_the_hour_the_day_the_week_or_later_whichever_was_first(void **state)
{
    static const struct { int64_t minutes; enum cdi_match_level level; } rows[] = {
        { 60, CDI_MATCH_TIME_SAME_HOUR }, { 61, CDI_MATCH_TIME_SAME_DAY }, { 24 * 60, CDI_MATCH_TIME_SAME_DAY },
        { 24 * 60 + 1, CDI_MATCH_TIME_SAME_WEEK }, { 7 * 24 * 60, CDI_MATCH_TIME_SAME_WEEK }, { 7 * 24 * 60 + 1, CDI_MATCH_TIME_LATER },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        crime.reported_at.at = minutes(rows[i].minutes);
        assert_int_equal(TIME(), rows[i].level);
        crime.reported_at.at = minutes(-rows[i].minutes);
        assert_int_equal(TIME(), rows[i].level);
    }
}

static void a_crime_that_does_not_say_when_it_was_reported_is_timed_by_its_recording(void **state)
{
    (void)state;
    crime.reported_at.at = CDI_INSTANT_NONE;
    crime.recorded_at.at = minutes(3 * 24 * 60);
    assert_int_equal(TIME(), CDI_MATCH_TIME_SAME_WEEK);
}

static void a_place_is_compared_by_the_most_exact_that_both_say(void **state)
{
    (void)state;
    incident.location.postcode = 8;
    assert_int_equal(PLACE(), CDI_MATCH_LEVEL_COUNT);
    crime.location.postcode = 9;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_ELSEWHERE);
    crime.location.postcode = 8;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_POSTCODE);
    incident.location.text = crime.location.text = 5;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_TEXT);
    incident.location.uprn = 3;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_TEXT);
    crime.location.uprn = 3;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_UPRN);
}

static void another_number_or_another_name_of_a_place_is_elsewhere(void **state)
{
    (void)state;
    incident.location.uprn = 3;
    crime.location.uprn = 4;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_ELSEWHERE);
    incident.location.uprn = crime.location.uprn = 0;
    incident.location.text = 3;
    assert_int_equal(PLACE(), CDI_MATCH_LEVEL_COUNT);
    crime.location.text = 4;
    assert_int_equal(PLACE(), CDI_MATCH_PLACE_ELSEWHERE);
}

static void grid_references_are_near_to_100_metres_and_within_a_kilometre(void **state)
{
    static const struct { int32_t east, north; enum cdi_match_level level; } rows[] = {
        { 60, 80, CDI_MATCH_PLACE_NEAR }, { 61, 80, CDI_MATCH_PLACE_KILOMETRE }, { -600, 800, CDI_MATCH_PLACE_KILOMETRE },
        { -600, -801, CDI_MATCH_PLACE_ELSEWHERE },
    };
    (void)state;
    incident.location.easting = 433000;
    incident.location.northing = 387000;
    assert_int_equal(PLACE(), CDI_MATCH_LEVEL_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        crime.location.easting = 433000 + rows[i].east;
        crime.location.northing = 387000 + rows[i].north;
        assert_int_equal(PLACE(), rows[i].level);
    }
}

static void a_person_is_compared_by_the_surest_that_both_say(void **state)
{
    (void)state;
    incident.persons = ours;
    crime.persons = theirs;
    incident.person_count = crime.person_count = 1;
    assert_int_equal(PERSON(), CDI_MATCH_LEVEL_COUNT);
    ours[0].tokens[CDI_TOKEN_PHONETIC] = theirs[0].tokens[CDI_TOKEN_PHONETIC] = 1;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_PHONETIC);
    ours[0].tokens[CDI_TOKEN_BIRTH] = theirs[0].tokens[CDI_TOKEN_BIRTH] = 2;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_PHONETIC_BIRTH);
    ours[0].tokens[CDI_TOKEN_PHONE] = theirs[0].tokens[CDI_TOKEN_PHONE] = 3;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_PHONE);
    ours[0].tokens[CDI_TOKEN_NAME] = theirs[0].tokens[CDI_TOKEN_NAME] = 4;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_NAME_BIRTH);
    theirs[0].tokens[CDI_TOKEN_BIRTH] = 0;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_NAME);
    ours[0].tokens[CDI_TOKEN_ID] = theirs[0].tokens[CDI_TOKEN_ID] = 5;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_ID);
}

static void of_several_persons_the_most_alike_count_and_none_alike_are_different(void **state)
{
    (void)state;
    incident.persons = ours;
    crime.persons = theirs;
    incident.person_count = 2;
    crime.person_count = 1;
    ours[0].tokens[CDI_TOKEN_PHONE] = 1;
    theirs[0].tokens[CDI_TOKEN_PHONE] = 2;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_DIFFERENT);
    ours[1].tokens[CDI_TOKEN_PHONE] = 2;
    assert_int_equal(PERSON(), CDI_MATCH_PERSON_PHONE);
}

static void a_class_is_the_same_of_its_family_of_its_category_or_different(void **state)
{
    static const struct { int disclosed; enum cdi_match_level level; } rows[] = {
        { INJURY, CDI_MATCH_CLASS_SAME }, { WOUNDING, CDI_MATCH_CLASS_FAMILY }, { ASSAULT, CDI_MATCH_CLASS_CATEGORY }, { THEFT, CDI_MATCH_CLASS_DIFFERENT },
    };
    (void)state;
    disclosed.count = 1;
    crime.klass.text = CDI_TEXT("8N");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        disclosed.items[0] = (struct cdi_disclosure){ .offence = (uint16_t)rows[i].disclosed, .likely = false };
        assert_int_equal(CLASS(), CDI_MATCH_LEVEL_COUNT);
        disclosed.items[0].likely = true;
        assert_int_equal(CLASS(), rows[i].level);
    }
    crime.klass.text = CDI_TEXT("no class of ours");
    assert_int_equal(CLASS(), CDI_MATCH_LEVEL_COUNT);
    assert_int_equal(score().rank, CDI_RANK_NONE);
}

static void of_several_classes_disclosed_the_nearest_counts(void **state)
{
    (void)state;
    disclosed.count = 2;
    disclosed.items[0] = (struct cdi_disclosure){ .offence = THEFT, .likely = true };
    disclosed.items[1] = (struct cdi_disclosure){ .offence = WOUNDING, .likely = true };
    crime.klass.text = CDI_TEXT("8N");
    assert_int_equal(CLASS(), CDI_MATCH_CLASS_FAMILY);
}

static void an_area_is_the_beat_or_else_the_command_unit_where_both_say_one(void **state)
{
    (void)state;
    incident.area.beat = CDI_TEXT("E1");
    crime.area.beat = CDI_TEXT("E2");
    assert_int_equal(AREA(), CDI_MATCH_LEVEL_COUNT);
    incident.area.bcu = CDI_TEXT("East");
    assert_int_equal(AREA(), CDI_MATCH_LEVEL_COUNT);
    crime.area.bcu = CDI_TEXT("East");
    assert_int_equal(AREA(), CDI_MATCH_AREA_BCU);
    crime.area.bcu = CDI_TEXT("West");
    assert_int_equal(AREA(), CDI_MATCH_AREA_DIFFERENT);
    crime.area.beat = CDI_TEXT("E1");
    assert_int_equal(AREA(), CDI_MATCH_AREA_BEAT);
}

static void of_too_many_alternatives_the_weightiest_are_kept_and_it_is_said(void **state)
{
    (void)state;
    static struct cdi_linked linked;
    static char names[CDI_ALTERNATIVES_MAX + 2][8];
    for (int i = 0; i < CDI_ALTERNATIVES_MAX; i++) {
        snprintf(names[i], sizeof names[i], "C%03u", (unsigned)i % 1000);
        cdi_link_keep(&linked, &(struct cdi_link){ .crime = cdi_text_of(names[i]), .weight = 100 + i });
    }
    assert_int_equal(linked.alternative_count, CDI_ALTERNATIVES_MAX);
    assert_false(linked.truncated);
    cdi_link_keep(&linked, &(struct cdi_link){ .crime = CDI_TEXT("lighter"), .weight = 50 });
    assert_true(linked.truncated);
    assert_true(cdi_text_is(linked.alternatives[CDI_ALTERNATIVES_MAX - 1].crime, "C000"));
    linked.truncated = false;
    cdi_link_keep(&linked, &(struct cdi_link){ .crime = CDI_TEXT("weightiest"), .weight = 500 });
    assert_true(linked.truncated);
    assert_int_equal(linked.alternative_count, CDI_ALTERNATIVES_MAX);
    assert_true(cdi_text_is(linked.alternatives[0].crime, "weightiest"));
    assert_true(cdi_text_is(linked.alternatives[CDI_ALTERNATIVES_MAX - 1].crime, "C001"));
}

static void alternatives_of_one_weight_are_in_order_of_their_references(void **state)
{
    (void)state;
    struct cdi_linked linked = { .alternative_count = 0 };
    static const char *const names[] = { "C2", "C3", "C1" };
    for (size_t i = 0; i < 3; i++)
        cdi_link_keep(&linked, &(struct cdi_link){ .crime = cdi_text_of(names[i]), .weight = 7 });
    assert_true(cdi_text_is(linked.alternatives[0].crime, "C1"));
    assert_true(cdi_text_is(linked.alternatives[1].crime, "C2"));
    assert_true(cdi_text_is(linked.alternatives[2].crime, "C3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_one_side_does_not_say_adds_nothing, begin),
        cmocka_unit_test_setup(a_weight_is_the_sum_of_its_addends, begin),
        cmocka_unit_test_setup(time_apart_is_within_the_hour_the_day_the_week_or_later_whichever_was_first, begin),
        cmocka_unit_test_setup(a_crime_that_does_not_say_when_it_was_reported_is_timed_by_its_recording, begin),
        cmocka_unit_test_setup(a_place_is_compared_by_the_most_exact_that_both_say, begin),
        cmocka_unit_test_setup(another_number_or_another_name_of_a_place_is_elsewhere, begin),
        cmocka_unit_test_setup(grid_references_are_near_to_100_metres_and_within_a_kilometre, begin),
        cmocka_unit_test_setup(a_person_is_compared_by_the_surest_that_both_say, begin),
        cmocka_unit_test_setup(of_several_persons_the_most_alike_count_and_none_alike_are_different, begin),
        cmocka_unit_test_setup(a_class_is_the_same_of_its_family_of_its_category_or_different, begin),
        cmocka_unit_test_setup(of_several_classes_disclosed_the_nearest_counts, begin),
        cmocka_unit_test_setup(an_area_is_the_beat_or_else_the_command_unit_where_both_say_one, begin),
        cmocka_unit_test_setup(of_too_many_alternatives_the_weightiest_are_kept_and_it_is_said, begin),
        cmocka_unit_test_setup(alternatives_of_one_weight_are_in_order_of_their_references, begin),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
