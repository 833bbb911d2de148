/* A graver degree told later.  The law (DOMAIN.md):
 *   R1 a crime that first becomes likely in a later entry is clocked from that entry;
 *   R2 describing the same event better stays in its report;
 *   R4, R9 a lesser family at the deadline is a breach: who recorded the lesser crime has not recorded the graver one.
 * Our reading:
 *   1. what an entry's own words make likely is told graver if it is a graver degree of what stood before, and nothing that stood is a
 *      graver degree of it; words that were asserted before tell nothing new, but of a rape: that must be due somewhere;
 *   2. what stands beside what was told, by then, stays in its report, while the clock of that runs, and stands there from then on;
 *   3. rape, which is counted apart, what does not stand beside it, and what is told when that clock has run out, is a report of its own,
 *      with 24 hours from its entry.  It may be the same crime: what is recorded for the one answers the other too (core/link_share.c);
 *   4. so is what tells graver what was settled when the log was dropped, and what had been recorded by then; where not even that is
 *      known, only a rape;
 *   5. nor does what is told of a lesser degree later hide the graver one that words had told;
 *   6. and rape that words tell is hidden by no lesser crime that is told in the same breath (R5: the principal crime is due). */
#include "core/reports_inside.h"
#include "core/stage.h"

/* After it was dropped also what it is known to have told, and to have had recorded, before. */
uint32_t cdi_stood_before(const struct cdi_growth *growth)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    return growth->stood | (cdi_entry_anew(incident, growth->entry) ? incident->settled.told & CDI_FAMILIES_ALL : 0);
}

/* Asserted, and not before. */
static bool newly_said(const struct cdi_growth *growth, uint32_t family)
{
    const struct cdi_reading *reading = &growth->cut->reading;
    const struct cdi_entry *entry = growth->entry;
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++)
        if ((cdi_families_told(reading, &growth->held, i) & family) != 0 &&
            !cdi_bit(growth->earlier.asserted, cdi_reading_phrase(reading, i)))
            return true;
    return false;
}

/* The last report that told a lesser degree of it; NULL: it was settled, or is none any more. */
static const struct cdi_piece *told_by(const struct cdi_growth *growth, uint32_t family)
{
    const struct cdi_cut *cut = growth->cut;
    const struct cdi_piece *told = NULL;
    for (size_t i = 0; i < cut->count; i++)
        for (uint32_t left = growth->stood & cut->pieces[i].families; left != 0; left &= left - 1)
            if (cdi_graver_than(family, left & -left))
                told = &cut->pieces[i];
    const struct cdi_instant until = cut->reading.incident->settled.until;
    bool settled = told != NULL && cdi_instant_said(until) && !cdi_instant_before(until, told->received_at);
    return settled ? NULL : told;
}

/* The event is of before, and what was recorded for it nobody knows: no trace is left of the log. */
static bool forgotten(const struct cdi_growth *growth, uint32_t family)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    return cdi_entry_anew(incident, growth->entry) &&
           (incident->settled.told & CDI_FAMILIES_ALL) == 0 && told_by(growth, family) == NULL;
}

uint32_t cdi_told_graver(const struct cdi_growth *growth, uint32_t likely)
{
    uint32_t graver = cdi_graver(likely, cdi_stood_before(growth));
    for (uint32_t left = graver & ~CDI_FAMILY_BIT(RAPE); left != 0; left &= left - 1)
        if (!newly_said(growth, left & -left) || forgotten(growth, left & -left))
            graver &= ~(left & -left);
    return graver;
}

uint32_t cdi_standing_families(const struct cdi_reading *reading, const struct cdi_sums *sums)
{
    uint8_t classes[CDI_DISCLOSURES_MAX];
    uint32_t stands = 0;
    bool more = false;
    size_t count = cdi_standing(reading, sums, CDI_FAMILIES_ALL, classes, &more);
    for (size_t i = 0; i < count; i++)
        stands |= cdi_reading_kinds(reading, sums, classes[i], CDI_FAMILIES_ALL);
    return stands;
}

uint32_t cdi_with_own_clock(const struct cdi_growth *growth, uint32_t graver)
{
    if (graver == 0)
        return 0;
    uint32_t own = graver & (CDI_FAMILY_BIT(RAPE) | ~cdi_standing_families(&growth->cut->reading, &growth->sums));
    for (uint32_t left = graver & ~own; left != 0; left &= left - 1) {
        const struct cdi_piece *told = told_by(growth, left & -left);
        if (told == NULL || cdi_instant_before(cdi_due_at(told->received_at), growth->entry->at))
            own |= left & -left;
    }
    return own;
}

struct cdi_instant cdi_event_told_at(const struct cdi_growth *growth, uint32_t graver)
{
    struct cdi_instant at = growth->entry->at;
    for (uint32_t left = graver; left != 0; left &= left - 1) {
        const struct cdi_piece *told = told_by(growth, left & -left);
        at = cdi_instant_earlier(at, told != NULL ? told->received_at : growth->cut->reading.incident->received_at);
    }
    return at;
}

/* What words make likely so far, without the codes. */
static uint32_t told_in_words(const struct cdi_growth *growth)
{
    struct cdi_sums words;
    cdi_weigh_words(&growth->cut->reading, &growth->held, &words);
    return cdi_likely_families(&growth->cut->reading, &words);
}

void cdi_note_rape(struct cdi_growth *growth)
{
    struct cdi_reading *reading = &growth->cut->reading;
    struct cdi_sums words;
    if ((cdi_likely_families(reading, &growth->cut->sums) & CDI_FAMILY_BIT(RAPE)) == 0)     /* nearly always */
        return;
    cdi_weigh_words(reading, &growth->held, &words);
    reading->graver |= cdi_rape_told(reading, &words);
}

uint32_t cdi_rape_told(const struct cdi_reading *reading, const struct cdi_sums *words)
{
    enum { ENOUGH = 3000 };                     /* millibits: no single word that is only found beside rape weighs so much */
    uint32_t told = 0;
    for (size_t word = 0; word < sizeof words->named / sizeof *words->named; word++)
        for (uint64_t left = words->named[word]; left != 0; left &= left - 1) {
            size_t klass = word * 64 + (size_t)__builtin_ctzll(left);
            if (cdi_reading_offence(reading, klass)->family == CDI_FAMILY_RAPE && words->classes[klass] >= ENOUGH &&
                cdi_log_odds(reading, words, klass) >= 0)
                told = CDI_FAMILY_BIT(RAPE);
        }
    return told;
}

void cdi_note_standing(struct cdi_growth *growth)
{
    uint32_t stands = cdi_standing_families(&growth->cut->reading, &growth->sums);
    growth->cut->reading.graver |= cdi_graver(growth->worded, stands);  /* words correct a code, and not what somebody told */
    growth->stood |= stands;
    growth->worded |= stands & told_in_words(growth);
}
