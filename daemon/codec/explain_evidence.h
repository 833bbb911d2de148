/* Floor: codec.  Why a crime is thought likely: the points of the evidence, and the earlier logs that they go by. */
#ifndef CDI_CODEC_EXPLAIN_EVIDENCE_H
#define CDI_CODEC_EXPLAIN_EVIDENCE_H

#include "cdiwatch/tables.h"
#include "codec/document.h"
#include "codec/page.h"

/* The points of one likely class that carry weight, each a point of the page; the others are only counted. */
void cdi_explain_evidence(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value evidence);
/* The earlier logs, an item each: when, which, who or what is the same, what it was.  Nothing where there are none. */
void cdi_explain_earlier(struct cdi_page *page, struct cdi_value document);

#endif
