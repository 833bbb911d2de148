/* Sends a stream into the topics of incidents and crimes: key the force, partitioned as Java clients do, lz4.
 *   load BROKERS INCIDENTS CRIMES STREAM     the frames' times are sent too; a topic of LogAppendTime puts its own there */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>

#include "cdiwatch/vocabulary.h"
#include "stream.h"

static uint64_t refused;

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(1);
}

static void delivered(rd_kafka_t *producer, const rd_kafka_message_t *message, void *context)
{
    (void)producer;
    (void)context;
    refused += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_t *producer_of(const char *brokers)
{
    const struct { const char *name, *value; } properties[] = {
        { "bootstrap.servers", brokers }, { "compression.codec", "lz4" }, { "linger.ms", "20" }, { "enable.idempotence", "true" },
        { "partitioner", "murmur2_random" }, { "queue.buffering.max.messages", "200000" },
    };
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i].name, properties[i].value, why, sizeof why) != RD_KAFKA_CONF_OK)
            stop(properties[i].name, why);
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (producer == NULL)
        stop("a producer", why);
    return producer;
}

static void send_frame(rd_kafka_t *producer, const char *topic, const struct frame *frame)
{
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)frame->key, frame->head.key_size } },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)frame->value, frame->head.size } },
        { .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = frame->head.at_ms },
    };
    rd_kafka_resp_err_t code;
    do {
        rd_kafka_error_t *problem = rd_kafka_produceva(producer, parts, sizeof parts / sizeof *parts);
        code = rd_kafka_error_code(problem);
        rd_kafka_error_destroy(problem);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(producer, 100);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        stop(topic, rd_kafka_err2str(code));
}

int main(int count, char *arguments[])
{
    struct frame frame;
    uint64_t messages = 0;
    if (count != 5) {
        fprintf(stderr, "load BROKERS INCIDENTS CRIMES STREAM\n");
        return 64;
    }
    struct stream stream = stream_open(arguments[4]);
    rd_kafka_t *producer = producer_of(arguments[1]);
    while (stream_next(&stream, &frame)) {
        send_frame(producer, arguments[frame.head.feed == CDI_FEED_INCIDENTS ? 2 : 3], &frame);
        if (++messages % 1000 == 0)
            rd_kafka_poll(producer, 0);
    }
    rd_kafka_resp_err_t code = rd_kafka_flush(producer, 120000);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || refused != 0)
        stop("the broker", code != RD_KAFKA_RESP_ERR_NO_ERROR ? rd_kafka_err2str(code) : "it refused messages");
    printf("%" PRIu64 "\n", messages);
    rd_kafka_destroy(producer);
    free(stream.bytes);
    return 0;
}
