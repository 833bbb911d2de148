/* What is left of cases that were dropped: 20 bytes each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/traces.h"
#include "random_case.h"

enum { CASES = 500, STEPS = 20000 };

static struct cdi_instant at(uint32_t second) { return (struct cdi_instant){ (INT64_C(1793826845) + second) * 1000 }; }

static struct cdi_trace trace_of(uint32_t n)
{
    char reference[16];
    struct cdi_text text = { reference, (size_t)snprintf(reference, sizeof reference, "L-%u", n) };
    return n % 2 == 0 ? cdi_trace_of_log(CDI_TEXT("dpp"), text) : cdi_trace_of_crime(CDI_TEXT("dpp"), text);
}

static void they_are_held_until_they_expire_and_no_longer(void **state)
{
    (void)state;
    uint64_t seed = random_seed("traces");
    struct cdi_traces traces = { .slots = NULL };
    uint32_t dropped[CASES] = { 0 }, now = 1;
    for (int step = 0; step < STEPS; step++, now++) {
        uint32_t n = random_below(&seed, CASES);
        struct cdi_trace trace = trace_of(n);
        assert_int_equal(cdi_traces_hold(&traces, &trace), dropped[n] != 0);
        if (random_one_in(&seed, 3)) {
            assert_true(cdi_traces_remove(&traces, &trace, NULL));
            dropped[n] = 0;
        } else {
            assert_true(cdi_traces_add(&traces, trace, at(now), NULL));
            dropped[n] = now;
        }
        if (!random_one_in(&seed, 400))
            continue;
        uint32_t until = now - random_below(&seed, now < 900 ? now : 900);
        assert_true(cdi_traces_expire(&traces, at(until), NULL));
        for (uint32_t i = 0; i < CASES; i++)
            dropped[i] = dropped[i] <= until ? 0 : dropped[i];
    }
    cdi_traces_free(&traces);
}

/* Whoever follows what is written holds the same. */
static void what_is_written_of_them_is_enough(void **state)
{
    (void)state;
    struct cdi_traces traces = { .slots = NULL }, other = { .slots = NULL };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_trace changed, inside;
    for (uint32_t n = 0; n < CASES; n++) {
        struct cdi_trace trace = trace_of(n);
        trace.told = n % 3 == 0 ? 0 : n * UINT32_C(0x9E3779B9);
        assert_true(cdi_traces_add(&traces, trace, at(n), NULL));
    }
    assert_true(cdi_traces_expire(&traces, at(CASES / 3), NULL));
    assert_int_equal(cdi_traces_changed(&traces), CASES + CASES / 3 + 1);
    while (cdi_traces_next_changed(&traces, &changed)) {
        struct cdi_text force, reference;
        enum cdi_case_kind kind;
        assert_true(cdi_state_read_key(cdi_trace_key(&changed, &scratch), &force, &kind, &reference, NULL));
        assert_int_equal(kind, CDI_CASE_TRACE);
        assert_true(cdi_trace_read_reference(reference, &inside, NULL));
        if (changed.dropped == 0) {
            cdi_traces_withdraw(&other, &inside);
            continue;
        }
        assert_true(cdi_unpack_trace(cdi_pack_trace(&changed, &scratch), &inside, NULL));
        assert_memory_equal(&inside, &changed, sizeof inside);
        assert_true(cdi_traces_restore(&other, &inside, NULL));
    }
    assert_int_equal(other.count, traces.count);
    assert_int_equal(cdi_traces_changed(&other), 0);
    for (uint32_t n = 0; n < CASES; n++) {
        struct cdi_trace trace = trace_of(n);
        assert_int_equal(cdi_traces_hold(&other, &trace), n > CASES / 3);
        assert_int_equal(cdi_traces_find(&other, &trace), n > CASES / 3);
        assert_int_equal(trace.told, n > CASES / 3 && n % 3 != 0 ? n * UINT32_C(0x9E3779B9) : 0);
        assert_int_equal(trace.dropped, n > CASES / 3 ? at(n).ms / 1000 : 0);
    }
    cdi_scratch_free(&scratch);
    cdi_traces_free(&traces);
    cdi_traces_free(&other);
}

/* Nobody is accused of what was written in the second in which it was dropped. */
static void a_part_of_a_second_counts_whole(void **state)
{
    (void)state;
    struct cdi_traces traces = { .slots = NULL };
    struct cdi_trace trace = trace_of(2);
    assert_true(cdi_traces_add(&traces, trace, (struct cdi_instant){ at(7).ms + 1 }, NULL));
    assert_true(cdi_traces_find(&traces, &trace));
    assert_int_equal(trace.dropped, at(8).ms / 1000);
    cdi_traces_free(&traces);
}

static void an_alert_has_the_trace_of_its_log_and_a_crime_another(void **state)
{
    (void)state;
    struct cdi_trace log = cdi_trace_of_log(CDI_TEXT("dpp"), CDI_TEXT("L-1"));
    struct cdi_trace alert = cdi_trace_of_alert(cdi_alert_id(CDI_TEXT("dpp"), CDI_TEXT("L-1"), 17));
    struct cdi_trace crime = cdi_trace_of_crime(CDI_TEXT("dpp"), CDI_TEXT("L-1")), other = cdi_trace_of_log(CDI_TEXT("ken"), CDI_TEXT("L-1"));
    assert_memory_equal(log.front, alert.front, sizeof log.front);
    assert_memory_not_equal(log.front, crime.front, sizeof log.front);
    assert_memory_not_equal(log.front, other.front, sizeof log.front);
}

static void what_is_no_trace_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "00", "0123456789abcdef0123456g", "0123456789ABCDEF01234567", "0123456789abcdef012345670" };
    struct cdi_trace trace = trace_of(1);
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cdi_error err = { 0 };
        assert_false(cdi_trace_read_reference(cdi_text_of(bad[i]), &trace, &err));
        assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    }
    trace = trace_of(1);
    trace.dropped = 7;
    struct cdi_text plain = cdi_pack_trace(&trace, &scratch);
    for (size_t size = 0; size < plain.size; size++)
        assert_false(cdi_unpack_trace((struct cdi_text){ plain.at, size }, &trace, NULL));
    trace = trace_of(1);
    trace.dropped = 7;
    trace.told = 9;
    struct cdi_text packed = cdi_pack_trace(&trace, &scratch);
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(cdi_unpack_trace((struct cdi_text){ packed.at, size }, &trace, NULL), size == plain.size);
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_held_until_they_expire_and_no_longer),
        cmocka_unit_test(what_is_written_of_them_is_enough),
        cmocka_unit_test(a_part_of_a_second_counts_whole),
        cmocka_unit_test(an_alert_has_the_trace_of_its_log_and_a_crime_another),
        cmocka_unit_test(what_is_no_trace_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
