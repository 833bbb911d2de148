/* A handle from the configuration: which properties it gets, what is said of wrong ones; what Kafka's errors mean; the embedded
 * broker. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "edge/kafka_admin.h"
#include "edge/kafka_inside.h"
#include "edge/kafka_mock.h"

#define SECRET "canary-Qz7"

#define SETTING(name, value) { { (name), sizeof(name) - 1 }, { (value), sizeof(value) - 1 } }
static const struct cdi_kafka_setting items[] = {
    SETTING("bootstrap.servers", "127.0.0.1:1"),
    SETTING("session.timeout.ms", "7777"),      /* a consumer's */
    SETTING("linger.ms", "77"),                 /* a producer's */
    SETTING("client.id", "both"),
};
static const struct cdi_kafka_settings settings = { items, sizeof items / sizeof items[0] };
static int warnings;

static void count_warnings(const rd_kafka_t *handle, int level, const char *facility, const char *words)
{
    (void)handle;
    (void)level;
    (void)words;
    warnings += strcmp(facility, "CONFWARN") == 0;
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, count_warnings);
}

static const char *value_of(const rd_kafka_t *handle, const char *name)
{
    static char value[64];
    size_t size = sizeof value;
    assert_int_equal(rd_kafka_conf_get(rd_kafka_conf((rd_kafka_t *)(uintptr_t)handle), name, value, &size), RD_KAFKA_CONF_OK);
    return value;
}

static void each_type_gets_its_own_properties_and_warns_of_none(void **state)
{
    (void)state;
    static const struct cdi_kafka_own own[] = { { "client.id", "ours" }, { NULL, NULL } };
    struct cdi_error err = { 0 };
    warnings = 0;
    rd_kafka_t *consumer = cdi_kafka_new(RD_KAFKA_CONSUMER, &settings, NULL, prepare, NULL, &err);
    rd_kafka_t *producer = cdi_kafka_new(RD_KAFKA_PRODUCER, &settings, own, prepare, &warnings, &err);
    assert_non_null(consumer);
    assert_non_null(producer);
    assert_string_equal(value_of(consumer, "session.timeout.ms"), "7777");
    assert_string_equal(value_of(consumer, "linger.ms"), "5");
    assert_string_equal(value_of(consumer, "client.id"), "both");
    assert_string_equal(value_of(producer, "linger.ms"), "77");
    assert_string_equal(value_of(producer, "session.timeout.ms"), "45000");
    assert_string_equal(value_of(producer, "client.id"), "ours");
    assert_ptr_equal(rd_kafka_opaque(producer), &warnings);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    assert_int_equal(warnings, 0);
}

static void refuse(const char *name, const char *value, const char *words)
{
    const struct cdi_kafka_own own[] = { { name, value }, { NULL, NULL } };
    struct cdi_error err = { 0 };
    assert_null(cdi_kafka_new(RD_KAFKA_PRODUCER, &settings, own, prepare, NULL, &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    assert_non_null(strstr(err.text, words));
    assert_null(strstr(err.text, SECRET));
}

static void a_wrong_property_is_said_without_its_value(void **state)
{
    (void)state;
    refuse("linger", SECRET, "linger: librdkafka");
    refuse("linger.ms", SECRET, "linger.ms: librdkafka");
    refuse("acks", SECRET, "acks: librdkafka");
    refuse("security.protocol", SECRET, "security.protocol: librdkafka");
}

static void what_kafka_says_is_rights_configuration_or_the_broker(void **state)
{
    (void)state;
    static const struct { rd_kafka_resp_err_t code; enum cdi_error_code means; } rows[] = {
        { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
        { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
        { RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
        { RD_KAFKA_RESP_ERR__AUTHENTICATION, CDI_ERROR_RIGHTS },
        { RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, CDI_ERROR_CONFIGURATION },
        { RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, CDI_ERROR_CONFIGURATION },
        { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, CDI_ERROR_CONFIGURATION },
        { RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, CDI_ERROR_CONFIGURATION },
        { RD_KAFKA_RESP_ERR__TRANSPORT, CDI_ERROR_BROKER },
        { RD_KAFKA_RESP_ERR__TIMED_OUT, CDI_ERROR_BROKER },
        { RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, CDI_ERROR_BROKER },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char wanted[200];
        struct cdi_error err = { 0 };
        (void)snprintf(wanted, sizeof wanted, "cannot read x: %s", rd_kafka_err2str(rows[i].code));
        assert_false(cdi_kafka_fail(&err, rows[i].code, "cannot read %s", "x"));
        assert_int_equal(err.code, rows[i].means);
        assert_string_equal(err.text, wanted);
        assert_false(cdi_kafka_fail(&err, RD_KAFKA_RESP_ERR__STATE, "later"));
        assert_string_equal(err.text, wanted);      /* the first wins */
    }
}

static struct cdi_kafka_admin *admin_of(const struct cdi_mock *mock, struct cdi_error *err)
{
    struct cdi_kafka_setting address = { CDI_TEXT("bootstrap.servers"), cdi_text_of(cdi_mock_address(mock)) };
    return cdi_kafka_admin_open(&(struct cdi_kafka_settings){ &address, 1 }, err);
}

static void the_embedded_broker_has_the_topics_that_it_made(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    struct cdi_kafka_topic seen;
    struct cdi_mock *mock = cdi_mock_start(0, &err);
    assert_non_null(mock);
    assert_true(cdi_mock_create_topic(mock, "cdi.crimes", 3, &err));
    struct cdi_kafka_admin *admin = admin_of(mock, &err);
    assert_non_null(admin);
    assert_true(cdi_kafka_admin_embedded(admin));
    assert_true(cdi_kafka_admin_look(admin, "cdi.crimes", CDI_TOPIC_NOW, &seen, &err));
    assert_true(seen.exists);
    assert_int_equal(seen.partitions, 3);
    cdi_kafka_admin_close(admin);
    cdi_mock_stop(mock);
}

static void the_embedded_broker_says_that_a_port_is_taken(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    struct cdi_mock *first = cdi_mock_start(0, &err);
    assert_non_null(first);
    unsigned port = 0;
    assert_int_equal(sscanf(cdi_mock_address(first), "127.0.0.1:%u", &port), 1);
    assert_null(cdi_mock_start((uint16_t)port, &err));
    assert_int_equal(err.code, CDI_ERROR_BROKER);
    assert_non_null(strstr(err.text, "cannot listen on 127.0.0.1:"));
    cdi_mock_stop(first);
    /* Given back, it can be had by asking for it. */
    cdi_error_clear(&err);
    struct cdi_mock *second = cdi_mock_start((uint16_t)port, &err);
    assert_non_null(second);
    char wanted[32];
    (void)snprintf(wanted, sizeof wanted, "127.0.0.1:%u", port);
    assert_string_equal(cdi_mock_address(second), wanted);
    cdi_mock_stop(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_gets_its_own_properties_and_warns_of_none),
        cmocka_unit_test(a_wrong_property_is_said_without_its_value),
        cmocka_unit_test(what_kafka_says_is_rights_configuration_or_the_broker),
        cmocka_unit_test(the_embedded_broker_has_the_topics_that_it_made),
        cmocka_unit_test(the_embedded_broker_says_that_a_port_is_taken),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
