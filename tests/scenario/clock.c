/* The language's times. */
#include "scenario.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int64_t unit_ms(char unit)
{
    switch (unit) {
    case 'd': return CDI_DAYS(1).ms;
    case 'h': return CDI_HOURS(1).ms;
    case 'm': return CDI_MINUTES(1).ms;
    case 's': return CDI_SECONDS(1).ms;
    default:  return 0;
    }
}

/* "+20h", "-1d2h", "+1h30m5s". */
static bool read_span(const char *word, struct cdi_span *span)
{
    int64_t sign = *word == '-' ? -1 : 1, sum = 0;
    if (*word == '+' || *word == '-')
        word++;
    if (*word == '\0')
        return false;
    while (*word != '\0') {
        if (!isdigit((unsigned char)*word))
            return false;
        char *end;
        int64_t count = strtoll(word, &end, 10), unit = unit_ms(*end);
        if (unit == 0)
            return false;
        sum += count * unit;
        word = end + 1;
    }
    *span = (struct cdi_span){ sign * sum };
    return true;
}

static bool read_offset(const char *word, int *minutes)
{
    if (strcmp(word, "Z") == 0) {
        *minutes = 0;
        return true;
    }
    char sign;
    int hour, minute, used = 0;
    if (sscanf(word, "%c%2d:%2d%n", &sign, &hour, &minute, &used) != 3 || word[used] != '\0' || strchr("+-", sign) == NULL)
        return false;
    *minutes = (sign == '-' ? -1 : 1) * (hour * 60 + minute);
    return true;
}

static bool read_rfc3339(const char *word, struct cdi_instant *at)
{
    struct cdi_civil civil = { .millisecond = 0 };
    int used = 0, minutes;
    if (sscanf(word, "%4d-%2d-%2dT%2d:%2d:%2d%n", &civil.year, &civil.month, &civil.day, &civil.hour, &civil.minute,
               &civil.second, &used) != 6 || !read_offset(word + used, &minutes) || !cdi_civil_valid(&civil))
        return false;
    *at = cdi_instant_after(cdi_civil_to_utc(&civil), CDI_MINUTES(-minutes));
    return true;
}

bool clock_read(const struct clock *clock, const char *word, struct cdi_instant *at)
{
    struct cdi_span span = { 0 };
    if (strncmp(word, "now", 3) == 0) {
        if (word[3] != '\0' && (strchr("+-", word[3]) == NULL || !read_span(word + 3, &span)))
            return false;
        *at = cdi_instant_after(clock->now, span);
        return true;
    }
    if (*word == '+' || *word == '-') {
        if (!read_span(word, &span))
            return false;
        *at = cdi_instant_after(clock->start, span);
        return true;
    }
    return read_rfc3339(word, at);
}
