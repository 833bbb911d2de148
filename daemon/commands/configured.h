/* Floor: commands.  The configuration of a command that works on Kafka: read, or said what is wrong with it. */
#ifndef CDI_COMMANDS_CONFIGURED_H
#define CDI_COMMANDS_CONFIGURED_H

#include "commands/arguments.h"
#include "edge/config.h"

/* The file of --config, which the command must have; its log level holds from now on.  NULL: every problem was said; exit with
 * CDI_EXIT_CONFIGURATION. */
struct cdi_config *cdi_configured(const struct cdi_arguments *arguments);

/* What the exit code is of an error of Kafka's or the configuration's. */
enum cdi_exit cdi_exit_of(const struct cdi_error *err);

/* Control characters of what others wrote become '?', so that a terminal shows it and obeys none of it.  `out` is filled and
 * given back; what does not fit is cut. */
const char *cdi_harmless(const char *text, size_t size, char *out, size_t room);

#endif
