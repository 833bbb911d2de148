/* A view made by its own writer, of documents that a test makes up; and what it takes to ask the routes about it without a socket. */
#ifndef CDI_TESTS_SMALL_VIEW_H
#define CDI_TESTS_SMALL_VIEW_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../bench/embedded_rules.h"
#include "edge/routes.h"
#include "edge/view_apply.h"

#define SMALL_NOW INT64_C(1793836800000)        /* 2026-11-05T00:00:00Z */

struct small_view { char folder[32], path[48]; struct cdi_view *view; int64_t offset; };

static inline void small_fail(const char *what, const struct cdi_error *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    abort();
}

static inline void small_view_open(struct small_view *small)
{
    struct cdi_error err = { 0 };
    bool made;
    *small = (struct small_view){ .folder = "/tmp/cdiwatch-view-XXXXXX" };
    if (mkdtemp(small->folder) == NULL)
        abort();
    snprintf(small->path, sizeof small->path, "%s/view", small->folder);
    small->view = cdi_view_open(small->path, "cdi.alerts", 1, &err);
    if (small->view == NULL || !cdi_view_begin(small->view, &made, &err))
        small_fail("view", &err);
}

static inline void small_view_close(struct small_view *small)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal", ".lock", "-lock" };
    char path[64];
    cdi_view_close(small->view);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s%s", small->path, ends[i]);
        unlink(path);
    }
    if (rmdir(small->folder) != 0)
        perror(small->folder);
}

static inline void small_view_apply(struct small_view *small, const char *key, struct cdi_text value)
{
    struct cdi_error err = { 0 };
    const struct cdi_message message = { .offset = small->offset++, .broker_time = { SMALL_NOW }, .key = cdi_text_of(key), .value = value };
    if (cdi_view_apply(small->view, &message, &err) != CDI_VIEW_TAKEN)
        small_fail(key, &err);
}

static inline void small_view_commit(struct small_view *small)
{
    struct cdi_error err = { 0 };
    if (!cdi_view_commit(small->view, &err))
        small_fail("commit", &err);
}

/* `key` is FORCE/ALERT, FORCE/feed/NAME, FORCE/tally/AREA/DAY or FORCE/digest/STAGE/AREA, `data` the document. */
static inline void small_view_put(struct small_view *small, const char *key, const char *data)
{
    size_t room = strlen(data) + 100;
    char *value = malloc(room);
    if (value == NULL)
        abort();
    int size = snprintf(value, room, "{\"type\":\"cdiwatch.%s.v1\",\"data\":%s}", strstr(key, "/feed/") != NULL ? "feed" :
                        strstr(key, "/tally/") != NULL ? "tally" : strstr(key, "/digest/") != NULL ? "digest" : "alert", data);
    small_view_apply(small, key, (struct cdi_text){ value, (size_t)size });
    free(value);
}

/* Of a report that is made up; what is NULL has an ordinary value. */
struct small_report {
    unsigned number;                            /* its id is made from it, and its reference is D-NUMBER */
    int version;
    const char *force, *bcu, *beat, *state, *stage, *risk, *owner, *notes, *lifecycle, *marks, *incident, *watches;
    int64_t due_in_ms;                          /* after SMALL_NOW */
};

static inline void small_id(unsigned number, char out[33])
{
    snprintf(out, 33, "%08x%024x", number * 2654435761u, number);
}

static inline const char *small_or(const char *said, const char *ordinary) { return said != NULL ? said : ordinary; }

static inline void small_document(const struct small_report *report, char *out, size_t room)
{
    char id[33], due[CDI_INSTANT_TEXT_SIZE], received[CDI_INSTANT_TEXT_SIZE], incident[32], owner[80] = "null";
    const struct cdi_instant due_at = { SMALL_NOW + report->due_in_ms }, received_at = { due_at.ms - INT64_C(86400000) };
    small_id(report->number, id);
    snprintf(incident, sizeof incident, "D-%u", report->number);
    cdi_instant_format(due_at, due);
    cdi_instant_format(received_at, received);
    if (report->owner != NULL)
        snprintf(owner, sizeof owner, "\"%s\"", report->owner);
    int size = snprintf(out, room,
        "{\"alert\":\"%s\",\"version\":%d,\"force\":\"%s\",\"incident\":\"%s\",\"report\":0,\"area\":{\"bcu\":\"%s\",\"beat\":\"%s\"},\"unit\":\"CR-3\","
        "\"opened_as\":\"PSW-DOM\",\"classified_as\":null,\"closed_as\":null,\"channel\":\"999\",\"caller_role\":\"victim\",\"state\":\"%s\","
        "\"stage\":\"%s\",\"lifecycle\":\"%s\",\"marks\":[%s],\"watches\":[%s],\"risk\":\"%s\",\"received_at\":\"%s\",\"same_day_at\":\"%s\","
        "\"due_at\":\"%s\",\"next_stage_at\":null,\"detected_late_by_s\":0,\"overdue_days\":0,\"likely\":[{\"class\":\"8N\",\"category\":\"VAP\","
        "\"p\":0.930,\"victim\":\"00112233445566aa\",\"evidence\":[{\"rule\":\"opened:PSW-DOM\",\"weight\":0.8},{\"rule\":\"phrase:hit\",\"entry\":4,"
        "\"weight\":4.1,\"negated\":false}]}],\"due\":1,\"recorded\":0,\"linked\":[],\"alternatives\":[],\"disposal\":null,\"owner\":%s,"
        "\"acknowledged_until\":null,\"escalation\":0,\"notes\":[%s],\"history\":[{\"at\":\"%s\",\"what\":\"notice\"}],\"published\":[]}",
        id, report->version > 0 ? report->version : 1, small_or(report->force, "dpp"), small_or(report->incident, incident),
        small_or(report->bcu, "North"), small_or(report->beat, "N4"), small_or(report->state, "open"), small_or(report->stage, "warning"),
        small_or(report->lifecycle, "new"), small_or(report->marks, ""), small_or(report->watches, ""), small_or(report->risk, "da_violence"), received, due, due, owner,
        small_or(report->notes, ""), due);
    if (size < 0 || (size_t)size >= room)
        abort();
}

static inline void small_view_report(struct small_view *small, const struct small_report *report)
{
    char id[33], key[64], document[4096];
    small_id(report->number, id);
    snprintf(key, sizeof key, "%s/%s", small_or(report->force, "dpp"), id);
    small_document(report, document, sizeof document);
    small_view_put(small, key, document);
}

static inline void small_view_drop(struct small_view *small, unsigned number)
{
    char id[33], key[64];
    small_id(number, id);
    snprintf(key, sizeof key, "dpp/%s", id);
    small_view_apply(small, key, CDI_TEXT_NONE);
}

/* ---- asking ---- */

/* What the routes are told of the daemon: `standing` without its shards, of which there is one that judges up to ten seconds ago. */
struct small_desk {
    struct small_view small;
    struct cdi_meters meters;
    struct cdi_config config;
    struct cdi_rulebook *rules;
    struct cdi_feed_standing feed;
    struct cdi_standing standing;
    struct cdi_pump_shard shard;
    bool off;
    int whole_for;                              /* so many times it is said to be whole, then no longer; 0: always */
    int doubts;
    struct cdi_routes routes;
    struct cdi_response response;
};

static inline void small_look(void *context, struct cdi_standing *out)
{
    struct small_desk *desk = context;
    *out = desk->standing;
    out->shards = malloc(sizeof desk->shard);
    if (out->shards == NULL)
        abort();
    *out->shards = desk->shard;
    out->shard_count = 1;
}

static inline bool small_follow(void *context, struct cdi_feed_standing *feed)
{
    struct small_desk *desk = context;
    *feed = desk->feed;
    if (desk->whole_for > 0 && --desk->whole_for == 0)
        desk->feed.level_at = CDI_INSTANT_NONE;
    return !desk->off;
}

static inline void small_doubt(void *context) { ((struct small_desk *)context)->doubts++; }

static inline const struct cdi_tables *small_tables(void *context) { return &((struct small_desk *)context)->rules->tables; }

/* All in order, and nothing in the view. */
static inline void small_desk_open(struct small_desk *desk)
{
    memset(desk, 0, sizeof *desk);
    small_view_open(&desk->small);
    desk->rules = embedded_rules();
    desk->config = (struct cdi_config){ .instance = CDI_TEXT("a"), .group = CDI_TEXT("g"), .memory = 64 << 20 };
    desk->feed = (struct cdi_feed_standing){ .level = true, .level_at = { SMALL_NOW - 2000 } };
    desk->shard = (struct cdi_pump_shard){ .restored = true, .status = { .judge_time = { SMALL_NOW - 10000 }, .ready = true } };
    desk->standing = (struct cdi_standing){
        .now = { SMALL_NOW }, .started_at = { SMALL_NOW - 60000 }, .config = &desk->config, .tables = &desk->rules->tables, .session = true, .level_within = CDI_LEVEL_WITHIN,
        .pump = { .phase = CDI_PUMP_RUNNING, .shards = 1, .clock_trusted = true, .ready = true },
    };
    desk->routes = (struct cdi_routes){ .meters = &desk->meters, .look = small_look, .follow = small_follow, .doubt = small_doubt, .tables = small_tables,
                                        .context = desk, .view = cdi_view_access_create(desk->small.path), .here = true };
}

static inline void small_desk_close(struct small_desk *desk)
{
    cdi_body_free(&desk->response.body);
    cdi_view_access_destroy((struct cdi_view_access *)desk->routes.view);
    cdi_rulebook_destroy(desk->rules);
    small_view_close(&desk->small);
}

/* The parameters of "/path?a=b&c", in place, as libmicrohttpd gives them. */
static inline size_t small_parameters(char *query, struct cdi_parameter *parameters)
{
    size_t count = 0;
    for (char *at = query, *next; at != NULL; at = next) {
        next = strchr(at, '&');
        if (next != NULL)
            *next++ = '\0';
        char *equals = strchr(at, '=');
        if (equals != NULL)
            *equals = '\0';
        if (count < CDI_REQUEST_PARAMETERS_MOST)
            parameters[count] = (struct cdi_parameter){ cdi_text_of(at), equals != NULL ? cdi_text_of(equals + 1) : CDI_TEXT_NONE };
        count++;
    }
    return count;
}

/* The body; its answer is in desk->response. */
static inline const char *small_ask_as(struct small_desk *desk, const char *url, struct cdi_request request)
{
    char *copy = strdup(url), *query = copy == NULL ? NULL : strchr(copy, '?');
    struct cdi_parameter parameters[CDI_REQUEST_PARAMETERS_MOST];
    if (copy == NULL)
        abort();
    if (query != NULL)
        *query++ = '\0';
    request.path = copy;
    request.parameters = parameters;
    request.parameter_count = query == NULL ? 0 : small_parameters(query, parameters);
    if (request.method == NULL)
        request.method = "GET";
    cdi_body_free(&desk->response.body);
    cdi_routes_answer(&desk->routes, &request, &desk->response);
    free(copy);
    return desk->response.body.at == NULL ? "" : desk->response.body.at;
}

static inline const char *small_ask(struct small_desk *desk, const char *url) { return small_ask_as(desk, url, (struct cdi_request){ .body = false }); }

/* Whether it is answered with that status and with these words among others; if not, what came is said. */
static inline bool small_answers(struct small_desk *desk, const char *url, int status, const char *words)
{
    const char *body = small_ask(desk, url);
    if (desk->response.status == status && strstr(body, words) != NULL)
        return true;
    fprintf(stderr, "%s: %d %.400s\n", url, desk->response.status, body);
    return false;
}

#endif
