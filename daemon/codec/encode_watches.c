#include "codec/encode_watches.h"

#include "cdiwatch/error.h"

static const char *const cause_words[] = {
#define X(upper, word) #word ":",
    CDI_CAUSE_LIST(X)
#undef X
};

/* In the form of the evidence of what is likely, with what only a watch asks: how a term was meant, how likely a class is. */
static void write_fact(struct cdi_json_text *json, const struct cdi_cause *fact)
{
    struct cdi_text kind = cdi_text_of(cause_words[fact->kind]);
    bool words = fact->kind == CDI_CAUSE_PHRASE || fact->kind == CDI_CAUSE_TERM;
    if (fact->name.size == 0)
        kind.size--;                                                    /* without the colon */
    cdi_json_open(json, NULL, '{');
    cdi_json_pair(json, "rule", kind, fact->name);
    if (words)
        cdi_json_integer(json, "entry", fact->entry);
    if (words)
        cdi_json_string(json, "said", cdi_text_of(cdi_assertion_word(fact->said)));
    if (fact->p != 0)
        cdi_json_thousandths(json, "p", fact->p);
    cdi_json_close(json, '}');
}

static struct cdi_text key_of(const struct cdi_tables *tables, const struct cdi_watch *watch)
{
    CDI_ASSERT(watch->place < tables->watch_count);
    return tables->watches[watch->place].key;
}

void cdi_encode_watches(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_watched *watched)
{
    cdi_json_open(json, "watches", '[');
    for (size_t i = 0; i < watched->count; i++)
        cdi_json_string(json, NULL, key_of(tables, &watched->items[i]));
    cdi_json_close(json, ']');
    cdi_json_open(json, "watch_reasons", '[');
    for (size_t i = 0; i < watched->count; i++) {
        const struct cdi_watch *watch = &watched->items[i];
        cdi_json_open(json, NULL, '{');
        cdi_json_string(json, "watch", key_of(tables, watch));
        cdi_json_instant(json, "since", watch->since);
        cdi_json_open(json, "because", '[');
        for (size_t f = 0; f < watch->fact_count; f++)
            write_fact(json, &watch->facts[f]);
        cdi_json_close(json, ']');
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}
