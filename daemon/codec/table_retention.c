#include "codec/table_read.h"

/* What the rules need, in days; beyond ten years nothing is retention any more. */
#define WORD(upper, lower, least) #lower,
#define LEAST(upper, lower, least) least,
static const char *const kinds[] = { CDI_KEPT_LIST(WORD) };
static const int64_t needed[] = { CDI_KEPT_LIST(LEAST) };
#undef WORD
#undef LEAST
enum { DAYS_MOST = 3660 };

struct row { int kind; int64_t days; struct cdi_text after, why; };

static const struct cdi_bind_column columns[] = {
    { "kind", CDI_BIND_WORD, offsetof(struct row, kind), .required = true, .key = true, CDI_BIND_WORDS(kinds) },
    { "days", CDI_BIND_INTEGER, offsetof(struct row, days), .required = true, .least = 1, .most = DAYS_MOST },
    { "after", CDI_BIND_TEXT, offsetof(struct row, after), .required = true },
    { "why", CDI_BIND_TEXT, offsetof(struct row, why), .required = true },
};

static const struct cdi_bind_table table = {
    "retention.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 1, 0
};

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    return cells->days >= needed[cells->kind] ||
           cdi_bind_fail(binder, bound, row, "days", "%s may not be kept for less than %d days: make it %d or more", kinds[cells->kind],
                         (int)needed[cells->kind], (int)needed[cells->kind]);
}

/* A log that is not known must be older than any of which a trace could be left: else one that was dropped would come again. */
static bool check_receipt(struct cdi_binder *binder, const struct cdi_bound *bound)
{
    const struct cdi_span *after = binder->tables->kept_for;
    int64_t least = (after[CDI_KEPT_LOG].ms + after[CDI_KEPT_TRACE].ms) / CDI_DAYS(1).ms;
    const struct row *rows = bound->rows;
    for (size_t i = 0; i < bound->count; i++)
        if (rows[i].kind == CDI_KEPT_RECEIPT && rows[i].days < least)
            return cdi_bind_fail(binder, bound, i, "days", "less than log and trace together: make it %d or more", (int)least);
    return true;
}

bool cdi_retention_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    bool seen[CDI_KEPT_COUNT] = { false };
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return false;
    bool whole = cdi_bind(binder, &table, bytes, &bound), right = whole;
    const struct row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++) {
        right = check_row(binder, &bound, i, &rows[i]) && right;
        binder->tables->kept_for[rows[i].kind] = CDI_DAYS(rows[i].days);
        seen[rows[i].kind] = true;
    }
    for (int kind = 0; whole && kind < CDI_KEPT_COUNT; kind++)
        if (!seen[kind])
            right = cdi_bind_fail_file(binder, table.name, "nothing says how long %s is kept: add a row", kinds[kind]);
    return right && check_receipt(binder, &bound);
}
