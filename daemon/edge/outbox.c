#include "edge/outbox.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1024 * 1024, SLOTS_FIRST = 1024 };

/* Bytes stay where they are until the outbox is emptied: librdkafka reads them in place. */
struct block { struct block *next; size_t used, room; char bytes[]; };

struct slot { struct cdi_outbox_record record; uint64_t hash; };

struct cdi_outbox {
    struct block *first, *current;
    struct slot *slots;
    size_t slot_count, slot_room, replaced, bytes, held;
    uint32_t *table;                            /* 1 + slot of a state record by its key; a power of two */
    size_t table_room, states;
};

struct cdi_outbox *cdi_outbox_create(void)
{
    return calloc(1, sizeof(struct cdi_outbox));
}

void cdi_outbox_destroy(struct cdi_outbox *outbox)
{
    if (outbox == NULL)
        return;
    while (outbox->first != NULL) {
        struct block *next = outbox->first->next;
        free(outbox->first);
        outbox->first = next;
    }
    free(outbox->slots);
    free(outbox->table);
    free(outbox);
}

/* ---- memory ---- */

static struct block *block_create(struct cdi_outbox *outbox, size_t least)
{
    size_t room = least > BLOCK_SIZE ? least : BLOCK_SIZE;
    struct block *block = malloc(sizeof *block + room);
    if (block == NULL)
        return NULL;
    *block = (struct block){ NULL, 0, room };
    outbox->held += sizeof *block + room;
    if (outbox->current == NULL) {
        outbox->first = block;
    } else {
        block->next = outbox->current->next;
        outbox->current->next = block;
    }
    return block;
}

static void *take(struct cdi_outbox *outbox, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    while (outbox->current == NULL || outbox->current->room - outbox->current->used < size) {
        struct block *next = outbox->current == NULL ? outbox->first : outbox->current->next;
        if (next == NULL || next->room < size)
            next = block_create(outbox, size);
        if (next == NULL)
            return NULL;
        outbox->current = next;
    }
    void *at = outbox->current->bytes + outbox->current->used;
    outbox->current->used += size;
    outbox->bytes += size;
    return at;
}

static bool keep(struct cdi_outbox *outbox, struct cdi_text *text)
{
    if (!cdi_text_said(*text))
        return true;
    char *copy = take(outbox, text->size + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text->at, text->size);
    copy[text->size] = '\0';                    /* names of headers are strings */
    text->at = copy;
    return true;
}

static bool keep_headers(struct cdi_outbox *outbox, struct cdi_outbox_record *record)
{
    if (record->header_count == 0)
        return true;
    struct cdi_header *headers = take(outbox, record->header_count * sizeof *headers);
    if (headers == NULL)
        return false;
    memcpy(headers, record->headers, record->header_count * sizeof *headers);
    record->headers = headers;
    for (size_t i = 0; i < record->header_count; i++)
        if (!keep(outbox, &headers[i].name) || !keep(outbox, &headers[i].value))
            return false;
    return true;
}

/* ---- records ---- */

static bool slot_room(struct cdi_outbox *outbox)
{
    if (outbox->slot_count < outbox->slot_room)
        return true;
    size_t room = outbox->slot_room == 0 ? SLOTS_FIRST : outbox->slot_room * 2;
    void *more = realloc(outbox->slots, room * sizeof *outbox->slots);
    if (more == NULL)
        return false;
    outbox->held += (room - outbox->slot_room) * sizeof *outbox->slots;
    outbox->slots = more;
    outbox->slot_room = room;
    return true;
}

static bool add(struct cdi_outbox *outbox, const struct cdi_outbox_record *record, uint64_t hash)
{
    struct cdi_outbox_record kept = *record;
    if (!slot_room(outbox) || !keep(outbox, &kept.key) || !keep(outbox, &kept.value) || !keep_headers(outbox, &kept))
        return false;
    outbox->slots[outbox->slot_count++] = (struct slot){ kept, hash };
    return true;
}

bool cdi_outbox_add(struct cdi_outbox *outbox, const struct cdi_outbox_record *record)
{
    return add(outbox, record, 0);
}

static uint32_t *place_of(struct cdi_outbox *outbox, const struct cdi_outbox_record *record, uint64_t hash)
{
    size_t at = hash & (outbox->table_room - 1);
    for (; outbox->table[at] != 0; at = (at + 1) & (outbox->table_room - 1)) {
        const struct slot *slot = &outbox->slots[outbox->table[at] - 1];
        if (slot->hash == hash && slot->record.topic == record->topic && cdi_text_same(slot->record.key, record->key))
            break;
    }
    return &outbox->table[at];
}

/* Half full at most. */
static bool table_room(struct cdi_outbox *outbox)
{
    if (outbox->states * 2 < outbox->table_room)
        return true;
    size_t room = outbox->table_room == 0 ? SLOTS_FIRST : outbox->table_room * 2;
    uint32_t *old = outbox->table, *table = calloc(room, sizeof *table);
    if (table == NULL)
        return false;
    for (size_t i = 0; i < outbox->table_room; i++) {
        if (old[i] == 0)
            continue;
        size_t at = outbox->slots[old[i] - 1].hash & (room - 1);
        while (table[at] != 0)
            at = (at + 1) & (room - 1);
        table[at] = old[i];
    }
    outbox->held += (room - outbox->table_room) * sizeof *table;
    outbox->table = table;
    outbox->table_room = room;
    free(old);
    return true;
}

bool cdi_outbox_replace(struct cdi_outbox *outbox, const struct cdi_outbox_record *record)
{
    uint64_t hash = cdi_text_hash(record->key, (uint64_t)record->topic + 1);
    if (!table_room(outbox) || !add(outbox, record, hash))
        return false;
    uint32_t *place = place_of(outbox, record, hash);
    if (*place == 0) {
        outbox->states++;
    } else {
        outbox->slots[*place - 1].record = (struct cdi_outbox_record){ .topic = CDI_TOPIC_COUNT };
        outbox->replaced++;
    }
    *place = (uint32_t)outbox->slot_count;
    return true;
}

size_t cdi_outbox_count(const struct cdi_outbox *outbox) { return outbox->slot_count - outbox->replaced; }
size_t cdi_outbox_bytes(const struct cdi_outbox *outbox) { return outbox->bytes; }
size_t cdi_outbox_held(const struct cdi_outbox *outbox) { return outbox->held; }

bool cdi_outbox_at(const struct cdi_outbox *outbox, size_t i, struct cdi_outbox_record *record)
{
    if (i >= outbox->slot_count)
        return false;
    *record = outbox->slots[i].record;
    return true;
}

void cdi_outbox_empty(struct cdi_outbox *outbox)
{
    for (struct block *block = outbox->first; block != NULL; block = block->next)
        block->used = 0;
    outbox->current = outbox->first;
    outbox->slot_count = outbox->replaced = outbox->bytes = 0;
    if (outbox->states > 0)
        memset(outbox->table, 0, outbox->table_room * sizeof *outbox->table);
    outbox->states = 0;
}
