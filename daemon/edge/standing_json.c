/* How the daemon stands, as one JSON document. */
#include <stdlib.h>

#include "codec/json_text.h"
#include "edge/standing.h"

static void put_word(struct cdi_json_text *json, const char *key, const char *word)
{
    cdi_json_string(json, key, cdi_text_of(word));
}

static void put_known(struct cdi_json_text *json, const char *key, int64_t value)
{
    if (value < 0)
        cdi_json_null(json, key);
    else
        cdi_json_integer(json, key, value);
}

static void put_problem(struct cdi_json_text *json, const char *key, const struct cdi_error *problem)
{
    if (problem->code == CDI_ERROR_NONE) {
        cdi_json_null(json, key);
        return;
    }
    cdi_json_open(json, key, '{');
    put_word(json, "code", cdi_error_word(problem->code));
    put_word(json, "text", problem->text);
    cdi_json_close(json, '}');
}

static void put_reason(void *context, enum cdi_unready why, const char *words)
{
    struct cdi_json_text *json = context;
    cdi_json_open(json, NULL, '{');
    put_word(json, "why", cdi_unready_word(why));
    put_word(json, "text", words);
    cdi_json_close(json, '}');
}

/* ---- shards ---- */

static void put_feed(struct cdi_json_text *json, const struct cdi_shard_status *status, enum cdi_feed feed)
{
    cdi_json_open(json, cdi_feed_word(feed), '{');
    put_known(json, "position", status->positions[feed]);
    put_known(json, "lag", status->lag[feed]);
    cdi_json_bool(json, "level", status->level[feed]);
    cdi_json_open(json, "records", '{');        /* since the shard was restored, committed or not */
    for (enum cdi_outcome outcome = 0; outcome < CDI_OUTCOME_COUNT; outcome++)
        cdi_json_integer(json, cdi_outcome_word(outcome), (int64_t)status->outcomes[feed][outcome]);
    cdi_json_close(json, '}');
    cdi_json_close(json, '}');
}

static void put_silences(struct cdi_json_text *json, const struct cdi_shard_status *status)
{
    cdi_json_open(json, "silent", '[');
    for (size_t i = 0; i < status->silent && i < CDI_SILENCES_SHOWN; i++) {
        cdi_json_open(json, NULL, '{');
        cdi_json_string(json, "force", status->silences[i].force);
        cdi_json_string(json, "feed", status->silences[i].source);
        cdi_json_instant(json, "heard_at", status->silences[i].heard_at);
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

static void put_shard(struct cdi_json_text *json, const struct cdi_pump_shard *shard)
{
    const struct cdi_shard_status *status = &shard->status;
    cdi_json_open(json, NULL, '{');
    cdi_json_integer(json, "shard", shard->number);
    put_word(json, "state", shard->stopped ? "stopped" : shard->restored ? "judging" : "restoring");
    put_problem(json, "why_stopped", &shard->why_stopped);
    cdi_json_integer(json, "restored_records", (int64_t)shard->restored_records);
    if (shard->restored) {
        cdi_json_instant(json, "judge_time", status->judge_time);
        put_word(json, "waits_for", status->waiting ? cdi_feed_word(status->waits_for.feed) : NULL);
        cdi_json_integer(json, "state_bytes", (int64_t)status->bytes);
        cdi_json_integer(json, "outbox_bytes", (int64_t)shard->outbox);
        cdi_json_integer(json, "searches_cut", (int64_t)status->cuts.searches);
        cdi_json_open(json, "feeds", '{');
        for (enum cdi_feed feed = 0; feed < CDI_FEED_COUNT; feed++)
            put_feed(json, status, feed);
        cdi_json_close(json, '}');
        put_silences(json, status);
    }
    cdi_json_close(json, '}');
}

/* ---- the whole ---- */

static void put_session(struct cdi_json_text *json, const struct cdi_standing *standing)
{
    cdi_json_open(json, "session", '{');
    put_word(json, "phase", standing->session ? cdi_pump_phase_word(standing->pump.phase) : NULL);
    cdi_json_bool(json, "clock_trusted", standing->pump.clock_trusted);
    cdi_json_integer(json, "commits", (int64_t)standing->pump.commits);
    cdi_json_integer(json, "commit_in_flight_ms", standing->pump.oldest_commit.ms);
    cdi_json_integer(json, "renewed", (int64_t)standing->renewals);
    put_problem(json, "last_problem", &standing->last);
    cdi_json_close(json, '}');
}

static void put_memory(struct cdi_json_text *json, const struct cdi_standing *standing)
{
    cdi_json_open(json, "memory", '{');
    for (enum cdi_part part = 0; part < CDI_PART_COUNT; part++) {
        cdi_json_open(json, cdi_part_word(part), '{');
        cdi_json_integer(json, "budget", cdi_standing_budget(standing, part));
        put_known(json, "used", cdi_standing_used(standing, part));
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, '}');
}

/* Readiness does not hang on it. */
static void put_view(struct cdi_json_text *json, const struct cdi_standing *standing)
{
    const struct cdi_feed_standing *view = &standing->view;
    if (!standing->has_view) {
        cdi_json_null(json, "view");
        return;
    }
    cdi_json_open(json, "view", '{');
    cdi_json_bool(json, "level", view->level);
    cdi_json_instant(json, "level_at", view->level_at);
    cdi_json_instant(json, "newest_at", view->newest_at);
    cdi_json_integer(json, "applied", (int64_t)view->applied);
    cdi_json_integer(json, "skipped", (int64_t)view->skipped);
    cdi_json_integer(json, "malformed", (int64_t)view->malformed);
    cdi_json_integer(json, "rebuilt", (int64_t)view->rebuilt);
    put_problem(json, "problem", &view->problem);
    cdi_json_close(json, '}');
}

/* What the reports of a day have come to, all categories together. */
static void put_day(struct cdi_json_text *json, const char *key, const struct cdi_recent_force *force, unsigned ago)
{
    char day[CDI_TALLY_DAY_SIZE];
    cdi_tally_day_format(force->today - (int32_t)ago, day);
    cdi_json_open(json, key, '{');
    put_word(json, "day", day);
    for (unsigned count = 0; count < CDI_TALLY_COUNTS; count++) {
        uint64_t sum = 0;
        for (size_t category = 0; category < CDI_CATEGORY_COUNT; category++)
            sum += force->counts[ago][category][count];
        if (count != CDI_TALLY_UNMEASURED)      /* that has no day */
            cdi_json_integer(json, cdi_tally_count_word((enum cdi_tally_slot)count), (int64_t)sum);
    }
    cdi_json_close(json, '}');
}

static void put_recent(struct cdi_json_text *json, const struct cdi_recent *recent)
{
    cdi_json_open(json, "tallies", '[');
    for (size_t i = 0; i < recent->count; i++) {
        cdi_json_open(json, NULL, '{');
        put_word(json, "force", recent->forces[i].force);
        put_day(json, "today", &recent->forces[i], 0);
        put_day(json, "yesterday", &recent->forces[i], 1);
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
    cdi_json_bool(json, "more_forces", recent->more);
}

static void put_all(struct cdi_json_text *json, const struct cdi_standing *standing)
{
    size_t which;
    cdi_json_open(json, NULL, '{');
    put_word(json, "version", CDI_VERSION);
    cdi_json_string(json, "instance", standing->config->instance);
    cdi_json_string(json, "group", standing->config->group);
    cdi_json_instant(json, "now", standing->now);
    cdi_json_instant(json, "started_at", standing->started_at);
    cdi_json_bool(json, "live", cdi_standing_live(standing));
    cdi_json_bool(json, "ready", cdi_standing_ready(standing, NULL, NULL));
    cdi_json_open(json, "reasons", '[');
    cdi_standing_ready(standing, put_reason, json);
    cdi_json_close(json, ']');
    cdi_json_instant(json, "judge_time", cdi_standing_judge(standing, &which));
    put_session(json, standing);
    put_memory(json, standing);
    put_view(json, standing);
    put_recent(json, &standing->recent);
    cdi_json_open(json, "shards", '[');
    for (size_t i = 0; i < standing->shard_count; i++)
        put_shard(json, &standing->shards[i]);
    cdi_json_close(json, ']');
    cdi_json_close(json, '}');
}

bool cdi_standing_json(const struct cdi_standing *standing, struct cdi_body *body)
{
    struct cdi_json_text json = { .at = NULL };
    put_all(&json, standing);
    if (!json.failed) {
        cdi_body_add(body, json.at, json.size);
        cdi_body_say(body, "\n");
    }
    free(json.at);
    return !json.failed && !body->failed;
}
