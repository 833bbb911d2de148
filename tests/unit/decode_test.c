#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../wire/harness.h"

static struct harness harness;
static struct cdi_source *source;

static int open_all(void **state)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    source = cdi_source_read("test", CDI_TEXT("name: cdiwatch\nfeeds:\n  incidents: {}\n  crimes: {}\n  actions: {}\n"), &err);
    return harness_open(&harness, source, &err) ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    harness_close(&harness);
    cdi_source_destroy(source);
    return 0;
}

static const struct cdi_record *decoded(enum cdi_feed feed, const char *text)
{
    const struct cdi_record *record;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    if (!cdi_decode_message(harness.decoders[0], feed, text, strlen(text), HARNESS_SEEN_AT, &record, &err))
        fail_msg("%s: %s", err.where, err.text);
    return record;
}

static void no_name_number_date_or_wording_leaves_the_decoder(void **state)
{
    static const char *const messages[] = {
        "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"2026-11-04T21:20:00Z\",\"persons\":[{\"role\":\"victim\",\"name\":\"Canary\","
        "\"dob\":\"Canary\",\"phone\":\"07700 canary\",\"id\":\"canary\"}],\"entries\":[{\"seq\":1,\"category\":\"canary\",\"text\":\"canary hit her\"}],"
        "\"location\":{\"uprn\":\"canary\",\"postcode\":\"canary\",\"text\":\"Canary Wharf\"},\"disposal\":{\"rationale\":\"a canary sang\","
        "\"enquiries\":\"canary\",\"element\":\"canary\"},\"notes\":\"canary\"}",
        "{\"force\":\"dpp\",\"crime\":\"C\",\"event_at\":\"2026-11-04T21:20:00Z\",\"persons\":[{\"role\":\"suspect\",\"name\":\"Canary\"}],"
        "\"cancel\":{\"type\":\"C2\",\"avi\":\"canary\"},\"late\":{\"rationale\":\"a canary sang all day long\"},\"location\":{\"text\":\"canary\"}}",
        "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"canary\"}", "{\"force\":\"dpp\",\"incident\":\"A\",\"persons\":\"canary\"}",
        "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"2026-11-04T21:20:00Z\",\"entries\":[{\"seq\":\"canary\"}]}", "canary" };
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        for (int reader = 0; reader < CDI_JSON_READER_COUNT; reader++) {
            char *dump = harness_decode(&harness, (enum cdi_json_reader)reader, i == 1 ? CDI_FEED_CRIMES : CDI_FEED_INCIDENTS,
                                        messages[i], strlen(messages[i]));
            assert_null(strcasestr(dump, "canary"));
            free(dump);
        }
}

struct heard { size_t count; struct cdi_text force, reference; enum cdi_record_kind kind; };

static void hear(void *context, const struct cdi_record *record)
{
    struct heard *heard = context;
    bool crime = record->kind == CDI_RECORD_KIND_CRIME;
    heard->count++;
    heard->kind = record->kind;
    heard->force = cdi_record_force(record);
    heard->reference = crime ? record->crime.reference : record->incident.reference;
}

static void who_listens_is_told_what_a_message_is_about(void **state)
{
    static const char incident[] = "{\"entries\":[{\"seq\":1,\"text\":\"he hit her\"}],\"incident\":\"A-1\",\"force\":\"dpp\","
                                   "\"event_at\":\"2026-11-04T21:20:00Z\"}";
    static const char crime[] = "{\"force\":\"ken\",\"crime\":\"C/1\",\"event_at\":\"2026-11-04T21:20:00Z\"}", broken[] = "{\"force\":";
    struct heard heard = { .count = 0 };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    const struct cdi_record *record;
    (void)state;
    cdi_decoder_listen(harness.decoders[0], hear, &heard);
    decoded(CDI_FEED_INCIDENTS, incident);
    assert_true(heard.count == 1 && heard.kind == CDI_RECORD_KIND_INCIDENT && cdi_text_is(heard.force, "dpp") &&
                cdi_text_is(heard.reference, "A-1"));
    decoded(CDI_FEED_CRIMES, crime);
    assert_true(heard.count == 2 && heard.kind == CDI_RECORD_KIND_CRIME && cdi_text_is(heard.force, "ken") && cdi_text_is(heard.reference, "C/1"));
    assert_false(cdi_decode_message(harness.decoders[0], CDI_FEED_CRIMES, broken, strlen(broken), HARNESS_SEEN_AT, &record, &err));
    assert_int_equal(heard.count, 2);
    cdi_decoder_listen(harness.decoders[0], NULL, NULL);
    decoded(CDI_FEED_INCIDENTS, incident);
    assert_int_equal(heard.count, 2);
}

static void every_usual_time_is_read_as_the_calendar_says(void **state)
{
    (void)state;
    for (int64_t day = -25567; day < 20700; day += 13) {
        struct cdi_instant at = { (day * 86400 + day % 86400 + (day % 86400 < 0 ? 86400 : 0)) * 1000 }, known_at;
        char text[CDI_INSTANT_TEXT_SIZE], message[200];
        cdi_instant_format(at, text);
        snprintf(message, sizeof message, "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"%s\"}", text);
        assert_int_equal(decoded(CDI_FEED_INCIDENTS, message)->incident.event_at.ms, at.ms);
        assert_true(cdi_decode_known_at(harness.decoders[0], CDI_FEED_INCIDENTS, message, strlen(message), &known_at, NULL));
        assert_int_equal(known_at.ms, at.ms);
    }
}

static void of_too_many_entries_the_first_by_number_stay(void **state)
{
    char *text = malloc(200000), *at = text;
    (void)state;
    assert_non_null(text);
    at += sprintf(at, "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"2026-11-04T21:20:00Z\",\"entries\":[");
    for (int i = 3000; i > 0; i--)
        at += sprintf(at, "{\"seq\":%d,\"text\":\"hit her\"}%s", i, i == 1 ? "]}" : ",");
    const struct cdi_incident *incident = &decoded(CDI_FEED_INCIDENTS, text)->incident;
    assert_true(incident->truncated);
    assert_int_equal(incident->entry_count, CDI_ENTRIES_MAX);
    assert_int_equal(incident->finding_count, CDI_FINDINGS_MAX);
    for (uint32_t i = 0; i < CDI_ENTRIES_MAX; i++)
        assert_int_equal(incident->entries[i].seq, i + 1);
    free(text);
}

static void a_row_and_a_message_that_say_the_same_give_the_same_record(void **state)
{
    static const struct cdi_text names[] = { { "force", 5 }, { "incident", 8 }, { "event_at", 8 }, { "persons.id", 10 } },
                                 cells[] = { { "dpp", 3 }, { "A", 1 }, { "2026-11-04T21:20:00Z", 20 }, { "N-8812", 6 } };
    const char *message = "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"2026-11-04T21:20:00Z\",\"persons\":[{\"id\":\"N-8812\"}]}";
    const struct cdi_record *record;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    char *want = harness_decode(&harness, CDI_JSON_READER_SIMDJSON, CDI_FEED_INCIDENTS, message, strlen(message)), *got = NULL;
    size_t size;
    (void)state;
    assert_true(cdi_decode_header(harness.decoders[0], CDI_FEED_INCIDENTS, names, 4, &err));
    assert_true(cdi_decode_row(harness.decoders[0], CDI_FEED_INCIDENTS, cells, 4, HARNESS_SEEN_AT, &record, &err));
    FILE *out = open_memstream(&got, &size);
    dump_outcome(out, true, record, &err);
    fclose(out);
    assert_string_equal(got, want);
    assert_false(cdi_decode_row(harness.decoders[0], CDI_FEED_INCIDENTS, cells, 3, HARNESS_SEEN_AT, &record, &err));
    assert_int_equal(err.code, CDI_ERROR_NOT_CSV);
    free(want);
    free(got);
}

static void keys_of_a_large_object_are_compared_too(void **state)
{
    char *text = malloc(100000), *at = text;
    (void)state;
    assert_non_null(text);
    at += sprintf(at, "{\"force\":\"dpp\",\"incident\":\"A\",\"event_at\":\"2026-11-04T21:20:00Z\"");
    for (int i = 0; i < 3000; i++)
        at += sprintf(at, ",\"key%d\":%d", i, i);
    sprintf(at, "}");
    assert_non_null(decoded(CDI_FEED_INCIDENTS, text));
    sprintf(at, ",\"key7\":1}");
    for (int reader = 0; reader < CDI_JSON_READER_COUNT; reader++) {
        char *got = harness_decode(&harness, (enum cdi_json_reader)reader, CDI_FEED_INCIDENTS, text, strlen(text));
        assert_memory_equal(got, "not_json", 8);
        free(got);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_number_date_or_wording_leaves_the_decoder),
        cmocka_unit_test(who_listens_is_told_what_a_message_is_about),
        cmocka_unit_test(every_usual_time_is_read_as_the_calendar_says),
        cmocka_unit_test(of_too_many_entries_the_first_by_number_stay),
        cmocka_unit_test(a_row_and_a_message_that_say_the_same_give_the_same_record),
        cmocka_unit_test(keys_of_a_large_object_are_compared_too),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_all, close_all);
}
