/* Time passes: feeds beat, messages arrive, each shard has its turn. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>


bool play_open(struct play *play, const struct cdi_config *config, const struct cdi_reading *reading)
{
    play->config = config;
    play->reading = reading;
    play->next_beat = CDI_INSTANT_NONE;
    broker_open(&play->broker);
    for (int32_t i = 0; i < PARTITIONS; i++)
        play->lanes[i] = (struct lane){ .number = i };
    return true;
}

void play_close(struct play *play)
{
    for (int i = 0; i < PARTITIONS; i++)
        lane_kill(&play->lanes[i]);
    broker_free(&play->broker);
    for (size_t i = 0; i < play->told_count; i++) {
        free(play->told[i].message.bytes);
        free(play->told[i].key);
    }
    free(play->told);
}

/* ---- what arrives ---- */

void play_force(struct play *play, const char *code)
{
    for (size_t i = 0; i < play->force_count; i++)
        if (strcmp(play->forces[i].code, code) == 0)
            return;
    CDI_ASSERT(play->force_count < FORCES_MAX && strlen(code) <= CDI_FORCE_MAX);
    struct force *force = &play->forces[play->force_count++];
    *force = (struct force){ .quiet = { false } };
    strcpy(force->code, code);
}

/* A transaction's mark takes a place too. */
static void append(struct play *play, enum cdi_feed feed, int32_t partition, const char *key, const char *bytes)
{
    struct broker *broker = &play->broker;
    broker_append(broker, feed, partition, play->story.clock.now, key, bytes);
    if (!play->manner.plain && draw_below(&play->manner.seed, 4) == 0)
        broker_append(broker, feed, partition, play->story.clock.now, key, bytes);
    if (!play->manner.plain && draw_below(&play->manner.seed, 4) == 0)
        broker_append(broker, feed, partition, play->story.clock.now, NULL, NULL);
}

void play_send(struct play *play, const struct told *told)
{
    append(play, told->message.feed, told->partition, told->key, told->message.bytes);
}

void play_beat(struct play *play, const char *force, enum cdi_feed feed)
{
    char bytes[160], at[CDI_INSTANT_TEXT_SIZE];
    cdi_instant_format(play->story.clock.now, at);
    snprintf(bytes, sizeof bytes, "{\"force\":\"%s\",\"heartbeat\":\"desk\",\"at\":\"%s\"}", force, at);
    append(play, feed, cdi_force_partition(cdi_text_of(force), PARTITIONS), force, bytes);
}

static void beat_all(struct play *play)
{
    for (size_t i = 0; i < play->force_count; i++)
        for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++)
            if (!play->forces[i].quiet[feed])
                play_beat(play, play->forces[i].code, feed);
}

/* ---- turns ---- */

static void turn(struct play *play, bool until_quiet)
{
    bool up = !play->story.down;
    struct cdi_instant start = play->story.clock.start, now = play->story.clock.now;
    host_probes(&play->host, start, now);
    for (int i = 0; up && !play->story.broken && i < PARTITIONS; i++) {
        struct lane *lane = &play->lanes[i];
        lane->passed_over = !until_quiet && !play->manner.plain && !lane->passed_over && draw_below(&play->manner.seed, 3) == 0;
        if (!lane->passed_over)                 /* else it is busy elsewhere */
            lane_turn(play, lane, until_quiet);
    }
}

/* Where the round stood, everything is now brought to its end. */
void play_flush(struct play *play)
{
    struct manner manner = play->manner;
    turn(play, true);
    play->manner.plain = true;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (int p = 0; p < PARTITIONS; p++)
            play->broker.inputs[feed][p].open = 0;
    turn(play, true);
    play->manner = manner;
}

/* The newest messages, of a quarter of an hour at most, may be of a transaction that is still open upstream. */
static void open_transactions(struct play *play)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (int p = 0; p < PARTITIONS; p++) {
            struct input *input = &play->broker.inputs[feed][p];
            size_t read = play->lanes[p].shard == NULL ? 0 : (size_t)play->lanes[p].next[feed];
            int64_t committed = play->broker.committed[feed][p];
            if (committed > (int64_t)read)
                read = (size_t)committed;
            while (read < input->count && cdi_instant_between(input->items[read].at, play->story.clock.now).ms > CDI_MINUTES(15).ms)
                read++;
            bool more = !play->manner.plain && draw_below(&play->manner.seed, 12) == 0 && input->count > read;
            input->open = more ? 1 + draw_below(&play->manner.seed, input->count - read) : 0;
        }
}

static int64_t stride(struct play *play)
{
    static const int64_t most_s[] = { 5, 60, 300, 600 };
    if (play->manner.plain)
        return CDI_MINUTES(15).ms;
    return 1000 + (int64_t)draw_below(&play->manner.seed, (size_t)most_s[draw_below(&play->manner.seed, 4)] * 1000);
}

/* The next instant at which something happens, `to` at the latest. */
static struct cdi_instant next_instant(struct play *play, struct cdi_instant to)
{
    struct cdi_instant now = play->story.clock.now, next = { now.ms + stride(play) };
    if (!cdi_instant_said(play->next_beat))
        play->next_beat = now;
    if (cdi_instant_before(now, play->next_beat))
        next = cdi_instant_earlier(next, play->next_beat);
    if (play->due_count > 0 && cdi_instant_before(now, play->due[0].at))
        next = cdi_instant_earlier(next, play->due[0].at);
    return cdi_instant_earlier(next, to);
}

/* What has arrived by now, beats first or last. */
static void arrive(struct play *play)
{
    struct cdi_instant now = play->story.clock.now;
    while (play->due_count > 0 && !cdi_instant_before(now, play->due[0].at)) {
        play_send(play, play->due++);
        play->due_count--;
    }
    if (cdi_instant_before(now, play->next_beat))
        return;
    beat_all(play);
    play->next_beat = cdi_instant_after(play->next_beat, CDI_HOURS(1));
}

void play_pass(struct play *play, struct cdi_instant to)
{
    while (!play->story.broken && cdi_instant_before(play->story.clock.now, to)) {
        play->story.clock.now = next_instant(play, to);
        arrive(play);
        open_transactions(play);
        turn(play, false);
    }
}
