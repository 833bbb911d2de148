/* One report for people: what explain says of it, and what staff noted. */
#include <stdio.h>

#include "codec/document.h"
#include "codec/explain.h"
#include "codec/harmless.h"
#include "codec/summary.h"
#include "edge/pages.h"

enum { REPORTS_MOST = 64 };                     /* of one log that are looked at beside the one that is shown */

static void put_summary(struct cdi_body *body, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now)
{
    static const enum cdi_summary_part parts[] = { CDI_SUMMARY_TIME, CDI_SUMMARY_STATE, CDI_SUMMARY_CRIMES };
    struct cdi_summary summary = { .words = { .at = NULL } };
    cdi_summary_make(&summary, tables, document, now);
    cdi_mark(body, "<h1>");
    cdi_html_add(body, cdi_summary_text(&summary, CDI_SUMMARY_REFERENCE));
    cdi_mark(body, "</h1>\n<p class=\"summary\">");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        cdi_mark(body, i > 0 ? " &middot; " : "");
        cdi_html_add(body, cdi_summary_text(&summary, parts[i]));
    }
    cdi_mark(body, "</p>\n");
    body->failed |= summary.words.failed;
    cdi_body_free(&summary.words);
}

static bool keep(void *context, struct cdi_text document)
{
    cdi_body_add(context, document.at, document.size);
    return false;
}

struct looking { struct cdi_json *json; const struct cdi_tables *tables; struct cdi_explain_beside beside; };

static bool look(void *context, struct cdi_text document)
{
    struct looking *looking = context;
    const struct cdi_json_node *nodes;
    if (cdi_json_read(looking->json, document.at, document.size, &nodes, NULL))
        cdi_explain_beside_take(&looking->beside, looking->tables, (struct cdi_value){ nodes, nodes });
    return true;
}

/* Reads the document, and before that what the other reports of its log tell. */
static bool read_both(struct cdi_view_reader *reader, const struct cdi_body *text, struct looking *looking, struct cdi_value *document,
                      struct cdi_error *err)
{
    const struct cdi_json_node *nodes;
    size_t found;
    if (!cdi_json_read(looking->json, text->at, text->size, &nodes, err))
        return false;
    cdi_explain_beside_begin(&looking->beside, (struct cdi_value){ nodes, nodes });
    bool named = looking->beside.incident[0] != '\0';
    if ((named && !cdi_view_find(reader, cdi_text_of(looking->beside.incident), REPORTS_MOST, look, looking, &found, err)) ||
        !cdi_json_read(looking->json, text->at, text->size, &nodes, err))
        return false;
    *document = (struct cdi_value){ nodes, nodes };
    return true;
}

static void show(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_feed_standing *feed, const struct cdi_body *text)
{
    struct cdi_body *body = &asking->response->body;
    const struct cdi_tables *tables = asking->routes->tables(asking->routes->context);
    struct looking looking = { .json = cdi_view_access_json(asking->routes->view), .tables = tables };
    struct cdi_value document;
    struct cdi_instant now;
    struct cdi_error err = { 0 };
    cdi_frame_open(asking, CDI_TEXT("One report"));
    cdi_frame_signals(asking, reader, feed, &now);
    if (!read_both(reader, text, &looking, &document, &err)) {
        cdi_refuse_for_now(asking, "this report's document cannot be read");
        return;
    }
    put_summary(body, tables, document, now);
    cdi_mark(body, "<article>\n");
    cdi_explain_html(body, tables, document, &looking.beside, now);
    cdi_mark(body, "</article>\n<p><a href=\"/\">All reports that wait for an answer</a></p>\n");
    cdi_frame_close(asking);
}

void cdi_answer_alert_page(struct cdi_asking *asking)
{
    struct cdi_feed_standing feed;
    struct cdi_view_stamp stamp;
    size_t found;
    struct cdi_error err = { 0 };
    struct cdi_body document = { .at = NULL };
    if (!cdi_alert_id_is_whole(asking->id)) {
        cdi_refuse(asking, 404, "not_found", NULL, "an alert's page has its id in its address: 32 digits, 0-9 and a-f");
        return;
    }
    struct cdi_view_reader *reader = cdi_asking_view(asking, &feed, &stamp);
    if (reader == NULL)
        return;
    if (!cdi_view_find(reader, asking->id, 1, keep, &document, &found, &err))
        cdi_refuse_query(asking, &err);
    else if (document.size > 0)
        show(asking, reader, &feed, &document);
    else if (document.failed)
        asking->response->body.failed = true;
    else
        cdi_refuse(asking, 404, "not_found", NULL, "no alert has this id now: it may have been dropped after it settled");
    cdi_body_free(&document);
}
