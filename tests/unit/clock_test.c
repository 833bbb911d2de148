/* The host's clock, and the one that the demo pretends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "edge/clock.h"

static const struct cdi_instant origin = { 1793955600000 };

static void unless_pretended_time_goes_as_fast_as_it_does(void **state)
{
    (void)state;
    assert_int_equal(cdi_clock_goes(CDI_SECONDS(7)).ms, CDI_SECONDS(7).ms);
    assert_false(cdi_instant_before(cdi_clock_now(), (struct cdi_instant){ 1700000000000 }));
}

static void a_pretended_clock_begins_where_it_is_told_and_goes_as_fast_as_it_is_told(void **state)
{
    struct cdi_span offset = cdi_clock_offset(), before = cdi_clock_elapsed();
    (void)state;
    cdi_clock_pretend(origin, 720);
    struct cdi_instant first = cdi_clock_now(), now;
    assert_false(cdi_instant_before(first, origin));
    do
        now = cdi_clock_now();
    while (cdi_instant_before(now, cdi_instant_after(first, CDI_MINUTES(3))));
    /* Elapsed time and the host's own clock are what they were. */
    int64_t elapsed = cdi_clock_elapsed().ms - before.ms;
    assert_true(cdi_instant_between(origin, now).ms <= (elapsed + 2) * 720);
    assert_int_equal(cdi_clock_goes(CDI_SECONDS(7)).ms, CDI_SECONDS(7).ms * 720);
    assert_in_range(cdi_clock_offset().ms - offset.ms + 1000, 0, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unless_pretended_time_goes_as_fast_as_it_does),
        cmocka_unit_test(a_pretended_clock_begins_where_it_is_told_and_goes_as_fast_as_it_is_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
