/* A shard without Kafka: what a message becomes, when time is known to have passed, what is committed and found again. */
#include "shard_place.h"

static int setup(void **state)
{
    config.partitions = 1;
    config.allow_create_time = false;
    *state = new_shard();
    return 0;
}

static int teardown(void **state)
{
    cdi_shard_destroy(*state);
    return 0;
}

/* ---- messages ---- */

static struct cdi_shard_status status_of(const struct cdi_shard *shard)
{
    struct cdi_shard_status status;
    cdi_shard_status(shard, &status);
    return status;
}

/* ---- what a message becomes ---- */

static void what_cannot_be_read_is_a_dead_letter_and_costs_only_itself(void **state)
{
    struct cdi_error err = { 0 };
    assert_true(take(*state, CDI_FEED_INCIDENTS, 1, "{\"force\":", &err));
    assert_true(take(*state, CDI_FEED_CRIMES, 1, "{\"force\":\"dpp\",\"crime\":\"C1\",\"event_at\":\"yesterday\"}", &err));
    assert_true(incident(*state, 1, 2, 0, &err));
    settle(*state);
    assert_int_equal(count_of(*state, CDI_TOPIC_DEADLETTERS), 2);
    struct cdi_shard_status status = status_of(*state);
    assert_int_equal(status.outcomes[CDI_FEED_INCIDENTS][CDI_OUTCOME_REJECTED], 1);
    assert_int_equal(status.outcomes[CDI_FEED_INCIDENTS][CDI_OUTCOME_ACCEPTED], 1);
    assert_int_equal(status.outcomes[CDI_FEED_CRIMES][CDI_OUTCOME_REJECTED], 1);
}

static void a_dead_letter_holds_the_bytes_as_they_came_and_says_where_from(void **state)
{
    struct cdi_error err = { 0 };
    next_offset = 77;
    assert_true(take(*state, CDI_FEED_CRIMES, 1, "rubbish", &err));
    struct cdi_outbox_record letter;
    assert_true(cdi_outbox_at(cdi_shard_outbox(*state), 0, &letter));
    assert_true(cdi_text_is(letter.value, "rubbish") && cdi_text_is(letter.key, "dpp"));
    bool topic = false, offset = false;
    for (size_t i = 0; i < letter.header_count; i++) {
        topic |= cdi_text_is(letter.headers[i].name, "__connect.errors.topic") && cdi_text_is(letter.headers[i].value, "crimes");
        offset |= cdi_text_is(letter.headers[i].name, "__connect.errors.offset") && cdi_text_is(letter.headers[i].value, "77");
    }
    assert_true(topic && offset);
}

static void what_no_letter_can_hold_is_told_of_without_its_bytes(void **state)
{
    struct cdi_error err = { 0 };
    const size_t size = 3 * 1024 * 1024;
    char *value = malloc(size + 1);
    assert_non_null(value);
    memset(value, 'y', size);
    value[size] = '\0';
    next_offset = 78;
    assert_true(take(*state, CDI_FEED_CRIMES, 1, value, &err));
    free(value);
    struct cdi_outbox_record letter;
    assert_true(cdi_outbox_at(cdi_shard_outbox(*state), 0, &letter));
    assert_false(cdi_text_said(letter.value));
    bool offset = false;
    for (size_t i = 0; i < letter.header_count; i++)
        offset |= cdi_text_is(letter.headers[i].name, "__connect.errors.offset") && cdi_text_is(letter.headers[i].value, "78");
    assert_true(offset);
    assert_int_equal(status_of(*state).outcomes[CDI_FEED_CRIMES][CDI_OUTCOME_REJECTED], 1);
}

static void a_tombstone_is_counted_and_changes_nothing(void **state)
{
    struct cdi_error err = { 0 };
    assert_true(take(*state, CDI_FEED_CRIMES, 1, NULL, &err));
    assert_int_equal(status_of(*state).outcomes[CDI_FEED_CRIMES][CDI_OUTCOME_OUT_OF_SCOPE], 1);
    assert_int_equal(cdi_outbox_count(cdi_shard_outbox(*state)), 0);
}

static void a_force_in_the_wrong_partition_stops_the_shard_before_it_is_applied(void **state)
{
    struct cdi_error err = { 0 };
    config.partitions = 7;
    assert_true(cdi_force_partition(CDI_TEXT("dpp"), 7) != 0);
    assert_false(incident(*state, 1, 1, 0, &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    assert_non_null(strstr(err.text, "belongs in partition"));
    assert_non_null(strstr(err.text, "murmur2_random"));
    assert_null(strstr(err.text, "dpp"));                       /* it may be anything: a telephone number */
    assert_false(cdi_shard_has_news(*state));
}

static void a_sender_that_writes_something_else_as_the_force_does_not_stop_the_shard(void **state)
{
    struct cdi_error err = { 0 };
    char value[200];
    for (int i = 0; i < 3000; i++) {
        snprintf(value, sizeof value, "{\"force\":\"n%d\",\"incident\":\"L1\",\"event_at\":\"2026-11-05T00:00:00Z\"}", i);
        assert_true(take(*state, CDI_FEED_INCIDENTS, 1, value, &err));
    }
    assert_true(status_of(*state).outcomes[CDI_FEED_INCIDENTS][CDI_OUTCOME_REJECTED] > 0);
    assert_int_equal(count_of(*state, CDI_TOPIC_DEADLETTERS), status_of(*state).outcomes[CDI_FEED_INCIDENTS][CDI_OUTCOME_REJECTED]);
    assert_true(status_of(*state).outcomes[CDI_FEED_INCIDENTS][CDI_OUTCOME_ACCEPTED] > 1000);
}

static void java_clients_place_forces_where_we_expect_them(void **state)
{
    /* As Utils.murmur2 of Apache Kafka 3.9.1 places these keys among four partitions. */
    (void)state;
    const struct { const char *force; int32_t partition; } rows[] = {
        { "dpp", 2 }, { "ken", 0 }, { "wmp", 1 }, { "chs", 2 }, { "met", 1 }, { "gmp", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(cdi_force_partition(cdi_text_of(rows[i].force), 4), rows[i].partition);
}

static void producer_time_stops_the_shard_unless_it_was_allowed(void **state)
{
    struct cdi_error err = { 0 };
    struct cdi_message message = { .feed = CDI_FEED_CRIMES, .broker_time = start, .producer_time = true, .value = CDI_TEXT("{}") };
    assert_false(cdi_shard_take(*state, &message, &err));
    assert_non_null(strstr(err.text, "LogAppendTime"));
    config.allow_create_time = true;
    cdi_error_clear(&err);
    assert_true(cdi_shard_take(*state, &message, &err));
}

/* ---- time ---- */

static void no_time_is_known_until_both_feeds_have_said_something(void **state)
{
    struct cdi_error err = { 0 };
    assert_true(incident(*state, 1, 10, 0, &err));
    assert_false(cdi_instant_said(status_of(*state).judge_time));
    cdi_shard_at_end(*state, CDI_FEED_CRIMES, 5);
    assert_false(cdi_instant_said(status_of(*state).judge_time));       /* an end alone has no time: the broker must say when */
    cdi_shard_end_known(*state, CDI_FEED_CRIMES, 5, (struct cdi_instant){ start.ms + 60000 });
    assert_int_equal(status_of(*state).judge_time.ms, start.ms + 10000 - 1);
}

static void an_end_that_is_not_reached_asserts_nothing(void **state)
{
    struct cdi_error err = { 0 };
    next_offset = 0;
    assert_true(incident(*state, 1, 10, 0, &err));
    cdi_shard_at_end(*state, CDI_FEED_CRIMES, 5);
    cdi_shard_end_known(*state, CDI_FEED_CRIMES, 6, (struct cdi_instant){ start.ms + 60000 });  /* one more, perhaps in an open transaction */
    assert_false(cdi_instant_said(status_of(*state).judge_time));
    cdi_shard_at_end(*state, CDI_FEED_CRIMES, 6);
    assert_true(cdi_instant_said(status_of(*state).judge_time));
}

static void an_end_behind_an_open_transaction_is_heard_although_it_asserts_nothing(void **state)
{
    assert_false(status_of(*state).ready);
    for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++) {
        cdi_shard_at_end(*state, feed, 5);
        cdi_shard_end_known(*state, feed, 6, (struct cdi_instant){ start.ms + 60000 });
    }
    assert_true(status_of(*state).ready);
    assert_false(cdi_instant_said(status_of(*state).judge_time));
}

static void an_end_beyond_the_last_message_is_committed(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    cdi_shard_begin_at(*state, CDI_FEED_ACTIONS, CDI_OFFSET_END);
    next_offset = 7;
    assert_true(incident(*state, 1, 10, 0, &err));
    settle(*state);
    cdi_shard_committed(*state, cdi_shard_hand_over(*state, positions));
    assert_int_equal(positions[CDI_FEED_INCIDENTS], 8);
    assert_true(positions[CDI_FEED_ACTIONS] < 0);
    cdi_shard_at_end(*state, CDI_FEED_INCIDENTS, 8);
    assert_false(cdi_shard_has_news(*state));
    cdi_shard_at_end(*state, CDI_FEED_INCIDENTS, 9);            /* a control record */
    cdi_shard_at_end(*state, CDI_FEED_ACTIONS, 4);              /* and where a feed began that says nothing yet */
    assert_true(cdi_shard_has_news(*state));
    settle(*state);
    cdi_shard_committed(*state, cdi_shard_hand_over(*state, positions));
    assert_int_equal(positions[CDI_FEED_INCIDENTS], 9);
    assert_int_equal(positions[CDI_FEED_ACTIONS], 4);
}

static void a_breach_is_published_when_both_feeds_are_level_past_it(void **state)
{
    struct cdi_error err = { 0 };
    assert_true(incident(*state, 1, 1, 0, &err));
    assert_true(take(*state, CDI_FEED_CRIMES, 1, "{\"force\":\"dpp\",\"heartbeat\":\"niche\",\"at\":\"2026-11-05T00:00:01Z\"}", &err));
    beats(*state, 1, 24);
    settle(*state);
    assert_true(published(*state, "\"stage\":\"urgent\""));
    assert_false(published(*state, "\"stage\":\"breach\""));
    level(*state, 86400 + 5 + 1);               /* five seconds of margin, and the second itself */
    settle(*state);
    assert_true(published(*state, "\"stage\":\"breach\""));
}

static void a_silent_crime_feed_holds_its_force_and_is_told(void **state)
{
    struct cdi_error err = { 0 };
    assert_true(incident(*state, 1, 1, 0, &err));
    level(*state, 90000);
    settle(*state);
    assert_true(published(*state, "\"type\":\"cdiwatch.feed.v1\""));
    assert_false(published(*state, "\"stage\":\"breach\""));
    assert_true(published(*state, "\"unsure\""));
    assert_int_equal(status_of(*state).silent, 2);
}

/* ---- whose turn it is ---- */

static void the_feed_whose_message_is_older_is_read_first(void **state)
{
    struct cdi_instant heads[CDI_FEED_COUNT] = { { start.ms + 2 }, { start.ms + 1 }, CDI_INSTANT_NONE };
    enum cdi_feed feed;
    cdi_shard_at_end(*state, CDI_FEED_ACTIONS, 0);
    assert_true(cdi_shard_may_take(*state, heads, &feed));
    assert_int_equal(feed, CDI_FEED_CRIMES);
}

static void a_feed_far_ahead_waits_for_one_that_is_behind(void **state)
{
    struct cdi_error err = { 0 };
    enum cdi_feed feed;
    assert_true(take(*state, CDI_FEED_CRIMES, 0, NULL, &err));
    cdi_shard_at_end(*state, CDI_FEED_ACTIONS, 0);
    struct cdi_instant heads[CDI_FEED_COUNT] = { { start.ms + 3601 * 1000 }, CDI_INSTANT_NONE, CDI_INSTANT_NONE };
    assert_false(cdi_shard_may_take(*state, heads, &feed));
    heads[CDI_FEED_INCIDENTS].ms = start.ms + 3600 * 1000;
    assert_true(cdi_shard_may_take(*state, heads, &feed));
    heads[CDI_FEED_INCIDENTS].ms = start.ms + 3601 * 1000;
    cdi_shard_at_end(*state, CDI_FEED_CRIMES, 1000);
    assert_true(cdi_shard_may_take(*state, heads, &feed));
}

/* ---- publishing and restoring ---- */

static void positions_are_handed_over_only_with_the_state_of_all_that_was_taken(void **state)
{
    enum { INCIDENTS = 9000 };                  /* more than two slices */
    struct cdi_error err = { 0 };
    bool more, whole = false;
    next_offset = 0;
    for (int i = 0; i < INCIDENTS; i++)
        assert_true(incident(*state, i, i, 0, &err));
    size_t slices = 0;
    for (; !whole; slices++)
        assert_true(cdi_shard_settle(*state, &more, &whole, &err));
    assert_true(slices > 2);
    int64_t positions[CDI_FEED_COUNT];
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    assert_int_equal(positions[CDI_FEED_INCIDENTS], INCIDENTS);
    assert_true(cdi_outbox_count(outbox) >= INCIDENTS);
    cdi_shard_committed(*state, outbox);
    assert_false(cdi_shard_has_news(*state));
}

static void a_restored_shard_has_the_time_and_publishes_nothing_again(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    assert_true(incident(*state, 1, 1, -13 * 3600, &err));
    level(*state, 600);
    settle(*state);
    assert_true(published(*state, "\"stage\":\"notice\""));
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    struct cdi_shard *other = restored_from(outbox);
    cdi_shard_committed(*state, outbox);
    assert_int_equal(status_of(other).judge_time.ms, start.ms + 595000);
    assert_int_equal(count_of(other, CDI_TOPIC_ALERTS), 0);
    cdi_shard_destroy(other);
}

static void what_was_missed_is_said_as_it_is_and_not_stage_by_stage(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    assert_true(incident(*state, 1, 1, 0, &err));
    level(*state, 600);
    settle(*state);
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    struct cdi_shard *other = restored_from(outbox);
    cdi_shard_committed(*state, outbox);
    beats(other, 1, 13);
    settle(other);                              /* a batch is cut where a notice would be due */
    assert_int_equal(status_of(other).judge_time.ms, start.ms + 595000);
    assert_int_equal(count_of(other, CDI_TOPIC_ALERTS), 0);
    beats(other, 14, 25);
    level(other, 25 * 3600 + 60);
    settle(other);
    assert_int_equal(count_holding(other, CDI_TOPIC_ALERTS, "cdiwatch.alert.v1"), 1);
    assert_true(published(other, "\"stage\":\"breach\"") && published(other, "\"detected_late_by_s\":3655"));
    cdi_shard_destroy(other);
}

static void a_process_that_ends_before_it_has_caught_up_leaves_the_time_as_it_was(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    assert_true(incident(*state, 1, 1, 0, &err));
    level(*state, 600);
    settle(*state);
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    struct cdi_shard *second = restored_from(outbox);
    beats(second, 1, 13);
    settle(second);
    struct cdi_outbox *later = cdi_shard_hand_over(second, positions);
    struct cdi_shard *third = restored_from(later);
    assert_int_equal(status_of(third).judge_time.ms, start.ms + 595000);
    cdi_shard_committed(*state, outbox);
    cdi_shard_committed(second, later);
    cdi_shard_destroy(second);
    cdi_shard_destroy(third);
}

static void a_feed_in_full_flow_has_caught_up_within_a_minute_of_its_end(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    assert_true(incident(*state, 1, 1, 0, &err));
    level(*state, 600);
    settle(*state);
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    struct cdi_shard *other = restored_from(outbox);
    cdi_shard_committed(*state, outbox);
    beats(other, 1, 13);
    for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++)
        cdi_shard_end_known(other, feed, 1000000, (struct cdi_instant){ start.ms + (13 * 3600 + 61) * 1000 });
    settle(other);
    assert_int_equal(count_of(other, CDI_TOPIC_ALERTS), 0);
    for (enum cdi_feed feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++)
        cdi_shard_end_known(other, feed, 1000000, (struct cdi_instant){ start.ms + (13 * 3600 + 60) * 1000 });
    settle(other);
    assert_true(published(other, "\"stage\":\"notice\""));
    cdi_shard_destroy(other);
}

static void a_feed_that_was_silent_is_silent_after_a_restart_and_is_not_told_again(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    assert_true(incident(*state, 1, 1, 0, &err));
    level(*state, 90000);
    settle(*state);
    struct cdi_outbox *outbox = cdi_shard_hand_over(*state, positions);
    struct cdi_shard *other = restored_from(outbox);
    cdi_shard_committed(*state, outbox);
    level(other, 91000);
    settle(other);
    assert_int_equal(status_of(other).silent, 2);
    assert_false(published(other, "cdiwatch.feed.v1"));
    assert_false(published(other, "\"stage\":\"breach\""));
    cdi_shard_destroy(other);
}

static void a_flood_of_deadlines_writes_each_tally_once_with_the_state_that_it_counts(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    for (int log = 0; log < 1000; log++)
        assert_true(incident(*state, log, 1, 0, &err));
    level(*state, 600);
    settle(*state);
    assert_int_equal(count_holding(*state, CDI_TOPIC_ALERTS, "cdiwatch.tally.v1"), 1);
    assert_int_equal(count_holding(*state, CDI_TOPIC_CHANGELOG, "/tally/"), 1);
    assert_true(published(*state, "\"reports\":1000,") && published(*state, "\"breached\":0,"));
    cdi_shard_committed(*state, cdi_shard_hand_over(*state, positions));
    beats(*state, 1, 25);
    level(*state, 25 * 3600 + 60);
    settle(*state);
    assert_int_equal(count_holding(*state, CDI_TOPIC_ALERTS, "cdiwatch.alert.v1"), 1000);
    assert_int_equal(count_holding(*state, CDI_TOPIC_ALERTS, "cdiwatch.tally.v1"), 1);
    assert_true(published(*state, "\"breached\":1000,"));
}

static void a_damaged_state_record_is_refused(void **state)
{
    struct cdi_error err = { 0 };
    assert_false(cdi_shard_restore(*state, CDI_TEXT("dpp/incident/L1"), CDI_TEXT("CW\x01\x00rubbish that is no case"), &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
}

/* ---- what is counted ---- */

static int64_t observed(const struct cdi_histogram *histogram)
{
    int64_t sum = 0;
    for (size_t i = 0; i <= CDI_BUCKETS_MAX; i++)
        sum += histogram->counts[i];
    return sum;
}

static void every_alert_is_counted_by_its_stage_and_every_letter_by_its_reason(void **state)
{
    struct cdi_error err = { 0 };
    const struct cdi_shard_counts *counts = cdi_shard_counts(*state);
    assert_true(take(*state, CDI_FEED_CRIMES, 1, "rubbish", &err));
    assert_true(incident(*state, 1, 2, 0, &err));
    beats(*state, 1, 22);
    settle(*state);
    assert_int_equal(count_holding(*state, CDI_TOPIC_ALERTS, "cdiwatch.alert.v1"), 1);
    assert_int_equal(counts->alerts[CDI_STAGE_WARNING], 1);
    beats(*state, 23, 24);
    level(*state, 86400 + 6);
    settle(*state);
    assert_int_equal(count_holding(*state, CDI_TOPIC_ALERTS, "cdiwatch.alert.v1"), 2);
    assert_int_equal(counts->alerts[CDI_STAGE_BREACH], 1);
    assert_int_equal(observed(&counts->emit_delay), 2);
    assert_int_equal(counts->letters[CDI_ERROR_NOT_JSON], 1);
}

static void what_the_broker_has_beyond_what_is_read_is_the_lag(void **state)
{
    struct cdi_error err = { 0 };
    assert_int_equal(status_of(*state).lag[CDI_FEED_INCIDENTS], -1);
    next_offset = 10;
    assert_true(incident(*state, 1, 2, 0, &err));
    assert_int_equal(status_of(*state).lag[CDI_FEED_INCIDENTS], -1);
    cdi_shard_end_known(*state, CDI_FEED_INCIDENTS, 15, start);
    assert_int_equal(status_of(*state).lag[CDI_FEED_INCIDENTS], 4);
    cdi_shard_at_end(*state, CDI_FEED_INCIDENTS, 15);
    assert_int_equal(status_of(*state).lag[CDI_FEED_INCIDENTS], 0);
    assert_true(status_of(*state).waiting && status_of(*state).waits_for.feed == CDI_FEED_CRIMES);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_cannot_be_read_is_a_dead_letter_and_costs_only_itself),
        TEST(a_dead_letter_holds_the_bytes_as_they_came_and_says_where_from),
        TEST(what_no_letter_can_hold_is_told_of_without_its_bytes),
        TEST(a_tombstone_is_counted_and_changes_nothing),
        TEST(a_force_in_the_wrong_partition_stops_the_shard_before_it_is_applied),
        TEST(a_sender_that_writes_something_else_as_the_force_does_not_stop_the_shard),
        TEST(java_clients_place_forces_where_we_expect_them),
        TEST(producer_time_stops_the_shard_unless_it_was_allowed),
        TEST(no_time_is_known_until_both_feeds_have_said_something),
        TEST(an_end_that_is_not_reached_asserts_nothing),
        TEST(an_end_behind_an_open_transaction_is_heard_although_it_asserts_nothing),
        TEST(an_end_beyond_the_last_message_is_committed),
        TEST(a_breach_is_published_when_both_feeds_are_level_past_it),
        TEST(a_silent_crime_feed_holds_its_force_and_is_told),
        TEST(the_feed_whose_message_is_older_is_read_first),
        TEST(a_feed_far_ahead_waits_for_one_that_is_behind),
        TEST(positions_are_handed_over_only_with_the_state_of_all_that_was_taken),
        TEST(a_restored_shard_has_the_time_and_publishes_nothing_again),
        TEST(what_was_missed_is_said_as_it_is_and_not_stage_by_stage),
        TEST(a_process_that_ends_before_it_has_caught_up_leaves_the_time_as_it_was),
        TEST(a_feed_in_full_flow_has_caught_up_within_a_minute_of_its_end),
        TEST(a_feed_that_was_silent_is_silent_after_a_restart_and_is_not_told_again),
        TEST(a_flood_of_deadlines_writes_each_tally_once_with_the_state_that_it_counts), TEST(a_damaged_state_record_is_refused),
        TEST(every_alert_is_counted_by_its_stage_and_every_letter_by_its_reason),
        TEST(what_the_broker_has_beyond_what_is_read_is_the_lag),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load, unload);
}
