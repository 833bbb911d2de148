/* A command line: what is found of it, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "commands/arguments.h"
#include "commands/help.h"

static const struct cdi_option options[] = {
    { "config", CDI_TAKES_ONE, "FILE", false, NULL, "the configuration" },
    { "PLACE", CDI_TAKES_WORDS, "[PLACE]", false, NULL, "where" },
    { "deep", CDI_TAKES_NOTHING, NULL, false, NULL, "how" },
    { NULL, CDI_TAKES_NOTHING, NULL, false, NULL, NULL }
};
static const char *const nothing[] = { NULL };
static const struct cdi_command command = { "dig", "dig", nothing, options, nothing, NULL };

/* The configuration's file of a command line; "": refused. */
static const char *config_of(char *argv[])
{
    static char found[64];
    struct cdi_arguments arguments;
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    found[0] = '\0';
    if (!cdi_arguments_read(&command, argc, argv, &arguments))
        return found;
    strncpy(found, cdi_argument_given(&arguments, "config") ? cdi_argument(&arguments, "config") : "none", sizeof found - 1);
    cdi_arguments_release(&arguments);
    return found;
}
#define CONFIG_OF(...) config_of((char *[]){ __VA_ARGS__, NULL })

static void a_letter_means_its_option(void **state)
{
    (void)state;
    assert_string_equal(CONFIG_OF("--config", "a.yaml"), "a.yaml");
    assert_string_equal(CONFIG_OF("-c", "a.yaml"), "a.yaml");
    assert_string_equal(CONFIG_OF("-c=a=b.yaml"), "a=b.yaml");
    assert_string_equal(CONFIG_OF("here", "-c", "a.yaml", "there"), "a.yaml");
    assert_string_equal(CONFIG_OF("--", "-c", "a.yaml"), "none");
}

static void what_is_not_quite_a_letter_is_refused(void **state)
{
    (void)state;
    assert_string_equal(CONFIG_OF("-c"), "");
    assert_string_equal(CONFIG_OF("-c", "--deep"), "");
    assert_string_equal(CONFIG_OF("-c", "a", "--config", "b"), "");
    assert_string_equal(CONFIG_OF("-config", "a.yaml"), "");
    assert_string_equal(CONFIG_OF("-d"), "");
    assert_string_equal(CONFIG_OF("--c", "a.yaml"), "");
    assert_string_equal(CONFIG_OF("-=a.yaml"), "");
    assert_string_equal(CONFIG_OF("--=a.yaml"), "");
}

static void help_shows_the_letter_beside_its_option(void **state)
{
    (void)state;
    char *page = NULL;
    size_t size;
    FILE *stream = open_memstream(&page, &size);
    assert_non_null(stream);
    cdi_help_command(stream, &command);
    cdi_help_manual(stream, (const struct cdi_command *const[]){ &command, NULL });
    assert_int_equal(fclose(stream), 0);
    assert_non_null(strstr(page, "    -c, --config FILE\n"));
    assert_non_null(strstr(page, "\n    --deep\n"));
    assert_non_null(strstr(page, "\n.It Fl c , Fl -config Ar FILE\n"));
    assert_non_null(strstr(page, "\n.It Fl -deep\n"));
    assert_non_null(strstr(page, "\n.It Ar [PLACE] ...\n"));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_means_its_option),
        cmocka_unit_test(what_is_not_quite_a_letter_is_refused),
        cmocka_unit_test(help_shows_the_letter_beside_its_option),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
