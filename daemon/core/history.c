/* The history records: what a log says for later ones, packed into cells of 40 bytes. */
#include "core/history_inside.h"

#include <stdlib.h>
#include <string.h>

#include "core/keys.h"

struct cdi_history *cdi_history_create(const struct cdi_caseload *load, struct cdi_error *err)
{
    struct cdi_history *history = calloc(1, sizeof *history);
    if (history != NULL)
        history->forces = calloc(FORCES_MAX, sizeof *history->forces);
    if (history == NULL || history->forces == NULL) {
        free(history);
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the history records");
        return NULL;
    }
    history->load = load;
    history->bound = 1;                         /* number 0 is none */
    return history;
}

void cdi_history_destroy(struct cdi_history *history)
{
    if (history == NULL)
        return;
    for (uint32_t page = 0; history->pages != NULL && page * PAGE_CELLS < history->bound; page++)
        free(history->pages[page]);
    free(history->pages);
    free(history->index.slots);
    free(history->forces);
    free(history->of_case);
    cdi_arena_free(&history->references);
    free(history);
}

bool cdi_history_force(struct cdi_history *history, struct cdi_text force, uint8_t *number, struct cdi_error *err)
{
    for (*number = 0; *number < history->force_count; ++*number) {
        const struct force *known = &history->forces[*number];
        if (cdi_text_same((struct cdi_text){ known->text, known->size }, force))
            return true;
    }
    if (history->force_count == FORCES_MAX || force.size > CDI_FORCE_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "more than %d forces in one shard", FORCES_MAX);
    struct force *added = &history->forces[history->force_count++];
    if (force.size > 0)
        memcpy(added->text, force.at, force.size);
    added->size = (uint8_t)force.size;
    return true;
}

/* ---- what of a log a record is made of ---- */

static uint32_t seconds_of(struct cdi_instant at)
{
    if (!cdi_instant_said(at) || at.ms < 1000)
        return 0;
    return at.ms / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(at.ms / 1000);
}

static struct face face_of(const struct cdi_person *person, uint64_t force, int role)
{
    const uint64_t *tokens = person->tokens;
    struct face face = { .by = { 0, 0 } };
    face.by[BY_ID] = cdi_keys_past(force, role == ROLE_VICTIM ? CDI_PAST_KEY_VICTIM_ID : CDI_PAST_KEY_SUSPECT_ID, tokens[CDI_TOKEN_ID]);
    enum cdi_past_key by_name = role == ROLE_VICTIM ? CDI_PAST_KEY_VICTIM : CDI_PAST_KEY_SUSPECT;
    if (tokens[CDI_TOKEN_NAME] != 0)
        face.by[BY_NAME] = cdi_keys_past(force, by_name, tokens[CDI_TOKEN_NAME]);
    else if (tokens[CDI_TOKEN_PHONE] != 0 && tokens[CDI_TOKEN_BIRTH] != 0)
        face.by[BY_NAME] = cdi_keys_past(force + tokens[CDI_TOKEN_BIRTH], by_name, tokens[CDI_TOKEN_PHONE]);
    face.birth = tokens[CDI_TOKEN_BIRTH] == 0 ? 0 : (uint8_t)(tokens[CDI_TOKEN_BIRTH] % 255 + 1);
    return face;
}

static void take_person(struct traits *traits, const struct cdi_person *person, uint64_t force, int role)
{
    struct face face = face_of(person, force, role);
    struct face *known = traits->faces[role];
    if ((face.by[BY_NAME] == 0 && face.by[BY_ID] == 0) || traits->count[role] == CDI_HISTORY_PERSONS_MAX)
        return;
    for (size_t i = 0; i < traits->count[role]; i++)
        if (memcmp(&known[i], &face, sizeof face) == 0)
            return;
    known[traits->count[role]++] = face;
}

/* Who rings as the victim is the victim, where the log lists none. */
static void take_persons(struct traits *traits, const struct cdi_incident *incident, uint64_t force)
{
    bool listed = false, by_victim = cdi_text_is(incident->caller_role.text, cdi_caller_role_word(CDI_CALLER_ROLE_VICTIM));
    for (size_t i = 0; i < incident->person_count; i++)
        listed = listed || incident->persons[i].role == CDI_PERSON_ROLE_VICTIM;
    for (size_t i = 0; i < incident->person_count; i++) {
        const struct cdi_person *person = &incident->persons[i];
        bool victim = person->role == CDI_PERSON_ROLE_VICTIM ||
                      (person->role == CDI_PERSON_ROLE_CALLER && !listed && by_victim);
        if (victim || person->role == CDI_PERSON_ROLE_SUSPECT)
            take_person(traits, person, force, victim ? ROLE_VICTIM : ROLE_SUSPECT);
    }
}

bool cdi_history_traits(const struct cdi_incident *incident, uint8_t kinds, struct traits *traits)
{
    uint64_t force = cdi_keys_force(incident->force);
    *traits = (struct traits){ .when = seconds_of(incident->received_at), .kinds = kinds };
    if (kinds == 0 || traits->when == 0)
        return false;
    take_persons(traits, incident, force);
    const uint8_t at_home = 1u << CDI_PAST_KIND_DOMESTIC | 1u << CDI_PAST_KIND_ASB_PERSONAL | 1u << CDI_PAST_KIND_CONDUCT;
    uint64_t place = incident->location.uprn != 0 ? incident->location.uprn : incident->location.text;
    place = (kinds & at_home) != 0 ? place : 0;     /* where somebody was robbed says nothing of who is there next */
    traits->place = cdi_keys_past(force, incident->location.uprn != 0 ? CDI_PAST_KEY_UPRN : CDI_PAST_KEY_PLACE, place);
    return traits->count[ROLE_VICTIM] != 0 || traits->count[ROLE_SUSPECT] != 0 || traits->place != 0;
}

uint8_t cdi_history_kins(const struct cdi_incident *incident)
{
    struct traits traits;
    if (!cdi_history_traits(incident, KINDS_MASK, &traits))
        return 0;
    bool victim = traits.count[ROLE_VICTIM] != 0, suspect = traits.count[ROLE_SUSPECT] != 0;
    return (uint8_t)((victim && suspect) << CDI_PAST_KIN_PAIR | victim << CDI_PAST_KIN_VICTIM | suspect << CDI_PAST_KIN_SUSPECT |
                     (traits.place != 0) << CDI_PAST_KIN_PLACE);
}

static size_t cells_of(const struct traits *traits, struct cell cells[CDI_HISTORY_PERSONS_MAX])
{
    size_t count = traits->count[ROLE_VICTIM] > traits->count[ROLE_SUSPECT] ? traits->count[ROLE_VICTIM] : traits->count[ROLE_SUSPECT];
    count = count == 0 ? 1 : count;
    memset(cells, 0, count * sizeof *cells);
    for (size_t i = 0; i < count; i++) {
        cells[i].when = traits->when;
        cells[i].kinds = traits->kinds;
        cells[i].force = traits->force;
        for (int role = 0; role < ROLE_COUNT; role++) {
            if (i >= traits->count[role])
                continue;
            memcpy(cells[i].persons[role], traits->faces[role][i].by, sizeof cells[i].persons[role]);
            cells[i].births[role] = traits->faces[role][i].birth;
        }
    }
    cells[0].place = traits->place;
    return count;
}

/* ---- cells ---- */

uint32_t cdi_history_next(const struct cell *cell)
{
    switch (form_of(cell)) {
    case FORM_HELD:
        return cell->whose.held.next;
    case FORM_LONG:
        return cell->whose.long_form.next;
    case FORM_FOLLOWS:
        return cell->whose.follows.next;
    case FORM_SHORT:
        break;
    }
    return 0;
}

static bool take_cell(struct cdi_history *history, uint32_t *number, struct cdi_error *err)
{
    if (history->free != 0) {
        *number = history->free;
        history->free = cell_at(history, *number)->whose.held.next;
        return true;
    }
    if (history->bound >= CELLS_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "%d history records are held, the limit", CELLS_MAX);
    uint32_t page = history->bound / PAGE_CELLS;
    if (history->bound == 1 || history->bound % PAGE_CELLS == 0) {      /* the first page begins with number 0, which is none */
        struct cell **pages = realloc(history->pages, (page + 1) * sizeof *pages);
        if (pages == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another history record");
        history->pages = pages;
        pages[page] = calloc(PAGE_CELLS, sizeof **pages);
        if (pages[page] == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another history record");
    }
    *number = history->bound++;
    return true;
}

static void give_cell(struct cdi_history *history, uint32_t number)
{
    struct cell *cell = cell_at(history, number);
    if (form_of(cell) == FORM_LONG)
        cdi_arena_give(&history->references, cell->whose.long_form.block, cell->whose.long_form.size);
    memset(cell, 0, sizeof *cell);
    cell->whose.held.next = history->free;
    history->free = number;
    history->cells--;
}

void cdi_history_remove(struct cdi_history *history, uint32_t first)
{
    for (uint32_t number = first; number != 0;) {
        uint32_t next = cdi_history_next(cell_at(history, number));
        cdi_history_unpost(history, number);
        give_cell(history, number);
        number = next;
    }
    history->logs--;
}

/* The chain of a log's cells is made here; the first of `cells` says whose they are. */
static void chain(struct cdi_history *history, const uint32_t *numbers, size_t count)
{
    uint32_t second = count > 1 ? numbers[1] : 0;
    struct cell *first = cell_at(history, numbers[0]);
    if (form_of(first) == FORM_HELD)
        first->whose.held.next = second;
    else if (form_of(first) == FORM_LONG)
        first->whose.long_form.next = second;
    for (size_t i = 1; i < count; i++) {
        struct cell *cell = cell_at(history, numbers[i]);
        cell->kinds = (uint8_t)((cell->kinds & KINDS_MASK) | FORM_FOLLOWS << FORM_SHIFT);
        cell->whose.follows.first = numbers[0];
        cell->whose.follows.next = i + 1 < count ? numbers[i + 1] : 0;
    }
}

/* Each number below the bound is a cell's or free. */
bool cdi_history_fits(const struct cdi_history *history, size_t cells)
{
    return history->cells + cells < CELLS_MAX;
}

bool cdi_history_add(struct cdi_history *history, const struct cell *cells, size_t count, uint32_t *first, struct cdi_error *err)
{
    uint32_t numbers[CDI_HISTORY_PERSONS_MAX];
    if (!cdi_history_room(history, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!take_cell(history, &numbers[i], err)) {
            while (i-- > 0)
                give_cell(history, numbers[i]);
            return false;
        }
        history->cells++;
        *cell_at(history, numbers[i]) = cells[i];
    }
    chain(history, numbers, count);
    for (size_t i = 0; i < count; i++)
        cdi_history_post(history, numbers[i]);
    history->logs++;
    history->newest = cells[0].when > history->newest ? cells[0].when : history->newest;
    *first = numbers[0];
    return true;
}

/* ---- the record of a held case ---- */

static uint32_t first_of_case(const struct cdi_history *history, uint32_t handle)
{
    return handle < history->case_room ? history->of_case[handle] : 0;
}

static bool room_for_case(struct cdi_history *history, uint32_t handle, struct cdi_error *err)
{
    uint32_t room = history->case_room == 0 ? 1024 : history->case_room;
    if (handle < history->case_room)
        return true;
    while (room <= handle)
        room += room / 4;
    uint32_t *of_case = realloc(history->of_case, room * sizeof *of_case);
    if (of_case == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the way to history records");
    memset(of_case + history->case_room, 0, (room - history->case_room) * sizeof *of_case);
    history->of_case = of_case;
    history->case_room = room;
    return true;
}

/* What is said of persons, place, time and kinds; not whose it is. */
static bool same_content(const struct cell *a, const struct cell *b)
{
    return a->when == b->when && memcmp(a->persons, b->persons, sizeof a->persons) == 0 && a->place == b->place &&
           memcmp(a->births, b->births, sizeof a->births) == 0 && (a->kinds & KINDS_MASK) == (b->kinds & KINDS_MASK);
}

bool cdi_history_differs(const struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident, uint8_t kinds)
{
    struct traits traits;
    struct cell cells[CDI_HISTORY_PERSONS_MAX];
    uint32_t number = first_of_case(history, handle);
    if (!cdi_history_traits(incident, kinds, &traits))
        return number != 0;
    size_t count = cells_of(&traits, cells);
    for (size_t i = 0; i < count; i++) {
        if (number == 0 || !same_content(cell_at(history, number), &cells[i]))
            return true;
        number = cdi_history_next(cell_at(history, number));
    }
    return number != 0;
}

bool cdi_history_put(struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident, uint8_t kinds,
                     struct cdi_error *err)
{
    struct traits traits;
    struct cell cells[CDI_HISTORY_PERSONS_MAX];
    cdi_history_drop(history, handle);
    if (!cdi_history_traits(incident, kinds, &traits))
        return true;
    if (!cdi_history_force(history, incident->force, &traits.force, NULL)) {
        history->crowded++;                     /* more forces than there are in any country: no history, and no message refused for it */
        return true;
    }
    if (!room_for_case(history, handle, err))
        return false;
    size_t count = cells_of(&traits, cells);
    if (!cdi_history_fits(history, count)) {    /* nor for this: its case is stored, and must be judged */
        history->crowded++;
        return true;
    }
    cells[0].whose.held.handle = handle;
    return cdi_history_add(history, cells, count, &history->of_case[handle], err);
}

void cdi_history_drop(struct cdi_history *history, uint32_t handle)
{
    uint32_t first = first_of_case(history, handle);
    if (first == 0)
        return;
    cdi_history_remove(history, first);
    history->of_case[handle] = 0;
}

struct cdi_history_account cdi_history_account(const struct cdi_history *history)
{
    return (struct cdi_history_account){
        .logs = history->logs, .records = history->cells,
        .record_bytes = ((size_t)history->bound + PAGE_CELLS - 1) / PAGE_CELLS * PAGE_CELLS * sizeof(struct cell),
        .index_bytes = history->index.capacity * sizeof *history->index.slots,
        .reference_bytes = cdi_arena_bytes(&history->references),
        .held_bytes = history->case_room * sizeof *history->of_case, .crowded = history->crowded,
    };
}
