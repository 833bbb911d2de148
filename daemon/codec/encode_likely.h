/* Floor: codec.  What a log discloses, as `"likely":[...]`, and where its history is in the evidence, the earlier logs that it goes by,
 * as `"earlier":[...]`: the same in an alert and in an assessment. */
#ifndef CDI_CODEC_ENCODE_LIKELY_H
#define CDI_CODEC_ENCODE_LIKELY_H

#include "cdiwatch/tables.h"
#include "codec/json_text.h"
#include "core/judgement.h"

/* Steps 1 and 2 of the judgement, with the tables that they were made with. */
void cdi_encode_likely(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_judgement *judgement);

#endif
