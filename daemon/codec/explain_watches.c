#include "codec/explain_watches.h"

#include "codec/words.h"

/* "; " between, and where in the log, or how likely. */
static void say_facts(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value facts)
{
    char words[CDI_WORDS_SIZE];
    const char *between = ": ";
    for (struct cdi_value fact = cdi_value_first(facts); fact.node != NULL; fact = cdi_value_next(facts, fact)) {
        int64_t entry = cdi_value_integer(cdi_value_member(fact, "entry")), p = cdi_value_thousandths(cdi_value_member(fact, "p"));
        cdi_page_say(page, "%s%s", between, cdi_words_fact(tables, cdi_member_text(fact, "rule"), cdi_member_text(fact, "said"), words));
        if (entry > 0)
            cdi_page_say(page, " (entry %lld)", (long long)entry);
        if (p > 0)
            cdi_page_say(page, ", %lld in 100", (long long)(p + 5) / 10);
        between = "; ";
    }
}

/* One that the document gives no reason for, of another version, is only named. */
static void say_reason(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value reasons, struct cdi_text key)
{
    for (struct cdi_value reason = cdi_value_first(reasons); reason.node != NULL; reason = cdi_value_next(reasons, reason)) {
        if (!cdi_text_same(cdi_member_text(reason, "watch"), key))
            continue;
        cdi_page_say(page, ", since ");
        cdi_page_time(page, cdi_member_instant(reason, "since"));
        say_facts(page, tables, cdi_value_member(reason, "because"));
    }
}

void cdi_explain_watches(struct cdi_page *page, const struct cdi_tables *tables, struct cdi_value document)
{
    struct cdi_value watches = cdi_value_member(document, "watches"), reasons = cdi_value_member(document, "watch_reasons");
    for (struct cdi_value watch = cdi_value_first(watches); watch.node != NULL; watch = cdi_value_next(watches, watch)) {
        cdi_page_begin_fact(page, "Watched for");
        cdi_page_say(page, "%.*s", CDI_TEXT_ARGS(cdi_words_watch(tables, cdi_value_text(watch))));
        say_reason(page, tables, reasons, cdi_value_text(watch));
        cdi_page_end(page);
    }
}
