#include "codec/timeformat.h"

#include <string.h>

/* What has been read so far. */
struct reading {
    struct cdi_civil civil;
    int64_t epoch_ms, offset_minutes;
    bool has_time, has_offset, has_epoch, afternoon, has_half;
};

struct cursor { const char *at, *end; };

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `least` to `most` digits, as many as there are. */
static bool digits(struct cursor *text, int least, int most, int64_t *value)
{
    int count = 0;

    *value = 0;
    while (count < most && text->at < text->end && *text->at >= '0' && *text->at <= '9') {
        *value = *value * 10 + (*text->at++ - '0');
        count++;
    }
    return count >= least;
}

static bool number(struct cursor *text, int least, int most, int *out)
{
    int64_t value;
    bool good = digits(text, least, most, &value);

    *out = (int)value;
    return good;
}

/* The fraction of a second, cut to milliseconds. */
static bool fraction(struct cursor *text, int *millisecond)
{
    int count = 0;

    for (*millisecond = 0; text->at < text->end && *text->at >= '0' && *text->at <= '9' && count < 30; text->at++, count++)
        if (count < 3)
            *millisecond = *millisecond * 10 + (*text->at - '0');
    for (int i = count; i < 3; i++)
        *millisecond *= 10;
    return count > 0;
}

static bool starts(struct cursor *text, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(text->end - text->at) < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lower(text->at[i]) != word[i])
            return false;
    text->at += size;
    return true;
}

static bool month(struct cursor *text, int *out)
{
    static const char *const names[][2] = {
        { "january", "jan" }, { "february", "feb" }, { "march", "mar" }, { "april", "apr" }, { "may", "may" },
        { "june", "jun" }, { "july", "jul" }, { "august", "aug" }, { "september", "sep" }, { "october", "oct" },
        { "november", "nov" }, { "december", "dec" },
    };

    for (int i = 0; i < 12; i++)
        if (starts(text, names[i][0]) || starts(text, names[i][1])) {
            *out = i + 1;
            return true;
        }
    return false;
}

/* Z, +01:00, +0100 or +01. */
static bool offset(struct cursor *text, int64_t *minutes)
{
    int64_t hours, rest = 0;
    bool west;

    *minutes = 0;
    if (text->at < text->end && lower(*text->at) == 'z') {
        text->at++;
        return true;
    }
    if (text->at == text->end || (*text->at != '+' && *text->at != '-'))
        return false;
    west = *text->at++ == '-';
    if (!digits(text, 2, 2, &hours))
        return false;
    if (text->at < text->end && *text->at == ':')
        text->at++;
    if (text->at < text->end && *text->at >= '0' && *text->at <= '9' && !digits(text, 2, 2, &rest))
        return false;
    *minutes = (hours * 60 + rest) * (west ? -1 : 1);
    return hours < 24 && rest < 60;
}

static bool epoch(struct cursor *text, int64_t unit_ms, struct reading *reading)
{
    bool before = text->at < text->end && *text->at == '-';

    if (before)
        text->at++;
    if (!digits(text, 1, 15, &reading->epoch_ms))
        return false;
    reading->epoch_ms *= before ? -unit_ms : unit_ms;
    reading->has_epoch = true;
    return true;
}

static bool half_of_day(struct cursor *text, struct reading *reading)
{
    reading->has_half = true;
    reading->afternoon = starts(text, "pm");
    return reading->afternoon || starts(text, "am");
}

static bool directive(char letter, struct cursor *text, struct reading *reading)
{
    struct cdi_civil *civil = &reading->civil;
    bool good;

    switch (letter) {
    case 'Y': return number(text, 4, 4, &civil->year);
    case 'y':
        good = number(text, 2, 2, &civil->year);
        civil->year += 2000;
        return good;
    case 'm': return number(text, 1, 2, &civil->month);
    case 'd': return number(text, 1, 2, &civil->day);
    case 'H':
    case 'I': reading->has_time = true; return number(text, 1, 2, &civil->hour);
    case 'M': return number(text, 2, 2, &civil->minute);
    case 'S': return number(text, 2, 2, &civil->second);
    case 'f': return fraction(text, &civil->millisecond);
    case 'b': return month(text, &civil->month);
    case 'p': return half_of_day(text, reading);
    case 'z': reading->has_offset = true; return offset(text, &reading->offset_minutes);
    case 's': return epoch(text, 1000, reading);
    case 'L': return epoch(text, 1, reading);
    default: return false;
    }
}

/* The reading as a whole: do its parts make a time? */
static bool finish(struct reading *reading, struct cdi_timereading *out)
{
    struct cdi_civil *civil = &reading->civil;

    *out = (struct cdi_timereading){ .at = CDI_INSTANT_NONE };
    if (reading->has_epoch) {
        out->at.ms = reading->epoch_ms;
        *civil = cdi_utc_to_civil(out->at);
        out->civil = *civil;
        return cdi_civil_valid(civil);
    }
    if (reading->has_half) {
        if (civil->hour < 1 || civil->hour > 12)
            return false;
        civil->hour = civil->hour % 12 + (reading->afternoon ? 12 : 0);
    }
    if (!cdi_civil_valid(civil))
        return false;
    out->civil = *civil;
    out->date_only = !reading->has_time;
    if (reading->has_offset)
        out->at.ms = cdi_civil_to_utc(civil).ms - reading->offset_minutes * 60000;
    return true;
}

bool cdi_timeformat_read(struct cdi_text format, struct cdi_text text, struct cdi_timereading *out)
{
    struct cursor cursor = { text.at, text.at + text.size };
    struct reading reading = { 0 };

    for (size_t i = 0; i < format.size; i++) {
        char letter = format.at[i];
        if (letter == '%' && i + 1 < format.size) {
            if (!directive(format.at[++i], &cursor, &reading))
                return false;
        } else if (is_space(letter)) {
            while (cursor.at < cursor.end && is_space(*cursor.at))
                cursor.at++;
        } else if (cursor.at == cursor.end || lower(*cursor.at++) != lower(letter)) {
            return false;
        }
    }
    return cursor.at == cursor.end && finish(&reading, out);
}

bool cdi_timeformat_check(struct cdi_text format, struct cdi_error *err)
{
    static const char letters[] = "YymdHMSIbpfzsL";
    unsigned has = 0;

    for (size_t i = 0; i < format.size; i++) {
        const char *found;
        if (format.at[i] != '%')
            continue;
        if (++i == format.size)
            return cdi_fail(err, CDI_ERROR_CONFIGURATION, "a time format may not end in %%");
        found = memchr(letters, format.at[i], sizeof letters - 1);
        if (found == NULL)
            return cdi_fail(err, CDI_ERROR_CONFIGURATION,
                            "a time format knows %%Y %%y %%m %%b %%d %%H %%I %%p %%M %%S %%f %%z %%s %%L, not %%%c", format.at[i]);
        has |= 1u << (found - letters);
    }
#define HAS(letter) ((has >> (strchr(letters, (letter)) - letters)) & 1u)
    if (HAS('I') != HAS('p'))
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "a time format needs %%I and %%p together, or %%H");
    if (!HAS('s') && !HAS('L') && !((HAS('Y') || HAS('y')) && (HAS('m') || HAS('b')) && HAS('d')))
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "a time format needs a year, a month and a day, or %%s, or %%L");
#undef HAS
    return true;
}

bool cdi_rfc3339_read(struct cdi_text text, struct cdi_timereading *out)
{
    struct cursor cursor = { text.at, text.at + text.size };
    struct reading reading = { .has_time = true };
    struct cdi_civil *civil = &reading.civil;

#define LITERAL(c) (cursor.at < cursor.end && lower(*cursor.at) == (c) && cursor.at++)
    if (!number(&cursor, 4, 4, &civil->year) || !LITERAL('-') || !number(&cursor, 2, 2, &civil->month) || !LITERAL('-') ||
        !number(&cursor, 2, 2, &civil->day))
        return false;
    if (!LITERAL('t') && !LITERAL(' '))
        return false;
    if (!number(&cursor, 2, 2, &civil->hour) || !LITERAL(':') || !number(&cursor, 2, 2, &civil->minute) || !LITERAL(':') ||
        !number(&cursor, 2, 2, &civil->second))
        return false;
    if (LITERAL('.') && !fraction(&cursor, &civil->millisecond))
        return false;
#undef LITERAL
    if (cursor.at < cursor.end) {
        reading.has_offset = true;
        if (!offset(&cursor, &reading.offset_minutes))
            return false;
    }
    return cursor.at == cursor.end && finish(&reading, out);
}
