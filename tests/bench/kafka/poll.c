/* The yardstick: reads topics from their beginning to their end, message by message, and does no more than parse each.
 *   poll BROKERS none|jansson|simdjson TOPIC...      prints messages, bytes and processor microseconds a message, all threads */
#include <inttypes.h>
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "simdjson_alone.h"

static bool no_parse(const char *bytes, size_t size) { return bytes != NULL || size == 0; }

static bool jansson_parse(const char *bytes, size_t size)
{
    json_t *document = json_loadb(bytes, size, 0, NULL);
    json_decref(document);
    return document != NULL;
}

static const struct { const char *name; bool (*parse)(const char *bytes, size_t size); } parsers[] = {
    { "none", no_parse }, { "jansson", jansson_parse }, { "simdjson", simdjson_alone }
};

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "poll: %s: %s\n", what, why);
    exit(1);
}

/* As `run` reads: checked, only what is committed, ends told. */
static rd_kafka_t *consumer_of(const char *brokers)
{
    const struct { const char *name, *value; } properties[] = {
        { "bootstrap.servers", brokers }, { "group.id", "poll" }, { "check.crcs", "true" }, { "isolation.level", "read_committed" },
        { "enable.auto.commit", "false" }, { "enable.partition.eof", "true" }, { "auto.offset.reset", "error" },
    };
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i].name, properties[i].value, why, sizeof why) != RD_KAFKA_CONF_OK)
            stop(properties[i].name, why);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (consumer == NULL)
        stop("a consumer", why);
    rd_kafka_poll_set_consumer(consumer);
    return consumer;
}

/* All partitions of the topics, from their beginning. */
static int assign(rd_kafka_t *consumer, int count, char *const topics[])
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
    for (int i = 0; i < count; i++) {
        const struct rd_kafka_metadata *metadata;
        rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, topics[i], NULL);
        rd_kafka_resp_err_t code = rd_kafka_metadata(consumer, 0, topic, &metadata, 10000);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            stop(topics[i], rd_kafka_err2str(code));
        for (int p = 0; p < metadata->topics[0].partition_cnt; p++)
            rd_kafka_topic_partition_list_add(list, topics[i], p)->offset = RD_KAFKA_OFFSET_BEGINNING;
        rd_kafka_metadata_destroy(metadata);
        rd_kafka_topic_destroy(topic);
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(consumer, list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        stop("assigning", rd_kafka_err2str(code));
    int partitions = list->cnt;
    rd_kafka_topic_partition_list_destroy(list);
    return partitions;
}

static double processor_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void read_all(rd_kafka_t *consumer, int open, bool (*parse)(const char *bytes, size_t size))
{
    uint64_t messages = 0, bytes = 0;
    double began = processor_us();
    while (open > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 10000);
        if (message == NULL)
            stop("polling", "nothing came for ten seconds");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            open--;
        } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            stop("polling", rd_kafka_message_errstr(message));
        } else {
            if (!parse(message->payload, message->len))
                stop("parsing", "a message is not JSON");
            messages++;
            bytes += message->len;
        }
        rd_kafka_message_destroy(message);
    }
    printf("%" PRIu64 " %" PRIu64 " %.4f\n", messages, bytes, (processor_us() - began) / (double)(messages + !messages));
}

int main(int count, char *arguments[])
{
    bool (*parse)(const char *, size_t) = NULL;
    for (size_t i = 0; count > 3 && i < sizeof parsers / sizeof *parsers; i++)
        if (strcmp(parsers[i].name, arguments[2]) == 0)
            parse = parsers[i].parse;
    if (parse == NULL) {
        fprintf(stderr, "poll BROKERS none|jansson|simdjson TOPIC...\n");
        return 64;
    }
    rd_kafka_t *consumer = consumer_of(arguments[1]);
    int open = assign(consumer, count - 3, arguments + 3);
    read_all(consumer, open, parse);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
