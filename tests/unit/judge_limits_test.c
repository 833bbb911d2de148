/* The judge clock at its limits and with what is hardly ever said: full tables, no name, no time, no partition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/judge.h"

static struct cdi_instant at(int64_t hours) { return (struct cdi_instant){ hours * 3600000 }; }

static const struct cdi_text niche = { "niche", 5 };

/* Two partitions, of incidents and crimes. */
static struct cdi_judge *assigned(void)
{
    static const enum cdi_feed feeds[] = { CDI_FEED_INCIDENTS, CDI_FEED_CRIMES };
    struct cdi_judge *judge = cdi_judge_create(NULL);
    assert_true(cdi_judge_assign(judge, feeds, 2, NULL));
    return judge;
}

static void level_at(struct cdi_judge *judge, int64_t hours)
{
    cdi_judge_level(judge, 0, at(hours));
    cdi_judge_level(judge, 1, at(hours));
}

static void the_last_partition_that_there_is_room_for_counts_like_any(void **state)
{
    (void)state;
    enum cdi_feed feeds[CDI_JUDGE_PARTITIONS_MAX];
    struct cdi_judge *judge = cdi_judge_create(NULL);
    for (size_t i = 0; i < CDI_JUDGE_PARTITIONS_MAX; i++)
        feeds[i] = CDI_FEED_CRIMES;
    assert_true(cdi_judge_assign(judge, feeds, CDI_JUDGE_PARTITIONS_MAX, NULL));
    for (uint32_t i = 0; i < CDI_JUDGE_PARTITIONS_MAX; i++) {
        assert_false(cdi_instant_said(cdi_judge_time(judge)));
        cdi_judge_level(judge, i, at(20 - i));
    }
    assert_int_equal(cdi_judge_time(judge).ms, at(21 - CDI_JUDGE_PARTITIONS_MAX).ms - 5000);
    cdi_judge_destroy(judge);
}

static void a_partition_that_was_handed_back_is_waited_for_no_more(void **state)
{
    (void)state;
    static const enum cdi_feed feeds[] = { CDI_FEED_INCIDENTS };
    struct cdi_judge *judge = assigned();
    cdi_judge_level(judge, 0, at(10));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    assert_true(cdi_judge_assign(judge, feeds, 1, NULL));
    cdi_judge_level(judge, 0, at(11));
    assert_int_equal(cdi_judge_time(judge).ms, at(11).ms - 5000);
    cdi_judge_destroy(judge);
}

static void partitions_that_assert_no_absence_move_no_time(void **state)
{
    (void)state;
    static const enum cdi_feed feeds[] = { CDI_FEED_ACTIONS };
    struct cdi_judge *judge = cdi_judge_create(NULL);
    struct cdi_judge_wait wait;
    assert_true(cdi_judge_assign(judge, feeds, 1, NULL));
    cdi_judge_applied(judge, 0, at(10));
    cdi_judge_level(judge, 0, at(11));
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    assert_false(cdi_judge_waits_for(judge, &wait));
    cdi_judge_destroy(judge);
}

static void a_message_that_the_broker_has_not_dated_proves_nothing(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    cdi_judge_level(judge, 0, at(10));
    cdi_judge_applied(judge, 1, CDI_INSTANT_NONE);
    assert_false(cdi_instant_said(cdi_judge_time(judge)));
    cdi_judge_destroy(judge);
}

static int last_words;
static void say(const char *text) { assert_true(write(last_words, text, strlen(text)) > 0); }

static void a_partition_that_was_never_assigned_ends_the_process_which_says_why(void **state)
{
    (void)state;
    int ends[2], status;
    char words[300] = "";
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        last_words = ends[1];
        cdi_on_assertion(say);
        cdi_judge_level(assigned(), 2, at(10));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(read(ends[0], words, sizeof words - 1) > 0);
    assert_non_null(strstr(words, "impossible: !(index < judge->partition_count)"));
    close(ends[0]);
    close(ends[1]);
}

/* So many that the table by which they are found wraps round, each alone in its force. */
static void each_of_as_many_forces_as_there_is_room_for_has_its_own_time(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    char name[8];
    for (unsigned i = 0; i < CDI_JUDGE_SOURCES_MAX; i++) {
        snprintf(name, sizeof name, "f%u", i);
        assert_true(cdi_judge_heard(judge, cdi_text_of(name), niche, (struct cdi_instant){ at(10).ms + i }, &err));
    }
    level_at(judge, 20);
    for (unsigned i = 0; i < CDI_JUDGE_SOURCES_MAX; i++) {
        snprintf(name, sizeof name, "f%u", i);
        assert_int_equal(cdi_judge_force_time(judge, cdi_text_of(name)).ms, at(14).ms + i);
    }
    struct cdi_judge_hold hold;
    unsigned held = 0;
    for (; cdi_judge_next_hold(judge, &hold); held++)
        assert_int_equal(hold.sure_until.ms, at(14).ms + held);
    assert_int_equal(held, CDI_JUDGE_SOURCES_MAX);
    cdi_judge_retell(judge);
    assert_true(cdi_judge_next_hold(judge, &hold) && hold.sure_until.ms == at(14).ms);
    assert_false(cdi_judge_heard(judge, CDI_TEXT("one more"), niche, at(1), &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    assert_false(cdi_judge_expect(judge, CDI_TEXT("one more"), niche, at(1), &err));
    assert_false(cdi_judge_silence_limit(judge, CDI_TEXT("one more"), niche, CDI_HOURS(1), &err));
    assert_false(cdi_judge_restore_feed(judge, &(struct cdi_feed_state){ .force = CDI_TEXT("one more"), .source = niche }, &err));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT("one more")).ms, cdi_judge_time(judge).ms);
    cdi_judge_destroy(judge);
}

static void names_of_one_letter_and_of_none_are_kept_as_they_are(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_silence silent[4];
    assert_true(cdi_judge_heard(judge, CDI_TEXT("x"), CDI_TEXT("s"), at(1), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("xs"), CDI_TEXT_NONE, at(2), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT_NONE, CDI_TEXT("xs"), at(3), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT_NONE, CDI_TEXT("xs"), at(4), NULL));
    level_at(judge, 20);
    assert_int_equal(cdi_judge_silent(judge, silent, 4), 3);
    assert_true(cdi_text_is(silent[0].force, "") && cdi_text_is(silent[0].source, "xs"));
    assert_true(cdi_text_is(silent[1].force, "x") && cdi_text_is(silent[1].source, "s"));
    assert_true(cdi_text_is(silent[2].force, "xs") && cdi_text_is(silent[2].source, ""));
    assert_int_equal(cdi_judge_force_time(judge, CDI_TEXT_NONE).ms, at(8).ms);
    cdi_judge_destroy(judge);
}

static void who_says_neither_force_nor_source_is_a_source_too(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_text force;
    struct cdi_instant time;
    size_t place = 0;
    assert_true(cdi_judge_heard(judge, CDI_TEXT_NONE, CDI_TEXT_NONE, at(1), NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), niche, at(3), NULL));
    level_at(judge, 20);
    assert_true(cdi_judge_next_force(judge, &place, &force, &time) && time.ms == at(5).ms);
    assert_true(cdi_judge_next_force(judge, &place, &force, &time) && time.ms == at(7).ms);
    assert_false(cdi_judge_next_force(judge, &place, &force, &time));
    cdi_judge_destroy(judge);
}

/* Judged at the same time as before: the hold does not wait for time to pass. */
static void a_longer_limit_lifts_a_hold_at_once_and_none_is_four_hours_again(void **state)
{
    (void)state;
    struct cdi_judge *judge = assigned();
    struct cdi_judge_hold hold;
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), niche, at(10), NULL));
    level_at(judge, 20);
    assert_true(cdi_judge_next_hold(judge, &hold) && hold.sure_until.ms == at(14).ms);
    assert_true(cdi_judge_silence_limit(judge, CDI_TEXT("dpp"), niche, CDI_HOURS(72), NULL));
    assert_true(cdi_judge_next_hold(judge, &hold) && !cdi_instant_said(hold.sure_until));
    assert_true(cdi_judge_silence_limit(judge, CDI_TEXT("dpp"), niche, (struct cdi_span){ 0 }, NULL));
    assert_true(cdi_judge_heard(judge, CDI_TEXT("dpp"), niche, at(19), NULL));
    level_at(judge, 30);
    assert_true(cdi_judge_next_hold(judge, &hold) && hold.sure_until.ms == at(23).ms);
    cdi_judge_destroy(judge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_partition_that_there_is_room_for_counts_like_any),
        cmocka_unit_test(a_partition_that_was_handed_back_is_waited_for_no_more),
        cmocka_unit_test(partitions_that_assert_no_absence_move_no_time),
        cmocka_unit_test(a_message_that_the_broker_has_not_dated_proves_nothing),
        cmocka_unit_test(a_partition_that_was_never_assigned_ends_the_process_which_says_why),
        cmocka_unit_test(each_of_as_many_forces_as_there_is_room_for_has_its_own_time),
        cmocka_unit_test(names_of_one_letter_and_of_none_are_kept_as_they_are),
        cmocka_unit_test(who_says_neither_force_nor_source_is_a_source_too),
        cmocka_unit_test(a_longer_limit_lifts_a_hold_at_once_and_none_is_four_hours_again),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
