#include "cdiwatch/instant.h"

/* When summer time begins and ends: the n-th Sunday of a month (0: the last), at a time of day that is UTC or local. */
struct changeover { int month, sunday, hour; };
struct rule {
    int standard_minutes;                       /* east of UTC */
    bool utc_hours;                             /* changeovers are at a UTC hour; else at a local one */
    struct changeover begins, ends;
};

static const struct rule london = { 0, true, { 3, 0, 1 }, { 10, 0, 1 } };
static const struct rule los_angeles = { -480, false, { 3, 2, 2 }, { 11, 1, 2 } };

enum { SUMMER_MINUTES = 60 };

static struct cdi_span minutes(int count) { return CDI_MINUTES(count); }

static int day_of_week(int64_t days)            /* 0 is Sunday; 1970-01-01 was a Thursday */
{
    int64_t day = (days + 4) % 7;
    return (int)(day < 0 ? day + 7 : day);
}

static int64_t utc_day(int year, int month, int day)
{
    struct cdi_civil civil = { .year = year, .month = month, .day = day };
    return cdi_civil_to_utc(&civil).ms / CDI_DAYS(1).ms;       /* a midnight: divides without rest */
}

static struct cdi_instant sunday_at(int year, const struct changeover *change)
{
    int64_t day;
    if (change->sunday == 0) {
        day = utc_day(year, change->month, 31);             /* both months that end summer or begin it have 31 days */
        day -= day_of_week(day);
    } else {
        day = utc_day(year, change->month, 1);
        day += (7 - day_of_week(day)) % 7 + 7 * (change->sunday - 1);
    }
    return (struct cdi_instant){ day * CDI_DAYS(1).ms + CDI_HOURS(change->hour).ms };
}

/* At a UTC hour, or at a local one of the offset that ends then. */
static struct cdi_instant changes_at(const struct rule *rule, int year, const struct changeover *change, int local_minutes)
{
    struct cdi_instant at = sunday_at(year, change);
    return rule->utc_hours ? at : cdi_instant_after(at, minutes(-local_minutes));
}

static struct cdi_span rule_offset(const struct rule *rule, struct cdi_instant at)
{
    struct cdi_civil civil = cdi_utc_to_civil(cdi_instant_after(at, minutes(rule->standard_minutes)));
    bool summer = civil.month > rule->begins.month && civil.month < rule->ends.month;
    if (civil.month == rule->begins.month)              /* only in these two months does it matter which Sunday it is */
        summer = !cdi_instant_before(at, changes_at(rule, civil.year, &rule->begins, rule->standard_minutes));
    if (civil.month == rule->ends.month)
        summer = cdi_instant_before(at, changes_at(rule, civil.year, &rule->ends, rule->standard_minutes + SUMMER_MINUTES));
    return minutes(rule->standard_minutes + (summer ? SUMMER_MINUTES : 0));
}

struct cdi_span cdi_zone_offset(struct cdi_zone zone, struct cdi_instant at)
{
    switch (zone.name) {
    case CDI_ZONE_LONDON: return rule_offset(&london, at);
    case CDI_ZONE_LOS_ANGELES: return rule_offset(&los_angeles, at);
    case CDI_ZONE_FIXED: return minutes(zone.fixed_minutes);
    case CDI_ZONE_UTC: case CDI_ZONE_COUNT: break;
    }
    return (struct cdi_span){ 0 };
}

/* A local reading names one instant, two (the hour lived twice) or none (the hour skipped).  Under the two offsets that hold
 * a day before and a day after, the candidates are reading - offset; one is right if its own offset is the one it used. */
static struct cdi_instant reading_to_utc(struct cdi_zone zone, struct cdi_instant reading, bool *doubtful)
{
    struct cdi_span before = cdi_zone_offset(zone, cdi_instant_after(reading, CDI_DAYS(-1)));
    struct cdi_span after = cdi_zone_offset(zone, cdi_instant_after(reading, CDI_DAYS(1)));
    struct cdi_instant with_before = { reading.ms - before.ms }, with_after = { reading.ms - after.ms };
    if (doubtful != NULL)
        *doubtful = false;
    if (before.ms == after.ms)                          /* nearly always: summer never lasts less than two days */
        return with_before;
    bool before_fits = cdi_zone_offset(zone, with_before).ms == before.ms;
    bool after_fits = cdi_zone_offset(zone, with_after).ms == after.ms;
    if (doubtful != NULL)
        *doubtful = before_fits == after_fits;
    if (before_fits && after_fits)
        return cdi_instant_earlier(with_before, with_after);
    return before_fits || !after_fits ? with_before : with_after;
}

struct cdi_instant cdi_zone_to_utc(struct cdi_zone zone, const struct cdi_civil *local, bool *doubtful)
{
    return reading_to_utc(zone, cdi_civil_to_utc(local), doubtful);
}

int32_t cdi_zone_day(struct cdi_zone zone, struct cdi_instant at)
{
    int64_t local = cdi_instant_after(at, cdi_zone_offset(zone, at)).ms;
    int64_t day = local / CDI_DAYS(1).ms - (local % CDI_DAYS(1).ms < 0);
    return (int32_t)day;
}

struct cdi_instant cdi_zone_next_midnight(struct cdi_zone zone, struct cdi_instant at)
{
    if (!cdi_instant_said(at))
        return at;
    struct cdi_instant midnight = { ((int64_t)cdi_zone_day(zone, at) + 1) * CDI_DAYS(1).ms };
    return reading_to_utc(zone, midnight, NULL);
}
