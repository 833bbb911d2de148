#include "core/caseload_inside.h"

#include <stdlib.h>
#include <string.h>

#include "core/merge.h"

static uint32_t when_of(const void *kind, uint32_t handle) { return slot_at(kind, handle)->when; }

static struct slot *case_at(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle)
{
    CDI_ASSERT(cdi_caseload_holds(load, kind, handle));
    return slot_at(&load->kinds[kind], handle);
}

static struct cdi_text slot_packed(const struct cdi_caseload *load, const struct slot *slot)
{
    return (struct cdi_text){ cdi_arena_at(&load->arena, slot->block), slot->size };
}

struct cdi_caseload *cdi_caseload_create(const struct cdi_caseload_limits *limits, struct cdi_error *err)
{
    struct cdi_caseload *load = calloc(1, sizeof *load);
    if (load == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the caseload");
        return NULL;
    }
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++) {
        struct kind *kind = &load->kinds[i];
        kind->limit = limits != NULL && limits->cases[i] != 0 ? limits->cases[i] : CDI_CASES_DEFAULT;
        kind->free = CDI_HANDLE_NONE;
        kind->postings = (struct cdi_postings){ .arena = &load->arena, .when = when_of, .context = kind };
        CDI_ASSERT(kind->limit < (uint32_t)1 << 30);
    }
    return load;
}

void cdi_caseload_destroy(struct cdi_caseload *load)
{
    if (load == NULL)
        return;
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++) {
        struct kind *kind = &load->kinds[i];
        for (uint32_t page = 0; page * PAGE_CASES < kind->bound; page++)
            free(kind->pages[page]);
        free(kind->pages);
        free(kind->table);
        cdi_postings_free(&kind->postings);
    }
    for (size_t i = 0; i < CDI_QUEUE_COUNT; i++)
        free(load->queues[i].items);
    cdi_arena_free(&load->arena);
    cdi_scratch_free(&load->scratch);
    free(load);
}

/* An incident's hash is the front of its alert id, so that one table serves both ways to ask. */
uint32_t cdi_caseload_tag(enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference)
{
    if (kind != CDI_CASE_INCIDENT)
        return (uint32_t)(cdi_text_hash(reference, cdi_text_hash(force, kind)) >> 32);
    struct cdi_alert_id id = cdi_alert_id(force, reference, 0);
    uint32_t tag;
    memcpy(&tag, id.bytes, sizeof tag);
    return tag;
}

static uint32_t table_find(const struct cdi_caseload *load, enum cdi_case_kind which, uint32_t tag, struct cdi_text force,
                           struct cdi_text reference)
{
    const struct kind *kind = &load->kinds[which];
    if (kind->capacity == 0)
        return CDI_HANDLE_NONE;
    for (size_t at = table_start(kind, tag); kind->table[at].handle != CDI_HANDLE_NONE; at = table_next(kind, at))
        if (kind->table[at].tag == tag) {
            struct table_slot *entry = &kind->table[at];
            const struct slot *slot = slot_at(kind, entry->handle);
            slot_fetch(slot);
            case_fetch(load, which, entry->block);      /* all of it, not only the key: it is what was sought */
            if (slot->block != entry->block) {
                entry->block = slot->block;
                case_fetch(load, which, entry->block);
            }
            if (cdi_packed_is(slot_packed(load, slot), force, reference))
                return entry->handle;
        }
    return CDI_HANDLE_NONE;
}

static void table_put(struct kind *kind, struct table_slot slot)
{
    size_t at = table_start(kind, slot.tag);
    while (kind->table[at].handle != CDI_HANDLE_NONE)
        at = table_next(kind, at);
    kind->table[at] = slot;
}

static bool table_resize(struct kind *kind, size_t capacity)
{
    size_t before = kind->capacity;
    struct table_slot *old = kind->table, *table = malloc(capacity * sizeof *table);
    if (table == NULL)
        return false;
    memset(table, 0xFF, capacity * sizeof *table);
    kind->table = table;
    kind->capacity = capacity;
    for (size_t i = 0; i < before; i++)
        if (old[i].handle != CDI_HANDLE_NONE)
            table_put(kind, old[i]);
    free(old);
    return true;
}

static bool table_grow(struct kind *kind) { return table_resize(kind, cdi_table_larger(kind->capacity)); }

void cdi_caseload_tidy_table(struct kind *kind)
{
    size_t fits = cdi_table_fits(kind->count);
    if (kind->capacity > 2 * fits)
        table_resize(kind, fits);               /* without memory for it, it stays as it is */
}

static void table_remove(struct kind *kind, uint32_t tag, uint32_t handle)
{
    size_t capacity = kind->capacity, gap = table_start(kind, tag);
    while (kind->table[gap].handle != handle)
        gap = table_next(kind, gap);
    for (size_t at = table_next(kind, gap); kind->table[at].handle != CDI_HANDLE_NONE; at = table_next(kind, at))
        if (cdi_table_distance(table_start(kind, kind->table[at].tag), at, capacity) >= cdi_table_distance(gap, at, capacity)) {
            kind->table[gap] = kind->table[at];
            gap = at;
        }
    kind->table[gap].handle = CDI_HANDLE_NONE;
}

uint32_t cdi_caseload_find(const struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text force,
                           struct cdi_text reference)
{
    return table_find(load, kind, cdi_caseload_tag(kind, force, reference), force, reference);
}

uint32_t cdi_caseload_find_alert(const struct cdi_caseload *load, struct cdi_alert_id alert, uint32_t *report)
{
    const struct kind *kind = &load->kinds[CDI_CASE_INCIDENT];
    uint32_t tag;
    memcpy(&tag, alert.bytes, sizeof tag);
    if (kind->capacity == 0)
        return CDI_HANDLE_NONE;
    for (size_t at = table_start(kind, tag); kind->table[at].handle != CDI_HANDLE_NONE; at = table_next(kind, at)) {
        struct cdi_text force, reference;
        if (kind->table[at].tag != tag)
            continue;
        cdi_caseload_key(load, CDI_CASE_INCIDENT, kind->table[at].handle, &force, &reference);
        struct cdi_alert_id id = cdi_alert_id(force, reference, 0);
        if (memcmp(id.bytes, alert.bytes, CDI_ALERT_FRONT) == 0) {
            *report = cdi_alert_id_tail(alert) ^ cdi_alert_id_tail(id);
            return kind->table[at].handle;
        }
    }
    return CDI_HANDLE_NONE;
}

/* A handle without a case yet. */
static uint32_t handle_take(struct kind *kind)
{
    uint32_t handle = kind->free;
    if (handle != CDI_HANDLE_NONE) {
        kind->free = slot_at(kind, handle)->block;
        return handle;
    }
    if (kind->bound % PAGE_CASES == 0) {
        uint32_t page = kind->bound / PAGE_CASES;
        struct slot **pages = realloc(kind->pages, (page + 1) * sizeof *pages);
        if (pages == NULL)
            return CDI_HANDLE_NONE;
        kind->pages = pages;
        pages[page] = malloc(PAGE_CASES * sizeof **pages);
        if (pages[page] == NULL)
            return CDI_HANDLE_NONE;
    }
    return kind->bound++;
}

static void handle_give(struct kind *kind, uint32_t handle)
{
    *slot_at(kind, handle) = (struct slot){ .block = kind->free };
    kind->free = handle;
}

/* Puts packed bytes where the case's block is, or into another that fits. */
static bool slot_write(struct cdi_caseload *load, struct slot *slot, struct cdi_text packed, struct cdi_error *err)
{
    if (packed.size > CDI_ARENA_BLOCK_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "a case is larger than %d bytes packed; it keeps what it had", CDI_ARENA_BLOCK_MAX);
    if (slot->size == 0 || cdi_arena_rounded(packed.size) != cdi_arena_rounded(slot->size)) {
        uint32_t block = cdi_arena_take(&load->arena, packed.size);
        if (block == CDI_ARENA_NONE)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another case");
        if (slot->size != 0)
            cdi_arena_give(&load->arena, slot->block, slot->size);
        slot->block = block;
    }
    memcpy(cdi_arena_at(&load->arena, slot->block), packed.at, packed.size);
    load->packed_bytes += packed.size - slot->size;
    slot->size = (uint32_t)packed.size;
    slot->day = 0;
    return true;
}

static struct cdi_text pack_empty(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text force,
                                  struct cdi_text reference)
{
    cdi_scratch_reset(&load->scratch);
    if (kind == CDI_CASE_CRIME) {
        struct cdi_crime_case *crime = cdi_scratch_take(&load->scratch, sizeof *crime);
        cdi_crime_case_empty(crime, force, reference);
        return cdi_pack_crime(crime, &load->scratch);
    }
    if (kind == CDI_CASE_WAITING)
        return cdi_pack_waiting(&(struct cdi_waiting_case){ .force = force, .alert = reference }, &load->scratch);
    struct cdi_incident_case *incident = cdi_scratch_take(&load->scratch, sizeof *incident);
    cdi_incident_case_empty(incident, force, reference);
    return cdi_pack_incident(incident, &load->scratch);
}

/* A new case holding these bytes. */
static uint32_t case_create(struct cdi_caseload *load, enum cdi_case_kind which, uint32_t tag, struct cdi_text packed,
                            struct cdi_error *err)
{
    struct kind *kind = &load->kinds[which];
    if (kind->count >= kind->limit) {
        cdi_fail(err, CDI_ERROR_LIMIT, "%u cases of kind %s are held, the limit", kind->count, cdi_case_kind_word(which));
        return CDI_HANDLE_NONE;
    }
    uint32_t handle = CDI_HANDLE_NONE;
    if (!cdi_table_full(kind->count, kind->capacity) || table_grow(kind))
        handle = handle_take(kind);
    if (handle == CDI_HANDLE_NONE) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another case");
        return CDI_HANDLE_NONE;
    }
    struct slot *slot = slot_at(kind, handle);
    load->before.count = load->before.when = 0;
    *slot = (struct slot){ .print = cdi_keys_print(&load->before) };
    if (!slot_write(load, slot, packed, err)) {
        handle_give(kind, handle);
        return CDI_HANDLE_NONE;
    }
    table_put(kind, (struct table_slot){ tag, handle, slot->block });
    kind->count++;
    return handle;
}

uint32_t cdi_caseload_add(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference,
                          bool *added, struct cdi_error *err)
{
    uint32_t tag = cdi_caseload_tag(kind, force, reference), handle = table_find(load, kind, tag, force, reference);
    if (added != NULL)
        *added = handle == CDI_HANDLE_NONE;
    if (handle != CDI_HANDLE_NONE)
        return handle;
    return case_create(load, kind, tag, pack_empty(load, kind, force, reference), err);
}

/* The keys under which a packed case is posted. */
static void keys_of_packed(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text packed, struct cdi_keys *keys)
{
    keys->count = keys->when = 0;
    if (kind == CDI_CASE_INCIDENT) {
        struct cdi_incident_case *incident = cdi_scratch_take(&load->scratch, sizeof *incident);
        CDI_ASSERT(cdi_unpack_incident(packed, incident, &load->scratch, NULL));
        cdi_keys_of_incident(incident, keys);
    } else if (kind == CDI_CASE_CRIME) {
        struct cdi_crime_case *crime = cdi_scratch_take(&load->scratch, sizeof *crime);
        CDI_ASSERT(cdi_unpack_crime(packed, crime, &load->scratch, NULL));
        cdi_keys_of_crime(&crime->facts, keys);
    }
}

static bool keys_hold(const struct cdi_keys *keys, uint32_t key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->keys[i] == key)
            return true;
    return false;
}

/* From the keys in load->before to those in load->after; only the difference is touched while the time stands. */
static bool repost(struct cdi_caseload *load, struct kind *kind, uint32_t handle, struct cdi_error *err)
{
    const struct cdi_keys *before = &load->before, *after = &load->after;
    bool moved = before->when != after->when, posted = true;
    for (size_t i = 0; i < before->count; i++)
        cdi_postings_fetch(&kind->postings, before->keys[i]);
    for (size_t i = 0; i < after->count; i++)
        cdi_postings_fetch(&kind->postings, after->keys[i]);
    for (size_t i = 0; i < before->count; i++)
        if (moved || !keys_hold(after, before->keys[i]))
            cdi_postings_remove(&kind->postings, before->keys[i], handle);
    slot_at(kind, handle)->when = after->when;
    for (size_t i = 0; i < after->count; i++) {
        if (!moved && keys_hold(before, after->keys[i]))
            continue;
        enum cdi_posted result = cdi_postings_add(&kind->postings, after->keys[i], handle, CDI_POSTINGS_PER_KEY_MAX);
        load->crowded += result == CDI_POSTED_CROWDED;
        if (result == CDI_POSTED_NO_MEMORY)
            posted = cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to find a case by its references and tokens");
    }
    return posted;
}

/* Replaces what is held of a case by `packed`, whose keys are in load->after. */
static bool case_write(struct cdi_caseload *load, enum cdi_case_kind which, uint32_t handle, struct cdi_text packed,
                       struct cdi_error *err)
{
    struct kind *kind = &load->kinds[which];
    struct slot *slot = case_at(load, which, handle);
    uint32_t print = cdi_keys_print(&load->after);
    bool same_keys = print == slot->print && load->after.when == slot->when;
    if (!same_keys)
        keys_of_packed(load, which, slot_packed(load, slot), &load->before);
    if (!slot_write(load, slot, packed, err))
        return false;
    if (same_keys)
        return true;
    slot->print = print;
    return repost(load, kind, handle, err);
}

/* With what it is found by as it was, or as load->after says. */
static bool case_store(struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, struct cdi_text packed,
                       bool same_keys, struct cdi_error *err)
{
    struct slot *slot = case_at(load, kind, handle);
    struct cdi_text held = slot_packed(load, slot);
    if (held.size == packed.size && memcmp(held.at, packed.at, packed.size) == 0)
        return true;
    bool written = same_keys ? slot_write(load, slot, packed, err) : case_write(load, kind, handle, packed, err);
    return cdi_caseload_queue(load, CDI_QUEUE_CHANGED, kind, handle, err) && written;
}

bool cdi_caseload_store_incident(struct cdi_caseload *load, uint32_t handle, const struct cdi_incident_case *from,
                                 struct cdi_error *err)
{
    cdi_scratch_reset(&load->scratch);
    cdi_keys_of_incident(from, &load->after);
    return case_store(load, CDI_CASE_INCIDENT, handle, cdi_pack_incident(from, &load->scratch), false, err);
}

bool cdi_caseload_restate_incident(struct cdi_caseload *load, uint32_t handle, const struct cdi_incident_case *from,
                                   struct cdi_error *err)
{
    cdi_scratch_reset(&load->scratch);
    return case_store(load, CDI_CASE_INCIDENT, handle, cdi_pack_incident(from, &load->scratch), true, err);
}

bool cdi_caseload_store_crime(struct cdi_caseload *load, uint32_t handle, const struct cdi_crime_case *from,
                              struct cdi_error *err)
{
    cdi_scratch_reset(&load->scratch);
    cdi_keys_of_crime(&from->facts, &load->after);
    return case_store(load, CDI_CASE_CRIME, handle, cdi_pack_crime(from, &load->scratch), false, err);
}

bool cdi_caseload_restate_crime(struct cdi_caseload *load, uint32_t handle, const struct cdi_crime_case *from,
                                struct cdi_error *err)
{
    cdi_scratch_reset(&load->scratch);
    return case_store(load, CDI_CASE_CRIME, handle, cdi_pack_crime(from, &load->scratch), true, err);
}

bool cdi_caseload_store_waiting(struct cdi_caseload *load, uint32_t handle, const struct cdi_waiting_case *from,
                                struct cdi_error *err)
{
    cdi_scratch_reset(&load->scratch);
    load->after.count = load->after.when = 0;
    return case_store(load, CDI_CASE_WAITING, handle, cdi_pack_waiting(from, &load->scratch), false, err);
}

void cdi_caseload_drop(struct cdi_caseload *load, enum cdi_case_kind which, uint32_t handle)
{
    struct kind *kind = &load->kinds[which];
    struct slot *slot = case_at(load, which, handle);
    struct cdi_text force, reference;
    cdi_scratch_reset(&load->scratch);
    keys_of_packed(load, which, slot_packed(load, slot), &load->before);
    for (size_t i = 0; i < load->before.count; i++)
        cdi_postings_remove(&kind->postings, load->before.keys[i], handle);
    cdi_caseload_key(load, which, handle, &force, &reference);
    table_remove(kind, cdi_caseload_tag(which, force, reference), handle);
    cdi_arena_give(&load->arena, slot->block, slot->size);
    load->packed_bytes -= slot->size;
    handle_give(kind, handle);
    kind->count--;
}

bool cdi_caseload_restore(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text packed, uint32_t *handle,
                          struct cdi_error *err)
{
    struct cdi_text force = CDI_TEXT_NONE, reference = CDI_TEXT_NONE;
    cdi_scratch_reset(&load->scratch);
    void *room = cdi_scratch_take(&load->scratch, sizeof(struct cdi_incident_case));
    load->after.count = load->after.when = 0;
    if (kind == CDI_CASE_INCIDENT) {
        if (!cdi_unpack_incident(packed, room, &load->scratch, err))
            return false;
        cdi_keys_of_incident(room, &load->after);
    } else if (kind == CDI_CASE_CRIME) {
        if (!cdi_unpack_crime(packed, room, &load->scratch, err))
            return false;
        cdi_keys_of_crime(&((struct cdi_crime_case *)room)->facts, &load->after);
    } else if (!cdi_unpack_waiting(packed, room, &load->scratch, err)) {
        return false;
    }
    cdi_unpack_key(packed, &force, &reference);
    uint32_t at = cdi_caseload_add(load, kind, force, reference, NULL, err);
    if (handle != NULL)
        *handle = at;
    return at != CDI_HANDLE_NONE && case_write(load, kind, at, packed, err);
}

void cdi_caseload_incident(const struct cdi_caseload *load, uint32_t handle, struct cdi_incident_case *into,
                           struct cdi_scratch *scratch)
{
    struct cdi_text packed = cdi_scratch_text(scratch, cdi_caseload_packed(load, CDI_CASE_INCIDENT, handle));
    CDI_ASSERT(cdi_unpack_incident(packed, into, scratch, NULL));
}

void cdi_caseload_crime(const struct cdi_caseload *load, uint32_t handle, struct cdi_crime_case *into,
                        struct cdi_scratch *scratch)
{
    struct cdi_text packed = cdi_scratch_text(scratch, cdi_caseload_packed(load, CDI_CASE_CRIME, handle));
    CDI_ASSERT(cdi_unpack_crime(packed, into, scratch, NULL));
}

void cdi_caseload_waiting(const struct cdi_caseload *load, uint32_t handle, struct cdi_waiting_case *into,
                          struct cdi_scratch *scratch)
{
    struct cdi_text packed = cdi_scratch_text(scratch, cdi_caseload_packed(load, CDI_CASE_WAITING, handle));
    CDI_ASSERT(cdi_unpack_waiting(packed, into, scratch, NULL));
}

struct cdi_text cdi_caseload_packed(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle)
{
    return slot_packed(load, case_at(load, kind, handle));
}

void cdi_caseload_key(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, struct cdi_text *force,
                      struct cdi_text *reference)
{
    CDI_ASSERT(cdi_unpack_key(cdi_caseload_packed(load, kind, handle), force, reference));
}

static struct cdi_alert_id alert_of(const struct cdi_caseload *load, uint32_t handle)
{
    struct cdi_text force, reference;
    cdi_caseload_key(load, CDI_CASE_INCIDENT, handle, &force, &reference);
    return cdi_alert_id(force, reference, 0);
}

uint32_t cdi_caseload_alert_front(const void *load, uint32_t handle)
{
    struct cdi_alert_id id = alert_of(load, handle);
    return (uint32_t)id.bytes[0] << 24 | (uint32_t)id.bytes[1] << 16 | (uint32_t)id.bytes[2] << 8 | id.bytes[3];
}

int cdi_caseload_alert_order(const void *load, uint32_t a, uint32_t b)
{
    struct cdi_alert_id ours = alert_of(load, a), theirs = alert_of(load, b);
    return memcmp(ours.bytes, theirs.bytes, sizeof ours.bytes);
}

static bool queue_grow(struct queue *queue)
{
    size_t capacity = queue->capacity == 0 ? 1024 : queue->capacity * 2;
    uint32_t *items = malloc(capacity * sizeof *items);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < queue->count; i++)
        items[i] = queue->items[(queue->first + i) & (queue->capacity - 1)];
    free(queue->items);
    *queue = (struct queue){ items, 0, queue->count, capacity };
    return true;
}

bool cdi_caseload_queue(struct cdi_caseload *load, enum cdi_queue which, enum cdi_case_kind kind, uint32_t handle,
                        struct cdi_error *err)
{
    struct queue *queue = &load->queues[which];
    struct slot *slot = case_at(load, kind, handle);
    if (slot->queued >> which & 1)
        return true;
    if (queue->count == queue->capacity && !queue_grow(queue))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the queue of cases");
    queue->items[(queue->first + queue->count++) & (queue->capacity - 1)] = handle << 2 | kind;
    slot->queued |= (uint8_t)(1u << which);
    return true;
}

bool cdi_caseload_take(struct cdi_caseload *load, enum cdi_queue which, enum cdi_case_kind *kind, uint32_t *handle)
{
    struct queue *queue = &load->queues[which];
    cdi_caseload_look_ahead(load, which);
    while (queue->count > 0) {
        uint32_t item = queue->items[queue->first];
        queue->first = (queue->first + 1) & (queue->capacity - 1);
        queue->count--;
        *kind = (enum cdi_case_kind)(item & 3);
        *handle = item >> 2;
        if (!cdi_caseload_holds(load, *kind, *handle))
            continue;                                   /* dropped since */
        struct slot *slot = case_at(load, *kind, *handle);
        bool queued = slot->queued >> which & 1;
        slot->queued &= (uint8_t)~(1u << which);
        if (queued)
            return true;
    }
    return false;
}

uint16_t cdi_caseload_day(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle)
{
    return case_at(load, kind, handle)->day;
}

void cdi_caseload_set_day(struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, uint16_t day)
{
    case_at(load, kind, handle)->day = day;
}

size_t cdi_caseload_queued(const struct cdi_caseload *load, enum cdi_queue queue) { return load->queues[queue].count; }
bool cdi_caseload_waits(const struct cdi_caseload *load, enum cdi_queue queue, enum cdi_case_kind kind, uint32_t handle)
{
    return case_at(load, kind, handle)->queued >> queue & 1;
}

size_t cdi_caseload_count(const struct cdi_caseload *load, enum cdi_case_kind kind) { return load->kinds[kind].count; }
uint32_t cdi_caseload_bound(const struct cdi_caseload *load, enum cdi_case_kind kind) { return load->kinds[kind].bound; }

bool cdi_caseload_is(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, struct cdi_text force,
                     struct cdi_text reference)
{
    return cdi_caseload_holds(load, kind, handle) && cdi_packed_is(cdi_caseload_packed(load, kind, handle), force, reference);
}

bool cdi_caseload_holds(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle)
{
    return handle < load->kinds[kind].bound && slot_at(&load->kinds[kind], handle)->size != 0;
}
