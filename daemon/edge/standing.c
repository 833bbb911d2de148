#include "edge/standing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_SIZE = CDI_ERROR_TEXT_SIZE + 200 };

const char *cdi_unready_word(enum cdi_unready why)
{
    static const char *const words[CDI_UNREADY_COUNT] = {
#define X(upper, word) #word,
        CDI_UNREADY_LIST(X)
#undef X
    };
    return words[why];
}

void cdi_standing_free(struct cdi_standing *standing)
{
    cdi_recent_free(&standing->recent);
    free(standing->shards);
    standing->shards = NULL;
    standing->shard_count = 0;
}

bool cdi_standing_live(const struct cdi_standing *standing)
{
    return !standing->session || standing->pump.oldest_commit.ms < CDI_COMMIT_STUCK.ms;
}

static bool judging(const struct cdi_pump_shard *shard) { return shard->restored && !shard->stopped; }

struct cdi_instant cdi_standing_judge(const struct cdi_standing *standing, size_t *which)
{
    const struct cdi_pump_shard *least = NULL;
    for (size_t i = 0; i < standing->shard_count; i++)           /* NONE is earlier than all */
        if (judging(&standing->shards[i]) &&
            (least == NULL || cdi_instant_before(standing->shards[i].status.judge_time, least->status.judge_time)))
            least = &standing->shards[i];
    *which = least == NULL ? 0 : (size_t)(least - standing->shards);
    return least == NULL ? CDI_INSTANT_NONE : least->status.judge_time;
}

/* ---- why it is not ready ---- */

struct reasons { void (*say)(void *context, enum cdi_unready why, const char *words); void *context; size_t count; };

__attribute__((format(printf, 3, 4)))
static void give(struct reasons *reasons, enum cdi_unready why, const char *format, ...)
{
    char words[WORDS_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    reasons->count++;
    if (reasons->say != NULL)
        reasons->say(reasons->context, why, words);
}

/* What holds the judge time, and where. */
static void give_held(struct reasons *reasons, const struct cdi_standing *standing)
{
    size_t which;
    char at[CDI_INSTANT_TEXT_SIZE] = "no time yet";
    struct cdi_instant least = cdi_standing_judge(standing, &which);
    if (cdi_instant_said(least) && cdi_instant_between(least, standing->now).ms <= standing->level_within.ms)
        return;
    const struct cdi_pump_shard *shard = &standing->shards[which];
    if (cdi_instant_said(least))
        cdi_instant_format(least, at);
    give(reasons, CDI_UNREADY_HELD, "shard %d judges up to %s, where its %s are read to: catching up, an open transaction upstream, or a "
         "broker that does not answer", shard->number, at,
         shard->status.waiting ? cdi_feed_word(shard->status.waits_for.feed) : "feeds");
}

static void give_of_shards(struct reasons *reasons, const struct cdi_standing *standing)
{
    size_t restoring = 0, unread = 0, going = 0;
    for (size_t i = 0; i < standing->shard_count; i++) {
        const struct cdi_pump_shard *shard = &standing->shards[i];
        if (shard->stopped)
            give(reasons, CDI_UNREADY_STOPPED, "shard %d is stopped, and nobody judges its reports: %s", shard->number,
                 shard->why_stopped.text);
        restoring += !shard->restored && !shard->stopped;
        unread += judging(shard) && !shard->status.ready;
        going += judging(shard) && shard->status.ready;
    }
    if (restoring > 0)
        give(reasons, CDI_UNREADY_RESTORING, "%zu of %zu shards are being restored", restoring, standing->shard_count);
    if (unread > 0)
        give(reasons, CDI_UNREADY_NOT_READ, "%zu of %zu shards wait for the first answer of a feed", unread, standing->shard_count);
    if (restoring == 0 && unread == 0 && going > 0)
        give_held(reasons, standing);
}

bool cdi_standing_ready(const struct cdi_standing *standing, void (*say)(void *context, enum cdi_unready why, const char *words),
                        void *context)
{
    struct reasons reasons = { say, context, 0 };
    if (standing->stopping)
        give(&reasons, CDI_UNREADY_STOPPING, "it was told to stop");
    if (!cdi_standing_live(standing))
        give(&reasons, CDI_UNREADY_STUCK, "a transaction has been in flight for %lld s", (long long)standing->pump.oldest_commit.ms / 1000);
    if (!standing->session || standing->pump.phase == CDI_PUMP_OPENING)
        give(&reasons, CDI_UNREADY_NO_SESSION, "no session with Kafka yet; it is tried for as long as it takes%s%s",
             standing->last.code == CDI_ERROR_NONE ? "" : ": ", standing->last.text);
    else if (standing->shard_count == 0)
        give(&reasons, CDI_UNREADY_NOT_ASSIGNED, "no shard is assigned to this instance (%s)", cdi_pump_phase_word(standing->pump.phase));
    else
        give_of_shards(&reasons, standing);
    if (standing->session && standing->pump.phase == CDI_PUMP_RUNNING && !standing->pump.clock_trusted)
        give(&reasons, CDI_UNREADY_CLOCK, "the host's clock is not known to agree with the broker's; the judge time goes on only with what "
             "is read");
    return reasons.count == 0;
}

/* ---- memory ---- */

int64_t cdi_standing_budget(const struct cdi_standing *standing, enum cdi_part part)
{
    int64_t all = standing->config->memory, part_of_it = all / CDI_PUMP_PARTS_OF_MEMORY;
    return part == CDI_PART_STATE ? all - 2 * part_of_it : part_of_it;
}

int64_t cdi_standing_used(const struct cdi_standing *standing, enum cdi_part part)
{
    int64_t sum = 0;
    if (part == CDI_PART_PREFETCH)
        return -1;                              /* librdkafka's, which does not say */
    for (size_t i = 0; i < standing->shard_count; i++)
        sum += (int64_t)(part == CDI_PART_STATE ? standing->shards[i].status.bytes : standing->shards[i].outbox);
    return sum;
}

/* ---- gauges ---- */

static void set(struct cdi_meters *meters, enum cdi_meter meter, size_t first, size_t second, int64_t value)
{
    *cdi_meter_at(meters, meter, first, second) = value;
}

static int64_t known(struct cdi_instant at) { return cdi_instant_said(at) ? at.ms : CDI_METER_UNKNOWN; }

static void measure_shard(const struct cdi_pump_shard *shard, struct cdi_meters *meters, size_t slot)
{
    meters->shards[slot] = shard->number;
    set(meters, CDI_METER_OF_SHARD_STOPPED, slot, 0, shard->stopped);
    set(meters, CDI_METER_OF_JUDGE, slot, 0, judging(shard) ? known(shard->status.judge_time) : CDI_METER_UNKNOWN);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)            /* actions assert nothing, and nobody waits for them */
        set(meters, CDI_METER_OF_JUDGE_WAITS, slot, (size_t)feed, feed == CDI_FEED_ACTIONS || !judging(shard) ? CDI_METER_UNKNOWN :
            shard->status.waiting && shard->status.waits_for.feed == (enum cdi_feed)feed);
}

static void measure_shards(const struct cdi_standing *standing, struct cdi_meters *meters)
{
    size_t which, restored = 0, stopped = 0, silent = 0, shown = 0;
    uint64_t records = 0;
    struct cdi_engine_cuts cuts = { .searches = 0 };
    for (size_t i = 0; i < standing->shard_count; i++) {
        const struct cdi_pump_shard *shard = &standing->shards[i];
        restored += shard->restored;
        stopped += shard->stopped;
        silent += shard->status.silent;
        records += shard->restored_records;
        cuts.searches += shard->status.cuts.searches;
        cuts.cases += shard->status.cuts.cases;
        cuts.clipped += shard->status.cuts.clipped;
        cuts.partial += shard->status.cuts.partial;
        cuts.kept += shard->status.cuts.kept;
        if (shown < CDI_METERS_SHARDS)
            measure_shard(shard, meters, shown++);
    }
    meters->shard_count = shown;
    set(meters, CDI_METER_OF_SHARDS_ASSIGNED, 0, 0, (int64_t)standing->shard_count);
    set(meters, CDI_METER_OF_SHARDS_NOT_SHOWN, 0, 0, (int64_t)(standing->shard_count - shown));
    set(meters, CDI_METER_OF_SHARDS_RESTORED, 0, 0, (int64_t)restored);
    set(meters, CDI_METER_OF_SHARDS_STOPPED, 0, 0, (int64_t)stopped);
    set(meters, CDI_METER_OF_FEEDS_SILENT, 0, 0, (int64_t)silent);
    set(meters, CDI_METER_OF_RESTORED_RECORDS, 0, 0, (int64_t)records);
    set(meters, CDI_METER_OF_SEARCHES_CUT, 0, 0, (int64_t)cuts.searches);
    set(meters, CDI_METER_OF_NOT_FOUND_BY_TOKEN, 0, 0, (int64_t)cuts.cases);
    set(meters, CDI_METER_OF_CASES_CLIPPED, 0, 0, (int64_t)cuts.clipped);
    set(meters, CDI_METER_OF_DOCUMENTS_TRUNCATED, 0, 0, (int64_t)cuts.partial);
    set(meters, CDI_METER_OF_LOGS_NOT_DROPPED, 0, 0, (int64_t)cuts.kept);
    set(meters, CDI_METER_OF_JUDGE_LEAST, 0, 0, known(cdi_standing_judge(standing, &which)));
}

/* Of all shards together; not known as long as one of them does not know. */
static int64_t lag(const struct cdi_standing *standing, int feed)
{
    int64_t sum = 0;
    for (size_t i = 0; i < standing->shard_count; i++) {
        if (!standing->shards[i].restored || standing->shards[i].status.lag[feed] < 0)
            return CDI_METER_UNKNOWN;
        sum += standing->shards[i].status.lag[feed];
    }
    return standing->shard_count > 0 ? sum : CDI_METER_UNKNOWN;
}

static void measure_view(const struct cdi_standing *standing, struct cdi_meters *meters)
{
    const struct cdi_feed_standing *view = &standing->view;
    bool there = standing->has_view;
    set(meters, CDI_METER_OF_VIEW_APPLIED, 0, 0, (int64_t)view->applied);
    set(meters, CDI_METER_OF_VIEW_LEVEL, 0, 0, there ? view->level : CDI_METER_UNKNOWN);
    set(meters, CDI_METER_OF_VIEW_LEVEL_AT, 0, 0, there ? known(view->level_at) : CDI_METER_UNKNOWN);
    set(meters, CDI_METER_OF_VIEW_MALFORMED, 0, 0, (int64_t)view->malformed);
    set(meters, CDI_METER_OF_VIEW_NEWEST, 0, 0, there ? known(view->newest_at) : CDI_METER_UNKNOWN);
    set(meters, CDI_METER_OF_VIEW_REBUILT, 0, 0, (int64_t)view->rebuilt);
    set(meters, CDI_METER_OF_VIEW_SKIPPED, 0, 0, (int64_t)view->skipped);
}

/* What a reader would otherwise add up over the areas: received today or yesterday, so that nothing falls to 0 at midnight. */
static void measure_recent(const struct cdi_standing *standing, struct cdi_meters *meters)
{
    static const struct { enum cdi_meter meter; enum cdi_tally_slot count; } told[] = {
        { CDI_METER_OF_TALLY_IN_TIME, CDI_TALLY_ON_TIME }, { CDI_METER_OF_TALLY_OPEN, CDI_TALLY_OPEN },
        { CDI_METER_OF_TALLY_RECORDED, CDI_TALLY_RECORDED }, { CDI_METER_OF_TALLY_REPORTS, CDI_TALLY_REPORTS },
    };
    size_t shown = standing->recent.count < CDI_METERS_FORCES ? standing->recent.count : CDI_METERS_FORCES;
    meters->force_count = shown;
    set(meters, CDI_METER_OF_TALLY_NOT_SHOWN, 0, 0, (int64_t)(standing->recent.count - shown) + standing->recent.more);
    for (size_t i = 0; i < shown; i++) {
        const struct cdi_recent_force *force = &standing->recent.forces[i];
        memcpy(meters->forces[i], force->force, sizeof meters->forces[i]);
        for (size_t t = 0; t < sizeof told / sizeof *told; t++)
            for (size_t category = 0; category < CDI_CATEGORY_COUNT; category++)
                set(meters, told[t].meter, i, category,
                    (int64_t)(force->counts[0][category][told[t].count] + force->counts[1][category][told[t].count]));
    }
}

static void measure_watches(const struct cdi_standing *standing, struct cdi_meters *meters)
{
    size_t shown = standing->tables->watch_count < CDI_METERS_WATCHES ? standing->tables->watch_count : CDI_METERS_WATCHES;
    meters->watch_count = shown;
    for (size_t w = 0; w < shown; w++) {
        int64_t logs = 0;
        for (size_t i = 0; i < standing->shard_count; i++)
            logs += standing->shards[i].status.watching[w];
        snprintf(meters->watches[w], sizeof meters->watches[w], "%.*s", CDI_TEXT_ARGS(standing->tables->watches[w].key));
        set(meters, CDI_METER_OF_WATCHED, w, 0, logs);
    }
}

void cdi_standing_measure(const struct cdi_standing *standing, struct cdi_meters *meters)
{
    measure_shards(standing, meters);
    measure_watches(standing, meters);
    measure_view(standing, meters);
    measure_recent(standing, meters);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        set(meters, CDI_METER_OF_LAG, (size_t)feed, 0, lag(standing, feed));
    for (enum cdi_part part = 0; part < CDI_PART_COUNT; part++) {
        int64_t used = cdi_standing_used(standing, part);
        set(meters, CDI_METER_OF_MEMORY_BUDGET, part, 0, cdi_standing_budget(standing, part));
        set(meters, CDI_METER_OF_MEMORY_USED, part, 0, used < 0 ? CDI_METER_UNKNOWN : used);
    }
    set(meters, CDI_METER_OF_BUILD, 0, 0, 1);
    set(meters, CDI_METER_OF_CLOCK_TRUSTED, 0, 0, standing->pump.clock_trusted);
    set(meters, CDI_METER_OF_READY, 0, 0, cdi_standing_ready(standing, NULL, NULL));
    set(meters, CDI_METER_OF_SESSIONS_RENEWED, 0, 0, (int64_t)standing->renewals);
    set(meters, CDI_METER_OF_STARTED, 0, 0, standing->started_at.ms);
}
