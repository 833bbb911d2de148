#include "core/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "core/tally_inside.h"
#include "core/tally_row.h"

struct cells { struct cdi_tally_cell **items; uint32_t count, room; };

struct cdi_tallies {
    struct cells cells;                         /* by (force, area, day) */
    struct cells documents, states;             /* those that have to be written, last first; each once */
    struct cells gone;                          /* given up, but perhaps still borrowed */
    struct cdi_tally_cell *last;                /* most of what comes is of one area and day */
    int32_t days, today;                        /* UNDATED: not told yet */
    size_t bytes;
};

static void put(struct cells *cells, uint32_t at, struct cdi_tally_cell *cell)
{
    if (cells->count == cells->room) {
        cells->room = cells->room == 0 ? 16 : cells->room * 2;
        cells->items = realloc(cells->items, cells->room * sizeof *cells->items);
        CDI_ASSERT(cells->items != NULL);
    }
    memmove(cells->items + at + 1, cells->items + at, (cells->count - at) * sizeof *cells->items);
    cells->items[at] = cell;
    cells->count++;
}

struct cdi_tallies *cdi_tallies_create(uint32_t days)
{
    struct cdi_tallies *tallies = calloc(1, sizeof *tallies);
    if (tallies == NULL)
        return NULL;
    tallies->days = days == 0 ? CDI_TALLY_DAYS : days > INT32_MAX ? INT32_MAX : (int32_t)days;
    tallies->today = CDI_TALLY_UNDATED;
    return tallies;
}

static void free_words(struct cdi_tally_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free((char *)words->words[i].at);
}

static void free_cell(struct cdi_tally_cell *cell)
{
    cdi_tally_release(&cell->tally);
    free_words(&cell->channels);
    free_words(&cell->sources);
    free((char *)cell->tally.force.at);
    free((char *)cell->tally.area.at);
    free(cell);
}

static void free_gone(struct cdi_tallies *tallies)
{
    while (tallies->gone.count > 0)
        free_cell(tallies->gone.items[--tallies->gone.count]);
}

void cdi_tallies_destroy(struct cdi_tallies *tallies)
{
    if (tallies == NULL)
        return;
    for (uint32_t i = 0; i < tallies->cells.count; i++)
        free_cell(tallies->cells.items[i]);
    free_gone(tallies);
    free(tallies->cells.items);
    free(tallies->gone.items);
    free(tallies->documents.items);
    free(tallies->states.items);
    free(tallies);
}

/* ---- words ---- */

static struct cdi_text copy_of(struct cdi_text text)
{
    if (!cdi_text_said(text))
        return CDI_TEXT_NONE;
    char *at = malloc(text.size + 1);
    CDI_ASSERT(at != NULL);
    memcpy(at, text.at, text.size);
    return (struct cdi_text){ at, text.size };
}

struct cdi_text cdi_tally_words_hold(struct cdi_tally_words *words, struct cdi_text word)
{
    if (!cdi_text_said(word) || word.size == 0)
        return CDI_TEXT_NONE;
    for (size_t i = 0; i < words->count; i++)
        if (cdi_text_same(words->words[i], word))
            return words->words[i];
    if (words->count == CDI_TALLY_WORDS_MAX || cdi_text_same(word, CDI_TALLY_OTHER))
        return CDI_TALLY_OTHER;
    return words->words[words->count++] = copy_of(word);
}

/* ---- cells ---- */

static int compare(const struct cdi_tally *tally, struct cdi_text force, struct cdi_text area, int32_t day)
{
    int order = cdi_text_compare(tally->force, force);
    if (order == 0)
        order = cdi_text_compare(tally->area, area);
    return order != 0 ? order : (tally->day > day) - (tally->day < day);
}

/* Where it is, or would be. */
static uint32_t place_of(const struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text area, int32_t day, bool *there)
{
    uint32_t low = 0, high = tallies->cells.count;
    *there = false;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = compare(&tallies->cells.items[middle]->tally, force, area, day);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The cells of a force stand together: it is asked of those alone, for others may be many. */
static bool crowded(const struct cdi_tallies *tallies, struct cdi_text force, int32_t day)
{
    bool there;
    uint32_t areas = 0;
    for (uint32_t i = place_of(tallies, force, CDI_TEXT_NONE, INT32_MIN, &there); i < tallies->cells.count; i++) {
        const struct cdi_tally *tally = &tallies->cells.items[i]->tally;
        if (!cdi_text_same(tally->force, force))
            break;
        areas += tally->day == day;
    }
    return areas >= CDI_TALLY_AREAS_MAX;
}

static struct cdi_tally_cell *cell_make(struct cdi_tallies *tallies, uint32_t at, struct cdi_text force, struct cdi_text area,
                                        int32_t day)
{
    struct cdi_tally_cell *cell = calloc(1, sizeof *cell);
    CDI_ASSERT(cell != NULL);
    cell->tally = (struct cdi_tally){ .force = copy_of(force), .area = copy_of(area), .day = day, .time = CDI_INSTANT_NONE };
    put(&tallies->cells, at, cell);
    return cell;
}

static struct cdi_tally_cell *cell_for(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text area, int32_t day)
{
    bool there;
    if (area.size == 0)
        area = CDI_TEXT_NONE;
    if (tallies->last != NULL && compare(&tallies->last->tally, force, area, day) == 0)
        return tallies->last;
    uint32_t at = place_of(tallies, force, area, day, &there);
    if (!there && !cdi_text_same(area, CDI_TALLY_OTHER) && crowded(tallies, force, day))
        return cell_for(tallies, force, CDI_TALLY_OTHER, day);
    tallies->last = there ? tallies->cells.items[at] : cell_make(tallies, at, force, area, day);
    return tallies->last;
}

/* ---- time ---- */

static bool past(const struct cdi_tallies *tallies, int32_t day)
{
    return day != CDI_TALLY_UNDATED && tallies->today != CDI_TALLY_UNDATED && (int64_t)tallies->today - day > tallies->days;
}

static void want_state(struct cdi_tallies *tallies, struct cdi_tally_cell *cell)
{
    if (!cell->state_due)
        put(&tallies->states, tallies->states.count, cell);
    cell->state_due = true;
}

static void want_document(struct cdi_tallies *tallies, struct cdi_tally_cell *cell)
{
    if (!cell->document_due)
        put(&tallies->documents, tallies->documents.count, cell);
    cell->document_due = true;
}

static void give_up(struct cdi_tallies *tallies, struct cdi_tally_cell *cell)
{
    cell->given_up = true;
    want_state(tallies, cell);
}

void cdi_tallies_today(struct cdi_tallies *tallies, int32_t day)
{
    free_gone(tallies);
    if (tallies->today != CDI_TALLY_UNDATED && day <= tallies->today)
        return;
    tallies->today = day;
    for (uint32_t i = 0; i < tallies->cells.count; i++) {
        struct cdi_tally_cell *cell = tallies->cells.items[i];
        if (past(tallies, cell->tally.day) && !cell->document_due && !cell->given_up)
            give_up(tallies, cell);
    }
}

/* ---- counting ---- */

/* A row of nothing is no row: else what is counted would depend on what was counted before. */
static void drop_row(struct cdi_tally *tally, struct cdi_tally_row *row)
{
    cdi_tally_row_release(row);
    tally->row_count--;
    memmove(row, row + 1, (tally->row_count - (uint32_t)(row - tally->rows)) * sizeof *row);
}

typedef void apply_part(struct cdi_tally_row *row, unsigned slot, uint32_t count);

static void apply_item(struct cdi_tallies *tallies, struct cdi_text force, const struct cdi_tally_item *item, apply_part *apply)
{
    struct cdi_tally_key key = item->key;
    if (past(tallies, item->day))
        return;
    struct cdi_tally_cell *cell = cell_for(tallies, force, item->area, item->day);
    key.channel = cdi_tally_words_hold(&cell->channels, key.channel);
    key.source = cdi_tally_words_hold(&cell->sources, key.source);
    struct cdi_tally_row *row = cdi_tally_row_for(&cell->tally, &key);
    for (uint32_t i = 0; i < item->part_count; i++)
        apply(row, item->parts[i].slot, item->parts[i].count);
    if (row->part_count == 0)
        drop_row(&cell->tally, row);
    want_document(tallies, cell);
    want_state(tallies, cell);
}

static void apply_all(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text packed, apply_part *apply)
{
    struct cdi_tally_item item;
    const uint8_t *bytes = (const uint8_t *)packed.at;
    struct cdi_reader r = { .at = bytes, .end = bytes == NULL ? NULL : bytes + packed.size };
    if (packed.size == 0)
        return;
    uint64_t left = cdi_get_count(&r, CDI_TALLY_ITEMS_MAX);
    while (cdi_tally_next_item(&r, &left, &item))
        apply_item(tallies, force, &item, apply);
    CDI_ASSERT(!r.failed);
}

void cdi_tallies_move(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text before, struct cdi_text after)
{
    apply_all(tallies, force, before, cdi_tally_row_take_off);
    apply_all(tallies, force, after, cdi_tally_row_add);
}

/* ---- what is to be written ---- */

bool cdi_tallies_any_document(const struct cdi_tallies *tallies) { return tallies->documents.count > 0; }
bool cdi_tallies_any_state(const struct cdi_tallies *tallies) { return tallies->states.count > 0; }

const struct cdi_tally *cdi_tallies_next_document(struct cdi_tallies *tallies, struct cdi_instant time)
{
    if (tallies->documents.count == 0)
        return NULL;
    struct cdi_tally_cell *cell = tallies->documents.items[--tallies->documents.count];
    cell->document_due = false;
    cell->tally.version++;
    cell->tally.time = time;
    want_state(tallies, cell);
    if (past(tallies, cell->tally.day))         /* it waited for this */
        give_up(tallies, cell);
    return &cell->tally;
}

static void take_out(struct cells *cells, const struct cdi_tally_cell *cell)
{
    for (uint32_t i = 0; i < cells->count; i++)
        if (cells->items[i] == cell) {
            cells->count--;
            memmove(cells->items + i, cells->items + i + 1, (cells->count - i) * sizeof *cells->items);
            return;
        }
}

static void let_go(struct cdi_tallies *tallies, struct cdi_tally_cell *cell)
{
    take_out(&tallies->cells, cell);
    if (cell->document_due)
        take_out(&tallies->documents, cell);
    if (cell->state_due)
        take_out(&tallies->states, cell);
    if (tallies->last == cell)
        tallies->last = NULL;
    tallies->bytes -= cell->bytes;
    put(&tallies->gone, tallies->gone.count, cell);
}

static void weigh(struct cdi_tallies *tallies, struct cdi_tally_cell *cell)
{
    size_t bytes = sizeof *cell + cell->tally.row_room * sizeof *cell->tally.rows;
    for (uint32_t i = 0; i < cell->tally.row_count; i++)
        bytes += cell->tally.rows[i].part_room * sizeof *cell->tally.rows[i].parts;
    tallies->bytes += bytes - cell->bytes;
    cell->bytes = bytes;
}

bool cdi_tallies_next_state(struct cdi_tallies *tallies, struct cdi_text *force, struct cdi_text *reference, struct cdi_text *packed,
                            struct cdi_scratch *scratch)
{
    if (tallies->states.count == 0)
        return false;
    struct cdi_tally_cell *cell = tallies->states.items[--tallies->states.count];
    cell->state_due = false;
    weigh(tallies, cell);
    *force = cdi_scratch_text(scratch, cell->tally.force);
    *reference = cdi_tally_reference(&cell->tally, scratch);
    *packed = cell->given_up ? CDI_TEXT_NONE : cdi_tally_pack_cell(cell, scratch);
    if (cell->given_up)
        let_go(tallies, cell);
    return true;
}

bool cdi_tallies_restore(struct cdi_tallies *tallies, struct cdi_text force, struct cdi_text reference, struct cdi_text packed,
                         struct cdi_error *err)
{
    struct cdi_text area;
    int32_t day;
    bool there;
    if (!cdi_tally_read_reference(reference, &area, &day))
        return cdi_fail(err, CDI_ERROR_CORRUPT, "the key of a tally does not end in area and day; rebuild the changelog from the inputs");
    uint32_t at = place_of(tallies, force, area, day, &there);
    if (there)                                  /* an earlier record of it */
        let_go(tallies, tallies->cells.items[at]);
    if (packed.size == 0)
        return true;
    struct cdi_tally_cell *cell = cell_make(tallies, at, force, area, day);
    if (!cdi_tally_unpack_cell(packed, cell, err))
        return false;
    weigh(tallies, cell);
    bool due = cell->document_due;
    cell->document_due = false;
    if (due)
        want_document(tallies, cell);
    return true;
}

void cdi_tallies_each(const struct cdi_tallies *tallies, bool (*visit)(void *context, const struct cdi_tally *tally), void *context)
{
    for (uint32_t i = 0; i < tallies->cells.count; i++)
        if (!visit(context, &tallies->cells.items[i]->tally))
            return;
}

size_t cdi_tallies_bytes(const struct cdi_tallies *tallies)
{
    return tallies->bytes + (tallies->cells.room + tallies->documents.room + tallies->states.room) * sizeof(void *);
}
