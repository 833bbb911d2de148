/* Step 1.  The law: record if, on the balance of probability, what was reported amounts to a crime, and nothing credible says
 * otherwise at once (DOMAIN.md, the recording rule 1).  Our reading, for each class that some evidence names:
 *   1. log-odds = prior + opening code + closing code + qualifiers + caller + what the text says + what earlier logs say, a row of a
 *      table each;
 *      what is second hand counts half, what is denied counts what the table says of its denial; and of drugs, where
 *      points to prove must be made out first (rule 2), what neither the police nor a professional says counts half;
 *   2. likely at p >= 0.5, that is log-odds >= 0;
 *   3. one event is told in many words: of a family (R4) only the best class stands, and a class less likely than the best of
 *      all by more than a margin is taken for the same event in other words; one that is always recorded besides, or of an
 *      offender who acted apart, by a wider margin (both did best on the labelled logs).  A breach of an order is of no family.  What
 *      tells only that there was a crime (a closing code, a caller) makes likely whatever else is named in passing: beside the best
 *      stands only what its own evidence speaks for. */
#include "core/reading.h"

#include <string.h>

enum {
    RIVAL_MARGIN = 500, /* millibits below the best of all */
    ADDITIONAL_MARGIN = 4000,
    OWN_EVIDENCE = 1500 /* half of what the prior asks for */
};

/* A message has at most CDI_FINDINGS_MAX; a log that many messages made may have more. */
uint16_t cdi_reading_phrase(const struct cdi_reading *reading, size_t finding)
{
    return finding < CDI_FINDINGS_MAX ? reading->phrases[finding]
                                      : cdi_evidence_phrase(reading->evidence, reading->incident->findings[finding].phrase);
}

void cdi_hold_finding(const struct cdi_reading *reading, const struct cdi_entry *entry, size_t finding, struct cdi_held *held)
{
    uint8_t assertion = reading->incident->findings[finding].assertion;
    uint16_t phrase = cdi_reading_phrase(reading, finding);
    if (phrase != CDI_PHRASE_NONE)
        cdi_bit_set(assertion == CDI_ASSERTION_ASSERTED  ? held->asserted
                    : assertion == CDI_ASSERTION_HEARSAY ? held->hearsay
                                                         : held->negated,
                    phrase);
    bool made_out = entry->role == CDI_ENTRY_ROLE_OFFICER || entry->role == CDI_ENTRY_ROLE_SUPERVISOR ||
                    reading->caller == CDI_CALLER_ROLE_PROFESSIONAL;
    if (made_out && phrase != CDI_PHRASE_NONE && assertion == CDI_ASSERTION_ASSERTED)
        cdi_bit_set(held->made_out, phrase);
}

void cdi_read_entry(const struct cdi_reading *reading, const struct cdi_entry *entry, struct cdi_held *held)
{
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++)
        cdi_hold_finding(reading, entry, i, held);
}

void cdi_read_log(struct cdi_reading *reading, const struct cdi_tables *tables, const struct cdi_incident *incident,
                  const struct cdi_past *past)
{
    reading->tables = tables;
    reading->evidence = &tables->evidence;
    reading->incident = incident;
    reading->past = past;
    reading->past_rules = 0;
    reading->opened = cdi_evidence_code(reading->evidence, incident->opened_as.text);
    reading->closed = cdi_evidence_code(reading->evidence, cdi_incident_closed_as(incident));
    reading->caller = CDI_CALLER_ROLE_UNKNOWN;
    reading->caller_only = false;
    reading->occasion = NULL;
    reading->of_others = false;
    reading->left_out_count = 0;
    reading->so_far = NULL;
    cdi_caller_role_from(incident->caller_role.text, &reading->caller);
    memset(&reading->held, 0, sizeof reading->held);
    for (size_t i = 0; i < incident->finding_count && i < CDI_FINDINGS_MAX; i++)
        reading->phrases[i] = cdi_evidence_phrase(reading->evidence, incident->findings[i].phrase);
    for (size_t i = 0; i < incident->entry_count; i++)
        cdi_read_entry(reading, &incident->entries[i], &reading->held);
    if (past != NULL && past->count != 0)
        cdi_read_past(reading);
    reading->graver = 0;
    reading->apart = false;
    for (size_t word = 0; word < CDI_PHRASE_WORDS; word++)
        for (uint64_t left = reading->held.asserted[word]; left != 0; left &= left - 1)
            reading->apart = reading->apart || reading->evidence->phrases[word * 64 + (size_t)__builtin_ctzll(left)].apart;
}

/* ---- 1. Log-odds ---- */

static inline bool applies(const struct cdi_held *held, const struct cdi_evidence_weight *weight)
{
    for (int i = 0; i < weight->with_count; i++)
        if (!cdi_bit(held->asserted, weight->with[i]) && !cdi_bit(held->hearsay, weight->with[i]))
            return false;
    return weight->without == CDI_PHRASE_NONE || !cdi_bit(held->asserted, weight->without);
}

/* Rule 2: drugs.  A weapon anybody can see, and a breach of an order has a victim who tells of it. */
static inline bool needs_points(const struct cdi_reading *reading, const struct cdi_evidence_weight *weight)
{
    if (weight->klass == CDI_CLASS_ANY || weight->weight < 0)
        return false;
    const struct cdi_offence *offence = cdi_reading_offence(reading, weight->klass);
    return offence->state_based && offence->family == CDI_FAMILY_DRUGS;
}

int32_t cdi_worth(const struct cdi_reading *reading, const struct cdi_held *held, uint16_t phrase,
                  const struct cdi_evidence_weight *weight)
{
    bool asserted = cdi_bit(held->asserted, phrase), hearsay = cdi_bit(held->hearsay, phrase);
    if (weight->negated == (asserted || hearsay) || !applies(held, weight))
        return 0;
    int32_t worth = weight->negated || asserted ? weight->weight : weight->weight / 2;
    return needs_points(reading, weight) && !cdi_bit(held->made_out, phrase) ? worth / 2 : worth;
}

static void weigh_phrase(const struct cdi_reading *reading, const struct cdi_held *held, uint16_t phrase, struct cdi_sums *sums)
{
    const struct cdi_phrase *words = &reading->evidence->phrases[phrase];
    const struct cdi_evidence_weight *weight = &reading->evidence->weights[words->weight_first];
    for (const struct cdi_evidence_weight *last = weight + words->weight_count; weight < last; weight++) {
        int32_t adds = cdi_worth(reading, held, phrase, weight);
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

static void weigh_codes(const struct cdi_reading *reading, struct cdi_sums *sums)
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

static void weigh_held(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums)
{
    for (uint16_t word = 0; word < CDI_PHRASE_WORDS; word++)
        for (uint64_t left = held->asserted[word] | held->hearsay[word] | held->negated[word]; left != 0; left &= left - 1)
            weigh_phrase(reading, held, (uint16_t)(word * 64 + __builtin_ctzll(left)), sums);
}

void cdi_weigh(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums)
{
    memset(sums, 0, sizeof *sums);
    weigh_codes(reading, sums);
    if (reading->caller_only)
        memset(sums->named, 0, sizeof sums->named);     /* an opening code is not the caller's word */
    weigh_held(reading, held, sums);
    cdi_weigh_past(reading, held, sums);
}

void cdi_weigh_words(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums)
{
    const struct cdi_evidence *evidence = reading->evidence;
    memset(sums, 0, sizeof *sums);
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
        sums->categories[category] = evidence->prior[category] + evidence->callers[reading->caller][category];
    weigh_held(reading, held, sums);
    cdi_weigh_past(reading, held, sums);
}

int32_t cdi_log_odds(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass)
{
    return sums->classes[klass] + sums->categories[reading->evidence->category_of[klass]];
}

/* ---- 2 and 3. Likely, and one event told in many words ---- */

const struct cdi_offence *cdi_reading_offence(const struct cdi_reading *reading, size_t klass)
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

static bool better(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t a, size_t b)
{
    int32_t first = cdi_log_odds(reading, sums, a), second = cdi_log_odds(reading, sums, b);
    return first != second ? first > second : graver(cdi_reading_offence(reading, a), cdi_reading_offence(reading, b));
}

struct cdi_told cdi_reading_told(const struct cdi_reading *reading, size_t klass)
{
    const struct cdi_held *held = cdi_held_so_far(reading);
    const struct cdi_held_phrases said = { held->asserted, held->hearsay };
    return cdi_told(reading->tables, said, reading->evidence->classes[klass]);
}

/* Whether the class would be likely if the order's breach had not been told.  Where the same report tells of the breach, other words must speak
 * for it: the code that the log was opened under was chosen for the breach. */
static bool likely_besides_breach(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass, bool same_report)
{
    struct cdi_held rest = *cdi_held_so_far(reading);
    const struct cdi_held_phrases said = { cdi_held_so_far(reading)->asserted, cdi_held_so_far(reading)->hearsay };
    int32_t left = cdi_log_odds(reading, sums, klass);
    for (size_t i = 0; i < reading->tables->told_count; i++) {
        uint16_t phrase = cdi_told_breach(reading->tables, i, said, reading->evidence->classes[klass]);
        if (phrase == CDI_PHRASE_NONE)
            continue;
        left -= cdi_phrase_adds(reading, phrase, klass);
        cdi_bit_clear(rest.asserted, phrase);
        cdi_bit_clear(rest.hearsay, phrase);
        cdi_bit_clear(rest.negated, phrase);
    }
    if (left < 0 || !same_report)
        return left >= 0;
    struct cdi_sums own = { 0 };
    weigh_held(reading, &rest, &own);
    return own.classes[klass] >= OWN_EVIDENCE;
}

uint32_t cdi_reading_kinds(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass, uint32_t families)
{
    const uint32_t breach = UINT32_C(1) << CDI_KIND_BREACH, family = UINT32_C(1) << cdi_reading_offence(reading, klass)->family;
    if (!cdi_reading_told(reading, klass).breach)
        return family & families;
    bool besides = likely_besides_breach(reading, sums, klass, (families & breach) != 0);
    return (breach | (besides ? family : 0)) & families;
}

/* Recorded whatever else is: the rival of none. */
static bool additional(const struct cdi_reading *reading, size_t klass)
{
    return cdi_reading_offence(reading, klass)->additional || cdi_reading_told(reading, klass).breach;
}

/* `best` is of those that exclude one another.  A breach that is told is always recorded, however sure the rest. */
static bool stands_beside(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass, int best)
{
    int32_t margin = reading->apart || additional(reading, klass) ? ADDITIONAL_MARGIN : RIVAL_MARGIN;
    bool graver = (reading->graver >> cdi_reading_offence(reading, klass)->family & 1) != 0;
    return best < 0 || klass == (size_t)best || graver || cdi_reading_told(reading, klass).breach ||
           (sums->classes[klass] >= OWN_EVIDENCE &&
            cdi_log_odds(reading, sums, klass) >= cdi_log_odds(reading, sums, (size_t)best) - margin);
}

uint32_t cdi_likely_families(const struct cdi_reading *reading, const struct cdi_sums *sums)
{
    uint32_t families = 0;
    for (size_t word = 0; word < sizeof sums->named / sizeof *sums->named; word++)
        for (uint64_t left = sums->named[word]; left != 0; left &= left - 1) {
            size_t klass = word * 64 + (size_t)__builtin_ctzll(left);
            if (cdi_log_odds(reading, sums, klass) >= 0)
                families |= cdi_reading_kinds(reading, sums, klass, CDI_FAMILIES_ALL);
        }
    return families;
}

size_t cdi_standing(const struct cdi_reading *reading, const struct cdi_sums *sums, uint32_t families,
                    uint8_t out[CDI_DISCLOSURES_MAX], bool *truncated)
{
    int best_of_family[CDI_KIND_BREACH + 1], best = -1;
    size_t count = 0;
    memset(best_of_family, -1, sizeof best_of_family);
    for (size_t word = 0; word < sizeof sums->named / sizeof *sums->named; word++)
        for (uint64_t left = sums->named[word]; left != 0; left &= left - 1) {
            int klass = (int)(word * 64) + __builtin_ctzll(left);
            uint32_t kinds = 0;
            if (cdi_log_odds(reading, sums, (size_t)klass) >= 0)
                kinds = cdi_reading_kinds(reading, sums, (size_t)klass, families);
            if (kinds == 0)
                continue;
            int family = 31 - __builtin_clz(kinds);     /* a breach before its family */
            if (best_of_family[family] < 0 || better(reading, sums, (size_t)klass, (size_t)best_of_family[family]))
                best_of_family[family] = klass;
            if (!additional(reading, (size_t)klass) &&
                (best < 0 || better(reading, sums, (size_t)klass, (size_t)best)))
                best = klass;
        }
    for (int family = 0; family <= CDI_KIND_BREACH; family++) {
        int klass = best_of_family[family];
        if (klass < 0 || !stands_beside(reading, sums, (size_t)klass, best))
            continue;
        size_t place = count < CDI_DISCLOSURES_MAX ? count++ : CDI_DISCLOSURES_MAX - 1;
        *truncated = *truncated || count > CDI_DISCLOSURES_MAX - 1;
        const struct cdi_offence *offence = cdi_reading_offence(reading, (size_t)klass);
        for (; place > 0 && graver(offence, cdi_reading_offence(reading, out[place - 1])); place--)
            out[place] = out[place - 1];
        out[place] = (uint8_t)klass;
    }
    return count;
}
