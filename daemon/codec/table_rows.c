#include "codec/table_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/csv.h"

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
    struct cdi_binder *binder;
    struct cdi_table_rows *out;
    char *end;                          /* of the cells' bytes so far */
    bool right, no_memory;
};

static struct cdi_text trimmed(struct cdi_text cell)
{
    while (cell.size > 0 && (*cell.at == ' ' || *cell.at == '\t'))
        cell.at++, cell.size--;
    while (cell.size > 0 && (cell.at[cell.size - 1] == ' ' || cell.at[cell.size - 1] == '\t'))
        cell.size--;
    return cell;
}

static bool take_cell(struct reading *reading, struct cdi_text cell)
{
    struct cdi_table_rows *out = reading->out;
    if (!room_for_one((void **)&out->cells, out->cell_count, &out->cell_room, sizeof *out->cells))
        return false;
    if (cell.size > 0)
        memcpy(reading->end, cell.at, cell.size);
    out->cells[out->cell_count++] = (struct cdi_text){ reading->end, cell.size };
    reading->end += cell.size;
    *reading->end++ = '\0';
    return true;
}

/* Not documentation, and not what Excel leaves of a row that was emptied. */
static bool says_something(const struct cdi_csv_row *row)
{
    if (row->count > 0 && trimmed(row->cells[0]).size > 0 && trimmed(row->cells[0]).at[0] == '#')
        return false;
    for (size_t i = 0; i < row->count; i++)
        if (trimmed(row->cells[i]).size > 0)
            return true;
    return false;
}

static bool take_row(void *context, const struct cdi_csv_row *row)
{
    struct reading *reading = context;
    struct cdi_table_rows *out = reading->out;
    if (row->problem.code != CDI_ERROR_NONE) {
        reading->right = cdi_table_problem(reading->binder, row->problem.where, "%s", row->problem.text);
        return true;
    }
    if (!says_something(row))
        return true;
    size_t first = out->cell_count;
    bool room = room_for_one((void **)&out->rows, out->row_count, &out->row_room, sizeof *out->rows);
    for (size_t i = 0; room && i < row->count; i++)
        room = take_cell(reading, trimmed(row->cells[i]));
    reading->no_memory = !room;
    if (room)
        out->rows[out->row_count++] = (struct cdi_table_row){ (uint32_t)row->line, first, row->count };
    return room && out->row_count <= CDI_TABLE_ROWS_MAX;
}

static bool parse_all(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_table_rows *rows)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    struct reading reading = { .binder = binder, .out = rows, .end = rows->bytes, .right = true };
    struct cdi_csv *csv = cdi_csv_create(name, ',', take_row, &reading, &problem);
    bool whole = csv != NULL && cdi_csv_feed(csv, bytes.at, bytes.size, &problem) && cdi_csv_end(csv, &problem);
    cdi_csv_destroy(csv);
    if (whole)
        return reading.right;
    if (csv == NULL || reading.no_memory)
        return cdi_table_problem(binder, name, "no memory to read the table");
    if (rows->row_count > CDI_TABLE_ROWS_MAX)
        return cdi_table_problem(binder, name, "more than %d rows: this is not a table of cdiwatch", CDI_TABLE_ROWS_MAX);
    return cdi_table_problem(binder, problem.where[0] == '\0' ? name : problem.where, "%s", problem.text);
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
