#include "codec/explain_earlier.h"

#include <stdio.h>

#include "codec/words.h"

void cdi_explain_how_often(struct cdi_value addend, char out[CDI_HOW_OFTEN_SIZE])
{
    long long seq = cdi_value_integer(cdi_value_member(addend, "entry")), times = cdi_value_integer(cdi_value_member(addend, "times"));
    long long days = cdi_value_integer(cdi_value_member(addend, "days"));
    out[0] = '\0';
    if (seq > 0)
        snprintf(out, CDI_HOW_OFTEN_SIZE, " (entry %lld)", seq);
    else if (times == 1 || times == 2)
        snprintf(out, CDI_HOW_OFTEN_SIZE, " (%s in %lld days)", times == 1 ? "once" : "twice", days);
    else if (times > 2)
        snprintf(out, CDI_HOW_OFTEN_SIZE, " (%lld times in %lld days)", times, days);
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
