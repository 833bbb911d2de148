/* Floor: codec.  One cell to one value, for the binder only. */
#ifndef CDI_CODEC_TABLE_CELLS_H
#define CDI_CODEC_TABLE_CELLS_H

#include "codec/table_bind.h"

enum { CDI_CELL_TEXT_MAX = 1000, CDI_CELL_PROBLEM_SIZE = 320 };

/* Writes the cell's value at `destination` as the column's kind says.  False: problem says what is wrong and what to do. */
bool cdi_cell_read(struct cdi_binder *binder, const struct cdi_bind_column *column, struct cdi_text cell, void *destination,
                   char problem[CDI_CELL_PROBLEM_SIZE]);

/* "04-Jan", "Aug-06", "1/4/2026", "2026-01-04": what Excel makes of 4/1 and 008/06.  What stood before and after the stroke, as
 * far as it can be told; else 0. */
bool cdi_cell_is_date(struct cdi_text cell, int *before, int *after);

#endif
