#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/reading.h"
#include "edge/view_file.h"

static enum cdi_exit check_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    CDI_OPTION_CONFIG(false),
    { "offline", CDI_TAKES_NOTHING, NULL, false, NULL, "look at files only; nothing is asked over the network" },
    CDI_OPTION_TABLES,
    { "source", CDI_TAKES_MANY, "NAME|FILE", false, "every one that is built in", "source tables to look at" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Reads the tables and the source tables as the other commands would, and says everything that is wrong with them: file, "
    "line, column and what to do. Tables may come from a spreadsheet: a byte-order mark and CRLF are fine.",
    "With -c it reads a configuration and all that it names (tables, source tables, the key, files with secrets), as run would: "
    "what it finds right will start.",
    "Prints what was loaded, a line each, and exits with 78 if anything is wrong.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch check --offline",
    "cdiwatch check -c /etc/cdiwatch/cdiwatch.yaml --offline",
    "cdiwatch check --tables ./tables --source ./storm-ourforce.yaml",
    NULL
};
const struct cdi_command cdi_check_command = {
    "check", "look for mistakes in the configuration, tables and source tables", description, options, examples, check_run
};

static void print_tables(const char *folder, const struct cdi_tables *tables)
{
    size_t disposals = 0;
    for (int reason = 0; reason < CDI_REASON_COUNT; reason++)
        disposals += tables->disposals[reason].clears;
    printf("tables %s: %d offences, %d offence codes, %zu incident codes, %zu phrases, %zu weights, %zu reasons that clear\n",
           folder != NULL ? folder : "(built in)", (int)tables->offence_count, (int)tables->code_count,
           tables->evidence.code_count, tables->evidence.phrase_count, tables->evidence.weight_count, disposals);
}

static enum cdi_exit verdict(size_t problems)
{
    if (problems > 0)
        cdi_complain("%zu problem%s; nothing that uses these files will run", problems, problems == 1 ? "" : "s");
    return problems > 0 ? CDI_EXIT_CONFIGURATION : CDI_EXIT_OK;
}

static void check_tables(const char *folder, size_t *problems)
{
    struct cdi_error err = { 0 };
    size_t before = *problems;
    struct cdi_rulebook *rulebook = cdi_rulebook_load(folder, cdi_complain_counting, problems, &err);
    if (rulebook != NULL)
        print_tables(folder, &rulebook->tables);
    else if (*problems == before)
        cdi_complain_counting(problems, &err);
    cdi_rulebook_destroy(rulebook);
}

static void print_source(const char *name, const struct cdi_source *source)
{
    printf("source %s:", name);
    const char *between = " ";
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        if (!source->feeds[feed].said)
            continue;
        printf("%s%s", between, cdi_feed_word((enum cdi_feed)feed));
        if (source->feeds[feed].ours)
            printf(" (our schema)");
        else
            printf(" (%zu lines)", source->feeds[feed].line_count);
        between = ", ";
    }
    printf("; silence limit %lld min\n", (long long)(source->silence_limit.ms / 60000));
}

static void check_source(const char *name, size_t *problems)
{
    struct cdi_error err = { 0 };
    struct cdi_source *source = cdi_source_load(name, &err);
    if (source != NULL)
        print_source(name, source);
    else
        cdi_complain_counting(problems, &err);
    cdi_source_destroy(source);
}

static void advise(void *context, const struct cdi_error *problem)
{
    (void)context;
    cdi_say("warning: %s: %s", problem->where, problem->text);
}

/* The feeds of one source table stand together, as they do without a configuration. */
static void print_sources(const struct cdi_config *config, const struct cdi_reading *reading)
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        int first = 0;
        while (!cdi_text_same(config->sources[first], config->sources[feed]))
            first++;
        if (first == feed)
            print_source(config->sources[feed].at, reading->sources[feed]);
    }
}

/* What the configuration names, as run reads it. */
static void check_reading(const struct cdi_config *config, size_t *problems)
{
    struct cdi_error err = { 0 };
    struct cdi_reading *reading = cdi_reading_load(config, cdi_complain_counting, problems, &err);
    if (reading != NULL) {
        print_tables(config->tables.at, &reading->rulebook->tables);
        print_sources(config, reading);
    }
    cdi_reading_destroy(reading);
}

/* StateDirectory= of our unit: systemd makes it when it first starts the service. */
#define STATE_FOLDER "/var/lib/cdiwatch/"

static bool made_by_systemd(const char *path)
{
    size_t size = sizeof STATE_FOLDER - 1;
    return strncmp(path, STATE_FOLDER, size) == 0 && strchr(path + size, '/') == NULL && access(STATE_FOLDER, F_OK) != 0;
}

/* As run would: that the view can be kept there. */
static void check_view(const struct cdi_config *config, size_t *problems)
{
    struct cdi_error err = { 0 };
    if (!cdi_config_has_view(config))
        printf("view: none\n");
    else if (made_by_systemd(config->view_file.at))
        printf("view %s: its folder is not there yet; systemd makes it when it first starts the service\n", config->view_file.at);
    else if (cdi_view_file_check(config->view_file.at, &err))
        printf("view %s: it can be kept there\n", config->view_file.at);
    else
        cdi_complain_counting(problems, &err);
}

/* Only what files say is right is worth asking Kafka about. */
static enum cdi_exit check_online(const struct cdi_config *config)
{
    struct cdi_error err = { 0 };
    if (!cdi_topics_check(config, cdi_complain_counting, NULL, &err))
        return cdi_exit_of(&err);
    printf("kafka: it answers, the topics are as planned, and every right is there\n");
    return CDI_EXIT_OK;
}

static enum cdi_exit check_configuration(const char *path, bool offline)
{
    size_t problems = 0;
    struct cdi_error err = { 0 };
    struct cdi_config *config = cdi_config_read(path, cdi_complain_counting, &problems, &err);
    if (config == NULL && err.code == CDI_ERROR_SYSTEM)
        return CDI_EXIT_USAGE;                  /* there is no such file */
    if (config != NULL) {
        printf("configuration %s: instance %s of group %s, %zu propert%s of librdkafka\n", path, config->instance.at,
               config->group.at, config->kafka.count, config->kafka.count == 1 ? "y" : "ies");
        cdi_config_advise(config, advise, NULL);
        check_reading(config, &problems);
        check_view(config, &problems);
    }
    enum cdi_exit result = verdict(problems);
    if (problems == 0 && !offline)
        result = check_online(config);
    cdi_config_destroy(config);
    return result;
}

static enum cdi_exit check_files(const struct cdi_arguments *arguments)
{
    size_t problems = 0, count;
    const char *const *sources = cdi_argument_values(arguments, "source", &count);
    if (count == 0)
        sources = cdi_source_names(&count);
    check_tables(cdi_argument(arguments, "tables"), &problems);
    for (size_t i = 0; i < count; i++)
        check_source(sources[i], &problems);
    return verdict(problems);
}

static enum cdi_exit check_run(const struct cdi_arguments *arguments)
{
    if (!cdi_argument_given(arguments, "config"))
        return check_files(arguments);
    if (cdi_argument_given(arguments, "tables") || cdi_argument_given(arguments, "source")) {
        cdi_complain("--config names its own tables and source tables: leave out --tables and --source");
        return CDI_EXIT_USAGE;
    }
    return check_configuration(cdi_argument(arguments, "config"), cdi_argument_given(arguments, "offline"));
}
