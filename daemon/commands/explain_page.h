/* Floor: commands.  The page that explains one document. */
#ifndef CDI_COMMANDS_EXPLAIN_PAGE_H
#define CDI_COMMANDS_EXPLAIN_PAGE_H

#include <stdio.h>

#include "cdiwatch/tables.h"
#include "codec/document.h"

/* `document` is the data object of an alert; `now` is what "left" and "ago" are counted from. */
void cdi_explain_page(FILE *stream, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now);

#endif
