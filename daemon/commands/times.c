#include "commands/times.h"

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
