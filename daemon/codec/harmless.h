/* Floor: codec.  What others wrote, made harmless to show.  Control characters, also those of C1 that some terminals obey, line and paragraph
 * separators and marks that turn the direction of what follows become spaces; bytes that are not UTF-8 become U+FFFD.  Everything else stays. */
#ifndef CDI_CODEC_HARMLESS_H
#define CDI_CODEC_HARMLESS_H

#include "cdiwatch/text.h"
#include "codec/body.h"

void cdi_harmless_add(struct cdi_body *out, struct cdi_text text);
/* The same with & < > " ' as references: for the text of an element, or for the value of an attribute within quotes. */
void cdi_html_add(struct cdi_body *out, struct cdi_text text);
/* Within a string of JSON, as its writer wrote it: what is harmful becomes \uXXXX, so that the string means the same as before. */
void cdi_json_harmless_add(struct cdi_body *out, struct cdi_text text);

#endif
