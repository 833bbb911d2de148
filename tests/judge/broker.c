/* The broker's part: it stamps what comes, keeps it in order, and takes a transaction whole or not at all. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

void broker_open(struct broker *broker)
{
    *broker = (struct broker){ .letter_count = 0 };
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (int p = 0; p < PARTITIONS; p++)
            broker->committed[feed][p] = CDI_OFFSET_NONE;
}

void broker_free(struct broker *broker)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (int p = 0; p < PARTITIONS; p++) {
            struct input *input = &broker->inputs[feed][p];
            for (size_t i = 0; i < input->count; i++) {
                free(input->items[i].key);
                free(input->items[i].bytes);
            }
            free(input->items);
        }
    for (int p = 0; p < PARTITIONS; p++)
        topic_free(&broker->changelog[p]);
    topic_free(&broker->alerts);
    topic_free(&broker->letters);
}

void broker_append(struct broker *broker, enum cdi_feed feed, int32_t partition, struct cdi_instant at, const char *key,
                   const char *bytes)
{
    struct input *input = &broker->inputs[feed][partition];
    if (input->count == input->room) {
        input->room = input->room * 2 + 16;
        input->items = realloc(input->items, input->room * sizeof *input->items);
        CDI_ASSERT(input->items != NULL);
    }
    input->items[input->count++] = (struct arrival){ at, bytes == NULL ? NULL : strdup(key), bytes == NULL ? NULL : strdup(bytes) };
}

/* Of "id":"<alert>:<version>"; 0: it is no document that has one. */
static unsigned long version_of(const char *event)
{
    const char *id = event == NULL ? NULL : strstr(event, "\"id\":\""), *end = id == NULL ? NULL : strchr(id + 6, '"');
    while (end != NULL && end > id && end[-1] != ':')
        end--;
    return end == NULL ? 0 : strtoul(end, NULL, 10);
}

/* Each version exactly once, whoever was killed in between; of a tally the last of each transaction. */
static bool put_document(struct broker *broker, const struct cdi_outbox_record *record, const char **problem)
{
    const struct writing *before = topic_last(&broker->alerts, record->key);
    unsigned long last = before == NULL ? 0 : version_of(before->value);
    topic_write(&broker->alerts, record->key, record->value, false);
    const char *now = broker->alerts.items[broker->alerts.count - 1].value;
    bool tally = now != NULL && strstr(now, "\"type\":\"cdiwatch.tally.v1\"") != NULL;
    if (version_of(now) == last + 1 || (tally && version_of(now) > last))
        return true;
    *problem = now;
    return false;
}

static void put_letter(struct broker *broker, const struct cdi_outbox_record *record)
{
    char key[2048];
    size_t size = 0;
    for (size_t i = 0; i < record->header_count; i++)
        if (cdi_text_is(record->headers[i].name, "__connect.errors.topic") || cdi_text_is(record->headers[i].name, "__connect.errors.partition"))
            size += (size_t)snprintf(key + size, 64, "%.*s/", (int)record->headers[i].value.size, record->headers[i].value.at);
    size += (size_t)snprintf(key + size, sizeof key - size, "%.*s", (int)record->value.size, record->value.at);
    struct cdi_text text = { key, size < sizeof key ? size : sizeof key - 1 };
    broker->letter_count += topic_last(&broker->letters, text) == NULL;
    topic_write(&broker->letters, text, CDI_TEXT_NONE, false);
}

bool broker_commit(struct broker *broker, int32_t partition, const struct cdi_outbox *outbox, const int64_t *positions,
                   const char **problem)
{
    struct cdi_outbox_record record;
    bool good = true;
    for (size_t i = 0; cdi_outbox_at(outbox, i, &record); i++) {
        if (record.topic == CDI_TOPIC_CHANGELOG)
            topic_write(&broker->changelog[partition], record.key, record.value, true);
        else if (record.topic == CDI_TOPIC_ALERTS)
            good &= put_document(broker, &record, problem);
        else if (record.topic == CDI_TOPIC_DEADLETTERS)
            put_letter(broker, &record);
    }
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (positions[feed] >= 0)
            broker->committed[feed][partition] = positions[feed];
    return good;
}
