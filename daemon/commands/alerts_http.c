/* Documents from a running daemon, over HTTP. */
#include <stdio.h>
#include <string.h>

#include "codec/harmless.h"
#include "codec/json_layout.h"
#include "codec/percent.h"
#include "codec/time_words.h"
#include "commands/alerts_inside.h"
#include "commands/talk.h"
#include "core/tally.h"
#include "edge/http_get.h"

enum { DOCUMENTS_DEEP = 2 };                    /* {"alerts":[{..., {"tallies":[{... */
enum { PAGE_MOST = 100 };                       /* an answer has its limit, and documents may be long */

/* ---- asking ---- */

static void say_harmless(const char *before, struct cdi_text text)
{
    struct cdi_body words = { .at = NULL };
    cdi_harmless_add(&words, text);
    cdi_complain("%s%s", before, words.at != NULL ? words.at : "");
    cdi_body_free(&words);
}

static enum cdi_exit not_ours(const struct cdi_alerts *alerts)
{
    cdi_complain("what answers on %s does not answer as cdiwatch does; say with --at where the daemon is (http.listen of its configuration)",
                 alerts->where);
    return CDI_EXIT_NOT_RUNNING;
}

static enum cdi_exit no_memory(void)
{
    cdi_complain("not enough memory to ask the daemon");
    return CDI_EXIT_DATA;
}

/* {"error":{"code":"...","text":"..."}} */
static enum cdi_exit refused(struct cdi_alerts *alerts, int status, const struct cdi_body *body)
{
    struct cdi_value answer = { NULL, NULL };
    if (body->size > 0)
        (void)cdi_alerts_read(alerts, (struct cdi_text){ body->at, body->size }, &answer);
    struct cdi_value error = cdi_value_member(answer, "error");
    struct cdi_text text = cdi_member_text(error, "text"), parameter = cdi_member_text(error, "parameter");
    if (!cdi_text_said(text))
        return not_ours(alerts);
    if (cdi_text_said(parameter))
        say_harmless("of what was asked, the daemon cannot use: ", parameter);
    say_harmless("the daemon says: ", text);
    return status == 503 ? CDI_EXIT_NOT_READY : status == 400 ? CDI_EXIT_USAGE : CDI_EXIT_DATA;
}

/* The body of the answer to `path`, which is the caller's to free. */
static enum cdi_exit ask(struct cdi_alerts *alerts, const char *path, struct cdi_body *body)
{
    int status = 0;
    struct cdi_error err = { 0 };
    if (!cdi_http_get(&alerts->address, path, &status, body, &err)) {
        cdi_complain("%s; start it with cdiwatch run, say with --at where it is (http.listen of its configuration), or with --view where its "
                     "view is", err.text);
        return CDI_EXIT_NOT_RUNNING;
    }
    enum cdi_exit result = status == 200 ? CDI_EXIT_OK : refused(alerts, status, body);
    if (result != CDI_EXIT_OK)
        cdi_body_free(body);
    return result;
}

/* ---- the query ---- */

static void put_text(struct cdi_body *path, const char *name, struct cdi_text text)
{
    if (text.size == 0)
        return;
    cdi_body_say(path, "&%s=", name);
    cdi_percent_add(path, text);
}

/* "&stage=notice,warning" */
#define PUT_SET(path, lower, upper, set) \
    for (unsigned i = 0, any = 0; i < CDI_##upper##_COUNT; i++) \
        if (((set) & 1u << i) != 0) \
            cdi_body_say(path, "%s%s", any++ > 0 ? "," : "&" #lower "=", cdi_##lower##_word((enum cdi_##lower)i));

static void put_filter(struct cdi_body *path, const struct cdi_view_filter *filter)
{
    put_text(path, "force", filter->force);
    put_text(path, "bcu", filter->bcu);
    put_text(path, "owner", filter->owner);
    put_text(path, "incident", filter->incident);
    put_text(path, "watch", filter->watch);
    PUT_SET(path, state, STATE, filter->states)
    PUT_SET(path, stage, STAGE, filter->stages)
    PUT_SET(path, risk, RISK, filter->risks)
    if (filter->unanswered)
        cdi_body_say(path, "&unanswered=true");
    if (filter->sort != CDI_VIEW_SORT_DEADLINE)
        cdi_body_say(path, "&sort=%s", cdi_view_sort_word(filter->sort));
}

/* ---- lists, page by page ---- */

/* Of `what`, "alerts" or "tallies", whose cursors have `cursor_size`; `next` is the last one, "" if there is none. */
struct taking {
    const char *what;
    size_t cursor_size, taken, limit;
    cdi_alerts_take take;
    void *context;
    bool stopped, full;
    char next[CDI_VIEW_TALLY_CURSOR_SIZE];
};
_Static_assert((int)CDI_VIEW_CURSOR_SIZE <= (int)CDI_VIEW_TALLY_CURSOR_SIZE, "either fits");

/* Gives the documents of one answer.  False: it is no answer of cdiwatch's. */
static bool take_page(struct cdi_alerts *alerts, const struct cdi_body *body, struct taking *taking)
{
    struct cdi_text json = { body->at, body->size }, object, cursor;
    struct cdi_value answer = { NULL, NULL };
    size_t at = 0;
    if (body->size == 0 || !cdi_alerts_read(alerts, json, &answer))
        return false;
    struct cdi_value list = cdi_value_member(answer, taking->what);
    cursor = cdi_member_text(answer, "next");
    if (!cdi_value_said(list) || cursor.size >= taking->cursor_size)
        return false;
    snprintf(taking->next, sizeof taking->next, "%.*s", CDI_TEXT_ARGS(cursor));
    for (struct cdi_value document = cdi_value_first(list); document.node != NULL; document = cdi_value_next(list, document)) {
        if (document.node->type != CDI_JSON_OBJECT || !cdi_json_object_at(json, DOCUMENTS_DEEP, &at, &object))
            return false;
        taking->full = taking->taken == taking->limit;
        if (taking->full || taking->stopped)
            return true;
        taking->taken++;
        taking->stopped = !taking->take(taking->context, object, document);
    }
    return true;
}

/* Asks for one page, and gives what is on it. */
static enum cdi_exit ask_page(struct cdi_alerts *alerts, const struct cdi_body *path, struct taking *taking)
{
    struct cdi_body body = { .at = NULL };
    enum cdi_exit result = path->failed ? no_memory() : ask(alerts, path->at, &body);
    if (result == CDI_EXIT_OK && !take_page(alerts, &body, taking))
        result = not_ours(alerts);
    cdi_body_free(&body);
    return result;
}

/* `filter`: what is asked for, "&name=value..." or empty. */
static enum cdi_exit take_all(struct cdi_alerts *alerts, const struct cdi_body *filter, struct taking *taking, bool *more)
{
    char before[sizeof taking->next];
    enum cdi_exit result = CDI_EXIT_OK;
    do {
        struct cdi_body path = { .at = NULL };
        size_t left = taking->limit - taking->taken;
        memcpy(before, taking->next, sizeof before);
        cdi_body_say(&path, "/api/v1/%s?limit=%zu%s", taking->what, left < PAGE_MOST ? left : (size_t)PAGE_MOST, filter->size > 0 ? filter->at : "");
        put_text(&path, "cursor", cdi_text_of(before));
        path.failed |= filter->failed;
        result = ask_page(alerts, &path, taking);
        if (result == CDI_EXIT_OK && taking->next[0] != '\0' && strcmp(taking->next, before) == 0)
            result = not_ours(alerts);          /* it would never end */
        cdi_body_free(&path);
    } while (result == CDI_EXIT_OK && taking->next[0] != '\0' && taking->taken < taking->limit && !taking->stopped);
    *more = (taking->next[0] != '\0' || taking->full) && !taking->stopped;
    return result;
}

static enum cdi_exit list(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, size_t limit, cdi_alerts_take take, void *context,
                          bool *more)
{
    struct taking taking = { .what = "alerts", .cursor_size = CDI_VIEW_CURSOR_SIZE, .take = take, .context = context, .limit = limit };
    struct cdi_body query = { .at = NULL };
    put_filter(&query, filter);
    enum cdi_exit result = take_all(alerts, &query, &taking, more);
    cdi_body_free(&query);
    return result;
}

static void put_day(struct cdi_body *query, const char *name, int32_t day)
{
    char text[CDI_TALLY_DAY_SIZE];
    if (day == INT32_MIN || day == INT32_MAX)
        return;
    cdi_tally_day_format(day, text);
    cdi_body_say(query, "&%s=%s", name, text);
}

static enum cdi_exit tallies(struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter, cdi_alerts_take take, void *context)
{
    struct taking taking = { .what = "tallies", .cursor_size = CDI_VIEW_TALLY_CURSOR_SIZE, .take = take, .context = context, .limit = SIZE_MAX };
    struct cdi_body query = { .at = NULL };
    bool more;
    put_day(&query, "from", filter->from);
    put_day(&query, "to", filter->to);
    put_text(&query, "force", filter->force);
    put_text(&query, "area", filter->area);
    enum cdi_exit result = take_all(alerts, &query, &taking, &more);
    cdi_body_free(&query);
    return result;
}

/* ---- one ---- */

struct finding { struct cdi_text wanted; struct cdi_found *found; };

static bool take_found(void *context, struct cdi_text bytes, struct cdi_value document)
{
    struct finding *finding = context;
    cdi_found_take(finding->found, finding->wanted, bytes, document);
    return true;
}

/* An id, or its beginning, is asked for alone. */
static enum cdi_exit find_by_id(struct cdi_alerts *alerts, struct finding *finding)
{
    struct cdi_body path = { .at = NULL };
    struct taking taking = { .what = "alerts", .cursor_size = CDI_VIEW_CURSOR_SIZE, .take = take_found, .context = finding, .limit = CDI_FOUND_MOST };
    cdi_body_say(&path, "/api/v1/alerts?alert=");
    cdi_percent_add(&path, finding->wanted);
    enum cdi_exit result = ask_page(alerts, &path, &taking);
    finding->found->more |= taking.full || taking.next[0] != '\0';
    cdi_body_free(&path);
    return result;
}

/* By its reference, and, if it may be one, by its id or the beginning of it. */
static enum cdi_exit find(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found)
{
    bool more = false;
    struct finding finding = { wanted, found };
    const struct cdi_view_filter filter = { .incident = wanted };
    if (wanted.size == 0)
        return CDI_EXIT_OK;
    enum cdi_exit result = list(alerts, &filter, CDI_FOUND_MOST, take_found, &finding, &more);
    found->more |= more;
    return result == CDI_EXIT_OK && cdi_alerts_is_id(wanted) ? find_by_id(alerts, &finding) : result;
}

/* ---- how fresh ---- */

/* What the daemon says of itself, asked once; NULL node: nothing that can be used. */
static struct cdi_value status_of(struct cdi_alerts *alerts)
{
    int status = 0;
    struct cdi_value answer = { NULL, NULL };
    if (alerts->status.size == 0 && (!cdi_http_get(&alerts->address, "/api/v1/status", &status, &alerts->status, NULL) || status != 200))
        cdi_body_free(&alerts->status);
    if (alerts->status.size > 0)
        (void)cdi_alerts_read(alerts, (struct cdi_text){ alerts->status.at, alerts->status.size }, &answer);
    return answer;
}

static bool now(struct cdi_alerts *alerts, struct cdi_instant *out)
{
    *out = cdi_member_instant(status_of(alerts), "now");
    return cdi_instant_said(*out);
}

static void say_time(struct cdi_body *out, const char *before, struct cdi_instant at)
{
    char text[CDI_TIME_TEXT_SIZE];
    if (cdi_instant_said(at))
        cdi_body_say(out, "%s%s", before, cdi_time_text(at, text));
}

/* "view":{"level":true,"level_at":"...","problem":null,...} of the status. */
static void say_view(struct cdi_body *out, struct cdi_value view)
{
    if (!cdi_value_said(view))
        return;
    bool level = cdi_value_true(cdi_value_member(view, "level"));
    struct cdi_instant level_at = cdi_member_instant(view, "level_at");
    if (!level)
        cdi_body_say(out, " THE VIEW IS BEHIND what was published: some of this is out of date, and some may be missing.");
    say_time(out, level ? " The view shows all that was published up to " : " It last showed all ", level_at);
    cdi_body_say(out, cdi_instant_said(level_at) ? "." : "");
    struct cdi_text problem = cdi_member_text(cdi_value_member(view, "problem"), "text");
    if (cdi_text_said(problem)) {
        cdi_body_say(out, " It does not go on: ");
        cdi_harmless_add(out, problem);
        cdi_body_say(out, ".");
    }
}

static void freshness(struct cdi_alerts *alerts, struct cdi_body *out)
{
    struct cdi_value status = status_of(alerts), reasons = cdi_value_member(status, "reasons");
    if (!cdi_value_said(status)) {
        cdi_body_say(out, "How fresh this is the daemon does not say.");
        return;
    }
    say_time(out, "As of ", cdi_member_instant(status, "now"));
    say_time(out, ", judged up to ", cdi_member_instant(status, "judge_time"));
    cdi_body_say(out, ".");
    say_view(out, cdi_value_member(status, "view"));
    for (struct cdi_value one = cdi_value_first(reasons); one.node != NULL; one = cdi_value_next(reasons, one)) {
        cdi_body_say(out, " NOT READY: ");
        cdi_harmless_add(out, cdi_member_text(one, "text"));
        cdi_body_say(out, ".");
    }
}

const struct cdi_alerts_way cdi_alerts_by_http = { list, tallies, find, now, freshness };
