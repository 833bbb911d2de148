#include "cdiwatch/record.h"

struct cdi_text cdi_record_force(const struct cdi_record *record)
{
    switch (record->kind) {
    case CDI_RECORD_KIND_INCIDENT: return record->incident.force;
    case CDI_RECORD_KIND_CRIME: return record->crime.force;
    case CDI_RECORD_KIND_ACTION: return record->action.force;
    case CDI_RECORD_KIND_HEARTBEAT: return record->heartbeat.force;
    case CDI_RECORD_KIND_COUNT: break;
    }
    return CDI_TEXT_NONE;
}

bool cdi_incident_closed(const struct cdi_incident *incident)
{
    const struct cdi_closing *closing = &incident->closing;
    struct cdi_instant closed = cdi_instant_said(closing->at) ? closing->at : closing->said_at;
    bool undone = cdi_instant_said(incident->reopened_at) && !cdi_instant_before(incident->reopened_at, closed);
    return cdi_instant_said(closed) && !undone;
}

struct cdi_text cdi_incident_closed_as(const struct cdi_incident *incident)
{
    return cdi_incident_closed(incident) ? incident->closing.code : CDI_TEXT_NONE;
}
