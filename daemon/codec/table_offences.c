#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/lexicon_rows.h"
#include "codec/table_cells.h"
#include "codec/table_read.h"

enum { LIFE_MONTHS = 9999, CLASS_MAX = 16 };

static const char *const categories[] = { CDI_CATEGORY_LIST(CDI_BIND_STRING) };
static const char *const families[] = { CDI_FAMILY_LIST(CDI_BIND_STRING) };
static const char *const counts[] = { CDI_COUNTS_LIST(CDI_BIND_STRING) };

struct offence_row {
    struct cdi_text klass, title, words, code;
    int category, family, counts;
    int64_t rank, sentence;
    bool state, conduct, additional, never_absorbed, queue, due;
};

static const struct cdi_bind_column offence_columns[] = {
    { "class", CDI_BIND_TEXT, offsetof(struct offence_row, klass), .required = true, .key = true, .most = CLASS_MAX },
    { "title", CDI_BIND_TEXT, offsetof(struct offence_row, title), .required = true },
    { "words", CDI_BIND_TEXT, offsetof(struct offence_row, words), .required = true },
    { "code", CDI_BIND_TEXT, offsetof(struct offence_row, code), .required = false },
    { "category", CDI_BIND_WORD, offsetof(struct offence_row, category), .required = true, CDI_BIND_WORDS(categories) },
    { "family", CDI_BIND_WORD, offsetof(struct offence_row, family), .required = true, CDI_BIND_WORDS(families) },
    { "rank", CDI_BIND_INTEGER, offsetof(struct offence_row, rank), .least = 1, .most = 999, .empty = CDI_RANK_NONE },
    { "sentence", CDI_BIND_INTEGER, offsetof(struct offence_row, sentence), .required = true, .most = LIFE_MONTHS },
    { "state", CDI_BIND_FLAG, offsetof(struct offence_row, state), .required = true },
    { "conduct", CDI_BIND_FLAG, offsetof(struct offence_row, conduct), .required = true },
    { "additional", CDI_BIND_FLAG, offsetof(struct offence_row, additional), .required = true },
    { "counts", CDI_BIND_WORD, offsetof(struct offence_row, counts), .required = true, CDI_BIND_WORDS(counts) },
    { "never_absorbed", CDI_BIND_FLAG, offsetof(struct offence_row, never_absorbed), .required = true },
    { "queue", CDI_BIND_FLAG, offsetof(struct offence_row, queue), .required = true },
    { "due", CDI_BIND_FLAG, offsetof(struct offence_row, due), .required = true },
};

static const struct cdi_bind_table offence_table = {
    "offences.csv", offence_columns, sizeof offence_columns / sizeof *offence_columns, sizeof(struct offence_row), 1, 2000
};

struct code_row {
    struct cdi_text code, also, phrases;
    uint16_t offence;
    int64_t rank;
    bool never_absorbed, breach_of_order;
};

static const struct cdi_bind_column code_columns[] = {
    { "code", CDI_BIND_TEXT, offsetof(struct code_row, code), .required = true, .key = true, .most = CLASS_MAX },
    { "class", CDI_BIND_CLASS, offsetof(struct code_row, offence), .required = true },
    { "also", CDI_BIND_TEXT, offsetof(struct code_row, also), .optional = true },
    { "rank", CDI_BIND_INTEGER, offsetof(struct code_row, rank), .least = 1, .most = 999, .empty = CDI_RANK_NONE },
    { "never_absorbed", CDI_BIND_FLAG, offsetof(struct code_row, never_absorbed), .required = true },
    { "breach_of_order", CDI_BIND_FLAG, offsetof(struct code_row, breach_of_order), .required = true },
    { "phrases", CDI_BIND_TEXT, offsetof(struct code_row, phrases), .optional = true },
};

static const struct cdi_bind_table code_table = {
    "offence_codes.csv", code_columns, sizeof code_columns / sizeof *code_columns, sizeof(struct code_row), 1, 20000
};

/* A class is capitals, digits and strokes. */
static bool written_as_class(struct cdi_text text)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/";
    for (size_t i = 0; i < text.size; i++)
        if (memchr(allowed, text.at[i], sizeof allowed - 1) == NULL)
            return false;
    return true;
}

/* A code is three digits, a stroke, two digits. */
static bool written_as_code(struct cdi_text text)
{
    bool right = text.size == 6;
    for (size_t i = 0; right && i < text.size; i++)
        right = i == 3 ? text.at[i] == '/' : text.at[i] >= '0' && text.at[i] <= '9';
    return right;
}

/* Mostly Excel has made a date of it. */
static bool fail_written(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, struct cdi_text text, bool code)
{
    const char *column = code ? "code" : "class";
    char original[32] = "it";
    int before, after;
    if (!cdi_cell_is_date(text, &before, &after))
        return cdi_bind_fail(binder, bound, row, column, "\"%s\" is not written like %s", text.at, code ? "008/06" : "8N or 4/1");
    if (before != 0)
        snprintf(original, sizeof original, code ? "%03d/%02d" : "%d/%d", before, after);
    return cdi_bind_fail(binder, bound, row, column,
                         "Excel has made a date, \"%s\", of it; write %s again in a column formatted as Text", text.at, original);
}

static bool check_class(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct offence_row *cells)
{
    bool right = true;
    int before, after;
    if (!written_as_class(cells->klass) || cdi_cell_is_date(cells->klass, &before, &after))
        right = fail_written(binder, bound, row, cells->klass, false);
    if (cells->conduct != (cells->family == CDI_FAMILY_CONDUCT))
        right = cdi_bind_fail(binder, bound, row, "conduct",
                              "%s: a class is of the family conduct if, and only if, conduct is yes", cells->klass.at);
    if ((cells->category == CDI_CATEGORY_RAPE) != (cells->family == CDI_FAMILY_RAPE || cells->family == CDI_FAMILY_N100))
        right = cdi_bind_fail(binder, bound, row, "category",
                              "%s: the category is RAPE for the families rape and n100, and for no other", cells->klass.at);
    if (cells->family == CDI_FAMILY_N100 && cells->due)
        right = cdi_bind_fail(binder, bound, row, "due", "%s: an N100 is no crime that is due: write no", cells->klass.at);
    if (cdi_text_said(cells->code) != (cells->rank != CDI_RANK_NONE))
        right =
            cdi_bind_fail(binder, bound, row, "rank", "%s: code and rank go together: fill in both, or neither", cells->klass.at);
    return right;
}

static int by_class(const void *a, const void *b)
{
    return cdi_text_compare(((const struct cdi_offence *)a)->klass, ((const struct cdi_offence *)b)->klass);
}

static struct cdi_offence offence_of(const struct offence_row *cells)
{
    return (struct cdi_offence){
        .klass = cells->klass, .title = cells->title, .words = cells->words, .code = cells->code,
        .category = (enum cdi_category)cells->category, .family = (enum cdi_family)cells->family,
        .rank = (uint16_t)cells->rank, .sentence = (uint16_t)cells->sentence,
        .state_based = cells->state, .conduct = cells->conduct, .additional = cells->additional,
        .counts = (enum cdi_counts)cells->counts,
        .never_absorbed = cells->never_absorbed, .queue = cells->queue, .due = cells->due,
    };
}

static bool take_offences(struct cdi_binder *binder, const struct cdi_bound *bound)
{
    const struct offence_row *rows = bound->rows;
    struct cdi_offence *offences = cdi_table_store_take(binder->store, bound->count, sizeof *offences);
    bool right = true;
    if (offences == NULL)
        return cdi_bind_fail_file(binder, "offences.csv", "no memory to read the table");
    for (size_t i = 0; i < bound->count; i++) {
        right = check_class(binder, bound, i, &rows[i]) && right;
        offences[i] = offence_of(&rows[i]);
    }
    qsort(offences, bound->count, sizeof *offences, by_class);
    binder->tables->offences = offences;
    binder->tables->offence_count = (uint16_t)bound->count;
    return right;
}

static int by_code(const void *a, const void *b)
{
    return cdi_text_compare(((const struct cdi_offence_code *)a)->code, ((const struct cdi_offence_code *)b)->code);
}

/* The next of several words parted by spaces; NONE after the last. */
static struct cdi_text next_word(struct cdi_text text, size_t *at)
{
    while (*at < text.size && text.at[*at] == ' ')
        ++*at;
    size_t begin = *at;
    while (*at < text.size && text.at[*at] != ' ')
        ++*at;
    return begin == *at ? CDI_TEXT_NONE : (struct cdi_text){ text.at + begin, *at - begin };
}

static bool check_also(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct code_row *cells)
{
    const struct cdi_bind_column class_column = { .name = "also", .kind = CDI_BIND_CLASS };
    char problem[CDI_CELL_PROBLEM_SIZE];
    bool right = true;
    uint16_t offence;
    size_t at = 0;
    for (struct cdi_text word = next_word(cells->also, &at); cdi_text_said(word); word = next_word(cells->also, &at))
        if (!cdi_cell_read(binder, &class_column, word, &offence, problem))
            right = cdi_bind_fail(binder, bound, row, "also", "%s", problem);
    return right;
}

/* The codes are in their order: what discloses one of them points there. */
static bool take_told(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row)
{
    struct cdi_tables *tables = binder->tables;
    const struct code_row *cells = (const struct code_row *)bound->rows + row;
    const struct cdi_offence_code wanted = { .code = cells->code };
    const struct cdi_offence_code *code = bsearch(&wanted, tables->codes, tables->code_count, sizeof *code, by_code);
    size_t at = 0;
    for (struct cdi_text word = next_word(cells->phrases, &at); cdi_text_said(word); word = next_word(cells->phrases, &at)) {
        if (tables->told_count == CDI_TOLD_CODES_MAX)
            return cdi_bind_fail(binder, bound, row, "phrases", "more than %d phrases in all: leave some out", CDI_TOLD_CODES_MAX);
        tables->told[tables->told_count++] =
            (struct cdi_told_code){ .phrase = cdi_phrase_key(word), .code = (uint16_t)(code - tables->codes),
                                    .offence = code->offence };
    }
    return true;
}

static bool take_codes(struct cdi_binder *binder, const struct cdi_bound *bound)
{
    const struct code_row *rows = bound->rows;
    struct cdi_offence_code *codes = cdi_table_store_take(binder->store, bound->count, sizeof *codes);
    bool right = true;
    if (codes == NULL)
        return cdi_bind_fail_file(binder, "offence_codes.csv", "no memory to read the table");
    for (size_t i = 0; i < bound->count; i++) {
        if (!written_as_code(rows[i].code))
            right = fail_written(binder, bound, i, rows[i].code, true);
        right = check_also(binder, bound, i, &rows[i]) && right;
        codes[i] = (struct cdi_offence_code){ rows[i].code, rows[i].offence, (uint16_t)rows[i].rank, rows[i].never_absorbed,
                                              rows[i].breach_of_order };
    }
    qsort(codes, bound->count, sizeof *codes, by_code);
    binder->tables->codes = codes;
    binder->tables->code_count = (uint16_t)bound->count;
    binder->tables->told_count = 0;
    for (size_t i = 0; right && i < bound->count; i++)
        right = take_told(binder, bound, i);
    return right;
}

static bool has_class(const struct cdi_tables *tables, const struct code_row *row, struct cdi_text klass)
{
    size_t at = 0;
    if (cdi_text_same(tables->offences[row->offence].klass, klass))
        return true;
    for (struct cdi_text word = next_word(row->also, &at); cdi_text_said(word); word = next_word(row->also, &at))
        if (cdi_text_same(word, klass))
            return true;
    return false;
}

static const struct code_row *row_of_code(const struct cdi_bound *codes, struct cdi_text code)
{
    const struct code_row *rows = codes->rows;
    for (size_t i = 0; i < codes->count; i++)
        if (cdi_text_same(rows[i].code, code))
            return &rows[i];
    return NULL;
}

/* R5: the ordinary code of a class is one of its codes, and their ranks agree. */
static bool check_ranks(struct cdi_binder *binder, const struct cdi_bound *offences, const struct cdi_bound *codes)
{
    const struct offence_row *rows = offences->rows;
    bool right = true;
    for (size_t i = 0; i < offences->count; i++) {
        if (!cdi_text_said(rows[i].code))
            continue;
        const struct code_row *code = row_of_code(codes, rows[i].code);
        if (code == NULL)
            right = cdi_bind_fail(binder, offences, i, "code",
                                  "\"%s\" has no row in offence_codes.csv: add it there or correct it here", rows[i].code.at);
        else if (!has_class(binder->tables, code, rows[i].klass))
            right =
                cdi_bind_fail(binder, offences, i, "code", "\"%s\" is no code of %s in offence_codes.csv: correct one of the two",
                              rows[i].code.at, rows[i].klass.at);
        else if (code->rank != rows[i].rank)
            right = cdi_bind_fail(binder, offences, i, "rank",
                                  "%s has the rank %lld here and its code %s another in offence_codes.csv", rows[i].klass.at,
                                  (long long)rows[i].rank, rows[i].code.at);
    }
    return right;
}

static bool index_tables(struct cdi_binder *binder)
{
    struct cdi_tables *tables = binder->tables;
    uint16_t *offences = cdi_table_store_take(binder->store, cdi_tables_slots(tables->offence_count), sizeof *offences);
    uint16_t *codes = cdi_table_store_take(binder->store, cdi_tables_slots(tables->code_count), sizeof *codes);
    if (offences == NULL || codes == NULL)
        return cdi_bind_fail_file(binder, "offence_codes.csv", "no memory to read the table");
    cdi_tables_index(tables, offences, codes);
    return true;
}

bool cdi_offences_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound offences, codes;
    struct cdi_text offence_bytes = cdi_bind_file(binder, files, count, "offences.csv");
    struct cdi_text code_bytes = cdi_bind_file(binder, files, count, "offence_codes.csv");
    if (!cdi_text_said(offence_bytes) || !cdi_text_said(code_bytes))
        return false;
    bool right = cdi_bind(binder, &offence_table, offence_bytes, &offences);
    right = take_offences(binder, &offences) && right;
    if (!right) {
        /* Every mention of a class that could not be read would be complained of: one fault, a hundred complaints. */
        binder->tables->offence_count = 0;
        return false;
    }
    right = cdi_bind(binder, &code_table, code_bytes, &codes);
    right = take_codes(binder, &codes) && right;
    right = index_tables(binder) && right;
    return right && check_ranks(binder, &offences, &codes);
}
