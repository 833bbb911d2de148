/* Floor: codec.  The bytes of a table as rows of cells, for the binder only.  What is wrong with the file as such (encoding,
 * separators, quotes) is found here. */
#ifndef CDI_CODEC_TABLE_ROWS_H
#define CDI_CODEC_TABLE_ROWS_H

#include "codec/table_bind.h"

enum {
    CDI_TABLE_BYTES_MAX = 16 * 1024 * 1024,
    CDI_TABLE_ROWS_MAX = 65000
};

struct cdi_table_row { uint32_t line; size_t first, count; };

struct cdi_table_rows {
    struct cdi_table_row *rows;         /* without documentation and empty rows; the header is the first */
    size_t row_count, row_room;
    struct cdi_text *cells;             /* without spaces around them */
    size_t cell_count, cell_room;
    char *bytes;                        /* of the cells, each ended by a NUL */
};

/* False if the file cannot be read as a table; it has then been complained about.  Finish in either case. */
bool cdi_table_rows_read(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_table_rows *rows);
void cdi_table_rows_finish(struct cdi_table_rows *rows);

/* file:line:column, from 1; column 0 is left out, and so is line 0. */
void cdi_table_where(char out[CDI_ERROR_WHERE_SIZE], const char *file, uint32_t line, size_t column);
/* Reports one problem of a table: to complain, to err if it is the first, and counts it.  Always false. */
bool cdi_table_problem(struct cdi_binder *binder, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
