#include "codec/tally_lines.h"

#include <stdio.h>

#include "core/lag.h"

enum { CELL_SIZE = 24 };

/* What stands in a column: a count, a share of those recorded, or a percentile of their lags. */
enum figure { A_COUNT, A_SHARE, A_LAG };
static const struct { const char *title; enum figure figure; unsigned of; } columns[] = {
    { "reports", A_COUNT, CDI_TALLY_REPORTS }, { "open", A_COUNT, CDI_TALLY_OPEN }, { "due", A_COUNT, CDI_TALLY_DUE },
    { "missing", A_COUNT, CDI_TALLY_UNANSWERED }, { "recorded", A_COUNT, CDI_TALLY_RECORDED }, { "in time", A_SHARE, CDI_TALLY_ON_TIME },
    { "same day", A_SHARE, CDI_TALLY_SAME_DAY }, { "lag p50", A_LAG, 50 }, { "p90", A_LAG, 90 }, { "p95", A_LAG, 95 },
    { "untimed", A_COUNT, CDI_TALLY_UNMEASURED },
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static void share_text(uint64_t part, uint64_t whole, char out[CELL_SIZE])
{
    if (whole == 0)
        snprintf(out, CELL_SIZE, "-");
    else
        snprintf(out, CELL_SIZE, "%llu.%llu %%", (unsigned long long)(part * 1000 / whole / 10), (unsigned long long)(part * 1000 / whole % 10));
}

static void lag_text(int64_t seconds, char out[CELL_SIZE])
{
    long long minutes = seconds / 60;
    if (seconds < 0)
        snprintf(out, CELL_SIZE, "-");
    else if (minutes < 48 * 60)
        snprintf(out, CELL_SIZE, "%lldh%02lldm", minutes / 60, minutes % 60);
    else
        snprintf(out, CELL_SIZE, "%lldd%02lldh", minutes / 1440, minutes / 60 % 24);
}

static void cell_text(const struct cdi_tally_row *row, size_t column, char out[CELL_SIZE])
{
    uint32_t recorded = cdi_tally_count(row, CDI_TALLY_RECORDED);
    /* Of a crime without a log nothing was due, and there is no report that could be open. */
    bool unknown = row->key.of == CDI_TALLY_OF_CRIMES && columns[column].figure == A_COUNT && columns[column].of != CDI_TALLY_RECORDED &&
                   columns[column].of != CDI_TALLY_UNMEASURED;
    if (unknown)
        snprintf(out, CELL_SIZE, "-");
    else if (columns[column].figure == A_COUNT)
        snprintf(out, CELL_SIZE, "%u", cdi_tally_count(row, columns[column].of));
    else if (columns[column].figure == A_SHARE)
        share_text(cdi_tally_count(row, columns[column].of), recorded, out);
    else
        lag_text(cdi_lag_percentile(row, columns[column].of), out);
}

void cdi_tally_titles(struct cdi_body *out, int width)
{
    cdi_body_say(out, "%-*s", width, "");
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        cdi_body_say(out, " %8s", columns[i].title);
}

bool cdi_tally_has_line(const struct cdi_tally_row *row)
{
    return row->key.of == CDI_TALLY_OF_REPORTS || cdi_tally_count(row, CDI_TALLY_RECORDED) > 0 || cdi_tally_count(row, CDI_TALLY_UNMEASURED) > 0;
}

void cdi_tally_line(struct cdi_body *out, int width, const char *name, const struct cdi_tally_row *row)
{
    char cell[CELL_SIZE];
    cdi_body_say(out, "%-*s", width, name);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        cell_text(row, i, cell);
        cdi_body_say(out, " %8s", cell);
    }
}

const char *cdi_tally_of_words(enum cdi_tally_of of) { return of == CDI_TALLY_OF_REPORTS ? "reports" : "no log"; }

const char *cdi_tally_category_words(uint8_t category)
{
    return category < CDI_CATEGORY_COUNT ? cdi_category_word((enum cdi_category)category) : "not known";
}
