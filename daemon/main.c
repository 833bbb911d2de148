/* cdiwatch: the table of commands. */
#include <stdio.h>
#include <string.h>

#include "codec/nearest.h"
#include "commands/commands.h"
#include "commands/help.h"
#include "commands/help_configuration.h"
#include "commands/output.h"
#include "commands/talk.h"
#include "edge/huge_pages.h"

static enum cdi_exit help_run(const struct cdi_arguments *arguments);

static const struct cdi_option help_options[] = {
    { "COMMAND", CDI_TAKES_WORD, "[COMMAND]", false, NULL,
      "the command to explain, or `configuration`; without one, all commands" },
    { "man", CDI_TAKES_NOTHING, NULL, false, NULL, "the whole as a manual page in mdoc(7)" },
    { "sample", CDI_TAKES_NOTHING, NULL, false, NULL, "a configuration with every option, to begin with" },
    { NULL, CDI_TAKES_NOTHING, NULL, false, NULL, NULL }
};
static const char *const help_description[] = {
    "Says what a command does and which options it has, or what the configuration may hold.", NULL
};
static const char *const help_examples[] = {
    "cdiwatch help replay", "cdiwatch help configuration", "cdiwatch help --sample > cdiwatch.yaml",
    "cdiwatch help --man | man -l -", NULL
};
static const struct cdi_command help_command = {
    "help", "say how a command is used", help_description, help_options, help_examples, help_run
};

static const struct cdi_command *const commands[] = {
    &cdi_run_command, &cdi_status_command, &cdi_check_command, &cdi_topics_command, &cdi_deadletters_command, &cdi_rekey_command,
    &cdi_list_command, &cdi_show_command, &cdi_explain_command, &cdi_tally_command, &cdi_replay_command, &cdi_assess_command, &cdi_demo_command, &cdi_broker_command,
    &help_command, NULL
};

static const struct cdi_command *find(const char *name)
{
    for (const struct cdi_command *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static enum cdi_exit unknown_command(const char *name)
{
    const char *names[sizeof commands / sizeof commands[0]] = { NULL };
    size_t count = 0;
    for (const struct cdi_command *const *command = commands; *command != NULL; command++)
        names[count++] = (*command)->name;
    const char *nearest = cdi_nearest(cdi_text_of(name), names);
    if (nearest != NULL)
        cdi_complain("unknown command '%s'; did you mean cdiwatch %s?", name, nearest);
    else
        cdi_complain("unknown command '%s'; cdiwatch --help lists them", name);
    return CDI_EXIT_USAGE;
}

static enum cdi_exit help_run(const struct cdi_arguments *arguments)
{
    const char *name = cdi_argument(arguments, "COMMAND");
    if (cdi_argument_given(arguments, "man")) {
        cdi_help_manual(stdout, commands);
    } else if (cdi_argument_given(arguments, "sample")) {
        cdi_help_configuration_sample(stdout);
    } else if (name != NULL && strcmp(name, "configuration") == 0) {
        cdi_help_configuration(stdout);
    } else if (name == NULL) {
        cdi_help_all(stdout, commands);
    } else {
        const struct cdi_command *command = find(name);
        if (command == NULL)
            return unknown_command(name);
        cdi_help_command(stdout, command);
    }
    return CDI_EXIT_OK;
}

static enum cdi_exit run_command(const struct cdi_command *command, int argc, char *argv[])
{
    struct cdi_arguments arguments;
    if (!cdi_arguments_read(command, argc, argv, &arguments))
        return CDI_EXIT_USAGE;
    enum cdi_exit result = CDI_EXIT_OK;
    if (arguments.help)
        cdi_help_command(stdout, command);
    else
        result = command->run(&arguments);
    cdi_arguments_release(&arguments);
    return result;
}

static enum cdi_exit run_first_word(int argc, char *argv[])
{
    if (argc < 2) {
        cdi_help_all(stderr, commands);
        return CDI_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cdi_help_all(stdout, commands);
        return CDI_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("cdiwatch " CDI_VERSION);
        return CDI_EXIT_OK;
    }
    const struct cdi_command *command = find(argv[1]);
    return command != NULL ? run_command(command, argc - 2, argv + 2) : unknown_command(argv[1]);
}

/* What is printed must have got out: a list that is silently cut short would look like a force with fewer failings. */
int main(int argc, char *argv[])
{
    cdi_huge_pages(argv);
    cdi_talk_prepare();
    enum cdi_exit result = run_first_word(argc, argv);
    struct cdi_output output;
    struct cdi_error problem = { 0 };
    cdi_output_open(&output, NULL, &problem);
    if (!cdi_output_finish(&output, &problem) && result != CDI_EXIT_WRITE) {
        cdi_complain_error(&problem);
        result = CDI_EXIT_WRITE;
    }
    return (int)result;
}
