/* Floor: edge.  What the routes' own files share: a request on its way to its answer.  For routes*.c and page_*.c. */
#ifndef CDI_EDGE_ROUTES_INSIDE_H
#define CDI_EDGE_ROUTES_INSIDE_H

#include "edge/alert_query.h"
#include "edge/routes.h"

/* In which form somebody who asks for this path expects an answer, an error too. */
enum cdi_form { CDI_FORM_TEXT, CDI_FORM_JSON, CDI_FORM_PAGE };

struct cdi_asking {
    const struct cdi_routes *routes;
    const struct cdi_request *request;
    struct cdi_response *response;
    enum cdi_form form;
    struct cdi_text id;                         /* what stands for ID in the path */
};

/* Refuses in the asking's form.  `code` is for machines; `parameter` may be NULL; `words` say what is wrong and what to do.  Replaces what
 * was said before. */
void cdi_refuse(struct cdi_asking *asking, int status, const char *code, const char *parameter, const char *words);
void cdi_refuse_for_now(struct cdi_asking *asking, const char *words);              /* 503, and when to ask again */
void cdi_refuse_query(struct cdi_asking *asking, const struct cdi_error *err);       /* what cdi_view_list() and its like said */
void cdi_refuse_page(struct cdi_asking *asking, const char *words);     /* page_frame.c: the form for people */

/* The view, if it can be read and is whole; else NULL, and it has been refused. */
struct cdi_view_reader *cdi_asking_view(struct cdi_asking *asking, struct cdi_feed_standing *feed, struct cdi_view_stamp *stamp);

/* Sets the tag of what is answered; true: the other side has just this, and need not be told again. */
bool cdi_asking_has(struct cdi_asking *asking, const char *tag);

/* ---- answers ---- */

void cdi_answer_live(struct cdi_asking *asking);
void cdi_answer_ready(struct cdi_asking *asking);
void cdi_answer_metrics(struct cdi_asking *asking);
void cdi_answer_status(struct cdi_asking *asking);
void cdi_answer_alerts(struct cdi_asking *asking);
void cdi_answer_alert(struct cdi_asking *asking);
void cdi_answer_tallies(struct cdi_asking *asking);
void cdi_answer_digests(struct cdi_asking *asking);
void cdi_answer_list_page(struct cdi_asking *asking);
void cdi_answer_alert_page(struct cdi_asking *asking);
void cdi_answer_style(struct cdi_asking *asking);
void cdi_answer_icon(struct cdi_asking *asking);

#endif
