/* Floor: commands.  The rows of arguments.h as --help and as a manual page. */
#ifndef CDI_COMMANDS_HELP_H
#define CDI_COMMANDS_HELP_H

#include <stdio.h>

#include "commands/arguments.h"

/* `commands` is ended by NULL everywhere. */
void cdi_help_all(FILE *stream, const struct cdi_command *const *commands);
void cdi_help_command(FILE *stream, const struct cdi_command *command);
/* mdoc(7), for man -l or make install. */
void cdi_help_manual(FILE *stream, const struct cdi_command *const *commands);
/* Running text as mdoc: a sentence begins on a line of its own; `stop` is put after words that lack one. */
void cdi_manual_text(FILE *stream, const char *words, const char *stop);

/* A heading with an empty line before it, bold on a terminal. */
void cdi_help_heading(FILE *stream, const char *words);

#endif
