/* The host's clock is believed while a probe of late agrees with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/host_clock.h"

static const struct cdi_instant noon = { INT64_C(1793880000000) };
static const struct cdi_span up = { 1000000 };                  /* elapsed at noon */

static struct cdi_instant after(int64_t ms) { return (struct cdi_instant){ noon.ms + ms }; }
static struct cdi_span offset_at(int64_t ahead_ms) { return (struct cdi_span){ noon.ms - up.ms + ahead_ms }; }

/* At noon by the host's clock, 20 ms after it was sent. */
static struct cdi_host_clock probed(struct cdi_instant broker)
{
    struct cdi_host_clock clock = { { 0 }, { 0 }, 0 };
    cdi_host_clock_probed(&clock, broker, after(-20), noon, up, offset_at(0));
    return clock;
}

static bool trusted(struct cdi_host_clock clock, int64_t later_ms, int64_t set_ms)
{
    return cdi_host_clock_trust(&clock, (struct cdi_span){ up.ms + later_ms }, offset_at(set_ms)) == NULL;
}

static void without_a_probe_it_is_not_believed(void **state)
{
    (void)state;
    assert_false(trusted((struct cdi_host_clock){ { 0 }, { 0 }, 0 }, 0, 0));
}

static void what_the_way_takes_is_no_difference(void **state)
{
    (void)state;
    assert_int_equal(probed(after(-20)).apart_ms, 0);
    assert_int_equal(probed(noon).apart_ms, 0);
    assert_int_equal(probed(after(-21)).apart_ms, -1);
    assert_int_equal(probed(after(1)).apart_ms, 1);
    assert_int_equal(probed(CDI_INSTANT_NONE).apart_ms, 0);     /* without a time, and let pass */
}

static void it_agrees_within_a_minute_either_way(void **state)
{
    (void)state;
    assert_true(trusted(probed(after(60000)), 0, 0));
    assert_false(trusted(probed(after(60001)), 0, 0));
    assert_true(trusted(probed(after(-60020)), 0, 0));
    assert_false(trusted(probed(after(-60021)), 0, 0));
}

static void a_probe_is_good_for_half_a_minute(void **state)
{
    (void)state;
    assert_true(trusted(probed(noon), 30000, 0));
    assert_false(trusted(probed(noon), 30001, 0));
}

static void set_by_more_than_a_minute_it_is_not_believed_before_the_next_probe(void **state)
{
    (void)state;
    assert_true(trusted(probed(noon), 1000, 60000));
    assert_false(trusted(probed(noon), 1000, 60001));
    assert_false(trusted(probed(noon), 1000, -60001));
    assert_false(trusted(probed(noon), 1000, CDI_HOURS(25).ms));
}

static void what_it_is_ahead_is_taken_off_and_what_it_is_behind_is_not_added(void **state)
{
    struct cdi_host_clock ahead = probed(after(-5020)), behind = probed(after(5000));
    (void)state;
    assert_int_equal(cdi_host_clock_not_ahead(&ahead, noon, offset_at(0)).ms, noon.ms - 5000);
    assert_int_equal(cdi_host_clock_not_ahead(&behind, noon, offset_at(0)).ms, noon.ms);
    assert_int_equal(cdi_host_clock_not_ahead(&ahead, noon, offset_at(3000)).ms, noon.ms - 8000);
    assert_int_equal(cdi_host_clock_not_ahead(&ahead, noon, offset_at(-3000)).ms, noon.ms - 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_probe_it_is_not_believed),
        cmocka_unit_test(what_the_way_takes_is_no_difference),
        cmocka_unit_test(it_agrees_within_a_minute_either_way),
        cmocka_unit_test(a_probe_is_good_for_half_a_minute),
        cmocka_unit_test(set_by_more_than_a_minute_it_is_not_believed_before_the_next_probe),
        cmocka_unit_test(what_it_is_ahead_is_taken_off_and_what_it_is_behind_is_not_added),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
