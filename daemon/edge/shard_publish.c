/* What a shard says: documents and state records into its outbox, which is handed over whole. */
#include "edge/shard_inside.h"

#include <string.h>

#include "codec/changelog.h"
#include "codec/encode_digest.h"
#include "codec/encode_feed.h"
#include "codec/encode_tally.h"
#include "core/clock_state.h"
#include "core/judgement.h"
#include "edge/clock.h"
#include "edge/log.h"

/* ---- documents and state ---- */

static bool put_state(struct cdi_shard *shard, enum cdi_case_kind kind, struct cdi_text key, struct cdi_text packed)
{
    struct cdi_text value = packed.size == 0 ? CDI_TEXT_NONE : cdi_changelog_seal(kind, packed, &shard->work);
    return cdi_outbox_replace(shard->filling, &(struct cdi_outbox_record){ .topic = CDI_TOPIC_CHANGELOG, .key = key, .value = value });
}

static bool put_document(struct cdi_shard *shard, struct cdi_text key)
{
    struct cdi_text value = { shard->json.at, shard->json.size };
    return cdi_outbox_add(shard->filling, &(struct cdi_outbox_record){ .topic = CDI_TOPIC_ALERTS, .key = key, .value = value });
}

static void count_alert(struct cdi_shard_counts *counts, const struct cdi_alert *alert)
{
    const struct cdi_timed *timed = &alert->judgement->timed;
    enum cdi_stage stage = cdi_alert_began(alert);
    counts->alerts[timed->stage]++;
    if (stage == CDI_STAGE_NONE || !cdi_instant_said(timed->stage_at[stage]))
        return;
    int64_t delay = cdi_instant_between(timed->stage_at[stage], cdi_clock_now()).ms;
    cdi_histogram_observe(&counts->emit_delay, CDI_METER_SLOW, delay > 0 ? delay : 0);
}

static bool put_alert(struct cdi_shard *shard, const struct cdi_alert *alert)
{
    char key[CDI_FORCE_MAX + 1 + 33];
    CDI_ASSERT(alert->force.size <= CDI_FORCE_MAX);
    memcpy(key, alert->force.at, alert->force.size);
    key[alert->force.size] = '/';
    cdi_alert_id_format(alert->id, key + alert->force.size + 1);
    if (alert->gone)                            /* compaction deletes the document, and the view does at once */
        return cdi_outbox_add(shard->filling, &(struct cdi_outbox_record){ .topic = CDI_TOPIC_ALERTS, .key = cdi_text_of(key),
                                                                          .value = CDI_TEXT_NONE });
    count_alert(&shard->counts, alert);
    return cdi_flood_add(&shard->flood, alert) &&
           cdi_encode_alert_event(&shard->json, &shard->parts.reading->rulebook->tables, alert) &&
           put_document(shard, cdi_text_of(key));
}

/* Once a transaction, as it is then. */
static bool put_tally(struct cdi_shard *shard, const struct cdi_tally *tally)
{
    cdi_scratch_reset(&shard->work);
    struct cdi_outbox_record record = { .topic = CDI_TOPIC_ALERTS, .key = cdi_tally_event_key(tally, &shard->work) };
    bool good = cdi_encode_tally_event(&shard->json, tally);
    record.value = (struct cdi_text){ shard->json.at, shard->json.size };
    return good && cdi_outbox_replace(shard->filling, &record);
}

bool cdi_shard_put_effects(struct cdi_shard *shard, const struct cdi_effects *effects)
{
    for (size_t i = 0; i < effects->alert_count; i++)
        if (!put_alert(shard, &effects->alerts[i]))
            return false;
    for (size_t i = 0; i < effects->change_count; i++) {
        enum cdi_case_kind kind;
        struct cdi_text force, reference;
        cdi_scratch_reset(&shard->work);
        CDI_ASSERT(cdi_state_read_key(effects->changes[i].key, &force, &kind, &reference, NULL));
        if (!put_state(shard, kind, effects->changes[i].key, effects->changes[i].value))
            return false;
    }
    for (size_t i = 0; i < effects->tally_count; i++)
        if (!put_tally(shard, &effects->tallies[i]))
            return false;
    return true;
}

struct cdi_text cdi_shard_sayable(struct cdi_text force)
{
    bool good = force.size >= 2 && force.size <= 8 && force.at[0] >= 'a' && force.at[0] <= 'z';
    for (size_t i = 0; i < force.size; i++)
        good &= (force.at[i] >= 'a' && force.at[i] <= 'z') || (force.at[i] >= '0' && force.at[i] <= '9') || force.at[i] == '-';
    return good ? force : CDI_TEXT("(not a code)");
}

bool cdi_shard_put_feed(struct cdi_shard *shard, const struct cdi_judge_feed *feed)
{
    cdi_scratch_reset(&shard->work);
    struct cdi_text key = cdi_state_key(feed->state.force, CDI_CASE_FEED, feed->state.source, &shard->work);
    if (!put_state(shard, CDI_CASE_FEED, key, cdi_pack_feed(&feed->state, &shard->work)))
        return false;
    if (!feed->turned)
        return true;
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    about.shard = shard->parts.number;
    cdi_log_about(feed->state.stale ? CDI_LOG_WARNING : CDI_LOG_NOTICE, feed->state.stale ? "feed_stale" : "feed_live", &about,
                  feed->state.stale ? "%.*s of force %.*s have said nothing for longer than they may; nothing of this force is called "
                  "unrecorded meanwhile" : "%.*s of force %.*s are heard again", CDI_TEXT_ARGS(feed->state.source),
                  CDI_TEXT_ARGS(cdi_shard_sayable(feed->state.force)));
    return cdi_encode_feed_event(&shard->json, feed, cdi_judge_time(shard->judge),
                                 cdi_judge_force_time(shard->judge, feed->state.force)) && put_document(shard, key);
}

/* ---- floods ---- */

bool cdi_shard_tell_floods(struct cdi_shard *shard)
{
    struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
    struct cdi_digest digest;
    about.shard = shard->parts.number;
    for (size_t at = 0; cdi_flood_end(&shard->flood, &at, &digest);) {
        cdi_scratch_reset(&shard->work);
        if (!cdi_encode_digest_event(&shard->json, &digest) || !put_document(shard, cdi_digest_key(&digest, &shard->work)))
            return false;
        shard->counts.digests++;
        cdi_log_about(CDI_LOG_WARNING, "flood", &about, "%u reports of one area of force %.*s reached %s at once; a digest among the alerts "
                      "names the gravest", digest.reports, CDI_TEXT_ARGS(cdi_shard_sayable(digest.force)), cdi_stage_word(digest.stage));
    }
    return true;
}

static bool put_floods(struct cdi_shard *shard)
{
    struct cdi_digest digest;
    for (size_t at = 0; cdi_flood_next_changed(&shard->flood, &at, &digest);) {
        cdi_scratch_reset(&shard->work);
        if (!put_state(shard, CDI_CASE_FLOOD, cdi_flood_key(&digest, &shard->work), cdi_pack_flood(&digest, &shard->work)))
            return false;
    }
    return true;
}

/* ---- handing over ---- */

bool cdi_shard_has_news(const struct cdi_shard *shard)
{
    return shard->moved || cdi_outbox_count(shard->filling) > 0;
}

struct cdi_outbox *cdi_shard_hand_over(struct cdi_shard *shard, int64_t positions[CDI_FEED_COUNT])
{
    struct cdi_clock_state clock = cdi_judge_clock(shard->judge);
    CDI_ASSERT(shard->whole && shard->spare != NULL);
    clock.judge_time = cdi_shard_time_told(shard);      /* whoever comes next has the rest before him */
    cdi_scratch_reset(&shard->work);
    if (cdi_instant_said(clock.judge_time) &&
        !put_state(shard, CDI_CASE_CLOCK, cdi_clock_key(&shard->work), cdi_pack_clock(&clock, &shard->work)))
        return NULL;
    if (!put_floods(shard))
        return NULL;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        positions[feed] = shard->intakes[feed].position;
    struct cdi_outbox *full = shard->filling;
    shard->filling = shard->spare;
    shard->spare = NULL;
    shard->moved = false;
    return full;
}

void cdi_shard_committed(struct cdi_shard *shard, struct cdi_outbox *outbox)
{
    cdi_outbox_empty(outbox);
    shard->spare = outbox;
}
