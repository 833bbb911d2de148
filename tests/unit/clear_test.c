/* Step 4 by itself: what a reason needs, what is only marked, why it does not clear, and from when it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/clear.h"
#include "core/merge.h"

#define BIT(name) (UINT32_C(1) << CDI_DISPOSAL_FIELD_##name)
#define MARK(name) (UINT32_C(1) << CDI_MARK_##name)
#define ROLE(name) (UINT32_C(1) << CDI_ENTRY_ROLE_##name)

enum { RAPE, THEFT, OFFENCES };
static struct cdi_offence offences[OFFENCES] = { [RAPE] = { .family = CDI_FAMILY_RAPE }, [THEFT] = { .family = CDI_FAMILY_THEFT } };
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_instant hours(int64_t h) { return (struct cdi_instant){ INT64_C(1793790000000) + h * 3600000 }; }

/* A reason, said and decided at two o'clock, of a report of theft; its rule, which asks nothing. */
static struct cdi_disposal disposal;
static struct cdi_disposal_rule *rule;
static struct cdi_clear_facts facts;
static struct cdi_disclosed disclosed;
static struct cdi_due due;
static struct cdi_linked linked;
static struct cdi_clearing clearing;

static void give(enum cdi_reason reason, const char *word)
{
    rule = &tables.disposals[reason];
    *rule = (struct cdi_disposal_rule){ .clears = true };
    disposal.reason = cdi_text_of(word);
}

static int begin(void **state)
{
    (void)state;
    cdi_disposal_empty(&disposal);
    disposal.said_at = disposal.decided_at = hours(2);
    facts = (struct cdi_clear_facts){ .disposal = &disposal, .rests_upon_at = CDI_INSTANT_NONE };
    disclosed = (struct cdi_disclosed){ .likely = true, .received_at = hours(0) };
    due = (struct cdi_due){ .count = 1, .units = { { .offence = THEFT, .answered_by = CDI_UNANSWERED } } };
    linked = (struct cdi_linked){ .link_count = 0 };
    give(CDI_REASON_NCL, "NCL");
    return 0;
}

static bool once_is(const struct cdi_clearing *of, size_t i, int64_t from, int64_t until)
{
    return of->once_count > i && of->once[i].from.ms == hours(from).ms && of->once[i].until.ms == hours(until).ms;
}

static void clear(void) { cdi_clear(&tables, &facts, &disclosed, &due, &linked, &clearing); }

static void a_reason_that_needs_nothing_clears_from_when_it_was_decided(void **state)
{
    (void)state;
    clear();
    assert_true(clearing.given && clearing.complete);
    assert_int_equal(clearing.reason, CDI_REASON_NCL);
    assert_int_equal(clearing.missing, 0);
    assert_int_equal(clearing.at.ms, hours(2).ms);
    assert_int_equal(clearing.once_count, 0);
}

static void no_reason_is_no_clearing_and_an_unknown_one_is_given_and_clears_nothing(void **state)
{
    (void)state;
    disposal.reason = CDI_TEXT_NONE;
    clear();
    assert_false(clearing.given || clearing.complete);
    facts.disposal = NULL;
    clear();
    assert_false(clearing.given || clearing.complete);
    facts.disposal = &disposal;
    disposal.reason = CDI_TEXT("ADM");
    clear();
    assert_true(clearing.given && !clearing.complete && clearing.reason == CDI_REASON_NONE);
    disposal.reason = CDI_TEXT("none");                 /* our own word for it is one like any other */
    clear();
    assert_true(clearing.given && !clearing.complete && clearing.reason == CDI_REASON_NONE && clearing.refusal == CDI_REFUSAL_NONE);
}

/* Says one thing; what needs an endorser or a fact to count gets that too. */
static void say(enum cdi_disposal_field field)
{
    switch (field) {
    case CDI_DISPOSAL_FIELD_RATIONALE: disposal.rationale = CDI_RATIONALE_GIVEN; break;
    case CDI_DISPOSAL_FIELD_BY: disposal.by = CDI_TEXT("S1"); break;
    case CDI_DISPOSAL_FIELD_BY_ROLE: disposal.by_role = CDI_TEXT("officer"); break;
    case CDI_DISPOSAL_FIELD_DECIDED_AT: disposal.decided_at = hours(2); break;
    case CDI_DISPOSAL_FIELD_ENDORSED_BY: disposal.endorsed_by = CDI_TEXT("S2"); break;
    case CDI_DISPOSAL_FIELD_ENDORSED_ROLE: disposal.endorsed_role = CDI_TEXT("supervisor"); break;
    case CDI_DISPOSAL_FIELD_ENDORSED_AT: disposal.endorsed_at = hours(3); break;
    case CDI_DISPOSAL_FIELD_VICTIM_TOLD_AT: disposal.victim_told_at = hours(1); break;
    case CDI_DISPOSAL_FIELD_VICTIM_CONTACT_AT: disposal.victim_contact_at = hours(1); break;
    case CDI_DISPOSAL_FIELD_ENQUIRIES: disposal.enquiries = true; break;
    case CDI_DISPOSAL_FIELD_CRIME: disposal.crime = CDI_TEXT("C1"); break;
    case CDI_DISPOSAL_FIELD_OTHER_FORCE: disposal.other_force = CDI_TEXT("wyp"); break;
    case CDI_DISPOSAL_FIELD_OTHER_REFERENCE: disposal.other_reference = CDI_TEXT("WY-1"); break;
    case CDI_DISPOSAL_FIELD_RULE: disposal.rule = CDI_TEXT("schools"); break;
    case CDI_DISPOSAL_FIELD_ELEMENT: disposal.element = true; break;
    case CDI_DISPOSAL_FIELD_N100: disposal.n100 = CDI_TEXT("N1"); break;
    case CDI_DISPOSAL_FIELD_N300: disposal.n300 = CDI_TEXT("N3"); break;
    case CDI_DISPOSAL_FIELD_CATEGORY: disposal.category = CDI_TEXT("sarc"); break;
    case CDI_DISPOSAL_FIELD_PARENT: facts.parent_resolved = true; break;
    case CDI_DISPOSAL_FIELD_COUNT: break;
    }
}

static void what_a_table_asks_for_is_missing_until_it_is_said_and_nothing_else_is(void **state)
{
    for (int field = 0; field < CDI_DISPOSAL_FIELD_COUNT; field++) {
        begin(state);
        disposal.decided_at = CDI_INSTANT_NONE;
        rule->needs = UINT32_C(1) << field;
        for (int other = 0; other < CDI_DISPOSAL_FIELD_COUNT; other++)
            if (other != field)
                say((enum cdi_disposal_field)other);
        clear();
        assert_int_equal(clearing.missing, UINT32_C(1) << field);
        assert_false(clearing.complete);
        say((enum cdi_disposal_field)field);
        clear();
        assert_int_equal(clearing.missing, 0);
        assert_true(clearing.complete);
    }
}

static void an_endorsers_role_and_time_are_nothing_without_one_who_may_endorse(void **state)
{
    (void)state;
    rule->needs = BIT(ENDORSED_BY) | BIT(ENDORSED_ROLE) | BIT(ENDORSED_AT);
    say(CDI_DISPOSAL_FIELD_ENDORSED_ROLE);
    say(CDI_DISPOSAL_FIELD_ENDORSED_AT);
    clear();
    assert_int_equal(clearing.missing, rule->needs);
    disposal.by = disposal.endorsed_by = CDI_TEXT("S1");
    clear();
    assert_int_equal(clearing.missing, rule->needs);
    assert_true(clearing.marks & MARK(SELF_ENDORSED));
    disposal.endorsed_by = CDI_TEXT("S2");
    clear();
    assert_true(clearing.complete);
    assert_false(clearing.marks & MARK(SELF_ENDORSED));
}

static void boilerplate_is_a_rationale_where_the_table_does_not_ask_for_more(void **state)
{
    (void)state;
    rule->needs = BIT(RATIONALE);
    clear();
    assert_false(clearing.complete);
    disposal.rationale = CDI_RATIONALE_BOILERPLATE;
    clear();
    assert_true(clearing.complete);
    rule->rationale_given = true;
    clear();
    assert_false(clearing.complete);
}

static void a_crime_that_is_none_is_missing_though_it_is_named(void **state)
{
    (void)state;
    rule->needs = BIT(CRIME);
    say(CDI_DISPOSAL_FIELD_CRIME);
    facts.crime_unfit = true;
    clear();
    assert_int_equal(clearing.missing, BIT(CRIME));
}

/* Which of the further needs are asked of a report that discloses this alone. */
static uint32_t asked_of(struct cdi_disclosed one)
{
    begin(NULL);
    rule->needs_if_sensitive = BIT(RULE);
    rule->needs_if_hurt = BIT(CATEGORY);
    rule->needs_if_disorder = BIT(ELEMENT);
    disclosed = one;
    clear();
    return clearing.missing;
}

static void more_is_asked_where_somebody_may_be_hurt_and_of_disorder(void **state)
{
    (void)state;
    assert_int_equal(asked_of((struct cdi_disclosed){ .likely = true }), 0);
    assert_int_equal(asked_of((struct cdi_disclosed){ .rape = true }), BIT(RULE) | BIT(CATEGORY));
    assert_int_equal(asked_of((struct cdi_disclosed){ .domestic = true }), BIT(RULE) | BIT(CATEGORY));
    assert_int_equal(asked_of((struct cdi_disclosed){ .child = true }), BIT(RULE) | BIT(CATEGORY));
    assert_int_equal(asked_of((struct cdi_disclosed){ .violence = true }), BIT(RULE));
    assert_int_equal(asked_of((struct cdi_disclosed){ .injury = true }), BIT(CATEGORY));
    assert_int_equal(asked_of((struct cdi_disclosed){ .disorder = true }), BIT(ELEMENT));
}

static void it_counts_from_decision_endorsement_and_what_it_rests_upon_whichever_was_last(void **state)
{
    (void)state;
    disposal.endorsed_at = hours(4);
    clear();
    assert_int_equal(clearing.at.ms, hours(2).ms);      /* nobody endorsed it then */
    disposal.endorsed_by = CDI_TEXT("S2");
    clear();
    assert_int_equal(clearing.at.ms, hours(4).ms);
    facts.rests_upon_at = hours(5);
    clear();
    assert_int_equal(clearing.at.ms, hours(5).ms);
}

static void one_that_does_not_say_when_it_was_decided_counts_from_when_it_was_said(void **state)
{
    (void)state;
    disposal.decided_at = CDI_INSTANT_NONE;
    disposal.said_at = hours(6);
    clear();
    assert_int_equal(clearing.at.ms, hours(6).ms);
}

static void an_endorsement_at_the_instant_of_the_decision_counts_and_one_before_it_does_not(void **state)
{
    (void)state;
    rule->needs = BIT(ENDORSED_BY);
    disposal.endorsed_by = CDI_TEXT("S2");
    disposal.endorsed_at = hours(2);
    clear();
    assert_true(clearing.complete && cdi_disposal_endorsed(&disposal));
    disposal.endorsed_at = hours(1);
    clear();
    assert_false(clearing.complete || cdi_disposal_endorsed(&disposal));
    disposal.endorsed_at = CDI_INSTANT_NONE;
    clear();
    assert_true(clearing.complete);
}

static void what_is_only_marked_does_not_keep_a_report_open(void **state)
{
    (void)state;
    rule->marks_missing = BIT(ENDORSED_BY) | BIT(VICTIM_TOLD_AT);
    clear();
    assert_true(clearing.complete);
    assert_int_equal(clearing.marks, MARK(UNENDORSED) | MARK(VICTIM_NOT_TOLD));
    say(CDI_DISPOSAL_FIELD_ENDORSED_BY);
    clear();
    assert_int_equal(clearing.marks, MARK(VICTIM_NOT_TOLD));
    say(CDI_DISPOSAL_FIELD_VICTIM_TOLD_AT);
    clear();
    assert_int_equal(clearing.marks, 0);
}

static void a_victim_who_must_be_told_and_was_not_is_marked_as_well(void **state)
{
    (void)state;
    rule->needs = BIT(VICTIM_TOLD_AT);
    clear();
    assert_false(clearing.complete);
    assert_int_equal(clearing.marks, MARK(VICTIM_NOT_TOLD));
}

static void who_has_not_the_authority_to_decide_or_endorse_is_marked(void **state)
{
    (void)state;
    rule->decider_never = ROLE(CALL_TAKER);
    rule->endorser_never = ROLE(OFFICER);
    disposal.by_role = CDI_TEXT("officer");
    disposal.endorsed_role = CDI_TEXT("officer");
    clear();
    assert_int_equal(clearing.marks, 0);                /* nobody is named who would have endorsed it */
    disposal.endorsed_by = CDI_TEXT("S2");
    clear();
    assert_int_equal(clearing.marks, MARK(NO_AUTHORITY));
    disposal.endorsed_role = CDI_TEXT("supervisor");
    clear();
    assert_int_equal(clearing.marks, 0);
    disposal.by_role = CDI_TEXT("call_taker");
    clear();
    assert_int_equal(clearing.marks, MARK(NO_AUTHORITY));
    disposal.by_role = CDI_TEXT("crime desk");
    clear();
    assert_int_equal(clearing.marks, 0);
}

static void a_disorder_is_not_endorsed_by_who_may_not_and_other_reports_are(void **state)
{
    (void)state;
    rule->needs_if_disorder = BIT(ENDORSED_BY);
    rule->endorser_never = ROLE(OFFICER);
    disposal.endorsed_by = CDI_TEXT("S2");
    disposal.endorsed_role = CDI_TEXT("officer");
    clear();
    assert_true(clearing.complete);
    disclosed.disorder = true;
    clear();
    assert_int_equal(clearing.missing, BIT(ENDORSED_BY));
    disposal.endorsed_role = CDI_TEXT("supervisor");
    clear();
    assert_true(clearing.complete);
    rule->needs_if_disorder = 0;
    rule->needs = BIT(ENDORSED_BY);
    disposal.endorsed_role = CDI_TEXT("officer");
    clear();
    assert_true(clearing.complete);
}

static void some_reasons_never_clear_and_some_not_for_who_called(void **state)
{
    (void)state;
    facts.caller_role = CDI_CALLER_ROLE_PROFESSIONAL;
    rule->caller_never = UINT32_C(1) << CDI_CALLER_ROLE_PROFESSIONAL;
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_CALLER);
    assert_false(clearing.complete);
    facts.caller_role = CDI_CALLER_ROLE_WITNESS;
    clear();
    assert_true(clearing.complete);
    rule->clears = false;
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_NEVER);
    assert_false(clearing.complete);
}

static void a_reason_for_one_family_clears_when_crimes_have_answered_the_rest(void **state)
{
    (void)state;
    rule->family_only = UINT32_C(1) << CDI_FAMILY_RAPE;
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_OTHERS_DUE);             /* nothing of it is due */
    due.units[0].answered_by = 0;
    due.units[0].answered_at = hours(7);
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_OTHERS_DUE);
    due.units[0].answered_by = CDI_UNANSWERED;
    due.count = 2;
    due.units[1] = (struct cdi_unit){ .offence = RAPE, .answered_by = CDI_UNANSWERED };
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_OTHERS_DUE);
    due.units[0].answered_by = 0;
    due.units[0].answered_at = hours(7);
    clear();
    assert_true(clearing.complete);
    assert_int_equal(clearing.at.ms, hours(7).ms);
    due.count = 1;
    due.units[0] = due.units[1];
    due.units[1].offence = THEFT;                       /* behind the last, so not due */
    clear();
    assert_true(clearing.complete);
    assert_int_equal(clearing.at.ms, hours(2).ms);
}

static void whoever_was_untraced_and_is_spoken_to_after_the_decision_reopens_it(void **state)
{
    (void)state;
    give(CDI_REASON_CRI_1B, "CRI-1B");
    disposal.victim_contact_at = hours(2);
    clear();
    assert_true(clearing.complete);
    disposal.victim_contact_at = hours(9);
    clear();
    assert_int_equal(clearing.refusal, CDI_REFUSAL_VICTIM_REACHED);
    assert_true(!clearing.complete && once_is(&clearing, 0, 2, 9));
    rule->needs = BIT(ENQUIRIES);
    clear();
    assert_int_equal(clearing.once_count, 0);
    give(CDI_REASON_NCL, "NCL");
    clear();
    assert_true(clearing.complete);
}

static void only_an_n100_of_another_force_says_which_force_that_is(void **state)
{
    (void)state;
    disposal.reason = CDI_TEXT_NONE;
    linked.link_count = 1;
    linked.links[0] = (struct cdi_link){ .standing = CDI_STANDING_N100, .n100 = CDI_REASON_N100_03, .other_force = CDI_TEXT("ken") };
    due.count = 1;
    due.units[0] = (struct cdi_unit){ .offence = RAPE, .answered_by = 0, .answered_at = hours(3) };
    clear();
    assert_true(clearing.complete && cdi_text_is(clearing.other_force, "ken"));
    linked.links[0].n100 = CDI_REASON_N100_02;
    clear();
    assert_true(clearing.complete && !cdi_text_said(clearing.other_force));
}

/* R15: of several rapes a reason explains one, the first that has no crime. */
static void of_several_rapes_a_reason_explains_the_one_that_has_no_crime(void **state)
{
    const struct cdi_unit open = { .offence = RAPE, .answered_by = CDI_UNANSWERED, .answered_at = CDI_INSTANT_NONE };
    const struct cdi_unit recorded = { .offence = RAPE, .answered_by = 0, .answered_at = hours(5) };
    (void)state;
    give(CDI_REASON_N100_02, "N100-02");
    rule->family_only = UINT32_C(1) << CDI_FAMILY_RAPE;
    linked.link_count = 1;
    linked.links[0] = (struct cdi_link){ .standing = CDI_STANDING_COUNTS, .crime = CDI_TEXT("C1") };
    due.count = 2;
    for (size_t first = 0; first < 2; first++) {
        due.units[first] = open;
        due.units[1 - first] = recorded;
        clear();
        assert_true(clearing.complete);
        assert_int_equal(clearing.at.ms, hours(5).ms);
    }
    due.units[0] = due.units[1] = open;
    clear();
    assert_false(clearing.complete);
    due.count = 1;
    due.units[0] = recorded;                    /* what lies behind the last is not due, and not explained instead */
    clear();
    assert_true(clearing.complete);
}

static void an_n100_clears_without_a_reason_when_nothing_is_left_unanswered(void **state)
{
    (void)state;
    disposal.reason = CDI_TEXT_NONE;
    linked.link_count = 2;
    linked.links[0] = (struct cdi_link){ .standing = CDI_STANDING_COUNTS };
    linked.links[1] = (struct cdi_link){ .standing = CDI_STANDING_N100, .n100 = CDI_REASON_N100_02 };
    due.count = 2;
    due.units[0] = (struct cdi_unit){ .offence = THEFT, .answered_by = CDI_UNANSWERED, .answered_at = CDI_INSTANT_NONE };
    due.units[1] = (struct cdi_unit){ .offence = RAPE, .answered_by = 1, .answered_at = hours(3) };
    clear();
    assert_false(clearing.given);
    due.units[0].answered_by = 0;
    due.units[0].answered_at = hours(5);
    clear();
    assert_true(clearing.given && clearing.complete && clearing.reason == CDI_REASON_N100_02);
    assert_int_equal(clearing.at.ms, hours(5).ms);
    due.count = 1;                                      /* what lies behind the last is not due */
    due.units[0] = due.units[1];
    due.units[1] = (struct cdi_unit){ .offence = THEFT, .answered_by = CDI_UNANSWERED, .answered_at = CDI_INSTANT_NONE };
    clear();
    assert_true(clearing.complete && clearing.at.ms == hours(3).ms);
    due.units[1].answered_by = 0;
    due.units[1].answered_at = hours(20);
    clear();
    assert_int_equal(clearing.at.ms, hours(3).ms);
    due.units[0].answered_by = 0;
    clear();
    assert_false(clearing.given || clearing.complete || cdi_instant_said(clearing.at));
}

static void what_would_have_cleared_it_did_so_until_it_was_undone(void **state)
{
    (void)state;
    struct cdi_clearing former = cdi_clear_nothing, now = cdi_clear_nothing;
    former.at = hours(3);
    cdi_clear_formerly(&now, &former, hours(8));
    assert_int_equal(now.once_count, 0);                /* it was not complete */
    former.complete = true;
    cdi_clear_formerly(&now, &former, hours(3));
    assert_int_equal(now.once_count, 0);                /* undone at once it never was */
    cdi_clear_formerly(&now, &former, hours(8));
    assert_int_equal(now.once_count, 1);
    former.complete = false;
    former.once_count = 1;
    former.once[0] = (struct cdi_once){ hours(4), hours(6) };
    cdi_clear_formerly(&now, &former, hours(5));        /* withdrawn by itself later than it was undone */
    cdi_clear_formerly(&now, &former, hours(9));
    assert_int_equal(now.once_count, 3);
    assert_true(once_is(&now, 0, 3, 8) && once_is(&now, 1, 4, 5) && once_is(&now, 2, 4, 6));
    former.once_count = 0;
    cdi_clear_formerly(&now, &former, hours(9));
    assert_int_equal(now.once_count, 3);                /* what lies behind the last is none */
    former.once_count = 1;
    for (int i = 0; i < CDI_CLEARED_MAX; i++)
        cdi_clear_formerly(&now, &former, hours(9));
    assert_int_equal(now.once_count, CDI_CLEARED_MAX);  /* no room for more */
}

static void of_more_spells_than_there_is_room_for_the_first_are_kept_and_it_is_told(void **state)
{
    (void)state;
    struct cdi_clearing former = cdi_clear_nothing, now = cdi_clear_nothing, later = cdi_clear_nothing;
    former.complete = true;
    for (int i = 0; i <= CDI_CLEARED_MAX; i++) {
        assert_false(now.truncated);
        former.at = hours(2 * i);
        cdi_clear_formerly(&now, &former, hours(2 * i));        /* no spell at all */
        cdi_clear_formerly(&now, &former, hours(2 * i + 1));
    }
    assert_true(now.truncated);
    assert_int_equal(now.once_count, CDI_CLEARED_MAX);
    assert_true(once_is(&now, CDI_CLEARED_MAX - 1, 2 * CDI_CLEARED_MAX - 2, 2 * CDI_CLEARED_MAX - 1));
    cdi_clear_formerly(&later, &now, hours(1));                 /* what was left out of it is left out of what takes its place */
    assert_true(later.truncated);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        TEST(a_reason_that_needs_nothing_clears_from_when_it_was_decided),
        TEST(no_reason_is_no_clearing_and_an_unknown_one_is_given_and_clears_nothing),
        TEST(what_a_table_asks_for_is_missing_until_it_is_said_and_nothing_else_is),
        TEST(an_endorsers_role_and_time_are_nothing_without_one_who_may_endorse),
        TEST(boilerplate_is_a_rationale_where_the_table_does_not_ask_for_more),
        TEST(a_crime_that_is_none_is_missing_though_it_is_named),
        TEST(more_is_asked_where_somebody_may_be_hurt_and_of_disorder),
        TEST(it_counts_from_decision_endorsement_and_what_it_rests_upon_whichever_was_last),
        TEST(one_that_does_not_say_when_it_was_decided_counts_from_when_it_was_said),
        TEST(an_endorsement_at_the_instant_of_the_decision_counts_and_one_before_it_does_not),
        TEST(what_is_only_marked_does_not_keep_a_report_open),
        TEST(a_victim_who_must_be_told_and_was_not_is_marked_as_well),
        TEST(who_has_not_the_authority_to_decide_or_endorse_is_marked),
        TEST(a_disorder_is_not_endorsed_by_who_may_not_and_other_reports_are),
        TEST(some_reasons_never_clear_and_some_not_for_who_called),
        TEST(a_reason_for_one_family_clears_when_crimes_have_answered_the_rest),
        TEST(whoever_was_untraced_and_is_spoken_to_after_the_decision_reopens_it),
        TEST(only_an_n100_of_another_force_says_which_force_that_is),
        TEST(of_several_rapes_a_reason_explains_the_one_that_has_no_crime),
        TEST(an_n100_clears_without_a_reason_when_nothing_is_left_unanswered),
        TEST(what_would_have_cleared_it_did_so_until_it_was_undone),
        TEST(of_more_spells_than_there_is_room_for_the_first_are_kept_and_it_is_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
