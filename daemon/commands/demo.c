#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/demo_scene.h"
#include "commands/demo_score.h"
#include "commands/numbers.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "commands/times.h"
#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/kafka_feeder.h"
#include "edge/kafka_tail.h"
#include "edge/terminal.h"

static enum cdi_exit demo_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "for", CDI_TAKES_ONE, "SPAN", false, "until Ctrl-C",
      "end by itself after so long (60s, 5m), and compare what was published with what is true" },
    { "speed", CDI_TAKES_ONE, "N", false, "720", "so many times as fast as the world: 720 is an hour in five seconds" },
    { "seed", CDI_TAKES_ONE, "N", false, "1", "which story is played; the same one for the same number" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Shows cdiwatch at work with nothing installed: a simulator plays the incident and crime systems of three made-up forces into "
    "an embedded broker, from 36 hours ago up to Friday 6 November 2026, 09:00, and then on at many times the pace of the world, "
    "and `cdiwatch run` watches, in a process of its own. The page is at http://127.0.0.1:8080/, or the next port that is free: the "
    "first line says where. A line on the terminal says how far it is; the alerts can be read with kcat at the address that is printed. "
    "All of it lives in memory and a temporary folder and is gone at the end.",
    "With --for it prints at the end, for each stage, how many reports were truly due to reach it, how many were raised, missed and false. "
    "Logs whose words the lexicon does not understand are left out of this, and counted beneath it. A crime that somebody "
    "tells an officer of later is a report of its own, with a clock of its own.",
    "Exit code 1 with --for: a breach was missed or false, or fewer than 10 were due.",
    NULL
};
static const char *const examples[] = { "cdiwatch demo", "cdiwatch demo --for 60s --seed 7", NULL };
const struct cdi_command cdi_demo_command = {
    "demo", "see it work, on simulated forces", description, options, examples, demo_run
};

enum { HISTORY_HOURS = 36, STEP_MS = 20, SHOWN_EVERY_MS = 200, AHEAD_MS = 100, DRAIN_MS = 30000, BREACHES_LEAST = 10,
       DISAGREED = 1 };
#define BEGINS ((struct cdi_instant){ INT64_C(1793955600000) })         /* 2026-11-06T09:00:00Z */
#define AHEAD_MOST CDI_MINUTES(4)               /* five minutes ahead is refused */

struct demo {
    long speed, seed, seconds;                  /* seconds 0: until Ctrl-C */
    struct cdi_scene scene;
    struct cdi_reading *reading;
    struct cdi_sim *sim;
    struct cdi_score *score;
    struct cdi_feeder *feeder;
    struct cdi_tail *alerts, *changelog;
    struct cdi_span shown_at;
    bool visible;                               /* there is a status line */
};

/* ---- options ---- */

static bool read_for(const struct cdi_arguments *arguments, long *seconds)
{
    char *end;
    if (!cdi_argument_given(arguments, "for"))
        return true;
    const char *text = cdi_argument(arguments, "for");
    long number = strtol(text, &end, 10), unit = strcmp(end, "m") == 0 ? 60 : strcmp(end, "h") == 0 ? 3600 : 1;
    if (end != text && number >= 1 && number <= 100000 && (unit > 1 || strcmp(end, "s") == 0)) {
        *seconds = number * unit;
        return true;
    }
    cdi_complain("--for is a span such as 60s, 5m or 1h, not '%s'", text);
    return false;
}

/* ---- playing ---- */

/* Everything that the two systems send up to `until`. */
static bool play(struct demo *demo, struct cdi_instant until, struct cdi_error *err)
{
    struct cdi_instant at;
    struct cdi_sim_message message;
    while (cdi_sim_peek(demo->sim, &at, err)) {
        if (cdi_instant_before(until, at))
            return true;
        if (!cdi_sim_next(demo->sim, &message, err) || !cdi_score_sent(demo->score, &message, err) ||
            !cdi_feeder_put(demo->feeder, demo->scene.config->topics[message.feed].at, message.key, message.value, message.at, err))
            return false;
    }
    return false;
}

/* A little ahead of the clock: at this pace the way to the broker takes minutes, and what is not there counts as not said. */
static struct cdi_instant due_now(void)
{
    struct cdi_span ahead = cdi_clock_goes((struct cdi_span){ AHEAD_MS });
    return cdi_instant_after(cdi_clock_now(), ahead.ms < AHEAD_MOST.ms ? ahead : AHEAD_MOST);
}

typedef bool (*taker)(struct cdi_score *score, const struct cdi_message *message, struct cdi_error *err);

static bool follow(struct demo *demo, struct cdi_tail *tail, taker take, struct cdi_error *err)
{
    struct cdi_message message;
    enum cdi_read read;
    while ((read = cdi_tail_next(tail, 0, &message, err)) == CDI_READ_MESSAGE) {
        bool good = take(demo->score, &message, err);
        cdi_message_done(&message);
        if (!good)
            return false;
    }
    return read == CDI_READ_NOTHING;
}

static bool follow_both(struct demo *demo, struct cdi_error *err)
{
    return follow(demo, demo->alerts, cdi_score_alert, err) && follow(demo, demo->changelog, cdi_score_changelog, err);
}

static void pause_a_little(void)
{
    const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
    nanosleep(&step, NULL);
}

/* What is committed is all there: both topics to their ends.  The end is heard of by the first fetch that brings nothing. */
static bool drain(struct demo *demo, struct cdi_error *err)
{
    struct cdi_span since = cdi_clock_elapsed();
    do {
        pause_a_little();
        if (!follow_both(demo, err))
            return false;
        if (cdi_clock_elapsed().ms - since.ms > DRAIN_MS)
            return cdi_fail(err, CDI_ERROR_BROKER, "the embedded broker does not give out what was published");
    } while (!cdi_tail_level(demo->alerts) || !cdi_tail_level(demo->changelog));
    return true;
}

/* ---- talk ---- */

/* Cut to what the terminal has: a line that wraps cannot be written over. */
static void show(struct demo *demo)
{
    char now[CDI_TIME_TEXT_SIZE], judged[CDI_TIME_TEXT_SIZE], line[256];
    size_t reached[CDI_STAGE_COUNT];
    struct cdi_span elapsed = cdi_clock_elapsed();
    if (!demo->visible || elapsed.ms - demo->shown_at.ms < SHOWN_EVERY_MS)
        return;
    demo->shown_at = elapsed;
    cdi_score_reached(demo->score, reached);
    (void)snprintf(line, sizeof line, "%s  %" PRIu64 " messages  %zu notice  %zu warning  %zu urgent  %zu breach  judged to %s",
                   cdi_time_text(cdi_clock_now(), now), cdi_sim_counts(demo->sim).messages, reached[CDI_STAGE_NOTICE],
                   reached[CDI_STAGE_WARNING], reached[CDI_STAGE_URGENT], reached[CDI_STAGE_BREACH],
                   cdi_time_text(cdi_score_judged(demo->score), judged));
    fprintf(stderr, "\r\033[K%.*s", cdi_terminal_width(stderr) - 1, line);
    fflush(stderr);
}

static void end_line(const struct demo *demo)
{
    if (demo->visible)
        fputs("\r\033[K", stderr);
}

static enum cdi_exit say_verdicts(const struct demo *demo, const struct cdi_verdicts *verdicts)
{
    char end[CDI_TIME_TEXT_SIZE];
    const struct cdi_verdict *breach = &verdicts->stages[CDI_STAGE_BREACH];
    printf("%-8s %6s %6s %6s %6s\n", "stage", "due", "raised", "missed", "false");
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
        printf("%-8s %6zu %6zu %6zu %6zu\n", cdi_stage_word((enum cdi_stage)stage), verdicts->stages[stage].due,
               verdicts->stages[stage].raised, verdicts->stages[stage].missed, verdicts->stages[stage].invented);
    printf("Judged up to %s. %zu logs, of which %zu disclose crime, %zu of them more later to an officer.\n",
           cdi_time_text(cdi_score_judged(demo->score), end), verdicts->logs, verdicts->crimes, verdicts->further);
    printf("Left out above, because of their words: %zu reports that the lexicon does not understand, %zu harmless logs that it takes for "
           "crimes.\n", verdicts->unheard, verdicts->misread);
    if (verdicts->taken_back > 0)
        printf("%zu breaches were published and taken back when a message came that this machine was too busy to send in time.\n",
               verdicts->taken_back);
    if (breach->due < BREACHES_LEAST)
        cdi_complain("only %zu breaches were due, %d are wanted to tell anything: let it run longer", breach->due, BREACHES_LEAST);
    return breach->missed > 0 || breach->invented > 0 || breach->due < BREACHES_LEAST ? (enum cdi_exit)DISAGREED : CDI_EXIT_OK;
}

/* ---- the command ---- */

static bool open_demo(struct demo *demo, struct cdi_error *err)
{
    struct cdi_instant start = { BEGINS.ms - CDI_HOURS(HISTORY_HOURS).ms };
    cdi_interrupt_catch_hangup();
    cdi_clock_pretend(BEGINS, demo->speed);     /* before the daemon is forked off */
    if (!cdi_scene_open(&demo->scene, err))
        return false;
    cdi_say("the page: http://%s/", demo->scene.page);
    const struct cdi_config *config = demo->scene.config;
    demo->reading = cdi_reading_load(config, cdi_complain_counting, NULL, err);
    demo->sim = cdi_sim_create((uint64_t)demo->seed, start, err);
    demo->feeder = cdi_feeder_open(&config->kafka, err);
    demo->alerts = cdi_tail_open(&config->kafka, config->topics[CDI_TOPIC_ALERTS].at, (int32_t)config->partitions, err);
    demo->changelog = cdi_tail_open(&config->kafka, config->topics[CDI_TOPIC_CHANGELOG].at, (int32_t)config->partitions, err);
    if (demo->reading == NULL || demo->sim == NULL || demo->feeder == NULL || demo->alerts == NULL || demo->changelog == NULL)
        return false;
    demo->score = cdi_score_create(config, demo->reading, demo->sim, err);
    return demo->score != NULL && play(demo, BEGINS, err) && cdi_feeder_flush(demo->feeder, err) && cdi_scene_let_go(&demo->scene, err);
}

static void close_demo(struct demo *demo)
{
    cdi_scene_end(&demo->scene);
    cdi_feeder_close(demo->feeder);
    cdi_tail_close(demo->alerts);
    cdi_tail_close(demo->changelog);
    cdi_score_destroy(demo->score);
    cdi_sim_destroy(demo->sim);
    cdi_reading_destroy(demo->reading);
    cdi_scene_close(&demo->scene);
}

static bool go_on(struct demo *demo, struct cdi_error *err)
{
    struct cdi_span began = cdi_clock_elapsed();
    while (!cdi_interrupted() && (demo->seconds == 0 || cdi_clock_elapsed().ms - began.ms < CDI_SECONDS(demo->seconds).ms)) {
        if (!play(demo, due_now(), err) || !follow_both(demo, err))
            return false;
        if (!cdi_scene_goes_on(&demo->scene))
            return cdi_fail(err, CDI_ERROR_BROKER, "the daemon of the demo has ended; what it said stands above");
        show(demo);
        pause_a_little();
    }
    return true;
}

/* What the daemon committed before it ended is what it answers for. */
static enum cdi_exit conclude(struct demo *demo, struct cdi_error *err)
{
    struct cdi_verdicts verdicts;
    if (cdi_interrupted())
        return demo->seconds > 0 ? CDI_EXIT_INTERRUPTED : CDI_EXIT_OK;
    cdi_scene_end(&demo->scene);
    if (!drain(demo, err))
        return CDI_EXIT_BROKER;
    if (!cdi_instant_said(cdi_score_judged(demo->score))) {
        cdi_complain("nothing was judged in that time: let it run longer");
        return (enum cdi_exit)DISAGREED;
    }
    return cdi_score_settle(demo->score, &verdicts, err) ? say_verdicts(demo, &verdicts) : CDI_EXIT_BROKER;
}

static enum cdi_exit demo_run(const struct cdi_arguments *arguments)
{
    struct demo demo = { .visible = isatty(STDERR_FILENO) != 0 };
    struct cdi_error err = { 0 };
    enum cdi_exit result = CDI_EXIT_BROKER;
    if (!read_for(arguments, &demo.seconds) || !cdi_number_argument(arguments, "speed", 1, 3600, &demo.speed) ||
        !cdi_number_argument(arguments, "seed", 0, INT32_MAX, &demo.seed))
        return CDI_EXIT_USAGE;
    bool good = open_demo(&demo, &err);
    if (good) {
        cdi_say("three made-up forces, %ld times as fast as the world; kcat -b %s -t cdi.alerts -C shows the alerts; Ctrl-C ends it",
                demo.speed, cdi_mock_address(demo.scene.mock));
        good = go_on(&demo, &err);
        end_line(&demo);
    }
    if (good)
        result = conclude(&demo, &err);
    if (err.code != CDI_ERROR_NONE)
        cdi_complain_error(&err);
    close_demo(&demo);
    return result;
}
