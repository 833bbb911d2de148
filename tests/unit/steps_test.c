/* Steps 3 to 6 of one report, in the order and with the numbers of the procedure (DESIGN.md "The engine"). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/clear.h"
#include "core/compare.h"
#include "core/link.h"
#include "core/merge.h"
#include "core/stage.h"

enum { ASSAULT, RAPE, THEFT, HARASSMENT, INJURY, STALKING, N100 };    /* in order of class, as the tables are */
static struct cdi_offence offences[] = {
    [INJURY] = { .klass = { "8N", sizeof "8N" - 1 }, .family = CDI_FAMILY_ASSAULT_INJURY, .category = CDI_CATEGORY_VAP, .rank = 50 },
    [ASSAULT] = { .klass = { "105A", sizeof "105A" - 1 }, .family = CDI_FAMILY_ASSAULT, .category = CDI_CATEGORY_VAP, .rank = 90 },
    [THEFT] = { .klass = { "49", sizeof "49" - 1 }, .family = CDI_FAMILY_THEFT, .rank = CDI_RANK_NONE, .sentence = 84 },
    [RAPE] = { .klass = { "19C", sizeof "19C" - 1 }, .family = CDI_FAMILY_RAPE, .category = CDI_CATEGORY_RAPE, .rank = 4, .never_absorbed = true },
    [STALKING] = { .klass = { "8Q", sizeof "8Q" - 1 }, .family = CDI_FAMILY_CONDUCT, .rank = 30, .conduct = true },
    [HARASSMENT] = { .klass = { "8L", sizeof "8L" - 1 }, .family = CDI_FAMILY_CONDUCT, .rank = 40, .conduct = true },
    [N100] = { .klass = { "N100", sizeof "N100" - 1 }, .family = CDI_FAMILY_N100, .rank = CDI_RANK_NONE },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = 7, .zone = { CDI_ZONE_LONDON, 0 } };

#define BIT(name) (UINT32_C(1) << CDI_DISPOSAL_FIELD_##name)
#define MARK(name) (UINT32_C(1) << CDI_MARK_##name)

static struct cdi_instant hours(double h) { return (struct cdi_instant){ 1793786400000 + (int64_t)(h * 3600000) }; }

static struct cdi_incident incident;
static struct cdi_judgement j;
static struct cdi_crime crimes[2];

static int fresh(void **state)
{
    (void)state;
    cdi_incident_empty(&incident, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    incident.received_at = hours(0);
    memset(&j, 0, sizeof j);
    j.disclosed = (struct cdi_disclosed){ .likely = true, .received_at = hours(0), .risk = CDI_RISK_VIOLENCE };
    for (int risk = 0; risk < CDI_RISK_COUNT; risk++)
        tables.stages[risk] = (struct cdi_stage_rule){ .after = { [CDI_STAGE_NOTICE] = CDI_HOURS(12), [CDI_STAGE_WARNING] = CDI_HOURS(20),
                                                                  [CDI_STAGE_URGENT] = CDI_HOURS(23), [CDI_STAGE_BREACH] = CDI_HOURS(24) } };
    tables.disposals[CDI_REASON_NEG] = (struct cdi_disposal_rule){
        .clears = true, .needs = BIT(RATIONALE) | BIT(ENDORSED_BY) | BIT(VICTIM_TOLD_AT), .rationale_given = true };
    tables.disposals[CDI_REASON_CRI_1A] = (struct cdi_disposal_rule){
        .clears = true, .needs = BIT(VICTIM_CONTACT_AT), .needs_if_sensitive = BIT(ENDORSED_BY),
        .marks_missing = BIT(ENDORSED_BY) | BIT(VICTIM_TOLD_AT), .caller_never = UINT32_C(1) << CDI_CALLER_ROLE_PROFESSIONAL };
    return 0;
}

static void due(size_t count, ...)
{
    va_list units;
    va_start(units, count);
    for (size_t i = 0; i < count; i++)
        j.due.units[i] = (struct cdi_unit){ .offence = (uint16_t)va_arg(units, int), .answered_by = CDI_UNANSWERED };
    va_end(units);
    j.due.count = (uint8_t)count;
}

static struct cdi_crime *crime(size_t i, const char *reference, int offence, struct cdi_instant recorded_at)
{
    cdi_crime_empty(&crimes[i], CDI_TEXT("dpp"), cdi_text_of(reference));
    crimes[i].klass.text = offences[offence].klass;
    crimes[i].status.text = CDI_TEXT("recorded");
    crimes[i].recorded_at.at = recorded_at;
    return &crimes[i];
}

static void judge(size_t count, const struct cdi_disposal *disposal, struct cdi_instant now)
{
    struct cdi_candidate candidates[2];
    for (size_t i = 0; i < count; i++)
        candidates[i] = (struct cdi_candidate){ .crime = &crimes[i], .how = CDI_HOW_EXPLICIT, .added_at = CDI_INSTANT_NONE,
                                               .moved_at = CDI_INSTANT_NONE };
    struct cdi_clear_facts facts = { .disposal = disposal, .rests_upon_at = CDI_INSTANT_NONE };
    if (cdi_text_said(incident.caller_role.text))
        cdi_caller_role_from(incident.caller_role.text, &facts.caller_role);
    cdi_link_named(&tables, &incident, &(struct cdi_claimant){ &j.disclosed, candidates, count, &j.due, &j.linked }, 1);
    cdi_clear(&tables, &facts, &j.disclosed, &j.due, &j.linked, &j.clearing);
    cdi_compare(&tables, &j.disclosed, &j.due, &j.linked, &j.clearing, &j.compared);
    cdi_stage(&tables, &j.disclosed, &j.due, &j.linked, &j.compared, now, now, &j.timed);
}

static struct cdi_disposal disposal(const char *reason)
{
    struct cdi_disposal d;
    cdi_disposal_empty(&d);
    d.reason = cdi_text_of(reason);
    d.said_at = d.decided_at = hours(2);
    d.by = CDI_TEXT("S1");
    return d;
}

/* 3. Linked. */
static void step_3_a_crime_that_names_the_log_answers_one_unit_of_it(void **state)
{
    (void)state;
    due(2, INJURY, INJURY);
    crime(0, "C1", INJURY, hours(3));
    judge(1, NULL, hours(4));
    assert_int_equal(j.compared.recorded, 1);
    assert_int_equal(j.compared.state, CDI_STATE_MATCHED_UNVERIFIED);
}
static void step_3_the_same_class_goes_before_one_that_is_principal_over_it(void **state)
{
    (void)state;
    due(2, ASSAULT, INJURY);
    crime(0, "C1", INJURY, hours(3));
    crime(1, "C2", ASSAULT, hours(3));
    judge(2, NULL, hours(4));
    assert_int_equal(j.due.units[0].answered_by, 1);
    assert_int_equal(j.due.units[1].answered_by, 0);
    assert_int_equal(j.compared.state, CDI_STATE_SATISFIED);
}
static void step_3_a_disclosure_made_after_a_crime_was_recorded_is_not_answered_by_it(void **state)
{
    (void)state;
    due(1, INJURY);
    crime(0, "C1", INJURY, hours(-1));
    judge(1, NULL, hours(4));
    assert_int_equal(j.compared.recorded, 0);
}
static void step_3_conduct_continues_for_three_calendar_months(void **state)
{
    (void)state;
    due(1, STALKING);
    crime(0, "C1", HARASSMENT, hours(-24 * 80))->committed_to.at = hours(-24 * 80);
    judge(1, NULL, hours(4));
    assert_int_equal(j.compared.state, CDI_STATE_SATISFIED);
    assert_true(j.compared.marks & MARK(CLASS));
    fresh(NULL);
    due(1, STALKING);
    crime(0, "C1", HARASSMENT, hours(-24 * 95))->committed_to.at = hours(-24 * 95);
    judge(1, NULL, hours(4));
    assert_int_equal(j.compared.recorded, 0);
}

/* 4. Cleared. */
static void step_4_a_reason_without_what_it_needs_does_not_clear(void **state)
{
    (void)state;
    struct cdi_disposal d = disposal("NEG");
    d.rationale = CDI_RATIONALE_BOILERPLATE;
    d.endorsed_by = CDI_TEXT("S1");                     /* the author */
    due(1, INJURY);
    judge(0, &d, hours(4));
    assert_int_equal(j.clearing.missing, BIT(RATIONALE) | BIT(ENDORSED_BY) | BIT(VICTIM_TOLD_AT));
    assert_int_equal(j.compared.state, CDI_STATE_INCOMPLETE_CLEAR);
}
static void step_4_it_counts_from_the_later_of_decision_and_endorsement(void **state)
{
    (void)state;
    struct cdi_disposal d = disposal("NEG");
    d.rationale = CDI_RATIONALE_GIVEN;
    d.endorsed_by = CDI_TEXT("S2");
    d.endorsed_at = d.victim_told_at = hours(30);
    due(1, INJURY);
    judge(0, &d, hours(31));
    assert_int_equal(j.compared.state, CDI_STATE_CLEARED);
    assert_int_equal(j.clearing.at.ms, hours(30).ms);
    assert_true(j.timed.marks & MARK(BREACHED));
}
static void step_4_a_professional_report_is_never_a_third_party_who_declines(void **state)
{
    (void)state;
    struct cdi_disposal d = disposal("CRI-1A");
    d.victim_contact_at = hours(1);
    due(1, THEFT);
    incident.caller_role.text = CDI_TEXT("professional");
    judge(0, &d, hours(4));
    assert_int_equal(j.clearing.refusal, CDI_REFUSAL_CALLER);
    assert_int_equal(j.compared.state, CDI_STATE_INCOMPLETE_CLEAR);
    incident.caller_role.text = CDI_TEXT("witness");
    judge(0, &d, hours(4));
    assert_int_equal(j.compared.state, CDI_STATE_CLEARED);
    assert_true(j.compared.marks & MARK(UNENDORSED));
}
static void step_4_a_bare_closing_code_never_clears(void **state)
{
    (void)state;
    struct cdi_disposal d = disposal("ADM");
    due(1, INJURY);
    judge(0, &d, hours(4));
    assert_int_equal(j.compared.state, CDI_STATE_OPEN);
}

/* 5. Compared. */
static void step_5_a_lesser_family_is_not_enough(void **state)
{
    (void)state;
    due(1, INJURY);
    crime(0, "C1", ASSAULT, hours(3));
    judge(1, NULL, hours(25));
    assert_int_equal(j.compared.state, CDI_STATE_MATCHED_UNVERIFIED);
    assert_true(j.compared.lesser_family);
    assert_true(j.timed.marks & MARK(BREACHED));
}
static void step_5_a_crime_cancelled_in_error_reopens(void **state)
{
    (void)state;
    due(1, INJURY);
    struct cdi_crime *c = crime(0, "C1", INJURY, hours(3));
    c->status.text = CDI_TEXT("cancelled");
    c->cancel.type = CDI_CANCEL_TYPE_C4;
    c->cancel.said_at = c->status.said_at = hours(30);
    struct cdi_turn turns[] = { { CDI_TURN_STATUS, CDI_TEXT("recorded"), hours(3) }, { CDI_TURN_STATUS, CDI_TEXT("cancelled"), hours(30) } };
    c->turns = turns;
    c->turn_count = 2;
    judge(1, NULL, hours(40));
    assert_int_equal(j.compared.state, CDI_STATE_OPEN);
    assert_int_equal(j.timed.stage_at[CDI_STAGE_BREACH].ms, hours(30).ms);
    assert_false(j.timed.marks & MARK(BREACHED));       /* R8: not before 24 h after the withdrawal */
    judge(1, NULL, hours(55));
    assert_true(j.timed.marks & MARK(BREACHED));
}

/* 6. Timed. */
static void step_6_in_time_is_to_the_second(void **state)
{
    static const struct { int64_t after_due_ms; uint32_t marks; } rows[] = {
        { 0, 0 }, { 999, 0 }, { 1000, MARK(BREACHED) | MARK(LATE) },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fresh(NULL);
        due(1, INJURY);
        crime(0, "C1", INJURY, (struct cdi_instant){ hours(24).ms + rows[i].after_due_ms });
        judge(1, NULL, hours(48));
        assert_int_equal(j.timed.marks & (MARK(BREACHED) | MARK(LATE)), rows[i].marks);
    }
}
static void step_6_stages_are_instants_of_the_facts(void **state)
{
    (void)state;
    due(1, INJURY);
    crime(0, "C1", INJURY, hours(23));
    judge(1, NULL, hours(50));
    assert_int_equal(j.timed.stage, CDI_STAGE_NONE);
    assert_int_equal(j.timed.stage_at[CDI_STAGE_WARNING].ms, hours(20).ms);
    assert_false(cdi_instant_said(j.timed.stage_at[CDI_STAGE_URGENT]));
}
static void step_6_nothing_is_missed_before_the_last_second_is_over(void **state)
{
    (void)state;
    due(1, INJURY);
    judge(0, NULL, hours(24));
    assert_int_equal(j.timed.stage, CDI_STAGE_URGENT);
    assert_int_equal(j.timed.wake_at.ms, hours(24).ms + 1000);
    judge(0, NULL, j.timed.wake_at);
    assert_int_equal(j.timed.stage, CDI_STAGE_BREACH);
    assert_int_equal(j.timed.stage_at[CDI_STAGE_BREACH].ms, hours(24).ms);
}
/* An answer may be known before its time: what is not counted any more at midnight wakes nobody then. */
static void step_6_days_are_counted_again_at_a_midnight_that_is_reached_unanswered(void **state)
{
    struct cdi_instant now = hours(26), midnight = cdi_zone_next_midnight(tables.zone, now);
    (void)state;
    for (int64_t late_ms = -1; late_ms <= 0; late_ms++) {
        fresh(NULL);
        due(1, INJURY);
        crime(0, "C1", INJURY, (struct cdi_instant){ midnight.ms + late_ms });
        judge(1, NULL, now);
        int32_t days = j.timed.overdue_days;
        assert_int_equal(j.timed.recount_at.ms, late_ms < 0 ? CDI_INSTANT_NONE.ms : midnight.ms);
        judge(1, NULL, midnight);
        assert_int_equal(j.timed.overdue_days, late_ms < 0 ? days : days + 1);
        assert_false(cdi_instant_said(j.timed.recount_at));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(step_3_a_crime_that_names_the_log_answers_one_unit_of_it, fresh),
        cmocka_unit_test_setup(step_3_the_same_class_goes_before_one_that_is_principal_over_it, fresh),
        cmocka_unit_test_setup(step_3_a_disclosure_made_after_a_crime_was_recorded_is_not_answered_by_it, fresh),
        cmocka_unit_test_setup(step_3_conduct_continues_for_three_calendar_months, fresh),
        cmocka_unit_test_setup(step_4_a_reason_without_what_it_needs_does_not_clear, fresh),
        cmocka_unit_test_setup(step_4_it_counts_from_the_later_of_decision_and_endorsement, fresh),
        cmocka_unit_test_setup(step_4_a_professional_report_is_never_a_third_party_who_declines, fresh),
        cmocka_unit_test_setup(step_4_a_bare_closing_code_never_clears, fresh),
        cmocka_unit_test_setup(step_5_a_lesser_family_is_not_enough, fresh),
        cmocka_unit_test_setup(step_5_a_crime_cancelled_in_error_reopens, fresh),
        cmocka_unit_test_setup(step_6_in_time_is_to_the_second, fresh),
        cmocka_unit_test_setup(step_6_stages_are_instants_of_the_facts, fresh),
        cmocka_unit_test_setup(step_6_nothing_is_missed_before_the_last_second_is_over, fresh),
        cmocka_unit_test_setup(step_6_days_are_counted_again_at_a_midnight_that_is_reached_unanswered, fresh),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
