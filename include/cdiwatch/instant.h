/* Floor: core.  Time is a type, not a number.  Nothing here reads a clock. */
#ifndef CDIWATCH_INSTANT_H
#define CDIWATCH_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cdi_instant { int64_t ms; };             /* since 1970-01-01T00:00:00Z, leap seconds not counted */
struct cdi_span    { int64_t ms; };

/* "Not said."  Earlier than every instant. */
#define CDI_INSTANT_NONE ((struct cdi_instant){ INT64_MIN })
#define CDI_SECONDS(n) ((struct cdi_span){ (int64_t)(n) * 1000 })
#define CDI_MINUTES(n) CDI_SECONDS((int64_t)(n) * 60)
#define CDI_HOURS(n)   CDI_MINUTES((int64_t)(n) * 60)
#define CDI_DAYS(n)    CDI_HOURS((int64_t)(n) * 24)

static inline bool cdi_instant_said(struct cdi_instant at) { return at.ms != INT64_MIN; }
static inline bool cdi_instant_before(struct cdi_instant a, struct cdi_instant b) { return a.ms < b.ms; }
static inline bool cdi_instant_same(struct cdi_instant a, struct cdi_instant b) { return a.ms == b.ms; }
/* The later; NONE loses to anything. */
static inline struct cdi_instant cdi_instant_later(struct cdi_instant a, struct cdi_instant b) { return a.ms > b.ms ? a : b; }
/* The earlier of those that were said. */
struct cdi_instant cdi_instant_earlier(struct cdi_instant a, struct cdi_instant b);
/* NONE stays NONE; the sum saturates. */
struct cdi_instant cdi_instant_after(struct cdi_instant at, struct cdi_span span);
/* later - earlier; both must have been said. */
struct cdi_span cdi_instant_between(struct cdi_instant earlier, struct cdi_instant later);

/* A wall-clock reading without a zone, proleptic Gregorian. */
struct cdi_civil { int year, month, day, hour, minute, second, millisecond; };

bool cdi_civil_valid(const struct cdi_civil *civil);                     /* 1 <= year <= 9999, no 24:00, no second 60 */
struct cdi_instant cdi_civil_to_utc(const struct cdi_civil *civil);      /* read as UTC */
struct cdi_civil cdi_utc_to_civil(struct cdi_instant at);

/* Zones are rule rows, not files of the host. */
#define CDI_ZONE_LIST(X) \
    X(UTC, "UTC") X(FIXED, "fixed") X(LONDON, "Europe/London") X(LOS_ANGELES, "America/Los_Angeles")
enum cdi_zone_name {
#define X(upper, word) CDI_ZONE_##upper,
    CDI_ZONE_LIST(X)
#undef X
    CDI_ZONE_COUNT
};
struct cdi_zone { enum cdi_zone_name name; int16_t fixed_minutes; };     /* east of UTC; used by FIXED only */

/* Europe/London since 1996: EU rule (last Sunday of March and October, 01:00 UTC).  America/Los_Angeles since 2007: second
 * Sunday of March, first Sunday of November, 02:00 local.  Earlier years use the same rules. */
struct cdi_span cdi_zone_offset(struct cdi_zone zone, struct cdi_instant at);
/* The ambiguous hour is read as the earlier instant, a skipped one as if the clock had not yet gone forward; *doubtful says
 * that one of both happened (may be NULL). */
struct cdi_instant cdi_zone_to_utc(struct cdi_zone zone, const struct cdi_civil *local, bool *doubtful);
/* The first local midnight after `at`, NONE after NONE; a day of 23 or 25 hours is a day. */
struct cdi_instant cdi_zone_next_midnight(struct cdi_zone zone, struct cdi_instant at);
/* Whole local days begun since day 0 = 1970-01-01 local. */
int32_t cdi_zone_day(struct cdi_zone zone, struct cdi_instant at);

/* "2026-11-04T21:14:05Z", with ".123" before the Z only if the milliseconds are not zero.  Years 1 to 9999. */
enum { CDI_INSTANT_TEXT_SIZE = 32 };
size_t cdi_instant_format(struct cdi_instant at, char out[CDI_INSTANT_TEXT_SIZE]);

#endif
