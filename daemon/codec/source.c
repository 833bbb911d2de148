/* A source table, once read: times. */
#include "codec/source.h"

/* The instant of a reading: its own offset, else the table's zone; a date alone is one end of the local day. */
static struct cdi_instant place(const struct cdi_source *source, struct cdi_timereading *reading, enum cdi_source_day day,
                                bool *doubtful)
{
    bool local_doubt = false;
    struct cdi_instant at;

    if (cdi_instant_said(reading->at))
        return reading->at;
    at = cdi_zone_to_utc(source->zone, &reading->civil, &local_doubt);
    if (reading->date_only)
        return day == CDI_DAY_END ? cdi_zone_next_midnight(source->zone, at) : at;
    if (local_doubt && doubtful != NULL)
        *doubtful = true;
    return at;
}

bool cdi_source_time(const struct cdi_source *source, struct cdi_text text, enum cdi_source_day day, struct cdi_instant *at,
                     bool *doubtful)
{
    struct cdi_timereading reading;

    for (size_t i = 0; i < source->times.count; i++)
        if (cdi_timeformat_read(source->times.formats[i], text, &reading)) {
            *at = place(source, &reading, day, doubtful);
            return true;
        }
    /* Without formats of its own, a table's times bring their offset, or stand in the zone that the table itself names. */
    if (!cdi_rfc3339_read(text, &reading) || (!cdi_instant_said(reading.at) && !source->zone_said))
        return false;
    *at = place(source, &reading, day, doubtful);
    return true;
}
