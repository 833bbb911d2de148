#include <stdio.h>
#include <string.h>

#include "codec/document.h"
#include "codec/harmless.h"
#include "codec/page.h"
#include "codec/time_words.h"
#include "edge/pages.h"

/* ---- the frame ---- */

void cdi_frame_open(struct cdi_asking *asking, struct cdi_text title)
{
    struct cdi_body *body = &asking->response->body;
    asking->response->type = "text/html; charset=utf-8";
    asking->response->page = true;
    cdi_mark(body, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<title>");
    cdi_html_add(body, title);
    cdi_mark(body, " - cdiwatch</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
                  "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
                  "<header><a class=\"home\" href=\"/\">cdiwatch</a> <span>reports of crime that nobody has recorded yet</span></header>\n"
                  "<main id=\"main\">\n");
}

void cdi_frame_close(struct cdi_asking *asking)
{
    cdi_mark(&asking->response->body, "</main>\n<footer>Times are local (Europe/London). The tool times and evidences; people decide. "
                  "Nothing here names a person.</footer>\n</body>\n</html>\n");
}

void cdi_refuse_page(struct cdi_asking *asking, const char *words)
{
    struct cdi_body *body = &asking->response->body;
    const char *heading = asking->response->status == 404 ? "Not found"
                          : asking->response->status == 503 ? "Not available at the moment" : "This cannot be answered";
    cdi_frame_open(asking, cdi_text_of(heading));
    cdi_body_say(body, "<h1>%s</h1>\n<p>", heading);
    cdi_html_add(body, cdi_text_of(words));
    cdi_mark(body, ".</p>\n<p><a href=\"/\">All reports that wait for an answer</a></p>\n");
    cdi_frame_close(asking);
}

void cdi_frame_time(struct cdi_body *body, struct cdi_instant at)
{
    char stamp[CDI_INSTANT_TEXT_SIZE], words[CDI_TIME_TEXT_SIZE];
    if (!cdi_instant_said(at))
        return;
    cdi_instant_format(at, stamp);
    cdi_body_say(body, "<time datetime=\"%s\">%s</time>", stamp, cdi_time_text(at, words));
}

/* ---- how far it can be relied on ---- */

struct signals {
    struct cdi_page page;
    const struct cdi_standing *standing;
    struct cdi_json *json;
    bool amiss;
    size_t silent;
};

static void say_list(struct signals *signals, const struct cdi_feed_standing *feed)
{
    char span[CDI_TIME_TEXT_SIZE];
    struct cdi_page *page = &signals->page;
    struct cdi_instant now = signals->standing->now;
    struct cdi_span age = cdi_instant_between(feed->level_at, now);
    signals->amiss |= !feed->level;
    cdi_page_begin_fact(page, "This page");
    cdi_page_say(page, feed->level ? "Current: it shows all that was published up to " : "Behind: it is known to have been whole last at ");
    cdi_page_time(page, feed->level_at);
    if (!feed->level)
        cdi_page_say(page, ", %s ago. What came since may be missing", cdi_span_text(age.ms < 0 ? CDI_SECONDS(0) : age, span));
    if (feed->problem.code != CDI_ERROR_NONE)
        cdi_page_say(page, "; it does not go on: %s", feed->problem.text);
    cdi_page_say(page, ".");
    cdi_page_end(page);
}

static const char *unready_words(enum cdi_unready why)
{
    switch (why) {
    case CDI_UNREADY_STOPPING: return "Ending";
    case CDI_UNREADY_NO_SESSION: return "No link";
    case CDI_UNREADY_NOT_ASSIGNED: return "Nothing is judged by this instance";
    case CDI_UNREADY_RESTORING: case CDI_UNREADY_NOT_READ: return "Catching up";
    case CDI_UNREADY_STOPPED: return "Stopped";
    case CDI_UNREADY_HELD: return "Held";
    case CDI_UNREADY_CLOCK: return "Clock doubtful";
    case CDI_UNREADY_STUCK: return "Stuck";
    case CDI_UNREADY_COUNT: break;
    }
    return "";
}

static void say_unready(void *context, enum cdi_unready why, const char *words)
{
    struct signals *signals = context;
    cdi_page_begin_fact(&signals->page, "Judging");
    cdi_page_say(&signals->page, "%s: %s.", unready_words(why), words);
    cdi_page_end(&signals->page);
}

static void say_judging(struct signals *signals)
{
    size_t shard;
    struct cdi_page *page = &signals->page;
    if (!cdi_standing_ready(signals->standing, say_unready, signals)) {
        signals->amiss = true;
        return;
    }
    cdi_page_begin_fact(page, "Judging");
    cdi_page_say(page, "Going on: judged up to ");
    cdi_page_time(page, cdi_standing_judge(signals->standing, &shard));
    cdi_page_say(page, ".");
    cdi_page_end(page);
}

static void say_link(struct signals *signals)
{
    const struct cdi_standing *standing = signals->standing;
    bool linked = standing->session && standing->pump.phase == CDI_PUMP_RUNNING;
    signals->amiss |= !linked;
    cdi_page_begin_fact(&signals->page, "Link to Kafka");
    if (linked)
        cdi_page_say(&signals->page, "In use.");
    else if (standing->session)
        cdi_page_say(&signals->page, "There is one, but it is not in use yet (%s).", cdi_pump_phase_word(standing->pump.phase));
    else
        cdi_page_say(&signals->page, "None: it is tried for as long as it takes%s%s.", standing->last.code == CDI_ERROR_NONE ? "" : ": ",
                     standing->last.text);
    cdi_page_end(&signals->page);
}

static bool say_feed(void *context, struct cdi_text text)
{
    char span[CDI_TIME_TEXT_SIZE];
    struct signals *signals = context;
    struct cdi_page *page = &signals->page;
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (!cdi_json_read(signals->json, text.at, text.size, &nodes, &err))
        return true;
    struct cdi_value document = { nodes, nodes };
    if (!cdi_text_is(cdi_member_text(document, "state"), "stale"))
        return true;
    struct cdi_text force = cdi_member_text(document, "force"), name = cdi_member_text(document, "feed");
    struct cdi_instant heard_at = cdi_member_instant(document, "heard_at"), held_at = cdi_member_instant(document, "held_at");
    int64_t limit_s = cdi_value_integer(cdi_value_member(document, "silence_limit_s"));
    signals->silent++;
    cdi_page_begin_fact(page, "Silent feed");
    cdi_page_say(page, "%.*s, %.*s: ", CDI_TEXT_ARGS(force), CDI_TEXT_ARGS(name));
    cdi_page_say(page, cdi_instant_said(heard_at) ? "last heard " : "never heard");
    if (cdi_instant_said(heard_at))
        cdi_page_time(page, heard_at);
    cdi_page_say(page, "; more than %s of silence is too long. For this force no deadline is called missed ",
                 cdi_span_text(CDI_SECONDS(limit_s > 0 ? limit_s : 0), span));
    cdi_page_say(page, cdi_instant_said(held_at) ? "that is later than " : "for now");
    if (cdi_instant_said(held_at))
        cdi_page_time(page, held_at);
    cdi_page_say(page, "; warnings go on and are marked as not sure.");
    cdi_page_end(page);
    return true;
}

static void say_feeds(struct signals *signals, struct cdi_view_reader *reader)
{
    struct cdi_error err = { 0 };
    bool read = cdi_view_feeds(reader, say_feed, signals, &err);
    signals->amiss |= !read || signals->silent > 0;
    if (read && signals->silent > 0)
        return;
    cdi_page_begin_fact(&signals->page, "Feeds");
    if (read)
        cdi_page_say(&signals->page, "No force's feed is silent for longer than it may be.");
    else
        cdi_page_say(&signals->page, "Not known: %s.", err.text);
    cdi_page_end(&signals->page);
}

void cdi_frame_signals(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_feed_standing *feed,
                       struct cdi_instant *now)
{
    const struct cdi_routes *routes = asking->routes;
    struct cdi_body *body = &asking->response->body, lines = { .at = NULL };
    struct cdi_standing standing = { .session = false };
    routes->look(routes->context, &standing);
    struct signals signals = { .page = cdi_page_html(&lines), .standing = &standing, .json = cdi_view_access_json(routes->view) };
    say_list(&signals, feed);
    say_judging(&signals);
    say_feeds(&signals, reader);
    say_link(&signals);
    cdi_page_close(&signals.page);
    *now = standing.now;
    cdi_body_say(body, "<section class=\"signals%s\" aria-labelledby=\"signals\">\n<h2 id=\"signals\">%s, as of ", signals.amiss ? " amiss" : "",
                 signals.amiss ? "Take care: something is not as it should be" : "This page can be relied on");
    cdi_frame_time(body, *now);
    cdi_mark(body, "</h2>\n");
    if (lines.size > 0)
        cdi_body_add(body, lines.at, lines.size);
    body->failed |= lines.failed;
    cdi_mark(body, "</section>\n");
    cdi_body_free(&lines);
    cdi_standing_free(&standing);
}
