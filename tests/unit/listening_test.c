#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/listening.h"

static void an_address_is_read_and_said_again_as_it_was(void **state)
{
    static const struct { const char *text; bool loopback; } good[] = {
        { "127.0.0.1:8080", true }, { "127.9.9.9:0", true }, { "[::1]:65535", true }, { "0.0.0.0:80", false }, { "[::]:8080", false },
        { "10.1.2.3:1", false }, { "128.0.0.1:1", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct cdi_address address;
        struct cdi_error err = { 0 };
        char said[CDI_ADDRESS_TEXT_SIZE];
        assert_true(cdi_address_read(cdi_text_of(good[i].text), &address, &err));
        cdi_address_format(&address, said);
        assert_string_equal(said, good[i].text);
        assert_true(address.loopback == good[i].loopback && !address.off);
    }
}

static void off_is_an_address_too(void **state)
{
    struct cdi_address address;
    struct cdi_error err = { 0 };
    (void)state;
    assert_true(cdi_address_read(CDI_TEXT("off"), &address, &err));
    assert_true(address.off);
}

static void anything_else_is_refused_with_what_is_wanted(void **state)
{
    static const struct cdi_text bad[] = {
        { "", 0 }, { ":", 1 }, { ":8080", 5 }, { "8080", 4 }, { "127.0.0.1", 9 }, { "127.0.0.1:", 10 }, { "127.0.0.1:x", 11 }, { "127.0.0.1:-1", 12 },
        { "127.0.0.1:65536", 15 }, { "127.0.0.1:000080", 16 }, { "localhost:80", 12 }, { "::1:80", 6 }, { "[::1:80", 7 }, { "[]:80", 5 },
        { "[127.0.0.1]:80", 14 }, { "127.0.0.1 :80", 13 }, { "127.1:80", 8 }, { "OFF", 3 }, { "127.0.0.1\0:80", 13 }, { NULL, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct cdi_address address;
        struct cdi_error err = { 0 };
        if (cdi_address_read(bad[i], &address, &err))
            fail_msg("%s was read", bad[i].at);
        assert_non_null(strstr(err.text, "127.0.0.1:8080"));
    }
}

static void a_port_that_is_taken_is_said_with_what_to_do(void **state)
{
    struct cdi_address address, again;
    struct cdi_error err = { 0 };
    (void)state;
    assert_true(cdi_address_read(CDI_TEXT("127.0.0.1:0"), &address, &err));
    int first = cdi_listen(&address, &err);
    assert_true(first >= 0 && ntohs(address.at.v4.sin_port) != 0);
    again = address;
    assert_int_equal(cdi_listen(&again, &err), -1);
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    assert_non_null(strstr(err.text, "http.listen"));
    close(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_and_said_again_as_it_was), cmocka_unit_test(off_is_an_address_too),
        cmocka_unit_test(anything_else_is_refused_with_what_is_wanted), cmocka_unit_test(a_port_that_is_taken_is_said_with_what_to_do),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
