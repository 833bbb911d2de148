#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "edge/service.h"

static enum cdi_exit run_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "config", CDI_TAKES_ONE, "FILE", true, NULL, "the configuration; `cdiwatch help configuration` lists its options" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Reads incidents, crimes and actions from Kafka as they come, judges every report of crime, and publishes what changed: alerts, "
    "its own state, and messages that could not be used, in one transaction with the positions. A killed process loses nothing and "
    "says nothing twice. It runs until it is told to stop.",
    "SIGTERM or Ctrl-C: what was taken is committed, and it ends within 10 seconds; the second one ends it at once. SIGHUP: the "
    "configuration, tables and source tables are read and checked anew; if all are right they are swapped in, else the old "
    "ones stay.",
    "A broker that is away is waited for. What only a person can mend ends it, with the reason in the log: 77 for rights, 78 for topics "
    "and configuration, 65 for state that is damaged.",
    NULL
};
static const char *const examples[] = { "cdiwatch run -c /etc/cdiwatch/cdiwatch.yaml", NULL };
const struct cdi_command cdi_run_command = {
    "run", "watch the topics and publish alerts", description, options, examples, run_run
};

static enum cdi_exit run_run(const struct cdi_arguments *arguments)
{
    struct cdi_error err = { 0 };
    if (cdi_service_run(cdi_argument(arguments, "config"), -1, &err))
        return CDI_EXIT_OK;
    return err.code == CDI_ERROR_SYSTEM ? CDI_EXIT_BROKER : cdi_exit_of(&err);
}
