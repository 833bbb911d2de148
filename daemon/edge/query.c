#include "edge/query.h"

#include <stdio.h>
#include <string.h>

#include "codec/timeformat.h"
#include "edge/view_query.h"

enum { WORDS_SIZE = 300 };

/* ---- values ---- */

bool cdi_query_text(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    *(struct cdi_text *)to = value;
    return (value.size > 0 && value.size <= row->most) ||
           cdi_fail(err, CDI_ERROR_BAD_VALUE, "should have 1 to %zu bytes; to ask for all, leave it out", row->most);
}

bool cdi_query_cursor(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    bool good = value.size > 0 && value.size <= row->most;
    for (size_t i = 0; i < value.size; i++)
        good = good && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", value.at[i]) != NULL;
    *(struct cdi_text *)to = value;
    return good || cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be what the answer before gave; without it the list begins anew");
}

static bool value_of(const struct cdi_query_row *row, struct cdi_text word, unsigned *value)
{
    for (*value = 0; row->word(*value) != NULL; ++*value)
        if (cdi_text_is(word, row->word(*value)))
            return true;
    return false;
}

/* Always false. */
static bool refuse_word(const struct cdi_query_row *row, const char *should, struct cdi_error *err)
{
    char words[WORDS_SIZE] = "";
    size_t used = 0;
    for (unsigned value = 0; row->word(value) != NULL && used < sizeof words; value++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", value > 0 ? ", " : "", row->word(value));
    return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be one %s: %s", should, words);
}

bool cdi_query_words(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    unsigned word;
    for (size_t at = 0; at <= value.size;) {
        const char *comma = at < value.size ? memchr(value.at + at, ',', value.size - at) : NULL;
        size_t size = comma != NULL ? (size_t)(comma - value.at) - at : value.size - at;
        if (!value_of(row, (struct cdi_text){ value.at + at, size }, &word))
            return refuse_word(row, "or more of these, parted by commas", err);
        *(uint32_t *)to |= 1u << word;
        at += size + 1;
    }
    return true;
}

bool cdi_query_word(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    unsigned word;
    if (!value_of(row, value, &word))
        return refuse_word(row, "of these", err);
    *(unsigned *)to = word;                     /* what gcc and clang make of an enum without negative values */
    return true;
}

bool cdi_query_word_text(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    *(struct cdi_text *)to = value;
    return cdi_query_word(row, value, &(unsigned){ 0 }, err);
}

bool cdi_query_time(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    struct cdi_timereading reading;
    (void)row;
    if (!cdi_rfc3339_read(value, &reading) || !cdi_instant_said(reading.at))
        return cdi_fail(err, CDI_ERROR_BAD_TIME, "should be a time with its offset, such as 2026-11-04T21:14:05Z or "
                        "2026-11-04T21:14:05%%2B01:00 (a plus sign in a URL is written %%2B)");
    *(struct cdi_instant *)to = reading.at.ms == 0 ? (struct cdi_instant){ 1 } : reading.at;   /* the millisecond beside it does what is meant */
    return true;
}

bool cdi_query_yes(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    bool yes = cdi_text_is(value, "true");
    (void)row;
    *(bool *)to = yes;
    return yes || cdi_text_is(value, "false") || cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be true or false");
}

bool cdi_query_limit(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    size_t limit = 0;
    (void)row;
    for (size_t i = 0; i < value.size && limit <= CDI_VIEW_LIMIT_MOST; i++)
        limit = value.at[i] >= '0' && value.at[i] <= '9' ? limit * 10 + (size_t)(value.at[i] - '0') : SIZE_MAX / 20;
    *(size_t *)to = limit;
    return (limit >= 1 && limit <= CDI_VIEW_LIMIT_MOST) ||
           cdi_fail(err, CDI_ERROR_OUT_OF_BOUNDS, "should be a whole number from 1 to %d", (int)CDI_VIEW_LIMIT_MOST);
}

/* ---- the whole ---- */

/* Always false. */
static bool refuse_unknown(const struct cdi_query_row *rows, size_t count, unsigned of, struct cdi_error *err)
{
    char names[WORDS_SIZE] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if ((rows[i].of & of) != 0 && used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "", rows[i].name);
    return cdi_fail(err, CDI_ERROR_BAD_VALUE, "there is no such parameter; there are: %s", names);
}

/* The value with a NUL behind it. */
static bool decode(struct cdi_query_room *room, struct cdi_text text, struct cdi_text *out, struct cdi_error *err)
{
    if (!cdi_request_decode(text, room->at, sizeof room->at - 1, &room->used, out, err))
        return false;
    room->at[room->used++] = '\0';
    return room->used < sizeof room->at || cdi_fail(err, CDI_ERROR_TOO_LARGE, "the parameters together are too long");
}

bool cdi_query_read(const struct cdi_query_row *rows, size_t count, unsigned of, bool form, const struct cdi_request *request, void *query,
                    struct cdi_query_room *room, uint32_t *seen, struct cdi_error *err)
{
    struct cdi_text value;
    *seen = 0;
    if (request->parameter_count > CDI_REQUEST_PARAMETERS_MOST)
        return cdi_fail(err, CDI_ERROR_TOO_LARGE, "there are more than %d parameters", (int)CDI_REQUEST_PARAMETERS_MOST);
    for (const struct cdi_parameter *said = request->parameters; said < request->parameters + request->parameter_count; said++) {
        struct cdi_error problem = { 0 };
        size_t i = 0;
        while (i < count && !((rows[i].of & of) != 0 && cdi_text_is(said->name, rows[i].name)))
            i++;
        if (i == count)
            return refuse_unknown(rows, count, of, err);
        if ((*seen >> i & 1) != 0)
            return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, rows[i].name, "is said twice: say it once%s",
                               rows[i].read == cdi_query_words ? ", with commas between the words" : "");
        *seen |= 1u << i;
        if (form && said->value.size == 0)
            continue;
        if (!decode(room, said->value, &value, &problem) || !rows[i].read(&rows[i], value, (char *)query + rows[i].offset, &problem))
            return cdi_fail_at(err, problem.code, rows[i].name, "%s", problem.text);
    }
    return true;
}
