#include "commands/page.h"

#include <stdarg.h>

#include "edge/terminal.h"

struct cdi_page cdi_page_on(FILE *stream)
{
    return (struct cdi_page){ stream, cdi_terminal_width(stream), cdi_terminal_colour(stream) };
}

void cdi_page_heading(const struct cdi_page *page, const char *words)
{
    fprintf(page->stream, "\n%s%s%s\n", page->colour ? "\033[1m" : "", words, page->colour ? "\033[0m" : "");
}

/* Published words come from messages: a control character in them must not reach a terminal. */
static void disarm(char *words)
{
    for (unsigned char *at = (unsigned char *)words; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7F)
            *at = ' ';
}

void cdi_page_words(const struct cdi_page *page, int indent, int hang, const char *format, ...)
{
    char words[4000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    disarm(words);
    fprintf(page->stream, "%*s", indent, "");
    cdi_print_wrapped(page->stream, page->width, indent, indent + hang, words);
}
