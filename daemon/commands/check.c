#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/files.h"
#include "edge/rulebook.h"

static enum cdi_exit check_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "offline", CDI_TAKES_NOTHING, NULL, false, NULL, "look at files only; nothing is asked over the network" },
    CDI_OPTION_TABLES,
    { "source", CDI_TAKES_MANY, "NAME|FILE", false, "every one that is built in", "source tables to look at" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Reads the tables and the source tables as the other commands would, and says everything that is wrong with them: file, "
    "line, column and what to do. Tables may come from a spreadsheet: a byte-order mark and CRLF are fine.",
    "Prints what was loaded, a line each, and exits with 78 if anything is wrong.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch check --offline",
    "cdiwatch check --tables ./tables --source ./storm-ourforce.yaml",
    NULL
};
const struct cdi_command cdi_check_command = {
    "check", "look for mistakes in tables and source tables", description, options, examples, check_run
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

static enum cdi_exit check_run(const struct cdi_arguments *arguments)
{
    size_t problems = 0, count;
    const char *const *sources = cdi_argument_values(arguments, "source", &count);
    if (count == 0)
        sources = cdi_source_names(&count);
    check_tables(cdi_argument(arguments, "tables"), &problems);
    for (size_t i = 0; i < count; i++)
        check_source(sources[i], &problems);
    if (problems > 0)
        cdi_complain("%zu problem%s; nothing that uses these files will run", problems, problems == 1 ? "" : "s");
    return problems > 0 ? CDI_EXIT_CONFIGURATION : CDI_EXIT_OK;
}
