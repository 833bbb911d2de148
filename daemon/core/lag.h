/* Floor: core.  How long crimes took to be recorded, as counts in buckets that may be added up: over rows, areas and days.
 *
 * Buckets are log-linear: every second of the first 64 has its own, from there each doubling of the lag is cut into 32 of the same
 * width.  What is said of a bucket is its middle, so that a percentile is within 1/64 (1.6 %) of the true lag at its rank, for
 * all lags below CDI_LAG_MAX_S (136 years; what is longer counts as that).  That is the guarantee of DDSketch (Masson, Rim, Lee: VLDB
 * 2019), got with integers only, as HdrHistogram does. */
#ifndef CDI_CORE_LAG_H
#define CDI_CORE_LAG_H

#include "cdiwatch/tally.h"

#define CDI_LAG_MAX_S INT64_C(0xFFFFFFFF)
enum { CDI_LAG_PARTS = 32, CDI_LAG_BUCKETS = 64 + 26 * CDI_LAG_PARTS, CDI_LAG_ERROR_ONE_IN = 64 };

uint16_t cdi_lag_bucket(int64_t seconds);       /* of a negative lag: that of 0 */
int64_t cdi_lag_seconds(uint16_t bucket);       /* its middle */

/* How many lags the parts hold, by rows of parts in order of slot; and the lag in seconds that `percent` of them do not exceed
 * (nearest rank).  -1: there are none, which is not 0. */
uint64_t cdi_lag_count(const struct cdi_tally_row *row);
int64_t cdi_lag_percentile(const struct cdi_tally_row *row, unsigned percent);

#endif
