/* Floor: codec.  The watches that hold of a report, for its document: their keys, and of each since when and by what. */
#ifndef CDI_CODEC_ENCODE_WATCHES_H
#define CDI_CODEC_ENCODE_WATCHES_H

#include "codec/json_text.h"
#include "core/judgement.h"

/* The members `watches` and `watch_reasons` of an object. */
void cdi_encode_watches(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_watched *watched);

#endif
