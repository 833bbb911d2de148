#include "core/tally_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

static const char *const count_words[CDI_TALLY_COUNTS] = {
#define X(upper, lower) #lower,
    CDI_TALLY_COUNT_LIST(X)
#undef X
};
static const char *const age_words[CDI_TALLY_AGES] = {
#define X(upper, lower) #lower,
    CDI_TALLY_AGE_LIST(X)
#undef X
};

const char *cdi_tally_count_word(enum cdi_tally_slot count) { return count < CDI_TALLY_COUNTS ? count_words[count] : "unknown"; }
const char *cdi_tally_age_word(enum cdi_tally_age age) { return age < CDI_TALLY_AGES ? age_words[age] : "unknown"; }

void cdi_tally_day_format(int32_t day, char out[CDI_TALLY_DAY_SIZE])
{
    char text[CDI_INSTANT_TEXT_SIZE];
    cdi_instant_format((struct cdi_instant){ (int64_t)day * CDI_DAYS(1).ms }, text);
    snprintf(out, CDI_TALLY_DAY_SIZE, "%.10s", day == CDI_TALLY_UNDATED ? "undated" : text);
}

static bool digits(const char *at, size_t count, int *number)
{
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        *number = *number * 10 + (at[i] - '0');
    }
    return true;
}

bool cdi_tally_day_from(struct cdi_text text, int32_t *day)
{
    struct cdi_civil civil = { .year = 0 };
    *day = CDI_TALLY_UNDATED;
    if (cdi_text_is(text, "undated"))
        return true;
    if (text.size != 10 || text.at[4] != '-' || text.at[7] != '-' || !digits(text.at, 4, &civil.year) ||
        !digits(text.at + 5, 2, &civil.month) || !digits(text.at + 8, 2, &civil.day) || !cdi_civil_valid(&civil))
        return false;
    int64_t ms = cdi_civil_to_utc(&civil).ms, length = CDI_DAYS(1).ms;
    *day = (int32_t)(ms / length - (ms % length < 0));
    return true;
}

/* The first part that is not below the slot. */
static uint32_t part_at(const struct cdi_tally_row *row, unsigned slot)
{
    uint32_t low = 0, high = row->part_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (row->parts[middle].slot < slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t cdi_tally_count(const struct cdi_tally_row *row, unsigned slot)
{
    uint32_t at = part_at(row, slot);
    return at < row->part_count && row->parts[at].slot == slot ? row->parts[at].count : 0;
}

/* Room for one more of a thing. */
static void *grow(void *items, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room == 0 ? 8 : *room * 2;
    items = realloc(items, *room * size);
    CDI_ASSERT(items != NULL);
    return items;
}

void cdi_tally_row_add(struct cdi_tally_row *row, unsigned slot, uint32_t count)
{
    uint32_t at = part_at(row, slot);
    if (count == 0)
        return;
    if (at == row->part_count || row->parts[at].slot != slot) {
        row->parts = grow(row->parts, row->part_count, &row->part_room, sizeof *row->parts);
        memmove(row->parts + at + 1, row->parts + at, (row->part_count - at) * sizeof *row->parts);
        row->parts[at] = (struct cdi_tally_part){ (uint16_t)slot, 0 };
        row->part_count++;
    }
    struct cdi_tally_part *part = &row->parts[at];
    part->count = part->count > UINT32_MAX - count ? UINT32_MAX : part->count + count;
}

void cdi_tally_row_take_off(struct cdi_tally_row *row, unsigned slot, uint32_t count)
{
    uint32_t at = part_at(row, slot);
    if (at == row->part_count || row->parts[at].slot != slot)
        return;
    if (row->parts[at].count > count) {
        row->parts[at].count -= count;
        return;
    }
    row->part_count--;
    memmove(row->parts + at, row->parts + at + 1, (row->part_count - at) * sizeof *row->parts);
}

void cdi_tally_row_join(struct cdi_tally_row *into, const struct cdi_tally_row *other)
{
    for (uint32_t i = 0; i < other->part_count; i++)
        cdi_tally_row_add(into, other->parts[i].slot, other->parts[i].count);
}

void cdi_tally_row_release(struct cdi_tally_row *row)
{
    free(row->parts);
    row->parts = NULL;
    row->part_count = row->part_room = 0;
}

int cdi_tally_key_compare(const struct cdi_tally_key *a, const struct cdi_tally_key *b)
{
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    if (a->category != b->category)
        return a->category < b->category ? -1 : 1;
    int order = cdi_text_compare(a->channel, b->channel);
    return order != 0 ? order : cdi_text_compare(a->source, b->source);
}

struct cdi_tally_row *cdi_tally_row_for(struct cdi_tally *tally, const struct cdi_tally_key *key)
{
    uint32_t low = 0, high = tally->row_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = cdi_tally_key_compare(&tally->rows[middle].key, key);
        if (order == 0)
            return &tally->rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    tally->rows = grow(tally->rows, tally->row_count, &tally->row_room, sizeof *tally->rows);
    memmove(tally->rows + low + 1, tally->rows + low, (tally->row_count - low) * sizeof *tally->rows);
    tally->rows[low] = (struct cdi_tally_row){ .key = *key };
    tally->row_count++;
    return &tally->rows[low];
}

void cdi_tally_release(struct cdi_tally *tally)
{
    for (uint32_t i = 0; i < tally->row_count; i++)
        cdi_tally_row_release(&tally->rows[i]);
    free(tally->rows);
    tally->rows = NULL;
    tally->row_count = tally->row_room = 0;
}
