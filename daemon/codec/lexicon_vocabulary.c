#include "codec/lexicon_vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { BITS_FIRST = 8 };

static size_t home(const struct cdi_vocabulary_table *table, const struct cdi_spelling *spelling)
{
    uint64_t mixed = (spelling->part[0] ^ spelling->part[1] * 31) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> (64 - table->bits));
}

static bool same(const struct cdi_spelling *a, const struct cdi_spelling *b)
{
    return a->size == b->size && a->part[0] == b->part[0] && a->part[1] == b->part[1] && a->part[2] == b->part[2];
}

static uint16_t look_up(const struct cdi_vocabulary *vocabulary, const struct cdi_vocabulary_table *table,
                        const struct cdi_spelling *spelling)
{
    if (table->slots == NULL)
        return CDI_TERM_NONE;
    size_t mask = ((size_t)1 << table->bits) - 1, at = home(table, spelling);
    for (const struct cdi_vocabulary_slot *slot; (slot = &table->slots[at])->term != CDI_TERM_NONE; at = (at + 1) & mask)
        if (slot->first == spelling->part[0] && slot->size == spelling->size &&
            (slot->size <= 8 || same(&vocabulary->spellings[slot->term], spelling)))
            return slot->term;
    return CDI_TERM_NONE;
}

static void put(struct cdi_vocabulary_table *table, const struct cdi_spelling *spelling, uint16_t term)
{
    size_t mask = ((size_t)1 << table->bits) - 1, at = home(table, spelling);
    while (table->slots[at].term != CDI_TERM_NONE)
        at = (at + 1) & mask;
    table->slots[at] = (struct cdi_vocabulary_slot){ spelling->part[0], term, (uint16_t)spelling->size };
    table->used++;
}

/* At most half full, so that a word which is in no pattern is known to be so at the first look. */
static bool widen(struct cdi_vocabulary *vocabulary, struct cdi_vocabulary_table *table)
{
    struct cdi_vocabulary_table wider = { .bits = table->slots == NULL ? BITS_FIRST : table->bits + 1 };
    if (table->slots != NULL && table->used * 2 < (size_t)1 << table->bits)
        return true;
    wider.slots = calloc((size_t)1 << wider.bits, sizeof *wider.slots);
    if (wider.slots == NULL)
        return false;
    for (size_t i = 0; table->slots != NULL && i < (size_t)1 << table->bits; i++)
        if (table->slots[i].term != CDI_TERM_NONE)
            put(&wider, &vocabulary->spellings[table->slots[i].term], table->slots[i].term);
    free(table->slots);
    *table = wider;
    return true;
}

static bool room_for_one(struct cdi_vocabulary *vocabulary)
{
    if (vocabulary->count < vocabulary->room)
        return true;
    size_t room = vocabulary->room * 2 + 512;
    struct cdi_spelling *spellings = realloc(vocabulary->spellings, room * sizeof *spellings);
    vocabulary->spellings = spellings == NULL ? vocabulary->spellings : spellings;
    bool *begins = realloc(vocabulary->begins, room * sizeof *begins);
    vocabulary->begins = begins == NULL ? vocabulary->begins : begins;
    if (spellings == NULL || begins == NULL)
        return false;
    vocabulary->room = room;
    return true;
}

bool cdi_vocabulary_begin(struct cdi_vocabulary *vocabulary)
{
    *vocabulary = (struct cdi_vocabulary){ .count = 0 };
    if (!room_for_one(vocabulary))
        return false;
    memset(vocabulary->spellings, 0, CDI_TERMS_FIRST * sizeof *vocabulary->spellings);
    memset(vocabulary->begins, 0, CDI_TERMS_FIRST * sizeof *vocabulary->begins);
    vocabulary->count = CDI_TERMS_FIRST;
    return true;
}

static unsigned letter(const struct cdi_spelling *spelling, unsigned place)
{
    return (unsigned)(spelling->part[0] >> 8 * place) & 31;
}

/* Where it is one letter long, any second letter may follow. */
static void note_length(struct cdi_vocabulary *vocabulary, const struct cdi_spelling *spelling)
{
    for (unsigned second = 0; second < 32; second++)
        if (spelling->size == 1 || second == letter(spelling, 1))
            vocabulary->lengths[letter(spelling, 0)][second] |= UINT32_C(1) << spelling->size;
}

uint16_t cdi_vocabulary_add(struct cdi_vocabulary *vocabulary, const struct cdi_spelling *spelling, bool begins)
{
    struct cdi_vocabulary_table *table = begins ? &vocabulary->beginnings : &vocabulary->words;
    uint16_t known = look_up(vocabulary, table, spelling);
    if (known != CDI_TERM_NONE)
        return known;
    if (vocabulary->count == CDI_VOCABULARY_MAX || !room_for_one(vocabulary) || !widen(vocabulary, table))
        return CDI_TERM_NONE;
    uint16_t term = (uint16_t)vocabulary->count++;
    vocabulary->spellings[term] = *spelling;
    vocabulary->begins[term] = begins;
    put(table, spelling, term);
    if (begins)
        note_length(vocabulary, spelling);
    return term;
}

void cdi_vocabulary_finish(struct cdi_vocabulary *vocabulary)
{
    free(vocabulary->spellings);
    free(vocabulary->begins);
    free(vocabulary->words.slots);
    free(vocabulary->beginnings.slots);
    *vocabulary = (struct cdi_vocabulary){ .count = 0 };
}

static struct cdi_spelling first_letters(const struct cdi_spelling *spelling, unsigned size)
{
    struct cdi_spelling begun = { .size = size };
    for (unsigned part = 0, left = size; left > 0; part++) {
        begun.part[part] = left >= 8 ? spelling->part[part] : spelling->part[part] & ((UINT64_C(1) << 8 * left) - 1);
        left -= left >= 8 ? 8 : left;
    }
    return begun;
}

static bool is_number(const struct cdi_spelling *spelling)
{
    return (spelling->part[0] & 0xFF) >= '0' && (spelling->part[0] & 0xFF) <= '9';
}

uint16_t cdi_vocabulary_find(const struct cdi_vocabulary *vocabulary, const struct cdi_spelling *spelling)
{
    uint16_t term = look_up(vocabulary, &vocabulary->words, spelling);
    if (term != CDI_TERM_NONE)
        return term;
    for (uint32_t lengths = vocabulary->lengths[letter(spelling, 0)][letter(spelling, 1)]; lengths != 0;) {
        unsigned size = 31 - (unsigned)__builtin_clz(lengths);
        lengths ^= UINT32_C(1) << size;
        struct cdi_spelling begun = first_letters(spelling, size);
        term = size <= spelling->size ? look_up(vocabulary, &vocabulary->beginnings, &begun) : CDI_TERM_NONE;
        if (term != CDI_TERM_NONE)
            return term;
    }
    return is_number(spelling) ? CDI_TERM_NUMBER : CDI_TERM_NONE;
}

bool cdi_vocabulary_within(const struct cdi_vocabulary *vocabulary, size_t term, size_t other)
{
    const struct cdi_spelling *word = &vocabulary->spellings[term], *begun = &vocabulary->spellings[other];
    if (term == other || other == CDI_TERM_NONE)
        return true;
    if (other == CDI_TERM_NUMBER)
        return is_number(word);
    if (!vocabulary->begins[other] || begun->size > word->size)
        return false;
    struct cdi_spelling first = first_letters(word, begun->size);
    return same(&first, begun);
}
