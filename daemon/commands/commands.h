/* Floor: commands.  One row each, in the file of its name; daemon/main.c has the table. */
#ifndef CDI_COMMANDS_COMMANDS_H
#define CDI_COMMANDS_COMMANDS_H

#include "commands/arguments.h"

extern const struct cdi_command cdi_replay_command, cdi_assess_command, cdi_list_command, cdi_show_command, cdi_explain_command, cdi_check_command, cdi_run_command, cdi_status_command, cdi_tally_command,
    cdi_topics_command, cdi_deadletters_command, cdi_rekey_command, cdi_broker_command, cdi_demo_command;

#endif
