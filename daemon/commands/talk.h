/* Floor: commands.  stdout is data, stderr is talk: everything said to the person at the keyboard goes through here. */
#ifndef CDI_COMMANDS_TALK_H
#define CDI_COMMANDS_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "cdiwatch/error.h"

/* Makes the three standard streams usable, whatever they were started with, lets a broken pipe be an error of the write
 * instead of a sudden death, and Ctrl-C a request.  Once, before anything is opened. */
void cdi_talk_prepare(void);

/* "cdiwatch: " and the words, a line on stderr. */
void cdi_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The words alone, a line on stderr. */
void cdi_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "where: text" of a failure; nothing of one that holds no text (commands/output.h). */
void cdi_complain_error(const struct cdi_error *err);
/* The shape that loaders of tables want; counts in *context (a size_t; may be NULL). */
void cdi_complain_counting(void *context, const struct cdi_error *problem);

#endif
