#include "codec/table_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/nearest.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const char *cdi_bind_nearest(struct cdi_text word, const char *const *words, size_t count)
{
    const char **some = calloc(count + 1, sizeof *some);
    const char *nearest = NULL;
    size_t kept = 0;
    for (size_t i = 0; some != NULL && i < count; i++)
        if (words[i] != NULL)
            some[kept++] = words[i];
    if (some != NULL)
        nearest = cdi_nearest(word, some);
    free(some);
    return nearest;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of up to `most` digits; 0 if there is none. */
static size_t digits(struct cdi_text text, size_t at, size_t most, int *value)
{
    size_t size = 0;
    *value = 0;
    while (size < most && at + size < text.size && digit(text.at[at + size]))
        *value = *value * 10 + (text.at[at + size++] - '0');
    return size;
}

static int month_of(struct cdi_text text, size_t at)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int month = 0; at + 3 <= text.size && month < 12; month++)
        if (lower(text.at[at]) == months[month * 3] && lower(text.at[at + 1]) == months[month * 3 + 1] &&
            lower(text.at[at + 2]) == months[month * 3 + 2])
            return month + 1;
    return 0;
}

static bool separator(struct cdi_text text, size_t at)
{
    return at < text.size && (text.at[at] == '-' || text.at[at] == '/' || text.at[at] == ' ');
}

bool cdi_cell_is_date(struct cdi_text cell, int *before, int *after)
{
    int first, second, year;
    size_t at = digits(cell, 0, 4, &first);
    int month = at > 0 && separator(cell, at) ? month_of(cell, at + 1) : month_of(cell, 0);
    *before = *after = 0;
    if (month != 0 && at > 0) {                                         /* 04-Jan was 4/1 */
        *before = first;
        *after = month;
        return true;
    }
    if (month != 0 && separator(cell, 3) && digits(cell, 4, 4, &second) > 0) {          /* Aug-13 was 008/13 */
        *before = month;
        *after = second;
        return true;
    }
    size_t middle = at + 1 + (at > 0 && separator(cell, at) ? digits(cell, at + 1, 2, &second) : 0);
    return at > 0 && middle > at + 1 && separator(cell, middle) && digits(cell, middle + 1, 4, &year) + middle + 1 == cell.size &&
           (at == 4 || cell.size - middle - 1 == 4);
}

/* Says "...; did you mean X?" where a candidate is near enough. */
static void name_nearest(char problem[CDI_CELL_PROBLEM_SIZE], struct cdi_text cell, const char *const *words, size_t count)
{
    size_t used = strlen(problem);
    const char *nearest = cdi_bind_nearest(cell, words, count);
    if (nearest != NULL) {
        snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used, "; did you mean %s?", nearest);
        return;
    }
    const char *lead = "; choose one of ";
    for (size_t i = 0; i < count && used + 1 < CDI_CELL_PROBLEM_SIZE; i++) {
        if (words[i] == NULL)
            continue;
        int wrote = snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used, "%s%s", lead, words[i]);
        used += wrote > 0 ? (size_t)wrote : 0;
        lead = " ";
    }
}

static int word_index(const struct cdi_bind_column *column, struct cdi_text word)
{
    for (size_t i = 0; i < column->word_count; i++)
        if (column->words[i] != NULL && cdi_text_is_caseless(word, column->words[i]))
            return (int)i;
    return -1;
}

static bool read_word(const struct cdi_bind_column *column, struct cdi_text cell, int *out, char problem[CDI_CELL_PROBLEM_SIZE])
{
    *out = (int)column->empty;
    if (cell.size == 0)
        return true;
    *out = word_index(column, cell);
    if (*out >= 0)
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is not one of its words", CDI_TEXT_ARGS(cell));
    name_nearest(problem, cell, column->words, column->word_count);
    return false;
}

static bool read_set(const struct cdi_bind_column *column, struct cdi_text cell, uint64_t *out,
                     char problem[CDI_CELL_PROBLEM_SIZE])
{
    *out = 0;
    for (size_t at = 0; at < cell.size;) {
        size_t size = 0;
        while (at + size < cell.size && cell.at[at + size] != ' ')
            size++;
        struct cdi_text word = { cell.at + at, size };
        int index = -1;
        if (size > 0 && !read_word(column, word, &index, problem))
            return false;
        if (size > 0)
            *out |= UINT64_C(1) << index;
        at += size + 1;
    }
    return true;
}

static bool read_flag(struct cdi_text cell, bool *out, char problem[CDI_CELL_PROBLEM_SIZE])
{
    *out = cdi_text_is_caseless(cell, "yes");
    if (*out || cell.size == 0 || cdi_text_is_caseless(cell, "no"))
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is neither yes nor no", CDI_TEXT_ARGS(cell));
    return false;
}

static bool within(const struct cdi_bind_column *column, double value)
{
    return (column->least == 0 && column->most == 0) || (value >= (double)column->least && value <= (double)column->most);
}

static bool read_integer(const struct cdi_bind_column *column, struct cdi_text cell, int64_t *out,
                         char problem[CDI_CELL_PROBLEM_SIZE])
{
    bool negative = cell.size > 0 && cell.at[0] == '-';
    size_t at = negative ? 1 : 0;
    int64_t value = 0;
    *out = column->empty;
    if (cell.size == 0)
        return true;
    while (at < cell.size && digit(cell.at[at]) && value < INT64_C(1000000000000000))
        value = value * 10 + (cell.at[at++] - '0');
    if (at < cell.size || at == (negative ? 1 : 0)) {
        snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is not a whole number: write digits only", CDI_TEXT_ARGS(cell));
        return false;
    }
    *out = negative ? -value : value;
    if (within(column, (double)*out))
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "%lld is outside %lld to %lld", (long long)*out, (long long)column->least,
             (long long)column->most);
    return false;
}

static bool read_real(const struct cdi_bind_column *column, struct cdi_text cell, double *out,
                      char problem[CDI_CELL_PROBLEM_SIZE])
{
    char *end = NULL;
    *out = (double)column->empty;
    if (cell.size == 0)
        return true;
    /* strtod() would take "nan", "inf" and hexadecimal too. */
    bool plain = strspn(cell.at, "+-.0123456789eE") >= cell.size && (digit(cell.at[0]) || cell.size > 1);
    *out = plain ? strtod(cell.at, &end) : 0;
    if (!plain || end != cell.at + cell.size) {
        snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is not a number such as 0.25", CDI_TEXT_ARGS(cell));
        return false;
    }
    if (within(column, *out))
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "%.*s is outside %lld to %lld", CDI_TEXT_ARGS(cell), (long long)column->least,
             (long long)column->most);
    return false;
}

static int64_t unit_ms(char unit)
{
    return unit == 'm' ? 60000 : unit == 'h' ? 3600000 : unit == 'd' ? 86400000 : 0;
}

static bool read_span(const struct cdi_bind_column *column, struct cdi_text cell, struct cdi_span *out,
                      char problem[CDI_CELL_PROBLEM_SIZE])
{
    size_t at = 0;
    *out = (struct cdi_span){ column->empty };
    if (cell.size == 0)
        return true;
    for (out->ms = 0; at < cell.size;) {
        int value;
        size_t size = digits(cell, at, 6, &value);
        int64_t unit = at + size < cell.size ? unit_ms(lower(cell.at[at + size])) : 0;
        if (size == 0 || unit == 0)
            break;
        out->ms += value * unit;
        at += size + 1;
    }
    if (at != cell.size) {
        snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is not a span of time: write 90m, 12h or 2d", CDI_TEXT_ARGS(cell));
        return false;
    }
    if (within(column, (double)out->ms))
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "%.*s is outside %lld to %lld minutes", CDI_TEXT_ARGS(cell),
             (long long)column->least / 60000, (long long)column->most / 60000);
    return false;
}

static void name_nearest_class(const struct cdi_tables *tables, struct cdi_text cell, char problem[CDI_CELL_PROBLEM_SIZE])
{
    char guess[32];
    int before, after;
    const char **classes = calloc((size_t)tables->offence_count + 1, sizeof *classes);
    size_t used = strlen(problem);
    if (classes == NULL)
        return;
    for (size_t i = 0; i < tables->offence_count; i++)
        classes[i] = tables->offences[i].klass.at;
    const char *nearest = cdi_nearest(cell, classes);
    bool date = cdi_cell_is_date(cell, &before, &after);
    snprintf(guess, sizeof guess, "%d/%d", before, after);
    if (date && cdi_tables_offence(tables, cdi_text_of(guess)) != CDI_OFFENCE_NONE)
        snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used,
                 ": Excel has made a date of it; write %s again in a column formatted as Text", guess);
    else if (date)
        snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used,
                 ": Excel has made a date of it; write the class again in a column formatted as Text");
    else if (nearest != NULL)
        snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used, "; did you mean %s?", nearest);
    else
        snprintf(problem + used, CDI_CELL_PROBLEM_SIZE - used, ": add it there or correct it here");
    free(classes);
}

static bool read_class(const struct cdi_tables *tables, struct cdi_text cell, uint16_t *out, char problem[CDI_CELL_PROBLEM_SIZE])
{
    *out = CDI_OFFENCE_NONE;
    if (cell.size == 0)
        return true;
    *out = cdi_tables_offence(tables, cell);
    if (*out != CDI_OFFENCE_NONE)
        return true;
    snprintf(problem, CDI_CELL_PROBLEM_SIZE, "\"%.*s\" is no class of offences.csv", CDI_TEXT_ARGS(cell));
    name_nearest_class(tables, cell, problem);
    return false;
}

static bool read_text(struct cdi_binder *binder, const struct cdi_bind_column *column, struct cdi_text cell, struct cdi_text *out,
                      char problem[CDI_CELL_PROBLEM_SIZE])
{
    size_t most = column->most == 0 ? CDI_CELL_TEXT_MAX : (size_t)column->most;
    *out = CDI_TEXT_NONE;
    if (cell.size == 0)
        return true;
    if (cell.size > most || cell.size < (size_t)column->least) {
        snprintf(problem, CDI_CELL_PROBLEM_SIZE, "%zu bytes: it must have %lld to %zu", cell.size, (long long)column->least,
                 most);
        return false;
    }
    *out = cdi_table_store_text(binder->store, cell);
    if (!cdi_text_said(*out))
        snprintf(problem, CDI_CELL_PROBLEM_SIZE, "no memory for it");
    return cdi_text_said(*out);
}

bool cdi_cell_read(struct cdi_binder *binder, const struct cdi_bind_column *column, struct cdi_text cell, void *destination,
                   char problem[CDI_CELL_PROBLEM_SIZE])
{
    switch (column->kind) {
    case CDI_BIND_TEXT: return read_text(binder, column, cell, destination, problem);
    case CDI_BIND_INTEGER: return read_integer(column, cell, destination, problem);
    case CDI_BIND_REAL: return read_real(column, cell, destination, problem);
    case CDI_BIND_FLAG: return read_flag(cell, destination, problem);
    case CDI_BIND_WORD: return read_word(column, cell, destination, problem);
    case CDI_BIND_SET: return read_set(column, cell, destination, problem);
    case CDI_BIND_CLASS: return read_class(binder->tables, cell, destination, problem);
    case CDI_BIND_SPAN: return read_span(column, cell, destination, problem);
    }
    cdi_assertion_failed("a kind of column", __FILE__, __LINE__);
}
