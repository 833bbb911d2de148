/* R8: when a report was answered by crimes some of which have changed since, by those that name its log and by what is only like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/link.h"
#include "core/merge.h"

enum { THEFT, INJURY, OFFENCES };               /* in order of class, as the tables are */
static struct cdi_offence offences[OFFENCES] = {
    [THEFT] = { .klass = { "49", 2 }, .family = CDI_FAMILY_THEFT, .additional = true },
    [INJURY] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .additional = true },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_disclosed disclosed;
static struct cdi_due due;
static struct cdi_linked linked;
static struct cdi_contender contender, stranger;
static struct cdi_crime crimes[3];
static struct cdi_turn turns[3][2];
static struct cdi_pair pairs[3];
static size_t pair_count;

static struct cdi_instant hours(int64_t h) { return (struct cdi_instant){ INT64_C(1793790000000) + h * 3600000 }; }

/* A report received at hour 0, with an injury and a theft due. */
static int fresh(void **state)
{
    (void)state;
    memset(&linked, 0, sizeof linked);
    disclosed = (struct cdi_disclosed){ .likely = true, .received_at = hours(0) };
    due = (struct cdi_due){ .count = 2, .units = { { .offence = INJURY, .answered_by = CDI_UNANSWERED },
                                                   { .offence = THEFT, .answered_by = CDI_UNANSWERED } } };
    contender = stranger = (struct cdi_contender){ .received_at = hours(0), .due = &due, .linked = &linked };
    pair_count = 0;
    return 0;
}

/* From then on the crimes that name the log left these open. */
static void named_left(int64_t hour, uint32_t open)
{
    linked.then[linked.then_count++] = (struct cdi_then){ hours(hour), open };
    linked.changed_at = hours(hour);
}

/* A crime of that class, recorded then, that the report has got by its likeness. */
static struct cdi_pair *like(uint16_t offence, int64_t hour)
{
    struct cdi_crime *crime = &crimes[pair_count];
    struct cdi_pair *pair = &pairs[pair_count++];
    cdi_crime_empty(crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    crime->klass = (struct cdi_word){ hours(hour), offences[offence].klass };
    crime->status = (struct cdi_word){ hours(hour), CDI_TEXT("recorded") };
    crime->recorded_at.at = hours(hour);
    *pair = (struct cdi_pair){ .contender = &contender, .crime = crime, .answers = true };
    pair->link = (struct cdi_link){ .how = CDI_HOW_SCORED, .recorded_at = hours(hour), .standing = CDI_STANDING_COUNTS };
    return pair;
}

/* It is of its class only since then, and was of another. */
static void was_before(struct cdi_pair *pair, int64_t hour, uint16_t offence)
{
    size_t place = (size_t)(pair - pairs);
    struct cdi_crime *crime = &crimes[place];
    crime->klass.said_at = hours(hour);
    turns[place][0] = (struct cdi_turn){ .kind = CDI_TURN_CLASS, .word = offences[offence].klass, .at = crime->recorded_at.at };
    turns[place][1] = (struct cdi_turn){ .kind = CDI_TURN_CLASS, .word = crime->klass.text, .at = hours(hour) };
    crime->turns = turns[place];
    crime->turn_count = 2;
}

static void look_back(void) { cdi_link_look_back_alike(&tables, &disclosed, pairs, pair_count, &contender); }

static bool is(const struct cdi_spells *spells, size_t i, int64_t from, int64_t until)
{
    return i < spells->count && spells->items[i].from.ms == hours(from).ms && spells->items[i].until.ms == hours(until).ms;
}

/* ---- beside what is like it ---- */

static void what_is_like_it_answers_what_was_left_open_from_its_recording(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 3);
    like(THEFT, 2);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 2, 30));
    assert_true(linked.unsure_spells.count == 1 && is(&linked.unsure_spells, 0, 2, 30));
}

static void it_answers_nothing_that_it_does_not_fit_and_only_one(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 3);
    like(INJURY, 2);
    struct cdi_crime theft = crimes[0];
    theft.klass.text = offences[THEFT].klass;
    look_back();
    assert_int_equal(linked.spells.count, 0);
    linked.then[0].open = 1;
    pairs[0].crime = &theft;
    look_back();
    assert_int_equal(linked.spells.count, 0);
    pairs[0].crime = &crimes[0];
    linked.then[0].open = 3;
    look_back();
    assert_int_equal(linked.spells.count, 0);
    like(THEFT, 4);
    look_back();                                /* by both to this day: the last change ends what was before */
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 4, 30));
}

static void what_lies_behind_the_last_change_left_nothing_answered(void **state)
{
    (void)state;
    named_left(1, 3);
    like(THEFT, 40);
    like(THEFT, 50);
    look_back();
    assert_true(linked.spells.count == 0 && linked.unsure_spells.count == 0);
}

static void before_the_first_crime_that_names_it_everything_was_open(void **state)
{
    (void)state;
    named_left(5, 2);
    named_left(30, 3);
    like(THEFT, 1);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 5, 30));
    like(INJURY, 2);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 2, 30));
}

static void more_spells_beside_a_likeness_than_there_is_room_for_are_said_to_be_left_out(void **state)
{
    (void)state;
    like(THEFT, 0);
    for (int64_t hour = 0; hour < 2 * CDI_SPELLS_MAX; hour++)
        named_left(hour, hour % 2 == 0 ? 2 : 3);
    look_back();
    assert_true(linked.spells.count == CDI_SPELLS_MAX && !linked.truncated);
    named_left(2 * CDI_SPELLS_MAX, 2);
    look_back();
    assert_true(linked.spells.count == CDI_SPELLS_MAX && linked.truncated);
}

static void what_was_of_another_class_answers_what_it_fitted_then(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 1);
    was_before(like(INJURY, 2), 20, THEFT);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 2, 20));
}

/* It has been of that status since, which it was not before. */
static void became(struct cdi_pair *pair, int64_t hour, struct cdi_text status)
{
    size_t place = (size_t)(pair - pairs);
    struct cdi_crime *crime = &crimes[place];
    turns[place][0] = (struct cdi_turn){ .kind = CDI_TURN_STATUS, .word = CDI_TEXT("recorded"), .at = crime->recorded_at.at };
    turns[place][1] = (struct cdi_turn){ .kind = CDI_TURN_STATUS, .word = status, .at = hours(hour) };
    crime->status = (struct cdi_word){ hours(hour), status };
    crime->turns = turns[place];
    crime->turn_count = 2;
    pair->once = true;
}

static void what_was_withdrawn_answered_until_then_though_no_crime_names_the_log(void **state)
{
    (void)state;
    due.count = 1;
    became(like(INJURY, 2), 30, CDI_TEXT("cancelled"));
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 2, 30));
    assert_true(linked.unsure_spells.count == 1 && is(&linked.unsure_spells, 0, 2, 30));
}

static void beside_what_is_named_and_never_changed_it_answered_the_rest(void **state)
{
    (void)state;
    linked.link_count = 1;
    linked.links[0] = (struct cdi_link){ .how = CDI_HOW_EXPLICIT, .recorded_at = hours(5), .standing = CDI_STANDING_COUNTS, .allocated = true };
    due.units[0].answered_by = 0;
    due.units[0].answered_at = hours(5);
    became(like(THEFT, 2), 30, CDI_TEXT("cancelled"));
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 5, 30));
    assert_int_equal(due.units[0].answered_at.ms, hours(5).ms);
}

static void what_took_its_place_without_a_gap_is_not_late(void **state)
{
    (void)state;
    due.count = 1;
    became(like(INJURY, 2), 30, CDI_TEXT("cancelled"));
    like(INJURY, 28);
    linked.link_count = 1;
    linked.links[0] = pairs[1].link;
    due.units[0].answered_by = 0;
    due.units[0].answered_at = hours(28);
    look_back();
    assert_true(due.units[0].explained && due.units[0].answered_at.ms == hours(2).ms);
    due.units[0].explained = false;
    crimes[0].recorded_at.at = pairs[0].link.recorded_at = hours(25);
    turns[0][0].at = hours(25);
    look_back();                                /* the first was late itself */
    assert_true(!due.units[0].explained && due.units[0].answered_at.ms == hours(25).ms);
}

static void a_crime_is_not_there_before_it_was_recorded_nor_is_one_older_than_the_report(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 3);
    struct cdi_pair *pair = like(THEFT, 29);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 29, 30));
    pair->link.recorded_at = hours(-1);
    look_back();
    assert_int_equal(linked.spells.count, 0);
}

static void what_another_report_has_got_or_nobody_answers_nothing(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 3);
    struct cdi_pair *pair = like(THEFT, 2);
    linked.spells = (struct cdi_spells){ .count = 1, .items = { { hours(3), hours(4) } } };
    pair->contender = &stranger;
    look_back();
    assert_true(is(&linked.spells, 0, 3, 4));
    pair->contender = &contender;
    pair->answers = false;
    look_back();
    assert_true(is(&linked.spells, 0, 3, 4));
}

static void where_nothing_that_names_it_has_changed_there_is_nothing_to_look_back_to(void **state)
{
    (void)state;
    like(THEFT, 2);
    like(INJURY, 2);
    look_back();
    assert_true(linked.spells.count == 0 && linked.unsure_spells.count == 0);
}

static void where_a_human_must_confirm_it_it_answered_only_as_far_as_is_unsure(void **state)
{
    (void)state;
    named_left(1, 2);
    named_left(30, 3);
    like(THEFT, 2)->link.explicit_only = true;
    look_back();
    assert_true(linked.spells.count == 0 && is(&linked.unsure_spells, 0, 2, 30));
    pairs[0].link.explicit_only = false;
    disclosed.domestic = true;
    look_back();
    assert_true(linked.spells.count == 0 && is(&linked.unsure_spells, 0, 2, 30));
}

/* One crime took another's place at one instant: as much was open before as after. */
static void what_lasted_until_the_last_change_is_told_until_then(void **state)
{
    (void)state;
    named_left(1, 2);
    linked.changed_at = hours(30);
    linked.then[1] = (struct cdi_then){ hours(50), 0 };         /* of an earlier judgement */
    like(THEFT, 2);
    look_back();
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 2, 30));
}

static void what_the_named_alone_answered_is_not_lost(void **state)
{
    (void)state;
    named_left(1, 0);
    named_left(5, 2);
    named_left(8, 3);
    like(THEFT, 7);
    look_back();
    assert_true(linked.spells.count == 2 && is(&linked.spells, 0, 1, 5) && is(&linked.spells, 1, 7, 8));
}

/* ---- by those that name it ---- */

static void tell(int64_t hour, bool first, bool second)
{
    struct cdi_due then = due;
    then.units[0].answered_by = first ? 0 : CDI_UNANSWERED;
    then.units[1].answered_by = second ? 1 : CDI_UNANSWERED;
    cdi_link_look_back(&disclosed, &then, hours(hour), &linked);
}

static void a_spell_is_while_every_unit_was_answered_and_what_was_open_is_noted(void **state)
{
    (void)state;
    tell(-1, true, false);
    tell(1, true, true);
    tell(2, true, true);
    tell(4, false, true);
    tell(6, true, true);
    tell(8, true, true);
    cdi_link_looked_back(&linked, hours(8));
    assert_true(linked.spells.count == 2 && is(&linked.spells, 0, 1, 4) && is(&linked.spells, 1, 6, 8));
    assert_int_equal(memcmp(&linked.spells, &linked.unsure_spells, sizeof linked.spells), 0);
    assert_int_equal(linked.then_count, 4);
    assert_int_equal(linked.changed_at.ms, hours(8).ms);
    assert_true(linked.then[0].open == 2 && linked.then[1].open == 0 && linked.then[2].open == 1 && linked.then[3].open == 0);
    assert_true(linked.then[3].at.ms == hours(6).ms && !linked.truncated);
}

static void a_spell_begins_at_the_earliest_with_the_report(void **state)
{
    (void)state;
    tell(-3, true, true);
    tell(4, false, true);
    cdi_link_looked_back(&linked, hours(4));
    assert_true(linked.spells.count == 1 && is(&linked.spells, 0, 0, 4));
}

static void more_spells_than_there_is_room_for_are_said_to_be_left_out(void **state)
{
    (void)state;
    for (int64_t hour = 0; hour < 2 * CDI_SPELLS_MAX; hour++)
        tell(hour, true, hour % 2 == 0);
    assert_true(linked.spells.count == CDI_SPELLS_MAX && !linked.truncated);
    tell(2 * CDI_SPELLS_MAX, true, true);
    assert_true(linked.spells.count == CDI_SPELLS_MAX && linked.truncated);
    linked.truncated = false;
    for (int64_t hour = 100; linked.then_count < CDI_THEN_MAX; hour++)
        tell(hour, hour % 2 == 0, false);
    assert_false(linked.truncated);
    tell(200, true, true);
    assert_true(linked.then_count == CDI_THEN_MAX && linked.truncated);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_like_it_answers_what_was_left_open_from_its_recording), TEST(it_answers_nothing_that_it_does_not_fit_and_only_one),
        TEST(what_lies_behind_the_last_change_left_nothing_answered),
        TEST(what_was_of_another_class_answers_what_it_fitted_then), TEST(before_the_first_crime_that_names_it_everything_was_open),
        TEST(more_spells_beside_a_likeness_than_there_is_room_for_are_said_to_be_left_out),
        TEST(what_was_withdrawn_answered_until_then_though_no_crime_names_the_log),
        TEST(beside_what_is_named_and_never_changed_it_answered_the_rest),
        TEST(what_took_its_place_without_a_gap_is_not_late),
        TEST(a_crime_is_not_there_before_it_was_recorded_nor_is_one_older_than_the_report),
        TEST(what_another_report_has_got_or_nobody_answers_nothing),
        TEST(where_nothing_that_names_it_has_changed_there_is_nothing_to_look_back_to),
        TEST(where_a_human_must_confirm_it_it_answered_only_as_far_as_is_unsure), TEST(what_the_named_alone_answered_is_not_lost),
        TEST(what_lasted_until_the_last_change_is_told_until_then),
        TEST(a_spell_is_while_every_unit_was_answered_and_what_was_open_is_noted), TEST(a_spell_begins_at_the_earliest_with_the_report),
        TEST(more_spells_than_there_is_room_for_are_said_to_be_left_out),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
