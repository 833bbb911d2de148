/* Plays exported rows through the engine as they became known, on a virtual clock: what `run` would have raised. */
#include <stdlib.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "codec/encode_alert.h"
#include "commands/commands.h"
#include "commands/inputs.h"
#include "commands/output.h"
#include "commands/shared_options.h"
#include "commands/figures.h"
#include "commands/talk.h"
#include "commands/times.h"
#include "core/alert.h"
#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/terminal.h"

static enum cdi_exit replay_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "source", CDI_TAKES_ONE, "NAME|FILE", false, "cdiwatch",
      "the source table that reads incidents and crimes: storm, controlworks, niche, connect, cdiwatch (our own schema), or a "
      "file of yours" },
    { "incidents", CDI_TAKES_MANY, "FILE", true, NULL, "exports of the command and control system" },
    { "crimes", CDI_TAKES_MANY, "FILE", true, NULL,
      "exports of the crime system. An empty file is a system that said nothing; without this file nothing could be called "
      "unrecorded" },
    { "actions", CDI_TAKES_MANY, "FILE", false, NULL, "what people did about alerts: acknowledged, cleared, confirmed ..." },
    { "incident-source", CDI_TAKES_ONE, "NAME|FILE", false, "as --source", "the source table of the incidents" },
    { "crime-source", CDI_TAKES_ONE, "NAME|FILE", false, "as --source", "the source table of the crimes" },
    { "action-source", CDI_TAKES_ONE, "NAME|FILE", false, "cdiwatch", "the source table of the actions" },
    { "until", CDI_TAKES_ONE, "TIME", false, "48 hours after the last row",
      "rows that became known later are not read, and time passes up to it: 2026-11-05T08:00:00Z, or local time of Europe/London "
      "(2026-11-05T08:00:00); a date alone is the end of that day" },
    { "all", CDI_TAKES_NOTHING, NULL, false, NULL, "every report that was due a crime, also those recorded in good time" },
    { "changes", CDI_TAKES_NOTHING, NULL, false, NULL, "every version of every document as it was published, oldest first" },
    CDI_OPTION_OUT, CDI_OPTION_TABLES, CDI_OPTION_KEY, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Reads exports of incidents and crimes, lets time pass as their rows became known, and prints the reports of crime that have "
    "no crime record, were recorded late, were ended without a crime, or are watched (watches.csv): one JSON document a line, the data "
    "of an alert.",
    "Files are CSV or one JSON document a line, plain or gzip, which is seen from their content; their rows may stand in any "
    "order. A summary goes to stderr.",
    "A row that cannot be read is said with its file, line and column, counted, and left out; the exit code is then 65.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch replay --incident-source storm --crime-source niche --incidents storm-*.csv.gz --crimes niche-*.csv",
    "cdiwatch replay --source ./ours.yaml --incidents logs.csv --crimes crimes.csv --until 2026-11-05T08:00:00",
    NULL
};
const struct cdi_command cdi_replay_command = {
    "replay", "find unrecorded crime in exported files", description, options, examples, replay_run
};

struct replay {
    const struct cdi_arguments *arguments;
    struct cdi_inputs inputs;
    struct cdi_engine *engine;
    struct cdi_output output;
    struct cdi_alert_json json;
    struct cdi_figures figures;
    struct cdi_instant first, until, judged;    /* judged: the judge time so far */
    uint64_t outcomes[CDI_OUTCOME_COUNT], documents;
    bool changes, all, out_of_memory;
};

/* ---- documents ---- */

static bool write_document(void *context, const struct cdi_alert *alert)
{
    struct replay *replay = context;
    if (!cdi_encode_alert_data(&replay->json, &replay->inputs.rulebook->tables, alert, CDI_ALERT_FORM_WHOLE)) {
        replay->out_of_memory = true;
        return false;
    }
    fwrite(replay->json.at, 1, replay->json.size, replay->output.stream);
    fputc('\n', replay->output.stream);
    replay->documents++;
    return !ferror(replay->output.stream);
}

/* Each report is judged anew for it: once, and not once for the document and once for the figures. */
static bool conclude(void *context, const struct cdi_alert *alert)
{
    struct replay *replay = context;
    cdi_figures_take(&replay->figures, alert);
    return replay->changes || (!replay->all && !cdi_alert_exists(alert->judgement)) || write_document(replay, alert);
}

static bool sum_up_tally(void *context, const struct cdi_tally *tally)
{
    cdi_figures_add(&((struct replay *)context)->figures, tally);
    return true;
}

/* ---- time ---- */

static void settle(struct replay *replay)
{
    struct cdi_effects effects;
    bool more;
    do {
        more = cdi_engine_settle(replay->engine, &effects);
        for (size_t i = 0; replay->changes && i < effects.alert_count; i++)
            write_document(replay, &effects.alerts[i]);
    } while (more);
}

static void judge(struct replay *replay, struct cdi_instant at)
{
    replay->judged = at;
    cdi_engine_advance(replay->engine, at);
    settle(replay);
}

/* Every row known before `at` has been applied: lets the deadlines before it pass, each at its own instant, as a service
 * that never slept would have seen them. */
static void pass_time(struct replay *replay, struct cdi_instant at)
{
    while (!cdi_interrupted()) {
        struct cdi_instant next = cdi_engine_next_deadline(replay->engine);
        if (!cdi_instant_said(next) || !cdi_instant_before(next, at))
            return;
        CDI_ASSERT(!cdi_instant_said(replay->judged) || cdi_instant_before(replay->judged, next));
        judge(replay, next);
    }
}

/* ---- rows ---- */

static void apply_row(struct replay *replay, size_t row)
{
    const struct cdi_record *record;
    struct cdi_error problem = { 0 };
    struct cdi_export_row about = cdi_exports_row(replay->inputs.exports, row);
    if (!cdi_inputs_decode(&replay->inputs, row, replay->until, &record))
        return;                                 /* counted with the refused */
    enum cdi_outcome outcome = cdi_engine_apply(replay->engine, record, about.known_at, &problem);
    if (outcome == CDI_OUTCOME_REJECTED) {
        cdi_exports_locate(replay->inputs.exports, row, &problem);
        cdi_refusals_take(&replay->inputs.refusals, about.feed, &problem);
    } else {
        replay->outcomes[outcome]++;
    }
}

/* Rows of one instant are applied together before it is judged: none of them is known before another. */
static bool play_rows(struct replay *replay)
{
    struct cdi_progress progress;
    size_t count = replay->inputs.counts.rows;
    cdi_progress_start(&progress, "judging", count);
    for (size_t row = 0; row < count && !cdi_interrupted() && !ferror(replay->output.stream);) {
        struct cdi_instant at = cdi_exports_row(replay->inputs.exports, row).known_at;
        pass_time(replay, at);
        while (row < count && cdi_instant_same(cdi_exports_row(replay->inputs.exports, row).known_at, at))
            apply_row(replay, row++);
        judge(replay, at);
        cdi_progress_at(&progress, row);
    }
    cdi_progress_end(&progress);
    return !cdi_interrupted();
}

static bool play(struct replay *replay)
{
    size_t count = replay->inputs.counts.rows;
    if (count > 0) {
        replay->first = cdi_exports_row(replay->inputs.exports, 0).known_at;
        if (!cdi_instant_said(replay->until))
            replay->until = cdi_instant_after(cdi_exports_row(replay->inputs.exports, count - 1).known_at, CDI_HOURS(48));
    }
    replay->outcomes[CDI_OUTCOME_OUT_OF_SCOPE] = replay->inputs.counts.deletions;
    if (!play_rows(replay))
        return false;
    if (cdi_instant_said(replay->until)) {
        pass_time(replay, replay->until);
        judge(replay, replay->until);
    }
    cdi_engine_each(replay->engine, false, conclude, replay);
    cdi_engine_tallies(replay->engine, false, sum_up_tally, replay, NULL);
    return !cdi_interrupted();
}

/* ---- talk ---- */

/* Conservation: what was consumed is what became of it. */
static void say_rows(struct replay *replay, struct cdi_span took)
{
    uint64_t refused = replay->inputs.refusals.count, consumed = refused;
    char from[CDI_INSTANT_TEXT_SIZE] = "-", to[CDI_INSTANT_TEXT_SIZE] = "-";
    for (int outcome = 0; outcome < CDI_OUTCOME_COUNT; outcome++)
        consumed += replay->outcomes[outcome];
    CDI_ASSERT(consumed == replay->inputs.counts.rows + replay->inputs.counts.refused + replay->inputs.counts.deletions);
    uint64_t ms = took.ms > 0 ? (uint64_t)took.ms : 1;
    cdi_say("rows       %llu consumed = %llu accepted + %llu duplicate + %llu late + %llu out of scope + %llu rejected",
            (unsigned long long)consumed, (unsigned long long)replay->outcomes[CDI_OUTCOME_ACCEPTED],
            (unsigned long long)replay->outcomes[CDI_OUTCOME_DUPLICATE], (unsigned long long)replay->outcomes[CDI_OUTCOME_LATE],
            (unsigned long long)replay->outcomes[CDI_OUTCOME_OUT_OF_SCOPE], (unsigned long long)refused);
    cdi_say("           in %llu.%02llu s, %llu rows/s; %zu known after --until were not read", (unsigned long long)(ms / 1000),
            (unsigned long long)(ms / 10 % 100), (unsigned long long)(consumed * 1000 / ms), replay->inputs.counts.unread);
    cdi_refusals_say(&replay->inputs.refusals);
    if (cdi_instant_said(replay->first))
        cdi_instant_format(replay->first, from);
    if (cdi_instant_said(replay->until))
        cdi_instant_format(replay->until, to);
    cdi_say("time       %s to %s", from, to);
    cdi_say("documents  %llu written", (unsigned long long)replay->documents);
}

/* ---- the command ---- */

static struct cdi_inputs_feed feed_of(const struct cdi_arguments *arguments, const char *files, const char *source,
                                      const char *otherwise)
{
    struct cdi_inputs_feed feed = { NULL, NULL, 0 };
    feed.source = cdi_argument(arguments, cdi_argument_given(arguments, source) ? source : otherwise);
    feed.files = cdi_argument_values(arguments, files, &feed.count);
    return feed;
}

static enum cdi_exit finish(struct replay *replay)
{
    struct cdi_error err = { 0 };
    if (replay->out_of_memory) {
        cdi_complain("not enough memory; split the exports by month");
        cdi_output_give_up(&replay->output);
        return CDI_EXIT_DATA;
    }
    if (!cdi_output_finish(&replay->output, &err)) {
        cdi_complain_error(&err);
        return CDI_EXIT_WRITE;
    }
    return replay->inputs.refusals.count > 0 ? CDI_EXIT_DATA : CDI_EXIT_OK;
}

static enum cdi_exit replay_files(struct replay *replay, struct cdi_span started)
{
    struct cdi_error err = { 0 };
    const struct cdi_inputs_feed feeds[CDI_FEED_COUNT] = {
        [CDI_FEED_INCIDENTS] = feed_of(replay->arguments, "incidents", "incident-source", "source"),
        [CDI_FEED_CRIMES] = feed_of(replay->arguments, "crimes", "crime-source", "source"),
        [CDI_FEED_ACTIONS] = feed_of(replay->arguments, "actions", "action-source", "action-source"),
    };
    enum cdi_exit result = cdi_inputs_read(&replay->inputs, replay->arguments, feeds, replay->until);
    if (result != CDI_EXIT_OK)
        return result;
    struct cdi_engine_limits limits = { .seldom_recount = !replay->changes, .keep_all = true, .tally_days = UINT32_MAX, .quiet_tallies = true };
    replay->engine = cdi_engine_create(&replay->inputs.rulebook->tables, &limits, &err);
    if (replay->engine == NULL || !cdi_output_open(&replay->output, cdi_argument(replay->arguments, "out"), &err)) {
        cdi_complain_error(&err);
        return CDI_EXIT_WRITE;
    }
    if (!play(replay)) {
        cdi_output_give_up(&replay->output);
        cdi_complain("interrupted; nothing was concluded");
        return CDI_EXIT_INTERRUPTED;
    }
    result = finish(replay);
    if (result == CDI_EXIT_OK || (result == CDI_EXIT_DATA && !replay->out_of_memory)) {
        say_rows(replay, (struct cdi_span){ cdi_clock_elapsed().ms - started.ms });
        cdi_figures_say(&replay->figures);
    }
    return result;
}

static enum cdi_exit replay_run(const struct cdi_arguments *arguments)
{
    struct replay replay = { .arguments = arguments, .first = CDI_INSTANT_NONE, .until = CDI_INSTANT_NONE,
                             .judged = CDI_INSTANT_NONE, .changes = cdi_argument_given(arguments, "changes"),
                             .all = cdi_argument_given(arguments, "all") };
    struct cdi_span started = cdi_clock_elapsed();
    if (replay.changes && replay.all) {
        cdi_complain("--all and --changes exclude each other: one prints the end, the other the way there");
        return CDI_EXIT_USAGE;
    }
    if (cdi_argument_given(arguments, "until") &&
        !cdi_time_argument("until", cdi_argument(arguments, "until"), &replay.until))
        return CDI_EXIT_USAGE;
    enum cdi_exit result = replay_files(&replay, started);
    cdi_engine_destroy(replay.engine);
    cdi_figures_release(&replay.figures);
    cdi_inputs_release(&replay.inputs);
    free(replay.json.at);
    return result;
}
