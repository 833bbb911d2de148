/* Floor: edge.  What is measured: the rows of meters.def as plain integers, which their owner counts up as things happen and which cost
 * nothing until somebody asks.  Used by one thread. */
#ifndef CDI_EDGE_METERS_H
#define CDI_EDGE_METERS_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"
#include "cdiwatch/tables.h"
#include "cdiwatch/vocabulary.h"
#include "codec/body.h"

enum { CDI_METERS_SHARDS = 32, CDI_METERS_FORCES = 12, CDI_METERS_WATCHES = 20, CDI_METERS_SERIES_MOST = 500 };

/* Parts of the memory budget. */
#define CDI_PART_LIST(X) X(PREFETCH, prefetch) X(STATE, state) X(OUTBOX, outbox)
enum cdi_part {
#define X(upper, word) CDI_PART_##upper,
    CDI_PART_LIST(X)
#undef X
    CDI_PART_COUNT
};
const char *cdi_part_word(enum cdi_part part);

/* What a series may be told apart by, and how many values that has: closed lists, but for the shards, which are numbers, the forces, which
 * are codes, and the watches, which are rows of a table: of those only so many are shown. */
#define CDI_METER_LABEL_LIST(X) \
    X(NONE, none, 1) X(FEED, feed, CDI_FEED_COUNT) X(OUTCOME, outcome, CDI_OUTCOME_COUNT) X(STAGE, stage, CDI_STAGE_COUNT) \
    X(REASON, reason, CDI_ERROR_COUNT) X(PART, part, CDI_PART_COUNT) X(SHARD, shard, CDI_METERS_SHARDS) X(VERSION, version, 1) \
    X(FORCE, force, CDI_METERS_FORCES) X(CATEGORY, category, CDI_CATEGORY_COUNT) X(WATCH, watch, CDI_METERS_WATCHES)
enum cdi_meter_label {
#define X(upper, word, count) CDI_METER_LABEL_##upper,
    CDI_METER_LABEL_LIST(X)
#undef X
    CDI_METER_LABEL_COUNT
};

enum cdi_meter_kind {
    CDI_METER_COUNTER,
    CDI_METER_GAUGE,
    CDI_METER_FAST,                             /* a histogram of milliseconds: 1 ms to a minute */
    CDI_METER_SLOW                              /* the same: a second to a day */
};
enum cdi_meter_unit { CDI_METER_NUMBER, CDI_METER_MS /* said in seconds */ };

enum cdi_meter {
#define M(upper, name, kind, unit, first, second, words) CDI_METER_OF_##upper,
#include "edge/meters.def"
#undef M
    CDI_METER_COUNT
};

struct cdi_meter_row {
    const char *name;                           /* without "cdiwatch_" */
    enum cdi_meter_kind kind;
    enum cdi_meter_unit unit;
    enum cdi_meter_label labels[2];
    const char *words;                          /* without a full stop */
};
extern const struct cdi_meter_row cdi_meter_rows[CDI_METER_COUNT];
/* The most series that a meter can have. */
size_t cdi_meter_series(enum cdi_meter meter);

/* ---- histograms by themselves ---- */

enum { CDI_BUCKETS_MAX = 16 };
/* Counts by bucket, the last one of what is beyond all bounds, and the sum.  Begin with all zero. */
struct cdi_histogram { int64_t counts[CDI_BUCKETS_MAX + 1], sum; };
void cdi_histogram_observe(struct cdi_histogram *histogram, enum cdi_meter_kind kind, int64_t ms);
/* The upper bounds in milliseconds; *count of them. */
const int64_t *cdi_histogram_bounds(enum cdi_meter_kind kind, size_t *count);

/* ---- all of them ---- */

enum { CDI_METER_CELLS = CDI_METERS_SHARDS * CDI_FEED_COUNT };
#define CDI_METER_UNKNOWN INT64_MIN             /* a gauge that says nothing */

struct cdi_meters {
    int64_t cells[CDI_METER_COUNT][CDI_METER_CELLS];
    struct cdi_histogram histograms[CDI_METER_COUNT];
    int32_t shards[CDI_METERS_SHARDS];          /* the numbers of those that are shown, */
    size_t shard_count;                         /* and how many */
    char forces[CDI_METERS_FORCES][CDI_FORCE_MAX + 1];          /* the same of the forces */
    size_t force_count;
    char watches[CDI_METERS_WATCHES][CDI_WATCH_KEY_MAX + 1];    /* and of the watches */
    size_t watch_count;
};

/* `first` and `second`: values of the labels of its row; 0 where it has none. */
int64_t *cdi_meter_at(struct cdi_meters *meters, enum cdi_meter meter, size_t first, size_t second);

/* The text exposition of Prometheus, version 0.0.4. */
void cdi_meters_write(struct cdi_meters *meters, struct cdi_body *body);

#endif
