#include "edge/meters.h"

#include <inttypes.h>
#include <stdio.h>

const struct cdi_meter_row cdi_meter_rows[CDI_METER_COUNT] = {
#define M(upper, name_, kind_, unit_, first, second, words_) \
    { name_, CDI_METER_##kind_, CDI_METER_##unit_, { CDI_METER_LABEL_##first, CDI_METER_LABEL_##second }, words_ },
#include "edge/meters.def"
#undef M
};

const char *cdi_part_word(enum cdi_part part)
{
    static const char *const words[CDI_PART_COUNT] = {
#define X(upper, word) #word,
        CDI_PART_LIST(X)
#undef X
    };
    return words[part];
}

/* ---- labels ---- */

static const struct { const char *word; size_t count; } labels[CDI_METER_LABEL_COUNT] = {
#define X(upper, word, count) { #word, count },
    CDI_METER_LABEL_LIST(X)
#undef X
};

static size_t cell_count(const struct cdi_meter_row *row)
{
    return labels[row->labels[0]].count * labels[row->labels[1]].count;
}

static const char *label_value(const struct cdi_meters *meters, enum cdi_meter_label label, size_t value, char number[12])
{
    switch (label) {
    case CDI_METER_LABEL_FEED: return cdi_feed_word((enum cdi_feed)value);
    case CDI_METER_LABEL_OUTCOME: return cdi_outcome_word((enum cdi_outcome)value);
    case CDI_METER_LABEL_STAGE: return cdi_stage_word((enum cdi_stage)value);
    case CDI_METER_LABEL_REASON: return cdi_error_word((enum cdi_error_code)value);
    case CDI_METER_LABEL_PART: return cdi_part_word((enum cdi_part)value);
    case CDI_METER_LABEL_VERSION: return CDI_VERSION;
    case CDI_METER_LABEL_SHARD:
        snprintf(number, 12, "%" PRId32, meters->shards[value]);
        return number;
    case CDI_METER_LABEL_FORCE: return meters->forces[value];
    case CDI_METER_LABEL_WATCH: return meters->watches[value];
    case CDI_METER_LABEL_CATEGORY: return cdi_category_word((enum cdi_category)value);
    case CDI_METER_LABEL_NONE:
    case CDI_METER_LABEL_COUNT: break;
    }
    return "";
}

static bool shown(const struct cdi_meters *meters, enum cdi_meter_label label, size_t value)
{
    if (label == CDI_METER_LABEL_FORCE)
        return value < meters->force_count;
    if (label == CDI_METER_LABEL_WATCH)
        return value < meters->watch_count;
    return label != CDI_METER_LABEL_SHARD || value < meters->shard_count;
}

/* ---- histograms ---- */

static const int64_t fast[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000 };
static const int64_t slow[] = { 1000, 2000, 5000, 10000, 30000, 60000, 300000, 900000, 3600000, 21600000, 86400000 };
_Static_assert(sizeof fast / sizeof fast[0] <= CDI_BUCKETS_MAX && sizeof slow / sizeof slow[0] <= CDI_BUCKETS_MAX, "room for all buckets");

const int64_t *cdi_histogram_bounds(enum cdi_meter_kind kind, size_t *count)
{
    *count = kind == CDI_METER_FAST ? sizeof fast / sizeof fast[0] : sizeof slow / sizeof slow[0];
    return kind == CDI_METER_FAST ? fast : slow;
}

void cdi_histogram_observe(struct cdi_histogram *histogram, enum cdi_meter_kind kind, int64_t ms)
{
    size_t count, i = 0;
    const int64_t *bounds = cdi_histogram_bounds(kind, &count);
    while (i < count && ms > bounds[i])
        i++;
    histogram->counts[i]++;
    histogram->sum += ms;
}

static bool is_histogram(const struct cdi_meter_row *row) { return row->kind == CDI_METER_FAST || row->kind == CDI_METER_SLOW; }

size_t cdi_meter_series(enum cdi_meter meter)
{
    size_t buckets;
    if (!is_histogram(&cdi_meter_rows[meter]))
        return cell_count(&cdi_meter_rows[meter]);
    cdi_histogram_bounds(cdi_meter_rows[meter].kind, &buckets);
    return buckets + 3;                         /* beyond all bounds, sum, count */
}

/* ---- the exposition ---- */

int64_t *cdi_meter_at(struct cdi_meters *meters, enum cdi_meter meter, size_t first, size_t second)
{
    const struct cdi_meter_row *row = &cdi_meter_rows[meter];
    CDI_ASSERT(first < labels[row->labels[0]].count && second < labels[row->labels[1]].count);
    return &meters->cells[meter][first * labels[row->labels[1]].count + second];
}

static void say_seconds(struct cdi_body *body, int64_t ms)
{
    const char *sign = ms < 0 ? "-" : "";
    uint64_t size = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
    cdi_body_say(body, "%s%" PRIu64 ".%03" PRIu64, sign, size / 1000, size % 1000);
}

static void say_value(struct cdi_body *body, enum cdi_meter_unit unit, int64_t value)
{
    cdi_body_say(body, " ");
    if (unit == CDI_METER_MS)
        say_seconds(body, value);
    else
        cdi_body_say(body, "%" PRId64, value);
    cdi_body_say(body, "\n");
}

static void write_histogram(const struct cdi_meter_row *row, const struct cdi_histogram *histogram, struct cdi_body *body)
{
    size_t count;
    int64_t below = 0;
    const int64_t *bounds = cdi_histogram_bounds(row->kind, &count);
    for (size_t i = 0; i < count; i++) {
        below += histogram->counts[i];
        cdi_body_say(body, "cdiwatch_%s_bucket{le=\"%g\"} %" PRId64 "\n", row->name, (double)bounds[i] / 1000, below);
    }
    below += histogram->counts[count];
    cdi_body_say(body, "cdiwatch_%s_bucket{le=\"+Inf\"} %" PRId64 "\n", row->name, below);
    cdi_body_say(body, "cdiwatch_%s_sum", row->name);
    say_value(body, row->unit, histogram->sum);
    cdi_body_say(body, "cdiwatch_%s_count %" PRId64 "\n", row->name, below);
}

static void write_series(const struct cdi_meters *meters, const struct cdi_meter_row *row, const size_t values[2], int64_t value,
                         struct cdi_body *body)
{
    char number[12];
    bool any = false;
    cdi_body_say(body, "cdiwatch_%s", row->name);
    for (int i = 0; i < 2; i++) {
        if (row->labels[i] == CDI_METER_LABEL_NONE)
            continue;
        cdi_body_say(body, "%s%s=\"%s\"", any ? "," : "{", labels[row->labels[i]].word,
                     label_value(meters, row->labels[i], values[i], number));
        any = true;
    }
    cdi_body_say(body, "%s", any ? "}" : "");
    say_value(body, row->unit, value);
}

static void write_cells(struct cdi_meters *meters, enum cdi_meter meter, struct cdi_body *body)
{
    const struct cdi_meter_row *row = &cdi_meter_rows[meter];
    size_t values[2];
    for (values[0] = 0; values[0] < labels[row->labels[0]].count; values[0]++)
        for (values[1] = 0; values[1] < labels[row->labels[1]].count; values[1]++) {
            int64_t value = *cdi_meter_at(meters, meter, values[0], values[1]);
            if (value != CDI_METER_UNKNOWN && shown(meters, row->labels[0], values[0]))
                write_series(meters, row, values, value, body);
        }
}

void cdi_meters_write(struct cdi_meters *meters, struct cdi_body *body)
{
    static const char *const kinds[] = {
        [CDI_METER_COUNTER] = "counter", [CDI_METER_GAUGE] = "gauge", [CDI_METER_FAST] = "histogram", [CDI_METER_SLOW] = "histogram"
    };
    for (enum cdi_meter meter = 0; meter < CDI_METER_COUNT; meter++) {
        const struct cdi_meter_row *row = &cdi_meter_rows[meter];
        cdi_body_say(body, "# HELP cdiwatch_%s %s.\n# TYPE cdiwatch_%s %s\n", row->name, row->words, row->name, kinds[row->kind]);
        if (is_histogram(row))
            write_histogram(row, &meters->histograms[meter], body);
        else
            write_cells(meters, meter, body);
    }
}
