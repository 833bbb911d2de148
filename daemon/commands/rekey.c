#include <stdio.h>
#include <string.h>

#include "codec/content.h"
#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/kafka_copy.h"
#include "edge/reading.h"

static enum cdi_exit rekey_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    CDI_OPTION_CONFIG(true),
    { "from", CDI_TAKES_ONE, "TOPIC", true, NULL, "the topic to copy, which is not keyed by force" },
    { "feed", CDI_TAKES_ONE, "incidents|crimes|actions", true, NULL, "what it holds, and so which topic of the configuration it "
      "is copied into" },
    { "source", CDI_TAKES_ONE, "NAME|FILE", false, "the configuration's for this feed", "the source table that finds the force" },
    { "until-end", CDI_TAKES_NOTHING, NULL, false, NULL, "stop when all that is there now has been copied" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Copies a topic whose sender cannot key its messages by force into the one that cdiwatch run reads, with the force as key. The "
    "force is found by the same decoder and source table that run uses; value, headers and time stay as they are, heartbeats pass "
    "like messages. What cannot be decoded becomes a dead letter; deletions are counted and left out.",
    "Each message is copied exactly once, also by a process that is killed: copies and positions are committed together, by a "
    "consumer group of its own. Start another one under another instance name to share the work.",
    "On topics with the broker's time, as run wants them, the copy bears the time at which it was copied: so does event_at of a "
    "source table that says event_at: kafka.",
    "Until SIGTERM or Ctrl-C; then it commits what it has and says what it did.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch rekey -c cdiwatch.yaml --from storm.raw --feed incidents --source ./storm-ourforce.yaml", NULL
};
const struct cdi_command cdi_rekey_command = {
    "rekey", "copy a topic under the force as key", description, options, examples, rekey_run
};

struct rekey {
    struct cdi_config *config;
    struct cdi_reading *reading;
    enum cdi_feed feed;
    struct cdi_text from;
    struct cdi_scratch scratch;                 /* of a dead letter's headers */
    char group[256], transactional[320];
};

/* ---- one message ---- */

static bool is_readable(const struct cdi_message *message, struct cdi_error *err)
{
    struct cdi_content content;
    struct cdi_text name, value;
    memset(&content, 0, sizeof content);
    for (size_t i = 0; cdi_message_header(message, i, &name, &value); i++)
        cdi_content_take(&content, name, value);
    return cdi_content_readable(&content, err);
}

static enum cdi_copied reject(struct rekey *rekey, const struct cdi_message *message, const struct cdi_error *problem,
                              struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT], struct cdi_error *err)
{
    const struct cdi_deadletter letter = { .topic = rekey->from, .partition = message->partition, .offset = message->offset,
                                           .stage = CDI_DEADLETTER_DECODE, .error = problem };
    cdi_scratch_reset(&rekey->scratch);
    if (problem->code != CDI_ERROR_SYSTEM && cdi_deadletter_headers(&letter, headers, &rekey->scratch))
        return CDI_COPIED_REJECTED;
    cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to go on");
    return CDI_COPIED_COUNT;
}

static enum cdi_copied turn(void *context, const struct cdi_message *message, struct cdi_text *key,
                            struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT], struct cdi_error *err)
{
    struct rekey *rekey = context;
    struct cdi_error problem = { 0 };
    const struct cdi_record *record;
    struct cdi_instant seen_at = cdi_instant_said(message->broker_time) ? message->broker_time : cdi_clock_now();
    if (!cdi_text_said(message->value))
        return CDI_COPIED_PASSED;
    if (!is_readable(message, &problem) || !cdi_decode_message(rekey->reading->decoders[rekey->feed], rekey->feed,
                                                               message->value.at, message->value.size, seen_at, &record,
                                                               &problem))
        return reject(rekey, message, &problem, headers, err);
    if (record == NULL)
        return CDI_COPIED_PASSED;
    *key = cdi_record_force(record);
    return CDI_COPIED_WRITTEN;
}

/* ---- the command ---- */

static bool read_feed(const struct cdi_arguments *arguments, struct rekey *rekey)
{
    const char *word = cdi_argument(arguments, "feed");
    if (cdi_feed_from(cdi_text_of(word), &rekey->feed))
        return true;
    cdi_complain("--feed is incidents, crimes or actions, not '%s'", word);
    return false;
}

static const char *target(const struct rekey *rekey)
{
    static const enum cdi_topic topics[CDI_FEED_COUNT] = {
        [CDI_FEED_INCIDENTS] = CDI_TOPIC_INCIDENTS, [CDI_FEED_CRIMES] = CDI_TOPIC_CRIMES, [CDI_FEED_ACTIONS] = CDI_TOPIC_ACTIONS
    };
    return rekey->config->topics[topics[rekey->feed]].at;
}

/* A copy into what is copied from would never end. */
static bool is_foreign(const struct rekey *rekey, struct cdi_error *err)
{
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        if (cdi_text_same(rekey->config->topics[topic], rekey->from))
            return cdi_fail(err, CDI_ERROR_CONFIGURATION, "--from %s is the configuration's own topic topics.%s; name the topic "
                            "that the system writes to", rekey->from.at, cdi_topic_word((enum cdi_topic)topic));
    return true;
}

static bool prepare(struct rekey *rekey, const struct cdi_arguments *arguments, size_t *problems, struct cdi_error *err)
{
    rekey->from = cdi_text_of(cdi_argument(arguments, "from"));
    if (!is_foreign(rekey, err))
        return false;
    if (cdi_argument_given(arguments, "source"))
        rekey->config->sources[rekey->feed] = cdi_text_of(cdi_argument(arguments, "source"));
    int size = snprintf(rekey->group, sizeof rekey->group, "%s.rekey.%s", rekey->config->group.at, rekey->from.at);
    int more = snprintf(rekey->transactional, sizeof rekey->transactional, "%s.%s", rekey->group, rekey->config->instance.at);
    if (size >= (int)sizeof rekey->group || more >= (int)sizeof rekey->transactional)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "the names of group, topic and instance are too long together");
    rekey->reading = cdi_reading_load(rekey->config, cdi_complain_counting, problems, err);
    return rekey->reading != NULL;
}

static enum cdi_exit copy(struct rekey *rekey, bool until_end)
{
    struct cdi_error err = { 0 };
    struct cdi_copy_counts counts;
    const struct cdi_copy_parts parts = {
        .settings = &rekey->config->kafka, .from = rekey->from.at, .to = target(rekey),
        .deadletters = rekey->config->topics[CDI_TOPIC_DEADLETTERS].at, .group = rekey->group,
        .instance = rekey->config->instance.at, .transactional_id = rekey->transactional, .start = rekey->config->start,
        .until_end = until_end, .turn = turn, .context = rekey
    };
    bool good = cdi_kafka_copy(&parts, &counts, &err), any = false;
    for (int i = 0; i < CDI_COPIED_COUNT; i++)
        any |= counts.counts[i] > 0;
    if (good || any)
        cdi_say("%llu copied into %s, %llu to %s, %llu deletions left out", (unsigned long long)counts.counts[CDI_COPIED_WRITTEN],
                parts.to, (unsigned long long)counts.counts[CDI_COPIED_REJECTED], parts.deadletters,
                (unsigned long long)counts.counts[CDI_COPIED_PASSED]);
    if (!good) {
        cdi_complain_error(&err);
        return cdi_exit_of(&err);
    }
    if (until_end && cdi_interrupted())
        return CDI_EXIT_INTERRUPTED;
    return until_end && counts.counts[CDI_COPIED_REJECTED] > 0 ? CDI_EXIT_DATA : CDI_EXIT_OK;
}

static enum cdi_exit rekey_run(const struct cdi_arguments *arguments)
{
    struct rekey rekey;
    struct cdi_error err = { 0 };
    size_t problems = 0;
    memset(&rekey, 0, sizeof rekey);
    if (!read_feed(arguments, &rekey))
        return CDI_EXIT_USAGE;
    rekey.config = cdi_configured(arguments);
    if (rekey.config == NULL)
        return CDI_EXIT_CONFIGURATION;
    enum cdi_exit result = CDI_EXIT_CONFIGURATION;
    if (prepare(&rekey, arguments, &problems, &err))
        result = copy(&rekey, cdi_argument_given(arguments, "until-end"));
    else if (problems == 0)
        cdi_complain_error(&err);
    cdi_reading_destroy(rekey.reading);
    cdi_scratch_free(&rekey.scratch);
    cdi_config_destroy(rekey.config);
    return result;
}
