/* A shard without Kafka, for its tests: messages by hand, ends that the broker named, and another that goes on from its records. */
#ifndef CDI_TESTS_SHARD_PLACE_H
#define CDI_TESTS_SHARD_PLACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edge/kafka_consumer.h"
#include "edge/shard.h"

static struct cdi_config config;
static struct cdi_reading *reading;
static struct cdi_instant start = { INT64_C(1793836800000) };           /* 2026-11-05T00:00:00Z */
static int64_t next_offset;

static inline int load(void **state)
{
    static char key_file[] = "/tmp/cdiwatch-shard-test-XXXXXX";
    struct cdi_error err = { 0 };
    (void)state;
    FILE *file = fdopen(mkstemp(key_file), "wb");
    if (file == NULL || fwrite("a key for the tests of a shard, known to all", 1, 44, file) != 44 || fclose(file) != 0)
        return -1;
    config = (struct cdi_config){ .partitions = 1, .key = cdi_text_of(key_file), .reader = CDI_JSON_READER_SIMDJSON };
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        config.topics[topic] = cdi_text_of(cdi_topic_word((enum cdi_topic)topic));
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        config.sources[feed] = CDI_TEXT("cdiwatch");
    reading = cdi_reading_load(&config, NULL, NULL, &err);
    remove(key_file);
    return reading == NULL ? -1 : 0;
}

static inline int unload(void **state)
{
    (void)state;
    cdi_reading_destroy(reading);
    return 0;
}

static inline struct cdi_shard *new_shard(void)
{
    struct cdi_error err = { 0 };
    struct cdi_shard *shard = cdi_shard_create(&(struct cdi_shard_parts){ &config, reading, 0 }, &err);
    assert_non_null(shard);
    return shard;
}

static inline bool take(struct cdi_shard *shard, enum cdi_feed feed, int64_t after_s, const char *value, struct cdi_error *err)
{
    struct cdi_message message = { .feed = feed, .offset = next_offset++, .broker_time = { start.ms + after_s * 1000 },
                                   .key = CDI_TEXT("dpp"), .value = cdi_text_of(value) };
    return cdi_shard_take(shard, &message, err);
}

static inline bool incident(struct cdi_shard *shard, int number, int64_t after_s, int64_t received_s, struct cdi_error *err)
{
    char value[600], received[CDI_INSTANT_TEXT_SIZE], said[CDI_INSTANT_TEXT_SIZE];
    cdi_instant_format((struct cdi_instant){ start.ms + received_s * 1000 }, received);
    cdi_instant_format((struct cdi_instant){ start.ms + after_s * 1000 }, said);
    snprintf(value, sizeof value, "{\"force\":\"dpp\",\"incident\":\"L%d\",\"event_at\":\"%s\",\"received_at\":\"%s\",\"opened_as\":\"OPN-BURG\","
             "\"caller_role\":\"victim\",\"entries\":[{\"seq\":1,\"at\":\"%s\",\"role\":\"call_taker\",\"text\":\"INF STS HOUSE BURGLED, "
             "JEWELLERY STOLEN\"}]}", number, said, received, received);
    return take(shard, CDI_FEED_INCIDENTS, after_s, value, err);
}

static inline void settle(struct cdi_shard *shard)
{
    struct cdi_error err = { 0 };
    bool more = true, whole = false;
    while (more || !whole)
        assert_true(cdi_shard_settle(shard, &more, &whole, &err));
}

/* Records for a topic whose key or value holds the words. */
static inline size_t count_holding(struct cdi_shard *shard, enum cdi_topic topic, const char *words)
{
    struct cdi_outbox_record record;
    size_t count = 0, size = strlen(words);
    for (size_t i = 0; cdi_outbox_at(cdi_shard_outbox(shard), i, &record); i++)
        count += record.topic == topic && (size == 0 || memmem(record.key.at, record.key.size, words, size) != NULL ||
                                           memmem(record.value.at, record.value.size, words, size) != NULL);
    return count;
}

static inline size_t count_of(struct cdi_shard *shard, enum cdi_topic topic) { return count_holding(shard, topic, ""); }
static inline bool published(struct cdi_shard *shard, const char *words) { return count_holding(shard, CDI_TOPIC_ALERTS, words) > 0; }

/* Both feeds are read to an end that the broker named then. */
static inline void level(struct cdi_shard *shard, int64_t asked_s)
{
    for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++) {
        cdi_shard_at_end(shard, feed, 1000000);
        cdi_shard_end_known(shard, feed, 1000000, (struct cdi_instant){ start.ms + asked_s * 1000 });
    }
}

/* Each hour in both feeds: nobody is silent. */
static inline void beats(struct cdi_shard *shard, int64_t first_hour, int64_t last_hour)
{
    struct cdi_error err = { 0 };
    for (int64_t hour = first_hour; hour <= last_hour; hour++) {
        char beat[120], at[CDI_INSTANT_TEXT_SIZE];
        cdi_instant_format((struct cdi_instant){ start.ms + hour * 3600000 }, at);
        snprintf(beat, sizeof beat, "{\"force\":\"dpp\",\"heartbeat\":\"x\",\"at\":\"%s\"}", at);
        assert_true(take(shard, CDI_FEED_CRIMES, hour * 3600, beat, &err));
        assert_true(take(shard, CDI_FEED_INCIDENTS, hour * 3600, beat, &err));
    }
}

static inline struct cdi_shard *restored_from(struct cdi_outbox *outbox)
{
    struct cdi_shard *shard = new_shard();
    struct cdi_outbox_record record;
    struct cdi_error err = { 0 };
    for (size_t i = 0; cdi_outbox_at(outbox, i, &record); i++)
        if (record.topic == CDI_TOPIC_CHANGELOG && !cdi_shard_restore(shard, record.key, record.value, &err))
            fail_msg("%s", err.text);
    settle(shard);
    return shard;
}

#endif
