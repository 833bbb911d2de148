#include "edge/alert_query.h"

#include <string.h>

enum { REFERENCE_MOST = 200 };

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

static bool read_alert(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    (void)row;
    *(struct cdi_text *)to = value;
    return cdi_alert_digits(value) || cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be the first %d to %d digits of an alert's id (0-9, a-f)",
                                               (int)CDI_ALERT_DIGITS_LEAST, (int)CDI_ALERT_DIGITS);
}

/* Only the page groups states for people. */
enum { API = 1u << CDI_QUERY_OF_API, PAGE = 1u << CDI_QUERY_OF_PAGE, BOTH = API | PAGE };
static const struct cdi_query_row rows[] = {
#define AT(member) offsetof(struct cdi_alert_query, member)
    { "force", BOTH, cdi_query_text, AT(filter.force), REFERENCE_MOST, NULL },
    { "bcu", BOTH, cdi_query_text, AT(filter.bcu), REFERENCE_MOST, NULL },
    { "beat", API, cdi_query_text, AT(filter.beat), REFERENCE_MOST, NULL },
    { "unit", API, cdi_query_text, AT(filter.unit), REFERENCE_MOST, NULL },
    { "owner", API, cdi_query_text, AT(filter.owner), REFERENCE_MOST, NULL },
    { "incident", API, cdi_query_text, AT(filter.incident), REFERENCE_MOST, NULL },
    { "alert", API, read_alert, AT(alert), 0, NULL },
    { "state", API, cdi_query_words, AT(filter.states), 0, state_word },
    { "stage", BOTH, cdi_query_words, AT(filter.stages), 0, stage_word },
    { "risk", BOTH, cdi_query_words, AT(filter.risks), 0, risk_word },
    { "lifecycle", API, cdi_query_words, AT(filter.lifecycles), 0, lifecycle_word },
    { "mark", API, cdi_query_words, AT(filter.marks), 0, mark_word },
    { "watch", BOTH, cdi_query_text, AT(filter.watch), REFERENCE_MOST, NULL },
    { "due_from", API, cdi_query_time, AT(filter.due_from), 0, NULL },
    { "due_before", API, cdi_query_time, AT(filter.due_before), 0, NULL },
    { "received_from", API, cdi_query_time, AT(filter.received_from), 0, NULL },
    { "received_before", API, cdi_query_time, AT(filter.received_before), 0, NULL },
    { "unanswered", API, cdi_query_yes, AT(filter.unanswered), 0, NULL },
    { "sort", BOTH, cdi_query_word, AT(filter.sort), 0, view_sort_word },
    { "limit", API, cdi_query_limit, AT(limit), 0, NULL },
    { "cursor", BOTH, cdi_query_cursor, AT(after), CDI_VIEW_CURSOR_SIZE - 1, NULL },
    { "show", PAGE, cdi_query_word, AT(show), 0, show_word },
#undef AT
};
_Static_assert(sizeof(enum cdi_view_sort) == sizeof(unsigned) && sizeof(enum cdi_show) == sizeof(unsigned), "what cdi_query_word writes");

/* ---- watches ---- */

/* There is one. */
static bool take_first(void *context, struct cdi_text document)
{
    (void)document;
    *(bool *)context = true;
    return false;
}

static bool any_fits(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, struct cdi_error *err)
{
    char next[CDI_VIEW_CURSOR_SIZE];
    bool found = false;
    return cdi_view_list(reader, filter, NULL, 1, take_first, &found, next, err) && found;
}

static bool watch_is_borne(struct cdi_view_reader *reader, struct cdi_text watch, struct cdi_error *err)
{
    return any_fits(reader, &(struct cdi_view_filter){ .watch = watch }, err);
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

/* ---- forces and areas ---- */

bool cdi_query_of_place(const struct cdi_view_filter *filter, size_t n, struct cdi_view_filter *question, const char **name)
{
    const struct { const char *name; struct cdi_text said; struct cdi_view_filter question; } places[] = {
        { "force", filter->force, { .force = filter->force } },
        { "bcu", filter->bcu, { .force = filter->force, .bcu = filter->bcu } },
        { "beat", filter->beat, { .force = filter->force, .bcu = filter->bcu, .beat = filter->beat } },
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (places[i].said.size == 0 || n-- > 0)
            continue;
        *question = places[i].question;
        *name = places[i].name;
        return true;
    }
    return false;
}

const char *cdi_query_unheld(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, struct cdi_error *err)
{
    const char *name;
    struct cdi_view_filter question;
    for (size_t n = 0; cdi_query_of_place(filter, n, &question, &name); n++)
        if (!any_fits(reader, &question, err))
            return err->code == CDI_ERROR_NONE ? name : NULL;
    return NULL;
}

/* ---- the whole ---- */

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
    uint32_t seen;
    query->filter = (struct cdi_view_filter){ .states = 0 };
    query->alert = query->after = CDI_TEXT_NONE;
    query->limit = CDI_QUERY_LIMIT;
    query->show = CDI_SHOW_UNANSWERED;
    query->room.used = 0;
    if (!cdi_query_read(rows, sizeof rows / sizeof rows[0], 1u << of, of == CDI_QUERY_OF_PAGE, request, query, &query->room, &seen, err))
        return false;
    if (cdi_text_said(query->alert) && (seen & (seen - 1)) != 0)
        return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, "alert", "an alert is asked for by its id alone: leave out the other parameters");
    if (of == CDI_QUERY_OF_PAGE)
        show_states(query);
    return true;
}
