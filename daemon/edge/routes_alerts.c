/* For programs: the documents, byte for byte as they were published. */
#include <stdio.h>
#include <string.h>

#include "codec/document.h"
#include "edge/group_query.h"
#include "edge/routes_inside.h"

#define SEED UINT64_C(0x9E3779B97F4A7C15)
enum { ANSWER_BYTES = 4 * 1024 * 1024 };        /* of a list; of usual documents as many as there may be fit */

/* ---- a list ---- */

/* Which query of which view at which point of its life: the same tag, the same bytes. */
static void tag_of(const struct cdi_request *request, const struct cdi_view_stamp *stamp, char out[CDI_TAG_SIZE])
{
    uint64_t hash = SEED;
    for (size_t i = 0; i < request->parameter_count; i++)
        hash = cdi_text_hash(request->parameters[i].value, cdi_text_hash(request->parameters[i].name, hash));
    snprintf(out, CDI_TAG_SIZE, "\"%llx-%llx-%llx\"", (unsigned long long)stamp->view, (unsigned long long)stamp->changes,
             (unsigned long long)hash);
}

static bool take(void *context, struct cdi_text document)
{
    struct cdi_body *body = context;
    if (body->at[body->size - 1] != '[')
        cdi_body_add(body, ",", 1);
    cdi_body_add(body, document.at, document.size);
    return !body->failed;
}

/* An answer waits in memory for whoever reads slowly: a long one ends early, and its cursor goes on.  The first document always fits. */
static bool take_some(void *context, struct cdi_text document)
{
    return take(context, document) && ((struct cdi_body *)context)->size < ANSWER_BYTES;
}

static void refuse_watch(struct cdi_asking *asking, const struct cdi_tables *tables)
{
    struct cdi_body words = { 0 };
    cdi_query_watch_words(&words, tables);
    if (words.failed)
        cdi_refuse_for_now(asking, "no memory for an answer");
    else
        cdi_refuse(asking, 400, "bad_parameter", "watch", words.at);
    cdi_body_free(&words);
}

/* With a cursor it was no mistake. */
static bool watch_is_known(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_alert_query *query)
{
    const struct cdi_tables *tables = asking->routes->tables(asking->routes->context);
    struct cdi_error err = { 0 };
    if (cdi_text_said(query->after) || cdi_query_watch(reader, tables, query->filter.watch, &err))
        return true;
    if (err.code != CDI_ERROR_NONE)
        cdi_refuse_query(asking, &err);
    else
        refuse_watch(asking, tables);
    return false;
}

/* Whether nothing is wrong there, or nobody knows of that place. */
static void end_empty(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_alert_query *query)
{
    struct cdi_error err = { 0 };
    const char *unheld = cdi_query_unheld(reader, &query->filter, &err);
    if (err.code != CDI_ERROR_NONE)
        cdi_refuse_query(asking, &err);
    else
        cdi_body_say(&asking->response->body, unheld == NULL ? "],\"next\":null}\n" : "],\"next\":null,\"none_held_of\":\"%s\"}\n", unheld);
}

static void list(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_alert_query *query)
{
    char next[CDI_VIEW_CURSOR_SIZE] = "";
    struct cdi_error err = { 0 };
    struct cdi_body *body = &asking->response->body;
    if (!watch_is_known(asking, reader, query))
        return;
    cdi_body_say(body, "{\"alerts\":[");
    if (body->failed)
        return;
    if (!cdi_view_list(reader, &query->filter, query->after.at, query->limit, take_some, body, next, &err)) {
        cdi_refuse_query(asking, &err);
        return;
    }
    if (body->at[body->size - 1] == '[' && !cdi_text_said(query->after)) {
        end_empty(asking, reader, query);
        return;
    }
    cdi_body_say(body, next[0] == '\0' ? "],\"next\":null}\n" : "],\"next\":\"%s\"}\n", next);
}

/* ---- by its id ---- */

/* What is found by an id's first digits could also be a log whose reference looks so. */
struct finding { struct cdi_asking *asking; struct cdi_text wanted; size_t count; bool whole; };

static struct cdi_text id_of(struct cdi_asking *asking, struct cdi_text document)
{
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (!cdi_json_read(cdi_view_access_json(asking->routes->view), document.at, document.size, &nodes, &err))
        return CDI_TEXT_NONE;
    return cdi_member_text((struct cdi_value){ nodes, nodes }, "alert");
}

static bool take_found(void *context, struct cdi_text document)
{
    struct finding *finding = context;
    struct cdi_body *body = &finding->asking->response->body;
    struct cdi_text id = id_of(finding->asking, document);
    if (id.size < finding->wanted.size || memcmp(id.at, finding->wanted.at, finding->wanted.size) != 0)
        return true;
    finding->count++;
    if (finding->whole)
        cdi_body_add(body, document.at, document.size);
    else
        take(body, document);
    return !body->failed;
}

static void list_by_digits(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_alert_query *query)
{
    size_t found;
    struct cdi_error err = { 0 };
    struct finding finding = { .asking = asking, .wanted = query->alert };
    cdi_body_say(&asking->response->body, "{\"alerts\":[");
    if (asking->response->body.failed)
        return;
    if (!cdi_view_find(reader, query->alert, CDI_VIEW_LIMIT_MOST, take_found, &finding, &found, &err))
        cdi_refuse_query(asking, &err);
    else if (found > CDI_VIEW_LIMIT_MOST)
        cdi_refuse(asking, 400, "bad_parameter", "alert", "too many begin so: say more digits");
    else
        cdi_body_say(&asking->response->body, "],\"next\":null}\n");
}

static void refuse_parameter(struct cdi_asking *asking, const struct cdi_error *err)
{
    cdi_refuse(asking, 400, "bad_parameter", err->where[0] == '\0' ? NULL : err->where, err->text);
}

/* The view, for a list that whoever asks may keep; NULL: it is answered already, by why not, or because he has it. */
static struct cdi_view_reader *open_list(struct cdi_asking *asking)
{
    struct cdi_feed_standing feed;
    struct cdi_view_stamp stamp;
    char tag[CDI_TAG_SIZE];
    struct cdi_view_reader *reader = cdi_asking_view(asking, &feed, &stamp);
    if (reader == NULL)
        return NULL;
    asking->response->type = "application/json";
    asking->response->keep = CDI_KEEP_PRIVATE;
    tag_of(asking->request, &stamp, tag);
    return cdi_asking_has(asking, tag) ? NULL : reader;
}

void cdi_answer_alerts(struct cdi_asking *asking)
{
    struct cdi_alert_query query;
    struct cdi_error err = { 0 };
    if (!cdi_alert_query_read(&query, asking->request, CDI_QUERY_OF_API, &err)) {
        refuse_parameter(asking, &err);
        return;
    }
    struct cdi_view_reader *reader = open_list(asking);
    if (reader == NULL)
        return;
    if (cdi_text_said(query.alert))
        list_by_digits(asking, reader, &query);
    else
        list(asking, reader, &query);
}

/* ---- tallies and digests ---- */

/* `name`: the list's in the answer. */
static void answer_groups(struct cdi_asking *asking, enum cdi_group_query_of of, const char *name)
{
    struct cdi_group_query query;
    char next[CDI_VIEW_DIGEST_CURSOR_SIZE];
    struct cdi_error err = { 0 };
    struct cdi_body *body = &asking->response->body;
    if (!cdi_group_query_read(&query, asking->request, of, &err)) {
        refuse_parameter(asking, &err);
        return;
    }
    struct cdi_view_reader *reader = open_list(asking);
    if (reader == NULL)
        return;
    cdi_body_say(body, "{\"%s\":[", name);
    if (body->failed)
        return;
    if (of == CDI_QUERY_OF_TALLIES ? cdi_view_tallies(reader, &query.tallies, query.after.at, query.limit, take_some, body, next, &err)
                                   : cdi_view_digests(reader, &query.digests, query.after.at, query.limit, take_some, body, next, &err))
        cdi_body_say(body, next[0] == '\0' ? "],\"next\":null}\n" : "],\"next\":\"%s\"}\n", next);
    else
        cdi_refuse_query(asking, &err);
}

void cdi_answer_tallies(struct cdi_asking *asking) { answer_groups(asking, CDI_QUERY_OF_TALLIES, "tallies"); }
void cdi_answer_digests(struct cdi_asking *asking) { answer_groups(asking, CDI_QUERY_OF_DIGESTS, "digests"); }

/* ---- one ---- */

void cdi_answer_alert(struct cdi_asking *asking)
{
    struct cdi_feed_standing feed;
    struct cdi_view_stamp stamp;
    char tag[CDI_TAG_SIZE];
    size_t found;
    struct cdi_error err = { 0 };
    struct finding finding = { .asking = asking, .wanted = asking->id, .whole = true };
    if (!cdi_alert_id_is_whole(asking->id)) {
        cdi_refuse(asking, 400, "bad_request", NULL, "an alert's id is 32 digits, 0-9 and a-f; /api/v1/alerts?alert= takes the first of them");
        return;
    }
    struct cdi_view_reader *reader = cdi_asking_view(asking, &feed, &stamp);
    if (reader == NULL)
        return;
    if (!cdi_view_find(reader, asking->id, 2, take_found, &finding, &found, &err)) {
        cdi_refuse_query(asking, &err);
        return;
    }
    if (finding.count == 0) {
        cdi_refuse(asking, 404, "not_found", NULL, "no alert has this id now: it may have been dropped after it settled");
        return;
    }
    struct cdi_body *body = &asking->response->body;
    asking->response->type = "application/json";
    asking->response->keep = CDI_KEEP_PRIVATE;
    snprintf(tag, sizeof tag, "\"%llx\"", (unsigned long long)cdi_text_hash((struct cdi_text){ body->at, body->size }, SEED));
    if (cdi_asking_has(asking, tag))
        cdi_body_free(body);
}
