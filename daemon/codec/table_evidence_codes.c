/* The tables of step 1 that know no text: opening and closing codes, qualifiers, callers. */
#include "codec/table_evidence.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 200 };

/* The row of incident_codes.csv that gives the odds before any evidence. */
static const char prior_code[] = "ANY";

const char *const cdi_evidence_files[] = {
    "phrases.csv", "terms.csv", "disclosures.csv", "incident_codes.csv", "openings.csv", "qualifiers.csv", "callers.csv", NULL
};

static const char *const qualifiers[] = { CDI_QUALIFIER_LIST(CDI_BIND_STRING) };
static const char *const callers[] = { CDI_CALLER_ROLE_LIST(CDI_BIND_STRING) };
static const char *const code_marks[] = { "domestic", "child", "hate", "asb_personal", "excluded" };
enum { MARK_DOMESTIC = 1, MARK_CHILD = 2, MARK_HATE = 4, MARK_ASB_PERSONAL = 8, MARK_EXCLUDED = 16 };

/* The four columns RAPE, SEXUAL, VAP, OTHER of a row struct with a member int64_t weights[]. */
#define WEIGHT_COLUMN(row, upper)                                                                                                \
    {                                                                                                                            \
#upper, CDI_BIND_INTEGER, offsetof(struct row, weights[CDI_CATEGORY_##upper]),                                           \
            .required = false, .least = -CDI_EVIDENCE_WEIGHT_MOST, .most = CDI_EVIDENCE_WEIGHT_MOST                              \
    }
#define WEIGHT_COLUMNS(row)                                                                                                      \
    WEIGHT_COLUMN(row, RAPE), WEIGHT_COLUMN(row, SEXUAL), WEIGHT_COLUMN(row, VAP), WEIGHT_COLUMN(row, OTHER)

struct code_row {
    struct cdi_text code, words;
    uint64_t marks;
    int64_t weights[CDI_CATEGORY_COUNT], closed;
};
static const struct cdi_bind_column code_columns[] = {
    { "code", CDI_BIND_TEXT, offsetof(struct code_row, code), .required = true, .key = true, .most = CDI_REFERENCE_MAX },
    { "words", CDI_BIND_TEXT, offsetof(struct code_row, words), .required = true, .most = WORDS_MAX },
    WEIGHT_COLUMNS(code_row),
    { "closed", CDI_BIND_INTEGER, offsetof(struct code_row, closed), .required = false, .least = -CDI_EVIDENCE_WEIGHT_MOST,
      .most = CDI_EVIDENCE_WEIGHT_MOST },
    { "marks", CDI_BIND_SET, offsetof(struct code_row, marks), .required = false, CDI_BIND_WORDS(code_marks) },
};
static const struct cdi_bind_table code_table = {
    "incident_codes.csv", code_columns, sizeof code_columns / sizeof *code_columns, sizeof(struct code_row), 2, 0
};

struct opening_row {
    struct cdi_text code;
    uint16_t offence;
    int64_t weight;
};
static const struct cdi_bind_column opening_columns[] = {
    { "code", CDI_BIND_TEXT, offsetof(struct opening_row, code), .required = true, .key = true },
    { "class", CDI_BIND_CLASS, offsetof(struct opening_row, offence), .required = true, .key = true },
    { "weight", CDI_BIND_INTEGER, offsetof(struct opening_row, weight), .required = true, .least = -CDI_EVIDENCE_WEIGHT_MOST,
      .most = CDI_EVIDENCE_WEIGHT_MOST },
};
static const struct cdi_bind_table opening_table = {
    "openings.csv", opening_columns, sizeof opening_columns / sizeof *opening_columns, sizeof(struct opening_row), 0, 0
};

struct word_row {
    int word;
    int64_t weights[CDI_CATEGORY_COUNT];
};
static const struct cdi_bind_column qualifier_columns[] = {
    { "qualifier", CDI_BIND_WORD, offsetof(struct word_row, word), .required = true, .key = true, CDI_BIND_WORDS(qualifiers) },
    WEIGHT_COLUMNS(word_row),
};
static const struct cdi_bind_table qualifier_table = {
    "qualifiers.csv", qualifier_columns, sizeof qualifier_columns / sizeof *qualifier_columns, sizeof(struct word_row), 0, 0
};
static const struct cdi_bind_column caller_columns[] = {
    { "caller", CDI_BIND_WORD, offsetof(struct word_row, word), .required = true, .key = true, CDI_BIND_WORDS(callers) },
    WEIGHT_COLUMNS(word_row),
};
static const struct cdi_bind_table caller_table = {
    "callers.csv", caller_columns, sizeof caller_columns / sizeof *caller_columns, sizeof(struct word_row), 0, 0
};

static void take_weights(const int64_t *from, int32_t *to)
{
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
        to[category] = (int32_t)from[category];
}

/* ---- Codes ---- */

static int code_order(const void *a, const void *b)
{
    return cdi_text_compare(((const struct cdi_incident_code *)a)->key, ((const struct cdi_incident_code *)b)->key);
}

static void take_code(struct cdi_evidence *evidence, const struct code_row *row)
{
    if (cdi_text_is(row->code, prior_code)) {
        take_weights(row->weights, evidence->prior);
        return;
    }
    struct cdi_incident_code *code = &evidence->codes[evidence->code_count++];
    *code = (struct cdi_incident_code){
        .key = row->code,
        .words = row->words,
        .closed = (int32_t)row->closed,
        .domestic = (row->marks & MARK_DOMESTIC) != 0,
        .child = (row->marks & MARK_CHILD) != 0,
        .hate = (row->marks & MARK_HATE) != 0,
        .asb_personal = (row->marks & MARK_ASB_PERSONAL) != 0,
        .excluded = (row->marks & MARK_EXCLUDED) != 0,
    };
    take_weights(row->weights, code->opened);
}

static bool read_codes(struct cdi_binder *binder, struct cdi_text bytes)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_bound bound;
    bool prior = false, right = cdi_bind(binder, &code_table, bytes, &bound);
    const struct code_row *rows = bound.rows;
    evidence->codes = cdi_table_store_take(binder->store, bound.count + 1, sizeof *evidence->codes);
    if (evidence->codes == NULL)
        return cdi_bind_fail_file(binder, code_table.name, "no memory for the table");
    for (size_t i = 0; i < bound.count; i++) {
        prior = prior || cdi_text_is(rows[i].code, prior_code);
        take_code(evidence, &rows[i]);
    }
    if (!prior)
        right = cdi_bind_fail_file(binder, code_table.name, "no row for the code %s, the odds before any evidence: add one",
                                   prior_code);
    qsort(evidence->codes, evidence->code_count, sizeof *evidence->codes, code_order);
    return right;
}

/* The openings of a code, in the order of the file. */
static void place_openings(struct cdi_binder *binder, const struct cdi_bound *bound, struct cdi_incident_code *code)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    const struct opening_row *rows = bound->rows;
    code->opening_first = (uint16_t)evidence->opening_count;
    for (size_t i = 0; i < bound->count; i++)
        if (rows[i].offence != CDI_OFFENCE_NONE && cdi_text_same(rows[i].code, code->key))
            evidence->openings[evidence->opening_count++] =
                (struct cdi_opening){ cdi_evidence_class(binder, rows[i].offence), (int32_t)rows[i].weight };
    code->opening_count = (uint16_t)(evidence->opening_count - code->opening_first);
}

static bool read_openings(struct cdi_binder *binder, struct cdi_text bytes)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_bound bound;
    bool right = cdi_bind(binder, &opening_table, bytes, &bound);
    const struct opening_row *rows = bound.rows;
    evidence->openings = cdi_table_store_take(binder->store, bound.count + 1, sizeof *evidence->openings);
    if (evidence->openings == NULL)
        return cdi_bind_fail_file(binder, opening_table.name, "no memory for the table");
    for (size_t i = 0; i < bound.count; i++) {
        if (cdi_evidence_code(evidence, rows[i].code) == NULL)
            right = cdi_bind_fail(binder, &bound, i, "code", "no code of incident_codes.csv: add it there or correct it here");
        if (rows[i].offence != CDI_OFFENCE_NONE && cdi_evidence_class(binder, rows[i].offence) == CDI_CLASS_ANY)
            right =
                cdi_bind_fail(binder, &bound, i, "class", "evidence for more than %d classes: leave some out", CDI_CLASSES_MAX);
    }
    for (size_t i = 0; i < evidence->code_count; i++)
        place_openings(binder, &bound, &evidence->codes[i]);
    return right;
}

/* ---- Qualifiers and callers ---- */

/* DOMAIN.md rule 3: none of these lowers p. */
static bool never_lowers(int qualifier)
{
    return qualifier == CDI_QUALIFIER_ALCOHOL || qualifier == CDI_QUALIFIER_DRUGS || qualifier == CDI_QUALIFIER_MENTAL_HEALTH ||
           qualifier == CDI_QUALIFIER_REPEAT || qualifier == CDI_QUALIFIER_LEARNING_DISABILITY ||
           qualifier == CDI_QUALIFIER_VULNERABLE;
}

static bool check_qualifier(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct word_row *cells)
{
    bool right = true;
    for (int category = 0; category < CDI_CATEGORY_COUNT; category++)
        if (never_lowers(cells->word) && cells->weights[category] < 0)
            right = cdi_bind_fail(
                binder, bound, row, cdi_category_word((enum cdi_category)category),
                "drink, drugs, mental health, vulnerability and persistence never make a crime less likely: write 0 "
                "or more");
    return right;
}

static bool read_qualifiers(struct cdi_binder *binder, struct cdi_text bytes)
{
    struct cdi_bound bound;
    bool right = cdi_bind(binder, &qualifier_table, bytes, &bound);
    const struct word_row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++) {
        right = check_qualifier(binder, &bound, i, &rows[i]) && right;
        take_weights(rows[i].weights, binder->tables->evidence.qualifiers[rows[i].word]);
    }
    return right;
}

static bool read_callers(struct cdi_binder *binder, struct cdi_text bytes)
{
    struct cdi_bound bound;
    bool right = cdi_bind(binder, &caller_table, bytes, &bound);
    const struct word_row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++)
        take_weights(rows[i].weights, binder->tables->evidence.callers[rows[i].word]);
    return right;
}

bool cdi_evidence_codes_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    static const struct {
        const struct cdi_bind_table *table;
        bool (*read)(struct cdi_binder *binder, struct cdi_text bytes);
    } steps[] = {
        { &code_table, read_codes },
        { &opening_table, read_openings },
        { &qualifier_table, read_qualifiers },
        { &caller_table, read_callers },
    };
    bool right = true;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct cdi_text bytes = cdi_bind_file(binder, files, count, steps[i].table->name);
        right = cdi_text_said(bytes) && steps[i].read(binder, bytes) && right;
    }
    return right;
}
