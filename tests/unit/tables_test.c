/* The tables in memory (core/tables) and what the shipped ones say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "codec/table_read.h"
#include "table_files.h"

static struct cdi_tables tables;
static struct cdi_table_store *store;

static int read_shipped(void **state)
{
    struct table_files files;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    store = cdi_table_store_create();
    struct cdi_binder binder = { .store = store, .tables = &tables, .err = &err };
    bool right = table_files_read(&files) && cdi_offences_read(&binder, files.files, files.count) &&
                 cdi_disposals_read(&binder, files.files, files.count) && cdi_stages_read(&binder, files.files, files.count) &&
                 cdi_match_read(&binder, files.files, files.count);
    if (!right)
        print_error("%s: %s\n", err.where, err.text);
    table_files_free(&files);
    return right ? 0 : -1;
}

static int drop_shipped(void **state)
{
    (void)state;
    cdi_table_store_destroy(store);
    return 0;
}

static const struct cdi_offence *offence(const char *klass)
{
    uint16_t index = cdi_tables_offence(&tables, cdi_text_of(klass));
    if (index == CDI_OFFENCE_NONE)
        fail_msg("no class %s", klass);
    return &tables.offences[index];
}

static void probability_is_what_the_mathematical_library_says(void **state)
{
    (void)state;
    for (int64_t x = -20000; x <= 20000; x++)
        assert_int_equal(cdi_probability(x), lrint(1000 / (1 + pow(2, -(double)x / 1000))));
}

static void probability_keeps_to_its_ends_and_is_symmetric(void **state)
{
    (void)state;
    assert_int_equal(cdi_probability(0), 500);
    assert_int_equal(cdi_probability(INT64_MAX), 1000);
    assert_int_equal(cdi_probability(INT64_MIN), 0);
    for (int64_t x = 0; x < 20000; x += 7)
        assert_int_equal(cdi_probability(x) + cdi_probability(-x), 1000);
}

static void find_all_and_nothing_else(void)
{
    assert_int_equal(tables.offence_count, 206);
    for (uint16_t i = 0; i < tables.offence_count; i++)
        assert_int_equal(cdi_tables_offence(&tables, tables.offences[i].klass), i);
    for (uint16_t i = 0; i < tables.code_count; i++)
        assert_ptr_equal(cdi_tables_code(&tables, tables.codes[i].code), &tables.codes[i]);
    static const char *const strangers[] = { "", "8", "8n", "8NN", "ZZ", "0", "N400", "999/99" };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_int_equal(cdi_tables_offence(&tables, cdi_text_of(strangers[i])), CDI_OFFENCE_NONE);
        assert_null(cdi_tables_code(&tables, cdi_text_of(strangers[i])));
    }
    assert_int_equal(cdi_tables_offence(&tables, CDI_TEXT_NONE), CDI_OFFENCE_NONE);
    assert_null(cdi_tables_code(&tables, CDI_TEXT_NONE));
}

static void every_class_and_code_is_found_and_nothing_else(void **state)
{
    (void)state;
    assert_non_null(tables.offence_slots);
    find_all_and_nothing_else();
}

static void tables_without_an_index_are_searched(void **state)
{
    struct cdi_tables indexed = tables;
    (void)state;
    tables.offence_slots = tables.code_slots = NULL;
    find_all_and_nothing_else();
    tables = indexed;
}

/* R4, in its order. */
static void the_families_are_those_of_the_ruling(void **state)
{
    static const struct { enum cdi_family family; const char *classes; } families[] = {
        { CDI_FAMILY_HOMICIDE, "1 4/1 4/10 4/2" },
        { CDI_FAMILY_RAPE, "19C 19D 19E 19F 19G 19H 19J 19K" },
        { CDI_FAMILY_ASSAULT_INJURY, "2 5D 8N 8P 8S 8T" },
        { CDI_FAMILY_ASSAULT, "104 105A 105B" },
        { CDI_FAMILY_CONDUCT, "8L 8M 8Q 8U" },
        { CDI_FAMILY_COMMUNICATIONS, "8R" },
        { CDI_FAMILY_THREATS, "3B" },
        { CDI_FAMILY_MODERN_SLAVERY, "106" },
        { CDI_FAMILY_N100, "N100 N100/01 N100/02 N100/03" },
        { CDI_FAMILY_ROBBERY, "34A 34B" },
        { CDI_FAMILY_DRUGS, "92A 92C 92D 92E" },
        { CDI_FAMILY_WEAPONS, "10A 10B 10C 10D 81" },
        { CDI_FAMILY_PUBLIC_ORDER, "62A 66 9A 9B" },
        { CDI_FAMILY_DAMAGE, "56A 56B 58A 58B 58C 58D 58J" },
        { CDI_FAMILY_VEHICLE, "126 37/2 45 48" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        char classes[200] = "";
        for (uint16_t j = 0; j < tables.offence_count; j++)
            if (tables.offences[j].family == families[i].family)
                snprintf(classes + strlen(classes), sizeof classes - strlen(classes), "%s%s", classes[0] == '\0' ? "" : " ",
                         tables.offences[j].klass.at);
        assert_string_equal(classes, families[i].classes);
    }
}

/* R5: the ordinary codes and ranks, and what a 195 offence never absorbs. */
static void the_ordinary_codes_and_ranks_are_those_of_the_ruling(void **state)
{
    static const struct { const char *klass, *code; uint16_t rank;
    } ordinary[] = {
        { "8N", "008/06", 30 },   { "58A", "058/00", 33 }, { "58B", "058/00", 33 }, { "58C", "058/00", 33 },
        { "58D", "058/00", 33 },  { "8L", "195/94", 29 },  { "8Q", "195/12", 28 },  { "8R", "008/72", 36 },
        { "105A", "105/01", 38 }, { "1", "001/01", 1 },    { "8U", "008/67", 15 },  { "3B", "003/01", 22 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        assert_string_equal(offence(ordinary[i].klass)->code.at, ordinary[i].code);
        assert_int_equal(offence(ordinary[i].klass)->rank, ordinary[i].rank);
        assert_false(offence(ordinary[i].klass)->never_absorbed);
    }
    static const char *const never[] = { "008/01", "008/77", "005/28", "019/07", "019/08", "019/10", "019/16" };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_true(cdi_tables_code(&tables, cdi_text_of(never[i]))->never_absorbed);
    assert_int_equal(cdi_tables_code(&tables, CDI_TEXT("008/01"))->rank, 17);
    assert_int_equal(cdi_tables_code(&tables, CDI_TEXT("008/77"))->rank, 18);
    assert_int_equal(cdi_tables_code(&tables, CDI_TEXT("005/28"))->rank, 23);
    assert_false(cdi_tables_code(&tables, CDI_TEXT("008/06"))->never_absorbed);
    assert_true(offence("19C")->never_absorbed);
    assert_int_equal(offence("10C")->rank, CDI_RANK_NONE);
    assert_false(cdi_text_said(offence("10C")->code));
}

/* DOMAIN.md rule 5. */
static void slavery_drugs_weapons_breaches_and_dangerous_driving_are_additional(void **state)
{
    static const char *const additional[] = { "106", "92A", "92C", "92D", "92E", "10A", "10B", "10C", "10D", "81", "66", "802" };
    static const char *const breaches[] = { "066/39", "066/38", "008/31", "008/74", "068/19", "066/98" };
    (void)state;
    for (size_t i = 0; i < sizeof additional / sizeof *additional; i++)
        assert_true(offence(additional[i])->additional);
    assert_false(offence("8N")->additional);
    assert_false(offence("46")->additional);
    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++)
        assert_true(cdi_tables_code(&tables, cdi_text_of(breaches[i]))->breach_of_order);
    assert_false(cdi_tables_code(&tables, CDI_TEXT("066/01"))->breach_of_order);
}

static void reported_incidents_and_fraud_are_outside_the_24_hour_rule(void **state)
{
    (void)state;
    assert_false(offence("N100")->due);
    assert_false(offence("N300/02")->due);
    assert_false(offence("NFIB3A")->due);
    assert_true(offence("33A")->due);
    assert_true(offence("19C")->due);
    assert_string_equal(tables.offences[cdi_tables_code(&tables, CDI_TEXT("100/02"))->offence].klass.at, "N100/02");
}

static uint32_t field(enum cdi_disposal_field name)
{
    return UINT32_C(1) << name;
}

/* DOMAIN.md "What legitimately ends a report", R12 to R15. */
static void each_reason_needs_what_the_domain_asks(void **state)
{
    (void)state;
    const struct cdi_disposal_rule *neg = &tables.disposals[CDI_REASON_NEG], *ncl = &tables.disposals[CDI_REASON_NCL];
    assert_int_equal(neg->needs, field(CDI_DISPOSAL_FIELD_RATIONALE) | field(CDI_DISPOSAL_FIELD_ENDORSED_BY) |
                     field(CDI_DISPOSAL_FIELD_VICTIM_TOLD_AT));
    assert_true(neg->rationale_given);
    assert_int_equal(ncl->needs, field(CDI_DISPOSAL_FIELD_ELEMENT) | field(CDI_DISPOSAL_FIELD_RATIONALE));
    assert_int_equal(ncl->needs_if_disorder, field(CDI_DISPOSAL_FIELD_ENDORSED_BY));
    assert_int_equal(tables.disposals[CDI_REASON_NSIR].needs_if_sensitive, field(CDI_DISPOSAL_FIELD_ENDORSED_BY));
    const struct cdi_disposal_rule *cri = &tables.disposals[CDI_REASON_CRI_1A];
    assert_true((cri->caller_never & UINT32_C(1) << CDI_CALLER_ROLE_PROFESSIONAL) != 0);
    assert_true((cri->caller_never & UINT32_C(1) << CDI_CALLER_ROLE_PARENT_OR_CARER) != 0);
    assert_true((cri->caller_never & UINT32_C(1) << CDI_CALLER_ROLE_WITNESS) == 0);
    assert_int_equal(tables.disposals[CDI_REASON_N100_01].family_only, UINT32_C(1) << CDI_FAMILY_RAPE);
    assert_int_equal(tables.disposals[CDI_REASON_DUP].needs, field(CDI_DISPOSAL_FIELD_PARENT));
    for (int reason = CDI_REASON_NONE + 1; reason < CDI_REASON_COUNT; reason++) {
        assert_true(tables.disposals[reason].clears);
        assert_true((tables.disposals[reason].needs | tables.disposals[reason].marks_missing) &
                    field(CDI_DISPOSAL_FIELD_ENDORSED_BY));
    }
    assert_false(tables.disposals[CDI_REASON_NONE].clears);
}

static void the_default_stages_are_those_of_the_design_and_rape_is_earlier(void **state)
{
    static const int64_t hours[CDI_STAGE_COUNT] = { 0, 12, 20, 23, 24 };
    (void)state;
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
        assert_int_equal(tables.stages[CDI_RISK_OTHER].after[stage].ms, CDI_HOURS(hours[stage]).ms);
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_BREACH; stage++)
        assert_true(tables.stages[CDI_RISK_RAPE].after[stage].ms < tables.stages[CDI_RISK_OTHER].after[stage].ms);
}

static void likeness_speaks_for_and_unlikeness_against(void **state)
{
    (void)state;
    const int32_t *weight = tables.match.weight;
    assert_true(weight[CDI_MATCH_PLACE_UPRN] > weight[CDI_MATCH_PLACE_POSTCODE]);
    assert_true(weight[CDI_MATCH_PLACE_ELSEWHERE] < 0);
    assert_true(weight[CDI_MATCH_PERSON_ID] > weight[CDI_MATCH_PERSON_PHONETIC]);
    assert_true(weight[CDI_MATCH_CLASS_SAME] > weight[CDI_MATCH_CLASS_FAMILY]);
    assert_true(tables.match.link_at_least >= tables.match.keep_at_least);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probability_is_what_the_mathematical_library_says),
        cmocka_unit_test(probability_keeps_to_its_ends_and_is_symmetric),
        cmocka_unit_test(every_class_and_code_is_found_and_nothing_else),
        cmocka_unit_test(tables_without_an_index_are_searched),
        cmocka_unit_test(the_families_are_those_of_the_ruling),
        cmocka_unit_test(the_ordinary_codes_and_ranks_are_those_of_the_ruling),
        cmocka_unit_test(slavery_drugs_weapons_breaches_and_dangerous_driving_are_additional),
        cmocka_unit_test(reported_incidents_and_fraud_are_outside_the_24_hour_rule),
        cmocka_unit_test(each_reason_needs_what_the_domain_asks),
        cmocka_unit_test(the_default_stages_are_those_of_the_design_and_rape_is_earlier),
        cmocka_unit_test(likeness_speaks_for_and_unlikeness_against),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_shipped, drop_shipped);
}
