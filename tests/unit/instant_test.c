#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>
#include <stdlib.h>
#include <time.h>

#include "cdiwatch/instant.h"

static const struct cdi_zone london = { CDI_ZONE_LONDON, 0 };
static const struct cdi_zone los_angeles = { CDI_ZONE_LOS_ANGELES, 0 };

static struct cdi_instant utc(int year, int month, int day, int hour, int minute, int second)
{
    struct cdi_civil civil = { year, month, day, hour, minute, second, 0 };
    assert_true(cdi_civil_valid(&civil));
    return cdi_civil_to_utc(&civil);
}

static void assert_written(struct cdi_instant at, const char *expected)
{
    char text[CDI_INSTANT_TEXT_SIZE];
    cdi_instant_format(at, text);
    assert_string_equal(text, expected);
}

static void an_instant_is_written_in_utc_with_z(void **state)
{
    (void)state;
    assert_written(utc(2026, 11, 4, 21, 14, 5), "2026-11-04T21:14:05Z");
    assert_written((struct cdi_instant){ 0 }, "1970-01-01T00:00:00Z");
    assert_written((struct cdi_instant){ -1 }, "1969-12-31T23:59:59.999Z");
    assert_written(utc(1, 1, 1, 0, 0, 0), "0001-01-01T00:00:00Z");
    assert_written(utc(9999, 12, 31, 23, 59, 59), "9999-12-31T23:59:59Z");
}

static void a_civil_date_comes_back_from_its_instant(void **state)
{
    (void)state;
    for (int64_t day = -719162; day < 2932896; day += 17) {
        struct cdi_instant at = { day * CDI_DAYS(1).ms + 12345678 };
        struct cdi_civil civil = cdi_utc_to_civil(at);
        assert_true(cdi_civil_valid(&civil));
        assert_int_equal(cdi_civil_to_utc(&civil).ms, at.ms);
    }
}

static void dates_that_do_not_exist_are_not_valid(void **state)
{
    (void)state;
    static const struct cdi_civil wrong[] = {
        { 2026, 2, 29, 0, 0, 0, 0 }, { 1900, 2, 29, 0, 0, 0, 0 }, { 2026, 13, 1, 0, 0, 0, 0 }, { 2026, 0, 1, 0, 0, 0, 0 },
        { 2026, 4, 31, 0, 0, 0, 0 }, { 2026, 4, 0, 0, 0, 0, 0 }, { 2026, 4, 1, 24, 0, 0, 0 }, { 2026, 4, 1, 0, 60, 0, 0 },
        { 2026, 4, 1, 0, 0, 60, 0 }, { 0, 4, 1, 0, 0, 0, 0 }, { 10000, 4, 1, 0, 0, 0, 0 }, { 2026, 4, 1, 0, 0, 0, 1000 },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(cdi_civil_valid(&wrong[i]));
    struct cdi_civil leap = { 2000, 2, 29, 23, 59, 59, 999 };
    assert_true(cdi_civil_valid(&leap));
}

static void the_clocks_go_forward_and_back_when_the_law_says(void **state)
{
    (void)state;
    assert_int_equal(cdi_zone_offset(london, utc(2026, 3, 29, 0, 59, 59)).ms, 0);
    assert_int_equal(cdi_zone_offset(london, utc(2026, 3, 29, 1, 0, 0)).ms, CDI_HOURS(1).ms);
    assert_int_equal(cdi_zone_offset(london, utc(2026, 10, 25, 0, 59, 59)).ms, CDI_HOURS(1).ms);
    assert_int_equal(cdi_zone_offset(london, utc(2026, 10, 25, 1, 0, 0)).ms, 0);
    assert_int_equal(cdi_zone_offset(los_angeles, utc(2022, 11, 6, 8, 59, 59)).ms, CDI_HOURS(-7).ms);
    assert_int_equal(cdi_zone_offset(los_angeles, utc(2022, 11, 6, 9, 0, 0)).ms, CDI_HOURS(-8).ms);
    assert_int_equal(cdi_zone_offset(los_angeles, utc(2023, 3, 12, 9, 59, 59)).ms, CDI_HOURS(-8).ms);
    assert_int_equal(cdi_zone_offset(los_angeles, utc(2023, 3, 12, 10, 0, 0)).ms, CDI_HOURS(-7).ms);
}

static void the_hour_lived_twice_is_the_earlier_and_doubtful(void **state)
{
    (void)state;
    bool doubtful = false;
    struct cdi_civil twice = { 2026, 10, 25, 1, 30, 0, 0 };
    assert_int_equal(cdi_zone_to_utc(london, &twice, &doubtful).ms, utc(2026, 10, 25, 0, 30, 0).ms);
    assert_true(doubtful);
    struct cdi_civil skipped = { 2026, 3, 29, 1, 30, 0, 0 };
    assert_int_equal(cdi_zone_to_utc(london, &skipped, &doubtful).ms, utc(2026, 3, 29, 1, 30, 0).ms);
    assert_true(doubtful);
    struct cdi_civil plain = { 2026, 7, 1, 12, 0, 0, 0 };
    assert_int_equal(cdi_zone_to_utc(london, &plain, &doubtful).ms, utc(2026, 7, 1, 11, 0, 0).ms);
    assert_false(doubtful);
}

static void local_midnight_is_local_also_on_the_nights_the_clocks_change(void **state)
{
    (void)state;
    assert_int_equal(cdi_zone_next_midnight(london, utc(2026, 7, 1, 22, 59, 59)).ms, utc(2026, 7, 1, 23, 0, 0).ms);
    assert_int_equal(cdi_zone_next_midnight(london, utc(2026, 7, 1, 23, 0, 0)).ms, utc(2026, 7, 2, 23, 0, 0).ms);
    assert_int_equal(cdi_zone_next_midnight(london, utc(2026, 10, 24, 23, 30, 0)).ms, utc(2026, 10, 26, 0, 0, 0).ms);
    assert_int_equal(cdi_zone_next_midnight(london, utc(2026, 3, 29, 0, 30, 0)).ms, utc(2026, 3, 29, 23, 0, 0).ms);
}

/* The C library's zone files are the second opinion.  The rules hold from 1996 (London) and 2007 (Los Angeles). */
static void the_rule_rows_agree_with_the_zone_files_of_the_host(void **state)
{
    (void)state;
    static const struct { struct cdi_zone zone; const char *name; int from; } zones[] = {
        { { CDI_ZONE_LONDON, 0 }, "Europe/London", 1996 }, { { CDI_ZONE_LOS_ANGELES, 0 }, "America/Los_Angeles", 2007 },
    };
    if (access("/usr/share/zoneinfo/Europe/London", R_OK) != 0)
        skip();
    for (size_t i = 0; i < 2; i++) {
        setenv("TZ", zones[i].name, 1);
        tzset();
        for (int64_t at = utc(zones[i].from, 1, 1, 0, 0, 0).ms; at < utc(2037, 1, 1, 0, 0, 0).ms; at += CDI_MINUTES(30).ms) {
            time_t seconds = (time_t)(at / 1000);
            struct tm local;
            localtime_r(&seconds, &local);
            assert_int_equal(cdi_zone_offset(zones[i].zone, (struct cdi_instant){ at }).ms, (int64_t)local.tm_gmtoff * 1000);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void what_was_not_said_loses_to_everything(void **state)
{
    (void)state;
    struct cdi_instant at = utc(2026, 1, 1, 0, 0, 0);
    assert_int_equal(cdi_instant_earlier(CDI_INSTANT_NONE, at).ms, at.ms);
    assert_int_equal(cdi_instant_earlier(at, CDI_INSTANT_NONE).ms, at.ms);
    assert_int_equal(cdi_instant_later(CDI_INSTANT_NONE, at).ms, at.ms);
    assert_false(cdi_instant_said(cdi_instant_after(CDI_INSTANT_NONE, CDI_HOURS(24))));
    assert_int_equal(cdi_instant_after((struct cdi_instant){ INT64_MAX - 5 }, CDI_HOURS(1)).ms, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instant_is_written_in_utc_with_z),
        cmocka_unit_test(a_civil_date_comes_back_from_its_instant),
        cmocka_unit_test(dates_that_do_not_exist_are_not_valid),
        cmocka_unit_test(the_clocks_go_forward_and_back_when_the_law_says),
        cmocka_unit_test(the_hour_lived_twice_is_the_earlier_and_doubtful),
        cmocka_unit_test(local_midnight_is_local_also_on_the_nights_the_clocks_change),
        cmocka_unit_test(the_rule_rows_agree_with_the_zone_files_of_the_host),
        cmocka_unit_test(what_was_not_said_loses_to_everything),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
