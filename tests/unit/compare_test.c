/* Step 5 by itself: what the links and the reason leave of what is due, from when it is answered, and what must be seen of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/clear.h"
#include "core/compare.h"

#define MARK(name) (UINT32_C(1) << CDI_MARK_##name)

enum { INJURY, STALKING, HARASSMENT, OFFENCES };
static struct cdi_offence offences[OFFENCES] = {
    [INJURY] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY },
    [STALKING] = { .klass = { "8Q", 2 }, .family = CDI_FAMILY_CONDUCT },
    [HARASSMENT] = { .klass = { "8L", 2 }, .family = CDI_FAMILY_CONDUCT },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_instant hours(int64_t h) { return (struct cdi_instant){ INT64_C(1793790000000) + h * 3600000 }; }

static struct cdi_disclosed disclosed;
static struct cdi_due due;
static struct cdi_linked linked;
static struct cdi_clearing clearing;
static struct cdi_compared compared;

/* Two injuries are due, of a report received at nought; nothing is linked, nothing said. */
static int begin(void **state)
{
    (void)state;
    disclosed = (struct cdi_disclosed){ .likely = true, .received_at = hours(0) };
    due = (struct cdi_due){ .count = 2 };
    for (size_t u = 0; u < 2; u++)
        due.units[u] = (struct cdi_unit){ .offence = INJURY, .answered_by = CDI_UNANSWERED, .answered_at = CDI_INSTANT_NONE };
    linked = (struct cdi_linked){ .link_count = 0 };
    clearing = cdi_clear_nothing;
    return 0;
}

static struct cdi_link *link(enum cdi_standing standing, int64_t recorded)
{
    struct cdi_link *link = &linked.links[linked.link_count++];
    *link = (struct cdi_link){ .offence = INJURY, .how = CDI_HOW_EXPLICIT, .standing = standing, .recorded_at = hours(recorded) };
    return link;
}

/* The unit is answered by the last link, from when it was recorded. */
static struct cdi_link *answer(size_t unit, enum cdi_standing standing, int64_t recorded)
{
    struct cdi_link *by = link(standing, recorded);
    by->allocated = true;
    due.units[unit].answered_by = (uint8_t)(linked.link_count - 1);
    due.units[unit].answered_at = hours(recorded);
    return by;
}

static void compare(void) { cdi_compare(&tables, &disclosed, &due, &linked, &clearing, &compared); }

static void clear_with(enum cdi_reason reason, int64_t at)
{
    clearing.given = clearing.complete = true;
    clearing.reason = reason;
    clearing.at = hours(at);
}

static void what_is_not_likely_or_of_which_nothing_is_due_is_no_report(void **state)
{
    (void)state;
    disclosed.likely = false;
    compare();
    assert_int_equal(compared.state, CDI_STATE_NOT_DISCLOSED);
    disclosed.likely = true;
    due.count = 0;
    clear_with(CDI_REASON_NCL, 1);
    compare();
    assert_int_equal(compared.state, CDI_STATE_NOT_DISCLOSED);
    assert_false(cdi_instant_said(compared.answered_at) || cdi_instant_said(compared.unsure_at) || cdi_instant_said(compared.n100_at));
}

static void a_report_without_a_crime_or_a_reason_is_open(void **state)
{
    (void)state;
    compare();
    assert_int_equal(compared.state, CDI_STATE_OPEN);
    assert_int_equal(compared.due, 2);
    assert_int_equal(compared.recorded, 0);
    assert_false(compared.lesser_family || cdi_instant_said(compared.answered_at) || cdi_instant_said(compared.unsure_at));
    assert_int_equal(compared.marks, 0);
}

static void one_of_two_is_too_few_and_what_is_left_over_is_of_a_lesser_family(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_COUNTS, 3);
    compare();
    assert_int_equal(compared.state, CDI_STATE_MATCHED_UNVERIFIED);
    assert_int_equal(compared.recorded, 1);
    assert_false(compared.lesser_family || cdi_instant_said(compared.answered_at) || cdi_instant_said(compared.unsure_at));
    link(CDI_STANDING_WITHDRAWN, 4);
    compare();
    assert_false(compared.lesser_family);
    link(CDI_STANDING_COUNTS, 4);
    compare();
    assert_true(compared.lesser_family);
}

static void both_answered_is_satisfied_from_the_later_but_not_before_it_was_received(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_COUNTS, 5);
    answer(1, CDI_STANDING_COUNTS, 3);
    link(CDI_STANDING_COUNTS, 4);
    compare();
    assert_int_equal(compared.state, CDI_STATE_SATISFIED);
    assert_int_equal(compared.recorded, 2);
    assert_int_equal(compared.answered_at.ms, hours(5).ms);
    assert_int_equal(compared.unsure_at.ms, hours(5).ms);
    assert_false(compared.lesser_family);
    due.units[0].answered_at = due.units[1].answered_at = hours(-9);
    compare();
    assert_int_equal(compared.answered_at.ms, hours(0).ms);
}

static void a_likeness_answers_but_not_surely_where_a_human_must_confirm_it(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_COUNTS, 3);
    answer(1, CDI_STANDING_COUNTS, 5)->how = CDI_HOW_SCORED;
    compare();
    assert_int_equal(compared.state, CDI_STATE_SATISFIED);
    linked.links[1].explicit_only = true;
    compare();
    assert_int_equal(compared.state, CDI_STATE_MATCHED_UNVERIFIED);
    assert_int_equal(compared.recorded, 2);
    assert_true(compared.marks & MARK(UNSURE));
    assert_false(cdi_instant_said(compared.answered_at));
    assert_int_equal(compared.unsure_at.ms, hours(5).ms);
    linked.links[1].explicit_only = false;
    disclosed.domestic = true;
    compare();
    assert_true(compared.state == CDI_STATE_MATCHED_UNVERIFIED && (compared.marks & MARK(UNSURE)));
    linked.links[1].how = CDI_HOW_CONFIRMED;
    linked.links[1].explicit_only = true;
    compare();
    assert_true(compared.state == CDI_STATE_SATISFIED && compared.marks == 0);
}

static void a_likeness_and_one_unanswered_are_too_few_and_no_doubt(void **state)
{
    (void)state;
    disclosed.child = true;
    answer(0, CDI_STANDING_COUNTS, 3)->how = CDI_HOW_SCORED;
    compare();
    assert_int_equal(compared.state, CDI_STATE_MATCHED_UNVERIFIED);
    assert_int_equal(compared.marks, 0);
    assert_false(cdi_instant_said(compared.unsure_at));
}

static void an_n100_answers_without_a_crime(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_COUNTS, 3);
    answer(1, CDI_STANDING_N100, 4);
    due.units[1].answered_at = hours(6);
    compare();
    assert_int_equal(compared.state, CDI_STATE_CLEARED);
    assert_int_equal(compared.recorded, 1);
    assert_int_equal(compared.answered_at.ms, hours(6).ms);
    assert_int_equal(compared.n100_at.ms, hours(4).ms);         /* from its recording (R15) */
}

static void the_later_of_two_n100_is_watched_and_none_where_crimes_answer(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_N100, 7);
    answer(1, CDI_STANDING_N100, 4);
    compare();
    assert_int_equal(compared.n100_at.ms, hours(7).ms);
    linked.links[0].standing = linked.links[1].standing = CDI_STANDING_COUNTS;
    compare();
    assert_int_equal(compared.state, CDI_STATE_SATISFIED);
    assert_false(cdi_instant_said(compared.n100_at));
}

static void a_reason_that_names_an_n100_is_watched_from_its_decision_and_others_are_not(void **state)
{
    static const struct { enum cdi_reason reason; bool watched; } rows[] = {
        { CDI_REASON_N100_01, true }, { CDI_REASON_N100_02, true }, { CDI_REASON_N100_03, true }, { CDI_REASON_NCL, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        clear_with(rows[i].reason, 5);
        compare();
        assert_int_equal(compared.state, CDI_STATE_CLEARED);
        assert_int_equal(cdi_instant_said(compared.n100_at), rows[i].watched);
        if (rows[i].watched)
            assert_int_equal(compared.n100_at.ms, hours(5).ms);
    }
    answer(0, CDI_STANDING_N100, 2);
    clear_with(CDI_REASON_N100_01, 5);
    compare();
    assert_int_equal(compared.n100_at.ms, hours(2).ms);         /* the record itself, where it is there */
}

static void a_reason_that_is_complete_clears_and_one_that_is_not_says_so(void **state)
{
    (void)state;
    clear_with(CDI_REASON_NEG, 4);
    clearing.marks = MARK(UNENDORSED);
    compare();
    assert_true(compared.state == CDI_STATE_CLEARED && compared.marks == MARK(UNENDORSED));
    assert_true(compared.answered_at.ms == hours(4).ms && compared.unsure_at.ms == hours(4).ms);
    clearing.at = hours(-4);
    compare();
    assert_int_equal(compared.answered_at.ms, hours(0).ms);
    clearing.complete = false;
    compare();
    assert_int_equal(compared.state, CDI_STATE_INCOMPLETE_CLEAR);
    assert_false(cdi_instant_said(compared.answered_at));
    clearing.reason = CDI_REASON_NONE;
    compare();
    assert_int_equal(compared.state, CDI_STATE_OPEN);
    clearing.reason = CDI_REASON_NEG;
    clearing.given = false;
    compare();
    assert_int_equal(compared.state, CDI_STATE_OPEN);
    clearing.given = true;
    answer(0, CDI_STANDING_COUNTS, 3);
    compare();
    assert_int_equal(compared.state, CDI_STATE_MATCHED_UNVERIFIED);
}

static void of_crimes_and_a_reason_the_earlier_ended_the_clock(void **state)
{
    (void)state;
    answer(0, CDI_STANDING_COUNTS, 3);
    answer(1, CDI_STANDING_COUNTS, 8);
    clear_with(CDI_REASON_NCL, 5);
    compare();
    assert_int_equal(compared.state, CDI_STATE_SATISFIED);
    assert_true(compared.answered_at.ms == hours(5).ms && compared.unsure_at.ms == hours(5).ms);
    clearing.at = hours(9);
    compare();
    assert_int_equal(compared.answered_at.ms, hours(8).ms);
}

static void a_reason_settles_what_a_likeness_left_in_doubt(void **state)
{
    (void)state;
    disclosed.rape = true;
    answer(0, CDI_STANDING_COUNTS, 3)->how = CDI_HOW_SCORED;
    answer(1, CDI_STANDING_COUNTS, 4)->how = CDI_HOW_SCORED;
    clear_with(CDI_REASON_NEG, 6);
    compare();
    assert_int_equal(compared.state, CDI_STATE_CLEARED);
    assert_int_equal(compared.marks & MARK(UNSURE), 0);
}

static void stalking_answered_by_another_of_the_family_is_marked(void **state)
{
    (void)state;
    due.count = 1;
    due.units[0].offence = STALKING;
    compare();
    assert_int_equal(compared.marks, 0);
    answer(0, CDI_STANDING_COUNTS, 3)->offence = HARASSMENT;
    compare();
    assert_int_equal(compared.marks, MARK(CLASS));
    link(CDI_STANDING_WITHDRAWN, 4)->offence = STALKING;
    compare();
    assert_int_equal(compared.marks, MARK(CLASS));
    linked.links[1].standing = CDI_STANDING_COUNTS;
    compare();
    assert_int_equal(compared.marks, 0);
    linked.links[0].offence = STALKING;                 /* recorded first, whichever of them answers */
    linked.links[1].offence = HARASSMENT;
    due.units[0].answered_by = 1;
    compare();
    assert_int_equal(compared.marks, 0);
    linked.links[0].offence = HARASSMENT;
    linked.links[2] = (struct cdi_link){ .offence = STALKING, .standing = CDI_STANDING_COUNTS };
    compare();
    assert_int_equal(compared.marks, MARK(CLASS));      /* what lies behind the last link is none */
    due.units[0].offence = HARASSMENT;
    linked.links[0].offence = linked.links[1].offence = STALKING;
    compare();
    assert_int_equal(compared.marks, 0);
    due.units[0].offence = STALKING;
    linked.links[0].standing = linked.links[1].standing = CDI_STANDING_N100;
    linked.links[0].offence = linked.links[1].offence = HARASSMENT;
    compare();
    assert_int_equal(compared.marks, 0);
}

static void a_request_is_marked_until_something_better_is_there_and_lateness_is_not_its_to_say(void **state)
{
    (void)state;
    linked.marks = MARK(REQUESTED);
    link(CDI_STANDING_WITHDRAWN, 3)->marks = MARK(PLACEHOLDER) | MARK(LATE_WITHOUT_RATIONALE) | MARK(LATE_WITHOUT_OVERSIGHT);
    compare();
    assert_int_equal(compared.marks, MARK(REQUESTED) | MARK(PLACEHOLDER));
    clear_with(CDI_REASON_NCL, 4);
    compare();
    assert_int_equal(compared.marks, MARK(PLACEHOLDER));
    clearing = cdi_clear_nothing;
    answer(0, CDI_STANDING_COUNTS, 3);
    answer(1, CDI_STANDING_COUNTS, 3);
    compare();
    assert_int_equal(compared.marks, MARK(PLACEHOLDER));
}

static void what_answered_once_is_told_from_and_until_when(void **state)
{
    (void)state;
    linked.spells.count = linked.unsure_spells.count = 1;
    linked.spells.items[0] = (struct cdi_once){ hours(3), hours(5) };
    linked.spells.items[1] = (struct cdi_once){ hours(6), hours(7) };
    linked.unsure_spells.items[0] = (struct cdi_once){ hours(3), hours(9) };
    clearing.once_count = 1;
    clearing.once[0] = (struct cdi_once){ hours(2), hours(4) };
    clearing.once[1] = (struct cdi_once){ hours(6), hours(8) };     /* room that was used before */
    compare();
    assert_true(compared.once[0].from.ms == hours(2).ms && compared.once[0].until.ms == hours(4).ms);
    assert_true(compared.once[1].from.ms == hours(3).ms && compared.once[1].until.ms == hours(5).ms);
    assert_true(compared.unsure_once[0].until.ms == hours(4).ms && compared.unsure_once[1].until.ms == hours(9).ms);
    for (size_t i = 2; i < CDI_ONCE_MAX; i++)
        assert_false(cdi_instant_said(compared.once[i].from) || cdi_instant_said(compared.once[i].until));
    clearing.once[0].until = hours(0);                          /* before there was a report */
    compare();
    assert_true(compared.once[0].from.ms == hours(3).ms && !cdi_instant_said(compared.once[1].until));
}

/* Room that was used before: nothing of it is looked at. */
static void what_lies_behind_the_last_unit_and_link_is_none(void **state)
{
    (void)state;
    due.count = 1;
    linked.links[0] = (struct cdi_link){ .offence = HARASSMENT, .standing = CDI_STANDING_N100, .recorded_at = hours(9), .marks = MARK(PLACEHOLDER) };
    due.units[1] = (struct cdi_unit){ .offence = STALKING, .answered_by = 0, .answered_at = hours(9) };
    compare();
    assert_true(compared.state == CDI_STATE_OPEN && compared.marks == 0);
    linked.links[0].standing = CDI_STANDING_COUNTS;
    linked.links[0].recorded_at = hours(22);    /* in haste, were it one */
    compare();
    assert_int_equal(compared.marks, 0);
    linked.links[0].recorded_at = hours(9);
    clear_with(CDI_REASON_NCL, 4);
    compare();
    assert_true(compared.marks == 0 && !cdi_instant_said(compared.n100_at));
    linked.links[0].standing = CDI_STANDING_N100;
    compare();
    assert_false(cdi_instant_said(compared.n100_at));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_likely_or_of_which_nothing_is_due_is_no_report),
        TEST(a_report_without_a_crime_or_a_reason_is_open),
        TEST(one_of_two_is_too_few_and_what_is_left_over_is_of_a_lesser_family),
        TEST(both_answered_is_satisfied_from_the_later_but_not_before_it_was_received),
        TEST(a_likeness_answers_but_not_surely_where_a_human_must_confirm_it),
        TEST(a_likeness_and_one_unanswered_are_too_few_and_no_doubt),
        TEST(an_n100_answers_without_a_crime),
        TEST(the_later_of_two_n100_is_watched_and_none_where_crimes_answer),
        TEST(a_reason_that_names_an_n100_is_watched_from_its_decision_and_others_are_not),
        TEST(a_reason_that_is_complete_clears_and_one_that_is_not_says_so),
        TEST(of_crimes_and_a_reason_the_earlier_ended_the_clock),
        TEST(a_reason_settles_what_a_likeness_left_in_doubt),
        TEST(stalking_answered_by_another_of_the_family_is_marked),
        TEST(a_request_is_marked_until_something_better_is_there_and_lateness_is_not_its_to_say),
        TEST(what_answered_once_is_told_from_and_until_when),
        TEST(what_lies_behind_the_last_unit_and_link_is_none),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
