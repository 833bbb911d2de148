/* The addends of a sum, each a row of a table: why a class is thought likely. */
#include "core/reading.h"

static int32_t size_of(int32_t weight)
{
    return weight < 0 ? -weight : weight;
}

/* The heaviest are kept, heaviest first; of equals the one that came first. */
static void add(struct cdi_disclosure *item, struct cdi_addend addend, bool *truncated)
{
    if (addend.weight == 0)
        return;
    size_t place = item->addend_count;
    if (place == CDI_ADDENDS_MAX) {
        *truncated = true;
        if (size_of(item->addends[--place].weight) >= size_of(addend.weight))
            return;
    } else {
        item->addend_count++;
    }
    for (; place > 0 && size_of(item->addends[place - 1].weight) < size_of(addend.weight); place--)
        item->addends[place] = item->addends[place - 1];
    item->addends[place] = addend;
}

static void explain_codes(const struct cdi_reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
{
    const struct cdi_evidence *evidence = reading->evidence;
    uint8_t category = evidence->category_of[klass];
    add(item, (struct cdi_addend){ .kind = CDI_ADDEND_PRIOR, .name = CDI_TEXT("any"), .weight = evidence->prior[category] },
        truncated);
    if (reading->opened != NULL) {
        int32_t weight = reading->opened->opened[category];
        for (int i = 0; i < reading->opened->opening_count; i++)
            if (evidence->openings[reading->opened->opening_first + i].klass == klass)
                weight += evidence->openings[reading->opened->opening_first + i].weight;
        add(item, (struct cdi_addend){ .kind = CDI_ADDEND_OPENED, .name = reading->opened->key, .weight = weight }, truncated);
    }
    if (reading->closed != NULL)
        add(item,
            (struct cdi_addend){ .kind = CDI_ADDEND_CLOSED, .name = reading->closed->key, .weight = reading->closed->closed },
            truncated);
    for (uint32_t left = reading->incident->qualifiers; left != 0; left &= left - 1) {
        enum cdi_qualifier qualifier = (enum cdi_qualifier)__builtin_ctz(left);
        add(item,
            (struct cdi_addend){ .kind = CDI_ADDEND_QUALIFIER,
                                 .name = cdi_text_of(cdi_qualifier_word(qualifier)),
                                 .weight = evidence->qualifiers[qualifier][category] },
            truncated);
    }
    add(item,
        (struct cdi_addend){ .kind = CDI_ADDEND_CALLER,
                             .name = cdi_text_of(cdi_caller_role_word(reading->caller)),
                             .weight = evidence->callers[reading->caller][category] },
        truncated);
}

/* All that one phrase adds to the class, from the rows that name the class and those that name its category. */
int32_t cdi_phrase_adds(const struct cdi_reading *reading, uint16_t phrase, size_t klass)
{
    const struct cdi_phrase *words = &reading->evidence->phrases[phrase];
    const struct cdi_evidence_weight *weight = &reading->evidence->weights[words->weight_first];
    int32_t sum = 0;
    for (const struct cdi_evidence_weight *last = weight + words->weight_count; weight < last; weight++)
        if (weight->klass == klass ||
            (weight->klass == CDI_CLASS_ANY && (weight->categories >> reading->evidence->category_of[klass] & 1) != 0))
            sum += cdi_worth(reading, cdi_held_so_far(reading), phrase, weight);
    return sum;
}

/* R17: as many victims as any entry tells of, where its words speak for the class. */
static void count_victims(const struct cdi_reading *reading, size_t klass, size_t finding, struct cdi_disclosure *item)
{
    const struct cdi_finding *told = &reading->incident->findings[finding];
    uint16_t phrase = cdi_reading_phrase(reading, finding);
    if (told->assertion == CDI_ASSERTION_ASSERTED && told->victims + 1 > item->victims && cdi_bit(reading->held.asserted, phrase) &&
        cdi_phrase_adds(reading, phrase, klass) > 0)
        item->victims = (uint8_t)(told->victims + 1);
}

/* The phrase, if this is the first entry that says it as strongly as any. */
static void explain_phrase(const struct cdi_reading *reading, size_t klass, const struct cdi_entry *entry, size_t finding,
                           uint64_t *told, struct cdi_disclosure *item, bool *truncated)
{
    uint16_t phrase = cdi_reading_phrase(reading, finding);
    bool asserted = cdi_bit(reading->held.asserted, phrase), hearsay = cdi_bit(reading->held.hearsay, phrase);
    if (cdi_bit(told, phrase) || reading->incident->findings[finding].assertion != (asserted  ? CDI_ASSERTION_ASSERTED
                                                                                   : hearsay ? CDI_ASSERTION_HEARSAY
                                                                                             : CDI_ASSERTION_NEGATED))
        return;
    cdi_bit_set(told, phrase);
    add(item,
        (struct cdi_addend){ .kind = CDI_ADDEND_PHRASE,
                             .name = reading->evidence->phrases[phrase].name,
                             .entry = entry->seq,
                             .weight = cdi_phrase_adds(reading, phrase, klass),
                             .negated = !asserted && !hearsay },
        truncated);
}

/* Phrases in the order of the log, each once, with the entry that says it most strongly first. */
static void explain_phrases(const struct cdi_reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
{
    const struct cdi_incident *incident = reading->incident;
    uint64_t told[CDI_PHRASE_WORDS] = { 0 };
    for (size_t e = 0; e < incident->entry_count; e++) {
        const struct cdi_entry *entry = &incident->entries[e];
        if (!cdi_believed(reading, entry))
            continue;
        for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++) {
            bool held = reading->occasion == NULL || reading->of_others || incident->findings[i].other_occasion != 0;
            if (!held || cdi_reading_phrase(reading, i) == CDI_PHRASE_NONE)
                continue;
            explain_phrase(reading, klass, entry, i, told, item, truncated);
            count_victims(reading, klass, i, item);
        }
    }
}

/* What earlier logs add, a rule each, and on how many occasions. */
static void explain_past(const struct cdi_reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
{
    for (uint32_t left = reading->past_rules; left != 0; left &= left - 1) {
        size_t n = (size_t)__builtin_ctz(left);
        const struct cdi_history_rule *rule = &reading->evidence->history[n];
        size_t times = cdi_past_occasions(reading->past, reading->incident->received_at, rule->kins, rule->kinds, rule->days);
        add(item,
            (struct cdi_addend){ .kind = CDI_ADDEND_HISTORY, .name = rule->name,
                                 .weight = cdi_past_adds(reading, &reading->held, n, klass),
                                 .times = (uint8_t)times, .days = rule->days },
            truncated);
    }
}

void cdi_explain(const struct cdi_reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
{
    explain_codes(reading, klass, item, truncated);
    explain_past(reading, klass, item, truncated);
    explain_phrases(reading, klass, item, truncated);
}
