#include "codec/reference.h"

#include <stdio.h>
#include <string.h>

#define PART_LIST(X) X(NUMBER, "number") X(DAY, "day") X(MONTH, "month") X(YEAR, "year")
enum part {
#define X(upper, word) PART_##upper,
    PART_LIST(X)
#undef X
    PART_COUNT
};
static const char *const part_words[] = {
#define X(upper, word) word,
    PART_LIST(X)
#undef X
};

struct parts { int64_t value[PART_COUNT]; bool said[PART_COUNT]; };

/* "{name}" or "{name:width}" at the front of a shape; how many bytes it takes, 0: none. */
static size_t part_at(struct cdi_text shape, enum part *part, int *width)
{
    const char *close = shape.size > 0 && shape.at[0] == '{' ? memchr(shape.at, '}', shape.size) : NULL;

    if (close == NULL)
        return 0;
    for (int i = 0; i < PART_COUNT; i++) {
        size_t size = strlen(part_words[i]);
        const char *after = shape.at + 1 + size;
        if (after > close || memcmp(shape.at + 1, part_words[i], size) != 0)
            continue;
        *part = (enum part)i;
        *width = 0;
        if (after + 2 == close && after[0] == ':' && after[1] >= '1' && after[1] <= '9')
            *width = after[1] - '0';
        else if (after != close)
            return 0;
        return (size_t)(close + 1 - shape.at);
    }
    return 0;
}

static bool check_parts(struct cdi_text shape, unsigned *parts, struct cdi_error *err)
{
    *parts = 0;
    for (size_t i = 0; i < shape.size;) {
        struct cdi_text rest = { shape.at + i, shape.size - i };
        enum part part;
        int width;
        size_t size = part_at(rest, &part, &width);
        if (size == 0 && (*rest.at == '{' || *rest.at == '}'))
            return cdi_fail(err, CDI_ERROR_CONFIGURATION,
                            "a reference shape knows {number}, {day}, {month}, {year}, with a width when written: {number:4}");
        if (size > 0)
            *parts |= 1u << part;
        i += size > 0 ? size : 1;
    }
    return true;
}

bool cdi_reference_check(const struct cdi_reference_shape *shape, struct cdi_error *err)
{
    unsigned spoken, written, given;

    if (!check_parts(shape->spoken, &spoken, err) || !check_parts(shape->written, &written, err))
        return false;
    given = spoken;
    if ((spoken & (1u << PART_DAY)) != 0 && (spoken & (1u << PART_MONTH)) != 0)
        given |= 1u << PART_YEAR;               /* taken from the message's own time */
    if ((written & ~given) != 0 || written == 0)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "what is written must be made of parts that are spoken");
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t take_digits(struct cdi_text text, int64_t *value)
{
    size_t count = 0;

    for (*value = 0; count < text.size && count < 12 && text.at[count] >= '0' && text.at[count] <= '9'; count++)
        *value = *value * 10 + (text.at[count] - '0');
    return count;
}

static bool match(struct cdi_text shape, struct cdi_text text, struct parts *parts)
{
    size_t at = 0;

    *parts = (struct parts){ 0 };
    for (size_t i = 0; i < shape.size;) {
        enum part part;
        int width;
        size_t size = part_at((struct cdi_text){ shape.at + i, shape.size - i }, &part, &width);
        if (size > 0) {
            size_t count = take_digits((struct cdi_text){ text.at + at, text.size - at }, &parts->value[part]);
            if (count == 0)
                return false;
            parts->said[part] = true;
            at += count;
            i += size;
        } else if (is_space(shape.at[i])) {
            while (at < text.size && is_space(text.at[at]))
                at++;
            i++;
        } else if (at == text.size || lower(text.at[at++]) != lower(shape.at[i++])) {
            return false;
        }
    }
    return at == text.size;
}

/* The year of a spoken date: what was said, two digits meaning this century; else that of the last such day by `near`. */
static bool find_year(struct parts *parts, struct cdi_instant near)
{
    struct cdi_civil civil = { .year = (int)parts->value[PART_YEAR] % 10000, .month = (int)(parts->value[PART_MONTH] % 100),
                               .day = (int)(parts->value[PART_DAY] % 100) };

    if (!parts->said[PART_DAY] || !parts->said[PART_MONTH])
        return true;
    if (parts->said[PART_YEAR] && civil.year < 100)
        civil.year += 2000;
    if (!parts->said[PART_YEAR]) {
        int tries = 0;
        if (!cdi_instant_said(near))
            return false;
        /* A day's grace: `near` is UTC, the day was spoken of locally.  Eight years back reach every 29 February. */
        for (civil.year = cdi_utc_to_civil(near).year + 1; tries < 9; civil.year--, tries++)
            if (cdi_civil_valid(&civil) && cdi_civil_to_utc(&civil).ms <= near.ms + CDI_DAYS(1).ms)
                break;
    }
    parts->value[PART_YEAR] = civil.year;
    return cdi_civil_valid(&civil);
}

static bool add(char out[CDI_REFERENCE_MAX], size_t *used, const char *bytes, size_t size)
{
    if (size > CDI_REFERENCE_MAX - *used)
        return false;
    memcpy(out + *used, bytes, size);
    *used += size;
    return true;
}

static bool write_shape(struct cdi_text shape, const struct parts *parts, char out[CDI_REFERENCE_MAX], size_t *used)
{
    static const int usual[PART_COUNT] = { 0, 2, 2, 4 };

    for (size_t i = 0; i < shape.size;) {
        enum part part;
        int width;
        char number[32];
        size_t size = part_at((struct cdi_text){ shape.at + i, shape.size - i }, &part, &width);
        if (size == 0) {
            if (!add(out, used, shape.at + i++, 1))
                return false;
            continue;
        }
        snprintf(number, sizeof number, "%0*lld", width > 0 ? width : usual[part], (long long)parts->value[part]);
        if (!add(out, used, number, strlen(number)))
            return false;
        i += size;
    }
    return true;
}

static struct cdi_text trim(struct cdi_text text)
{
    while (text.size > 0 && is_space(text.at[0]))
        text = (struct cdi_text){ text.at + 1, text.size - 1 };
    while (text.size > 0 && is_space(text.at[text.size - 1]))
        text.size--;
    return text;
}

static char change_case(char c, enum cdi_reference_case letters)
{
    if (letters == CDI_REFERENCE_CASE_UPPER && c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return letters == CDI_REFERENCE_CASE_LOWER ? lower(c) : c;
}

bool cdi_reference_normalise(const struct cdi_reference_rule *rule, struct cdi_text text, struct cdi_instant near,
                             char out[CDI_REFERENCE_MAX], struct cdi_text *reference)
{
    char written[CDI_REFERENCE_MAX];
    size_t used = 0;

    *reference = CDI_TEXT_NONE;
    text = trim(text);
    for (size_t i = 0; i < rule->shape_count; i++) {
        struct parts parts;
        size_t size = 0;
        if (!match(rule->shapes[i].spoken, text, &parts) || !find_year(&parts, near))
            continue;
        if (!write_shape(rule->shapes[i].written, &parts, written, &size))
            return false;
        text = (struct cdi_text){ written, size };
        break;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = change_case(text.at[i], rule->letters);
        if (rule->drop.size > 0 && memchr(rule->drop.at, text.at[i], rule->drop.size) != NULL)
            continue;
        if (!add(out, &used, &c, 1))
            return false;
    }
    if (used > 0)
        *reference = (struct cdi_text){ out, used };
    return true;
}
