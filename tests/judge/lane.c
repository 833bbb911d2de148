/* One shard's turn: asked ends, read, judge, hand over, commit; each of them cut off wherever the round wishes. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is drawn ---- */

static bool chance(struct play *play, unsigned one_in)
{
    return !play->manner.plain && draw_below(&play->manner.seed, one_in) == 0;
}

/* How many of them this time; plainly as many as there are. */
static size_t some(struct play *play, size_t most)
{
    static const size_t bounds[] = { 2, 4, 16, 64, 1024 };
    if (play->manner.plain)
        return most;
    size_t count = draw_below(&play->manner.seed, bounds[draw_below(&play->manner.seed, 5)]);
    return count < most ? count : most;
}

static bool broken(struct play *play, const struct cdi_error *err)
{
    return story_break(&play->story, 0, "the shard cannot go on: %s", err->text);
}

/* ---- life ---- */

void lane_kill(struct lane *lane)
{
    if (lane->flying != NULL)
        cdi_shard_committed(lane->shard, lane->flying);         /* never was: only given back */
    cdi_shard_destroy(lane->shard);
    lane->shard = NULL;
    lane->flying = NULL;
    lane->killed = true;
}

/* Somebody may be killed here. */
static bool dies(struct play *play, struct lane *lane)
{
    if (!chance(play, 40))
        return false;
    lane_kill(lane);
    return true;
}

/* The order of edge/pump_session.c: state to its end, committed positions, then fetch. */
static bool start(struct play *play, struct lane *lane)
{
    struct cdi_error err = { 0 };
    const struct topic *changelog = &play->broker.changelog[lane->number];
    *lane = (struct lane){ .number = lane->number, .killed = lane->killed };
    lane->shard = cdi_shard_create(&(struct cdi_shard_parts){ play->config, play->reading, lane->number }, &err);
    bool good = lane->shard != NULL;
    for (size_t i = 0; good && i < changelog->count; i++) {
        const struct writing *item = &changelog->items[i];
        struct cdi_text value = item->value == NULL ? CDI_TEXT_NONE : (struct cdi_text){ item->value, item->value_size };
        if (topic_is_last(changelog, i))
            good = cdi_shard_restore(lane->shard, (struct cdi_text){ item->key, item->key_size }, value, &err);
    }
    for (int feed = 0; good && feed < CDI_FEED_COUNT; feed++) {
        int64_t from = play->broker.committed[feed][lane->number];
        cdi_shard_begin_at(lane->shard, (enum cdi_feed)feed, from == CDI_OFFSET_NONE ? CDI_OFFSET_BEGINNING : from);
        lane->next[feed] = from == CDI_OFFSET_NONE ? 0 : from;
        lane->ended[feed] = CDI_OFFSET_NONE;
    }
    return good || broken(play, &err);
}

/* ---- asking ---- */

static const struct input *input_of(const struct play *play, const struct lane *lane, int feed)
{
    return &play->broker.inputs[feed][lane->number];
}

static void ask(struct play *play, struct lane *lane)
{
    struct cdi_instant asked_at;
    if (!host_asks(&play->host, play->story.clock.start, play->story.clock.now, &asked_at))
        return;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (!chance(play, 4))
            lane->answers[feed] = (struct answer){ true, (int64_t)input_of(play, lane, feed)->count, asked_at };
}

static void hear_answers(struct play *play, struct lane *lane)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (lane->answers[feed].there && !chance(play, 3)) {
            cdi_shard_end_known(lane->shard, (enum cdi_feed)feed, lane->answers[feed].end, lane->answers[feed].asked_at);
            lane->answers[feed].there = false;
        }
}

/* ---- reading ---- */

/* What each feed has next; a fetch may be slow, then nothing is said of it yet. */
static void look_ahead(struct play *play, struct lane *lane, struct cdi_instant heads[CDI_FEED_COUNT])
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        const struct input *input = input_of(play, lane, feed);
        int64_t end = (int64_t)(input->count - input->open);
        while (lane->next[feed] < end && input->items[lane->next[feed]].bytes == NULL)
            lane->next[feed]++;
        heads[feed] = CDI_INSTANT_NONE;
        if (lane->next[feed] < end && !chance(play, 8)) {
            heads[feed] = input->items[lane->next[feed]].at;
        } else if (lane->next[feed] >= end && lane->ended[feed] != lane->next[feed]) {
            cdi_shard_at_end(lane->shard, (enum cdi_feed)feed, lane->next[feed]);
            lane->ended[feed] = lane->next[feed];
        }
    }
}

static bool take(struct play *play, struct lane *lane, enum cdi_feed feed)
{
    struct cdi_error err = { 0 };
    const struct arrival *arrival = &input_of(play, lane, (int)feed)->items[lane->next[feed]];
    struct cdi_message message = { .feed = feed, .partition = lane->number, .offset = lane->next[feed], .broker_time = arrival->at,
                                   .key = cdi_text_of(arrival->key), .value = cdi_text_of(arrival->bytes) };
    lane->next[feed]++;
    return cdi_shard_take(lane->shard, &message, &err) || broken(play, &err);
}

static bool read_some(struct play *play, struct lane *lane, bool *any)
{
    struct cdi_instant heads[CDI_FEED_COUNT];
    enum cdi_feed feed;
    size_t most = some(play, 20000);
    for (size_t i = 0;; i++) {
        look_ahead(play, lane, heads);
        if (i >= most || !cdi_shard_may_take(lane->shard, heads, &feed))
            return true;
        if (!take(play, lane, feed))
            return false;
        *any = true;
    }
}

/* ---- judging and committing ---- */

static bool settle(struct play *play, struct lane *lane, bool *more)
{
    struct cdi_error err = { 0 };
    bool whole = false;
    size_t most = some(play, 1000);
    for (size_t slices = 0; !whole || (*more && slices < most); slices++)
        if (!cdi_shard_settle(lane->shard, more, &whole, &err))
            return broken(play, &err);
    return true;
}

static bool commit(struct play *play, struct lane *lane)
{
    const char *problem = NULL;
    struct cdi_outbox *outbox = lane->flying;
    lane->flying = NULL;
    bool good = broker_commit(&play->broker, lane->number, outbox, lane->flying_to, &problem);
    cdi_shard_committed(lane->shard, outbox);
    return good || story_break(&play->story, 0, "this version does not follow the one before it: %s", problem);
}

/* One step: *idle stays true where there was nothing to do. */
static bool step(struct play *play, struct lane *lane, bool *idle)
{
    bool more = false, any = false;
    hear_answers(play, lane);
    if (!read_some(play, lane, &any))
        return false;
    hear_answers(play, lane);
    if (dies(play, lane))
        return true;
    if (lane->flying != NULL && !commit(play, lane))
        return false;
    if (dies(play, lane))
        return true;
    if (!settle(play, lane, &more))
        return false;
    if (dies(play, lane))
        return true;
    *idle = !any && !more && !cdi_shard_has_news(lane->shard);
    if (!cdi_shard_has_news(lane->shard))
        return true;
    lane->flying = cdi_shard_hand_over(lane->shard, lane->flying_to);
    CDI_ASSERT(lane->flying != NULL);
    if (play->kill_next) {                      /* produced, and never committed */
        play->kill_next = false;
        lane_kill(lane);
        return true;
    }
    return dies(play, lane) || chance(play, 2) || commit(play, lane);
}

bool lane_turn(struct play *play, struct lane *lane, bool until_quiet)
{
    if (lane->shard == NULL && !start(play, lane))
        return false;
    ask(play, lane);
    for (bool idle = false; !idle;) {
        if (lane->shard == NULL) {
            if (!start(play, lane))
                return false;
            ask(play, lane);
        }
        idle = false;
        if (!step(play, lane, &idle))
            return false;
        if (!until_quiet && !play->manner.plain)
            return true;
    }
    return true;
}

bool lane_hand_over(struct play *play, struct lane *lane)
{
    struct manner manner = play->manner;
    play->manner.plain = true;
    bool good = lane_turn(play, lane, true) && (lane->flying == NULL || commit(play, lane));
    lane_kill(lane);
    play->manner = manner;
    return good;
}
