#include "edge/kafka_feeder.h"

#include <stdlib.h>

#include "edge/kafka_inside.h"

enum { FLUSH_MS = 10000, ROOM_MS = 100 };

struct cdi_feeder {
    rd_kafka_t *handle;
    rd_kafka_resp_err_t failed;                 /* of the first that was not delivered */
};

static void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque)
{
    struct cdi_feeder *feeder = opaque;
    (void)handle;
    if (feeder->failed == RD_KAFKA_RESP_ERR_NO_ERROR)
        feeder->failed = message->err;
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_log_cb(conf, NULL);       /* what matters of it, the call that fails tells */
}

struct cdi_feeder *cdi_feeder_open(const struct cdi_kafka_settings *settings, struct cdi_error *err)
{
    static const struct cdi_kafka_own own[] = {
        { "enable.idempotence", "true" }, { "message.timeout.ms", "10000" }, { "linger.ms", "1" },
        { "partitioner", "murmur2_random" }, { "topic.metadata.refresh.fast.interval.ms", "10" }, { NULL, NULL }
    };
    struct cdi_feeder *feeder = calloc(1, sizeof *feeder);
    if (feeder == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to write to topics");
        return NULL;
    }
    feeder->handle = cdi_kafka_new(RD_KAFKA_PRODUCER, settings, own, prepare, feeder, err);
    if (feeder->handle != NULL)
        return feeder;
    cdi_feeder_close(feeder);
    return NULL;
}

void cdi_feeder_close(struct cdi_feeder *feeder)
{
    if (feeder == NULL)
        return;
    if (feeder->handle != NULL)
        rd_kafka_destroy(feeder->handle);
    free(feeder);
}

static bool told(struct cdi_feeder *feeder, struct cdi_error *err)
{
    return feeder->failed == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, feeder->failed, "cannot write");
}

static rd_kafka_resp_err_t produce(struct cdi_feeder *feeder, const char *topic, struct cdi_text key, struct cdi_text value,
                                   struct cdi_instant at)
{
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic }, { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { (void *)(uintptr_t)key.at, key.size } },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { (void *)(uintptr_t)value.at, value.size } },
        { .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = at.ms },
    };
    rd_kafka_error_t *error = rd_kafka_produceva(feeder->handle, parts, sizeof parts / sizeof parts[0]);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);      /* of NULL: none */
    if (error != NULL)
        rd_kafka_error_destroy(error);
    return code;
}

bool cdi_feeder_put(struct cdi_feeder *feeder, const char *topic, struct cdi_text key, struct cdi_text value, struct cdi_instant at,
                    struct cdi_error *err)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    do {
        rd_kafka_poll(feeder->handle, code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? ROOM_MS : 0);
        code = produce(feeder, topic, key, value, at);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && told(feeder, err));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, code, "cannot write");
    return told(feeder, err);
}

bool cdi_feeder_flush(struct cdi_feeder *feeder, struct cdi_error *err)
{
    rd_kafka_resp_err_t code = rd_kafka_flush(feeder->handle, FLUSH_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return cdi_kafka_fail(err, code, "cannot write");
    return told(feeder, err);
}
