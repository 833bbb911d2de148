/* What is fed into the embedded broker, as a tail and the daemon's consumer would meet it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/kafka_feeder.h"
#include "edge/kafka_mock.h"
#include "edge/kafka_simple.h"
#include "edge/kafka_tail.h"

enum { PARTITIONS = 3, MESSAGES = 3000 };
#define TOPIC "story"

static struct cdi_mock *mock;
static struct cdi_kafka_setting one;
static struct cdi_kafka_settings settings;
static const char *const forces[] = { "eas", "cal", "wst" };

static int open_all(void **state)
{
    struct cdi_error err = { 0 };
    (void)state;
    mock = cdi_mock_start(0, &err);
    if (mock == NULL || !cdi_mock_create_topic(mock, TOPIC, PARTITIONS, &err))
        return -1;
    one = (struct cdi_kafka_setting){ cdi_text_of("bootstrap.servers"), cdi_text_of(cdi_mock_address(mock)) };
    settings = (struct cdi_kafka_settings){ &one, 1 };
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    cdi_mock_stop(mock);
    return 0;
}

static struct cdi_instant time_of(int number) { return (struct cdi_instant){ INT64_C(1793955600000) + number * 1000 }; }

static void feed(struct cdi_feeder *feeder, int from, int to)
{
    struct cdi_error err = { 0 };
    char value[16];
    for (int i = from; i < to; i++) {
        snprintf(value, sizeof value, "%d", i);
        if (!cdi_feeder_put(feeder, TOPIC, cdi_text_of(forces[i % 3]), cdi_text_of(value), time_of(i), &err))
            fail_msg("%s", err.text);
    }
    if (!cdi_feeder_flush(feeder, &err))
        fail_msg("%s", err.text);
}

/* Reads until the tail is level; each force's numbers go on where they stood in `next`. */
static void read_on(struct cdi_tail *tail, int next[3])
{
    struct cdi_error err = { 0 };
    struct cdi_message message;
    enum cdi_read read;
    do {
        read = cdi_tail_next(tail, 0, &message, &err);
        if (read == CDI_READ_FAILED)
            fail_msg("%s", err.text);
        if (read != CDI_READ_MESSAGE)
            continue;
        char value[16] = { 0 };
        memcpy(value, message.value.at, message.value.size);
        int number = atoi(value), force = number % 3;
        assert_int_equal(number, next[force]);
        assert_true(cdi_text_is(message.key, forces[force]));
        assert_int_equal(message.partition, cdi_force_partition(message.key, PARTITIONS));
        next[force] += 3;
        cdi_message_done(&message);
    } while (read == CDI_READ_MESSAGE || !cdi_tail_level(tail));
}

static void a_tail_gives_out_all_that_is_fed_in_order_and_knows_when_it_has(void **state)
{
    struct cdi_error err = { 0 };
    struct cdi_feeder *feeder = cdi_feeder_open(&settings, &err);
    struct cdi_tail *tail = cdi_tail_open(&settings, TOPIC, PARTITIONS, &err);
    int next[3] = { 0, 1, 2 };
    (void)state;
    assert_true(feeder != NULL && tail != NULL);
    feed(feeder, 0, MESSAGES);
    while (next[0] < MESSAGES)
        read_on(tail, next);
    feed(feeder, MESSAGES, MESSAGES + 30);
    while (next[0] < MESSAGES + 30 || next[1] < MESSAGES + 30 || next[2] < MESSAGES + 30)
        read_on(tail, next);
    cdi_tail_close(tail);
    cdi_feeder_close(feeder);
}

static void each_message_bears_the_time_that_it_was_fed_with(void **state)
{
    struct cdi_error err = { 0 };
    struct cdi_message message;
    struct cdi_reader *reader = cdi_reader_open(&settings, TOPIC, -1, 0, &err);
    size_t count = 0;
    enum cdi_read read;
    (void)state;
    assert_non_null(reader);
    while ((read = cdi_reader_next(reader, &message, &err)) == CDI_READ_MESSAGE) {
        char value[16] = { 0 };
        memcpy(value, message.value.at, message.value.size);
        assert_true(message.producer_time);
        assert_int_equal(message.broker_time.ms, time_of(atoi(value)).ms);
        count++;
        cdi_message_done(&message);
    }
    assert_int_equal(read, CDI_READ_END);
    assert_int_equal(count, MESSAGES + 30);
    cdi_reader_close(reader);
}

static void what_cannot_be_delivered_is_said(void **state)
{
    struct cdi_error err = { 0 };
    struct cdi_feeder *feeder = cdi_feeder_open(&settings, &err);
    (void)state;
    assert_non_null(feeder);
    char *large = calloc(1, 3000000);
    assert_non_null(large);
    assert_false(cdi_feeder_put(feeder, TOPIC, CDI_TEXT("eas"), (struct cdi_text){ large, 3000000 }, time_of(0), &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);     /* too large, whenever it is tried */
    assert_non_null(strstr(err.text, "cannot write"));
    free(large);
    cdi_feeder_close(feeder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tail_gives_out_all_that_is_fed_in_order_and_knows_when_it_has),
        cmocka_unit_test(each_message_bears_the_time_that_it_was_fed_with),
        cmocka_unit_test(what_cannot_be_delivered_is_said),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_all, close_all);
}
