/* Step 2: the principal crime once a victim, and whatever is always recorded besides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/due.h"

/* Gravest first, as step 1 gives them. */
enum { WOUNDING, ASSAULT, DAMAGE, SLAVERY, BREACH, FRAUD, RAPE, BURGLARY, EXPOSURE, DRUGS, OFFENCES };
static struct cdi_offence offences[OFFENCES] = {
    [WOUNDING] = { .klass = { "5D", 2 }, .rank = 7, .due = true },
    [ASSAULT] = { .klass = { "8N", 2 }, .rank = 30, .due = true },
    [DAMAGE] = { .klass = { "58D", 3 }, .family = CDI_FAMILY_DAMAGE, .rank = CDI_RANK_NONE, .due = true },
    [SLAVERY] = { .klass = { "106", 3 }, .rank = CDI_RANK_NONE, .additional = true, .due = true },
    [BREACH] = { .klass = { "66", 2 }, .rank = CDI_RANK_NONE, .additional = true, .counts = CDI_COUNTS_INCIDENT,
                 .state_based = true, .due = true },
    [RAPE] = { .klass = { "19C", 3 }, .rank = 3, .counts = CDI_COUNTS_OFFENDER, .due = true },
    [BURGLARY] = { .klass = { "28I", 3 }, .rank = 32, .counts = CDI_COUNTS_OWNER, .due = true },
    [EXPOSURE] = { .klass = { "88E", 3 }, .rank = 26, .counts = CDI_COUNTS_INCIDENT, .due = true },
    [DRUGS] = { .klass = { "92E", 3 }, .rank = CDI_RANK_NONE, .additional = true, .counts = CDI_COUNTS_OFFENDER,
                .state_based = true, .due = true },
    [FRAUD] = { .klass = { "NFIB1", 5 }, .rank = CDI_RANK_NONE, .due = false },
};
/* Phrase 1: two offenders, each of whom did it; phrase 2: offenders who had nothing to do with each other; phrase 3: owners. */
static struct cdi_phrase phrases[] = { { .key = 1, .offenders = 2 }, { .key = 2, .apart = true }, { .key = 3, .owners = true } };
static struct cdi_offence_code codes[] = { { .code = { "066/39", 6 }, .offence = BREACH, .breach_of_order = true } };
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES, .codes = codes, .code_count = 1,
                                    .told = { { .phrase = 4, .code = 0, .offence = BREACH } }, .told_count = 1,
                                    .evidence = { .phrases = phrases, .phrase_count = 3 } };

static int index_phrases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables.evidence.slots / sizeof *tables.evidence.slots; i++)
        tables.evidence.slots[i] = CDI_PHRASE_NONE;
    for (uint16_t i = 0; i < tables.evidence.phrase_count; i++)
        tables.evidence.slots[phrases[i].key] = i;
    return 0;
}

/* A log of nothing but these words of the offenders. */
static struct cdi_incident telling(struct cdi_finding *finding, uint32_t phrase)
{
    *finding = (struct cdi_finding){ .phrase = phrase, .assertion = CDI_ASSERTION_ASSERTED };
    return (struct cdi_incident){ .findings = finding, .finding_count = 1 };
}

static struct cdi_disclosed with(size_t count, const uint16_t *classes, uint8_t victims)
{
    struct cdi_disclosed disclosed = { .count = (uint8_t)count, .likely = count > 0 };
    for (size_t i = 0; i < count; i++)
        disclosed.items[i] = (struct cdi_disclosure){ .offence = classes[i], .likely = true, .victims = victims,
                                                            .told = victims,
                                                            .victims_from = CDI_INSTANT_NONE, .victims_until = CDI_INSTANT_NONE };
    return disclosed;
}

static struct cdi_due due_of(const struct cdi_incident *incident, size_t count, const uint16_t *classes, uint8_t victims)
{
    struct cdi_disclosed disclosed = with(count, classes, victims);
    struct cdi_due due;
    cdi_due(&tables, incident, &disclosed, &due);
    return due;
}

static const struct cdi_incident nobody_named;

static void nothing_disclosed_is_nothing_due(void **state)
{
    (void)state;
    assert_int_equal(due_of(&nobody_named, 0, NULL, 1).count, 0);
}

static void several_kinds_against_one_victim_are_the_principal_crime(void **state)
{
    static const uint16_t classes[] = { WOUNDING, ASSAULT, DAMAGE };
    struct cdi_due due = due_of(&nobody_named, 3, classes, 1);
    (void)state;
    assert_int_equal(due.count, 1);
    assert_int_equal(due.units[0].offence, WOUNDING);
    assert_int_equal(due.units[0].answered_by, CDI_UNANSWERED);
}

static void an_assault_and_a_broken_phone_are_the_assault(void **state)
{
    static const uint16_t classes[] = { ASSAULT, DAMAGE };
    (void)state;
    assert_int_equal(due_of(&nobody_named, 2, classes, 1).units[0].offence, ASSAULT);
}

static void each_victim_is_a_crime_and_named_persons_are_told_apart(void **state)
{
    static const uint16_t classes[] = { ASSAULT };
    struct cdi_person persons[] = {
        { .role = CDI_PERSON_ROLE_SUSPECT, .tokens = { [CDI_TOKEN_ID] = 1 } },
        { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_ID] = 2, [CDI_TOKEN_NAME] = 9 } },
        { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_NAME] = 3 } },
    };
    struct cdi_incident incident = { .persons = persons, .person_count = 3 };
    struct cdi_due due = due_of(&incident, 1, classes, 3);
    (void)state;
    assert_int_equal(due.count, 3);
    assert_int_equal(due.units[0].victim, 2);
    assert_int_equal(due.units[1].victim, 3);
    assert_int_equal(due.units[2].victim, 0);   /* the text names one more than the list of persons */
}

static void slavery_and_a_breach_of_an_order_are_due_besides(void **state)
{
    static const uint16_t classes[] = { ASSAULT, SLAVERY, BREACH };
    struct cdi_disclosed disclosed = with(3, classes, 2);
    struct cdi_due due;
    (void)state;
    disclosed.items[2].breach = true;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 5);             /* two assaulted, two exploited, one breach */
    assert_false(due.units[1].additional);
    assert_true(due.units[2].additional);
    assert_true(due.units[4].additional);
    assert_int_equal(due.units[4].offence, BREACH);
}

static void what_else_a_class_of_breaches_holds_is_principal_or_not_due(void **state)
{
    static const uint16_t affray_too[] = { ASSAULT, BREACH }, affray[] = { BREACH };
    (void)state;
    assert_int_equal(due_of(&nobody_named, 2, affray_too, 1).count, 1);
    assert_int_equal(due_of(&nobody_named, 2, affray_too, 1).units[0].offence, ASSAULT);
    assert_int_equal(due_of(&nobody_named, 1, affray, 1).count, 1);
    assert_false(due_of(&nobody_named, 1, affray, 1).units[0].additional);
}

static void conduct_beside_a_breach_of_its_own_class_is_due_as_well(void **state)
{
    static const uint16_t classes[] = { ASSAULT };
    struct cdi_disclosed disclosed = with(1, classes, 1);
    struct cdi_due due;
    (void)state;
    disclosed.items[0].breach = true;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 1);
    assert_true(due.units[0].additional);
    disclosed.items[0].besides_breach = true;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 2);
    assert_false(due.units[0].additional);
    assert_true(due.units[1].additional);
}

static void a_household_or_business_is_counted_once_unless_the_text_tells_of_more(void **state)
{
    static const uint16_t classes[] = { BURGLARY };
    struct cdi_disclosed disclosed = with(1, classes, 2);
    struct cdi_due due;
    (void)state;
    disclosed.items[0].told = 1;                /* two persons are listed, the text names one household */
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 1);
    disclosed.items[0].told = 3;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 3);
    struct cdi_finding finding;
    struct cdi_incident owners = telling(&finding, 3);
    disclosed.items[0].told = 1;                /* the text says that those listed are no household */
    cdi_due(&tables, &owners, &disclosed, &due);
    assert_int_equal(due.count, 2);
}

static void a_finished_incident_is_one_however_many_saw_it(void **state)
{
    static const uint16_t classes[] = { EXPOSURE };
    (void)state;
    assert_int_equal(due_of(&nobody_named, 1, classes, 3).count, 1);
}

static void each_offender_is_a_rape_of_each_victim(void **state)
{
    static const uint16_t classes[] = { RAPE }, assault[] = { ASSAULT };
    struct cdi_finding finding;
    struct cdi_incident two = telling(&finding, 1);
    struct cdi_person persons[] = { { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_ID] = 2 } },
                                    { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_ID] = 3 } } };
    (void)state;
    assert_int_equal(due_of(&two, 1, classes, 1).count, 2);
    assert_int_equal(due_of(&two, 1, assault, 1).count, 1); /* two men who beat one are one assault */
    two.persons = persons;
    two.person_count = 1;
    struct cdi_due due = due_of(&two, 1, classes, 1);
    assert_int_equal(due.count, 2);
    assert_int_equal(due.units[0].victim, 2);
    assert_int_equal(due.units[1].victim, 2);
    two.person_count = 2;
    due = due_of(&two, 1, classes, 2);
    assert_int_equal(due.count, 4);
    assert_int_equal(due.units[1].victim, 2);
    assert_int_equal(due.units[2].victim, 3);
    finding.assertion = CDI_ASSERTION_NEGATED;
    assert_int_equal(due_of(&two, 1, classes, 2).count, 2);
}

static void no_more_of_those_listed_count_than_are_victims_of_it(void **state)
{
    static const uint16_t classes[] = { RAPE };
    struct cdi_person persons[] = { { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_PHONE] = 2 } },
                                    { .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_PHONE] = 3 } } };
    struct cdi_incident two = { .persons = persons, .person_count = 2 };
    (void)state;
    struct cdi_due due = due_of(&two, 1, classes, 1);
    assert_int_equal(due.count, 1);
    assert_int_equal(due.units[0].victim, 2);           /* whoever has neither number nor name is known by telephone */
}

static void a_rape_on_another_occasion_is_one_though_two_did_the_first(void **state)
{
    static const uint16_t classes[] = { RAPE };
    struct cdi_finding finding;
    struct cdi_incident two = telling(&finding, 1);
    struct cdi_disclosed disclosed = with(1, classes, 1);
    struct cdi_due due;
    (void)state;
    disclosed.items[0].separate = true;
    cdi_due(&tables, &two, &disclosed, &due);
    assert_int_equal(due.count, 1);
}

static void what_lies_behind_the_last_class_disclosed_is_not_due(void **state)
{
    static const uint16_t classes[] = { ASSAULT, SLAVERY, DAMAGE };
    struct cdi_disclosed disclosed = with(3, classes, 1);
    struct cdi_due due;
    (void)state;
    disclosed.count = 0;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_true(due.count == 0 && !due.truncated);
}

static void an_owner_of_whom_nothing_is_told_is_one(void **state)
{
    static const uint16_t classes[] = { BURGLARY };
    (void)state;
    assert_int_equal(due_of(&nobody_named, 1, classes, 0).count, 1);
}

static void a_victimless_crime_is_counted_by_offender(void **state)
{
    static const uint16_t classes[] = { DRUGS };
    struct cdi_finding finding;
    struct cdi_incident two = telling(&finding, 1);
    (void)state;
    assert_int_equal(due_of(&nobody_named, 1, classes, 0).count, 1);
    assert_int_equal(due_of(&two, 1, classes, 0).count, 2);
    assert_true(due_of(&two, 1, classes, 0).units[1].additional);
}

static void offenders_who_acted_apart_answer_each_for_his_own(void **state)
{
    static const uint16_t classes[] = { ASSAULT, DAMAGE };
    struct cdi_finding finding;
    struct cdi_incident apart = telling(&finding, 2);
    (void)state;
    assert_int_equal(due_of(&apart, 2, classes, 1).count, 2);
    assert_int_equal(due_of(&apart, 2, classes, 1).units[1].offence, DAMAGE);
}

static void apart_or_not_an_assault_is_one_with_injury_or_without(void **state)
{
    static const uint16_t classes[] = { WOUNDING, ASSAULT }, reversed[] = { ASSAULT, WOUNDING }, three[] = { DAMAGE, WOUNDING, ASSAULT };
    struct cdi_finding finding;
    struct cdi_incident apart = telling(&finding, 2);
    (void)state;
    offences[WOUNDING].family = CDI_FAMILY_ASSAULT_INJURY;
    offences[ASSAULT].family = CDI_FAMILY_ASSAULT;
    size_t counts[] = { due_of(&apart, 2, classes, 1).count, due_of(&apart, 2, reversed, 1).count, due_of(&apart, 3, three, 1).count };
    offences[WOUNDING].family = offences[ASSAULT].family = 0;
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 1);
    assert_int_equal(counts[2], 2);
}

static void a_second_victim_of_a_lesser_crime_only_has_that(void **state)
{
    static const uint16_t classes[] = { WOUNDING, ASSAULT };
    struct cdi_disclosed disclosed = with(2, classes, 1);
    struct cdi_due due;
    (void)state;
    disclosed.items[1].victims = disclosed.items[1].told = 2;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 2);
    assert_int_equal(due.units[0].offence, WOUNDING);
    assert_int_equal(due.units[1].offence, ASSAULT);
    disclosed.items[0].victims = 2;             /* two listed persons suffered the principal crime; the text names but one */
    disclosed.items[1].told = 1;
    cdi_due(&tables, &nobody_named, &disclosed, &due);
    assert_int_equal(due.count, 2);
    assert_int_equal(due.units[1].offence, WOUNDING);
}

static void what_report_fraud_records_is_not_due_here(void **state)
{
    static const uint16_t classes[] = { FRAUD };
    (void)state;
    assert_int_equal(due_of(&nobody_named, 1, classes, 1).count, 0);
}

static void units_beyond_the_bound_are_left_out_aloud(void **state)
{
    static const uint16_t classes[] = { ASSAULT };
    struct cdi_due due = due_of(&nobody_named, 1, classes, 200);
    (void)state;
    assert_int_equal(due.count, CDI_UNITS_MAX);
    assert_true(due.truncated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_disclosed_is_nothing_due),
        cmocka_unit_test(several_kinds_against_one_victim_are_the_principal_crime),
        cmocka_unit_test(an_assault_and_a_broken_phone_are_the_assault),
        cmocka_unit_test(each_victim_is_a_crime_and_named_persons_are_told_apart),
        cmocka_unit_test(slavery_and_a_breach_of_an_order_are_due_besides),
        cmocka_unit_test(what_else_a_class_of_breaches_holds_is_principal_or_not_due),
        cmocka_unit_test(conduct_beside_a_breach_of_its_own_class_is_due_as_well),
        cmocka_unit_test(a_household_or_business_is_counted_once_unless_the_text_tells_of_more),
        cmocka_unit_test(a_finished_incident_is_one_however_many_saw_it),
        cmocka_unit_test(each_offender_is_a_rape_of_each_victim),
        cmocka_unit_test(no_more_of_those_listed_count_than_are_victims_of_it),
        cmocka_unit_test(a_rape_on_another_occasion_is_one_though_two_did_the_first),
        cmocka_unit_test(what_lies_behind_the_last_class_disclosed_is_not_due),
        cmocka_unit_test(an_owner_of_whom_nothing_is_told_is_one),
        cmocka_unit_test(a_victimless_crime_is_counted_by_offender),
        cmocka_unit_test(offenders_who_acted_apart_answer_each_for_his_own),
        cmocka_unit_test(apart_or_not_an_assault_is_one_with_injury_or_without),
        cmocka_unit_test(a_second_victim_of_a_lesser_crime_only_has_that),
        cmocka_unit_test(what_report_fraud_records_is_not_due_here),
        cmocka_unit_test(units_beyond_the_bound_are_left_out_aloud),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, index_phrases, NULL);
}
