/* The statements of one file, in their order. */
#include "judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


/* ---- time ---- */

static void run_start(struct play *play, const struct statement *statement, char *rest)
{
    struct story *story = &play->story;
    struct clock unset = { { 0 }, { 0 } };
    char *at = next_word(&rest), *word = next_word(&rest), *force = word == NULL ? "dpp" : next_word(&rest);
    if (story->started || at == NULL || strchr("+-n", at[0]) != NULL || !clock_read(&unset, at, &story->clock.start) ||
        force == NULL || (word != NULL && strcmp(word, "force") != 0) || strlen(force) > CDI_FORCE_MAX) {
        story_break(story, statement->head.number, "start TIME [force CODE] is the first statement, and the time has its offset");
        return;
    }
    strcpy(story->force, force);
    story->clock.now = story->clock.start;
    story->started = true;
    play_force(play, force);
}

static void run_at(struct play *play, const struct statement *statement, char *rest)
{
    struct cdi_instant to;
    char *word = next_word(&rest);
    if (word == NULL || !clock_read(&play->story.clock, word, &to) || cdi_instant_before(to, play->story.clock.now)) {
        story_break(&play->story, statement->head.number, "at needs a time that is not earlier than now, such as +20h");
        return;
    }
    play_pass(play, to);
    play_flush(play);
}

/* ---- messages ---- */

static void keep_told(struct play *play, struct told told)
{
    if (play->told_count == play->told_room) {
        play->told_room = play->told_room * 2 + 16;
        play->told = realloc(play->told, play->told_room * sizeof *play->told);
        CDI_ASSERT(play->told != NULL);
    }
    play->told[play->told_count++] = told;
    play_send(play, &told);
}

/* The message's own force is its key; one that cannot be read has the story's. */
static void send(struct play *play, struct message message)
{
    json_t *whole = json_loads(message.bytes, 0, NULL);
    const char *force = json_string_value(json_object_get(whole, "force"));
    bool known = force != NULL && strlen(force) <= CDI_FORCE_MAX;
    if (known)
        play_force(play, force);
    char *key = strdup(known ? force : play->story.force);
    CDI_ASSERT(key != NULL);
    keep_told(play, (struct told){ message, cdi_force_partition(cdi_text_of(key), PARTITIONS), key, play->story.clock.now });
    json_decref(whole);
}

static void run_again(struct play *play, const struct statement *statement)
{
    if (play->told_count == 0) {
        story_break(&play->story, statement->head.number, "again, but nothing was said yet");
        return;
    }
    struct told last = play->told[play->told_count - 1];
    last.message.bytes = strdup(last.message.bytes);
    send(play, last.message);
}

/* poison BYTES: into each partition of each feed. */
static void run_poison(struct play *play, char *rest)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        for (int32_t p = 0; p < PARTITIONS; p++)
            keep_told(play, (struct told){ { (enum cdi_feed)feed, strdup(rest), play->story.clock.now }, p, strdup("x"), play->story.clock.now });
}

/* flood COUNT SMALL incident PREFIX ...: so many logs that are alike but for their numbers; SMALL in short rounds. */
static void run_flood(struct play *play, const struct statement *statement, char *rest)
{
    struct story *story = &play->story;
    char *great = next_word(&rest), *small = great == NULL ? NULL : next_word(&rest), *prefix = small == NULL ? NULL : next_word(&rest);
    struct message first;
    unsigned long count = prefix == NULL ? 0 : strtoul(play->full ? great : small, NULL, 10);
    char name[64];
    snprintf(name, sizeof name, "%s@", prefix == NULL ? "" : prefix);
    size_t room = strlen(name) + strlen(rest) + 2;
    char *line = malloc(room);
    CDI_ASSERT(line != NULL);
    snprintf(line, room, "%s %s", name, rest);
    if (count == 0)
        story_break(story, statement->head.number, "flood COUNT SMALLER-COUNT PREFIX key=value ...");
    else if (message_build(story, statement, "incident", line, &first)) {
        char *cut = strstr(first.bytes, name);
        int head = (int)(cut - first.bytes);
        for (unsigned long i = 0; i < count; i++) {
            size_t size = strlen(first.bytes) + 24;
            char *bytes = malloc(size);
            CDI_ASSERT(bytes != NULL);
            snprintf(bytes, size, "%.*s%s%lu%s", head, first.bytes, prefix, i, cut + strlen(name));
            send(play, (struct message){ first.feed, bytes, first.known_at });
        }
        free(first.bytes);
    }
    free(line);
}

static bool run_message(struct play *play, const struct statement *statement, const char *kind, char *rest)
{
    static const char *const kinds[] = { "incident", "crime", "action", "raw" };
    struct message message = { .bytes = NULL };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0) {
            if (message_build(&play->story, statement, kind, rest, &message))
                send(play, message);
            return true;
        }
    if (strcmp(kind, "again") == 0)
        run_again(play, statement);
    else if (strcmp(kind, "poison") == 0)
        run_poison(play, rest);
    else if (strcmp(kind, "flood") == 0)
        run_flood(play, statement, rest);
    else
        return false;
    return true;
}

/* ---- what happens around ---- */

/* quiet FORCE FEED ..., heard FORCE FEED ...: its heartbeats stop; or go on, with one now. */
static void run_beats(struct play *play, const struct statement *statement, char *rest, bool quiet)
{
    char *force = next_word(&rest), *word;
    enum cdi_feed feed;
    for (size_t i = 0; force != NULL && (word = next_word(&rest)) != NULL;) {
        for (i = 0; i < play->force_count && strcmp(play->forces[i].code, force) != 0;)
            i++;
        if (i == play->force_count || !cdi_feed_from(cdi_text_of(word), &feed)) {
            story_break(&play->story, statement->head.number, "%s FORCE FEED ..., a force that was heard", quiet ? "quiet" : "heard");
            return;
        }
        play->forces[i].quiet[feed] = quiet;
        if (!quiet)
            play_beat(play, force, feed);
    }
}

/* host +25h: its clock is so much ahead, -25h behind, +0s right. */
static void run_host(struct play *play, const struct statement *statement, char *rest)
{
    struct clock zero = { { 0 }, { 0 } };
    struct cdi_instant ahead;
    char *word = next_word(&rest);
    if (word == NULL || !clock_read(&zero, word, &ahead))
        story_break(&play->story, statement->head.number, "host +25h, -25h, +0s");
    else
        play->host.ahead_ms = ahead.ms;
}

static void go_down(struct play *play)
{
    play_flush(play);
    for (int i = 0; i < PARTITIONS; i++)
        lane_kill(&play->lanes[i]);
    play->story.down = true;
}

static void run_mark(struct play *play)
{
    play->marked = play->broker.alerts.count;
    for (int i = 0; i < PARTITIONS; i++)
        play->lanes[i].killed = false;
}

static void run_hand_over(struct play *play, const struct statement *statement, char *rest)
{
    char *force = next_word(&rest);
    if (force == NULL)
        story_break(&play->story, statement->head.number, "hand-over FORCE");
    else
        lane_hand_over(play, &play->lanes[cdi_force_partition(cdi_text_of(force), PARTITIONS)]);
}

static bool run_event(struct play *play, const struct statement *statement, const char *kind, char *rest)
{
    if (strcmp(kind, "at") == 0)
        run_at(play, statement, rest);
    else if (strcmp(kind, "quiet") == 0 || strcmp(kind, "heard") == 0)
        run_beats(play, statement, rest, kind[0] == 'q');
    else if (strcmp(kind, "host") == 0)
        run_host(play, statement, rest);
    else if (strcmp(kind, "down") == 0)
        go_down(play);
    else if (strcmp(kind, "up") == 0)
        play->story.down = false;
    else if (strcmp(kind, "kill-before-commit") == 0)
        play->kill_next = true;
    else if (strcmp(kind, "hand-over") == 0)
        run_hand_over(play, statement, rest);
    else if (strcmp(kind, "mark") == 0)
        run_mark(play);
    else
        return false;
    return true;
}

/* ---- the whole ---- */

static void run_statement(struct play *play, const struct statement *statement)
{
    char *rest = statement->head.text, *kind = next_word(&rest);
    if (strcmp(kind, "start") == 0)
        run_start(play, statement, rest);
    else if (!play->story.started)
        story_break(&play->story, statement->head.number, "the first statement must be start");
    else if (run_message(play, statement, kind, rest) || run_event(play, statement, kind, rest) ||
             says_run(play, statement, kind, rest))
        return;
    else if (strncmp(kind, "expect", 6) == 0)
        expect_run(&play->story, statement, kind, rest);
    else
        story_break(&play->story, statement->head.number, "no such statement: %s", kind);
}

struct cdi_instant story_conclude(struct play *play)
{
    play_pass(play, cdi_instant_after(play->story.clock.now, CDI_SECONDS(10)));
    for (size_t i = 0; i < play->force_count; i++)
        for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++)
            play_beat(play, play->forces[i].code, feed);
    play_flush(play);
    play->next_beat = cdi_instant_after(play->story.clock.now, CDI_DAYS(1));
    play_pass(play, cdi_instant_after(play->story.clock.now, CDI_SECONDS(10)));
    play_flush(play);
    return cdi_instant_after(play->story.clock.now, (struct cdi_span){ -CDI_JUDGE_LEVEL_MARGIN.ms });
}

void story_play(struct play *play, const char *path)
{
    struct script script;
    struct story *story = &play->story;
    story->path = path;
    if (!script_read(&script, path)) {
        story_break(story, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    if (!script.cited)
        story_fail(story, 1, "the first line must be a comment that names the rule: # DOMAIN.md R12: ...");
    for (size_t i = 0; i < script.statement_count && !story->broken; i++)
        run_statement(play, &script.statements[i]);
    if (!story->started && !story->broken)
        story_break(story, 1, "nothing is told here");
    else if (!story->broken && (story->down || play->kill_next))
        story_break(story, 0, "a story ends with the service up, and nobody about to be killed");
    script_free(&script);
}
