#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "edge/notify.h"

/* The service manager of this test: a socket that $NOTIFY_SOCKET names.  Its name is an abstract one: no file is left. */
static int manager = -1;

static int open_manager(void **state)
{
    (void)state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char name[64];
    (void)snprintf(name, sizeof name, "@cdiwatch-notify-test-%ld", (long)getpid());
    memcpy(address.sun_path, name, strlen(name));
    address.sun_path[0] = '\0';
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    if (manager < 0 || bind(manager, (struct sockaddr *)&address, size) != 0)
        return -1;
    return setenv("NOTIFY_SOCKET", name, 1);
}

static int close_manager(void **state)
{
    (void)state;
    close(manager);
    return unsetenv("NOTIFY_SOCKET");
}

static const char *told(void)
{
    static char words[1024];
    ssize_t size = recv(manager, words, sizeof words - 1, MSG_DONTWAIT);
    words[size < 0 ? 0 : size] = '\0';
    return words;
}

static void each_call_says_its_word(void **state)
{
    (void)state;
    cdi_notify_ready();
    assert_string_equal(told(), "READY=1");
    cdi_notify_alive();
    assert_string_equal(told(), "WATCHDOG=1");
    cdi_notify_stopping();
    assert_string_equal(told(), "STOPPING=1");
    cdi_notify_status("%d of %d shards", 3, 4);
    assert_string_equal(told(), "STATUS=3 of 4 shards");
    assert_string_equal(told(), "");
}

static void a_reload_is_told_with_its_time(void **state)
{
    (void)state;
    cdi_notify_reloading();
    const char *words = told(), *time = "RELOADING=1\nMONOTONIC_USEC=";
    assert_memory_equal(words, time, strlen(time));
    assert_true(strtoll(words + strlen(time), NULL, 10) > 0);
}

static void words_of_a_status_cannot_say_anything_else(void **state)
{
    (void)state;
    cdi_notify_status("%s", "broker\nREADY=1\x1b[31m");
    assert_string_equal(told(), "STATUS=broker READY=1 [31m");
}

static void a_long_status_is_cut(void **state)
{
    (void)state;
    cdi_notify_status("%*d", 5000, 1);
    assert_int_equal(strlen(told()), strlen("STATUS=") + 255);
}

static void watchdog(const char *limit_us, long process)
{
    char id[24];
    (void)snprintf(id, sizeof id, "%ld", process);
    assert_int_equal(setenv("WATCHDOG_USEC", limit_us, 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", id, 1), 0);
}

static void the_watchdog_is_fed_twice_within_its_limit(void **state)
{
    (void)state;
    assert_int_equal(cdi_notify_watchdog().ms, 0);
    watchdog("30000000", getpid());
    assert_int_equal(cdi_notify_watchdog().ms, 15000);
    watchdog("1000", getpid());
    assert_int_equal(cdi_notify_watchdog().ms, 1);
    watchdog("30000000", getppid());            /* meant for another process */
    assert_int_equal(cdi_notify_watchdog().ms, 0);
    watchdog("soon", getpid());
    assert_int_equal(cdi_notify_watchdog().ms, 0);
}

static void without_a_manager_nothing_is_told(void **state)
{
    (void)state;
    char *kept = strdup(getenv("NOTIFY_SOCKET"));
    assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
    cdi_notify_ready();
    cdi_notify_status("words");
    assert_string_equal(told(), "");
    assert_int_equal(setenv("NOTIFY_SOCKET", kept, 1), 0);
    free(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_says_its_word),
        cmocka_unit_test(a_reload_is_told_with_its_time),
        cmocka_unit_test(words_of_a_status_cannot_say_anything_else),
        cmocka_unit_test(a_long_status_is_cut),
        cmocka_unit_test(the_watchdog_is_fed_twice_within_its_limit),
        cmocka_unit_test(without_a_manager_nothing_is_told),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_manager, close_manager);
}
