/* One report of the cut, with all that is to be said of it. */
#include "core/disclose.h"

/* The gravest first, by the codes that are told. */
static void order_told(const struct cdi_reading *reading, uint8_t *classes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint8_t klass = classes[i];
        uint16_t rank = cdi_reading_told(reading, klass).rank;
        size_t place = i;
        for (; rank != 0 && place > 0; place--) {
            uint16_t other = cdi_reading_told(reading, classes[place - 1]).rank;
            if (rank >= (other != 0 ? other : cdi_reading_offence(reading, classes[place - 1])->rank))
                break;
            classes[place] = classes[place - 1];
        }
        classes[place] = klass;
    }
}

/* R17: distinct persons in the role, or more if the text names more; of a later report those that the text tells of.  What
 * a later report is due for is not due here again; whom no entry tells of is. */
static uint8_t victims_of(const struct cdi_reading *reading, const struct cdi_piece *piece, uint8_t told)
{
    uint8_t named = piece->opening ? cdi_victims(reading->incident, piece->victims_until) : 0, beyond = 0;
    if (piece->opening && piece->victims_most != 0) {
        uint8_t all = cdi_victims(reading->incident, CDI_INSTANT_NONE);
        beyond = all > piece->told ? (uint8_t)(all - piece->told) : 0;
    }
    return (uint8_t)((named > told ? named : told) + beyond);
}

/* As one of the report's families, or as the breach of an order, or both. */
static void fill_item(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass, uint32_t families,
                      struct cdi_disclosure *item, bool *truncated)
{
    item->offence = reading->evidence->classes[klass];
    item->log_odds = cdi_log_odds(reading, sums, klass);
    item->p = cdi_probability(item->log_odds);
    item->likely = true;
    item->separate = item->confirms = item->graver = false;
    item->victims_from = item->victims_until = CDI_INSTANT_NONE;
    item->addend_count = 0;
    item->victims = 1;
    struct cdi_told very = cdi_reading_told(reading, klass);
    item->rank = very.rank;
    item->never_absorbed = very.never_absorbed;
    uint32_t kinds = cdi_reading_kinds(reading, sums, klass, families);
    item->breach = (kinds >> CDI_KIND_BREACH & 1) != 0;
    item->besides_breach = item->breach && (kinds & (kinds - 1)) != 0;
    cdi_explain(reading, klass, item, truncated);
}

static void fill_classes(const struct cdi_reading *reading, const struct cdi_sums *sums, struct cdi_piece *piece,
                         struct cdi_disclosed *disclosed)
{
    order_told(reading, piece->classes, piece->class_count);
    for (size_t i = 0; i < piece->class_count; i++) {
        struct cdi_disclosure *item = &disclosed->items[disclosed->count++];
        fill_item(reading, sums, piece->classes[i], piece->families, item, &disclosed->truncated);
        bool state_based = reading->tables->offences[item->offence].state_based;
        item->graver = (cdi_reading_kinds(reading, sums, piece->classes[i], piece->families) & piece->graver) != 0;
        disclosed->graver = disclosed->graver || item->graver;
        item->told = piece->victims_most != 0 && item->victims > piece->victims_most ? piece->victims_most : item->victims;
        item->victims = state_based ? 0 : victims_of(reading, piece, item->told);
        item->victims_until = piece->victims_until;
    }
}

/* Of a log that was dropped it is not known whom it had named before (R2). */
#define NOBODY_SINCE ((struct cdi_instant){ INT64_MAX })

/* A crime of a family that was told of before, besides whatever else the report holds. */
static void fill_further(struct cdi_reading *reading, const struct cdi_sums *log, const struct cdi_piece *piece,
                         struct cdi_disclosed *disclosed)
{
    const struct cdi_further *further = &piece->further;
    struct cdi_held held = reading->held;
    struct cdi_sums sums = *log;
    if (disclosed->count == CDI_DISCLOSURES_MAX) {
        disclosed->truncated = true;
        return;
    }
    if (further->own_words) {
        reading->occasion = &reading->incident->entries[further->entry];
        reading->of_others = further->other_victims;
        if (further->other_victims)
            cdi_hold_entry(reading, reading->occasion, &reading->held);
        else
            cdi_hold_other_occasion(reading, further->entry, &reading->held);
        cdi_weigh(reading, &reading->held, &sums);
    }
    struct cdi_disclosure *item = &disclosed->items[disclosed->count++];
    fill_item(reading, &sums, further->klass, CDI_FAMILIES_ALL, item, &disclosed->truncated);
    item->separate = true;
    item->told = further->victims;
    item->victims = reading->tables->offences[item->offence].state_based ? 0 : further->victims;
    item->confirms = further->confirms;
    item->victims_from = further->confirms ? CDI_INSTANT_NONE :
                         cdi_instant_said(reading->incident->settled.until) ? NOBODY_SINCE : piece->victims_from;
    reading->held = held;
    reading->occasion = NULL;
    reading->of_others = false;
}

/* The earlier logs that a rule goes by which one of the classes has in its evidence. */
static bool goes_by(const struct cdi_reading *reading, const struct cdi_disclosed *disclosed, const struct cdi_past_log *log)
{
    const struct cdi_evidence *evidence = reading->evidence;
    for (uint32_t left = reading->past_rules; left != 0; left &= left - 1) {
        const struct cdi_history_rule *rule = &evidence->history[__builtin_ctz(left)];
        if ((rule->kins >> log->kin & 1) == 0 || (rule->kinds & log->kinds) == 0 ||
            log->received_at.ms < reading->incident->received_at.ms - CDI_DAYS(rule->days).ms)
            continue;
        for (size_t i = 0; i < disclosed->count; i++)
            for (size_t j = 0; j < disclosed->items[i].addend_count; j++)
                if (disclosed->items[i].addends[j].kind == CDI_ADDEND_HISTORY &&
                    cdi_text_same(disclosed->items[i].addends[j].name, rule->name))
                    return true;
    }
    return false;
}

/* The latest of them. */
static void show_earlier(const struct cdi_reading *reading, struct cdi_disclosed *disclosed)
{
    for (size_t i = 0; reading->past_rules != 0 && i < reading->past->count; i++) {
        const struct cdi_past_log *log = &reading->past->logs[i];
        if (!goes_by(reading, disclosed, log))
            continue;
        size_t place = disclosed->earlier_count;
        if (place < CDI_PAST_SHOWN)
            disclosed->earlier_count++;
        else if (disclosed->earlier[--place]->received_at.ms >= log->received_at.ms)
            continue;
        for (; place > 0 && disclosed->earlier[place - 1]->received_at.ms < log->received_at.ms; place--)
            disclosed->earlier[place] = disclosed->earlier[place - 1];
        disclosed->earlier[place] = log;
    }
}

/* ---- R19 and the order of risk ---- */

/* What else orders the risk, from the same sources. */
struct said { bool hate, asb_personal; };

static void mark_text(const struct cdi_reading *reading, struct cdi_disclosed *disclosed, struct said *said)
{
    for (uint16_t word = 0; word < CDI_PHRASE_WORDS; word++)
        for (uint64_t left = reading->held.asserted[word]; left != 0; left &= left - 1) {
            const struct cdi_phrase *phrase = &reading->evidence->phrases[word * 64 + __builtin_ctzll(left)];
            disclosed->domestic = disclosed->domestic || phrase->domestic;
            disclosed->child = disclosed->child || phrase->child;
            said->hate = said->hate || phrase->hate;
        }
}

/* Any code that the log has, whatever it weighs. */
static void mark_codes(const struct cdi_reading *reading, struct cdi_disclosed *disclosed, struct said *said)
{
    const struct cdi_text classified = reading->incident->classified_as.text;
    const struct cdi_incident_code *codes[] = { reading->opened, reading->closed,
                                                cdi_evidence_code(reading->evidence, classified) };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i] == NULL)
            continue;
        disclosed->domestic = disclosed->domestic || codes[i]->domestic;
        disclosed->child = disclosed->child || codes[i]->child;
        said->hate = said->hate || codes[i]->hate;
        said->asb_personal = said->asb_personal || codes[i]->asb_personal;
    }
}

static void mark(const struct cdi_reading *reading, struct cdi_disclosed *disclosed, struct said *said)
{
    const struct cdi_incident *incident = reading->incident;
    mark_text(reading, disclosed, said);
    mark_codes(reading, disclosed, said);
    disclosed->domestic = disclosed->domestic || (incident->qualifiers >> CDI_QUALIFIER_DOMESTIC & 1) != 0;
    disclosed->child = disclosed->child || (incident->qualifiers >> CDI_QUALIFIER_CHILD & 1) != 0;
    said->hate = said->hate || (incident->qualifiers >> CDI_QUALIFIER_HATE & 1) != 0;
    for (size_t i = 0; i < incident->person_count; i++)
        disclosed->child = disclosed->child || (incident->persons[i].role == CDI_PERSON_ROLE_VICTIM &&
                                                incident->persons[i].age_band != CDI_AGE_BAND_UNKNOWN &&
                                                incident->persons[i].age_band != CDI_AGE_BAND_ADULT);
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_offence *offence = &reading->tables->offences[disclosed->items[i].offence];
        disclosed->rape = disclosed->rape || offence->family == CDI_FAMILY_RAPE || offence->family == CDI_FAMILY_N100;
        disclosed->injury = disclosed->injury || offence->family == CDI_FAMILY_ASSAULT_INJURY ||
                            offence->family == CDI_FAMILY_HOMICIDE;
        disclosed->violence = disclosed->violence || offence->category == CDI_CATEGORY_VAP;
        disclosed->disorder =
            disclosed->disorder || offence->family == CDI_FAMILY_COMMUNICATIONS || offence->family == CDI_FAMILY_PUBLIC_ORDER;
    }
}

/* DOMAIN.md "Risk order", for one likely class. */
static enum cdi_risk risk_of(const struct cdi_disclosed *disclosed, const struct cdi_offence *offence, const struct said *said)
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
    if (said->hate)
        return CDI_RISK_HATE;
    return said->asb_personal ? CDI_RISK_ASB_PERSONAL : CDI_RISK_OTHER;
}

/* What the caller said of it, whatever officers wrote (cdi_cut_log decides when). */
static void fill_piece(struct cdi_cut *cut, struct cdi_piece *piece, struct cdi_disclosed *disclosed)
{
    struct cdi_reading *reading = &cut->reading;
    if (!piece->caller_only || reading->caller_only) {
        struct cdi_rest rest;
        fill_classes(reading, cdi_leave_out_others(cut, &rest), piece, disclosed);
        cdi_hold_all_again(cut, &rest);
    } else {
        struct cdi_held held = reading->held;
        struct cdi_sums sums;
        cdi_hold_caller(reading);
        cdi_weigh(reading, &reading->held, &sums);
        fill_classes(reading, &sums, piece, disclosed);
        reading->caller_only = false;
        reading->held = held;
    }
    if (piece->further.told)
        fill_further(reading, &cut->sums, piece, disclosed);
}

void cdi_disclose(struct cdi_cut *cut, size_t piece, struct cdi_disclosed *disclosed)
{
    const struct cdi_reading *reading = &cut->reading;
    struct said said = { .hate = false };
    disclosed->count = disclosed->earlier_count = 0;
    disclosed->truncated = cut->truncated;
    disclosed->domestic = disclosed->child = disclosed->rape = disclosed->violence = disclosed->disorder =
        disclosed->injury = disclosed->recoded = disclosed->graver = false;
    disclosed->likely = piece < cut->count;
    disclosed->report = 0;
    disclosed->received_at = disclosed->event_told_at = reading->incident->received_at;
    disclosed->risk = CDI_RISK_OTHER;
    if (!disclosed->likely)
        return;
    disclosed->report = cut->pieces[piece].key;
    disclosed->received_at = cut->pieces[piece].received_at;
    disclosed->event_told_at = cut->pieces[piece].event_told_at;
    fill_piece(cut, &cut->pieces[piece], disclosed);
    show_earlier(reading, disclosed);
    mark(reading, disclosed, &said);
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_offence *offence = &reading->tables->offences[disclosed->items[i].offence];
        enum cdi_risk risk = risk_of(disclosed, offence, &said);
        disclosed->risk = risk < disclosed->risk ? risk : disclosed->risk;
    }
}
