/* What headers say of a value: a table of what is read and what is refused, and that no refusal repeats what a header held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "codec/content.h"

static void a_message_without_headers_is_json(void **state)
{
    struct cdi_content content = { .headers = { CDI_TEXT_NONE } };
    (void)state;
    assert_true(cdi_content_readable(&content, NULL));
    cdi_content_take(&content, CDI_TEXT("traceparent"), CDI_TEXT("00-1-2-03"));
    cdi_content_take(&content, CDI_TEXT("ce_type"), CDI_TEXT("uk.police.incident"));
    cdi_content_take(&content, CDI_TEXT("content-type"), CDI_TEXT_NONE);
    assert_true(cdi_content_readable(&content, NULL));
}

static void media_types_are_read_or_refused_with_what_to_do(void **state)
{
    static const struct { const char *type, *says; } rows[] = {         /* NULL: read */
        { "application/json", NULL }, { "Application/JSON; charset=UTF-8", NULL }, { " text/json ", NULL }, { "", NULL },
        { "application/json;charset=\"utf-8\"", NULL }, { "application/json; odata=verbose; charset=us-ascii", NULL },
        { "application/cloudevents+json; charset=utf-8", NULL }, { "application/vnd.force.crime+json", NULL },
        { "application/vnd.apache.avro+json", NULL }, { "application/octet-stream", NULL }, { "text/plain", NULL }, { ";", NULL },
        { "application/avro", "Avro" }, { "application/cloudevents+avro", "Avro" }, { "avro/binary", "Avro" },
        { "application/x-protobuf", "Protocol Buffers" }, { "application/cloudevents+protobuf", "Protocol Buffers" },
        { "text/xml", "XML" }, { "application/soap+xml; charset=utf-8", "XML" }, { "text/csv", "replay" },
        { "application/cloudevents-batch+json", "message of its own" }, { "application/x-ndjson", "message of its own" },
        { "application/msgpack", "MessagePack" }, { "application/x-CANARY", "application/json or none" },
        { "application/jsonx", "application/json or none" }, { "json", "application/json or none" },
        { "application/json; charset=CANARY", "UTF-8" }, { "application/json; a=b; charset=utf-16", "UTF-8" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cdi_content content = { .headers = { CDI_TEXT_NONE } };
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        cdi_content_take(&content, CDI_TEXT("Content-Type"), cdi_text_of(rows[i].type));
        bool read = cdi_content_readable(&content, &err);
        if (read != (rows[i].says == NULL))
            fail_msg("%s: %s", rows[i].type, read ? "read" : err.text);
        if (read)
            continue;
        assert_int_equal(err.code, CDI_ERROR_NOT_JSON);
        assert_string_equal(err.where, "header content-type");
        if (strstr(err.text, rows[i].says) == NULL || strstr(err.text, "CANARY") != NULL)
            fail_msg("%s: %s", rows[i].type, err.text);
    }
}

static void other_headers_are_read_or_refused(void **state)
{
    static const struct { const char *name, *value; bool read; } rows[] = {
        { "ce_specversion", "1.0", true }, { "CE_SPECVERSION", " 1.0 ", true }, { "ce_specversion", "1.1", true },
        { "ce_specversion", "0.3", true }, { "ce_specversion", "2.0", false }, { "ce_specversion", "CANARY", false },
        { "ce_specversion", "", false }, { "ce_specversion", "1", false },
        { "content-encoding", "identity", true }, { "content-encoding", "", true }, { "content-encoding", "gzip", false },
        { "Content-Encoding", "CANARY", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cdi_content content = { .headers = { CDI_TEXT_NONE } };
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        cdi_content_take(&content, cdi_text_of(rows[i].name), cdi_text_of(rows[i].value));
        if (cdi_content_readable(&content, &err) != rows[i].read)
            fail_msg("%s: %s", rows[i].name, rows[i].value);
        if (rows[i].read)
            continue;
        assert_int_equal(err.code, CDI_ERROR_NOT_JSON);
        assert_memory_equal(err.where, "header c", 8);
        assert_null(strstr(err.text, "CANARY"));
    }
}

static void binary_cloudevents_are_read_by_their_content_type(void **state)
{
    struct cdi_content content = { .headers = { CDI_TEXT_NONE } };
    (void)state;
    cdi_content_take(&content, CDI_TEXT("ce_specversion"), CDI_TEXT("1.0"));
    cdi_content_take(&content, CDI_TEXT("ce_type"), CDI_TEXT("incident"));
    assert_true(cdi_content_readable(&content, NULL));
    cdi_content_take(&content, CDI_TEXT("content-type"), CDI_TEXT("application/avro"));
    assert_false(cdi_content_readable(&content, NULL));
    cdi_content_take(&content, CDI_TEXT("content-type"), CDI_TEXT("application/json"));
    assert_true(cdi_content_readable(&content, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_without_headers_is_json),
        cmocka_unit_test(media_types_are_read_or_refused_with_what_to_do),
        cmocka_unit_test(other_headers_are_read_or_refused),
        cmocka_unit_test(binary_cloudevents_are_read_by_their_content_type),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
