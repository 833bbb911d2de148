#include "codec/explain_evidence.h"

#include <stdio.h>

#include "codec/words.h"

enum { SMALL_WEIGHT = 500, HOW_OFTEN_SIZE = 64 };

/* After a point's words: " (entry 4)", or of history " (twice in 90 days)"; else "". */
static void say_how_often(struct cdi_value addend, char out[HOW_OFTEN_SIZE])
{
    long long seq = cdi_value_integer(cdi_value_member(addend, "entry")), times = cdi_value_integer(cdi_value_member(addend, "times"));
    long long days = cdi_value_integer(cdi_value_member(addend, "days"));
    out[0] = '\0';
    if (seq > 0)
        snprintf(out, HOW_OFTEN_SIZE, " (entry %lld)", seq);
    else if (times == 1 || times == 2)
        snprintf(out, HOW_OFTEN_SIZE, " (%s in %lld days)", times == 1 ? "once" : "twice", days);
    else if (times > 2)
        snprintf(out, HOW_OFTEN_SIZE, " (%lld times in %lld days)", times, days);
}

static void show_addend(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value addend)
{
    char rule[CDI_WORDS_SIZE], often[HOW_OFTEN_SIZE];
    int64_t weight = cdi_value_thousandths(cdi_value_member(addend, "weight"));
    int64_t size = weight < 0 ? -weight : weight;
    bool negated = cdi_value_true(cdi_value_member(addend, "negated"));
    say_how_often(addend, often);
    cdi_page_words(page, CDI_PAGE_POINT, "%s%s: %s [%c%lld.%lld]",
                   cdi_words_rule(tables, cdi_member_text(addend, "rule"), negated, CDI_RULE_SENTENCE, rule), often,
                   cdi_words_weight(weight), weight < 0 ? '-' : '+', (long long)((size + 50) / 1000),
                   (long long)((size + 50) / 100 % 10));
}

void cdi_explain_evidence(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value evidence)
{
    size_t small = 0;
    for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend)) {
        int64_t weight = cdi_value_thousandths(cdi_value_member(addend, "weight"));
        if (weight > -SMALL_WEIGHT && weight < SMALL_WEIGHT)
            small++;
        else
            show_addend(page, tables, addend);
    }
    if (small > 0)
        cdi_page_words(page, CDI_PAGE_POINT, "and %zu smaller point%s", small, small == 1 ? "" : "s");
}

static void show_log(struct cdi_page *page, struct cdi_value log)
{
    struct cdi_value kinds = cdi_value_member(log, "kinds");
    const char *between = ": ";
    cdi_page_begin(page, CDI_PAGE_ITEM);
    cdi_page_time(page, cdi_member_instant(log, "received_at"));
    cdi_page_say(page, ", %.*s, %.*s", CDI_TEXT_ARGS(cdi_member_text(log, "incident")),
                 CDI_TEXT_ARGS(cdi_words_past_kin(cdi_member_text(log, "same"))));
    for (struct cdi_value kind = cdi_value_first(kinds); kind.node != NULL; kind = cdi_value_next(kinds, kind)) {
        cdi_page_say(page, "%s%.*s", between, CDI_TEXT_ARGS(cdi_words_past_kind(cdi_value_text(kind))));
        between = ", ";
    }
    cdi_page_say(page, ".");
    cdi_page_end(page);
}

void cdi_explain_earlier(struct cdi_page *page, struct cdi_value document)
{
    struct cdi_value earlier = cdi_value_member(document, "earlier");
    if (cdi_value_count(earlier) == 0)
        return;
    cdi_page_words(page, CDI_PAGE_PARAGRAPH, "Earlier logs that this goes by, the latest first:");
    for (struct cdi_value log = cdi_value_first(earlier); log.node != NULL; log = cdi_value_next(earlier, log))
        show_log(page, log);
}
