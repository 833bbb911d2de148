#include <stdlib.h>
#include <string.h>

#include "edge/kafka_inside.h"
#include "edge/kafka_properties.h"

#define OFFSETS "positions are committed in the transaction of what was made of the messages, and nowhere else"
#define ONCE    "the producers are idempotent and transactional: with another value messages could be lost, doubled or swapped"
#define BUDGET  "how much is held in memory is one budget: set memory: instead"
#define CODE    "it is set by a program, not by a configuration"
#define UNUSED  "nothing here uses it, it would have no effect"
#define LOG     "librdkafka's lines go to the log of cdiwatch: set log.level, and debug: here for more of them"

const struct cdi_kafka_refusal cdi_kafka_refusals[] = {
    { "metadata.broker.list", "write it as bootstrap.servers" },

    { "enable.auto.commit", OFFSETS },
    { "auto.commit.enable", OFFSETS },
    { "auto.commit.interval.ms", OFFSETS },
    { "enable.auto.offset.store", OFFSETS },
    { "offset.store.method", OFFSETS },
    { "offset.store.path", OFFSETS },
    { "offset.store.sync.interval.ms", OFFSETS },
    { "auto.offset.reset", "a position that the broker no longer has stops the shard, it is never jumped over; "
                           "where a new shard begins is said by start:" },
    { "isolation.level", "what a transaction that was aborted has written must not be read" },
    { "check.crcs", "each message's checksum is verified" },
    { "enable.partition.eof", "the clock that finds silence needs to know where a partition ends" },
    { "topic.blacklist", "every message of the topics is read" },
    { "allow.auto.create.topics", "the topics need the right number of partitions: make them with cdiwatch topics --create" },
    { "partition.assignment.strategy", "range assignment keeps the partitions of a shard in one place" },
    { "group.id", "set group: instead" },
    { "group.instance.id", "set instance: instead" },
    { "group.protocol", "range assignment of static members keeps the partitions of a shard in one place" },
    { "group.protocol.type", "range assignment of static members keeps the partitions of a shard in one place" },
    { "group.remote.assignor", "range assignment of static members keeps the partitions of a shard in one place" },

    { "transactional.id", "it is made of group: and the shard's number, so that a predecessor is fenced" },
    { "enable.idempotence", ONCE },
    { "enable.gapless.guarantee", ONCE },
    { "acks", ONCE },
    { "request.required.acks", ONCE },
    { "retries", ONCE },
    { "message.send.max.retries", ONCE },
    { "max.in.flight", ONCE },
    { "max.in.flight.requests.per.connection", ONCE },
    { "queuing.strategy", ONCE },
    { "delivery.report.only.error", "every delivery is counted before its transaction is committed" },
    { "partitioner", "the producers write to the partition that is the shard, and cdiwatch rekey uses murmur2_random as Java "
                     "clients do" },

    { "queued.max.messages.kbytes", BUDGET },
    { "queued.min.messages", BUDGET },
    { "queue.buffering.max.kbytes", BUDGET },
    { "queue.buffering.max.messages", BUDGET },
    { "fetch.max.bytes", BUDGET },
    { "fetch.message.max.bytes", BUDGET },
    { "max.partition.fetch.bytes", BUDGET },

    { "plugin.library.paths", "code of others must not come between the topics and what is promised" },
    { "interceptors", "code of others must not come between the topics and what is promised" },
    { "*_cb", CODE },
    { "opaque", CODE },
    { "default_topic_conf", CODE },
    { "msg_order_cmp", CODE },
    { "ssl_key", "write it as ssl.key.location, the name of a file" },
    { "ssl_certificate", "write it as ssl.certificate.location, the name of a file" },
    { "ssl_ca", "write it as ssl.ca.location, the name of a file" },
    { "ssl_engine_callback_data", CODE },
    { "builtin.features", "it says what librdkafka was built with" },
    { "internal.termination.signal", "signals are cdiwatch's own" },

    { "log_level", LOG },
    { "log.queue", LOG },
    { "ssl.ca.certificate.stores", UNUSED },
    { "statistics.interval.ms", UNUSED },
    { "enabled_events", UNUSED },
    { "consume.callback.max.messages", UNUSED },
    { "produce.offset.report", UNUSED },
    { NULL, NULL }
};

/* Every name that could come with a newer librdkafka is caught by its ending. */
static const char *const secrets[] = { "*.password", "*.secret", "*.passphrase", "*key.pem", NULL };
static const char *const files[] = { "*.location", "*.keytab", NULL };

static bool matches(struct cdi_text name, const char *pattern)
{
    if (pattern[0] != '*')
        return cdi_text_is(name, pattern);
    size_t size = strlen(pattern + 1);
    return name.size >= size && memcmp(name.at + name.size - size, pattern + 1, size) == 0;
}

static bool matches_any(struct cdi_text name, const char *const *patterns)
{
    while (*patterns != NULL && !matches(name, *patterns))
        patterns++;
    return *patterns != NULL;
}

bool cdi_kafka_setting_is_secret(struct cdi_text name)
{
    return matches_any(name, secrets);
}

/* `probe`: librdkafka looks for the system's certificates. */
bool cdi_kafka_setting_is_file(struct cdi_text name, struct cdi_text value)
{
    return matches_any(name, files) && !cdi_text_is(value, "probe");
}

static bool unknown(struct cdi_text name, struct cdi_error *err)
{
    const char *near = cdi_kafka_property_nearest(name);
    if (near != NULL)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "librdkafka %s has no such property: did you mean \"%s\"?",
                        rd_kafka_version_str(), near);
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "librdkafka %s has no such property: its CONFIGURATION.md lists them",
                    rd_kafka_version_str());
}

/* librdkafka's own words would repeat the value, or a part of it. */
static bool bad_value(const struct cdi_kafka_property *property, bool built_in, struct cdi_error *err)
{
    if (!built_in)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "\"%s\" needs something that librdkafka %s was built without on this machine: "
                        "remove it, or install one that has it", property->name, rd_kafka_version_str());
    if (property->range[0] == '\0')
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "\"%s\" cannot have this value: see librdkafka's CONFIGURATION.md for what "
                        "it takes", property->name);
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "\"%s\" cannot have this value, but: %s", property->name, property->range);
}

/* Tried on a configuration that is thrown away. */
static bool check_value(const struct cdi_kafka_property *property, const char *value, struct cdi_error *err)
{
    char problem[512] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool good = rd_kafka_conf_set(conf, property->name, value, problem, sizeof problem) == RD_KAFKA_CONF_OK;
    rd_kafka_conf_destroy(conf);
    good = good || bad_value(property, strstr(problem, "not supported in this build") == NULL, err);
    explicit_bzero(problem, sizeof problem);
    return good;
}

/* As librdkafka wants it, a NUL after it and none within.  The copy is wiped: the value may be a secret. */
static bool check_text(const struct cdi_kafka_property *property, struct cdi_text value, struct cdi_error *err)
{
    if (value.size > 0 && memchr(value.at, '\0', value.size) != NULL)
        return bad_value(property, true, err);
    char *copy = calloc(1, value.size + 1);
    if (copy == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to look at \"%s\"", property->name);
    if (value.size > 0)
        memcpy(copy, value.at, value.size);
    bool good = check_value(property, copy, err);
    explicit_bzero(copy, value.size);
    free(copy);
    return good;
}

bool cdi_kafka_setting_check(struct cdi_text name, struct cdi_text value, struct cdi_error *err)
{
    for (const struct cdi_kafka_refusal *refusal = cdi_kafka_refusals; refusal->name != NULL; refusal++)
        if (matches(name, refusal->name))
            return cdi_fail(err, CDI_ERROR_CONFIGURATION, "\"%.*s\" is not yours to set: %s", CDI_TEXT_ARGS(name), refusal->reason);
    const struct cdi_kafka_property *property = cdi_kafka_property_find(name);
    return property != NULL ? check_text(property, value, err) : unknown(name, err);
}
