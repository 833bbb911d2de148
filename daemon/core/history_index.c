/* By what history records are found.  A slot is four bytes, so that a record has room for what it says: what a key really is stands in
 * the record.  Keys are kept apart by spans of time, so that one that is everywhere is not read through from its beginning. */
#include "core/history_inside.h"

#include <stdlib.h>

#include "core/keys.h"
#include "core/postings.h"

enum {
    SPAN_SHIFT = 22,                            /* seconds of one span, as a power of two: 48.5 days */
    POSTS_MAX = 2 * CDI_HISTORY_CROWD           /* of one key in one span: more say nothing anyway */
};
#define SPAN_NONE UINT32_MAX                    /* of a reference, which is sought at any time */
#define NOTHING   0u                            /* numbers are from 1 */
#define GONE      UINT32_MAX                    /* a slot that was used; what stands behind it is still found */

struct place { size_t at; uint8_t tag; };

static struct place place_of(const struct index *index, uint32_t key, uint32_t span)
{
    uint64_t hash = ((uint64_t)key << 32 | span) * 0x9E3779B97F4A7C15u;
    hash = (hash ^ hash >> 29) * 0xD6E8FEB86659FD93u;
    return (struct place){ cdi_share((uint32_t)(hash >> 32), index->capacity), (uint8_t)(hash >> 8) };
}

static uint32_t slot_of(uint32_t number, uint8_t tag) { return number << 8 | tag; }
static uint32_t span_of(uint32_t when) { return when >> SPAN_SHIFT; }

uint32_t cdi_history_reference_key(uint8_t force, struct cdi_text reference)
{
    return (uint32_t)(cdi_text_hash(reference, force) >> 32);
}

/* Where a key is sought: that of a reference at any time. */
struct posted { uint32_t key, span; };

static size_t posted_of(const struct cdi_history *history, uint32_t number, struct posted out[KEYS_OF_CELL])
{
    const struct cell *cell = cell_at(history, number);
    const uint32_t *persons = &cell->persons[0][0];
    size_t count = 0;
    for (size_t i = 0; i < ROLE_COUNT * BY_COUNT; i++)
        if (persons[i] != 0)
            out[count++] = (struct posted){ persons[i], span_of(cell->when) };
    if (cell->place != 0)
        out[count++] = (struct posted){ cell->place, span_of(cell->when) };
    if (form_of(cell) == FORM_SHORT || form_of(cell) == FORM_LONG) {
        struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
        out[count++] = (struct posted){ cdi_history_reference_key(cell->force, cdi_history_reference(history, number, &scratch)), SPAN_NONE };
        cdi_scratch_free(&scratch);
    }
    return count;
}

size_t cdi_history_found_by(const struct cdi_history *history, uint32_t number, uint32_t keys[KEYS_OF_CELL])
{
    struct posted posted[KEYS_OF_CELL];
    size_t count = 0, all = posted_of(history, number, posted);
    for (size_t i = 0; i < all; i++)
        if (posted[i].span != SPAN_NONE)
            keys[count++] = posted[i].key;
    return count;
}

/* False: too many are posted under it already. */
static bool put(struct index *index, uint32_t number, struct posted posted)
{
    struct place place = place_of(index, posted.key, posted.span);
    size_t like = 0;
    for (;; place.at = cdi_table_next(place.at, index->capacity)) {
        uint32_t slot = index->slots[place.at];
        if (slot == NOTHING)
            break;
        if (slot != GONE && (uint8_t)slot == place.tag && ++like == POSTS_MAX)
            return false;
    }
    index->slots[place.at] = slot_of(number, place.tag);
    index->used++;
    index->live++;
    return true;
}

static void put_all(struct cdi_history *history, uint32_t number)
{
    struct posted posted[KEYS_OF_CELL];
    size_t count = posted_of(history, number, posted);
    for (size_t i = 0; i < count; i++)
        history->crowded += !put(&history->index, number, posted[i]);
}

/* Everything is posted anew, in `capacity` slots. */
static bool rebuild(struct cdi_history *history, size_t capacity, struct cdi_error *err)
{
    uint64_t crowded = history->crowded;
    uint32_t *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to find history records");
    free(history->index.slots);
    history->index = (struct index){ .slots = slots, .capacity = capacity };
    for (uint32_t number = 1; number < history->bound; number++)
        if (cell_at(history, number)->kinds != 0)
            put_all(history, number);
    history->crowded = crowded;
    return true;
}

bool cdi_history_room(struct cdi_history *history, size_t cells, struct cdi_error *err)
{
    const struct index *index = &history->index;
    size_t keys = cells * KEYS_OF_CELL, capacity = index->capacity;
    if (capacity != 0 && !cdi_table_full(index->used + keys, capacity))
        return true;
    while (capacity == 0 || cdi_table_full(index->live + index->live / 16 + keys, capacity))
        capacity = cdi_table_larger(capacity);
    return rebuild(history, capacity, err);
}

void cdi_history_post(struct cdi_history *history, uint32_t number) { put_all(history, number); }

void cdi_history_unpost(struct cdi_history *history, uint32_t number)
{
    struct index *index = &history->index;
    struct posted posted[KEYS_OF_CELL];
    size_t count = posted_of(history, number, posted);
    for (size_t i = 0; i < count; i++) {
        struct place place = place_of(index, posted[i].key, posted[i].span);
        uint32_t wanted = slot_of(number, place.tag);
        while (index->slots[place.at] != NOTHING && index->slots[place.at] != wanted)
            place.at = cdi_table_next(place.at, index->capacity);
        if (index->slots[place.at] == NOTHING)
            continue;                           /* it was one too many */
        bool last = index->slots[cdi_table_next(place.at, index->capacity)] == NOTHING;
        index->slots[place.at] = last ? NOTHING : GONE;
        index->used -= last;
        index->live--;
    }
}

static bool holds(const struct cell *cell, uint32_t key)
{
    const uint32_t *persons = &cell->persons[0][0];
    bool held = cell->place == key;
    for (size_t i = 0; i < ROLE_COUNT * BY_COUNT; i++)
        held = held || persons[i] == key;
    return held;
}

void cdi_history_visit(const struct cdi_history *history, uint32_t key, uint32_t from, uint32_t to,
                   bool (*visit)(void *context, uint32_t number), void *context)
{
    const struct index *index = &history->index;
    if (index->capacity == 0 || key == 0 || from > to)
        return;
    for (uint32_t span = span_of(to) + 1; span-- > span_of(from);) {
        struct place place = place_of(index, key, span);
        for (; index->slots[place.at] != NOTHING; place.at = cdi_table_next(place.at, index->capacity)) {
            uint32_t slot = index->slots[place.at];
            if (slot == GONE || (uint8_t)slot != place.tag)
                continue;
            const struct cell *cell = cell_at(history, slot >> 8);
            if (cell->when >= from && cell->when <= to && span_of(cell->when) == span && holds(cell, key) &&
                !visit(context, slot >> 8))
                return;
        }
    }
}

uint32_t cdi_history_by_reference(const struct cdi_history *history, uint8_t force, struct cdi_text reference)
{
    const struct index *index = &history->index;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    uint32_t found = 0;
    if (index->capacity == 0)
        return 0;
    struct place place = place_of(index, cdi_history_reference_key(force, reference), SPAN_NONE);
    for (; found == 0 && index->slots[place.at] != NOTHING; place.at = cdi_table_next(place.at, index->capacity)) {
        uint32_t slot = index->slots[place.at];
        if (slot == GONE || (uint8_t)slot != place.tag)
            continue;
        const struct cell *cell = cell_at(history, slot >> 8);
        if (cell->force == force && (form_of(cell) == FORM_SHORT || form_of(cell) == FORM_LONG) &&
            cdi_text_same(cdi_history_reference(history, slot >> 8, &scratch), reference))
            found = slot >> 8;
    }
    cdi_scratch_free(&scratch);
    return found;
}
