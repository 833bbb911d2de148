#include "codec/csv.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/utf8.h"

/* libcsv is fed slices of a line, so that rows know their lines and no quote can make it hoard. */
enum { SLICE = 64 * 1024, READ_AGAIN_MAX = 4 * 1024 * 1024 };

struct bytes { char *at; size_t used, room; };

struct cdi_csv {
    struct csv_parser parser;
    char name[96];
    cdi_csv_visit visit;
    void *context;
    uint64_t line, row_line;                    /* of the next byte; where the present row began */
    size_t row_lines;                           /* line ends inside it */
    struct bytes raw;                           /* the present row as it came, to read again if its quote never closes */
    struct bytes row;                           /* its cells, one after another */
    size_t ends[CDI_CSV_COLUMNS_MAX], count;
    size_t read_again;                          /* bytes: a bound for files of nothing but stray quotes */
    bool in_row, begun, skipping, stopped, too_many, no_memory;
};

struct cdi_csv *cdi_csv_create(const char *name, char separator, cdi_csv_visit visit, void *context, struct cdi_error *err)
{
    struct cdi_csv *csv = calloc(1, sizeof *csv);

    if (csv == NULL || csv_init(&csv->parser, 0) != 0) {
        free(csv);
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to read CSV");
        return NULL;
    }
    if (separator != '\0')
        csv_set_delim(&csv->parser, (unsigned char)separator);
    snprintf(csv->name, sizeof csv->name, "%s", name);
    csv->visit = visit;
    csv->context = context;
    csv->line = 1;
    return csv;
}

void cdi_csv_destroy(struct cdi_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    free(csv->raw.at);
    free(csv->row.at);
    free(csv);
}

void cdi_csv_where(const struct cdi_csv *csv, uint64_t line, size_t column, char out[CDI_ERROR_WHERE_SIZE])
{
    if (column == 0)
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%s:%llu", csv->name, (unsigned long long)line);
    else
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%s:%llu:%zu", csv->name, (unsigned long long)line, column);
}

static bool append(struct cdi_csv *csv, struct bytes *bytes, const void *more, size_t size)
{
    if (size > bytes->room - bytes->used) {
        size_t room = (bytes->used + size) * 2 + 1024;
        char *moved = realloc(bytes->at, room);
        if (moved == NULL) {
            csv->no_memory = true;
            return false;
        }
        bytes->at = moved;
        bytes->room = room;
    }
    if (size > 0)
        memcpy(bytes->at + bytes->used, more, size);
    bytes->used += size;
    return true;
}

static void forget_row(struct cdi_csv *csv)
{
    csv->row.used = csv->raw.used = csv->count = csv->row_lines = 0;
    csv->in_row = csv->too_many = false;
}

static void visit(struct cdi_csv *csv, const struct cdi_csv_row *row)
{
    if (!csv->stopped && !csv->visit(csv->context, row))
        csv->stopped = true;
}

static void visit_problem(struct cdi_csv *csv, enum cdi_error_code code, size_t column, const char *words)
{
    struct cdi_csv_row row = { .line = csv->row_line };
    char where[CDI_ERROR_WHERE_SIZE];

    cdi_csv_where(csv, csv->row_line, column, where);
    cdi_fail_at(&row.problem, code, where, "%s", words);
    visit(csv, &row);
}

#define TOO_MANY_COLUMNS "the row has more than 512 columns: is the separator right, is this the export meant?"
#define TOO_LONG "the row is longer than 1 MB: is this a CSV export?"
_Static_assert(CDI_CSV_COLUMNS_MAX == 512 && CDI_CSV_ROW_MAX == 1024 * 1024, "the words name the limits");

static void take_cell(void *bytes, size_t size, void *context)
{
    struct cdi_csv *csv = context;

    if (csv->count == CDI_CSV_COLUMNS_MAX) {
        csv->too_many = true;
        return;
    }
    if (csv->row.used + size <= CDI_CSV_ROW_MAX && !append(csv, &csv->row, bytes, size))
        return;
    csv->ends[csv->count++] = csv->row.used;
}

static void give_row(struct cdi_csv *csv)
{
    struct cdi_text cells[CDI_CSV_COLUMNS_MAX];
    struct cdi_csv_row row = { .cells = cells, .count = csv->count, .line = csv->row_line };
    char where[CDI_ERROR_WHERE_SIZE];
    size_t first = 0;

    for (size_t i = 0; i < csv->count; first = csv->ends[i++]) {
        cells[i] = (struct cdi_text){ csv->row.at == NULL ? "" : csv->row.at + first, csv->ends[i] - first };
        if (row.problem.code == CDI_ERROR_NONE && !cdi_utf8_text(cells[i].at, cells[i].size)) {
            cdi_csv_where(csv, csv->row_line, i + 1, where);
            cdi_fail_at(&row.problem, CDI_ERROR_NOT_CSV, where, "this cell is not UTF-8 text (Windows-1252 or a NUL, perhaps): "
                        "export the file as \"CSV UTF-8\"");
        }
    }
    if (csv->row.used > 0)
        visit(csv, &row);
}

static void take_row(int terminator, void *context)
{
    struct cdi_csv *csv = context;

    (void)terminator;
    if (csv->too_many)
        visit_problem(csv, CDI_ERROR_TOO_LARGE, CDI_CSV_COLUMNS_MAX + 1, TOO_MANY_COLUMNS);
    else if (csv->raw.used > CDI_CSV_ROW_MAX)           /* crossed in its last slice: cells were left out */
        visit_problem(csv, CDI_ERROR_TOO_LARGE, 0, TOO_LONG);
    else
        give_row(csv);
    forget_row(csv);
}

static bool is_empty_line(const struct bytes *raw)
{
    return raw->used == 1 && (raw->at[0] == '\n' || raw->at[0] == '\r');
}

/* How much of the bytes is one slice: to the first line end of either kind. */
static size_t slice_of(const char *bytes, size_t size)
{
    size_t slice = size < SLICE ? size : SLICE;
    const char *end = memchr(bytes, '\n', slice);

    if (end != NULL)
        slice = (size_t)(end - bytes) + 1;
    end = memchr(bytes, '\r', slice);
    return end != NULL ? (size_t)(end - bytes) + 1 : slice;
}

/* At most one line's worth.  The bytes are kept while their row is unfinished. */
static void parse_slice(struct cdi_csv *csv, const char *bytes, size_t size)
{
    bool line_end = bytes[size - 1] == '\n';

    if (!csv->in_row) {
        csv->in_row = true;
        csv->row_line = csv->line;
    }
    append(csv, &csv->raw, bytes, size);
    if (csv_parse(&csv->parser, bytes, size, take_cell, take_row, csv) != size)
        csv->no_memory = true;
    if (line_end) {
        csv->line++;
        csv->row_lines++;
    }
    /* A line of nothing ends no row in libcsv, and begins none here. */
    if (csv->in_row && is_empty_line(&csv->raw))
        forget_row(csv);
}

static void parse_lines(struct cdi_csv *csv, const char *bytes, size_t size)
{
    while (size > 0 && !csv->stopped && !csv->no_memory) {
        size_t slice = slice_of(bytes, size);
        parse_slice(csv, bytes, slice);
        bytes += slice;
        size -= slice;
    }
}

static void reset_parser(struct cdi_csv *csv)
{
    csv_fini(&csv->parser, NULL, NULL, NULL);
}

/* Gives the present row up.  If it ran over line ends, its quote was never closed: only its first line is lost, the others
 * are read again. */
static void abandon_row(struct cdi_csv *csv)
{
    char *newline = memchr(csv->raw.at, '\n', csv->raw.used);
    struct bytes raw = csv->raw;
    size_t rest;

    reset_parser(csv);
    if (newline == NULL || csv->too_many) {
        visit_problem(csv, CDI_ERROR_TOO_LARGE, csv->too_many ? CDI_CSV_COLUMNS_MAX + 1 : 0,
                      csv->too_many ? TOO_MANY_COLUMNS : TOO_LONG);
        csv->skipping = raw.at[raw.used - 1] != '\n';
        forget_row(csv);
        return;
    }
    visit_problem(csv, CDI_ERROR_NOT_CSV, 0, "a quote opens in this line and is never closed: close it, or double a quote that is meant");
    rest = (size_t)(raw.at + raw.used - (newline + 1));
    if (csv->read_again + rest > READ_AGAIN_MAX) {
        csv->skipping = raw.at[raw.used - 1] != '\n';
        forget_row(csv);
        return;
    }
    csv->read_again += rest;
    csv->line = csv->row_line + 1;
    csv->raw = (struct bytes){ NULL, 0, 0 };
    forget_row(csv);
    parse_lines(csv, newline + 1, rest);
    free(raw.at);
}

static bool over_limit(const struct cdi_csv *csv)
{
    return csv->in_row && !csv->stopped && (csv->raw.used > CDI_CSV_ROW_MAX || csv->row_lines > CDI_CSV_ROW_LINES_MAX);
}

/* The rest of a line that was given up. */
static size_t skip(struct cdi_csv *csv, const char *bytes, size_t size)
{
    const char *newline = memchr(bytes, '\n', size);

    if (newline == NULL)
        return size;
    csv->skipping = false;
    csv->line++;
    return (size_t)(newline - bytes) + 1;
}

static bool begin(struct cdi_csv *csv, const char **bytes, size_t *size, struct cdi_error *err)
{
    if (csv->begun || *size == 0)
        return true;
    csv->begun = true;
    if (*size >= 3 && memcmp(*bytes, "\xEF\xBB\xBF", 3) == 0) {
        *bytes += 3;
        *size -= 3;
    }
    if (*size >= 4 && (memcmp(*bytes, "\xFF\xFE", 2) == 0 || memcmp(*bytes, "\xFE\xFF", 2) == 0 ||
                       memcmp(*bytes, "PK\x03\x04", 4) == 0)) {
        char where[CDI_ERROR_WHERE_SIZE];
        cdi_csv_where(csv, 1, 0, where);
        return cdi_fail_at(err, CDI_ERROR_NOT_CSV, where,
                           "this is UTF-16 or a spreadsheet's own format, not CSV: export the file as \"CSV UTF-8\"");
    }
    return true;
}

static bool finished_well(const struct cdi_csv *csv, struct cdi_error *err)
{
    if (csv->no_memory)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to read CSV");
    return !csv->stopped;
}

bool cdi_csv_feed(struct cdi_csv *csv, const void *bytes, size_t size, struct cdi_error *err)
{
    const char *at = bytes;

    if (!begin(csv, &at, &size, err))
        return false;
    while (size > 0 && !csv->stopped && !csv->no_memory) {
        size_t slice = slice_of(at, size);
        if (csv->skipping)
            slice = skip(csv, at, slice);
        else
            parse_slice(csv, at, slice);
        while (over_limit(csv))
            abandon_row(csv);
        at += slice;
        size -= slice;
    }
    return finished_well(csv, err);
}

bool cdi_csv_end(struct cdi_csv *csv, struct cdi_error *err)
{
    while (!csv->stopped && !csv->no_memory && !csv->skipping) {
        /* A line end that ends no row is inside quotes. */
        parse_slice(csv, "\n", 1);
        if (!csv->in_row || csv->no_memory)
            break;
        abandon_row(csv);
    }
    return finished_well(csv, err);
}
