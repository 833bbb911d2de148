/* Any bytes as CSV: the first byte says how large the chunks are.  Rows keep their promises, and every row comes to an end. */
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool check_row(void *context, const struct cdi_csv_row *row)
{
    uint64_t *line = context;
    size_t bytes = 0;

    CDI_ASSERT(row->line >= *line);
    *line = row->line;
    CDI_ASSERT(row->count <= CDI_CSV_COLUMNS_MAX);
    for (size_t i = 0; i < row->count; i++)
        for (size_t j = 0; j < row->cells[i].size; j++)
            bytes += (size_t)(row->cells[i].at[j] != '\0' || row->problem.code != CDI_ERROR_NONE);
    CDI_ASSERT(bytes <= CDI_CSV_ROW_MAX);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    uint64_t line = 0;
    struct cdi_csv *csv = cdi_csv_create("fuzz.csv", '\0', check_row, &line, &err);
    size_t chunk = size == 0 ? 4 : 4 + (size_t)data[0] * 3;

    for (size_t at = 1; at < size; at += chunk)
        if (!cdi_csv_feed(csv, data + at, size - at < chunk ? size - at : chunk, &err))
            break;
    if (err.code == CDI_ERROR_NONE)
        cdi_csv_end(csv, &err);
    cdi_csv_destroy(csv);
    return 0;
}
