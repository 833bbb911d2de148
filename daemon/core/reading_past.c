/* What earlier logs say of this one (DOMAIN.md rule 6).  The law: conduct crimes need more than one occasion, former partners means
 * stalking, and history across logs discloses crimes that no single log shows.  Our reading: each rule of history.csv adds its weight
 * where enough earlier occasions answer it and the log itself tells the grounds.  So what only a later entry tells is disclosed by
 * that entry, and what first contact tells at receipt (R1). */
#include "core/reading.h"

void cdi_read_past(struct cdi_reading *reading)
{
    const struct cdi_evidence *evidence = reading->evidence;
    struct cdi_instant at = reading->incident->received_at;
    const uint8_t pair = 1u << CDI_PAST_KIN_PAIR, partners = 1u << CDI_PAST_KIND_PARTNERS;
    for (size_t i = 0; i < evidence->history_count; i++) {
        const struct cdi_history_rule *rule = &evidence->history[i];
        if (cdi_past_occasions(reading->past, at, rule->kins, rule->kinds, rule->days) >= rule->least)
            reading->past_rules |= UINT32_C(1) << i;
    }
    reading->partners_before = cdi_past_occasions(reading->past, at, pair, partners, evidence->history_days) != 0;
}

static bool any_held(const struct cdi_held *held, const uint64_t *phrases)
{
    for (size_t word = 0; word < CDI_PHRASE_WORDS; word++)
        if (((held->asserted[word] | held->hearsay[word]) & phrases[word]) != 0)
            return true;
    return false;
}

uint8_t cdi_grounds_told(const struct cdi_reading *reading, const struct cdi_held *held)
{
    const struct cdi_evidence *evidence = reading->evidence;
    const struct cdi_incident_code *codes[] = { reading->opened, reading->closed };
    uint8_t told = 0;
    for (int ground = 0; ground < CDI_GROUND_COUNT; ground++)
        told |= (uint8_t)(any_held(held, evidence->grounds[ground]) << ground);
    if ((told >> CDI_GROUND_PERSONAL & 1) == 0 && any_held(held, evidence->repeated))
        told |= 1u << CDI_GROUND_TARGETED;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        told |= (uint8_t)((codes[i] != NULL && codes[i]->domestic) << CDI_GROUND_DOMESTIC);
        told |= (uint8_t)((codes[i] != NULL && codes[i]->asb_personal) << CDI_GROUND_ASB_PERSONAL);
    }
    told |= (uint8_t)((reading->incident->qualifiers >> CDI_QUALIFIER_DOMESTIC & 1) << CDI_GROUND_DOMESTIC);
    told |= (uint8_t)(reading->partners_before << CDI_GROUND_PARTNERS);
    return told;
}

uint8_t cdi_grounds_of(const struct cdi_tables *tables, const struct cdi_incident *incident)
{
    const struct cdi_evidence *evidence = &tables->evidence;
    struct cdi_held held = { .asserted = { 0 } };
    struct cdi_reading reading;
    reading.evidence = evidence;
    reading.incident = incident;
    reading.opened = cdi_evidence_code(evidence, incident->opened_as.text);
    reading.closed = cdi_evidence_code(evidence, cdi_incident_closed_as(incident));
    reading.partners_before = false;
    reading.caller = CDI_CALLER_ROLE_UNKNOWN;   /* whose word it is counts nothing here */
    for (size_t i = 0; i < incident->finding_count; i++) {
        uint16_t phrase = cdi_evidence_phrase(evidence, incident->findings[i].phrase);
        if (phrase != CDI_PHRASE_NONE && incident->findings[i].assertion != CDI_ASSERTION_NEGATED)
            cdi_bit_set(held.asserted, phrase);
    }
    return cdi_grounds_told(&reading, &held);
}

static bool stands_on(const struct cdi_history_rule *rule, uint8_t told)
{
    return (rule->grounds & ~told) == 0 && (rule->not_on & told) == 0;
}

int32_t cdi_past_adds(const struct cdi_reading *reading, const struct cdi_held *held, size_t rule, size_t klass)
{
    const struct cdi_history_rule *of = &reading->evidence->history[rule];
    bool about = of->klass == klass ||
                 (of->klass == CDI_CLASS_ANY && (of->categories >> reading->evidence->category_of[klass] & 1) != 0);
    return (reading->past_rules >> rule & 1) != 0 && about && stands_on(of, cdi_grounds_told(reading, held)) ? of->weight : 0;
}

void cdi_weigh_past(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums)
{
    if (reading->past_rules == 0)
        return;
    uint8_t told = cdi_grounds_told(reading, held);
    for (uint32_t left = reading->past_rules; left != 0; left &= left - 1) {
        const struct cdi_history_rule *rule = &reading->evidence->history[__builtin_ctz(left)];
        if (!stands_on(rule, told))
            continue;
        if (rule->klass != CDI_CLASS_ANY) {
            sums->classes[rule->klass] += rule->weight;
            sums->named[rule->klass / 64] |= UINT64_C(1) << (rule->klass % 64);
        }
        for (int category = 0; rule->klass == CDI_CLASS_ANY && category < CDI_CATEGORY_COUNT; category++)
            if ((rule->categories >> category & 1) != 0)
                sums->categories[category] += rule->weight;
    }
}
