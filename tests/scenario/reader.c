/* A scenario file into statements: a line at the margin and the indented lines beneath it.  '#' begins a comment only as the
 * first character of a line, so that texts may hold it. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    size_t size = 0, room = 4096;
    char *bytes = malloc(room);
    for (size_t got; bytes != NULL && (got = fread(bytes + size, 1, room - size - 1, file)) > 0;) {
        size += got;
        if (room - size < 2)
            bytes = realloc(bytes, room *= 2);
    }
    if (bytes != NULL)
        bytes[size] = '\0';
    fclose(file);
    return bytes;
}

static size_t count_lines(const char *bytes)
{
    size_t count = 1;
    for (; *bytes != '\0'; bytes++)
        count += *bytes == '\n';
    return count;
}

static void trim_end(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r", text[size - 1]) != NULL)
        text[--size] = '\0';
}

static void add_line(struct script *script, size_t at, unsigned number, char *raw)
{
    bool indented = raw[0] == ' ' || raw[0] == '\t';
    char *text = raw + strspn(raw, " \t");
    script->lines[at] = (struct line){ number, text };
    if (!indented || script->statement_count == 0)
        script->statements[script->statement_count++] = (struct statement){ script->lines[at], &script->lines[at + 1], 0 };
    else
        script->statements[script->statement_count - 1].body_count++;
}

bool script_read(struct script *script, const char *path)
{
    *script = (struct script){ .bytes = read_all(path) };
    if (script->bytes == NULL)
        return false;
    size_t most = count_lines(script->bytes), kept = 0;
    script->lines = calloc(most + 1, sizeof *script->lines);
    script->statements = calloc(most + 1, sizeof *script->statements);
    if (script->lines == NULL || script->statements == NULL)
        return false;
    unsigned number = 0;
    for (char *raw = script->bytes, *next; raw != NULL; raw = next) {
        next = strchr(raw, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        trim_end(raw);
        char first = raw[strspn(raw, " \t")];
        if (number == 1)
            script->cited = first == '#';
        if (first != '\0' && first != '#')
            add_line(script, kept++, number, raw);
    }
    return true;
}

void script_free(struct script *script)
{
    free(script->bytes);
    free(script->lines);
    free(script->statements);
    *script = (struct script){ .bytes = NULL };
}

/* Ends the text before `end` and moves *rest past it and the spaces after. */
static void cut(char **rest, char *end)
{
    *rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    *rest += strspn(*rest, " \t");
}

static char *cut_value(char **rest)
{
    bool quoted = **rest == '"';
    char *value = *rest + quoted, *end = value + strcspn(value, quoted ? "\"" : " \t");
    cut(rest, end);
    return value;
}

char *next_word(char **rest)
{
    *rest += strspn(*rest, " \t");
    return **rest == '\0' ? NULL : cut_value(rest);
}

bool next_pair(char **rest, struct pair *pair)
{
    *rest += strspn(*rest, " \t");
    *pair = (struct pair){ .key = **rest == '\0' ? NULL : *rest };
    char *operation = *rest + strcspn(*rest, "=~!<> \t");
    if (pair->key == NULL || *operation == '\0' || strchr("=~!<>", *operation) == NULL)
        return false;
    pair->operation = *operation;
    *operation = '\0';
    *rest = operation + 1;
    pair->value = cut_value(rest);
    return true;
}
