#include "core/postings.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

/* A slot's value: a handle, or a list in the arena, or nothing. */
#define LIST_BIT ((uint32_t)1 << 31)
#define NOTHING  UINT32_MAX

struct list { uint32_t count, room, handles[]; };

enum { FIRST_ROOM = 2 };

static size_t list_size(uint32_t room) { return sizeof(struct list) + room * sizeof(uint32_t); }

static struct list *list_of(const struct cdi_postings *postings, uint32_t value)
{
    return cdi_arena_at(postings->arena, value & ~LIST_BIT);
}

static bool is_list(uint32_t value) { return value != NOTHING && (value & LIST_BIT) != 0; }

static size_t home_of(const struct cdi_postings *postings, uint32_t key) { return cdi_share(key, postings->capacity); }

/* How far what stands in a slot is behind where it would be alone. */
static size_t strayed(const struct cdi_postings *postings, size_t at)
{
    return cdi_table_distance(home_of(postings, postings->slots[at].key), at, postings->capacity);
}

/* Where the key is, or belongs.  The keys are hashes already.  What stands one after the other is in the order of its homes, so
 * that a key that is not there, as most that are sought, is missed at once and not at the end of the run. */
static size_t slot_of(const struct cdi_postings *postings, uint32_t key, bool *held)
{
    size_t at = home_of(postings, key);
    for (size_t far = 0; postings->slots[at].value != NOTHING; far++, at = cdi_table_next(at, postings->capacity)) {
        *held = postings->slots[at].key == key;
        if (*held || strayed(postings, at) < far)
            return at;
    }
    *held = false;
    return at;
}

/* Puts a slot where it belongs; those behind it move on. */
static void slot_put(struct cdi_postings *postings, size_t at, struct cdi_posting_slot slot)
{
    for (; postings->slots[at].value != NOTHING; at = cdi_table_next(at, postings->capacity)) {
        struct cdi_posting_slot next = postings->slots[at];
        postings->slots[at] = slot;
        slot = next;
    }
    postings->slots[at] = slot;
}

static bool resize(struct cdi_postings *postings, size_t capacity)
{
    size_t before = postings->capacity;
    struct cdi_posting_slot *old = postings->slots, *slots = malloc(capacity * sizeof *slots);
    if (slots == NULL)
        return false;
    memset(slots, 0xFF, capacity * sizeof *slots);
    postings->slots = slots;
    postings->capacity = capacity;
    for (size_t i = 0; i < before; i++)
        if (old[i].value != NOTHING) {
            bool held;
            slot_put(postings, slot_of(postings, old[i].key, &held), old[i]);
        }
    free(old);
    return true;
}

static bool grow(struct cdi_postings *postings) { return resize(postings, cdi_table_larger(postings->capacity)); }

/* Where (when, handle) is in a list, or belongs. */
static uint32_t list_place(const struct cdi_postings *postings, const uint32_t *handles, uint32_t count, uint32_t when,
                           uint32_t handle)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, there = postings->when(postings->context, handles[middle]);
        if (there < when || (there == when && handles[middle] < handle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t list_create(struct cdi_postings *postings, const uint32_t *handles, uint32_t count, uint32_t room)
{
    uint32_t block = cdi_arena_take(postings->arena, list_size(room));
    if (block == CDI_ARENA_NONE)
        return NOTHING;
    struct list *list = list_of(postings, block);
    list->count = count;
    list->room = room;
    memmove(list->handles, handles, count * sizeof *handles);
    return block | LIST_BIT;
}

static enum cdi_posted list_add(struct cdi_postings *postings, size_t slot, uint32_t handle, uint32_t most)
{
    struct list *list = list_of(postings, postings->slots[slot].value);
    uint32_t place = list_place(postings, list->handles, list->count, postings->when(postings->context, handle), handle);
    if (place < list->count && list->handles[place] == handle)
        return CDI_POSTED;
    if (list->count >= most)
        return CDI_POSTED_CROWDED;
    if (list->count == list->room) {
        uint32_t value = list_create(postings, list->handles, list->count, list->room * 2);
        if (value == NOTHING)
            return CDI_POSTED_NO_MEMORY;
        cdi_arena_give(postings->arena, postings->slots[slot].value & ~LIST_BIT, list_size(list->room));
        postings->slots[slot].value = value;
        list = list_of(postings, value);
    }
    memmove(list->handles + place + 1, list->handles + place, (list->count - place) * sizeof handle);
    list->handles[place] = handle;
    list->count++;
    return CDI_POSTED;
}

enum cdi_posted cdi_postings_add(struct cdi_postings *postings, uint32_t key, uint32_t handle, uint32_t most)
{
    if (cdi_table_full(postings->used, postings->capacity) && !grow(postings))
        return CDI_POSTED_NO_MEMORY;
    bool held;
    size_t at = slot_of(postings, key, &held);
    struct cdi_posting_slot *slot = &postings->slots[at];
    if (!held) {
        slot_put(postings, at, (struct cdi_posting_slot){ key, handle });
        postings->used++;
        return CDI_POSTED;
    }
    if (!is_list(slot->value)) {
        if (slot->value == handle)
            return CDI_POSTED;
        uint32_t value = list_create(postings, &slot->value, 1, FIRST_ROOM);
        if (value == NOTHING)
            return CDI_POSTED_NO_MEMORY;
        slot->value = value;
    }
    return list_add(postings, at, handle, most);
}

/* Linear probing without tombstones: what stands behind the gap and is not at home moves up. */
static void slot_clear(struct cdi_postings *postings, size_t gap)
{
    size_t capacity = postings->capacity, at = cdi_table_next(gap, capacity);
    for (; postings->slots[at].value != NOTHING && strayed(postings, at) != 0; at = cdi_table_next(at, capacity)) {
        postings->slots[gap] = postings->slots[at];
        gap = at;
    }
    postings->slots[gap].value = NOTHING;
    postings->used--;
}

void cdi_postings_remove(struct cdi_postings *postings, uint32_t key, uint32_t handle)
{
    if (postings->capacity == 0)
        return;
    bool held;
    size_t at = slot_of(postings, key, &held);
    uint32_t value = postings->slots[at].value;
    if (!held)
        return;
    if (value == handle) {
        slot_clear(postings, at);
        return;
    }
    if (!is_list(value))
        return;
    struct list *list = list_of(postings, value);
    uint32_t place = list_place(postings, list->handles, list->count, postings->when(postings->context, handle), handle);
    if (place == list->count || list->handles[place] != handle)
        return;
    list->count--;
    memmove(list->handles + place, list->handles + place + 1, (list->count - place) * sizeof handle);
    if (list->count == 1) {
        postings->slots[at].value = list->handles[0];
        cdi_arena_give(postings->arena, value & ~LIST_BIT, list_size(list->room));
    }
}

size_t cdi_postings_find(const struct cdi_postings *postings, uint32_t key, uint32_t from, uint32_t to,
                         const uint32_t **handles)
{
    *handles = NULL;
    if (postings->capacity == 0)
        return 0;
    bool held;
    const struct cdi_posting_slot *slot = &postings->slots[slot_of(postings, key, &held)];
    if (!held)
        return 0;
    if (!is_list(slot->value)) {
        uint32_t when = postings->when(postings->context, slot->value);
        *handles = &slot->value;
        return when >= from && when <= to;
    }
    const struct list *list = list_of(postings, slot->value);
    uint32_t first = list_place(postings, list->handles, list->count, from, 0), last = list->count;
    if (to != UINT32_MAX)
        last = first + list_place(postings, list->handles + first, list->count - first, to + 1, 0);
    *handles = list->handles + first;
    return last - first;
}

void cdi_postings_tidy(struct cdi_postings *postings)
{
    size_t fits = cdi_table_fits(postings->used);
    if (postings->capacity > 2 * fits)
        resize(postings, fits);                 /* without memory for it, it stays as it is */
}

/* A list of which most has been removed moves into less room. */
void cdi_postings_move(struct cdi_postings *postings, struct cdi_arena *to)
{
    for (size_t i = 0; i < postings->capacity; i++) {
        uint32_t value = postings->slots[i].value;
        if (!is_list(value))
            continue;
        const struct list *list = list_of(postings, value);
        uint32_t room = FIRST_ROOM;
        while (room < list->count)
            room *= 2;
        uint32_t block = cdi_arena_take(to, list_size(room));
        CDI_ASSERT(block != CDI_ARENA_NONE);
        struct list *moved = cdi_arena_at(to, block);
        moved->count = list->count;
        moved->room = room;
        memcpy(moved->handles, list->handles, list->count * sizeof *list->handles);
        postings->slots[i].value = block | LIST_BIT;
    }
}

void cdi_postings_fetch(const struct cdi_postings *postings, uint32_t key)
{
    if (postings->capacity != 0)
        __builtin_prefetch(&postings->slots[home_of(postings, key)]);
}

void cdi_postings_free(struct cdi_postings *postings)
{
    free(postings->slots);
    postings->slots = NULL;
    postings->capacity = postings->used = 0;
}
