#include "codec/encode_assess.h"

#include "codec/encode_likely.h"

void cdi_encode_assess_report(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_judgement *judgement)
{
    cdi_json_open(json, NULL, '{');
    cdi_json_integer(json, "report", judgement->disclosed.report);
    cdi_json_instant(json, "received_at", judgement->disclosed.received_at);
    cdi_encode_likely(json, tables, judgement);
    cdi_json_integer(json, "due", judgement->due.count);
    cdi_json_open(json, "classes", '[');
    for (size_t i = 0; i < judgement->due.count; i++)
        cdi_json_string(json, NULL, tables->offences[judgement->due.units[i].offence].klass);
    cdi_json_close(json, ']');
    cdi_json_close(json, '}');
}

static void write_disposal(struct cdi_json_text *json, const struct cdi_disposal *disposal)
{
    enum cdi_reason reason;
    if (!cdi_text_said(disposal->reason)) {
        cdi_json_null(json, "disposal");
        return;
    }
    bool known = cdi_reason_from(disposal->reason, &reason);
    cdi_json_open(json, "disposal", '{');
    cdi_json_string(json, "reason", known ? cdi_text_of(cdi_reason_word(reason)) : CDI_TEXT_NONE);
    cdi_json_string(json, "rationale", cdi_text_of(cdi_rationale_word(disposal->rationale)));
    cdi_json_close(json, '}');
}

void cdi_encode_assess_begin(struct cdi_json_text *json, const struct cdi_incident *incident)
{
    json->size = 0;
    json->comma = false;
    cdi_json_open(json, NULL, '{');
    cdi_json_string(json, "incident", incident->reference);
    cdi_json_string(json, "force", incident->force);
    cdi_json_open(json, "reports", '[');
}

void cdi_encode_assess_end(struct cdi_json_text *json, const struct cdi_incident *incident)
{
    cdi_json_close(json, ']');
    write_disposal(json, &incident->disposal);
    cdi_json_close(json, '}');
}
