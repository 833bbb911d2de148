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

#include "edge/faults.h"

static const char *const words[CDI_FAULT_COUNT] = {
#define X(upper, word) #word,
    CDI_FAULT_LIST(X)
#undef X
};

/* How many rounds over all points a process lives in that was told `asked`; `last`: at which point it died, or COUNT. */
enum { ROUNDS = 4 };
static int rounds_lived(const char *asked, int *last)
{
    int told[2], status = 0, met = 0;
    unsigned char at;
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("CDIWATCH_FAULT", asked, 1);
        for (int i = 0; i < ROUNDS * CDI_FAULT_COUNT; i++) {
            cdi_fault((enum cdi_fault)(i % CDI_FAULT_COUNT));
            (void)!write(told[1], "", 1);
        }
        _exit(0);
    }
    close(told[1]);
    while (read(told[0], &at, 1) == 1)
        met++;
    close(told[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGKILL);
    *last = WIFSIGNALED(status) ? met % CDI_FAULT_COUNT : CDI_FAULT_COUNT;
    return met / CDI_FAULT_COUNT;
}

#ifdef CDI_FAULTS

static void each_point_kills_at_the_time_that_was_asked_for(void **state)
{
    (void)state;
    for (int at = 0; at < CDI_FAULT_COUNT; at++) {
        for (int times = 1; times <= ROUNDS; times++) {
            char asked[64];
            int last;
            (void)snprintf(asked, sizeof asked, "%s:%d", words[at], times);
            assert_int_equal(rounds_lived(asked, &last), times - 1);
            assert_int_equal(last, at);
        }
    }
}

static void what_names_no_point_or_no_time_kills_nobody(void **state)
{
    (void)state;
    const char *nothing[] = { "", "produced", "produced:", "produced:0", "produced:-1", "produc:1", "produced_all:1", "produced:99" };
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        int last;
        assert_int_equal(rounds_lived(nothing[i], &last), ROUNDS);
        assert_int_equal(last, CDI_FAULT_COUNT);
    }
}

#else

static void what_is_installed_cannot_be_told_to_die(void **state)
{
    (void)state;
    for (int at = 0; at < CDI_FAULT_COUNT; at++) {
        char asked[64];
        int last;
        (void)snprintf(asked, sizeof asked, "%s:1", words[at]);
        assert_int_equal(rounds_lived(asked, &last), ROUNDS);
    }
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef CDI_FAULTS
        cmocka_unit_test(each_point_kills_at_the_time_that_was_asked_for),
        cmocka_unit_test(what_names_no_point_or_no_time_kills_nobody),
#else
        cmocka_unit_test(what_is_installed_cannot_be_told_to_die),
#endif
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
