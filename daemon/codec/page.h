/* Floor: codec.  Running text for people, written once and given in one of two forms: words wrapped for a terminal, or HTML.  What is said
 * may be hostile: neither form obeys it (codec/harmless.h).  HTML has an h2 a section, and p, ul and dl; no style, no script, no id. */
#ifndef CDI_CODEC_PAGE_H
#define CDI_CODEC_PAGE_H

#include "cdiwatch/instant.h"
#include "codec/body.h"

enum cdi_page_block {
    CDI_PAGE_PARAGRAPH,
    CDI_PAGE_ITEM,                              /* of a list */
    CDI_PAGE_POINT,                             /* the same, beneath a paragraph that it belongs to */
    CDI_PAGE_FACT                               /* a label and what stands for it */
};

struct cdi_page_form;
/* Its members are its own. */
struct cdi_page {
    const struct cdi_page_form *form;
    struct cdi_body *out;                       /* borrowed */
    struct cdi_body said, line;
    int width;
    bool colour, in_section;
    enum cdi_page_block block;
    const char *list;                           /* HTML: the list that is open */
};

struct cdi_page cdi_page_text(struct cdi_body *out, int width, bool colour);
struct cdi_page cdi_page_html(struct cdi_body *out);
void cdi_page_close(struct cdi_page *page);     /* must be called; `out` is then whole, or has `failed` */

/* A section begins. */
void cdi_page_heading(struct cdi_page *page, const char *words);

/* A block whole, or piece by piece. */
void cdi_page_words(struct cdi_page *page, enum cdi_page_block block, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cdi_page_begin(struct cdi_page *page, enum cdi_page_block block);          /* not a fact */
void cdi_page_begin_fact(struct cdi_page *page, const char *label);             /* "Risk" */
void cdi_page_say(struct cdi_page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cdi_page_time(struct cdi_page *page, struct cdi_instant at);               /* local, as cdi_time_text */
void cdi_page_end(struct cdi_page *page);

#endif
