#include "codec/table_read.h"

enum { HOUR = 3600000, DAY = 24 * HOUR };

static const char *const risks[] = { CDI_RISK_LIST(CDI_BIND_STRING) };
static const char *const stages[] = { CDI_STAGE_LIST(CDI_BIND_STRING) };

struct row { int risk; struct cdi_span after[CDI_STAGE_COUNT]; };

static const struct cdi_bind_column columns[] = {
    { "risk", CDI_BIND_WORD, offsetof(struct row, risk), .required = true, .key = true, CDI_BIND_WORDS(risks) },
    { "notice", CDI_BIND_SPAN, offsetof(struct row, after[CDI_STAGE_NOTICE]), .required = true, .least = 60000, .most = DAY },
    { "warning", CDI_BIND_SPAN, offsetof(struct row, after[CDI_STAGE_WARNING]), .required = true, .least = 60000, .most = DAY },
    { "urgent", CDI_BIND_SPAN, offsetof(struct row, after[CDI_STAGE_URGENT]), .required = true, .least = 60000, .most = DAY },
    { "breach", CDI_BIND_SPAN, offsetof(struct row, after[CDI_STAGE_BREACH]), .required = true },
};

static const struct cdi_bind_table table = {
    "stages.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 1, 0
};

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    bool right = true;
    for (int stage = CDI_STAGE_WARNING; stage < CDI_STAGE_COUNT; stage++)
        if (cells->after[stage].ms <= cells->after[stage - 1].ms)
            right = cdi_bind_fail(binder, bound, row, stages[stage], "not later than %s: each stage comes after the one before",
                                  stages[stage - 1]);
    if (cells->after[CDI_STAGE_BREACH].ms != DAY)
        right = cdi_bind_fail(binder, bound, row, "breach", "it must be 24h, the limit of the counting rules");
    return right;
}

bool cdi_stages_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    bool seen[CDI_RISK_COUNT] = { false };
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return false;
    bool whole = cdi_bind(binder, &table, bytes, &bound), right = whole;
    const struct row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++) {
        right = check_row(binder, &bound, i, &rows[i]) && right;
        for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
            binder->tables->stages[rows[i].risk].after[stage] = rows[i].after[stage];
        seen[rows[i].risk] = true;
    }
    for (int risk = 0; whole && risk < CDI_RISK_COUNT; risk++)
        if (!seen[risk])
            right = cdi_bind_fail_file(binder, table.name, "the risk %s has no row: add one", risks[risk]);
    return right;
}
