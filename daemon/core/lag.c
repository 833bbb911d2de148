#include "core/lag.h"

enum { EXACT = 64, PARTS_BITS = 5, FIRST_DOUBLING = 6 };
_Static_assert(EXACT == 1 << FIRST_DOUBLING && CDI_LAG_PARTS == 1 << PARTS_BITS, "the first doubling begins where seconds end");
_Static_assert(CDI_TALLY_LAGS + CDI_LAG_BUCKETS <= UINT16_MAX, "a bucket is a slot");

uint16_t cdi_lag_bucket(int64_t seconds)
{
    if (seconds < EXACT)
        return (uint16_t)(seconds < 0 ? 0 : seconds);
    uint64_t lag = (uint64_t)(seconds < CDI_LAG_MAX_S ? seconds : CDI_LAG_MAX_S);
    unsigned doubling = 63u - (unsigned)__builtin_clzll(lag);
    uint64_t part = (lag >> (doubling - PARTS_BITS)) - CDI_LAG_PARTS;
    return (uint16_t)(EXACT + (doubling - FIRST_DOUBLING) * CDI_LAG_PARTS + part);
}

int64_t cdi_lag_seconds(uint16_t bucket)
{
    if (bucket < EXACT)
        return bucket;
    unsigned above = bucket - EXACT, wide = above / CDI_LAG_PARTS + FIRST_DOUBLING - PARTS_BITS;
    int64_t first = (int64_t)(CDI_LAG_PARTS + above % CDI_LAG_PARTS) << wide, width = INT64_C(1) << wide;
    return first + (width - 1) / 2;
}

static bool is_lag(const struct cdi_tally_part *part)
{
    return part->slot >= CDI_TALLY_LAGS && part->slot < CDI_TALLY_LAGS + CDI_LAG_BUCKETS;
}

uint64_t cdi_lag_count(const struct cdi_tally_row *row)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < row->part_count; i++)
        count += is_lag(&row->parts[i]) ? row->parts[i].count : 0;
    return count;
}

int64_t cdi_lag_percentile(const struct cdi_tally_row *row, unsigned percent)
{
    uint64_t rank = (cdi_lag_count(row) * percent + 99) / 100, below = 0;
    for (uint32_t i = 0; i < row->part_count; i++) {
        if (!is_lag(&row->parts[i]))
            continue;
        below += row->parts[i].count;
        if (below >= rank)
            return cdi_lag_seconds((uint16_t)(row->parts[i].slot - CDI_TALLY_LAGS));
    }
    return -1;
}
