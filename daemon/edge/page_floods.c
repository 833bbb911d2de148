/* At the head of the list: where reports reached a stage in great number at once (core/flood.h). */
#include <string.h>

#include "codec/document.h"
#include "codec/harmless.h"
#include "codec/percent.h"
#include "codec/time_words.h"
#include "codec/words.h"
#include "edge/pages.h"

enum { LINES = 5, CLOCK_SIZE = 5 };             /* "21:14" ends a time in words */

struct floods { struct cdi_asking *asking; size_t count; };

/* "Wed 4 Nov 2026 02:00 to 03:00": of the end only what differs. */
static void put_span(struct cdi_body *body, struct cdi_instant from, struct cdi_instant until)
{
    char begin[CDI_TIME_TEXT_SIZE], end[CDI_TIME_TEXT_SIZE], stamp[CDI_INSTANT_TEXT_SIZE];
    cdi_frame_time(body, from);
    if (strcmp(cdi_time_text(from, begin), cdi_time_text(until, end)) == 0)
        return;
    size_t day = strlen(end) - CLOCK_SIZE;
    bool same_day = strlen(begin) == strlen(end) && strncmp(begin, end, day) == 0;
    cdi_instant_format(until, stamp);
    cdi_body_say(body, "%s<time datetime=\"%s\">%s</time>", cdi_instant_said(from) ? " to " : "", stamp, same_day ? end + day : end);
}

static void put_link(struct cdi_body *body, struct cdi_text force, struct cdi_text area)
{
    cdi_mark(body, "<a href=\"/?force=");
    cdi_percent_add(body, force);
    if (area.size > 0) {
        cdi_mark(body, "&amp;bcu=");
        cdi_percent_add(body, area);
    }
    cdi_mark(body, "\">");
}

static bool put_flood(void *context, struct cdi_text text)
{
    struct floods *floods = context;
    struct cdi_body *body = &floods->asking->response->body;
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (!cdi_json_read(cdi_view_access_json(floods->asking->routes->view), text.at, text.size, &nodes, &err))
        return true;
    struct cdi_value digest = { nodes, nodes };
    struct cdi_text force = cdi_member_text(digest, "force"), area = cdi_member_text(digest, "area");
    cdi_mark(body, floods->count++ == 0 ? "<section class=\"floods\" aria-label=\"Many at once\">\n<p>" : "<p>");
    put_span(body, cdi_member_instant(digest, "from"), cdi_member_instant(digest, "until"));
    cdi_mark(body, ": ");
    put_link(body, force, area);
    cdi_body_say(body, "%lld reports in ", (long long)cdi_value_integer(cdi_value_member(digest, "reports")));
    cdi_html_add(body, force);
    if (area.size > 0) {
        cdi_mark(body, ", ");
        cdi_html_add(body, area);
    } else {
        cdi_mark(body, " that name no area");
    }
    cdi_mark(body, "</a> ");
    cdi_html_add(body, cdi_words_flood(cdi_member_text(digest, "stage")));
    cdi_mark(body, ".</p>\n");
    return !body->failed;
}

bool cdi_page_floods(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_view_filter *filter, struct cdi_instant now,
                     struct cdi_error *err)
{
    char next[CDI_VIEW_DIGEST_CURSOR_SIZE];
    struct floods floods = { .asking = asking };
    const struct cdi_view_digest_filter wanted = { .force = filter->force, .area = filter->bcu,
                                                   .since = cdi_instant_after(now, CDI_DAYS(-1)) };
    if (!cdi_view_digests(reader, &wanted, NULL, LINES, put_flood, &floods, next, err))
        return false;
    if (next[0] != '\0')
        cdi_mark(&asking->response->body, "<p>There were more of them: the newest are shown, and the list of each force has its own.</p>\n");
    if (floods.count > 0)
        cdi_mark(&asking->response->body, "</section>\n");
    return true;
}
