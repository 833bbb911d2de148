/* The document of a tally: its form to the byte, and that what is read from it counts the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/encode_tally.h"
#include "core/lag.h"
#include "core/tally_row.h"

static struct cdi_tally example(void)
{
    struct cdi_tally tally = { .force = CDI_TEXT("dpp"), .area = CDI_TEXT("East"), .day = 20761, .version = 7, .time = { 1793836800000 } };
    const struct cdi_tally_key reports = { CDI_TALLY_OF_REPORTS, CDI_CATEGORY_RAPE, CDI_TEXT_NONE, CDI_TEXT("storm") };
    const struct cdi_tally_key crimes = { CDI_TALLY_OF_CRIMES, CDI_CATEGORY_COUNT, CDI_TEXT_NONE, CDI_TEXT_NONE };
    struct cdi_tally_row *row = cdi_tally_row_for(&tally, &crimes);
    cdi_tally_row_add(row, CDI_TALLY_RECORDED, 1);
    cdi_tally_row_add(row, CDI_TALLY_CANCELLED + CDI_CANCEL_TYPE_C2, 3);
    row = cdi_tally_row_for(&tally, &reports);
    cdi_tally_row_add(row, CDI_TALLY_REPORTS, 2);
    cdi_tally_row_add(row, CDI_TALLY_DUE, 3);
    cdi_tally_row_add(row, CDI_TALLY_CLEARED, 1);
    cdi_tally_row_add(row, CDI_TALLY_REASONS + CDI_REASON_N100_02, 1);
    cdi_tally_row_add(row, CDI_TALLY_N100 + CDI_TALLY_AGES + CDI_TALLY_AGE_OLDER, 1);
    cdi_tally_row_add(row, CDI_TALLY_LAGS + cdi_lag_bucket(60), 2);
    return tally;
}

#define ROWS \
    "\"lag_error\":\"1/64\",\"rows\":[{\"of\":\"reports\",\"category\":\"RAPE\",\"channel\":null,\"source\":\"storm\",\"reports\":2,\"due\":3," \
    "\"recorded\":0,\"unanswered\":0,\"on_time\":0,\"same_day\":0,\"open\":0,\"breached\":0,\"cleared\":1,\"incomplete_clear\":0," \
    "\"unendorsed\":0,\"late_without_rationale\":0,\"late_without_oversight\":0,\"supervised\":0,\"supervisor_entries\":0,\"unmeasured\":0," \
    "\"reasons\":{\"N100-02\":1},\"n100\":{\"100/02\":{\"over_14_days\":1}}," \
    "\"lag\":{\"n\":2,\"p50_s\":60,\"p90_s\":60,\"p95_s\":60,\"p99_s\":60,\"buckets\":[[60,2]]}}," \
    "{\"of\":\"crimes\",\"category\":null,\"source\":null,\"recorded\":1,\"on_time\":0,\"same_day\":0,\"late_without_rationale\":0," \
    "\"late_without_oversight\":0,\"unmeasured\":0,\"cancelled\":{\"C2\":3}," \
    "\"lag\":{\"n\":0,\"p50_s\":null,\"p90_s\":null,\"p95_s\":null,\"p99_s\":null,\"buckets\":[]}}]}"

static void assert_text(const struct cdi_alert_json *json, const char *want)
{
    char *got = strndup(json->at, json->size);
    assert_string_equal(got, want);
    free(got);
}

static void a_tally_is_one_event_under_its_force_area_and_day(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_alert_json json = { .at = NULL };
    struct cdi_tally tally = example();
    assert_true(cdi_encode_tally_event(&json, &tally));
    assert_text(&json, "{\"specversion\":\"1.0\",\"type\":\"cdiwatch.tally.v1\",\"source\":\"cdiwatch/dpp\",\"id\":\"dpp/East/2026-11-04:7\","
                "\"time\":\"2026-11-05T00:00:00Z\",\"subject\":\"East\",\"datacontenttype\":\"application/json\",\"data\":{\"force\":\"dpp\","
                "\"area\":\"East\",\"day\":\"2026-11-04\",\"version\":7," ROWS "}");
    assert_true(cdi_text_is(cdi_tally_event_key(&tally, &scratch), "dpp/tally/East/2026-11-04"));
    tally.area = CDI_TEXT_NONE;
    tally.day = CDI_TALLY_UNDATED;
    assert_true(cdi_encode_tally_data(&json, &tally, CDI_ALERT_FORM_CANONICAL));
    assert_text(&json, "{\"force\":\"dpp\",\"area\":null,\"day\":null," ROWS);
    assert_true(cdi_text_is(cdi_tally_event_key(&tally, &scratch), "dpp/tally//undated"));
    cdi_tally_release(&tally);
    cdi_scratch_free(&scratch);
    free(json.at);
}

static void read_again(const struct cdi_alert_json *json, enum cdi_tally_detail detail, struct cdi_tally *into, struct cdi_json *reader)
{
    const struct cdi_json_node *nodes;
    assert_true(cdi_json_read(reader, json->at, json->size, &nodes, NULL));
    cdi_read_tally((struct cdi_value){ nodes, nodes }, detail, into);
}

static void what_is_read_from_a_tally_counts_the_same(void **state)
{
    (void)state;
    struct cdi_json *reader = cdi_json_create(CDI_JSON_READER_SIMDJSON, NULL);
    struct cdi_alert_json json = { .at = NULL }, again = { .at = NULL };
    struct cdi_tally tally = example(), read = tally;
    assert_true(cdi_encode_tally_data(&json, &tally, CDI_ALERT_FORM_WHOLE));
    read.rows = NULL;
    read.row_count = read.row_room = 0;
    read_again(&json, CDI_TALLY_AS_IT_IS, &read, reader);
    assert_true(cdi_encode_tally_data(&again, &read, CDI_ALERT_FORM_WHOLE));
    assert_int_equal(json.size, again.size);
    assert_memory_equal(json.at, again.at, json.size);
    cdi_tally_release(&read);
    read_again(&json, CDI_TALLY_BY_CATEGORY, &read, reader);
    read_again(&json, CDI_TALLY_BY_CATEGORY, &read, reader);    /* twice: all is doubled, and none is told apart by source */
    assert_int_equal(read.row_count, 2);
    assert_int_equal(cdi_tally_count(&read.rows[0], CDI_TALLY_DUE), 6);
    assert_int_equal(cdi_lag_count(&read.rows[0]), 4);
    assert_int_equal(cdi_tally_count(&read.rows[1], CDI_TALLY_CANCELLED + CDI_CANCEL_TYPE_C2), 6);
    cdi_tally_release(&read);
    cdi_tally_release(&tally);
    cdi_json_destroy(reader);
    free(json.at);
    free(again.at);
}

static void what_a_newer_version_counts_is_left_out(void **state)
{
    (void)state;
    static const char document[] = "{\"rows\":[{\"of\":\"vehicles\",\"due\":4},{\"of\":\"reports\",\"category\":\"VAP\",\"due\":4,\"novel\":1,\"open\":-3,"
        "\"reasons\":{\"ODD\":2},\"lag\":{\"buckets\":[[99999,1],[60,2],[],4]}}]}";
    struct cdi_json *reader = cdi_json_create(CDI_JSON_READER_SIMDJSON, NULL);
    struct cdi_alert_json json = { (char *)document, sizeof document - 1, 0 };
    struct cdi_tally read = { .rows = NULL };
    read_again(&json, CDI_TALLY_AS_IT_IS, &read, reader);
    assert_int_equal(read.row_count, 1);
    assert_int_equal(read.rows[0].part_count, 2);
    assert_int_equal(cdi_tally_count(&read.rows[0], CDI_TALLY_DUE), 4);
    assert_int_equal(cdi_lag_count(&read.rows[0]), 2);
    cdi_tally_release(&read);
    cdi_json_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_is_one_event_under_its_force_area_and_day),
        cmocka_unit_test(what_is_read_from_a_tally_counts_the_same),
        cmocka_unit_test(what_a_newer_version_counts_is_left_out),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
