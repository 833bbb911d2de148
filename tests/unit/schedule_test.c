#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/schedule.h"
#include "random_case.h"

enum { HANDLES = 60, STEPS = 40000 };

struct naive { bool set[HANDLES]; int64_t due[HANDLES]; enum cdi_risk risk[HANDLES]; };

/* The plain way: look at all of them. */
static uint32_t naive_first(const struct naive *naive, int64_t now)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < HANDLES; i++) {
        if (!naive->set[i] || naive->due[i] > now)
            continue;
        if (first == UINT32_MAX || naive->due[i] < naive->due[first] ||
            (naive->due[i] == naive->due[first] && naive->risk[i] < naive->risk[first]))
            first = i;
    }
    return first;
}

static int64_t random_due(uint64_t *seed, int64_t now)
{
    static const int64_t spans[] = { 1, 900, 5000, 70000, 5000000, 90000000, 40000000000, 4000000000000000 };
    int64_t span = spans[random_below(seed, sizeof spans / sizeof *spans)];
    return now - 2000 + (int64_t)(random_next(seed) % (uint64_t)span);
}

static void the_wheel_pops_what_a_plain_search_would(void **state)
{
    (void)state;
    uint64_t first = random_seed("wheel and search"), seed = first;
    struct cdi_schedule *schedule = cdi_schedule_create(NULL, NULL, NULL);
    struct naive naive = { { false }, { 0 }, { CDI_RISK_RAPE } };
    int64_t now = -7000;
    for (int step = 0; step < STEPS; step++) {
        uint32_t handle = random_below(&seed, HANDLES), popped[3];
        if (random_one_in(&seed, 4)) {
            cdi_schedule_remove(schedule, handle);
            naive.set[handle] = false;
        } else if (!random_one_in(&seed, 3)) {
            naive.due[handle] = random_due(&seed, now);
            naive.risk[handle] = (enum cdi_risk)random_below(&seed, CDI_RISK_COUNT);
            naive.set[handle] = true;
            assert_true(cdi_schedule_set(schedule, handle, (struct cdi_instant){ naive.due[handle] }, naive.risk[handle], NULL));
        } else {
            now += random_due(&seed, 2000) / (random_one_in(&seed, 50) ? 1 : 1000000);
            size_t count = cdi_schedule_pop(schedule, (struct cdi_instant){ now }, popped, 3);
            for (size_t i = 0; i < count; i++) {
                if (popped[i] != naive_first(&naive, now))
                    fail_msg("step %d; SEED=%llu", step, (unsigned long long)first);
                naive.set[popped[i]] = false;
            }
            if (count < 3 && naive_first(&naive, now) != UINT32_MAX)
                fail_msg("left at step %d; SEED=%llu", step, (unsigned long long)first);
        }
        uint32_t next = naive_first(&naive, INT64_MAX);
        int64_t want = next == UINT32_MAX ? INT64_MIN : naive.due[next];
        if (cdi_schedule_next(schedule).ms != want)
            fail_msg("next at step %d; SEED=%llu", step, (unsigned long long)first);
    }
    cdi_schedule_destroy(schedule);
}

static int higher_handle_first(const void *context, uint32_t a, uint32_t b)
{
    (void)context;
    return a > b ? -1 : a < b;
}

static void two_deadlines_at_the_same_instant_fire_most_severe_first_then_by_the_tie(void **state)
{
    (void)state;
    struct cdi_schedule *schedule = cdi_schedule_create(NULL, higher_handle_first, NULL);
    struct cdi_instant due = { 1000 };
    uint32_t popped[4];
    cdi_schedule_set(schedule, 0, due, CDI_RISK_OTHER, NULL);
    cdi_schedule_set(schedule, 1, due, CDI_RISK_RAPE, NULL);
    cdi_schedule_set(schedule, 2, due, CDI_RISK_RAPE, NULL);
    cdi_schedule_set(schedule, 3, (struct cdi_instant){ 999 }, CDI_RISK_OTHER, NULL);
    assert_int_equal(cdi_schedule_pop(schedule, due, popped, 4), 4);
    assert_int_equal(popped[0], 3);
    assert_int_equal(popped[1], 2);
    assert_int_equal(popped[2], 1);
    assert_int_equal(popped[3], 0);
    cdi_schedule_destroy(schedule);
}

static void a_hundred_thousand_deadlines_at_one_instant_come_in_slices(void **state)
{
    (void)state;
    enum { MANY = 100000, SLICE = 4096 };
    struct cdi_schedule *schedule = cdi_schedule_create(NULL, NULL, NULL);
    struct cdi_instant due = { 1793826845000 };
    static uint32_t popped[SLICE];
    cdi_schedule_pop(schedule, (struct cdi_instant){ due.ms - 86400000 }, popped, SLICE);
    for (uint32_t i = 0; i < MANY; i++)
        assert_true(cdi_schedule_set(schedule, i, due, (enum cdi_risk)(i % CDI_RISK_COUNT), NULL));
    size_t total = 0;
    uint32_t risk = 0;
    for (size_t count; (count = cdi_schedule_pop(schedule, due, popped, SLICE)) > 0; total += count)
        for (size_t i = 0; i < count; i++) {
            assert_true(popped[i] % CDI_RISK_COUNT >= risk);
            risk = popped[i] % CDI_RISK_COUNT;
        }
    assert_int_equal(total, MANY);
    assert_false(cdi_instant_said(cdi_schedule_next(schedule)));
    cdi_schedule_destroy(schedule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wheel_pops_what_a_plain_search_would),
        cmocka_unit_test(two_deadlines_at_the_same_instant_fire_most_severe_first_then_by_the_tie),
        cmocka_unit_test(a_hundred_thousand_deadlines_at_one_instant_come_in_slices),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
