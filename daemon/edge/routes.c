#include "edge/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json_text.h"
#include "edge/routes_inside.h"

#define PLAIN "text/plain; charset=utf-8"
#define ID "ID"
enum { RETRY_S = 5, VIEW_OFF_RETRY_S = 300, VIEW_BEGUN_RETRY_S = 2 };

/* ---- routes ---- */

static const struct route {
    const char *path;                           /* ID at its end: any text without a '/' */
    enum cdi_form form;
    bool parameters;                            /* it reads them; else there are none */
    bool list;                                  /* it is made from the view */
    void (*answer)(struct cdi_asking *asking);
} routes_known[] = {
    { "/", CDI_FORM_PAGE, true, true, cdi_answer_list_page },
    { "/alerts/" ID, CDI_FORM_PAGE, false, true, cdi_answer_alert_page },
    { "/style.css", CDI_FORM_TEXT, false, false, cdi_answer_style },
    { "/favicon.ico", CDI_FORM_TEXT, false, false, cdi_answer_icon },
    { "/api/v1/alerts", CDI_FORM_JSON, true, true, cdi_answer_alerts },
    { "/api/v1/alerts/" ID, CDI_FORM_JSON, false, true, cdi_answer_alert },
    { "/api/v1/digests", CDI_FORM_JSON, true, true, cdi_answer_digests },
    { "/api/v1/status", CDI_FORM_JSON, false, false, cdi_answer_status },
    { "/api/v1/tallies", CDI_FORM_JSON, true, true, cdi_answer_tallies },
    { "/livez", CDI_FORM_TEXT, false, false, cdi_answer_live },
    { "/metrics", CDI_FORM_TEXT, false, false, cdi_answer_metrics },
    { "/readyz", CDI_FORM_TEXT, false, false, cdi_answer_ready },
};
enum { ROUTE_COUNT = sizeof routes_known / sizeof routes_known[0] };

const char *cdi_routes_path(size_t i) { return i < ROUTE_COUNT ? routes_known[i].path : NULL; }

static bool fits(const struct route *route, const char *path, struct cdi_text *id)
{
    size_t size = strlen(route->path), before = size - (sizeof ID - 1);
    if (size < sizeof ID || strcmp(route->path + before, ID) != 0)
        return strcmp(route->path, path) == 0;
    *id = strncmp(route->path, path, before) == 0 ? cdi_text_of(path + before) : CDI_TEXT_NONE;
    return id->size > 0 && memchr(id->at, '/', id->size) == NULL;
}

/* Of a path that there is not, too. */
static enum cdi_form form_of(const char *path)
{
    if (strncmp(path, "/api/", 5) == 0)
        return CDI_FORM_JSON;
    return strcmp(path, "/") == 0 || strncmp(path, "/alerts/", 8) == 0 ? CDI_FORM_PAGE : CDI_FORM_TEXT;
}

/* ---- refusing ---- */

static void refuse_json(struct cdi_response *response, const char *code, const char *parameter, const char *words)
{
    struct cdi_json_text json = { .at = NULL };
    cdi_json_open(&json, NULL, '{');
    cdi_json_open(&json, "error", '{');
    cdi_json_string(&json, "code", cdi_text_of(code));
    cdi_json_string(&json, "parameter", cdi_text_of(parameter));
    cdi_json_string(&json, "text", cdi_text_of(words));
    cdi_json_close(&json, '}');
    cdi_json_close(&json, '}');
    response->type = "application/json";
    if (!json.failed)
        cdi_body_add(&response->body, json.at, json.size);
    response->body.failed |= json.failed;
    cdi_body_say(&response->body, "\n");
    free(json.at);
}

void cdi_refuse(struct cdi_asking *asking, int status, const char *code, const char *parameter, const char *words)
{
    struct cdi_response *response = asking->response;
    cdi_body_free(&response->body);
    response->status = status;
    response->keep = CDI_KEEP_NOTHING;
    response->tag[0] = '\0';
    if (asking->form == CDI_FORM_JSON) {
        refuse_json(response, code, parameter, words);
    } else if (asking->form == CDI_FORM_PAGE) {
        cdi_refuse_page(asking, words);
    } else {
        response->type = PLAIN;
        cdi_body_say(&response->body, "%s\n", words);
    }
}

static void not_found(struct cdi_asking *asking)
{
    char words[600];
    size_t used = (size_t)snprintf(words, sizeof words, "there is nothing here; there are:");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", asking->form == CDI_FORM_TEXT ? "\n" : " ", routes_known[i].path);
    cdi_refuse(asking, 404, "not_found", NULL, words);
}

/* What is true of every route. */
static bool allowed(struct cdi_asking *asking, const struct route *route)
{
    const struct cdi_request *request = asking->request;
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        asking->response->allow = true;
        cdi_refuse(asking, 405, "method_not_allowed", NULL, "only " CDI_ROUTES_METHODS);
    } else if (request->body) {
        cdi_refuse(asking, 400, "bad_request", NULL, "a request here has no body");
    } else if (!route->parameters && request->parameter_count > 0) {
        cdi_refuse(asking, 400, "bad_parameter", NULL, "this takes no parameters: leave out the ? and what follows");
    } else {
        return true;
    }
    return false;
}

static bool from_here(struct cdi_asking *asking)
{
    if (!asking->routes->here || asking->request->host == NULL || cdi_request_host_is_local(asking->request->host))
        return true;
    cdi_refuse(asking, 421, "misdirected", NULL, "this listens on this machine alone and answers only to localhost, 127.0.0.1 and [::1] in "
               "the Host header: use one of these names, or let a proxy write it");
    return false;
}

/* ---- the view ---- */

static void refuse_view(struct cdi_asking *asking, int retry_after_s, const char *words)
{
    asking->response->retry_after_s = retry_after_s;
    cdi_refuse(asking, 503, "unavailable", NULL, words);
}

void cdi_refuse_for_now(struct cdi_asking *asking, const char *words) { refuse_view(asking, RETRY_S, words); }

/* A cursor that is none is the sender's mistake, all else is ours. */
void cdi_refuse_query(struct cdi_asking *asking, const struct cdi_error *err)
{
    if (err->code == CDI_ERROR_CORRUPT)
        asking->routes->doubt(asking->routes->context);
    if (err->code == CDI_ERROR_BAD_VALUE)
        cdi_refuse(asking, 400, "bad_parameter", "cursor", "the cursor should be what the answer before gave; without it the list begins anew");
    else
        cdi_refuse_for_now(asking, err->text);
}

/* What is not whole would be a wrong list. */
static bool is_whole(struct cdi_asking *asking, const struct cdi_feed_standing *feed)
{
    char words[CDI_ERROR_TEXT_SIZE + 200];
    bool stuck = feed->problem.code != CDI_ERROR_NONE;
    if (cdi_instant_said(feed->level_at))
        return true;
    snprintf(words, sizeof words, "the list is being read from Kafka and is not whole yet: %llu messages so far%s%s",
             (unsigned long long)feed->applied, stuck ? "; it does not go on: " : "; ask again in a moment", stuck ? feed->problem.text : "");
    refuse_view(asking, VIEW_BEGUN_RETRY_S, words);
    return false;
}

struct cdi_view_reader *cdi_asking_view(struct cdi_asking *asking, struct cdi_feed_standing *feed, struct cdi_view_stamp *stamp)
{
    char words[CDI_ERROR_TEXT_SIZE + 200];
    struct cdi_error err = { 0 };
    if (asking->routes->view == NULL || !asking->routes->follow(asking->routes->context, feed)) {
        refuse_view(asking, VIEW_OFF_RETRY_S, "no list is kept here: view.file in the configuration says where one would be");
        return NULL;
    }
    if (!is_whole(asking, feed))
        return NULL;
    struct cdi_view_reader *reader = cdi_view_access_reader(asking->routes->view, stamp, &err);
    if (err.code == CDI_ERROR_CORRUPT)
        asking->routes->doubt(asking->routes->context);
    if (reader == NULL) {
        snprintf(words, sizeof words, "the list cannot be read at the moment: %s", err.text);
        cdi_refuse_for_now(asking, words);
    }
    return reader;
}

/* Another thread may have begun the view anew while it was read. */
static void look_again(struct cdi_asking *asking)
{
    struct cdi_feed_standing feed;
    if (asking->response->status < 500 && asking->routes->view != NULL && asking->routes->follow(asking->routes->context, &feed))
        (void)is_whole(asking, &feed);
}

bool cdi_asking_has(struct cdi_asking *asking, const char *tag)
{
    struct cdi_response *response = asking->response;
    snprintf(response->tag, sizeof response->tag, "%s", tag);
    if (!cdi_request_has_tag(asking->request->if_none_match, tag))
        return false;
    response->status = 304;
    return true;
}

/* ---- all of it ---- */

static void answer(struct cdi_asking *asking)
{
    size_t i = 0;
    if (!from_here(asking))
        return;
    if (strlen(asking->request->path) > CDI_REQUEST_PATH_MOST) {
        cdi_refuse(asking, 414, "too_long", NULL, "no path here is as long as this one");
        return;
    }
    while (i < ROUTE_COUNT && !fits(&routes_known[i], asking->request->path, &asking->id))
        i++;
    if (i == ROUTE_COUNT) {
        not_found(asking);
        return;
    }
    asking->form = routes_known[i].form;
    if (!allowed(asking, &routes_known[i]))
        return;
    routes_known[i].answer(asking);
    if (routes_known[i].list && asking->response->status != 400)
        look_again(asking);
}

void cdi_routes_answer(const struct cdi_routes *routes, const struct cdi_request *request, struct cdi_response *response)
{
    struct cdi_asking asking = { .routes = routes, .request = request, .response = response, .form = form_of(request->path) };
    *response = (struct cdi_response){ .status = 200, .type = PLAIN };
    *cdi_meter_at(routes->meters, CDI_METER_OF_HTTP_REQUESTS, 0, 0) += 1;
    answer(&asking);
    if (!response->body.failed)
        return;
    cdi_body_free(&response->body);
    *response = (struct cdi_response){ .status = 503, .type = PLAIN };
}
