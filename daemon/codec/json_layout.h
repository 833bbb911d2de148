/* Floor: codec.  JSON that a reader has accepted (codec/json.h), laid out anew or taken apart by its bytes: numbers and strings stay as they were
 * written. */
#ifndef CDI_CODEC_JSON_LAYOUT_H
#define CDI_CODEC_JSON_LAYOUT_H

#include <stdbool.h>

#include "cdiwatch/text.h"
#include "codec/body.h"

/* Adds it with a member a line, two columns a level; strings made harmless (cdi_json_harmless_add).  No line end at its end. */
void cdi_json_pretty(struct cdi_body *out, struct cdi_text json);

/* Adds it as one line: white space between tokens is left out.  No line end at its end. */
void cdi_json_line(struct cdi_body *out, struct cdi_text json);

/* The bytes of the next object that stands `depth` containers deep: the elements of {"alerts":[...]} are 2 deep.  Begin with *at 0.  False:
 * there is none. */
bool cdi_json_object_at(struct cdi_text json, size_t depth, size_t *at, struct cdi_text *object);

#endif
