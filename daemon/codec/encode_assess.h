/* Floor: codec.  What a log discloses, before any clearing or linking, as one JSON object:
 *   {"incident","force","reports":[{"report","received_at","likely":[...],"due","classes":[...]}],"disposal":{"reason","rationale"}}
 * `reports` is empty where nothing is likely (R22); `classes` has the class of each crime that is due; `disposal` is what the log
 * itself says, null if nothing, and its reason null if we do not know the word. */
#ifndef CDI_CODEC_ENCODE_ASSESS_H
#define CDI_CODEC_ENCODE_ASSESS_H

#include "cdiwatch/record.h"
#include "cdiwatch/tables.h"
#include "codec/json_text.h"
#include "core/judgement.h"

/* Begun, each report in the order of the log (steps 1 and 2 of its judgement are read), ended.  json->failed: no memory. */
void cdi_encode_assess_begin(struct cdi_json_text *json, const struct cdi_incident *incident);
void cdi_encode_assess_report(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_judgement *judgement);
void cdi_encode_assess_end(struct cdi_json_text *json, const struct cdi_incident *incident);

#endif
