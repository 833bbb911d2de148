#include "codec/frequencies.h"

#include <stdlib.h>
#include <string.h>

#include "codec/tokens_fold.h"

enum { SURNAME, PLACE, UPRN, POSTCODE, KIND_COUNT };
static const char *const kinds[KIND_COUNT] = { "surname", "place", "uprn", "postcode" };

enum { MILLION = 1000000, VALUE_MAX = 100, SOUND_MAX = 8 };

struct row { int kind; struct cdi_text value; int64_t per_million; };

static const struct cdi_bind_column columns[] = {
    { "kind", CDI_BIND_WORD, offsetof(struct row, kind), .required = true, .key = true, CDI_BIND_WORDS(kinds) },
    { "value", CDI_BIND_TEXT, offsetof(struct row, value), .required = true, .key = true, .most = VALUE_MAX },
    { "per_million", CDI_BIND_INTEGER, offsetof(struct row, per_million), .required = true, .least = 1, .most = MILLION },
};

static const struct cdi_bind_table table = {
    "frequencies.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), KIND_COUNT, 5000
};

/* One that is more common than any: what its likeness says less.  `sound` of a surname. */
struct common { int kind; char sound[SOUND_MAX]; struct cdi_text value; int64_t per_million; };
struct cdi_frequencies { struct common *items; size_t count; int64_t any[KIND_COUNT]; struct cdi_table_store *store; };

/* ---- reading ---- */

int32_t cdi_log2_thousandths(uint64_t more, uint64_t less)
{
    enum { POINT = 31 };                        /* binary places of the mantissa, which lies in [1, 2) */
    int64_t bits = 0;
    while (more / 2 >= less) {
        less *= 2;
        bits++;
    }
    uint64_t mantissa = (more << POINT) / less, fraction = 0;
    for (int i = 0; i < 20; i++) {              /* squared, it tells one binary place of its logarithm after the other */
        mantissa = mantissa * mantissa >> POINT;
        fraction *= 2;
        if (mantissa >= UINT64_C(2) << POINT) {
            mantissa /= 2;
            fraction++;
        }
    }
    return (int32_t)(1000 * bits + (int64_t)(1000 * fraction >> 20));
}

/* "s530": of a name's sound and initial only the sound. */
static bool sound_of(struct cdi_text surname, char sound[SOUND_MAX])
{
    char folded[CDI_FOLD_MAX];
    size_t size = cdi_fold_phonetic(surname, folded), end = 0;
    while (end < size && folded[end] != ' ')
        end++;
    memset(sound, 0, SOUND_MAX);
    if (end == 0 || end >= SOUND_MAX || (folded[0] >= '0' && folded[0] <= '9'))
        return false;
    memcpy(sound, folded, end);
    return true;
}

static bool take_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t i, struct cdi_frequencies *frequencies)
{
    const struct row *row = &((const struct row *)bound->rows)[i];
    struct common found = { .kind = row->kind, .value = row->value, .per_million = row->per_million };
    if (cdi_text_is_caseless(row->value, "ANY")) {
        frequencies->any[row->kind] = row->per_million;
        return true;
    }
    if (row->kind == SURNAME && !sound_of(row->value, found.sound))
        return cdi_bind_fail(binder, bound, i, "value", "\"%.*s\" is no surname: letters are wanted", CDI_TEXT_ARGS(row->value));
    for (size_t j = 0; row->kind == SURNAME && j < frequencies->count; j++)
        if (memcmp(frequencies->items[j].sound, found.sound, SOUND_MAX) == 0) {
            frequencies->items[j].per_million += row->per_million;
            return true;
        }
    frequencies->items[frequencies->count++] = found;
    return true;
}

struct cdi_frequencies *cdi_frequencies_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return NULL;
    bool right = cdi_bind(binder, &table, bytes, &bound);
    struct cdi_frequencies *frequencies = cdi_table_store_take(binder->store, 1, sizeof *frequencies);
    struct common *items = cdi_table_store_take(binder->store, bound.count + 1, sizeof *items);
    if (frequencies == NULL || items == NULL) {
        cdi_bind_fail_file(binder, table.name, "no memory to read the table");
        return NULL;
    }
    *frequencies = (struct cdi_frequencies){ .items = items, .store = binder->store };
    for (size_t i = 0; i < bound.count; i++)
        right = take_row(binder, &bound, i, frequencies) && right;
    for (int kind = 0; right && kind < KIND_COUNT; kind++)
        if (frequencies->any[kind] == 0)
            right = cdi_bind_fail_file(binder, table.name, "%s,ANY has no row: add one, how many of a million two met by chance share", kinds[kind]);
    return right ? frequencies : NULL;
}

/* ---- as tokens ---- */

static void put(struct cdi_common *slots, uint32_t mask, uint64_t token, int32_t less)
{
    uint32_t slot = (uint32_t)token & mask;
    while (slots[slot].token != 0 && slots[slot].token != token)
        slot = (slot + 1) & mask;
    if (token != 0 && (slots[slot].token == 0 || less < slots[slot].less))
        slots[slot] = (struct cdi_common){ token, less };
}

/* A surname stands with every initial: the token is of both. */
static void put_surname(struct cdi_common *slots, uint32_t mask, struct cdi_text surname, int32_t less, struct cdi_tokeniser *tokeniser)
{
    char name[VALUE_MAX + 2] = "a ";
    memcpy(name + 2, surname.at, surname.size);
    for (char initial = 'a'; initial <= 'z'; initial++) {
        name[0] = initial;
        put(slots, mask, cdi_token_phonetic(tokeniser, (struct cdi_text){ name, surname.size + 2 }), less);
    }
}

bool cdi_frequencies_bind(const struct cdi_frequencies *frequencies, struct cdi_tables *tables, struct cdi_tokeniser *tokeniser,
                          struct cdi_error *err)
{
    size_t slots = cdi_tables_slots(26 * frequencies->count);
    struct cdi_common *common = cdi_table_store_take(frequencies->store, slots, sizeof *common);
    if (common == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the frequencies of names and places");
    uint32_t mask = (uint32_t)slots - 1;
    for (size_t i = 0; i < frequencies->count; i++) {
        const struct common *item = &frequencies->items[i];
        int64_t any = frequencies->any[item->kind];
        int32_t less = item->per_million <= any ? 0 : -cdi_log2_thousandths((uint64_t)item->per_million, (uint64_t)any);
        if (less == 0)
            continue;
        if (item->kind == SURNAME)
            put_surname(common, mask, item->value, less, tokeniser);
        else
            put(common, mask, item->kind == PLACE ? cdi_token_place(tokeniser, item->value)
                              : item->kind == UPRN ? cdi_token_uprn(tokeniser, item->value)
                                                   : cdi_token_postcode(tokeniser, item->value), less);
    }
    tables->common = common;
    tables->common_mask = mask;
    return true;
}
