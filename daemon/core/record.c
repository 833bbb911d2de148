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
