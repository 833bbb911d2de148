#include "edge/routes.h"

#include <string.h>

#define PLAIN "text/plain; charset=utf-8"

static void refuse(struct cdi_response *response, int status, const char *words)
{
    response->status = status;
    response->type = PLAIN;
    cdi_body_say(&response->body, "%s\n", words);
}

/* ---- routes ---- */

static void answer_live(const struct cdi_standing *standing, struct cdi_meters *meters, struct cdi_response *response)
{
    (void)meters;
    if (cdi_standing_live(standing))
        refuse(response, 200, "live");
    else
        refuse(response, 503, "a transaction hangs");
}

static void say_reason(void *context, enum cdi_unready why, const char *words)
{
    cdi_body_say(context, "%s: %s\n", cdi_unready_word(why), words);
}

static void answer_ready(const struct cdi_standing *standing, struct cdi_meters *meters, struct cdi_response *response)
{
    (void)meters;
    if (cdi_standing_ready(standing, say_reason, &response->body))
        refuse(response, 200, "ready");
    else
        response->status = 503;
}

static void answer_metrics(const struct cdi_standing *standing, struct cdi_meters *meters, struct cdi_response *response)
{
    response->type = "text/plain; version=0.0.4; charset=utf-8";
    cdi_standing_measure(standing, meters);
    cdi_meters_write(meters, &response->body);
}

static void answer_status(const struct cdi_standing *standing, struct cdi_meters *meters, struct cdi_response *response)
{
    (void)meters;
    response->type = "application/json";
    response->body.failed |= !cdi_standing_json(standing, &response->body);
}

static const struct {
    const char *path;
    void (*answer)(const struct cdi_standing *standing, struct cdi_meters *meters, struct cdi_response *response);
} routes_known[] = {
    { "/api/v1/status", answer_status }, { "/livez", answer_live }, { "/metrics", answer_metrics }, { "/readyz", answer_ready },
};
enum { ROUTE_COUNT = sizeof routes_known / sizeof routes_known[0] };

const char *cdi_routes_path(size_t i) { return i < ROUTE_COUNT ? routes_known[i].path : NULL; }

/* ---- what comes before them ---- */

static void not_found(struct cdi_response *response)
{
    refuse(response, 404, "there is nothing here; there are:");
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        cdi_body_say(&response->body, "%s\n", routes_known[i].path);
}

static bool allowed(const struct cdi_request *request, struct cdi_response *response)
{
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        response->allow = true;
        refuse(response, 405, "only " CDI_ROUTES_METHODS);
    } else if (request->body) {
        refuse(response, 400, "a request here has no body");
    } else if (request->query) {
        refuse(response, 400, "this takes no parameters: leave out the ? and what follows");
    } else {
        return true;
    }
    return false;
}

static void answer(const struct cdi_routes *routes, const struct cdi_request *request, struct cdi_response *response)
{
    size_t i = 0;
    while (i < ROUTE_COUNT && strcmp(routes_known[i].path, request->path) != 0)
        i++;
    if (i == ROUTE_COUNT) {
        not_found(response);
        return;
    }
    if (!allowed(request, response))
        return;
    struct cdi_standing standing = { .session = false };
    routes->look(routes->context, &standing);
    routes_known[i].answer(&standing, routes->meters, response);
    cdi_standing_free(&standing);
}

void cdi_routes_answer(const struct cdi_routes *routes, const struct cdi_request *request, struct cdi_response *response)
{
    *response = (struct cdi_response){ .status = 200, .type = PLAIN };
    *cdi_meter_at(routes->meters, CDI_METER_OF_HTTP_REQUESTS, 0, 0) += 1;
    answer(routes, request, response);
    if (!response->body.failed)
        return;
    cdi_body_free(&response->body);
    response->status = 503;
    response->type = PLAIN;
}
