/* A topic in memory: everything in its order, and the last of each key at once. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const struct topic *topic, struct cdi_text key)
{
    size_t at = (size_t)cdi_text_hash(key, 0) & (topic->slot_count - 1);
    while (topic->slots[at] != 0) {
        const struct writing *item = &topic->items[topic->slots[at] - 1];
        if (item->key_size == key.size && memcmp(item->key, key.at, key.size) == 0)
            break;
        at = (at + 1) & (topic->slot_count - 1);
    }
    return at;
}

static void grow(struct topic *topic)
{
    if (topic->count == topic->room) {
        topic->room = topic->room * 2 + 64;
        topic->items = realloc(topic->items, topic->room * sizeof *topic->items);
        CDI_ASSERT(topic->items != NULL);
    }
    if (2 * topic->count < topic->slot_count)
        return;
    size_t *old = topic->slots, count = topic->slot_count;
    topic->slot_count = count == 0 ? 128 : count * 2;
    topic->slots = calloc(topic->slot_count, sizeof *topic->slots);
    CDI_ASSERT(topic->slots != NULL);
    for (size_t i = 0; i < count; i++)
        if (old[i] != 0) {
            const struct writing *item = &topic->items[old[i] - 1];
            topic->slots[slot_of(topic, (struct cdi_text){ item->key, item->key_size })] = old[i];
        }
    free(old);
}

static char *copy_of(struct cdi_text text)
{
    char *copy = malloc(text.size + 1);
    CDI_ASSERT(copy != NULL);
    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    copy[text.size] = '\0';
    return copy;
}

void topic_write(struct topic *topic, struct cdi_text key, struct cdi_text value, bool compact)
{
    grow(topic);
    size_t at = slot_of(topic, key), before = topic->slots[at];
    if (compact && before != 0) {
        free(topic->items[before - 1].value);
        topic->items[before - 1].value = NULL;
    }
    topic->items[topic->count++] = (struct writing){ copy_of(key), cdi_text_said(value) ? copy_of(value) : NULL, key.size, value.size, before };
    topic->slots[at] = topic->count;
}

const struct writing *topic_last(const struct topic *topic, struct cdi_text key)
{
    size_t at = topic->slot_count == 0 ? 0 : topic->slots[slot_of(topic, key)];
    return at == 0 ? NULL : &topic->items[at - 1];
}

bool topic_is_last(const struct topic *topic, size_t at)
{
    const struct writing *item = &topic->items[at];
    return topic->slots[slot_of(topic, (struct cdi_text){ item->key, item->key_size })] == at + 1;
}

void topic_free(struct topic *topic)
{
    for (size_t i = 0; i < topic->count; i++) {
        free(topic->items[i].key);
        free(topic->items[i].value);
    }
    free(topic->items);
    free(topic->slots);
    *topic = (struct topic){ .items = NULL };
}
