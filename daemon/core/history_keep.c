/* Records that stand alone, after the full case was dropped: whose they are, and how they are written. */
#include "core/history_inside.h"

#include <string.h>

#include "core/pack.h"

/* ---- references in half bytes: figures and what parts them in one, any other byte in three ---- */

enum { DASH = 10, SLASH = 11, ANY_BYTE = 12, END = 15, HALVES = 2 * REFERENCE_BYTES };

struct halves { uint8_t *bytes; size_t count; bool full; };

static void put_half(struct halves *halves, unsigned half)
{
    halves->full = halves->full || halves->count == HALVES;
    if (halves->full)
        return;
    halves->bytes[halves->count / 2] |= (uint8_t)(half << (halves->count % 2 * 4));
    halves->count++;
}

/* False: it is too long. */
static bool shorten(struct cdi_text reference, uint8_t bytes[REFERENCE_BYTES])
{
    struct halves halves = { .bytes = bytes };
    memset(bytes, 0, REFERENCE_BYTES);
    for (size_t i = 0; i < reference.size; i++) {
        uint8_t byte = (uint8_t)reference.at[i];
        if (byte >= '0' && byte <= '9') {
            put_half(&halves, byte - '0');
        } else if (byte == '-' || byte == '/') {
            put_half(&halves, byte == '-' ? DASH : SLASH);
        } else {
            put_half(&halves, ANY_BYTE);
            put_half(&halves, byte >> 4);
            put_half(&halves, byte & 15u);
        }
    }
    bool fits = !halves.full;
    if (halves.count < HALVES)
        put_half(&halves, END);
    return fits;
}

static unsigned half_at(const uint8_t *bytes, size_t at) { return (unsigned)bytes[at / 2] >> (at % 2 * 4) & 15u; }

static struct cdi_text lengthen(const uint8_t bytes[REFERENCE_BYTES], struct cdi_scratch *scratch)
{
    char *text = cdi_scratch_take(scratch, HALVES);
    size_t size = 0;
    for (size_t at = 0; at < HALVES && half_at(bytes, at) != END; at++) {
        unsigned half = half_at(bytes, at);
        if (half == ANY_BYTE) {
            text[size++] = (char)(half_at(bytes, at + 1) << 4 | half_at(bytes, at + 2));
            at += 2;
        } else {
            text[size++] = half == DASH ? '-' : half == SLASH ? '/' : (char)('0' + half);
        }
    }
    return (struct cdi_text){ text, size };
}

struct cdi_text cdi_history_reference(const struct cdi_history *history, uint32_t first, struct cdi_scratch *scratch)
{
    const struct cell *cell = cell_at(history, first);
    struct cdi_text force, reference = CDI_TEXT_NONE;
    switch (form_of(cell)) {
    case FORM_HELD:
        cdi_caseload_key(history->load, CDI_CASE_INCIDENT, cell->whose.held.handle, &force, &reference);
        return cdi_scratch_text(scratch, reference);
    case FORM_SHORT:
        return lengthen(cell->whose.short_form, scratch);
    case FORM_LONG:
        reference = (struct cdi_text){ cdi_arena_at(&history->references, cell->whose.long_form.block), cell->whose.long_form.size };
        return cdi_scratch_text(scratch, reference);
    case FORM_FOLLOWS:
        break;
    }
    return reference;
}

/* Whose it is from now on.  False: no memory. */
static bool name_cell(struct cdi_history *history, struct cell *cell, struct cdi_text reference, bool alone, struct cdi_error *err)
{
    uint8_t bytes[REFERENCE_BYTES];
    enum form form = alone && shorten(reference, bytes) ? FORM_SHORT : FORM_LONG;
    uint32_t block = form == FORM_SHORT ? CDI_ARENA_NONE : cdi_arena_take(&history->references, reference.size);
    if (form == FORM_LONG && block == CDI_ARENA_NONE)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the reference of a history record");
    cell->kinds = (uint8_t)((cell->kinds & KINDS_MASK) | (unsigned)form << FORM_SHIFT);
    if (form == FORM_SHORT) {
        memcpy(cell->whose.short_form, bytes, sizeof bytes);
        return true;
    }
    memcpy(cdi_arena_at(&history->references, block), reference.at, reference.size);
    cell->whose.long_form.block = block;
    cell->whose.long_form.size = (uint8_t)reference.size;
    return true;
}

/* Named cells are those of a log from now on; without room for them the reference is given back. */
static bool add_named(struct cdi_history *history, const struct cell *cells, size_t count, uint32_t *number, struct cdi_error *err)
{
    if (cdi_history_add(history, cells, count, number, err))
        return true;
    if (form_of(&cells[0]) == FORM_LONG)
        cdi_arena_give(&history->references, cells[0].whose.long_form.block, cells[0].whose.long_form.size);
    return false;
}

static size_t copy_cells(const struct cdi_history *history, uint32_t first, struct cell cells[CDI_HISTORY_PERSONS_MAX])
{
    size_t count = 0;
    for (uint32_t number = first; number != 0; number = cdi_history_next(cell_at(history, number)))
        cells[count++] = *cell_at(history, number);
    return count;
}

bool cdi_history_keep(struct cdi_history *history, uint32_t handle, uint32_t *number, struct cdi_error *err)
{
    struct cell cells[CDI_HISTORY_PERSONS_MAX];
    struct cdi_text force, reference;
    uint32_t first = handle < history->case_room ? history->of_case[handle] : 0;
    *number = CDI_HANDLE_NONE;
    if (first == 0)
        return true;
    size_t count = copy_cells(history, first, cells);
    if (!cdi_history_room(history, count, err))
        return false;
    cdi_caseload_key(history->load, CDI_CASE_INCIDENT, handle, &force, &reference);
    uint32_t former = cdi_history_by_reference(history, cells[0].force, reference);
    if (former != 0)                            /* it was dropped before, and told anew */
        cdi_history_remove(history, former);
    if (!name_cell(history, &cells[0], reference, count == 1, err))
        return false;
    cdi_history_drop(history, handle);
    return add_named(history, cells, count, number, err);
}

uint32_t cdi_history_bound(const struct cdi_history *history) { return history->bound; }

bool cdi_history_kept(const struct cdi_history *history, uint32_t number)
{
    if (number == 0 || number >= history->bound || cell_at(history, number)->kinds == 0)
        return false;
    enum form form = form_of(cell_at(history, number));
    return form == FORM_SHORT || form == FORM_LONG;
}

struct cdi_instant cdi_history_received_at(const struct cdi_history *history, uint32_t number)
{
    return (struct cdi_instant){ (int64_t)cell_at(history, number)->when * 1000 };
}

void cdi_history_key(const struct cdi_history *history, uint32_t number, struct cdi_text *force, struct cdi_text *reference,
                     struct cdi_scratch *scratch)
{
    CDI_ASSERT(cdi_history_kept(history, number));
    const struct force *of = &history->forces[cell_at(history, number)->force];
    *force = (struct cdi_text){ of->text, of->size };
    *reference = cdi_history_reference(history, number, scratch);
}

uint32_t cdi_history_find(const struct cdi_history *history, struct cdi_text force, struct cdi_text reference)
{
    for (uint8_t i = 0; i < history->force_count; i++) {
        const struct force *of = &history->forces[i];
        if (!cdi_text_same((struct cdi_text){ of->text, of->size }, force))
            continue;
        uint32_t number = cdi_history_by_reference(history, i, reference);
        return number == 0 ? CDI_HANDLE_NONE : number;
    }
    return CDI_HANDLE_NONE;
}

void cdi_history_forget(struct cdi_history *history, uint32_t number)
{
    CDI_ASSERT(cdi_history_kept(history, number));
    cdi_history_remove(history, number);
}

/* ---- as state records ---- */

struct cdi_text cdi_history_pack(const struct cdi_history *history, uint32_t number, struct cdi_scratch *scratch)
{
    struct cell cells[CDI_HISTORY_PERSONS_MAX];
    struct cdi_text force, reference;
    cdi_history_key(history, number, &force, &reference, scratch);
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_HISTORY, force, reference);
    size_t count = copy_cells(history, number, cells);
    cdi_put_fixed(&w, cells[0].when, 4);
    cdi_put_byte(&w, cells[0].kinds & KINDS_MASK);
    cdi_put_fixed(&w, cells[0].place, 4);
    cdi_put_number(&w, count);
    for (size_t i = 0; i < count; i++)
        for (int role = 0; role < ROLE_COUNT; role++) {
            cdi_put_fixed(&w, cells[i].persons[role][BY_NAME], 4);
            cdi_put_fixed(&w, cells[i].persons[role][BY_ID], 4);
            cdi_put_byte(&w, cells[i].births[role]);
        }
    return cdi_writer_done(&w);
}

/* The cells of a packed record; 0: it was not packed by us. */
static size_t unpack_cells(struct cdi_reader *r, uint8_t force, struct cell cells[CDI_HISTORY_PERSONS_MAX])
{
    struct cell first = { .when = (uint32_t)cdi_get_fixed(r, 4), .kinds = cdi_get_byte(r), .force = force };
    uint32_t place = (uint32_t)cdi_get_fixed(r, 4);
    size_t count = (size_t)cdi_get_count(r, CDI_HISTORY_PERSONS_MAX);
    for (size_t i = 0; i < count; i++) {
        cells[i] = first;
        for (int role = 0; role < ROLE_COUNT; role++) {
            cells[i].persons[role][BY_NAME] = (uint32_t)cdi_get_fixed(r, 4);
            cells[i].persons[role][BY_ID] = (uint32_t)cdi_get_fixed(r, 4);
            cells[i].births[role] = cdi_get_byte(r);
        }
    }
    if (count > 0)
        cells[0].place = place;
    r->failed = r->failed || first.when == 0 || first.kinds == 0 || first.kinds >= 1 << CDI_PAST_KIND_COUNT;
    return r->failed ? 0 : count;
}

bool cdi_history_unpack(struct cdi_history *history, struct cdi_text packed, struct cdi_error *err)
{
    struct cell cells[CDI_HISTORY_PERSONS_MAX];
    struct cdi_text force_text, reference;
    struct cdi_reader r;
    uint8_t force = 0;
    if (!cdi_reader_start(&r, packed, CDI_CASE_HISTORY, NULL, &force_text, &reference) ||
        reference.size == 0 || !cdi_history_force(history, force_text, &force, err)) {
        r.failed = true;
        return cdi_reader_done(&r, err);
    }
    size_t count = unpack_cells(&r, force, cells);
    if (!cdi_reader_done(&r, err))
        return false;
    if (count == 0)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a history record of nobody; rebuild the changelog from the inputs");
    uint32_t before = cdi_history_by_reference(history, force, reference);
    if (before != 0)
        cdi_history_remove(history, before);
    return name_cell(history, &cells[0], reference, count == 1, err) && add_named(history, cells, count, &before, err);
}
