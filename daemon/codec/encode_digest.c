#include "codec/encode_digest.h"

#include <stdio.h>
#include <string.h>

#include "codec/json_text.h"

/* "dpp/digest/breach/East": the parts and how many there are. */
static size_t key_parts(const struct cdi_digest *digest, struct cdi_text parts[5])
{
    parts[0] = digest->force;
    parts[1] = CDI_TEXT("/digest/");
    parts[2] = cdi_text_of(cdi_stage_word(digest->stage));
    parts[3] = CDI_TEXT("/");
    parts[4] = digest->bcu;
    return cdi_text_said(digest->bcu) ? 5 : 3;
}

struct cdi_text cdi_digest_key(const struct cdi_digest *digest, struct cdi_scratch *scratch)
{
    struct cdi_text parts[5];
    size_t count = key_parts(digest, parts), size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    char *bytes = cdi_scratch_take(scratch, size), *at = bytes;
    for (size_t i = 0; i < count; at += parts[i].size, i++)
        memcpy(at, parts[i].at, parts[i].size);
    return (struct cdi_text){ bytes, size };
}

static void write_gravest(struct cdi_json_text *json, const struct cdi_digest_report *report)
{
    char id[33];
    cdi_alert_id_format(report->id, id);
    cdi_json_open(json, NULL, '{');
    cdi_json_string(json, "alert", cdi_text_of(id));
    cdi_json_string(json, "incident", report->incident);
    cdi_json_string(json, "risk", cdi_text_of(cdi_risk_word(report->risk)));
    cdi_json_instant(json, "due_at", report->due_at);
    cdi_json_close(json, '}');
}

static void write_data(struct cdi_json_text *json, const struct cdi_digest *digest)
{
    cdi_json_open(json, "data", '{');
    cdi_json_string(json, "force", digest->force);
    cdi_json_string(json, "area", digest->bcu);
    cdi_json_string(json, "stage", cdi_text_of(cdi_stage_word(digest->stage)));
    cdi_json_integer(json, "version", digest->version);
    cdi_json_integer(json, "reports", digest->reports);
    cdi_json_open(json, "risks", '{');
    for (int risk = 0; risk < CDI_RISK_COUNT; risk++)
        if (digest->risks[risk] > 0)
            cdi_json_integer(json, cdi_risk_word((enum cdi_risk)risk), digest->risks[risk]);
    cdi_json_close(json, '}');
    cdi_json_instant(json, "from", digest->from);
    cdi_json_instant(json, "until", digest->until);
    cdi_json_instant(json, "first_due_at", digest->first_due_at);
    cdi_json_instant(json, "last_due_at", digest->last_due_at);
    cdi_json_open(json, "gravest", '[');
    for (size_t i = 0; i < digest->gravest_count; i++)
        write_gravest(json, &digest->gravest[i]);
    cdi_json_close(json, ']');
    cdi_json_close(json, '}');
}

bool cdi_encode_digest_event(struct cdi_alert_json *out, const struct cdi_digest *digest)
{
    struct cdi_json_text json = { .at = out->at, .room = out->room };
    struct cdi_text id[6];
    char version[16];
    size_t count = key_parts(digest, id);
    snprintf(version, sizeof version, ":%u", digest->version);
    id[count++] = cdi_text_of(version);
    cdi_json_open(&json, NULL, '{');
    cdi_json_string(&json, "specversion", CDI_TEXT("1.0"));
    cdi_json_string(&json, "type", CDI_TEXT("cdiwatch.digest.v1"));
    cdi_json_pair(&json, "source", CDI_TEXT("cdiwatch/"), digest->force);
    cdi_json_parts(&json, "id", id, count);
    cdi_json_instant(&json, "time", digest->until);
    cdi_json_string(&json, "subject", cdi_text_of(cdi_stage_word(digest->stage)));
    cdi_json_string(&json, "datacontenttype", CDI_TEXT("application/json"));
    write_data(&json, digest);
    cdi_json_close(&json, '}');
    *out = (struct cdi_alert_json){ json.at, json.size, json.room };
    return !json.failed;
}
