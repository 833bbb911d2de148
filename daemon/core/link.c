#include "core/link.h"

#include "core/degrees.h"
#include "core/told.h"
#include "core/turns.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS_OF_CONTINUING_CONDUCT = 3 };     /* R6 */

bool cdi_link_explicit_only(const struct cdi_disclosed *disclosed)
{
    return disclosed->rape || disclosed->domestic || disclosed->child;
}

bool cdi_link_unconfirmed(const struct cdi_disclosed *disclosed, const struct cdi_link *link)
{
    return link->how == CDI_HOW_SCORED && (link->explicit_only || cdi_link_explicit_only(disclosed));
}

bool cdi_crime_explicit_only(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    if (offence != CDI_OFFENCE_NONE && tables->offences[offence].family == CDI_FAMILY_RAPE)
        return true;
    for (size_t i = 0; i < crime->person_count; i++)
        if (crime->persons[i].role == CDI_PERSON_ROLE_VICTIM && crime->persons[i].age_band != CDI_AGE_BAND_UNKNOWN &&
            crime->persons[i].age_band != CDI_AGE_BAND_ADULT)
            return true;
    return (crime->flags & (UINT32_C(1) << CDI_QUALIFIER_DOMESTIC | UINT32_C(1) << CDI_QUALIFIER_CHILD)) != 0;
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
    for (size_t i = 0; unit->person != NULL && i < crime->person_count; i++)
        if (crime->persons[i].role == CDI_PERSON_ROLE_VICTIM && cdi_person_differs(unit->person, &crime->persons[i]))
            return true;
    return false;
}

/* Whatever else is; of a class that has breaches of orders, by its code. */
static bool recorded_besides(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence)
{
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    bool additional = tables->offences[offence].additional;
    return code == NULL ? additional : code->breach_of_order || (additional && !cdi_told_breaches(tables, offence));
}

/* R5: is the crime principal over what was disclosed? */
static bool principal_over(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence,
                           const struct cdi_unit *unit)
{
    const struct cdi_offence *recorded = &tables->offences[offence], *disclosed = &tables->offences[unit->offence];
    uint16_t rank = cdi_crime_rank(tables, crime, offence), due = unit->rank != 0 ? unit->rank : disclosed->rank;
    if (recorded_besides(tables, crime, offence) || unit->additional)
        return false;                           /* recorded whatever else is: neither absorbs the other */
    struct cdi_text code = cdi_text_said(crime->code.text) ? crime->code.text : recorded->code;
    if ((disclosed->never_absorbed || unit->never_absorbed) && code.size > 4 && memcmp(code.at, "195/", 4) == 0)
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

bool cdi_link_one_event(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_unit *other)
{
    uint32_t family = UINT32_C(1) << tables->offences[unit->offence].family, others = UINT32_C(1) << tables->offences[other->offence].family;
    return (unit->graver && !other->confirms && cdi_graver_than(family, others)) ||
           (other->graver && !unit->confirms && cdi_graver_than(others, family));
}

enum cdi_fit cdi_link_fit_since(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime,
                                struct cdi_instant event_told_at)
{
    enum cdi_fit fit = cdi_link_fit(tables, unit, crime);
    bool of_event = unit->graver && cdi_crime_recorded_at(crime).ms / 1000 >= event_told_at.ms / 1000;
    return of_event && fit < CDI_FIT_PRINCIPAL ? fit : CDI_FIT_LESSER;
}

static struct cdi_civil local(struct cdi_zone zone, struct cdi_instant at)
{
    return cdi_utc_to_civil(cdi_instant_after(at, cdi_zone_offset(zone, at)));
}

/* The limit is a date: what was last said of the 4th of August may go on all through the 4th of November. */
static bool within_three_months(struct cdi_zone zone, struct cdi_instant last, struct cdi_instant at)
{
    struct cdi_civil day = local(zone, at), limit = local(zone, last);
    limit.month += MONTHS_OF_CONTINUING_CONDUCT;
    if (limit.month > 12) {
        limit.month -= 12;
        limit.year++;
    }
    if (day.year != limit.year || day.month != limit.month)
        return day.year != limit.year ? day.year < limit.year : day.month < limit.month;
    while (!cdi_civil_valid(&limit) && limit.day > 28)      /* 30 November and three months: the last of February */
        limit.day--;
    return day.day <= limit.day;
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

/* By what was said of it then: whoever is charged later was not when this was added, and what was added in time stays so. */
static bool dealt_with_by(const struct cdi_crime *crime, struct cdi_instant at)
{
    enum cdi_crime_status status = CDI_CRIME_STATUS_UNKNOWN;
    const struct cdi_turn *said = cdi_turn_before(crime->turns, crime->turn_count, CDI_TURN_STATUS, cdi_instant_after(at, (struct cdi_span){ 1 }));
    return said != NULL && cdi_crime_status_from(said->word, &status) && status == CDI_CRIME_STATUS_DEALT_WITH;
}

static struct cdi_instant said_of_conduct(const struct cdi_crime *crime)
{
    return cdi_instant_later(crime->committed_to.at, crime->reported_at.at);
}

bool cdi_link_conduct_lasts(const struct cdi_tables *tables, const struct cdi_crime *crime, struct cdi_instant disclosed_at)
{
    struct cdi_instant last = said_of_conduct(crime);
    return cdi_instant_said(last) && within_three_months(tables->zone, last, disclosed_at);
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
    if (dealt_with_by(crime, disclosed->received_at) || !suspects_agree(incident, crime))
        return false;
    struct cdi_instant ended = cdi_crime_ended_at(tables, crime, cdi_crime_standing(tables, crime));
    if (cdi_instant_said(ended) && cdi_instant_before(ended, disclosed->received_at))
        return false;                               /* cancelled by then: nothing that this could be added to */
    struct cdi_instant last = cdi_instant_later(said_of_conduct(crime), candidate->added_at);
    if (!cdi_instant_said(last))
        last = cdi_crime_recorded_at(crime);
    return within_three_months(tables->zone, last, disclosed->received_at);
}

bool cdi_link_in_time(const struct cdi_tables *tables, const struct cdi_incident *incident,
                      const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate)
{
    if (candidate->moved)                       /* the duplicate was made after the disclosure: both are one event */
        return true;
    struct cdi_instant recorded = cdi_crime_recorded_at(candidate->crime);
    struct cdi_instant told_at = disclosed->graver ? disclosed->event_told_at : disclosed->received_at;
    if (recorded.ms / 1000 >= told_at.ms / 1000)        /* sources say whole seconds */
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
        .rank = cdi_crime_rank(tables, crime, offence), .how = how, .recorded_at = cdi_crime_recorded_at(crime),
        .told_at = crime->event_at, .standing = standing, .n100 = n100_reason(crime), .other_force = crime->cancel.other_force,
        .marks = cdi_crime_marks(tables, crime, standing), .ended_at = cdi_crime_ended_at(tables, crime, standing),
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
        return !unit->confirms && caller != CDI_CALLER_ROLE_PROFESSIONAL && caller != CDI_CALLER_ROLE_PARENT_OR_CARER;
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
    bool another = names_another(candidate->crime, unit) && !names_victim(candidate->crime, unit);
    if (another && (candidate->inherited || link->standing == CDI_STANDING_N100))
        return CDI_FIT_LESSER;
    if (link->standing == CDI_STANDING_N100)
        return n100_answers(tables, incident, candidate->crime, unit) ? CDI_FIT_PRINCIPAL : CDI_FIT_LESSER;
    if (link->standing != CDI_STANDING_COUNTS && link->standing != CDI_STANDING_ANSWERED)
        return CDI_FIT_LESSER;
    bool old = link->recorded_at.ms / 1000 < disclosed->received_at.ms / 1000;
    bool goes_on = old && conduct_unit(tables, unit) && conduct_continues(tables, incident, disclosed, candidate);
    if (old && !candidate->moved && !goes_on)       /* only continuing conduct goes to an older crime, or what is told graver */
        return cdi_link_fit_since(tables, unit, candidate->crime, disclosed->event_told_at);
    return cdi_link_fit(tables, unit, candidate->crime);
}

static int candidate_order(const void *a, const void *b)
{
    const struct cdi_candidate *x = a, *y = b;
    if (x->spent != y->spent)
        return x->spent ? 1 : -1;
    if (x->inherited != y->inherited)
        return x->inherited ? 1 : -1;
    if (x->how != y->how)
        return x->how < y->how ? -1 : 1;
    return cdi_text_compare(x->crime->reference, y->crime->reference);
}

bool cdi_link_shortly_before(const struct cdi_disclosed *disclosed, struct cdi_instant at)
{
    struct cdi_instant due_at = cdi_due_at(disclosed->received_at);
    return cdi_instant_said(at) && !cdi_instant_before(due_at, at) && cdi_instant_between(at, due_at).ms <= CDI_SHORTLY_BEFORE.ms;
}

/* C3 and C4 take away what was recorded, just before it must be there. */
static uint32_t near_deadline(const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate,
                              const struct cdi_link *link)
{
    enum cdi_cancel_type type = candidate->crime->cancel.type;
    struct cdi_instant at = candidate->moved_at;
    if (link->standing == CDI_STANDING_WITHDRAWN && (type == CDI_CANCEL_TYPE_C3 || type == CDI_CANCEL_TYPE_C4))
        at = link->ended_at;
    return cdi_link_shortly_before(disclosed, at) ? UINT32_C(1) << CDI_MARK_CANCELLED_NEAR_DEADLINE : 0;
}

void cdi_link_withdraw(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_crime *crime,
                       struct cdi_link *link)
{
    const struct cdi_candidate candidate = { .crime = crime, .moved_at = CDI_INSTANT_NONE };
    link->ended_at = cdi_crime_ended_at(tables, crime, link->standing);
    link->marks |= near_deadline(disclosed, &candidate, link);
}

/* A record without a class says nothing: it answers nothing either. */
static uint32_t says_nothing(const struct cdi_crime *crime, enum cdi_standing standing)
{
    bool unclassed = !cdi_text_said(crime->klass.text) && !cdi_text_said(crime->code.text);
    return standing == CDI_STANDING_COUNTS && unclassed ? UINT32_C(1) << CDI_MARK_PLACEHOLDER : 0;
}

/* One that names the log and is no recorded crime is seen all the same: asked for, or asked for and cancelled. */
static uint32_t no_crime(const struct cdi_crime *crime)
{
    switch (cdi_crime_status(crime)) {
    case CDI_CRIME_STATUS_REQUESTED:
        return UINT32_C(1) << CDI_MARK_REQUESTED;
    case CDI_CRIME_STATUS_CANCELLED:
    case CDI_CRIME_STATUS_TRANSFERRED:
        return UINT32_C(1) << CDI_MARK_PLACEHOLDER;
    default:
        return 0;
    }
}

void cdi_link_take(const struct cdi_tables *tables, const struct cdi_claimant *claimant, struct cdi_candidate *sorted)
{
    struct cdi_linked *linked = claimant->linked;
    struct cdi_candidate all[CDI_CANDIDATES_MAX];
    size_t count = claimant->count < CDI_CANDIDATES_MAX ? claimant->count : CDI_CANDIDATES_MAX;
    linked->link_count = linked->alternative_count = 0;
    linked->marks = 0;
    linked->spells.count = linked->unsure_spells.count = linked->then_count = 0;
    linked->truncated = linked->truncated || claimant->count > CDI_CANDIDATES_MAX;
    for (size_t i = 0; i < count; i++)
        all[i] = claimant->candidates[i];
    qsort(all, count, sizeof all[0], candidate_order);
    for (size_t i = 0; i < count; i++) {
        struct cdi_link link = link_of(tables, all[i].crime, all[i].how);
        if (link.standing == CDI_STANDING_NONE) {
            linked->marks |= all[i].inherited ? 0 : no_crime(all[i].crime) | near_deadline(claimant->disclosed, &all[i], &link);
            continue;
        }
        if (linked->link_count == CDI_LINKS_MAX) {
            linked->truncated = true;
            break;
        }
        if (all[i].spent)
            link.ended_at = all[i].spent_at;
        link.marks |= near_deadline(claimant->disclosed, &all[i], &link) | says_nothing(all[i].crime, link.standing);
        sorted[linked->link_count] = all[i];
        linked->links[linked->link_count++] = link;
    }
}
