/* The document of a stale feed, and the headers of a dead letter, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "codec/encode_deadletter.h"
#include "codec/encode_feed.h"

static struct cdi_instant at(int hour)
{
    const struct cdi_civil civil = { 2026, 11, 4, hour, 0, 0, 0 };
    return cdi_civil_to_utc(&civil);
}

static void assert_bytes(const char *bytes, size_t size, const char *wanted)
{
    char *text = strndup(bytes, size);
    assert_string_equal(text, wanted);
    free(text);
}

static void a_stale_feed_says_since_when_and_up_to_when_its_force_is_judged(void **state)
{
    (void)state;
    struct cdi_alert_json json = { .at = NULL };
    struct cdi_judge_feed feed = { .state = { CDI_TEXT("dpp"), CDI_TEXT("niche"), at(10), at(9), true, at(14), 3 },
                                   .limit = CDI_HOURS(4), .turned = true };
    assert_true(cdi_encode_feed_event(&json, &feed, at(20), at(14)));
    assert_bytes(json.at, json.size,
        "{\"specversion\":\"1.0\",\"type\":\"cdiwatch.feed.v1\",\"source\":\"cdiwatch/dpp\",\"id\":\"dpp/feed/niche:3\","
        "\"time\":\"2026-11-04T20:00:00Z\",\"subject\":\"niche\",\"datacontenttype\":\"application/json\",\"data\":{"
        "\"force\":\"dpp\",\"feed\":\"niche\",\"version\":3,\"state\":\"stale\",\"heard_at\":\"2026-11-04T10:00:00Z\","
        "\"silence_limit_s\":14400,\"stale_since\":\"2026-11-04T14:00:00Z\",\"held_at\":\"2026-11-04T14:00:00Z\"}}");
    free(json.at);
}

static void a_feed_that_was_never_heard_has_a_null_for_it_and_one_that_lives_says_so(void **state)
{
    (void)state;
    struct cdi_alert_json json = { .at = NULL };
    struct cdi_judge_feed feed = { .state = { CDI_TEXT("dpp"), CDI_TEXT("ni\"che"), CDI_INSTANT_NONE, at(9), false, at(13), 4 },
                                   .limit = CDI_HOURS(1), .turned = true };
    assert_true(cdi_encode_feed_event(&json, &feed, at(20), at(20)));
    json_t *whole = json_loadb(json.at, json.size, 0, NULL);
    assert_non_null(whole);
    assert_string_equal(json_string_value(json_object_get(whole, "id")), "dpp/feed/ni\"che:4");
    const json_t *data = json_object_get(whole, "data");
    assert_true(json_is_null(json_object_get(data, "heard_at")));
    assert_string_equal(json_string_value(json_object_get(data, "state")), "live");
    assert_string_equal(json_string_value(json_object_get(data, "held_at")), "2026-11-04T20:00:00Z");
    assert_int_equal(json_integer_value(json_object_get(data, "silence_limit_s")), 3600);
    json_decref(whole);
    free(json.at);
}

static void a_dead_letter_has_connects_headers_and_our_own(void **state)
{
    static const char *const wanted[][2] = {
        { "__connect.errors.topic", "cdi.incidents" }, { "__connect.errors.partition", "2" },
        { "__connect.errors.offset", "9007199254740993" }, { "__connect.errors.connector.name", "cdiwatch" },
        { "__connect.errors.task.id", "2" }, { "__connect.errors.stage", "VALUE_CONVERTER" },
        { "__connect.errors.class.name", "bad_time" }, { "__connect.errors.exception.class.name", "bad_time" },
        { "__connect.errors.exception.message", "a time that \"cannot\" be read" },
        { "cdiwatch.error", "{\"code\":\"bad_time\",\"where\":\"/received_at\",\"text\":\"a time that \\\"cannot\\\" be read\"}" },
    };
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT];
    struct cdi_error error = { CDI_ERROR_BAD_TIME, "/received_at", "a time that \"cannot\" be read" };
    struct cdi_deadletter letter = { CDI_TEXT("cdi.incidents"), 2, INT64_C(9007199254740993), 2, CDI_DEADLETTER_DECODE, &error };
    assert_true(cdi_deadletter_headers(&letter, headers, &scratch));
    memset(&error, 0, sizeof error);                    /* the headers stand alone */
    assert_int_equal(CDI_DEADLETTER_HEADER_COUNT, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < CDI_DEADLETTER_HEADER_COUNT; i++) {
        assert_bytes(headers[i].name.at, headers[i].name.size, wanted[i][0]);
        assert_string_equal(cdi_deadletter_header_name((enum cdi_deadletter_header)i), wanted[i][0]);
        assert_bytes(headers[i].value.at, headers[i].value.size, wanted[i][1]);
    }
    letter.stage = CDI_DEADLETTER_APPLY;
    assert_true(cdi_deadletter_headers(&letter, headers, &scratch));
    assert_true(cdi_text_is(headers[CDI_DEADLETTER_HEADER_STAGE].value, "TASK_PUT"));
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stale_feed_says_since_when_and_up_to_when_its_force_is_judged),
        cmocka_unit_test(a_feed_that_was_never_heard_has_a_null_for_it_and_one_that_lives_says_so),
        cmocka_unit_test(a_dead_letter_has_connects_headers_and_our_own),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
