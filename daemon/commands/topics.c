#include <stdio.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/topics.h"

static enum cdi_exit topics_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    CDI_OPTION_CONFIG(true),
    { "create", CDI_TAKES_NOTHING, NULL, false, NULL, "make the topics that do not exist; those that do are left as they are" },
    { "check", CDI_TAKES_NOTHING, NULL, false, NULL, "only look: say of each topic how it differs from what cdiwatch needs" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Makes the topics that cdiwatch reads and writes, as the configuration names them, or says how those that are there differ "
    "from what it needs, and what to do about it.",
    "What would stop cdiwatch run is a problem, and the exit code is 78; advice (how long messages are kept, how many copies "
    "there are) leaves it at 0. Nothing that exists is ever changed or deleted.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch topics --create -c /etc/cdiwatch/cdiwatch.yaml",
    "cdiwatch topics --check -c /etc/cdiwatch/cdiwatch.yaml",
    NULL
};
const struct cdi_command cdi_topics_command = {
    "topics", "make the topics, or look at them", description, options, examples, topics_run
};

static void say_good(void *context, const char *topic, const char *words)
{
    (void)context;
    printf("%s: %s\n", topic, words);
}

static void say_advice(void *context, const struct cdi_error *advice)
{
    (void)context;
    printf("%s: advice: %s\n", advice->where, advice->text);
}

static enum cdi_exit topics_run(const struct cdi_arguments *arguments)
{
    bool create = cdi_argument_given(arguments, "create");
    size_t problems = 0;
    struct cdi_error err = { 0 };
    if (create == cdi_argument_given(arguments, "check")) {
        cdi_complain(create ? "--create and --check exclude each other" : "say --create or --check");
        return CDI_EXIT_USAGE;
    }
    struct cdi_config *config = cdi_configured(arguments);
    if (config == NULL)
        return CDI_EXIT_CONFIGURATION;
    const struct cdi_topics_talk talk = { cdi_complain_counting, say_advice, say_good, &problems };
    (void)(create ? cdi_topics_create(config, &talk, &err) : cdi_topics_compare(config, &talk, &err));
    cdi_config_destroy(config);
    return cdi_exit_of(&err);
}
