#include "codec/encode_feed.h"

#include <stdio.h>

#include "codec/json_text.h"

static void write_data(struct cdi_json_text *json, const struct cdi_judge_feed *feed, struct cdi_instant held_at)
{
    cdi_json_open(json, "data", '{');
    cdi_json_string(json, "force", feed->state.force);
    cdi_json_string(json, "feed", feed->state.source);
    cdi_json_integer(json, "version", feed->state.version);
    cdi_json_string(json, "state", feed->state.stale ? CDI_TEXT("stale") : CDI_TEXT("live"));
    cdi_json_instant(json, "heard_at", feed->state.heard_at);
    cdi_json_integer(json, "silence_limit_s", feed->limit.ms / 1000);
    cdi_json_instant(json, "stale_since", feed->state.stale_since);
    cdi_json_instant(json, "held_at", held_at);
    cdi_json_close(json, '}');
}

bool cdi_encode_feed_event(struct cdi_alert_json *out, const struct cdi_judge_feed *feed, struct cdi_instant time,
                           struct cdi_instant held_at)
{
    struct cdi_json_text json = { .at = out->at, .room = out->room };
    char version[16];
    snprintf(version, sizeof version, ":%u", feed->state.version);
    const struct cdi_text id[] = { feed->state.force, CDI_TEXT("/feed/"), feed->state.source, cdi_text_of(version) };
    cdi_json_open(&json, NULL, '{');
    cdi_json_string(&json, "specversion", CDI_TEXT("1.0"));
    cdi_json_string(&json, "type", CDI_TEXT("cdiwatch.feed.v1"));
    cdi_json_pair(&json, "source", CDI_TEXT("cdiwatch/"), feed->state.force);
    cdi_json_parts(&json, "id", id, sizeof id / sizeof *id);
    cdi_json_instant(&json, "time", time);
    cdi_json_string(&json, "subject", feed->state.source);
    cdi_json_string(&json, "datacontenttype", CDI_TEXT("application/json"));
    write_data(&json, feed, held_at);
    cdi_json_close(&json, '}');
    *out = (struct cdi_alert_json){ json.at, json.size, json.room };
    return !json.failed;
}
