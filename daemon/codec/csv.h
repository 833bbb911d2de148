/* Floor: codec.  CSV from chunks of memory to rows, over libcsv: quotes, CRLF, a byte-order mark, limits. */
#ifndef CDI_CODEC_CSV_H
#define CDI_CODEC_CSV_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

enum { CDI_CSV_COLUMNS_MAX = 512, CDI_CSV_ROW_MAX = 1024 * 1024, CDI_CSV_ROW_LINES_MAX = 1000 };

/* One row.  Cells are borrowed until the callback returns; white space at both ends is cut from cells that are not quoted.  A row
 * whose cells are all empty is no row.  A quote that is never closed costs its own line: reading goes on with the next. */
struct cdi_csv_row {
    const struct cdi_text *cells;
    size_t count;
    uint64_t line;                              /* where the row begins, from 1 */
    struct cdi_error problem;                   /* code NONE: good.  Else this row alone is bad (not UTF-8, NUL, too many columns,
                                                   too long, a quote never closed): `where` is name:line[:column] */
};
/* false stops the reading: cdi_csv_feed() and cdi_csv_end() then return false too, without a failure. */
typedef bool (*cdi_csv_visit)(void *context, const struct cdi_csv_row *row);

struct cdi_csv;
/* `name` is for complaints (copied); separator 0: a comma.  NULL on failure (memory). */
struct cdi_csv *cdi_csv_create(const char *name, char separator, cdi_csv_visit visit, void *context, struct cdi_error *err);
void cdi_csv_destroy(struct cdi_csv *csv);
/* Only what is no UTF-8 text at all (UTF-16, a spreadsheet's own format) fails as a whole: NOT_CSV.  The first
 * chunk is the whole file or at least 4 bytes. */
bool cdi_csv_feed(struct cdi_csv *csv, const void *bytes, size_t size, struct cdi_error *err);
bool cdi_csv_end(struct cdi_csv *csv, struct cdi_error *err);       /* the last row may lack its line end */

/* "name:line:column" (column from 1, of cells; 0: none) for a complaint about a row. */
void cdi_csv_where(const struct cdi_csv *csv, uint64_t line, size_t column, char out[CDI_ERROR_WHERE_SIZE]);

#endif
