/* Floor: codec.  The part of the explanation that says what a log is watched for. */
#ifndef CDI_CODEC_EXPLAIN_WATCHES_H
#define CDI_CODEC_EXPLAIN_WATCHES_H

#include "cdiwatch/tables.h"
#include "codec/document.h"
#include "codec/page.h"

/* A fact each: what people look for, since when it holds and by what; nothing where the document has none. */
void cdi_explain_watches(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value document);

#endif
