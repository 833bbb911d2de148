/* Floor: commands.  A table on a terminal: cells wrapped within their columns, a row as many lines as its longest cell. */
#ifndef CDI_COMMANDS_TABLE_H
#define CDI_COMMANDS_TABLE_H

#include "cdiwatch/text.h"
#include "codec/body.h"

enum { CDI_TABLE_COLUMNS_MOST = 12, CDI_TABLE_GAP = 2 };

struct cdi_table_column {
    const char *title;
    int least, share;                           /* columns of the terminal at least; its share of what is left over */
    int width;                                  /* as cdi_table_fit() has it */
};

/* Distributes the terminal's width; false: it is less than the columns need. */
bool cdi_table_fit(struct cdi_table_column *columns, size_t count, int width);

/* Adds the titles, and a line beneath them. */
void cdi_table_titles(struct cdi_body *out, const struct cdi_table_column *columns, size_t count, bool colour);

/* Adds a row.  `colour` is put around the first cell: "\033[1m", or NULL.  Cells must be harmless, on one line. */
void cdi_table_row(struct cdi_body *out, const struct cdi_table_column *columns, size_t count, const struct cdi_text *cells, const char *colour);

#endif
