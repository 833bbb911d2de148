/* Step 2: the principal crime once a victim, and whatever is always recorded besides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/due.h"

/* Gravest first, as step 1 gives them. */
enum { WOUNDING, ASSAULT, DAMAGE, SLAVERY, BREACH, FRAUD, OFFENCES };
static struct cdi_offence offences[OFFENCES] = {
    [WOUNDING] = { .klass = { "5D", 2 }, .rank = 7, .due = true },
    [ASSAULT] = { .klass = { "8N", 2 }, .rank = 30, .due = true },
    [DAMAGE] = { .klass = { "58D", 3 }, .rank = CDI_RANK_NONE, .due = true },
    [SLAVERY] = { .klass = { "106", 3 }, .rank = CDI_RANK_NONE, .additional = true, .due = true },
    [BREACH] = { .klass = { "66", 2 }, .rank = CDI_RANK_NONE, .additional = true, .state_based = true, .due = true },
    [FRAUD] = { .klass = { "NFIB1", 5 }, .rank = CDI_RANK_NONE, .due = false },
};
static const struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

static struct cdi_disclosed with(size_t count, const uint16_t *classes, uint8_t victims)
{
    struct cdi_disclosed disclosed = { .count = (uint8_t)count, .likely = count > 0 };
    for (size_t i = 0; i < count; i++)
        disclosed.items[i] = (struct cdi_disclosure){ .offence = classes[i], .likely = true, .victims = victims,
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
    struct cdi_due due = due_of(&nobody_named, 3, classes, 2);
    (void)state;
    assert_int_equal(due.count, 4);
    assert_false(due.units[0].additional);
    assert_true(due.units[2].additional);
    assert_true(due.units[3].additional);
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
        cmocka_unit_test(what_report_fraud_records_is_not_due_here),
        cmocka_unit_test(units_beyond_the_bound_are_left_out_aloud),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
