#include "codec/explain.h"

#include <stdio.h>
#include <string.h>

#include "codec/explain_evidence.h"
#include "codec/explain_inside.h"
#include "codec/explain_watches.h"
#include "codec/summary.h"
#include "codec/time_words.h"
#include "codec/words.h"

/* Known so many seconds later than it should have been, it is worth saying: less is what messages take. */
enum { DETECTED_LATE_S = 300 };
/* Ahead of the reader's clock by so many seconds it is no difference of two clocks. */
enum { AHEAD_S = 300 };

/* ", 3 h 12 min ago" or ", in 3 h 12 min"; of what is settled nothing is counted. */
static void say_distance(struct explain *explain, struct cdi_instant at)
{
    char span[CDI_TIME_TEXT_SIZE];
    bool past = !cdi_instant_before(explain->now, at);
    if (explain->settled)
        return;
    struct cdi_span away = past ? cdi_instant_between(at, explain->now) : cdi_instant_between(explain->now, at);
    cdi_page_say(&explain->page, past ? ", %s ago" : ", in %s", cdi_span_text(away, span));
}

/* As cdi_span_text, of any number that a document may hold. */
static const char *seconds_text(int64_t seconds, char out[CDI_TIME_TEXT_SIZE])
{
    return cdi_span_text((struct cdi_span){ seconds < INT64_MAX / 1000 ? seconds * 1000 : INT64_MAX }, out);
}

/* A label, an instant, and how far away it is; nothing if it is not said. */
static void show_instant(struct explain *explain, const char *label, struct cdi_instant at)
{
    if (!cdi_instant_said(at))
        return;
    cdi_page_begin_fact(&explain->page, label);
    cdi_page_time(&explain->page, at);
    say_distance(explain, at);
    cdi_page_end(&explain->page);
}

/* A label and a text of the document as it is; nothing if it is not said. */
static void show_fact(struct explain *explain, const char *label, struct cdi_text text)
{
    if (text.size == 0)
        return;
    cdi_page_begin_fact(&explain->page, label);
    cdi_page_say(&explain->page, "%.*s", CDI_TEXT_ARGS(text));
    cdi_page_end(&explain->page);
}

/* ---- how it stands ---- */

void cdi_explain_title(struct cdi_body *out, struct cdi_value document)
{
    int64_t report = cdi_value_integer(cdi_value_member(document, "report"));
    cdi_body_say(out, "%.*s, %s", CDI_TEXT_ARGS(cdi_member_text(document, "incident")), report == 0 ? "first report" : "disclosed later, entry ");
    if (report != 0)
        cdi_body_say(out, "%lld", (long long)report);
    cdi_body_say(out, " (alert %.*s)", CDI_TEXT_ARGS(cdi_member_text(document, "alert")));
}

static void show_area(struct explain *explain)
{
    struct cdi_text bcu = cdi_member_text(part(explain, "area"), "bcu"), beat = cdi_member_text(part(explain, "area"), "beat");
    if (bcu.size == 0 && beat.size == 0)
        return;
    cdi_page_begin_fact(&explain->page, "Area");
    cdi_page_say(&explain->page, "%.*s%s%.*s", CDI_TEXT_ARGS(bcu), bcu.size > 0 && beat.size > 0 ? ", " : "", CDI_TEXT_ARGS(beat));
    cdi_page_end(&explain->page);
}

static bool is_recorded_in_part(const struct explain *explain)
{
    return state_is(explain, "matched_unverified") && explain->recorded > 0 && explain->recorded < explain->due;
}

static struct cdi_instant latest_of(const struct explain *explain, const char *name, struct cdi_instant latest)
{
    struct cdi_value list = part(explain, name);
    for (struct cdi_value item = cdi_value_first(list); item.node != NULL; item = cdi_value_next(list, item)) {
        struct cdi_instant at = cdi_member_instant(item, "at");
        if (cdi_instant_said(at) && (!cdi_instant_said(latest) || cdi_instant_before(latest, at)))
            latest = at;
    }
    return latest;
}

/* A replay goes on past the exports if it is not told until when: of this morning's report it then says what becomes of it unanswered. */
static void show_ahead(struct explain *explain)
{
    struct cdi_instant latest = latest_of(explain, "published", latest_of(explain, "history", CDI_INSTANT_NONE));
    if (!cdi_instant_said(latest) || latest.ms / 1000 - explain->now.ms / 1000 <= AHEAD_S)
        return;
    cdi_page_begin(&explain->page, CDI_PAGE_PARAGRAPH);
    cdi_page_say(&explain->page, "It was judged up to ");
    cdi_page_time(&explain->page, latest);
    cdi_page_say(&explain->page, " or later, but is read as of ");
    cdi_page_time(&explain->page, explain->now);
    cdi_page_say(&explain->page, ": what it says of the time between, such as a deadline that has passed, lies ahead.");
    cdi_page_end(&explain->page);
}

static void show_standing(struct explain *explain)
{
    struct cdi_value marks = part(explain, "marks");
    if (is_recorded_in_part(explain))
        SAY(PARAGRAPH, "Of %lld crimes that are due only %lld %s recorded.", (long long)explain->due, (long long)explain->recorded,
            explain->recorded == 1 ? "is" : "are");
    else
        SAY(PARAGRAPH, "%.*s", CDI_TEXT_ARGS(cdi_words_state(cdi_member_text(explain->document, "state"))));
    cdi_page_begin_fact(&explain->page, "Risk");
    cdi_page_say(&explain->page, "%.*s", CDI_TEXT_ARGS(cdi_words_risk(cdi_member_text(explain->document, "risk"))));
    cdi_page_end(&explain->page);
    if (cdi_text_said(cdi_member_text(explain->document, "stage")))
        show_fact(explain, "Stage", cdi_words_stage(cdi_member_text(explain->document, "stage")));
    show_area(explain);
    show_fact(explain, "Unit", cdi_member_text(explain->document, "unit"));
    for (struct cdi_value mark = cdi_value_first(marks); mark.node != NULL; mark = cdi_value_next(marks, mark))
        SAY(ITEM, "%.*s", CDI_TEXT_ARGS(cdi_words_mark(cdi_value_text(mark))));
}

/* ---- what was reported ---- */

static void show_code(struct explain *explain, const char *field, const char *label)
{
    char code[CDI_WORDS_SIZE];
    struct cdi_text text = cdi_member_text(explain->document, field);
    if (cdi_text_said(text))
        show_fact(explain, label, cdi_text_of(cdi_words_code(explain->tables, text, code)));
}

static void show_reported(struct explain *explain)
{
    struct cdi_text channel = cdi_member_text(explain->document, "channel"), caller = cdi_member_text(explain->document, "caller_role");
    int64_t entry = cdi_value_integer(part(explain, "report"));
    cdi_page_heading(&explain->page, "What was reported");
    cdi_page_begin(&explain->page, CDI_PAGE_PARAGRAPH);
    cdi_page_say(&explain->page, entry == 0 ? "Received " : "Disclosed ");
    cdi_page_time(&explain->page, cdi_member_instant(explain->document, "received_at"));
    if (entry != 0)
        cdi_page_say(&explain->page, " in entry %lld of the log, which came", (long long)entry);
    if (caller.size > 0)
        cdi_page_say(&explain->page, " from %.*s", CDI_TEXT_ARGS(cdi_words_caller(caller)));
    if (channel.size > 0)
        cdi_page_say(&explain->page, " (%.*s)", CDI_TEXT_ARGS(channel));
    cdi_page_say(&explain->page, ".");
    cdi_page_end(&explain->page);
    show_code(explain, "opened_as", "Opened as");
    show_code(explain, "classified_as", "Classified as");
    show_code(explain, "closed_as", "Closed as");
    cdi_explain_watches(&explain->page, explain->tables, explain->document);
}

/* ---- why ---- */

static void show_why(struct explain *explain)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_value likely = part(explain, "likely");
    cdi_page_heading(&explain->page, "Why it is thought a crime");
    if (cdi_value_count(likely) != 0)
        SAY(PARAGRAPH, "In brackets what each point weighs: +1.0 doubles the odds that this was disclosed, -1.0 halves them. The points add up.");
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        long long p = (long long)(cdi_value_thousandths(cdi_value_member(item, "p")) + 5) / 10;
        SAY(PARAGRAPH, "%s, %.*s: likely, %s%lld in 100 (50 is the balance of probability).",
            cdi_words_class(explain->tables, cdi_member_text(item, "class"), klass),
            CDI_TEXT_ARGS(cdi_words_category(cdi_member_text(item, "category"))), p > 99 ? "more than " : "", p > 99 ? 99 : p);
        if (cdi_value_true(cdi_value_member(item, "confirmed")))
            SAY(POINT, "the victim has confirmed it: from then on it is a report of its own");
        if (cdi_value_true(cdi_value_member(item, "graver")))
            SAY(POINT, "it tells graver what this log told before, and has 24 hours of its own; one crime may answer both reports");
        if (cdi_explain_is_told_graver(explain, item))
            SAY(POINT, "a later report of this log tells it graver, and has 24 hours of its own; one crime may answer both reports");
        cdi_explain_evidence(&explain->page, explain->tables, cdi_value_member(item, "evidence"));
    }
    if (cdi_value_count(likely) == 0)
        SAY(PARAGRAPH, "No crime is likely from what is known now.");
    cdi_explain_earlier(&explain->page, explain->document);
}

/* The classes of what is due and has no answer, each as often as it is due. */
static void show_unanswered(struct explain *explain)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_value classes = part(explain, "unanswered");
    const char *between = "";
    if (explain->settled || cdi_value_count(classes) == 0)
        return;
    cdi_page_begin_fact(&explain->page, "Still to be answered");
    for (struct cdi_value item = cdi_value_first(classes); item.node != NULL; item = cdi_value_next(classes, item)) {
        cdi_page_say(&explain->page, "%s%s", between, cdi_words_class(explain->tables, cdi_value_text(item), klass));
        between = "; ";
    }
    cdi_page_end(&explain->page);
}

/* Of several likely ones the first is the most serious: that is their order. */
static void show_due(struct explain *explain)
{
    char klass[CDI_WORDS_SIZE];
    cdi_page_heading(&explain->page, "How many are due");
    SAY(PARAGRAPH, "%lld %s due, %lld recorded.", (long long)explain->due, explain->due == 1 ? "crime is" : "crimes are",
        (long long)explain->recorded);
    struct cdi_value likely = part(explain, "likely");
    int64_t kinds = (int64_t)cdi_value_count(likely);
    if (kinds > explain->due && explain->due == 1)
        SAY(PARAGRAPH, "For the same victim and offender only the most serious is counted (principal crime rule): %s.",
            cdi_words_class(explain->tables, cdi_member_text(cdi_value_first(likely), "class"), klass));
    else if (kinds > explain->due)
        SAY(PARAGRAPH, "For the same victim and offender only the most serious is counted (principal crime rule).");
    else if (kinds > 0 && kinds < explain->due)
        SAY(PARAGRAPH, "More than one is due of a kind: for several victims, owners or offenders.");
    show_unanswered(explain);
}

/* ---- the crime system ---- */

bool cdi_explain_is_before(const struct explain *explain, struct cdi_value link)
{
    struct cdi_instant recorded_at = cdi_member_instant(link, "recorded_at"), received_at = cdi_member_instant(explain->document, "received_at");
    return cdi_instant_said(recorded_at) && recorded_at.ms / 1000 < received_at.ms / 1000;
}

/* One that answers what was answered in time, and is not late for it (R10, R15), says so: nobody need explain it. */
static void show_lateness(struct explain *explain, struct cdi_value link)
{
    char late[CDI_TIME_TEXT_SIZE];
    int64_t late_by_s = cdi_value_integer(cdi_value_member(link, "late_by_s"));
    bool answers = cdi_text_is(cdi_member_text(link, "standing"), "counts") && cdi_text_said(cdi_member_text(link, "answers"));
    if (late_by_s > 0 && answers && !cdi_explain_is_marked(explain, "late"))
        cdi_page_say(&explain->page, ", after the deadline, by when it had been answered otherwise");
    else if (late_by_s > 0)
        cdi_page_say(&explain->page, ", late by %s", seconds_text(late_by_s, late));
}

static void show_link(struct explain *explain, struct cdi_value link)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_instant recorded_at = cdi_member_instant(link, "recorded_at");
    struct cdi_text standing = cdi_member_text(link, "standing"), answers = cdi_member_text(link, "answers");
    cdi_page_begin(&explain->page, CDI_PAGE_ITEM);
    cdi_page_say(&explain->page, "%.*s, %s", CDI_TEXT_ARGS(cdi_member_text(link, "crime")),
                 cdi_words_class(explain->tables, cdi_member_text(link, "class"), klass));
    if (cdi_instant_said(recorded_at)) {
        cdi_page_say(&explain->page, ", recorded ");
        cdi_page_time(&explain->page, recorded_at);
    }
    show_lateness(explain, link);
    cdi_page_say(&explain->page, ": %.*s.", CDI_TEXT_ARGS(cdi_words_how(cdi_member_text(link, "how"))));
    if (cdi_text_said(standing) && !cdi_text_is(standing, "counts"))
        cdi_page_say(&explain->page, " %.*s", CDI_TEXT_ARGS(cdi_words_standing(standing)));
    else if (cdi_text_said(answers) && !cdi_text_same(answers, cdi_member_text(link, "class")))
        cdi_page_say(&explain->page, " It is counted for %s.", cdi_words_class(explain->tables, answers, klass));
    else if (cdi_text_said(standing) && !cdi_text_said(answers))
        cdi_page_say(&explain->page, cdi_explain_is_before(explain, link)
                                         ? " It was recorded before this was reported: it answers none of what is due."
                                         : " It answers none of what is due.");
    cdi_page_end(&explain->page);
}

bool cdi_explain_is_linked(const struct explain *explain, struct cdi_text crime)
{
    struct cdi_value linked = part(explain, "linked");
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link))
        if (cdi_text_same(cdi_member_text(link, "crime"), crime))
            return true;
    return false;
}

/* What was compared; of a crime that is linked already there is nothing left to decide here. */
static void show_alternative(struct explain *explain, struct cdi_value link)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_text crime = cdi_member_text(link, "crime");
    struct cdi_value evidence = cdi_value_member(link, "evidence");
    bool linked = cdi_explain_is_linked(explain, crime);
    cdi_page_begin(&explain->page, CDI_PAGE_ITEM);
    if (linked)
        cdi_page_say(&explain->page, "%.*s was compared: ", CDI_TEXT_ARGS(crime));
    else
        cdi_page_say(&explain->page, "%.*s, %s, might belong to it: ", CDI_TEXT_ARGS(crime),
                     cdi_words_class(explain->tables, cdi_member_text(link, "class"), klass));
    const char *between = "";
    for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend)) {
        cdi_page_say(&explain->page, "%s%.*s%s (%s)", between, CDI_TEXT_ARGS(cdi_member_text(addend, "level")),
                     cdi_value_true(cdi_value_member(addend, "common")) ? ", a common one" : "",
                     cdi_words_weight(cdi_value_thousandths(cdi_value_member(addend, "weight"))));
        between = "; ";
    }
    cdi_page_say(&explain->page, linked ? "." : ". A person has to decide.");
    cdi_page_end(&explain->page);
}

static void show_linked(struct explain *explain)
{
    struct cdi_value linked = part(explain, "linked"), alternatives = part(explain, "alternatives");
    cdi_page_heading(&explain->page, "What was found on the crime system");
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link))
        show_link(explain, link);
    if (cdi_value_count(linked) == 0)
        SAY(PARAGRAPH, "No crime record is linked to it.");
    for (struct cdi_value link = cdi_value_first(alternatives); link.node != NULL; link = cdi_value_next(alternatives, link))
        show_alternative(explain, link);
}

/* ---- the stated reason ---- */

/* What the disposal lacks; nothing if it lacks nothing. */
void cdi_explain_show_missing(struct explain *explain, enum cdi_page_block block, const char *before, const char *after)
{
    struct cdi_body missing = { .at = NULL };
    if (cdi_summary_missing(&missing, explain->document) > 0)
        cdi_page_words(&explain->page, block, "%s%s%s", before, missing.at != NULL ? missing.at : "", after);
    explain->page.out->failed = explain->page.out->failed || missing.failed;
    cdi_body_free(&missing);
}

bool cdi_explain_is_missing_something(const struct explain *explain)
{
    return cdi_value_count(cdi_value_member(part(explain, "disposal"), "missing")) > 0;
}

static void show_disposal(struct explain *explain)
{
    char reason[CDI_WORDS_SIZE];
    struct cdi_value disposal = part(explain, "disposal");
    if (!cdi_value_said(disposal))
        return;
    struct cdi_text by = cdi_member_text(disposal, "endorsed_by"), refused = cdi_member_text(disposal, "refused");
    cdi_page_heading(&explain->page, "The stated reason why no crime is due");
    SAY(PARAGRAPH, "%s.", cdi_words_reason(explain->tables, cdi_member_text(disposal, "reason"), reason));
    cdi_explain_show_missing(explain, CDI_PAGE_PARAGRAPH, "It lacks: ", ".");
    if (cdi_text_said(refused))
        SAY(PARAGRAPH, "It does not end this report: %.*s.", CDI_TEXT_ARGS(cdi_words_refused(refused)));
    show_fact(explain, "The other force", cdi_member_text(disposal, "other_force"));
    if (cdi_text_said(by))
        SAY(PARAGRAPH, "Endorsed by %.*s.", CDI_TEXT_ARGS(by));
}

/* ---- the clocks ---- */

/* Stages that began in the same instant, as when a crime is cancelled after the deadline: only the last of them says anything. */
static bool is_overtaken(struct cdi_value event, struct cdi_value next)
{
    enum cdi_stage stage;
    return next.node != NULL && cdi_stage_from(cdi_member_text(event, "what"), &stage) && cdi_stage_from(cdi_member_text(next, "what"), &stage) &&
           cdi_member_instant(event, "at").ms == cdi_member_instant(next, "at").ms;
}

/* Events, each with its time: of the history, or of what was published. */
static void show_events(struct explain *explain, struct cdi_value events)
{
    for (struct cdi_value event = cdi_value_first(events); event.node != NULL; event = cdi_value_next(events, event)) {
        if (is_overtaken(event, cdi_value_next(events, event)))
            continue;
        cdi_page_begin(&explain->page, CDI_PAGE_ITEM);
        cdi_page_time(&explain->page, cdi_member_instant(event, "at"));
        cdi_page_say(&explain->page, ": %.*s", CDI_TEXT_ARGS(cdi_words_event(cdi_member_text(event, "what"))));
        cdi_page_end(&explain->page);
    }
}

static void show_clocks(struct explain *explain)
{
    char span[CDI_TIME_TEXT_SIZE];
    int64_t late_s = cdi_value_integer(part(explain, "detected_late_by_s")), days = cdi_value_integer(part(explain, "overdue_days"));
    cdi_page_heading(&explain->page, "The clock");
    if (state_is(explain, "not_disclosed")) {
        SAY(PARAGRAPH, "No crime is due: there is no deadline.");
        return;
    }
    show_instant(explain, "To be recorded the same day, before", cdi_member_instant(explain->document, "same_day_at"));
    bool later = cdi_value_integer(part(explain, "report")) != 0;
    show_instant(explain, later ? "Deadline, 24 hours after it was disclosed" : "Deadline, 24 hours after receipt", explain->due_at);
    if (!explain->settled)
        show_instant(explain, "Next stage", cdi_member_instant(explain->document, "next_stage_at"));
    show_events(explain, part(explain, "history"));
    if (days > 0)
        SAY(PARAGRAPH, "Midnights on which it was overdue: %lld.", (long long)days);
    if (late_s >= DETECTED_LATE_S)
        SAY(PARAGRAPH, "The last stage became known %s after it began: what it is judged by came late, or nothing was running.",
            seconds_text(late_s, span));
}

/* All of it was said at its time. */
static bool is_as_it_was(const struct explain *explain)
{
    struct cdi_value history = part(explain, "history"), published = part(explain, "published");
    struct cdi_value was = cdi_value_first(history), said = cdi_value_first(published);
    while (was.node != NULL && said.node != NULL &&
           cdi_text_same(cdi_member_text(was, "what"), cdi_member_text(said, "what")) &&
           cdi_instant_between(cdi_member_instant(was, "at"), cdi_member_instant(said, "at")).ms < DETECTED_LATE_S * 1000) {
        was = cdi_value_next(history, was);
        said = cdi_value_next(published, said);
    }
    return was.node == NULL && said.node == NULL;
}

/* What was said to others, and taken back: where that is more than the clock tells. */
static void show_published(struct explain *explain)
{
    if (cdi_value_count(part(explain, "published")) == 0 || is_as_it_was(explain))
        return;
    cdi_page_heading(&explain->page, "What was published about it, and when");
    show_events(explain, part(explain, "published"));
}

/* ---- who is on it ---- */

static void show_note(struct explain *explain, struct cdi_value note)
{
    struct cdi_text by = cdi_member_text(note, "by");
    cdi_page_begin(&explain->page, CDI_PAGE_ITEM);
    cdi_page_time(&explain->page, cdi_member_instant(note, "at"));
    cdi_page_say(&explain->page, "%s%.*s: %.*s", by.size > 0 ? ", " : "", CDI_TEXT_ARGS(by),
                 CDI_TEXT_ARGS(cdi_member_text(note, "text")));
    cdi_page_end(&explain->page);
}

static void show_handling(struct explain *explain)
{
    struct cdi_value notes = part(explain, "notes");
    struct cdi_text lifecycle = cdi_member_text(explain->document, "lifecycle");
    int64_t expired = cdi_value_integer(part(explain, "escalation"));
    cdi_page_heading(&explain->page, "Who is on it");
    if (cdi_text_said(lifecycle))
        SAY(PARAGRAPH, "%.*s", CDI_TEXT_ARGS(cdi_words_lifecycle(lifecycle)));
    show_fact(explain, "Owner", cdi_member_text(explain->document, "owner"));
    show_instant(explain, "Acknowledged until", cdi_member_instant(explain->document, "acknowledged_until"));
    if (expired > 0)
        SAY(PARAGRAPH, "%lld acknowledgement%s ran out before it was answered.", (long long)expired, expired == 1 ? "" : "s");
    for (struct cdi_value note = cdi_value_first(notes); note.node != NULL; note = cdi_value_next(notes, note))
        show_note(explain, note);
}

/* ---- the two forms ---- */

static void show(struct explain *explain)
{
    explain->due_at = cdi_member_instant(explain->document, "due_at");
    explain->due = cdi_value_integer(part(explain, "due"));
    explain->recorded = cdi_value_integer(part(explain, "recorded"));
    explain->settled = cdi_summary_settled(explain->document);
    show_ahead(explain);
    show_standing(explain);
    cdi_explain_next(explain);
    show_reported(explain);
    show_why(explain);
    show_due(explain);
    show_linked(explain);
    show_disposal(explain);
    show_clocks(explain);
    show_published(explain);
    show_handling(explain);
    cdi_page_close(&explain->page);
}

void cdi_explain_text(struct cdi_body *out, int width, bool colour, const struct cdi_tables *tables, struct cdi_value document,
                      const struct cdi_explain_beside *beside, struct cdi_instant now)
{
    struct explain explain = { .page = cdi_page_text(out, width, colour), .tables = tables, .document = document, .beside = beside, .now = now };
    struct cdi_body title = { .at = NULL };
    cdi_explain_title(&title, document);
    cdi_page_words(&explain.page, CDI_PAGE_PARAGRAPH, "%s", title.at != NULL ? title.at : "");
    cdi_body_free(&title);
    show(&explain);
}

void cdi_explain_html(struct cdi_body *out, const struct cdi_tables *tables, struct cdi_value document,
                      const struct cdi_explain_beside *beside, struct cdi_instant now)
{
    struct explain explain = { .page = cdi_page_html(out), .tables = tables, .document = document, .beside = beside, .now = now };
    show(&explain);
}
