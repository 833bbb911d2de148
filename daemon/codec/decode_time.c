/* Times and dates of birth.  Second 60 is read where UTC can have one, as the second after 23:59:59: leap seconds are not
 * counted.  A year before 1900 is no time but some system's word for "none", and nothing that has happened lies ahead. */
#include <string.h>

#include "codec/draft.h"

enum { YEAR_LEAST = 1900, DAY_MS = 24 * 60 * 60 * 1000 };

static bool two(const char *at, int *out)
{
    unsigned tens = (unsigned)(unsigned char)at[0] - '0', ones = (unsigned)(unsigned char)at[1] - '0';
    *out = (int)(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

/* "2026-11-04T21:14:05Z", the one spelling that nearly every message has. */
static bool usual(struct cdi_text text, struct cdi_instant *at)
{
    static const uint16_t before[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    const char *t = text.at;
    int century, year, month, day, hour, minute, second;
    if (text.size != 20 || t[4] != '-' || t[7] != '-' || t[10] != 'T' || t[13] != ':' || t[16] != ':' || t[19] != 'Z')
        return false;
    if (!two(t, &century) || !two(t + 2, &year) || !two(t + 5, &month) || !two(t + 8, &day) || !two(t + 11, &hour)
        || !two(t + 14, &minute) || !two(t + 17, &second))
        return false;
    year += century * 100;
    if (year < YEAR_LEAST || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59)
        return false;                           /* the 29th and later: the long way round */
    int past = month > 2 ? year : year - 1;     /* the last year whose 29 February can be behind us */
    int64_t days = (int64_t)(year - 1970) * 365 + (past / 4 - past / 100 + past / 400) - 477 + before[month - 1] + day - 1;
    at->ms = ((days * 24 + hour) * 60 + minute) * INT64_C(60000) + second * 1000;
    return true;
}

/* The same text with second 59; false if it has no second 60. */
static bool without_leap(struct cdi_text text, char out[48], struct cdi_text *shorter)
{
    if (text.size >= 48 || text.size < 19)
        return false;
    memcpy(out, text.at, text.size);
    char *second = out + 17;
    if (memcmp(second - 1, ":60", 3) != 0)
        return false;
    memcpy(second, "59", 2);
    *shorter = (struct cdi_text){ out, text.size };
    return true;
}

static bool read_time(struct cdi_decoder *decoder, struct cdi_text text, enum cdi_source_day day, struct cdi_instant *at)
{
    const struct cdi_source *source = decoder->parts.source;
    char copy[48];
    struct cdi_text shorter;
    if (source->times.count == 0 && usual(text, at))
        return true;
    if (!without_leap(text, copy, &shorter))
        return cdi_source_time(source, text, day, at, &decoder->draft.doubtful_time);
    if (!cdi_source_time(source, shorter, day, at, &decoder->draft.doubtful_time))
        return false;
    int64_t into_day = ((at->ms % DAY_MS) + DAY_MS) % DAY_MS;
    at->ms += 1000;
    return into_day >= DAY_MS - 1000;
}

bool cdi_decode_time(struct cdi_decoder *decoder, const struct cdi_value *value, const struct cdi_source_line *line, bool may_be_ahead,
                     struct cdi_instant *at)
{
    enum cdi_source_day day = line == NULL ? CDI_DAY_START : line->day;
    static const struct cdi_civil least = { .year = YEAR_LEAST, .month = 1, .day = 1 };
    struct cdi_instant read = CDI_INSTANT_NONE;
    bool good = value->type == CDI_JSON_TEXT && value->text.size > 0 && read_time(decoder, value->text, day, &read);
    if (!good)
        return cdi_decoder_refuse(decoder, CDI_ERROR_BAD_TIME,
                                  "a time that cannot be read: send RFC 3339 with an offset, or give the source table its format");
    if (cdi_instant_before(read, cdi_civil_to_utc(&least)))
        return cdi_decoder_refuse(decoder, CDI_ERROR_OUT_OF_BOUNDS, "a time before %d: leave the field out if there is none",
                                  YEAR_LEAST);
    if (!may_be_ahead && cdi_instant_said(decoder->seen_at)
        && cdi_instant_before(cdi_instant_after(decoder->seen_at, CDI_MINUTES(5)), read))
        return cdi_decoder_refuse(decoder, CDI_ERROR_OUT_OF_BOUNDS,
                                  "a time more than 5 minutes after the message itself was received: check the sender's clock");
    *at = read;
    return true;
}

/* Of a time the date alone.  What is no date, or a placeholder for none, says nothing. */
bool cdi_decode_birth(struct cdi_decoder *decoder, struct cdi_text text, struct cdi_civil *born)
{
    const struct cdi_timeformat *times = &decoder->parts.source->times;
    struct cdi_timereading reading;
    int century, year;
    for (size_t i = 0; i < times->count; i++)
        if (cdi_timeformat_read(times->formats[i], text, &reading)) {
            *born = cdi_instant_said(reading.at) ? cdi_utc_to_civil(reading.at) : reading.civil;
            return born->year > YEAR_LEAST && cdi_civil_valid(born);
        }
    if (text.size < 10 || text.at[4] != '-' || text.at[7] != '-' || !two(text.at, &century) || !two(text.at + 2, &year))
        return false;
    *born = (struct cdi_civil){ .year = century * 100 + year };
    if (!two(text.at + 5, &born->month) || !two(text.at + 8, &born->day))
        return false;
    return (text.size == 10 || text.at[10] == 'T' || text.at[10] == 't' || text.at[10] == ' ') && born->year > YEAR_LEAST
        && cdi_civil_valid(born);
}
