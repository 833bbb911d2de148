#include "core/clear.h"

#define FIELD(name) (UINT32_C(1) << CDI_DISPOSAL_FIELD_##name)

static bool endorsed(const struct cdi_disposal *disposal)
{
    /* R12: the endorser is not the author.  Nobody endorses what is not yet decided: what was said of an earlier reason. */
    bool before = cdi_instant_said(disposal->endorsed_at) && cdi_instant_said(disposal->decided_at) &&
                  cdi_instant_before(disposal->endorsed_at, disposal->decided_at);
    return cdi_text_said(disposal->endorsed_by) && !before && !cdi_text_same(disposal->endorsed_by, disposal->by);
}

/* R21: whether a rationale has worth is not a machine's to judge; whether it is one, is. */
static bool reasoned(const struct cdi_disposal_rule *rule, const struct cdi_disposal *disposal)
{
    return rule->rationale_given ? disposal->rationale == CDI_RATIONALE_GIVEN : disposal->rationale != CDI_RATIONALE_ABSENT;
}

static uint32_t fields_said(const struct cdi_disposal_rule *rule, const struct cdi_clear_facts *facts)
{
    const struct cdi_disposal *d = facts->disposal;
    const struct { uint32_t field; bool said; } fields[] = {
        { FIELD(RATIONALE), reasoned(rule, d) },
        { FIELD(BY), cdi_text_said(d->by) },
        { FIELD(BY_ROLE), cdi_text_said(d->by_role) },
        { FIELD(DECIDED_AT), cdi_instant_said(d->decided_at) },
        { FIELD(ENDORSED_BY), endorsed(d) },
        { FIELD(ENDORSED_ROLE), endorsed(d) && cdi_text_said(d->endorsed_role) },
        { FIELD(ENDORSED_AT), endorsed(d) && cdi_instant_said(d->endorsed_at) },
        { FIELD(VICTIM_TOLD_AT), cdi_instant_said(d->victim_told_at) },
        { FIELD(VICTIM_CONTACT_AT), cdi_instant_said(d->victim_contact_at) },
        { FIELD(ENQUIRIES), d->enquiries },
        { FIELD(CRIME), cdi_text_said(d->crime) && !facts->crime_too_old },
        { FIELD(OTHER_FORCE), cdi_text_said(d->other_force) },
        { FIELD(OTHER_REFERENCE), cdi_text_said(d->other_reference) },
        { FIELD(RULE), cdi_text_said(d->rule) },
        { FIELD(ELEMENT), d->element },
        { FIELD(N100), cdi_text_said(d->n100) },
        { FIELD(N300), cdi_text_said(d->n300) },
        { FIELD(CATEGORY), cdi_text_said(d->category) },
        { FIELD(PARENT), facts->parent_resolved },
    };
    _Static_assert(sizeof fields / sizeof *fields == CDI_DISPOSAL_FIELD_COUNT, "every field of a disposal is asked here");
    uint32_t said = 0;
    for (size_t i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        said |= fields[i].said ? fields[i].field : 0;
    return said;
}

static uint32_t fields_needed(const struct cdi_disposal_rule *rule, const struct cdi_disclosed *disclosed)
{
    uint32_t needs = rule->needs;
    if (disclosed->rape || disclosed->domestic || disclosed->child || disclosed->violence)
        needs |= rule->needs_if_sensitive;      /* R13, R14 */
    if (disclosed->disorder)
        needs |= rule->needs_if_disorder;       /* R12 */
    return needs;
}

/* A reason for one family (N100 for rape) ends a report only if nothing else is still due. */
static bool suits_what_is_due(const struct cdi_tables *tables, const struct cdi_disposal_rule *rule, const struct cdi_due *due)
{
    for (size_t u = 0; rule->family_only != 0 && u < due->count; u++) {
        enum cdi_family family = tables->offences[due->units[u].offence].family;
        if (due->units[u].answered_by == CDI_UNANSWERED && (rule->family_only & UINT32_C(1) << family) == 0)
            return false;
    }
    return true;
}

/* R11: a clearing counts from the later of decision and endorsement; of one that says neither, from when it was said. */
static struct cdi_instant counts_from(const struct cdi_disposal *disposal)
{
    struct cdi_instant at = disposal->decided_at;
    if (endorsed(disposal))
        at = cdi_instant_later(at, disposal->endorsed_at);
    return cdi_instant_said(at) ? at : disposal->said_at;
}

static void clear_by_disposal(const struct cdi_tables *tables, const struct cdi_clear_facts *facts,
                              const struct cdi_disclosed *disclosed, const struct cdi_due *due, struct cdi_clearing *clearing)
{
    clearing->given = true;
    if (!cdi_reason_from(facts->disposal->reason, &clearing->reason) || clearing->reason == CDI_REASON_NONE) {
        clearing->reason = CDI_REASON_NONE;
        return;
    }
    const struct cdi_disposal_rule *rule = &tables->disposals[clearing->reason];
    uint32_t said = fields_said(rule, facts), lacking = rule->marks_missing & ~said;
    clearing->missing = fields_needed(rule, disclosed) & ~said;
    clearing->refused = !rule->clears || (rule->caller_never & UINT32_C(1) << facts->caller_role) != 0 ||
                        !suits_what_is_due(tables, rule, due);
    if ((lacking & FIELD(ENDORSED_BY)) != 0)
        clearing->marks |= UINT32_C(1) << CDI_MARK_UNENDORSED;
    if (((lacking | clearing->missing) & FIELD(VICTIM_TOLD_AT)) != 0)
        clearing->marks |= UINT32_C(1) << CDI_MARK_VICTIM_NOT_TOLD;
    clearing->complete = clearing->missing == 0 && !clearing->refused;
    clearing->at = counts_from(facts->disposal);
}

/* R15: an N100 that names the log clears rape without a disposal, from its recording. */
static void clear_by_n100(const struct cdi_due *due, const struct cdi_linked *linked, const struct cdi_tables *tables,
                          struct cdi_clearing *clearing)
{
    for (size_t u = 0; u < due->count; u++) {
        uint8_t by = due->units[u].answered_by;
        if (by == CDI_UNANSWERED || linked->links[by].standing != CDI_STANDING_N100)
            continue;
        clearing->given = true;
        clearing->reason = linked->links[by].n100;
        clearing->at = cdi_instant_later(clearing->at, linked->links[by].recorded_at);
    }
    clearing->complete = clearing->given && suits_what_is_due(tables, &tables->disposals[clearing->reason], due);
}

void cdi_clear(const struct cdi_tables *tables, const struct cdi_clear_facts *facts, const struct cdi_disclosed *disclosed,
               const struct cdi_due *due, const struct cdi_linked *linked, struct cdi_clearing *clearing)
{
    *clearing = (struct cdi_clearing){ .at = CDI_INSTANT_NONE };
    if (facts->disposal != NULL && cdi_text_said(facts->disposal->reason))
        clear_by_disposal(tables, facts, disclosed, due, clearing);
    else
        clear_by_n100(due, linked, tables, clearing);
}
