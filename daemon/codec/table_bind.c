#include "codec/table_bind.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/csv.h"
#include "codec/table_cells.h"
#include "codec/table_rows.h"

struct binding {
    struct cdi_binder *binder;
    const struct cdi_bind_table *table;
    struct cdi_table_rows rows;
    uint32_t *places;
    struct cdi_bound *bound;
    bool right;
};

static struct cdi_text cell_of(const struct binding *binding, const struct cdi_table_row *row, uint32_t place)
{
    if (place == 0 || place > row->count)
        return CDI_TEXT("");
    return binding->rows.cells[row->first + place - 1];
}

static bool header_problem(struct binding *binding, size_t place, const char *text)
{
    char where[CDI_ERROR_WHERE_SIZE];
    cdi_table_where(where, binding->table->name, binding->rows.rows[0].line, place);
    binding->right = false;
    return cdi_table_problem(binding->binder, where, "%s", text);
}

static bool unknown_column(struct binding *binding, size_t place, struct cdi_text name)
{
    const char *names[CDI_CSV_COLUMNS_MAX];
    char text[200];
    for (size_t i = 0; i < binding->table->column_count; i++)
        names[i] = binding->table->columns[i].name;
    const char *nearest = cdi_bind_nearest(name, names, binding->table->column_count);
    if (nearest != NULL)
        snprintf(text, sizeof text, "no column is named \"%.60s\"; did you mean %s?", name.at, nearest);
    else
        snprintf(text, sizeof text, "no column is named \"%.60s\": remove it, or name it \"note\" if it is for yourselves",
                 name.at);
    return header_problem(binding, place, text);
}

static void bind_name(struct binding *binding, size_t place, struct cdi_text name)
{
    char text[200];
    for (size_t i = 0; i < binding->table->column_count; i++) {
        if (!cdi_text_is_caseless(name, binding->table->columns[i].name))
            continue;
        if (binding->places[i] != 0) {
            snprintf(text, sizeof text, "the column \"%s\" is here twice: remove one", binding->table->columns[i].name);
            header_problem(binding, place, text);
            return;
        }
        binding->places[i] = (uint32_t)place;
        return;
    }
    if (!cdi_text_is_caseless(name, "note"))
        unknown_column(binding, place, name);
}

static bool cells_below(const struct binding *binding, size_t place)
{
    for (size_t i = 1; i < binding->rows.row_count; i++)
        if (cell_of(binding, &binding->rows.rows[i], (uint32_t)place).size > 0)
            return true;
    return false;
}

static bool bind_header(struct binding *binding)
{
    const struct cdi_table_row *header = &binding->rows.rows[0];
    char text[200];
    for (size_t place = 1; place <= header->count; place++) {
        struct cdi_text name = cell_of(binding, header, (uint32_t)place);
        if (name.size > 0)
            bind_name(binding, place, name);
        else if (cells_below(binding, place))
            header_problem(binding, place, "a column without a name holds cells: name it, or empty it");
    }
    bool whole = true;
    for (size_t i = 0; i < binding->table->column_count; i++) {
        if (binding->places[i] != 0 || binding->table->columns[i].optional)
            continue;
        snprintf(text, sizeof text, "the column \"%s\" is missing: add it to the first row", binding->table->columns[i].name);
        whole = header_problem(binding, 0, text);
    }
    return whole;
}

static bool cell_problem(struct binding *binding, uint32_t line, uint32_t place, const char *column, const char *problem)
{
    char where[CDI_ERROR_WHERE_SIZE];
    cdi_table_where(where, binding->table->name, line, place);
    binding->right = false;
    return cdi_table_problem(binding->binder, where, "%s: %s", column, problem);
}

/* False: the row is left out, since something in it could not be read. */
static bool bind_row(struct binding *binding, const struct cdi_table_row *row, char *destination)
{
    char problem[CDI_CELL_PROBLEM_SIZE];
    bool right = true;
    for (size_t i = 0; i < binding->table->column_count; i++) {
        const struct cdi_bind_column *column = &binding->table->columns[i];
        struct cdi_text cell = cell_of(binding, row, binding->places[i]);
        if (column->required && cell.size == 0)
            right = cell_problem(binding, row->line, binding->places[i], column->name, "the cell is empty: every row needs it");
        else if (!cdi_cell_read(binding->binder, column, cell, destination + column->offset, problem))
            right = cell_problem(binding, row->line, binding->places[i], column->name, problem);
    }
    for (size_t place = binding->rows.rows[0].count + 1; place <= row->count; place++) {
        if (cell_of(binding, row, (uint32_t)place).size == 0)
            continue;
        right = cell_problem(binding, row->line, (uint32_t)place, "no column",
                             "the row has more cells than the first row has names; quote a cell that holds a comma");
        break;
    }
    return right;
}

struct keyed { struct cdi_text key; uint32_t line; };

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;
    int order = cdi_text_compare(left->key, right->key);
    return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

/* The key cells of a row, joined by the unit separator. */
static struct cdi_text key_of(const struct binding *binding, const struct cdi_table_row *row, char **end)
{
    struct cdi_text key = { *end, 0 };
    for (size_t i = 0; i < binding->table->column_count; i++) {
        if (!binding->table->columns[i].key)
            continue;
        struct cdi_text cell = cell_of(binding, row, binding->places[i]);
        bool caseless = binding->table->columns[i].kind == CDI_BIND_WORD || binding->table->columns[i].kind == CDI_BIND_SET;
        for (size_t j = 0; j < cell.size; j++)
            *(*end)++ = (char)(caseless ? tolower((unsigned char)cell.at[j]) : cell.at[j]);
        *(*end)++ = '\x1f';
    }
    key.size = (size_t)(*end - key.at);
    return key;
}

static void complain_of_double(struct binding *binding, const struct keyed *first, const struct keyed *again)
{
    char problem[CDI_CELL_PROBLEM_SIZE], column[100] = "";
    uint32_t place = 0;
    for (size_t i = 0; i < binding->table->column_count; i++) {
        if (!binding->table->columns[i].key)
            continue;
        place = place == 0 ? binding->places[i] : place;
        snprintf(column + strlen(column), sizeof column - strlen(column), "%s%s", column[0] == '\0' ? "" : " and ",
                 binding->table->columns[i].name);
    }
    snprintf(problem, sizeof problem, "the same as in line %u: keep one of the two rows", first->line);
    cell_problem(binding, again->line, place, column, problem);
}

static bool check_keys(struct binding *binding)
{
    size_t count = binding->rows.row_count - 1, keys = 0, room = 1;
    for (size_t i = 0; i < binding->table->column_count; i++)
        keys += binding->table->columns[i].key;
    if (keys == 0)
        return true;
    for (size_t i = 0; i < binding->rows.cell_count; i++)
        room += binding->rows.cells[i].size + 1;
    /* A row may have fewer cells than keys, and then has a separator more. */
    char *joined = malloc(room + (count + 1) * keys);
    struct keyed *rows = calloc(count + 1, sizeof *rows);
    bool memory = joined != NULL && rows != NULL;
    char *end = joined;
    for (size_t i = 0; memory && i < count; i++)
        rows[i] = (struct keyed){ key_of(binding, &binding->rows.rows[i + 1], &end), binding->rows.rows[i + 1].line };
    if (memory)
        qsort(rows, count, sizeof *rows, by_key);
    for (size_t i = 1, first = 0; memory && i < count; i++) {
        if (cdi_text_same(rows[first].key, rows[i].key))
            complain_of_double(binding, &rows[first], &rows[i]);
        else
            first = i;
    }
    free(joined);
    free(rows);
    return memory;
}

static bool bind_rows(struct binding *binding)
{
    const struct cdi_bind_table *table = binding->table;
    size_t count = binding->rows.row_count - 1;
    char *rows = cdi_table_store_take(binding->binder->store, count, table->row_size);
    uint32_t *lines = cdi_table_store_take(binding->binder->store, count, sizeof *lines);
    if (rows == NULL || lines == NULL || !check_keys(binding))
        return cdi_table_problem(binding->binder, table->name, "no memory to read the table");
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct cdi_table_row *row = &binding->rows.rows[i + 1];
        lines[kept] = row->line;
        if (bind_row(binding, row, rows + kept * table->row_size))
            kept++;
        else
            memset(rows + kept * table->row_size, 0, table->row_size);
    }
    size_t most = table->most_rows == 0 ? CDI_TABLE_ROWS_MAX : table->most_rows;
    if (count < table->least_rows)
        binding->right = cdi_table_problem(binding->binder, table->name, "%zu rows below the first: there must be at least %zu",
                                           count, table->least_rows);
    if (count > most)
        binding->right = cdi_table_problem(binding->binder, table->name, "%zu rows: there may be %zu", count, most);
    binding->bound->rows = rows;
    binding->bound->count = kept;
    binding->bound->lines = lines;
    return binding->right;
}

bool cdi_bind(struct cdi_binder *binder, const struct cdi_bind_table *table, struct cdi_text bytes, struct cdi_bound *bound)
{
    CDI_ASSERT(table->column_count <= CDI_CSV_COLUMNS_MAX);
    struct binding binding = { .binder = binder, .table = table, .bound = bound, .right = true };
    *bound = (struct cdi_bound){ .table = table };
    binding.places = cdi_table_store_take(binder->store, table->column_count, sizeof *binding.places);
    bound->places = binding.places;
    if (binding.places == NULL)
        return cdi_table_problem(binder, table->name, "no memory to read the table");
    bool right = cdi_table_rows_read(binder, table->name, bytes, &binding.rows) && bind_header(&binding) && bind_rows(&binding);
    cdi_table_rows_finish(&binding.rows);
    return right;
}

static uint32_t place_of(const struct cdi_bound *bound, const char *column)
{
    for (size_t i = 0; column != NULL && i < bound->table->column_count; i++)
        if (strcmp(bound->table->columns[i].name, column) == 0)
            return bound->places[i];
    return 0;
}

bool cdi_bind_fail(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const char *column, const char *format,
                   ...)
{
    char where[CDI_ERROR_WHERE_SIZE], text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    CDI_ASSERT(row < bound->count);
    cdi_table_where(where, bound->table->name, bound->lines[row], place_of(bound, column));
    return cdi_table_problem(binder, where, "%s%s%s", column == NULL ? "" : column, column == NULL ? "" : ": ", text);
}

bool cdi_bind_fail_file(struct cdi_binder *binder, const char *file, const char *format, ...)
{
    char text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cdi_table_problem(binder, file, "%s", text);
}

struct cdi_text cdi_bind_file(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(files[i].name, name) == 0)
            return files[i].bytes.at == NULL ? CDI_TEXT("") : files[i].bytes;
    cdi_bind_fail_file(binder, name, "the table is missing: put it back beside the others");
    return CDI_TEXT_NONE;
}
