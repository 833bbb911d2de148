#include "commands/talk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "edge/interrupt.h"
#include "edge/terminal.h"

/* A closed stream's number must not be given to the next file opened: an export would be written over.  A stream that was
 * closed becomes one that refuses, so that using it is an error said aloud. */
static void occupy(int descriptor)
{
    if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
        (void)!open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void cdi_talk_prepare(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        occupy(descriptor);
    signal(SIGPIPE, SIG_IGN);
    cdi_interrupt_catch();
}

void cdi_complain(const char *format, ...)
{
    va_list arguments;
    bool colour = cdi_terminal_colour(stderr);
    fputs(colour ? "\033[1;31mcdiwatch:\033[0m " : "cdiwatch: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void cdi_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void cdi_complain_error(const struct cdi_error *err)
{
    if (err->text[0] == '\0')
        return;
    if (err->where[0] != '\0')
        cdi_complain("%s: %s", err->where, err->text);
    else
        cdi_complain("%s", err->text);
}

void cdi_complain_counting(void *context, const struct cdi_error *problem)
{
    size_t *count = context;
    if (count != NULL)
        ++*count;
    cdi_complain_error(problem);
}
