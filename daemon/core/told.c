#include "core/told.h"

/* The phrase that tells the n-th code, if it is held and the code is of the class. */
static uint16_t held(const struct cdi_tables *tables, size_t n, struct cdi_held_phrases said, uint16_t offence)
{
    if (tables->told[n].offence != offence)
        return CDI_PHRASE_NONE;
    uint16_t phrase = cdi_evidence_phrase(&tables->evidence, tables->told[n].phrase);
    if (phrase == CDI_PHRASE_NONE || ((said.asserted[phrase / 64] | said.hearsay[phrase / 64]) >> (phrase % 64) & 1) == 0)
        return CDI_PHRASE_NONE;
    return phrase;
}

struct cdi_told cdi_told(const struct cdi_tables *tables, struct cdi_held_phrases said, uint16_t offence)
{
    struct cdi_told told = { .rank = 0 };
    for (size_t i = 0; i < tables->told_count; i++) {
        if (held(tables, i, said, offence) == CDI_PHRASE_NONE)
            continue;
        const struct cdi_offence_code *code = &tables->codes[tables->told[i].code];
        told.never_absorbed = told.never_absorbed || code->never_absorbed;
        told.breach = told.breach || code->breach_of_order;
        if (code->rank != CDI_RANK_NONE && (told.rank == 0 || code->rank < told.rank))
            told.rank = code->rank;
    }
    return told;
}

uint16_t cdi_told_breach(const struct cdi_tables *tables, size_t n, struct cdi_held_phrases said, uint16_t offence)
{
    return tables->codes[tables->told[n].code].breach_of_order ? held(tables, n, said, offence) : CDI_PHRASE_NONE;
}

bool cdi_told_breaches(const struct cdi_tables *tables, uint16_t offence)
{
    for (size_t i = 0; i < tables->told_count; i++) {
        if (tables->told[i].offence == offence && tables->codes[tables->told[i].code].breach_of_order)
            return true;
    }
    return false;
}

bool cdi_told_by(const struct cdi_tables *tables, uint32_t phrase, uint16_t offence)
{
    for (size_t i = 0; i < tables->told_count; i++) {
        const struct cdi_offence_code *code = &tables->codes[tables->told[i].code];
        if (tables->told[i].phrase == phrase && code->offence == offence && code->breach_of_order)
            return true;
    }
    return false;
}
