#include "cdiwatch/instant.h"

enum { MS_PER_SECOND = 1000, MS_PER_DAY = 86400000 };

struct cdi_instant cdi_instant_earlier(struct cdi_instant a, struct cdi_instant b)
{
    if (!cdi_instant_said(a))
        return b;
    if (!cdi_instant_said(b))
        return a;
    return a.ms < b.ms ? a : b;
}

struct cdi_instant cdi_instant_after(struct cdi_instant at, struct cdi_span span)
{
    if (!cdi_instant_said(at))
        return at;
    int64_t sum;
    if (__builtin_add_overflow(at.ms, span.ms, &sum))
        return (struct cdi_instant){ span.ms < 0 ? INT64_MIN + 1 : INT64_MAX };
    return (struct cdi_instant){ sum };
}

struct cdi_span cdi_instant_between(struct cdi_instant earlier, struct cdi_instant later)
{
    return (struct cdi_span){ later.ms - earlier.ms };
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date.  The year is taken to begin in March, so that the leap day is its
 * last; 146097 days make 400 years. */
static int64_t days_of(int64_t year, int month, int day)
{
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(shifted, 400);
    int64_t of_era = shifted - era * 400;
    int64_t of_year = (153 * (int64_t)(month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool cdi_civil_valid(const struct cdi_civil *civil)
{
    return civil->year >= 1 && civil->year <= 9999 && civil->month >= 1 && civil->month <= 12 &&
           civil->day >= 1 && civil->day <= days_in_month(civil->year, civil->month) &&
           civil->hour >= 0 && civil->hour <= 23 && civil->minute >= 0 && civil->minute <= 59 &&
           civil->second >= 0 && civil->second <= 59 && civil->millisecond >= 0 && civil->millisecond <= 999;
}

struct cdi_instant cdi_civil_to_utc(const struct cdi_civil *civil)
{
    int64_t seconds = days_of(civil->year, civil->month, civil->day) * 86400 + (int64_t)civil->hour * 3600 +
                      (int64_t)civil->minute * 60 + civil->second;
    return (struct cdi_instant){ seconds * MS_PER_SECOND + civil->millisecond };
}

struct cdi_civil cdi_utc_to_civil(struct cdi_instant at)
{
    int64_t days = floor_div(at.ms, MS_PER_DAY);
    int64_t ms = at.ms - days * MS_PER_DAY;
    int64_t shifted = days + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;                        /* 0 is March */
    return (struct cdi_civil){
        .year = (int)(year + era * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
        .hour = (int)(ms / 3600000), .minute = (int)(ms / 60000 % 60),
        .second = (int)(ms / 1000 % 60), .millisecond = (int)(ms % 1000),
    };
}

/* By hand: an alert holds a score of instants, and snprintf would be most of writing it. */
static char *digits(char *out, int value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

size_t cdi_instant_format(struct cdi_instant at, char out[CDI_INSTANT_TEXT_SIZE])
{
    struct cdi_civil civil = cdi_utc_to_civil(at);
    char *end = digits(out, civil.year, 4);
    *end++ = '-';
    end = digits(end, civil.month, 2);
    *end++ = '-';
    end = digits(end, civil.day, 2);
    *end++ = 'T';
    end = digits(end, civil.hour, 2);
    *end++ = ':';
    end = digits(end, civil.minute, 2);
    *end++ = ':';
    end = digits(end, civil.second, 2);
    if (civil.millisecond != 0) {
        *end++ = '.';
        end = digits(end, civil.millisecond, 3);
    }
    *end++ = 'Z';
    *end = '\0';
    return (size_t)(end - out);
}
