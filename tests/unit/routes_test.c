/* How the daemon stands, and what those who watch it are told, without a daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "edge/routes.h"

enum { SHARDS = 40 };
static const struct cdi_instant now = { INT64_C(1793836800000) };       /* 2026-11-05T00:00:00Z */

static struct cdi_meters meters;
static struct cdi_config config;
static struct cdi_pump_shard shards[SHARDS];
static struct cdi_standing standing;            /* what look() copies */
static struct cdi_watch_rule watches[] = { { .key = { "no_unit", 7 } }, { .key = { "hate", 4 } }, { .key = { "off", 3 } } };
static const struct cdi_tables tables = { .watches = watches, .watch_count = 2, .watches_known = 3 };
static struct cdi_response response;

static struct cdi_tally tallies[4];             /* that the shards have, of force tally_force */
static size_t tally_count;
static const char *tally_force = "dpp";

static void look(void *context, struct cdi_standing *out)
{
    assert_ptr_equal(context, &config);
    *out = standing;
    out->shards = calloc(SHARDS, sizeof *shards);
    assert_non_null(out->shards);
    memcpy(out->shards, shards, sizeof shards);
    for (size_t i = 0; i < tally_count; i++)
        cdi_recent_add(&out->recent, cdi_text_of(tally_force), &tallies[i], 20762);
}

static const struct cdi_routes routes = { .meters = &meters, .look = look, .context = &config };

/* Two shards that judge up to ten seconds ago. */
static int setup(void **state)
{
    (void)state;
    memset(&meters, 0, sizeof meters);
    memset(shards, 0, sizeof shards);
    config = (struct cdi_config){ .instance = CDI_TEXT("a"), .group = CDI_TEXT("g"), .memory = 64 << 20 };
    for (int i = 0; i < SHARDS; i++) {
        shards[i] = (struct cdi_pump_shard){ .number = i, .restored = true, .outbox = 10 };
        shards[i].status = (struct cdi_shard_status){ .judge_time = { now.ms - 10000 }, .ready = true, .bytes = 100, .waiting = true,
                                                      .waits_for = { .feed = CDI_FEED_CRIMES } };
    }
    standing = (struct cdi_standing){
        .now = now, .started_at = { now.ms - 60000 }, .level_within = CDI_LEVEL_WITHIN, .config = &config, .tables = &tables, .session = true, .shards = shards, .shard_count = 2,
        .pump = { .phase = CDI_PUMP_RUNNING, .shards = 2, .clock_trusted = true, .ready = true },
    };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cdi_body_free(&response.body);
    return 0;
}

static const char *ask(const char *path)
{
    cdi_body_free(&response.body);
    cdi_routes_answer(&routes, &(struct cdi_request){ .method = "GET", .path = path }, &response);
    return response.body.at;
}

static bool says(const char *path, int status, const char *words)
{
    const char *body = ask(path);
    if (response.status == status && strstr(body, words) != NULL)
        return true;
    print_message("# %s: %d %.300s\n", path, response.status, body);
    return false;
}

/* ---- ready, and why not ---- */

static void who_judges_up_to_now_is_ready(void **state)
{
    (void)state;
    assert_true(says("/readyz", 200, "ready\n"));
    assert_true(says("/livez", 200, "live\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_ready 1\n"));
    shards[1].status.judge_time.ms = now.ms - CDI_LEVEL_WITHIN.ms;
    assert_true(says("/readyz", 200, "ready\n"));
}

static void a_judge_time_that_is_held_is_said_with_the_shard_and_the_feed(void **state)
{
    (void)state;
    shards[1].status.judge_time.ms = now.ms - CDI_LEVEL_WITHIN.ms - 1;
    assert_true(says("/readyz", 503, "held: shard 1 judges up to 2026-11-04T23:58:59.999Z, where its crimes are read to"));
    shards[0].status.judge_time = CDI_INSTANT_NONE;
    assert_true(says("/readyz", 503, "held: shard 0 judges up to no time yet"));
    assert_true(says("/livez", 200, "live"));                    /* a restart would not help */
}

static void a_clock_that_goes_faster_is_let_run_as_much_further_ahead(void **state)
{
    (void)state;
    standing.level_within.ms = 720 * CDI_LEVEL_WITHIN.ms;
    shards[1].status.judge_time.ms = now.ms - standing.level_within.ms;
    assert_true(says("/readyz", 200, "ready\n"));
    shards[1].status.judge_time.ms--;
    assert_true(says("/readyz", 503, "held: shard 1 judges up to 2026-11-04T11:59:59.999Z"));
}

static void a_stopped_shard_is_said_with_its_reason_and_the_others_go_on(void **state)
{
    (void)state;
    shards[0].stopped = true;
    shards[0].status.judge_time.ms = 0;                         /* holds nobody any more */
    cdi_fail(&shards[0].why_stopped, CDI_ERROR_CONFIGURATION, "its force belongs elsewhere");
    assert_true(says("/readyz", 503, "stopped: shard 0 is stopped, and nobody judges its reports: its force belongs elsewhere\n"));
    assert_null(strstr(response.body.at, "held"));
    assert_true(says("/metrics", 200, "\ncdiwatch_shard_stopped{shard=\"0\"} 1\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_shards_stopped 1\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_judge_least_timestamp_seconds 1793836790.000\n"));
}

static void what_else_makes_it_unready_has_its_word(void **state)
{
    (void)state;
    shards[0].restored = false;
    assert_true(says("/readyz", 503, "restoring: 1 of 2 shards"));
    setup(NULL);
    shards[0].status.ready = false;
    assert_true(says("/readyz", 503, "not_read: 1 of 2 shards"));
    setup(NULL);
    standing.pump.clock_trusted = false;
    assert_true(says("/readyz", 503, "clock: "));
    setup(NULL);
    standing.shard_count = 0;
    standing.pump.phase = CDI_PUMP_JOINING;
    assert_true(says("/readyz", 503, "not_assigned: no shard is assigned to this instance (joining)"));
    setup(NULL);
    standing.stopping = true;
    assert_true(says("/readyz", 503, "stopping: "));
    setup(NULL);
    standing.session = false;
    standing.shard_count = 0;
    cdi_fail(&standing.last, CDI_ERROR_BROKER, "nobody answers");
    assert_true(says("/readyz", 503, "no_session: "));
    assert_non_null(strstr(response.body.at, "nobody answers"));
}

static void a_transaction_that_hangs_is_not_alive(void **state)
{
    (void)state;
    standing.pump.oldest_commit.ms = CDI_COMMIT_STUCK.ms - 1;
    assert_true(says("/livez", 200, "live"));
    standing.pump.oldest_commit = CDI_COMMIT_STUCK;
    assert_true(says("/livez", 503, "hangs"));
    assert_true(says("/readyz", 503, "stuck: a transaction has been in flight for 120 s"));
}

/* ---- gauges ---- */

static void however_many_shards_there_are_the_series_are_bounded_and_the_sums_whole(void **state)
{
    (void)state;
    standing.shard_count = SHARDS;
    shards[SHARDS - 1].status.judge_time.ms = now.ms - 3600000;
    for (int i = 0; i < SHARDS; i++)
        shards[i].status.lag[CDI_FEED_CRIMES] = 2;
    assert_true(says("/metrics", 200, "\ncdiwatch_shards_assigned 40\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_shards_not_shown 8\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_judge_least_timestamp_seconds 1793833200.000\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_lag_messages{feed=\"crimes\"} 80\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_memory_used_bytes{part=\"state\"} 4000\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_memory_used_bytes{part=\"outbox\"} 400\n"));
    size_t series = 0;
    for (const char *line = response.body.at; *line != '\0'; line = strchr(line, '\n') + 1)
        series += *line != '#';
    assert_true(series < CDI_METERS_SERIES_MOST);
    shards[3].status.lag[CDI_FEED_CRIMES] = -1;
    assert_null(strstr(ask("/metrics"), "\ncdiwatch_lag_messages{feed=\"crimes\"}"));
}

/* Of East today, West today, East yesterday, and the day before. */
static void count_some(struct cdi_tally_row rows[4], struct cdi_tally_part parts[4][2])
{
    static const int32_t days[] = { 20762, 20762, 20761, 20760 };
    for (uint32_t i = 0; i < 4; i++) {
        parts[i][0] = (struct cdi_tally_part){ CDI_TALLY_REPORTS, 10 * (i + 1) };
        parts[i][1] = (struct cdi_tally_part){ CDI_TALLY_OPEN, i + 1 };
        rows[i] = (struct cdi_tally_row){ .key = { .category = CDI_CATEGORY_VAP }, .parts = parts[i], .part_count = 2 };
        tallies[i] = (struct cdi_tally){ .day = days[i], .rows = &rows[i], .row_count = 1 };
    }
    tally_count = 4;
}

static void what_was_received_today_and_yesterday_is_summed_up_by_force(void **state)
{
    struct cdi_tally_row rows[4];
    struct cdi_tally_part parts[4][2];
    (void)state;
    count_some(rows, parts);
    assert_true(says("/metrics", 200, "\ncdiwatch_tally_reports{force=\"dpp\",category=\"VAP\"} 60\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_tally_open{force=\"dpp\",category=\"VAP\"} 6\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_tally_open{force=\"dpp\",category=\"RAPE\"} 0\n"));
    assert_true(says("/metrics", 200, "\ncdiwatch_tally_not_shown 0\n"));
    assert_true(says("/api/v1/status", 200, "\"tallies\":[{\"force\":\"dpp\",\"today\":{\"day\":\"2026-11-05\",\"reports\":30,"));
    assert_true(says("/api/v1/status", 200, "\"yesterday\":{\"day\":\"2026-11-04\",\"reports\":30,"));
    tally_count = 0;
    assert_null(strstr(ask("/metrics"), "force=\""));
    assert_true(says("/api/v1/status", 200, "\"tallies\":[],\"more_forces\":false"));
}

static void the_logs_that_are_watched_are_summed_up_by_watch(void **state)
{
    (void)state;
    shards[0].status.watching[1] = 3;
    shards[1].status.watching[1] = 4;
    shards[1].status.watching[2] = 9;           /* of a row that is off */
    assert_true(says("/metrics", 200, "\ncdiwatch_watched{watch=\"no_unit\"} 0\ncdiwatch_watched{watch=\"hate\"} 7\n"));
    assert_null(strstr(response.body.at, "watch=\"off\""));
    standing.shard_count = 0;
    assert_true(says("/metrics", 200, "\ncdiwatch_watched{watch=\"hate\"} 0\n"));
}

static void the_parts_of_the_memory_add_up_to_the_whole(void **state)
{
    int64_t sum = 0;
    (void)state;
    config.memory = (512 << 20) + 7;
    for (enum cdi_part part = 0; part < CDI_PART_COUNT; part++)
        sum += cdi_standing_budget(&standing, part);
    assert_int_equal(sum, config.memory);
}

/* ---- the document ---- */

static void the_status_is_one_json_document_with_every_shard_and_silence(void **state)
{
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    (void)state;
    standing.shard_count = SHARDS;
    shards[1].status.silent = 1;
    shards[1].status.silences[0] = (struct cdi_silence){ CDI_TEXT("dpp"), CDI_TEXT("crimes"), { now.ms - 7200000 } };
    shards[2].restored = false;
    shards[2].restored_records = 77;
    cdi_fail(&standing.last, CDI_ERROR_BROKER, "a \"quoted\" reason\n");
    const char *body = ask("/api/v1/status");
    assert_string_equal(response.type, "application/json");
    struct cdi_json *json = cdi_json_create(CDI_JSON_READER_JANSSON, &err);
    assert_non_null(json);
    assert_true(cdi_json_read(json, body, response.body.size, &nodes, &err));
    cdi_json_destroy(json);
    assert_non_null(strstr(body, "{\"force\":\"dpp\",\"feed\":\"crimes\",\"heard_at\":\"2026-11-04T22:00:00Z\"}"));
    assert_non_null(strstr(body, "\"shard\":39,"));
    assert_non_null(strstr(body, "\"state\":\"restoring\",\"why_stopped\":null,\"restored_records\":77}"));
    assert_non_null(strstr(body, "\"ready\":false,\"reasons\":[{\"why\":\"restoring\""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_judges_up_to_now_is_ready),
        TEST(a_clock_that_goes_faster_is_let_run_as_much_further_ahead),
        TEST(a_judge_time_that_is_held_is_said_with_the_shard_and_the_feed),
        TEST(a_stopped_shard_is_said_with_its_reason_and_the_others_go_on), TEST(what_else_makes_it_unready_has_its_word),
        TEST(a_transaction_that_hangs_is_not_alive), TEST(however_many_shards_there_are_the_series_are_bounded_and_the_sums_whole),
        TEST(what_was_received_today_and_yesterday_is_summed_up_by_force), TEST(the_logs_that_are_watched_are_summed_up_by_watch),
        TEST(the_parts_of_the_memory_add_up_to_the_whole), TEST(the_status_is_one_json_document_with_every_shard_and_silence),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
