#include "core/retention.h"

#include "core/link.h"

/* Of the crimes that it is linked with, the last that was told of. */
static struct cdi_instant last_told(const struct cdi_linked *linked)
{
    struct cdi_instant last = CDI_INSTANT_NONE;
    for (size_t i = 0; i < linked->link_count; i++)
        last = cdi_instant_later(last, linked->links[i].told_at);
    return last;
}

struct cdi_instant cdi_settled_at(const struct cdi_judgement *judgement)
{
    struct cdi_instant from = cdi_instant_later(judgement->disclosed.received_at, last_told(&judgement->linked));
    switch (judgement->compared.state) {
    case CDI_STATE_SATISFIED:
    case CDI_STATE_CLEARED:
        return cdi_instant_later(judgement->compared.answered_at, from);
    case CDI_STATE_NOT_DISCLOSED:
    case CDI_STATE_SUPERSEDED:
        return from;
    default:
        return CDI_INSTANT_NONE;
    }
}

static struct cdi_instant last_done(const struct cdi_deed *deeds, size_t count)
{
    struct cdi_instant last = CDI_INSTANT_NONE;
    for (size_t i = 0; i < count; i++)
        last = cdi_instant_later(last, deeds[i].at);
    return last;
}

struct cdi_instant cdi_log_kept_until(const struct cdi_tables *tables, const struct cdi_incident_case *incident,
                                      struct cdi_instant settled_at)
{
    struct cdi_instant last = cdi_instant_later(incident->facts.event_at, incident->facts.received_at);
    last = cdi_instant_later(last, cdi_instant_later(settled_at, incident->facts.settled.until));
    last = cdi_instant_later(last, last_done(incident->deeds, incident->deed_count));
    return cdi_instant_after(last, tables->kept_for[CDI_KEPT_LOG]);
}

struct cdi_instant cdi_crime_kept_until(const struct cdi_tables *tables, const struct cdi_crime_case *crime)
{
    const struct cdi_crime *facts = &crime->facts;
    struct cdi_instant dated = cdi_instant_later(facts->reported_at.at, facts->recorded_at.at), going_on = facts->committed_to.at;
    struct cdi_instant until = cdi_instant_after(cdi_instant_later(facts->event_at, dated), tables->kept_for[CDI_KEPT_CRIME]);
    uint16_t offence = cdi_crime_offence(tables, facts);
    if (offence == CDI_OFFENCE_NONE || tables->offences[offence].family != CDI_FAMILY_CONDUCT)
        return until;
    for (size_t i = 0; i < crime->added_count; i++)
        going_on = cdi_instant_later(going_on, crime->added[i]);
    going_on = cdi_instant_later(going_on, dated);
    return cdi_instant_later(until, cdi_instant_after(going_on, tables->kept_for[CDI_KEPT_CONDUCT]));
}

struct cdi_instant cdi_waiting_kept_until(const struct cdi_tables *tables, const struct cdi_waiting_case *waiting)
{
    return cdi_instant_after(last_done(waiting->deeds, waiting->deed_count), tables->kept_for[CDI_KEPT_ACTION]);
}

bool cdi_received_too_long_ago(const struct cdi_tables *tables, struct cdi_instant received_at, struct cdi_instant known_at)
{
    return cdi_instant_said(received_at) &&
           cdi_instant_before(cdi_instant_after(received_at, tables->kept_for[CDI_KEPT_RECEIPT]), known_at);
}

struct cdi_instant cdi_midnight(struct cdi_instant at)
{
    int64_t day = CDI_DAYS(1).ms, into = at.ms % day;
    return (struct cdi_instant){ at.ms - (into < 0 ? into + day : into) };
}

uint16_t cdi_day_number(struct cdi_instant at)
{
    int64_t day = at.ms < 0 ? 0 : at.ms / CDI_DAYS(1).ms;
    return day > UINT16_MAX ? UINT16_MAX : (uint16_t)day;
}
