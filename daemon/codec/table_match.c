#include <math.h>

#include "codec/table_read.h"

/* match.csv has the fields of the comparison and "sum", whose levels are the two limits. */
enum { FIELD_SUM = CDI_MATCH_FIELD_COUNT, LEVEL_LINK = CDI_MATCH_LEVEL_COUNT, LEVEL_KEEP };

/* A weight may differ by one from the rounded logarithm: a library's last bit must not refuse a table. */
enum { WEIGHT_MOST = 40000, TOLERANCE = 1 };

static const char *const fields[] = { CDI_MATCH_FIELD_LIST(CDI_BIND_STRING) "sum" };
static const char *const levels[] = {
#define X(field, level, words) words,
    CDI_MATCH_LEVEL_LIST(X)
#undef X
    "link", "keep"
};
static const int level_fields[] = {
#define X(field, level, words) CDI_MATCH_FIELD_##field,
    CDI_MATCH_LEVEL_LIST(X)
#undef X
    FIELD_SUM, FIELD_SUM
};

struct row { int field, level; double m, u; int64_t weight; };

static const struct cdi_bind_column columns[] = {
    { "field", CDI_BIND_WORD, offsetof(struct row, field), .required = true, CDI_BIND_WORDS(fields) },
    { "level", CDI_BIND_WORD, offsetof(struct row, level), .required = true, .key = true, CDI_BIND_WORDS(levels) },
    { "m", CDI_BIND_REAL, offsetof(struct row, m), .least = 0, .most = 1, .empty = -1 },
    { "u", CDI_BIND_REAL, offsetof(struct row, u), .least = 0, .most = 1, .empty = -1 },
    { "weight", CDI_BIND_INTEGER, offsetof(struct row, weight), .required = true, .least = -WEIGHT_MOST, .most = WEIGHT_MOST },
};

static const struct cdi_bind_table table = {
    "match.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 1, 0
};

static bool check_weight(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    if (cells->m <= 0 || cells->u <= 0)
        return cdi_bind_fail(binder, bound, row, cells->m <= 0 ? "m" : "u", "it must be more than 0 and at most 1");
    long weight = lround(1000 * log2(cells->m / cells->u));
    if (cells->weight - weight > TOLERANCE || weight - cells->weight > TOLERANCE)
        return cdi_bind_fail(binder, bound, row, "weight", "%lld is not 1000 x log2(m / u): write %ld, or correct m and u",
                             (long long)cells->weight, weight);
    return true;
}

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    if (level_fields[cells->level] != cells->field)
        return cdi_bind_fail(binder, bound, row, "level", "\"%s\" is a level of %s, not of %s", levels[cells->level],
                             fields[level_fields[cells->level]], fields[cells->field]);
    if (cells->field != FIELD_SUM)
        return check_weight(binder, bound, row, cells);
    if (cells->m >= 0 || cells->u >= 0)
        return cdi_bind_fail(binder, bound, row, "m", "a sum has a weight alone: empty m and u");
    return true;
}

/* The levels of a field exclude each other and leave nothing out, so their frequencies add up to 1. */
static bool check_sums(struct cdi_binder *binder, const struct cdi_bound *bound)
{
    const struct row *rows = bound->rows;
    double m[CDI_MATCH_FIELD_COUNT] = { 0 }, u[CDI_MATCH_FIELD_COUNT] = { 0 };
    bool right = true;
    for (size_t i = 0; i < bound->count; i++) {
        if (rows[i].field == FIELD_SUM)
            continue;
        m[rows[i].field] += rows[i].m;
        u[rows[i].field] += rows[i].u;
    }
    for (int field = 0; field < CDI_MATCH_FIELD_COUNT; field++)
        if (fabs(m[field] - 1) > 0.005 || fabs(u[field] - 1) > 0.005)
            right = cdi_bind_fail_file(binder, table.name, "%s: m adds up to %.3f and u to %.3f; each must add up to 1",
                                       fields[field], m[field], u[field]);
    return right;
}

static void take_row(struct cdi_match_table *match, const struct row *cells)
{
    if (cells->level == LEVEL_LINK)
        match->link_at_least = (int32_t)cells->weight;
    else if (cells->level == LEVEL_KEEP)
        match->keep_at_least = (int32_t)cells->weight;
    else
        match->weight[cells->level] = (int32_t)cells->weight;
}

bool cdi_match_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    bool seen[CDI_MATCH_LEVEL_COUNT + 2] = { false };
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return false;
    bool whole = cdi_bind(binder, &table, bytes, &bound), right = whole;
    const struct row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++) {
        right = check_row(binder, &bound, i, &rows[i]) && right;
        take_row(&binder->tables->match, &rows[i]);
        seen[rows[i].level] = true;
    }
    for (int level = 0; whole && level < CDI_MATCH_LEVEL_COUNT + 2; level++)
        if (!seen[level])
            right = whole = cdi_bind_fail_file(binder, table.name, "%s, \"%s\" has no row: add one", fields[level_fields[level]],
                                               levels[level]);
    if (whole && binder->tables->match.link_at_least < binder->tables->match.keep_at_least)
        right = cdi_bind_fail_file(binder, table.name, "link is less than keep: what is linked is also kept");
    return whole && right && check_sums(binder, &bound);
}
