#include "edge/alert_query.h"

#include <stdio.h>
#include <string.h>

#include "codec/timeformat.h"

enum { REFERENCE_MOST = 200, WORDS_SIZE = 300 };

const char *cdi_show_word(enum cdi_show show)
{
    static const char *const words[CDI_SHOW_COUNT] = {
#define X(upper, word) #word,
        CDI_SHOW_LIST(X)
#undef X
    };
    return words[show];
}

bool cdi_alert_digits(struct cdi_text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (memchr("0123456789abcdef", text.at[i], 16) == NULL)
            return false;
    return text.size >= CDI_ALERT_DIGITS_LEAST && text.size <= CDI_ALERT_DIGITS;
}

bool cdi_alert_id_is_whole(struct cdi_text text) { return text.size == CDI_ALERT_DIGITS && cdi_alert_digits(text); }

/* ---- what there is ---- */

/* Of a closed list: the word of each value. */
#define SET(lower, upper) \
    static const char *lower##_word(unsigned value) { return value < CDI_##upper##_COUNT ? cdi_##lower##_word((enum cdi_##lower)value) : NULL; }
SET(state, STATE)
SET(stage, STAGE)
SET(risk, RISK)
SET(lifecycle, LIFECYCLE)
SET(mark, MARK)
SET(show, SHOW)
SET(view_sort, VIEW_SORT)
#undef SET

enum kind { A_TEXT, A_SET, A_TIME, A_YES_OR_NO, A_LIMIT, A_CURSOR, AN_ALERT, A_SHOW, A_SORT };

static const struct parameter {
    const char *name;
    enum kind kind;
    bool page;                                  /* also the page has it */
    size_t offset;                              /* within the query */
    const char *(*word)(unsigned value);
} parameters[] = {
#define AT(member) offsetof(struct cdi_alert_query, member)
    { "force", A_TEXT, true, AT(filter.force), NULL },
    { "bcu", A_TEXT, true, AT(filter.bcu), NULL },
    { "beat", A_TEXT, false, AT(filter.beat), NULL },
    { "unit", A_TEXT, false, AT(filter.unit), NULL },
    { "owner", A_TEXT, false, AT(filter.owner), NULL },
    { "incident", A_TEXT, false, AT(filter.incident), NULL },
    { "alert", AN_ALERT, false, AT(alert), NULL },
    { "state", A_SET, false, AT(filter.states), state_word },
    { "stage", A_SET, true, AT(filter.stages), stage_word },
    { "risk", A_SET, true, AT(filter.risks), risk_word },
    { "lifecycle", A_SET, false, AT(filter.lifecycles), lifecycle_word },
    { "mark", A_SET, false, AT(filter.marks), mark_word },
    { "watch", A_TEXT, true, AT(filter.watch), NULL },
    { "due_from", A_TIME, false, AT(filter.due_from), NULL },
    { "due_before", A_TIME, false, AT(filter.due_before), NULL },
    { "received_from", A_TIME, false, AT(filter.received_from), NULL },
    { "received_before", A_TIME, false, AT(filter.received_before), NULL },
    { "unanswered", A_YES_OR_NO, false, AT(filter.unanswered), NULL },
    { "sort", A_SORT, true, AT(filter.sort), view_sort_word },
    { "limit", A_LIMIT, false, AT(limit), NULL },
    { "cursor", A_CURSOR, true, AT(after), NULL },
    { "show", A_SHOW, true, AT(show), show_word },
#undef AT
};
enum { PARAMETER_COUNT = sizeof parameters / sizeof parameters[0] };

/* Only the page groups states for people. */
static bool has(enum cdi_query_of of, const struct parameter *parameter)
{
    return of == CDI_QUERY_OF_PAGE ? parameter->page : parameter->kind != A_SHOW;
}

static void list_names(enum cdi_query_of of, char out[WORDS_SIZE])
{
    size_t used = 0;
    for (size_t i = 0; i < PARAMETER_COUNT; i++)
        if (has(of, &parameters[i]) && used < WORDS_SIZE)
            used += (size_t)snprintf(out + used, WORDS_SIZE - used, "%s%s", used > 0 ? ", " : "", parameters[i].name);
}

static void list_words(const struct parameter *parameter, char out[WORDS_SIZE])
{
    size_t used = 0;
    for (unsigned value = 0; parameter->word(value) != NULL; value++)
        if (used < WORDS_SIZE)
            used += (size_t)snprintf(out + used, WORDS_SIZE - used, "%s%s", value > 0 ? ", " : "", parameter->word(value));
}

/* ---- values ---- */

static bool value_of_word(const struct parameter *parameter, struct cdi_text word, unsigned *value)
{
    for (*value = 0; parameter->word(*value) != NULL; ++*value)
        if (cdi_text_is(word, parameter->word(*value)))
            return true;
    return false;
}

static bool read_set(const struct parameter *parameter, struct cdi_text text, uint32_t *set, struct cdi_error *err)
{
    char words[WORDS_SIZE];
    unsigned value;
    for (size_t at = 0; at <= text.size;) {
        const char *comma = at < text.size ? memchr(text.at + at, ',', text.size - at) : NULL;
        size_t size = comma != NULL ? (size_t)(comma - text.at) - at : text.size - at;
        if (!value_of_word(parameter, (struct cdi_text){ text.at + at, size }, &value)) {
            list_words(parameter, words);
            return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be one or more of these, parted by commas: %s", words);
        }
        *set |= 1u << value;
        at += size + 1;
    }
    return true;
}

static bool read_one_of(const struct parameter *parameter, struct cdi_text text, unsigned *value, struct cdi_error *err)
{
    char words[WORDS_SIZE];
    if (value_of_word(parameter, text, value))
        return true;
    list_words(parameter, words);
    return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be one of these: %s", words);
}

static bool read_show(const struct parameter *parameter, struct cdi_text text, enum cdi_show *show, struct cdi_error *err)
{
    unsigned value;
    if (!read_one_of(parameter, text, &value, err))
        return false;
    *show = (enum cdi_show)value;
    return true;
}

static bool read_sort(const struct parameter *parameter, struct cdi_text text, enum cdi_view_sort *sort, struct cdi_error *err)
{
    unsigned value;
    if (!read_one_of(parameter, text, &value, err))
        return false;
    *sort = (enum cdi_view_sort)value;
    return true;
}

bool cdi_query_time(struct cdi_text text, struct cdi_instant *at, struct cdi_error *err)
{
    struct cdi_timereading reading;
    if (!cdi_rfc3339_read(text, &reading) || !cdi_instant_said(reading.at))
        return cdi_fail(err, CDI_ERROR_BAD_TIME, "should be a time with its offset, such as 2026-11-04T21:14:05Z or "
                        "2026-11-04T21:14:05%%2B01:00 (a plus sign in a URL is written %%2B)");
    *at = reading.at;
    if (at->ms == 0)                            /* which says nothing in a filter: the millisecond beside it does what is meant */
        at->ms = 1;
    return true;
}

static bool read_limit(struct cdi_text text, int64_t *limit, struct cdi_error *err)
{
    int64_t value = 0;
    for (size_t i = 0; i < text.size && value <= CDI_VIEW_LIMIT_MOST; i++)
        value = text.at[i] >= '0' && text.at[i] <= '9' ? value * 10 + (text.at[i] - '0') : INT64_MAX / 20;
    if (value < 1 || value > CDI_VIEW_LIMIT_MOST)
        return cdi_fail(err, CDI_ERROR_OUT_OF_BOUNDS, "should be a whole number from 1 to %d", (int)CDI_VIEW_LIMIT_MOST);
    *limit = value;
    return true;
}

static bool read_cursor(struct cdi_text text, struct cdi_text *after, struct cdi_error *err)
{
    for (size_t i = 0; i < text.size; i++)
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", text.at[i]) == NULL)
            text.size = 0;
    if (text.size == 0 || text.size >= CDI_VIEW_CURSOR_SIZE)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be what the answer before gave; without it the list begins anew");
    *after = text;
    return true;
}

static bool read_alert(struct cdi_text text, struct cdi_text *alert, struct cdi_error *err)
{
    if (!cdi_alert_digits(text))
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be the first %d to %d digits of an alert's id (0-9, a-f)",
                        (int)CDI_ALERT_DIGITS_LEAST, (int)CDI_ALERT_DIGITS);
    *alert = text;
    return true;
}

static bool read_yes(struct cdi_text text, bool *yes, struct cdi_error *err)
{
    *yes = cdi_text_is(text, "true");
    return *yes || cdi_text_is(text, "false") || cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be true or false");
}

static bool read_text(struct cdi_text text, struct cdi_text *out, struct cdi_error *err)
{
    if (text.size == 0 || text.size > REFERENCE_MOST)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should have 1 to %d bytes; to ask for all, leave it out", (int)REFERENCE_MOST);
    *out = text;
    return true;
}

static bool read_value(struct cdi_alert_query *query, const struct parameter *parameter, struct cdi_text text, struct cdi_error *err)
{
    void *to = (char *)query + parameter->offset;
    switch (parameter->kind) {
    case A_TEXT: return read_text(text, to, err);
    case A_SET: return read_set(parameter, text, to, err);
    case A_TIME: return cdi_query_time(text, to, err);
    case A_YES_OR_NO: return read_yes(text, to, err);
    case A_LIMIT: return read_limit(text, to, err);
    case A_CURSOR: return read_cursor(text, to, err);
    case AN_ALERT: return read_alert(text, to, err);
    case A_SHOW: return read_show(parameter, text, to, err);
    case A_SORT: return read_sort(parameter, text, to, err);
    }
    return false;
}

/* ---- watches ---- */

/* There is one. */
static bool take_first(void *context, struct cdi_text document)
{
    (void)document;
    *(bool *)context = true;
    return false;
}

static bool watch_is_borne(struct cdi_view_reader *reader, struct cdi_text watch, struct cdi_error *err)
{
    char next[CDI_VIEW_CURSOR_SIZE];
    bool found = false;
    const struct cdi_view_filter filter = { .watch = watch };
    return cdi_view_list(reader, &filter, NULL, 1, take_first, &found, next, err) && found;
}

bool cdi_query_watch(struct cdi_view_reader *reader, const struct cdi_tables *tables, struct cdi_text watch, struct cdi_error *err)
{
    return watch.size == 0 || cdi_text_is(watch, CDI_VIEW_WATCH_ANY) || cdi_tables_watch(tables, watch) < tables->watches_known ||
           watch_is_borne(reader, watch, err);
}

void cdi_query_watch_words(struct cdi_body *words, const struct cdi_tables *tables)
{
    cdi_body_say(words, "should be a watch of watches.csv, or " CDI_VIEW_WATCH_ANY "; there are:");
    for (size_t i = 0; i < tables->watch_count; i++)
        cdi_body_say(words, "%s %.*s", i == 0 ? "" : ",", CDI_TEXT_ARGS(tables->watches[i].key));
}

/* ---- the whole ---- */

static const struct parameter *known(enum cdi_query_of of, struct cdi_text name)
{
    for (size_t i = 0; i < PARAMETER_COUNT; i++)
        if (has(of, &parameters[i]) && cdi_text_is(name, parameters[i].name))
            return &parameters[i];
    return NULL;
}

/* The value with a NUL behind it. */
static bool decode(struct cdi_alert_query *query, struct cdi_text text, struct cdi_text *out, struct cdi_error *err)
{
    if (!cdi_request_decode(text, query->room, sizeof query->room - 1, &query->used, out, err))
        return false;
    query->room[query->used++] = '\0';
    return query->used < sizeof query->room || cdi_fail(err, CDI_ERROR_TOO_LARGE, "the parameters together are too long");
}

static bool read_one(struct cdi_alert_query *query, const struct cdi_parameter *said, enum cdi_query_of of, uint32_t *seen,
                     struct cdi_error *err)
{
    char names[WORDS_SIZE];
    struct cdi_text value;
    const struct parameter *parameter = known(of, said->name);
    if (parameter == NULL) {
        list_names(of, names);
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "there is no such parameter; there are: %s", names);
    }
    uint32_t bit = 1u << (parameter - parameters);
    if ((*seen & bit) != 0)
        return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, parameter->name, "is said twice: say it once%s",
                           parameter->kind == A_SET ? ", with commas between the words" : "");
    *seen |= bit;
    if (of == CDI_QUERY_OF_PAGE && said->value.size == 0)
        return true;                            /* a form sends what was left empty */
    struct cdi_error problem = { 0 };
    if (decode(query, said->value, &value, &problem) && read_value(query, parameter, value, &problem))
        return true;
    return cdi_fail_at(err, problem.code, parameter->name, "%s", problem.text);
}

static void show_states(struct cdi_alert_query *query)
{
    query->filter.unanswered = query->show == CDI_SHOW_UNANSWERED;
    if (query->show == CDI_SHOW_SETTLED)
        query->filter.states = ((1u << CDI_STATE_COUNT) - 1) & ~CDI_STATES_UNANSWERED;
    if (query->show != CDI_SHOW_WATCHED)
        return;
    query->filter.states = 1u << CDI_STATE_NOT_DISCLOSED;
    if (query->filter.watch.size == 0)
        query->filter.watch = CDI_TEXT(CDI_VIEW_WATCH_ANY);
}

bool cdi_alert_query_read(struct cdi_alert_query *query, const struct cdi_request *request, enum cdi_query_of of, struct cdi_error *err)
{
    uint32_t seen = 0;
    query->filter = (struct cdi_view_filter){ .states = 0 };
    query->alert = query->after = CDI_TEXT_NONE;
    query->limit = CDI_QUERY_LIMIT;
    query->show = CDI_SHOW_UNANSWERED;
    query->used = 0;
    if (request->parameter_count > CDI_REQUEST_PARAMETERS_MOST)
        return cdi_fail(err, CDI_ERROR_TOO_LARGE, "there are more than %d parameters", (int)CDI_REQUEST_PARAMETERS_MOST);
    for (size_t i = 0; i < request->parameter_count; i++)
        if (!read_one(query, &request->parameters[i], of, &seen, err))
            return false;
    if (cdi_text_said(query->alert) && (seen & (seen - 1)) != 0)
        return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, "alert", "an alert is asked for by its id alone: leave out the other parameters");
    if (of == CDI_QUERY_OF_PAGE)
        show_states(query);
    return true;
}
