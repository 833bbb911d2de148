/* Which earlier logs say something of a log, and which later ones it says something of. */
#include "core/history_inside.h"

#include <stdlib.h>

/* Numbers of cells, in the scratch. */
struct found {
    struct cdi_scratch *scratch;
    uint32_t *numbers;
    size_t count, room, most;                   /* most: of one key; 0: any number */
    size_t of_key;
};

static bool take(void *context, uint32_t number)
{
    struct found *found = context;
    if (found->most != 0 && ++found->of_key > found->most)
        return false;
    if (found->count == found->room) {
        size_t room = found->room == 0 ? 16 : found->room * 2;
        uint32_t *numbers = cdi_scratch_take(found->scratch, room * sizeof *numbers);
        for (size_t i = 0; i < found->count; i++)
            numbers[i] = found->numbers[i];
        found->numbers = numbers;
        found->room = room;
    }
    found->numbers[found->count++] = number;
    return true;
}

/* What is under one key; what is under too many says nothing. */
static void seek(const struct cdi_history *history, uint32_t key, uint32_t from, uint32_t to, struct found *found)
{
    size_t before = found->count;
    found->of_key = 0;
    cdi_history_visit(history, key, from, to, take, found);
    if (found->most != 0 && found->of_key > found->most)
        found->count = before;
}

/* ---- earlier logs ---- */

/* As core/victims.c has it, as far as a record tells: the same number; where one has none, the same name and no other birth. */
static bool same_person(const struct face *face, const struct cell *cell, int role)
{
    const uint32_t *theirs = cell->persons[role];
    if (face->by[BY_ID] != 0 && theirs[BY_ID] != 0)
        return face->by[BY_ID] == theirs[BY_ID];
    return face->by[BY_NAME] != 0 && face->by[BY_NAME] == theirs[BY_NAME] &&
           (face->birth == 0 || cell->births[role] == 0 || face->birth == cell->births[role]);
}

static bool any_same(const struct traits *traits, const struct cell *cell, int role)
{
    for (size_t i = 0; i < traits->count[role]; i++)
        if (same_person(&traits->faces[role][i], cell, role))
            return true;
    return false;
}

/* An earlier log, by the number of its first cell. */
struct earlier {
    uint32_t first, when;
    bool same[ROLE_COUNT], same_place;
    uint8_t kinds;
    enum cdi_past_kin kin;
    struct cdi_text reference;
};

static int by_log(const void *a, const void *b)
{
    const struct earlier *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

/* Nearest kin first, then the latest, then by reference.  One that was dropped and is told anew is there twice (core/late.h): what each says tells
 * them apart, never where its record lies. */
static int by_nearness(const void *a, const void *b)
{
    const struct earlier *x = a, *y = b;
    if (x->kin != y->kin)
        return x->kin < y->kin ? -1 : 1;
    if (x->when != y->when)
        return x->when > y->when ? -1 : 1;
    int order = cdi_text_compare(x->reference, y->reference);
    return order != 0 ? order : (x->kinds > y->kinds) - (x->kinds < y->kinds);
}

static bool tell_kin(struct earlier *log)
{
    if (log->same[ROLE_VICTIM])
        log->kin = log->same[ROLE_SUSPECT] ? CDI_PAST_KIN_PAIR : CDI_PAST_KIN_VICTIM;
    else
        log->kin = log->same[ROLE_SUSPECT] ? CDI_PAST_KIN_SUSPECT : CDI_PAST_KIN_PLACE;
    return log->same[ROLE_VICTIM] || log->same[ROLE_SUSPECT] || log->same_place;
}

/* The cells found as logs, each once, with all that is the same. */
static size_t logs_of(const struct cdi_history *history, const struct traits *traits, const struct found *found, struct earlier *logs)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        const struct cell *cell = cell_at(history, found->numbers[i]);
        logs[count++] = (struct earlier){
            .first = first_of(history, found->numbers[i]), .when = cell->when, .kinds = cell->kinds & KINDS_MASK,
            .same = { any_same(traits, cell, ROLE_VICTIM), any_same(traits, cell, ROLE_SUSPECT) },
            .same_place = traits->place != 0 && cell->place == traits->place,
        };
    }
    qsort(logs, count, sizeof *logs, by_log);
    for (size_t i = 0; i < count; i++) {
        struct earlier *last = kept > 0 ? &logs[kept - 1] : NULL;
        if (last == NULL || last->first != logs[i].first) {
            logs[kept++] = logs[i];
            continue;
        }
        last->same[ROLE_VICTIM] = last->same[ROLE_VICTIM] || logs[i].same[ROLE_VICTIM];
        last->same[ROLE_SUSPECT] = last->same[ROLE_SUSPECT] || logs[i].same[ROLE_SUSPECT];
        last->same_place = last->same_place || logs[i].same_place;
    }
    return kept;
}

/* Of each kin the latest occasions; of logs that are alike in all and of one occasion the last. */
static void keep_occasions(const struct earlier *logs, size_t count, struct cdi_past *past)
{
    size_t of_kin[CDI_PAST_KIN_COUNT] = { 0 };
    past->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct cdi_instant at = { (int64_t)logs[i].when * 1000 };
        bool told = of_kin[logs[i].kin] == CDI_PAST_OF_KIN;
        for (size_t j = 0; !told && j < past->count; j++)
            told = past->logs[j].kin == logs[i].kin && past->logs[j].kinds == logs[i].kinds &&
                   past->logs[j].received_at.ms - at.ms < CDI_OCCASION.ms;
        if (told)
            continue;
        of_kin[logs[i].kin]++;
        past->logs[past->count++] = (struct cdi_past_log){ logs[i].reference, at, logs[i].kin, logs[i].kinds };
    }
}

static void seek_all(const struct cdi_history *history, const struct traits *traits, uint32_t from, uint32_t to, struct found *found)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < traits->count[role]; i++)
            for (int by = 0; by < BY_COUNT; by++)
                seek(history, traits->faces[role][i].by[by], from, to, found);
    seek(history, traits->place, from, to, found);
}

void cdi_history_past(const struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident,
                      struct cdi_span within, struct cdi_scratch *scratch, struct cdi_past *past)
{
    struct traits traits;
    uint32_t own = handle < history->case_room ? history->of_case[handle] : 0;
    past->count = 0;
    if (own == 0 || !cdi_history_traits(incident, cell_at(history, own)->kinds & KINDS_MASK, &traits))
        return;
    struct found found = { .scratch = scratch, .most = CDI_HISTORY_CROWD };
    int64_t from = (int64_t)traits.when - within.ms / 1000;
    seek_all(history, &traits, from < 1 ? 1 : (uint32_t)from, traits.when - 1, &found);
    if (found.count == 0)
        return;
    struct earlier *logs = cdi_scratch_take(scratch, found.count * sizeof *logs);
    size_t count = logs_of(history, &traits, &found, logs), kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct earlier log = logs[i];
        log.reference = cdi_history_reference(history, log.first, scratch);
        if (tell_kin(&log) && !cdi_text_same(log.reference, incident->parent.text))     /* the same thing told twice (R16, R20) */
            logs[kept++] = log;
    }
    qsort(logs, kept, sizeof *logs, by_nearness);
    keep_occasions(logs, kept, past);
}

size_t cdi_past_occasions(const struct cdi_past *past, struct cdi_instant received_at, uint8_t kins, uint8_t kinds, int days)
{
    size_t occasions = 0;
    struct cdi_instant from = { received_at.ms / 1000 * 1000 - CDI_DAYS(days).ms }, before = received_at;
    for (const struct cdi_past_log *latest = NULL;; occasions++) {
        latest = NULL;
        for (size_t i = 0; i < past->count; i++) {
            const struct cdi_past_log *log = &past->logs[i];
            if ((kins >> log->kin & 1) == 0 || (log->kinds & kinds) == 0 || log->received_at.ms < from.ms)
                continue;
            if (before.ms - log->received_at.ms < CDI_OCCASION.ms)
                continue;
            if (latest == NULL || log->received_at.ms > latest->received_at.ms)
                latest = log;
        }
        if (latest == NULL)
            return occasions;
        before = latest->received_at;
    }
}

/* ---- later logs ---- */

/* A later log that is held. */
struct later { uint32_t when, handle; const struct cdi_caseload *load; };

/* An order of the logs' own: that of the index is the order in which they were posted, which a restart changes. */
static int by_time(const void *x, const void *y)
{
    const struct later *a = x, *b = y;
    if (a->when != b->when)
        return a->when < b->when ? -1 : 1;
    return cdi_caseload_key_order(a->load, CDI_CASE_INCIDENT, a->handle, b->handle);
}

/* In no order, perhaps twice. */
static struct later *later_than(const struct cdi_history *history, uint32_t own, struct cdi_span within, struct cdi_scratch *scratch,
                                size_t *count)
{
    uint32_t keys[KEYS_OF_CELL];
    struct found found = { .scratch = scratch };
    *count = 0;
    if (own == 0 || cell_at(history, own)->when >= history->newest)
        return NULL;
    uint32_t from = cell_at(history, own)->when + 1;
    int64_t to = (int64_t)from - 1 + within.ms / 1000;
    for (uint32_t number = own; number != 0; number = cdi_history_next(cell_at(history, number))) {
        size_t key_count = cdi_history_found_by(history, number, keys);
        for (size_t i = 0; i < key_count; i++)
            seek(history, keys[i], from, to > UINT32_MAX ? UINT32_MAX : (uint32_t)to, &found);
    }
    struct later *logs = found.count == 0 ? NULL : cdi_scratch_take(scratch, found.count * sizeof *logs);
    for (size_t i = 0; i < found.count; i++) {
        const struct cell *cell = cell_at(history, first_of(history, found.numbers[i]));
        if (form_of(cell) == FORM_HELD)
            logs[(*count)++] = (struct later){ cell->when, cell->whose.held.handle, history->load };
    }
    return logs;
}

const uint32_t *cdi_history_later(const struct cdi_history *history, uint32_t handle, struct cdi_span within,
                                  struct cdi_scratch *scratch, size_t *count)
{
    size_t found;
    struct later *logs = later_than(history, handle < history->case_room ? history->of_case[handle] : 0, within, scratch, &found);
    *count = 0;
    if (found == 0)
        return NULL;
    qsort(logs, found, sizeof *logs, by_time);
    uint32_t *handles = cdi_scratch_take(scratch, found * sizeof *handles);
    for (size_t i = 0; i < found; i++)
        if (i == 0 || logs[i].handle != logs[i - 1].handle)
            handles[(*count)++] = logs[i].handle;
    return handles;
}

bool cdi_history_wanted(const struct cdi_history *history, uint32_t number, struct cdi_span within, struct cdi_scratch *scratch)
{
    size_t count;
    CDI_ASSERT(cdi_history_kept(history, number));
    later_than(history, number, within, scratch, &count);
    return count != 0;
}
