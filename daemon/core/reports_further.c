/* What a later entry tells of a family that was told of before, and is no better telling of it (R2, R15). */
#include "core/reports_inside.h"

#include <string.h>

/* As many victims as the entry tells of such a family; 0: it tells nothing of it. */
uint8_t cdi_victims_told(const struct cdi_reading *reading, const struct cdi_held *held, const struct cdi_entry *entry,
                            uint32_t families)
{
    uint8_t victims = 0;
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++)
        if ((cdi_families_told(reading, held, i) & families) != 0 && reading->incident->findings[i].victims >= victims)
            victims = (uint8_t)(reading->incident->findings[i].victims + 1);
    return victims;
}

size_t cdi_standing_alone(struct cdi_reading *reading, const struct cdi_sums *sums, uint32_t families, uint8_t out[CDI_DISCLOSURES_MAX])
{
    uint32_t graver = reading->graver;
    bool more = false;
    reading->graver = 0;
    size_t count = cdi_standing(reading, sums, families, out, &more);
    reading->graver = graver;
    return count;
}

struct cdi_further cdi_other_occasion(struct cdi_growth *growth)
{
    struct cdi_reading *reading = &growth->cut->reading;
    struct cdi_further further = { .told = false };
    uint32_t graver = cdi_graver(CDI_FAMILIES_ALL, cdi_stood_before(growth));
    uint32_t families = (growth->known | graver) & ~growth->occasions & ~CDI_FAMILY_BIT(CONDUCT);
    size_t entry = (size_t)(growth->entry - reading->incident->entries);
    uint8_t classes[CDI_DISCLOSURES_MAX];
    struct cdi_held held;
    struct cdi_sums own;
    cdi_hold_other_occasion(reading, entry, &held);
    cdi_weigh_words(reading, &held, &own);
    if (cdi_standing_alone(reading, &own, families, classes) == 0)
        return further;
    uint32_t family = cdi_reading_kinds(reading, &own, classes[0], families);
    growth->occasions |= family | cdi_degrees(family);
    uint8_t victims = cdi_victims_told(reading, &held, growth->entry, family);
    return (struct cdi_further){ .told = true, .klass = classes[0], .own_words = true, .entry = (uint16_t)entry,
                                 .victims = victims > 1 ? victims : 1, .graver = family & graver };
}

/* What they suffered may be less than what the first one did: the words of their entry say so, if they make a crime likely by themselves. */
static void read_by_itself(struct cdi_growth *growth, uint32_t families, struct cdi_further *further)
{
    struct cdi_reading *reading = &growth->cut->reading;
    uint8_t classes[CDI_DISCLOSURES_MAX];
    struct cdi_held held;
    struct cdi_sums own;
    cdi_hold_entry(reading, growth->entry, &held);
    cdi_weigh_words(reading, &held, &own);
    if (cdi_standing_alone(reading, &own, families, classes) == 0)
        return;
    if (cdi_reading_offence(reading, classes[0])->state_based)
        return;
    further->klass = classes[0];
    further->own_words = further->other_victims = true;
}

/* More victims of what a report tells of than were told, or named to it, before. */
struct cdi_further cdi_other_victims(struct cdi_growth *growth, struct cdi_piece *piece)
{
    struct cdi_cut *cut = growth->cut;
    const struct cdi_reading *reading = &cut->reading;
    struct cdi_further further = { .told = false };
    uint8_t classes[CDI_DISCLOSURES_MAX];
    uint32_t families = piece == &cut->pieces[0] ? piece->families & growth->known : piece->families;
    uint8_t victims = cdi_victims_told(reading, &growth->held, growth->entry, families);
    bool more = false;
    if (victims == 0 || cdi_standing(reading, &growth->sums, families, classes, &more) == 0)
        return further;
    const struct cdi_offence *offence = cdi_reading_offence(reading, classes[0]);
    if (offence->state_based || offence->counts == CDI_COUNTS_INCIDENT)
        return further;
    if (offence->counts != CDI_COUNTS_OWNER && piece->opening) {
        uint8_t before = cdi_victims(reading->incident, growth->entry->at);
        uint8_t named = before == 0 ? 0 : cdi_victims(reading->incident, growth->following);
        piece->told = before > piece->told ? before : piece->told;
        victims = named > victims ? named : victims;
    }
    if (victims <= piece->told)
        return further;
    if (piece->victims_most == 0) {
        piece->victims_most = piece->told;
        piece->victims_until = growth->entry->at;
    }
    further = (struct cdi_further){ .told = true, .klass = classes[0], .entry = (uint16_t)(growth->next - 1),
                                    .victims = (uint8_t)(victims - piece->told) };
    piece->told = victims;
    read_by_itself(growth, families, &further);
    return further;
}

bool cdi_entry_confirms(const struct cdi_reading *reading, const struct cdi_entry *entry)
{
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++) {
        uint16_t phrase = cdi_reading_phrase(reading, i);
        if (phrase != CDI_PHRASE_NONE && reading->evidence->phrases[phrase].confirms &&
            reading->incident->findings[i].assertion == CDI_ASSERTION_ASSERTED)
            return true;
    }
    return false;
}

/* R14's third party, whose report waits for the victim's word. */
static bool third_party(const struct cdi_reading *reading)
{
    return reading->caller == CDI_CALLER_ROLE_WITNESS || reading->caller == CDI_CALLER_ROLE_OTHER;
}

/* What is known of rape from before the log was dropped.  That one was recorded says nothing of another that has been told since. */
static uint32_t rape_before(const struct cdi_growth *growth)
{
    const struct cdi_cut *cut = growth->cut;
    for (size_t i = 0; i < cut->count; i++)
        if ((cut->pieces[i].families & CDI_FAMILY_BIT(RAPE)) != 0 &&
            cdi_instant_before(cut->reading.incident->settled.until, cut->pieces[i].received_at))
            return cdi_told_before(growth) & ~CDI_SETTLED_RAPE_RECORDED;
    return cdi_told_before(growth);
}

/* ... or for whose word an N100 waits.  What was recorded before the log was dropped is the same rape. */
static bool awaits_confirmation(const struct cdi_growth *growth)
{
    uint32_t before = rape_before(growth);
    bool explained = cdi_instant_said(growth->explained_at) && !cdi_instant_before(growth->entry->at, growth->explained_at);
    return (before & CDI_SETTLED_RAPE_RECORDED) == 0 &&
           (third_party(&growth->cut->reading) || explained || (before & CDI_SETTLED_RAPE_UNCONFIRMED) != 0);
}

/* R15: once for a log. */
struct cdi_further cdi_confirmation(struct cdi_growth *growth)
{
    const struct cdi_reading *reading = &growth->cut->reading;
    struct cdi_further further = { .told = false };
    uint8_t classes[CDI_DISCLOSURES_MAX];
    bool more = false;
    if ((growth->known & CDI_FAMILY_BIT(RAPE)) == 0 || growth->confirmed || !cdi_entry_confirms(reading, growth->entry))
        return further;
    growth->cut->asks_n100 = growth->cut->asks_n100 || !third_party(reading);
    if (!awaits_confirmation(growth) || cdi_standing(reading, &growth->sums, CDI_FAMILY_BIT(RAPE), classes, &more) == 0)
        return further;
    growth->confirmed = true;
    return (struct cdi_further){ .told = true, .klass = classes[0], .confirms = true,
                                 .entry = (uint16_t)(growth->next - 1), .victims = 1 };
}
