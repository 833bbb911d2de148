#include "codec/encode_likely.h"

#include <stdio.h>

#include "cdiwatch/error.h"

static const char *const addend_words[] = {
#define X(upper, word) #word ":",
    CDI_ADDEND_LIST(X)
#undef X
};

enum { TOKEN_TEXT_SIZE = 17 };

static struct cdi_text token_text(uint64_t token, char out[TOKEN_TEXT_SIZE])
{
    if (token == 0)
        return CDI_TEXT_NONE;
    snprintf(out, TOKEN_TEXT_SIZE, "%016llx", (unsigned long long)token);
    return (struct cdi_text){ out, TOKEN_TEXT_SIZE - 1 };
}

static void write_addend(struct cdi_json_text *json, const struct cdi_addend *addend)
{
    struct cdi_text kind = cdi_text_of(addend_words[addend->kind]);
    bool phrase = addend->kind == CDI_ADDEND_PHRASE;
    if (addend->name.size == 0)
        kind.size--;                                                    /* without the colon */
    cdi_json_open(json, NULL, '{');
    cdi_json_pair(json, "rule", kind, addend->name);
    if (phrase || addend->entry != 0)
        cdi_json_integer(json, "entry", addend->entry);
    cdi_json_weight(json, "weight", addend->weight);
    if (phrase)
        cdi_json_bool(json, "negated", addend->negated);
    if (addend->kind == CDI_ADDEND_HISTORY) {
        cdi_json_integer(json, "times", addend->times);
        cdi_json_integer(json, "days", addend->days);
    }
    cdi_json_close(json, '}');
}

static uint64_t victim_of(const struct cdi_due *due, uint16_t offence)
{
    for (size_t i = 0; i < due->count; i++)
        if (due->units[i].offence == offence)
            return due->units[i].victim;
    return 0;
}

/* The logs that the history goes by; nothing where there is none. */
static void write_earlier(struct cdi_json_text *json, const struct cdi_disclosed *disclosed)
{
    if (disclosed->earlier_count == 0)
        return;
    cdi_json_open(json, "earlier", '[');
    for (size_t i = 0; i < disclosed->earlier_count; i++) {
        const struct cdi_past_log *log = disclosed->earlier[i];
        cdi_json_open(json, NULL, '{');
        cdi_json_string(json, "incident", log->reference);
        cdi_json_instant(json, "received_at", log->received_at);
        cdi_json_string(json, "same", cdi_text_of(cdi_past_kin_word(log->kin)));
        cdi_json_open(json, "kinds", '[');
        for (int kind = 0; kind < CDI_PAST_KIND_COUNT; kind++)
            if ((log->kinds >> kind & 1) != 0)
                cdi_json_string(json, NULL, cdi_text_of(cdi_past_kind_word((enum cdi_past_kind)kind)));
        cdi_json_close(json, ']');
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

void cdi_encode_likely(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_judgement *judgement)
{
    char token[TOKEN_TEXT_SIZE];
    cdi_json_open(json, "likely", '[');
    for (size_t i = 0; i < judgement->disclosed.count; i++) {
        const struct cdi_disclosure *item = &judgement->disclosed.items[i];
        if (!item->likely)
            continue;
        CDI_ASSERT(item->offence < tables->offence_count);
        const struct cdi_offence *offence = &tables->offences[item->offence];
        cdi_json_open(json, NULL, '{');
        cdi_json_string(json, "class", offence->klass);
        cdi_json_string(json, "category", cdi_text_of(cdi_category_word(offence->category)));
        cdi_json_thousandths(json, "p", item->p);
        cdi_json_string(json, "victim", token_text(victim_of(&judgement->due, item->offence), token));
        if (item->confirms)
            cdi_json_bool(json, "confirmed", true);
        if (item->graver)
            cdi_json_bool(json, "graver", true);
        cdi_json_open(json, "evidence", '[');
        for (size_t j = 0; j < item->addend_count; j++)
            write_addend(json, &item->addends[j]);
        cdi_json_close(json, ']');
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
    write_earlier(json, &judgement->disclosed);
}
