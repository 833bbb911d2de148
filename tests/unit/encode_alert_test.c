/* The document of one report, byte for byte and as Jansson reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "codec/encode_alert.h"
#include "core/alert.h"
#include "core/judgement.h"

static struct cdi_offence offences[] = {
    { .klass = { "105A", 4 }, .category = CDI_CATEGORY_VAP, .family = CDI_FAMILY_ASSAULT },
    { .klass = { "8N", 2 }, .category = CDI_CATEGORY_VAP, .family = CDI_FAMILY_ASSAULT_INJURY },
};
static const struct cdi_tables tables = { .offences = offences, .offence_count = 2 };

static struct cdi_instant at(int hour, int minute)
{
    const struct cdi_civil civil = { 2026, 11, 4, hour, minute, 5, 0 };
    return cdi_civil_to_utc(&civil);
}

static struct cdi_judgement judgement;
static const struct cdi_alert_note notes[] = { { { 1793826845000 }, { "j.smith", 7 }, { "rang \"back\"", 11 } } };
static const struct cdi_alert_event history[] = { { { 1793826845000 }, { "notice", 6 } } };
static const struct cdi_alert_event published[] = { { { 1793826845500 }, { "breach", 6 } } };

/* The alert of DESIGN.md, near enough. */
static struct cdi_alert sample(void)
{
    memset(&judgement, 0, sizeof judgement);
    judgement.disclosed = (struct cdi_disclosed){ .count = 2, .likely = true, .risk = CDI_RISK_DA_VIOLENCE };
    judgement.disclosed.items[0] = (struct cdi_disclosure){
        .offence = 0, .p = 930, .likely = true, .addend_count = 3, .addends = {
            { .kind = CDI_ADDEND_PRIOR, .weight = -2000 },
            { .kind = CDI_ADDEND_OPENED, .name = CDI_TEXT("PSW-DOM"), .weight = 800 },
            { .kind = CDI_ADDEND_PHRASE, .name = CDI_TEXT("hit"), .entry = 4, .weight = 2125 },
        },
    };
    judgement.disclosed.items[1] = (struct cdi_disclosure){ .offence = 1, .p = 120 };
    judgement.due = (struct cdi_due){ .count = 1, .units = { { .offence = 0, .victim = 0xABCDEF } } };
    judgement.due.units[1] = (struct cdi_unit){ .offence = 1, .answered_by = CDI_UNANSWERED };
    judgement.due.count = 2;
    judgement.linked = (struct cdi_linked){ .link_count = 1, .alternative_count = 1 };
    judgement.linked.links[0] = (struct cdi_link){ .crime = CDI_TEXT("DPP/1"), .klass = CDI_TEXT("105A"),
                                                   .how = CDI_HOW_EXPLICIT, .recorded_at = at(23, 0) };
    judgement.linked.alternatives[0] = (struct cdi_link){
        .crime = CDI_TEXT("DPP/2"), .klass = CDI_TEXT("8N"), .how = CDI_HOW_SCORED, .weight = 6200, .recorded_at = at(1, 0),
        .addend_count = 1, .addends = { { CDI_MATCH_PLACE_UPRN, 5100 } },
    };
    judgement.clearing = (struct cdi_clearing){ .given = true, .reason = CDI_REASON_NEG,
                                                .missing = 1u << CDI_DISPOSAL_FIELD_ENDORSED_BY };
    judgement.watched.count = 0;
    judgement.compared = (struct cdi_compared){ .due = 2, .recorded = 1 };
    judgement.timed = (struct cdi_timed){ .stage = CDI_STAGE_WARNING, .received_at = at(0, 0), .same_day_at = at(2, 0),
                                          .due_at = at(22, 0), .next_stage_at = CDI_INSTANT_NONE, .overdue_days = 3 };
    return (struct cdi_alert){
        .id = { { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF } },
        .version = 7, .time = at(21, 0), .force = CDI_TEXT("dpp"), .incident = CDI_TEXT("DPP-1"), .bcu = CDI_TEXT("West"),
        .opened_as = CDI_TEXT("PSW-DOM"), .channel = CDI_TEXT("999"), .caller_role = CDI_TEXT("victim"),
        .lifecycle = CDI_LIFECYCLE_NEW, .state = CDI_STATE_OPEN,
        .marks = 1u << CDI_MARK_BREACHED | 1u << CDI_MARK_UNSURE | 1u << CDI_MARK_LATE_MESSAGE,
        .detected_late_by_s = 12, .judgement = &judgement, .acknowledged_until = CDI_INSTANT_NONE,
        .notes = notes, .note_count = 1, .history = history, .history_count = 1, .published = published, .published_count = 1,
    };
}

#define WHOLE \
    "{\"alert\":\"00112233445566778899aabbccddeeff\",\"version\":7,\"force\":\"dpp\",\"incident\":\"DPP-1\",\"report\":0," \
    "\"area\":{\"bcu\":\"West\",\"beat\":null},\"unit\":null,\"opened_as\":\"PSW-DOM\",\"classified_as\":null," \
    "\"closed_as\":null,\"channel\":\"999\",\"caller_role\":\"victim\",\"state\":\"open\",\"stage\":\"warning\",\"lifecycle\":\"new\"," \
    "\"marks\":[\"breached\",\"unsure\",\"late_message\"],\"watches\":[],\"watch_reasons\":[],\"risk\":\"da_violence\"," \
    "\"received_at\":\"2026-11-04T00:00:05Z\",\"same_day_at\":\"2026-11-04T02:00:05Z\",\"due_at\":\"2026-11-04T22:00:05Z\"," \
    "\"next_stage_at\":null,\"detected_late_by_s\":12,\"overdue_days\":3," \
    "\"likely\":[{\"class\":\"105A\",\"category\":\"VAP\",\"p\":0.930,\"victim\":\"0000000000abcdef\",\"evidence\":[" \
    "{\"rule\":\"prior\",\"weight\":-2.0},{\"rule\":\"opened:PSW-DOM\",\"weight\":0.8}," \
    "{\"rule\":\"phrase:hit\",\"entry\":4,\"weight\":2.125,\"negated\":false}]}],\"due\":2,\"recorded\":1,\"unanswered\":[\"8N\"]," \
    "\"linked\":[{\"crime\":\"DPP/1\",\"class\":\"105A\",\"how\":\"explicit\",\"weight\":null," \
    "\"recorded_at\":\"2026-11-04T23:00:05Z\",\"late_by_s\":3600,\"standing\":\"counts\",\"answers\":\"105A\"}]," \
    "\"alternatives\":[{\"crime\":\"DPP/2\",\"class\":\"8N\",\"how\":\"scored\",\"weight\":6.2," \
    "\"evidence\":[{\"field\":\"place\",\"level\":\"same uprn\",\"weight\":5.1}]}]," \
    "\"disposal\":{\"reason\":\"NEG\",\"missing\":[\"endorsed_by\"],\"refused\":null,\"endorsed_by\":null}," \
    "\"owner\":null,\"acknowledged_until\":null,\"escalation\":0," \
    "\"notes\":[{\"at\":\"2026-11-04T21:14:05Z\",\"by\":\"j.smith\",\"text\":\"rang \\\"back\\\"\"}]," \
    "\"history\":[{\"at\":\"2026-11-04T21:14:05Z\",\"what\":\"notice\"}]," \
    "\"published\":[{\"at\":\"2026-11-04T21:14:05.500Z\",\"what\":\"breach\"}]}"

static void assert_json(const struct cdi_alert_json *json, const char *wanted)
{
    char *text = strndup(json->at, json->size);
    assert_string_equal(text, wanted);
    free(text);
}

static void the_data_has_the_fields_of_the_design_in_their_order(void **state)
{
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    assert_json(&json, WHOLE);
    free(json.at);
}

static void the_event_is_the_data_in_a_cloudevents_envelope(void **state)
{
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    assert_true(cdi_encode_alert_event(&json, &tables, &alert));
    assert_json(&json, "{\"specversion\":\"1.0\",\"type\":\"cdiwatch.alert.v1\",\"source\":\"cdiwatch/dpp\","
                       "\"id\":\"00112233445566778899aabbccddeeff:7\",\"time\":\"2026-11-04T21:00:05Z\",\"subject\":\"DPP-1\","
                       "\"datacontenttype\":\"application/json\",\"data\":" WHOLE "}");
    free(json.at);
}

static void the_canonical_form_leaves_out_what_was_known_when(void **state)
{
    struct cdi_alert_json json = { 0 }, later_json = { 0 };
    struct cdi_alert alert = sample();
    (void)state;
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_CANONICAL));
    alert.version = 90;
    alert.time = at(23, 59);
    alert.detected_late_by_s = 0;
    alert.marks &= ~(1u << CDI_MARK_UNSURE | 1u << CDI_MARK_LATE_MESSAGE);
    alert.published_count = 0;
    assert_true(cdi_encode_alert_data(&later_json, &tables, &alert, CDI_ALERT_FORM_CANONICAL));
    assert_int_equal(json.size, later_json.size);
    assert_memory_equal(json.at, later_json.at, json.size);
    alert.marks |= 1u << CDI_MARK_LATE;
    assert_true(cdi_encode_alert_data(&later_json, &tables, &alert, CDI_ALERT_FORM_CANONICAL));
    assert_true(json.size != later_json.size);
    free(json.at);
    free(later_json.at);
}

static void an_alert_of_which_little_is_said_has_nulls_and_empty_lists(void **state)
{
    struct cdi_alert_json json = { 0 };
    struct cdi_alert alert = sample();
    (void)state;
    memset(&judgement, 0, sizeof judgement);
    judgement.timed.received_at = judgement.timed.same_day_at = CDI_INSTANT_NONE;
    judgement.timed.due_at = judgement.timed.next_stage_at = CDI_INSTANT_NONE;
    alert.bcu = alert.opened_as = alert.channel = alert.caller_role = CDI_TEXT_NONE;
    alert.note_count = alert.history_count = alert.published_count = 0;
    alert.marks = 0;
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    json_t *read = json_loadb(json.at, json.size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    static const char *const nulls[] = { "unit", "opened_as", "stage", "due_at", "next_stage_at", "disposal", "owner" };
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        assert_true(json_is_null(json_object_get(read, nulls[i])));
    static const char *const lists[] = {
        "marks", "watches", "watch_reasons", "likely", "linked", "alternatives", "notes", "history", "published"
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_true(json_is_array(json_object_get(read, lists[i])));
        assert_int_equal(json_array_size(json_object_get(read, lists[i])), 0);
    }
    json_decref(read);
    free(json.at);
}

static void a_watch_is_named_and_says_since_when_and_by_what(void **state)
{
    static struct cdi_watch_rule rules[] = { { .key = { "hate", 4 } }, { .key = { "rape", 4 } } };
    static const struct cdi_cause first[] = {
        { .kind = CDI_CAUSE_TERM, .name = { "cuckooing", 9 }, .entry = 4, .said = CDI_ASSERTION_NEGATED },
        { .kind = CDI_CAUSE_APPOINTMENT }, { .kind = CDI_CAUSE_WITHOUT, .name = { "recorded", 8 } },
    }, second[] = { { .kind = CDI_CAUSE_CLASS, .name = { "19C", 3 }, .p = 300 } };
    struct cdi_watch watches[] = { { .place = 0, .since = at(21, 0), .facts = first, .fact_count = 3 },
                                   { .place = 1, .since = at(22, 0), .facts = second, .fact_count = 1 } };
    struct cdi_tables watched = tables;
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    watched.watches = rules;
    watched.watch_count = 2;
    judgement.watched = (struct cdi_watched){ .count = 2, .items = watches };
    assert_true(cdi_encode_alert_data(&json, &watched, &alert, CDI_ALERT_FORM_WHOLE));
    char *text = strndup(json.at, json.size);
    assert_non_null(strstr(text, "\"watches\":[\"hate\",\"rape\"],\"watch_reasons\":["
        "{\"watch\":\"hate\",\"since\":\"2026-11-04T21:00:05Z\",\"because\":["
        "{\"rule\":\"term:cuckooing\",\"entry\":4,\"said\":\"negated\"},{\"rule\":\"appointment\"},{\"rule\":\"without:recorded\"}]},"
        "{\"watch\":\"rape\",\"since\":\"2026-11-04T22:00:05Z\",\"because\":[{\"rule\":\"class:19C\",\"p\":0.300}]}],"));
    free(text);
    free(json.at);
}

static void a_disposal_whose_reason_is_unknown_has_the_reason_null(void **state)
{
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    judgement.clearing = (struct cdi_clearing){ .given = true, .reason = CDI_REASON_NONE };
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    json_t *read = json_loadb(json.at, json.size, 0, NULL);
    assert_true(json_is_null(json_object_get(json_object_get(read, "disposal"), "reason")));
    json_decref(read);
    free(json.at);
}

/* Every control, the quote and the backslash, and characters of two, three and four bytes come back as they went in. */
static void every_character_comes_back_as_it_went_in(void **state)
{
    static const char wide[] =
        "\x7F\xC2\x80\xC3\xA9\xDF\xBF\xE0\xA0\x80\xE2\x80\xA8\xE2\x80\xA9\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"
        "\xF0\x90\x80\x80\xF0\x9F\x9A\x93\xF4\x8F\xBF\xBF/</script>";
    char text[200];
    struct cdi_alert_json json = { 0 };
    struct cdi_alert alert = sample();
    (void)state;
    for (int c = 1; c < 0x80; c++)
        text[c - 1] = (char)c;
    memcpy(text + 0x7F, wide, sizeof wide - 1);
    alert.opened_as = (struct cdi_text){ text, 0x7F + sizeof wide - 1 };
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    for (size_t i = 0; i < json.size; i++)
        assert_true((unsigned char)json.at[i] >= 0x20);
    json_t *read = json_loadb(json.at, json.size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    json_t *back = json_object_get(read, "opened_as");
    assert_int_equal(json_string_length(back), alert.opened_as.size);
    assert_memory_equal(json_string_value(back), text, alert.opened_as.size);
    json_decref(read);
    free(json.at);
}

static void a_nul_is_escaped(void **state)
{
    struct cdi_alert_json json = { 0 };
    struct cdi_alert alert = sample();
    (void)state;
    alert.unit = (struct cdi_text){ "a\0b", 3 };
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    assert_non_null(memmem(json.at, json.size, "\"a\\u0000b\"", 10));
    free(json.at);
}

static void numbers_are_written_from_integers(void **state)
{
    static const struct { int32_t weight; const char *written; } weights[] = {
        { 0, ":0.0," }, { 1, ":0.001," }, { -1, ":-0.001," }, { 10, ":0.01," }, { 800, ":0.8," }, { 1000, ":1.0," },
        { -12345, ":-12.345," }, { 12340, ":12.34," }, { INT32_MAX, ":2147483.647," }, { INT32_MIN, ":-2147483.648," },
    };
    static const struct { uint16_t p; const char *written; } chances[] = {
        { 0, "\"p\":0.000," }, { 5, "\"p\":0.005," }, { 500, "\"p\":0.500," }, { 999, "\"p\":0.999," }, { 1000, "\"p\":1.000," },
    };
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        char wanted[60];
        judgement.disclosed.items[0].addends[2].weight = weights[i].weight;
        snprintf(wanted, sizeof wanted, "\"entry\":4,\"weight\"%s", weights[i].written);
        assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
        assert_non_null(memmem(json.at, json.size, wanted, strlen(wanted)));
    }
    for (size_t i = 0; i < sizeof chances / sizeof *chances; i++) {
        judgement.disclosed.items[0].p = chances[i].p;
        assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
        assert_non_null(memmem(json.at, json.size, chances[i].written, strlen(chances[i].written)));
    }
    free(json.at);
}

static void a_warm_buffer_is_used_again(void **state)
{
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    assert_true(cdi_encode_alert_event(&json, &tables, &alert));
    const char *place = json.at;
    size_t room = json.room;
    for (int i = 0; i < 100; i++)
        assert_true(cdi_encode_alert_event(&json, &tables, &alert));
    assert_ptr_equal(json.at, place);
    assert_int_equal(json.room, room);
    free(json.at);
}

static void a_long_document_grows_the_buffer(void **state)
{
    static char text[100000];
    struct cdi_alert_json json = { 0 };
    struct cdi_alert alert = sample();
    (void)state;
    memset(text, '\n', sizeof text);
    alert.owner = (struct cdi_text){ text, sizeof text };
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    assert_true(json.size > 2 * sizeof text);
    json_t *read = json_loadb(json.at, json.size, 0, NULL);
    assert_int_equal(json_string_length(json_object_get(read, "owner")), sizeof text);
    json_decref(read);
    free(json.at);
}

static void history_says_how_often_and_which_logs_it_goes_by(void **state)
{
    static const struct cdi_past_log logs[] = {
        { { "DPP-2", 5 }, { 1793826845000 }, CDI_PAST_KIN_PAIR, 1u << CDI_PAST_KIND_CONDUCT | 1u << CDI_PAST_KIND_DOMESTIC },
        { { "DPP-1", 5 }, { 1793826845000 }, CDI_PAST_KIN_PLACE, 0 },
    };
    static const char row[] = "{\"rule\":\"history:course_of_conduct\",\"weight\":2.0,\"times\":2,\"days\":90}";
    static const char earlier[] = "],\"earlier\":[{\"incident\":\"DPP-2\",\"received_at\":\"2026-11-04T21:14:05Z\",\"same\":\"pair\","
                                  "\"kinds\":[\"conduct\",\"domestic\"]},{\"incident\":\"DPP-1\",";
    struct cdi_alert_json json = { 0 };
    const struct cdi_alert alert = sample();
    (void)state;
    uint64_t before = cdi_alert_content(&tables, &alert);
    judgement.disclosed.items[0].addends[2] = (struct cdi_addend){
        .kind = CDI_ADDEND_HISTORY, .name = CDI_TEXT("course_of_conduct"), .weight = 2000, .times = 2, .days = 90 };
    uint64_t with_rule = cdi_alert_content(&tables, &alert);
    judgement.disclosed.earlier_count = 2;
    judgement.disclosed.earlier[0] = &logs[0];
    judgement.disclosed.earlier[1] = &logs[1];
    assert_true(before != with_rule && with_rule != cdi_alert_content(&tables, &alert));
    assert_true(cdi_encode_alert_data(&json, &tables, &alert, CDI_ALERT_FORM_WHOLE));
    assert_non_null(memmem(json.at, json.size, row, strlen(row)));
    assert_non_null(memmem(json.at, json.size, earlier, strlen(earlier)));
    free(json.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_data_has_the_fields_of_the_design_in_their_order),
        cmocka_unit_test(the_event_is_the_data_in_a_cloudevents_envelope),
        cmocka_unit_test(the_canonical_form_leaves_out_what_was_known_when),
        cmocka_unit_test(an_alert_of_which_little_is_said_has_nulls_and_empty_lists),
        cmocka_unit_test(a_watch_is_named_and_says_since_when_and_by_what),
        cmocka_unit_test(a_disposal_whose_reason_is_unknown_has_the_reason_null),
        cmocka_unit_test(every_character_comes_back_as_it_went_in),
        cmocka_unit_test(a_nul_is_escaped),
        cmocka_unit_test(numbers_are_written_from_integers),
        cmocka_unit_test(history_says_how_often_and_which_logs_it_goes_by),
        cmocka_unit_test(a_warm_buffer_is_used_again),
        cmocka_unit_test(a_long_document_grows_the_buffer),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
