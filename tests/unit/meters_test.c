#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "edge/meters.h"

static struct cdi_meters meters;
static struct cdi_body body;

static int setup(void **state)
{
    (void)state;
    memset(&meters, 0, sizeof meters);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cdi_body_free(&body);
    return 0;
}

static const char *written(void)
{
    cdi_body_free(&body);
    cdi_meters_write(&meters, &body);
    assert_false(body.failed);
    assert_int_equal(strlen(body.at), body.size);
    return body.at;
}

static bool has_line(const char *line)
{
    char wanted[300];
    snprintf(wanted, sizeof wanted, "\n%s\n", line);
    return strstr(written(), wanted) != NULL;
}

static size_t series(void)
{
    size_t count = 0;
    for (const char *line = written(); *line != '\0'; line = strchr(line, '\n') + 1)
        count += *line != '#';
    return count;
}

static void all_shards(void)
{
    meters.shard_count = CDI_METERS_SHARDS;
    for (int32_t i = 0; i < CDI_METERS_SHARDS; i++)
        meters.shards[i] = 1000 + i;
}

static void all_forces(void)
{
    meters.force_count = CDI_METERS_FORCES;
    for (int i = 0; i < CDI_METERS_FORCES; i++)
        snprintf(meters.forces[i], sizeof meters.forces[i], "f%d", i);
}

static void all_watches(void)
{
    meters.watch_count = CDI_METERS_WATCHES;
    for (int i = 0; i < CDI_METERS_WATCHES; i++)
        snprintf(meters.watches[i], sizeof meters.watches[i], "w%d", i);
}

/* ---- the table ---- */

static bool ends_with(const char *name, const char *end)
{
    return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static void names_are_in_order_and_say_their_kind_and_unit(void **state)
{
    (void)state;
    for (enum cdi_meter meter = 0; meter < CDI_METER_COUNT; meter++) {
        const struct cdi_meter_row *row = &cdi_meter_rows[meter];
        if (meter > 0 && strcmp(cdi_meter_rows[meter - 1].name, row->name) >= 0)
            fail_msg("%s is not in its place", row->name);
        if (ends_with(row->name, "_total") != (row->kind == CDI_METER_COUNTER))
            fail_msg("%s: _total is for counters", row->name);
        if (ends_with(row->name, "_seconds") != (row->unit == CDI_METER_MS))
            fail_msg("%s: _seconds is for times", row->name);
        if (row->words[0] == '\0' || ends_with(row->words, ".") || strpbrk(row->words, "\\\n") != NULL)
            fail_msg("%s: words without a full stop", row->name);
        for (int i = 1; i < 2; i++)
            assert_true(row->labels[i] == CDI_METER_LABEL_NONE || row->labels[i - 1] != CDI_METER_LABEL_NONE);
    }
}

static void there_are_never_more_series_than_promised(void **state)
{
    size_t most = 0;
    (void)state;
    for (enum cdi_meter meter = 0; meter < CDI_METER_COUNT; meter++)
        most += cdi_meter_series(meter);
    assert_true(most < CDI_METERS_SERIES_MOST);
    all_shards();
    all_forces();
    all_watches();
    assert_int_equal(series(), most);
    print_message("# figure: at most %zu series\n", most);
}

/* ---- what is written ---- */

static void each_meter_is_said_what_it_is(void **state)
{
    (void)state;
    for (enum cdi_meter meter = 0; meter < CDI_METER_COUNT; meter++) {
        const struct cdi_meter_row *row = &cdi_meter_rows[meter];
        char line[300];
        snprintf(line, sizeof line, "# HELP cdiwatch_%s %s.\n# TYPE cdiwatch_%s %s\n", row->name, row->words, row->name,
                 row->kind == CDI_METER_COUNTER ? "counter" : row->kind == CDI_METER_GAUGE ? "gauge" : "histogram");
        assert_non_null(strstr(written(), line));
    }
}

static void a_count_stands_beside_its_labels(void **state)
{
    (void)state;
    *cdi_meter_at(&meters, CDI_METER_OF_RECORDS, CDI_FEED_CRIMES, CDI_OUTCOME_LATE) = 7;
    *cdi_meter_at(&meters, CDI_METER_OF_RECORDS, CDI_FEED_ACTIONS, CDI_OUTCOME_REJECTED) = 9;
    assert_true(has_line("cdiwatch_records_total{feed=\"crimes\",outcome=\"late\"} 7"));
    assert_true(has_line("cdiwatch_records_total{feed=\"actions\",outcome=\"rejected\"} 9"));
    assert_true(has_line("cdiwatch_records_total{feed=\"crimes\",outcome=\"accepted\"} 0"));
    assert_true(has_line("cdiwatch_build_info{version=\"" CDI_VERSION "\"} 0"));
}

static void times_are_said_in_seconds(void **state)
{
    (void)state;
    *cdi_meter_at(&meters, CDI_METER_OF_STARTED, 0, 0) = INT64_C(1793836800001);
    assert_true(has_line("cdiwatch_start_timestamp_seconds 1793836800.001"));
    *cdi_meter_at(&meters, CDI_METER_OF_STARTED, 0, 0) = -50;
    assert_true(has_line("cdiwatch_start_timestamp_seconds -0.050"));
}

static void what_is_not_known_is_not_said(void **state)
{
    (void)state;
    *cdi_meter_at(&meters, CDI_METER_OF_LAG, CDI_FEED_CRIMES, 0) = CDI_METER_UNKNOWN;
    assert_null(strstr(written(), "cdiwatch_lag_messages{feed=\"crimes\"}"));
    assert_non_null(strstr(written(), "cdiwatch_lag_messages{feed=\"actions\"} 0"));
}

static void a_shard_is_called_by_its_number_and_only_those_there_are(void **state)
{
    (void)state;
    assert_null(strstr(written(), "shard=\""));
    meters.shard_count = 2;
    meters.shards[0] = 3;
    meters.shards[1] = 1023;
    *cdi_meter_at(&meters, CDI_METER_OF_JUDGE_WAITS, 1, CDI_FEED_CRIMES) = 1;
    assert_true(has_line("cdiwatch_judge_waits{shard=\"1023\",feed=\"crimes\"} 1"));
    assert_true(has_line("cdiwatch_judge_waits{shard=\"3\",feed=\"crimes\"} 0"));
    assert_true(has_line("cdiwatch_shard_stopped{shard=\"1023\"} 0"));
    assert_null(strstr(written(), "shard=\"0\""));
}

static void a_force_is_called_by_its_code_and_only_those_there_are(void **state)
{
    (void)state;
    assert_null(strstr(written(), "force=\""));
    all_forces();
    meters.force_count = 2;
    *cdi_meter_at(&meters, CDI_METER_OF_TALLY_OPEN, 1, CDI_CATEGORY_VAP) = 5;
    assert_true(has_line("cdiwatch_tally_open{force=\"f1\",category=\"VAP\"} 5"));
    assert_true(has_line("cdiwatch_tally_open{force=\"f0\",category=\"VAP\"} 0"));
    assert_null(strstr(written(), "force=\"f2\""));
}

static void a_watch_is_called_by_its_key_and_only_those_there_are(void **state)
{
    (void)state;
    assert_null(strstr(written(), "watch=\""));
    all_watches();
    meters.watch_count = 2;
    *cdi_meter_at(&meters, CDI_METER_OF_WATCHED, 1, 0) = 5;
    assert_true(has_line("cdiwatch_watched{watch=\"w1\"} 5"));
    assert_true(has_line("cdiwatch_watched{watch=\"w0\"} 0"));
    assert_null(strstr(written(), "watch=\"w2\""));
}

/* ---- histograms ---- */

static void a_bucket_holds_its_bound_and_all_that_is_below(void **state)
{
    (void)state;
    struct cdi_histogram *commits = &meters.histograms[CDI_METER_OF_COMMIT_DURATION];
    const int64_t seen[] = { 0, 1, 2, 3, 60000, 60001, 99999 };
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        cdi_histogram_observe(commits, CDI_METER_FAST, seen[i]);
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"0.001\"} 2"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"0.002\"} 3"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"0.005\"} 4"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"2.5\"} 4"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"60\"} 5"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_bucket{le=\"+Inf\"} 7"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_count 7"));
    assert_true(has_line("cdiwatch_commit_duration_seconds_sum 220.006"));
}

static void bounds_rise_and_reach_a_minute_or_a_day(void **state)
{
    static const struct { enum cdi_meter_kind kind; int64_t last; } all[] = { { CDI_METER_FAST, 60000 }, { CDI_METER_SLOW, 86400000 } };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t count;
        const int64_t *bounds = cdi_histogram_bounds(all[i].kind, &count);
        for (size_t j = 1; j < count; j++)
            assert_true(bounds[j - 1] < bounds[j]);
        assert_true(bounds[count - 1] == all[i].last && count <= CDI_BUCKETS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_in_order_and_say_their_kind_and_unit, setup, teardown),
        cmocka_unit_test_setup_teardown(there_are_never_more_series_than_promised, setup, teardown),
        cmocka_unit_test_setup_teardown(each_meter_is_said_what_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(a_count_stands_beside_its_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(times_are_said_in_seconds, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_known_is_not_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_shard_is_called_by_its_number_and_only_those_there_are, setup, teardown),
        cmocka_unit_test_setup_teardown(a_force_is_called_by_its_code_and_only_those_there_are, setup, teardown),
        cmocka_unit_test_setup_teardown(a_watch_is_called_by_its_key_and_only_those_there_are, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bucket_holds_its_bound_and_all_that_is_below, setup, teardown),
        cmocka_unit_test_setup_teardown(bounds_rise_and_reach_a_minute_or_a_day, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
