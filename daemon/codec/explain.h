/* Floor: codec.  The explanation of one document: why there is an alert, what was found, what to do.  Both forms say the same. */
#ifndef CDI_CODEC_EXPLAIN_H
#define CDI_CODEC_EXPLAIN_H

#include "cdiwatch/record.h"
#include "cdiwatch/tables.h"
#include "codec/body.h"
#include "codec/document.h"

/* `document` is the data object of an alert; `now` is what "left" and "ago" are counted from. */

/* Adds "DPP-1, first report (alert 5f3a...)", the title: the first line of the text, not in the HTML.  Not yet fit for HTML: cdi_html_add. */
void cdi_explain_title(struct cdi_body *out, struct cdi_value document);

/* What other reports of the log tell that bears on this one: begin with its document, take all that can be found of the log, in any order (itself
 * and others do no harm), and explain with it.  Keeps nothing of the documents. */
struct cdi_explain_beside {
    char force[CDI_FORCE_MAX + 1], incident[CDI_REFERENCE_MAX + 1];
    int64_t report;
    uint32_t graver;                            /* told later, and graver than what the log had told: 1u << enum cdi_family */
};
void cdi_explain_beside_begin(struct cdi_explain_beside *beside, struct cdi_value document);
void cdi_explain_beside_take(struct cdi_explain_beside *beside, const struct cdi_tables *tables, struct cdi_value other);

/* Adds the title and the sections, wrapped to `width`.  `beside` may be NULL. */
void cdi_explain_text(struct cdi_body *out, int width, bool colour, const struct cdi_tables *tables, struct cdi_value document,
                      const struct cdi_explain_beside *beside, struct cdi_instant now);
/* Adds the sections; the page around them, its title and its h1 are the caller's. */
void cdi_explain_html(struct cdi_body *out, const struct cdi_tables *tables, struct cdi_value document,
                      const struct cdi_explain_beside *beside, struct cdi_instant now);

#endif
