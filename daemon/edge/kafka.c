#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "edge/kafka_inside.h"
#include "edge/kafka_properties.h"
#include "edge/log.h"

/* What librdkafka does not list is for both, and refused where it is set. */
static bool is_for(rd_kafka_type_t type, struct cdi_text name)
{
    const struct cdi_kafka_property *property = cdi_kafka_property_find(name);
    return property == NULL || property->scope != (type == RD_KAFKA_CONSUMER ? 'P' : 'C');
}

/* Without librdkafka's own words: they repeat the value, which may be a secret. */
static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, struct cdi_error *err)
{
    char problem[512];
    switch (rd_kafka_conf_set(conf, name, value, problem, sizeof problem)) {
    case RD_KAFKA_CONF_OK:
        return true;
    case RD_KAFKA_CONF_UNKNOWN:
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "kafka: %s: librdkafka %s has no such property", name,
                        rd_kafka_version_str());
    default:
        return cdi_fail(err, CDI_ERROR_CONFIGURATION,
                        "kafka: %s: librdkafka does not take this value; its CONFIGURATION.md says which it takes", name);
    }
}

static bool set_all(rd_kafka_conf_t *conf, rd_kafka_type_t type, const struct cdi_kafka_settings *settings,
                    const struct cdi_kafka_own *own, struct cdi_error *err)
{
    for (size_t i = 0; settings != NULL && i < settings->count; i++) {
        const char *name = settings->items[i].name.at;
        if (is_for(type, settings->items[i].name) && !set(conf, name, settings->items[i].value.at, err))
            return false;
    }
    for (; own != NULL && own->name != NULL; own++)
        if (!set(conf, own->name, own->value, err))
            return false;
    return true;
}

/* That a broker might make topics by itself is said of every connection to one that has not the newest form of a request, such as the embedded one,
 * which makes none; a real one that is so old has no transactions either and is refused for that. */
static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *words)
{
    (void)handle;
    cdi_log_kafka(strcmp(facility, "AUTOCREATE") == 0 ? LOG_DEBUG : level, facility, words);
}

rd_kafka_t *cdi_kafka_new(rd_kafka_type_t type, const struct cdi_kafka_settings *settings, const struct cdi_kafka_own *own,
                          void (*prepare)(rd_kafka_conf_t *conf), void *context, struct cdi_error *err)
{
    char problem[400];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(conf, context);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (!set_all(conf, type, settings, own, err)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    if (prepare != NULL)
        prepare(conf);
    rd_kafka_t *handle = rd_kafka_new(type, conf, problem, sizeof problem);
    if (handle == NULL) {
        rd_kafka_conf_destroy(conf);            /* taken only on success, so still ours */
        cdi_fail(err, CDI_ERROR_CONFIGURATION, "kafka: %s", problem);
    }
    return handle;
}

/* What is not here may pass by itself: BROKER. */
static const struct { rd_kafka_resp_err_t code; enum cdi_error_code means; } meanings[] = {
    { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTHORIZATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR__AUTHENTICATION, CDI_ERROR_RIGHTS },
    { RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_CONFIG, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_POLICY_VIOLATION, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__NOT_CONFIGURED, CDI_ERROR_CONFIGURATION },
    { RD_KAFKA_RESP_ERR__INVALID_ARG, CDI_ERROR_CONFIGURATION },
};

static enum cdi_error_code meaning(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            return meanings[i].means;
    return CDI_ERROR_BROKER;
}

/* Kafka's words, but where ours also say what to do. */
static const char *said(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? "another process has joined the group under the name of this instance; give each "
        "its own instance:, and run each once" : rd_kafka_err2str(code);
}

bool cdi_kafka_fail(struct cdi_error *err, rd_kafka_resp_err_t code, const char *format, ...)
{
    char words[CDI_ERROR_TEXT_SIZE / 2];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    return cdi_fail(err, meaning(code), "%s: %s", words, said(code));
}

/* Of all that it does otherwise, its name is what can be seen without waiting. */
bool cdi_kafka_is_embedded(rd_kafka_t *handle, int timeout_ms)
{
    static const char begins[] = "mockCluster";
    char *name = rd_kafka_clusterid(handle, timeout_ms);
    bool embedded = name != NULL && strncmp(name, begins, sizeof begins - 1) == 0;
    if (name != NULL)
        rd_kafka_mem_free(handle, name);
    return embedded;
}
