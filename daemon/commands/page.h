/* Floor: commands.  Running text for people: headings, and paragraphs wrapped to the terminal. */
#ifndef CDI_COMMANDS_PAGE_H
#define CDI_COMMANDS_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct cdi_page { FILE *stream; int width; bool colour; };

struct cdi_page cdi_page_on(FILE *stream);
void cdi_page_heading(const struct cdi_page *page, const char *words);
/* A paragraph `indent` columns in; its further lines stand `hang` columns further. */
void cdi_page_words(const struct cdi_page *page, int indent, int hang, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
