/* Floor: commands.  Numbers as people give them. */
#ifndef CDI_COMMANDS_NUMBERS_H
#define CDI_COMMANDS_NUMBERS_H

#include "commands/arguments.h"

/* The whole number that option `name` says, within bounds; false: said what is wrong. */
bool cdi_number_argument(const struct cdi_arguments *arguments, const char *name, long least, long most, long *out);

#endif
