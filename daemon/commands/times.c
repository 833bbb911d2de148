#include "commands/times.h"

#include <stdio.h>

#include "codec/timeformat.h"
#include "commands/talk.h"

static const struct cdi_zone local = { CDI_ZONE_LONDON, 0 };

bool cdi_time_argument(const char *name, const char *text, struct cdi_instant *at)
{
    struct cdi_timereading reading;
    struct cdi_text given = cdi_text_of(text);
    if (!cdi_rfc3339_read(given, &reading) && !cdi_timeformat_read(CDI_TEXT("%Y-%m-%d"), given, &reading)) {
        cdi_complain("--%s: '%s' is not a time; write 2026-11-05T08:00:00Z, 2026-11-05T08:00:00 or 2026-11-05", name, text);
        return false;
    }
    *at = reading.at;
    if (!cdi_instant_said(reading.at))
        *at = cdi_zone_to_utc(local, &reading.civil, NULL);
    if (reading.date_only)
        *at = cdi_zone_next_midnight(local, *at);
    return true;
}

const char *cdi_time_text(struct cdi_instant at, char out[CDI_TIME_TEXT_SIZE])
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };      /* day 0 was a Thursday */
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    if (!cdi_instant_said(at)) {
        snprintf(out, CDI_TIME_TEXT_SIZE, "-");
        return out;
    }
    struct cdi_civil civil = cdi_utc_to_civil(cdi_instant_after(at, cdi_zone_offset(local, at)));
    int day = (cdi_zone_day(local, at) % 7 + 7) % 7;
    snprintf(out, CDI_TIME_TEXT_SIZE, "%s %d %s %d %02d:%02d", days[day], civil.day, months[(civil.month + 11) % 12], civil.year,
             civil.hour, civil.minute);
    return out;
}

const char *cdi_span_text(struct cdi_span span, char out[CDI_TIME_TEXT_SIZE])
{
    long long minutes = (long long)(span.ms / 60000);
    if (minutes < 1)
        snprintf(out, CDI_TIME_TEXT_SIZE, "less than a minute");
    else if (minutes < 60)
        snprintf(out, CDI_TIME_TEXT_SIZE, "%lld min", minutes);
    else if (minutes < 48 * 60)
        snprintf(out, CDI_TIME_TEXT_SIZE, "%lld h %lld min", minutes / 60, minutes % 60);
    else
        snprintf(out, CDI_TIME_TEXT_SIZE, "%lld days %lld h", minutes / 1440, minutes / 60 % 24);
    return out;
}
