/* Step 1.  The law: record if, on the balance of probability, what was reported amounts to a crime, and nothing credible says
 * otherwise at once (DOMAIN.md, the recording rule 1).  Our reading, for each class that some evidence names:
 *   1. log-odds = prior + opening code + closing code + qualifiers + caller + what the text says, a row of a table each;
 *      what is second hand counts half, what is denied counts what the table says of its denial;
 *   2. likely at p >= 0.5, that is log-odds >= 0;
 *   3. one event is told in many words: of a family (R4) only the best class stands, and a class less likely than the best of
 *      all by more than a margin is taken for the same event in other words; one that is always recorded besides, by a wider
 *      margin.  Both margins are those that did best on the labelled logs. */
#include "core/disclose.h"

#include <string.h>

enum {
    RIVAL_MARGIN = 500, /* millibits below the best of all */
    ADDITIONAL_MARGIN = 4000,
    FIRST_CONTACT_MINUTES = 60,
    BITS = CDI_PHRASES_MAX / 64
};

/* What the log holds, as far as it has been read. */
struct held {
    uint64_t asserted[BITS], hearsay[BITS], negated[BITS];
};

struct sums {
    int32_t classes[CDI_CLASSES_MAX];
    uint64_t named[(CDI_CLASSES_MAX + 63) / 64]; /* some evidence names the class itself */
    int32_t categories[CDI_CATEGORY_COUNT];
};

struct reading {
    const struct cdi_tables *tables;
    const struct cdi_evidence *evidence;
    const struct cdi_incident *incident;
    const struct cdi_incident_code *opened, *closed;
    enum cdi_caller_role caller;
    uint16_t phrases[CDI_FINDINGS_MAX]; /* of the first findings; CDI_PHRASE_NONE: the table no longer has it */
    struct held held; /* the log, as far as it is believed: all of it, or what the caller said */
};

static inline bool has(const uint64_t *bits, uint16_t phrase)
{
    return (bits[phrase / 64] >> (phrase % 64) & 1) != 0;
}

static void set(uint64_t *bits, uint16_t phrase)
{
    bits[phrase / 64] |= UINT64_C(1) << (phrase % 64);
}

/* A message has at most CDI_FINDINGS_MAX; a log that many messages made may have more. */
static uint16_t phrase_of(const struct reading *reading, size_t finding)
{
    return finding < CDI_FINDINGS_MAX ? reading->phrases[finding]
                                      : cdi_evidence_phrase(reading->evidence, reading->incident->findings[finding].phrase);
}

static void read_entry(const struct reading *reading, const struct cdi_entry *entry, struct held *held)
{
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++) {
        uint8_t assertion = reading->incident->findings[i].assertion;
        uint16_t phrase = phrase_of(reading, i);
        if (phrase != CDI_PHRASE_NONE)
            set(assertion == CDI_ASSERTION_ASSERTED  ? held->asserted
                : assertion == CDI_ASSERTION_HEARSAY ? held->hearsay
                                                     : held->negated,
                phrase);
    }
}

static void begin(struct reading *reading, const struct cdi_tables *tables, const struct cdi_incident *incident)
{
    reading->tables = tables;
    reading->evidence = &tables->evidence;
    reading->incident = incident;
    reading->opened = cdi_evidence_code(reading->evidence, incident->opened_as.text);
    reading->closed = cdi_evidence_code(reading->evidence, incident->closing.code);
    reading->caller = CDI_CALLER_ROLE_UNKNOWN;
    cdi_caller_role_from(incident->caller_role.text, &reading->caller);
    memset(&reading->held, 0, sizeof reading->held);
    for (size_t i = 0; i < incident->finding_count && i < CDI_FINDINGS_MAX; i++)
        reading->phrases[i] = cdi_evidence_phrase(reading->evidence, incident->findings[i].phrase);
    for (size_t i = 0; i < incident->entry_count; i++)
        read_entry(reading, &incident->entries[i], &reading->held);
}

/* ---- 1. Log-odds ---- */

static inline bool applies(const struct held *held, const struct cdi_evidence_weight *weight)
{
    for (int i = 0; i < weight->with_count; i++)
        if (!has(held->asserted, weight->with[i]) && !has(held->hearsay, weight->with[i]))
            return false;
    return weight->without == CDI_PHRASE_NONE || !has(held->asserted, weight->without);
}

/* What one row adds where its phrase is held: 0 if it does not apply. */
static inline int32_t worth(const struct held *held, uint16_t phrase, const struct cdi_evidence_weight *weight)
{
    bool asserted = has(held->asserted, phrase), hearsay = has(held->hearsay, phrase);
    if (weight->negated == (asserted || hearsay) || !applies(held, weight))
        return 0;
    return weight->negated || asserted ? weight->weight : weight->weight / 2;
}

static void weigh_phrase(const struct reading *reading, const struct held *held, uint16_t phrase, struct sums *sums)
{
    const struct cdi_phrase *words = &reading->evidence->phrases[phrase];
    const struct cdi_evidence_weight *weight = &reading->evidence->weights[words->weight_first];
    for (const struct cdi_evidence_weight *last = weight + words->weight_count; weight < last; weight++) {
        int32_t adds = worth(held, phrase, weight);
        if (adds == 0)
            continue;
        if (weight->klass != CDI_CLASS_ANY) {
            sums->classes[weight->klass] += adds;
            if (!weight->negated)
                sums->named[weight->klass / 64] |= UINT64_C(1) << (weight->klass % 64);
            continue;
        }
        for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
            if ((weight->categories >> category & 1) != 0)
                sums->categories[category] += adds;
    }
}

static void weigh_codes(const struct reading *reading, struct sums *sums)
{
    const struct cdi_evidence *evidence = reading->evidence;
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++) {
        int32_t sum = evidence->prior[category] + evidence->callers[reading->caller][category];
        sum += reading->opened == NULL ? 0 : reading->opened->opened[category];
        sum += reading->closed == NULL ? 0 : reading->closed->closed;
        for (uint32_t left = reading->incident->qualifiers; left != 0; left &= left - 1)
            sum += evidence->qualifiers[__builtin_ctz(left)][category];
        sums->categories[category] = sum;
    }
    for (int i = 0; reading->opened != NULL && i < reading->opened->opening_count; i++) {
        struct cdi_opening opening = evidence->openings[reading->opened->opening_first + i];
        sums->classes[opening.klass] += opening.weight;
        sums->named[opening.klass / 64] |= UINT64_C(1) << (opening.klass % 64);
    }
}

static void weigh_words(const struct reading *reading, const struct held *held, struct sums *sums)
{
    for (uint16_t word = 0; word < BITS; word++)
        for (uint64_t left = held->asserted[word] | held->hearsay[word] | held->negated[word]; left != 0; left &= left - 1)
            weigh_phrase(reading, held, (uint16_t)(word * 64 + __builtin_ctzll(left)), sums);
}

static void weigh(const struct reading *reading, const struct held *held, struct sums *sums)
{
    memset(sums, 0, sizeof *sums);
    weigh_codes(reading, sums);
    weigh_words(reading, held, sums);
}

static int32_t log_odds(const struct reading *reading, const struct sums *sums, size_t klass)
{
    return sums->classes[klass] + sums->categories[reading->evidence->category_of[klass]];
}

/* ---- 2 and 3. Likely, and one event told in many words ---- */

static const struct cdi_offence *offence_of(const struct reading *reading, size_t klass)
{
    return &reading->tables->offences[reading->evidence->classes[klass]];
}

/* R5's order: rank, then the longer sentence, then the class's text. */
static bool graver(const struct cdi_offence *a, const struct cdi_offence *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->sentence != b->sentence)
        return a->sentence > b->sentence;
    return cdi_text_compare(a->klass, b->klass) < 0;
}

static bool better(const struct reading *reading, const struct sums *sums, size_t a, size_t b)
{
    int32_t first = log_odds(reading, sums, a), second = log_odds(reading, sums, b);
    return first != second ? first > second : graver(offence_of(reading, a), offence_of(reading, b));
}

/* `best` is of those that exclude one another; a class that is always recorded besides is the rival of none. */
static bool stands_beside(const struct reading *reading, const struct sums *sums, size_t klass, int best)
{
    int32_t margin = offence_of(reading, klass)->additional ? ADDITIONAL_MARGIN : RIVAL_MARGIN;
    return best < 0 || log_odds(reading, sums, klass) >= log_odds(reading, sums, (size_t)best) - margin;
}

/* The likely classes that stand, most grave first; their number. */
static size_t standing(const struct reading *reading, const struct sums *sums, uint8_t out[CDI_DISCLOSURES_MAX], bool *truncated)
{
    int best_of_family[CDI_FAMILY_COUNT], best = -1;
    size_t count = 0;
    memset(best_of_family, -1, sizeof best_of_family);
    for (size_t word = 0; word < sizeof sums->named / sizeof *sums->named; word++)
        for (uint64_t left = sums->named[word]; left != 0; left &= left - 1) {
            int klass = (int)(word * 64) + __builtin_ctzll(left);
            enum cdi_family family = offence_of(reading, (size_t)klass)->family;
            if (log_odds(reading, sums, (size_t)klass) < 0)
                continue;
            if (best_of_family[family] < 0 || better(reading, sums, (size_t)klass, (size_t)best_of_family[family]))
                best_of_family[family] = klass;
            if (!offence_of(reading, (size_t)klass)->additional &&
                (best < 0 || better(reading, sums, (size_t)klass, (size_t)best)))
                best = klass;
        }
    for (int family = 0; family < CDI_FAMILY_COUNT; family++) {
        int klass = best_of_family[family];
        if (klass < 0 || !stands_beside(reading, sums, (size_t)klass, best))
            continue;
        size_t place = count < CDI_DISCLOSURES_MAX ? count++ : CDI_DISCLOSURES_MAX - 1;
        *truncated = *truncated || count > CDI_DISCLOSURES_MAX - 1;
        for (; place > 0 && graver(offence_of(reading, (size_t)klass), offence_of(reading, out[place - 1])); place--)
            out[place] = out[place - 1];
        out[place] = (uint8_t)klass;
    }
    return count;
}

/* ---- R1: since when ---- */

static bool first_contact(const struct cdi_incident *incident, const struct cdi_entry *entry)
{
    return (entry->role == CDI_ENTRY_ROLE_CALL_TAKER || entry->role == CDI_ENTRY_ROLE_UNKNOWN) &&
           entry->at.ms - incident->received_at.ms <= CDI_MINUTES(FIRST_CONTACT_MINUTES).ms;
}

/* Entries before any officer's. */
static size_t before_officers(const struct cdi_incident *incident)
{
    size_t count = 0;
    while (count < incident->entry_count && incident->entries[count].role != CDI_ENTRY_ROLE_OFFICER)
        count++;
    return count;
}

static void mark_since(const struct reading *reading, const struct held *held, uint32_t seq, const uint8_t *classes,
                       struct cdi_disclosed *disclosed, uint32_t *waiting)
{
    struct sums sums;
    weigh(reading, held, &sums);
    for (uint32_t left = *waiting; left != 0; left &= left - 1) {
        int i = __builtin_ctz(left);
        if (log_odds(reading, &sums, classes[i]) < 0 || (sums.named[classes[i] / 64] >> (classes[i] % 64) & 1) == 0)
            continue;
        disclosed->items[i].since_entry = seq;
        *waiting &= ~(1u << i);
    }
}

/* The log as it grew: first what was said at first contact, then entry by entry. */
struct growth {
    const struct reading *reading;
    size_t officers, next;                      /* entries before any officer's; the next entry to look at */
    struct held held;
    uint32_t seq;                               /* of the entry just read; 0: first contact */
};

static void first_reading(const struct reading *reading, struct growth *growth)
{
    const struct cdi_incident *incident = reading->incident;
    *growth = (struct growth){ .reading = reading, .officers = before_officers(incident) };
    for (size_t i = 0; i < growth->officers; i++)
        if (first_contact(incident, &incident->entries[i]))
            read_entry(reading, &incident->entries[i], &growth->held);
}

/* Reads on to the next entry in which something was found; false at the end. */
static bool read_on(struct growth *growth)
{
    const struct cdi_incident *incident = growth->reading->incident;
    while (growth->next < incident->entry_count) {
        const struct cdi_entry *entry = &incident->entries[growth->next++];
        if (entry->finding_count == 0 || (growth->next <= growth->officers && first_contact(incident, entry)))
            continue;
        read_entry(growth->reading, entry, &growth->held);
        growth->seq = entry->seq;
        return true;
    }
    return false;
}

static void find_since(const struct reading *reading, const uint8_t *classes, struct cdi_disclosed *disclosed)
{
    uint32_t waiting = (1u << disclosed->count) - 1;
    struct growth growth;
    first_reading(reading, &growth);
    /* Nothing more was said later: what the whole log discloses was there at once. */
    if (memcmp(&growth.held, &reading->held, sizeof growth.held) == 0)
        return;
    do
        mark_since(reading, &growth.held, growth.seq, classes, disclosed, &waiting);
    while (waiting != 0 && read_on(&growth));
    for (; waiting != 0; waiting &= waiting - 1)
        disclosed->items[__builtin_ctz(waiting)].since_entry = growth.seq;
}

/* What the caller disclosed stands until a reason ends it (NEG, NCL, NSIR ... with what they need; R11 to R13): the caller may
 * take it back, in any entry of a call-taker; officers and supervisors add to it or tell it better, and do not silence it. */
static size_t standing_by_caller(struct reading *reading, struct sums *sums, uint8_t classes[CDI_DISCLOSURES_MAX], bool *truncated)
{
    const struct cdi_incident *incident = reading->incident;
    struct held caller = { .asserted = { 0 } };
    for (size_t i = 0; i < incident->entry_count; i++)
        if (incident->entries[i].role == CDI_ENTRY_ROLE_CALL_TAKER || incident->entries[i].role == CDI_ENTRY_ROLE_UNKNOWN)
            read_entry(reading, &incident->entries[i], &caller);
    if (memcmp(&caller, &reading->held, sizeof caller) == 0)
        return 0;
    reading->held = caller;
    memset(sums, 0, sizeof *sums);
    weigh_codes(reading, sums);
    memset(sums->named, 0, sizeof sums->named); /* an opening code is not the caller's word */
    weigh_words(reading, &reading->held, sums);
    return standing(reading, sums, classes, truncated);
}

static struct cdi_instant reported_at(const struct cdi_incident *incident, const struct cdi_disclosed *disclosed)
{
    for (size_t i = 0; i < disclosed->count; i++)
        if (disclosed->items[i].since_entry == 0)
            return incident->received_at;
    for (size_t i = 0; i < incident->entry_count; i++)
        for (size_t j = 0; j < disclosed->count; j++)
            if (incident->entries[i].seq == disclosed->items[j].since_entry)
                return cdi_instant_later(incident->entries[i].at, incident->received_at);
    return incident->received_at;
}

/* ---- The explanation ---- */

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

static void explain_codes(const struct reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
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
static int32_t phrase_adds(const struct reading *reading, uint16_t phrase, size_t klass)
{
    const struct cdi_phrase *words = &reading->evidence->phrases[phrase];
    const struct cdi_evidence_weight *weight = &reading->evidence->weights[words->weight_first];
    int32_t sum = 0;
    for (const struct cdi_evidence_weight *last = weight + words->weight_count; weight < last; weight++)
        if (weight->klass == klass ||
            (weight->klass == CDI_CLASS_ANY && (weight->categories >> reading->evidence->category_of[klass] & 1) != 0))
            sum += worth(&reading->held, phrase, weight);
    return sum;
}

/* Phrases in the order of the log, each once, with the entry that says it most strongly first. */
static void explain_phrases(const struct reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated)
{
    const struct cdi_incident *incident = reading->incident;
    uint64_t told[BITS] = { 0 };
    for (size_t e = 0; e < incident->entry_count; e++) {
        const struct cdi_entry *entry = &incident->entries[e];
        for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++) {
            const struct cdi_finding *finding = &incident->findings[i];
            uint16_t phrase = phrase_of(reading, i);
            if (phrase == CDI_PHRASE_NONE || has(told, phrase))
                continue;
            bool asserted = has(reading->held.asserted, phrase), hearsay = has(reading->held.hearsay, phrase);
            if (finding->assertion != (asserted  ? CDI_ASSERTION_ASSERTED
                                       : hearsay ? CDI_ASSERTION_HEARSAY
                                                 : CDI_ASSERTION_NEGATED))
                continue;
            set(told, phrase);
            int32_t weight = phrase_adds(reading, phrase, klass);
            add(item,
                (struct cdi_addend){ .kind = CDI_ADDEND_PHRASE,
                                     .name = reading->evidence->phrases[phrase].name,
                                     .entry = entry->seq,
                                     .weight = weight,
                                     .negated = !asserted && !hearsay },
                truncated);
            if (weight > 0 && asserted && finding->victims + 1 > item->victims)
                item->victims = (uint8_t)(finding->victims + 1);
        }
    }
}

/* R17: distinct persons in the role, or more if the text names more. */
static uint8_t named_victims(const struct cdi_incident *incident)
{
    uint8_t count = 0;
    while (count < UINT8_MAX && cdi_victim(incident, count) != NULL)
        count++;
    return count;
}

/* R5: words that disclose a very code of the class (strangulation is 008/77, not the ordinary 008/06) give it that code's
 * place; of several the gravest.  0: the class's own. */
static uint16_t rank_told(const struct reading *reading, size_t klass, bool *never_absorbed)
{
    const struct cdi_tables *tables = reading->tables;
    uint16_t rank = 0;
    for (size_t i = 0; i < tables->told_count; i++) {
        const struct cdi_offence_code *code = &tables->codes[tables->told[i].code];
        uint16_t phrase = cdi_evidence_phrase(reading->evidence, tables->told[i].phrase);
        if (code->offence != reading->evidence->classes[klass] || phrase == CDI_PHRASE_NONE ||
            (!has(reading->held.asserted, phrase) && !has(reading->held.hearsay, phrase)))
            continue;
        *never_absorbed = *never_absorbed || code->never_absorbed;
        if (code->rank != CDI_RANK_NONE && (rank == 0 || code->rank < rank))
            rank = code->rank;
    }
    return rank;
}

/* The gravest first, by the codes that are told. */
static void order_told(const struct reading *reading, uint8_t *classes, size_t count)
{
    bool never_absorbed = false;
    for (size_t i = 1; i < count; i++) {
        uint16_t told = rank_told(reading, classes[i], &never_absorbed);
        uint8_t klass = classes[i];
        size_t place = i;
        for (; told != 0 && place > 0; place--) {
            uint16_t other = rank_told(reading, classes[place - 1], &never_absorbed);
            if (told >= (other != 0 ? other : offence_of(reading, classes[place - 1])->rank))
                break;
            classes[place] = classes[place - 1];
        }
        classes[place] = klass;
    }
}

static void fill_item(const struct reading *reading, const struct sums *sums, size_t klass, struct cdi_disclosure *item,
                      bool *truncated)
{
    const struct cdi_offence *offence = offence_of(reading, klass);
    item->offence = reading->evidence->classes[klass];
    item->log_odds = log_odds(reading, sums, klass);
    item->p = cdi_probability(item->log_odds);
    item->likely = true;
    item->since_entry = 0;
    item->addend_count = 0;
    item->victims = 1;
    item->never_absorbed = false;
    item->rank = rank_told(reading, klass, &item->never_absorbed);
    explain_codes(reading, klass, item, truncated);
    explain_phrases(reading, klass, item, truncated);
    uint8_t named = named_victims(reading->incident);
    item->victims = offence->state_based ? 0 : named > item->victims ? named : item->victims;
}

/* ---- R19 and the order of risk ---- */

static void mark_text(const struct reading *reading, struct cdi_disclosed *disclosed, bool *hate)
{
    for (uint16_t word = 0; word < BITS; word++)
        for (uint64_t left = reading->held.asserted[word]; left != 0; left &= left - 1) {
            const struct cdi_phrase *phrase = &reading->evidence->phrases[word * 64 + __builtin_ctzll(left)];
            disclosed->domestic = disclosed->domestic || phrase->domestic;
            disclosed->child = disclosed->child || phrase->child;
            *hate = *hate || phrase->hate;
        }
}

static void mark(const struct reading *reading, struct cdi_disclosed *disclosed, bool *hate)
{
    const struct cdi_incident *incident = reading->incident;
    const struct cdi_incident_code *codes[] = { reading->opened, reading->closed };
    mark_text(reading, disclosed, hate);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        disclosed->domestic = disclosed->domestic || (codes[i] != NULL && codes[i]->domestic);
        disclosed->child = disclosed->child || (codes[i] != NULL && codes[i]->child);
        *hate = *hate || (codes[i] != NULL && codes[i]->hate);
    }
    disclosed->domestic = disclosed->domestic || (incident->qualifiers >> CDI_QUALIFIER_DOMESTIC & 1) != 0;
    disclosed->child = disclosed->child || (incident->qualifiers >> CDI_QUALIFIER_CHILD & 1) != 0;
    *hate = *hate || (incident->qualifiers >> CDI_QUALIFIER_HATE & 1) != 0;
    for (size_t i = 0; i < incident->person_count; i++)
        disclosed->child = disclosed->child || (incident->persons[i].role == CDI_PERSON_ROLE_VICTIM &&
                                                incident->persons[i].age_band != CDI_AGE_BAND_UNKNOWN &&
                                                incident->persons[i].age_band != CDI_AGE_BAND_ADULT);
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_offence *offence = &reading->tables->offences[disclosed->items[i].offence];
        disclosed->rape = disclosed->rape || offence->family == CDI_FAMILY_RAPE || offence->family == CDI_FAMILY_N100;
        disclosed->violence = disclosed->violence || offence->category == CDI_CATEGORY_VAP;
        disclosed->disorder =
            disclosed->disorder || offence->family == CDI_FAMILY_COMMUNICATIONS || offence->family == CDI_FAMILY_PUBLIC_ORDER;
    }
}

/* DOMAIN.md "Risk order", for one likely class. */
static enum cdi_risk risk_of(const struct reading *reading, const struct cdi_disclosed *disclosed,
                             const struct cdi_offence *offence, bool hate)
{
    bool personal = offence->category != CDI_CATEGORY_OTHER;
    if (offence->family == CDI_FAMILY_RAPE || offence->family == CDI_FAMILY_N100)
        return CDI_RISK_RAPE;
    if (disclosed->child && personal)
        return CDI_RISK_CHILD;
    if (offence->family == CDI_FAMILY_CONDUCT && !cdi_text_is(offence->klass, "8L") && !cdi_text_is(offence->klass, "8M"))
        return CDI_RISK_STALKING;
    if (disclosed->domestic && offence->category == CDI_CATEGORY_VAP && offence->family != CDI_FAMILY_COMMUNICATIONS)
        return CDI_RISK_DA_VIOLENCE;
    if (offence->family == CDI_FAMILY_MODERN_SLAVERY)
        return CDI_RISK_MODERN_SLAVERY;
    if (offence->category == CDI_CATEGORY_SEXUAL)
        return CDI_RISK_SEXUAL;
    if (offence->category == CDI_CATEGORY_VAP || offence->family == CDI_FAMILY_ROBBERY)
        return CDI_RISK_VIOLENCE;
    if (hate)
        return CDI_RISK_HATE;
    return reading->opened != NULL && reading->opened->asb_personal ? CDI_RISK_ASB_PERSONAL : CDI_RISK_OTHER;
}

void cdi_disclose(const struct cdi_tables *tables, const struct cdi_incident *incident, struct cdi_disclosed *disclosed)
{
    struct reading reading;
    struct sums sums;
    uint8_t classes[CDI_DISCLOSURES_MAX];
    bool hate = false;
    disclosed->count = 0;
    disclosed->truncated = disclosed->domestic = disclosed->child = disclosed->rape = disclosed->violence = disclosed->disorder =
        false;
    disclosed->likely = false;
    disclosed->received_at = incident->received_at;
    disclosed->risk = CDI_RISK_OTHER;
    begin(&reading, tables, incident);
    if (!cdi_instant_said(incident->received_at) || (reading.opened != NULL && reading.opened->excluded))
        return;                                 /* no clock without a receipt; a test is no log */
    weigh(&reading, &reading.held, &sums);
    size_t count = standing(&reading, &sums, classes, &disclosed->truncated);
    if (count == 0)
        count = standing_by_caller(&reading, &sums, classes, &disclosed->truncated);
    order_told(&reading, classes, count);
    disclosed->count = (uint8_t)count;
    disclosed->likely = disclosed->count > 0;
    for (size_t i = 0; i < disclosed->count; i++)
        fill_item(&reading, &sums, classes[i], &disclosed->items[i], &disclosed->truncated);
    if (disclosed->likely)
        find_since(&reading, classes, disclosed);
    disclosed->received_at = reported_at(incident, disclosed);
    mark(&reading, disclosed, &hate);
    for (size_t i = 0; i < disclosed->count; i++) {
        enum cdi_risk risk = risk_of(&reading, disclosed, &tables->offences[disclosed->items[i].offence], hate);
        disclosed->risk = risk < disclosed->risk ? risk : disclosed->risk;
    }
}
