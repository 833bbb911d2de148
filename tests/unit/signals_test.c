#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edge/interrupt.h"
#include "edge/signals.h"

/* What a child does with signals; it ends by its exit status, 99 if something was not as it ought to be. */
enum { BROKEN = 99 };
static uv_loop_t loop;
static struct cdi_signals *signals;
static int stops, reloads;

static void must(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    _exit(BROKEN);
}

static void count_stop(void *context)
{
    must(context == &loop, "another context");
    stops++;
}

static void count_reload(void *context)
{
    must(context == &loop, "another context");
    reloads++;
}

static void start(void (*stop)(void *context))
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    must(uv_loop_init(&loop) == 0, "no loop");
    must(cdi_signals_start(&signals, &loop, stop, count_reload, &loop, &err), err.text);
}

/* All that has come is told. */
static void turn(void)
{
    uv_run(&loop, UV_RUN_NOWAIT);
}

static void finish(void)
{
    cdi_signals_stop(signals);
    uv_run(&loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&loop) == 0, "the loop still has something");
}

static int status_of(void (*body)(void))
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void exits_well(void (*body)(void))
{
    int status = status_of(body);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void dies_by(int number, void (*body)(void))
{
    int status = status_of(body);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
}

static void first_each(int number)
{
    start(count_stop);
    raise(number);
    must(stops == 0, "told outside the loop");
    turn();
    turn();
    must(stops == 1 && reloads == 0, "not told once");
    finish();
}
static void first_term(void) { first_each(SIGTERM); }
static void first_int(void) { first_each(SIGINT); }

static void the_first_asks_to_stop_on_the_loop_and_once(void **state)
{
    (void)state;
    exits_well(first_term);
    exits_well(first_int);
}

static void twice(void)
{
    start(count_stop);
    raise(SIGTERM);
    turn();
    raise(SIGTERM);
    must(false, "still here");
}

static void term_then_int_unseen(void)
{
    start(count_stop);
    raise(SIGTERM);                             /* the loop does not turn: it is stuck */
    raise(SIGINT);
    must(false, "still here");
}

static void strike_again(void *context)
{
    (void)context;
    raise(SIGINT);
    must(false, "still here");
}

static void while_stopping(void)
{
    start(strike_again);
    raise(SIGINT);
    turn();
    must(false, "never told");
}

static void the_second_ends_the_process_at_once_even_if_the_loop_is_stuck(void **state)
{
    (void)state;
    dies_by(SIGTERM, twice);
    dies_by(SIGINT, term_then_int_unseen);
    dies_by(SIGINT, while_stopping);
}

static void from_outside(void *context)
{
    (void)!write(*(int *)context, "s", 1);
    for (;;)
        pause();                                /* stuck */
}

static void a_second_one_from_outside_ends_a_loop_that_is_stuck(void **state)
{
    (void)state;
    int told[2], status = 0;
    char byte;
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        must(uv_loop_init(&loop) == 0, "no loop");
        must(cdi_signals_start(&signals, &loop, from_outside, count_reload, &told[1], &err), err.text);
        (void)!write(told[1], "r", 1);
        uv_run(&loop, UV_RUN_DEFAULT);
        _exit(BROKEN);
    }
    close(told[1]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_int_equal(byte, 's');
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    close(told[0]);
}

static void some_hangups(void)
{
    start(count_stop);
    raise(SIGHUP);
    raise(SIGHUP);
    must(reloads == 0, "told outside the loop");
    turn();
    turn();
    must(reloads == 1 && stops == 0, "two that came together are one");
    raise(SIGHUP);
    turn();
    must(reloads == 2, "a later one is one more");
    finish();
}

static void hangup_when_stopping(void)
{
    start(count_stop);
    raise(SIGHUP);
    raise(SIGTERM);
    turn();
    raise(SIGHUP);
    turn();
    must(stops == 1 && reloads == 0, "reloaded though about to stop");
    finish();
}

static void a_hangup_asks_to_reload_unless_a_stop_was_asked_for(void **state)
{
    (void)state;
    exits_well(some_hangups);
    exits_well(hangup_when_stopping);
}

static void interrupted_before(void)
{
    cdi_interrupt_catch();
    raise(SIGTERM);
    start(count_stop);
    must(stops == 0, "told within the call");
    turn();
    must(stops == 1, "forgotten");
    finish();
}

static void interrupted_before_and_after(void)
{
    cdi_interrupt_catch();
    raise(SIGTERM);
    start(count_stop);
    raise(SIGINT);
    must(false, "still here");
}

static void an_interrupt_from_before_the_start_counts_as_the_first(void **state)
{
    (void)state;
    exits_well(interrupted_before);
    dies_by(SIGINT, interrupted_before_and_after);
}

static void given_back(void)
{
    cdi_interrupt_catch();
    start(count_stop);
    finish();
    raise(SIGINT);
    must(cdi_interrupted() && stops == 0, "not what it did before");
}

static void given_back_after_a_stop(void)
{
    cdi_interrupt_catch();
    start(count_stop);
    raise(SIGTERM);
    turn();
    finish();
    raise(SIGTERM);
    must(false, "still here");
}

static void at_the_end_signals_do_what_they_did_before_but_a_second_still_ends_it(void **state)
{
    (void)state;
    exits_well(given_back);
    dies_by(SIGTERM, given_back_after_a_stop);
}

/* In this very process, so that whoever looks for leaks sees them. */
static void it_can_be_started_again_and_lets_go_of_everything(void **state)
{
    (void)state;
    cdi_signals_stop(NULL);
    for (int round = 1; round <= 2; round++) {
        start(count_stop);
        raise(SIGHUP);
        turn();
        assert_int_equal(reloads, round);
        assert_int_equal(stops, 0);
        finish();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_asks_to_stop_on_the_loop_and_once),
        cmocka_unit_test(the_second_ends_the_process_at_once_even_if_the_loop_is_stuck),
        cmocka_unit_test(a_second_one_from_outside_ends_a_loop_that_is_stuck),
        cmocka_unit_test(a_hangup_asks_to_reload_unless_a_stop_was_asked_for),
        cmocka_unit_test(an_interrupt_from_before_the_start_counts_as_the_first),
        cmocka_unit_test(at_the_end_signals_do_what_they_did_before_but_a_second_still_ends_it),
        cmocka_unit_test(it_can_be_started_again_and_lets_go_of_everything),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
