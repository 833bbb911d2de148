#include "commands/explain_page.h"

#include <string.h>

#include "commands/page.h"
#include "codec/time_words.h"
#include "codec/words.h"

enum { INDENT = 2, DEEPER = 4, HANG = 2, LIST_SIZE = 1200, SMALL_WEIGHT = 500 };

struct explain {
    struct cdi_page page;
    const struct cdi_tables *tables;
    struct cdi_value document;
    struct cdi_instant now, due_at;
    int64_t due, recorded;
    bool settled;                               /* nothing is asked of anybody any more */
};

static bool state_is(const struct explain *explain, const char *state)
{
    return cdi_text_is(cdi_member_text(explain->document, "state"), state);
}

static struct cdi_value part(const struct explain *explain, const char *name)
{
    return cdi_value_member(explain->document, name);
}

/* "3 h 12 min ago" or "in 3 h 12 min". */
static const char *distance(const struct explain *explain, struct cdi_instant at, char out[CDI_TIME_TEXT_SIZE + 8])
{
    char span[CDI_TIME_TEXT_SIZE];
    bool past = !cdi_instant_before(explain->now, at);
    struct cdi_span away = past ? cdi_instant_between(at, explain->now) : cdi_instant_between(explain->now, at);
    snprintf(out, CDI_TIME_TEXT_SIZE + 8, past ? "%s ago" : "in %s", cdi_span_text(away, span));
    return out;
}

/* ---- what was reported ---- */

static void show_heading(const struct explain *explain)
{
    struct cdi_text incident = cdi_member_text(explain->document, "incident");
    struct cdi_text alert = cdi_member_text(explain->document, "alert");
    struct cdi_text bcu = cdi_member_text(part(explain, "area"), "bcu"), beat = cdi_member_text(part(explain, "area"), "beat");
    cdi_page_words(&explain->page, 0, 0, "%.*s, report %lld (alert %.*s)", CDI_TEXT_ARGS(incident),
                   (long long)cdi_value_integer(part(explain, "report")), CDI_TEXT_ARGS(alert));
    if (cdi_text_said(bcu) || cdi_text_said(beat))
        cdi_page_words(&explain->page, 0, 0, "%.*s%s%.*s", CDI_TEXT_ARGS(bcu), bcu.size > 0 && beat.size > 0 ? ", " : "",
                       CDI_TEXT_ARGS(beat));
    cdi_page_words(&explain->page, 0, 0, "%s", cdi_words_state(cdi_member_text(explain->document, "state")));
    cdi_page_words(&explain->page, 0, 0, "Risk: %s.", cdi_words_risk(cdi_member_text(explain->document, "risk")));
    struct cdi_value list = part(explain, "marks");
    for (struct cdi_value mark = cdi_value_first(list); mark.node != NULL; mark = cdi_value_next(list, mark))
        cdi_page_words(&explain->page, 0, 0, "%s", cdi_words_mark(cdi_value_text(mark)));
}

static void show_code(const struct explain *explain, const char *field, const char *words)
{
    char code[CDI_WORDS_SIZE];
    struct cdi_text text = cdi_member_text(explain->document, field);
    if (cdi_text_said(text))
        cdi_page_words(&explain->page, INDENT, HANG, "%s %s.", words, cdi_words_code(explain->tables, text, code));
}

static void show_reported(const struct explain *explain)
{
    char at[CDI_TIME_TEXT_SIZE];
    struct cdi_text channel = cdi_member_text(explain->document, "channel");
    struct cdi_text caller = cdi_member_text(explain->document, "caller_role");
    cdi_page_heading(&explain->page, "What was reported");
    cdi_page_words(&explain->page, INDENT, HANG, "Received %s%s%.*s%s%s.",
                   cdi_time_text(cdi_member_instant(explain->document, "received_at"), at), channel.size > 0 ? " by " : "",
                   CDI_TEXT_ARGS(channel), caller.size > 0 ? " from " : "", caller.size > 0 ? cdi_words_caller(caller) : "");
    show_code(explain, "opened_as", "Opened as");
    show_code(explain, "classified_as", "Classified as");
    show_code(explain, "closed_as", "Closed as");
}

/* ---- why ---- */

static void show_addend(const struct explain *explain, struct cdi_value addend)
{
    char rule[CDI_WORDS_SIZE], entry[32] = "";
    int64_t weight = cdi_value_thousandths(cdi_value_member(addend, "weight"));
    int64_t seq = cdi_value_integer(cdi_value_member(addend, "entry"));
    int64_t size = weight < 0 ? -weight : weight;
    if (seq > 0)
        snprintf(entry, sizeof entry, " (entry %lld)", (long long)seq);
    cdi_page_words(&explain->page, DEEPER, HANG, "- %s%s: %s [%c%lld.%lld]",
                   cdi_words_rule(explain->tables, cdi_member_text(addend, "rule"),
                                  cdi_value_true(cdi_value_member(addend, "negated")), rule),
                   entry, cdi_words_weight(weight), weight < 0 ? '-' : '+', (long long)((size + 50) / 1000),
                   (long long)((size + 50) / 100 % 10));
}

/* The points that carry weight; the others are only counted. */
static void show_evidence(const struct explain *explain, struct cdi_value evidence)
{
    size_t small = 0;
    for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend)) {
        int64_t weight = cdi_value_thousandths(cdi_value_member(addend, "weight"));
        if (weight > -SMALL_WEIGHT && weight < SMALL_WEIGHT)
            small++;
        else
            show_addend(explain, addend);
    }
    if (small > 0)
        cdi_page_words(&explain->page, DEEPER, HANG, "- and %zu smaller point%s", small, small == 1 ? "" : "s");
}

static void show_why(const struct explain *explain)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_value likely = part(explain, "likely");
    cdi_page_heading(&explain->page, "Why it is thought a crime");
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        long long p = (long long)(cdi_value_thousandths(cdi_value_member(item, "p")) + 5) / 10;
        cdi_page_words(&explain->page, INDENT, HANG, "%s, %s: likely, %s%lld in 100 (50 is the balance of probability).",
                       cdi_words_class(explain->tables, cdi_member_text(item, "class"), klass),
                       cdi_words_category(cdi_member_text(item, "category")),
                       p > 99 ? "more than " : "", p > 99 ? 99 : p);
        show_evidence(explain, cdi_value_member(item, "evidence"));
    }
    if (cdi_value_count(likely) == 0)
        cdi_page_words(&explain->page, INDENT, HANG, "No crime is likely from what is known now.");
}

static void show_due(const struct explain *explain)
{
    cdi_page_heading(&explain->page, "How many are due");
    cdi_page_words(&explain->page, INDENT, HANG, "%lld %s due, %lld recorded.", (long long)explain->due,
                   explain->due == 1 ? "crime is" : "crimes are", (long long)explain->recorded);
    if (cdi_value_count(part(explain, "likely")) > (size_t)(explain->due > 0 ? explain->due : 0))
        cdi_page_words(&explain->page, INDENT, HANG,
                       "For the same victim and offender only the most serious is counted (principal crime rule).");
}

/* ---- the crime system ---- */

static void show_link(const struct explain *explain, struct cdi_value link)
{
    char klass[CDI_WORDS_SIZE], at[CDI_TIME_TEXT_SIZE], late[CDI_TIME_TEXT_SIZE];
    struct cdi_text how = cdi_member_text(link, "how"), crime = cdi_member_text(link, "crime");
    int64_t late_by_s = cdi_value_integer(cdi_value_member(link, "late_by_s"));
    cdi_page_words(&explain->page, INDENT, HANG, "%.*s, %s, recorded %s%s%s: %s.", CDI_TEXT_ARGS(crime),
                   cdi_words_class(explain->tables, cdi_member_text(link, "class"), klass),
                   cdi_time_text(cdi_member_instant(link, "recorded_at"), at), late_by_s > 0 ? ", late by " : "",
                   late_by_s > 0 ? cdi_span_text(CDI_SECONDS(late_by_s), late) : "",
                   cdi_text_is(how, "explicit") ? "the log and the crime name each other, or one of them the other"
                   : cdi_text_is(how, "confirmed") ? "a person confirmed the link"
                                                   : "found by comparing time, place, people and class");
}

static bool is_linked(const struct explain *explain, struct cdi_text crime)
{
    struct cdi_value linked = part(explain, "linked");
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link))
        if (cdi_text_same(cdi_member_text(link, "crime"), crime))
            return true;
    return false;
}

/* What was compared; of a crime that is linked already there is nothing left to decide here. */
static void show_alternative(const struct explain *explain, struct cdi_value link)
{
    char klass[CDI_WORDS_SIZE], reasons[LIST_SIZE] = "";
    struct cdi_text crime = cdi_member_text(link, "crime");
    struct cdi_value evidence = cdi_value_member(link, "evidence");
    size_t used = 0;
    for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend)) {
        int64_t weight = cdi_value_thousandths(cdi_value_member(addend, "weight"));
        struct cdi_text level = cdi_member_text(addend, "level");
        int size = level.size > 60 ? 60 : (int)level.size;
        if (used < sizeof reasons - CDI_WORDS_SIZE)
            used += (size_t)snprintf(reasons + used, CDI_WORDS_SIZE, "%s%.*s (%s)", used > 0 ? "; " : "", size,
                                     level.at != NULL ? level.at : "", cdi_words_weight(weight));
    }
    if (is_linked(explain, crime))
        cdi_page_words(&explain->page, INDENT, HANG, "%.*s was compared: %s.", CDI_TEXT_ARGS(crime), reasons);
    else
        cdi_page_words(&explain->page, INDENT, HANG, "%.*s, %s, might belong to it: %s. A person has to decide.",
                       CDI_TEXT_ARGS(crime), cdi_words_class(explain->tables, cdi_member_text(link, "class"), klass), reasons);
}

static void show_linked(const struct explain *explain)
{
    struct cdi_value linked = part(explain, "linked"), alternatives = part(explain, "alternatives");
    cdi_page_heading(&explain->page, "What was found on the crime system");
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link))
        show_link(explain, link);
    if (cdi_value_count(linked) == 0)
        cdi_page_words(&explain->page, INDENT, HANG, "No crime record is linked to it.");
    for (struct cdi_value link = cdi_value_first(alternatives); link.node != NULL; link = cdi_value_next(alternatives, link))
        show_alternative(explain, link);
}

/* ---- the stated reason ---- */

/* What the disposal lacks, in words, with commas. */
static size_t missing_list(const struct explain *explain, char out[LIST_SIZE])
{
    struct cdi_value missing = cdi_value_member(part(explain, "disposal"), "missing");
    size_t used = 0, count = 0;
    out[0] = '\0';
    for (struct cdi_value field = cdi_value_first(missing); field.node != NULL; field = cdi_value_next(missing, field))
        if (used < LIST_SIZE - CDI_WORDS_SIZE)
            used += (size_t)snprintf(out + used, CDI_WORDS_SIZE, "%s%s", count++ > 0 ? "; " : "",
                                     cdi_words_missing(cdi_value_text(field)));
    return count;
}

static void show_disposal(const struct explain *explain)
{
    char reason[CDI_WORDS_SIZE], missing[LIST_SIZE];
    struct cdi_value disposal = part(explain, "disposal");
    if (!cdi_value_said(disposal))
        return;
    struct cdi_text word = cdi_member_text(disposal, "reason"), by = cdi_member_text(disposal, "endorsed_by");
    cdi_page_heading(&explain->page, "The stated reason why no crime is due");
    if (!cdi_text_said(word))
        cdi_page_words(&explain->page, INDENT, HANG, "A word that is not one of the reasons: it ends nothing.");
    else
        cdi_page_words(&explain->page, INDENT, HANG, "%s.", cdi_words_reason(explain->tables, word, reason));
    if (missing_list(explain, missing) > 0)
        cdi_page_words(&explain->page, INDENT, HANG, "It lacks: %s.", missing);
    if (cdi_text_said(by))
        cdi_page_words(&explain->page, INDENT, HANG, "Endorsed by %.*s.", CDI_TEXT_ARGS(by));
}

/* ---- the clocks ---- */

static void show_clock(const struct explain *explain, const char *name, const char *field)
{
    char at[CDI_TIME_TEXT_SIZE], away[CDI_TIME_TEXT_SIZE + 8];
    struct cdi_instant instant = cdi_member_instant(explain->document, field);
    if (!cdi_instant_said(instant))
        return;
    cdi_page_words(&explain->page, INDENT, HANG, "%s: %s%s%s", name, cdi_time_text(instant, at), explain->settled ? "" : ", ",
                   explain->settled ? "" : distance(explain, instant, away));
}

static void show_clocks(const struct explain *explain)
{
    char at[CDI_TIME_TEXT_SIZE];
    struct cdi_value history = part(explain, "history");
    cdi_page_heading(&explain->page, "The clock");
    show_clock(explain, "To be recorded the same day, by", "same_day_at");
    show_clock(explain, "Deadline, 24 hours after receipt", "due_at");
    if (!explain->settled)
        show_clock(explain, "Next stage", "next_stage_at");
    for (struct cdi_value event = cdi_value_first(history); event.node != NULL; event = cdi_value_next(history, event)) {
        cdi_page_words(&explain->page, INDENT, HANG, "%s: %s", cdi_time_text(cdi_member_instant(event, "at"), at),
                       cdi_words_event(cdi_member_text(event, "what")));
    }
}

/* ---- what to do ---- */

static void show_late_rule(const struct explain *explain)
{
    if (cdi_instant_said(explain->due_at) && cdi_instant_before(explain->due_at, explain->now))
        cdi_page_words(&explain->page, INDENT, HANG,
                       "The deadline has passed: recording now needs a rationale for the delay and the registrar's oversight.");
}

static void show_next(const struct explain *explain)
{
    char missing[LIST_SIZE];
    int64_t lacking = explain->due - explain->recorded;
    cdi_page_heading(&explain->page, "What to do next");
    if (explain->settled) {
        cdi_page_words(&explain->page, INDENT, HANG, "Nothing, unless a check of the log says otherwise.");
        return;
    }
    if (state_is(explain, "incomplete_clear") && missing_list(explain, missing) > 0)
        cdi_page_words(&explain->page, INDENT, HANG, "Complete the decision with: %s. Or record the crime.", missing);
    if (cdi_value_count(part(explain, "alternatives")) > 0)
        cdi_page_words(&explain->page, INDENT, HANG,
                       "Look at the crime named above: if it is this report's, put the log's reference on it. If not, record.");
    if (state_is(explain, "matched_unverified") && lacking <= 0)
        cdi_page_words(&explain->page, INDENT, HANG,
                       "The number is right, the kind is not certain: compare the recorded class with what the log says.");
    if (lacking > 0)
        cdi_page_words(&explain->page, INDENT, HANG, "Record %lld %s, or enter the reason why none is due, with all it needs.",
                       (long long)lacking, lacking == 1 ? "crime" : "crimes");
    show_late_rule(explain);
}

void cdi_explain_page(FILE *stream, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now)
{
    struct explain explain = { .page = cdi_page_on(stream), .tables = tables, .document = document, .now = now };
    explain.due_at = cdi_member_instant(document, "due_at");
    explain.due = cdi_value_integer(part(&explain, "due"));
    explain.recorded = cdi_value_integer(part(&explain, "recorded"));
    explain.settled = state_is(&explain, "satisfied") || state_is(&explain, "cleared") || state_is(&explain, "superseded") ||
                      state_is(&explain, "not_disclosed");
    show_heading(&explain);
    show_reported(&explain);
    show_why(&explain);
    show_due(&explain);
    show_linked(&explain);
    show_disposal(&explain);
    show_clocks(&explain);
    show_next(&explain);
}
