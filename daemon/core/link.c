#include "core/link.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS_OF_CONTINUING_CONDUCT = 3 };     /* R6 */

uint16_t cdi_crime_offence(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = CDI_OFFENCE_NONE;
    if (cdi_text_said(crime->klass.text))
        offence = cdi_tables_offence(tables, crime->klass.text);
    if (offence != CDI_OFFENCE_NONE)
        return offence;
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    return code != NULL ? code->offence : CDI_OFFENCE_NONE;
}

static uint16_t crime_rank(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence)
{
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    if (code != NULL)
        return code->rank;
    return offence != CDI_OFFENCE_NONE ? tables->offences[offence].rank : CDI_RANK_NONE;
}

static enum cdi_crime_status status_of(const struct cdi_crime *crime)
{
    enum cdi_crime_status status = CDI_CRIME_STATUS_UNKNOWN;
    if (cdi_text_said(crime->status.text))
        cdi_crime_status_from(crime->status.text, &status);
    if (status != CDI_CRIME_STATUS_UNKNOWN)
        return status;
    if (crime->cancel.type != CDI_CANCEL_TYPE_NONE)
        return CDI_CRIME_STATUS_CANCELLED;
    return cdi_instant_said(crime->recorded_at.at) ? CDI_CRIME_STATUS_RECORDED : CDI_CRIME_STATUS_UNKNOWN;
}

/* R7: does the cancellation itself answer the report? */
static bool cancellation_complete(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    const struct cdi_cancel *cancel = &crime->cancel;
    uint16_t offence = cdi_crime_offence(tables, crime);
    if (offence == CDI_OFFENCE_NONE || !cdi_instant_said(cancel->victim_told_at))
        return false;
    enum cdi_family family = tables->offences[offence].family;
    struct cdi_text klass = tables->offences[offence].klass;
    switch (cancel->type) {
    case CDI_CANCEL_TYPE_C1:
        return cdi_text_said(cancel->other_force) && cdi_text_said(cancel->reference);
    case CDI_CANCEL_TYPE_C2:
        if ((family == CDI_FAMILY_RAPE || family == CDI_FAMILY_HOMICIDE) && !cdi_text_is_caseless(cancel->by_role, "FCR"))
            return false;
        return cancel->avi && cancel->independent;
    case CDI_CANCEL_TYPE_C5:
        return cdi_text_is(crime->code.text, "008/06") || cdi_text_is(klass, "104") || cdi_text_is(klass, "105A");
    case CDI_CANCEL_TYPE_NONE:
    case CDI_CANCEL_TYPE_C3:                    /* the link has moved to the surviving crime */
    case CDI_CANCEL_TYPE_C4:
    case CDI_CANCEL_TYPE_COUNT:
        break;
    }
    return false;
}

enum cdi_standing cdi_crime_standing(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    switch (status_of(crime)) {
    case CDI_CRIME_STATUS_CANCELLED:
    case CDI_CRIME_STATUS_TRANSFERRED:          /* C1, whether its type is said or not */
        return cancellation_complete(tables, crime) ? CDI_STANDING_ANSWERED : CDI_STANDING_WITHDRAWN;
    case CDI_CRIME_STATUS_RECORDED:
    case CDI_CRIME_STATUS_DEALT_WITH:
        if (offence != CDI_OFFENCE_NONE && tables->offences[offence].family == CDI_FAMILY_N100)
            return CDI_STANDING_N100;
        return cdi_text_is(crime->klass.text, "N100") ? CDI_STANDING_N100 : CDI_STANDING_COUNTS;
    case CDI_CRIME_STATUS_UNKNOWN:
    case CDI_CRIME_STATUS_REQUESTED:
    case CDI_CRIME_STATUS_NON_CRIME:
    case CDI_CRIME_STATUS_COUNT:
        break;
    }
    return CDI_STANDING_NONE;
}

struct cdi_instant cdi_crime_recorded_at(const struct cdi_crime *crime)
{
    if (cdi_instant_said(crime->recorded_at.at))
        return crime->recorded_at.at;
    return cdi_instant_said(crime->status.said_at) ? crime->status.said_at : crime->event_at;
}

static struct cdi_instant ended_at(const struct cdi_crime *crime, enum cdi_standing standing)
{
    if (standing != CDI_STANDING_WITHDRAWN && standing != CDI_STANDING_ANSWERED)
        return CDI_INSTANT_NONE;
    return cdi_instant_said(crime->cancel.said_at) ? crime->cancel.said_at : crime->status.said_at;
}

bool cdi_link_explicit_only(const struct cdi_disclosed *disclosed)
{
    return disclosed->rape || disclosed->domestic || disclosed->child;
}

static bool is_victim(const struct cdi_unit *unit, const struct cdi_person *person)
{
    if (unit->person != NULL)
        return cdi_person_same(unit->person, person);
    for (size_t kind = 0; unit->victim != 0 && kind < CDI_TOKEN_COUNT; kind++)
        if (person->tokens[kind] == unit->victim)
            return true;
    return false;
}

static bool names_victim(const struct cdi_crime *crime, const struct cdi_unit *unit)
{
    for (size_t i = 0; i < crime->person_count; i++)
        if (crime->persons[i].role == CDI_PERSON_ROLE_VICTIM && is_victim(unit, &crime->persons[i]))
            return true;
    return false;
}

/* Known to be another: a crime that says only the name of its victim does not deny one that the log knows by number. */
static bool names_another(const struct cdi_crime *crime, const struct cdi_unit *unit)
{
    for (size_t i = 0; unit->victim != 0 && i < crime->person_count; i++)
        if (crime->persons[i].role == CDI_PERSON_ROLE_VICTIM &&
            (unit->person == NULL || cdi_person_differs(unit->person, &crime->persons[i])))
            return true;
    return false;
}

/* R5: is the crime principal over what was disclosed? */
static bool principal_over(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence,
                           const struct cdi_unit *unit)
{
    const struct cdi_offence *recorded = &tables->offences[offence], *disclosed = &tables->offences[unit->offence];
    uint16_t rank = crime_rank(tables, crime, offence), due = unit->rank != 0 ? unit->rank : disclosed->rank;
    if (recorded->additional || disclosed->additional)
        return false;                           /* recorded whatever else is: neither absorbs the other */
    bool code_195 = crime->code.text.size >= 3 && memcmp(crime->code.text.at, "195", 3) == 0;
    if ((disclosed->never_absorbed || unit->never_absorbed) && (code_195 || recorded->family == CDI_FAMILY_CONDUCT))
        return false;
    if (rank != CDI_RANK_NONE && due != CDI_RANK_NONE)
        return rank < due;
    if (rank != CDI_RANK_NONE || due != CDI_RANK_NONE)
        return false;
    return recorded->sentence > disclosed->sentence;
}

enum cdi_fit cdi_link_fit(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    if (offence == CDI_OFFENCE_NONE)
        return CDI_FIT_LESSER;
    bool same_victim = names_victim(crime, unit);
    if (offence == unit->offence)
        return same_victim ? CDI_FIT_CLASS_VICTIM : CDI_FIT_CLASS;
    if (tables->offences[offence].family == tables->offences[unit->offence].family)
        return same_victim ? CDI_FIT_FAMILY_VICTIM : CDI_FIT_FAMILY;
    bool other_victim = !same_victim && names_another(crime, unit);
    return !other_victim && principal_over(tables, crime, offence, unit) ? CDI_FIT_PRINCIPAL : CDI_FIT_LESSER;
}

static struct cdi_instant three_months_after(struct cdi_instant at)
{
    struct cdi_civil civil = cdi_utc_to_civil(at);
    civil.month += MONTHS_OF_CONTINUING_CONDUCT;
    if (civil.month > 12) {
        civil.month -= 12;
        civil.year++;
    }
    while (!cdi_civil_valid(&civil) && civil.day > 28)      /* 30 November and three months: the last of February */
        civil.day--;
    return cdi_civil_to_utc(&civil);
}

static bool shares_token(const struct cdi_person *a, const struct cdi_person *b)
{
    for (size_t kind = 0; kind < CDI_TOKEN_COUNT; kind++)
        if (kind != CDI_TOKEN_BIRTH && a->tokens[kind] != 0 && a->tokens[kind] == b->tokens[kind])
            return true;
    return false;
}

/* Suspects that both name must meet; where one names none, nothing speaks against it. */
static bool suspects_agree(const struct cdi_incident *incident, const struct cdi_crime *crime)
{
    bool both = false;
    for (size_t i = 0; i < incident->person_count; i++)
        for (size_t j = 0; incident->persons[i].role == CDI_PERSON_ROLE_SUSPECT && j < crime->person_count; j++) {
            if (crime->persons[j].role != CDI_PERSON_ROLE_SUSPECT)
                continue;
            if (shares_token(&incident->persons[i], &crime->persons[j]))
                return true;
            both = true;
        }
    return !both;
}

/* R6: three calendar months from the latest of committed_to, reported_at and receipt of the logs already added; same
 * suspect, not dealt with. */
static bool conduct_continues(const struct cdi_tables *tables, const struct cdi_incident *incident,
                              const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate)
{
    const struct cdi_crime *crime = candidate->crime;
    uint16_t offence = cdi_crime_offence(tables, crime);
    if (offence == CDI_OFFENCE_NONE || tables->offences[offence].family != CDI_FAMILY_CONDUCT)
        return false;
    if (status_of(crime) == CDI_CRIME_STATUS_DEALT_WITH || !suspects_agree(incident, crime))
        return false;
    struct cdi_instant last = cdi_instant_later(crime->committed_to.at, crime->reported_at.at);
    last = cdi_instant_later(last, candidate->added_at);
    if (!cdi_instant_said(last))
        last = cdi_crime_recorded_at(crime);
    return !cdi_instant_before(three_months_after(last), disclosed->received_at);
}

bool cdi_link_in_time(const struct cdi_tables *tables, const struct cdi_incident *incident,
                      const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate)
{
    if (candidate->moved)                       /* the duplicate was made after the disclosure: both are one event */
        return true;
    struct cdi_instant recorded = cdi_crime_recorded_at(candidate->crime);
    if (recorded.ms / 1000 >= disclosed->received_at.ms / 1000)     /* sources say whole seconds */
        return true;
    return conduct_continues(tables, incident, disclosed, candidate);
}

static enum cdi_reason n100_reason(const struct cdi_crime *crime)
{
    struct cdi_text kind = crime->n100.text;
    return cdi_text_is(kind, "100/01")   ? CDI_REASON_N100_01
           : cdi_text_is(kind, "100/02") ? CDI_REASON_N100_02
           : cdi_text_is(kind, "100/03") ? CDI_REASON_N100_03
                                         : CDI_REASON_NONE;
}

static struct cdi_link link_of(const struct cdi_tables *tables, const struct cdi_crime *crime, enum cdi_how how)
{
    enum cdi_standing standing = cdi_crime_standing(tables, crime);
    uint16_t offence = cdi_crime_offence(tables, crime);
    return (struct cdi_link){
        .crime = crime->reference, .klass = crime->klass.text, .offence = offence,
        .rank = crime_rank(tables, crime, offence), .how = how, .recorded_at = cdi_crime_recorded_at(crime),
        .standing = standing, .n100 = n100_reason(crime), .ended_at = ended_at(crime, standing),
    };
}

static bool conduct_unit(const struct cdi_tables *tables, const struct cdi_unit *unit)
{
    return tables->offences[unit->offence].family == CDI_FAMILY_CONDUCT;
}

/* R15: 100/01 never for a professional's, parent's or carer's report; 100/03 needs the force. */
static bool n100_answers(const struct cdi_tables *tables, const struct cdi_incident *incident,
                         const struct cdi_crime *crime, const struct cdi_unit *unit)
{
    if (tables->offences[unit->offence].family != CDI_FAMILY_RAPE)
        return false;
    enum cdi_caller_role caller = CDI_CALLER_ROLE_UNKNOWN;
    if (cdi_text_said(incident->caller_role.text))
        cdi_caller_role_from(incident->caller_role.text, &caller);
    enum cdi_reason reason = n100_reason(crime);
    if (reason == CDI_REASON_N100_01)
        return caller != CDI_CALLER_ROLE_PROFESSIONAL && caller != CDI_CALLER_ROLE_PARENT_OR_CARER;
    if (reason == CDI_REASON_N100_03)
        return cdi_text_said(crime->cancel.other_force) || cdi_text_said(incident->disposal.other_force);
    return reason == CDI_REASON_N100_02;
}

enum cdi_fit cdi_link_named_fit(const struct cdi_tables *tables, const struct cdi_incident *incident,
                                const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate,
                                const struct cdi_link *link, const struct cdi_unit *unit)
{
    if (!cdi_link_in_time(tables, incident, disclosed, candidate))
        return CDI_FIT_LESSER;
    if (link->standing == CDI_STANDING_N100)
        return n100_answers(tables, incident, candidate->crime, unit) ? CDI_FIT_PRINCIPAL : CDI_FIT_LESSER;
    if (link->standing != CDI_STANDING_COUNTS && link->standing != CDI_STANDING_ANSWERED)
        return CDI_FIT_LESSER;
    bool old = link->recorded_at.ms / 1000 < disclosed->received_at.ms / 1000;
    if (old && !candidate->moved && !conduct_unit(tables, unit))    /* only continuing conduct goes to an older crime */
        return CDI_FIT_LESSER;
    return cdi_link_fit(tables, unit, candidate->crime);
}

static int candidate_order(const void *a, const void *b)
{
    const struct cdi_candidate *x = a, *y = b;
    if (x->how != y->how)
        return x->how < y->how ? -1 : 1;
    return cdi_text_compare(x->crime->reference, y->crime->reference);
}

/* R3, within one report: each unit takes the best crime left, best fit first; ties by unit, then crime. */
static void answer_units(const struct cdi_tables *tables, const struct cdi_incident *incident,
                         const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidates,
                         struct cdi_due *due, struct cdi_linked *linked)
{
    for (int fit = CDI_FIT_CLASS_VICTIM; fit < CDI_FIT_LESSER; fit++)
        for (size_t u = 0; u < due->count; u++)
            for (size_t l = 0; due->units[u].answered_by == CDI_UNANSWERED && l < linked->link_count; l++) {
                struct cdi_link *link = &linked->links[l];
                if (link->allocated || cdi_link_named_fit(tables, incident, disclosed, &candidates[l], link, &due->units[u]) !=
                                           (enum cdi_fit)fit)
                    continue;
                link->allocated = true;
                due->units[u].answered_by = (uint8_t)l;
            }
}

void cdi_link_look_back(const struct cdi_disclosed *disclosed, const struct cdi_due *once, struct cdi_linked *linked)
{
    struct cdi_instant from = disclosed->received_at, until = CDI_INSTANT_NONE;
    for (size_t u = 0; u < once->count; u++) {
        if (once->units[u].answered_by == CDI_UNANSWERED)
            return;
        const struct cdi_link *link = &linked->links[once->units[u].answered_by];
        from = cdi_instant_later(from, link->recorded_at);
        if (link->standing == CDI_STANDING_WITHDRAWN)
            until = cdi_instant_earlier(until, link->ended_at);
    }
    if (!cdi_instant_said(until) || cdi_instant_before(until, from))
        return;
    linked->former_at = from;
    linked->withdrawn_at = until;
}

/* R8: had the cancelled crimes stood, would every unit have been answered, and from when until when? */
static void look_back(const struct cdi_tables *tables, const struct cdi_incident *incident,
                      const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidates,
                      const struct cdi_due *due, struct cdi_linked *linked)
{
    struct cdi_due once = *due;
    struct cdi_linked then = *linked;
    for (size_t i = 0; i < then.link_count; i++)
        if (then.links[i].standing == CDI_STANDING_WITHDRAWN)
            then.links[i].standing = CDI_STANDING_COUNTS;
    answer_units(tables, incident, disclosed, candidates, &once, &then);
    cdi_link_look_back(disclosed, &once, linked);
}

bool cdi_link_take(const struct cdi_tables *tables, const struct cdi_claimant *claimant, struct cdi_candidate *sorted)
{
    struct cdi_linked *linked = claimant->linked;
    struct cdi_candidate all[CDI_CANDIDATES_MAX];
    bool withdrawn = false;
    linked->link_count = linked->alternative_count = 0;
    linked->former_at = linked->withdrawn_at = CDI_INSTANT_NONE;
    linked->truncated = linked->truncated || claimant->count > CDI_CANDIDATES_MAX;
    size_t kept = 0, taken = claimant->count < CDI_CANDIDATES_MAX ? claimant->count : CDI_CANDIDATES_MAX;
    for (size_t i = 0; i < taken; i++)
        all[i] = claimant->candidates[i];
    qsort(all, taken, sizeof all[0], candidate_order);
    for (size_t i = 0; i < taken; i++) {
        struct cdi_link link = link_of(tables, all[i].crime, all[i].how);
        if (link.standing == CDI_STANDING_NONE)
            continue;
        if (kept == CDI_LINKS_MAX) {
            linked->truncated = true;
            break;
        }
        withdrawn = withdrawn || link.standing == CDI_STANDING_WITHDRAWN;
        sorted[kept] = all[i];
        linked->links[kept++] = link;
    }
    linked->link_count = (uint8_t)kept;
    return withdrawn;
}

void cdi_link_named(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *claimants,
                    size_t count)
{
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    const struct cdi_claimant *only = &claimants[0];
    if (count != 1) {
        cdi_link_share(tables, incident, claimants, count);
        return;
    }
    if (cdi_link_take(tables, only, sorted))
        look_back(tables, incident, only->disclosed, sorted, only->due, only->linked);
    answer_units(tables, incident, only->disclosed, sorted, only->due, only->linked);
}
