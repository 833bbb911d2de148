#include "codec/summary.h"

#include <string.h>

#include "codec/harmless.h"
#include "codec/time_words.h"
#include "codec/words.h"

enum { CRIMES_MOST = 4, REASONS_MOST = 2 };

struct summing {
    struct cdi_body *out;
    const struct cdi_tables *tables;
    struct cdi_value document;
    struct cdi_instant now;
};

static void add(const struct summing *sum, struct cdi_text text)
{
    cdi_harmless_add(sum->out, text);
}

static void add_member(const struct summing *sum, const char *before, struct cdi_value object, const char *key)
{
    struct cdi_text text = cdi_member_text(object, key);
    if (text.size == 0)
        return;
    cdi_body_say(sum->out, "%s", before);
    add(sum, text);
}

bool cdi_summary_settled(struct cdi_value document)
{
    struct cdi_text state = cdi_member_text(document, "state");
    return cdi_text_is(state, "satisfied") || cdi_text_is(state, "cleared") || cdi_text_is(state, "superseded") ||
           cdi_text_is(state, "not_disclosed");
}

bool cdi_summary_watched(struct cdi_value document)
{
    return cdi_text_is(cdi_member_text(document, "state"), "not_disclosed") &&
           cdi_value_count(cdi_value_member(document, "watches")) > 0;
}

bool cdi_summary_confirmed(struct cdi_value document)
{
    struct cdi_value likely = cdi_value_member(document, "likely");
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item))
        if (cdi_value_true(cdi_value_member(item, "confirmed")))
            return true;
    return false;
}

static void sum_time(const struct summing *sum)
{
    char span[CDI_TIME_TEXT_SIZE];
    struct cdi_instant due_at = cdi_member_instant(sum->document, "due_at");
    if (cdi_summary_settled(sum->document))
        cdi_body_say(sum->out, cdi_summary_watched(sum->document) ? "watched" : "settled");
    else if (!cdi_instant_said(due_at))
        cdi_body_say(sum->out, "no deadline");
    else if (cdi_instant_before(due_at, sum->now))
        cdi_body_say(sum->out, "overdue by %s", cdi_span_text(cdi_instant_between(due_at, sum->now), span));
    else
        cdi_body_say(sum->out, "%s left", cdi_span_text(cdi_instant_between(sum->now, due_at), span));
}

static void sum_reference(const struct summing *sum)
{
    int64_t report = cdi_value_integer(cdi_value_member(sum->document, "report"));
    add_member(sum, "", sum->document, "incident");
    if (report != 0)
        cdi_body_say(sum->out, ", disclosed in entry %lld", (long long)report);
}

static void sum_opened(const struct summing *sum)
{
    char code[CDI_WORDS_SIZE];
    struct cdi_text text = cdi_member_text(sum->document, "opened_as");
    if (cdi_text_said(text))
        add(sum, cdi_text_of(cdi_words_code(sum->tables, text, code)));
}

/* Was the class of `item` named by one before it? */
static bool named_before(struct cdi_value list, struct cdi_value item)
{
    struct cdi_text klass = cdi_member_text(item, "class");
    for (struct cdi_value one = cdi_value_first(list); one.node != item.node; one = cdi_value_next(list, one))
        if (cdi_text_same(cdi_member_text(one, "class"), klass))
            return true;
    return false;
}

static void sum_crimes(const struct summing *sum)
{
    char klass[CDI_WORDS_SIZE];
    struct cdi_value likely = cdi_value_member(sum->document, "likely");
    size_t named = 0;
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        if (named_before(likely, item) || named++ >= CRIMES_MOST)
            continue;
        cdi_body_say(sum->out, "%s", named > 1 ? "; " : "");
        add(sum, cdi_text_of(cdi_words_class(sum->tables, cdi_member_text(item, "class"), klass)));
    }
    if (named > CRIMES_MOST)
        cdi_body_say(sum->out, "; and %zu more", named - CRIMES_MOST);
    if (named == 0)
        cdi_body_say(sum->out, "none is likely now");
}

/* ---- why: the points that speak most strongly for it; what the log says in words before the codes it bears ---- */

enum { WORDS_FIRST = 1000000 };                 /* more than any weight */

struct point { struct cdi_text rule; int64_t weight; };

static bool is_phrase(struct cdi_text rule)
{
    return rule.size > 7 && memcmp(rule.at, "phrase:", 7) == 0;
}

/* Keeps the strongest; of two alike the first, and of one that is said for several crimes once. */
static void keep_strongest(struct point strongest[REASONS_MOST], struct cdi_value addend)
{
    struct point point = { cdi_member_text(addend, "rule"), cdi_value_thousandths(cdi_value_member(addend, "weight")) };
    size_t at = 0;
    if (point.weight <= 0 || !cdi_text_said(point.rule))
        return;
    point.weight += is_phrase(point.rule) ? WORDS_FIRST : 0;
    while (at < REASONS_MOST && strongest[at].weight >= point.weight && !cdi_text_same(strongest[at].rule, point.rule))
        at++;
    if (at == REASONS_MOST || (cdi_text_same(strongest[at].rule, point.rule) && strongest[at].weight >= point.weight))
        return;
    size_t last = at;                           /* where it stood before, else the end */
    while (last < REASONS_MOST - 1 && !cdi_text_same(strongest[last].rule, point.rule))
        last++;
    for (; last > at; last--)
        strongest[last] = strongest[last - 1];
    strongest[at] = point;
}

static void sum_watches(const struct summing *sum)
{
    struct cdi_value watches = cdi_value_member(sum->document, "watches");
    const char *between = "";
    for (struct cdi_value watch = cdi_value_first(watches); watch.node != NULL; watch = cdi_value_next(watches, watch)) {
        cdi_body_say(sum->out, "%s", between);
        add(sum, cdi_words_watch(sum->tables, cdi_value_text(watch)));
        between = "; ";
    }
}

/* Where nothing is likely it is there for what it is watched for. */
static void sum_why(const struct summing *sum)
{
    char rule[CDI_WORDS_SIZE];
    struct point strongest[REASONS_MOST] = { { CDI_TEXT_NONE, 0 } };
    struct cdi_value likely = cdi_value_member(sum->document, "likely");
    if (cdi_summary_watched(sum->document))
        sum_watches(sum);
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        struct cdi_value evidence = cdi_value_member(item, "evidence");
        for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend))
            if (!cdi_value_true(cdi_value_member(addend, "negated")))
                keep_strongest(strongest, addend);
    }
    for (size_t i = 0; i < REASONS_MOST && strongest[i].weight > 0; i++) {
        cdi_body_say(sum->out, "%s", i > 0 ? "; " : "");
        add(sum, cdi_text_of(cdi_words_rule(sum->tables, strongest[i].rule, false, CDI_RULE_SHORT, rule)));
    }
}

/* ---- how it stands ---- */

static void sum_risk(const struct summing *sum)
{
    add(sum, cdi_words_risk(cdi_member_text(sum->document, "risk")));
}

/* Nothing is to be checked of what is recorded: it is too little. */
static bool recorded_in_part(struct cdi_value document)
{
    int64_t due = cdi_value_integer(cdi_value_member(document, "due")), recorded = cdi_value_integer(cdi_value_member(document, "recorded"));
    return cdi_text_is(cdi_member_text(document, "state"), "matched_unverified") && recorded > 0 && recorded < due;
}

static void sum_state(const struct summing *sum)
{
    if (recorded_in_part(sum->document))
        cdi_body_say(sum->out, "open, not all recorded");
    else
        add(sum, cdi_words_state_short(cdi_member_text(sum->document, "state")));
}

static void sum_stage(const struct summing *sum)
{
    struct cdi_text stage = cdi_member_text(sum->document, "stage");
    if (cdi_text_said(stage))
        add(sum, cdi_words_stage(stage));
}

size_t cdi_summary_missing(struct cdi_body *out, struct cdi_value document)
{
    struct cdi_value missing = cdi_value_member(cdi_value_member(document, "disposal"), "missing");
    size_t count = 0;
    for (struct cdi_value field = cdi_value_first(missing); field.node != NULL; field = cdi_value_next(missing, field)) {
        cdi_body_say(out, "%s", count++ > 0 ? ", " : "");
        cdi_harmless_add(out, cdi_words_missing(cdi_value_text(field)));
    }
    return count;
}

static void sum_todo(const struct summing *sum)
{
    struct cdi_value missing = cdi_value_member(cdi_value_member(sum->document, "disposal"), "missing");
    if (cdi_summary_settled(sum->document)) {
        cdi_body_say(sum->out, cdi_summary_watched(sum->document) ? "look at it" : "nothing");
        return;
    }
    cdi_body_say(sum->out, "%lld due, %lld recorded", (long long)cdi_value_integer(cdi_value_member(sum->document, "due")),
                 (long long)cdi_value_integer(cdi_value_member(sum->document, "recorded")));
    if (cdi_value_count(missing) > 0) {
        cdi_body_say(sum->out, "; lacks ");
        (void)cdi_summary_missing(sum->out, sum->document);
    }
    struct cdi_text refused = cdi_member_text(cdi_value_member(sum->document, "disposal"), "refused");
    if (cdi_text_said(refused)) {
        cdi_body_say(sum->out, "; the reason: ");
        add(sum, cdi_words_refused(refused));
    }
    if (cdi_text_is(cdi_member_text(sum->document, "state"), "matched_unverified") && !recorded_in_part(sum->document))
        cdi_body_say(sum->out, "; a crime record to check");
}

static void sum_area(const struct summing *sum)
{
    struct cdi_value area = cdi_value_member(sum->document, "area");
    add_member(sum, "", area, "bcu");
    add_member(sum, cdi_member_text(area, "bcu").size > 0 ? ", " : "", area, "beat");
}

static void sum_owner(const struct summing *sum)
{
    add_member(sum, "", sum->document, "owner");
}

static void sum_marks(const struct summing *sum)
{
    struct cdi_value marks = cdi_value_member(sum->document, "marks");
    const char *between = "";
    for (struct cdi_value mark = cdi_value_first(marks); mark.node != NULL; mark = cdi_value_next(marks, mark)) {
        cdi_body_say(sum->out, "%s", between);
        add(sum, cdi_words_mark_short(cdi_value_text(mark)));
        between = "; ";
    }
}

typedef void (*summer)(const struct summing *sum);
static const struct { const char *title; summer sum; } parts[CDI_SUMMARY_COUNT] = {
#define X(upper, lower, title) { title, sum_##lower },
    CDI_SUMMARY_LIST(X)
#undef X
};

const char *cdi_summary_title(enum cdi_summary_part part)
{
    return parts[part].title;
}

void cdi_summary_make(struct cdi_summary *summary, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now)
{
    struct summing sum = { &summary->words, tables, document, now };
    summary->words.size = 0;
    for (size_t i = 0; i < CDI_SUMMARY_COUNT; i++) {
        summary->begins[i] = summary->words.size;
        parts[i].sum(&sum);
    }
    summary->begins[CDI_SUMMARY_COUNT] = summary->words.size;
}

struct cdi_text cdi_summary_text(const struct cdi_summary *summary, enum cdi_summary_part part)
{
    size_t begins = summary->begins[part];
    if (summary->words.at == NULL)
        return CDI_TEXT("");
    return (struct cdi_text){ summary->words.at + begins, summary->begins[part + 1] - begins };
}
