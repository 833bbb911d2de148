/* Floor: core.  The document of a report, made from its judgement. */
#ifndef CDI_CORE_ALERT_H
#define CDI_CORE_ALERT_H

#include "cdiwatch/alert.h"
#include "core/judgement.h"
#include "core/lifecycle.h"

/* Fills everything but version, time, detected_late_by_s and `published`; arrays are in the scratch, texts those of the case. */
void cdi_alert_make(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_judgement *judgement,
                    const struct cdi_lifecycle_view *view, const struct cdi_disposal *disposal, struct cdi_instant now,
                    struct cdi_scratch *scratch, struct cdi_alert *alert);

/* DESIGN.md "It exists once a stage or a watch held, or the report was cleared without a crime": by the facts, whatever was
 * once published. */
bool cdi_alert_exists(const struct cdi_judgement *judgement);

/* Of everything that readers see but version, time, and what says when it was known: detected_late_by_s, `published` and the
 * mark late_message. */
uint64_t cdi_alert_content(const struct cdi_tables *tables, const struct cdi_alert *alert);

#endif
