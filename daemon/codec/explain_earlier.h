/* Floor: codec.  What is said of the earlier logs that a document goes by. */
#ifndef CDI_CODEC_EXPLAIN_EARLIER_H
#define CDI_CODEC_EXPLAIN_EARLIER_H

#include "codec/document.h"
#include "codec/page.h"

/* Of a point of the evidence, after its words: " (entry 4)", or of history " (twice in 90 days)"; else "". */
enum { CDI_HOW_OFTEN_SIZE = 64 };
void cdi_explain_how_often(struct cdi_value addend, char out[CDI_HOW_OFTEN_SIZE]);
/* The logs, an item each: when, which, who or what is the same, what it was.  Nothing where there are none. */
void cdi_explain_earlier(struct cdi_page *page, struct cdi_value document);

#endif
