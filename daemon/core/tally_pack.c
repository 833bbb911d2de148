/* Contributions and cells as bytes. */
#include <stdio.h>
#include <string.h>

#include "core/lag.h"
#include "core/state.h"
#include "core/tally_inside.h"
#include "core/tally_row.h"

enum { SLOTS_END = CDI_TALLY_LAGS + CDI_LAG_BUCKETS, UNDATED = 0 };

void cdi_tally_item_add(struct cdi_tally_item *item, unsigned slot, uint32_t count)
{
    uint32_t at = 0;
    while (at < item->part_count && item->parts[at].slot < slot)
        at++;
    if (count == 0)
        return;
    if (at == item->part_count || item->parts[at].slot != slot) {
        CDI_ASSERT(item->part_count < CDI_TALLY_PARTS_MAX);
        memmove(item->parts + at + 1, item->parts + at, (item->part_count - at) * sizeof *item->parts);
        item->parts[at] = (struct cdi_tally_part){ (uint16_t)slot, 0 };
        item->part_count++;
    }
    item->parts[at].count += count;
}

/* ---- shared by both ---- */

/* 0 is undated; else one more than the day, zigzag. */
static void put_day(struct cdi_writer *w, int32_t day) { cdi_put_number(w, day == CDI_TALLY_UNDATED ? UNDATED : cdi_zigzag(day) + 1); }

static int32_t get_day(struct cdi_reader *r)
{
    uint64_t said = cdi_get_count(r, UINT32_MAX);
    return said == UNDATED ? CDI_TALLY_UNDATED : (int32_t)cdi_unzigzag(said - 1);
}

static void put_key(struct cdi_writer *w, const struct cdi_tally_key *key)
{
    cdi_put_byte(w, (uint8_t)(key->of << 4 | key->category));
    cdi_put_text(w, key->channel);
    cdi_put_text(w, key->source);
}
_Static_assert(CDI_CATEGORY_COUNT < 16, "of what, and a category or none, share a byte");

static void get_key(struct cdi_reader *r, struct cdi_tally_key *key)
{
    uint8_t head = cdi_get_byte(r);
    r->failed = r->failed || head >> 4 > CDI_TALLY_OF_CRIMES || (head & 15) > CDI_CATEGORY_COUNT;
    *key = (struct cdi_tally_key){ .of = (enum cdi_tally_of)(head >> 4), .category = head & 15 };
    key->channel = cdi_get_text(r);
    key->source = cdi_get_text(r);
}

static void put_parts(struct cdi_writer *w, const struct cdi_tally_part *parts, uint32_t count)
{
    cdi_put_number(w, count);
    for (uint32_t i = 0; i < count; i++) {
        cdi_put_number(w, parts[i].slot);
        cdi_put_number(w, parts[i].count);
    }
}

static bool get_part(struct cdi_reader *r, int *last, struct cdi_tally_part *part)
{
    part->slot = (uint16_t)cdi_get_count(r, SLOTS_END - 1);
    part->count = (uint32_t)cdi_get_count(r, UINT32_MAX);
    r->failed = r->failed || part->slot <= *last || part->count == 0;
    *last = part->slot;
    return !r->failed;
}

/* ---- contributions ---- */

struct cdi_text cdi_contribution_pack(const struct cdi_contribution *from, struct cdi_scratch *scratch)
{
    struct cdi_writer w = { .scratch = scratch };
    size_t count = 0;
    for (size_t i = 0; i < from->item_count; i++)
        count += from->items[i].part_count != 0;
    if (count == 0 && from->taken_count == 0)
        return CDI_TEXT_NONE;
    CDI_ASSERT(count <= CDI_TALLY_ITEMS_MAX && from->taken_count <= CDI_TALLY_TAKEN_MAX);
    cdi_put_number(&w, count);
    for (size_t i = 0; i < from->item_count; i++) {
        const struct cdi_tally_item *item = &from->items[i];
        if (item->part_count == 0)
            continue;
        put_day(&w, item->day);
        cdi_put_text(&w, item->area);
        put_key(&w, &item->key);
        put_parts(&w, item->parts, item->part_count);
    }
    cdi_put_number(&w, from->taken_count);
    for (size_t i = 0; i < from->taken_count; i++)
        cdi_put_text(&w, from->taken[i]);
    return cdi_writer_done(&w);
}

static struct cdi_reader reader_of(struct cdi_text packed)
{
    const uint8_t *bytes = (const uint8_t *)packed.at;
    return (struct cdi_reader){ .at = bytes, .end = bytes == NULL ? NULL : bytes + packed.size };
}

bool cdi_tally_next_item(struct cdi_reader *r, uint64_t *left, struct cdi_tally_item *item)
{
    int last = -1;
    if (*left == 0 || r->failed)
        return false;
    --*left;
    item->day = get_day(r);
    item->area = cdi_get_text(r);
    get_key(r, &item->key);
    item->part_count = (uint32_t)cdi_get_count(r, CDI_TALLY_PARTS_MAX);
    for (uint32_t i = 0; i < item->part_count; i++)
        if (!get_part(r, &last, &item->parts[i]))
            return false;
    return !r->failed;
}

size_t cdi_contribution_taken(struct cdi_text packed, struct cdi_text *taken)
{
    struct cdi_tally_item item;
    struct cdi_reader r = reader_of(packed);
    if (packed.size == 0)
        return 0;
    uint64_t left = cdi_get_count(&r, CDI_TALLY_ITEMS_MAX);
    while (cdi_tally_next_item(&r, &left, &item))
        ;
    size_t count = (size_t)cdi_get_count(&r, CDI_TALLY_TAKEN_MAX);
    for (size_t i = 0; i < count; i++)
        taken[i] = cdi_get_text(&r);
    return r.failed ? 0 : count;
}

bool cdi_contribution_valid(struct cdi_text packed)
{
    struct cdi_tally_item item;
    struct cdi_reader r = reader_of(packed);
    uint64_t left = cdi_get_count(&r, CDI_TALLY_ITEMS_MAX);
    while (cdi_tally_next_item(&r, &left, &item))
        r.failed = r.failed || item.area.size > CDI_WORD_MAX || item.key.channel.size > CDI_WORD_MAX ||
                   item.key.source.size > CDI_WORD_MAX;
    for (uint64_t taken = cdi_get_count(&r, CDI_TALLY_TAKEN_MAX); taken > 0 && !r.failed; taken--)
        r.failed = !cdi_text_said(cdi_get_text(&r));
    return !r.failed && r.at == r.end;
}

/* ---- cells ---- */

struct cdi_text cdi_tally_reference(const struct cdi_tally *tally, struct cdi_scratch *scratch)
{
    char day[CDI_TALLY_DAY_SIZE];
    cdi_tally_day_format(tally->day, day);
    size_t room = tally->area.size + sizeof day + 2;
    char *text = cdi_scratch_take(scratch, room);
    int size = snprintf(text, room, "%.*s/%s", CDI_TEXT_ARGS(tally->area), day);
    return (struct cdi_text){ text, (size_t)size };
}

bool cdi_tally_read_reference(struct cdi_text reference, struct cdi_text *area, int32_t *day)
{
    size_t slash = reference.size;
    while (slash > 0 && reference.at[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return false;
    *area = slash == 1 ? CDI_TEXT_NONE : (struct cdi_text){ reference.at, slash - 1 };
    return area->size <= CDI_WORD_MAX &&
           cdi_tally_day_from((struct cdi_text){ reference.at + slash, reference.size - slash }, day);
}

static void put_words(struct cdi_writer *w, const struct cdi_tally_words *words)
{
    cdi_put_number(w, words->count);
    for (size_t i = 0; i < words->count; i++)
        cdi_put_text(w, words->words[i]);
}

struct cdi_text cdi_tally_pack_cell(const struct cdi_tally_cell *cell, struct cdi_scratch *scratch)
{
    const struct cdi_tally *tally = &cell->tally;
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_TALLY, tally->force, cdi_tally_reference(tally, scratch));
    cdi_put_number(&w, tally->version);
    cdi_put_byte(&w, cell->document_due);
    put_words(&w, &cell->channels);
    put_words(&w, &cell->sources);
    cdi_put_number(&w, tally->row_count);
    for (uint32_t i = 0; i < tally->row_count; i++) {
        put_key(&w, &tally->rows[i].key);
        put_parts(&w, tally->rows[i].parts, tally->rows[i].part_count);
    }
    return cdi_writer_done(&w);
}

static void get_words(struct cdi_reader *r, struct cdi_tally_words *words)
{
    size_t count = (size_t)cdi_get_count(r, CDI_TALLY_WORDS_MAX);
    for (size_t i = 0; i < count && !r->failed; i++) {
        struct cdi_text word = cdi_get_text(r);
        r->failed = r->failed || !cdi_text_said(word) || word.size > CDI_WORD_MAX;
        if (!r->failed)
            cdi_tally_words_hold(words, word);
    }
}

static void get_row(struct cdi_reader *r, struct cdi_tally_cell *cell)
{
    struct cdi_tally_key key;
    struct cdi_tally_part part;
    int last = -1;
    get_key(r, &key);
    uint64_t parts = cdi_get_count(r, SLOTS_END);
    if (r->failed)
        return;
    key.channel = cdi_tally_words_hold(&cell->channels, key.channel);
    key.source = cdi_tally_words_hold(&cell->sources, key.source);
    struct cdi_tally_row *row = cdi_tally_row_for(&cell->tally, &key);
    while (parts-- > 0 && get_part(r, &last, &part))
        cdi_tally_row_add(row, part.slot, part.count);
}

bool cdi_tally_unpack_cell(struct cdi_text packed, struct cdi_tally_cell *cell, struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text force, reference, area;
    int32_t day;
    if (!cdi_reader_start(&r, packed, CDI_CASE_TALLY, NULL, &force, &reference))
        return cdi_reader_done(&r, err);
    r.failed = !cdi_tally_read_reference(reference, &area, &day) || day != cell->tally.day ||
               !cdi_text_same(area, cell->tally.area) || !cdi_text_same(force, cell->tally.force);
    cell->tally.version = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    cell->document_due = cdi_get_count(&r, 1) != 0;
    get_words(&r, &cell->channels);
    get_words(&r, &cell->sources);
    for (uint64_t rows = cdi_get_number(&r); rows > 0 && !r.failed; rows--)
        get_row(&r, cell);
    return cdi_reader_done(&r, err);
}
