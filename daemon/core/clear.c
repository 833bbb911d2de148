#include "core/clear.h"
#include "core/decisions.h"
#include "core/link.h"

#define FIELD(name) (UINT32_C(1) << CDI_DISPOSAL_FIELD_##name)

/* R12: the endorser is not the author. */
static bool self_endorsed(const struct cdi_disposal *disposal)
{
    return cdi_text_said(disposal->endorsed_by) && cdi_text_same(disposal->endorsed_by, disposal->by);
}

bool cdi_disposal_endorsed(const struct cdi_disposal *disposal)
{
    /* Nobody endorses what is not yet decided: that was said of an earlier reason. */
    bool before = cdi_instant_said(disposal->endorsed_at) && cdi_instant_said(disposal->decided_at) &&
                  cdi_instant_before(disposal->endorsed_at, disposal->decided_at);
    return cdi_text_said(disposal->endorsed_by) && !before && !self_endorsed(disposal);
}

/* A role that is not said, or is none of ours, is not doubted. */
static bool lacks_authority(struct cdi_text role, uint32_t never)
{
    enum cdi_entry_role known = CDI_ENTRY_ROLE_UNKNOWN;
    return cdi_text_said(role) && cdi_entry_role_from(role, &known) && (never & UINT32_C(1) << known) != 0;
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
        { FIELD(ENDORSED_BY), cdi_disposal_endorsed(d) },
        { FIELD(ENDORSED_ROLE), cdi_disposal_endorsed(d) && cdi_text_said(d->endorsed_role) },
        { FIELD(ENDORSED_AT), cdi_disposal_endorsed(d) && cdi_instant_said(d->endorsed_at) },
        { FIELD(VICTIM_TOLD_AT), cdi_instant_said(d->victim_told_at) },
        { FIELD(VICTIM_CONTACT_AT), cdi_instant_said(d->victim_contact_at) },
        { FIELD(ENQUIRIES), d->enquiries },
        { FIELD(CRIME), cdi_text_said(d->crime) && !facts->crime_unfit },
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
        needs |= rule->needs_if_sensitive;      /* R13 */
    if (disclosed->rape || disclosed->domestic || disclosed->child || disclosed->injury)
        needs |= rule->needs_if_hurt;           /* R14 */
    if (disclosed->disorder)
        needs |= rule->needs_if_disorder;       /* R12 */
    return needs;
}

static bool of_family(const struct cdi_tables *tables, const struct cdi_disposal_rule *rule, const struct cdi_unit *unit)
{
    return (rule->family_only & UINT32_C(1) << tables->offences[unit->offence].family) != 0;
}

/* What step 4 goes by of the steps before. */
struct asked {
    const struct cdi_tables *tables;
    const struct cdi_disclosed *disclosed;
    const struct cdi_due *due;
    const struct cdi_linked *linked;
    bool unsure;                                /* as if a human had confirmed what must be confirmed (R9) */
};

static bool answered(const struct asked *asked, const struct cdi_unit *unit)
{
    if (unit->answered_by == CDI_UNANSWERED)
        return false;
    const struct cdi_link *link = &asked->linked->links[unit->answered_by];
    return asked->unsure || !cdi_link_unconfirmed(asked->disclosed, link);
}

/* R15: one N100 for a victim and an offender, so that of several rapes it explains one: the one that it answers as a record, else the first
 * that has none, else the last that got one.  due->count: no rape is due. */
static size_t explained_by(const struct asked *asked, const struct cdi_disposal_rule *rule, struct cdi_text n100)
{
    size_t best = asked->due->count;
    struct cdi_instant best_at = CDI_INSTANT_NONE;
    for (size_t u = 0; u < asked->due->count; u++) {
        const struct cdi_unit *unit = &asked->due->units[u];
        if (!of_family(asked->tables, rule, unit))
            continue;
        bool recorded = answered(asked, unit);
        if (recorded && asked->linked->links[unit->answered_by].standing == CDI_STANDING_N100 &&
            cdi_text_same(asked->linked->links[unit->answered_by].crime, n100))
            return u;
        struct cdi_instant at = recorded ? unit->answered_at : (struct cdi_instant){ INT64_MAX };
        if (best == asked->due->count || cdi_instant_before(best_at, at)) {
            best = u;
            best_at = at;
        }
    }
    return best;
}

/* A reason for one family (N100 for rape) ends a report if it is for any of what was due, and from when crimes answered the rest:
 * `since` gets that, NONE if there is no rest. */
static bool suits_what_is_due(const struct asked *asked, const struct cdi_disposal_rule *rule, const struct cdi_disposal *disposal,
                              enum cdi_reason reason, struct cdi_instant *since)
{
    bool suits = rule->family_only == 0;
    size_t explained = cdi_reason_is_n100(reason) ? explained_by(asked, rule, disposal->n100) : CDI_UNITS_MAX;
    *since = CDI_INSTANT_NONE;
    for (size_t u = 0; rule->family_only != 0 && u < asked->due->count; u++) {
        const struct cdi_unit *unit = &asked->due->units[u];
        if (cdi_reason_is_n100(reason) ? u == explained : of_family(asked->tables, rule, unit)) {
            suits = true;
            continue;
        }
        if (!answered(asked, unit))
            return false;
        *since = cdi_instant_later(*since, unit->answered_at);
    }
    return suits;
}

/* R11: a clearing counts from the later of decision and endorsement; of one that says neither, from when it was said.  What a
 * duplicate or an existing crime rests upon must be there as well, or the deadline would have passed unanswered. */
static struct cdi_instant counts_from(const struct cdi_clear_facts *facts)
{
    const struct cdi_disposal *disposal = facts->disposal;
    struct cdi_instant at = disposal->decided_at;
    if (cdi_disposal_endorsed(disposal))
        at = cdi_instant_later(at, disposal->endorsed_at);
    at = cdi_instant_said(at) ? at : disposal->said_at;
    return cdi_instant_later(at, facts->rests_upon_at);
}

static uint32_t mark(enum cdi_mark mark)
{
    return UINT32_C(1) << mark;
}

static uint32_t marks_of(const struct cdi_disposal_rule *rule, const struct cdi_disposal *disposal, uint32_t missing, uint32_t said)
{
    uint32_t lacking = rule->marks_missing & ~said, marks = 0;
    if ((lacking & FIELD(ENDORSED_BY)) != 0)
        marks |= mark(CDI_MARK_UNENDORSED);
    if (((lacking | missing) & FIELD(VICTIM_TOLD_AT)) != 0)
        marks |= mark(CDI_MARK_VICTIM_NOT_TOLD);
    if (self_endorsed(disposal))
        marks |= mark(CDI_MARK_SELF_ENDORSED);
    if (lacks_authority(disposal->by_role, rule->decider_never) ||
        (cdi_disposal_endorsed(disposal) && lacks_authority(disposal->endorsed_role, rule->endorser_never)))
        marks |= mark(CDI_MARK_NO_AUTHORITY);
    return marks;
}

/* R15: by the victim, to somebody who wrote it down. */
static bool confirmed(const struct cdi_due *due)
{
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].confirms)
            return true;
    return false;
}

/* Why a reason does not clear here, whatever it has. */
static enum cdi_refusal refusal_of(const struct cdi_disposal_rule *rule, const struct cdi_clear_facts *facts, const struct cdi_due *due,
                                   bool suits, enum cdi_reason reason)
{
    const struct cdi_disposal *disposal = facts->disposal;
    if (!rule->clears)
        return CDI_REFUSAL_NEVER;
    if ((rule->caller_never & UINT32_C(1) << facts->caller_role) != 0)
        return CDI_REFUSAL_CALLER;
    if (!suits)
        return CDI_REFUSAL_OTHERS_DUE;
    if (reason == CDI_REASON_N100_01 && confirmed(due))
        return CDI_REFUSAL_CONFIRMED;
    /* CRI-1B re-opens on contact: whoever was spoken to after the decision is traced. */
    if (reason == CDI_REASON_CRI_1B && cdi_instant_before(counts_from(facts), disposal->victim_contact_at))
        return CDI_REFUSAL_VICTIM_REACHED;
    return CDI_REFUSAL_NONE;
}

static void note_once(struct cdi_clearing *clearing, struct cdi_instant from, struct cdi_instant until)
{
    if (!cdi_instant_before(from, until))
        return;
    if (clearing->once_count < CDI_CLEARED_MAX)
        clearing->once[clearing->once_count++] = (struct cdi_once){ from, until };
    else
        clearing->truncated = true;
}

/* R9: from when it would clear, were what is only like the rest of what is due confirmed; NONE: it would not. */
static struct cdi_instant clears_unsurely(const struct asked *asked, const struct cdi_disposal_rule *rule, const struct cdi_clear_facts *facts,
                                          enum cdi_reason reason)
{
    struct cdi_instant rest_answered_at;
    struct asked unsure = *asked;
    unsure.unsure = true;
    bool suits = suits_what_is_due(&unsure, rule, facts->disposal, reason, &rest_answered_at);
    if (refusal_of(rule, facts, asked->due, suits, reason) != CDI_REFUSAL_NONE)
        return CDI_INSTANT_NONE;
    return cdi_instant_later(counts_from(facts), rest_answered_at);
}

static void clear_by_disposal(const struct asked *asked, const struct cdi_clear_facts *facts, struct cdi_clearing *clearing)
{
    const struct cdi_disclosed *disclosed = asked->disclosed;
    clearing->given = true;
    if (!cdi_reason_from(facts->disposal->reason, &clearing->reason) || clearing->reason == CDI_REASON_NONE) {
        clearing->reason = CDI_REASON_NONE;
        return;
    }
    const struct cdi_disposal_rule *rule = &asked->tables->disposals[clearing->reason];
    uint32_t said = fields_said(rule, facts), needed = fields_needed(rule, disclosed);
    if (disclosed->disorder && (rule->needs_if_disorder & FIELD(ENDORSED_BY)) != 0 &&
        lacks_authority(facts->disposal->endorsed_role, rule->endorser_never))
        said &= ~FIELD(ENDORSED_BY);            /* DOMAIN.md, NCL: there it is a supervisor's */
    clearing->missing = needed & ~said;
    clearing->marks = marks_of(rule, facts->disposal, clearing->missing, said);
    struct cdi_instant rest_answered_at;
    bool suits = suits_what_is_due(asked, rule, facts->disposal, clearing->reason, &rest_answered_at);
    clearing->refusal = refusal_of(rule, facts, asked->due, suits, clearing->reason);
    clearing->complete = clearing->missing == 0 && clearing->refusal == CDI_REFUSAL_NONE;
    if (clearing->reason == CDI_REASON_CRI_2 || clearing->reason == CDI_REASON_N100_03)
        clearing->other_force = facts->disposal->other_force;
    clearing->at = cdi_instant_later(counts_from(facts), rest_answered_at);
    if (clearing->missing == 0 && !clearing->complete)
        clearing->unsure_at = clears_unsurely(asked, rule, facts, clearing->reason);
    if (clearing->missing == 0 && clearing->refusal == CDI_REFUSAL_VICTIM_REACHED)
        note_once(clearing, clearing->at, facts->disposal->victim_contact_at);
}

/* R15: an N100 that names the log clears rape without a disposal, from its recording; nothing may be left unanswered, and what
 * crimes answered later counts from then. */
static void clear_by_n100(const struct asked *asked, struct cdi_clearing *clearing)
{
    const struct cdi_due *due = asked->due;
    const struct cdi_linked *linked = asked->linked;
    for (size_t u = 0; u < due->count; u++)
        if (!answered(asked, &due->units[u]))
            return;
    struct cdi_instant at = CDI_INSTANT_NONE;
    for (size_t u = 0; u < due->count; u++) {
        uint8_t by = due->units[u].answered_by;
        at = cdi_instant_later(at, due->units[u].answered_at);
        if (linked->links[by].standing != CDI_STANDING_N100)
            continue;
        clearing->given = clearing->complete = true;
        clearing->reason = linked->links[by].n100;
        if (clearing->reason == CDI_REASON_N100_03)
            clearing->other_force = linked->links[by].other_force;
    }
    if (clearing->complete)
        clearing->at = at;
}

const struct cdi_clearing cdi_clear_nothing = { .at = { INT64_MIN }, .unsure_at = { INT64_MIN } };

void cdi_clear(const struct cdi_tables *tables, const struct cdi_clear_facts *facts, const struct cdi_disclosed *disclosed,
               const struct cdi_due *due, const struct cdi_linked *linked, struct cdi_clearing *clearing)
{
    const struct asked asked = { tables, disclosed, due, linked, false };
    *clearing = cdi_clear_nothing;
    if (facts->disposal != NULL && cdi_text_said(facts->disposal->reason))
        clear_by_disposal(&asked, facts, clearing);
    else
        clear_by_n100(&asked, clearing);
}

void cdi_clear_formerly(struct cdi_clearing *clearing, const struct cdi_clearing *former, struct cdi_instant withdrawn_at)
{
    clearing->truncated = clearing->truncated || former->truncated;
    if (former->complete)
        note_once(clearing, former->at, withdrawn_at);
    for (size_t i = 0; i < former->once_count; i++)             /* itself withdrawn before that */
        note_once(clearing, former->once[i].from, cdi_instant_earlier(former->once[i].until, withdrawn_at));
}
