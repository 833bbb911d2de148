#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/judge.h"
#include "random_case.h"

static const enum cdi_feed feeds[] = { CDI_FEED_INCIDENTS, CDI_FEED_CRIMES, CDI_FEED_ACTIONS };
static struct cdi_instant at(int64_t hours) { return (struct cdi_instant){ hours * 3600000 }; }
/* What a message of then proves to be read. */
static int64_t just_before(int64_t hours) { return at(hours).ms - 1; }

static struct cdi_judge *assigned(void)
{
    struct cdi_judge *judge = cdi_judge_create(NULL);
    assert_true(cdi_judge_assign(judge, feeds, 3, NULL));
    return judge;
}

static void the_time_stands_until_each_feed_has_yielded_something(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_applied(judge, 0, at(10));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    cdi_judge_applied(judge, 2, at(30));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    cdi_judge_applied(judge, 1, at(4));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(4));
    cdi_judge_destroy(judge);
}

static void a_feed_that_is_behind_holds_the_time_and_a_level_one_does_not(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_applied(judge, 0, at(30));
    cdi_judge_applied(judge, 1, at(4));
    cdi_judge_applied(judge, 0, at(31));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(4));
    cdi_judge_level(judge, 1, at(40));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(31));
    cdi_judge_level(judge, 0, at(40));
    assert_int_equal(cdi_judge_time(judge).ms, at(40).ms - 5000);
    cdi_judge_destroy(judge);
}

static void the_time_never_goes_back_not_even_over_a_new_assignment(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_restore(judge, &(struct cdi_clock_state){ at(20), at(20) });
    cdi_judge_applied(judge, 0, at(5));
    cdi_judge_applied(judge, 1, at(5));
    assert_int_equal(cdi_judge_time(judge).ms, at(20).ms);
    cdi_judge_applied(judge, 0, at(22));
    cdi_judge_applied(judge, 1, at(23));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(22));
    assert_true(cdi_judge_assign(judge, feeds, 3, NULL));
    cdi_judge_level(judge, 0, at(50));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(22));
    cdi_judge_level(judge, 1, at(50));
    assert_int_equal(cdi_judge_time(judge).ms, at(50).ms - 5000);
    cdi_judge_destroy(judge);
}

static void a_silent_source_holds_its_own_force_only(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_silence silent[4];
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(10), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("storm"), at(19), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("ches"), CDI_TEXT("niche"), at(19), NULL));
    cdi_judge_level(judge, 0, at(20));
    cdi_judge_level(judge, 1, at(20));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, at(14).ms);
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("ches")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("never heard")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_silent(judge, silent, 4), 1);
    assert_true(cdi_text_is(silent[0].force, "dpp") && cdi_text_is(silent[0].source, "niche"));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(18), NULL));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, cdi_judge_time(judge).ms);
    assert_int_equal(cdi_judge_silent(judge, silent, 4), 0);
    cdi_judge_destroy(judge);
}

static void a_source_table_may_allow_a_longer_silence(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_silence_limit(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), CDI_HOURS(72), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("niche"), at(10), NULL));
    cdi_judge_level(judge, 0, at(80));
    cdi_judge_level(judge, 1, at(80));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("dpp")).ms, cdi_judge_time(judge).ms);
    cdi_judge_destroy(judge);
}

/* A broker stamps all messages of a batch alike: what one of them proves is that all before its millisecond are read. */
static void a_message_proves_nothing_of_its_own_millisecond(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_applied(judge, 0, at(10));
    cdi_judge_applied(judge, 1, at(10));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(10));
    cdi_judge_applied(judge, 1, at(10));
    assert_int_equal(cdi_judge_time(judge).ms, just_before(10));
    cdi_judge_level(judge, 1, at(11));
    cdi_judge_level(judge, 0, at(11));
    assert_int_equal(cdi_judge_time(judge).ms, at(11).ms - 5000);
    cdi_judge_destroy(judge);
}

static void it_says_which_partition_holds_the_time(void **state)
{
    (void)state;
    struct cdi_judge *judge = cdi_judge_create(NULL);
    struct cdi_judge_wait wait;
    assert_false(cdi_judge_waits_for(judge, &wait));
    assert_true(cdi_judge_assign(judge, feeds, 3, NULL));
    cdi_judge_applied(judge, 0, at(10));
    assert_true(cdi_judge_waits_for(judge, &wait));
    assert_true(!wait.yielded && wait.feed == CDI_FEED_CRIMES && wait.index == 1);
    cdi_judge_applied(judge, 1, at(12));
    assert_true(cdi_judge_waits_for(judge, &wait));
    assert_true(wait.yielded && wait.feed == CDI_FEED_INCIDENTS && wait.index == 0);
    assert_int_equal(wait.low.ms, just_before(10));
    cdi_judge_level(judge, 0, at(13));
    assert_true(cdi_judge_waits_for(judge, &wait) && wait.index == 1);
    cdi_judge_destroy(judge);
}

/* ---- holds ---- */

static const struct cdi_text dpp = { "dpp", 3 }, ken = { "ken", 3 }, niche = { "niche", 5 }, storm = { "storm", 5 };

static void level_at(struct cdi_judge *judge, int64_t hours)
{
    cdi_judge_level(judge, 0, at(hours));
    cdi_judge_level(judge, 1, at(hours));
}

/* The hold that is told next, which must be this one. */
static void assert_hold(struct cdi_judge *judge, struct cdi_text force, struct cdi_instant sure_until)
{
    struct cdi_judge_hold hold;
    assert_true(cdi_judge_next_hold(judge, &hold));
    assert_true(cdi_text_same(hold.force, force));
    assert_int_equal(hold.sure_until.ms, sure_until.ms);
}

static void assert_no_hold(struct cdi_judge *judge)
{
    struct cdi_judge_hold hold;
    assert_false(cdi_judge_next_hold(judge, &hold));
}

static void a_hold_is_told_when_it_begins_moves_and_is_lifted(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    assert_true(cdi_judge_heard(judge, dpp, storm, at(11), NULL));
    assert_true(cdi_judge_heard(judge, ken, niche, at(19), NULL));
    level_at(judge, 14);
    assert_no_hold(judge);
    level_at(judge, 20);
    assert_hold(judge, dpp, at(14));
    assert_no_hold(judge);
    level_at(judge, 21);
    assert_no_hold(judge);
    assert_true(cdi_judge_heard(judge, dpp, niche, at(20), NULL));
    assert_hold(judge, dpp, at(15));                    /* the other is silent too, an hour later */
    assert_true(cdi_judge_heard(judge, dpp, storm, at(20), NULL));
    assert_hold(judge, dpp, CDI_INSTANT_NONE);
    assert_no_hold(judge);
    cdi_judge_destroy(judge);
}

static void an_engine_made_anew_is_told_all_holds_again(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    assert_true(cdi_judge_heard(judge, ken, niche, at(19), NULL));
    level_at(judge, 20);
    assert_hold(judge, dpp, at(14));
    cdi_judge_retell(judge);
    assert_hold(judge, dpp, at(14));
    assert_no_hold(judge);
    cdi_judge_destroy(judge);
}

static void a_source_that_must_be_heard_holds_its_force_though_it_never_said_a_word(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_expect(judge, dpp, niche, at(10), NULL));
    assert_true(cdi_judge_heard(judge, dpp, storm, at(19), NULL));
    level_at(judge, 20);
    assert_hold(judge, dpp, at(14));
    assert_true(cdi_judge_expect(judge, dpp, niche, at(19), NULL));     /* said again later: the first time counts */
    assert_no_hold(judge);
    assert_true(cdi_judge_heard(judge, dpp, niche, at(19), NULL));
    assert_hold(judge, dpp, CDI_INSTANT_NONE);
    cdi_judge_destroy(judge);
}

static void a_shorter_limit_and_a_late_expectation_take_back_nothing_that_was_judged(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_silence_limit(judge, dpp, niche, CDI_HOURS(72), NULL));
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    level_at(judge, 20);
    assert_no_hold(judge);
    assert_true(cdi_judge_silence_limit(judge, dpp, niche, CDI_HOURS(1), NULL));
    assert_true(cdi_judge_expect(judge, ken, niche, at(2), NULL));
    int64_t judged = cdi_judge_time(judge).ms;
    level_at(judge, 21);
    assert_hold(judge, dpp, (struct cdi_instant){ judged });
    assert_hold(judge, ken, (struct cdi_instant){ judged });
    cdi_judge_destroy(judge);
}

static void all_forces_are_gone_through_with_their_time(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_text force;
    struct cdi_instant time;
    size_t place = 0, forces = 0;
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    assert_true(cdi_judge_heard(judge, ken, niche, at(19), NULL));
    assert_true(cdi_judge_heard(judge, dpp, storm, at(12), NULL));
    level_at(judge, 20);
    for (; cdi_judge_next_force(judge, &place, &force, &time); forces++) {
        assert_int_equal(time.ms, cdi_text_same(force, dpp) ? at(14).ms : cdi_judge_time(judge).ms);
        assert_int_equal(time.ms, cdi_judge_force_time(judge, force).ms);
    }
    assert_int_equal(forces, 2);
    cdi_judge_destroy(judge);
}

/* The silent ones found by looking at each, the holds as they were told: both must say the same at any time. */
static void what_is_told_of_holds_is_what_looking_at_every_force_finds(void **state)
{
    (void)state;
    enum { FORCES = 12, SOURCES = 4, STEPS = 4000 };
    uint64_t first = random_seed("holds of the judge"), seed = first;
    struct cdi_judge *judge = assigned();
    char names[FORCES][4];
    struct cdi_instant told[FORCES], now = at(100), before[FORCES];
    for (size_t i = 0; i < FORCES; i++) {
        snprintf(names[i], sizeof names[i], "f%zu", i);
        told[i] = before[i] = CDI_INSTANT_NONE;
    }
    for (int step = 0; step < STEPS; step++) {
        uint32_t i = random_below(&seed, FORCES), s = random_below(&seed, SOURCES);
        struct cdi_text force = cdi_text_of(names[i]), source = { "niche" + s, 5 - s };
        struct cdi_instant then = { now.ms - (int64_t)random_below(&seed, 3600000) };
        if (random_one_in(&seed, 50))
            assert_true(cdi_judge_expect(judge, force, source, then, NULL));
        else if (random_one_in(&seed, 60))
            assert_true(cdi_judge_silence_limit(judge, force, source, CDI_MINUTES(10 + random_below(&seed, 300)), NULL));
        else if (i % 3 != 0 || random_one_in(&seed, 9))
            assert_true(cdi_judge_heard(judge, force, source, then, NULL));
        now.ms += random_below(&seed, 600000);
        cdi_judge_level(judge, 0, now);
        cdi_judge_level(judge, 1, now);
        struct cdi_judge_hold hold;
        while (cdi_judge_next_hold(judge, &hold))
            told[atoi(hold.force.at + 1)] = hold.sure_until;
        for (size_t f = 0; f < FORCES; f++) {
            struct cdi_instant time = cdi_judge_force_time(judge, cdi_text_of(names[f]));
            struct cdi_instant expected = cdi_instant_said(told[f]) ? told[f] : cdi_judge_time(judge);
            if (time.ms != expected.ms || cdi_instant_before(time, before[f]))
                fail_msg("step %d, force %zu; SEED=%llu", step, f, (unsigned long long)first);
            before[f] = time;
        }
    }
    cdi_judge_destroy(judge);
}

/* ---- what is remembered ---- */

static struct cdi_judge_feed taken(struct cdi_judge *judge)
{
    struct cdi_judge_feed feed;
    assert_true(cdi_judge_next_changed(judge, &feed));
    return feed;
}

static void assert_nothing_changed(struct cdi_judge *judge)
{
    struct cdi_judge_feed feed;
    assert_false(cdi_judge_next_changed(judge, &feed));
}

static void being_heard_is_remembered_to_the_minute(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    assert_int_equal(taken(judge).state.heard_at.ms, at(10).ms);
    assert_nothing_changed(judge);
    assert_true(cdi_judge_heard(judge, dpp, niche, (struct cdi_instant){ at(10).ms + 59999 }, NULL));
    assert_nothing_changed(judge);
    assert_true(cdi_judge_heard(judge, dpp, niche, (struct cdi_instant){ at(10).ms + 60000 }, NULL));
    assert_int_equal(taken(judge).state.heard_at.ms, at(10).ms + 60000);
    assert_nothing_changed(judge);
    cdi_judge_destroy(judge);
}

static void falling_silent_and_being_heard_again_are_told_once_each(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    level_at(judge, 11);
    struct cdi_judge_feed feed = taken(judge);
    assert_true(!feed.turned && !feed.state.stale && feed.state.version == 0);
    level_at(judge, 20);
    feed = taken(judge);
    assert_true(feed.turned && feed.state.stale && feed.state.version == 1);
    assert_int_equal(feed.state.stale_since.ms, at(14).ms);
    assert_int_equal(feed.limit.ms, CDI_JUDGE_SILENCE_DEFAULT.ms);
    level_at(judge, 30);
    assert_nothing_changed(judge);
    assert_true(cdi_judge_heard(judge, dpp, niche, at(29), NULL));
    feed = taken(judge);
    assert_true(feed.turned && !feed.state.stale && feed.state.version == 2);
    assert_int_equal(feed.state.stale_since.ms, at(14).ms);
    assert_nothing_changed(judge);
    cdi_judge_destroy(judge);
}

static void what_was_silent_and_heard_before_anybody_looked_is_no_news(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    taken(judge);
    level_at(judge, 20);
    assert_hold(judge, dpp, at(14));
    assert_true(cdi_judge_heard(judge, dpp, niche, at(19), NULL));
    assert_hold(judge, dpp, CDI_INSTANT_NONE);
    struct cdi_judge_feed feed = taken(judge);
    assert_true(!feed.turned && !feed.state.stale && feed.state.version == 0);
    cdi_judge_destroy(judge);
}

/* Everything that a run remembers, into the next. */
static struct cdi_judge *next_run(struct cdi_judge *judge, bool clock_first)
{
    struct cdi_judge *next = assigned();
    struct cdi_clock_state clock = cdi_judge_clock(judge);
    struct cdi_judge_feed feed;
    if (clock_first)
        cdi_judge_restore(next, &clock);
    while (cdi_judge_next_changed(judge, &feed))
        assert_true(cdi_judge_restore_feed(next, &feed.state, NULL));
    if (!clock_first)
        cdi_judge_restore(next, &clock);
    cdi_judge_destroy(judge);
    return next;
}

static void a_silence_goes_on_over_a_restart_and_is_not_told_again(void **state)
{
    (void)state;
    for (int clock_first = 0; clock_first < 2; clock_first++) {
        struct cdi_judge *judge = assigned();
        assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
        assert_true(cdi_judge_heard(judge, ken, niche, at(19), NULL));
        level_at(judge, 20);
        assert_hold(judge, dpp, at(14));
        judge = next_run(judge, clock_first);
        assert_hold(judge, dpp, at(14));
        assert_no_hold(judge);
        assert_nothing_changed(judge);
        assert_true(cdi_judge_heard(judge, dpp, niche, at(30), NULL));
        assert_hold(judge, dpp, CDI_INSTANT_NONE);
        assert_int_equal(taken(judge).state.version, 2);
        cdi_judge_destroy(judge);
    }
}

static void what_was_judged_before_a_restart_with_a_shorter_limit_is_not_held(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_silence_limit(judge, dpp, niche, CDI_HOURS(72), NULL));
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    level_at(judge, 20);
    assert_no_hold(judge);
    struct cdi_instant judged = cdi_judge_time(judge);
    judge = next_run(judge, false);                     /* with the default of 4 h */
    assert_no_hold(judge);
    level_at(judge, 21);
    assert_hold(judge, dpp, judged);
    cdi_judge_destroy(judge);
}

/* The judge time of a commit may be later than the last look at who is silent: then nothing was judged by it yet. */
static void what_was_committed_but_not_judged_is_held_after_a_restart(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    level_at(judge, 11);
    assert_no_hold(judge);
    struct cdi_judge_feed feed = taken(judge);
    level_at(judge, 20);
    struct cdi_clock_state clock = cdi_judge_clock(judge);
    struct cdi_judge *next = assigned();
    cdi_judge_restore(next, &clock);
    assert_true(cdi_judge_restore_feed(next, &feed.state, NULL));
    assert_int_equal(cdi_judge_time(next).ms, at(20).ms - 5000);
    assert_hold(next, dpp, at(14));
    cdi_judge_destroy(next);
    cdi_judge_destroy(judge);
}

static void what_is_restored_after_somebody_looked_is_held_all_the_same(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    assert_true(cdi_judge_heard(judge, dpp, niche, at(10), NULL));
    level_at(judge, 20);
    assert_hold(judge, dpp, at(14));
    struct cdi_judge_feed feed = taken(judge);
    struct cdi_clock_state clock = cdi_judge_clock(judge);
    struct cdi_judge *next = assigned();
    cdi_judge_restore(next, &clock);
    assert_no_hold(next);
    assert_true(cdi_judge_restore_feed(next, &feed.state, NULL));
    assert_hold(next, dpp, at(14));
    cdi_judge_destroy(next);
    cdi_judge_destroy(judge);
}

static void while_it_stands_who_was_silent_stays_so_though_heard_again(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_judge_hold hold;
    struct cdi_judge_feed feed;
    assert_true(cdi_judge_heard(judge, dpp, CDI_TEXT("niche"), at(10), NULL));
    level_at(judge, 20);
    assert_true(cdi_judge_next_hold(judge, &hold) && cdi_instant_said(hold.sure_until));
    while (cdi_judge_next_changed(judge, &feed))
        assert_true(feed.state.stale);
    cdi_judge_stand(judge, true);
    assert_true(cdi_judge_heard(judge, dpp, CDI_TEXT("niche"), at(20), NULL));
    level_at(judge, 21);
    assert_false(cdi_judge_next_hold(judge, &hold));
    assert_true(cdi_judge_next_changed(judge, &feed) && feed.state.stale && !feed.turned);      /* when it was heard is remembered */
    assert_int_equal(feed.state.heard_at.ms, at(20).ms);
    cdi_judge_stand(judge, false);
    assert_true(cdi_judge_next_hold(judge, &hold) && !cdi_instant_said(hold.sure_until));
    assert_true(cdi_judge_next_changed(judge, &feed) && !feed.state.stale && feed.turned);
    cdi_judge_destroy(judge);
}

static void the_names_of_many_silent_sources_are_given_in_order(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_silence silent[4] = { [3] = { .source = CDI_TEXT("not for it") } };
    static const char *const names[] = { "storm", "niche", "athena", "connect", "controlworks", "webstorm" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(cdi_judge_heard(judge, dpp, cdi_text_of(names[i]), at(10), NULL));
    level_at(judge, 20);
    assert_int_equal(cdi_judge_silent(judge, silent, 3), 3);
    assert_true(cdi_text_is(silent[0].source, "athena") && cdi_text_is(silent[1].source, "connect") &&
                cdi_text_is(silent[2].source, "controlworks") && cdi_text_is(silent[3].source, "not for it"));
    cdi_judge_destroy(judge);
}

static void too_many_partitions_or_sources_are_an_error(void **state)
{
    (void)state;
    struct cdi_judge *judge = cdi_judge_create(NULL);
    enum cdi_feed many[CDI_JUDGE_PARTITIONS_MAX + 1] = { CDI_FEED_INCIDENTS };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    assert_false(cdi_judge_assign(judge, many, CDI_JUDGE_PARTITIONS_MAX + 1, &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_error_clear(&err);
    for (uint32_t i = 0; i < CDI_JUDGE_SOURCES_MAX; i++)
        assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), (struct cdi_text){ (const char *)&i, sizeof i }, at(1), &err));
    assert_false(cdi_judge_heard(judge, CDI_TEXT("dpp"), CDI_TEXT("one more"), at(1), &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_judge_destroy(judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_stands_until_each_feed_has_yielded_something),
        cmocka_unit_test(a_feed_that_is_behind_holds_the_time_and_a_level_one_does_not),
        cmocka_unit_test(the_time_never_goes_back_not_even_over_a_new_assignment),
        cmocka_unit_test(a_silent_source_holds_its_own_force_only),
        cmocka_unit_test(a_source_table_may_allow_a_longer_silence),
        cmocka_unit_test(a_message_proves_nothing_of_its_own_millisecond),
        cmocka_unit_test(it_says_which_partition_holds_the_time),
        cmocka_unit_test(a_hold_is_told_when_it_begins_moves_and_is_lifted),
        cmocka_unit_test(an_engine_made_anew_is_told_all_holds_again),
        cmocka_unit_test(a_source_that_must_be_heard_holds_its_force_though_it_never_said_a_word),
        cmocka_unit_test(a_shorter_limit_and_a_late_expectation_take_back_nothing_that_was_judged),
        cmocka_unit_test(all_forces_are_gone_through_with_their_time),
        cmocka_unit_test(what_is_told_of_holds_is_what_looking_at_every_force_finds),
        cmocka_unit_test(being_heard_is_remembered_to_the_minute),
        cmocka_unit_test(falling_silent_and_being_heard_again_are_told_once_each),
        cmocka_unit_test(what_was_silent_and_heard_before_anybody_looked_is_no_news),
        cmocka_unit_test(a_silence_goes_on_over_a_restart_and_is_not_told_again),
        cmocka_unit_test(what_was_judged_before_a_restart_with_a_shorter_limit_is_not_held),
        cmocka_unit_test(what_was_committed_but_not_judged_is_held_after_a_restart),
        cmocka_unit_test(what_is_restored_after_somebody_looked_is_held_all_the_same),
        cmocka_unit_test(while_it_stands_who_was_silent_stays_so_though_heard_again),
        cmocka_unit_test(the_names_of_many_silent_sources_are_given_in_order),
        cmocka_unit_test(too_many_partitions_or_sources_are_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
