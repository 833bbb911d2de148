/* Floor: codec.  The explanation of one document: why there is an alert, what was found, what to do.  Both forms say the same. */
#ifndef CDI_CODEC_EXPLAIN_H
#define CDI_CODEC_EXPLAIN_H

#include "cdiwatch/tables.h"
#include "codec/body.h"
#include "codec/document.h"

/* `document` is the data object of an alert; `now` is what "left" and "ago" are counted from. */

/* Adds "DPP-1, first report (alert 5f3a...)", the title: the first line of the text, not in the HTML.  Not yet fit for HTML: cdi_html_add. */
void cdi_explain_title(struct cdi_body *out, struct cdi_value document);

/* Adds the title and the sections, wrapped to `width`. */
void cdi_explain_text(struct cdi_body *out, int width, bool colour, const struct cdi_tables *tables, struct cdi_value document,
                      struct cdi_instant now);
/* Adds the sections; the page around them, its title and its h1 are the caller's. */
void cdi_explain_html(struct cdi_body *out, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now);

#endif
