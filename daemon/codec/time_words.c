#include "codec/time_words.h"

#include <stdio.h>

#include "codec/timeformat.h"

static const struct cdi_zone local = { CDI_ZONE_LONDON, 0 };

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
