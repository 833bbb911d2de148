/* A shard that has no room: it loses nothing, and goes on when it has. */
#include "shard_place.h"

static bool tell_of(struct cdi_shard *shard, int number, struct cdi_error *err)
{
    return incident(shard, number, number, 0, err);
}

static struct cdi_shard *with_room_for(int64_t logs, struct cdi_outbox *outbox)
{
    config.held_incidents = logs;
    return outbox == NULL ? new_shard() : restored_from(outbox);
}

/* The message at which it stopped, the fourth. */
static bool take_the_fourth(struct cdi_shard *shard, struct cdi_error *err)
{
    next_offset = 3;
    cdi_error_clear(err);
    return tell_of(shard, 3, err);
}

static void a_full_shard_stops_before_the_message_and_says_what_to_raise(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    (void)state;
    struct cdi_shard *full = with_room_for(2, NULL);
    next_offset = 0;
    assert_true(tell_of(full, 1, &err) && tell_of(full, 2, &err));
    assert_true(incident(full, 1, 3, 0, &err));                 /* about one that is held */
    assert_false(take_the_fourth(full, &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    assert_non_null(strstr(err.text, "offset 3"));
    assert_non_null(strstr(err.text, "limits.incidents"));
    settle(full);
    assert_int_equal(count_of(full, CDI_TOPIC_DEADLETTERS), 0);
    struct cdi_outbox *outbox = cdi_shard_hand_over(full, positions);
    assert_int_equal(positions[CDI_FEED_INCIDENTS], 3);         /* what was taken before is committed, and nothing past it */
    cdi_shard_committed(full, outbox);
    cdi_shard_destroy(full);
}

static void what_is_held_has_room_though_the_limit_was_lowered(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    (void)state;
    struct cdi_shard *full = with_room_for(2, NULL);
    assert_true(tell_of(full, 1, &err) && tell_of(full, 2, &err));
    settle(full);
    struct cdi_outbox *outbox = cdi_shard_hand_over(full, positions);
    struct cdi_shard *other = with_room_for(1, outbox);
    assert_true(tell_of(other, 1, &err) && tell_of(other, 2, &err));
    assert_false(take_the_fourth(other, &err));
    cdi_shard_committed(full, outbox);
    cdi_shard_destroy(other);
    cdi_shard_destroy(full);
}

static void raised_and_started_again_it_goes_on_without_loss(void **state)
{
    struct cdi_error err = { 0 };
    int64_t positions[CDI_FEED_COUNT];
    (void)state;
    struct cdi_shard *full = with_room_for(2, NULL);
    assert_true(tell_of(full, 1, &err) && tell_of(full, 2, &err));
    assert_false(take_the_fourth(full, &err));
    settle(full);
    struct cdi_outbox *outbox = cdi_shard_hand_over(full, positions);
    struct cdi_shard *other = with_room_for(3, outbox);
    assert_true(take_the_fourth(other, &err));
    beats(other, 1, 25);
    level(other, 25 * 3600);
    settle(other);
    for (int number = 1; number <= 3; number++) {
        char name[32];
        snprintf(name, sizeof name, "\"incident\":\"L%d\"", number);
        assert_true(published(other, name));
    }
    cdi_shard_committed(full, outbox);
    cdi_shard_destroy(other);
    cdi_shard_destroy(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_shard_stops_before_the_message_and_says_what_to_raise),
        cmocka_unit_test(what_is_held_has_room_though_the_limit_was_lowered),
        cmocka_unit_test(raised_and_started_again_it_goes_on_without_loss),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load, unload);
}
