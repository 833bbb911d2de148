/* What one transaction will publish. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edge/outbox.h"

static int setup(void **state)
{
    *state = cdi_outbox_create();
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    cdi_outbox_destroy(*state);
    return 0;
}

static bool put(struct cdi_outbox *outbox, bool replace, enum cdi_topic topic, const char *key, const char *value)
{
    struct cdi_outbox_record record = { .topic = topic, .key = cdi_text_of(key), .value = cdi_text_of(value) };
    return replace ? cdi_outbox_replace(outbox, &record) : cdi_outbox_add(outbox, &record);
}

/* "topic:key=value " of what will be written, in order. */
static void assert_holds(const struct cdi_outbox *outbox, const char *expected)
{
    char text[1000] = "";
    struct cdi_outbox_record record;
    size_t count = 0;
    for (size_t i = 0; cdi_outbox_at(outbox, i, &record); i++) {
        if (record.topic == CDI_TOPIC_COUNT)
            continue;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d:%.*s=%.*s ", (int)record.topic, CDI_TEXT_ARGS(record.key),
                 CDI_TEXT_ARGS(record.value));
        count++;
    }
    assert_string_equal(text, expected);
    assert_int_equal(cdi_outbox_count(outbox), count);
}

static void records_go_out_in_the_order_in_which_they_came(void **state)
{
    put(*state, false, CDI_TOPIC_ALERTS, "a", "1");
    put(*state, false, CDI_TOPIC_ALERTS, "a", "2");
    put(*state, true, CDI_TOPIC_CHANGELOG, "b", "3");
    assert_holds(*state, "3:a=1 3:a=2 4:b=3 ");
}

static void a_state_record_that_changed_twice_is_written_once_and_last(void **state)
{
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "old");
    put(*state, true, CDI_TOPIC_CHANGELOG, "other", "1");
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "new");
    assert_holds(*state, "4:other=1 4:k=new ");
}

static void a_tombstone_replaces_what_came_before(void **state)
{
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "old");
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", NULL);
    struct cdi_outbox_record record;
    assert_true(cdi_outbox_at(*state, 1, &record));
    assert_false(cdi_text_said(record.value));
    assert_holds(*state, "4:k= ");
}

static void one_key_in_two_topics_is_two_records(void **state)
{
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "1");
    put(*state, true, CDI_TOPIC_ALERTS, "k", "2");
    assert_holds(*state, "4:k=1 3:k=2 ");
}

static void what_was_put_in_is_copied_with_its_headers(void **state)
{
    char key[] = "key", value[] = "value", name[] = "name", word[] = "word";
    struct cdi_header headers[2] = { { cdi_text_of(name), cdi_text_of(word) }, { CDI_TEXT("null"), CDI_TEXT_NONE } };
    struct cdi_outbox_record in = { CDI_TOPIC_DEADLETTERS, cdi_text_of(key), cdi_text_of(value), headers, 2 }, out;
    assert_true(cdi_outbox_add(*state, &in));
    memset(key, 'x', 3);
    memset(value, 'x', 5);
    memset(name, 'x', 4);
    memset(word, 'x', 4);
    assert_true(cdi_outbox_at(*state, 0, &out));
    assert_true(cdi_text_is(out.key, "key") && cdi_text_is(out.value, "value"));
    assert_int_equal(out.header_count, 2);
    assert_true(cdi_text_is(out.headers[0].name, "name") && cdi_text_is(out.headers[0].value, "word"));
    assert_false(cdi_text_said(out.headers[1].value));
    assert_int_equal(out.headers[0].name.at[4], 0);     /* a string for the library */
}

static void emptied_it_holds_nothing_and_keeps_its_memory(void **state)
{
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "1");
    size_t held = cdi_outbox_held(*state);
    cdi_outbox_empty(*state);
    assert_holds(*state, "");
    assert_int_equal(cdi_outbox_bytes(*state), 0);
    put(*state, true, CDI_TOPIC_CHANGELOG, "k", "2");
    assert_holds(*state, "4:k=2 ");
    assert_int_equal(cdi_outbox_held(*state), held);
}

static void a_record_larger_than_a_block_is_kept_whole(void **state)
{
    size_t size = 3 * 1024 * 1024;
    char *large = malloc(size + 1);
    assert_non_null(large);
    memset(large, 'z', size);
    large[size] = '\0';
    put(*state, false, CDI_TOPIC_ALERTS, "small", "1");
    assert_true(put(*state, false, CDI_TOPIC_ALERTS, "large", large));
    put(*state, false, CDI_TOPIC_ALERTS, "after", "2");
    struct cdi_outbox_record record;
    assert_true(cdi_outbox_at(*state, 1, &record));
    assert_int_equal(record.value.size, size);
    assert_memory_equal(record.value.at, large, size);
    free(large);
}

/* Against a plain model: the last value of each key, in order of last writing. */
static void however_often_keys_change_the_last_value_of_each_is_left(void **state)
{
    enum { KEYS = 3000, WRITES = 20000 };
    static int last[KEYS];
    uint64_t seed = 20261128;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 3; round++) {
        memset(last, 0, sizeof last);
        for (int i = 1; i <= WRITES; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            int which = (int)(seed >> 33) % KEYS;
            char key[16], value[16];
            snprintf(key, sizeof key, "%d", which);
            snprintf(value, sizeof value, "%d", i);
            assert_true(put(*state, true, CDI_TOPIC_CHANGELOG, key, value));
            last[which] = i;
        }
        struct cdi_outbox_record record;
        int before = 0, seen = 0, keys = 0;
        for (size_t i = 0; cdi_outbox_at(*state, i, &record); i++) {
            if (record.topic == CDI_TOPIC_COUNT)
                continue;
            int key = atoi(record.key.at), value = atoi(record.value.at);
            assert_int_equal(last[key], value);
            assert_true(value > before);
            before = value;
            seen++;
        }
        for (int key = 0; key < KEYS; key++)
            keys += last[key] != 0;
        assert_int_equal(seen, keys);
        cdi_outbox_empty(*state);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(records_go_out_in_the_order_in_which_they_came),
        TEST(a_state_record_that_changed_twice_is_written_once_and_last),
        TEST(a_tombstone_replaces_what_came_before),
        TEST(one_key_in_two_topics_is_two_records),
        TEST(what_was_put_in_is_copied_with_its_headers),
        TEST(emptied_it_holds_nothing_and_keeps_its_memory),
        TEST(a_record_larger_than_a_block_is_kept_whole),
        TEST(however_often_keys_change_the_last_value_of_each_is_left),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
