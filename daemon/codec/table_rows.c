#include "codec/table_rows.h"

#include <csv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cdi_table_where(char out[CDI_ERROR_WHERE_SIZE], const char *file, uint32_t line, size_t column)
{
    if (line == 0)
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%s", file);
    else if (column == 0)
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%s:%u", file, line);
    else
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%s:%u:%zu", file, line, column);
}

bool cdi_table_problem(struct cdi_binder *binder, const char *where, const char *format, ...)
{
    struct cdi_error problem = { .code = CDI_ERROR_CONFIGURATION };
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem.text, sizeof problem.text, format, arguments);
    va_end(arguments);
    snprintf(problem.where, sizeof problem.where, "%s", where);
    binder->problems++;
    if (binder->complain != NULL)
        binder->complain(binder->context, &problem);
    return cdi_fail_at(binder->err, problem.code, problem.where, "%s", problem.text);
}

/* Doubles the room of an array until one more fits; false if there is no memory. */
static bool room_for_one(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t wider = *room == 0 ? 256 : *room * 2;
    void *moved = realloc(*array, wider * size);
    if (moved == NULL)
        return false;
    *array = moved;
    *room = wider;
    return true;
}

struct reading {
    struct cdi_table_rows *out;
    char *end;                          /* of the cells' bytes so far */
    uint32_t line, row_line;            /* a quoted cell may span lines: the row is where it began */
    bool between;                       /* no row has begun */
    size_t first;                       /* cell of the row being read */
    bool no_memory, too_many;
};

static struct cdi_text trimmed(const char *at, size_t size)
{
    while (size > 0 && (*at == ' ' || *at == '\t'))
        at++, size--;
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t'))
        size--;
    return (struct cdi_text){ at, size };
}

static void take_cell(void *bytes, size_t size, void *context)
{
    struct reading *reading = context;
    struct cdi_table_rows *out = reading->out;
    struct cdi_text cell = trimmed(bytes == NULL ? "" : bytes, size);
    if (reading->no_memory || reading->too_many)
        return;
    if (out->cell_count - reading->first == CDI_TABLE_COLUMNS_MAX && cell.size > 0) {
        reading->too_many = true;
        return;
    }
    if (out->cell_count - reading->first == CDI_TABLE_COLUMNS_MAX)
        return;
    if (!room_for_one((void **)&out->cells, out->cell_count, &out->cell_room, sizeof *out->cells)) {
        reading->no_memory = true;
        return;
    }
    memcpy(reading->end, cell.at, cell.size);
    out->cells[out->cell_count++] = (struct cdi_text){ reading->end, cell.size };
    reading->end += cell.size;
    *reading->end++ = '\0';
}

static bool says_something(const struct cdi_table_rows *out, size_t first)
{
    if (out->cell_count > first && out->cells[first].size > 0 && out->cells[first].at[0] == '#')
        return false;
    for (size_t i = first; i < out->cell_count; i++)
        if (out->cells[i].size > 0)
            return true;
    return false;
}

static void take_row(int terminator, void *context)
{
    struct reading *reading = context;
    struct cdi_table_rows *out = reading->out;
    (void)terminator;
    reading->between = true;
    if (reading->no_memory || reading->too_many)
        return;
    if (!says_something(out, reading->first)) {
        out->cell_count = reading->first;
        return;
    }
    if (!room_for_one((void **)&out->rows, out->row_count, &out->row_room, sizeof *out->rows)) {
        reading->no_memory = true;
        return;
    }
    size_t count = out->cell_count - reading->first;
    out->rows[out->row_count++] = (struct cdi_table_row){ reading->row_line, reading->first, count };
    reading->first = out->cell_count;
    if (out->row_count > CDI_TABLE_ROWS_MAX)
        reading->too_many = true;
}

static bool line_is_empty(const char *at, size_t size)
{
    while (size > 0 && (at[size - 1] == '\n' || at[size - 1] == '\r'))
        size--;
    return trimmed(at, size).size == 0;
}

/* Line by line, so that the callbacks know the line they are on. */
static bool parse(struct csv_parser *parser, struct cdi_text bytes, struct reading *reading)
{
    size_t at = 0;
    while (at < bytes.size) {
        const char *newline = memchr(bytes.at + at, '\n', bytes.size - at);
        size_t size = newline == NULL ? bytes.size - at : (size_t)(newline - (bytes.at + at)) + 1;
        reading->line++;
        if (reading->between)
            reading->row_line = reading->line;
        reading->between = reading->between && line_is_empty(bytes.at + at, size);
        if (csv_parse(parser, bytes.at + at, size, take_cell, take_row, reading) != size)
            return false;
        if (reading->no_memory || reading->too_many)
            return true;
        at += size;
    }
    if (reading->between)
        return true;
    /* A line end that ends no row is inside quotes. */
    csv_parse(parser, "\n", 1, take_cell, take_row, reading);
    return reading->between || reading->no_memory || reading->too_many;
}

static bool parse_all(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_table_rows *rows)
{
    struct csv_parser parser;
    char where[CDI_ERROR_WHERE_SIZE];
    struct reading reading = { .out = rows, .end = rows->bytes, .between = true };
    if (csv_init(&parser, 0) != 0)
        return cdi_table_problem(binder, name, "no memory to read the table");
    bool well_formed = parse(&parser, bytes, &reading);
    csv_free(&parser);
    cdi_table_where(where, name, reading.row_line, 0);
    if (reading.no_memory)
        return cdi_table_problem(binder, name, "no memory to read the table");
    if (reading.too_many)
        return cdi_table_problem(binder, where, "more than %d columns or %d rows: this is not a table of cdiwatch",
                                 CDI_TABLE_COLUMNS_MAX, CDI_TABLE_ROWS_MAX);
    if (!well_formed)
        return cdi_table_problem(binder, where, "a quoted cell that begins in this row is never closed: add the missing \"");
    return true;
}

/* The number of bytes of the character at `at`, 0 if it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) || (at[0] == 0xF0 && at[1] < 0x90) ||
        (at[0] == 0xF4 && at[1] > 0x8F))
        return 0;
    return length;
}

static bool check_encoding(struct cdi_binder *binder, const char *name, struct cdi_text bytes)
{
    char where[CDI_ERROR_WHERE_SIZE];
    const unsigned char *at = (const unsigned char *)bytes.at;
    uint32_t line = 1;
    if (bytes.size >= 2 && ((at[0] == 0xFF && at[1] == 0xFE) || (at[0] == 0xFE && at[1] == 0xFF)))
        return cdi_table_problem(binder, name, "the file is UTF-16: save it as \"CSV UTF-8 (comma delimited)\"");
    for (size_t i = 0; i < bytes.size;) {
        size_t length = utf8_length(at + i, bytes.size - i);
        cdi_table_where(where, name, line, 0);
        if (length == 0)
            return cdi_table_problem(binder, where, "a character that is not UTF-8: save the file as \"CSV UTF-8 (comma delimited)\"");
        if (at[i] == '\0')
            return cdi_table_problem(binder, where, "a NUL character: this is not a text file");
        line += at[i] == '\n';
        i += length;
    }
    return true;
}

static bool check_separators(struct cdi_binder *binder, const char *name, const struct cdi_table_rows *rows)
{
    char where[CDI_ERROR_WHERE_SIZE];
    if (rows->row_count == 0)
        return cdi_table_problem(binder, name, "the file is empty: its first row must hold the names of the columns");
    const struct cdi_table_row *header = &rows->rows[0];
    struct cdi_text first = rows->cells[header->first];
    cdi_table_where(where, name, header->line, 0);
    for (size_t i = 1; i < header->count; i++)
        if (rows->cells[header->first + i].size > 0)
            return true;
    if (memchr(first.at, ';', first.size) != NULL)
        return cdi_table_problem(binder, where, "the columns are separated by semicolons: save the file with commas");
    if (memchr(first.at, '\t', first.size) != NULL)
        return cdi_table_problem(binder, where, "the columns are separated by tabs: save the file with commas");
    return true;
}

bool cdi_table_rows_read(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_table_rows *rows)
{
    *rows = (struct cdi_table_rows){ 0 };
    if (bytes.size > CDI_TABLE_BYTES_MAX)
        return cdi_table_problem(binder, name, "the file is larger than %d bytes", CDI_TABLE_BYTES_MAX);
    if (!check_encoding(binder, name, bytes))
        return false;
    if (bytes.size >= 3 && memcmp(bytes.at, "\xEF\xBB\xBF", 3) == 0)
        bytes = (struct cdi_text){ bytes.at + 3, bytes.size - 3 };
    /* A cell needs a NUL that its separator, or the end of the file, has room for; quotes only shrink. */
    rows->bytes = malloc(bytes.size + 2);
    if (rows->bytes == NULL)
        return cdi_table_problem(binder, name, "no memory to read the table");
    return parse_all(binder, name, bytes, rows) && check_separators(binder, name, rows);
}

void cdi_table_rows_finish(struct cdi_table_rows *rows)
{
    free(rows->rows);
    free(rows->cells);
    free(rows->bytes);
    *rows = (struct cdi_table_rows){ 0 };
}
