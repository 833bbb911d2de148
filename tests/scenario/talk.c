/* What is wrong with a story, said as comments of TAP. */
#include "scenario.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void note(struct story *story, unsigned line, const char *format, va_list arguments)
{
    fprintf(story->talk, "# %s:%u: ", story->path, line);
    vfprintf(story->talk, format, arguments);
    fputc('\n', story->talk);
    story->failures++;
}

void story_fail(struct story *story, unsigned line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(story, line, format, arguments);
    va_end(arguments);
}

bool story_break(struct story *story, unsigned line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note(story, line, format, arguments);
    va_end(arguments);
    story->broken = true;
    return false;
}

void story_indent(struct story *story, const char *text)
{
    while (*text != '\0') {
        int size = (int)strcspn(text, "\n");
        fprintf(story->talk, "#     %.*s\n", size, text);
        text += size + (text[size] == '\n');
    }
}

void story_show(struct story *story, const json_t *document)
{
    char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    story_indent(story, text);
    free(text);
}
