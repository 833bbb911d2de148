#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/judge.h"

static const enum cdi_feed feeds[] = { CDI_FEED_INCIDENTS, CDI_FEED_CRIMES, CDI_FEED_ACTIONS };
static struct cdi_instant at(int64_t hours) { return (struct cdi_instant){ hours * 3600000 }; }

static struct cdi_judge *assigned(void)
{
    struct cdi_judge *judge = cdi_judge_create(NULL);
    assert_true(cdi_judge_assign(judge, feeds, 3, NULL));
    return judge;
}

static void the_time_stands_until_each_feed_has_yielded_something(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_applied(judge, 0, at(10));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    cdi_judge_applied(judge, 2, at(30));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    cdi_judge_applied(judge, 1, at(4));
    assert_int_equal(cdi_judge_time(judge).ms, at(4).ms);
    cdi_judge_destroy(judge);
}

static void a_feed_that_is_behind_holds_the_time_and_a_level_one_does_not(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_applied(judge, 0, at(30));
    cdi_judge_applied(judge, 1, at(4));
    cdi_judge_applied(judge, 0, at(31));
    assert_int_equal(cdi_judge_time(judge).ms, at(4).ms);
    cdi_judge_level(judge, 1, at(40));
    assert_int_equal(cdi_judge_time(judge).ms, at(31).ms);
    cdi_judge_level(judge, 0, at(40));
    assert_int_equal(cdi_judge_time(judge).ms, at(40).ms - 5000);
    cdi_judge_destroy(judge);
}

static void the_time_never_goes_back_not_even_over_a_new_assignment(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_restore(judge, at(20));
    cdi_judge_applied(judge, 0, at(5));
    cdi_judge_applied(judge, 1, at(5));
    assert_int_equal(cdi_judge_time(judge).ms, at(20).ms);
    cdi_judge_applied(judge, 0, at(22));
    cdi_judge_applied(judge, 1, at(23));
    assert_int_equal(cdi_judge_time(judge).ms, at(22).ms);
    assert_true(cdi_judge_assign(judge, feeds, 3, NULL));
    cdi_judge_level(judge, 0, at(50));
    assert_int_equal(cdi_judge_time(judge).ms, at(22).ms);
    cdi_judge_level(judge, 1, at(50));
    assert_int_equal(cdi_judge_time(judge).ms, at(50).ms - 5000);
    cdi_judge_destroy(judge);
}

static void a_silent_source_holds_its_own_force_only(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_silence silent[4];
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(10), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), at(19), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("ches"), CDI_TEXT("niche"), at(19), NULL));
    cdi_judge_level(judge, 0, at(20));
    cdi_judge_level(judge, 1, at(20));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, at(14).ms);
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("ches")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("never heard")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_silent(judge, silent, 4), 1);
    assert_true(cdi_text_is(silent[0].force, "dpp") && cdi_text_is(silent[0].source, "niche"));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(18), NULL));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_silent(judge, silent, 4), 0);
    cdi_judge_destroy(judge);
}

static void a_source_table_may_allow_a_longer_silence(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_silence_limit(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), CDI_HOURS(72), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(10), NULL));
    cdi_judge_level(judge, 0, at(80));
    cdi_judge_level(judge, 1, at(80));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, cdi_judge_time(judge).ms);
    cdi_judge_destroy(judge);
}

static void too_many_partitions_or_sources_are_an_error(void **state)
{
    (void)state;
    struct cdi_judge *judge = cdi_judge_create(NULL);
    enum cdi_feed many[CDI_JUDGE_PARTITIONS_MAX + 1] = { CDI_FEED_INCIDENTS };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    assert_false(cdi_judge_assign(judge, many, CDI_JUDGE_PARTITIONS_MAX + 1, &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_error_clear(&err);
    for (uint32_t i = 0; i < CDI_JUDGE_SOURCES_MAX; i++)
        assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), (struct cdi_text){ (const char *)&i, sizeof i }, at(1), &err));
    assert_false(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("one more"), at(1), &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_judge_destroy(judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_stands_until_each_feed_has_yielded_something),
        cmocka_unit_test(a_feed_that_is_behind_holds_the_time_and_a_level_one_does_not),
        cmocka_unit_test(the_time_never_goes_back_not_even_over_a_new_assignment),
        cmocka_unit_test(a_silent_source_holds_its_own_force_only),
        cmocka_unit_test(a_source_table_may_allow_a_longer_silence),
        cmocka_unit_test(too_many_partitions_or_sources_are_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
