/* The list of reports for people: those without an answer, earliest deadline or gravest risk first, by a plain form, without a script. */
#include <stdio.h>
#include <string.h>

#include "codec/document.h"
#include "codec/harmless.h"
#include "codec/percent.h"
#include "codec/summary.h"
#include "codec/words.h"
#include "edge/pages.h"

enum { ROWS = 50, CHOICES_MOST = 500 };

struct listing {
    struct cdi_asking *asking;
    struct cdi_view_reader *reader;
    const struct cdi_tables *tables;
    struct cdi_alert_query query;
    struct cdi_summary summary;
    struct cdi_instant now;
    struct cdi_body rows;                       /* of the table */
    char next[CDI_VIEW_CURSOR_SIZE];
    uint64_t count, overdue;                    /* of all that fit */
    const char *unheld;                         /* of an empty list: that there is no report of that place at all; NULL: there are */
};

static const struct { const char *heading, *choice, *orders[CDI_VIEW_SORT_COUNT], *none; } shows[CDI_SHOW_COUNT] = {
    [CDI_SHOW_UNANSWERED] = { "Reports without an answer", "without an answer", { "earliest deadline first", "gravest risk first" },
                              "No report is waiting for an answer." },
    [CDI_SHOW_SETTLED] = { "Settled reports", "settled", { "earliest deadline first", "gravest risk first" }, "No settled report is kept here." },
    [CDI_SHOW_WATCHED] = { "Watched logs", "watched, no crime likely", { "earliest received first", "gravest risk first" },
                           "No log is watched in which no crime is likely." },
    [CDI_SHOW_ALL] = { "All reports", "all", { "without an answer first, then the earliest deadline", "without an answer first, then the gravest risk" },
                       "There is no report." },
};

/* ---- rows ---- */

static void put_part(struct listing *listing, enum cdi_summary_part part)
{
    cdi_html_add(&listing->rows, cdi_summary_text(&listing->summary, part));
}

static void put_cell(struct listing *listing, enum cdi_summary_part part)
{
    cdi_body_say(&listing->rows, "<td role=\"cell\" data-label=\"%s\">", cdi_summary_title(part));
    put_part(listing, part);
}

/* A second line of the cell, if there is anything to say. */
static void put_under(struct listing *listing, const char *before, enum cdi_summary_part part)
{
    if (cdi_summary_text(&listing->summary, part).size == 0)
        return;
    cdi_body_say(&listing->rows, "<small>%s", before);
    put_part(listing, part);
    cdi_mark(&listing->rows, "</small>");
}

static void put_time(struct listing *listing, struct cdi_value document)
{
    struct cdi_body *rows = &listing->rows;
    struct cdi_instant due_at = cdi_member_instant(document, "due_at");
    cdi_body_say(rows, "<td role=\"cell\" data-label=\"%s\"><strong>", cdi_summary_title(CDI_SUMMARY_TIME));
    put_part(listing, CDI_SUMMARY_TIME);
    cdi_mark(rows, "</strong>");
    if (cdi_instant_said(due_at) && !cdi_text_is(cdi_member_text(document, "state"), "not_disclosed")) {
        cdi_mark(rows, "<small>due ");
        cdi_frame_time(rows, due_at);
        cdi_mark(rows, "</small>");
    }
    if (!cdi_text_is(cdi_member_text(document, "stage"), "breach"))
        put_under(listing, "", CDI_SUMMARY_STAGE);              /* of a breach the time has said so */
    cdi_mark(rows, "</td>\n");
}

static void put_reference(struct listing *listing, struct cdi_value document)
{
    struct cdi_text id = cdi_member_text(document, "alert");
    bool linked = cdi_alert_id_is_whole(id);
    cdi_body_say(&listing->rows, "<th scope=\"row\" role=\"rowheader\" data-label=\"%s\">", cdi_summary_title(CDI_SUMMARY_REFERENCE));
    if (linked)
        cdi_body_say(&listing->rows, "<a href=\"/alerts/%.*s\">", CDI_TEXT_ARGS(id));
    put_part(listing, CDI_SUMMARY_REFERENCE);
    cdi_mark(&listing->rows, linked ? "</a>" : "");
    put_under(listing, "owner ", CDI_SUMMARY_OWNER);
    cdi_mark(&listing->rows, "</th>\n");
}

static void put_area(struct listing *listing, struct cdi_value document)
{
    cdi_body_say(&listing->rows, "<td role=\"cell\" data-label=\"%s\">", cdi_summary_title(CDI_SUMMARY_AREA));
    cdi_html_add(&listing->rows, cdi_member_text(document, "force"));
    put_under(listing, "", CDI_SUMMARY_AREA);
    cdi_mark(&listing->rows, "</td>\n");
}

static const char *class_of(struct cdi_value document)
{
    struct cdi_text stage = cdi_member_text(document, "stage");
    if (cdi_summary_settled(document))
        return "settled";
    return cdi_text_is(stage, "breach") ? "breach" : cdi_text_is(stage, "urgent") ? "urgent" : cdi_text_is(stage, "warning") ? "warning" : "early";
}

static bool put_row(void *context, struct cdi_text text)
{
    struct listing *listing = context;
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (!cdi_json_read(cdi_view_access_json(listing->asking->routes->view), text.at, text.size, &nodes, &err))
        return true;                            /* not a document: the view took it for one, so that nothing but bytes is lost */
    struct cdi_value document = { nodes, nodes };
    cdi_summary_make(&listing->summary, listing->tables, document, listing->now);
    cdi_body_say(&listing->rows, "<tr role=\"row\" class=\"%s\">\n", class_of(document));
    put_time(listing, document);
    put_reference(listing, document);
    put_cell(listing, CDI_SUMMARY_CRIMES);
    put_under(listing, "", CDI_SUMMARY_WHY);
    if (!cdi_summary_watched(document))         /* there it is the why */
        put_under(listing, "watched for: ", CDI_SUMMARY_WATCHES);
    cdi_mark(&listing->rows, "</td>\n");
    put_cell(listing, CDI_SUMMARY_OPENED);
    cdi_mark(&listing->rows, "</td>\n");
    put_cell(listing, CDI_SUMMARY_RISK);
    cdi_mark(&listing->rows, "</td>\n");
    put_cell(listing, CDI_SUMMARY_STATE);
    if (!cdi_summary_settled(document) || cdi_summary_watched(document))        /* "recorded", and beneath it "nothing", is misread */
        put_under(listing, "", CDI_SUMMARY_TODO);
    put_under(listing, "", CDI_SUMMARY_MARKS);
    cdi_mark(&listing->rows, "</td>\n");
    put_area(listing, document);
    cdi_mark(&listing->rows, "</tr>\n");
    return !listing->rows.failed;
}

/* ---- the form ---- */

struct choices { struct cdi_body *body; struct cdi_text chosen; bool seen; };

static void put_option(struct cdi_body *body, struct cdi_text value, struct cdi_text words, bool chosen)
{
    cdi_mark(body, "<option value=\"");
    cdi_html_add(body, value);
    cdi_body_say(body, "\"%s>", chosen ? " selected" : "");
    cdi_html_add(body, words);
    cdi_mark(body, "</option>");
}

static bool put_choice(void *context, struct cdi_text value)
{
    struct choices *choices = context;
    bool chosen = cdi_text_same(value, choices->chosen);
    if (value.size > 0)
        put_option(choices->body, value, value, chosen);
    choices->seen |= chosen;
    return true;
}

static void begin_choice(struct cdi_body *body, const char *name, const char *label, const char *all)
{
    cdi_body_say(body, "<p><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">", name, label, name, name);
    if (all != NULL)
        cdi_body_say(body, "<option value=\"\">%s</option>", all);
}

/* Of the values that there are; the one that was asked for is there, too. */
static void choose_value(struct listing *listing, enum cdi_view_column column, const char *name, const char *label, struct cdi_text chosen)
{
    struct cdi_error err = { 0 };
    struct choices choices = { &listing->asking->response->body, chosen, false };
    begin_choice(choices.body, name, label, "all");
    cdi_view_values(listing->reader, column, CHOICES_MOST, put_choice, &choices, &err);
    if (chosen.size > 0 && !choices.seen)
        put_option(choices.body, chosen, chosen, true);
    cdi_mark(choices.body, "</select></p>\n");
}

static const char *stage_word(unsigned value) { return cdi_stage_word((enum cdi_stage)value); }
static const char *risk_word(unsigned value) { return cdi_risk_word((enum cdi_risk)value); }

static struct cdi_text stage_words(struct cdi_text word)
{
    return cdi_text_is(word, "none") ? CDI_TEXT("none yet") : cdi_words_stage(word);
}

struct closed_list {
    const char *name, *label;
    unsigned count;
    const char *(*word)(unsigned value);
    struct cdi_text (*words)(struct cdi_text word);
};

static const struct closed_list stages = { "stage", "Stage", CDI_STAGE_COUNT, stage_word, stage_words };
static const struct closed_list risks = { "risk", "Risk", CDI_RISK_COUNT, risk_word, cdi_words_risk };

/* Several that were asked for together are one choice, which stays chosen. */
static void put_together(struct cdi_body *body, const struct closed_list *list, uint32_t chosen)
{
    for (int shown = 0; shown < 2; shown++) {
        const char *between = "";
        cdi_mark(body, shown ? "\" selected>" : "<option value=\"");
        for (unsigned value = 0; value < list->count; value++) {
            struct cdi_text word = cdi_text_of(list->word(value));
            if ((chosen & 1u << value) == 0)
                continue;
            cdi_mark(body, between);
            cdi_html_add(body, shown ? list->words(word) : word);
            between = shown ? ", " : ",";
        }
    }
    cdi_mark(body, "</option>");
}

static void choose_word(struct cdi_body *body, const struct closed_list *list, uint32_t chosen)
{
    begin_choice(body, list->name, list->label, "any");
    for (unsigned value = 0; value < list->count; value++) {
        struct cdi_text word = cdi_text_of(list->word(value));
        put_option(body, word, list->words(word), chosen == 1u << value);
    }
    if ((chosen & (chosen - 1)) != 0)
        put_together(body, list, chosen);
    cdi_mark(body, "</select></p>\n");
}

/* Those of the tables; the one that was asked for is there, too. */
static void choose_watch(struct listing *listing, struct cdi_text chosen)
{
    const struct cdi_tables *tables = listing->tables;
    struct cdi_body *body = &listing->asking->response->body;
    const struct cdi_text any = CDI_TEXT(CDI_VIEW_WATCH_ANY);
    bool seen = cdi_text_same(chosen, any);
    begin_choice(body, "watch", "Watched for", "watched or not");
    put_option(body, any, CDI_TEXT("anything"), seen);
    for (size_t i = 0; i < tables->watch_count; i++) {
        bool this_one = cdi_text_same(tables->watches[i].key, chosen);
        put_option(body, tables->watches[i].key, tables->watches[i].words, this_one);
        seen |= this_one;
    }
    if (chosen.size > 0 && !seen)
        put_option(body, chosen, chosen, true);
    cdi_mark(body, "</select></p>\n");
}

static void put_form(struct listing *listing)
{
    struct cdi_body *body = &listing->asking->response->body;
    cdi_mark(body, "<form method=\"get\" action=\"/\" aria-label=\"Which reports are shown\">\n");
    begin_choice(body, "show", "Reports", NULL);
    for (unsigned show = 0; show < CDI_SHOW_COUNT; show++)
        put_option(body, cdi_text_of(cdi_show_word((enum cdi_show)show)), cdi_text_of(shows[show].choice), show == listing->query.show);
    cdi_mark(body, "</select></p>\n");
    choose_value(listing, CDI_VIEW_COLUMN_FORCE, "force", "Force", listing->query.filter.force);
    choose_value(listing, CDI_VIEW_COLUMN_BCU, "bcu", "Area (BCU)", listing->query.filter.bcu);
    choose_word(body, &stages, listing->query.filter.stages);
    choose_word(body, &risks, listing->query.filter.risks);
    choose_watch(listing, listing->query.filter.watch);
    if (listing->query.filter.sort != CDI_VIEW_SORT_DEADLINE)
        cdi_body_say(body, "<input type=\"hidden\" name=\"sort\" value=\"%s\">", cdi_view_sort_word(listing->query.filter.sort));
    cdi_mark(body, "<p><button>Show</button></p>\n</form>\n");
}

/* ---- the whole ---- */

static void put_words_of(struct cdi_body *body, const char *name, uint32_t set, const char *(*word)(unsigned value))
{
    for (unsigned value = 0, count = 0; value < 32; value++)
        if ((set & 1u << value) != 0)
            cdi_body_say(body, "%s%s%s", count == 0 ? name : ",", count == 0 ? "=" : "", word(value)), count++;
}

static void put_text_of(struct cdi_body *body, const char *name, struct cdi_text value)
{
    if (value.size == 0)
        return;
    cdi_mark(body, name);
    cdi_percent_add(body, value);
}

/* Where the same choice is shown in this order, from its beginning. */
static void put_address(struct listing *listing, enum cdi_view_sort sort)
{
    struct cdi_body *body = &listing->asking->response->body;
    const struct cdi_view_filter *filter = &listing->query.filter;
    cdi_body_say(body, "/?show=%s", cdi_show_word(listing->query.show));
    put_text_of(body, "&amp;force=", filter->force);
    put_text_of(body, "&amp;bcu=", filter->bcu);
    put_text_of(body, "&amp;watch=", filter->watch);
    put_words_of(body, "&amp;stage", filter->stages, stage_word);
    put_words_of(body, "&amp;risk", filter->risks, risk_word);
    if (sort != CDI_VIEW_SORT_DEADLINE)
        cdi_body_say(body, "&amp;sort=%s", cdi_view_sort_word(sort));
}

static void put_next(struct listing *listing)
{
    struct cdi_body *body = &listing->asking->response->body;
    if (listing->next[0] == '\0')
        return;
    cdi_mark(body, "<p class=\"next\"><a rel=\"next\" href=\"");
    put_address(listing, listing->query.filter.sort);
    cdi_body_say(body, "&amp;cursor=%s\">Next page</a></p>\n", listing->next);
}

static bool chosen(const struct listing *listing)
{
    const struct cdi_view_filter *filter = &listing->query.filter;
    return filter->force.size > 0 || filter->bcu.size > 0 || filter->stages != 0 || filter->risks != 0 ||
           (filter->watch.size > 0 && listing->query.show != CDI_SHOW_WATCHED);
}

static void put_nothing(struct listing *listing)
{
    struct cdi_body *body = &listing->asking->response->body;
    const char *words = listing->query.after.size > 0 ? "Nothing follows: this is the end of the list."
                        : listing->unheld != NULL ? listing->unheld
                        : chosen(listing) ? "No report fits this choice." : shows[listing->query.show].none;
    cdi_body_say(body, "<p class=\"none\">%s</p>\n", words);
    if (listing->query.after.size > 0 || chosen(listing))
        cdi_mark(body, "<p><a href=\"/\">All reports that wait for an answer</a></p>\n");
}

/* The way to the other order. */
static void put_order(struct listing *listing)
{
    struct cdi_body *body = &listing->asking->response->body;
    bool by_deadline = listing->query.filter.sort == CDI_VIEW_SORT_DEADLINE;
    cdi_mark(body, "<p class=\"order\"><a href=\"");
    put_address(listing, by_deadline ? CDI_VIEW_SORT_RISK : CDI_VIEW_SORT_DEADLINE);
    cdi_body_say(body, "\">Sort by %s</a></p>\n", by_deadline ? "risk" : listing->query.show == CDI_SHOW_WATCHED ? "receipt" : "deadline");
}

static void put_table(struct listing *listing)
{
    static const enum cdi_summary_part columns[] = { CDI_SUMMARY_TIME, CDI_SUMMARY_REFERENCE, CDI_SUMMARY_CRIMES, CDI_SUMMARY_OPENED,
                                                     CDI_SUMMARY_RISK, CDI_SUMMARY_STATE, CDI_SUMMARY_AREA };
    struct cdi_body *body = &listing->asking->response->body;
    put_order(listing);
    cdi_body_say(body, "<table role=\"table\">\n<caption>%llu %s", (unsigned long long)listing->count, listing->count == 1 ? "report" : "reports");
    if (listing->query.show != CDI_SHOW_SETTLED && listing->query.show != CDI_SHOW_WATCHED)
        cdi_body_say(body, ", %llu overdue", (unsigned long long)listing->overdue);
    cdi_body_say(body, "; %s%s</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">",
                 shows[listing->query.show].orders[listing->query.filter.sort],
                 listing->query.after.size > 0 ? "; a further page of them" : listing->next[0] != '\0' ? "; the first page of them" : "");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        cdi_body_say(body, "<th scope=\"col\" role=\"columnheader\">%s</th>", cdi_summary_title(columns[i]));
    cdi_mark(body, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
    cdi_body_add(body, listing->rows.at, listing->rows.size);
    cdi_mark(body, "</tbody>\n</table>\n");
}

static bool read_unheld(struct listing *listing, struct cdi_error *err)
{
    const char *unheld = listing->rows.size > 0 || listing->query.after.size > 0 ? NULL : cdi_query_unheld(listing->reader, &listing->query.filter, err);
    if (unheld != NULL)
        listing->unheld = strcmp(unheld, "force") == 0 ? "No report of this force is held here at all: it may be written otherwise."
                                                       : "No report of this area is held here at all: it may be written otherwise.";
    return err->code == CDI_ERROR_NONE;
}

static bool read_list(struct listing *listing, struct cdi_error *err)
{
    const struct cdi_alert_query *query = &listing->query;
    struct cdi_view_filter overdue = query->filter;
    overdue.unanswered = true;
    if (overdue.due_before.ms == 0 || cdi_instant_before(listing->now, overdue.due_before))
        overdue.due_before = listing->now;
    return cdi_view_count(listing->reader, &query->filter, &listing->count, err) &&
           cdi_view_count(listing->reader, &overdue, &listing->overdue, err) &&
           cdi_view_list(listing->reader, &query->filter, query->after.at, ROWS, put_row, listing, listing->next, err) &&
           read_unheld(listing, err);
}

/* The form and the signals are read after the list: what they say is at least as new. */
static void answer(struct listing *listing, const struct cdi_feed_standing *feed)
{
    struct cdi_asking *asking = listing->asking;
    struct cdi_body *body = &asking->response->body;
    struct cdi_error err = { 0 };
    const char *heading = shows[listing->query.show].heading;
    cdi_frame_open(asking, cdi_text_of(heading));
    cdi_frame_signals(asking, listing->reader, feed, &listing->now);
    if (!cdi_page_floods(asking, listing->reader, &listing->query.filter, listing->now, &err) || !read_list(listing, &err)) {
        cdi_refuse_query(asking, &err);
        return;
    }
    cdi_body_say(body, "<h1>%s</h1>\n", heading);
    put_form(listing);
    if (listing->rows.size > 0)
        put_table(listing);
    else
        put_nothing(listing);
    put_next(listing);
    body->failed |= listing->rows.failed || listing->summary.words.failed;
    cdi_frame_close(asking);
}

void cdi_answer_list_page(struct cdi_asking *asking)
{
    char words[CDI_ERROR_TEXT_SIZE + CDI_ERROR_WHERE_SIZE + 8];
    struct cdi_feed_standing feed;
    struct cdi_view_stamp stamp;
    struct cdi_error err = { 0 };
    struct listing listing = { .asking = asking, .tables = asking->routes->tables(asking->routes->context) };
    if (!cdi_alert_query_read(&listing.query, asking->request, CDI_QUERY_OF_PAGE, &err)) {
        snprintf(words, sizeof words, "%s%s%s", err.where, err.where[0] == '\0' ? "" : ": ", err.text);
        cdi_refuse(asking, 400, "bad_parameter", NULL, words);
        return;
    }
    listing.reader = cdi_asking_view(asking, &feed, &stamp);
    if (listing.reader != NULL)
        answer(&listing, &feed);
    cdi_body_free(&listing.rows);
    cdi_body_free(&listing.summary.words);
}
